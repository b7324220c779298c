"""The year for those who lead: IKU over the years, programs, the widest gaps, money against time.

Rows are those of the entry sheet and words those of ``summary.py``; the dashboard, its charts
and the one-page summary read the same.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.capaian import HUNDRED
from indicators.entry_sheet import SheetRow
from indicators.models import Indikator, Realisasi, Sebutan, Target
from indicators.querysets import kunci_realisasi
from indicators.summary import UnitSummary
from programs.models import Renstra
from renstra.formats import format_persen
from renstra.ui.charts import Acuan, Gaya, Grafik, Seri, bar_chart, line_chart

TABEL_IKU = "7.1"
_PROGRAM = re.compile(r"^program\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IkuYears:
    """An indicator of Tabel 7.1: its row of the year, target and realisasi of every year of the plan."""

    row: SheetRow
    tahun: tuple[int, ...]
    target: tuple[Decimal | None, ...]
    realisasi: tuple[Decimal | None, ...]

    @property
    def grafik(self) -> Grafik:
        """Realisasi against target over the years."""
        return line_chart(
            self.row.indikator,
            [str(year) for year in self.tahun],
            [Seri("Target", self.target, Gaya.SASARAN), Seri("Realisasi", self.realisasi)],
            satuan=self.row.satuan,
        )


def iku_rows(plan: Renstra, rows: Iterable[SheetRow]) -> list[SheetRow]:
    """The rows that Tabel 7.1 prints, whichever level they hang on: one query.

    The wordings of the table belong to the first version of the plan, so rows of a
    perubahan are found by the indicator they continue.
    """
    printed = Sebutan.objects.filter(tabel__nomor=TABEL_IKU).values("indikator_id")
    found = set(
        Indikator.objects.for_renstra(plan)
        .annotate(kunci=kunci_realisasi())
        .filter(kunci__in=printed)
        .values_list("id", flat=True)
    )
    return [row for row in rows if row.id in found]


def over_the_years(plan: Renstra, rows: Sequence[SheetRow]) -> list[IkuYears]:
    """Target and realisasi of these rows in every year of the plan: two queries."""
    ids = [row.id for row in rows]
    target = {
        (id_, year): value
        for id_, year, value in Target.objects.filter(indikator__in=ids).values_list("indikator_id", "tahun", "target")
    }
    reached = {
        (id_, year): value
        for id_, year, value in Realisasi.objects.filter(tahun__in=plan.tahun, triwulan=0)
        .of_rows(Indikator.objects.filter(pk__in=ids))
        .values_list("baris_id", "tahun", "kinerja")
    }
    years = tuple(plan.tahun)
    return [
        IkuYears(
            row,
            years,
            tuple(target.get((row.id, year)) for year in years),
            tuple(reached.get((row.id, year)) for year in years),
        )
        for row in rows
    ]


def gaps(rows: Iterable[SheetRow]) -> list[SheetRow]:
    """Rows below their target, the widest gap first."""
    below = [(row.capaian, row) for row in rows if row.capaian is not None and row.capaian < HUNDRED]
    return [row for _, row in sorted(below, key=lambda item: (item[0], item[1].urut))]


@dataclass(frozen=True, slots=True)
class Waktu:
    """How much of a year has passed, and how far the spending is from it; percent 0-100."""

    hari: int
    dari: int
    serapan: Decimal | None

    @property
    def lewat(self) -> Decimal:
        """Share of the year that has passed, today included."""
        return Decimal(self.hari) / self.dari * HUNDRED

    @property
    def teks_lewat(self) -> str:
        """The share with two decimals."""
        return format_persen(self.lewat)

    @property
    def teks_jarak(self) -> str:
        """Where serapan stands beside the share, in percentage points; empty when nothing was spent yet."""
        if self.serapan is None:
            return ""
        return f"serapan {format_persen(abs(self.serapan - self.lewat))} poin di {self._side} bagian tahun"

    @property
    def _side(self) -> str:
        assert self.serapan is not None
        return "bawah" if self.serapan < self.lewat else "atas"

    @property
    def acuan(self) -> Acuan:
        """The share as a line across bars."""
        return Acuan(self.lewat, f"{self.teks_lewat}% tahun telah lewat")


def time_passed(tahun: int, today: date, serapan: Decimal | None) -> Waktu | None:
    """The running year alone has a share: a past one is over, a coming one has not begun."""
    if today.year != tahun:
        return None
    return Waktu(today.timetuple().tm_yday, 366 if isleap(tahun) else 365, serapan)


def program_charts(programs: Sequence[SheetRow], waktu: Waktu | None) -> list[Grafik]:
    """Capaian and serapan of each program; those of which nothing is known yet are left out."""
    # Every name begins with the word that the title says already.
    names = [f"{row.kode} {_PROGRAM.sub('', row.uraian)}" for row in programs]
    capaian = Seri("Capaian", tuple(row.capaian for row in programs), desimal=2)
    serapan = Seri("Serapan", tuple(row.money.serapan for row in programs), desimal=2)
    charts = [
        bar_chart("Capaian per program", names, [capaian], satuan="%"),
        bar_chart("Serapan per program", names, [serapan], satuan="%", acuan=waktu.acuan if waktu else None),
    ]
    return [chart for chart in charts if chart.ada]


def unit_charts(units: Sequence[UnitSummary], waktu: Waktu | None) -> list[Grafik]:
    """Mean capaian and serapan of each unit, in the order given; none while nothing is known."""
    names = [unit.nama for unit in units]
    charts = [
        bar_chart(
            "Rata-rata capaian per bidang",
            names,
            [Seri("Capaian", tuple(unit.rata for unit in units), desimal=2)],
            satuan="%",
        ),
        bar_chart(
            "Serapan per bidang",
            names,
            [Seri("Serapan", tuple(unit.serapan for unit in units), desimal=2)],
            satuan="%",
            acuan=waktu.acuan if waktu else None,
        ),
    ]
    return [chart for chart in charts if chart.ada]

"""A year at a glance, from the rows of the entry sheet: progress by unit, serapan by program, what needs a look.

Everything follows from ``entry_sheet.load_sheet``, so the dashboard and the entry
page can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from indicators.capaian import HUNDRED, Predikat, compute_serapan, mean, predikat
from indicators.entry import Keisian
from indicators.entry_sheet import SheetRow
from indicators.models import Realisasi
from indicators.penjelasan import Masukan, Penjelasan, Rujukan, explain_mean, explain_serapan, explain_sum
from indicators.plan_sums import sum_money
from renstra.formats import format_persen, format_rupiah

LOW = {Predikat.RENDAH, Predikat.SANGAT_RENDAH}


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """How far one unit is."""

    kode: str
    nama: str
    terisi: int
    diminta: int
    pagu: int | None
    realisasi: int | None
    rata: Decimal | None
    terakhir: datetime | None

    @property
    def belum(self) -> int:
        """Rows still asked for."""
        return self.diminta - self.terisi

    @property
    def bagian(self) -> Decimal:
        """Share that is filled; a unit that owes nothing is done."""
        return Decimal(self.terisi) / self.diminta if self.diminta else Decimal(1)

    @property
    def serapan(self) -> Decimal | None:
        """Percent of the pagu; None before the first figure."""
        return compute_serapan(self.pagu, self.realisasi)

    @property
    def teks_rata(self) -> str:
        """Mean capaian of the rows, each capped at 100; blank before the first figure."""
        return "" if self.rata is None else format_persen(self.rata)

    @property
    def teks_pagu(self) -> str:
        """Pagu in rupiah."""
        return format_rupiah(self.pagu)

    @property
    def teks_realisasi(self) -> str:
        """Spent so far; blank before the first figure."""
        return "" if self.realisasi is None else format_rupiah(self.realisasi)

    @property
    def teks_serapan(self) -> str:
        """Percent of the pagu; blank before the first figure."""
        return "" if self.realisasi is None else format_persen(self.serapan)


@dataclass(frozen=True, slots=True)
class Notice:
    """A row that needs a look, and why."""

    row: SheetRow
    alasan: str


def summarise(kode: str, nama: str, rows: Iterable[SheetRow]) -> UnitSummary:
    """Progress and money of these rows; money from the sub kegiatan rows, which is where it is spent."""
    rows = list(rows)
    due = [row for row in rows if row.rules.due]
    spending = [row for row in rows if row.rules.takes_rupiah]
    return UnitSummary(
        kode=kode,
        nama=nama,
        terisi=sum(1 for row in due if row.keisian is Keisian.LENGKAP),
        diminta=len(due),
        pagu=sum_money(row.rules.pagu for row in spending),
        realisasi=sum_money(row.values.rupiah for row in spending),
        rata=mean_capaian(rows)[0],
        terakhir=max((row.diubah_pada for row in rows if row.diubah_pada), default=None),
    )


def explain_summary(rows: Iterable[SheetRow], tahun: int, averaged: Iterable[SheetRow]) -> list[Penjelasan]:
    """How the figures of ``summarise`` came about; the mean is that of ``averaged``."""
    rows = list(rows)
    total = summarise("", "", rows)
    spending = [row for row in rows if row.rules.takes_rupiah]

    def money(row: SheetRow, kolom: str, amount: int | None) -> Masukan:
        return Masukan(row.nama, amount, format_rupiah(amount), rujukan=Rujukan(row.id, tahun, kolom))

    pagu = Masukan(f"Pagu {tahun}", total.pagu, format_rupiah(total.pagu), "jumlah sub kegiatan")
    spent = Masukan(f"Realisasi {tahun} (Rp)", total.realisasi, format_rupiah(total.realisasi), "jumlah sub kegiatan")
    return [
        explain_mean("Rata-rata capaian", [(row.nama, row.capaian) for row in averaged]),
        explain_serapan(f"Serapan {tahun}", pagu, spent),
        explain_sum("pagu", f"Pagu {tahun}", total.pagu, [money(row, "pagu", row.rules.pagu) for row in spending]),
        explain_sum(
            "rupiah",
            f"Realisasi anggaran {tahun}",
            total.realisasi,
            [money(row, "rupiah", row.values.rupiah) for row in spending],
        ),
    ]


def by_unit(rows: Iterable[SheetRow], names: Mapping[str, str], unit_of: Callable[[str], str]) -> list[UnitSummary]:
    """One line a unit, those furthest behind first; ``unit_of`` maps a row's unit to the one it counts for."""
    groups = group_by_unit(rows, unit_of)
    lines = [summarise(kode, names.get(kode, kode), group) for kode, group in groups.items()]
    return sorted(lines, key=lambda line: (line.bagian, -line.belum, line.kode))


def group_by_unit(rows: Iterable[SheetRow], unit_of: Callable[[str], str]) -> dict[str, list[SheetRow]]:
    """Rows by the unit they count for."""
    groups: dict[str, list[SheetRow]] = {}
    for row in rows:
        if row.unit_kode:
            groups.setdefault(unit_of(row.unit_kode), []).append(row)
    return groups


def notices(rows: Iterable[SheetRow], *, low: bool = True) -> list[Notice]:
    """Rows that need somebody, the most pressing first; ``low`` also those far below their target."""
    ranked: list[tuple[int, Notice]] = []
    for row in rows:
        if row.status == Realisasi.Status.DIKEMBALIKAN:
            ranked.append((0, Notice(row, "dikembalikan verifikator")))
        elif row.keisian is Keisian.ALASAN:
            ranked.append((1, Notice(row, f"{row.lebih_pagu} di atas pagu, alasannya belum ditulis")))
        elif row.lebih_pagu:
            ranked.append((3, Notice(row, f"{row.lebih_pagu} di atas pagu, beralasan")))
        elif row.mencolok:
            ranked.append((2, Notice(row, f"capaian {row.teks_capaian}%, jauh di atas target")))
        elif low and row.predikat in LOW:
            ranked.append((4, Notice(row, f"capaian {row.teks_capaian}%, {row.predikat}")))
    return [notice for _, notice in sorted(ranked, key=lambda item: item[0])]


def mean_capaian(rows: Iterable[SheetRow]) -> tuple[Decimal | None, int]:
    """Mean capaian of the rows that have one, each capped at 100, and how many they are."""
    known = [row.capaian for row in rows if row.capaian is not None]
    return mean(known, HUNDRED), len(known)


def mean_words(rows: Iterable[SheetRow]) -> tuple[str, Predikat | None, int]:
    """The same formatted, with its word."""
    value, count = mean_capaian(rows)
    return format_persen(value), predikat(value), count

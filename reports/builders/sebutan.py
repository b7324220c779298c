"""What Tabel 4.1, 4.2 and 7.1 share: an indicator as another table words it, with targets as printed there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from indicators.models import Sebutan, Target
from renstra.formats import FormatError, parse_number
from reports.builders.common import Banding
from reports.matrix import KOSONG, Isi, Nilai, angka, teks

if TYPE_CHECKING:
    from reports.report import Params


@dataclass(frozen=True, slots=True)
class Printed:
    """One row; ``nilai`` maps the year as text to text and value as printed."""

    indikator: int
    nomor: str
    teks: str
    satuan: str
    data_awal_teks: str
    nilai: dict[str, dict[str, str]]
    akhir_teks: str
    akhir: Decimal | None
    akumulasi: str
    tujuan: str
    indikator_tujuan: str
    sasaran: str


@dataclass(frozen=True, slots=True)
class SebutanTabel:
    """Rows of a table with the targets of their indicators."""

    baris: list[Printed]
    target: dict[tuple[int, int], Decimal | None]

    def targets(self, row: Printed, params: Params, banding: Banding) -> list[Isi]:
        """Cells of the years: as printed here, or the indicator's own target."""
        return [
            banding.cell(
                _value(row.nilai.get(str(year))),
                self.target.get((row.indikator, year)),
                partial(figure, suffix=suffix(row.nilai.get(str(year), {}).get("teks", ""))),
                partial("{}, target {}".format, row.teks, year),
            )
            for year in params.renstra.tahun
        ]


def load(params: Params, tabel: str) -> SebutanTabel:
    """Two queries."""
    rows = [
        Printed(*values)
        for values in Sebutan.objects.filter(tabel__nomor=tabel, tabel__renstra=params.renstra)
        .order_by("urutan")
        .values_list(
            "indikator_id",
            "nomor",
            "teks",
            "satuan",
            "data_awal_teks",
            "nilai",
            "akhir_teks",
            "akhir",
            "indikator__akumulasi",
            "indikator__sasaran__tujuan__teks",
            "indikator__sasaran__tujuan__indikator_tujuan",
            "indikator__sasaran__teks",
        )
    ]
    target = {
        (indikator, year): goal
        for indikator, year, goal in Target.objects.filter(indikator__in=[row.indikator for row in rows])
        .order_by()
        .values_list("indikator_id", "tahun", "target")
    }
    return SebutanTabel(rows, target)


def _value(entry: dict[str, str] | None) -> Decimal | None:
    text = entry.get("nilai") if entry else None
    return Decimal(text) if text not in (None, "") else None


def suffix(text: str) -> str:
    """``%`` when the printed figure has one."""
    return "%" if text.rstrip().endswith("%") else ""


def figure(value: Any, suffix: str = "") -> Nilai:
    """A figure as the table prints it."""
    return angka(value, akhiran=suffix)


def base_value(text: str) -> Nilai:
    """Printed base value: ``17,38%`` and ``0`` are numbers, ``332.723 Jiwa`` is text."""
    if not text:
        return KOSONG
    try:
        parsed = parse_number(text)
    except FormatError:
        return teks(text)
    return angka(parsed.value, akhiran="%" if parsed.percent else "")

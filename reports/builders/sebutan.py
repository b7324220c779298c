"""What Tabel 4.1, 4.2 and 7.1 share: an indicator as another table words it, with targets as printed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import F

from indicators.models import Indikator, Sebutan, Target
from renstra.formats import FormatError, format_number, parse_number
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
    """Two queries, four where the version is a perubahan."""
    rows = [
        Printed(*values)
        for values in Sebutan.objects.filter(tabel__nomor=tabel, tabel__renstra=params.renstra.kunci)
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
    target = _targets(row.indikator for row in rows)
    if params.renstra.akar_id is not None:
        rows, target = _of_version(rows, target, params)
    return SebutanTabel(rows, target)


Targets = dict[tuple[int, int], Decimal | None]


def _targets(indicators: Iterable[int]) -> Targets:
    found = Target.objects.filter(indikator__in=list(indicators)).order_by()
    return {(indikator, year): goal for indikator, year, goal in found.values_list("indikator_id", "tahun", "target")}


def _of_version(rows: list[Printed], first: Targets, params: Params) -> tuple[list[Printed], Targets]:
    """Rows as a perubahan has them: what it changed stands in place of what the table printed."""
    words = ("uraian", "satuan", "akhir_target")
    places = ("sasaran__tujuan__teks", "sasaran__tujuan__indikator_tujuan", "sasaran__teks")
    found = {
        row["akar_id"]: row
        for row in Indikator.objects.filter(renstra=params.renstra, akar__in=[row.indikator for row in rows])
        .annotate(**{f"dulu_{name}": F(f"akar__{name}") for name in words})
        .values("id", "akar_id", *words, *(f"dulu_{name}" for name in words), *places)
    }
    target = _targets(row["id"] for row in found.values())
    changed = []
    for row in rows:
        now = found.get(row.indikator)
        if now is None:
            continue
        nilai = dict(row.nilai)
        for year in params.renstra.tahun:
            goal = target.get((now["id"], year))
            if goal != first.get((row.indikator, year)):
                sign = suffix(next((entry.get("teks", "") for entry in row.nilai.values()), ""))
                nilai[str(year)] = {} if goal is None else {"teks": f"{format_number(goal)}{sign}", "nilai": str(goal)}
        same_end = now["akhir_target"] == now["dulu_akhir_target"]
        changed.append(
            replace(
                row,
                indikator=now["id"],
                teks=_changed(now, "uraian", row.teks),
                satuan=_changed(now, "satuan", row.satuan),
                nilai=nilai,
                akhir=row.akhir if same_end else now["akhir_target"],
                **dict(zip(("tujuan", "indikator_tujuan", "sasaran"), (now[place] for place in places), strict=True)),
            )
        )
    return changed, target


def _changed(now: Mapping[str, Any], name: str, printed: str) -> str:
    """The wording of the table, or the new one where the perubahan changed the indicator's own."""
    return printed if now[name] == now[f"dulu_{name}"] else str(now[name])


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

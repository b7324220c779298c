"""Rules about printed ratios of Tabel 2.12 and 2.14. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.capaian import HUNDRED, Arah, compute_capaian
from indicators.findings.facts import Facts, RealisasiTercetak
from indicators.findings.inputs import number_in
from indicators.findings.registry import Angka, Temuan, rule
from indicators.penjelasan import Penjelasan, explain_capaian
from renstra.formats import format_number, round_half_up

DECIMALS = 2  # as the document prints its ratios


def figures(row: RealisasiTercetak) -> tuple[Angka | None, Angka | None]:
    """Target and realisasi that a row's ratio is made of: performance, else rupiah."""
    return (row.target, row.kinerja) if row.kinerja is not None else (row.pagu, row.rupiah)


def _by(row: RealisasiTercetak, arah: str) -> Decimal | None:
    goal, reached = figures(row)
    value = compute_capaian(goal, reached, arah, row.rumus_turun)
    return None if value is None else round_half_up(value, DECIMALS)


def _explain(row: RealisasiTercetak, arah: str) -> Penjelasan:
    """How the ratio follows from its row."""
    money = row.kinerja is None
    goal, reached = figures(row)
    source = f"Tabel {row.tabel}"
    return explain_capaian(
        f"Rasio {row.tahun}",
        number_in(f"{'Anggaran' if money else 'Target'} {row.tahun}", goal, source),
        number_in(f"Realisasi {row.tahun}", reached, source),
        arah,
        row.rumus_turun,
    )


@rule(
    "rasio-bukan-realisasi-per-target",
    "Rasio tercetak tidak cocok dengan target dan realisasinya",
    "Rasio pada Tabel 2.12 dan 2.14 seharusnya realisasi dibagi target (anggaran) dikali 100 pada baris dan tahun yang "
    "sama, dibulatkan dua desimal seperti tercetak; untuk indikator menurun boleh memakai rumus menurun.",
)
def ratio_is_not_its_figures(facts: Facts) -> Iterator[Temuan]:
    """A printed ratio ≠ its own target and realisasi, by neither formula of its direction."""
    for row in facts.realisasi:
        plain, directed = _by(row, Arah.NAIK), _by(row, row.arah)
        if row.rasio is None or plain is None or round_half_up(row.rasio, DECIMALS) in (plain, directed):
            continue
        goal, reached = figures(row)
        yield Temuan.of(
            tabel=row.tabel,
            indikator=row.uraian,
            kolom=f"rasio_{row.tahun}",
            tercetak=row.rasio,
            dihitung=plain,
            asal=_explain(row, Arah.NAIK),
            keterangan=(
                f"Rasio {row.tahun} tercetak {format_number(row.rasio, DECIMALS)}; "
                f"{format_number(reached)} dibagi {format_number(goal)} dikali 100 = {format_number(plain, DECIMALS)}."
            ),
        )


@rule(
    "rasio-bertentangan-dengan-arah",
    "Rasio bertentangan dengan arah indikator",
    "Indikator menurun membaik bila realisasinya di bawah target. Rasio di atas 100 yang berarti “melampaui target” "
    "bertentangan dengan arah itu bila realisasinya justru lebih buruk, dan sebaliknya.",
)
def ratio_contradicts_the_direction(facts: Facts) -> Iterator[Temuan]:
    """The printed ratio says reached where the direction says missed, or the other way round."""
    for row in facts.realisasi:
        directed = _by(row, row.arah)
        if row.rasio is None or directed is None or (row.rasio - HUNDRED) * (directed - HUNDRED) >= 0:
            continue
        goal, reached = figures(row)
        yield Temuan.of(
            tabel=row.tabel,
            indikator=row.uraian,
            kolom=f"rasio_{row.tahun}",
            tercetak=row.rasio,
            dihitung=directed,
            asal=_explain(row, row.arah),
            keterangan=(
                f"Rasio {row.tahun} tercetak {format_number(row.rasio, DECIMALS)}, seolah targetnya "
                f"{'terlampaui' if row.rasio > HUNDRED else 'tidak tercapai'}; arah indikator ini {row.arah}, target "
                f"{format_number(goal)} dan realisasi {format_number(reached)}, sehingga capaiannya "
                f"{format_number(directed, DECIMALS)}."
            ),
        )

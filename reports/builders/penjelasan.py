"""Appendix on request: how each figure of the LKIP indicators came about, from the same evaluation as the page."""

from __future__ import annotations

from indicators.explain import explain, with_everything
from indicators.models import Indikator
from indicators.penjelasan import Penjelasan
from reports.builders.lkip import load_indicators
from reports.matrix import Baris, Kolom, Matrix, Peran, spanning, teks
from reports.report import Params

KOLOM = (
    Kolom("Angka", "angka", bobot=46, judul_baris=True),
    Kolom("Nilai", "nilai", bobot=34),
    Kolom("Rumus", "rumus", bobot=46),
    Kolom("Hitungan", "hitungan", bobot=60),
    Kolom("Masukan dan sumbernya", "masukan", bobot=100),
)
SHOWN = 8


def build(params: Params) -> Matrix:
    """A block for each indicator, a row for each of its figures; seven queries an indicator."""
    found = load_indicators(params)
    models = {row.pk: row for row in with_everything(Indikator.objects.filter(pk__in=[item.id for item in found]))}
    rows = []
    for item in found:
        rows.append(spanning(Peran.JUDUL, item.uraian, len(KOLOM), item.kode))
        rows += [_row(figure, item.kode) for figure in explain(models[item.id], params.tahun).angka]
    return Matrix(
        slug="penjelasan",
        nomor="Penjelasan",
        judul=f"Asal Angka Tahun {params.tahun}",
        kolom=KOLOM,
        baris=tuple(rows),
    )


def _row(figure: Penjelasan, kode: str) -> Baris:
    inputs = [f"{item.nama} = {item.teks}{f' ({item.sumber})' if item.sumber else ''}" for item in figure.masukan]
    if len(inputs) > SHOWN:
        inputs = [*inputs[:SHOWN], f"dan {len(inputs) - SHOWN} masukan lain"]
    value = f"{figure.teks}{f', {figure.kata}' if figure.kata else ''}{f' ({figure.sebab})' if figure.sebab else ''}"
    cells = (figure.judul, value, figure.rumus, figure.hitungan, "\n".join(inputs))
    return Baris(Peran.BARIS, tuple(map(teks, cells)), kode)

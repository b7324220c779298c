"""“Kenapa angka ini?” of a report: the explanation of one cell, and the appendix that explains all of them.

Both read the ways that the cells carry, so figure and explanation come from one evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from accounts.models import User
from indicators.explain import with_sources
from indicators.penjelasan import Asal, Penjelasan
from reports.matrix import (
    Baris,
    Kolom,
    Matrix,
    Peran,
    Teks,
    explained,
    leaves,
    parts,
    shown,
    spanning,
    teks,
)

KOLOM = (
    Kolom("Angka", "angka", bobot=46, judul_baris=True),
    Kolom("Nilai", "nilai", bobot=34),
    Kolom("Rumus", "rumus", bobot=46),
    Kolom("Hitungan", "hitungan", bobot=60),
    Kolom("Masukan dan sumbernya", "masukan", bobot=100),
)
# Inputs of a figure that the appendix writes out; the page shows all.
SHOWN = 8
_PLACE = re.compile(r"(?:(\d{1,3})-)?(\d{1,5}|:[\w.-]{1,60})\.(\w{1,60})")


class CellNotFound(LookupError):
    """There is no computed figure at this place; the message says so in Indonesian."""


@dataclass(frozen=True, slots=True)
class SelDijelaskan:
    """A cell with what it is called and how its figures came about."""

    judul: str
    baris: str
    kolom: str
    angka: tuple[Penjelasan, ...]


def explain_cell(matrix: Matrix, place: str, person: User | None) -> SelDijelaskan:
    """The cell at ``place``: ``ROW.COLUMN``, in the N-th report that follows ``N-ROW.COLUMN``.

    A row is its number, or ``:CODE`` for the first one of a code with a computed figure in
    that column. Raises ``CellNotFound``.
    """
    found = _PLACE.fullmatch(place)
    if found is None:
        raise CellNotFound("Alamat sel ini tidak terbaca; buka dari angka pada laporannya.")
    attached, row, key = found.groups()
    table = matrix
    if attached is not None:
        if not 1 <= int(attached) <= len(matrix.lampiran):
            raise CellNotFound("Tabel ini tidak ada dalam laporannya.")
        table = matrix.lampiran[int(attached) - 1]
    columns = leaves(table.kolom)
    at = next((at for at, column in enumerate(columns) if column.kunci == key), None)
    number = _row_number(table, row, at) if at is not None else None
    ways = [] if at is None or number is None else explained(table.baris[number].sel[at])
    if at is None or number is None or not ways:
        raise CellNotFound("Di sel ini tidak ada angka hitungan; mungkin tabelnya berubah sejak halaman dibuka.")
    return SelDijelaskan(
        f"{table.nomor} {table.judul}".strip(),
        row_label(table, number),
        column_label(table, at),
        tuple(with_sources([way() for way in ways], person)),
    )


def _row_number(table: Matrix, row: str, column: int) -> int | None:
    if not row.startswith(":"):
        return int(row) if int(row) < len(table.baris) else None
    same = (at for at, item in enumerate(table.baris) if item.kode == row[1:] and explained(item.sel[column]))
    return next(same, None)


def row_label(matrix: Matrix, row: int) -> str:
    """Code and name of a row; a further indicator of a node is named with the node above it."""
    columns = leaves(matrix.kolom)
    named = [at for at, column in enumerate(columns) if column.judul_baris or column.kunci == "indikator"]
    mine = matrix.baris[row]
    words = [_text(mine, at) for at in named]
    if not any(words):
        words = [_text(mine, at) for at in range(len(columns))][:1]
    # A cell may span several of the columns that name the row.
    text = " – ".join(dict.fromkeys(" ".join(word.split()) for word in words if word))
    return text if not mine.kode or mine.kode in text else f"{mine.kode} {text}"


def _text(row: Baris, at: int) -> str:
    """Text of a cell, or of the cell that spans it."""
    while at > 0 and row.sel[at] is None:
        at -= 1
    cell = row.sel[at]
    return "" if cell is None else " ".join(shown(item) for item in parts(cell) if isinstance(item, Teks))


def column_label(matrix: Matrix, leaf: int) -> str:
    """Heads of a column from the group down."""
    words: list[str] = []
    position = 0

    def walk(items: Iterable[Kolom], above: list[str]) -> None:
        nonlocal position
        for item in items:
            if item.anak:
                walk(item.anak, [*above, item.judul])
            else:
                if position == leaf:
                    words.extend([*above, item.judul])
                position += 1

    walk(matrix.kolom, [])
    return ", ".join(words)


# --- appendix -----------------------------------------------------------------------------


def has_explanations(matrix: Matrix) -> bool:
    """Whether any figure of the report, or of those that follow it, was computed."""
    return any(_ways(matrix)) or any(map(has_explanations, matrix.lampiran))


def build_appendix(matrix: Matrix) -> Matrix:
    """Every computed figure of the report and of those that follow it: seven queries, and some more for formulas."""
    tables = (matrix, *matrix.lampiran)
    listed = [(table, row, way) for table in tables for row, way in _ways(table)]
    figures = with_sources([way() for _, _, way in listed])
    rows: list[Baris] = []
    head: tuple[int, int] | None = None
    last: Matrix | None = None
    for (table, row, _), figure in zip(listed, figures, strict=True):
        if table is not last and len(tables) > 1:
            rows.append(spanning(Peran.JUDUL, f"{table.nomor} {table.judul}".strip(), len(KOLOM)))
        last = table
        if head != (id(table), row):
            head = (id(table), row)
            rows.append(spanning(Peran.KEGIATAN, row_label(table, row), len(KOLOM), table.baris[row].kode))
        rows.append(_row(figure, table.baris[row].kode))
    return Matrix(
        slug="penjelasan",
        nomor="Penjelasan",
        judul="Asal Angka yang Dihitung",
        kolom=KOLOM,
        baris=tuple(rows),
        kosong="Laporan ini tidak memuat angka hitungan.",
    )


def with_appendix(matrix: Matrix) -> Matrix:
    """The report followed by the explanation of its figures."""
    return replace(matrix, lampiran=(*matrix.lampiran, build_appendix(matrix)))


def _ways(matrix: Matrix) -> Iterator[tuple[int, Asal]]:
    for at, row in enumerate(matrix.baris):
        for cell in row.sel:
            if cell is not None and not isinstance(cell, Teks):
                for way in explained(cell):
                    yield at, way


def _row(figure: Penjelasan, kode: str) -> Baris:
    inputs = [f"{item.nama} = {item.teks}{f' ({item.sumber})' if item.sumber else ''}" for item in figure.masukan]
    if len(inputs) > SHOWN:
        inputs = [*inputs[:SHOWN], f"dan {len(inputs) - SHOWN} masukan lain"]
    value = f"{figure.teks}{f', {figure.kata}' if figure.kata else ''}{f' ({figure.sebab})' if figure.sebab else ''}"
    cells = (figure.judul, value, figure.rumus, figure.hitungan, "\n".join(inputs))
    return Baris(Peran.BARIS, tuple(map(teks, cells)), kode)

"""A matrix as JSON (contract: "Reports"): numbers are JSON numbers, unknown is null."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal

from reports.matrix import Baris, Matrix, Nilai, Sel, leaves, mark, parts, resolve, value

SUFFIX = "json"
CONTENT_TYPE = "application/json"


def render_json(matrix: Matrix) -> bytes:
    """UTF-8 JSON. A stacked cell is a list; a cell that spans rows stands in each of them.

    Letterhead, closing paragraphs, signatures and reports that follow come last, when there
    are any; what is not filled in is null.
    """
    return _text(matrix).encode()


def _text(matrix: Matrix) -> str:
    keys = [column.kunci for column in leaves(matrix.kolom)]
    head = {
        "slug": matrix.slug,
        "judul": f"{matrix.nomor} {matrix.judul}".strip(),
        "parameter": {item.kunci: item.nilai for item in matrix.parameter},
        "kolom": keys,
    }
    notes = [f"{mark([note.nomor])} {note.teks}" for note in matrix.catatan]
    rows = ",\n".join(_row(row, cells, keys) for row, cells in _rows(matrix))
    # The rows are written by hand so that a Decimal keeps its digits: json would need a float.
    more = "".join(f", {_dump(key)}: {_dump(item)}" for key, item in _around(matrix).items())
    if matrix.lampiran:
        more += f', "lampiran": [{", ".join(_text(part) for part in matrix.lampiran)}]'
    return f'{_dump(head)[:-1]}, "baris": [\n{rows}\n], "catatan": {_dump(notes)}{more}}}\n'


def _around(matrix: Matrix) -> dict[str, object]:
    found: dict[str, object] = {}
    if matrix.kop:
        found["kop"] = [matrix.kop.atas, matrix.kop.nama, *matrix.kop.bawah]
    if matrix.penutup:
        found["penutup"] = [asdict(item) | {"teks": item.teks or None} for item in matrix.penutup]
    if matrix.tanda_tangan:
        found["tanda_tangan"] = [
            {key: text or None for key, text in asdict(block).items()} for block in matrix.tanda_tangan
        ]
    return found


def _rows(matrix: Matrix) -> Iterator[tuple[Baris, tuple[Nilai | Sel | None, ...]]]:
    yield from resolve(matrix.pembuka)
    yield from resolve(matrix.baris)


def _row(row: Baris, cells: tuple[Nilai | Sel | None, ...], keys: list[str]) -> str:
    inner = ", ".join(
        f'"{key}": {"null" if cell is None else _cell(cell)}' for key, cell in zip(keys, cells, strict=True)
    )
    return f'{{"jenis": "{row.peran}", "kode": {_dump(row.kode)}, "sel": {{{inner}}}}}'


def _cell(cell: Nilai | Sel) -> str:
    values = [_value(value(nilai)) for nilai in parts(cell)]
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def _value(item: str | int | Decimal | None) -> str:
    if item is None:
        return "null"
    if isinstance(item, str):
        return _dump(item)
    return f"{item:f}" if isinstance(item, Decimal) else str(item)


def _dump(item: object) -> str:
    return json.dumps(item, ensure_ascii=False)

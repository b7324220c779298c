"""People as rows of a file. Numbers are masked; a text that a spreadsheet would take for a formula stays text."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import chain, islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from pmks.models import Orang, OrangKategori
from pmks.tampilan import kk_samar, nik_samar

# How many people one file takes: made in some twenty seconds, well before a worker is given up (gunicorn.conf.py).
BATAS = {"xlsx": 50_000, "csv": 200_000}
KOLOM = (
    "id", "nama", "nik", "no_kk", "jenis_kelamin", "tanggal_lahir", "kategori", "kode_desa", "desa", "kecamatan",
    "alamat", "status",
)  # fmt: skip
_CHUNK = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_of(found: Any, kinds: Mapping[int, int], tahun: int | None) -> Iterator[tuple[str, ...]]:
    """Header, then a row a person: two queries for every two thousand people.

    ``kinds`` are the kinds the reader may know (id → number); a person's are those of the year asked for, else of
    the newest one.
    """
    yield KOLOM
    people = found.select_related("desa__induk").iterator(chunk_size=_CHUNK)
    while chunk := list(islice(people, _CHUNK)):
        known = _kinds_of(chunk, kinds, tahun)
        yield from (_row(person, known.get(person.pk, "")) for person in chunk)


def _kinds_of(chunk: list[Orang], kinds: Mapping[int, int], tahun: int | None) -> dict[int, str]:
    links = OrangKategori.objects.filter(orang__in=[row.pk for row in chunk], kategori__in=list(kinds))
    if tahun:
        links = links.filter(tahun=tahun)
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for orang, year, kind in links.order_by().values_list("orang_id", "tahun", "kategori_id"):
        found[orang][year].append(kinds[kind])
    return {orang: ", ".join(map(str, sorted(years[max(years)]))) for orang, years in found.items()}


def _row(person: Orang, kinds: str) -> tuple[str, ...]:
    return (
        str(person.pk),
        person.nama,
        nik_samar(person),
        kk_samar(person),
        person.jenis_kelamin,
        person.tanggal_lahir.isoformat() if person.tanggal_lahir else "",
        kinds,
        person.desa.kode,
        person.desa.nama,
        person.desa.induk.nama if person.desa.induk else "",
        person.alamat,
        person.get_status_display(),
    )


def as_text(value: str) -> str:
    """A value that begins like a formula, with an apostrophe in front, which spreadsheets take for text."""
    return f"'{value}" if value.startswith(_FORMULA) else value


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Lines of a CSV as an Indonesian Excel opens it: semicolons, UTF-8 with its mark."""
    writer = csv.writer(_Line(), delimiter=";")
    lines = (writer.writerow([as_text(value) for value in row]) for row in rows)
    return chain(["\ufeff"], lines)


def write_xlsx(rows: Iterable[tuple[str, ...]]) -> bytes:
    """One sheet, every cell a text: NIK and codes keep their digits, and nothing is calculated."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Orang")
    sheet.freeze_panes = "C2"
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    target = BytesIO()
    book.save(target)
    return target.getvalue()

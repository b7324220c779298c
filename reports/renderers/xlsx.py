"""A matrix as a workbook: real numbers, merged and frozen heads, print set up, levels folded.

openpyxl spends most of its time on styles; here every kind of cell has one
prototype whose ``_style`` is shared.
"""

from __future__ import annotations

import re
from copy import copy
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from textwrap import wrap
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from renstra.formats import format_waktu
from reports.matrix import (
    TINGKAT,
    Angka,
    Baris,
    Bilangan,
    Kolom,
    Kosong,
    Matrix,
    Nilai,
    Peran,
    Rata,
    Sel,
    Uang,
    depth,
    group_starts,
    header_rows,
    leaves,
    mark,
    number,
    number_cells,
    parts,
    shown,
)

SUFFIX = "xlsx"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What a spreadsheet takes for a formula when a text begins with it.
_RISKY = ("=", "+", "-", "@", "\t", "\r")
MAX_TEXT = 32767
# A code such as 1.6.1: Excel would make a date of it as soon as somebody edits the cell.
_CODE = re.compile(r"\d[\d.]*")
FOLIO, A4 = 14, 9  # paper codes of OOXML; F4 is Folio (8.5 × 13 in)

_THIN = Side(style="thin", color="B7BDC5")
_STRONG = Side(style="medium", color="5B6675")
_HEAD_FILL = PatternFill("solid", fgColor="DDE5EC")
_FILLS = {
    Peran.PROGRAM: PatternFill("solid", fgColor="E3EAF0"),
    Peran.SASARAN: PatternFill("solid", fgColor="D5DEE6"),
    Peran.JUMLAH: PatternFill("solid", fgColor="E3EAF0"),
    Peran.PENUTUP: PatternFill("solid", fgColor="F1F4F7"),
    Peran.JUDUL: PatternFill("solid", fgColor="F1F4F7"),
}
_BOLD = {Peran.SASARAN, Peran.PROGRAM, Peran.KEGIATAN, Peran.JUMLAH, Peran.JUDUL, Peran.PENUTUP}
_HORIZONTAL = {Rata.KIRI: "left", Rata.TENGAH: "center", Rata.KANAN: "right"}
_FONTS = {bold: Font(name="Calibri", size=9, bold=bold) for bold in (False, True)}
_ALIGNMENTS = {rata: Alignment(horizontal=name, vertical="top", wrap_text=True) for rata, name in _HORIZONTAL.items()}
_BORDERS = {
    strong: Border(left=_STRONG if strong else _THIN, right=_THIN, top=_THIN, bottom=_THIN) for strong in (False, True)
}


class _Styles:
    """Styles of body cells, made once each.

    Comparing fonts and borders is what openpyxl spends its time on, so a base per
    role, alignment and rule is built from whole objects, and its number formats
    (a mark of a note makes a format of its own) are added to copies of it.
    """

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._bases: dict[tuple[bool, int, Rata, bool, bool], Any] = {}
        self._known: dict[tuple[Peran, Rata, bool, str, bool], Any] = {}

    def of(self, peran: Peran, rata: Rata, strong: bool, format_: str, risky: bool = False) -> Any:
        key = (peran, rata, strong, format_, risky)
        style = self._known.get(key)
        if style is None:
            cell = self._cell()
            cell._style = copy(self._base(peran in _BOLD, _FILLS.get(peran), rata, strong, risky))
            cell.number_format = format_
            style = self._known[key] = cell._style
        return style

    def _base(self, bold: bool, fill: PatternFill | None, rata: Rata, strong: bool, risky: bool) -> Any:
        # A fill is known by its identity: the constants above are all there are.
        key = (bold, id(fill), rata, strong, risky)
        style = self._bases.get(key)
        if style is None:
            cell = self._cell()
            cell.font = _FONTS[bold]
            cell.alignment = _ALIGNMENTS[rata]
            cell.border = _BORDERS[strong]
            if fill is not None:
                cell.fill = fill
            cell.quotePrefix = risky
            style = self._bases[key] = cell._style
        return style

    def _cell(self) -> Any:
        # Off the sheet: a prototype must not become a cell of the table.
        return Cell(self._sheet, row=1, column=1)


def render_xlsx(matrix: Matrix, made: datetime) -> bytes:
    """The workbook as bytes; ``made`` is printed on the second sheet and stored in the properties."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    _table(sheet, matrix)
    for part in matrix.lampiran:
        _table(book.create_sheet(), part)
    _legend(book, matrix, made)
    book.properties.title = f"{matrix.nomor} {matrix.judul}".strip()
    book.properties.creator = "Renstra"
    book.properties.language = "id"
    book.properties.created = book.properties.modified = made.replace(tzinfo=None)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _table(sheet: Worksheet, matrix: Matrix) -> None:
    """One report on a sheet of its own."""
    sheet.title = (matrix.nomor or matrix.slug)[:31]
    columns = leaves(matrix.kolom)
    strong = group_starts(matrix.kolom)
    styles = _Styles(sheet)
    row = _titles(sheet, matrix, len(columns))
    first_head = row
    row = _opening(sheet, matrix, columns, styles, row)
    row = _heads(sheet, matrix, columns, strong, row)
    _body(sheet, matrix, columns, strong, styles, row)
    _end(sheet, matrix, len(columns), row + max(1, len(matrix.baris)))
    _setup(sheet, matrix, columns, first_head, row)


def _put(sheet: Worksheet, row: int, column: int, item: str | int | Decimal | None, style: Any) -> None:
    """Write past openpyxl's guessing: a text is a text whatever it begins with."""
    cell = Cell(sheet, row=row, column=column)
    if item is not None:
        cell._value = item[:MAX_TEXT] if isinstance(item, str) else item
        cell.data_type = "s" if isinstance(item, str) else "n"
    cell._style = style
    sheet._cells[(row, column)] = cell


def _merge(sheet: Worksheet, row: int, column: int, height: int, width: int) -> None:
    """Merge cells that carry their own borders already; ``merge_cells`` would build each border anew."""
    if height > 1 or width > 1:
        sheet.merged_cells.add(
            CellRange(min_row=row, max_row=row + height - 1, min_col=column, max_col=column + width - 1)
        )


def _titles(sheet: Worksheet, matrix: Matrix, width: int) -> int:
    row = 1
    if matrix.kop:
        for at, line in enumerate((matrix.kop.atas, matrix.kop.nama, *matrix.kop.bawah)):
            _line(sheet, row, 1, width, line, bold=at < 2, size=14 if at == 1 else 10, centred=True)
            row += 1
    for line in (matrix.nomor, matrix.judul, *matrix.subjudul):
        if not line:
            continue
        cell = sheet.cell(row, 1)
        cell.value = line
        cell.data_type = "s"
        cell.font = Font(name="Calibri", size=11, bold=True)
        wide = sum(column.bobot for column in leaves(matrix.kolom))
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        # Merged cells do not grow with their text.
        sheet.row_dimensions[row].height = 15 * (1 + len(line) // max(20, int(wide * 0.62)))
        _merge(sheet, row, 1, 1, width)
        row += 1
    return row


def _line(
    sheet: Worksheet, row: int, column: int, width: int, text: str, *, bold: bool, size: int, centred: bool
) -> None:
    """A text over several columns, outside the table."""
    cell = sheet.cell(row, column)
    cell.value = text[:MAX_TEXT]
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_RISKY)
    cell.font = Font(name="Calibri", size=size, bold=bold)
    cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="top", wrap_text=True)
    _merge(sheet, row, column, 1, width)


def _end(sheet: Worksheet, matrix: Matrix, width: int, row: int) -> None:
    """Closing paragraphs and signatures below the table, with a blank row before each."""
    wide = sum(column.bobot for column in leaves(matrix.kolom))
    for item in matrix.penutup:
        row += 1
        _line(sheet, row, 1, width, item.label, bold=True, size=9, centred=False)
        row += 1
        _line(sheet, row, 1, width, item.teks, bold=False, size=9, centred=False)
        # Merged cells do not grow with their text; a blank one leaves room to write.
        lines = sum(1 + len(line) // max(20, wide) for line in item.teks.split("\n"))
        sheet.row_dimensions[row].height = min(409, 12.5 * max(2, lines))
    if not matrix.tanda_tangan:
        return
    row += 2
    share = width // len(matrix.tanda_tangan)
    for at, block in enumerate(matrix.tanda_tangan):
        lines_ = (*block.atas(), "", "", "", "", *block.bawah())
        for down, text in enumerate(lines_):
            if text:
                bold = down == len(block.atas()) + 4
                _line(sheet, row + down, at * share + 1, share, text, bold=bold, size=10, centred=True)


def _opening(sheet: Worksheet, matrix: Matrix, columns: tuple[Kolom, ...], styles: _Styles, row: int) -> int:
    for item in matrix.pembuka:
        _row(sheet, item, columns, frozenset(), styles, row, {}, centred=True)
        row += 1
    return row


def _heads(sheet: Worksheet, matrix: Matrix, columns: tuple[Kolom, ...], strong: frozenset[int], row: int) -> int:
    def prototype(*, strong_left: bool, small: bool = False) -> Any:
        cell = Cell(sheet, row=1, column=1)
        cell.font = Font(name="Calibri", size=8 if small else 9, bold=not small)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.fill = _HEAD_FILL
        cell.border = Border(left=_STRONG if strong_left else _THIN, right=_THIN, top=_THIN, bottom=_THIN)
        return cell._style

    plain_style, strong_style = prototype(strong_left=False), prototype(strong_left=True)
    small = {flag: prototype(strong_left=flag, small=True) for flag in (False, True)}
    height = depth(matrix.kolom)
    for level, header in enumerate(header_rows(matrix.kolom)):
        for head in header:
            top, left = row + level, head.mulai + 1
            for down in range(head.tinggi):
                for right in range(head.lebar):
                    style = strong_style if head.mulai + right in strong and right == 0 else plain_style
                    _put(sheet, top + down, left + right, None, style)
            _put(sheet, top, left, head.kolom.judul, strong_style if head.mulai in strong else plain_style)
            if head.lebar > 1 or head.tinggi > 1:
                _merge(sheet, top, left, head.tinggi, head.lebar)
    _head_heights(sheet, matrix.kolom, row)
    row += height
    numbers = number_cells(matrix.kolom)
    if numbers:
        for at, width, text in numbers:
            for right in range(width):
                _put(sheet, row, at + right + 1, None if right else text, small[at in strong])
            _merge(sheet, row, at + 1, 1, width)
        row += 1
    return row


def _head_heights(sheet: Worksheet, kolom: tuple[Kolom, ...], row: int) -> None:
    """Heights of the header rows: merged cells do not grow with their text."""
    columns = leaves(kolom)
    heights = [15.0] * depth(kolom)
    for level, header in enumerate(header_rows(kolom)):
        for head in header:
            room = sum(column.bobot for column in columns[head.mulai : head.mulai + head.lebar])
            lines = sum(len(wrap(line, max(4, room - 1))) for line in head.kolom.judul.split("\n"))
            missing = 12.5 * lines + 3 - sum(heights[level : level + head.tinggi])
            for at in range(level, level + head.tinggi):
                heights[at] += max(0.0, missing / head.tinggi)
    for at, height in enumerate(heights):
        sheet.row_dimensions[row + at].height = round(height, 1)


def _body(
    sheet: Worksheet,
    matrix: Matrix,
    columns: tuple[Kolom, ...],
    strong: frozenset[int],
    styles: _Styles,
    row: int,
) -> None:
    notes = {note.nomor: f"{mark([note.nomor])} {note.teks}" for note in matrix.catatan}
    for item in matrix.baris:
        _row(sheet, item, columns, strong, styles, row, notes)
        level = TINGKAT.get(item.peran)
        if level:
            sheet.row_dimensions[row].outlineLevel = level
        row += 1
    if not matrix.baris:
        _put(sheet, row, 1, matrix.kosong, styles.of(Peran.BARIS, Rata.KIRI, False, "General"))
        _merge(sheet, row, 1, 1, len(columns))


def _row(
    sheet: Worksheet,
    item: Baris,
    columns: tuple[Kolom, ...],
    strong: frozenset[int],
    styles: _Styles,
    row: int,
    notes: dict[int, str],
    *,
    centred: bool = False,
) -> None:
    peran = item.peran
    for at, cell in enumerate(item.sel):
        rata = Rata.TENGAH if centred else columns[at].rata
        if cell is None:
            _put(sheet, row, at + 1, None, styles.of(peran, rata, at in strong, "General"))
            continue
        entry, format_ = _content(cell)
        risky = isinstance(entry, str) and entry.startswith(_RISKY)
        _put(sheet, row, at + 1, entry, styles.of(peran, rata, at in strong, format_, risky))
        if isinstance(cell, Sel):
            _merge(sheet, row, at + 1, cell.tinggi, cell.lebar)
            if entry is None and cell.catatan:
                # A blank has no value whose format could carry the mark, and must stay blank.
                text = "\n".join(notes[nomor] for nomor in cell.catatan)
                sheet.cell(row, at + 1).comment = Comment(text, "Renstra", height=90, width=320)


def _content(cell: Nilai | Sel) -> tuple[str | int | Decimal | None, str]:
    """Value and number format. The mark of a note is part of the format, so a number stays a number."""
    values = parts(cell)
    note = mark(cell.catatan) if isinstance(cell, Sel) else ""
    tail = f'" {note}"' if note else ""
    if len(values) > 1:
        return " / ".join(shown(item) for item in values), f"@{tail}" if note else "General"
    item = values[0]
    if isinstance(item, Uang):
        return item.nilai, f'"{note} "#,##0' if note else "#,##0"
    if isinstance(item, Angka):
        figure = number(item)
        return figure, _number_format(figure, item, tail)
    if isinstance(item, Bilangan):
        return item.nilai, f"0{tail}"
    text = shown(item)
    if isinstance(item, Kosong):
        return text or None, f"@{tail}" if text and note else "General"
    return text, f"@{tail}" if note or _CODE.fullmatch(text) else "General"


def _number_format(figure: Decimal | int, item: Angka, tail: str) -> str:
    decimals = item.desimal
    if decimals is None:
        exponent = figure.as_tuple().exponent if isinstance(figure, Decimal) else 0
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    base = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    # A percent figure is 7.23 and shows as 7,23: a % in the format would make it look like 723 %.
    unit = "" if item.akhiran.strip() == "%" else item.akhiran.replace('"', "")
    suffix = f'"{unit}"' if unit else ""
    return f"{base}{suffix}{tail}"


def _setup(sheet: Worksheet, matrix: Matrix, columns: tuple[Kolom, ...], first_head: int, first_body: int) -> None:
    for at, column in enumerate(columns, start=1):
        # A character a millimetre of F4: a number that is wider than its column would show as ####.
        sheet.column_dimensions[get_column_letter(at)].width = round(max(5.0, column.bobot * 0.95), 1)
    stays = next((at for at, column in enumerate(columns, start=1) if column.lekat), matrix.kolom_lekat)
    sheet.freeze_panes = f"{get_column_letter(stays + 1)}{first_body}"
    sheet.print_title_rows = f"{first_head}:{first_body - 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = str(FOLIO)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_properties.outlinePr.summaryBelow = False
    sheet.page_margins.left = sheet.page_margins.right = 0.35
    sheet.page_margins.top, sheet.page_margins.bottom = 0.4, 0.55
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.left.text = (matrix.nomor or matrix.judul)[:60].replace("&", "&&")
    sheet.oddFooter.right.text = "Halaman &P dari &N"
    sheet.sheet_view.zoomScale = 100


def _legend(book: Workbook, matrix: Matrix, made: datetime) -> None:
    """Second sheet: where the figures come from and with what parameters."""
    sheet = book.create_sheet("Keterangan")
    rows: list[tuple[str, str]] = [
        ("Laporan", f"{matrix.nomor} {matrix.judul}".strip()),
        ("Slug", matrix.slug),
        ("Sumber", matrix.sumber),
        *((item.label, item.teks) for item in matrix.parameter),
        ("Disusun", f"{format_waktu(made)} WIB"),
        ("Cara baca", "Angka persen ditulis 0-100 seperti tercetak (7,23 berarti 7,23%). Sel kosong: tidak tercetak."),
        *(
            (f"{part.nomor if part is not matrix else ''} Catatan {mark([note.nomor])}".strip(), note.teks)
            for part in (matrix, *matrix.lampiran)
            for note in part.catatan
        ),
    ]
    styles = []
    for bold in (True, False):
        cell = Cell(sheet, row=1, column=1)
        cell.font = Font(name="Calibri", size=10, bold=bold)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        styles.append(cell._style)
    for at, texts in enumerate(rows, start=1):
        for column, (text, style) in enumerate(zip(texts, styles, strict=True), start=1):
            _put(sheet, at, column, text, style)
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 110
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = str(FOLIO)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True

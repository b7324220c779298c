"""Writing the workbook that staff fill in away from the browser.

The sheets are protected without a password: the protection keeps a hurried hand off the plan, it is no lock.
Cells to fill in are open and coloured; what follows from others is grey. openpyxl spends its time on styles, so each
kind of cell has one prototype whose ``_style`` is shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import UnitKerja
from indicators.entry import MAX_TEXT, Keadaan, write_kinerja
from indicators.entry_sheet import SheetRow, load_sheet
from indicators.periode import nama_periode
from indicators.workbook.columns import ISIAN, KOLOM, SHEET, TETAP, Isi, Kunci, as_text, clean
from programs.models import Renstra
from renstra.formats import as_shown, format_waktu

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GUIDE = "Petunjuk"
FOLIO = 14  # paper code of OOXML; F4 is Folio (8.5 × 13 in)
_WIDTHS = (7, 15, 34, 34, 11, 12, 17, 18, 19, 32, 32, 32)
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula
_LITERAL = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")

HELP = {
    "Kunci": "Tanda pengenal baris, dipakai saat berkas ini dibaca kembali. Jangan diubah atau dihapus.",
    "Target": "Target periode ini menurut Renstra. Tidak dibaca kembali.",
    "Pagu (Rp)": "Pagu periode ini menurut Renstra. Tidak dibaca kembali.",
    "Realisasi Kinerja": "Angka 0 atau lebih; desimal dengan koma, paling banyak 4. Persen ditulis 7,23 atau 7,23%. "
    "Tanpa angka: nihil (tidak ada kejadian), atau tidak berlaku: alasannya. Kosong berarti belum diisi.",
    "Realisasi (Rp)": "Rupiah bulat, diketik pada baris sub kegiatan. Jumlah kegiatan dan program (abu-abu) adalah "
    "jumlah pada saat berkas ini diambil.",
    "Faktor Pendorong": "Apa yang membantu tercapainya target.",
    "Faktor Penghambat": "Apa yang menghambat.",
    "Tindak Lanjut": "Apa yang akan dilakukan.",
}
STEPS = (
    "Isi sel yang berwarna kuning. Sel abu-abu dikunci: isinya dari Renstra, dijumlahkan, atau dihitung.",
    "Baris boleh diurutkan, disaring, atau dihapus; baris yang dihapus tidak berubah di sistem.",
    "Sel yang tidak Anda ubah tidak disentuh, walaupun orang lain mengubahnya sesudah berkas ini diambil.",
    "Simpan sebagai Excel (.xlsx), lalu kirim di halaman Realisasi, Berkas Excel. Sebelum disimpan, tampak dahulu apa "
    "yang akan berubah; bila satu sel ditolak, tidak satu pun disimpan dan sebabnya disebut per sel.",
)

_THIN = Side(style="thin", color="B7BDC5")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="DDE5EC")
_HEAD_INPUT = PatternFill("solid", fgColor="F2E3A6")
_INPUT = PatternFill("solid", fgColor="FFF9E3")
_FIXED = PatternFill("solid", fgColor="F1F4F7")
_LEVELS = {"sasaran": PatternFill("solid", fgColor="D5DEE6"), "program": PatternFill("solid", fgColor="E3EAF0")}
_BOLD = {"sasaran", "program", "kegiatan"}
_NUMBERS = {"Target", "Pagu (Rp)", "Realisasi Kinerja", "Realisasi (Rp)"}


@dataclass(frozen=True, slots=True)
class Cells:
    """What the workbook holds of a row: fixed columns, cells to fill in, and which of those are open."""

    tetap: tuple[Isi, ...]
    isian: dict[str, Isi]
    terbuka: frozenset[str]

    def kunci(self, renstra: Renstra, tahun: int, row: SheetRow) -> Kunci:
        """The key that remembers these cells."""
        tetap = [as_text(item) for item in self.tetap]
        isian = [as_text(item) for item in self.isian.values()]
        return Kunci.of(renstra.kode, tahun, row.triwulan, row.kode_indikator, row.versi, tetap, isian)


def cells_of(row: SheetRow) -> Cells:
    """A row as the workbook writes it now, and as what comes back is compared with."""
    values = row.values
    kinerja: Isi = write_kinerja(values.keadaan, values.kinerja) or None
    if values.kinerja is not None:
        kinerja = as_shown(values.kinerja)
    elif values.keadaan == Keadaan.TIDAK_BERLAKU:
        kinerja = f"{kinerja}: {values.alasan_keadaan}"
    open_cells = set() if row.locked else set(ISIAN)
    if row.computed or row.follows_kinerja:
        open_cells.discard("kinerja")
    if not row.rules.takes_rupiah or row.follows_rupiah:
        open_cells.discard("rupiah")
    return Cells(
        (
            row.kode or None,
            row.uraian,
            row.indikator,
            row.satuan or None,
            None if row.target is None else as_shown(row.target),
            row.money.pagu if row.has_money else None,
        ),
        {
            "kinerja": kinerja,
            "rupiah": row.money.realisasi if row.has_money else None,
            "faktor_pendorong": values.faktor_pendorong or None,
            "faktor_penghambat": values.faktor_penghambat or None,
            "tindak_lanjut": values.tindak_lanjut or None,
        },
        frozenset(open_cells),
    )


def build_template(
    renstra: Renstra,
    tahun: int,
    *,
    triwulan: int = 0,
    unit: UnitKerja | None = None,
    per_unit: bool = False,
    made: datetime,
) -> bytes:
    """The workbook of a period: rows of ``unit`` and below, or of the whole office.

    One sheet ``Realisasi``; with ``per_unit`` the whole office has a sheet for each unit below the Dinas instead.
    """
    rows = [row for row in load_sheet(renstra, tahun, None, unit=unit, triwulan=triwulan).rows if row.own]
    book = Workbook()
    book.remove(book.active)
    groups = _by_unit(renstra, rows) if per_unit else [(SHEET, rows)]
    for title, group in groups:
        _fill(book.create_sheet(title), group, renstra, tahun)
    period = nama_periode(tahun, triwulan)
    owner = unit.nama if unit else "Semua unit kerja"
    _guide(book.create_sheet(GUIDE), [title for title, _ in groups], (renstra.judul, period, owner, made), len(rows))
    book.properties.title = f"Realisasi {period}, {owner}"
    book.properties.creator = "Renstra"
    book.properties.language = "id"
    book.properties.created = book.properties.modified = made.replace(tzinfo=None)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _by_unit(renstra: Renstra, rows: Sequence[SheetRow]) -> list[tuple[str, list[SheetRow]]]:
    """Rows by the unit below the Dinas that they belong to, in the order of the office; those of the Dinas first."""
    units = UnitKerja.objects.filter(perangkat_daerah=renstra.perangkat_daerah_id).order_by("urutan")
    names = {unit.kode: unit.nama for unit in units if "." not in unit.kode}
    groups: dict[str, list[SheetRow]] = {kode: [] for kode in names}
    for row in rows:
        groups.setdefault(row.unit_kode.partition(".")[0], []).append(row)
    found: list[tuple[str, list[SheetRow]]] = []
    taken: set[str] = set()
    for kode, group in groups.items():
        if group:
            title = _sheet_name(names.get(kode, "Tanpa unit"), taken)
            taken.add(title.lower())
            found.append((title, group))
    return found or [(SHEET, [])]


def _sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 characters, cut between words, and no name twice."""
    short = _SHEET_NAME.sub(" ", name).strip()
    if len(short) > 28:
        short = short[:28].rpartition(" ")[0] or short[:28]
    found, number = short, 2
    while found.lower() in taken or found == GUIDE:
        found, number = f"{short} {number}", number + 1
    return found


class _Styles:
    """Styles of cells, made once each."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._known: dict[tuple, Any] = {}

    def of(self, column: str, jenis: str, open_: bool, risky: bool, text: bool) -> Any:
        key = (column, jenis in _BOLD, jenis in _LEVELS and jenis, open_, risky, text)
        style = self._known.get(key)
        if style is None:
            cell = Cell(self._sheet, row=1, column=1)
            number = column in _NUMBERS
            small = column == KOLOM[0]
            cell.font = Font(
                name="Calibri",
                size=7 if small else 10,
                bold=jenis in _BOLD and not open_ and not small,
                color="8A929C" if small else "1B1F24",
            )
            cell.alignment = Alignment(horizontal="right" if number else "left", vertical="top", wrap_text=not small)
            cell.border = _BORDER
            cell.fill = _INPUT if open_ else _LEVELS.get(jenis, _FIXED)
            cell.protection = Protection(locked=not open_)
            cell.quotePrefix = risky
            if column in {"Pagu (Rp)", "Realisasi (Rp)"}:
                cell.number_format = "#,##0"
            elif column == "Kode" or text:
                cell.number_format = "@"
            # Performance keeps "General": typing 7,23% then shows a percent, and comes back as 7,23.
            style = self._known[key] = cell._style
        return style


def _put(sheet: Worksheet, row: int, column: int, item: Isi, style: Any) -> None:
    """Write past openpyxl's guessing: a text is a text whatever it begins with."""
    cell = Cell(sheet, row=row, column=column)
    if item is not None:
        cell._value = _LITERAL.sub("_x005F_", clean(item)) if isinstance(item, str) else item
        cell.data_type = "s" if isinstance(item, str) else "n"
    cell._style = style
    sheet._cells[(row, column)] = cell


def _fill(sheet: Worksheet, rows: Sequence[SheetRow], renstra: Renstra, tahun: int) -> None:
    _head(sheet)
    styles = _Styles(sheet)
    open_rows: dict[str, list[int]] = {name: [] for name in ISIAN}
    for number, row in enumerate(rows, start=2):
        cells = cells_of(row)
        values: list[tuple[str, Isi, bool]] = [(KOLOM[0], str(cells.kunci(renstra, tahun, row)), False)]
        values += [(column, item, False) for column, item in zip(TETAP, cells.tetap, strict=True)]
        for name, item in cells.isian.items():
            values.append((ISIAN[name], item, name in cells.terbuka))
            if name in cells.terbuka:
                open_rows[name].append(number)
        for at, (column, item, open_) in enumerate(values, start=1):
            risky = isinstance(item, str) and item.startswith(_RISKY)
            text = column in list(ISIAN.values())[2:]
            _put(sheet, number, at, item, styles.of(column, row.jenis, open_, risky, text))
        # Wrapped text does not always grow its row where it was not typed.
        lines = max(_lines(item, _WIDTHS[at]) for at, (_, item, _) in enumerate(values) if at)
        sheet.row_dimensions[number].height = min(400, 13.5 * lines + 2)
    _validate(sheet, open_rows)
    _set_up(sheet, len(rows) + 1)


def _lines(item: Isi, width: int) -> int:
    if not isinstance(item, str):
        return 1
    return sum(1 + len(line) // max(1, width - 1) for line in item.split("\n"))


def _head(sheet: Worksheet) -> None:
    for at, column in enumerate(KOLOM, start=1):
        cell = sheet.cell(1, at, column)
        cell.font = Font(name="Calibri", size=10, bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _BORDER
        cell.fill = _HEAD_INPUT if column in ISIAN.values() else _HEAD
        if column in HELP:
            cell.comment = Comment(HELP[column], "Renstra", height=110, width=300)
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS[at - 1]
    sheet.row_dimensions[1].height = 32


def _validate(sheet: Worksheet, open_rows: dict[str, list[int]]) -> None:
    """Say at once what a cell takes. A warning and no stop: ``Rp 1.000.000`` as text is understood as well."""
    for name, numbers in open_rows.items():
        if not numbers:
            continue
        column = get_column_letter(KOLOM.index(ISIAN[name]) + 1)
        first = f"{column}{numbers[0]}"
        if name == "kinerja":
            check = DataValidation(
                type="custom",
                formula1=f'OR(AND(ISNUMBER({first}),{first}>=0),LOWER({first})="nihil",'
                f'LOWER({first})="tidak ada kejadian",LEFT(LOWER({first}),13)="tidak berlaku")',
                error="Ini bukan angka 0 atau lebih, nihil, atau tidak berlaku: alasannya. Tetap simpan?",
            )
        elif name == "rupiah":
            check = DataValidation(
                type="whole",
                operator="greaterThanOrEqual",
                formula1="0",
                error="Ini bukan rupiah bulat 0 atau lebih. Tetap simpan?",
            )
        else:
            check = DataValidation(
                type="textLength",
                operator="lessThanOrEqual",
                formula1=str(MAX_TEXT),
                error=f"Tulisan ini lebih dari {MAX_TEXT} huruf dan akan ditolak. Tetap simpan?",
            )
        check.errorStyle = "warning"
        check.errorTitle, check.promptTitle = "Periksa isian", ISIAN[name]
        check.prompt = HELP[ISIAN[name]][:255]
        check.showErrorMessage = True
        check.showInputMessage = name in {"kinerja", "rupiah"}
        check.allow_blank = True
        check.sqref = MultiCellRange([f"{column}{start}:{column}{end}" for start, end in _runs(numbers)])
        sheet.add_data_validation(check)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ranges of numbers that follow each other."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _set_up(sheet: Worksheet, last: int) -> None:
    sheet.freeze_panes = "E2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(KOLOM))}{last}"
    guard = sheet.protection
    guard.sheet = True
    # False is "not forbidden".
    guard.formatColumns = guard.formatRows = guard.autoFilter = guard.sort = False
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = str(FOLIO)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.35
    sheet.page_margins.top, sheet.page_margins.bottom = 0.4, 0.55
    sheet.oddFooter.left.text = sheet.title.replace("&", "&&")
    sheet.oddFooter.right.text = "Halaman &P dari &N"


def _guide(sheet: Worksheet, titles: Sequence[str], facts: tuple[str, str, str, datetime], count: int) -> None:
    """What this file is, how to fill it in, and how far it is (worked out by the spreadsheet)."""
    judul, period, owner, made = facts
    plain, strong = Font(name="Calibri", size=10), Font(name="Calibri", size=10, bold=True)
    lines: list[tuple[str, str]] = [
        ("Renstra", judul),
        ("Periode", period),
        ("Unit", owner),
        ("Diambil", f"{format_waktu(made)} WIB, {count} baris"),
        *((f"Langkah {at}", text) for at, text in enumerate(STEPS, start=1)),
        *HELP.items(),
    ]
    for number, (name, text) in enumerate(lines, start=1):
        for column, (item, font) in enumerate(((name, strong), (text, plain)), start=1):
            cell = sheet.cell(number, column)
            cell._value, cell.data_type = item, "s"
            cell.font = font
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    column = get_column_letter(KOLOM.index(ISIAN["kinerja"]) + 1)
    ranges = ",".join(f"'{title}'!{column}2:{column}{max(2, count + 1)}" for title in titles)
    sheet.cell(len(lines) + 2, 1, "Realisasi Kinerja terisi").font = strong
    sheet.cell(len(lines) + 2, 2, f'=COUNTA({ranges})&" dari {count} baris"').font = plain
    sheet.column_dimensions["A"].width = 32
    sheet.column_dimensions["B"].width = 100
    sheet.protection.sheet = True
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = str(FOLIO)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True

"""The log of a year as a workbook: every change of realisasi, quarter targets, evidence and remarks, oldest first.

Rows stream from the trail into the file, so memory does not grow with the year.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.db import models
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from accounts.models import Jejak, User
from indicators.models import Bukti, Indikator, Komentar, Realisasi, TargetTriwulan
from indicators.querysets import kunci_realisasi
from indicators.riwayat import KOLOM, shown
from programs.models import Renstra
from renstra.formats import format_waktu

# Heading and width in characters.
COLUMNS = (
    ("Waktu", 17),
    ("Pelaku", 26),
    ("Melalui", 14),
    ("Unit kerja", 34),
    ("Kode", 18),
    ("Indikator", 50),
    ("Periode", 10),
    ("Hal", 18),
    ("Kolom", 22),
    ("Dari", 24),
    ("Menjadi", 24),
    ("Alasan", 40),
    ("Id permintaan", 18),
)
SUBJECTS: tuple[tuple[type[models.Model], str], ...] = (
    (Realisasi, "Realisasi"),
    (TargetTriwulan, "Target triwulan"),
    (Bukti, "Bukti"),
    (Komentar, "Komentar"),
)
ROWS_A_SHEET = 1_000_000  # Excel ends at 1.048.576
MAX_TEXT = 32_000
CHUNK = 2000
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS = {"kinerja": Decimal, "target": Decimal, "rupiah": int, "pagu": int, "ukuran": int}


def write_log(plan: Renstra, tahun: int, person: User, made: datetime) -> IO[bytes]:
    """The workbook as an open temporary file, at its beginning; rows that ``person`` may read."""
    rows = Indikator.objects.for_renstra(plan).visible_to(person)
    named = {
        root: (unit or "", kode, text)
        for root, unit, kode, text in rows.with_code()
        .annotate(root=kunci_realisasi())
        .values_list("root", "unit_nama", "kode", "uraian")
    }
    where = Q()
    periods: dict[str, dict[str, tuple[int, int]]] = {}
    for model, _ in SUBJECTS:
        roots = rows.order_by().values(root=kunci_realisasi())
        kept = model._default_manager.filter(indikator__in=roots, tahun=tahun).order_by()
        label = model._meta.label_lower
        where |= Q(objek=label, objek_id__in=kept.annotate(kunci=Cast("pk", CharField())).values("kunci"))
        periods[label] = {
            str(pk): (root, quarter) for pk, root, quarter in kept.values_list("pk", "indikator_id", "triwulan")
        }
    book = Workbook(write_only=True)
    book.properties.title = f"Riwayat realisasi {tahun}"
    book.properties.creator = "Renstra"
    book.properties.language = "id"
    sheet, written, pages = _sheet(book, "Riwayat"), 0, 1
    words = {model._meta.label_lower: word for model, word in SUBJECTS}
    doors = dict(Jejak.Pintu.choices)
    trail = (
        Jejak.objects.filter(where)
        .order_by("pk")
        .values_list(
            "waktu", "pelaku_nama", "pintu", "objek", "objek_id", "kolom", "dari", "ke", "alasan", "permintaan"
        )
    )
    for when, who, door, subject, key, column, was, now, why, request in trail.iterator(chunk_size=CHUNK):
        if key not in periods[subject]:
            continue  # came into being after the log was begun
        root, quarter = periods[subject][key]
        unit, kode, text = named[root]
        if written == ROWS_A_SHEET:
            pages += 1
            sheet, written = _sheet(book, f"Riwayat {pages}"), 0
        written += 1
        sheet.append(
            [
                _moment(sheet, when),
                _text(sheet, who),
                doors.get(door, door),
                _text(sheet, unit),
                _text(sheet, kode),
                _text(sheet, text),
                f"TW {quarter}" if quarter else "Setahun",
                words[subject],
                _text(sheet, KOLOM.get(column, column)),
                _value(sheet, column, was),
                _value(sheet, column, now),
                _text(sheet, why),
                _text(sheet, request),
            ]
        )
    _about(book, plan, tahun, person, made)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _sheet(book: Workbook, title: str) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(title)
    for at, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    head = []
    for name, _ in COLUMNS:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(name="Calibri", size=11, bold=True)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        head.append(cell)
    sheet.append(head)
    return sheet


def _moment(sheet: WriteOnlyWorksheet, when: datetime) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=timezone.localtime(when).replace(tzinfo=None, microsecond=0))
    cell.number_format = "dd/mm/yyyy hh:mm"
    return cell


def _text(sheet: WriteOnlyWorksheet, value: str | None) -> Any:
    """Text that stays text: what looks like a formula is never one."""
    text = ILLEGAL_CHARACTERS_RE.sub("", value or "")[:MAX_TEXT]
    if not text.startswith(_RISKY):
        return text or None
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _value(sheet: WriteOnlyWorksheet, column: str, value: str | None) -> Any:
    """A figure as a number cell, a state in words, all else as text; nothing stays blank."""
    if not value:
        return None
    kind = _NUMBERS.get(column)
    if kind is not None:
        try:
            cell = WriteOnlyCell(sheet, value=kind(value))
        except (ValueError, ArithmeticError):
            return _text(sheet, value)
        cell.number_format = "#,##0" if kind is int else "#,##0.####"
        return cell
    return _text(sheet, shown(column, value))


def _about(book: Workbook, plan: Renstra, tahun: int, person: User, made: datetime) -> None:
    sheet = book.create_sheet("Keterangan")
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 80
    scope = "semua unit kerja" if person.sees_all_units() else str(person.unit or "tanpa unit")
    for label, words in (
        ("Isi", f"Setiap perubahan realisasi tahun {tahun}, target triwulan, bukti, dan komentarnya"),
        ("Rencana", f"{plan.judul} ({plan.versi})"),
        ("Unit kerja", scope),
        ("Dibuat", format_waktu(made)),
        ("Oleh", str(person)),
        ("Urutan", "Dari yang paling lama; satu baris satu sel yang berubah"),
    ):
        sheet.append([label, _text(sheet, words)])

"""Workbooks as an office hands them in: exported, then changed with openpyxl as a person would in Excel."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Jejak
from indicators.workbook.columns import KOLOM
from indicators.workbook.importing import import_workbook
from indicators.workbook.template import build_template
from tests.entry_office import TAHUN

LETTER = dict(zip(KOLOM, "ABCDEFGHIJKL", strict=True))


def export(office, unit=None, *, tahun=TAHUN, triwulan=0, per_unit=False):
    """The workbook as bytes."""
    made = timezone.localtime()
    return build_template(office.renstra, tahun, triwulan=triwulan, unit=unit, per_unit=per_unit, made=made)


def opened(content):
    """openpyxl's view of it."""
    return load_workbook(BytesIO(content))


def saved(book):
    """A workbook of openpyxl as bytes."""
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def row_of(content, indikator, sheet="Realisasi"):
    """Number of the row of an indicator."""
    for number, (cell,) in enumerate(opened(content)[sheet].iter_rows(max_col=1, values_only=True), start=1):
        if cell and f"|{indikator.kode}|" in cell:
            return number
    raise LookupError(indikator.kode)


def filled(content, cells, sheet="Realisasi"):
    """The workbook with cells typed over: ``{(indikator, column): value}`` or ``{"H5": value}``."""
    places = {
        place if isinstance(place, str) else f"{LETTER[place[1]]}{row_of(content, place[0], sheet)}": value
        for place, value in cells.items()
    }
    book = opened(content)
    for place, value in places.items():
        book[sheet][place] = value
    return saved(book)


def changed(content, change, sheet="Realisasi"):
    """The workbook after ``change(sheet)``."""
    book = opened(content)
    change(book[sheet])
    return saved(book)


def members(content):
    """Files inside the package."""
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(files):
    """A package of these files."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return buffer.getvalue()


def rewritten(content, name, change):
    """The package with one member changed by ``change(bytes)``."""
    files = members(content)
    files[name] = change(files[name])
    return packed(files)


def send(actor, content, *, nama="isian.xlsx", **options):
    """Import it as the page does."""
    return import_workbook(actor, content, nama, pintu=Jejak.Pintu.BERKAS, **options)

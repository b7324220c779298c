"""A workbook that came in as plain cells, or why it is not read.

The file is somebody's: it is unpacked and parsed by a process of its own that may use little memory
and time (``xlsx_child.py``), and what is no workbook is named before that.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from indicators.workbook import xlsx_child
from indicators.workbook.columns import clean, number_text, plain_digits
from renstra.formats import format_number, format_tanggal

MAX_FILE = xlsx_child.MAX_FILE
WALL_SECONDS = 45
_TAKE_NEW = "Ambil berkas isian dari halaman Realisasi, isi, lalu simpan sebagai Excel (.xlsx)."
_WORDS = {
    "rusak": f"Berkas ini rusak atau terpotong, jadi tidak dapat dibaca. Simpan ulang dari Excel, atau: {_TAKE_NEW}",
    "besar": "Isi berkas ini jauh lebih besar daripada berkas isian mana pun, jadi tidak dibuka. "
    "Salin isian Anda ke berkas isian yang baru diambil.",
    "sandi": "Berkas ini dikunci dengan kata sandi. Buka di Excel, hapus sandinya, simpan, lalu kirim lagi.",
    "dtd": "Berkas ini memuat deklarasi XML yang tidak pernah ditulis Excel, jadi tidak dibuka.",
    "zip": f"Ini berkas zip, bukan buku kerja Excel. {_TAKE_NEW}",
    "ods": "Ini berkas OpenDocument. Di LibreOffice pilih Simpan Sebagai, jenis Excel 2007-365 (.xlsx).",
    "xlsb": "Ini buku kerja biner (.xlsb). Di Excel pilih Simpan Sebagai, jenis Buku Kerja Excel (.xlsx).",
    "bukan": f"Ini dokumen Office lain, bukan buku kerja Excel. {_TAKE_NEW}",
}


class BerkasDitolak(Exception):
    """The file as a whole is not taken: why and what to do; ``sel`` and ``nilai`` where, if anywhere."""

    def __init__(self, alasan: str, sel: str = "", nilai: str = "") -> None:
        super().__init__(alasan)
        self.sel, self.nilai = sel, nilai


@dataclass(frozen=True, slots=True)
class Sel:
    """One cell: ``jenis`` is ``angka``, ``teks``, ``logika``, ``galat``, ``tanggal`` or ``kosong``.

    ``teks`` is the number in digits with a point, or the text. A percent cell holds 0.0723
    and shows 7,23%; ``teks`` is what it shows: ``7.23``, and ``persen`` is set.
    ``rumus`` is the formula whose stored result this is; without one the cell is ``kosong``.
    """

    jenis: str = "kosong"
    teks: str = ""
    persen: bool = False
    rumus: str = ""

    @property
    def isi(self) -> str:
        """Text to compare with ``columns.as_text``; a formula without a result is not a blank."""
        if self.rumus and self.jenis == "kosong":
            return f"={self.rumus}"
        return f"{self.teks}%" if self.persen else self.teks

    @property
    def ditulis(self) -> str:
        """The cell as a person would type it, for the readers of ``entry.py`` and for messages."""
        if self.rumus and self.jenis == "kosong":
            return f"={self.rumus.removeprefix('=')}"
        if self.jenis == "angka":
            return _indonesian(self.teks) + ("%" if self.persen else "")
        if self.jenis == "logika":
            return "TRUE" if self.teks == "1" else "FALSE"
        return self.teks


KOSONG = Sel()


@dataclass(frozen=True, slots=True)
class Lembar:
    """One sheet; ``baris`` are the rows that hold something, by number, each by column number."""

    nama: str
    tersembunyi: bool
    gabung: tuple[str, ...]
    baris: Mapping[int, Mapping[int, Sel]]


def read_workbook(content: bytes) -> list[Lembar]:
    """Sheets of a workbook; raises ``BerkasDitolak``."""
    _check_kind(content)
    # The program is a constant of ours, the file goes in as data.
    command = [sys.executable, "-I", "-S", str(Path(xlsx_child.__file__))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=WALL_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BerkasDitolak(_WORDS["besar"]) from None
    # Killed by a limit: it asked for more than a good file does.
    answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"galat": "besar"}
    if word := answer.get("galat"):
        raise BerkasDitolak(_WORDS[word])
    first_day = date(1904, 1, 1) if answer["date1904"] else date(1899, 12, 30)
    return [
        Lembar(
            sheet["nama"],
            sheet["tersembunyi"],
            tuple(sheet["gabung"]),
            {
                number: {int(column): _cell(*cell, first_day=first_day) for column, cell in cells.items()}
                for number, cells in sheet["baris"]
            },
        )
        for sheet in answer["lembar"]
    ]


def _check_kind(content: bytes) -> None:
    """Name what is no XLSX by its first bytes; raises ``BerkasDitolak``."""
    if not content:
        raise BerkasDitolak(f"Berkas ini kosong. {_TAKE_NEW}")
    if len(content) > MAX_FILE:
        size = format_number(Decimal(len(content)) / 1024 / 1024, 1)
        raise BerkasDitolak(f"Berkas ini {size} MB; paling besar {MAX_FILE // 1024 // 1024} MB. {_TAKE_NEW}")
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # the container of .xls, and of a workbook with a password
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise BerkasDitolak(_WORDS["sandi"])
        raise BerkasDitolak(
            "Ini berkas Excel lama (.xls). Di Excel pilih Simpan Sebagai, jenis Buku Kerja Excel (.xlsx)."
        )
    if not content.startswith(b"PK\x03\x04"):
        raise BerkasDitolak(f"Berkas ini bukan buku kerja Excel. {_TAKE_NEW}")


def _cell(kind: str, text: str, form: str, formula: str | None, *, first_day: date) -> Sel:
    rumus = formula or ""
    if kind == "-":
        return Sel(rumus=rumus)
    if kind == "n" and form == "tanggal":
        return Sel("tanggal", _day(text, first_day), rumus=rumus)
    if kind == "n":
        digits = number_text(text)
        if form == "persen":
            return Sel("angka", plain_digits(Decimal(digits) * 100), persen=True, rumus=rumus)
        return Sel("angka", digits, rumus=rumus)
    jenis = {"b": "logika", "e": "galat", "d": "tanggal"}.get(kind, "teks")
    value = clean(text)
    return Sel(jenis, value, rumus=rumus) if value or rumus else KOSONG


def _day(text: str, first_day: date) -> str:
    try:
        return format_tanggal(first_day + timedelta(days=int(float(text))))
    except (OverflowError, ValueError):
        return text


def _indonesian(digits: str) -> str:
    """``1234.5`` → ``1.234,5``: nothing is rounded, so that too many decimals are seen and refused."""
    whole, _, fraction = digits.lstrip("-").partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return ("-" if digits.startswith("-") else "") + grouped + (f",{fraction}" if fraction else "")


def address(column: int, row: int) -> str:
    """``(8, 12)`` → ``H12``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def bounds(ref: str) -> tuple[int, int, int, int] | None:
    """Columns and rows of a range: ``H5:I7`` → ``(8, 5, 9, 7)``; None when it is none."""
    first, _, last = ref.partition(":")
    found: list[int] = []
    for part in (first, last or first):
        place = xlsx_child.CELL.fullmatch(part)
        if place is None:
            return None
        found += [xlsx_child.column_number(place[1]), int(place[2])]
    return (min(found[0], found[2]), min(found[1], found[3]), max(found[0], found[2]), max(found[1], found[3]))

"""Rows of a CSV or XLSX file, as a stream: kind of file, encoding and separator are found out, not asked for.

A file that cannot be read as a whole is a ``BerkasDitolak``; what is wrong with single rows is found in ``baris.py``.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pmks.impor import lembar

MAX_BYTES = 2_000_000_000
MAX_ROWS = 4_000_000
MAX_COLUMNS = 200
_SEPARATORS = (";", ",", "\t")
_PLAIN = re.compile(r"[^a-z0-9]+")

csv.field_size_limit(100_000)


class BerkasDitolak(ValueError):
    """The file as a whole cannot be imported; the message says why and how to mend it."""


class Angka(str):
    """A cell that was a number in the workbook: its digits may be rounded."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Bentuk:
    """How a file is written: ``pemisah`` empty for XLSX."""

    pengodean: str
    pemisah: str

    @property
    def xlsx(self) -> bool:
        """Whether it is a workbook."""
        return not self.pemisah

    @property
    def kata(self) -> str:
        """For people."""
        if self.xlsx:
            return "XLSX, lembar pertama"
        names = {";": "titik koma", ",": "koma", "\t": "tab"}
        encoding = {"cp1252": "Windows-1252", "utf-16": "UTF-16"}.get(self.pengodean, "UTF-8")
        return f"CSV {encoding}, pemisah {names[self.pemisah]}"


def column_key(judul: str) -> str:
    """A heading as it is compared: ``"No. KK "`` → ``no_kk``."""
    return _PLAIN.sub("_", judul.lower()).strip("_")


def detect(path: Path, known: frozenset[str]) -> Bentuk:
    """Kind, encoding and separator; ``known`` are the headings that decide between separators."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise BerkasDitolak(f"Berkas tidak dapat dibaca ({error.strerror}).") from None
    if size == 0:
        raise BerkasDitolak("Berkas kosong.")
    if size > MAX_BYTES:
        raise BerkasDitolak(f"Berkas lebih besar dari {MAX_BYTES // 1_000_000_000} GB; bagi menjadi beberapa berkas.")
    if head.startswith(b"PK\x03\x04"):
        return Bentuk("", "")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BerkasDitolak("Berkas XLS lama atau XLSX berkata sandi; simpan sebagai XLSX atau CSV tanpa kata sandi.")
    encoding = _encoding(path, head)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(100_000)
    if "\x00" in first:
        raise BerkasDitolak("Berkas ini bukan CSV atau XLSX.")
    found = {}
    for separator in _SEPARATORS:
        names = next(csv.reader([first], delimiter=separator), [])
        found[separator] = (len({column_key(name) for name in names} & known), len(names))
    best = max(_SEPARATORS, key=lambda separator: found[separator])
    if found[best][1] < 2:
        raise BerkasDitolak("Baris pertama harus memuat judul kolom yang dipisahkan titik koma, koma, atau tab.")
    return Bentuk(encoding, best)


def _encoding(path: Path, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise BerkasDitolak("Pengodean teks berkas ini tidak dikenal; simpan sebagai CSV UTF-8.")


@dataclass(frozen=True, slots=True)
class Isi:
    """Rows with the heading first, and about how many there are."""

    baris: Iterator[list[str]]
    kira: int


@contextmanager
def open_rows(path: Path, bentuk: Bentuk) -> Iterator[Isi]:
    """The rows of a file; the reading process of a workbook ends with the block."""
    if not bentuk.xlsx:
        with path.open("rb") as raw:
            lines = sum(block.count(b"\n") for block in iter(lambda: raw.read(1 << 20), b""))
        with path.open(encoding=bentuk.pengodean, newline="") as file:
            yield Isi(_csv_rows(file, bentuk.pemisah), lines)
        return
    # -I: nothing of the environment, nothing of the folder.
    command = [sys.executable, "-I", lembar.__file__, str(path.resolve())]
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as child:
        try:
            rows = _sheet_rows(child)
            height = next(rows)
            yield Isi(rows, int(height[0]))
        finally:
            child.kill()


def _csv_rows(file: IO[str], separator: str) -> Iterator[list[str]]:
    reader = csv.reader(file, delimiter=separator)
    try:
        yield from reader
    except csv.Error as error:
        raise BerkasDitolak(
            f"CSV tidak terbaca di dekat baris {reader.line_num} ({error}); periksa tanda petik di situ."
        ) from None


def _sheet_rows(child: subprocess.Popen[str]) -> Iterator[list[str]]:
    assert child.stdout is not None
    for line in child.stdout:
        row = json.loads(line)
        if isinstance(row, dict):
            if "galat" in row:
                raise BerkasDitolak(row["galat"])
            row = [str(row["tinggi"])]
        yield [_cell(value) for value in row]
    if child.wait():
        raise BerkasDitolak(
            "Berkas XLSX menghabiskan batas memori atau waktu saat dibaca; simpan sebagai CSV lalu ulangi."
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if "n" in value:
        return Angka(value["n"])
    if "d" in value:
        return str(value["d"])
    return "ya" if value["b"] else "tidak"

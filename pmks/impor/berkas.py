"""Rows of a CSV or XLSX file, as a stream: kind of file, encoding and separator are found out, not asked for.

A file that cannot be read as a whole is a ``BerkasDitolak``; what is wrong with single rows is found in ``baris.py``.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pmks.impor import brankas, lembar
from pmks.kripto import KunciError

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
        with brankas.open_read(path) as file:
            head = file.read(8)
    except OSError as error:
        raise BerkasDitolak(f"Berkas tidak dapat dibaca ({error.strerror}).") from None
    except KunciError as error:
        raise BerkasDitolak(str(error)) from None
    if not head:
        raise BerkasDitolak("Berkas kosong.")
    if size > MAX_BYTES:
        raise BerkasDitolak(f"Berkas lebih besar dari {MAX_BYTES // 1_000_000_000} GB; bagi menjadi beberapa berkas.")
    if head.startswith(b"PK\x03\x04"):
        return Bentuk("", "")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BerkasDitolak("Berkas XLS lama atau XLSX berkata sandi; simpan sebagai XLSX atau CSV tanpa kata sandi.")
    encoding = _encoding(path, head)
    with _open_text(path, encoding) as text:
        first = text.readline(100_000)
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
            with brankas.open_read(path) as file:
                while block := file.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        except KunciError as error:
            raise BerkasDitolak(str(error)) from None
        return encoding
    raise BerkasDitolak("Pengodean teks berkas ini tidak dikenal; simpan sebagai CSV UTF-8.")


def _open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(brankas.open_read(path), encoding=encoding, newline="")


@dataclass(frozen=True, slots=True)
class Isi:
    """Rows with the heading first, and about how many there are below it."""

    baris: Iterator[list[str]]
    kira: int


@contextmanager
def open_rows(path: Path, bentuk: Bentuk) -> Iterator[Isi]:
    """The rows of a file; the reading process of a workbook ends with the block."""
    if not bentuk.xlsx:
        with _open_text(path, bentuk.pengodean) as file:
            yield Isi(_csv_rows(file, bentuk.pemisah), _rows_below(path))
        return
    with (
        _handed_over(path) as (name, stdin),
        subprocess.Popen(  # noqa: S603 - our own program
            # -I: nothing of the environment, nothing of the folder.
            [sys.executable, "-I", lembar.__file__, name],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        ) as child,
    ):
        try:
            rows = _sheet_rows(child)
            height = next(rows)
            yield Isi(rows, int(height[0]))
        finally:
            child.kill()


def _rows_below(path: Path) -> int:
    """Lines of a text below the first one; the last may end without a line feed."""
    lines, last = 0, b"\n"
    with brankas.open_read(path) as raw:
        for block in iter(lambda: raw.read(1 << 20), b""):
            lines, last = lines + block.count(b"\n"), block[-1:]
    return max(lines - (last == b"\n"), 0)


@contextmanager
def _handed_over(path: Path) -> Iterator[tuple[str, int]]:
    """The name under which the child finds a workbook, and its standard input.

    A workbook is read here and there: the text of a sealed one lies in memory without a name, never on the disk, and
    is gone with the two processes.
    """
    if not brankas.is_sealed(path):
        yield str(path.resolve()), subprocess.DEVNULL
        return
    with os.fdopen(os.memfd_create("impor"), "wb") as memory:
        try:
            with brankas.open_read(path) as file:
                shutil.copyfileobj(file, memory, 1 << 20)
        except KunciError as error:
            raise BerkasDitolak(str(error)) from None
        memory.flush()
        yield "/dev/stdin", memory.fileno()


def _csv_rows(file: IO[str], separator: str) -> Iterator[list[str]]:
    reader = csv.reader(file, delimiter=separator)
    try:
        yield from reader
    except KunciError as error:
        raise BerkasDitolak(str(error)) from None
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

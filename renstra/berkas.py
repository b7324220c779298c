"""What an uploaded file is, by its content: type, size, hash and a name that is safe to hand out again.

Nothing of the file is stored or changed here. A workbook or document is looked into as the ZIP it is: unpacked
size and number of parts are limited, macros are refused, and each part is read once, so a damaged one is found
on the day it comes and not when somebody needs it.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import puremagic
from lxml import etree

MAX_PARTS = 5000
MAX_UNPACKED = 200 * 1024 * 1024
_CONTENT_TYPES = "[Content_Types].xml"
_CHUNK = 1024 * 1024
_NAME_LENGTH = 150


@dataclass(frozen=True, slots=True)
class Jenis:
    """One type of file that is accepted."""

    kata: str
    tipe: str
    akhiran: tuple[str, ...]


PDF = Jenis("PDF", "application/pdf", (".pdf",))
JPG = Jenis("gambar JPG", "image/jpeg", (".jpg", ".jpeg"))
PNG = Jenis("gambar PNG", "image/png", (".png",))
XLSX = Jenis("buku kerja XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
DOCX = Jenis("dokumen DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
JENIS = (PDF, JPG, PNG, XLSX, DOCX)
AKHIRAN = tuple(suffix for kind in JENIS for suffix in kind.akhiran)
KATA = {kind.tipe: kind.kata for kind in JENIS}
DITERIMA = "PDF, JPG, PNG, XLSX, atau DOCX"

_WORDS = {
    ".exe": "program Windows",
    ".elf": "program",
    ".html": "halaman web (HTML)",
    ".htm": "halaman web (HTML)",
    ".svg": "gambar SVG",
    ".gif": "gambar GIF",
    ".webp": "gambar WebP",
    ".heic": "gambar HEIC dari ponsel",
    ".doc": "dokumen Office lama (.doc, .xls) atau bersandi",
    ".rar": "arsip RAR",
    ".7z": "arsip 7z",
}
# What reading a broken or forged ZIP raises, beside BadZipFile.
_BROKEN_ZIP = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, KeyError, ValueError, OverflowError),
)
# The part that holds the document, and the type a file without macros gives it.
_MAIN = {f"{XLSX.tipe}.main+xml": XLSX, f"{DOCX.tipe}.main+xml": DOCX}


class BerkasDitolak(ValueError):
    """The file is not accepted; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Periksa:
    """A file that was accepted: name to show, type, size in bytes, SHA-256 of the content."""

    nama: str
    jenis: Jenis
    ukuran: int
    sha256: str


def examine(file: BinaryIO, nama: str, *, batas: int) -> Periksa:
    """Read the file from its beginning and say what it is; raises ``BerkasDitolak``.

    ``batas`` is the largest size in bytes. The position in the file is the beginning again afterwards.
    """
    nama = clean_name(nama)
    ukuran, sha256 = measure(file, batas=batas)
    if ukuran == 0:
        raise BerkasDitolak(f"{nama} kosong (0 byte); pilih berkas yang berisi.")
    if ukuran > batas:
        raise BerkasDitolak(
            f"{nama} lebih dari {size_words(batas)}; perkecil (misalnya pindai dengan resolusi lebih rendah) "
            "atau simpan di tempat lain dan tambahkan sebagai tautan."
        )
    kind = _kind(file, nama)
    suffix = PurePosixPath(nama).suffix.lower()
    if suffix not in kind.akhiran:
        shown = f"berakhiran {suffix}" if suffix else "tanpa akhiran"
        raise BerkasDitolak(
            f"{nama} {shown}, tetapi isinya {kind.kata}; ganti akhiran namanya menjadi {kind.akhiran[0]} bila benar."
        )
    file.seek(0)
    return Periksa(nama, kind, ukuran, sha256)


def measure(file: BinaryIO, *, batas: int | None = None) -> tuple[int, str]:
    """Size and SHA-256 of what can be read; stops after ``batas`` bytes, where the size is then larger than it."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if batas is not None and size > batas:
            break
    file.seek(0)
    return size, digest.hexdigest()


def clean_name(nama: str) -> str:
    """The last part of a name without what a file system, a header or an eye could misread."""
    text = unicodedata.normalize("NFC", nama.replace("\\", "/").rsplit("/", 1)[-1])
    # Cc, Cf, Zl, Zp: control characters and those that turn the direction of reading (fdp.exe).
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"} else c for c in text)
    text = re.sub(r'[<>:"|?*;\s]+', " ", text).strip(" .")
    path = PurePosixPath(text)
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    stem = text[: len(text) - len(suffix)].strip(" .") or "berkas"
    return f"{stem[: _NAME_LENGTH - len(suffix)].rstrip()}{suffix}"


def size_words(size: int) -> str:
    """``820 byte``, ``14 KB``, ``2,4 MB``."""
    if size < 1024:
        return f"{size} byte"
    if size < 1024 * 1024:
        return f"{(size + 512) // 1024} KB"
    tenths = (size * 10 + 512 * 1024) // (1024 * 1024)
    return f"{tenths // 10},{tenths % 10} MB" if tenths % 10 else f"{tenths // 10} MB"


def _kind(file: BinaryIO, nama: str) -> Jenis:
    file.seek(0)
    head = file.read(4096)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPG
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return PNG
    if head.startswith(b"PK"):
        return _office(file, nama)
    raise BerkasDitolak(f"{nama} ditolak: isinya {_describe(head)}. Yang diterima: {DITERIMA}.")


def _describe(head: bytes) -> str:
    try:
        suffix = puremagic.magic_string(head)[0].extension.lower()
    except (puremagic.PureError, ValueError, IndexError):
        return "tidak dikenal"
    return _WORDS.get(suffix, f"berkas {suffix}" if suffix else "tidak dikenal")


def _office(file: BinaryIO, nama: str) -> Jenis:
    """XLSX or DOCX without macros; every other ZIP is refused."""
    broken = BerkasDitolak(f"{nama} rusak atau tidak lengkap; simpan ulang dari aplikasinya, lalu unggah lagi.")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _limit(archive, nama)
            kind = _without_macros(archive, nama)
            # Declared sizes can lie: reading stops at them, and then the checksum does not fit.
            if archive.testzip() is not None:
                raise broken
            return kind
    except BerkasDitolak:
        raise
    except _BROKEN_ZIP:
        raise broken from None


def _limit(archive: zipfile.ZipFile, nama: str) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise BerkasDitolak(f"{nama} ditolak: berisi {len(parts)} bagian, paling banyak {MAX_PARTS}.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise BerkasDitolak(f"{nama} ditolak: setelah dibuka lebih dari {size_words(MAX_UNPACKED)}.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise BerkasDitolak(f"{nama} bersandi; simpan tanpa sandi agar verifikator dapat membukanya.")


def _without_macros(archive: zipfile.ZipFile, nama: str) -> Jenis:
    names = [name.lower() for name in archive.namelist()]
    if _CONTENT_TYPES.lower() not in names:
        raise BerkasDitolak(
            f"{nama} ditolak: isinya arsip ZIP biasa. Unggah isinya satu per satu; yang diterima: {DITERIMA}."
        )
    declared = _declared_types(archive.read(_CONTENT_TYPES))
    macros = any("vba" in kind or "macro" in kind or "activex" in kind for kind in declared)
    if macros or any(re.search(r"vbaproject|vbadata|/macrosheets/|/activex/", name) for name in names):
        raise BerkasDitolak(
            f"{nama} ditolak: berisi makro. Simpan sebagai .xlsx atau .docx tanpa makro, atau sebagai PDF."
        )
    for kind, found in _MAIN.items():
        if kind in declared:
            return found
    raise BerkasDitolak(f"{nama} ditolak: isinya bukan buku kerja XLSX atau dokumen DOCX. Yang diterima: {DITERIMA}.")


def _declared_types(xml: bytes) -> set[str]:
    """Content types of all parts in small letters; entities are not expanded and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise ValueError("bukan XML") from None
    if root.getroottree().docinfo.doctype:
        raise ValueError("XML dengan DTD")
    return {str(element.get("ContentType", "")).strip().lower() for element in root.iter(etree.Element)}

"""The archive: a ZIP of ``manifest.json``, the database and the uploaded files, each with size and SHA-256."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

MANIFEST = "manifest.json"
KIND = "cadangan-renstra"
FORM = 1
FILES = "berkas/"
NOT_MADE = "Cadangan tidak jadi, tidak ada berkas yang ditinggalkan"
_CHUNK = 1024 * 1024
_SHA256_LENGTH = 64
# Already compressed; packing them again costs time and wins nothing.
_PACKED = {".jpg", ".jpeg", ".png", ".xlsx", ".docx", ".pdf", ".zip"}


class BackupError(Exception):
    """Backup or restore is refused or did not succeed; the message says what, why and what is left as it was."""


@dataclass(frozen=True)
class Part:
    """A file of the archive: its name there (of an uploaded file: in the storage), bytes, SHA-256."""

    nama: str
    ukuran: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive says about itself.

    ``baris``: number of rows by table; ``hilang``: files that rows name and the storage did not have.
    ``mesin``: ``sqlite`` or ``postgresql``, with the version of that server.
    """

    dibuat: str
    aplikasi: str
    mesin: str
    versi_mesin: str
    basis_data: Part
    migrasi: list[str]
    baris: dict[str, int]
    berkas: list[Part] = field(default_factory=list)
    hilang: list[str] = field(default_factory=list)

    def dump(self) -> bytes:
        """As JSON."""
        content = {"jenis": KIND, "bentuk": FORM, **asdict(self)}
        return json.dumps(content, ensure_ascii=False, indent=1).encode()

    @classmethod
    def load(cls, raw: bytes) -> Manifest:
        """Read it; raises ``BackupError``."""
        try:
            content = json.loads(raw)
            if content.pop("jenis") != KIND:
                raise ValueError
            form = content.pop("bentuk")
            if form != FORM:
                raise BackupError(
                    f"Bentuk cadangan {form} tidak dikenal di sini; pakai versi aplikasi yang membuatnya."
                )
            content["basis_data"] = Part(**content["basis_data"])
            content["berkas"] = [Part(**item) for item in content["berkas"]]
            manifest = cls(**content)
            manifest._check()
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BackupError("Berkas ini bukan cadangan Renstra: manifest.json tidak terbaca.") from None
        return manifest

    def _check(self) -> None:
        """Refuse names that lead out of the storage, and whatever is not of its type."""
        texts = (self.dibuat, self.aplikasi, self.mesin, self.versi_mesin, *self.migrasi, *self.baris, *self.hilang)
        if not all(isinstance(text, str) for text in texts) or not all(type(n) is int for n in self.baris.values()):
            raise TypeError
        for part in (self.basis_data, *self.berkas):
            path = PurePosixPath(part.nama)
            inside = path.parts and not path.is_absolute() and ".." not in path.parts and "\\" not in part.nama
            if not inside or type(part.ukuran) is not int or len(part.sha256) != _SHA256_LENGTH:
                raise ValueError


# --- writing -------------------------------------------------------------------------


@contextmanager
def new_archive(output: Path) -> Iterator[tuple[zipfile.ZipFile, Path]]:
    """Yield an archive and a folder for what is made on the way, both beside ``output``.

    ``output`` appears at the end, complete, and never over another file; when anything goes wrong, nothing is left.
    """
    output = output.absolute()
    if output.exists() or output.is_symlink():
        raise BackupError(f"{output} sudah ada dan tidak ditimpa; pakai nama lain.")
    if not output.parent.is_dir():
        raise BackupError(f"Folder {output.parent} tidak ada; buat dahulu.")
    try:
        # In a folder of mode 0700: the archive holds names and password hashes.
        work = Path(tempfile.mkdtemp(prefix=f".{output.name}.sebagian-", dir=output.parent))
    except OSError as error:
        raise BackupError(f"Folder {output.parent} tidak dapat ditulisi ({explain(error)}).") from None
    try:
        partial = work / "arsip.zip"
        with zipfile.ZipFile(partial, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            yield archive, work
        partial.chmod(0o600)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        _put_in_place(partial, output)
    except OSError as error:
        raise BackupError(f"{NOT_MADE}: {explain(error)}.") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put_in_place(partial: Path, output: Path) -> None:
    try:
        os.link(partial, output)  # unlike a rename, it does not replace what came there meanwhile
    except FileExistsError:
        raise BackupError(f"{output} dibuat orang lain sementara itu dan tidak ditimpa; pakai nama lain.") from None
    except OSError:  # a file system without hard links (network share, memory stick)
        if output.exists():
            raise BackupError(f"{output} dibuat orang lain sementara itu dan tidak ditimpa; pakai nama lain.") from None
        partial.rename(output)


def add_part(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> tuple[int, str]:
    """Copy ``source`` into the archive under ``name``; its size and SHA-256."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o600 << 16
    packed = PurePosixPath(name).suffix.lower() in _PACKED
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as target:
        return _copy(source, target.write)


def _copy(source: IO[bytes], write: Callable[[bytes], Any]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        write(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


# --- reading -------------------------------------------------------------------------


@contextmanager
def open_archive(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Yield a complete, undamaged archive with its manifest; raises ``BackupError`` for everything else."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BackupError(f"Berkas {path} tidak ada.") from None
    except IsADirectoryError:
        raise BackupError(f"{path} adalah folder; sebut berkas cadangan di dalamnya.") from None
    except (zipfile.BadZipFile, ValueError, OverflowError):
        raise BackupError(f"{path} bukan cadangan Renstra, atau tidak lengkap; pakai berkas lain.") from None
    except OSError as error:
        raise BackupError(f"{path} tidak terbaca ({explain(error)}).") from None
    with archive:
        try:
            raw = archive.read(MANIFEST)
        except (KeyError, zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError):
            raise BackupError(f"{path} bukan cadangan Renstra: manifest.json tidak ada atau rusak.") from None
        manifest = Manifest.load(raw)
        _check_parts(archive, manifest)
        yield archive, manifest


def _check_parts(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    wanted = {MANIFEST, manifest.basis_data.nama, *(FILES + part.nama for part in manifest.berkas)}
    names = archive.namelist()
    if len(names) != len(set(names)) or set(names) != wanted:
        strange = sorted(set(names) ^ wanted)[:3]
        raise BackupError(f"Cadangan rusak: isinya tidak sama dengan daftarnya ({', '.join(strange) or 'nama ganda'}).")
    read_part(archive, manifest.basis_data.nama, manifest.basis_data, lambda chunk: None)
    for part in manifest.berkas:
        read_part(archive, FILES + part.nama, part, lambda chunk: None)


def read_part(archive: zipfile.ZipFile, name: str, part: Part, write: Callable[[bytes], Any]) -> None:
    """Hand the content of a part to ``write`` piece by piece; raises ``BackupError`` when it is not the one listed."""
    broken = BackupError(f"Cadangan rusak: {name} tidak sama dengan yang dicatat saat dibuat. Pakai cadangan lain.")
    if archive.getinfo(name).file_size != part.ukuran:
        raise broken
    try:
        with archive.open(name) as source:
            found = _copy(source, write)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise broken from None
    if found != (part.ukuran, part.sha256):
        raise broken


def explain(error: OSError) -> str:
    """Why the disk refused, in words."""
    words = {
        errno.ENOSPC: "tempat di disk habis",
        errno.EDQUOT: "kuota disk habis",
        errno.EFBIG: "berkas melebihi batas ukuran yang diizinkan",
        errno.EACCES: "tidak diizinkan",
        errno.EROFS: "disk hanya dapat dibaca",
    }
    where = f" pada {error.filename}" if error.filename else ""
    return words.get(error.errno or 0, error.strerror or str(error)) + where


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder of mode 0700 that is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix=".renstra-pulih-", dir=folder))
    try:
        yield made
    finally:
        with suppress(OSError):
            shutil.rmtree(made)

"""Uploaded files in Django's storage: putting one there under a random name, reading it back as it was, handing it out.

What a row keeps of a file (size, SHA-256) is of what was uploaded, so a file that was exchanged in the storage shows,
and is not handed out. What a file is, ``renstra/berkas.py`` says; who may see it, the caller.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any, BinaryIO

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from renstra.berkas import AKHIRAN, DITERIMA, Periksa, size_words

# The most that sealing adds to a file, in bytes: a nonce and a tag.
SEGEL = 64


class Keutuhan(StrEnum):
    """What became of a file in the storage."""

    UTUH = "utuh"
    BERUBAH = "berubah"
    HILANG = "hilang"
    TAK_TERJANGKAU = "tempat penyimpanan tidak menjawab"

    @property
    def keadaan(self) -> tuple[str, str]:
        """Shape and words of the state, for ``{% keadaan %}``."""
        return _KEADAAN[self]


_KEADAAN = {
    Keutuhan.UTUH: ("tersimpan", "utuh"),
    Keutuhan.BERUBAH: ("gagal", "berkas di penyimpanan bukan lagi yang diunggah"),
    Keutuhan.HILANG: ("gagal", "berkas hilang dari penyimpanan"),
    Keutuhan.TAK_TERJANGKAU: ("perhatian", "penyimpanan tidak menjawab"),
}


class BerkasTidakUtuh(Exception):
    """The file in the storage is not the one that was uploaded; ``keadaan`` says how."""

    def __init__(self, keadaan: Keutuhan) -> None:
        self.keadaan = keadaan
        super().__init__(keadaan.value)


class TidakTersimpan(OSError):
    """The storage did not take the file; the message says what to do."""


@contextmanager
def stored(berkas: BinaryIO, found: Periksa, folder: str, akhiran: str = "") -> Iterator[str]:
    """Put the file into the storage below ``folder``; take it out again when what follows does not succeed.

    Gives its name there, which ends as its type does, or in ``akhiran``. Raises ``TidakTersimpan``.
    """
    name = f"{folder}/{secrets.token_hex(16)}{akhiran or found.jenis.akhiran[0]}"
    try:
        try:
            name = default_storage.save(name, File(berkas, name=name))
        except OSError:
            raise TidakTersimpan(
                f"{found.nama} ({size_words(found.ukuran)}) tidak tersimpan: tempat penyimpanan penuh atau tidak "
                "menjawab. Coba lagi nanti; bila tetap begitu, beri tahu Administrator."
            ) from None
        yield name
    except BaseException:
        with suppress(OSError):
            default_storage.delete(name)
        raise


def read_intact(name: str, ukuran: int, sha256: str, buka: Callable[[bytes], bytes] | None = None) -> bytes:
    """The file as it was uploaded; raises ``BerkasTidakUtuh`` when the storage has none or another one.

    ``buka`` opens a sealed one; it raises ``ValueError`` for what was not sealed so.
    """
    try:
        with default_storage.open(name) as file:
            # One byte more than expected is enough to see that it grew.
            content = bytes(file.read(ukuran + (SEGEL if buka else 0) + 1))
        if buka:
            content = buka(content)
    except ValueError:
        raise BerkasTidakUtuh(Keutuhan.BERUBAH) from None
    except FileNotFoundError:
        raise BerkasTidakUtuh(Keutuhan.HILANG) from None
    except OSError:
        raise BerkasTidakUtuh(Keutuhan.TAK_TERJANGKAU) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BerkasTidakUtuh(Keutuhan.BERUBAH)
    return content


def state_of(name: str, ukuran: int, sha256: str, buka: Callable[[bytes], bytes] | None = None) -> Keutuhan:
    """Whether the stored file is still the one that was uploaded."""
    try:
        read_intact(name, ukuran, sha256, buka)
    except BerkasTidakUtuh as error:
        return error.keadaan
    return Keutuhan.UTUH


def as_download(content: bytes, nama: str, tipe: str) -> HttpResponse:
    """A download that no browser runs anything of, even one that shows it."""
    answer = HttpResponse(content, content_type=tipe)
    answer["Content-Disposition"] = content_disposition_header(True, nama) or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


# Fields ------------------------------------------------------------------------------


class FilesInput(forms.ClearableFileInput):
    """One box for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """All files of one box, as a list; what each of them is, ``renstra.berkas.examine`` looks at."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [item for item in data or [] if item]
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files


def file_help() -> str:
    """What is accepted, for the help of a field."""
    return f"{DITERIMA}; paling besar {size_words(settings.BUKTI_MAX_BYTES)} per berkas."


def accept_files(field: forms.Field) -> None:
    """Let the browser offer only what is accepted."""
    field.widget.attrs |= {"accept": ",".join(AKHIRAN)}

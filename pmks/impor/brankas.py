"""Files of imports at rest: encrypted under a key of ``PII_KEYS``, written and read as streams.

An uploaded file and its refused rows lie below MEDIA_ROOT only so; their names end in ``.sandi``, and a file of such
a name that was not sealed here is refused. Files of commands are the caller's and stay plain.

A file has a key of its own, sealed in its head under one of ``PII_KEYS`` together with the file's name: a new
key rewrites the head alone, also while an import reads or appends.

    head   mark (8) ‖ id of the key (6) ‖ nonce (12) ‖ the file's key, sealed (48)
    frame  length (4) ‖ 1 for the last one, else 0 (1) ‖ nonce (12) ‖ text, sealed (length)

Each frame is authenticated with its place in the file and with being the last or not: frames that are changed, moved,
left out or cut off are noticed. A file that grows has no last frame; its length is kept in the database.
"""

from __future__ import annotations

import fcntl
import io
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from os import urandom
from pathlib import Path
from typing import Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmks import kripto
from pmks.kripto import KunciError

SUFFIX = ".sandi"
FRAME = 1 << 16
_MARK = b"PMKS-1\r\n"
_KEY = 32
_NONCE = 12
_TAG = 16
_HEAD = len(_MARK) + kripto.ID_LENGTH + _NONCE + _KEY + _TAG
_FRAME_HEAD = struct.Struct(">IB")
_BROKEN = "Berkas impor tersandi rusak, terpotong, atau ditukar; unggah lagi berkas aslinya."


def is_sealed(path: Path) -> bool:
    """Whether a file of this name must be sealed."""
    return path.suffix == SUFFIX


def open_read(path: Path, panjang: int | None = None) -> BinaryIO:
    """The bytes of a file as they were written, decrypted on the way where its name says that it is sealed.

    ``panjang`` is where a file ends that grows; without it the last frame must be there. Raises ``OSError`` and, now
    or while reading, ``KunciError``.
    """
    file = path.open("rb")
    if not is_sealed(path):
        return file
    try:
        cipher = _unlock(file.read(_HEAD), path.name)
        return cast(BinaryIO, io.BufferedReader(_Pembaca(file, cipher, panjang), FRAME))
    except BaseException:
        file.close()
        raise


@contextmanager
def create(path: Path) -> Iterator[Penulis]:
    """Write a new sealed file as a whole; it is complete when the block ends without an error."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        writer = Penulis(file, _begin(file, path.name), _HEAD)
        yield writer
        writer.end(last=True)


def append(path: Path, panjang: int, data: bytes) -> int:
    """Put ``data`` behind the first ``panjang`` bytes of a growing file, whatever stood there; the new length.

    With 0 the file begins anew. Raises ``KunciError``.
    """
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # against ``rewrap``, until the file is closed
        cipher = _unlock(file.read(_HEAD), path.name) if panjang else _begin(file, path.name)
        file.seek(panjang or _HEAD)
        file.truncate()
        writer = Penulis(file, cipher, file.tell())
        writer.write(data)
        return writer.end(last=False)


def rewrap(path: Path) -> bool:
    """Seal the key of a file under the first one of ``PII_KEYS``; False where it is already.

    Raises ``KunciError`` and, for a file that went away, ``FileNotFoundError``.
    """
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        head = file.read(_HEAD)
        if head[len(_MARK) :].startswith(kripto.keys()[0].id.encode()):
            return False
        fresh = _head(_key_of(head, path.name), path.name)
        # One small write in place: it is there or not, also after a kill.
        os.pwrite(file.fileno(), fresh, 0)
        return True


# The head --------------------------------------------------------------------------------------------------------


def _begin(file: BinaryIO, name: str) -> AESGCM:
    secret = urandom(_KEY)
    file.write(_head(secret, name))
    return AESGCM(secret)


def _head(secret: bytes, name: str) -> bytes:
    key = kripto.keys()[0]
    nonce = urandom(_NONCE)
    return _MARK + key.id.encode() + nonce + key.berkas.encrypt(nonce, secret, name.encode())


def _unlock(head: bytes, name: str) -> AESGCM:
    return AESGCM(_key_of(head, name))


def _key_of(head: bytes, name: str) -> bytes:
    if len(head) < _HEAD or not head.startswith(_MARK):
        raise KunciError(_BROKEN)
    at = len(_MARK) + kripto.ID_LENGTH
    key = kripto.key_named(head[len(_MARK) : at].decode("latin-1"))
    try:
        return key.berkas.decrypt(head[at : at + _NONCE], head[at + _NONCE :], name.encode())
    except InvalidTag:
        raise KunciError(_BROKEN) from None


# Frames ----------------------------------------------------------------------------------------------------------


def _place(at: int, last: int) -> bytes:
    """What a frame is authenticated with."""
    return struct.pack(">QB", at, last)


class Penulis:
    """Writes bytes as frames behind place ``at`` of a file."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, at: int) -> None:
        self._file, self._cipher, self._at = file, cipher, at
        self._rest = bytearray()

    def write(self, data: bytes) -> None:
        """Keep some more bytes."""
        self._rest += data
        # One byte more than a frame: the last frame is never empty but in an empty file.
        while len(self._rest) > FRAME:
            self._frame(bytes(self._rest[:FRAME]), 0)
            del self._rest[:FRAME]

    def end(self, *, last: bool) -> int:
        """Write what is left; the length of the file."""
        if self._rest or last:
            self._frame(bytes(self._rest), int(last))
            self._rest.clear()
        return self._at

    def _frame(self, text: bytes, last: int) -> None:
        nonce = urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, text, _place(self._at, last))
        self._file.write(_FRAME_HEAD.pack(len(sealed), last) + nonce + sealed)
        self._at += _FRAME_HEAD.size + _NONCE + len(sealed)


class _Pembaca(io.RawIOBase):
    """Reads the frames behind the head of an open file, which is closed with it."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, panjang: int | None) -> None:
        self._file, self._cipher, self._panjang = file, cipher, panjang
        self._at = _HEAD
        self._text = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._text and not self._ended:
            self._next()
        count = min(len(buffer), len(self._text))
        buffer[:count] = self._text[:count]
        self._text = self._text[count:]
        return count

    def _next(self) -> None:
        if self._panjang is not None and self._at >= self._panjang:
            self._ended = True
            return
        start = self._file.read(_FRAME_HEAD.size + _NONCE)
        if len(start) < _FRAME_HEAD.size + _NONCE:
            raise KunciError(_BROKEN)
        length, last = _FRAME_HEAD.unpack_from(start)
        sealed = self._file.read(length) if _TAG <= length <= FRAME + _TAG else b""
        if len(sealed) != length:
            raise KunciError(_BROKEN)
        try:
            text = self._cipher.decrypt(start[_FRAME_HEAD.size :], sealed, _place(self._at, last))
        except InvalidTag:
            raise KunciError(_BROKEN) from None
        self._at += len(start) + length
        self._text = memoryview(text)
        if last:
            self._ended = True
            if self._file.read(1):
                raise KunciError(_BROKEN)

    def close(self) -> None:
        self._file.close()
        super().close()

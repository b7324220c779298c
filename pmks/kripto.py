"""NIK and No KK at rest: AES-GCM under a key of ``PII_KEYS``, found again by a keyed hash.

``PII_KEYS`` holds one or more keys of 32 bytes. The first encrypts; the others still
decrypt and still find, so that a new key can be put in front while rows are moved to
it (``putar_kunci``). From each key three are derived: to encrypt, to hash, and to seal the keys of files
(``pmks/impor/brankas.py``).

A stored value is ``KEY_ID.BASE64(nonce ‖ ciphertext ‖ tag)``. The name of the column is authenticated
with it: a value moved into another column does not decrypt.

Losing the keys loses every NIK; the rest of the registry stays readable.
"""

from __future__ import annotations

import hmac
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
HASH_LENGTH = 32
ID_LENGTH = 6


class KunciError(Exception):
    """A key is missing or a value cannot be decrypted; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Kunci:
    """One key: its id, and the keys derived from it."""

    id: str
    cipher: AESGCM
    hash: bytes
    berkas: AESGCM

    @classmethod
    def of(cls, secret: bytes) -> Kunci:
        """Derive everything from 32 secret bytes."""
        name = hmac.new(secret, b"pmks: id", "sha256").hexdigest()[:ID_LENGTH]
        return cls(
            name,
            AESGCM(hmac.digest(secret, b"pmks: enkripsi", "sha256")),
            hmac.digest(secret, b"pmks: cari", "sha256"),
            AESGCM(hmac.digest(secret, b"pmks: berkas", "sha256")),
        )


@lru_cache(maxsize=8)
def _derive(secrets: tuple[bytes, ...]) -> tuple[Kunci, ...]:
    return tuple(Kunci.of(secret) for secret in secrets)


def keys() -> tuple[Kunci, ...]:
    """The keys in force, the one that encrypts first; raises ``KunciError`` without ``PII_KEYS``."""
    secrets: tuple[bytes, ...] = settings.PII_KEYS
    if not secrets:
        raise KunciError(
            "PII_KEYS belum diisi, jadi NIK tidak dapat disimpan atau dibuka; "
            "buat kunci dengan: openssl rand -base64 32"
        )
    return _derive(secrets)


def key_named(name: str) -> Kunci:
    """The key of an id; raises ``KunciError`` when it is not in ``PII_KEYS``."""
    key = next((item for item in keys() if item.id == name), None)
    if key is None:
        raise KunciError(f"Kunci {name} tidak ada dalam PII_KEYS; kembalikan kunci lama di belakang kunci baru.")
    return key


def encrypt(text: str, kolom: str) -> str:
    """Encrypt under the first key; empty stays empty."""
    return encryptor(kolom)(text)


def encryptor(kolom: str) -> Callable[[str], str]:
    """``encrypt`` for many values of one column."""
    key = keys()[0]
    name, seal, column = key.id, key.cipher.encrypt, kolom.encode()

    def sealed(text: str) -> str:
        if not text:
            return ""
        nonce = urandom(_NONCE)
        return f"{name}.{b2a_base64(nonce + seal(nonce, text.encode(), column), newline=False).decode()}"

    return sealed


def decrypt(stored: str, kolom: str) -> str:
    """The text again; raises ``KunciError`` when its key is not in ``PII_KEYS`` or the value was tampered with."""
    if not stored:
        return ""
    name, _, sealed = stored.partition(".")
    key = key_named(name)
    try:
        raw = a2b_base64(sealed)
        return key.cipher.decrypt(raw[:_NONCE], raw[_NONCE:], kolom.encode()).decode()
    except (InvalidTag, ValueError):  # not even base64, or too short for a nonce
        raise KunciError("Nilai terenkripsi rusak atau dipindahkan; pulihkan dari cadangan.") from None


def hash_of(text: str, key: Kunci | None = None) -> str:
    """The keyed hash (BLAKE2b) that stands for a number, 32 signs of base64 (192 bits); empty stays empty."""
    return hasher(key)(text)


def hasher(key: Kunci | None = None) -> Callable[[str], str]:
    """``hash_of`` for many numbers; the first key unless another is given."""
    # A keyed state copied is twice as fast as a new one.
    state = blake2b(digest_size=24, key=(key or keys()[0]).hash)

    def hashed(text: str) -> str:
        if not text:
            return ""
        one = state.copy()
        one.update(text.encode())
        return b2a_base64(one.digest(), newline=False).decode()

    return hashed


def hashes_of(text: str) -> list[str]:
    """The hash under every key: rows that still wait for a new key are found too."""
    return [hash_of(text, key) for key in keys()] if text else []


def key_id(stored: str) -> str:
    """Which key a stored value is under; empty for an empty one."""
    return stored.partition(".")[0]


def mask(text: str) -> str:
    """Only the last four digits: ``••••••••••••0002``."""
    return "•" * (len(text) - 4) + text[-4:] if len(text) > 4 else "•" * len(text)

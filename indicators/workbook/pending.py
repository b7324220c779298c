"""A file that was sent and looked at but not yet stored: kept for an hour, for the session that sent it.

It lies in Django's storage under a random name, never under a name of the sender's, and is no address of the
site. Its session alone knows the name, so nobody else reaches it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from indicators.workbook.importing import Hasil

FOLDER = "isian"
KEPT = timedelta(hours=1)
_SESSION = "berkas_isian"


@dataclass(frozen=True, slots=True)
class Tertunda:
    """The file of a session: its own name, its content, and the year of the page it was sent to."""

    nama: str
    content: bytes
    tahun: int


def keep(session: SessionBase, nama: str, content: bytes, tahun: int) -> None:
    """Keep a file for the session, in place of an earlier one; what is older than an hour goes, whoever sent it."""
    drop(session)
    _clear()
    path = default_storage.save(f"{FOLDER}/{secrets.token_urlsafe(24)}.xlsx", ContentFile(content))
    session[_SESSION] = {
        "path": path,
        "nama": nama,
        "tahun": tahun,
        "sampai": (timezone.now() + KEPT).isoformat(),
        "sidik": hashlib.sha256(content).hexdigest(),
    }


def pending(session: SessionBase) -> Tertunda | None:
    """The file of the session; None when there is none, it is too old, or it is not the one that was sent."""
    note = session.get(_SESSION)
    if not note:
        return None
    if datetime.fromisoformat(note["sampai"]) < timezone.now() or not default_storage.exists(note["path"]):
        drop(session)
        return None
    with default_storage.open(note["path"]) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != note["sidik"]:
        drop(session)
        return None
    return Tertunda(note["nama"], content, note["tahun"])


def drop(session: SessionBase) -> None:
    """Forget the file of the session."""
    note = session.pop(_SESSION, None)
    if note:
        default_storage.delete(note["path"])


def fingerprint(result: Hasil) -> str:
    """What a person saw: another one means that something else would be stored now."""
    seen = [astuple(item) for item in result.ubahan] + [astuple(item) for item in result.ditolak]
    return hashlib.blake2s(json.dumps(seen).encode(), digest_size=16).hexdigest()


def _clear() -> None:
    try:
        _, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    before = datetime.now(UTC) - KEPT
    for name in names:
        path = f"{FOLDER}/{name}"
        try:
            if default_storage.get_modified_time(path) < before:
                default_storage.delete(path)
        except FileNotFoundError:  # somebody else was clearing as well
            continue

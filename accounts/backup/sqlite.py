"""Copying a SQLite database out and in by SQLite's own backup, while others read and write."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from accounts.backup.archive import NOT_MADE, BackupError

NAME = "basisdata.sqlite3"
VERSION = sqlite3.sqlite_version
# How long to wait for the one who is writing.
_WAIT_SECONDS = 15


def copy_out(database: str, target: Path) -> None:
    """Write a consistent copy of ``database`` to ``target``; raises ``BackupError``."""
    if not Path(database).is_file():
        raise BackupError(f"Basis data {database} tidak ada; periksa DATABASE_URL.")
    with (
        _errors(NOT_MADE),
        closing(_connect(database)) as old,
        closing(_connect(target)) as new,
    ):
        # One step is one read transaction: writers go on in the WAL and are not in the copy.
        old.backup(new, pages=-1)
        new.execute("PRAGMA journal_mode=DELETE")


def query(path: Path, statement: str) -> list[tuple]:
    """Rows of a SELECT on a copy."""
    with _errors("Salinan basis data tidak terbaca"), closing(_connect(path)) as connection:
        return connection.execute(statement).fetchall()


def empty(path: Path, tables: set[str]) -> None:
    """Delete the rows of these tables of a copy, and their traces in the file."""
    with _errors(NOT_MADE), closing(_connect(path)) as connection:
        for table in sorted(tables):
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our own tables
        connection.commit()
        connection.execute("VACUUM")


def check(path: Path) -> None:
    """Raise ``BackupError`` unless the copy is a sound database whose references hold."""
    if query(path, "PRAGMA integrity_check") != [("ok",)]:
        raise BackupError("Cadangan rusak: basis data di dalamnya tidak utuh. Pakai cadangan lain.")
    if query(path, "PRAGMA foreign_key_check"):
        raise BackupError("Cadangan rusak: ada baris yang menunjuk baris yang tidak ada. Pakai cadangan lain.")


def copy_in(source: Path, database: str) -> None:
    """Replace the content of ``database`` in one transaction; raises ``BackupError`` and then nothing has changed."""
    with (
        _errors("Basis data tidak diganti, isinya tetap seperti semula"),
        closing(_connect(source)) as new,
        closing(_connect(database)) as live,
    ):
        # WAL on both sides of the copy: what others have open goes on, and a crash rolls back.
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("PRAGMA synchronous=FULL")
        new.backup(live, pages=-1, progress=_patience())


def _patience() -> Callable[[int, int, int], None]:
    """End the wait for somebody who writes; left alone, the backup would ask again for ever."""
    deadline = time.monotonic() + _WAIT_SECONDS

    def look(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise sqlite3.OperationalError("database is locked")

    return look


def _connect(path: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_WAIT_SECONDS)


@contextmanager
def _errors(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        reason = str(error)
        words = {
            "database or disk is full": "tempat di disk habis",
            "disk I/O error": "disk menolak (penuh atau rusak)",
            "database is locked": "sedang dipakai, coba lagi nanti",
            "file is not a database": "berkasnya rusak",
        }
        raise BackupError(f"{what}: {words.get(reason, reason)}.") from None

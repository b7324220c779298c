"""Making the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, models
from django.utils import timezone

from accounts.backup import postgres, sqlite
from accounts.backup.archive import (
    FILES,
    MANIFEST,
    NOT_MADE,
    BackupError,
    Manifest,
    Part,
    add_part,
    explain,
    new_archive,
)
from renstra.ui.templatetags.ui import versi_aplikasi

# Who is signed in is nobody's business later, and a restored session would sign somebody in again.
SESSIONS = "django_session"
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}
_COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{table}')",
    "postgresql": "SELECT column_name FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name = '{table}'",
}

Query = Callable[[str], list[tuple]]


@dataclass(frozen=True)
class Created:
    """What was written: where, how many bytes, and what it says about itself."""

    path: Path
    ukuran: int
    manifest: Manifest


@dataclass(frozen=True)
class Content:
    """What a copy of the database holds: migrations, rows by table, names of uploaded files."""

    migrasi: list[str]
    baris: dict[str, int]
    berkas: list[str]


def create_backup(output: Path) -> Created:
    """Copy database and uploaded files into a new archive at ``output``; raises ``BackupError``.

    People go on working: what they store after the first moment is not in the copy, and nothing of it half.
    """
    made = timezone.localtime().isoformat(timespec="seconds")
    with new_archive(output) as (archive, work):
        if connection.vendor == "sqlite":
            name, version = sqlite.NAME, sqlite.VERSION
            copy = work / name
            sqlite.copy_out(str(connection.settings_dict["NAME"]), copy)
            query = partial(sqlite.query, copy)
            sqlite.empty(copy, {SESSIONS} & set(_tables(query)))
            content = content_of(query)
        else:
            name, version = postgres.NAME, postgres.server_version()
            copy = work / name
            with postgres.snapshot() as shared:
                postgres.copy_out(shared, copy, {SESSIONS})
                content = content_of(postgres.query)
        with copy.open("rb") as file:
            basis_data = Part(name, *add_part(archive, name, file))
        copy.unlink()
        stored, missing = _add_files(archive, content.berkas)
        manifest = Manifest(
            dibuat=made,
            aplikasi=versi_aplikasi(),
            mesin=connection.vendor,
            versi_mesin=version,
            basis_data=basis_data,
            migrasi=content.migrasi,
            baris=content.baris,
            berkas=stored,
            hilang=missing,
        )
        archive.writestr(MANIFEST, manifest.dump())
    return Created(output, output.stat().st_size, manifest)


def content_of(query: Query) -> Content:
    """Look into a database through ``query``, which answers SELECT statements."""
    tables = _tables(query)
    if "django_migrations" not in tables:
        raise BackupError("Basis data belum berisi apa-apa; jalankan manage.py migrate dahulu.")
    migrasi = [f"{app}.{name}" for app, name in query("SELECT app, name FROM django_migrations ORDER BY id")]
    baris = {table: query(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}  # noqa: S608
    baris |= {SESSIONS: 0} if SESSIONS in tables else {}
    return Content(migrasi, baris, sorted(_file_names(query, set(tables))))


def _tables(query: Query) -> list[str]:
    return [row[0] for row in query(_TABLES[connection.vendor])]


def _file_names(query: Query, tables: set[str]) -> set[str]:
    """Names in every column for uploaded files, of whichever app; columns of a migration to come are not there yet."""
    found: set[str] = set()
    for model in apps.get_models():
        table = model._meta.db_table
        columns = [item.column for item in model._meta.concrete_fields if isinstance(item, models.FileField)]
        if not columns or table not in tables:
            continue
        there = {row[0] for row in query(_COLUMNS[connection.vendor].format(table=table))}
        for column in set(columns) & there:
            found |= {row[0] for row in query(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" <> \'\'')}  # noqa: S608
    return found


def _add_files(archive: Any, names: Iterable[str]) -> tuple[list[Part], list[str]]:
    stored, missing = [], []
    for name in names:
        try:
            file = default_storage.open(name)
        except FileNotFoundError:
            missing.append(name)
            continue
        except OSError as error:
            raise BackupError(f"{NOT_MADE}: berkas {name} tidak terbaca ({explain(error)}).") from None
        with file:
            stored.append(Part(name, *add_part(archive, FILES + name, file)))
    return stored, missing


def is_empty() -> bool:
    """Whether the database has nothing yet that a restore would replace."""
    try:
        return not connection.introspection.table_names()
    except DatabaseError as error:
        reason = " ".join(str(error).split()).rstrip(".?")
        raise BackupError(f"Basis data tidak menjawab ({reason}); periksa DATABASE_URL.") from None

"""Putting an archive back: everything is verified before anything is replaced."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts.backup import postgres, sqlite
from accounts.backup.archive import (
    FILES,
    BackupError,
    Manifest,
    Part,
    explain,
    open_archive,
    read_part,
    scratch,
)
from accounts.backup.create import content_of, create_backup, is_empty

_ASIDE = ".sebelum-pulih"


@dataclass(frozen=True)
class Restored:
    """What was put back, and where the state before it was kept (None: there was none, or it was not wanted)."""

    manifest: Manifest
    salinan: Path | None
    berkas_ditambah: int
    berkas_diganti: int


def restore_backup(path: Path, *, keep: bool = True) -> Restored:
    """Replace the configured database and add the uploaded files; raises ``BackupError``, and then nothing is changed.

    ``keep``: first write an archive of the present state beside ``path``. The database is replaced last and in
    one transaction. Uploaded files are only added: newer ones stay, since the kept archive names them.
    """
    try:
        with open_archive(path) as (archive, manifest), scratch(_folder()) as work:
            _check_fits(manifest)
            copy = work / ("salinan.sqlite3" if connection.vendor == "sqlite" else "salinan.sql")
            with copy.open("wb") as target:
                read_part(archive, manifest.basis_data.nama, manifest.basis_data, target.write)
            if connection.vendor == "sqlite":
                sqlite.check(copy)
                _check_content(copy, manifest)
            kept = _keep_present(path) if keep else None
            with _files(archive, manifest) as (added, exchanged):
                _replace_database(copy, manifest, work)
    except OSError as error:
        raise BackupError(f"Pemulihan tidak jadi: {explain(error)}. Basis data tetap seperti semula.") from None
    return Restored(manifest, kept, added, exchanged)


def _folder() -> Path:
    """Where there must be room for the database once more: beside it, or the folder for temporary files."""
    if connection.vendor == "sqlite":
        return Path(str(connection.settings_dict["NAME"])).resolve().parent
    return Path(tempfile.gettempdir())


def _check_fits(manifest: Manifest) -> None:
    """Raise unless this application on this server can live with the content."""
    if manifest.mesin != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise BackupError(
            f"Cadangan ini dari {names.get(manifest.mesin, manifest.mesin)}, sedangkan DATABASE_URL menunjuk "
            f"{names[connection.vendor]}; pulihkan ke jenis basis data yang sama."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    strange = [name for name in manifest.migrasi if name not in known]
    if strange:
        raise BackupError(
            f"Cadangan ini dibuat oleh versi lain ({manifest.aplikasi}): {len(strange)} migrasinya tidak dikenal di "
            f"sini, misalnya {strange[-1]}. Pasang versi itu dahulu, lalu ulangi."
        )
    if connection.vendor == "postgresql":
        here, there = postgres.server_version(), manifest.versi_mesin
        if postgres.main_version(here) < postgres.main_version(there):
            raise BackupError(f"Cadangan ini dari PostgreSQL {there}, server ini {here}; pakai server versi itu.")
        postgres.find_program("psql", postgres.main_version(here))
        postgres.require_owner()


def _check_content(copy: Path, manifest: Manifest) -> None:
    content = content_of(lambda statement: sqlite.query(copy, statement))
    if content.baris != manifest.baris or content.migrasi != manifest.migrasi:
        raise BackupError("Cadangan rusak: isi basis datanya tidak sama dengan daftarnya. Pakai cadangan lain.")


def _keep_present(path: Path) -> Path | None:
    if is_empty():
        return None
    now = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    kept = path.absolute().with_name(f"{path.stem}{_ASIDE}-{now}.zip")
    try:
        create_backup(kept)
    except BackupError as error:
        raise BackupError(
            f"Keadaan sekarang tidak dapat disalin dahulu ({error}) Tidak ada yang diganti. "
            "Tanpa salinan: ulangi dengan --tanpa-salinan."
        ) from None
    return kept


def _replace_database(copy: Path, manifest: Manifest, work: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        sqlite.copy_in(copy, str(connection.settings_dict["NAME"]))
    else:
        postgres.copy_in(copy, manifest.baris, work)


@contextmanager
def _files(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[tuple[int, int]]:
    """Bring the files of the archive into the storage, and take them out again when the rest fails.

    A file that is there with another content (somebody exchanged it) is kept under a name of its own.
    """
    added: list[str] = []
    exchanged: list[tuple[str, str]] = []
    try:
        for part in manifest.berkas:
            present = _hash_of(part.nama)
            if present == part.sha256:
                continue
            if present is not None:
                with default_storage.open(part.nama) as old:
                    aside = default_storage.save(part.nama + _ASIDE, old)
                exchanged.append((part.nama, aside))
                default_storage.delete(part.nama)
            else:
                added.append(part.nama)
            _save(archive, part)
        yield len(added), len(exchanged)
    except BaseException:
        for name in added:
            with suppress(OSError):
                default_storage.delete(name)
        for name, aside in exchanged:
            with suppress(OSError), default_storage.open(aside) as old:
                default_storage.delete(name)
                default_storage.save(name, old)
                default_storage.delete(aside)
        raise


def _save(archive: zipfile.ZipFile, part: Part) -> None:
    with archive.open(FILES + part.nama) as source:
        stored = default_storage.save(part.nama, File(source, name=part.nama))
    if stored != part.nama or _hash_of(part.nama) != part.sha256:
        raise BackupError(
            f"Berkas {part.nama} tidak tersimpan utuh di tempat penyimpanan. Basis data tetap seperti semula."
        )


def _hash_of(name: str) -> str | None:
    digest = hashlib.sha256()
    try:
        with default_storage.open(name) as file:
            for chunk in file.chunks():
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()

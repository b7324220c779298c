"""Copying a PostgreSQL database out and in with its own programs, in one snapshot and in one transaction."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from psycopg import pq
from psycopg.conninfo import make_conninfo

from accounts.backup.archive import NOT_MADE, BackupError

NAME = "basisdata.sql"
_LOCK_SECONDS = 15


def server_version() -> str:
    """``15.6`` of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).split()[0]


def main_version(text: str) -> int:
    """15 of ``15.6``."""
    return int(text.split(".")[0])


@contextmanager
def snapshot() -> Iterator[str]:
    """A read-only transaction whose view of the database others can share by the yielded name."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def query(statement: str) -> list[tuple]:
    """Rows of a SELECT, within ``snapshot`` of its view."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def copy_out(name: str, target: Path, without: set[str]) -> None:
    """Write the database as it is in snapshot ``name`` as SQL to ``target``, tables ``without`` empty."""
    _run(
        find_program("pg_dump", main_version(server_version())),
        *("--snapshot", name, "--no-owner", "--no-privileges", "--encoding", "UTF8", "--file", str(target)),
        *(f"--exclude-table-data=public.{table}" for table in sorted(without)),
        failed=NOT_MADE,
    )


def require_owner() -> None:
    """Raise ``BackupError`` unless this account may replace the schema; asked before anything is touched."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(nspowner, 'USAGE') AND has_database_privilege(current_database(), 'CREATE') "
            "FROM pg_namespace WHERE nspname = 'public'"
        )
        row = cursor.fetchone()
    if row is not None and not row[0]:
        raise BackupError(
            "Peran PostgreSQL ini bukan pemilik basis data, jadi isinya tidak dapat diganti. Jalankan sebagai "
            "postgres: ALTER DATABASE nama OWNER TO peran, atau ALTER SCHEMA public OWNER TO peran."
        )


def copy_in(source: Path, baris: dict[str, int], work: Path) -> None:
    """Replace the whole content in one transaction, which also counts the rows; else nothing has changed."""
    before, after = work / "sebelum.sql", work / "sesudah.sql"
    before.write_text(
        f"SET lock_timeout = '{_LOCK_SECONDS}s';\n"
        "DROP SCHEMA IF EXISTS public CASCADE;\nCREATE SCHEMA public;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n"
    )
    after.write_text("".join(_count_check(table, count) for table, count in baris.items()))
    _run(
        find_program("psql", main_version(server_version())),
        *("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null"),
        *(f"--file={path}" for path in (before, source, after)),
        failed="Basis data tidak diganti, isinya tetap seperti semula",
    )


def _count_check(table: str, count: int) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", table):
        raise BackupError(f"Cadangan rusak: nama tabel {table!r} tidak mungkin.")
    return (
        f"DO $$ BEGIN IF (SELECT count(*) FROM public.{table}) <> {int(count)} THEN "  # noqa: S608 - checked above
        f"RAISE EXCEPTION 'banyaknya baris {table} tidak sama dengan catatan cadangan'; END IF; END $$;\n"
    )


def find_program(name: str, server: int) -> str:
    """Path of ``pg_dump`` or ``psql`` for a server of this main version, or a newer one; raises ``BackupError``."""
    # Debian keeps each version in a folder of its own; the same one fits best.
    found = [str(Path(f"/usr/lib/postgresql/{server}/bin/{name}")), shutil.which(name) or ""]
    seen = []
    for path in found:
        if path and Path(path).exists():
            version = _version_of(path)
            if version >= server:
                return path
            seen.append(f"{path} versi {version}")
    have = f"; yang ada: {', '.join(seen)}" if seen else ""
    raise BackupError(
        f"Program {name} untuk PostgreSQL {server} tidak ada{have}. Pasang paket "
        f"postgresql-client-{server}, lalu ulangi."
    )


def _version_of(path: str) -> int:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"(\d+)(?:\.\d+)?", done.stdout)
    return int(number[1]) if number and not done.returncode else 0


def _run(program: str, *arguments: str, failed: str) -> None:
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    wanted = {key: value for key, value in connection.get_connection_params().items() if key in known and value}
    password = wanted.pop("password", None)
    env = {**os.environ, "LC_ALL": "C"} | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run(  # noqa: S603
        [program, *arguments, f"--dbname={make_conninfo(**wanted)}"],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "ERROR" in line or "error" in line] or [
            _ended(done.returncode)
        ]
        reason = re.sub(r"^.*?(ERROR|error):\s*", "", lines[0])
        if "lock timeout" in reason:
            reason = "sedang dipakai; hentikan situs dahulu (systemctl stop renstra), lalu ulangi"
        raise BackupError(f"{failed}: {reason}.")


def _ended(status: int) -> str:
    return f"dihentikan sinyal {-status}" if status < 0 else f"berakhir dengan status {status}"

"""What the commands of manage.py share: refusing in one line, and a migrated database."""

from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor


class Ditolak(CommandError):
    """Refusal of a command: manage.py prints the name of the class and the message as one line, exit status 1."""


def pending_migrations(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the migrations that the database does not have yet."""
    executor = MigrationExecutor(connections[using])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def require_migrated(using: str = DEFAULT_DB_ALIAS) -> None:
    """Raise ``Ditolak`` when the database does not answer or lacks migrations."""
    try:
        missing = pending_migrations(using)
    except DatabaseError as error:
        reason = " ".join(str(error).split()).rstrip(".?")
        raise Ditolak(f"Basis data tidak menjawab ({reason}); periksa DATABASE_URL.") from None
    if missing:
        raise Ditolak(f"Basis data belum siap: {len(missing)} migrasi belum dijalankan; jalankan manage.py migrate.")

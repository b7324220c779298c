"""PostgreSQL finds people by the words of their name, in whatever order they stand (``OrangQuerySet.named``).

The first word stands behind ``^``: who begins with a word is read from the index of names, where they stand
together, and must not be met here again.

SQLite reads the names of a whole office in 40 ms and needs no such index.
"""

from django.db import migrations

CREATE = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS orang_kata_nama ON pmks_orang "
    "USING gin (array_to_tsvector(string_to_array('^' || nama_cari, ' ')))"
)


def create(apps, schema_editor):
    """Build the index while people go on working."""
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            # What an interrupted attempt left is not usable and has the name.
            cursor.execute(
                "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('orang_kata_nama') AND NOT indisvalid"
            )
            if cursor.fetchone():
                cursor.execute("DROP INDEX orang_kata_nama")
            cursor.execute(CREATE)


def drop(apps, schema_editor):
    """Search goes on without it, slower."""
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS orang_kata_nama")


class Migration(migrations.Migration):
    """An index of words on PostgreSQL."""

    atomic = False

    dependencies = [("pmks", "0005_rujukan_sekali_periksa")]

    operations = [migrations.RunPython(create, drop)]

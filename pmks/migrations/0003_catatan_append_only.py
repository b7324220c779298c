"""What is kept about people and their data can only grow: triggers refuse UPDATE, DELETE and TRUNCATE.

One exception: an erasure empties ``dari``, ``ke`` and ``alasan`` of a row of pmks_riwayatorang, and nothing else of it.

SQLite drops a table's triggers when a later migration rebuilds the table (any
AlterField there). Such a migration must install these again; tests/test_pmks_model.py
fails when it does not.
"""

from django.db import migrations

GROWING = ("pmks_catatanakses", "pmks_keputusandugaan", "pmks_hitunganlayanan")
HISTORY = "pmks_riwayatorang"
KEPT = ("id", "orang_id", "waktu", "pelaku_id", "pelaku_nama", "pintu", "kolom")
MESSAGE = "Catatan PMKS hanya boleh ditambah"


def _sqlite(table):
    refuse = "BEGIN SELECT RAISE(ABORT, '{message}; {what} ditolak.'); END"
    condition = ""
    if table == HISTORY:
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT)
        condition = f"WHEN NOT (NEW.dari IS NULL AND NEW.ke IS NULL AND NEW.alasan IN ('', OLD.alasan) AND {same}) "
    return (
        f"CREATE TRIGGER {table}_tolak_ubah BEFORE UPDATE ON {table} {condition}"
        + refuse.format(message=MESSAGE, what="UPDATE"),
        f"CREATE TRIGGER {table}_tolak_hapus BEFORE DELETE ON {table} " + refuse.format(message=MESSAGE, what="DELETE"),
        # INSERT OR REPLACE deletes without firing the DELETE trigger.
        f"CREATE TRIGGER {table}_tolak_ganti BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) " + refuse.format(message=MESSAGE, what="REPLACE"),
    )


def _postgresql(table):
    condition = ""
    if table == HISTORY:
        same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)
        condition = f"WHEN (NOT (NEW.dari IS NULL AND NEW.ke IS NULL AND NEW.alasan IN ('', OLD.alasan) AND {same})) "
    return (
        f"CREATE TRIGGER {table}_tolak_ubah BEFORE UPDATE ON {table} FOR EACH ROW {condition}EXECUTE FUNCTION pmks_hanya_tambah()",
        f"CREATE TRIGGER {table}_tolak_hapus BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION pmks_hanya_tambah()",
        f"CREATE TRIGGER {table}_tolak_kosongkan BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION pmks_hanya_tambah()",
    )


TABLES = (*GROWING, HISTORY)
INSTALL = {
    "sqlite": tuple(statement for table in TABLES for statement in _sqlite(table)),
    "postgresql": (
        # Class 23: Django raises IntegrityError, as on SQLite.
        f"CREATE FUNCTION pmks_hanya_tambah() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{MESSAGE}; % ditolak.', TG_OP USING ERRCODE = '23000'; END $$",
        *(statement for table in TABLES for statement in _postgresql(table)),
    ),
}

REMOVE = {
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS {table}_tolak_{what}" for table in TABLES for what in ("ubah", "hapus", "ganti")
    ),
    "postgresql": (
        *(
            f"DROP TRIGGER IF EXISTS {table}_tolak_{what} ON {table}"
            for table in TABLES
            for what in ("ubah", "hapus", "kosongkan")
        ),
        "DROP FUNCTION IF EXISTS pmks_hanya_tambah()",
    ),
}


def install(apps, schema_editor):
    """Create the triggers."""
    for statement in INSTALL[schema_editor.connection.vendor]:
        schema_editor.connection.cursor().execute(statement)


def remove(apps, schema_editor):
    """Drop the triggers."""
    for statement in REMOVE[schema_editor.connection.vendor]:
        schema_editor.connection.cursor().execute(statement)


class Migration(migrations.Migration):
    """Triggers of the records about people."""

    dependencies = [("pmks", "0002_orang_dan_layanan")]

    operations = [migrations.RunPython(install, remove)]

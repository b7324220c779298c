"""Decisions about findings can only be added: triggers refuse UPDATE, DELETE and TRUNCATE.

As for the audit trail (accounts 0002). SQLite drops a table's triggers when a later
migration rebuilds the table (any AlterField there); such a migration must install these
again, and tests/test_findings_settle.py fails when it does not.
"""

from django.db import migrations

MESSAGE = "Penyelesaian temuan hanya boleh ditambah"
_TABLE = "indicators_penyelesaiantemuan"
_NAME = "penyelesaian"

INSTALL = {
    "sqlite": (
        f"CREATE TRIGGER {_NAME}_tolak_ubah BEFORE UPDATE ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}; UPDATE ditolak.'); END",
        f"CREATE TRIGGER {_NAME}_tolak_hapus BEFORE DELETE ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}; DELETE ditolak.'); END",
        # INSERT OR REPLACE deletes without firing the DELETE trigger.
        f"CREATE TRIGGER {_NAME}_tolak_ganti BEFORE INSERT ON {_TABLE} "
        f"WHEN EXISTS (SELECT 1 FROM {_TABLE} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}; REPLACE ditolak.'); END",
    ),
    "postgresql": (
        # Class 23: Django raises IntegrityError, as on SQLite.
        f"CREATE FUNCTION {_NAME}_hanya_tambah() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{MESSAGE}; % ditolak.', TG_OP USING ERRCODE = '23000'; END $$",
        f"CREATE TRIGGER {_NAME}_tolak_ubah_hapus BEFORE UPDATE OR DELETE ON {_TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {_NAME}_hanya_tambah()",
        f"CREATE TRIGGER {_NAME}_tolak_kosongkan BEFORE TRUNCATE ON {_TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_NAME}_hanya_tambah()",
    ),
}

REMOVE = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS {_NAME}_tolak_{what}" for what in ("ubah", "hapus", "ganti")),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS {_NAME}_tolak_ubah_hapus ON {_TABLE}",
        f"DROP TRIGGER IF EXISTS {_NAME}_tolak_kosongkan ON {_TABLE}",
        f"DROP FUNCTION IF EXISTS {_NAME}_hanya_tambah()",
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
    """Triggers of indicators_penyelesaiantemuan."""

    dependencies = [("indicators", "0004_berakhir_sejak")]

    operations = [migrations.RunPython(install, remove)]

"""The audit trail can only grow: triggers refuse UPDATE, DELETE and TRUNCATE.

SQLite drops a table's triggers when a later migration rebuilds the table (any
AlterField there). Such a migration must install these again; tests/test_accounts_jejak.py
fails when it does not.
"""

from django.db import migrations

MESSAGE = "Jejak hanya boleh ditambah"

INSTALL = {
    "sqlite": (
        f"CREATE TRIGGER jejak_tolak_ubah BEFORE UPDATE ON accounts_jejak BEGIN SELECT RAISE(ABORT, '{MESSAGE}; UPDATE ditolak.'); END",
        f"CREATE TRIGGER jejak_tolak_hapus BEFORE DELETE ON accounts_jejak BEGIN SELECT RAISE(ABORT, '{MESSAGE}; DELETE ditolak.'); END",
        # INSERT OR REPLACE deletes without firing the DELETE trigger.
        f"CREATE TRIGGER jejak_tolak_ganti BEFORE INSERT ON accounts_jejak "
        f"WHEN EXISTS (SELECT 1 FROM accounts_jejak WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{MESSAGE}; REPLACE ditolak.'); END",
    ),
    "postgresql": (
        # Class 23: Django raises IntegrityError, as on SQLite.
        f"CREATE FUNCTION jejak_hanya_tambah() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{MESSAGE}; % ditolak.', TG_OP USING ERRCODE = '23000'; END $$",
        "CREATE TRIGGER jejak_tolak_ubah_hapus BEFORE UPDATE OR DELETE ON accounts_jejak "
        "FOR EACH ROW EXECUTE FUNCTION jejak_hanya_tambah()",
        "CREATE TRIGGER jejak_tolak_kosongkan BEFORE TRUNCATE ON accounts_jejak "
        "FOR EACH STATEMENT EXECUTE FUNCTION jejak_hanya_tambah()",
    ),
}

REMOVE = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS jejak_tolak_ubah",
        "DROP TRIGGER IF EXISTS jejak_tolak_hapus",
        "DROP TRIGGER IF EXISTS jejak_tolak_ganti",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS jejak_tolak_ubah_hapus ON accounts_jejak",
        "DROP TRIGGER IF EXISTS jejak_tolak_kosongkan ON accounts_jejak",
        "DROP FUNCTION IF EXISTS jejak_hanya_tambah()",
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
    """Triggers of accounts_jejak."""

    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]

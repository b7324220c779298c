"""An erasure may not change which import brought a change: ``impor_id`` joins what the trigger of the history holds."""

from django.db import migrations

TABLE = "pmks_riwayatorang"
WAS = ("id", "orang_id", "waktu", "pelaku_id", "pelaku_nama", "pintu", "kolom")
MESSAGE = "Catatan PMKS hanya boleh ditambah"


def _statements(vendor, kept):
    is_same = "IS" if vendor == "sqlite" else "IS NOT DISTINCT FROM"
    same = " AND ".join(f"NEW.{name} {is_same} OLD.{name}" for name in kept)
    emptied = f"NEW.dari IS NULL AND NEW.ke IS NULL AND NEW.alasan IN ('', OLD.alasan) AND {same}"
    if vendor == "sqlite":
        return (
            f"DROP TRIGGER {TABLE}_tolak_ubah",
            f"CREATE TRIGGER {TABLE}_tolak_ubah BEFORE UPDATE ON {TABLE} WHEN NOT ({emptied}) "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}; UPDATE ditolak.'); END",
        )
    return (
        f"DROP TRIGGER {TABLE}_tolak_ubah ON {TABLE}",
        f"CREATE TRIGGER {TABLE}_tolak_ubah BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        f"WHEN (NOT ({emptied})) EXECUTE FUNCTION pmks_hanya_tambah()",
    )


def _run(schema_editor, kept):
    for statement in _statements(schema_editor.connection.vendor, kept):
        schema_editor.connection.cursor().execute(statement)


def hold(apps, schema_editor):
    """Hold the new column too."""
    _run(schema_editor, (*WAS, "impor_id"))


def as_before(apps, schema_editor):
    """Hold what 0003 holds."""
    _run(schema_editor, WAS)


class Migration(migrations.Migration):
    """The trigger of the history, with its new column."""

    dependencies = [("pmks", "0007_asal_impor_dan_dugaan")]

    operations = [migrations.RunPython(hold, as_before)]

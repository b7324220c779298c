"""PostgreSQL checks kinds and desa of people once a statement instead of once a row.

A foreign key asks the referenced table for every row: three of them took a quarter of the import of 344,000 people,
to look up the same 26 kinds and 326 desa again and again. Statement triggers check the distinct values and
take the same lock (FOR KEY SHARE) on what is referenced, so a kind or desa in use can be removed by nobody, as before.
The foreign key to the person stays one, and SQLite keeps all of them.
"""

from django.db import migrations

# Column by column: table, column, referenced table.
REFERENCES = (
    ("pmks_orang", "desa_id", "pmks_wilayah"),
    ("pmks_orangkategori", "desa_id", "pmks_wilayah"),
    ("pmks_orangkategori", "kategori_id", "pmks_kategoripmks"),
)

FUNCTIONS = (
    """
    CREATE FUNCTION pmks_rujukan_ada() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE hilang bigint;
    BEGIN
        EXECUTE format(
            'WITH dipakai AS MATERIALIZED (SELECT DISTINCT %1$I AS id FROM baru), '
            'ada AS MATERIALIZED (SELECT r.id FROM %2$I r WHERE r.id IN (SELECT id FROM dipakai) FOR KEY SHARE OF r) '
            'SELECT id FROM dipakai WHERE id NOT IN (SELECT id FROM ada) LIMIT 1', TG_ARGV[0], TG_ARGV[1]
        ) INTO hilang;
        IF hilang IS NOT NULL THEN
            RAISE EXCEPTION '%.%: tidak ada % dengan id %', TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1], hilang
                USING ERRCODE = '23503';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION pmks_rujukan_dipakai() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE dipakai boolean;
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.id = OLD.id THEN RETURN NEW; END IF;
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I = $1)', TG_ARGV[0], TG_ARGV[1])
            INTO dipakai USING OLD.id;
        IF dipakai THEN
            RAISE EXCEPTION '% % masih dipakai %.%', TG_TABLE_NAME, OLD.id, TG_ARGV[0], TG_ARGV[1]
                USING ERRCODE = '23503';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$
    """,
)


def _triggers(table, column, referenced):
    name = f"{table}_{column}"
    for event, word in (("INSERT", "tambah"), ("UPDATE", "ubah")):
        yield (
            f"CREATE TRIGGER {name}_ada_{word} AFTER {event} ON {table} REFERENCING NEW TABLE AS baru "
            f"FOR EACH STATEMENT EXECUTE FUNCTION pmks_rujukan_ada('{column}', '{referenced}')"
        )
    # After, as a foreign key does it: a deletion that reaches both tables in one transaction stays possible.
    yield (
        f"CREATE CONSTRAINT TRIGGER {name}_dipakai AFTER UPDATE OR DELETE ON {referenced} "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pmks_rujukan_dipakai('{table}', '{column}')"
    )


def install(apps, schema_editor):
    """Put triggers in place of the three foreign keys."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        for statement in FUNCTIONS:
            cursor.execute(statement)
        for table, column, referenced in REFERENCES:
            found = schema_editor.connection.introspection.get_constraints(cursor, table)
            for name, info in found.items():
                if info["foreign_key"] and info["columns"] == [column]:
                    cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            for statement in _triggers(table, column, referenced):
                cursor.execute(statement)


def remove(apps, schema_editor):
    """Put the foreign keys back; checks every row once."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        for table, column, referenced in REFERENCES:
            name = f"{table}_{column}"
            cursor.execute(f"DROP TRIGGER {name}_ada_tambah ON {table}")
            cursor.execute(f"DROP TRIGGER {name}_ada_ubah ON {table}")
            cursor.execute(f"DROP TRIGGER {name}_dipakai ON {referenced}")
            cursor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {name}_fk FOREIGN KEY ({column}) REFERENCES {referenced} (id) "
                "DEFERRABLE INITIALLY DEFERRED"
            )
        cursor.execute("DROP FUNCTION pmks_rujukan_ada()")
        cursor.execute("DROP FUNCTION pmks_rujukan_dipakai()")


class Migration(migrations.Migration):
    """Statement triggers instead of three foreign keys, on PostgreSQL."""

    dependencies = [("pmks", "0004_indeks_orang")]

    operations = [migrations.RunPython(install, remove)]

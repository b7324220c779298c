"""The trail only grows: the database itself refuses anything else, on SQLite and on PostgreSQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.jejak import record_changes, snapshot
from accounts.models import Jejak, PerangkatDaerah


@pytest.fixture
def jejak(db):
    return Jejak.objects.create(
        pelaku_nama="sistem", pintu="perintah", objek="uji.uji", objek_id="1", objek_nama="uji", kolom="pagu", ke="1"
    )


def refused(write):
    with pytest.raises(IntegrityError, match="Jejak hanya boleh ditambah"), transaction.atomic():
        write()


def execute(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_the_orm_can_neither_change_nor_delete_a_row(jejak):
    refused(lambda: Jejak.objects.update(ke="2"))
    refused(lambda: Jejak.objects.all().delete())
    refused(jejak.delete)
    jejak.ke = "2"
    refused(jejak.save)
    assert Jejak.objects.get().ke == "1"


def test_sql_can_neither_change_nor_delete_a_row(jejak):
    refused(lambda: execute("UPDATE accounts_jejak SET ke = '2'"))
    refused(lambda: execute("DELETE FROM accounts_jejak WHERE id = %s", jejak.pk))
    assert Jejak.objects.get().ke == "1"


def test_neither_truncate_nor_replace_passes_by(jejak):
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the pending check of the reference comes first
        refused(lambda: execute("TRUNCATE accounts_jejak"))
        refused(
            lambda: execute(
                "INSERT INTO accounts_jejak SELECT * FROM accounts_jejak ON CONFLICT (id) DO UPDATE SET ke = '2'"
            )
        )
    else:
        refused(lambda: execute("INSERT OR REPLACE INTO accounts_jejak SELECT * FROM accounts_jejak"))
    assert Jejak.objects.get().ke == "1"


def test_one_row_a_changed_column_says_from_what_to_what(db):
    office = PerangkatDaerah.objects.create(kode="x", nama="Lama", pemerintah_daerah="Kab", ibu_kota="Serang")
    before = snapshot(office)
    office.nama, office.alamat = "Baru", "Jalan"
    office.save()
    assert record_changes(office, before, actor=None, pintu=Jejak.Pintu.API, alasan="ganti nama") == 2
    rows = {row.kolom: (row.dari, row.ke, row.alasan, row.pelaku_nama) for row in Jejak.objects.all()}
    assert rows == {"nama": ("Lama", "Baru", "ganti nama", "sistem"), "alamat": ("", "Jalan", "ganti nama", "sistem")}

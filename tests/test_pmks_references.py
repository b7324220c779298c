"""What people refer to exists and stays: desa and kinds, also past the ORM."""

import pytest
from django.db import IntegrityError, connection, transaction

from pmks.models import KategoriPMKS, OrangKategori, Wilayah
from tests.registry_people import person

pytestmark = pytest.mark.usefixtures("baseline")
NOBODY = 987_654


def run(statement, *values):
    """One statement with everything checked that would be checked at its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        connection.check_constraints()


@pytest.mark.parametrize("column", ["desa_id", "kategori_id"])
def test_a_person_is_not_counted_under_what_does_not_exist(column):
    who = person("Siti")
    values = OrangKategori.objects.filter(orang=who).values("orang_id", "kategori_id", "desa_id").get()
    values |= {column: NOBODY}
    with pytest.raises(IntegrityError):
        run(
            "INSERT INTO pmks_orangkategori (orang_id, tahun, kategori_id, desa_id) VALUES (%s, 2022, %s, %s)",
            *values.values(),
        )
    with pytest.raises(IntegrityError):
        run(f"UPDATE pmks_orangkategori SET {column} = %s WHERE orang_id = %s", NOBODY, who.pk)


def test_nobody_lives_in_a_desa_that_does_not_exist():
    who = person("Siti")
    with pytest.raises(IntegrityError):
        run("UPDATE pmks_orang SET desa_id = %s WHERE id = %s", NOBODY, who.pk)


def test_what_is_in_use_is_not_removed():
    who = person("Siti")
    kind = OrangKategori.objects.get(orang=who).kategori_id
    other = Wilayah.objects.create(kode="36.04.99.2999", nama="Desa Uji", tingkat="desa", induk=who.desa.induk)
    run("UPDATE pmks_orang SET desa_id = %s WHERE id = %s", other.pk, who.pk)
    with pytest.raises(IntegrityError):
        run("DELETE FROM pmks_wilayah WHERE id = %s", other.pk)
    with pytest.raises(IntegrityError):
        run("DELETE FROM pmks_kategoripmks WHERE id = %s", kind)
    run("UPDATE pmks_orang SET desa_id = %s WHERE id = %s", who.desa_id, who.pk)
    run("DELETE FROM pmks_wilayah WHERE id = %s", other.pk)
    assert not Wilayah.objects.filter(pk=other.pk).exists()
    assert KategoriPMKS.objects.filter(pk=kind).exists()

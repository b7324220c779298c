"""Loading fixtures: twice without change, keeping what people changed, all or nothing, one line when broken."""

import json

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from accounts import baseline as machinery
from accounts.models import BarisDasar, Jejak, PerangkatDaerah, UnitKerja
from indicators.models import Indikator, Realisasi, Target
from programs.models import Program
from renstra.commands import Ditolak

OFFICE = {
    "model": "accounts.perangkatdaerah",
    "fields": {"kode": "dinsos", "nama": "Dinas Sosial", "pemerintah_daerah": "Kab. Serang", "ibu_kota": "Serang"},
}


def unit(kode, urutan=1, induk=None, **fields):
    return {
        "model": "accounts.unitkerja",
        "fields": {
            "perangkat_daerah": ["dinsos"],
            "induk": [induk] if induk else None,
            "kode": kode,
            "nama": f"Unit {kode}",
            "jenis": "bidang",
            "urutan": urutan,
            **fields,
        },
    }


@pytest.fixture
def write(tmp_path):
    def write_file(*records, name="uji.json"):
        path = tmp_path / name
        path.write_text(records[0] if isinstance(records[0], str) else json.dumps(records), encoding="utf-8")
        return path

    return write_file


def refusal(*files):
    with pytest.raises(machinery.BarisRusak) as caught:
        machinery.load(files)
    message = str(caught.value)
    assert "\n" not in message
    assert "tidak ada yang disimpan" in message
    return message


def contents():
    """Every row of the tables the baseline writes, as text."""
    labels = sorted(set(BarisDasar.objects.values_list("objek", flat=True)))
    return {label: list(apps.get_model(label).objects.order_by("pk").values_list()) for label in labels}


# --- the document -------------------------------------------------------------------


def test_a_second_load_of_the_document_writes_nothing(baseline):
    before, trail = contents(), Jejak.objects.count()
    with CaptureQueriesContext(connection) as captured:
        call_command("load_baseline", verbosity=0)
    writes = [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not writes
    assert contents() == before
    assert Jejak.objects.count() == trail


def test_the_first_load_leaves_one_row_in_the_trail(baseline):
    row = Jejak.objects.get(objek="accounts.barisdasar")
    assert row.ke == f"{BarisDasar.objects.count()} baris baru, 0 diperbarui, 0 dipertahankan"
    assert row.pintu == "perintah"


def test_each_file_alone_changes_nothing_either(baseline):
    before = contents()
    for path in machinery.baseline_files():
        call_command("loaddata", path.stem, verbosity=0)
    assert contents() == before


def test_what_people_changed_is_kept_and_listed_until_overwrite(baseline, capsys):
    target = Target.objects.get(indikator__program__kode="1.6.1", indikator__ukuran_dari=None, tahun=2021)
    printed = target.pagu
    Target.objects.filter(pk=target.pk).update(pagu=1)
    call_command("load_baseline")
    shown = capsys.readouterr().out
    assert "Dipertahankan karena diubah orang (1 baris" in shown
    assert "target renstra-2021-2026 · 1.6.1 · 2021: pagu" in shown
    target.refresh_from_db()
    assert target.pagu == 1

    call_command("load_baseline", overwrite=True, verbosity=0)
    target.refresh_from_db()
    assert target.pagu == printed
    row = Jejak.objects.get(objek="indicators.target", objek_id=str(target.pk))
    assert (row.kolom, row.dari, row.ke, row.alasan) == ("pagu", "1", str(printed), "load_baseline --overwrite")


def test_a_row_people_deleted_stays_deleted_with_what_hung_on_it(baseline, capsys):
    indikator = Indikator.objects.filter(subkegiatan__isnull=False, target__isnull=False, dilayani_oleh=None)[0]
    targets = indikator.target.count()
    indikator.realisasi.all().delete()
    indikator.delete()
    call_command("load_baseline")
    shown = capsys.readouterr().out
    assert f"indikator {indikator.renstra.kode} · {indikator.kode}: dihapus" in shown
    assert not Indikator.objects.filter(kode=indikator.kode).exists()
    call_command("load_baseline", overwrite=True, verbosity=0)
    again = Indikator.objects.get(kode=indikator.kode)
    assert again.target.count() == targets


def test_realisasi_that_is_overwritten_gets_a_new_version(baseline):
    row = Realisasi.objects.filter(keadaan="terisi")[0]
    printed = row.kinerja
    Realisasi.objects.filter(pk=row.pk).update(kinerja=1, versi=7)
    call_command("load_baseline", overwrite=True, verbosity=0)
    row.refresh_from_db()
    assert (row.kinerja, row.versi) == (printed, 8)


def test_without_migrations_it_says_what_to_run(db):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    with pytest.raises(Ditolak, match=r"jalankan manage\.py migrate"):
        call_command("load_baseline")


# --- rules, on small files ----------------------------------------------------------


def test_a_corrected_fixture_corrects_the_row_nobody_touched(db, write):
    machinery.load([write(OFFICE, unit("a"))])
    result = machinery.load([write(OFFICE, unit("a", nama="Nama baru"))])
    assert result.diperbarui == {"accounts.unitkerja": 1}
    assert not result.dipertahankan
    assert UnitKerja.objects.get().nama == "Nama baru"
    assert Jejak.objects.get(kolom="nama").alasan == "data dasar diperbarui"


def test_a_correction_that_people_made_first_counts_as_the_baselines(db, write):
    machinery.load([write(OFFICE, unit("a"))])
    UnitKerja.objects.update(nama="Nama baru")
    result = machinery.load([write(OFFICE, unit("a", nama="Nama baru"))])
    assert not result.dipertahankan
    result = machinery.load([write(OFFICE, unit("a", nama="Nama ketiga"))])
    assert result.diperbarui == {"accounts.unitkerja": 1}


def test_a_row_people_made_first_is_kept(db, write):
    office = PerangkatDaerah.objects.create(**OFFICE["fields"])
    UnitKerja.objects.create(perangkat_daerah=office, kode="a", nama="Buatan orang", jenis="bidang", urutan=9)
    result = machinery.load([write(OFFICE, unit("a"))])
    assert [str(row) for row in result.dipertahankan] == ["unit kerja a: nama, urutan"]


def test_a_column_the_fixture_does_not_give_belongs_to_people(db, write):
    machinery.load([write(OFFICE, unit("a"))])
    UnitKerja.objects.update(kepala_nama="Orang")
    result = machinery.load([write(OFFICE, unit("a", nama="Nama baru"))])
    assert not result.dipertahankan
    assert UnitKerja.objects.get().kepala_nama == "Orang"


def test_a_new_column_in_the_fixture_does_not_make_rows_look_touched(db, write):
    machinery.load([write(OFFICE, unit("a"))])
    result = machinery.load([write(OFFICE, unit("a", kepala_nama="Baru"))])
    assert result.diperbarui == {"accounts.unitkerja": 1}
    assert not result.dipertahankan


def test_references_may_point_forward(db, write):
    machinery.load([write(unit("a.b", 2, "a"), unit("a", 1), OFFICE)])
    assert UnitKerja.objects.get(kode="a.b").induk.kode == "a"


def test_the_order_key_follows_from_the_code(baseline):
    assert not Program.objects.filter(kunci_urut="").exists()


def test_below_a_deleted_row_even_new_rows_stay_away(db, write):
    machinery.load([write(OFFICE, unit("a"), unit("a.b", 2, "a"))])
    UnitKerja.objects.filter(kode="a.b").delete()
    UnitKerja.objects.filter(kode="a").delete()
    result = machinery.load([write(OFFICE, unit("a"), unit("a.b", 2, "a"), unit("a.c", 3, "a"))])
    assert [str(row) for row in result.dipertahankan] == [
        "unit kerja a: dihapus",
        "unit kerja a.b: dihapus",
        "unit kerja a.c: dihapus",
    ]


def test_the_same_row_in_two_files_is_fine_but_not_two_versions_of_it(db, write):
    first = write(OFFICE, unit("a"), name="satu.json")
    machinery.load([first, write(OFFICE, name="dua.json")])
    other = {**OFFICE, "fields": {**OFFICE["fields"], "nama": "Lain"}}
    message = refusal(first, write(other, name="tiga.json"))
    assert "tiga.json, data ke-1" in message
    assert "satu.json data ke-1" in message


BROKEN = {
    "not JSON": ('[{"model": "accounts.unitkerja", "fields": }]', "baris 1 kolom 44"),
    "no list": ('{"model": "x"}', "harus daftar"),
    "cut off": ('[{"model": "accoun', 'di dekat «[{"model": "accoun»'),
    "no fields": ([{"model": "accounts.unitkerja"}], "data ke-1"),
    "unknown model": ([{"model": "accounts.kantor", "fields": {}}], "model 'accounts.kantor' tidak dikenal"),
    "unknown column": ([OFFICE, unit("a", warna="biru")], "kolom warna: tidak dikenal"),
    "missing reference": ([OFFICE, unit("a", induk="tiada")], "kolom induk: merujuk unit kerja tiada yang tidak ada"),
    "reference missing": ([unit("a")], "kolom perangkat_daerah: merujuk perangkat daerah dinsos yang tidak ada"),
    "no reference": ([OFFICE, unit("a", perangkat_daerah=None)], "kolom perangkat_daerah: wajib diisi"),
    "not a key": ([OFFICE, unit("a", perangkat_daerah="dinsos")], "kolom perangkat_daerah"),
    "text for a number": ([OFFICE, unit("a", urutan="dua")], 'kolom urutan: "dua" ditolak'),
    "a fraction": ([OFFICE, unit("a", urutan=1.5)], "kolom urutan"),
    "a list": ([OFFICE, unit("a", nama=["x"])], "kolom nama"),
    "not a choice": ([OFFICE, unit("a", jenis="bagian")], 'kolom jenis: "bagian" ditolak'),
    "too long": ([OFFICE, unit("a", nama="x" * 201)], "kolom nama"),
    "empty": ([OFFICE, unit("a", nama="")], "kolom nama"),
    "twice": ([OFFICE, unit("a"), unit("a", 2)], "kuncinya sama dengan"),
}


@pytest.mark.parametrize(("records", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_line_and_nothing_is_stored(db, write, records, said):
    good = write(OFFICE, unit("baik"), name="baik.json")
    bad = write(records, name="rusak.json") if isinstance(records, str) else write(*records, name="rusak.json")
    message = refusal(bad) if said.endswith("dinsos yang tidak ada") else refusal(good, bad)
    assert "rusak.json" in message
    assert said in message
    assert not UnitKerja.objects.exists()
    assert not PerangkatDaerah.objects.exists()
    assert not BarisDasar.objects.exists()
    assert not Jejak.objects.exists()


def test_the_database_names_the_rule_that_was_broken(baseline, write):
    record = {
        "model": "indicators.target",
        "fields": {"indikator": ["renstra-2021-2026", "1.6.1"], "tahun": 2099, "target": "1", "pagu": -5},
    }
    with pytest.raises(machinery.BarisRusak) as caught:
        machinery.load([write(record)])
    assert "Pagu tidak boleh negatif" in str(caught.value)
    assert "target renstra-2021-2026/1.6.1 · 2099" in str(caught.value)


def test_a_missing_file_is_one_line(db):
    with pytest.raises(Ditolak, match="Fixture tiada tidak ditemukan"):
        call_command("loaddata", "tiada")


def test_fixtures_with_primary_keys_load_as_django_loads_them(db, write):
    path = write({"model": "auth.group", "pk": 77, "fields": {"name": "Tamu"}})
    call_command("loaddata", str(path), verbosity=0)
    assert Group.objects.get(pk=77).name == "Tamu"
    assert Group.objects.create(name="Sesudahnya").pk > 77


def test_numbers_keep_their_digits(db, write):
    call_command("load_baseline", verbosity=0)
    record = {
        "model": "indicators.target",
        "fields": {"indikator": ["renstra-2021-2026", "1.6.1"], "tahun": 2098, "target": 7.23, "pagu": None},
    }
    path = write("[" + json.dumps(record) + "]")
    machinery.load([path])
    assert str(Target.objects.get(tahun=2098).target) == "7.2300"
    assert machinery.load([path]).sama == {"indicators.target": 1}

"""Suspicions and what is decided about them; keys, retention and erasure."""

import os
from datetime import date, timedelta
from io import StringIO
from time import time

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from pmks import kripto, ringkasan
from pmks.actions import Ditolak, set_identitas_luar, set_status
from pmks.aturan_dugaan import ATURAN
from pmks.dugaan import Keadaan, decide, find, load
from pmks.dugaan_tersimpan import recount
from pmks.impor import brankas
from pmks.models import (
    CatatanAkses,
    IdentitasLuar,
    KeputusanDugaan,
    Layanan,
    Orang,
    OrangKategori,
    PekerjaanImpor,
    Penggabungan,
    PerubahanStatus,
    RingkasanPMKS,
    RiwayatOrang,
    StatusOrang,
)
from pmks.pemeliharaan import rotate_keys
from pmks.penggabungan import merge
from tests.registry_people import ANAK, BOJONEGARA, DISABILITAS, HIV, MARGASANA, desa, kinds, new_nik, person, staff

pytestmark = pytest.mark.usefixtures("baseline")


def found(rule: str, user: str = "staf.linjamsos", tahun: int = 2024) -> list[tuple[int, ...]]:
    recount(tahun)
    return [item.dugaan.orang for item in load(staff(user), tahun, [rule])]


# Suspicions ----------------------------------------------------------------------------------------------------------


def test_one_person_in_two_villages_of_a_year_is_suspected():
    person("Sama")
    who = person("Dua Desa")
    OrangKategori.objects.create(orang=who, tahun=2024, kategori=kinds(DISABILITAS)[0], desa=desa(BOJONEGARA))
    OrangKategori.objects.create(orang=who, tahun=2023, kategori=kinds(DISABILITAS)[0], desa=desa(MARGASANA))
    assert found("nik-dua-desa") == [(who.pk,)]
    assert found("nik-dua-desa", tahun=2023) == []


def test_same_name_birth_date_and_village_are_suspected_and_nothing_else():
    one, two = person("Siti Aminah"), person("SITI  AMINAH")
    person("Siti Aminah", kode_desa=BOJONEGARA)
    person("Siti Aminah", lahir=date(1981, 5, 1))
    gone = person("Siti Aminah")
    merge(staff("staf.linjamsos"), one.pk, gone.pk, "sama", pintu="peramban")
    assert found("kembar") == [(one.pk, two.pk)]


def test_a_nik_that_says_another_birth_date_or_sex_is_suspected():
    person("Cocok")
    who = person("Janggal", lahir=date(1980, 5, 2))
    assert found("nik-lahir") == [(who.pk,)]
    (item,) = load(staff("staf.linjamsos"), 2024, ["nik-lahir"])
    assert "tanggal lahir tidak sama" in item.dugaan.fakta


def test_a_child_s_kind_with_an_adult_s_age_is_suspected():
    rehsos = "staf.rehsos"
    person("Anak Benar", ANAK, actor=rehsos, lahir=date(2012, 5, 1))
    # 18 until April 2024: of age for the kind at some time of the year.
    person("Baru Dewasa", ANAK, actor=rehsos, lahir=date(2005, 5, 1))
    adult = person("Dewasa", ANAK, actor=rehsos, lahir=date(1990, 5, 1))
    baby = person("Bayi", ANAK, actor=rehsos, lahir=date(2023, 5, 1))
    young = person("Lansia Muda", 8, actor=rehsos, lahir=date(1980, 5, 1))
    assert sorted(found("usia-jenis", rehsos)) == sorted([(adult.pk,), (baby.pk,), (young.pk,)])
    # Children are seen only by those who serve them; the data section serves the old.
    assert found("usia-jenis") == [(young.pk,)]


def test_a_service_after_death_is_suspected():
    who, actor = person("Almarhumah"), staff("staf.linjamsos")
    for day in (1, 20):
        Layanan.objects.create(
            orang=who, tahun=2024, tanggal=date(2024, 3, day), kode_sub_kegiatan="1.06.05.2.02.03", jenis_layanan="a"
        )
    assert found("meninggal-dilayani") == []
    set_status(actor, who.pk, StatusOrang.MENINGGAL, date(2024, 3, 10), pintu="peramban")
    (item,) = load(actor, 2024, ["meninggal-dilayani"])
    assert item.dugaan.fakta == "meninggal 2024-03-10, dilayani sampai 2024-03-20"


def test_suspicions_about_people_one_may_not_see_are_not_shown():
    one, two = person("Peka", HIV, actor="staf.rehsos"), person("Peka", HIV, actor="staf.rehsos")
    assert found("kembar", "staf.rehsos") == [(one.pk, two.pk)]
    for name in ("staf.linjamsos", "pimpinan", "verifikator", "admin"):
        assert load(staff(name), 2024) == []


def test_a_decision_settles_a_suspicion_until_its_facts_change():
    actor = staff("staf.linjamsos")
    who = person("Dua Desa")
    link = OrangKategori.objects.create(orang=who, tahun=2024, kategori=kinds(DISABILITAS)[0], desa=desa(BOJONEGARA))
    recount(2024)
    item = find(actor, 2024, "nik-dua-desa", str(who.pk))
    with pytest.raises(Ditolak, match="alasan"):
        decide(actor, item.dugaan, KeputusanDugaan.Keputusan.BERBEDA, " ", sidik=item.dugaan.sidik)
    with pytest.raises(Ditolak, match="berubah"):
        decide(actor, item.dugaan, KeputusanDugaan.Keputusan.BERBEDA, "pindah", sidik="lama")
    decide(actor, item.dugaan, KeputusanDugaan.Keputusan.BERBEDA, "pindah bulan Juni", sidik=item.dugaan.sidik)
    settled = find(actor, 2024, "nik-dua-desa", str(who.pk))
    assert (settled.keadaan, settled.keputusan.catatan) == (Keadaan.SELESAI, "pindah bulan Juni")
    OrangKategori.objects.filter(pk=link.pk).update(desa=desa("36.04.35.2001"))
    recount(2024)
    assert find(actor, 2024, "nik-dua-desa", str(who.pk)).keadaan == Keadaan.TERBUKA
    assert set(ATURAN) == {"nik-dua-desa", "kembar", "nik-lahir", "usia-jenis", "meninggal-dilayani"}


# Keys ----------------------------------------------------------------------------------------------------------------


def test_keys_are_rotated_and_an_interrupted_rotation_goes_on(settings, monkeypatch):
    numbers = [new_nik() for _ in range(5)]
    for nik in numbers:
        person("Siti", nik=nik, no_kk="3604051204100007")
    person("Tanpa Papan", nik="")
    old = settings.PII_KEYS
    settings.PII_KEYS = (b"n" * 32, *old)
    monkeypatch.setattr("pmks.pemeliharaan.CHUNK", 2)

    def die(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(die)
    new = kripto.keys()[0].id
    assert Orang.objects.filter(nik_sandi__startswith=new).count() == 2
    assert all(Orang.objects.with_nik(nik).exists() for nik in numbers)
    out = StringIO()
    call_command("putar_kunci", stdout=out, stderr=StringIO())
    assert out.getvalue().startswith("3 orang dipindahkan")
    settings.PII_KEYS = (b"n" * 32,)
    for nik in numbers:
        who = Orang.objects.with_nik(nik).get()
        assert kripto.decrypt(who.nik_sandi, "nik") == nik
        assert Orang.objects.with_kk("3604051204100007").count() == 5
    settings.PII_KEYS = (b"m" * 32,)
    with pytest.raises(CommandError, match="tidak ada dalam PII_KEYS"):
        call_command("putar_kunci", stdout=StringIO(), stderr=StringIO())


# Erasure and retention -----------------------------------------------------------------------------------------------


ABOUT_PEOPLE = (Orang, RiwayatOrang, Layanan, Penggabungan, IdentitasLuar, PerubahanStatus, CatatanAkses)


def test_an_erased_person_keeps_counts_and_nothing_of_who_it_was():
    actor = staff("staf.linjamsos")
    nik = new_nik()
    who, twin = person("Siti Rahasia", nik=nik), person("Siti Rahasia Kembar", kode_desa=MARGASANA)
    set_identitas_luar(actor, who.pk, "DTSEN", "D-17", pintu="peramban")
    set_status(actor, who.pk, StatusOrang.MENINGGAL, date(2024, 3, 1), "catatan rahasia", pintu="peramban")
    merge(actor, who.pk, twin.pk, "sama-sama Siti Rahasia", pintu="peramban")
    with pytest.raises(CommandError, match="dasar penghapusan"):
        call_command("hapus_identitas", orang=who.pk, alasan="ya", stdout=StringIO())
    call_command("hapus_identitas", orang=who.pk, alasan="permintaan ahli waris 12/2026", stdout=StringIO())
    assert not Orang.objects.with_nik(nik).exists()
    assert not Orang.objects.for_user(actor).exists()
    kept = " ".join(str(row) for model in ABOUT_PEOPLE for row in model.objects.values())
    for secret in ("Rahasia", "rahasia", nik, "D-17", "1980"):
        assert secret not in kept
    assert RingkasanPMKS.objects.get(tahun=2024, kategori=None, wilayah__kode="36.04").jumlah == 1
    assert not ringkasan.compare(2024)
    record = CatatanAkses.objects.get(jenis="hapus")
    assert (record.jumlah, record.tujuan) == (2, "permintaan ahli waris 12/2026")
    with pytest.raises(CommandError, match="sudah dihapus"):
        call_command("hapus_identitas", orang=who.pk, alasan="permintaan ahli waris 12/2026", stdout=StringIO())
    # Two erased people without a NIK do not stand in each other's way.
    other = person("Lain")
    call_command("hapus_identitas", orang=other.pk, alasan="permintaan ahli waris 12/2026", stdout=StringIO())


def test_people_who_left_long_ago_are_forgotten_and_others_are_not():
    actor = staff("staf.linjamsos")
    left, stays, back = person("Pergi", tahun=2021), person("Ada", tahun=2021), person("Kembali", tahun=2021)
    for who in (left, back):
        set_status(actor, who.pk, StatusOrang.PINDAH, date(2021, 6, 1), pintu="peramban")
    OrangKategori.objects.create(orang=back, tahun=2025, kategori=kinds(24)[0], desa=back.desa)
    Orang.objects.update(diubah_pada=timezone.now() - timedelta(days=5 * 366))
    out = StringIO()
    options = {"lebih_dari_tahun": 4, "alasan": "masa simpan habis", "stdout": out}
    call_command("hapus_identitas", dry_run=True, **options)
    assert out.getvalue().startswith("1 orang")
    call_command("hapus_identitas", **options)
    assert set(Orang.objects.terdaftar()) == {stays, back}


def test_files_of_imports_move_to_a_new_key_too(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "impor").mkdir()
    with brankas.create(tmp_path / "impor" / "a.sandi") as out:
        out.write(b"nik\n")
    length = brankas.append(tmp_path / "impor" / "a.ditolak.sandi", 0, b"alasan\n")
    names = {"berkas": "impor/a.sandi", "berkas_ditolak": "impor/a.ditolak.sandi"}
    PekerjaanImpor.objects.create(jenis="pmks", tahun=2024, **names)
    PekerjaanImpor.objects.create(jenis="pmks", tahun=2024, berkas="impor/hilang.sandi", berkas_ditolak="/x/b.csv")
    settings.PII_KEYS = (b"n" * 32, *settings.PII_KEYS)
    for count in (2, 0):
        out = StringIO()
        call_command("putar_kunci", stdout=out, stderr=StringIO())
        assert f"dan {count} berkas impor" in out.getvalue()
    settings.PII_KEYS = (b"n" * 32,)
    with brankas.open_read(tmp_path / "impor" / "a.sandi") as file:
        assert file.read() == b"nik\n"
    with brankas.open_read(tmp_path / "impor" / "a.ditolak.sandi", length) as file:
        assert file.read() == b"alasan\n"
    settings.PII_KEYS = (b"m" * 32,)
    with pytest.raises(CommandError, match=r"a\.sandi \(impor \d+\): Kunci \w+ tidak ada dalam PII_KEYS"):
        call_command("putar_kunci", stdout=StringIO(), stderr=StringIO())


def test_a_file_that_no_import_names_is_removed_when_it_is_old(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "impor").mkdir()
    killed, coming, named = (tmp_path / "impor" / f"{name}.sandi" for name in ("killed", "coming", "named"))
    for path in (killed, coming, named):
        path.write_bytes(b"x")
    two_days_ago = time() - 2 * 86_400
    for path in (killed, named):
        os.utime(path, (two_days_ago, two_days_ago))
    PekerjaanImpor.objects.create(jenis="pmks", tahun=2024, status="disiapkan", berkas="impor/named.sandi")
    out = StringIO()
    call_command("bersihkan_pmks", hari=1, stdout=out)
    assert out.getvalue().startswith("1 berkas")
    assert [path.exists() for path in (killed, coming, named)] == [False, True, True]


def test_old_files_of_imports_are_removed_and_those_of_commands_stay(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "impor").mkdir()
    own, outside = tmp_path / "impor" / "a.csv", tmp_path / "b.csv"
    for path in (own, outside):
        path.write_text("nik\n")
    long_ago = timezone.now() - timedelta(days=40)
    for name in ("impor/a.csv", str(outside)):
        PekerjaanImpor.objects.create(
            jenis="pmks", tahun=2024, status="selesai", berkas=name, selesai_pada=long_ago, contoh=[{"baris": 2}]
        )
    call_command("bersihkan_pmks", hari=60, stdout=StringIO())
    assert own.exists()
    call_command("bersihkan_pmks", stdout=StringIO())
    assert (own.exists(), outside.exists()) == (False, True)
    assert not PekerjaanImpor.objects.exclude(contoh=[]).exists()

"""People of the registry: entered, changed, found, merged; who sees whom; counts that stay in step."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from pmks import kripto, ringkasan
from pmks.actions import (
    Bentrok,
    Ditolak,
    IsianLayanan,
    IsianOrang,
    create_orang,
    delete_layanan,
    save_layanan,
    save_orang,
    set_identitas_luar,
    set_kategori,
    set_status,
)
from pmks.akses import TujuanKosong, open_nik, record_export
from pmks.daftar import Saringan, known_count, page, similar
from pmks.models import (
    CatatanAkses,
    KategoriPMKS,
    Layanan,
    Orang,
    OrangKategori,
    RingkasanPMKS,
    RiwayatOrang,
    StatusOrang,
    Wilayah,
)
from pmks.penggabungan import merge, part
from tests.registry_people import (
    ANAK,
    BOJONEGARA,
    DISABILITAS,
    FAKIR_MISKIN,
    HIV,
    MARGASANA,
    desa,
    kinds,
    new_nik,
    person,
    staff,
)

pytestmark = pytest.mark.usefixtures("baseline")
KODE = "1.06.05.2.02.03"


def count(nomor: int | None, kode: str, tahun: int = 2024) -> int:
    row = RingkasanPMKS.objects.filter(tahun=tahun, wilayah__kode=kode, kategori__nomor=nomor).first()
    return row.jumlah if row else 0


# Identity ------------------------------------------------------------------------------------------------------------


def test_no_column_of_a_person_holds_the_nik_in_full():
    nik, no_kk = new_nik(), "3604051204100007"
    who = person("Siti Nuraini", nik=nik, no_kk=no_kk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM pmks_orang WHERE id = %s", [who.pk])
        stored = " ".join(map(str, cursor.fetchone()))
    assert nik not in stored
    assert no_kk not in stored
    assert who.nik_samar == "•" * 12 + nik[-4:]
    history = " ".join(f"{row.dari} {row.ke}" for row in RiwayatOrang.objects.filter(orang=who))
    assert nik not in history
    assert no_kk not in history


def test_a_person_is_found_by_the_exact_nik_only():
    nik = new_nik()
    who = person("Siti Nuraini", nik=nik)
    assert Orang.objects.with_nik(nik).get() == who
    assert not Orang.objects.with_nik(nik[:-1] + "9").exists()


def test_a_value_moved_to_another_column_does_not_decrypt():
    sealed = kripto.encrypt("3604051204100007", "kk")
    with pytest.raises(kripto.KunciError, match="dipindahkan"):
        kripto.decrypt(sealed, "nik")


@pytest.mark.parametrize("rest", ["", "?", "AAAA", "A", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_broken_value_says_so(rest):
    with pytest.raises(kripto.KunciError, match="pulihkan dari cadangan"):
        kripto.decrypt(f"{kripto.keys()[0].id}.{rest}", "nik")


def test_an_old_key_still_reads_and_finds_and_a_lost_one_says_so():
    old, new = b"a" * 32, b"b" * 32
    with override_settings(PII_KEYS=(old,)):
        sealed, found = kripto.encrypt("3604051204100007", "nik"), kripto.hash_of("3604051204100007")
    with override_settings(PII_KEYS=(new, old)):
        assert kripto.decrypt(sealed, "nik") == "3604051204100007"
        assert found in kripto.hashes_of("3604051204100007")
    with override_settings(PII_KEYS=(new,)), pytest.raises(kripto.KunciError, match="tidak ada dalam PII_KEYS"):
        kripto.decrypt(sealed, "nik")


@override_settings(PII_KEYS=())
def test_production_without_keys_refuses_to_store_a_nik():
    with pytest.raises(kripto.KunciError, match="PII_KEYS belum diisi"):
        kripto.encrypt("3604051204100007", "nik")


def test_the_database_refuses_a_second_person_with_a_nik():
    who = person("Siti Nuraini")
    with pytest.raises(IntegrityError), transaction.atomic():
        Orang.objects.create(
            nama="Lain",
            nama_cari="lain",
            nik_sandi="x",
            nik_hash=who.nik_hash,
            desa=who.desa,
            dibuat_pada=who.dibuat_pada,
            diubah_pada=who.dibuat_pada,
        )


def test_without_a_nik_name_birth_date_and_village_stand_for_a_person():
    person("Mak Icih", nik="")
    with pytest.raises(Ditolak, match="sudah terdaftar"):
        person("MAK  ICIH", nik="")
    person("Mak Icih", nik="", kode_desa=MARGASANA)
    isian = IsianOrang(nama="Tanpa Tanggal", desa=desa())
    with pytest.raises(Ditolak, match="isi tanggal lahir"):
        create_orang(staff("staf.fakirmiskin"), isian, 2024, kinds(FAKIR_MISKIN), pintu="peramban")


@pytest.mark.parametrize(
    ("nik", "why"),
    [
        ("3,60405E+15", "notasi ilmiah"),
        ("36040541058", "16 angka"),
        ("3604054105800000", "0000"),
        ("360405410580000A", "selain angka"),
    ],
)
def test_a_broken_nik_is_refused_with_the_reason(nik, why):
    with pytest.raises(Ditolak, match=why):
        person("Siti", nik=nik)


def test_a_nik_that_contradicts_birth_date_and_sex_is_a_warning():
    isian = IsianOrang(nama="Budi", desa=desa(), nik=new_nik(), jenis_kelamin="L", tanggal_lahir=date(1980, 5, 2))
    saved = create_orang(staff("staf.fakirmiskin"), isian, 2024, kinds(FAKIR_MISKIN), pintu="peramban")
    assert len(saved.peringatan) == 2


# Who sees whom -------------------------------------------------------------------------------------------------------


def test_a_person_is_seen_only_by_units_that_serve_a_kind_of_theirs():
    poor = person("Fakir Miskin")
    disabled = person("Difabel", DISABILITAS, actor="staf.rehsos")
    ill = person("Peka", HIV, actor="staf.rehsos")
    child = person("Anak", ANAK, actor="staf.rehsos")

    def seen(name):
        return set(Orang.objects.for_user(staff(name)))

    assert seen("staf.fakirmiskin") == {poor}
    assert seen("staf.rehsos") == {disabled, ill, child}
    # The data section works with every kind that is not sensitive, and so does the head of the office.
    assert seen("staf.linjamsos") == {poor, disabled}
    assert seen("pimpinan") == {poor, disabled}
    for name in ("staf.sekretariat", "sekretariat", "verifikator", "admin"):
        assert seen(name) == set()


def test_who_is_seen_does_not_hang_on_the_summary():
    who = person("Fakir Miskin")
    RingkasanPMKS.objects.all().delete()
    assert list(Orang.objects.for_user(staff("staf.fakirmiskin"))) == [who]
    assert names(page(staff("staf.fakirmiskin"), Saringan(tahun=2024))) == ["Fakir Miskin"]


def test_a_service_that_tells_a_hidden_kind_is_not_shown():
    who = person("Siti", FAKIR_MISKIN)
    set_kategori(staff("staf.rehsos"), person("x", HIV, actor="staf.rehsos").pk, 2024, kinds(HIV), pintu="peramban")
    OrangKategori.objects.create(orang=who, tahun=2024, kategori=kinds(HIV)[0], desa=who.desa)
    rehsos = staff("staf.rehsos")
    save_layanan(
        rehsos,
        who.pk,
        IsianLayanan("1.06.04.2.02.01", date(2024, 3, 1), "obat", kategori=kinds(HIV)[0]),
        {"1.06.04.2.02.01": rehsos.unit_id},
        pintu="peramban",
    )
    save_layanan(
        rehsos,
        who.pk,
        IsianLayanan("1.06.04.2.02.01", date(2024, 3, 2), "konseling"),
        {"1.06.04.2.02.01": rehsos.unit_id},
        pintu="peramban",
    )
    assert Layanan.objects.for_user(rehsos).count() == 2
    assert Layanan.objects.for_user(staff("staf.fakirmiskin")).count() == 0
    assert Layanan.objects.for_user(staff("admin")).count() == 0


def test_a_kind_of_another_unit_cannot_be_recorded():
    with pytest.raises(PermissionDenied, match="unit yang melayaninya"):
        person("Anak", ANAK, actor="staf.fakirmiskin")
    with pytest.raises(PermissionDenied):
        person("Siapa", FAKIR_MISKIN, actor="admin")


def test_the_whole_nik_needs_a_right_and_a_reason_and_is_recorded():
    nik = new_nik()
    who = person("Siti", nik=nik)
    with pytest.raises(TujuanKosong):
        open_nik(staff("staf.fakirmiskin"), who.pk, "perlu", pintu="peramban")
    with pytest.raises(PermissionDenied):
        open_nik(staff("pimpinan"), who.pk, "mencocokkan dengan Dukcapil", pintu="peramban")
    with pytest.raises(Orang.DoesNotExist):
        open_nik(staff("staf.rehsos"), who.pk, "mencocokkan dengan Dukcapil", pintu="peramban")
    assert not CatatanAkses.objects.exists()
    assert open_nik(staff("staf.fakirmiskin"), who.pk, "mencocokkan dengan Dukcapil", pintu="peramban")[0] == nik
    row = CatatanAkses.objects.get()
    assert (row.jenis, row.orang, row.tujuan) == ("buka_nik", who, "mencocokkan dengan Dukcapil")


def test_an_export_needs_a_purpose_and_is_recorded_before_it_is_written():
    with pytest.raises(TujuanKosong):
        record_export(staff("staf.fakirmiskin"), 3, " ", "", pintu="peramban", write=lambda: pytest.fail("tertulis"))
    found = record_export(
        staff("staf.fakirmiskin"),
        3,
        "penyaluran sembako",
        "tahun 2024",
        pintu="peramban",
        write=lambda: CatatanAkses.objects.filter(jenis="ekspor", jumlah=3).exists(),
    )
    assert found is True


@pytest.mark.parametrize("model", [CatatanAkses, RiwayatOrang])
def test_records_about_people_only_grow(model):
    who = person("Siti")
    open_nik(staff("staf.fakirmiskin"), who.pk, "mencocokkan dengan Dukcapil", pintu="peramban")
    rows = model.objects.filter(orang=who)
    with pytest.raises(IntegrityError, match="hanya boleh ditambah"), transaction.atomic():
        rows.update(pelaku_nama="lain")
    with pytest.raises(IntegrityError, match="hanya boleh ditambah"), transaction.atomic():
        rows._raw_delete(rows.db)


def test_an_erasure_may_empty_the_values_of_the_history():
    who = person("Siti")
    RiwayatOrang.objects.filter(orang=who).update(dari=None, ke=None)
    assert not RiwayatOrang.objects.filter(orang=who, ke__isnull=False).exists()


# Changing ------------------------------------------------------------------------------------------------------------


def isian_of(who: Orang, **changes) -> IsianOrang:
    values = {
        "nama": who.nama,
        "desa": who.desa,
        "jenis_kelamin": who.jenis_kelamin,
        "tanggal_lahir": who.tanggal_lahir,
        "alamat": who.alamat,
        "catatan": who.catatan,
    }
    return IsianOrang(**(values | changes))


def test_a_change_is_kept_with_who_from_what_to_what():
    who = person("Siti")
    save_orang(
        staff("staf.fakirmiskin"), who.pk, isian_of(who, nama="Siti Aminah"), versi=1, pintu="peramban", alasan="KTP"
    )
    row = RiwayatOrang.objects.filter(orang=who).first()
    assert (row.kolom, row.dari, row.ke, row.alasan) == ("nama", "Siti", "Siti Aminah", "KTP")
    who.refresh_from_db()
    assert (who.nama_cari, who.versi) == ("siti aminah", 2)
    assert who.nik_samar


def test_the_second_of_two_people_who_change_one_person_is_told():
    who = person("Siti")
    save_orang(staff("staf.fakirmiskin"), who.pk, isian_of(who, nama="Siti A"), versi=1, pintu="peramban")
    with pytest.raises(Bentrok) as told:
        save_orang(staff("staf.fakirmiskin"), who.pk, isian_of(who, nama="Siti B"), versi=1, pintu="peramban")
    assert told.value.kini.nama == "Siti A"


def test_moving_a_person_moves_the_newest_year_only():
    who = person("Siti", tahun=2023)
    set_kategori(staff("staf.fakirmiskin"), who.pk, 2024, kinds(FAKIR_MISKIN), pintu="peramban")
    save_orang(staff("staf.fakirmiskin"), who.pk, isian_of(who, desa=desa(BOJONEGARA)), versi=1, pintu="peramban")
    assert count(FAKIR_MISKIN, "36.04.05", 2023) == 1
    assert (count(FAKIR_MISKIN, "36.04.05"), count(FAKIR_MISKIN, "36.04.07")) == (0, 1)


def test_the_latest_day_of_a_status_is_the_status_of_today():
    who = person("Siti")
    actor = staff("staf.fakirmiskin")
    set_status(actor, who.pk, StatusOrang.PINDAH, date(2024, 6, 1), pintu="peramban")
    set_status(actor, who.pk, StatusOrang.TIDAK_DITEMUKAN, date(2024, 2, 1), pintu="peramban")
    who.refresh_from_db()
    assert (who.status, who.status_sejak) == ("pindah", date(2024, 6, 1))
    assert who.perubahan_status.count() == 2


def test_a_number_of_another_register_belongs_to_one_person():
    one, two = person("Siti"), person("Sari")
    set_identitas_luar(staff("staf.fakirmiskin"), one.pk, "dtsen", "D-1", pintu="peramban")
    with pytest.raises(Ditolak, match="dipakai orang lain"):
        set_identitas_luar(staff("staf.fakirmiskin"), two.pk, "DTSEN", "D-1", pintu="peramban")


def test_kinds_that_the_actor_does_not_serve_stay():
    who = person("Siti", FAKIR_MISKIN)
    OrangKategori.objects.create(orang=who, tahun=2024, kategori=kinds(HIV)[0], desa=who.desa)
    set_kategori(staff("staf.linjamsos"), who.pk, 2024, kinds(DISABILITAS), pintu="peramban")
    numbers = set(OrangKategori.objects.filter(orang=who).values_list("kategori__nomor", flat=True))
    assert numbers == {HIV, DISABILITAS}


def test_a_service_is_recorded_once_and_taken_out_with_a_reason():
    who, actor = person("Siti"), staff("staf.linjamsos")
    isian = IsianLayanan(KODE, date(2024, 3, 1), "paket sembako", 150_000)
    row = save_layanan(actor, who.pk, isian, {KODE: actor.unit_id}, pintu="peramban")
    with pytest.raises(Ditolak, match="sudah tercatat"):
        save_layanan(actor, who.pk, isian, {KODE: actor.unit_id}, pintu="peramban")
    with pytest.raises(Ditolak, match="tidak ada dalam Renstra"):
        save_layanan(actor, who.pk, IsianLayanan("9.9", date(2024, 3, 1), "x"), {KODE: None}, pintu="peramban")
    with pytest.raises(PermissionDenied):
        delete_layanan(staff("staf.fakirmiskin"), row.pk, "salah orang", pintu="peramban")
    delete_layanan(actor, row.pk, "salah orang", pintu="peramban")
    assert RiwayatOrang.objects.filter(orang=who, kolom="layanan").count() == 2


# Counts --------------------------------------------------------------------------------------------------------------


def test_the_summary_follows_every_change_and_equals_a_full_recount():
    one = person("A", FAKIR_MISKIN, DISABILITAS, actor="staf.linjamsos")
    person("B", FAKIR_MISKIN, kode_desa=BOJONEGARA)
    assert count(FAKIR_MISKIN, "36.04") == 2
    assert count(None, "36.04") == 2  # two people, three rows
    assert count(None, "36.04.05.2001") == 1
    set_kategori(staff("staf.linjamsos"), one.pk, 2024, kinds(DISABILITAS), pintu="peramban")
    assert (count(FAKIR_MISKIN, "36.04"), count(None, "36.04")) == (1, 2)
    assert not ringkasan.compare(2024)
    stepped = sorted(RingkasanPMKS.objects.filter(jumlah__gt=0).values_list("kategori", "wilayah", "jumlah"), key=str)
    ringkasan.recount(2024)
    counted = sorted(RingkasanPMKS.objects.values_list("kategori", "wilayah", "jumlah"), key=str)
    assert counted == stepped


def test_merging_keeps_both_and_counts_one_and_parting_restores():
    actor = staff("staf.linjamsos")
    keep, twin = person("Siti Aminah"), person("Siti Aminah", FAKIR_MISKIN, DISABILITAS, actor="staf.linjamsos")
    save_layanan(
        actor, twin.pk, IsianLayanan(KODE, date(2024, 3, 1), "sembako"), {KODE: actor.unit_id}, pintu="peramban"
    )
    with pytest.raises(Ditolak, match="orang yang sama"):
        merge(actor, keep.pk, twin.pk, " ", pintu="peramban")
    row = merge(actor, keep.pk, twin.pk, "KTP sama", pintu="peramban")
    assert (count(FAKIR_MISKIN, "36.04"), count(DISABILITAS, "36.04"), count(None, "36.04")) == (1, 1, 1)
    assert keep.layanan.count() == 1
    assert list(Orang.objects.for_user(actor)) == [keep]
    twin.refresh_from_db()
    assert twin.digabung_ke == keep
    assert twin.nama == "Siti Aminah"
    assert not ringkasan.compare(2024)
    part(actor, row.pk, "ternyata kembar", pintu="peramban")
    assert (count(FAKIR_MISKIN, "36.04"), count(DISABILITAS, "36.04"), count(None, "36.04")) == (2, 1, 2)
    assert twin.layanan.count() == 1
    assert not ringkasan.compare(2024)


# The list ------------------------------------------------------------------------------------------------------------


def names(found) -> list[str]:
    return [row.nama for row in found.baris]


def test_pages_follow_each_other_both_ways_without_gaps():
    for at in range(7):
        person(f"Orang {'ABCDEFG'[at]}", kode_desa=MARGASANA if at % 2 else BOJONEGARA)
    actor = staff("staf.fakirmiskin")
    for order in ("nama", "-nama", "desa", "-desa", "baru", "lama"):
        first = page(actor, Saringan(), order, ukuran=3)
        second = page(actor, Saringan(), order, first.sesudah, ukuran=3)
        third = page(actor, Saringan(), order, second.sesudah, ukuran=3)
        every = names(first) + names(second) + names(third)
        assert len(every) == len(set(every)) == 7
        assert (first.sebelum, third.sesudah) == (None, None)
        assert names(page(actor, Saringan(), order, third.sebelum, ukuran=3)) == names(second)
        assert names(page(actor, Saringan(), order, second.sebelum, ukuran=3)) == names(first)
    assert names(page(actor, Saringan(), "nama", ukuran=3)) == ["Orang A", "Orang B", "Orang C"]


def test_names_are_found_by_the_beginnings_of_their_words():
    for name in ("Ahmad Budi Santoso", "Budi Hartono", "Nur'aini", "Siti Sabudi"):
        person(name)

    def found(text):
        return names(page(staff("staf.fakirmiskin"), Saringan(nama=text)))

    assert found("budi") == ["Ahmad Budi Santoso", "Budi Hartono"]
    assert found("san bud") == ["Ahmad Budi Santoso"]
    assert found("NURAINI") == ["Nur'aini"]
    assert found("%") == found("")
    assert len(found("")) == 4


def test_the_list_is_limited_by_year_kind_area_and_status():
    a = person("A", tahun=2023)
    person("B", kode_desa=BOJONEGARA)
    person("C", DISABILITAS, actor="staf.linjamsos")
    actor = staff("staf.linjamsos")
    set_status(actor, a.pk, StatusOrang.MENINGGAL, date(2024, 1, 1), pintu="peramban")
    kind = KategoriPMKS.objects.get(nomor=FAKIR_MISKIN).pk
    assert names(page(actor, Saringan(tahun=2024))) == ["B", "C"]
    assert names(page(actor, Saringan(kategori=frozenset({kind})))) == ["A", "B"]
    assert names(page(actor, Saringan(tahun=2024, kategori=frozenset({kind})))) == ["B"]
    assert names(page(actor, Saringan(wilayah=Wilayah.objects.get(kode="36.04.05")))) == ["A", "C"]
    assert names(page(actor, Saringan(status=StatusOrang.MENINGGAL))) == ["A"]
    assert known_count(actor, Saringan(tahun=2024, kategori=frozenset({kind}))) == 1


def test_people_like_the_one_being_typed_are_named():
    one = person("Siti Aminah", nik=(nik := new_nik()))
    two = person("Siti Aminah Putri", kode_desa=BOJONEGARA)
    person("Siti Aminah", lahir=date(1999, 1, 1), kode_desa=BOJONEGARA)
    actor = staff("staf.fakirmiskin")
    assert similar(actor, "siti aminah", date(1980, 5, 1), None) == [one, two]
    assert similar(actor, "Lain", None, None, nik=nik) == [one]
    assert similar(staff("staf.rehsos"), "siti aminah", date(1980, 5, 1), None, nik=nik) == []

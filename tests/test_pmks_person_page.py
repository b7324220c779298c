"""The page of one person and the forms around it: what is shown to whom, and that nothing typed is lost."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pmks.actions import IsianLayanan, IsianOrang, save_layanan, save_orang
from pmks.halaman_orang import find
from pmks.models import CatatanAkses, Layanan, Orang, OrangKategori, PekerjaanImpor, Penggabungan, PerubahanStatus
from pmks.pemeliharaan import erase
from pmks.penggabungan import merge
from tests.bukti_files import JPG
from tests.registry_people import BOJONEGARA, DISABILITAS, FAKIR_MISKIN, HIV, KRAMATWATU, kinds, new_nik, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
KODE = "1.06.05.2.02.03"
KK = "3604051204100007"


@pytest.fixture
def poor(client):
    """The client of who serves fakir miskin."""
    client.force_login(staff("staf.fakirmiskin"))
    return client


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def typed(**changes):
    return {
        "nama": "Siti Aminah",
        "nik": "",
        "no_kk": "",
        "jenis_kelamin": "P",
        "tanggal_lahir": "1980-05-01",
        "desa": KRAMATWATU,
        "alamat": "Kp. Uji",
        "catatan": "",
        "tahun": "2024",
        "kategori": ["24"],
    } | changes


def test_a_person_is_shown_masked_with_kinds_services_household_and_history(poor):
    nik = new_nik()
    who = person("Siti Aminah", nik=nik, no_kk=KK)
    person("Anak Siti", no_kk=KK)
    answer = poor.get(f"/pmks/orang/{who.pk}/")
    text = text_of(answer)
    assert nik not in answer.content.decode()
    assert KK not in answer.content.decode()
    for words in (f"{'•' * 12}{nik[-4:]}", f"{'•' * 12}0007", "24. Fakir Miskin", "Anak Siti", "Kramatwatu", "nama"):
        assert words in text
    assert CatatanAkses.objects.get().orang == who


@pytest.mark.parametrize("name", ["staf.rehsos", "staf.sekretariat"])
def test_who_does_not_serve_the_kind_finds_no_page(client, name):
    who = person("Siti")
    client.force_login(staff(name))
    for part in ("", "ubah/", "jenis/", "status/", "nomor/", "nik/", "gabung/", "layanan/"):
        assert client.get(f"/pmks/orang/{who.pk}/{part}").status_code == 404
    assert not CatatanAkses.objects.exists()


def test_a_number_too_large_for_the_database_is_nobody(poor):
    person("Siti")
    for part in ("", "ubah/", "layanan/"):
        assert poor.get(f"/pmks/orang/{10**25}/{part}").status_code == 404


def test_a_removed_number_of_another_register_is_said_to_be_gone(poor):
    who = person("Siti")
    for number, said in (("D-9", "Nomor di daftar lain tersimpan."), ("", "Orang ini tanpa nomor DTSEN sekarang.")):
        answer = poor.post(f"/pmks/orang/{who.pk}/nomor/", {"sumber": "dtsen", "nomor": number}, follow=True)
        assert said in text_of(answer)


def test_the_history_does_not_tell_a_kind_the_reader_may_not_know(client):
    who = person("Siti", DISABILITAS, HIV, actor="staf.rehsos")
    client.force_login(staff("staf.rehsos"))
    client.post(
        f"/pmks/orang/{who.pk}/layanan/",
        {"kode": "1.06.04.2.02.01", "tanggal": "2024-03-01", "jenis_layanan": "obat ARV", "kategori": "16"},
    )
    assert "obat ARV" in text_of(client.get(f"/pmks/orang/{who.pk}/"))
    client.force_login(staff("staf.linjamsos"))
    text = text_of(client.get(f"/pmks/orang/{who.pk}/"))
    assert "9. Penyandang Disabilitas" in text
    assert "HIV" not in text
    assert "ARV" not in text


def test_who_only_reads_is_offered_nothing_to_change(client):
    who = person("Siti")
    client.force_login(staff("pimpinan"))
    text = text_of(client.get(f"/pmks/orang/{who.pk}/"))
    for words in ("Ubah data", "Tambah layanan", "Gabungkan", "Buka utuh"):
        assert words not in text
    assert client.get(f"/pmks/orang/{who.pk}/ubah/").status_code == 403
    assert client.get(f"/pmks/orang/{who.pk}/nik/").status_code == 403


def test_the_whole_nik_is_shown_once_for_a_reason_that_is_kept(poor):
    nik = new_nik()
    who = person("Siti", nik=nik)
    where = f"/pmks/orang/{who.pk}/nik/"
    refused = poor.post(where, {"alasan": "perlu"})
    assert (refused.status_code, nik in refused.content.decode()) == (422, False)
    assert "sedikitnya 10 huruf" in text_of(refused)
    shown = poor.post(where, {"alasan": "mencocokkan dengan KTP"})
    assert nik in shown.content.decode()
    assert shown["Cache-Control"] == "no-store, private"
    assert nik not in poor.get(where).content.decode()
    assert CatatanAkses.objects.get(jenis="buka_nik").tujuan == "mencocokkan dengan KTP"


# Entering -------------------------------------------------------------------------------------------------------


def test_a_person_is_entered_with_kinds_of_a_year(poor):
    answer = poor.post("/pmks/orang/baru/", typed(tanggal_lahir="01-05-1980", nik=" 3604 0541 0580 0123 "))
    who = Orang.objects.get()
    assert answer["Location"] == f"/pmks/orang/{who.pk}/"
    assert (who.tanggal_lahir, who.desa.kode) == (date(1980, 5, 1), KRAMATWATU)
    assert list(who.kategori_tahun.values_list("tahun", "kategori__nomor")) == [(2024, 24)]


def test_what_is_wrong_stands_at_its_field_and_everything_typed_stays(poor):
    answer = poor.post("/pmks/orang/baru/", typed(nik="123", tanggal_lahir="31-31-1980", kategori=[], desa="99"))
    assert answer.status_code == 422
    text, body = text_of(answer), answer.content.decode()
    for words in ("Tanggal ini tidak terbaca", "Desa ini tidak ada", "Pilih sedikitnya satu jenis"):
        assert words in text
    for value in ('value="Siti Aminah"', 'value="123"', 'value="31-31-1980"', 'value="Kp. Uji"'):
        assert value in body
    answer = poor.post("/pmks/orang/baru/", typed(nik="123"))
    assert "NIK harus 16 angka, tertulis 3." in text_of(answer)
    assert not Orang.objects.exists()


def test_people_who_look_the_same_are_shown_before_a_second_one_is_stored(poor):
    person("Siti Aminah")
    answer = poor.post("/pmks/orang/baru/", typed(nik="3604054105800999"))
    assert answer.status_code == 422
    assert "1 orang mirip sudah tercatat" in text_of(answer)
    assert Orang.objects.count() == 1
    assert poor.post("/pmks/orang/baru/", typed(nik="3604054105800999", yakin="on")).status_code == 302
    assert Orang.objects.count() == 2


def test_a_wrong_nik_and_people_who_look_the_same_are_told_in_one_round(poor):
    person("Siti Aminah")
    answer = poor.post("/pmks/orang/baru/", typed(nik="1234567", kategori=[], tanggal_lahir="2999-01-01"))
    text = text_of(answer)
    for words in ("NIK harus 16 angka, tertulis 7.", "Pilih sedikitnya satu jenis", "Tanggal lahir antara"):
        assert words in text
    assert "1 orang mirip sudah tercatat" in text_of(poor.post("/pmks/orang/baru/", typed(nik="1234567")))
    text = text_of(poor.post("/pmks/orang/baru/", typed(nik="1234567", kategori=[])))
    for words in ("NIK harus 16 angka", "Pilih sedikitnya satu jenis", "1 orang mirip", "Sudah saya periksa"):
        assert words in text
    assert "Belum tersimpan: ada orang yang mirip; periksa daftarnya di bawah NIK dan No KK." in text
    assert Orang.objects.count() == 1


def test_likeness_while_typing_tells_only_of_people_the_unit_sees(client):
    person("Siti Aminah")
    for name, found in (("staf.fakirmiskin", True), ("staf.rehsos", False)):
        client.force_login(staff(name))
        answer = client.post(
            "/pmks/orang/mirip/", {"nama": "siti am", "desa": KRAMATWATU, "nik": "12", "tanggal_lahir": "x"}
        )
        assert answer.status_code == 200
        assert ("Siti Aminah" in answer.content.decode()) is found


def test_a_kind_the_unit_does_not_serve_cannot_be_sent(poor):
    answer = poor.post("/pmks/orang/baru/", typed(kategori=[str(HIV)]))
    assert answer.status_code == 422
    assert not Orang.objects.exists()


# Changing -------------------------------------------------------------------------------------------------------


def test_an_empty_nik_leaves_the_stored_one_and_a_box_takes_it_away(poor):
    nik = new_nik()
    who = person("Siti", nik=nik)
    where = f"/pmks/orang/{who.pk}/ubah/"
    poor.post(where, typed(nama="Siti Baru", versi="1"))
    who.refresh_from_db()
    assert (who.nama, who.nik_samar[-4:]) == ("Siti Baru", nik[-4:])
    poor.post(where, typed(nama="Siti Baru", versi="2", tanpa_nik="on"))
    who.refresh_from_db()
    assert who.nik_hash == ""


def test_the_second_to_save_sees_both_and_decides(poor):
    who = person("Siti")
    where = f"/pmks/orang/{who.pk}/ubah/"
    poor.post(where, typed(nama="Siti Satu", versi="1"))
    answer = poor.post(where, typed(nama="Siti Dua", versi="1"))
    assert answer.status_code == 409
    text = text_of(answer)
    assert "Siti Satu" in text
    assert "Siti Dua" in text
    assert 'value="Siti Dua"' in answer.content.decode()
    token = re.search(r'name="versi" value="(\d+)"', answer.content.decode())[1]
    assert poor.post(where, typed(nama="Siti Dua", versi=token)).status_code == 302
    who.refresh_from_db()
    assert who.nama == "Siti Dua"


def test_kinds_of_another_year_begin_with_the_newest_and_are_stored(poor):
    who = person("Siti")
    year = timezone.localdate().year
    answer = poor.get(f"/pmks/orang/{who.pk}/jenis/?tahun={year}")
    assert "yang dicentang adalah jenis tahun terakhir" in text_of(answer)
    poor.post(f"/pmks/orang/{who.pk}/jenis/?tahun={year}", {"tahun": year, "kategori": ["24", "26"]})
    assert set(OrangKategori.objects.filter(orang=who, tahun=year).values_list("kategori__nomor", flat=True)) == {
        24,
        26,
    }
    answer = poor.post(f"/pmks/orang/{who.pk}/jenis/?tahun=2024", {"tahun": 2024, "kategori": []})
    assert answer.status_code == 302


def test_a_status_has_its_day_and_a_wrong_day_is_told_at_the_field(poor):
    who = person("Siti")
    where = f"/pmks/orang/{who.pk}/status/"
    answer = poor.post(where, {"status": "meninggal", "sejak": "2099-01-01", "catatan": "surat"})
    assert (answer.status_code, "Tanggal ini belum tiba." in text_of(answer)) == (422, True)
    assert 'value="surat"' in answer.content.decode()
    poor.post(where, {"status": "meninggal", "sejak": "2024-02-03", "catatan": "surat 12"})
    assert PerubahanStatus.objects.get().sejak == date(2024, 2, 3)
    assert "Meninggal" in text_of(poor.get(f"/pmks/orang/{who.pk}/"))


def test_a_number_of_another_register_is_stored(poor):
    who = person("Siti")
    poor.post(f"/pmks/orang/{who.pk}/nomor/", {"sumber": "DTSEN", "nomor": "D-9"})
    assert "DTSEN D-9" in text_of(poor.get(f"/pmks/orang/{who.pk}/"))


def test_a_service_is_added_named_by_the_plan_and_taken_out_with_a_reason(client):
    who = person("Siti", actor="staf.linjamsos")
    client.force_login(staff("staf.linjamsos"))
    where = f"/pmks/orang/{who.pk}/layanan/"
    answer = client.post(where, {"kode": KODE, "tanggal": "2024-03-01", "jenis_layanan": "sembako", "nilai_rp": "1.5"})
    assert answer.status_code == 422
    assert "bisa berarti" in text_of(answer)
    assert 'value="sembako"' in answer.content.decode()
    client.post(where, {"kode": KODE, "tanggal": "2024-03-01", "jenis_layanan": "sembako", "nilai_rp": "Rp 150.000"})
    row = Layanan.objects.get()
    assert row.nilai_rp == 150_000
    text = text_of(client.get(f"/pmks/orang/{who.pk}/"))
    assert "1.6.5.02.02.3 Fasilitasi Bantuan Sosial Kesejahteraan Keluarga" in text
    twice = client.post(where, {"kode": KODE, "tanggal": "2024-03-01", "jenis_layanan": "sembako"})
    assert "Layanan ini sudah tercatat" in text_of(twice)
    client.post(f"/pmks/orang/{who.pk}/layanan/{row.pk}/hapus/", {"alasan": "salah orang"})
    assert not Layanan.objects.exists()
    assert "salah orang" in text_of(client.get(f"/pmks/orang/{who.pk}/"))


# Merging ----------------------------------------------------------------------------------------------------------


def test_two_are_merged_and_parted_again_and_both_stay_in_the_history(poor):
    one, two = person("Siti Aminah"), person("Siti Aminah", kode_desa=BOJONEGARA)
    assert f"?dengan={two.pk}" in poor.get(f"/pmks/orang/{one.pk}/gabung/").content.decode()
    where = f"/pmks/orang/{one.pk}/gabung/?dengan={two.pk}"
    assert "berbeda" in text_of(poor.get(where))
    refused = poor.post(where, {"utama": str(one.pk), "alasan": ""})
    assert (refused.status_code, "Tulis alasannya" in text_of(refused)) == (422, True)
    assert poor.post(where, {"utama": str(one.pk), "alasan": "KK sama"})["Location"] == f"/pmks/orang/{one.pk}/"
    assert poor.get(f"/pmks/orang/{two.pk}/")["Location"] == f"/pmks/orang/{one.pk}/"
    merged = Penggabungan.objects.get()
    assert "KK sama" in text_of(poor.get(f"/pmks/orang/{one.pk}/"))
    poor.post(f"/pmks/orang/{one.pk}/pisah/{merged.pk}/", {"alasan": "ternyata dua orang"})
    assert poor.get(f"/pmks/orang/{two.pk}/").status_code == 200


def test_somebody_the_unit_does_not_see_cannot_be_merged(poor):
    one, two = person("Siti"), person("Sari", DISABILITAS, actor="staf.rehsos")
    assert poor.get(f"/pmks/orang/{one.pk}/gabung/?dengan={two.pk}").status_code == 404
    assert poor.get(f"/pmks/orang/{one.pk}/gabung/?dengan={one.pk}").status_code == 404


def test_a_number_that_leads_to_nobody_is_told_where_it_was_typed(poor):
    one, hidden = person("Siti"), person("Sari", DISABILITAS, actor="staf.rehsos")
    for number, why in (
        (hidden.pk, "tidak ada, atau tidak termasuk jenis yang dilayani unit Anda"),
        (one.pk, "nomor orang yang sedang dibuka"),
        ("12a", "bukan nomor orang"),
    ):
        page = poor.get(f"/pmks/orang/{one.pk}/gabung/?dengan={number}")
        assert why in text_of(page)
        assert f'name="dengan" value="{number}"' in page.content.decode()


def test_the_page_keeps_its_budget_with_everything_on_it(client):
    """Twelve queries, for two services as for twenty, with household, statuses, merges, files, and an import."""
    client.force_login(staff("staf.linjamsos"))
    actor = staff("staf.linjamsos")
    who = person("Siti", FAKIR_MISKIN, actor="staf.linjamsos", no_kk=KK)
    where = f"/pmks/orang/{who.pk}/"
    counts = []
    for many in (2, 18):
        for at in range(many):
            person(f"Serumah {many} {at}", no_kk=KK)
            client.post(
                f"{where}layanan/",
                {"kode": KODE, "tanggal": "2024-03-01", "jenis_layanan": f"paket {many} {at}"}
                | {"berkas": SimpleUploadedFile("foto.jpg", JPG)},
            )
            client.post(f"{where}status/", {"status": "pindah", "sejak": f"2024-02-{at + 1:02d}"})
            client.post(f"{where}nomor/", {"sumber": f"DAFTAR {at}", "nomor": f"D-{at}"})
            double = person(f"Siti {many} {at}", actor="staf.linjamsos", kode_desa=BOJONEGARA)
            merge(actor, who.pk, double.pk, "orang yang sama", pintu="peramban")
        job = PekerjaanImpor.objects.create(jenis="pmks", tahun=2024, nama_berkas="orang.csv", pelaku=actor)
        Orang.objects.filter(pk=who.pk).update(impor=job)
        who.refresh_from_db()
        client.post(f"{where}ubah/", typed(desa=(BOJONEGARA, KRAMATWATU)[many > 2], versi=who.versi))
        client.get(where)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(where)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    text = text_of(page)
    for words in (
        kinds(FAKIR_MISKIN)[0].nama,
        "paket 18 17",
        "1.6.5.02.02.3 Fasilitasi Bantuan Sosial",
        "1 berkas",
        "Serumah 18 17",
        "DAFTAR 17 D-17",
        "Pindah sejak 18 Februari 2024",
        "digabung ke sini",
        "desa Bojonegara Kramatwatu",
        "orang.csv",
    ):
        assert words in text


@pytest.mark.parametrize("name", ["staf.linjamsos", "staf.rehsos", "staf.fakirmiskin", "pimpinan", "verifikator"])
def test_the_page_opens_for_exactly_those_whom_the_list_shows(name):
    people = [
        person("Miskin", actor="staf.linjamsos"),
        person("Disabilitas", DISABILITAS, actor="staf.rehsos"),
        person("Peka", HIV, actor="staf.rehsos"),
        person("Keduanya", DISABILITAS, HIV, actor="staf.rehsos"),
        person("Hilang", actor="staf.linjamsos"),
        person("Lupa", actor="staf.linjamsos"),
    ]
    merge(staff("staf.linjamsos"), people[0].pk, people[4].pk, "orang yang sama", pintu="peramban")
    erase(people[5].pk, "permintaan orangnya sendiri", actor=None, pintu="perintah")
    user = staff(name)
    listed = set(Orang.objects.for_user(user).values_list("pk", flat=True))
    assert listed == set(Orang.objects.seen_by(user).values_list("pk", flat=True))
    assert listed == {who.pk for who in people if find(user, who.pk)}


def test_a_lost_key_hides_numbers_and_nothing_else(poor, settings):
    who = person("Siti Aminah")
    settings.PII_KEYS = (b"z" * 32,)
    for where in ("/pmks/orang/", f"/pmks/orang/{who.pk}/"):
        text = text_of(poor.get(where))
        assert "Siti Aminah" in text
        assert "tidak terbaca: kuncinya tidak ada" in text
    answer = poor.post(f"/pmks/orang/{who.pk}/nik/", {"alasan": "mencocokkan dengan KTP"})
    assert answer.status_code == 503
    assert "tidak ada dalam PII_KEYS" in text_of(answer)


def test_the_history_tells_days_and_money_as_people_write_them(poor):
    who = person("Siti")
    user = staff("staf.fakirmiskin")
    given = IsianLayanan(KODE, date(2024, 5, 2), "kursi roda", 1_000_000)
    save_layanan(user, who.pk, given, {given.kode: None}, pintu="peramban")
    isian = IsianOrang(nama="Siti", desa=who.desa, jenis_kelamin="P", tanggal_lahir=date(1981, 6, 3))
    save_orang(user, who.pk, isian, versi=who.versi, pintu="peramban")
    text = text_of(poor.get(f"/pmks/orang/{who.pk}/"))
    assert f"2 Mei 2024 · {KODE} · kursi roda · Rp 1.000.000" in text
    assert "3 Juni 1981" in text
    assert "1 Mei 1980" in text

"""Counts of people served behind an approved figure: frozen, explained, counted again only after a look."""

import re
from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Jejak
from indicators.actions_rumus import Ditolak, hitung_ulang, pilih_angka
from indicators.alur import ambil_langkah
from indicators.explain import explain
from indicators.models import Indikator, Langkah, NilaiBeku, PilihanAngka, Realisasi
from indicators.perhitungan import load_perhitungan
from pmks.actions import IsianLayanan, delete_layanan, save_layanan
from pmks.hitungan import keep_count
from pmks.models import CatatanAkses, HitunganLayanan
from programs.models import Renstra
from tests.registry_people import DISABILITAS, HIV, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
KODE, REHSOS, TAHUN = "1.6.4", "1.06.04.2.02.01", 2022
PAGE = f"/indikator/{KODE}/terlayani/{TAHUN}/"
ACUAN = "layanan:kode:1.06.04"
# Tabel 3.2, kuning dan hijau.
PENYEBUT = 11_268


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def indikator():
    return Indikator.objects.select_related("renstra").get(renstra=Renstra.current(), kode=KODE)


def reached():
    return Realisasi.objects.get(indikator=indikator().kunci_realisasi, tahun=TAHUN, triwulan=0)


def percent(count):
    return round(Decimal(count) / PENYEBUT * 100, 10)


def serve(*names, nomor=DISABILITAS, day=1):
    giver = staff("staf.rehsos")
    return [
        save_layanan(
            giver,
            person(name, nomor, actor="staf.rehsos", tahun=TAHUN).pk,
            IsianLayanan(REHSOS, date(TAHUN, 3, day), "rujukan"),
            {REHSOS: giver.unit_id},
            pintu="peramban",
        )
        for name in names
    ]


def choose(pakai="dihitung", alasan="layanan lengkap menurut nama"):
    return pilih_angka(
        staff("staf.rehsos"),
        indikator().pk,
        "direhabilitasi",
        TAHUN,
        PilihanAngka.Pakai(pakai),
        alasan,
        pintu="peramban",
    )


def step(name, what):
    row = reached()
    return ambil_langkah(staff(name), TAHUN, {indikator().pk: row.versi}, what, catatan="diperiksa", pintu="peramban")


def approve():
    for name, what in (
        ("staf.rehsos", Langkah.Tindakan.AJUKAN),
        ("verifikator", Langkah.Tindakan.VERIFIKASI),
        ("pimpinan", Langkah.Tindakan.SETUJUI),
    ):
        done = step(name, what)
        assert done.ditolak == (), done.ditolak


@pytest.fixture
def approved():
    """Six people served, counted, chosen, and the year approved."""
    rows = serve(*(f"Dilayani {at}" for at in range(6)))
    choose()
    approve()
    return rows


def test_services_and_counts_after_the_approval_do_not_move_the_figure(approved):
    assert (reached().kinerja, reached().status) == (percent(6), "disetujui")
    (copy,) = [part for part in NilaiBeku.objects.get().komponen if part["kode"] == "direhabilitasi"]
    assert (copy["nilai"], "dari 6 layanan" in copy["asal"]) == ("6", True)
    serve("Terlambat A", "Terlambat B")
    delete_layanan(staff("staf.rehsos"), approved[0].pk, "salah orang", pintu="peramban")
    assert keep_count(staff("staf.rehsos"), ACUAN, TAHUN).orang == 7
    assert hitung_ulang(staff("staf.rehsos"), indikator().pk, TAHUN, pintu="peramban") is False
    assert reached().kinerja == percent(6)
    found = load_perhitungan([indikator()], [TAHUN])[indikator().pk, TAHUN]
    assert next(part.nilai for part in found.bagian if part.komponen.kode == "direhabilitasi") == 6
    kinerja = explain(indikator(), TAHUN, staff("pimpinan")).get("kinerja")
    assert kinerja.nilai == percent(6)
    assert "6 Jiwa" in [item.teks for item in kinerja.masukan]


def test_the_choice_of_an_approved_year_stays(approved):
    with pytest.raises(Ditolak, match="terkunci"):
        choose("diketik", "berubah pikiran")
    assert PilihanAngka.objects.count() == 1


def test_the_page_of_an_approved_year_says_what_is_frozen_and_offers_no_counting(client, approved):
    serve("Terlambat")
    client.force_login(staff("staf.rehsos"))
    text = text_of(client.get(PAGE))
    assert "Dibekukan saat disetujui 6" in text
    assert "Bila dihitung sekarang 7 orang" in text
    for words in ("Hitung lagi", "Pilih angka yang dipakai", "Simpan pilihan"):
        assert words not in text
    assert "sudah diverifikasi atau disetujui" in text


def test_opened_again_the_year_follows_a_new_count(approved):
    serve("Terlambat")
    step("pimpinan", Langkah.Tindakan.BUKA)
    assert not NilaiBeku.objects.exists()
    assert reached().kinerja == percent(6)  # until somebody counts again
    assert hitung_ulang(staff("staf.rehsos"), indikator().pk, TAHUN, pintu="peramban")
    assert reached().kinerja == percent(7)


def test_a_count_that_moved_after_the_verification_is_not_approved_unseen():
    serve(*(f"Dilayani {at}" for at in range(6)))
    choose()
    step("staf.rehsos", Langkah.Tindakan.AJUKAN)
    step("verifikator", Langkah.Tindakan.VERIFIKASI)
    serve("Terlambat")
    keep_count(None, ACUAN, TAHUN)  # another indicator may ask the same question
    assert "hitungannya berubah" in step("pimpinan", Langkah.Tindakan.SETUJUI).ditolak[0][1]
    assert reached().kinerja == percent(6)


# Counting again, choosing ---------------------------------------------------------------------------------------


def test_what_was_recorded_since_the_page_was_opened_is_shown_before_it_counts(client):
    serve("A", "B", "C", "D", "E")
    choose()
    client.force_login(staff("staf.rehsos"))
    serve("F")
    page = client.get(PAGE)
    assert "Bila dihitung sekarang 6 orang, 6 layanan (selisih +1)" in text_of(page)
    seen = re.search(r'name="dilihat" value="(\w+)"', page.content.decode())[1]
    serve("G")
    back = client.post(f"/indikator/{KODE}/hitung/{TAHUN}/", {"dilihat": seen})
    assert back["Location"] == PAGE
    text = text_of(client.get(PAGE))
    assert "Layanan bertambah sesudah halaman dibuka" in text
    assert "(selisih +2)" in text
    assert reached().kinerja == percent(5)
    seen = re.search(r'name="dilihat" value="(\w+)"', client.get(PAGE).content.decode())[1]
    client.post(f"/indikator/{KODE}/hitung/{TAHUN}/", {"dilihat": seen})
    assert reached().kinerja == percent(7)


def test_a_figure_out_of_date_leads_to_the_difference_and_not_to_a_count(client):
    serve("A", "B", "C", "D", "E")
    choose()
    serve("F")
    keep_count(None, ACUAN, TAHUN)
    client.force_login(staff("staf.rehsos"))
    page = client.get(f"/indikator/{KODE}/").content.decode()
    assert "Sumbernya berubah sejak dihitung." in page
    assert f'href="{PAGE}">Lihat selisih dan hitung ulang {TAHUN}' in page
    assert f'action="/indikator/{KODE}/hitung/{TAHUN}/"' not in page


def test_each_choice_keeps_who_when_and_from_what_to_what(client):
    serve("A", "B", "C", "D", "E")
    choose()
    choose("diketik", "belum semua dicatat")
    trail = Jejak.objects.filter(objek="indicators.pilihanangka", kolom="pakai").order_by("pk")
    assert [(row.pelaku.username, row.dari, row.ke, row.alasan) for row in trail] == [
        ("staf.rehsos", "diketik", "dihitung", "layanan lengkap menurut nama"),
        ("staf.rehsos", "dihitung", "diketik", "belum semua dicatat"),
    ]
    client.force_login(staff("staf.rehsos"))
    text = text_of(client.get(PAGE))
    assert "belum semua dicatat" in text
    assert "Pilihan terdahulu Hitungan dari data PMKS" in text
    assert "layanan lengkap menurut nama" in text


# Down to the services -------------------------------------------------------------------------------------------


def test_the_explanation_leads_down_to_every_service_for_those_who_see_it(client):
    serve(*(f"Dilayani {at:02d}" for at in range(53)))
    keep_count(None, ACUAN, TAHUN)
    client.force_login(staff("staf.rehsos"))
    assert f'href="{PAGE}"' in client.get(f"/indikator/kenapa/{TAHUN}/{indikator().pk}/").content.decode()
    first = text_of(client.get(PAGE))
    second = text_of(client.get(f"{PAGE}?komponen=direhabilitasi&halaman=2"))
    listed = re.findall(r"Dilayani \d\d", first) + re.findall(r"Dilayani \d\d", second)
    assert sorted(listed) == [f"Dilayani {at:02d}" for at in range(53)]
    assert "Lebih lama" in first
    assert "Lebih lama" not in second
    looks = CatatanAkses.objects.filter(rincian=f"layanan di balik {KODE}, {TAHUN}").order_by("pk")
    assert [look.jumlah for look in looks] == [50, 3]
    assert client.get(f"{PAGE}?komponen=direhabilitasi&halaman=abc").status_code == 200


@pytest.mark.parametrize("name", ["verifikator", "sekretariat", "admin"])
def test_others_read_the_count_and_no_service(client, name):
    serve(*(f"Dilayani {at}" for at in range(6)))
    keep_count(None, ACUAN, TAHUN)
    client.force_login(staff(name))
    text = text_of(client.get(PAGE))
    assert "Hitungan tersimpan 6 orang" in text
    assert "Dilayani" not in text
    assert "rujukan" not in text
    assert not CatatanAkses.objects.exists()


def test_the_head_reads_services_of_people_who_are_not_sensitive_only(client):
    serve("Terbuka")
    serve("Rahasia", nomor=HIV)
    client.force_login(staff("pimpinan"))
    text = text_of(client.get(PAGE))
    assert "Terbuka" in text
    assert "Rahasia" not in text


def test_the_count_is_kept_by_who_counted(client):
    serve("A")
    hitung_ulang(staff("staf.rehsos"), indikator().pk, TAHUN, pintu="peramban")
    assert HitunganLayanan.objects.get().oleh.username == "staf.rehsos"

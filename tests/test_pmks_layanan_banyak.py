"""One service for many people at once: choosing them, the preview of who is refused and why, one save."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from pmks import layanan_banyak, pilihan
from pmks.actions import Ditolak, IsianLayanan, save_layanan, set_status
from pmks.layanan_banyak import BerubahSejakPratinjau, preview, save_layanan_banyak
from pmks.models import CatatanAkses, Layanan, RiwayatOrang, StatusOrang
from pmks.penggabungan import merge
from tests.registry_people import ANAK, DISABILITAS, FAKIR_MISKIN, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
KODE = "1.06.05.2.02.03"
LIST, CHOOSE, MANY = "/pmks/orang/", "/pmks/orang/pilih/", "/pmks/orang/layanan/"
TYPED = {"kode": KODE, "tanggal": "2024-03-01", "jenis_layanan": "sembako", "nilai_rp": "Rp 150.000", "bukti": "BAST 7"}
ISIAN = IsianLayanan(KODE, date(2024, 3, 1), "sembako")


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def known():
    return {KODE: staff("staf.linjamsos").unit_id}


@pytest.fixture
def giver(client):
    """The client of who serves fakir miskin at distributions."""
    client.force_login(staff("staf.linjamsos"))
    return client


def poor(many, start=0):
    return [person(f"Miskin {at:03d}", actor="staf.linjamsos") for at in range(start, start + many)]


def ids(people):
    return [str(who.pk) for who in people]


# Choosing -------------------------------------------------------------------------------------------------------


def test_people_are_ticked_over_several_pages_and_searches(giver):
    people = poor(4)
    shown = " ".join(ids(people[:2]))
    back = giver.post(f"{CHOOSE}?kategori=24", {"halaman": shown, "orang": ids(people[:2]), "aksi": "simpan"})
    assert back["Location"] == f"{LIST}?kategori=24"
    page = giver.get(back["Location"])
    assert page.content.decode().count(" checked") == 2
    assert "2 orang dipilih" in text_of(page)
    giver.post(CHOOSE, {"halaman": ids(people)[3], "orang": ids(people)[3], "aksi": "simpan"})
    # A page takes back what is unticked on it, and nothing of other pages.
    giver.post(CHOOSE, {"halaman": shown, "orang": ids(people)[0], "aksi": "simpan"})
    assert pilihan.chosen(giver.session) == [people[0].pk, people[3].pk]
    giver.post(CHOOSE, {"aksi": "kosongkan"})
    assert pilihan.chosen(giver.session) == []


def test_a_whole_page_is_chosen_at_once_and_leads_on(giver):
    people = poor(3)
    shown = " ".join(ids(people))
    giver.post(CHOOSE, {"halaman": shown, "aksi": "semua"})
    page = giver.get(LIST)
    assert page.content.decode().count(" checked") == 3
    assert giver.post(CHOOSE, {"halaman": shown, "orang": ids(people), "aksi": "lanjut"})["Location"] == MANY
    assert "Layanan untuk 3 orang terpilih" in text_of(giver.get(MANY))


def test_going_on_without_anybody_says_what_to_do(giver):
    poor(1)
    back = giver.post(CHOOSE, {"halaman": "", "aksi": "lanjut"})
    assert back["Location"] == LIST
    assert "centang orangnya dahulu" in text_of(giver.get(LIST))
    assert "Belum ada yang dipilih." in text_of(giver.get(MANY))


def test_somebody_found_by_nik_is_put_among_the_chosen_on_their_page(giver):
    (who,) = poor(1)
    where = f"/pmks/orang/{who.pk}/"
    assert "Masukkan ke pilihan" in text_of(giver.get(where))
    assert giver.post(f"{CHOOSE}?orang=1", {"halaman": who.pk, "aksi": "semua"})["Location"] == where
    assert "Keluarkan dari pilihan" in text_of(giver.get(where))
    giver.post(f"{CHOOSE}?orang=1", {"halaman": who.pk, "aksi": "simpan"})
    assert pilihan.chosen(giver.session) == []


def test_more_than_fits_is_said_and_left_out(giver, monkeypatch):
    monkeypatch.setattr(pilihan, "PALING_BANYAK", 2)
    giver.post(CHOOSE, {"halaman": "1 2 3", "aksi": "semua"})
    assert pilihan.chosen(giver.session) == [1, 2]
    assert "1 orang terakhir tidak ikut terpilih" in text_of(giver.get(LIST))


def test_who_only_reads_chooses_nobody(client):
    person("Sari", DISABILITAS, actor="staf.rehsos")
    client.force_login(staff("pimpinan"))
    assert 'type="checkbox"' not in client.get(LIST).content.decode().split('id="isi"')[1]
    for name in ("pimpinan", "verifikator", "admin", "sekretariat"):
        client.force_login(staff(name))
        assert client.post(CHOOSE, {"aksi": "semua"}).status_code == 403
        assert client.get(MANY).status_code == 403
        with pytest.raises(PermissionDenied):
            preview(staff(name), [1], ISIAN, known())


# Preview and save -----------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(giver):
    """Somebody to serve, one served already, one dead, one not born, one of another unit, one merged away."""
    well, served, dead, gone, keeper = poor(5)
    unborn = person("Bayi", FAKIR_MISKIN, actor="staf.linjamsos", lahir=date(2025, 1, 1), nik="")
    hidden = person("Anak Lain", ANAK, actor="staf.rehsos")
    actor = staff("staf.linjamsos")
    save_layanan(actor, served.pk, ISIAN, known(), pintu="peramban")
    set_status(actor, dead.pk, StatusOrang.MENINGGAL, date(2024, 2, 3), pintu="peramban")
    merge(actor, keeper.pk, gone.pk, "orang yang sama", pintu="peramban")
    return {"well": well, "served": served, "dead": dead, "gone": gone, "unborn": unborn, "hidden": hidden}


def test_the_preview_says_who_is_refused_and_why_and_stores_nothing(giver, mixed):
    text = text_of(giver.post(MANY, TYPED | {"orang": ids(mixed.values()), "aksi": "periksa"}))
    assert "Simpan layanan untuk 1 orang" in text
    assert "Tidak dicatat: 5 orang" in text
    assert "Miskin 001 Kramatwatu Sudah tercatat" in text
    assert "Miskin 002 Kramatwatu Meninggal sejak 3 Februari 2024." in text
    assert "Bayi Kramatwatu Lahir 1 Januari 2025, sesudah tanggal layanan." in text
    for who in ("gone", "hidden"):
        assert f"No. {mixed[who].pk} – Tidak ada lagi, digabung, atau bukan jenis" in text
    assert "Anak Lain" not in text
    assert "Nilai tiap orang (Rp) Rp 150.000" in text
    assert Layanan.objects.count() == 1
    look = CatatanAkses.objects.filter(rincian="layanan untuk banyak orang").get()
    assert look.jumlah == 4  # those whose names were shown


def test_the_value_is_shown_as_it_was_read(giver):
    who = poor(1)
    text = text_of(giver.post(MANY, TYPED | {"nilai_rp": "250000", "orang": ids(who), "aksi": "periksa"}))
    assert "Nilai tiap orang (Rp) Rp 250.000" in text


def test_a_death_before_the_service_matters_and_one_after_it_does_not(mixed):
    early = IsianLayanan(KODE, date(2024, 2, 3), "sembako")
    (found,) = preview(staff("staf.linjamsos"), [mixed["dead"].pk], early, known())
    assert found.sebab == ""


def test_all_are_saved_at_once_and_a_second_click_saves_nothing_more(giver):
    people = poor(3)
    sent = TYPED | {"orang": ids(people), "aksi": "simpan"}
    giver.post(CHOOSE, {"halaman": " ".join(ids(people)), "aksi": "semua"})
    done = giver.post(MANY, sent)
    assert done["Location"] == LIST
    assert "Layanan tercatat untuk 3 orang." in text_of(giver.get(LIST))
    assert pilihan.chosen(giver.session) == []
    rows = Layanan.objects.all()
    assert {(row.orang_id, row.nilai_rp, row.bukti, row.tahun, row.unit_id) for row in rows} == {
        (who.pk, 150_000, "BAST 7", 2024, rows[0].unit_id) for who in people
    }
    assert RiwayatOrang.objects.filter(kolom="layanan", pelaku=staff("staf.linjamsos")).count() == 3
    assert giver.post(MANY, sent).status_code == 302
    assert "Untuk 3 orang layanan ini sudah tercatat; tidak dicatat dua kali." in text_of(giver.get(LIST))
    assert (Layanan.objects.count(), RiwayatOrang.objects.filter(kolom="layanan").count()) == (3, 3)


def test_who_changed_since_the_preview_is_shown_again_and_nobody_is_saved(giver):
    one, two = poor(2)
    set_status(staff("staf.linjamsos"), two.pk, StatusOrang.MENINGGAL, date(2024, 1, 1), pintu="peramban")
    clash = giver.post(MANY, TYPED | {"orang": ids([one, two]), "aksi": "simpan"})
    assert clash.status_code == 409
    text = text_of(clash)
    assert "berubah sesudah diperiksa" in text
    assert "Meninggal sejak 1 Januari 2024" in text
    assert not Layanan.objects.exists()
    with pytest.raises(BerubahSejakPratinjau):
        save_layanan_banyak(staff("staf.linjamsos"), [one.pk, two.pk], ISIAN, known(), pintu="peramban")
    assert giver.post(MANY, TYPED | {"orang": ids([one]), "aksi": "simpan"}).status_code == 302


def test_what_is_wrong_with_the_service_stands_at_its_field_and_the_people_stay(giver):
    people = poor(2)
    wrong = giver.post(MANY, TYPED | {"orang": ids(people), "aksi": "periksa", "nilai_rp": "1.5", "jenis_layanan": ""})
    assert wrong.status_code == 422
    text = text_of(wrong)
    assert "bisa berarti" in text
    assert "Tulis jenis layanan" in text
    assert wrong.content.decode().count('name="orang"') == 2
    late = giver.post(MANY, TYPED | {"orang": ids(people), "aksi": "simpan", "tanggal": "2999-01-01"})
    assert (late.status_code, "Tanggal layanan belum tiba." in text_of(late)) == (422, True)
    nobody = giver.post(MANY, TYPED | {"aksi": "periksa"})
    assert nobody.status_code == 422
    assert not Layanan.objects.exists()


def test_going_back_to_the_form_keeps_what_was_typed_and_brings_the_refused_back(giver, mixed):
    sent = TYPED | {"orang": ids([mixed["well"]]), "juga": ids([mixed["dead"], mixed["unborn"]]), "aksi": "ubah"}
    page = giver.post(MANY, sent)
    assert page.status_code == 200
    assert 'value="sembako"' in page.content.decode()
    assert page.content.decode().count('name="orang"') == 3


def test_too_many_at_once_are_refused_with_the_way_to_do_it(monkeypatch):
    monkeypatch.setattr(layanan_banyak, "PALING_BANYAK", 1)
    with pytest.raises(Ditolak, match="Paling banyak 1 orang sekali simpan; pakai impor berkas"):
        preview(staff("staf.linjamsos"), [1, 2], ISIAN, known())


def test_what_a_form_sends_that_is_no_number_is_left_out(giver):
    (who,) = poor(1)
    junk = [str(who.pk), "x", "-1", "9" * 30, "١٢", str(who.pk)]
    assert "Simpan layanan untuk 1 orang" in text_of(giver.post(MANY, TYPED | {"orang": junk, "aksi": "periksa"}))


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_save():
    people = poor(5)
    start = Barrier(2)

    def save(order):
        try:
            start.wait()
            found = save_layanan_banyak(staff("staf.linjamsos"), order, ISIAN, known(), pintu="peramban")
            return sum(not item.sebab for item in found)
        finally:
            connections.close_all()

    numbers = [who.pk for who in people]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, (numbers, numbers[::-1]))) == [0, 5]
    assert Layanan.objects.count() == RiwayatOrang.objects.filter(kolom="layanan").count() == 5


@pytest.mark.parametrize("step", ["form", "periksa", "simpan"])
def test_each_step_asks_as_often_for_thirty_people_as_for_two(giver, step):
    counts = []
    for start, many in ((0, 2), (100, 30)):
        people = poor(many, start)
        giver.post(CHOOSE, {"aksi": "kosongkan"})
        giver.post(CHOOSE, {"halaman": " ".join(ids(people)), "aksi": "semua"})
        giver.get(MANY)
        with CaptureQueriesContext(connection) as queries:
            if step == "form":
                answer = giver.get(MANY)
            else:
                answer = giver.post(MANY, TYPED | {"orang": ids(people), "aksi": step})
        assert answer.status_code in {200, 302}
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= (12 if step != "simpan" else 28)

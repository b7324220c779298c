"""The entry page without a script and the answers to its cells: roles, errors, conflict, periods, filters, years."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Jejak
from indicators.entry_cells import fingerprints
from indicators.entry_view import Pandangan
from indicators.models import Indikator, Langkah, Periode, Realisasi, Target, TargetTriwulan
from indicators.row_record import find_row
from programs.models import Renstra
from tests.entry_office import TAHUN, build_office, take, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    return build_office()


def page(client, user, tahun=TAHUN, **query):
    client.force_login(user)
    return client.get(reverse("realisasi", args=[tahun]), query)


def post(client, user, indikator, tahun=TAHUN, versi=0, query="", **cells):
    client.force_login(user)
    address = reverse("realisasi-baris", args=[tahun, indikator.pk]) + query
    return client.post(address, {"versi": versi, **cells})


def seen(indikator, triwulan=0):
    """Version and fingerprints of a row as a page opened now has them."""
    row = find_row(indikator.pk, TAHUN, triwulan)
    return {"versi": row.versi, "dasar": fingerprints(row.values)}


def item(indikator, was=None, **cells):
    """Cells of a row as the grid sends them; ``was`` is what ``seen`` said when the page was opened."""
    return {"indikator": indikator.pk, "sel": cells, **(was or {"versi": 0, "dasar": {}})}


def send(client, user, *items, query="", tahun=TAHUN, **more):
    client.force_login(user)
    address = reverse("realisasi-sel", args=[tahun]) + query
    return client.post(address, json.dumps({"isian": items, **more}), content_type="application/json")


def answer(client, user, indikator, was=None, query="", **cells):
    """The answer to cells of one row, with its markup as text."""
    response = send(client, user, item(indikator, was, **cells), query=query)
    assert response.status_code == 200, response.content
    found = response.json()
    return {**found["baris"][0], "bagian": found["bagian"], "html": unescape(found["baris"][0].get("html", ""))}


def row_of(response, indikator):
    """Markup of one row."""
    found = re.search(
        rf'<tbody[^>]*id="b-{indikator.pk}".*?</tbody>\s*(?=<tbody|</table>|<template>)',
        response.content.decode(),
        re.S,
    )
    return unescape(found[0]) if found else ""


def has_cell(response, indikator, name="kinerja"):
    return f'id="{name}-{indikator.pk}"' in response.content.decode()


def test_staff_fill_their_own_rows_and_see_what_is_above_them(client, office):
    response = page(client, office.staf)
    for row in (office.program, office.kegiatan, office.ukuran_kedua, office.sub, office.sub_anak):
        assert has_cell(response, row), row
    assert has_cell(response, office.sub, "rupiah")
    for row in (office.program, office.kegiatan, office.ukuran_kedua):
        assert not has_cell(response, row, "rupiah"), row
    for row in (office.sub_lain, office.iku):
        assert f'id="b-{row.pk}"' not in response.content.decode()
    assert "0 dari 5 baris terisi" in response.content.decode()


def test_a_seksi_sees_program_and_kegiatan_only_as_context(client, office):
    response = page(client, office.staf_anak)
    assert has_cell(response, office.sub_anak)
    assert not has_cell(response, office.sub_anak, "x")
    for row in (office.program, office.kegiatan):
        assert not has_cell(response, row)
        assert "diisi Bidang Rehabilitasi Sosial" in row_of(response, row)
    assert f'id="b-{office.sub.pk}"' not in response.content.decode()


def test_iku_stand_first_for_the_sekretariat(client, office):
    response = page(client, office.staf_sekretariat)
    assert has_cell(response, office.iku)
    assert not has_cell(response, office.iku, "rupiah")
    all_rows = re.findall(r'id="b-(\d+)"', page(client, office.verifikator).content.decode())
    assert all_rows[0] == str(office.iku.pk)


@pytest.mark.parametrize("role", ["sekretariat", "verifikator", "pimpinan", "administrator"])
def test_other_roles_read_every_unit_and_write_none(client, office, role):
    response = page(client, getattr(office, role))
    assert response.content.decode().count('class="rl-baris') == Indikator.objects.count()
    assert "<textarea" not in response.content.decode()
    assert post(client, getattr(office, role), office.sub, kinerja="5").status_code == 403
    assert not Realisasi.objects.exists()


def test_the_sekretariat_filters_by_unit(client, office):
    response = page(client, office.sekretariat, unit="dayasos")
    assert f'id="b-{office.sub_lain.pk}"' in response.content.decode()
    assert f'id="b-{office.sub.pk}"' not in response.content.decode()
    assert page(client, office.sekretariat, unit="tidak-ada").status_code == 404


def test_staff_do_not_look_into_another_unit(client, office):
    assert page(client, office.staf, unit="dayasos").status_code == 404
    assert page(client, office.staf, unit="rehsos.anak").status_code == 200


def test_another_units_row_is_refused_and_nothing_saved(client, office):
    assert post(client, office.staf_lain, office.sub, kinerja="5").status_code == 403
    decided = post(client, office.staf_lain, office.sub, kinerja="5", putus="mereka", versi_mereka=0)
    assert decided.status_code == 403
    cell = answer(client, office.staf_lain, office.sub, kinerja="5")
    assert cell["hasil"] == "terkunci"
    assert "milik Bidang Rehabilitasi Sosial" in cell["galat"]["kinerja"]
    assert send(client, office.verifikator, item(office.sub, kinerja="5")).status_code == 403
    assert not Realisasi.objects.exists()
    assert not Jejak.objects.exists()


def test_nobody_is_sent_to_sign_in(client, office):
    assert client.get(reverse("realisasi", args=[TAHUN])).status_code == 302
    assert client.post(reverse("realisasi-baris", args=[TAHUN, office.sub.pk]), {"versi": 0}).status_code == 401


def test_an_account_without_a_unit_is_told_whom_to_ask(client, office):
    office.staf.unit = None
    office.staf.save()
    response = page(client, office.staf)
    assert response.status_code == 403
    assert "Mintalah Administrator" in response.content.decode()
    cell = send(client, office.staf, item(office.sub, kinerja="5"))
    assert (cell.status_code, "mintalah Administrator" in cell.json()["galat"]) == (403, True)


def test_a_plain_form_saves_and_leads_back_to_the_row(client, office):
    response = post(client, office.staf, office.sub, kinerja="75,5", rupiah="Rp 500.000", tindak_lanjut="Rapat\r\nJuli")
    assert response.status_code == 302
    assert response.url == f"/realisasi/{TAHUN}/#b-{office.sub.pk}"
    row = Realisasi.objects.get()
    assert (row.rupiah, row.tindak_lanjut) == (500_000, "Rapat\nJuli")
    after = page(client, office.staf)
    assert "tersimpan. dibaca 75,5 Orang; Rp 500.000. capaian 75,50%, Sedang." in after.content.decode()
    text = row_of(after, office.sub)
    for shown in ('value="75,5"', "75,50", "Sedang", 'value="500.000"', "50,00", "tersimpan"):
        assert shown in text
    assert "1 dari 5 baris terisi" in after.content.decode()


def test_the_filter_survives_a_plain_save(client, office):
    response = post(client, office.staf, office.sub, query="?tampil=kosong", kinerja="5")
    assert response.url == f"/realisasi/{TAHUN}/?tampil=kosong#b-{office.sub.pk}"


def test_an_error_keeps_what_was_typed_and_stands_at_its_cell(client, office):
    response = post(client, office.staf, office.sub, kinerja="12.34", rupiah="700", faktor_pendorong="Dukungan TKSK")
    assert response.status_code == 422
    text = row_of(response, office.sub)
    assert 'value="12.34"' in text
    assert 'value="700"' in text
    assert "Dukungan TKSK" in text
    assert "bisa berarti 12,34 atau 1234" in text
    assert 'aria-invalid="true"' in text
    assert not Realisasi.objects.exists()


def test_money_adds_up_to_kegiatan_and_program(client, office):
    post(client, office.staf, office.sub, rupiah="400.000")
    post(client, office.staf, office.sub_anak, rupiah="100.000")
    post(client, office.staf_lain, office.sub_lain, rupiah="1.000.000")
    response = page(client, office.staf)
    assert ">500.000<" in row_of(response, office.kegiatan)
    assert ">1.500.000<" in row_of(response, office.program)
    assert "7,50" in row_of(response, office.program)  # of the printed 20.000.000


def test_blank_below_is_blank_above(client, office):
    assert f'<span class="rl-baca" id="rp-{office.kegiatan.pk}"></span>' in row_of(
        page(client, office.staf), office.kegiatan
    )


def test_over_pagu_is_saved_and_asks_for_its_reason(client, office):
    found = answer(client, office.staf, office.sub, kinerja="1", rupiah="1.500.000")
    assert "Rp 500.000 di atas pagu" in found["html"]
    assert "alasan lebih pagu diminta" in found["html"]
    assert Realisasi.objects.get().rupiah == 1_500_000
    assert "0 dari 5 baris terisi" in found["bagian"]["kemajuan"]
    found = answer(client, office.staf, office.sub, seen(office.sub), alasan_lebih_pagu="Kontrak")
    assert "1 dari 5 baris terisi" in found["bagian"]["kemajuan"]


@pytest.mark.parametrize(("target", "why"), [(None, "tanpa target"), (0, "target 0")])
def test_a_capaian_that_cannot_be_computed_says_why(client, office, target, why):
    post(client, office.staf, office.sub, kinerja="5")
    Target.objects.filter(indikator=office.sub).update(target=target)
    client.force_login(office.staf)
    assert why in row_of(client.get(f"/realisasi/{TAHUN}/"), office.sub)


def test_a_realisasi_without_target_is_refused_at_its_cell(client, office):
    Target.objects.filter(indikator=office.sub).update(target=None)
    assert "tidak punya target tahun ini" in row_of(post(client, office.staf, office.sub, kinerja="5"), office.sub)
    found = answer(client, office.staf, office.sub, kinerja="5")
    assert found["hasil"] == "salah"
    assert "tidak punya target tahun ini" in found["galat"]["kinerja"]
    assert not Realisasi.objects.exists()
    assert answer(client, office.staf, office.sub, rupiah="1000")["hasil"] == "tersimpan"


def test_a_saved_cell_is_answered_with_the_row_the_progress_and_the_sums(client, office):
    found = answer(client, office.staf, office.sub, kinerja="100", rupiah="1.000.000")
    assert found["hasil"] == "tersimpan"
    assert "dibaca: 100 Orang" in found["html"]
    assert "Sangat Tinggi" in found["html"]
    assert found["bagian"][f"rp-{office.program.pk}"] == "1.000.000"
    assert "5,00" in found["bagian"][f"sr-{office.program.pk}"]  # of the printed 20.000.000
    assert "1 dari 5 baris terisi" in found["bagian"]["kemajuan"]


def test_the_second_of_two_people_sees_both_values(client, office):
    post(client, office.rekan, office.sub, kinerja="20", faktor_pendorong="Dari rekan")
    response = post(client, office.staf, office.sub, kinerja="30")
    text = row_of(response, office.sub)
    assert response.status_code == 409
    assert "Staf Rehsos2 menyimpan baris ini pukul" in text
    for shown in (
        "Isian Anda",
        "Isian Staf Rehsos2",
        "Dari rekan",
        'name="versi_mereka" value="1"',
        'name="versi" value="0"',
    ):
        assert shown in text
    assert Realisasi.objects.get().kinerja == 20


def test_two_people_in_one_cell_see_both_values_of_that_cell_only(client, office):
    was = seen(office.sub)
    answer(client, office.rekan, office.sub, was, kinerja="20", faktor_pendorong="Dari rekan")
    found = answer(client, office.staf, office.sub, was, kinerja="30")
    assert (found["hasil"], found["bentrok"]) == ("bentrok", ["kinerja"])
    assert "Staf Rehsos2 menyimpan baris ini pukul" in found["html"]
    assert "Pertahankan isian saya" in found["html"]
    assert Realisasi.objects.get().kinerja == 20


def test_two_people_in_different_cells_of_a_row_bother_nobody(client, office):
    was = seen(office.sub)
    answer(client, office.rekan, office.sub, was, kinerja="20")
    assert answer(client, office.staf, office.sub, was, rupiah="500")["hasil"] == "tersimpan"
    row = Realisasi.objects.get()
    assert (row.kinerja, row.rupiah) == (20, 500)


def test_only_the_clashing_cell_of_several_waits_for_a_decision(client, office):
    was = seen(office.sub)
    answer(client, office.rekan, office.sub, was, kinerja="20")
    found = answer(client, office.staf, office.sub, was, kinerja="30", rupiah="500")
    assert (found["hasil"], found["bentrok"]) == ("bentrok", ["kinerja"])
    row = Realisasi.objects.get()
    assert (row.kinerja, row.rupiah) == (20, 500)


def test_a_reason_written_meanwhile_is_not_overwritten_with_its_state(client, office):
    answer(client, office.rekan, office.sub, kinerja="tb: belum ada")
    was = seen(office.sub)
    answer(client, office.rekan, office.sub, was, alasan_keadaan="Kegiatan dibatalkan")
    assert answer(client, office.staf, office.sub, was, kinerja="5")["hasil"] == "bentrok"
    assert Realisasi.objects.get().alasan_keadaan == "Kegiatan dibatalkan"


def test_both_typing_the_same_value_is_no_conflict_and_a_double_click_one_save(client, office):
    was = seen(office.sub)
    answer(client, office.rekan, office.sub, was, kinerja="20")
    assert answer(client, office.staf, office.sub, was, kinerja="20")["hasil"] == "sama"
    assert Realisasi.objects.get().versi == 1
    assert Jejak.objects.filter(kolom="kinerja").count() == 1


def test_a_decision_for_a_cell_says_so_in_the_trail(client, office):
    was = seen(office.sub)
    answer(client, office.rekan, office.sub, was, kinerja="20")
    send(client, office.staf, item(office.sub, seen(office.sub), kinerja="30"), putus=True)
    assert Realisasi.objects.get().kinerja == 30
    assert Jejak.objects.order_by("-id").first().alasan == "Dipilih setelah melihat isian Staf Rehsos2."


def test_trying_a_block_judges_each_cell_and_writes_nothing(client, office):
    answer(client, office.staf, office.sub, kinerja="5")
    was = seen(office.sub)
    cells = [
        item(office.sub, was, kinerja="12.34"),
        item(office.sub, was, rupiah="1.000"),
        item(office.sub_anak, kinerja="7,5"),
        item(office.sub, was, kinerja="5"),
        item(office.kegiatan, rupiah="9"),
        item(office.sub_lain, kinerja="9"),
        {"indikator": 2**31 - 1, "versi": 0, "sel": {"kinerja": "1"}},
    ]
    found = send(client, office.staf, *cells, coba=True).json()["baris"]
    assert [row["hasil"] for row in found] == [
        "salah",
        "tersimpan",
        "tersimpan",
        "sama",
        "salah",
        "terkunci",
        "tiada",
    ]
    assert "bisa berarti 12,34 atau 1234" in found[0]["galat"]["kinerja"]
    assert found[2]["dibaca"]["kinerja"] == "7,5 Orang"
    assert "di sini jumlahnya dihitung" in found[4]["galat"]["rupiah"]
    assert Realisasi.objects.count() == 1


def test_a_block_is_saved_in_one_go_and_the_trail_says_where_from(client, office):
    send(
        client,
        office.staf,
        item(office.sub, kinerja="1", rupiah="100"),
        item(office.sub_anak, kinerja="2", rupiah="200"),
        sumber="tempel",
    )
    assert sorted(Realisasi.objects.values_list("kinerja", "rupiah")) == [(1, 100), (2, 200)]
    assert set(Jejak.objects.filter(kolom="kinerja").values_list("alasan", flat=True)) == {
        "Ditempel dari lembar kerja."
    }


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"isian": []}',
        '{"isian": [1]}',
        '{"isian": [{"indikator": "1", "versi": 0, "sel": {}}]}',
        '{"isian": [{"indikator": 1, "versi": -1, "sel": {}}]}',
        '{"isian": [{"indikator": 1, "versi": true, "sel": {}}]}',
        '{"isian": [{"indikator": 1, "versi": 0, "sel": {"status": "disetujui"}}]}',
        '{"isian": [{"indikator": 1, "versi": 0, "sel": {"kinerja": 5}}]}',
        '{"isian": [{"indikator": 1, "versi": 0, "sel": {}}], "sumber": "lain"}',
        '{"isian": [{"indikator": 1, "versi": 0, "sel": {}}], "sumber": []}',
    ],
)
def test_a_request_no_page_sends_is_refused(client, office, body):
    client.force_login(office.staf)
    answer = client.post(reverse("realisasi-sel", args=[TAHUN]), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["galat"]


def test_a_cell_of_a_year_outside_the_plan_is_refused(client, office):
    assert send(client, office.staf, item(office.sub, kinerja="5"), tahun=2030).status_code == 404
    assert not Realisasi.objects.exists()


def test_keeping_mine_after_seeing_theirs_stores_mine_and_says_so_in_the_trail(client, office):
    post(client, office.rekan, office.sub, kinerja="20")
    response = post(client, office.staf, office.sub, kinerja="30", putus="saya", versi_mereka=1)
    assert response.status_code == 302
    assert Realisasi.objects.get().kinerja == 30
    assert Jejak.objects.order_by("-id").first().alasan == "Dipilih setelah melihat isian Staf Rehsos2."


def test_taking_theirs_writes_nothing(client, office):
    post(client, office.rekan, office.sub, kinerja="20")
    before = Jejak.objects.count()
    response = post(client, office.staf, office.sub, kinerja="30", putus="mereka", versi_mereka=1)
    assert response.status_code == 302
    assert 'value="20"' in row_of(page(client, office.staf), office.sub)
    assert Jejak.objects.count() == before


def test_choosing_cell_by_cell_keeps_both_peoples_work(client, office):
    post(client, office.rekan, office.sub, kinerja="20", faktor_pendorong="Dari rekan")
    cells = {"kinerja": "30", "tindak_lanjut": "Dari saya", "pilih_kinerja": "saya", "pilih_faktor_pendorong": "mereka"}
    post(client, office.staf, office.sub, putus="pilih", versi_mereka=1, pilih_tindak_lanjut="saya", **cells)
    row = Realisasi.objects.get()
    assert (row.kinerja, row.faktor_pendorong, row.tindak_lanjut) == (30, "Dari rekan", "Dari saya")


def test_a_decision_about_values_that_changed_again_is_asked_again(client, office):
    post(client, office.rekan, office.sub, kinerja="20")
    post(client, office.rekan, office.sub, versi=1, kinerja="25")
    response = post(client, office.staf, office.sub, kinerja="30", putus="saya", versi_mereka=1)
    assert response.status_code == 409
    assert Realisasi.objects.get().kinerja == 25


def test_a_conflict_left_undecided_is_not_saved_in_passing(client, office):
    post(client, office.rekan, office.sub, kinerja="20")
    assert post(client, office.staf, office.sub, kinerja="30", versi_mereka=1).status_code == 409


def test_a_verified_row_has_no_cells_and_refuses(client, office):
    post(client, office.staf, office.sub, kinerja="20")
    Realisasi.objects.update(status="diverifikasi")
    response = page(client, office.staf)
    assert not has_cell(response, office.sub)
    assert "terkunci" in row_of(response, office.sub)
    response = post(client, office.staf, office.sub, versi=1, kinerja="21", rupiah="7")
    assert response.status_code == 423
    for shown in ('value="21"', 'value="7"', "tidak disimpan: diverifikasi, terkunci"):
        assert shown in row_of(response, office.sub)


def test_only_what_is_unfinished_can_be_shown(client, office):
    post(client, office.staf, office.sub, kinerja="20", rupiah="5")
    response = page(client, office.staf, tampil="kosong")
    assert f'id="b-{office.sub.pk}"' not in response.content.decode()
    assert has_cell(response, office.sub_anak)


def test_a_conflict_is_shown_even_where_the_row_is_filtered_away(client, office):
    post(client, office.rekan, office.sub, kinerja="20", rupiah="5")
    response = post(client, office.staf, office.sub, query="?tampil=kosong", kinerja="30")
    assert "Isian Anda" in row_of(response, office.sub)


def test_a_row_saved_under_a_filter_it_is_not_in_is_still_answered(client, office):
    assert post(client, office.staf, office.sub, query="?unit=rehsos.anak", kinerja="30").status_code == 302
    assert answer(client, office.staf, office.sub, seen(office.sub), query="?unit=rehsos.anak", kinerja="31")["html"]


@pytest.mark.parametrize(
    ("tahun", "says"), [(2020, "tidak diisi di sini"), (2027, "Renstra berikutnya"), (0, "luar masa")]
)
def test_a_year_outside_the_plan_says_which_years_there_are(client, office, tahun, says):
    response = page(client, office.staf, tahun=tahun)
    assert response.status_code == 404
    text = response.content.decode()
    assert says in text
    assert "2021 sampai 2026" in text
    assert 'href="/realisasi/2021/"' in text
    assert post(client, office.staf, office.sub, tahun=tahun, kinerja="5").status_code == 404
    assert not Realisasi.objects.exists()


def test_without_a_plan_the_page_says_so(client, office):
    Renstra.objects.update(status=Renstra.Status.DRAF)
    assert "Belum ada Renstra" in page(client, office.staf).content.decode()
    assert client.get("/realisasi/").status_code == 404


def test_the_short_address_leads_to_a_year_of_the_plan(client, office):
    client.force_login(office.staf)
    assert re.fullmatch(r"/realisasi/202[1-6]/", client.get("/realisasi/").url)
    Renstra.objects.update(tahun_akhir=2022)
    assert client.get("/realisasi/").url == "/realisasi/2022/"


def test_the_rows_address_opened_by_hand_leads_to_the_page(client, office):
    client.force_login(office.staf)
    response = client.get(reverse("realisasi-baris", args=[TAHUN, office.sub.pk]))
    assert response.url == f"/realisasi/{TAHUN}/#b-{office.sub.pk}"


def test_a_mutilated_form_and_an_unknown_row_are_refused(client, office):
    client.force_login(office.staf)
    address = reverse("realisasi-baris", args=[TAHUN, office.sub.pk])
    assert client.post(address, {"kinerja": "5"}).status_code == 400
    assert client.post(reverse("realisasi-baris", args=[TAHUN, 0]), {"versi": 0}).status_code == 404
    assert client.post(address, {"versi": 0, "putus": "lain"}).status_code == 400
    assert not Realisasi.objects.exists()


def test_markup_typed_into_a_cell_is_text(client, office):
    response = post(
        client, office.staf, office.sub, kinerja="<b>x</b>", faktor_pendorong="</textarea><script>x</script>"
    )
    assert "<b>x" not in response.content.decode()
    assert "<script>x" not in response.content.decode()


# Periods -------------------------------------------------------------------------------------------------------------


def cell_of(response, indikator, column):
    """Markup of one cell of a row."""
    found = re.search(rf'<td[^>]*data-kol="{column}".*?</td>', row_of(response, indikator), re.S)
    return found[0] if found else ""


def test_a_quarter_is_filled_and_its_year_follows_and_is_not_typed(client, office):
    for quarter, number in ((1, "10"), (2, "20")):
        saved = post(
            client, office.staf, office.sub, query=f"?triwulan={quarter}", kinerja=number, rupiah=f"{number}.000"
        )
        assert saved.url == f"/realisasi/{TAHUN}/?triwulan={quarter}#b-{office.sub.pk}"
    quarter = page(client, office.staf, triwulan=2)
    text = row_of(quarter, office.sub)
    assert 'value="20"' in text
    assert re.search(r'data-label="Kinerja setahun">30\b', text)
    assert f'<span id="yr-{office.sub.pk}">30.000</span>' in text
    assert f'<span id="yr-{office.program.pk}">30.000</span>' in row_of(quarter, office.program)
    assert ">20.000</span>" in cell_of(quarter, office.program, "rupiah")
    year = page(client, office.staf)
    for column, shown in (("kinerja", "30"), ("rupiah", "30.000")):
        text = cell_of(year, office.sub, column)
        assert "<input" not in text
        assert f">{shown}</span>" in text
        assert "mengikuti triwulan" in text
    refused = answer(client, office.staf, office.sub, seen(office.sub), kinerja="99")
    assert "ubah di triwulan" in refused["galat"]["kinerja"]


def test_a_quarter_shows_its_own_target_and_cash_budget(client, office):
    TargetTriwulan.objects.create(indikator=office.sub, tahun=TAHUN, triwulan=3, target=25, pagu=400_000)
    post(client, office.staf, office.sub, query="?triwulan=3", kinerja="20", rupiah="100.000")
    text = row_of(page(client, office.staf, triwulan=3), office.sub)
    assert "Target TW III" in text
    assert "80,00" in text  # 20 of 25
    assert "25,00" in text  # 100.000 of 400.000
    assert "dari 100" in text  # the target of the year stands beside


@pytest.mark.parametrize("query", [{"triwulan": 5}, {"triwulan": "x"}, {"tingkat": "lain"}, {"status": "lain"}])
def test_a_view_that_is_not_there_is_not_found(client, office, query):
    assert page(client, office.staf, **query).status_code == 404


def close(office, **extension):
    yesterday = timezone.localdate() - timedelta(days=1)
    period = Periode.objects.create(
        perangkat_daerah=office.dinas.perangkat_daerah, tahun=TAHUN, triwulan=1, tutup=yesterday
    )
    if extension:
        period.perpanjangan.create(alasan="Data terlambat", oleh=office.sekretariat, pada=timezone.now(), **extension)


def test_a_closed_period_is_not_typed_and_says_so(client, office):
    post(client, office.staf, office.sub, query="?triwulan=1", kinerja="5")
    close(office)
    response = page(client, office.staf, triwulan=1)
    text = cell_of(response, office.sub, "kinerja")
    assert "<input" not in text
    assert "periode tertutup" in text
    assert "minta perpanjangan" in text
    assert "ditutup" in response.content.decode()
    cell = answer(client, office.staf, office.sub, seen(office.sub, 1), query="?triwulan=1", kinerja="6")
    assert (cell["hasil"], "minta perpanjangan" in cell["galat"]["kinerja"]) == ("ditutup", True)
    form = post(client, office.staf, office.sub, versi=1, query="?triwulan=1", kinerja="6")
    assert form.status_code == 423
    assert 'value="6"' in row_of(form, office.sub)  # what was typed in vain is still there
    assert has_cell(page(client, office.staf, triwulan=2), office.sub)


def test_an_extension_opens_the_period_for_its_unit_only(client, office):
    close(office, unit=office.rehsos, sampai=timezone.localdate())
    response = page(client, office.staf, triwulan=1)
    assert has_cell(response, office.sub)
    assert "(diperpanjang)" in response.content.decode()
    assert not has_cell(page(client, office.staf_lain, triwulan=1), office.sub_lain)


# Steps ---------------------------------------------------------------------------------------------------------------


def test_a_row_is_submitted_and_taken_back_with_what_was_typed_saved_first(client, office):
    response = post(client, office.staf, office.sub, kinerja="5", rupiah="10", langkah="ajukan")
    assert response.status_code == 302
    assert "1 baris diajukan (1.6.4.02.01.1)" in page(client, office.staf).content.decode()
    row = Realisasi.objects.get()
    assert (row.kinerja, row.status) == (5, "diajukan")
    text = row_of(page(client, office.staf), office.sub)
    assert "diajukan, tersimpan" in text
    assert 'value="tarik"' in text
    post(client, office.staf, office.sub, versi=1, kinerja="5", rupiah="10", langkah="tarik")
    assert Realisasi.objects.get().status == "draf"
    assert (
        post(client, office.staf, office.sub, versi=1, kinerja="5", rupiah="10", langkah="setujui").status_code == 404
    )


def test_a_row_with_an_error_is_not_submitted(client, office):
    assert post(client, office.staf, office.sub, kinerja="12.34", langkah="ajukan").status_code == 422
    assert not Realisasi.objects.exists()


def test_the_complete_rows_are_submitted_together_and_the_others_named(client, office):
    post(client, office.staf, office.sub, kinerja="5", rupiah="10")
    post(client, office.staf, office.sub_anak, kinerja="5")
    post(client, office.staf_lain, office.sub_lain, kinerja="5", rupiah="10")
    assert 'Ajukan yang lengkap (<span id="lengkap">1</span>)' in page(client, office.staf).content.decode()
    response = client.post(reverse("realisasi-ajukan", args=[TAHUN]), follow=True)
    text = unescape(response.content.decode())
    assert "1 baris diajukan (1.6.4.02.01.1)." in text
    assert "4 baris tidak diajukan" in text
    assert "belum lengkap: rupiah: 1.6.4.02.01.2" in text
    assert dict(Realisasi.objects.values_list("indikator", "status")) == {
        office.sub.pk: "diajukan",
        office.sub_anak.pk: "draf",
        office.sub_lain.pk: "draf",
    }


def test_a_row_that_moved_since_the_page_was_opened_is_not_submitted_unseen(client, office):
    post(client, office.staf, office.sub, kinerja="5", rupiah="10")
    shown = re.search(r'name="dilihat" value="([^"]*)"', page(client, office.staf).content.decode())[1]
    post(client, office.rekan, office.sub, versi=1, kinerja="6", rupiah="10")
    client.force_login(office.staf)
    response = client.post(reverse("realisasi-ajukan", args=[TAHUN]), {"dilihat": shown}, follow=True)
    assert "berubah sesudah halaman dibuka" in response.content.decode()
    assert Realisasi.objects.get().status == "draf"


@pytest.mark.parametrize("role", ["verifikator", "pimpinan", "sekretariat"])
def test_only_the_units_staff_submit(client, office, role):
    post(client, office.staf, office.sub, kinerja="5", rupiah="10")
    client.force_login(getattr(office, role))
    assert client.post(reverse("realisasi-ajukan", args=[TAHUN])).status_code == 403
    assert Realisasi.objects.get().status == "draf"


def test_a_returned_row_shows_its_last_note(client, office):
    post(client, office.staf, office.sub, kinerja="5", rupiah="10")
    for note in ("Angka keliru", "Lampirkan daftar hadir"):
        take(office, office.staf, Langkah.Tindakan.AJUKAN, office.sub)
        take(office, office.verifikator, Langkah.Tindakan.KEMBALIKAN, office.sub, catatan=note)
    text = row_of(page(client, office.staf), office.sub)
    assert "dikembalikan, tersimpan" in text
    assert "Catatan: Lampirkan daftar hadir (Verifikator)" in text
    assert "Angka keliru" not in text


def test_a_locked_row_says_at_the_cell_why_it_is_not_typed(client, office):
    post(client, office.staf, office.sub, kinerja="5", rupiah="10")
    verify(office, office.sub)
    text = cell_of(page(client, office.staf), office.sub, "kinerja")
    assert "terkunci" in text
    assert "Baris ini sudah diverifikasi dan terkunci" in text


# Views ---------------------------------------------------------------------------------------------------------------


def shown(response):
    return [
        int(number)
        for number in re.findall(r'<tbody class="rl-baris[^>]*id="b-(\d+)"(?![^>]* hidden)', response.content.decode())
    ]


def test_one_level_stands_alone_so_that_a_column_fits_on_it(client, office):
    assert shown(page(client, office.staf, tingkat="subkegiatan")) == [office.sub.pk, office.sub_anak.pk]
    assert shown(page(client, office.staf, tingkat="kegiatan")) == [office.kegiatan.pk, office.ukuran_kedua.pk]


def test_what_is_found_stands_below_its_program_and_kegiatan(client, office):
    wanted = [office.program.pk, office.kegiatan.pk, office.sub_anak.pk]
    assert shown(page(client, office.staf, cari="ORANG 1.2")) == wanted
    assert "Tidak ada baris yang cocok" in page(client, office.staf, cari="zzz").content.decode()


def test_rows_are_filtered_by_where_they_are_on_their_way(client, office):
    post(client, office.staf, office.sub, kinerja="5", rupiah="10", langkah="ajukan")
    post(client, office.staf, office.sub_anak, kinerja="5")
    assert office.sub.pk in shown(page(client, office.staf, status="diajukan"))
    assert office.sub_anak.pk not in shown(page(client, office.staf, status="diajukan"))
    assert office.sub_anak.pk in shown(page(client, office.staf, status="draf"))
    assert office.ukuran_kedua.pk in shown(page(client, office.staf, status="belum"))
    assert office.sub.pk not in shown(page(client, office.staf, status="belum"))


def test_a_folded_kegiatan_hides_its_rows_and_opens_by_its_own_link(client, office):
    response = page(client, office.staf, lipat="1.6.4.02.01", triwulan=1)
    assert office.sub.pk not in shown(response)
    assert {office.program.pk, office.kegiatan.pk} <= set(shown(response))
    link = re.search(r'class="rl-lipat" href="([^"]+)" aria-expanded="false"', row_of(response, office.kegiatan))[1]
    assert link == f"/realisasi/{TAHUN}/?triwulan=1"
    assert office.sub.pk in shown(client.get(link))
    assert shown(page(client, office.staf, lipat="1.6.4")) == [office.program.pk]


@pytest.mark.parametrize("subs", [1, 9])
def test_the_page_takes_the_same_queries_for_few_and_many_rows(client, django_assert_max_num_queries, subs):
    office = build_office(subs=subs)
    post(client, office.staf, office.sub, kinerja="5", rupiah="10", langkah="ajukan")
    take(office, office.verifikator, Langkah.Tindakan.KEMBALIKAN, office.sub, catatan="Periksa")
    for user in (office.staf, office.verifikator):
        page(client, user)  # notes when the session was used, once a minute
        for quarter in (0, 2):
            with django_assert_max_num_queries(12):
                client.get(reverse("realisasi", args=[TAHUN]), {"triwulan": quarter})


@pytest.mark.parametrize("subs", [1, 9])
@pytest.mark.parametrize(("triwulan", "most"), [(0, 8), (2, 12)])
def test_saving_a_cell_takes_the_same_queries_for_few_and_many_rows(client, subs, triwulan, most):
    office = build_office(subs=subs)
    query = Pandangan(triwulan=triwulan).query()
    page(client, office.staf)  # a person has opened the page; that also notes when the session was used
    address = reverse("realisasi-sel", args=[TAHUN]) + query
    for kinerja in ("5", "6"):
        body = json.dumps({"isian": [item(office.sub, seen(office.sub, triwulan), kinerja=kinerja)]})
        with CaptureQueriesContext(connection) as captured:
            found = client.post(address, body, content_type="application/json").json()
        assert found["baris"][0]["hasil"] == "tersimpan"
        work = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
        assert len(work) <= most, work


def test_pasting_many_rows_reads_no_more_than_pasting_two(client):
    office = build_office(subs=9)
    page(client, office.staf)
    rows = list(Indikator.objects.filter(subkegiatan__induk__kode="1.6.4.02.01"))
    reads = []
    for some in (rows[:2], rows[2:]):
        body = json.dumps({"isian": [item(row, kinerja="5", rupiah="10") for row in some]})
        with CaptureQueriesContext(connection) as captured:
            client.post(reverse("realisasi-sel", args=[TAHUN]), body, content_type="application/json")
        reads.append(len([query for query in captured if query["sql"].startswith("SELECT")]))
    assert reads[0] == reads[1] <= 8

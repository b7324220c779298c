"""People served behind an indicator: kept count, what counting again gives, which figure is used, the services."""

import re
from datetime import date

import pytest

from indicators.models import PilihanAngka
from pmks.actions import IsianLayanan, save_layanan
from pmks.models import HitunganLayanan
from tests.registry_people import DISABILITAS, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
PAGE = "/indikator/1.6.4/terlayani/2022/"
KODE = "1.06.04.2.02.01"


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def seen(client):
    """What the page sends along when somebody counts again from it."""
    return re.search(r'name="dilihat" value="(\w+)"', client.get(PAGE).content.decode())[1]


def serve(count):
    giver = staff("staf.rehsos")
    for at in range(count):
        who = person(f"Dilayani {at}", DISABILITAS, actor="staf.rehsos", tahun=2022)
        for day in (1, 2):
            save_layanan(
                giver,
                who.pk,
                IsianLayanan(KODE, date(2022, 3, day), "rujukan"),
                {KODE: giver.unit_id},
                pintu="peramban",
            )


def test_counting_again_is_shown_before_it_is_done_and_then_dated(client):
    serve(6)
    client.force_login(staff("staf.rehsos"))
    assert f'href="{PAGE}' in client.get("/indikator/1.6.4/?tahun=2022").content.decode().replace("2026", "2022")
    text = text_of(client.get(PAGE))
    assert "belum pernah dihitung" in text
    assert "6 orang, 12 layanan" in text
    assert "Dilayani 0" in text
    # Without having seen the difference, the button leads to it and counts nothing.
    assert client.post("/indikator/1.6.4/hitung/2022/")["Location"] == PAGE
    assert not HitunganLayanan.objects.exists()
    client.post("/indikator/1.6.4/hitung/2022/", {"dilihat": seen(client)})
    assert HitunganLayanan.objects.get(tahun=2022, acuan="layanan:kode:1.06.04").orang == 6
    assert "selisih 0" in text_of(client.get(PAGE))


def test_which_figure_counts_is_chosen_with_a_reason(client):
    serve(6)
    client.force_login(staff("staf.rehsos"))
    refused = client.post(PAGE, {"komponen": "direhabilitasi", "pakai": "dihitung", "alasan": ""})
    assert (refused.status_code, "Tulis alasan memilih angka ini." in text_of(refused)) == (422, True)
    client.post(PAGE, {"komponen": "direhabilitasi", "pakai": "dihitung", "alasan": "layanan lengkap menurut nama"})
    assert PilihanAngka.objects.get().pakai == "dihitung"
    text = text_of(client.get(PAGE))
    assert "hitungan dari data PMKS" in text
    assert "layanan lengkap menurut nama" in text


def test_who_does_not_serve_the_people_sees_the_count_and_no_name(client):
    serve(6)
    for name in ("verifikator", "sekretariat", "admin"):
        client.force_login(staff(name))
        text = text_of(client.get(PAGE))
        assert "6 orang" in text
        assert "Dilayani 0" not in text
        assert client.post(PAGE, {"komponen": "direhabilitasi", "pakai": "dihitung", "alasan": "x"}).status_code == 403


def test_small_counts_are_hidden_from_others(client):
    serve(2)
    client.force_login(staff("verifikator"))
    text = text_of(client.get(PAGE))
    assert "&lt; 5 orang, &lt; 5 layanan" in text


def test_other_units_and_indicators_without_a_count_have_no_such_page(client):
    client.force_login(staff("staf.dayasos"))
    assert client.get(PAGE).status_code == 403
    client.force_login(staff("pimpinan"))
    assert client.get("/indikator/1.6.4/terlayani/1999/").status_code == 404

"""“Kenapa angka ini?” on the sums and means of the dashboard."""

import re
from html import unescape

import pytest

from indicators.actions import save_realisasi
from indicators.entry import Typed
from indicators.models import Indikator
from tests.people import person


@pytest.fixture
def typed(baseline):
    """A programme at 8,5 of 7,23 %, which counts as 100 in a mean, and Rp 300.000.000 on a sub kegiatan in 2022."""
    for kode, cells in (("1.6.4", Typed(kinerja="8,5")), ("1.6.4.02.01.1", Typed(kinerja="60", rupiah="300.000.000"))):
        row = Indikator.objects.get(kode=kode)
        save_realisasi(person("staf.rehsos"), row.pk, 2022, cells, versi=0, pintu="peramban")


def ways(client):
    page = client.get("/?tahun=2022").content.decode()
    return [unescape(href) for href in re.findall(r'class="kenapa" href="(/beranda/kenapa/[^"]+)"', page)]


@pytest.mark.parametrize("username", ["pimpinan", "sekretariat", "staf.rehsos"])
def test_every_sum_and_mean_leads_to_its_explanation(typed, client, username):
    client.force_login(person(username))
    found = ways(client)
    assert "/beranda/kenapa/2022/?angka=serapan" in found
    assert len(found) > 6
    for way in found:
        answer = client.get(way)
        assert answer.status_code == 200, way
        shown = re.sub("<[^>]+>", " ", answer.content.decode())
        assert "Masukan" in shown


def test_the_mean_says_what_it_is_taken_of_and_the_cap(typed, client):
    client.force_login(person("pimpinan"))
    text = client.get("/beranda/kenapa/2022/?angka=rata-rata").content.decode()
    # 8,5 / 7,23 × 100 = 117,57 by hand; the other six are unknown.
    assert "Rata-rata capaian: 100,00%" in text
    assert "117,57%" in text
    assert "dihitung 100" in text


def test_the_money_of_a_unit_names_who_entered_it(typed, client):
    client.force_login(person("pimpinan"))
    text = client.get("/beranda/kenapa/2022/?unit=rehsos&angka=rupiah").content.decode()
    assert "Rp 300.000.000" in text
    assert person("staf.rehsos").nama in text
    assert "Bidang Rehabilitasi Sosial" in text


def test_staff_are_not_told_about_other_units(typed, client):
    client.force_login(person("staf.dayasos"))
    assert client.get("/beranda/kenapa/2022/?unit=rehsos").status_code == 404
    assert "300.000.000" not in client.get("/beranda/kenapa/2022/?angka=rupiah").content.decode()

"""``/pmks/dugaan/``: suspicions by rule, decided with a note by those who may."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmks.models import KeputusanDugaan
from tests.registry_people import ANAK, BOJONEGARA, HIV, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
PAGE = "/pmks/dugaan/?tahun=2024"


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.fixture
def poor(client):
    """The client of who serves fakir miskin."""
    client.force_login(staff("staf.fakirmiskin"))
    return client


def twins(nama="Siti Aminah", *nomor, **more):
    return person(nama, *nomor, **more), person(nama, *nomor, **more)


def test_a_suspicion_is_decided_with_a_note_and_opened_again(poor):
    one, two = twins()
    answer = poor.get(PAGE)
    where = f"/pmks/dugaan/2024/kembar/{one.pk}-{two.pk}/"
    assert where in answer.content.decode()
    assert "1 dugaan terbuka" in text_of(answer)
    page = poor.get(where)
    sidik = re.search(r'name="sidik" value="(\w+)"', page.content.decode())[1]
    refused = poor.post(where, {"keputusan": "berbeda", "catatan": "", "sidik": sidik})
    assert (refused.status_code, "Tulis alasan" in text_of(refused)) == (422, True)
    poor.post(where, {"keputusan": "berbeda", "catatan": "saudara kembar", "sidik": sidik})
    assert "0 dugaan terbuka" in text_of(poor.get(PAGE))
    settled = poor.get(where)
    assert "saudara kembar" in text_of(settled)
    assert "1 dugaan selesai" in text_of(poor.get(f"{PAGE}&keadaan=selesai"))
    poor.post(where, {"keputusan": "dibuka", "catatan": "dilihat lagi", "sidik": sidik})
    assert "1 dugaan terbuka" in text_of(poor.get(PAGE))
    assert KeputusanDugaan.objects.count() == 2


def test_without_a_year_it_shows_the_newest_that_has_any(poor):
    twins(tahun=2023)
    twins("Ani", tahun=2022)
    assert "1 dugaan terbuka, 2023" in text_of(poor.get("/pmks/dugaan/"))
    assert "1 dugaan terbuka, 2022" in text_of(poor.get("/pmks/dugaan/?tahun=2022"))


def test_a_kecamatan_limits_list_and_counts(poor):
    twins()
    twins("Ani", kode_desa=BOJONEGARA)
    text = text_of(poor.get(f"{PAGE}&kecamatan=36.04.07"))
    assert "1 dugaan terbuka" in text
    assert "Ani" in text
    assert "Siti Aminah" not in text
    assert "2 dugaan terbuka" in text_of(poor.get(f"{PAGE}&kecamatan=99"))


def test_what_changed_since_the_page_was_opened_is_not_decided(poor):
    one, two = twins()
    where = f"/pmks/dugaan/2024/kembar/{one.pk}-{two.pk}/"
    answer = poor.post(where, {"keputusan": "berbeda", "catatan": "lama", "sidik": "0" * 64})
    assert "Datanya berubah" in text_of(answer)
    assert ">lama</textarea>" in answer.content.decode().replace("\n", "")


def test_merging_the_two_ends_the_suspicion(poor):
    one, two = twins()
    page = poor.get(f"/pmks/dugaan/2024/kembar/{one.pk}-{two.pk}/").content.decode()
    assert f"/pmks/orang/{one.pk}/gabung/?dengan={two.pk}" in page
    poor.post(f"/pmks/orang/{one.pk}/gabung/?dengan={two.pk}", {"utama": one.pk, "alasan": "KK sama"})
    assert "0 dugaan terbuka" in text_of(poor.get(PAGE))


def test_every_rule_is_named_and_limits_the_list(client):
    client.force_login(staff("staf.rehsos"))
    person("Anak Tua", ANAK, actor="staf.rehsos", lahir=date(1980, 5, 1))
    twins("Kembar", ANAK, actor="staf.rehsos", lahir=date(2015, 1, 1))
    text = text_of(client.get(PAGE))
    for words in ("NIK di dua desa", "Usia tidak sesuai jenis", "Meninggal tetapi dilayani", "Kembar", "Anak Tua"):
        assert words in text
    text = text_of(client.get(f"{PAGE}&aturan=usia-jenis")).split("Semua aturan")[1]
    assert "Anak Tua" in text
    assert "Kembar" not in text


def test_only_units_that_serve_the_kind_see_a_suspicion(client):
    one, two = twins("Rahasia", HIV, actor="staf.rehsos")
    for name in ("staf.fakirmiskin", "pimpinan", "staf.sekretariat"):
        client.force_login(staff(name))
        assert "Rahasia" not in text_of(client.get(PAGE))
        assert client.get(f"/pmks/dugaan/2024/kembar/{one.pk}-{two.pk}/").status_code == 404


def test_who_only_reads_decides_nothing(client):
    one, two = twins()
    client.force_login(staff("pimpinan"))
    where = f"/pmks/dugaan/2024/kembar/{one.pk}-{two.pk}/"
    assert "Catat keputusan" not in text_of(client.get(where))
    assert client.post(where, {"keputusan": "berbeda", "catatan": "x", "sidik": "x"}).status_code == 403
    for name in ("admin", "verifikator", "sekretariat"):
        client.force_login(staff(name))
        assert client.get(PAGE).status_code == 403


def test_it_asks_as_often_for_twenty_suspicions_as_for_two(poor):
    counts = []
    for many in (2, 18):
        for at in range(many):
            twins(f"Kembar {many} {at}")
        poor.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            poor.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12

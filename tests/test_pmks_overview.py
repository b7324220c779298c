"""``/pmks/``: counts by name beside published ones, level by level."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmks.models import JumlahPMKS
from tests.registry_people import ANAK, BOJONEGARA, HIV, KRAMATWATU, kinds, person, staff

pytestmark = pytest.mark.usefixtures("baseline")


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def opened(client, name="pimpinan", query=""):
    client.force_login(staff(name))
    return client.get(f"/pmks/{query}")


def kind(response, nomor):
    return next(row.angka for row, _, _ in response.context["jenis"] if row.kategori.nomor == nomor)


def test_without_names_it_shows_the_published_counts_and_leaves_names_unknown(client):
    answer = opened(client)
    assert answer.context["tahun"] == 2020
    assert answer.context["data"].jumlah.teks == ("–", "343.991", "–")
    assert kind(answer, 24).teks == ("–", "331.734", "–")
    assert "bukan nol" in text_of(answer)


def test_names_published_count_and_difference_stand_side_by_side(client):
    for at in range(7):
        person(f"Orang {at}")
    answer = opened(client)
    assert answer.context["tahun"] == 2024
    assert answer.context["data"].terbit_tahun == 2020
    assert kind(answer, 24).teks == ("7", "331.734", "–")
    text = text_of(answer)
    assert "Diumumkan (2020)" in text
    # Published counts are of 2020: beside the names of 2024 they make no difference of a year.
    assert not re.search(r"Menurut nama Diumumkan 2020 Selisih", text)
    assert "−331.727" not in text


def test_a_difference_is_shown_where_the_published_count_is_of_the_same_year(client):
    for at in range(7):
        person(f"Orang {at}")
    fakir = kinds(24)[0]
    known = JumlahPMKS.objects.filter(kategori=fakir).first()
    JumlahPMKS.objects.filter(pk=known.pk).update(tahun=2024, jumlah=10)
    answer = opened(client, query="?tahun=2024")
    assert answer.context["data"].terbit_tahun == 2024
    assert kind(answer, 24).teks == ("7", "10", "−3")
    assert "Menurut nama Diumumkan 2024 Selisih" in text_of(answer)


def test_each_level_leads_to_the_next_and_the_last_to_the_people(client):
    for at in range(6):
        person(f"Orang {at}")
    page = opened(client, query="?tahun=2024&kategori=24").content.decode()
    assert "/pmks/?tahun=2024&amp;kategori=24&amp;kecamatan=36.04.05" in page
    page = opened(client, query="?tahun=2024&kategori=24&kecamatan=36.04.05").content.decode()
    assert f"kecamatan=36.04.05&amp;desa={KRAMATWATU}" in page
    answer = opened(client, query=f"?tahun=2024&kategori=24&kecamatan=36.04.05&desa={KRAMATWATU}")
    assert answer.context["data"].jumlah.teks == ("6", "–", "–")
    people = urlsplit(answer.context["ke_orang"])
    assert people.path == "/pmks/orang/"
    assert dict(parse_qsl(people.query)) == {
        "tahun": "2024",
        "kategori": "24",
        "kecamatan": "36.04.05",
        "desa": KRAMATWATU,
    }


def test_people_are_offered_only_to_those_who_may_see_them(client):
    person("Siti")
    assert "Lihat orangnya" in text_of(opened(client, "staf.fakirmiskin"))
    for name in ("admin", "verifikator", "sekretariat", "staf.sekretariat"):
        assert "Lihat orangnya" not in text_of(opened(client, name))
    assert "Lihat orangnya" not in text_of(opened(client, "staf.fakirmiskin", f"?tahun=2024&kategori={HIV}"))


def test_small_counts_are_hidden_and_the_hidden_one_cannot_be_subtracted(client):
    for at in range(3):
        person(f"Peka {at}", HIV, actor="staf.rehsos")
    for at in range(8):
        person(f"Anak {at}", ANAK, actor="staf.rehsos", kode_desa=BOJONEGARA)
    assert kind(opened(client, "staf.rehsos"), HIV).teks[0] == "3"
    answer = opened(client, "staf.fakirmiskin")
    assert kind(answer, HIV).teks[0] == "< 5"
    # With one kind hidden the total would give it away, so a second one goes with it.
    assert kind(answer, ANAK).teks[0] == "…"
    JumlahPMKS.objects.filter(kategori=kinds(ANAK)[0]).update(tahun=2024)
    # With the published count beside it the difference would give it away.
    assert kind(opened(client, "staf.fakirmiskin", "?tahun=2024"), ANAK).teks[2] == "…"
    assert "disamarkan" in text_of(answer)


def test_what_is_not_in_the_data_is_named_and_ignored(client):
    answer = opened(client, query="?tahun=1999&kategori=77&kecamatan=99")
    assert answer.status_code == 200
    text = text_of(answer)
    for words in ("Tahun ini belum ada datanya.", "Jenis ini tidak ada.", "Kecamatan tidak ada."):
        assert words in text


def test_a_desa_of_another_kecamatan_is_dropped(client):
    person("Siti")
    answer = opened(client, query=f"?tahun=2024&kecamatan=36.04.05&desa={BOJONEGARA}")
    assert answer.context["wilayah"].kode == "36.04.05"


def test_it_asks_as_often_for_twenty_people_as_for_two(client):
    counts = []
    for many in (2, 18):
        for at in range(many):
            person(f"Orang {many} {at}", kode_desa=KRAMATWATU if at % 2 else BOJONEGARA)
        client.force_login(staff("staf.fakirmiskin"))
        for query in ("", "?kecamatan=36.04.05&kategori=24"):
            client.get(f"/pmks/{query}")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/pmks/{query}")
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_a_total_does_not_give_back_the_only_kind_that_is_hidden(client):
    for at in range(4):
        person(f"Anak {at}", ANAK, actor="staf.rehsos")
    for at in range(9):
        person(f"Miskin {at}", actor="staf.linjamsos")
    person("Jauh", actor="staf.linjamsos", kode_desa=BOJONEGARA)
    answer = opened(client, "staf.linjamsos")
    assert kind(answer, ANAK).teks[0] == "< 5"
    assert kind(answer, 24).teks[0] == "10"
    # 14 − 10 would tell that there are four children; so would the count of their kecamatan on the page above it.
    assert answer.context["data"].jumlah.teks[0] == "…"
    assert next(row.angka for row, _ in answer.context["tahunan"] if row.tahun == 2024).teks[0] == "…"
    parts = {row.wilayah.nama: row.teks for row, _ in answer.context["bagian"]}
    assert (parts["Kramatwatu"], parts["Anyar"]) == ("…", "0")
    client.force_login(staff("staf.linjamsos"))
    found = client.get("/laporan/tabel-3-1.json?tahun=2024").json()
    assert found["baris"][-1]["sel"]["jumlah"] is None
    found = client.get("/laporan/pmks-kecamatan.json?tahun=2024").json()
    rows = {row["sel"]["kecamatan"] or "Jumlah": row["sel"] for row in found["baris"]}
    assert (rows["Kramatwatu"]["jenis_2"], rows["Kramatwatu"]["jumlah"], rows["Jumlah"]["jumlah"]) == (None, None, None)
    assert (rows["Kramatwatu"]["jenis_24"], rows["Jumlah"]["jenis_24"]) == (9, 10)

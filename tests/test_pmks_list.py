"""``/pmks/orang/``: who finds whom, and what stays out of addresses and logs."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmks.actions import set_status
from pmks.models import CatatanAkses, OrangKategori, StatusOrang
from tests.registry_people import BOJONEGARA, DISABILITAS, HIV, MARGASANA, kinds, new_nik, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
LIST = "/pmks/orang/"
FIND = "/pmks/orang/cari/"


@pytest.fixture
def poor(client):
    """The client of who serves fakir miskin."""
    client.force_login(staff("staf.fakirmiskin"))
    return client


def names(answer):
    return [row["orang"].nama for row in answer.context["baris"]]


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_numbers_are_masked_and_pages_are_kept_nowhere(poor):
    nik = new_nik()
    person("Siti", nik=nik, no_kk="3604051204100007")
    answer = poor.get(LIST)
    body = answer.content.decode()
    assert nik not in body
    assert f"{'•' * 12}{nik[-4:]}" in body
    assert answer["Cache-Control"] == "no-store, private"


def test_a_name_typed_to_find_somebody_is_not_in_the_address(poor):
    person("Ahmad Budi Santoso")
    person("Siti Aminah")
    answer = poor.post(f"{FIND}?tahun=2024", {"cari": "san bud"})
    assert answer.status_code == 302
    assert re.fullmatch(r"/pmks/orang/\?tahun=2024&cari=[\w-]+", answer["Location"])
    assert "san" not in answer["Location"]
    shown = poor.get(answer["Location"])
    assert names(shown) == ["Ahmad Budi Santoso"]
    assert 'value="san bud"' in shown.content.decode()
    assert CatatanAkses.objects.filter(rincian__contains="bud").count() == 0


def test_the_address_of_a_search_shows_nothing_to_somebody_else(poor, django_user_model):
    person("Siti")
    where = poor.post(FIND, {"cari": "siti"})["Location"]
    poor.force_login(staff("staf.linjamsos"))
    answer = poor.get(where)
    assert "sudah berakhir atau milik orang lain" in text_of(answer)


def test_a_whole_nik_leads_to_the_person_and_is_kept_nowhere(poor):
    nik = new_nik()
    who = person("Siti", nik=nik)
    answer = poor.post(FIND, {"cari": f"{nik[:4]} {nik[4:]}"})
    assert answer["Location"] == f"/pmks/orang/{who.pk}/"
    row = CatatanAkses.objects.get(jenis="cari_nik")
    assert (row.orang, row.jumlah) == (who, 1)
    assert nik not in str(dict(poor.session))
    assert nik not in str(list(CatatanAkses.objects.values()))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("36040541058", "harus 16 angka, tertulis 11"),
        ("3,60405E+15", "notasi ilmiah"),
        ("3604054105809998", "Tidak ada orang dengan NIK ini"),
    ],
)
def test_a_nik_that_finds_nobody_is_answered_in_place_with_what_was_typed(poor, typed, said):
    answer = poor.post(FIND, {"cari": typed})
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert f'value="{typed}"' in answer.content.decode()


def test_a_nik_of_somebody_the_unit_does_not_serve_looks_like_none(poor):
    nik = new_nik()
    person("Peka", HIV, actor="staf.rehsos", nik=nik)
    assert "Tidak ada orang dengan NIK ini" in text_of(poor.post(FIND, {"cari": nik}))


def test_filters_order_and_pages_are_in_the_address(poor, monkeypatch):
    monkeypatch.setattr("pmks.daftar.URUTAN", {"nama": ("nama_cari", "pk"), "-nama": ("-nama_cari", "-pk")})
    for name in "CAB":
        person(name, kode_desa=BOJONEGARA if name == "B" else MARGASANA)
    set_status(staff("staf.fakirmiskin"), person("D").pk, StatusOrang.PINDAH, date(2024, 2, 1), pintu="peramban")
    assert names(poor.get(LIST)) == ["A", "B", "C", "D"]
    assert names(poor.get(f"{LIST}?urut=-nama&kecamatan=36.04.05&desa={MARGASANA}")) == ["C", "A"]
    assert names(poor.get(f"{LIST}?status=pindah&tahun=2024&kategori=24&jk=P")) == ["D"]
    assert poor.get(f"{LIST}?tahun=2024&kategori=24").context["jumlah"] == 4
    answer = poor.get(f"{LIST}?status=mati&kategori={HIV}")
    assert "Status tidak ada." in text_of(answer)
    assert "bukan jenis yang dilayani unit Anda" in text_of(answer)


def test_pages_follow_each_other(poor):
    for at in range(60):
        person(f"Orang {at:02d}")
    first = poor.get(LIST)
    second = poor.get(first.context["sesudah"])
    assert names(first) + names(second) == [f"Orang {at:02d}" for at in range(60)]
    assert second.context["sesudah"] == ""
    assert names(poor.get(second.context["sebelum"])) == names(first)
    assert "Orang" not in first.context["sesudah"]


def test_only_kinds_that_the_reader_serves_are_told(client):
    who = person("Siti", DISABILITAS, actor="staf.rehsos")
    OrangKategori.objects.create(orang=who, tahun=2024, kategori=kinds(HIV)[0], desa=who.desa)
    client.force_login(staff("staf.linjamsos"))
    assert "ODHA" not in client.get(LIST).content.decode().split("<tbody>")[1]
    client.force_login(staff("staf.rehsos"))
    assert "ODHA" in client.get(LIST).content.decode().split("<tbody>")[1]


def test_who_serves_no_kind_is_told_why_the_list_is_empty(client):
    person("Siti")
    client.force_login(staff("staf.sekretariat"))
    answer = client.get(LIST)
    assert "Unit Anda tidak melayani jenis PMKS mana pun." in text_of(answer)
    assert "Siti" not in text_of(answer)


def test_every_look_is_recorded(poor):
    person("Siti")
    person("Sari")
    poor.get(f"{LIST}?tahun=2024")
    row = CatatanAkses.objects.get()
    assert (row.jenis, row.jumlah, row.rincian, row.pelaku) == (
        "daftar",
        2,
        "tahun 2024",
        staff("staf.fakirmiskin"),
    )


def test_it_asks_as_often_for_twenty_people_as_for_two(poor):
    counts = []
    for many in (2, 18):
        for at in range(many):
            person(f"Orang {many} {at}", kode_desa=MARGASANA if at % 2 else BOJONEGARA)
        for query in ("", "?tahun=2024", "?tahun=2024&kategori=24&kecamatan=36.04.05"):
            poor.get(f"{LIST}{query}")
            with CaptureQueriesContext(connection) as queries:
                poor.get(f"{LIST}{query}")
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 12, counts

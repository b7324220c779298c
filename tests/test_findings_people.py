"""Suspicions about people among the findings: for those who see these people, and without names."""

import json
import re
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.findings.orang import SEDIKIT
from pmks.dugaan import decide, load
from pmks.models import CatatanAkses, KeputusanDugaan
from tests.registry_people import BOJONEGARA, HIV, KRAMATWATU, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
PAGE = "/temuan/"


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def twins(many, *nomor, **more):
    return [(person(f"Rahasia {at}", *nomor, **more), person(f"Rahasia {at}", *nomor, **more)) for at in range(many)]


@pytest.fixture
def poor(client):
    client.force_login(staff("staf.fakirmiskin"))
    return client


def test_a_few_stand_one_by_one_with_the_way_to_decide_them(poor):
    ((one, two),) = twins(1)
    answer = poor.get(PAGE)
    text = text_of(answer)
    assert "47 temuan terbuka" in text
    assert f"Data orang 2024 Orang no. {one.pk} dan no. {two.pk}, Kec. Kramatwatu" in text
    assert f'href="/pmks/dugaan/2024/kembar/{one.pk}-{two.pk}/"' in answer.content.decode()
    assert "Rahasia" not in answer.content.decode()


def test_many_are_a_row_a_kecamatan_with_their_count(poor):
    twins(SEDIKIT)
    twins(2, kode_desa=BOJONEGARA)
    item = load(staff("staf.fakirmiskin"), 2024)[0]
    decide(staff("staf.fakirmiskin"), item.dugaan, KeputusanDugaan.Keputusan.BERBEDA, "a", sidik=item.dugaan.sidik)
    answer = poor.get(f"{PAGE}?sumber=orang")
    text = text_of(answer)
    assert f"{SEDIKIT + 1} dari {46 + SEDIKIT + 1} temuan terbuka" in text
    assert len(answer.context["tabel"].data) == 2
    assert f"{SEDIKIT - 1} dugaan terbuka" in text
    assert "Kec. Bojonegara" in text
    way = "/pmks/dugaan/?tahun=2024&amp;aturan=kembar&amp;kecamatan=36.04.05"
    assert f'href="{way}"' in answer.content.decode()
    listed = poor.get(way.replace("&amp;", "&"))
    assert f"{SEDIKIT - 1} dugaan terbuka" in text_of(listed)
    settled = poor.get(f"{PAGE}?keadaan=selesai")
    assert "1 dugaan selesai" in text_of(settled)
    assert "keadaan=selesai" in settled.content.decode()


@pytest.mark.parametrize(
    ("query", "people", "plan"),
    [
        ("", 1, 46),
        ("sumber=orang", 1, 0),
        ("sumber=renstra", 0, 46),
        ("aturan=kembar", 1, 0),
        ("keadaan=selesai", 0, 0),
        ("tabel=2.1", 0, 2),
        ("unit=dinas", 0, 30),
        ("q=kramatwatu", 1, 0),
        ("sumber=apa", 1, 46),
    ],
)
def test_filters_work_on_both_sources(poor, query, people, plan):
    twins(1)
    rows = list(poor.get(f"{PAGE}?{query}").context["tabel"].data)
    assert sum(row.sumber == "orang" for row in rows) == people
    assert len(rows) - people == plan


def test_every_order_of_the_columns_works(poor):
    twins(2)
    for column in ("tempat", "kolom", "tercetak", "dihitung", "besar", "aturan"):
        for sign in ("", "-"):
            assert poor.get(f"{PAGE}?sort={sign}{column}").status_code == 200


@pytest.mark.parametrize("name", ["admin", "sekretariat", "verifikator", "staf.sekretariat", "staf.fakirmiskin"])
def test_who_does_not_see_the_people_sees_no_suspicion(client, name):
    twins(1, HIV, actor="staf.rehsos")
    client.force_login(staff(name))
    answer = client.get(PAGE)
    assert "46 temuan terbuka" in text_of(answer)
    assert "Data orang" not in text_of(answer)
    assert len(client.get("/temuan/unduh.json?keadaan=semua").json()["baris"]) == 46
    if name != "staf.fakirmiskin":
        assert "Sumber" not in text_of(answer)
        assert "Nama, tanggal lahir, dan desa sama" not in text_of(answer)


def test_files_tell_the_number_of_a_person_and_the_way_and_no_name(poor):
    ((one, two),) = twins(1)
    sheet = openpyxl.load_workbook(BytesIO(poor.get("/temuan/unduh.xlsx?sumber=orang").content)).worksheets[0]
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    data = poor.get("/temuan/unduh.json?sumber=orang").json()
    assert len(data["baris"]) == 1
    for found in (text, json.dumps(data)):
        assert f"Orang no. {one.pk} dan no. {two.pk}" in found
        assert f"/pmks/dugaan/2024/kembar/{one.pk}-{two.pk}/" in found
        assert "Rahasia" not in found
        assert not re.search(r"\d{16}", found)
    assert CatatanAkses.objects.filter(rincian="berkas temuan", jumlah=2).count() == 2
    assert poor.get("/temuan/unduh.pdf?sumber=orang").content.startswith(b"%PDF")


def test_the_audit_of_the_plan_knows_nothing_of_people():
    before, after = StringIO(), StringIO()
    call_command("audit_renstra", "--format", "json", stdout=before)
    twins(1)
    call_command("audit_renstra", "--format", "json", stdout=after)
    assert before.getvalue() == after.getvalue()


def test_it_asks_as_often_for_many_suspicions_as_for_few(poor):
    counts = []
    for many in (2, 18):
        for at in range(many):
            for _ in range(2):
                person(f"Kembar {many} {at}", kode_desa=KRAMATWATU if at % 2 else BOJONEGARA)
        poor.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            poor.get(PAGE)
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 12

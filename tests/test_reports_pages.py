"""The pages under /laporan/: list, one report, its files, and what they refuse."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from programs.models import Renstra
from reports.registry import REPORTS


@pytest.fixture
def reader(client, baseline):
    client.force_login(User.objects.get(username="staf.rehsos"))
    return client


def test_the_list_leads_to_every_report(reader):
    text = reader.get("/laporan/").content.decode()
    for slug in REPORTS:
        assert f'href="/laporan/{slug}/"' in text
        for suffix in ("xlsx", "pdf", "json"):
            assert f'href="/laporan/{slug}.{suffix}"' in text


@pytest.mark.parametrize("slug", REPORTS)
def test_every_report_opens_as_a_page(reader, slug):
    response = reader.get(f"/laporan/{slug}/")
    assert response.status_code == 200
    assert REPORTS[slug].nomor in response.content.decode()
    assert "<table" in response.content.decode()


@pytest.mark.parametrize("path", ["/laporan/", "/laporan/tabel-6-2/", "/laporan/tabel-6-2.json"])
def test_nobody_reads_without_signing_in(client, baseline, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/masuk/")


def test_the_page_takes_few_queries(reader):
    reader.get("/laporan/tabel-6-2/")
    with CaptureQueriesContext(connection) as queries:
        reader.get("/laporan/tabel-6-2/")
    assert len(queries) <= 12


def test_the_files_keep_the_view(reader):
    text = reader.get("/laporan/lkip-capaian/?tahun=2024&kertas=a4-tegak").content.decode()
    assert 'href="/laporan/lkip-capaian.pdf?tahun=2024&amp;kertas=a4-tegak"' in text
    assert '<option value="2024" selected>' in text
    assert "Capaian Kinerja Tahun 2024" in text


def test_files_say_what_they_are(reader):
    response = reader.get("/laporan/lkip-capaian.xlsx?tahun=2024")
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"] == 'attachment; filename="lkip-capaian-2024.xlsx"'
    response = reader.get("/laporan/tabel-7-1.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="tabel-7-1.pdf"'
    assert response.content.startswith(b"%PDF")
    response = reader.get("/laporan/tabel-7-1.json?angka=dihitung")
    assert json.loads(response.content)["parameter"]["angka"] == "dihitung"


def test_the_name_of_a_file_tells_quarter_and_unit(reader):
    where = reader.get("/laporan/e-81.json?tahun=2024&triwulan=2")["Content-Disposition"]
    assert where.endswith('filename="e-81-2024-tw2.json"')
    where = reader.get("/laporan/e-81.json?tahun=2024")["Content-Disposition"]
    assert where.endswith('filename="e-81-2024.json"')


def test_a_year_outside_the_plan_is_told_at_the_field(reader):
    response = reader.get("/laporan/lkip-capaian/?tahun=1999")
    text = response.content.decode()
    assert response.status_code == 400
    assert "Tahun 1999 di luar periode Renstra 2021-2026" in text
    assert 'aria-invalid="true"' in text
    assert "<table" not in text


@pytest.mark.parametrize(
    "query", ["tahun=1999", "tahun=dua", "angka=lain", "kertas=a3", "triwulan=9", "tahun=99999999999"]
)
@pytest.mark.parametrize("suffix", ["xlsx", "pdf", "json"])
def test_a_file_with_a_wrong_parameter_is_400_and_one_line(reader, suffix, query):
    response = reader.get(f"/laporan/tabel-6-2.{suffix}?{query}")
    assert response.status_code == 400
    assert len(response.content.decode().strip().splitlines()) == 1


def test_a_hidden_parameter_that_is_wrong_is_shown(reader):
    response = reader.get("/laporan/tabel-6-2/?tahun=1999")
    assert response.status_code == 400
    assert "di luar periode" in response.content.decode()


def test_an_unknown_report_helps_on(reader):
    response = reader.get("/laporan/tabel-6-22/")
    assert response.status_code == 404
    assert 'href="/laporan/tabel-6-2/"' in response.content.decode()
    assert reader.get("/laporan/zzz/").status_code == 404
    assert reader.get("/laporan/zzz.pdf").status_code == 404


def test_an_unknown_format_helps_on(reader):
    response = reader.get("/laporan/tabel-6-2.docx")
    assert response.status_code == 404
    assert ".docx" in response.content.decode()


def test_a_name_with_markup_is_escaped(reader):
    response = reader.get("/laporan/lkip-capaian/?tahun=<script>")
    assert b"<script>" not in response.content.replace(b"<script src=", b"")


def test_without_a_plan_the_page_says_what_to_do(reader):
    Renstra.objects.update(status="draf")
    response = reader.get("/laporan/tabel-6-2/")
    assert response.status_code == 200
    assert "load_baseline" in response.content.decode()
    assert reader.get("/laporan/tabel-6-2.pdf").status_code == 404


def test_only_reading_is_allowed(reader):
    assert reader.post("/laporan/tabel-6-2/").status_code == 405

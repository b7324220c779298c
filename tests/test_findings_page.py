"""The page ``/temuan/``: who may read it, what it says, filters, order, and how many questions it asks."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from indicators.findings import ATURAN
from indicators.models import Indikator, Target
from tests.browser import assert_accessible, sign_in

ROLES = ["admin", "sekretariat", "verifikator", "pimpinan", "staf.dayasos", "staf.linjamsos"]


@pytest.fixture
def reader(baseline, client):
    client.force_login(User.objects.get(username="pimpinan"))
    return client


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def codes_of(response):
    return [row.temuan.kode or row.temuan.tabel for row in response.context["tabel"].data]


def test_its_address_is_the_contracts():
    assert reverse("temuan") == "/temuan/"


@pytest.mark.parametrize("username", ROLES)
def test_everybody_who_signed_in_may_read_it(baseline, client, username):
    client.force_login(User.objects.get(username=username))
    response = client.get("/temuan/")
    assert response.status_code == 200
    assert "46 temuan terbuka" in text_of(response)


def test_nobody_is_asked_to_sign_in(db, client):
    response = client.get("/temuan/")
    assert response.status_code == 302
    assert response.url.startswith("/masuk/")


def test_it_only_reads(reader):
    assert reader.post("/temuan/").status_code == 405


def test_it_shows_both_numbers_the_difference_and_each_rule(reader):
    text = text_of(reader.get("/temuan/"))
    for words in (
        "2.542.052.000",
        "2.979.193.280",
        "−437.141.280",
        "Rp akhir",
        "tahun itu tampaknya tidak ikut dijumlah",
    ):
        assert words in text
    for rule in ATURAN.values():
        assert rule.judul in text
        assert rule.penjelasan in text


def test_each_finding_links_to_its_node_and_its_report(reader):
    body = reader.get("/temuan/").content.decode()
    assert 'href="/renstra/1.6.6.02.01.1/"' in body
    assert 'href="/laporan/tabel-6-2/"' in body
    assert 'href="/laporan/tabel-2-12/"' in body


def test_an_indicator_without_a_page_of_its_own_has_no_link(reader):
    iku = Indikator.objects.get(kode="IKU-1")
    iku.target.filter(tahun=2021).update(target=4)
    body = reader.get("/temuan/").content.decode()
    assert "IKU-1" in body
    assert "/renstra/IKU-1/" not in body


def test_counts_of_the_rules_follow_the_other_filters(reader):
    response = reader.get("/temuan/?program=1.6.7")
    counts = {item["aturan"].nama: item["jumlah"] for item in response.context["aturan"]}
    assert counts["rp-akhir-bukan-jumlah-tahun"] == 2
    assert counts["rp-induk-bukan-jumlah-anak"] == 1
    assert counts["jumlah-tabel-bukan-jumlah-baris"] == 0


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("aturan=jumlah-tabel-bukan-jumlah-baris", ["2.1"]),
        ("aturan=rp-jumlah-bukan-jumlah-program", []),
        ("tabel=2.9", ["2.9", "2.9", "2.9"]),
        ("program=1.6.7", ["1.6.7.02.01.2", "1.6.7.02.01.3", "1.6.7.02.01", "1.6.7"]),
        ("unit=fakirmiskin", ["1.6.5.02.02.4"] * 4),  # the kegiatan above is owned by linjamsos
        ("unit=dayasos", ["1.6.7.02.01.2", "1.6.7.02.01.3", "1.6.7.02.01", "1.6.7", "1.6.2", "1.6.2"]),
        ("unit=fakirmiskin.pedesaan", ["1.6.5.02.02.4"] * 4),
        ("q=makanan", ["1.6.6.02.01.1", "1.6.6.02.01"]),
        ("q=MAKANAN+2021", ["1.6.6.02.01.1"]),
        ("q=tabel+2.12", ["IKU-1", *["2.12"] * 6]),  # the base of the IKU is compared with it
        ("aturan=rp-akhir-bukan-jumlah-tahun&program=1.6.5", ["1.6.5.02.02.4", "1.6.5.02.02.4"]),
    ],
)
def test_filters(reader, query, codes):
    assert codes_of(reader.get(f"/temuan/?{query}")) == codes


def test_the_office_as_unit_covers_all_owned_rows(reader):
    assert len(codes_of(reader.get("/temuan/?unit=dinas"))) == 30


def test_a_filter_that_finds_nothing_says_so(reader):
    text = text_of(reader.get("/temuan/?q=tidakadaini"))
    assert "0 dari 46 temuan terbuka" in text
    assert "Tidak ada temuan yang cocok" in text
    assert "Hapus saringan" in text


def test_a_filter_that_is_no_choice_is_ignored_and_said(reader):
    response = reader.get("/temuan/?unit=bukanunit&tabel=9.9")
    assert len(codes_of(response)) == 46
    assert "Unit ini tidak punya temuan. Saringan ini diabaikan." in text_of(response)


def test_text_is_shown_as_text(reader):
    assert "<b>x" not in reader.get("/temuan/?q=<b>x").content.decode()


def test_a_column_head_sorts_by_size_of_the_difference(reader):
    rows = reader.get("/temuan/?sort=-besar").context["tabel"].data
    sizes = [abs(row.temuan.selisih or 0) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 2066350000


def test_sorting_by_row_orders_tables_and_codes_by_their_integers(reader):
    codes = codes_of(reader.get("/temuan/?sort=tempat"))
    assert codes[:13] == ["2.1", "2.1", "2.9", "2.9", "2.9", *["2.12"] * 6, "2.14", "2.14"]
    # Tabel 4.1, 4.2, 6.1, then 6.2 by code.
    assert codes[13:18] == ["IKU-1", "IKU-1", "1.6.2", "1.6.1.02.02.1", "1.6.1.02.06"]


def test_a_plan_without_findings_says_so(reader, monkeypatch):
    monkeypatch.setattr("indicators.findings.kept.audit", lambda facts: [])
    text = text_of(reader.get("/temuan/"))
    assert "Tidak ada temuan. Semua jumlah tercetak cocok" in text


def test_without_a_plan_it_says_what_to_do(db, client):
    client.force_login(User.objects.create_user("seorang"))
    response = client.get("/temuan/")
    assert response.status_code == 200
    assert "load_baseline" in text_of(response)


def test_it_asks_few_questions_with_few_and_many_findings(reader):
    one = f"/temuan/{reader.get('/temuan/').context['tabel'].data[0].temuan.kunci}/"
    few = _count(reader)
    # Session, person, groups, plan, what the audit follows from, the record, the units.
    assert few <= 12
    assert _count(reader, one) <= 12
    Target.objects.filter(indikator__subkegiatan__isnull=False).update(pagu=7)
    # The first reader after a change pays for the audit, the next ones do not.
    assert _count(reader) <= few + 13
    assert _count(reader) == few
    assert reader.get("/temuan/").context["semua"] > 100


def test_a_change_without_trail_is_seen_at_once(reader):
    before = reader.get("/temuan/").context["semua"]
    Indikator.objects.filter(kode="1.6.6.02.01.1").update(satuan="")
    assert reader.get("/temuan/").context["semua"] > before


def _count(client, address="/temuan/"):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, {"width": 360, "height": 740}])
def test_in_the_browser_a_rule_narrows_the_list_and_nothing_is_amiss(new_page, size):
    page = new_page(viewport=size)
    sign_in(page, "staf.linjamsos")
    page.goto("/temuan/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible(page)
    rules = page.get_by_role("region", name="Temuan tiap aturan")
    rules.get_by_role("link", name="Dua tabel, satu fakta, dua nilai").click()
    assert page.get_by_role("heading", level=1).inner_text() == "2 dari 46 temuan terbuka"
    page.get_by_role("link", name="Hapus saringan").click()
    page.get_by_label("Cari").fill("makanan")
    page.get_by_role("button", name="Saring").click()
    page.get_by_role("link", name="1.6.6.02.01.1").first.click()
    assert page.url.endswith("/renstra/1.6.6.02.01.1/")

"""The plan pages: tree, node, list, narrative."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import Indikator, Realisasi, Target
from indicators.plan_sums import load_plan
from indicators.plan_tree import TARGET, build_tree
from tests.entry_office import TAHUN, build_office

pytestmark = pytest.mark.django_db

PAGES = ("/renstra/", "/renstra/?tingkat=sub&nilai=target", "/renstra/daftar/", "/renstra/arah/")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def codes_shown(html):
    return re.findall(r'id="s-([0-9.]+)"', html)


@pytest.fixture
def office():
    return build_office()


def test_the_tree_opens_to_the_asked_level(office):
    client = signed_in(office.pimpinan)
    assert codes_shown(client.get("/renstra/?tingkat=program").content.decode()) == ["1.6.4"]
    assert codes_shown(client.get("/renstra/").content.decode()) == ["1.6.4", "1.6.4.02.01", "1.6.4.02.02"]
    assert len(codes_shown(client.get("/renstra/?tingkat=sub").content.decode())) == 7


def test_one_node_folds_the_other_way(office):
    html = signed_in(office.pimpinan).get("/renstra/?balik=1.6.4.02.02").content.decode()
    assert codes_shown(html) == ["1.6.4", "1.6.4.02.01", "1.6.4.02.02", "1.6.4.02.02.1", "1.6.4.02.02.2"]
    assert 'href="?balik=1.6.4.02.02&amp;balik=1.6.4.02.01#s-1.6.4.02.01"' in html


def test_rows_follow_the_integers_of_the_code():
    office = build_office(subs=11)
    html = signed_in(office.pimpinan).get("/renstra/?tingkat=sub").content.decode()
    below = [kode for kode in codes_shown(html) if kode.startswith("1.6.4.02.01.")]
    assert below == [f"1.6.4.02.01.{n}" for n in range(1, 12)]


def test_unit_filter_keeps_what_stands_above_as_context(office):
    html = signed_in(office.pimpinan).get("/renstra/?unit=rehsos.anak").content.decode()
    assert codes_shown(html) == ["1.6.4", "1.6.4.02.01", "1.6.4.02.01.2"]
    assert html.count("t-konteks") == 3  # program, and the kegiatan with its two measures
    assert "Jumlah 1 sub kegiatan" in html


@pytest.mark.parametrize("text", ["Jumlah orang 2.1", "1.6.4.02.02.1", "1.06.04.2.02.01", "ORANG 2.1"])
def test_text_finds_name_indicator_and_both_codes(office, text):
    html = signed_in(office.pimpinan).get("/renstra/", {"q": text}).content.decode()
    assert "1.6.4.02.02.1" in codes_shown(html)
    assert "1.6.4.02.01.1" not in codes_shown(html)


def test_totals_are_those_of_the_rows_shown(office):
    # Invented pagu of sub kegiatan: 1 and 2 million below each of two kegiatan.
    client = signed_in(office.pimpinan)
    whole = client.get("/renstra/").content.decode()
    assert "Jumlah 4 sub kegiatan" in whole
    assert "6.000.000" in whole
    assert "Jumlah 1 program, seperti tercetak" in whole
    assert "20.000.000" in whole
    part = client.get("/renstra/?q=2.2").content.decode()
    assert "Jumlah 1 sub kegiatan" in part
    assert "seperti tercetak</th>" not in part


def test_nothing_found_says_what_to_do(office):
    html = signed_in(office.staf).get("/renstra/?q=tidakada").content.decode()
    assert "Tidak ada baris yang cocok" in html
    assert "Tampilkan seluruh rencana" in html


def test_an_unknown_unit_is_named_and_ignored(office):
    answer = signed_in(office.staf).get("/renstra/?unit=hantu&tingkat=aneh&nilai=x")
    assert answer.status_code == 200
    assert "Unit tidak ada. Saringan ini diabaikan." in answer.content.decode()


def test_a_second_measure_has_no_money_and_its_own_target(office):
    plan = load_plan(office.renstra)
    money = [line for line in build_tree(plan).lines if line.kode == "1.6.4.02.01"]
    assert [line.angka[1] for line in money] == ["10.000.000", ""]
    target = [line for line in build_tree(plan, nilai=TARGET).lines if line.kode == "1.6.4.02.01"]
    assert [line.angka[1] for line in target] == ["100", "1.275"]


def test_a_final_that_differs_from_its_years_is_marked_with_a_sign(office):
    Indikator.objects.filter(pk=office.sub.pk).update(akhir_pagu=999)
    html = signed_in(office.staf).get("/renstra/?tingkat=sub").content.decode()
    assert re.search(r'class="temuan-tanda" href="/temuan/[0-9a-f]{64}/"><span[^>]*>≠<.*?<span class="beda">999<', html)
    assert "Tanda ≠" in html


# --- one node ---


def fill(indikator, kinerja, rupiah=None, tahun=TAHUN):
    return Realisasi.objects.create(
        indikator=indikator, tahun=tahun, keadaan="terisi", kinerja=Decimal(kinerja), rupiah=rupiah
    )


def row_of(html, tahun, at=0):
    """Cells of a year in the table of the node's ``at``-th measure, as text."""
    found = re.findall(rf'<tr>\s*<th scope="row" class="kiri sempit">{tahun}</th>(.*?)</tr>', html, re.DOTALL)[at]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_a_node_shows_six_years_with_capaian_and_serapan(office):
    fill(office.sub, "95", 800_000)
    html = signed_in(office.staf).get("/renstra/1.6.4.02.01.1/").content.decode()
    assert row_of(html, TAHUN) == ["100", "95", "95,00", "Sangat Tinggi", "1.000.000", "800.000", "80,00", "draf"]
    assert row_of(html, 2021) == ["–", "", "", "", "–", "", "", "belum diisi"]


def test_money_of_a_kegiatan_comes_from_the_rows_below(office):
    fill(office.sub, "1", 800_000)
    fill(office.sub_anak, "1", 500_000)
    html = signed_in(office.staf).get("/renstra/1.6.4.02.01/").content.decode()
    assert row_of(html, TAHUN)[4:7] == ["10.000.000", "1.300.000", "13,00"]
    assert "dijumlahkan dari sub kegiatan" in html


def test_a_sum_that_differs_from_the_printed_one_shows_both(office):
    html = signed_in(office.staf).get("/renstra/1.6.4.02.01/").content.decode()
    assert "Tercetak pada baris ini" in html
    assert "Selisih" in html
    assert "7.000.000" in html  # 10 million printed, 1 + 2 million below


def test_staff_see_the_plan_of_others_but_not_their_realisasi(office):
    fill(office.sub, "37", 812_345)
    other = signed_in(office.staf_lain).get("/renstra/1.6.4.02.01.1/").content.decode()
    assert "1.000.000" in other
    assert "812.345" not in other
    assert "37,00" not in other
    assert "hanya terlihat oleh unit penanggung jawabnya" in other
    assert "812.345" in signed_in(office.verifikator).get("/renstra/1.6.4.02.01.1/").content.decode()


def test_a_sasaran_has_its_page(office):
    fill(office.iku, "7.23")
    html = signed_in(office.pimpinan).get("/renstra/s1/").content.decode()
    assert "Menurunnya PMKS" in html
    assert row_of(html, TAHUN)[:3] == ["7,23", "7,23", "100,00"]


def test_states_without_a_number_are_words(office):
    Realisasi.objects.create(indikator=office.sub, tahun=TAHUN, keadaan="nihil")
    html = signed_in(office.staf).get("/renstra/1.6.4.02.01.1/").content.decode()
    assert row_of(html, TAHUN)[1:3] == ["tidak ada kejadian", "–"]


@pytest.mark.parametrize("kode", ["9.9.9", "abc", "1.6", "1.6.4.02.01.99", "1..6"])
def test_an_unknown_code_is_a_calm_404(office, kode):
    answer = signed_in(office.staf).get(f"/renstra/{kode}/")
    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.content.decode()


# --- list and narrative ---


def test_the_list_sorts_by_pagu_and_starts_in_code_order(office):
    client = signed_in(office.pimpinan)

    def kode(query):
        html = client.get(f"/renstra/daftar/?tahun={TAHUN}{query}").content.decode()
        return re.findall(r'<a href="/renstra/([0-9.]+)/">', html)

    assert kode("")[:3] == ["1.6.4", "1.6.4.02.01", "1.6.4.02.01"]
    assert kode("&sort=pagu_tahun&q=orang") == ["1.6.4.02.01.1", "1.6.4.02.02.1", "1.6.4.02.01.2", "1.6.4.02.02.2"]
    assert kode("&sort=-pagu_tahun&q=orang")[0].endswith(".2")
    assert "1.6.4.02.01.1" in kode("&q=orang")


def test_the_list_totals_the_sub_kegiatan_of_every_page(office, monkeypatch):
    monkeypatch.setattr("indicators.views.plan.PER_PAGE", 3)
    html = signed_in(office.pimpinan).get(f"/renstra/daftar/?tahun={TAHUN}").content.decode()
    assert "Halaman 1 dari 3" in html
    assert "6.000.000" in html.split("<tfoot>")[1]


@pytest.mark.parametrize("tahun", ["2020", "2031", "abc", "99999999999"])
def test_a_year_outside_the_plan_names_the_years(office, tahun):
    answer = signed_in(office.staf).get(f"/renstra/daftar/?tahun={tahun}")
    assert answer.status_code == 404
    assert "2021 sampai 2026" in answer.content.decode()


def test_the_narrative_shows_tujuan_sasaran_and_iku(office):
    html = signed_in(office.staf).get("/renstra/arah/").content.decode()
    assert "Menurunnya PMKS" in html
    assert "Persentase PMKS yang ditangani" in html


# --- for all ---


def test_queries_stay_the_same_with_many_rows(django_assert_max_num_queries):
    office = build_office(subs=2)
    client = signed_in(office.pimpinan)
    for url in (*PAGES, "/renstra/1.6.4/", "/renstra/1.6.4.02.01/", "/renstra/1.6.4.02.01.1/"):
        client.get(url)  # the audit behind the marks is kept until something changes
        with django_assert_max_num_queries(13) as few:
            client.get(url)
        first = len(few.captured_queries)
        rows = [
            Indikator(renstra=office.renstra, kode=f"x{url}{n}", uraian="baris", subkegiatan=office.sub.subkegiatan)
            for n in range(30)
        ]
        Indikator.objects.bulk_create(rows)
        Target.objects.bulk_create(Target(indikator=row, tahun=2022, target=1, pagu=1) for row in rows)
        client.get(url)
        with django_assert_max_num_queries(first):
            client.get(url)


@pytest.mark.parametrize("url", [*PAGES, "/", "/renstra/1.6.4/"])
def test_an_empty_database_says_what_is_missing(url, django_user_model):
    person = django_user_model.objects.create_user("siapa", nama="Siapa")
    answer = signed_in(person).get(url)
    assert answer.status_code == 200
    assert "Belum ada Renstra yang ditetapkan" in answer.content.decode()


@pytest.mark.parametrize("name", ["renstra", "simpul_daftar", "renstra_arah", "beranda"])
def test_nobody_sees_nothing(name):
    assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("url", [*PAGES, "/renstra/1.6.4.02.01/"])
def test_pages_carry_no_inline_script_or_style(office, url):
    html = signed_in(office.staf).get(url).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "<style" not in html
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"\son\w+=", html)


def test_the_document_whole(baseline, django_user_model):
    """Tabel 6.2 as the page shows it: 7 program, 15 kegiatan, 69 sub kegiatan, and the printed Jumlah."""
    person = django_user_model.objects.get(username="pimpinan")
    html = signed_in(person).get("/renstra/?tingkat=sub").content.decode()
    assert len(codes_shown(html)) == 7 + 15 + 69
    totals = html.split("<tfoot>")[1]
    for printed in ("14.431.005.295", "14.770.044.005", "14.298.149.105", "14.472.149.105", "15.172.149.105"):
        assert printed in totals


def test_the_list_exports_what_it_shows(office):
    Indikator.objects.filter(pk=office.sub.pk).update(data_awal_teks="-", uraian="=1+1 orang")
    answer = signed_in(office.staf).get(f"/renstra/daftar.csv?tahun={TAHUN}&q=orang&sort=-pagu_tahun")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].split(";")[:2] == ["Kode", "Tingkat"]
    assert len(lines) == 1 + 4
    assert "1.6.4.02.01.1;Sub kegiatan;Sub kegiatan 1.1;'=1+1 orang;Orang;'-;100;1000000;" in answer.content.decode()
    assert lines[1].startswith(("1.6.4.02.01.2;", "1.6.4.02.02.2;"))

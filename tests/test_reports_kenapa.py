"""“Kenapa angka ini?” on the computed figures of every report: on its page, and as an appendix of its files."""

import re
from decimal import Decimal
from html import unescape
from io import BytesIO
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from indicators.explain import explain, find_indikator
from indicators.models import Indikator, Realisasi, Target
from programs.models import Renstra
from renstra.formats import round_half_up
from reports.matrix import Angka, Uang, explained, leaves, parts
from reports.models import Standar
from reports.penjelasan import explain_cell, has_explanations
from reports.registry import REPORTS
from reports.renderers.html import render_table
from reports.report import ModeAngka, Params
from tests.people import person

YEAR = 2023


@pytest.fixture
def filled(baseline):
    """Nine tenths of every target and pagu of 2021 to 2023, a quarter of 2023 twice, and one standard."""
    targets = Target.objects.filter(indikator__renstra=Renstra.current(), tahun__lte=YEAR).select_related("indikator")
    made = []
    for row in targets:
        money = row.pagu if row.indikator.subkegiatan_id else None
        for quarter in (0, 1, 2) if row.tahun == YEAR else (0,):
            made.append(
                Realisasi(
                    indikator=row.indikator,
                    tahun=row.tahun,
                    triwulan=quarter,
                    keadaan="kosong" if row.target is None else "terisi",
                    kinerja=None if row.target is None else row.target * Decimal("0.9"),
                    rupiah=None if money is None else money * 9 // 10,
                )
            )
    Realisasi.objects.bulk_create(made, ignore_conflicts=True)
    served = Indikator.objects.get(kode="1.6.4")
    Standar.objects.create(indikator=served, tahun=YEAR, tingkat="nasional", nilai=8, sumber="Permensos 9/2018")


def cells(matrix):
    """Every computed value with its row, its column and the way to its explanation."""
    columns = leaves(matrix.kolom)
    for at, row in enumerate(matrix.baris):
        for column, cell in zip(columns, row.sel, strict=True):
            if cell is not None:
                for value in parts(cell):
                    if isinstance(value, Angka | Uang) and value.asal is not None:
                        yield at, column.kunci, value, value.asal
    for attached in matrix.lampiran:
        yield from cells(attached)


def as_shown(value):
    if isinstance(value, Uang) or value.desimal is None:
        return Decimal(value.nilai)
    return round_half_up(Decimal(value.nilai), value.desimal)


@pytest.mark.parametrize("angka", list(ModeAngka))
@pytest.mark.parametrize("slug", REPORTS)
def test_the_figure_in_the_cell_is_the_one_that_is_explained(filled, slug, angka):
    matrix = REPORTS[slug].make(Params(Renstra.current(), YEAR, angka))
    for at, key, value, way in cells(matrix):
        told = way()
        where = f"{slug} baris {at} {key}: {told.judul}"
        printed = [text for text in told.ketentuan if text.startswith("Dokumen mencetak")]
        if printed and "Laporan menampilkan angka tercetak" in printed[0] and "sama dengan" not in printed[0]:
            continue
        assert told.nilai is not None, where
        figure = Decimal(told.nilai)
        assert as_shown(value) == (
            figure if value.__class__ is Uang or value.desimal is None else round_half_up(figure, value.desimal)
        ), where


@pytest.mark.parametrize("slug", REPORTS)
def test_a_report_says_whether_it_has_computed_figures(filled, slug):
    report = REPORTS[slug]
    assert has_explanations(report.make(Params(Renstra.current(), YEAR))) == report.berasal


# What each report computes, by the keys of its columns.
COMPUTED = {
    "tabel-2-12": {"rasio_2016", "rasio_2020"},
    "tabel-2-14": {"rasio_2016"},
    "tabel-3-1": {"jumlah"},
    "tabel-3-2": {"jumlah"},
    "tabel-6-2": {"pagu_2021", "pagu_akhir", "target_akhir"},
    "tabel-7-1": {"kondisi_akhir"},
    "t-c-24": {"pertumbuhan_anggaran", "pertumbuhan_realisasi"},
    "t-c-27": {"pagu_2021", "target_akhir", "pagu_akhir"},
    "t-c-29": {"target_akhir", "tingkat_realisasi", "perkiraan", "tingkat_capaian"},
    "e-80": {"pagu_2021", "realisasi_rp_2021", "capaian_2021", "serapan_2021", "target_akhir", "pagu_akhir"},
    "e-81": {
        "realisasi_lalu", "realisasi_rp_lalu", "pagu", "tw_1", "tw_rp_1", "realisasi", "realisasi_rp",
        "realisasi_sampai", "realisasi_rp_sampai", "capaian", "serapan",
    },
    "lkip-perjanjian-kinerja": {"target"},
    "lkip-capaian": {"capaian"},
    "lkip-tahun-lalu": {"selisih", "perubahan", f"capaian_{YEAR}"},
    "lkip-akhir-renstra": {"target_akhir", "realisasi_sampai", "kemajuan"},
    "lkip-standar": {"perbandingan"},
    "lkip-efisiensi": {"pagu", "realisasi_rp", "capaian", "serapan", "efisiensi", "efisiensi_pmk", "nilai_pmk"},
    "lkip-analisis": {"capaian"},
    "lkip-anggaran": {"pagu", "realisasi", "serapan"},
    "perbandingan-renstra": {"semula", "menjadi"},
    "ringkasan": {"capaian", "pagu", "realisasi_rp", "serapan"},
}  # fmt: skip


@pytest.mark.parametrize("slug", COMPUTED)
def test_every_computed_column_can_be_asked(filled, slug):
    matrix = REPORTS[slug].make(Params(Renstra.current(), YEAR))
    assert {key for _, key, _, _ in cells(matrix)} >= COMPUTED[slug]


def test_means_can_be_asked_too(filled):
    matrix = REPORTS["e-80"].make(Params(Renstra.current(), YEAR))
    at = len(matrix.baris) - 2
    (told,) = [way() for row, key, _, way in cells(matrix) if row == at and key == "capaian_2021"]
    # Every row reached nine tenths of its target, falling ones more; none counts for more than 100.
    assert told.nilai >= 90
    assert "paling tinggi dihitung 100" in " ".join(told.ketentuan)
    assert len(told.masukan) > 40


def test_the_report_and_explain_say_the_same(filled):
    """``explain`` and the cell of the LKIP tell the same words with the same sources."""
    matrix = REPORTS["lkip-capaian"].make(Params(Renstra.current(), YEAR))
    at = next(at for at, row in enumerate(matrix.baris) if row.kode == "1.6.4" and row.sel[1] is not None)
    cell = explain_cell(matrix, f"{at}.capaian", None)
    other = explain(find_indikator(Renstra.current(), "1.6.4"), YEAR).get("capaian")
    (mine,) = cell.angka
    assert mine.lines() == other.lines()
    assert cell.kolom == "Capaian (%)"


def test_growth_of_tabel_2_14_is_told_by_hand(baseline):
    matrix = REPORTS["t-c-24"].make(Params(Renstra.current(), YEAR))
    told = next(way() for _, key, _, way in cells(matrix) if key == "pertumbuhan_anggaran")
    years = [Decimal(item.nilai) for item in told.masukan]
    rates = [(after - before) / before * 100 for before, after in pairwise(years)]
    assert [item.nama for item in told.masukan] == [f"Pagu {year}" for year in range(2016, 2021)]
    assert told.nilai == sum(rates) / 4


# --- on the page ------------------------------------------------------------------------


@pytest.fixture
def reader(filled, client):
    client.force_login(person("pimpinan"))
    return client


def links(text):
    return [unescape(href) for href in re.findall(r'<a class="kenapa" href="([^"]+)"', text)]


def test_each_figure_leads_to_its_explanation_with_the_parameters_of_the_page(reader):
    page = reader.get(f"/laporan/lkip-anggaran/?tahun={YEAR}").content.decode()
    found = links(page)
    assert len(found) > 100
    assert found[0] == f"/laporan/lkip-anggaran/kenapa/?tahun={YEAR}&sel=0.pagu"
    answer = reader.get(found[0]).content.decode()
    # Tabel 6.2, program 1.6.1 in 2023: the sum of its sub kegiatan.
    assert "Kenapa angka ini?" in answer
    assert "baris sub kegiatan" in answer
    assert "Tabel 6.2, baris" in answer
    assert f'href="/laporan/lkip-anggaran/?tahun={YEAR}"' in answer


def test_a_script_gets_the_part_alone(reader):
    part = reader.get(f"/laporan/e-80/kenapa/?tahun={YEAR}&sel=1.pagu_2021", headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "<html" not in text
    assert "kenapa-angka" in text


def test_a_table_that_follows_has_ways_of_its_own(reader):
    page = reader.get(f"/laporan/lkip/?tahun={YEAR}").content.decode()
    (way, *_) = [href for href in links(page) if "sel=8-" in href]
    assert reader.get(way).status_code == 200


@pytest.mark.parametrize("place", ["0.uraian", "9999.pagu", "x", "0.tidakada", "3-0.pagu"])
def test_a_place_without_a_computed_figure_is_said(reader, place):
    answer = reader.get(f"/laporan/lkip-anggaran/kenapa/?tahun={YEAR}&sel={place}")
    assert answer.status_code == 404
    assert "lkip-anggaran" in answer.content.decode()


def test_the_analysis_leads_to_the_serapan_of_its_indicator(filled, client):
    client.force_login(person("sekretariat"))
    page = client.get(f"/analisis/{YEAR}/").content.decode()
    way = f"/laporan/lkip-efisiensi/kenapa/?tahun={YEAR}&sel=:1.6.4.serapan"
    assert way in links(page)
    assert f"Serapan {YEAR}:" in client.get(way).content.decode()


def test_who_entered_is_told_only_of_rows_one_reads(reader):
    Realisasi.objects.filter(tahun=YEAR).update(diubah_oleh=person("staf.rehsos"), diubah_pada="2024-01-02T03:04:05Z")
    matrix = REPORTS["lkip-anggaran"].make(Params(Renstra.current(), YEAR))
    at = next(at for at, row in enumerate(matrix.baris) if row.kode == "1.6.4.02.01.1")
    own = explain_cell(matrix, f"{at}.realisasi", person("staf.rehsos")).angka[0].masukan[0]
    other = explain_cell(matrix, f"{at}.realisasi", person("staf.dayasos")).angka[0].masukan[0]
    assert own.oleh == str(person("staf.rehsos"))
    assert (other.oleh, other.pada) == ("", None)
    assert other.asal.startswith("diisi ")


def test_the_pages_keep_to_their_queries(reader):
    for slug in ("e-80", "lkip-anggaran", "tabel-6-2"):
        reader.get(f"/laporan/{slug}/?tahun={YEAR}")
        with CaptureQueriesContext(connection) as queries:
            page = reader.get(f"/laporan/{slug}/?tahun={YEAR}").content.decode()
        assert len(queries) <= 12, slug
        with CaptureQueriesContext(connection) as few:
            reader.get(links(page)[0])
        assert len(few) <= 20, slug


# --- in files ---------------------------------------------------------------------------


def test_paper_and_files_have_no_links(filled):
    matrix = REPORTS["lkip-anggaran"].make(Params(Renstra.current(), YEAR))
    assert "kenapa" not in render_table(matrix)


def test_the_page_offers_the_appendix_and_the_file_holds_it(reader):
    assert 'name="penjelasan"' in reader.get("/laporan/tabel-6-2/").content.decode()
    assert 'name="penjelasan"' not in reader.get("/laporan/tabel-5-1/").content.decode()
    answer = reader.get("/laporan/tabel-2-14.xlsx?penjelasan=ya")
    book = load_workbook(BytesIO(answer.content))
    sheet = book[book.sheetnames[1]]
    words = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "Realisasi Rp / Pagu × 100" in words
    assert any("Tabel 2.14" in text for text in words)


@pytest.mark.parametrize("slug", [slug for slug, report in REPORTS.items() if report.berasal])
def test_every_report_with_computed_figures_has_an_appendix_of_few_queries(filled, slug):
    params = Params(Renstra.current(), YEAR)
    plain = REPORTS[slug].make(params)
    with CaptureQueriesContext(connection) as queries:
        matrix = REPORTS[slug].make(Params(Renstra.current(), YEAR, penjelasan=True))
    assert matrix.baris == plain.baris
    appendix = matrix.lampiran[-1]
    assert appendix.slug == "penjelasan"
    told = [row for row in appendix.baris if row.sel[1] is not None]
    assert len(told) == sum(1 for _ in cells(plain))
    assert len(queries) <= (60 if slug == "lkip" else 20)


def test_blank_figures_are_not_asked(baseline):
    matrix = REPORTS["lkip-capaian"].make(Params(Renstra.current(), YEAR))
    assert not [key for _, key, _, _ in cells(matrix)]
    assert not any(explained(cell) for row in matrix.baris for cell in row.sel if cell is not None)

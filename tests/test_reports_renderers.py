"""Each format by itself: heads and spans, number types, what a spreadsheet must not run, paper."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.cache import caches
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from reports.export import export
from reports.matrix import (
    KOSONG,
    Angka,
    Baris,
    Bilangan,
    Catatan,
    Isian,
    Kolom,
    Kosong,
    Matrix,
    Peran,
    Rata,
    Sel,
    Teks,
    Uang,
    leaves,
    shown,
    teks,
)
from reports.registry import REPORTS
from reports.renderers import pdf
from reports.renderers.html import render_heading, render_notes, render_table
from reports.renderers.json import render_json
from reports.renderers.xlsx import render_xlsx
from tests.report_cells import build, pdf_text, read_html, read_json, read_xlsx, squeeze

MADE = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
KOLOM = (
    Kolom("Kode", "kode", nomor="(1)", judul_baris=False),
    Kolom("Uraian", "uraian", nomor="(2)", judul_baris=True),
    Kolom(
        "Tahun 2021",
        anak=(Kolom("Target", "target", nomor="(3)"), Kolom("Rp.", "pagu", nomor="(4)", rata=Rata.KANAN)),
    ),
)


def matrix(*cells, **fields):
    rows = fields.pop("baris", None) or (Baris(Peran.BARIS, cells or (Teks("a"), Teks("b"), Angka(1), Uang(1000))),)
    return Matrix("uji", "Tabel 0", "Judul uji", KOLOM, tuple(rows), **fields)


# --- HTML ----------------------------------------------------------------------------


def test_heads_have_scope_and_spans():
    page = read_html(render_table(matrix()))
    top, below, numbers = page.head
    assert [(cell["scope"], cell["colspan"], cell["rowspan"]) for cell in top["cells"] if cell] == [
        ("col", 1, 2),
        ("col", 1, 2),
        ("colgroup", 2, 1),
    ]
    assert [cell["text"] for cell in below["cells"] if cell] == ["Target", "Rp."]
    assert [cell["text"] for cell in numbers["cells"]] == ["(1)", "(2)", "(3)", "(4)"]
    assert [cell["tag"] for cell in page.body[0]["cells"]] == ["td", "th", "td", "td"]
    assert page.body[0]["cells"][1]["scope"] == "row"


@given(st.text())
def test_any_text_is_escaped(text):
    html = render_table(matrix(teks(text), teks(text), KOSONG, KOSONG, subjudul=(text,)))
    assert "<script" not in html.lower()
    assert read_html(html).body[0]["cells"][0] is not None


def test_markup_in_a_text_stays_text():
    evil = '<script>alert("1")</script>'
    one = matrix(
        Teks(evil), Sel((Teks(evil),), (1,)), KOSONG, KOSONG, catatan=(Catatan(1, evil),), subjudul=(evil,), sumber=evil
    )
    html = render_heading(one) + render_table(one) + render_notes(one) + export(one, "html").decode()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 7


def test_nothing_is_inline(baseline):
    for slug in REPORTS:
        one = build(slug)
        html = render_heading(one) + render_table(one) + render_notes(one)
        assert "style=" not in html
        assert "<style" not in html
        assert " on" not in re.sub(r">[^<]*<", "><", html)


def test_every_width_has_its_rule_on_the_page(baseline):
    css = (Path(__file__).parent.parent / "reports/static/reports/report.css").read_text()
    for slug in REPORTS:
        one = build(slug)
        for column in [column for part in (one, *one.lampiran) for column in leaves(part.kolom)]:
            assert f".w-{column.bobot} " in css, f"{slug}: tambahkan .w-{column.bobot} pada report.css"
        if one.kolom_lekat > 1:
            assert f".geser-{leaves(one.kolom)[0].bobot} " in css


# --- XLSX ----------------------------------------------------------------------------


def test_workbook_is_set_up_for_reading_and_printing():
    rows = [
        Baris(Peran.PROGRAM, (Teks("1.6.1"), Teks("P"), KOSONG, Uang(1))),
        Baris(Peran.KEGIATAN, (Teks("1.6.1.02.01"), Teks("K"), KOSONG, Uang(1))),
        Baris(Peran.SUBKEGIATAN, (Teks("1.6.1.02.01.1"), Teks("S"), KOSONG, Uang(1))),
        Baris(Peran.JUMLAH, (Sel((Teks("Jumlah"),), lebar=2), None, KOSONG, Uang(1))),
    ]
    book, sheet = read_xlsx(
        render_xlsx(
            matrix(
                baris=rows,
                kolom_lekat=2,
                sumber="Renstra, Tabel 0",
                parameter=(Isian("tahun", "Tahun", 2023, "2023"),),
                catatan=(Catatan(1, "Sebuah catatan."),),
            ),
            MADE,
        )
    )
    # Two lines of title, two rows of heads, one of numbers.
    assert sheet.freeze_panes == "C6"
    assert sheet.print_title_rows == "$3:$5"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert {str(item) for item in sheet.merged_cells.ranges} == {"A1:D1", "A2:D2", "A3:A4", "B3:B4", "C3:D3", "A9:B9"}
    assert [sheet.row_dimensions[row].outlineLevel for row in range(6, 10)] == [0, 1, 2, 0]
    assert not sheet.sheet_properties.outlinePr.summaryBelow
    assert sheet["A6"].font.bold
    assert not sheet["A8"].font.bold
    assert sheet["A6"].fill.fgColor.rgb != sheet["A8"].fill.fgColor.rgb
    legend = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert legend["Sumber"] == "Renstra, Tabel 0"
    assert legend["Tahun"] == "2023"
    assert legend["Catatan [1]"] == "Sebuah catatan."


def test_numbers_are_numbers_with_the_format_of_the_contract():
    _, sheet = read_xlsx(
        render_xlsx(
            matrix(
                baris=[
                    Baris(Peran.BARIS, (Teks("1.6"), KOSONG, Angka(Decimal("7.23"), akhiran="%"), Uang(87985645720))),
                    Baris(Peran.BARIS, (Bilangan(2021), Kosong("-"), Angka(Decimal(16), 2), Uang(0))),
                    Baris(Peran.BARIS, (Teks("7"), Teks("-"), Angka(38, akhiran=" orang"), KOSONG)),
                    Baris(Peran.BARIS, (Teks("x"), KOSONG, Angka(1275), Sel((Uang(5),), (1, 2)))),
                ]
            ),
            MADE,
        )
    )
    found = [[(cell.value, cell.data_type, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=6)]
    assert found[0][0] == ("1.6", "s", "@")
    assert found[0][1][0] is None
    assert found[0][2] == (7.23, "n", "#,##0.00")
    assert found[0][3] == (87985645720, "n", "#,##0")
    assert found[1][0] == (2021, "n", "0")
    assert found[1][1][:2] == ("-", "s")
    assert found[1][2] == (16, "n", "#,##0.00")
    assert found[1][3] == (0, "n", "#,##0")
    assert found[2][0][:2] == ("7", "s")
    assert found[2][2] == (38, "n", '#,##0" orang"')
    assert found[2][3][0] is None
    assert found[3][2] == (1275, "n", "#,##0")
    assert found[3][3] == (5, "n", '"[1, 2] "#,##0')


def test_a_note_on_a_blank_leaves_the_cell_blank():
    notes = (Catatan(1, "Sebuah catatan."),)
    _, sheet = read_xlsx(
        render_xlsx(matrix(Teks("x"), Sel((KOSONG,), (1,)), Sel((Kosong("-"),), (1,)), KOSONG, catatan=notes), MADE)
    )
    assert [sheet["B6"].value, sheet["B6"].comment.text] == [None, "[1] Sebuah catatan."]
    assert [sheet["C6"].value, sheet["C6"].number_format] == ["-", '@" [1]"']


def test_header_rows_are_high_enough_for_their_text():
    columns = (Kolom("No", "no", bobot=10), Kolom("Data Capaian pada Awal Tahun Perencanaan", "awal", bobot=13))
    one = Matrix("uji", "Tabel 0", "Judul", columns, (Baris(Peran.BARIS, (Bilangan(1), KOSONG)),))
    _, sheet = read_xlsx(render_xlsx(one, MADE))
    assert sheet.row_dimensions[3].height >= 4 * 12.5


@pytest.mark.parametrize("text", ["=1+1", "+62 254", "-", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"])
def test_a_text_that_looks_like_a_formula_stays_text(text):
    content = render_xlsx(matrix(Teks(text), Teks(text), KOSONG, Uang(1)), MADE)
    _, sheet = read_xlsx(content)
    assert sheet["A6"].value == text
    assert sheet["A6"].data_type == "s"
    assert sheet["A6"].quotePrefix
    assert b"<f>" not in _sheet_xml(content)


def _sheet_xml(content):
    from zipfile import ZipFile

    return ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_formula_like_titles_and_notes_stay_text():
    one = Matrix("uji", "=1", "=2", KOLOM, (), subjudul=("=3",), sumber="=4", catatan=(Catatan(1, "=5"),))
    book = openpyxl.load_workbook(BytesIO(render_xlsx(one, MADE)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_an_empty_report_says_so_in_every_format():
    one = Matrix("uji", "Tabel 0", "Judul uji", KOLOM, (), kosong="Belum ada baris.")
    assert read_html(render_table(one)).body[0]["cells"][0]["text"] == "Belum ada baris."
    assert read_xlsx(render_xlsx(one, MADE))[1]["A6"].value == "Belum ada baris."
    assert "Belumadabaris." in squeeze(pdf_text(pdf.render_pdf(one, MADE)))
    assert read_json(render_json(one))["baris"] == []


# --- JSON ----------------------------------------------------------------------------


def test_json_keeps_digits_and_says_unknown():
    one = matrix(
        Teks('a"\n'),
        Kosong("–"),
        Sel((Angka(100), Angka(Decimal("1275.5"))), (1,)),
        Uang(10**14),
        catatan=(Catatan(1, "c"),),
        parameter=(Isian("tahun", "Tahun", 2023, "2023"),),
    )
    content = render_json(one)
    assert read_json(content) == {
        "slug": "uji",
        "judul": "Tabel 0 Judul uji",
        "parameter": {"tahun": 2023},
        "kolom": ["kode", "uraian", "target", "pagu"],
        "baris": [
            {
                "jenis": "baris",
                "kode": "",
                "sel": {"kode": 'a"\n', "uraian": None, "target": [100, 1275.5], "pagu": 10**14},
            }
        ],
        "catatan": ["[1] c"],
    }
    assert b"1275.5]" in content


# --- PDF -----------------------------------------------------------------------------


def test_tabel_6_2_on_paper(baseline):
    content = export(build("tabel-6-2"), "pdf")
    reader = PdfReader(BytesIO(content))
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (330, 215)
    assert reader.trailer["/Root"]["/Lang"] == "id"
    assert reader.metadata.title.startswith("Tabel 6.2 Rencana Program")
    texts = [page.extract_text() for page in reader.pages]
    for number, text in enumerate(texts, start=1):
        assert f"Halaman {number} dari {len(texts)}" in text
        assert "Data versi" in text
    # Every page of the table repeats the heads and the column numbers.
    for text in texts[:-1]:
        assert "Akhir Perencanaan" in text
        assert re.search(r"\b18\s+19\b", text)


def _pieces(content):
    """Text on the paper with its size in points, where it begins and where it ends."""
    found = []
    for page in PdfReader(BytesIO(content)).pages:

        def visit(text, cm, tm, font, size):
            scale = abs(cm[3] * tm[3]) or 1
            if text.strip() and size:  # size 0: strings of the footer, drawn nowhere
                found.append((round(size * scale, 2), text))

        page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("slug", ["tabel-6-2", "tabel-2-12", "lkip-anggaran"])
@pytest.mark.parametrize("kertas", ["f4-lanskap", "a4-lanskap"])
def test_no_type_on_paper_is_under_six_points(baseline, slug, kertas):
    sizes = {size for size, _ in _pieces(export(build(slug), "pdf", kertas))}
    assert min(sizes) >= 5.99, sorted(sizes)


@pytest.mark.parametrize("kertas", ["f4-lanskap", "a4-lanskap"])
def test_no_column_of_tabel_6_2_is_cut(baseline, kertas):
    """The widest money of a column is narrower than the column: measured in the font it is set in."""
    from fontTools.ttLib import TTFont

    one = build("tabel-6-2")
    font = TTFont(pdf._ASSETS / "IBMPlexSansCondensed-700.woff2")
    metrics, cmap, em = font["hmtx"], font.getBestCmap(), font["head"].unitsPerEm
    size = 7.0 if kertas == "f4-lanskap" else 6.2
    columns = leaves(one.kolom)
    total = sum(column.bobot for column in columns)
    sheet = (pdf.KERTAS[kertas].lebar - pdf.MARGIN) * 72 / 25.4
    for at, column in enumerate(columns):
        room = column.bobot / total * sheet - 2 * 0.8 * 72 / 25.4
        for row in one.baris:
            cell = row.sel[at]
            figure = cell if isinstance(cell, Uang) else cell.nilai[0] if isinstance(cell, Sel) else None
            if isinstance(figure, Uang):
                width = sum(metrics[cmap[ord(letter)]][0] for letter in shown(figure)) / em * size
                assert width <= room, f"{column.kunci}: {shown(figure)} perlu {width:.1f} pt, ada {room:.1f}"


@pytest.mark.parametrize("slug", ["tabel-6-2", "t-c-27"])
def test_no_code_is_broken_over_two_lines(baseline, slug):
    text = pdf_text(export(build(slug), "pdf"))
    assert [row.kode for row in build(slug).baris if row.kode and row.kode not in text] == []


def test_paper_is_upright_for_narrow_tables(baseline):
    found = {slug: pdf.default_kertas(build(slug)) for slug in ("tabel-4-2", "tabel-7-2", "tabel-6-2", "lkip")}
    assert found == {
        "tabel-4-2": "f4-tegak",
        "tabel-7-2": "f4-tegak",
        "tabel-6-2": "f4-lanskap",
        "lkip": "f4-lanskap",
    }


def test_a_long_title_is_set_in_lines_of_like_length():
    one = Matrix("uji", "Tabel 0", " ".join(["Sepuluh123"] * 11), KOLOM, ())
    lines = pdf_text(pdf.render_pdf(one, MADE, "f4-tegak")).splitlines()
    assert [line.count("Sepuluh123") for line in lines if "Sepuluh123" in line] == [6, 5]


def test_fonts_are_our_own_and_embedded(baseline):
    reader = PdfReader(BytesIO(export(build("tabel-6-2"), "pdf")))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    names = {str(font.get_object()["/BaseFont"]) for font in fonts.values()}
    assert names
    assert all("Plex" in name for name in names), names


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/x.woff2",
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "file://server/share/IBMPlexSansCondensed-400.woff2",
        f"{pdf._ASSETS.as_uri()}/../../../../manage.py",
        f"{pdf._ASSETS.as_uri()}/../plex/LICENSE",
        "data:text/css,body{}",
    ],
)
def test_paper_fetches_nothing_but_its_fonts(url):
    fetcher, _, _ = pdf._engine()
    with pytest.raises(ValueError, match="ditolak"):
        fetcher.fetch(url)


def test_paper_may_fetch_its_fonts():
    fetcher, _, _ = pdf._engine()
    assert fetcher.fetch(f"{pdf._ASSETS.as_uri()}/IBMPlexSansCondensed-400.woff2")


def test_the_same_figures_are_printed_once(monkeypatch):
    caches["pdf"].clear()
    calls = []
    monkeypatch.setattr(pdf, "_write", lambda document, style: calls.append(document) or b"%PDF-uji")
    first = matrix()
    assert pdf.render_pdf(first, MADE) == b"%PDF-uji"
    assert pdf.render_pdf(matrix(), timezone.now()) == b"%PDF-uji"
    assert len(calls) == 1
    # A figure, a parameter or the paper changes: a new file.
    pdf.render_pdf(matrix(Teks("a"), Teks("b"), Angka(1), Uang(1001)), MADE)
    pdf.render_pdf(matrix(parameter=(Isian("tahun", "Tahun", 2023, "2023"),)), MADE)
    pdf.render_pdf(first, MADE, "a4-tegak")
    assert len(calls) == 4
    caches["pdf"].clear()


def test_a_broken_cache_costs_time_not_the_report(monkeypatch):
    class Broken:
        def get(self, key):
            raise EOFError("terpotong")

        def set(self, key, content):
            raise OSError("disk penuh")

    monkeypatch.setattr(pdf, "caches", {"pdf": Broken()})
    assert pdf.render_pdf(matrix(), MADE).startswith(b"%PDF")

"""The dashboard of those who lead, as a browser shows it: charts without barriers, on narrow screens and on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible, sign_in

ADDRESS = "/?tahun=2022"
FILL = """
from indicators.models import Indikator, Realisasi
for kode, kinerja, rupiah in (("IKU-1", 2, None), ("1.6.3", 40, None), ("1.6.3.02.01.1", 1, 2500000)):
    Realisasi.objects.create(
        indikator=Indikator.objects.get(kode=kode), tahun=2022, keadaan="terisi", kinerja=kinerja, rupiah=rupiah,
        faktor_penghambat="Pendamping kurang",
    )
"""


@pytest.fixture(scope="module", autouse=True)
def filled(server):
    """An IKU, a program and a sub kegiatan have their figures of 2022."""
    server.manage("shell", "-c", FILL)


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 1366, "height": 768}, "color_scheme": "light"},
        {"viewport": {"width": 1366, "height": 768}, "color_scheme": "dark"},
        {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
    ],
    ids=["lebar", "gelap", "ponsel"],
)
def test_charts_have_no_barriers_and_fit(new_page, options):
    page = new_page(**options)
    sign_in(page, "pimpinan")
    page.goto(ADDRESS)
    drawings = page.locator("svg.grafik-gambar")
    assert drawings.count() == 11  # two of the bidang, two of the programs, seven IKU
    assert_accessible(page)
    # Nothing is cut off at the edge, and nothing must be scrolled sideways to be read.
    cut = page.evaluate(
        """[...document.querySelectorAll("svg.grafik-gambar")].flatMap((svg) => {
            const frame = svg.getBoundingClientRect();
            if (frame.right > innerWidth) return [svg.getAttribute("aria-label")];
            return [...svg.querySelectorAll("text")].filter((text) => {
                const box = text.getBoundingClientRect();
                return box.right > frame.right + 1 || box.left < frame.left - 1;
            }).map((text) => text.textContent);
        })"""
    )
    assert cut == []


def test_charts_are_read_as_tables_without_script(new_page):
    page = new_page(java_script_enabled=False)
    sign_in(page, "sekretariat")
    page.goto(ADDRESS)
    chart = page.locator("figure", has_text="Capaian per program")
    table = chart.get_by_role("table")
    expect(table).to_be_hidden()
    chart.locator("summary").click()
    expect(table.get_by_role("row", name="1.6.3")).to_contain_text("40,00")
    summary = page.get_by_role("link", name="Ringkasan satu halaman (PDF)").get_attribute("href")
    answer = page.request.get(summary)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_paper_shows_drawings_with_their_figures(page):
    sign_in(page, "pimpinan")
    page.goto(ADDRESS)
    page.emulate_media(media="print")
    chart = page.locator("figure", has_text="Capaian per program")
    expect(chart.locator("svg.grafik-gambar")).to_be_visible()
    expect(chart.locator(".angka-batang", has_text="40,00")).to_be_visible()
    expect(chart.locator("summary")).to_be_hidden()

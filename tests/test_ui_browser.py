"""The pages as a browser shows them: barriers, narrow screens, light and dark."""

import pytest

from tests.browser import assert_accessible, sign_in

PAGES = (
    "/",
    "/?tahun=2022",
    "/renstra/",
    "/renstra/?tingkat=sub&nilai=target&q=anak",
    "/renstra/?q=tidakada",
    "/renstra/daftar/",
    "/renstra/arah/",
    "/renstra/1.6.4.02.01/",
    "/renstra/1.6.5.02.02/",
    "/renstra/renstra-2021-2026-sasaran-1/",
    "/temuan/",
    "/laporan/",
    "/laporan/tabel-6-2/",
)
WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize(
    ("username", "options"),
    [
        ("pimpinan", {"viewport": WIDE, "color_scheme": "light"}),
        ("staf.rehsos", {"viewport": WIDE, "color_scheme": "dark"}),
        ("staf.dayasos", {"viewport": PHONE, "color_scheme": "light"}),
    ],
)
def test_no_barriers_and_no_sideways_page(new_page, username, options):
    page = new_page(**options)
    sign_in(page, username)
    for url in PAGES:
        page.goto(url)
        assert_accessible(page)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{url} lebih lebar {wider} px dari layar"


def test_the_chosen_look_stays_and_paper_is_light(page):
    sign_in(page, "pimpinan")
    page.goto("/")

    def paper():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    light = paper()
    page.get_by_label("Tampilan").select_option("gelap")
    dark = paper()
    assert dark != light
    page.goto("/renstra/")
    assert paper() == dark
    assert page.get_by_label("Tampilan").input_value() == "gelap"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')").strip() == "#17201f"
    page.emulate_media(media="screen", color_scheme="dark")
    page.get_by_label("Tampilan").select_option("terang")
    assert paper() == light


def test_the_keyboard_reaches_content_and_unfolds(page):
    sign_in(page, "pimpinan")
    page.goto("/renstra/?tingkat=program")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Langsung ke isi"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"
    page.get_by_role("link", name="isi 1.6.3", exact=False).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/renstra/?tingkat=program&balik=1.6.3#s-1.6.3")
    assert page.locator("[id='s-1.6.3.02.01']").is_visible()


def test_the_head_of_a_long_table_stays_in_sight(page):
    sign_in(page, "pimpinan")
    page.goto("/renstra/?tingkat=sub")
    page.locator("[id='s-1.6.5.02.02.4']").scroll_into_view_if_needed()
    assert page.evaluate("document.querySelector('.pohon thead th').getBoundingClientRect().top") == 0


@pytest.mark.parametrize("address", ["/tidak/ada/", "/renstra/9.9.9/"])
def test_an_unknown_address_is_our_page_also_on_trial(page, address):
    sign_in(page, "staf.rehsos")
    assert page.goto(address).status == 404
    assert page.get_by_role("heading", name="Halaman tidak ditemukan").is_visible()
    assert page.get_by_role("link", name="Ke rencana").is_visible()
    assert_accessible(page)


def test_pages_read_without_script(new_page):
    page = new_page(java_script_enabled=False)
    sign_in(page, "staf.rehsos")
    page.goto("/renstra/?tingkat=program")
    page.get_by_role("link", name="isi 1.6.4", exact=False).click()
    assert page.locator("[id='s-1.6.4.02.01']").is_visible()
    page.get_by_label("Cari").fill("anak")
    page.get_by_role("button", name="Saring").click()
    assert page.locator("tbody tr").count() > 3

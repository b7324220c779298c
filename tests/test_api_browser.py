"""Making a token and reading the description in a real browser."""

import json
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible, sign_in

PHONE = {"width": 360, "height": 740}


def test_a_person_makes_a_token_that_works_and_revokes_it(page, server):
    sign_in(page, "staf.rehsos")
    page.locator("footer").get_by_role("link", name="API").click()
    page.get_by_role("link", name="Token Anda").click()
    page.get_by_label("Nama").fill("SIPD")
    page.get_by_label("Boleh").select_option("tulis")
    page.get_by_role("button", name="Buat token").click()
    key = page.get_by_label("Token", exact=True).input_value()
    assert_accessible(page)
    request = Request(f"{server.url}/api/v1/saya", headers={"Authorization": f"Bearer {key}"})
    with urlopen(request) as answer:
        assert json.load(answer)["pengguna"] == "staf.rehsos"
    page.goto("/akun/token/")
    expect(page.get_by_label("Token", exact=True)).to_have_count(0)
    row = page.get_by_role("row", name="SIPD")
    expect(row).to_contain_text("Membaca dan menulis")
    row.get_by_role("button", name="Cabut token SIPD").click()
    expect(page.get_by_role("row", name="SIPD")).to_contain_text("dicabut")
    assert key not in server.log


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE, "color_scheme": "dark"}], ids=["wide", "phone-dark"])
def test_the_description_has_no_barrier_and_fits(new_page, options):
    page = new_page(**options)
    sign_in(page, "pimpinan")
    page.goto("/api/")
    page.locator("#realisasi_tulis summary").press("Enter")
    expect(page.locator("#realisasi_tulis")).to_contain_text("Menyimpan sel yang disebut")
    page.locator("#realisasi_tulis").get_by_role("link", name="BarisMasuk").click()
    expect(page.locator("#b-BarisMasuk")).to_be_in_viewport()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto("/akun/token/")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

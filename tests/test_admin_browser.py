"""The admin pages in a real browser: the strict CSP blocks nothing they need (``new_page`` fails on a complaint)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in
from tests.databases import DEMO_PASSWORD


def test_the_administrator_changes_a_pagu_and_finds_it_in_the_trail(page: Page):
    page.goto("/admin/indicators/indikator/")
    page.get_by_label("Nama pengguna").fill("admin")
    page.get_by_label("Sandi").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page).to_have_url("/admin/indicators/indikator/")

    page.locator("#searchbar").fill("1.6.1.02.01")
    page.get_by_role("button", name="Cari").click()
    page.locator("#result_list").get_by_role("link", name="1.6.1.02.01", exact=True).click()

    # The search box of a reference (select2) and one more row of an inline are scripts.
    page.locator(".field-kegiatan .select2-selection").click()
    page.locator(".select2-search__field").fill("Pengadaan")
    expect(page.locator(".select2-results__option").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Tambahkan Target lagi").click()
    expect(page.locator("#id_target-6-tahun")).to_be_visible()
    page.locator("#target-6 .inline-deletelink").click()

    page.locator("#id_target-0-pagu").fill("60.000.000")
    page.get_by_label("Alasan perubahan").fill("Pergeseran anggaran")
    page.get_by_role("button", name="Simpan", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    page.goto("/admin/accounts/jejak/?q=Pergeseran")
    row = page.locator("#result_list tbody tr").first
    expect(row).to_contain_text("56688000")
    expect(row).to_contain_text("60000000")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_the_way_on_the_pages_of_accounts_and_admin(new_page, scheme):
    page = new_page(color_scheme=scheme)
    page.goto("/masuk/")
    assert_accessible(page)
    page.get_by_label("Nama pengguna").fill("tiada")
    page.get_by_label("Sandi").fill("salah")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    sign_in(page, "admin")
    for address in (
        "/sandi/",
        "/keluar/",
        "/admin/",
        "/admin/programs/program/",
        "/admin/indicators/indikator/",
        "/admin/accounts/jejak/",
        "/admin/accounts/user/add/",
    ):
        page.goto(address)
        assert_accessible(page)
    for address in ("/admin/programs/subkegiatan/", "/admin/indicators/indikator/"):
        page.goto(address)
        page.locator("#result_list tbody th a").first.click()
        page.wait_for_url(re.compile("/change/"))
        page.wait_for_function(
            "!document.querySelector('select.admin-autocomplete') "
            "|| document.querySelector('.select2-selection[aria-label]')"
        )
        assert_accessible(page)

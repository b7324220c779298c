"""Deciding about duplicates in a real browser: told while typing, suspected, compared, merged or kept apart."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in
from tests.registry_people import new_nik

STAFF = "staf.fakirmiskin"


def enter(page: Page, nama: str, alamat: str, nik: str = "") -> str:
    """Enter a woman of Margasana; a likeness that is told is looked at and set aside. Her number."""
    page.goto("/pmks/orang/baru/")
    page.get_by_label("Nama", exact=True).fill(nama)
    page.get_by_label("Tanggal lahir").fill("1980-05-01")
    page.get_by_label("Alamat").fill(alamat)
    page.get_by_label("Tahun").first.select_option("2024")
    page.get_by_label("Desa/kelurahan tempat tinggal").select_option(label="Margasana")
    page.get_by_label("24. Fakir Miskin").check()
    page.locator("[name=nik]").fill(nik or new_nik())
    page.get_by_role("button", name="Simpan orang").click()
    box = page.get_by_label("Sudah saya periksa: ini orang lain")
    expect(page.locator("h1")).to_be_visible()
    if box.count():
        box.check()
        page.get_by_role("button", name="Simpan orang").click()
    expect(page.locator("h1 .tingkat-kata")).to_contain_text("Orang no.")
    return re.search(r"\d+", page.locator("h1 .tingkat-kata").inner_text())[0]


def suspicions(page: Page, nama: str):
    page.goto("/pmks/dugaan/?tahun=2024&aturan=kembar")
    return page.locator("table.pm-orang tbody tr").filter(has_text=nama)


def test_likeness_is_told_while_typing_before_anything_is_stored(page):
    sign_in(page, STAFF)
    first = enter(page, "Rukmini", "Kp. Satu")
    page.goto("/pmks/orang/baru/")
    page.get_by_label("Nama", exact=True).press_sequentially("rukmini")
    page.get_by_label("Tanggal lahir").fill("1980-05-01")
    told = page.locator("#pm-mirip")
    expect(told).to_contain_text("orang mirip sudah tercatat")
    expect(told.locator(f"a[href='/pmks/orang/{first}/']")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Nama", exact=True).fill("Seseorang Yang Lain")
    expect(told).not_to_contain_text("orang mirip")


def test_a_nik_is_looked_up_with_its_last_digit(page):
    sign_in(page, STAFF)
    nik = new_nik()
    first = enter(page, "Sumarni", "Kp. Tiga", nik)
    page.goto("/pmks/orang/baru/")
    page.locator("[name=nik]").press_sequentially(nik)
    expect(page.locator(f"#pm-mirip a[href='/pmks/orang/{first}/']")).to_be_visible()


def test_two_are_compared_on_a_phone_without_anything_beyond_the_edge(new_page):
    page = new_page(viewport={"width": 360, "height": 740})
    sign_in(page, STAFF)
    one, two = enter(page, "Hidayatullah Kusuma", "Kp. Satu"), enter(page, "Hidayatullah Kusuma", "Kp. Dua")
    page.goto(f"/pmks/orang/{one}/gabung/?dengan={two}")
    assert page.evaluate("[...document.querySelectorAll('.buku-bungkus')].every(b => b.scrollWidth <= b.clientWidth)")
    assert_accessible(page)


def test_two_suspected_are_compared_and_merged_and_both_stay_in_the_history(page):
    sign_in(page, STAFF)
    one, two = enter(page, "Siti Aminah", "Kp. Satu"), enter(page, "Siti Aminah", "Kp. Dua")
    page.goto("/temuan/?sumber=orang")
    expect(page.locator("main")).to_contain_text(f"Orang no. {one} dan no. {two}, Kec. Kramatwatu")
    expect(page.locator("main")).not_to_contain_text("Siti Aminah")
    assert_accessible(page)
    row = suspicions(page, "Siti Aminah")
    expect(row).to_have_count(1)
    assert_accessible(page)
    row.get_by_role("link", name=re.compile("Periksa")).click()
    expect(page.locator("table.pm-orang tbody tr")).to_have_count(2)
    assert_accessible(page)
    page.get_by_role("link", name="Orang yang sama: gabungkan").click()
    compared = page.locator("table.pm-banding tbody tr").filter(has_text="Alamat")
    expect(compared).to_contain_text("Kp. Satu")
    expect(compared).to_contain_text("Kp. Dua")
    expect(compared).to_contain_text("berbeda")
    assert_accessible(page)
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.get_by_text("Pilih data yang dipertahankan.")).to_be_visible()
    page.get_by_label(f"Siti Aminah (no. {one})").check()
    page.get_by_label("Mengapa keduanya orang yang sama?").fill("KK sama, pindah rumah")
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.locator("main")).to_contain_text(f"No. {two} digabung ke sini")
    expect(page.locator("main")).to_contain_text("KK sama, pindah rumah")
    history = page.locator("[aria-labelledby=riwayat] tbody tr").filter(has_text="digabung")
    expect(history).to_contain_text(f"Orang {two}")
    # The other one's page leads to who was kept; nothing of either is gone, nobody is suspected any more.
    page.goto(f"/pmks/orang/{two}/")
    expect(page.locator("main")).to_contain_text(f"Data no. {two} sudah digabung ke orang ini")
    expect(suspicions(page, "Siti Aminah")).to_have_count(0)


def test_two_who_are_no_duplicates_are_kept_apart_with_a_note(page):
    sign_in(page, STAFF)
    one, two = enter(page, "Kembar Sejati", "Kp. Satu"), enter(page, "Kembar Sejati", "Kp. Satu No 2")
    suspicions(page, "Kembar Sejati").get_by_role("link", name=re.compile("Periksa")).click()
    page.get_by_label("Bukan kesalahan").check()
    page.get_by_role("button", name="Catat keputusan").click()
    expect(page.get_by_text("Tulis alasan keputusan ini.")).to_be_visible()
    page.get_by_label("Bukan kesalahan").check()
    page.get_by_label("Alasan").fill("Saudara kembar, KTP keduanya sudah dilihat.")
    page.get_by_role("button", name="Catat keputusan").click()
    expect(page.locator("main")).to_contain_text("Keputusan tercatat")
    expect(page.locator("table.pm-orang tbody tr").filter(has_text="Kembar Sejati")).to_have_count(0)
    page.get_by_role("link", name="selesai", exact=True).click()
    settled = page.locator("table.pm-orang tbody tr").filter(has_text="Kembar Sejati")
    expect(settled).to_contain_text("Bukan kesalahan")
    settled.get_by_role("link", name=re.compile("Periksa")).click()
    expect(page.locator("main")).to_contain_text("Saudara kembar, KTP keduanya sudah dilihat.")
    for number in (one, two):
        page.goto(f"/pmks/orang/{number}/")
        expect(page.locator("h1")).to_contain_text("Kembar Sejati")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone(new_page, scheme):
    page = new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    sign_in(page, STAFF)
    for address in ("/pmks/dugaan/?tahun=2024&keadaan=semua", "/temuan/?sumber=orang&keadaan=semua"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert_accessible(page)

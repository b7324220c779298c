"""Components, formula and approval in a real browser: typing, two people, another formula, a frozen year."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in

STAFF = "staf.rehsos"
COLLEAGUE = "rekan.rehsos"
PAGE = "/indikator/1.6.4/"


@pytest.fixture(scope="module", autouse=True)
def colleague(server):
    """A second person of the same unit, which the demo accounts do not have."""
    server.manage(
        "shell",
        "-c",
        f"from accounts.models import User; a = User.objects.get(username='{STAFF}'); "
        f"b = User.objects.create(username='{COLLEAGUE}', nama='Budi Hartono', unit=a.unit, password=a.password); "
        "b.groups.set(a.groups.all())",
    )


def open_page(page: Page, username: str = STAFF, address: str = PAGE) -> None:
    sign_in(page, username)
    page.goto(address)


def cell(page: Page, tahun: int, kode: str = "direhabilitasi"):
    return page.locator(f"#i-{tahun}-{kode}")


def test_staff_types_a_component_and_sees_the_percentage_and_why(page):
    open_page(page)
    cell(page, 2021).fill("dua")
    cell(page, 2021).press("Tab")
    expect(page.locator("#k-2021-direhabilitasi .ik-galat")).to_contain_text("bukan angka")
    expect(page.locator("#warta")).to_contain_text("belum tersimpan")
    cell(page, 2021).fill("1.127")
    cell(page, 2021).press("Enter")
    # 1.127 / 11.268 × 100 = 10,0018 %; of the target 7,23 % that is 138,34 %.
    expect(page.locator("#r-2021")).to_have_text("10")
    expect(page.locator("#c-2021")).to_contain_text("138,34")
    expect(page.locator("#s-2021")).to_contain_text("dihitung")
    expect(page.locator("#warta")).to_contain_text("tersimpan: 1.127 Jiwa")
    expect(cell(page, 2021)).to_be_focused()
    cell(page, 2021).press("ArrowDown")
    expect(cell(page, 2022)).to_be_focused()
    page.locator("#r-2021 a").click()
    dialog = page.locator("dialog.kenapa-jendela")
    expect(dialog).to_contain_text("Jumlah PMKS yang telah mendapatkan Rehabilitasi Sosial")
    expect(dialog).to_contain_text("11.268")
    page.keyboard.press("Escape")
    page.goto("/realisasi/2021/")
    row = page.locator("tbody.rl-baris", has_text="Cakupan Rehabilitasi Sosial").first
    expect(row).to_contain_text("dihitung dari komponen")
    expect(row.locator("input[name=kinerja]")).to_have_count(0)


def test_two_people_in_one_cell_choose(new_page):
    mine, theirs = new_page(), new_page()
    open_page(mine)
    open_page(theirs, COLLEAGUE)
    cell(mine, 2023).fill("800")
    cell(mine, 2023).press("Tab")
    expect(mine.locator("#s-2023")).to_contain_text("dihitung")
    cell(theirs, 2023).fill("820")
    cell(theirs, 2023).press("Tab")
    note = theirs.locator("#k-2023-direhabilitasi")
    expect(note).to_contain_text("menyimpan 800 sesudah Anda membuka halaman ini")
    expect(cell(theirs, 2023)).to_have_value("820")
    note.get_by_role("button", name="Pertahankan isian saya").click()
    expect(theirs.locator("#r-2023")).to_have_text("7,28")
    mine.reload()
    expect(cell(mine, 2023)).to_have_value("820")


def test_the_whole_way_from_components_to_a_frozen_year(new_page):
    staff = new_page()
    open_page(staff)
    cell(staff, 2022).fill("815")
    cell(staff, 2022).press("Tab")
    expect(staff.locator("#r-2022")).to_have_text("7,23")

    admin = new_page()
    open_page(admin, "admin", f"{PAGE}rumus/")
    formula = admin.locator("[name=ekspresi]")
    formula.fill("direhabilitas / jumlah_pmks * 100")
    admin.get_by_role("button", name="Pratinjau").click()
    expect(admin.locator(".isian-salah")).to_contain_text("maksud Anda “direhabilitasi”")
    assert_accessible(admin)
    formula.fill("direhabilitasi / (jumlah_pmks + direhabilitasi) * 100")
    admin.locator("[name=berlaku_mulai]").select_option("2022")
    admin.get_by_role("button", name="Pratinjau").click()
    line = admin.locator('#pratinjau tr:has(th:text-is("2022"))')
    # 815 / (11.268 + 815) × 100 = 6,7450 %
    expect(line).to_contain_text("6,75")
    expect(line).to_contain_text("berubah")
    admin.get_by_role("button", name="Simpan rumus").click()
    expect(admin.locator(".isian-salah")).to_contain_text("Tulis alasannya")
    admin.locator("[name=alasan]").fill("Definisi baru dari Bappeda")
    admin.get_by_role("button", name="Simpan rumus").click()
    expect(admin.locator(".pesan")).to_contain_text("Rumus versi 2 berlaku mulai 2022")

    # Approval asks for a row that its unit submitted and the verifikator checked.
    colleague = new_page()
    open_page(colleague, COLLEAGUE)
    colleague.locator("#s-2022").get_by_role("link", name="riwayat").click()
    colleague.get_by_role("button", name="Ajukan ke verifikator").click()
    expect(colleague.locator(".pesan")).to_contain_text("Baris 1.6.4 tahun 2022 diajukan ke verifikator")
    verifikator = new_page()
    open_page(verifikator, "verifikator", "/verifikasi/?tahun=2022&keadaan=diajukan")
    verifikator.get_by_label("Pilih 1.6.4 ").check()
    verifikator.get_by_role("button", name="Verifikasi yang dicentang").click()
    expect(verifikator.locator(".pesan")).to_contain_text("Baris 1.6.4 tahun 2022 diverifikasi dan terkunci")

    pimpinan = new_page()
    open_page(pimpinan, "pimpinan", "/indikator/?tahun=2022")
    assert_accessible(pimpinan)
    pimpinan.get_by_role("button", name="Setujui yang dicentang").click()
    expect(pimpinan.locator(".pesan")).to_contain_text("disetujui dan dibekukan: 1.6.4")

    cell(staff, 2022).fill("900")
    cell(staff, 2022).press("Tab")
    expect(staff.locator("#k-2022-direhabilitasi .ik-galat")).to_contain_text("sudah diverifikasi atau disetujui")
    staff.on("dialog", lambda dialog: dialog.accept())
    staff.reload()
    expect(cell(staff, 2022)).to_have_count(0)
    expect(staff.locator("#r-2022")).to_have_text("6,75")
    expect(staff.locator("#s-2022")).to_contain_text("disetujui")


@pytest.mark.parametrize("width", [1366, 360])
def test_the_pages_are_accessible_and_do_not_scroll_sideways(new_page, width):
    page = new_page(viewport={"width": width, "height": 768})
    sign_in(page, STAFF)
    for address in ("/indikator/", PAGE, "/indikator/1.6.3/"):
        page.goto(address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_without_a_script_a_component_is_a_plain_form(new_page):
    page = new_page(java_script_enabled=False)
    open_page(page, address="/indikator/1.6.3/")
    for kode, teks in (("dipulangkan", "0"), ("jumlah_migran", "0")):
        cell(page, 2024, kode).fill(teks)
        page.locator(f"#k-2024-{kode}").get_by_role("button", name="Simpan").click()
    expect(page.locator("#r-2024")).to_have_text(re.compile("tidak ada kejadian"))
    expect(page.locator("#c-2024")).to_have_text(re.compile("–"))

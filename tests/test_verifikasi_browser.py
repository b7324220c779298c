"""The way of a row through the office in a real browser, with keys and without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in

TAHUN = 2022
BOARD = f"/verifikasi/?tahun={TAHUN}"
FILL = """
from accounts.models import User, Jejak
from indicators.actions import save_realisasi
from indicators.row_record import find_row
from indicators.alur import ambil_langkah
from indicators.entry import Typed
from indicators.models import Indikator
staf = User.objects.get(username='staf.rehsos')
rows = list(Indikator.objects.filter(renstra__kode='renstra-2021-2026', subkegiatan__unit__kode__startswith='rehsos',
    target__tahun=2022, target__target__gt=0, target__pagu__gt=0, ukuran_dari__isnull=True).order_by('id')[:4])
for row in rows:
    done = save_realisasi(staf, row.pk, 2022, Typed(kinerja='1', rupiah='1000'), versi=0, pintu='peramban')
    assert done.outcome == 'tersimpan', done
ambil_langkah(staf, 2022, {row.pk: 1 for row in rows[:3]}, 'ajukan', pintu='peramban')
save_realisasi(staf, rows[0].pk, 2022, Typed(kinerja='2', rupiah='1000'), versi=1, pintu='peramban')
"""


@pytest.fixture(scope="module", autouse=True)
def rows(server):
    """Four rows filled in: three submitted, one of them changed since."""
    server.manage("shell", "-c", FILL)


def open_page(page: Page, username: str, address: str) -> None:
    sign_in(page, username)
    page.goto(address)


def test_a_row_is_returned_mended_verified_and_approved_with_keys_alone(new_page):
    verifikator = new_page()
    open_page(verifikator, "verifikator", BOARD)
    expect(verifikator.locator("h1")).to_contain_text("3 baris menunggu diperiksa")
    verifikator.get_by_role("link", name="3 baris diajukan, Bidang Rehabilitasi Sosial").press("Enter")
    expect(verifikator.locator("h1")).to_contain_text("3 baris diajukan")
    changed = verifikator.locator("tbody tr", has_text="berubah sesudah diajukan")
    expect(changed).to_have_count(1)
    expect(changed.locator(".al-beda")).to_contain_text("Realisasi kinerja")
    assert_accessible(verifikator)
    boxes = verifikator.locator("input[name=baris]")
    boxes.nth(1).focus()
    verifikator.keyboard.press("Space")
    back = verifikator.get_by_role("button", name="Kembalikan yang dicentang")
    back.press("Enter")
    expect(verifikator.locator(".galat")).to_contain_text("Tulis alasannya")
    expect(boxes.nth(1)).to_be_checked()
    verifikator.get_by_label("Catatan untuk unit").fill("Cocokkan dengan berita acara")
    back.press("Enter")
    expect(verifikator.locator(".pesan")).to_contain_text("dikembalikan ke unit")

    staff = new_page()
    open_page(staff, "staf.rehsos", f"/?tahun={TAHUN}")
    expect(staff.locator("#tugas + ul")).to_contain_text("1 baris tahun 2022 dikembalikan untuk diperbaiki")
    expect(staff.locator(".akun-jumlah")).to_have_text("1")
    staff.goto("/pemberitahuan/")
    staff.get_by_role("button", name=re.compile("mengembalikan baris")).press("Enter")
    expect(staff.locator(".al-jalan")).to_contain_text("Cocokkan dengan berita acara")
    assert_accessible(staff)
    staff.get_by_label("Komentar baru").fill("Sudah dicocokkan")
    staff.get_by_role("button", name="Kirim komentar").press("Enter")
    expect(staff.locator(".al-komentar")).to_contain_text("Sudah dicocokkan")
    staff.get_by_role("button", name="Ajukan ke verifikator").press("Enter")
    expect(staff.locator(".pesan")).to_contain_text("diajukan ke verifikator")

    verifikator.goto(f"{BOARD}&unit=rehsos&keadaan=diajukan")
    verifikator.get_by_role("button", name="Verifikasi semua 3 baris di atas").press("Enter")
    expect(verifikator.locator(".pesan")).to_contain_text("3 baris tahun 2022 diverifikasi dan terkunci")

    pimpinan = new_page()
    open_page(pimpinan, "pimpinan", f"/?tahun={TAHUN}")
    pimpinan.get_by_role("link", name="3 baris tahun 2022 menunggu persetujuan Anda").press("Enter")
    pimpinan.get_by_role("button", name="Setujui semua 3 baris di atas").press("Enter")
    expect(pimpinan.locator(".pesan")).to_contain_text("3 baris tahun 2022 disetujui dan dibekukan")
    staff.reload()
    expect(staff.locator("main")).to_contain_text("Disetujui")
    expect(staff.get_by_role("button", name="Ajukan ke verifikator")).to_have_count(0)


@pytest.mark.parametrize("width", [1366, 360])
def test_the_pages_are_accessible_and_do_not_scroll_sideways(new_page, width):
    page = new_page(viewport={"width": width, "height": 768})
    sign_in(page, "sekretariat")
    for address in (BOARD, f"{BOARD}&unit=rehsos", f"/periode/?tahun={TAHUN}", "/pemberitahuan/"):
        page.goto(address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto(f"{BOARD}&unit=rehsos")
    page.locator("tr:has(.al-beda) th a").first.click()
    expect(page.locator(".al-beda")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    page.context.clear_cookies()
    open_page(page, "staf.rehsos", f"/realisasi/{TAHUN}/anggaran-kas/")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_periods_and_quarter_targets_work_without_a_script(new_page):
    page = new_page(java_script_enabled=False)
    open_page(page, "sekretariat", f"/periode/?tahun={TAHUN}&triwulan=1")
    page.get_by_label("Hari terakhir").fill("2022-04-15")
    page.get_by_role("button", name="Simpan tanggal").click()
    expect(page.locator("#atur")).to_contain_text("ditutup")
    page.get_by_label("Unit kerja").select_option(label="Bidang Rehabilitasi Sosial")
    page.get_by_label("Sampai dengan").fill("2040-01-01")
    page.get_by_role("button", name="Beri perpanjangan").click()
    expect(page.locator(".galat")).to_contain_text("Tulis alasan")
    page.get_by_label("Alasan").fill("Listrik padam")
    page.get_by_role("button", name="Beri perpanjangan").click()
    expect(page.locator("main")).to_contain_text("Listrik padam")

    staff = new_page(java_script_enabled=False)
    open_page(staff, "staf.rehsos", f"/realisasi/{TAHUN}/anggaran-kas/")
    cell = staff.locator("input[name$=target_1]").first
    cell.fill("12.34")
    cell.press("Enter")
    expect(staff.locator(".galat").first).to_contain_text("bisa berarti")
    cell.fill("12,5")
    cell.press("Enter")
    expect(staff.locator(".pesan")).to_contain_text("tersimpan")
    expect(cell).to_have_value("12,5")

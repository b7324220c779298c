"""Services in a real browser: files behind one, one for many people, freezing counts; phone, no script, axe."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible, sign_in
from tests.bukti_files import JPG, PDF

STAFF, HEAD = "staf.linjamsos", "pimpinan"
ENTER = """
from tests.registry_people import person
for at in range(60):
    print(person(f"Penerima {at:02d}", actor="staf.linjamsos").pk)
"""


@pytest.fixture(scope="module", autouse=True)
def people(server):
    done = server.manage("shell", "--no-imports", "-c", ENTER)
    return done.stdout.split()


def fits(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def fill_service(page, what: str) -> None:
    page.get_by_label("Sub kegiatan").select_option(index=1)
    page.get_by_label("Tanggal layanan").fill("2024-03-01")
    page.get_by_label("Jenis layanan").fill(what)


def test_ticks_outlive_turning_the_page_and_one_save_serves_them_all(page):
    sign_in(page, STAFF)
    page.goto("/pmks/orang/")
    for name in ("Penerima 00", "Penerima 01"):
        page.get_by_label(f"Pilih {name}").check()
    expect(page.locator("#pm-terpilih")).to_have_text("2")
    assert_accessible(page)
    page.get_by_role("link", name="Berikutnya").click()
    page.get_by_role("button", name="Pilih semua di halaman ini").click()
    expect(page.locator("#pm-terpilih")).to_have_text("12")
    page.get_by_role("link", name="Sebelumnya").click()
    expect(page.get_by_label("Pilih Penerima 00")).to_be_checked()
    page.get_by_label("Pilih Penerima 01").uncheck()
    expect(page.locator("#pm-terpilih")).to_have_text("11")
    page.get_by_role("button", name="Beri layanan kepada yang dipilih").click()
    expect(page.locator("h1")).to_contain_text("Layanan untuk 11 orang terpilih")
    assert_accessible(page)
    fill_service(page, "paket sembako")
    page.get_by_label(re.compile("Penerima 59")).uncheck()
    page.get_by_role("button", name="Periksa dahulu").click()
    expect(page.locator("h1")).to_contain_text("Layanan untuk 10 orang terpilih")
    assert_accessible(page)
    page.get_by_role("button", name="Simpan layanan untuk 10 orang").dblclick()
    expect(page.locator("main")).to_contain_text(re.compile("Layanan tercatat untuk 10 orang|Untuk 10 orang layanan"))
    page.get_by_role("link", name="Penerima 00").click()
    expect(page.locator("table").first).to_contain_text("paket sembako")
    # Who had it already is told on the next round, and changing the form brings them back.
    page.get_by_role("button", name="Masukkan ke pilihan").click()
    page.get_by_role("link", name="Orang", exact=True).click()
    page.get_by_label("Pilih Penerima 02").check()
    page.get_by_role("button", name="Beri layanan kepada yang dipilih").click()
    fill_service(page, "paket sembako")
    page.get_by_role("button", name="Periksa dahulu").click()
    expect(page.locator("main")).to_contain_text("Tidak dicatat: 1 orang")
    expect(page.locator("main")).to_contain_text("Sudah tercatat")
    page.get_by_role("button", name="Ubah isian").click()
    expect(page.locator("h1")).to_contain_text("Layanan untuk 2 orang terpilih")
    expect(page.get_by_label("Jenis layanan")).to_have_value("paket sembako")


def test_a_photograph_is_added_opened_and_removed(page, people):
    sign_in(page, STAFF)
    page.goto(f"/pmks/orang/{people[20]}/layanan/")
    fill_service(page, "kursi roda")
    page.get_by_label("Berkas bukti").set_input_files({"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": JPG})
    expect(page.locator(".bk-warta")).to_contain_text("1 berkas dipilih")
    assert_accessible(page)
    page.get_by_role("button", name="Simpan layanan").click()
    page.get_by_role("link", name=re.compile("1 berkas")).click()
    assert_accessible(page)
    page.get_by_label("Berkas", exact=True).set_input_files(
        {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_label("Keterangan").fill("tanda terima")
    page.get_by_role("button", name="Unggah").click()
    expect(page.locator(".bk-daftar > li")).to_have_count(2)
    with page.expect_download() as saved:
        page.get_by_role("link", name="surat.pdf").click()
    assert saved.value.path().read_bytes() == PDF
    page.get_by_label("Hapus berkas foto.jpg").click()
    assert_accessible(page)
    page.get_by_label("Alasan dihapus").first.fill("foto orang lain")
    page.get_by_role("button", name="Hapus berkas ini").first.click()
    expect(page.locator(".bk-daftar > li")).to_have_count(1)
    page.goto(f"/pmks/orang/{people[20]}/")
    page.locator("summary").last.click()
    expect(page.locator("main")).to_contain_text("foto orang lain")
    assert_accessible(page)


def test_without_a_script_people_are_chosen_served_and_a_file_is_added(new_page, people):
    page = new_page(java_script_enabled=False)
    sign_in(page, STAFF)
    page.goto("/pmks/orang/")
    page.get_by_label("Pilih Penerima 30").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    page.get_by_label("Pilih Penerima 31").check()
    page.get_by_role("button", name="Beri layanan kepada yang dipilih").click()
    expect(page.locator("h1")).to_contain_text("Layanan untuk 2 orang terpilih")
    fill_service(page, "selimut")
    page.get_by_role("button", name="Periksa dahulu").click()
    page.get_by_role("button", name="Simpan layanan untuk 2 orang").click()
    expect(page.locator("main")).to_contain_text("Layanan tercatat untuk 2 orang.")
    page.goto(f"/pmks/orang/{people[30]}/")
    page.get_by_role("link", name=re.compile("Tambah berkas")).click()
    page.get_by_label("Berkas", exact=True).set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": JPG}
    )
    page.get_by_role("button", name="Unggah").click()
    expect(page.locator("main")).to_contain_text("1 berkas bukti tersimpan.")


def test_the_head_freezes_the_counts_of_a_year(page):
    sign_in(page, HEAD)
    page.goto("/pmks/?tahun=2024")
    page.get_by_role("link", name="Tetapkan jumlah 2024").click()
    expect(page.get_by_role("row", name=re.compile("24. Fakir Miskin"))).to_contain_text("60")
    assert_accessible(page)
    page.get_by_role("button", name="Tetapkan jumlah 2024").click()
    expect(page.locator("main")).to_contain_text("Centang dahulu")
    assert_accessible(page)
    page.get_by_label("Sudah saya periksa").check()
    page.get_by_role("button", name="Tetapkan jumlah 2024").click()
    expect(page.locator("main")).to_contain_text("Jumlah PMKS 2024 ditetapkan: 28 jumlah berubah.")
    expect(page.locator("main")).to_contain_text("Data menurut nama, ditetapkan")
    assert_accessible(page)
    page.goto("/laporan/tabel-3-1/?tahun=2024")
    expect(page.locator("main")).to_contain_text(re.compile("ditetapkan", re.IGNORECASE))
    assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone(new_page, people, scheme):
    page = new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    sign_in(page, STAFF)
    page.goto("/pmks/orang/")
    page.get_by_label("Pilih Penerima 40").check()
    expect(page.locator("#pm-terpilih")).to_have_text("1")
    fits(page)
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Beri layanan kepada yang dipilih").click()
    fits(page)
    assert_accessible(page)
    fill_service(page, f"minyak {scheme}")
    with page.expect_navigation():
        page.get_by_role("button", name="Periksa dahulu").click()
    fits(page)
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Simpan layanan untuk 1 orang").click()
    page.goto(f"/pmks/orang/{people[40]}/")
    fits(page)
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("Tambah berkas")).first.click()
    fits(page)
    assert_accessible(page)
    page.context.clear_cookies()
    sign_in(page, HEAD)
    page.goto("/pmks/tetapkan/2024/")
    fits(page)
    assert_accessible(page)

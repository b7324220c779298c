"""Taking the workbook, filling it in, sending it back, as a person does in a browser."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in

STAFF = "staf.rehsos"


def take(page: Page, folder: Path, tahun: int) -> Path:
    page.goto(f"/realisasi/{tahun}/berkas/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Ambil berkas (XLSX)").click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def rows(file: Path) -> list[int]:
    """Rows of sub kegiatan: their money is open."""
    sheet = load_workbook(file)["Realisasi"]
    return [number for number in range(2, sheet.max_row + 1) if not sheet[f"I{number}"].protection.locked]


def type_into(file: Path, cells: dict) -> None:
    book = load_workbook(file)
    for place, value in cells.items():
        book["Realisasi"][place] = value
    book.save(file)


def send(page: Page, file: Path) -> None:
    page.get_by_label("yang sudah diisi").set_input_files(file)
    page.get_by_role("button", name="Periksa berkas").click()


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["script", "tanpa-script"])
def test_take_fill_in_send_mend_and_store(new_page, tmp_path, options):
    tahun = 2022 if not options else 2023
    page = new_page(**options)
    sign_in(page, STAFF)
    file = take(page, tmp_path, tahun)
    assert file.name == f"realisasi-{tahun}-rehsos.xlsx"
    first, second = rows(file)[:2]
    type_into(file, {f"H{first}": 88, f"I{first}": "1.250.000", f"H{second}": "banyak"})
    send(page, file)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 sel ditolak, belum ada yang disimpan")
    refused = page.get_by_role("region", name="Sel yang ditolak").get_by_role("row").nth(1)
    expect(refused).to_contain_text(f"Realisasi!H{second}")
    expect(refused).to_contain_text("banyak")
    expect(page.get_by_role("button", name="Simpan")).to_have_count(0)
    page.get_by_role("link", name="kirim lagi").click()
    type_into(file, {f"H{second}": "nihil"})
    send(page, file)
    expect(page.get_by_role("heading", level=1)).to_have_text("3 sel akan berubah di 2 baris")
    changes = page.get_by_role("region", name="Sel yang akan berubah")
    expect(changes.get_by_role("row")).to_have_count(4)
    expect(changes).to_contain_text("1.250.000")
    page.get_by_role("button", name="Simpan 3 perubahan").click()
    expect(page.get_by_role("status").first).to_contain_text("3 sel di 2 baris")
    again = load_workbook(take(page, tmp_path, tahun))["Realisasi"]
    assert (again[f"H{first}"].value, again[f"I{first}"].value) == (88, 1_250_000)
    assert again[f"H{second}"].value == "tidak ada kejadian"


@pytest.mark.parametrize(
    "options",
    [{}, {"viewport": {"width": 360, "height": 740}}, {"color_scheme": "dark"}],
    ids=["lebar", "ponsel", "gelap"],
)
def test_the_pages_are_accessible_and_nothing_runs_out_of_them(new_page, tmp_path, options):
    page = new_page(**options)
    sign_in(page, STAFF)
    file = take(page, tmp_path, 2024)
    assert_accessible(page)
    first, second = rows(file)[:2]
    type_into(
        file, {f"H{first}": "banyak sekali " * 5, f"I{second}": 10**13, f"J{second}": "Sebab yang panjang. " * 20}
    )
    send(page, file)
    expect(page.get_by_role("heading", level=1)).to_contain_text("ditolak")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="Tutup").click()
    expect(page.get_by_role("status").first).to_contain_text("tidak ada yang disimpan")


def test_a_wrong_file_is_named_beside_the_form(page, tmp_path):
    sign_in(page, STAFF)
    page.goto("/realisasi/2025/berkas/")
    wrong = tmp_path / "nota.xlsx"
    wrong.write_text("bukan excel")
    send(page, wrong)
    expect(page.get_by_role("alert")).to_contain_text("nota.xlsx tidak diterima. Berkas ini bukan buku kerja Excel.")
    assert_accessible(page)


def test_who_only_reads_takes_a_sheet_a_unit(page, tmp_path):
    sign_in(page, "verifikator")
    file = take(page, tmp_path, 2022)
    assert file.name == "realisasi-2022.xlsx"
    assert len(load_workbook(file).sheetnames) == 6
    expect(page.get_by_label("yang sudah diisi")).to_have_count(0)
    assert_accessible(page)

"""The registry in a real browser: import with progress and mending, finding, entering, deciding; phone, keyboard."""

import csv
import os
import re
import signal
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in
from tests.databases import ROOT, process_env

STAFF = "staf.fakirmiskin"
HEAD = "nik;no_kk;nama;jenis_kelamin;tanggal_lahir;kategori;kode_desa;alamat"
NIK = "3604054105801234"
GOOD = f"{NIK};3604051204100007;Siti Rohmah;P;1980-05-01;24;36.04.05.2001;Kp. Baru"
BAD = "36040541058;;Neneng Salah;P;1980-05-01;24;36.04.05.2001;"


@pytest.fixture(scope="module", autouse=True)
def worker(server):
    """The process that does what pages put into the queue."""
    env = process_env(server.database_url) | {"MEDIA_ROOT": str(server.directory / "media")} | server.env
    command = [*("setpriv", "--pdeathsig", "TERM"), sys.executable, "manage.py", "pekerja"]
    log = (server.directory / "worker.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    yield
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    log.close()


def upload(page: Page, path) -> None:
    page.goto("/pmks/impor/")
    page.get_by_label("Tahun data").select_option("2024")
    page.locator("[name=berkas]").set_input_files(path)
    page.get_by_role("button", name="Unggah dan periksa").click()


def begin(page: Page) -> None:
    page.get_by_role("button", name="Mulai impor").click()
    expect(page.locator("#pm-kemajuan")).to_contain_text("selesai", timeout=60_000)


def test_a_file_is_imported_its_refused_row_mended_and_imported_again(page, tmp_path):
    sign_in(page, STAFF)
    file = tmp_path / "orang.csv"
    file.write_text("\n".join([HEAD, GOOD, BAD]))
    upload(page, file)
    expect(page.locator("main")).to_contain_text("NIK harus 16 angka, tertulis 11")
    expect(page.locator("main")).not_to_contain_text(NIK)
    assert_accessible(page)
    begin(page)
    assert_accessible(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Unduh baris yang ditolak").click()
    rows = list(csv.reader(saved.value.path().read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert (len(rows), rows[1][2], rows[0][-1]) == (2, "Neneng Salah", "alasan")
    rows[1][0] = "3604054105801235"
    mended = tmp_path / "perbaikan.csv"
    mended.write_text("\n".join(";".join(row) for row in rows))
    upload(page, mended)
    begin(page)
    numbers = page.locator("#pm-kemajuan dl")
    expect(numbers).to_contain_text(re.compile(r"Baru\s*1"))
    expect(numbers).to_contain_text(re.compile(r"Ditolak\s*0"))
    page.get_by_role("link", name="Lihat hitungannya").click()
    expect(page.locator("h1")).to_contain_text("2024")
    assert_accessible(page)


def test_a_person_is_found_by_name_and_by_nik_without_either_in_the_address(page):
    sign_in(page, STAFF)
    page.goto("/pmks/orang/")
    assert_accessible(page)
    page.get_by_label("Cari nama atau NIK").fill("roh sit")
    page.keyboard.press("Enter")
    expect(page.locator("table.pm-orang tbody tr")).to_have_count(1)
    assert "roh" not in page.url
    page.get_by_label("Cari nama atau NIK").fill(NIK)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Siti Rohmah")
    assert NIK not in page.url
    expect(page.locator("main")).not_to_contain_text(NIK)
    assert_accessible(page)
    page.get_by_role("link", name="Buka utuh").click()
    page.get_by_label("Untuk apa NIK dibuka?").fill("mencocokkan dengan KTP")
    page.get_by_role("button", name="Perlihatkan dan catat").click()
    expect(page.locator("main")).to_contain_text(NIK)


def test_no_name_or_number_of_a_search_is_in_the_log(page, server):
    sign_in(page, STAFF)
    page.goto("/pmks/orang/")
    page.get_by_label("Cari nama atau NIK").fill("rohmah")
    page.keyboard.press("Enter")
    expect(page.locator("table.pm-orang tbody tr")).to_have_count(1)
    worker_log = (server.directory / "worker.log").read_text(errors="replace")
    for secret in ("rohmah", "Rohmah", NIK):
        assert secret not in server.log + worker_log


def test_likeness_is_told_while_typing_and_a_double_is_merged(page):
    sign_in(page, STAFF)
    page.goto("/pmks/orang/baru/")
    page.get_by_label("Nama", exact=True).fill("Siti Rohmah")
    page.get_by_label("Tanggal lahir").fill("1980-05-01")
    expect(page.locator("#pm-mirip")).to_contain_text("orang mirip sudah tercatat")
    page.get_by_label("Desa/kelurahan tempat tinggal").select_option(label="Margasana")
    page.get_by_label("24. Fakir Miskin").check()
    page.get_by_role("button", name="Simpan orang").click()
    expect(page.get_by_text("Belum tersimpan: ada orang yang mirip")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Sudah saya periksa: ini orang lain").check()
    page.get_by_role("button", name="Simpan orang").click()
    expect(page.locator("h1")).to_contain_text("Siti Rohmah")
    page.get_by_role("link", name="Gabungkan").click()
    page.locator(".daftar-garis a").first.click()
    assert_accessible(page)
    page.get_by_label(re.compile("Siti Rohmah")).first.check()
    page.get_by_label("Mengapa keduanya orang yang sama?").fill("alamat dan KK sama")
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.locator("main")).to_contain_text("digabung ke sini")
    page.get_by_role("link", name="Pisahkan kembali").click()
    page.get_by_label("Mengapa penggabungan dibatalkan?").fill("ternyata saudara kembar")
    page.get_by_role("button", name="Pisahkan").click()
    expect(page.locator("main")).to_contain_text("Dibatalkan")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone(new_page, scheme):
    page = new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    sign_in(page, STAFF)
    for address in ("/pmks/", "/pmks/orang/", "/pmks/orang/baru/", "/pmks/impor/", "/pmks/orang/ekspor/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert_accessible(page)


def test_without_a_script_a_person_is_found_and_entered(new_page):
    page = new_page(java_script_enabled=False)
    sign_in(page, STAFF)
    page.goto("/pmks/orang/")
    page.get_by_label("Cari nama atau NIK").fill("neneng")
    page.get_by_role("button", name="Cari").click()
    page.get_by_role("link", name="Neneng Salah").click()
    expect(page.locator("h1")).to_contain_text("Neneng Salah")
    page.goto("/pmks/orang/baru/")
    page.get_by_label("Nama", exact=True).fill("Mak Icih")
    page.get_by_label("Tanggal lahir").fill("1950-02-03")
    page.get_by_label("Desa/kelurahan tempat tinggal").select_option(label="Margasana")
    page.get_by_label("24. Fakir Miskin").check()
    page.get_by_role("button", name="Simpan orang").click()
    expect(page.locator("h1")).to_contain_text("Mak Icih")

"""Evidence as a person attaches it: upload, download back, too large, without script, on a phone, by keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible, sign_in
from tests.bukti_files import EXE, JPG, PDF

CAPTION = "Daftar hadir bimbingan, 12 Mei"


@pytest.fixture(scope="module")
def address(server):
    """The page of a row of the Bidang Rehabilitasi Sosial."""
    code = (
        "from indicators.models import Indikator as I;"
        "print(I.objects.filter(subkegiatan__unit__kode__startswith='rehsos').order_by('pk')[0].pk)"
    )
    pk = server.manage("shell", "--no-imports", "-c", code).stdout.strip()
    return f"/realisasi/2022/bukti/{pk}/"


def payload(name, content, mime="application/octet-stream"):
    return {"name": name, "mimeType": mime, "buffer": content}


def test_a_pdf_goes_up_and_comes_back_as_it_was(page, address, server):
    sign_in(page, "staf.rehsos")
    page.goto(address)
    assert_accessible(page)
    page.get_by_label("Berkas", exact=True).set_input_files(
        [payload("daftar hadir.pdf", PDF), payload("foto.jpg", JPG)]
    )
    expect(page.get_by_text("2 berkas dipilih")).to_be_visible()
    page.locator("form", has=page.get_by_role("button", name="Unggah")).get_by_label("Keterangan").fill(CAPTION)
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_text("daftar hadir.pdf tersimpan.")).to_be_visible()
    expect(page.get_by_text("utuh")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="daftar hadir.pdf").click()
    assert download.value.suggested_filename == "daftar hadir.pdf"
    assert Path(download.value.path()).read_bytes() == PDF
    # Under a name nobody can guess, in the folder of the site, which it hands out at no other address.
    [stored] = (server.directory / "media").rglob("*.pdf")
    assert page.request.get(f"/{stored.relative_to(server.directory)}").status == 404


def test_a_file_that_lies_about_its_type_is_refused_with_the_reason(page, address):
    sign_in(page, "staf.rehsos")
    page.goto(address)
    page.get_by_label("Berkas", exact=True).set_input_files(payload("laporan.pdf", EXE, "application/pdf"))
    page.locator("form", has=page.get_by_role("button", name="Unggah")).get_by_label("Keterangan").fill("Laporan")
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_role("alert")).to_contain_text("laporan.pdf ditolak: isinya program Windows")
    assert_accessible(page)


def test_a_file_that_is_too_large_is_said_before_it_is_sent(page, address):
    sign_in(page, "staf.rehsos")
    page.goto(address)
    page.get_by_label("Berkas", exact=True).set_input_files(payload("pindaian.pdf", PDF.ljust(11_000_000)))
    page.locator("form", has=page.get_by_role("button", name="Unggah")).get_by_label("Keterangan").fill("Pindaian")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_role("status").filter(has_text="Terlalu besar")).to_contain_text("pindaian.pdf (10,5 MB)")
    assert not sent


def test_without_a_script_a_file_is_uploaded_replaced_and_taken_away(new_page, address):
    page = new_page(java_script_enabled=False)
    sign_in(page, "staf.rehsos")
    page.goto(f"{address}?triwulan=3")
    form = page.locator("form", has=page.get_by_role("button", name="Unggah"))
    form.locator("[name=berkas]").set_input_files(payload("tw3.pdf", PDF))
    form.locator("[name=keterangan]").fill("Laporan triwulan")
    form.get_by_role("button", name="Unggah").click()
    item = page.locator(".bk-daftar > li", has_text="tw3.pdf").first
    item.locator("summary", has_text="Ganti").click()
    item.locator("[name=berkas]").set_input_files(payload("tw3 baru.pdf", PDF + b" "))
    item.get_by_role("button", name="Ganti bukti").click()
    expect(page.get_by_text("tw3 baru.pdf tersimpan.")).to_be_visible()
    item = page.locator(".bk-daftar > li", has_text="tw3 baru.pdf").first
    item.locator("summary", has_text="Cabut").click()
    item.locator("[name=alasan]").fill("Salah triwulan")
    item.get_by_role("button", name="Cabut bukti").click()
    expect(page.get_by_text("tw3 baru.pdf dicabut.")).to_be_visible()
    expect(page.get_by_text("Belum ada bukti", exact=True)).to_be_visible()


def test_on_a_phone_everything_fits_and_the_keyboard_reaches_it(new_page, address):
    page = new_page(viewport={"width": 360, "height": 740})
    sign_in(page, "staf.rehsos")
    page.goto(address)
    details = page.locator("details", has_text="Atau tambahkan tautan")
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("https://drive.example.go.id/" + "sangat-panjang-" * 8)
    page.keyboard.press("Tab")
    page.keyboard.type("Album foto")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Album foto")).to_be_visible()
    for summary in page.locator(".bk-tindakan summary").all():
        summary.click()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    assert_accessible(page)


def test_a_stranger_gets_neither_page_nor_file(new_page, address):
    page = new_page()
    sign_in(page, "staf.dayasos")
    assert page.goto(address).status == 404

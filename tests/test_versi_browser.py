"""A perubahan in the browser, from the first click to both versions on paper."""

import re

from playwright.sync_api import expect

from tests.browser import assert_accessible, sign_in

SUB = "1.6.4.02.01.1"
ENDED = "1.6.1.02.01.4"


def row_link(page, kode):
    return page.get_by_role("link", name=f"ubah {kode}", exact=True)


def test_a_perubahan_from_draft_to_both_versions_on_paper(page):
    # Realisasi typed before there is a perubahan.
    sign_in(page, "staf.rehsos")
    page.goto("/realisasi/2022/")
    typed = page.locator("tbody.rl-isian", has_text=SUB).filter(has=page.locator("input[name=rupiah]")).first
    typed.locator("input[name=kinerja]").fill("400")
    typed.locator("input[name=rupiah]").fill("300.000.000")
    page.locator("h1").click()
    expect(typed.locator(".rl-kata")).to_have_text("terisi")
    page.reload()
    expect(typed.locator("input[name=rupiah]")).to_have_value("300.000.000")
    page.goto("/renstra/versi/")
    expect(page.get_by_role("button", name="Buat perubahan")).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("button", name="Keluar").click()

    sign_in(page, "admin")
    page.goto("/renstra/")
    page.get_by_role("link", name="Versi Renstra").click()
    page.get_by_label("Alasan perubahan").fill("Penyesuaian RPJMD")
    page.get_by_role("button", name="Buat perubahan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("perubahan ke-1")
    assert_accessible(page)

    # A pagu: a wrong figure is refused at its box and nothing typed is lost; then it is stored.
    row_link(page, SUB).click()
    expect(page.get_by_label("Pagu 2024")).to_have_value("359.345.000")
    page.get_by_label("Pagu 2024").fill("123.45")
    page.get_by_label("Alasan perubahan baris ini").fill("Pagu RKPD 2024")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_label("Pagu 2024")).to_have_value("123.45")
    expect(page.locator(".galat")).to_contain_text("bisa berarti")
    assert_accessible(page)
    page.get_by_label("Pagu 2024").fill("123.456.789")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Tersimpan.")).to_be_visible()
    expect(page.get_by_text("semula 359.345.000")).to_be_visible()
    assert_accessible(page)

    # A row that ends.
    page.get_by_role("link", name="Kembali ke daftar baris").click()
    row_link(page, ENDED).click()
    page.get_by_label("Akhiri sejak tahun").select_option("2025")
    page.get_by_label("Alasan", exact=True).first.fill("Digabung")
    page.get_by_role("button", name="Akhiri").click()
    expect(page.get_by_text("Berakhir sejak 2025; lanjutkan dahulu")).to_be_visible()
    assert_accessible(page)

    # Determination.
    page.goto("/renstra/versi/renstra-2021-2026-p1/")
    page.get_by_label("Nomor keputusan").fill("050/12/2023")
    page.get_by_label("Tanggal penetapan").fill("2023-03-01")
    page.get_by_role("button", name=re.compile("^Tetapkan")).click()
    expect(page.get_by_text("ditetapkan dan sekarang berlaku")).to_be_visible()
    assert_accessible(page)

    # What changed.
    page.get_by_role("link", name="apa yang berubah").click()
    table = page.locator("table")
    expect(table).to_contain_text("Pagu RKPD 2024")
    expect(table).to_contain_text("Digabung")
    line = page.locator("tr", has_text="Pagu (Rp) 2024").filter(has_text=SUB).filter(has_text="Penyediaan")
    expect(line).to_contain_text("359.345.000")
    expect(line).to_contain_text("123.456.789")
    expect(line).to_contain_text("-235.888.211")
    assert_accessible(page)

    # What was typed before stands in the new version.
    page.goto(f"/renstra/{SUB}/")
    expect(page.get_by_role("row", name=re.compile("^2022"))).to_contain_text("300.000.000")

    # Each version prints its own figures, by name and by date.
    for address, there, gone in (
        ("/laporan/tabel-6-2/", "123.456.789", "1.118.345.000"),
        ("/laporan/tabel-6-2/?renstra=renstra-2021-2026", "1.118.345.000", "123.456.789"),
        ("/laporan/tabel-6-2/?per=2022-05-01", "1.118.345.000", "123.456.789"),
    ):
        page.goto(address)
        expect(page.locator("table")).to_contain_text(there)
        expect(page.locator("table")).not_to_contain_text(gone)
    page.goto(f"/renstra/{SUB}/?renstra=renstra-2021-2026")
    expect(page.get_by_text("Anda membaca induk")).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/renstra/versi/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(page)

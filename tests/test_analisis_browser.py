"""Writing the analysis in a real browser: saved as one types, a conflict with a second browser, the PDF of it all."""

from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in


def test_the_sekretariat_writes_and_exports(new_page):
    page: Page = new_page(viewport={"width": 1366, "height": 768})
    sign_in(page, "sekretariat")
    page.goto("/analisis/2022/")
    assert_accessible(page)
    part = page.get_by_role("region", name="Cakupan Rehabilitasi Sosial")
    part.get_by_label("Penyebab keberhasilan atau kegagalan").fill("Kerja sama dengan desa")
    expect(part.get_by_role("status")).to_contain_text("tersimpan")
    expect(part.get_by_role("status")).to_contain_text("Sekretariat")

    other: Page = new_page(viewport={"width": 360, "height": 740})
    sign_in(other, "sekretariat")
    other.goto("/analisis/2022/")
    assert_accessible(other)
    theirs = other.get_by_role("region", name="Cakupan Rehabilitasi Sosial")
    expect(theirs.get_by_label("Penyebab keberhasilan atau kegagalan")).to_have_value("Kerja sama dengan desa")

    part.get_by_label("Penyebab keberhasilan atau kegagalan").fill("Kerja sama dengan 326 desa")
    expect(part.get_by_role("status")).to_contain_text("tersimpan")
    theirs.get_by_label("Penyebab keberhasilan atau kegagalan").fill("Tulisan lain")
    expect(theirs.get_by_role("status")).to_contain_text("Kerja sama dengan 326 desa")
    theirs.get_by_role("button", name="Simpan").first.click()
    expect(theirs.get_by_role("status")).to_contain_text("tersimpan")

    page.reload()
    expect(part.get_by_label("Penyebab keberhasilan atau kegagalan")).to_have_value("Tulisan lain")
    answer = page.request.get("/laporan/lkip.pdf?tahun=2022")
    assert answer.body().startswith(b"%PDF")
    assert page.request.get("/laporan/lkip.xlsx?tahun=2022").body()[:2] == b"PK"

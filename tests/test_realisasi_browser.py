"""The entry page in a real browser: typing, mending, two people, the keyboard alone, no network, no script."""

import re
from itertools import cycle

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in

STAFF = "staf.rehsos"
COLLEAGUE = "rekan.rehsos"


@pytest.fixture(scope="module")
def years():
    """The years of the plan in turn."""
    return cycle(range(2021, 2027))


@pytest.fixture
def address(years):
    """Address of the next year; with a row number of its own a test meets no other test's figures."""
    return f"/realisasi/{next(years)}/"


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


def open_year(page: Page, address: str, username: str = STAFF) -> None:
    sign_in(page, username)
    page.goto(address)


def sub_rows(page: Page):
    """Rows that take rupiah and have a pagu to compare it with."""
    pagu = page.locator("td[data-label='Pagu Rp']", has_text=re.compile(r"\d\.\d{3}"))
    return page.locator("tbody.rl-isian:has(input[name=rupiah])").filter(has=pagu)


def row(page: Page, number: int):
    """Row by its number among those that take rupiah, found again after it was replaced."""
    return page.locator(f"#{sub_rows(page).nth(number).get_attribute('id')}")


def kinerja(line):
    return line.locator("input[name=kinerja]")


def rupiah(line):
    return line.locator("input[name=rupiah]")


def state(line, words):
    expect(line.locator(".rl-kata")).to_have_text(re.compile(words))


def test_type_get_an_error_mend_it_and_find_it_after_a_reload(page, address):
    open_year(page, address)
    line = row(page, 1)
    kinerja(line).fill("12.34")
    kinerja(line).press("Enter")
    expect(line.locator(".rl-galat")).to_contain_text("bisa berarti 12,34 atau 1234")
    state(line, "belum tersimpan")
    expect(kinerja(line)).to_have_value("12.34")
    expect(page.locator("#warta")).to_contain_text("belum tersimpan")
    # The figures of what is stored would stand beside what is typed.
    expect(line.locator(".rl-capaian")).to_have_text(re.compile("dihitung setelah tersimpan"))
    kinerja(line).fill("1.234,56")
    rupiah(line).fill("Rp 1.000")
    rupiah(line).press("Enter")
    expect(line.locator(".rl-dibaca").first).to_contain_text("dibaca: 1.234,56")
    expect(line.locator(".rl-predikat")).to_have_text(re.compile("Sangat"))
    state(line, "terisi")
    expect(page.locator("#kemajuan")).to_contain_text("1 dari")
    page.reload()
    expect(kinerja(line)).to_have_value("1.234,56")
    expect(rupiah(line)).to_have_value("1.000")
    expect(line.locator(".rl-saat")).to_have_text(re.compile(r"tersimpan \d\d\.\d\d"))


def test_over_pagu_is_kept_and_its_reason_asked_for(page, address):
    open_year(page, address)
    line = row(page, 0)
    kinerja(line).fill("0")
    rupiah(line).fill("999.999.999.999")
    rupiah(line).press("Enter")
    state(line, "alasan lebih pagu diminta")
    page.keyboard.press("F8")
    while page.evaluate("document.activeElement.name") != "alasan_lebih_pagu":
        page.keyboard.press("F8")
    page.keyboard.type("Addendum kontrak")
    page.keyboard.press("Control+Enter")
    state(line, "terisi")
    page.reload()
    expect(line.locator("textarea[name=alasan_lebih_pagu]")).to_have_value("Addendum kontrak")
    expect(rupiah(line)).to_have_value("999.999.999.999")


def test_a_whole_column_and_a_long_text_without_the_mouse(page, address):
    open_year(page, address)
    page.keyboard.press("F8")
    first = page.locator("tbody.rl-isian").first
    expect(kinerja(first)).to_be_focused()
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    state(first, "terisi|belum: rupiah")
    second = page.locator("tbody.rl-isian").nth(1)
    expect(kinerja(second)).to_be_focused()
    page.keyboard.type("nihil")
    page.keyboard.press("ArrowDown")
    expect(second.locator(".rl-kata")).not_to_have_text(re.compile("belum tersimpan|menyimpan"))
    page.keyboard.press("ArrowUp")
    expect(kinerja(second)).to_be_focused()
    expect(kinerja(second)).to_have_value("tidak ada kejadian")
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(kinerja(second)).to_have_value("tidak ada kejadian")
    page.keyboard.press("F2")
    expect(second.locator("textarea[name=faktor_pendorong]")).to_be_focused()
    page.keyboard.type("Dukungan TKSK")
    page.keyboard.press("Tab")
    page.keyboard.type("Dana terlambat")
    page.keyboard.press("Control+Enter")
    expect(kinerja(page.locator("tbody.rl-isian").nth(2))).to_be_focused()
    expect(second.locator(".rl-buka")).to_have_text("Faktor (2/3)")
    page.reload()
    expect(second.locator("textarea[name=faktor_penghambat]")).to_have_value("Dana terlambat")


def test_two_people_in_one_row_and_the_second_chooses(new_page, address):
    mine, theirs = new_page(), new_page()
    open_year(mine, address)
    open_year(theirs, address, COLLEAGUE)
    for number, button, kept in ((2, "Pertahankan isian saya", "30"), (3, "Ambil isian Budi Hartono", "20")):
        line, other = row(mine, number), row(theirs, number)
        kinerja(other).fill("20")
        kinerja(other).press("Enter")
        state(other, "belum: rupiah")
        kinerja(line).fill("30")
        kinerja(line).press("Enter")
        state(line, "berubah oleh Budi Hartono")
        clash = line.locator(".rl-bentrok")
        expect(clash).to_contain_text("Isian Anda belum disimpan")
        expect(clash.locator("tbody td")).to_have_text(["30", "20"])
        assert_accessible(mine)
        clash.get_by_role("button", name=button).click()
        expect(line.locator(".rl-bentrok")).to_have_count(0)
        expect(kinerja(line)).to_have_value(kept)
        theirs.reload()
        expect(kinerja(other)).to_have_value(kept)


def test_without_a_connection_the_row_keeps_its_text_and_saves_itself_later(page, address):
    open_year(page, address)
    line = row(page, 8)
    page.context.set_offline(True)
    kinerja(line).fill("41")
    kinerja(line).press("Enter")
    state(line, "tidak ada sambungan")
    expect(kinerja(line)).to_have_value("41")
    expect(line.get_by_role("button", name="Coba lagi")).to_be_visible()
    page.context.set_offline(False)
    state(line, "belum: rupiah")
    page.reload()
    expect(kinerja(line)).to_have_value("41")


def test_when_the_session_ended_the_page_stays_and_saves_after_signing_in_again(page, address):
    open_year(page, address)
    line = row(page, 9)
    page.context.clear_cookies()
    kinerja(line).fill("43")
    kinerja(line).press("Enter")
    expect(page.locator("#spanduk")).to_contain_text("Sesi Anda berakhir")
    expect(kinerja(line)).to_have_value("43")
    again = page.context.new_page()
    sign_in(again, STAFF)
    again.close()
    expect(page.locator("#spanduk")).to_be_hidden(timeout=20_000)
    state(line, "belum: rupiah")


def test_what_is_typed_while_the_answer_is_on_its_way_is_not_lost(page, address):
    open_year(page, address)
    line = row(page, 4)
    posts = []
    page.on("request", lambda request: posts.append(request.post_data) if request.method == "POST" else None)
    page.route("**/baris/**", lambda route: (page.wait_for_timeout(700), route.continue_()))
    kinerja(line).fill("10")
    line.locator(".rl-simpan").click()
    rupiah(line).press_sequentially("5.0")
    expect(line.locator(".rl-dibaca").first).to_be_visible()
    expect(rupiah(line)).to_have_value("5.0")
    expect(rupiah(line)).to_be_focused()
    rupiah(line).press_sequentially("00")
    assert len(posts) == 1  # nobody left the cell: half a number is not sent
    rupiah(line).press("Enter")
    state(line, "terisi")
    assert len(posts) == 2
    page.reload()
    expect(rupiah(line)).to_have_value("5.000")


def test_a_pasted_block_does_not_become_one_number(page, address):
    open_year(page, address)
    line = row(page, 10)
    paste = """(cell, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        return cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }"""
    kinerja(line).focus()
    assert kinerja(line).evaluate(paste, "10\n20\n30\n") is False
    expect(line.locator(".rl-galat")).to_have_text("Yang ditempel berisi 3 sel; tempel satu sel saja.")
    expect(kinerja(line)).to_have_value("")
    kinerja(line).press_sequentially("10")
    expect(line.locator(".rl-galat")).to_have_count(0)
    assert kinerja(line).evaluate(paste, "1.234,56\r\n") is True  # one cell of a spreadsheet ends with a line end


def test_columns_stay_where_they_are_while_rows_fill(page, address):
    open_year(page, address)
    line = row(page, 11)
    places = "[...document.querySelectorAll('.rl-tabel thead th')].map((cell) => cell.getBoundingClientRect().left)"
    before = page.evaluate(places)
    kinerja(line).fill("123.456")
    rupiah(line).fill("999.999.999.999")
    rupiah(line).press("Enter")
    state(line, "alasan lebih pagu diminta")
    assert page.evaluate(places) == before


def test_leaving_with_unsaved_text_is_asked_about(page, address):
    open_year(page, address)
    page.route("**/baris/**", lambda route: route.abort())
    line = row(page, 5)
    kinerja(line).fill("44")
    kinerja(line).press("Enter")
    state(line, "tidak ada sambungan")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/realisasi/2021/")
    assert asked == ["beforeunload"]


def test_without_a_script_a_row_is_a_form(new_page, address):
    page = new_page(java_script_enabled=False)
    open_year(page, address)
    line = row(page, 6)
    kinerja(line).fill("1,234.5")
    line.locator("textarea[name=tindak_lanjut]").fill("Rapat koordinasi")
    line.get_by_role("button", name="Simpan").click()
    expect(line.locator(".rl-galat")).to_contain_text("cara Inggris")
    expect(kinerja(line)).to_have_value("1,234.5")
    expect(line.locator("textarea[name=tindak_lanjut]")).to_have_value("Rapat koordinasi")
    kinerja(line).fill("1.234,5")
    line.get_by_role("button", name="Simpan").click()
    expect(page.locator(".pesan[data-jenis=success]")).to_contain_text("dibaca 1.234,5")
    expect(kinerja(line)).to_have_value("1.234,5")
    assert page.url.endswith(f"#{line.get_attribute('id')}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 768, 360])
def test_everybody_can_read_it(new_page, address, width, scheme):
    page = new_page(viewport={"width": width, "height": 768}, color_scheme=scheme)
    open_year(page, address)
    line = row(page, 7)
    kinerja(line).fill("x")
    kinerja(line).press("Enter")
    state(line, "belum tersimpan")
    line.locator(".rl-buka").click()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_head_of_the_table_stays(page, address):
    open_year(page, address)
    kinerja(page.locator("tbody.rl-isian").last).focus()
    expect(page.locator("#h-kinerja")).to_be_in_viewport()
    assert page.locator("#h-kinerja").bounding_box()["y"] <= 1


def test_readers_see_every_unit_and_no_cells(page, address):
    open_year(page, address, "verifikator")
    expect(page.locator("tbody.rl-baris").first).to_be_visible()
    expect(page.locator("#realisasi input:not([type=hidden])")).to_have_count(0)
    assert_accessible(page)


def test_a_year_outside_the_plan_is_a_calm_page(page):
    open_year(page, "/realisasi/2020/")
    expect(page.get_by_role("heading", name="Tahun 2020 di luar masa Renstra")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="2021").click()
    expect(page.get_by_role("heading", name="Realisasi 2021")).to_be_visible()

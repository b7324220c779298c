"""The entry grid in a real browser: keys, blocks, mending, two people, no network, a closed tab, a phone, no script."""

import re
from itertools import cycle

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, sign_in

STAFF = "staf.rehsos"
COLLEAGUE = "rekan.rehsos"


@pytest.fixture(scope="module")
def years():
    """Years with a pagu on every row, in turn."""
    return cycle(range(2022, 2027))


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


@pytest.fixture
def untouched(server):
    """A year with nothing in it, for tests that work on the whole sheet."""

    def wipe(tahun):
        # Figures are not deleted by people; the trail stays.
        server.manage(
            "shell", "-c", f"from indicators.models import *; Realisasi.objects.filter(tahun={tahun}).delete()"
        )
        return f"/realisasi/{tahun}/"

    return wipe


def open_year(page: Page, address: str, username: str = STAFF) -> None:
    sign_in(page, username)
    page.goto(address)


def sub_rows(page: Page):
    """Rows that take rupiah and have a pagu to compare it with."""
    pagu = page.locator("td[data-label='Pagu Rp']", has_text=re.compile(r"\d\.\d{3}"))
    return page.locator("tbody.rl-isian:has(input[name=rupiah])").filter(has=pagu)


def row(page: Page, number: int):
    """Row by its number among those that take rupiah, found again by its id."""
    return page.locator(f"#{sub_rows(page).nth(number).get_attribute('id')}")


def kinerja(line):
    return line.locator("input[name=kinerja]")


def rupiah(line):
    return line.locator("input[name=rupiah]")


def cell(line, column="kinerja"):
    return line.locator(f"td[data-kol={column}]")


def state(line, words):
    expect(line.locator(".rl-kata")).to_have_text(re.compile(words))


def type_into(line, text, column="kinerja"):
    """Go to the cell as a person does and type over it."""
    expect(line.page.get_by_role("grid")).to_be_visible()
    cell(line, column).focus()
    line.page.keyboard.type(text)
    line.page.keyboard.press("Enter")


def paste(page, text):
    """What Ctrl+V does with ``text`` on the clipboard; whether the browser's own paste went on."""
    return page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            return document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def copied(page):
    """What Ctrl+C puts on the clipboard."""
    return page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            document.activeElement.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true }));
            return clipboardData.getData("text/plain");
        }"""
    )


def focused(page):
    """Column and row of the cell the keyboard is on."""
    return page.evaluate(
        """() => {
            const cell = document.activeElement.closest("td, th");
            return cell && [cell.cellIndex, cell.closest("tbody").id];
        }"""
    )


# --- moving and typing ------------------------------------------------------------------


def test_keys_move_as_in_a_spreadsheet_and_the_grid_is_one_tab_stop(page, address):
    open_year(page, address)
    grid = page.get_by_role("grid")
    expect(grid).to_be_visible()
    assert grid.locator("tbody > tr:first-child [tabindex='0']").count() == 1
    ids = page.locator("tbody.rl-baris").evaluate_all("rows => rows.map((row) => row.id)")
    cell(page.locator(f"#{ids[0]}")).focus()
    for key, wanted in (
        ("ArrowRight", (5, 0)),
        ("ArrowDown", (5, 1)),
        ("ArrowLeft", (4, 1)),
        ("ArrowUp", (4, 0)),
        ("Home", (0, 0)),
        ("End", (9, 0)),
        ("Control+End", (9, -1)),
        ("Control+ArrowUp", (9, 0)),
        ("Control+ArrowLeft", (0, 0)),
        ("Control+ArrowDown", (0, -1)),
        ("Control+Home", (0, 0)),
    ):
        page.keyboard.press(key)
        assert focused(page) == [wanted[0], ids[wanted[1]]], key
    page.keyboard.press("PageDown")
    assert ids.index(focused(page)[1]) > 5
    page.keyboard.press("PageUp")
    assert focused(page)[1] == ids[0]
    # Tab goes from one cell that is typed into to the next, as on a protected sheet; Esc lets it leave.
    cell(row(page, 0)).focus()
    stops = []
    for _ in range(3):
        page.keyboard.press("Tab")
        stops.append(focused(page)[0])
    assert stops == [5, 6, 4]
    page.keyboard.press("Shift+Tab")
    assert focused(page)[0] == 6
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('#kisi')")
    page.keyboard.press("Shift+Tab")
    assert focused(page)[0] == 6


def test_typing_replaces_f2_edits_and_esc_takes_it_back(page, address):
    open_year(page, address)
    line = row(page, 12)
    type_into(line, "12")
    state(line, "belum: rupiah")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("F2")
    page.keyboard.press("End")
    page.keyboard.type("5")
    expect(kinerja(line)).to_have_value("125")
    page.keyboard.press("Escape")
    expect(kinerja(line)).to_have_value("12")
    page.keyboard.type("7")
    expect(kinerja(line)).to_have_value("7")
    page.keyboard.press("Tab")  # leaving the cell saves it
    expect(cell(line)).to_have_attribute("data-sel", "simpan")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    state(line, "belum diisi")
    page.keyboard.press("Control+z")
    expect(kinerja(line)).to_have_value("7")
    state(line, "belum: rupiah")
    page.reload()
    expect(kinerja(line)).to_have_value("7")


def test_type_get_an_error_mend_it_and_find_it_after_a_reload(page, address):
    open_year(page, address)
    line = row(page, 1)
    type_into(line, "12.34")
    expect(line.locator(".rl-galat")).to_contain_text("bisa berarti 12,34 atau 1234")
    state(line, "belum tersimpan")
    expect(cell(line)).to_have_attribute("data-sel", "gagal")
    expect(kinerja(line)).to_have_value("12.34")
    expect(page.locator("#warta")).to_contain_text("belum tersimpan")
    # The figures of what is stored would stand beside what is typed.
    expect(line.locator(".rl-capaian")).to_have_text(re.compile("dihitung setelah tersimpan"))
    type_into(line, "Rp 1.000", "rupiah")  # the bad neighbour does not hold it up
    expect(cell(line, "rupiah")).to_have_attribute("data-sel", "simpan")
    expect(kinerja(line)).to_have_value("12.34")
    type_into(line, "1.234,56")
    expect(line.locator(".rl-dibaca").first).to_contain_text("dibaca: 1.234,56")
    expect(line.locator(".rl-predikat")).to_have_text(re.compile("Sangat"))
    state(line, "terisi")
    expect(page.locator("#kemajuan")).to_contain_text(re.compile(r"[1-9]\d* dari"))
    page.reload()
    expect(kinerja(line)).to_have_value("1.234,56")
    expect(rupiah(line)).to_have_value("1.000")
    expect(line.locator(".rl-saat")).to_have_text(re.compile(r"draf, tersimpan \d\d\.\d\d"))


@pytest.mark.parametrize("keys", [["Delete"], ["Escape"], ["F2", "1", "Escape"], ["1", "2", "Enter"]])
def test_a_refused_text_is_taken_back_at_once(page, address, keys):
    open_year(page, address)
    line = row(page, 3)
    type_into(line, "12")
    state(line, "belum: rupiah|terisi")
    stood = line.locator(".rl-kata").text_content()
    figure = line.locator(".rl-nilai").text_content()
    type_into(line, "12.34")
    state(line, "belum tersimpan, perbaiki")
    expect(line.locator(".rl-nilai")).to_be_hidden()
    cell(line).focus()
    for key in keys:
        page.keyboard.press(key)
    expect(kinerja(line)).to_have_value("12")
    expect(line.locator(".rl-galat")).to_have_count(0)
    expect(cell(line)).not_to_have_attribute("data-sel", re.compile("."))
    expect(line.locator(".rl-kata")).to_have_text(stood)
    expect(line.locator(".rl-nilai")).to_be_visible()
    expect(line.locator(".rl-nilai")).to_have_text(figure)
    expect(line.locator(".rl-nanti")).to_be_hidden()


def test_a_text_that_is_too_long_says_so_at_its_cell(page, address):
    open_year(page, address)
    line = row(page, 4)
    cell(line, "faktor").focus()
    page.keyboard.press("Enter")
    box = line.locator("textarea[name=faktor_pendorong]")
    expect(box).to_have_attribute("maxlength", "4000")
    box.evaluate(
        "field => { field.value = 'a'.repeat(25000); field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    box.blur()
    expect(line.locator(".rl-rincian .rl-galat")).to_contain_text("Terlalu panjang: 25.000 huruf")
    state(line, "belum tersimpan, perbaiki")


def test_over_pagu_is_kept_and_its_reason_asked_for(page, address):
    open_year(page, address)
    line = row(page, 0)
    type_into(line, "0")
    type_into(line, "999.999.999.999", "rupiah")
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


def test_a_whole_column_and_a_long_text_without_the_mouse(page, untouched):
    open_year(page, untouched(2021))
    page.keyboard.press("F8")
    first, second = page.locator("tbody.rl-isian").nth(0), page.locator("tbody.rl-isian").nth(1)
    expect(cell(first)).to_be_focused()
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    state(first, "terisi|belum: rupiah")
    expect(cell(second)).to_be_focused()
    page.keyboard.type("nihil")
    page.keyboard.press("ArrowDown")
    expect(kinerja(second)).to_have_value("tidak ada kejadian")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+Enter")
    expect(second.locator("textarea[name=faktor_pendorong]")).to_be_focused()
    page.keyboard.type("Dukungan TKSK")
    page.keyboard.press("Tab")
    page.keyboard.type("Dana terlambat")
    page.keyboard.press("Control+Enter")
    expect(cell(page.locator("tbody.rl-isian").nth(2))).to_be_focused()
    expect(second.locator(".rl-buka")).to_contain_text("2/3")
    page.reload()
    expect(second.locator("textarea[name=faktor_penghambat]")).to_have_value("Dana terlambat")


def test_a_cell_that_is_not_typed_says_why(page, address):
    open_year(page, address)
    parent = page.locator("tbody.rl-isian:has(.t-kegiatan)").first
    cell(parent, "rupiah").focus()
    page.keyboard.type("5")
    expect(page.locator("#warta")).to_contain_text("di sini jumlahnya dihitung")
    expect(cell(parent, "rupiah")).to_have_attribute("aria-readonly", "true")


def test_columns_stay_where_they_are_while_rows_fill(page, address):
    open_year(page, address)
    line = row(page, 11)
    places = "[...document.querySelectorAll('.rl-tabel thead th')].map((cell) => cell.getBoundingClientRect().left)"
    before = page.evaluate(places)
    type_into(line, "123.456")
    type_into(line, "999.999.999.999", "rupiah")
    state(line, "alasan lebih pagu diminta")
    assert page.evaluate(places) == before


def test_what_is_typed_while_the_answer_is_on_its_way_is_not_lost(page, address):
    open_year(page, address)
    line = row(page, 4)
    posts = []
    page.on("request", lambda request: posts.append(request.post_data) if request.method == "POST" else None)
    page.route("**/sel/**", lambda route: (page.wait_for_timeout(700), route.continue_()))
    type_into(line, "10")
    cell(line, "rupiah").focus()
    page.keyboard.type("5.0")
    expect(line.locator(".rl-dibaca").first).to_be_attached()
    expect(rupiah(line)).to_have_value("5.0")
    expect(rupiah(line)).to_be_focused()
    page.keyboard.type("00")
    assert len(posts) == 1  # nobody left the cell: half a number is not sent
    page.keyboard.press("Enter")
    state(line, "terisi")
    assert len(posts) == 2
    page.reload()
    expect(rupiah(line)).to_have_value("5.000")


# --- blocks -------------------------------------------------------------------------------


def test_a_block_with_two_bad_cells_is_previewed_pasted_mended_and_undone(page, untouched):
    open_year(page, untouched(2024) + "?tingkat=subkegiatan")
    lines = page.locator("tbody.rl-isian:has(input[name=rupiah])")
    count = min(30, lines.count())
    assert count > 15
    block = [[str(10 + at), f"{at + 1}.000"] for at in range(count)]
    block[3][0], block[5][1] = "12.34", "seribu"
    cell(lines.first).focus()
    paste(page, "\r\n".join("\t".join(line) for line in block) + "\r\n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Tempel {2 * count} sel: {2 * count - 2} diterima, 2 ditolak")
    refused = dialog.locator("tr[data-hasil=tolak]")
    expect(refused).to_have_count(2)
    expect(refused.nth(0)).to_contain_text("bisa berarti 12,34 atau 1234")
    expect(refused.nth(1)).to_contain_text("seribu")
    assert_accessible(page)
    expect(kinerja(lines.first)).to_have_value("")  # nothing is stored yet
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    state(lines.nth(1), "terisi|tanpa target|belum|alasan")
    expect(cell(lines.nth(2), "rupiah")).to_have_attribute("data-sel", "simpan")
    # The bad ones stand in their cells, and the keyboard is on the first.
    expect(cell(lines.nth(3))).to_be_focused()
    expect(kinerja(lines.nth(3))).to_have_value("12.34")
    expect(cell(lines.nth(3)).locator(".rl-galat")).to_contain_text("bisa berarti")
    expect(cell(lines.nth(5), "rupiah")).to_have_attribute("data-sel", "gagal")
    state(lines.nth(3), "belum tersimpan, perbaiki")
    state(lines.nth(5), "belum tersimpan, perbaiki")
    page.get_by_role("button", name="Urungkan").click()
    expect(kinerja(lines.nth(1))).to_have_value("")
    expect(rupiah(lines.nth(count - 1))).to_have_value("")
    expect(kinerja(lines.nth(3))).to_have_value("")
    state(lines.nth(1), "belum diisi|tanpa target")
    page.reload()
    expect(kinerja(lines.nth(1))).to_have_value("")
    expect(page.locator("#draf")).to_be_hidden()


def test_long_texts_with_line_ends_come_along_and_what_is_computed_is_passed_over(page, untouched):
    open_year(page, untouched(2025))
    line = row(page, 2)
    cell(line).focus()
    paste(page, '7\t1.000\t"Dukungan ""TKSK""\ndan PSM"\tDana\tRapat\t99\r\n')
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 diterima, 1 dilewati")
    expect(dialog).to_contain_text("kolom ini dihitung")
    dialog.get_by_role("button", name="Tempel 5 sel").click()
    expect(line.locator(".rl-buka")).to_contain_text("3/3")
    page.reload()
    expect(line.locator("textarea[name=faktor_pendorong]")).to_have_value('Dukungan "TKSK"\ndan PSM')
    cell(line).focus()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    assert copied(page) == '7\t1.000\t"Dukungan ""TKSK""\ndan PSM"\tDana\tRapat'


def test_a_selected_block_is_copied_as_a_spreadsheet_takes_it(page, untouched):
    open_year(page, untouched(2025) + "?tingkat=subkegiatan")
    lines = page.locator("tbody.rl-isian:has(input[name=rupiah])")
    cell(lines.first).focus()
    paste(page, "1\t100\n2\t200")
    page.get_by_role("button", name="Tempel 4 sel").click()
    expect(cell(lines.nth(1), "rupiah")).to_have_attribute("data-sel", "simpan")
    cell(lines.first).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_count(4)
    assert copied(page) == "1\t100\r\n2\t200"
    cell(lines.first).click()
    cell(lines.nth(1), "rupiah").click(modifiers=["Shift"])
    assert copied(page) == "1\t100\r\n2\t200"


def test_folded_rows_are_not_pasted_into_and_the_address_keeps_the_fold(page, untouched):
    open_year(page, untouched(2026))
    folded = page.locator("tbody.rl-isian:has(.t-kegiatan .rl-lipat)").first
    kode = folded.locator(".kode").inner_text()
    inside = page.locator(
        "tbody.rl-isian", has=page.locator(".kode", has_text=re.compile(rf"^{re.escape(kode)}\.\d"))
    ).first
    folded.locator(".rl-lipat").click()
    expect(inside).to_be_hidden()
    assert "lipat=" in page.url
    page.reload()
    expect(inside).to_be_hidden()
    cell(folded).focus()
    paste(page, "1\n2\n3")
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"Tempel \d")).click()
    state(folded, "terisi")
    folded.locator(".rl-lipat").click()
    expect(inside).to_be_visible()
    expect(kinerja(inside)).to_have_value("")


# --- two people ---------------------------------------------------------------------------


def test_two_people_in_one_cell_and_the_second_chooses(new_page, address):
    mine, theirs = new_page(), new_page()
    open_year(mine, address)
    open_year(theirs, address, COLLEAGUE)
    for number, button, kept in ((2, "Pertahankan isian saya", "30"), (3, "Ambil isian Budi Hartono", "20")):
        line, other = row(mine, number), row(theirs, number)
        type_into(other, "20")
        state(other, "belum: rupiah")
        type_into(line, "30")
        state(line, "berubah oleh Budi Hartono")
        expect(cell(line)).to_have_attribute("data-sel", "bentrok")
        clash = line.locator(".rl-bentrok")
        expect(clash).to_contain_text("Isian Anda belum disimpan")
        expect(clash.locator("tbody td")).to_have_text(["30", "20"])
        assert_accessible(mine)
        # Another cell of the row goes on meanwhile and decides nothing.
        type_into(line, "1.000", "rupiah")
        expect(cell(line, "rupiah")).to_have_attribute("data-sel", "simpan")
        expect(kinerja(line)).to_have_value("30")
        clash.get_by_role("button", name=button).click()
        expect(line.locator(".rl-bentrok")).to_have_count(0)
        state(line, "terisi")
        expect(kinerja(line)).to_have_value(kept)
        theirs.reload()
        expect(kinerja(other)).to_have_value(kept)
        expect(rupiah(other)).to_have_value("1.000")


def test_two_people_in_different_cells_of_a_row_notice_nothing(new_page, address):
    mine, theirs = new_page(), new_page()
    open_year(mine, address)
    open_year(theirs, address, COLLEAGUE)
    line, other = row(mine, 13), row(theirs, 13)
    type_into(other, "20")
    state(other, "belum: rupiah")
    type_into(line, "1.000", "rupiah")
    state(line, "terisi")
    expect(kinerja(line)).to_have_value("20")
    expect(line.locator(".rl-bentrok")).to_have_count(0)


# --- when it does not arrive ----------------------------------------------------------------


def test_without_a_connection_the_cell_keeps_its_text_and_saves_itself_later(page, address):
    open_year(page, address)
    line, further = row(page, 8), row(page, 14)
    page.context.set_offline(True)
    type_into(line, "41")
    state(line, "tidak ada sambungan")
    type_into(further, "42")
    state(further, "tidak ada sambungan")
    expect(cell(line)).to_have_attribute("data-sel", "putus")
    expect(kinerja(line)).to_have_value("41")
    page.context.set_offline(False)
    state(line, "belum: rupiah")
    state(further, "belum: rupiah")
    page.reload()
    expect(kinerja(line)).to_have_value("41")
    expect(kinerja(further)).to_have_value("42")


def leave_unsaved(page, line, text):
    """Type without a connection and close the tab."""
    page.context.set_offline(True)
    type_into(line, text)
    state(line, "tidak ada sambungan")
    page.close()


def test_a_closed_tab_offers_what_was_typed_again_to_the_same_person_only(page, address):
    open_year(page, address)
    context = page.context
    leave_unsaved(page, row(page, 15), "43")
    context.set_offline(False)
    context.clear_cookies()
    other = context.new_page()
    open_year(other, address, COLLEAGUE)
    expect(other.locator("#draf")).to_be_hidden()
    context.clear_cookies()
    again = context.new_page()
    open_year(again, address)
    line = row(again, 15)
    expect(again.locator("#draf")).to_contain_text("1 isian belum tersimpan")
    expect(again.locator("#draf")).to_contain_text("“43”")
    expect(kinerja(line)).to_have_value("")  # offered, not sent
    assert_accessible(again)
    again.get_by_role("button", name="Pulihkan").click()
    state(line, "belum: rupiah")
    again.reload()
    expect(kinerja(line)).to_have_value("43")
    expect(again.locator("#draf")).to_be_hidden()


def test_what_was_left_in_a_closed_tab_does_not_overwrite_a_newer_value(page, new_page, address):
    open_year(page, address)
    context = page.context
    leave_unsaved(page, row(page, 16), "44")
    context.set_offline(False)
    theirs = new_page()
    open_year(theirs, address, COLLEAGUE)
    type_into(row(theirs, 16), "20")
    state(row(theirs, 16), "belum: rupiah")
    again = context.new_page()
    again.goto(address)
    line = row(again, 16)
    expect(again.locator("#draf")).to_contain_text("tersimpan “20”")
    again.get_by_role("button", name="Pulihkan").click()
    state(line, "berubah oleh Budi Hartono")
    theirs.reload()
    expect(kinerja(row(theirs, 16))).to_have_value("20")
    line.get_by_role("button", name="Ambil isian Budi Hartono").click()
    state(line, "belum: rupiah")
    expect(kinerja(line)).to_have_value("20")


def test_when_the_session_ended_the_page_stays_and_saves_after_signing_in_again(page, address):
    open_year(page, address)
    line = row(page, 9)
    page.context.clear_cookies()
    type_into(line, "43")
    expect(page.locator("#spanduk")).to_contain_text("Sesi Anda berakhir")
    expect(page.locator("#spanduk")).to_contain_text("kembali ke halaman ini; baris akan disimpan sendiri")
    link = page.locator("#spanduk").get_by_role("link", name="Masuk")
    expect(link).to_be_in_viewport(ratio=1)  # wherever in the table one is
    expect(link).to_have_attribute("target", "_blank")
    assert link.get_attribute("href").endswith(f"?next={address.replace('/', '%2F')}")
    expect(kinerja(line)).to_have_value("43")
    again = page.context.new_page()
    sign_in(again, STAFF)
    again.close()
    expect(page.locator("#spanduk")).to_be_hidden(timeout=20_000)
    state(line, "belum: rupiah")


def test_leaving_with_unsaved_text_is_asked_about(page, address):
    open_year(page, address)
    page.route("**/sel/**", lambda route: route.abort())
    line = row(page, 5)
    type_into(line, "44")
    state(line, "tidak ada sambungan")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/realisasi/2021/")
    assert asked == ["beforeunload"]


# --- quarters, submitting, filters ------------------------------------------------------------


def test_quarters_make_the_year_which_then_is_not_typed(page, untouched):
    address = untouched(2022)
    open_year(page, f"{address}?triwulan=1")
    line = page.locator("tbody.rl-isian:has(input[name=rupiah])").nth(3)
    ident = line.get_attribute("id")
    type_into(line, "10")
    type_into(line, "1.000", "rupiah")
    year = line.locator("td[data-label='Rp setahun']")
    expect(year).to_contain_text("1.000")
    page.get_by_role("link", name="TW II", exact=True).click()
    line = page.locator(f"#{ident}")
    expect(page.locator("#h-rupiah")).to_have_text("Realisasi Rp TW II")
    type_into(line, "5")
    type_into(line, "500", "rupiah")
    expect(line.locator("td[data-label='Rp setahun']")).to_contain_text("1.500")
    expect(line.locator("td[data-label='Kinerja setahun']")).to_contain_text("15")
    assert_accessible(page)
    page.get_by_role("link", name="Setahun", exact=True).click()
    line = page.locator(f"#{ident}")
    expect(cell(line, "rupiah")).to_contain_text("1.500")
    expect(cell(line, "rupiah")).to_contain_text("mengikuti triwulan")
    expect(rupiah(line)).to_have_count(0)
    cell(line).focus()
    page.keyboard.type("9")
    expect(page.locator("#warta")).to_contain_text("mengikuti triwulannya dan tidak diketik")


def test_a_unit_submits_what_is_complete_and_takes_a_row_back(page, untouched):
    open_year(page, untouched(2023))
    line = row(page, 2)
    type_into(line, "10")
    type_into(line, "1.000", "rupiah")
    expect(page.locator("#lengkap")).to_have_text("1")
    page.get_by_role("button", name="Ajukan yang lengkap").click()
    expect(page.locator(".pesan[data-jenis=success]")).to_contain_text("1 baris diajukan")
    expect(page.locator(".pesan[data-jenis=warning]").first).to_contain_text("belum diisi: kinerja")
    expect(line.locator(".rl-saat")).to_contain_text("diajukan")
    line.get_by_role("button", name="Tarik").click()
    expect(page.locator(".pesan[data-jenis=success]")).to_contain_text("ditarik kembali")
    expect(line.locator(".rl-saat")).to_contain_text("draf")
    # What is still being typed is saved first.
    expect(page.get_by_role("grid")).to_be_visible()
    cell(line, "rupiah").focus()
    page.keyboard.type("2.000")
    line.get_by_role("button", name="Ajukan").click()
    expect(line.locator(".rl-saat")).to_contain_text("diajukan")
    expect(rupiah(line)).to_have_value("2.000")


def test_rows_are_found_and_the_address_is_the_view(page, address):
    open_year(page, address)
    every = page.locator("tbody.rl-baris").count()
    page.get_by_role("searchbox").fill("lanjut usia")
    page.get_by_label("Tingkat").select_option("subkegiatan")
    page.get_by_role("button", name="Tampilkan").click()
    shown = page.locator("tbody.rl-baris")
    assert 0 < shown.count() < every
    assert "cari=lanjut+usia" in page.url
    for line in shown.all():
        assert "lanjut usia" in line.text_content().lower()
    page.get_by_role("link", name="Semua baris").click()
    expect(shown).to_have_count(every)


def test_a_search_that_finds_nothing_is_a_calm_page(page, address):
    broken = []
    page.on("pageerror", lambda error: broken.append(error))
    open_year(page, f"{address}?cari=zzzz")
    expect(page.get_by_text("Tidak ada baris yang cocok")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert broken == []


# --- phone, no script, readers --------------------------------------------------------------------


def test_on_a_phone_rows_are_cards_that_save(new_page, address):
    page = new_page(viewport={"width": 360, "height": 740}, has_touch=True)
    open_year(page, address)
    assert page.locator("tbody.rl-baris").first.bounding_box()["y"] < 560
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.get_by_text("Cari dan saring baris").tap()
    expect(page.get_by_role("searchbox")).to_be_visible()
    line = row(page, 17)
    kinerja(line).tap()
    page.keyboard.type("5")
    line.get_by_role("button", name="Simpan").tap()
    state(line, "belum: rupiah")
    rupiah(line).fill("1.000")
    rupiah(line).blur()
    state(line, "terisi")
    line.locator(".rl-buka").tap()
    line.locator("textarea[name=tindak_lanjut]").fill("Rapat")
    line.locator("textarea[name=tindak_lanjut]").blur()
    expect(line.locator(".rl-buka")).to_contain_text("1/3")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.reload()
    expect(line.locator("textarea[name=tindak_lanjut]")).to_have_value("Rapat")


@pytest.mark.parametrize("period", ["", "?triwulan=3"])
def test_without_a_script_a_row_is_a_form(new_page, address, period):
    page = new_page(java_script_enabled=False)
    open_year(page, address + period)
    line = page.locator("tbody.rl-isian:has(input[name=rupiah])").nth(6)
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
    assert page.url.endswith(f"{period}#{line.get_attribute('id')}")


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
    cell(page.locator("tbody.rl-isian").last).focus()
    expect(page.locator("#h-kinerja")).to_be_in_viewport()
    assert page.locator("#h-kinerja").bounding_box()["y"] <= 1


def test_readers_see_every_unit_and_no_cells(page, address):
    open_year(page, address, "verifikator")
    expect(page.locator("tbody.rl-baris").first).to_be_visible()
    expect(page.locator("#kisi input:not([type=hidden])")).to_have_count(0)
    expect(page.get_by_role("button", name="Ajukan")).to_have_count(0)
    assert_accessible(page)


def test_a_year_outside_the_plan_is_a_calm_page(page):
    open_year(page, "/realisasi/2020/")
    expect(page.get_by_role("heading", name="Tahun 2020 di luar masa Renstra")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="2021").click()
    expect(page.get_by_role("heading", name="Realisasi 2021")).to_be_visible()

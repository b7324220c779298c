"""The workbook that staff take along: its columns, what may be typed where, and what it says."""

from decimal import Decimal

import pytest

from accounts.models import Jejak
from indicators.actions import save_realisasi
from indicators.entry import Typed
from indicators.models import Indikator, TargetTriwulan
from indicators.row_record import find_row
from indicators.workbook.columns import KOLOM, Kunci
from tests.entry_office import TAHUN, build_office, verify
from tests.workbook_files import LETTER, export, members, opened, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    return build_office()


def cell(content, indikator, column, sheet="Realisasi"):
    return opened(content)[sheet][f"{LETTER[column]}{row_of(content, indikator, sheet)}"]


def save(office, row, triwulan=0, actor=None, **cells):
    versi = find_row(row.pk, TAHUN, triwulan).versi
    return save_realisasi(
        actor or office.staf,
        row.pk,
        TAHUN,
        Typed(**cells),
        versi=versi,
        pintu=Jejak.Pintu.PERAMBAN,
        triwulan=triwulan,
    )


def test_the_whole_office_is_one_sheet_with_a_row_an_indicator(office):
    book = opened(export(office))
    assert book.sheetnames == ["Realisasi", "Petunjuk"]
    rows = list(book["Realisasi"].iter_rows(values_only=True))
    assert rows[0] == (
        "Kunci",
        "Kode",
        "Uraian",
        "Indikator",
        "Satuan",
        "Target",
        "Pagu (Rp)",
        "Realisasi Kinerja",
        "Realisasi (Rp)",
        "Faktor Pendorong",
        "Faktor Penghambat",
        "Tindak Lanjut",
    )
    # the IKU stands first, without a code; then the plan in the order of its codes
    assert [row[1] for row in rows[1:]] == [
        None,
        "1.6.4",
        "1.6.4.02.01",
        "1.6.4.02.01",
        "1.6.4.02.01.1",
        "1.6.4.02.01.2",
        "1.6.4.02.02",
        "1.6.4.02.02.1",
        "1.6.4.02.02.2",
    ]
    assert rows[1][2:7] == ("Menurunnya PMKS", "Persentase PMKS yang ditangani", "%", 7.23, None)
    # two measures of one indicator have a row each, the second without money
    assert [row[4:7] for row in rows[3:5]] == [("%", 100, 10_000_000), ("PMKS", 1275, None)]


def test_a_unit_gets_its_own_rows_and_those_below_it_and_no_others(office):
    rows = list(opened(export(office, office.rehsos))["Realisasi"].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["1.6.4", "1.6.4.02.01", "1.6.4.02.01", "1.6.4.02.01.1", "1.6.4.02.01.2"]


def test_a_sheet_a_unit_when_the_office_wants_it(office):
    book = opened(export(office, per_unit=True))
    assert book.sheetnames == ["Sekretariat", "Bidang Rehabilitasi Sosial", "Bidang Pemberdayaan Sosial", "Petunjuk"]
    assert [sheet.max_row - 1 for sheet in book][:3] == [1, 5, 3]
    assert all([cell.value for cell in book[name][1]] == list(KOLOM) for name in book.sheetnames[:3])


def test_only_what_may_be_typed_is_open(office):
    content = export(office)
    sheet = opened(content)["Realisasi"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    open_cells = {
        (row[0].value.split("|")[4], column.value)
        for row in sheet.iter_rows(min_row=2)
        for item, column in zip(row, sheet[1], strict=True)
        if not item.protection.locked
    }
    texts = {"Faktor Pendorong", "Faktor Penghambat", "Tindak Lanjut"}
    subs = {"1.6.4.02.01.1", "1.6.4.02.01.2", "1.6.4.02.02.1", "1.6.4.02.02.2"}
    every = {*subs, "IKU-1", "1.6.4", "1.6.4.02.01", "1.6.4.02.01.b", "1.6.4.02.02"}
    wanted = {(kode, column) for kode in every for column in {"Realisasi Kinerja", *texts}}
    assert open_cells == wanted | {(kode, "Realisasi (Rp)") for kode in subs}


def test_open_cells_differ_in_colour_and_say_what_they_take(office):
    content = export(office)
    open_, fixed = cell(content, office.sub, "Realisasi Kinerja"), cell(content, office.sub, "Target")
    assert open_.fill.fgColor.rgb != fixed.fill.fgColor.rgb
    sheet = opened(content)["Realisasi"]
    checks = {check.promptTitle: check for check in sheet.data_validations.dataValidation}
    kinerja, rupiah = checks["Realisasi Kinerja"], checks["Realisasi (Rp)"]
    assert open_.coordinate in kinerja.sqref
    assert "nihil" in kinerja.formula1
    # a warning and no stop, so that "nihil" and "Rp 1.000" can be typed
    assert kinerja.errorStyle == rupiah.errorStyle == "warning"
    assert (rupiah.type, rupiah.operator, rupiah.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert cell(content, office.sub, "Realisasi (Rp)").coordinate in rupiah.sqref
    assert cell(content, office.program, "Realisasi (Rp)").coordinate not in rupiah.sqref
    assert "nihil" in sheet["H1"].comment.text
    assert "Jangan diubah" in sheet["A1"].comment.text


def test_it_is_set_up_for_screen_and_paper(office):
    sheet = opened(export(office))["Realisasi"]
    assert sheet.freeze_panes == "E2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert not sheet.protection.autoFilter  # may be used although protected
    assert all(sheet.column_dimensions[letter].width >= 7 for letter in "ABCDEFGHIJKL")
    assert not any(sheet.column_dimensions[letter].hidden for letter in "ABCDEFGHIJKL")


def test_what_is_stored_stands_in_it_as_numbers_words_and_sums(office):
    save(office, office.sub, kinerja="7,5", rupiah="400.000", faktor_pendorong="=TKSK", tindak_lanjut="a\nb")
    save(office, office.sub_anak, actor=office.staf_anak, kinerja="nihil", rupiah="200.000")
    save(office, office.program, kinerja="tidak berlaku: anggaran dialihkan")
    content = export(office)
    number = cell(content, office.sub, "Realisasi Kinerja")
    assert (number.value, number.data_type) == (7.5, "n")
    assert cell(content, office.sub, "Realisasi (Rp)").value == 400_000
    assert cell(content, office.sub, "Realisasi (Rp)").number_format == "#,##0"
    assert cell(content, office.sub_anak, "Realisasi Kinerja").value == "tidak ada kejadian"
    assert cell(content, office.program, "Realisasi Kinerja").value == "tidak berlaku: anggaran dialihkan"
    assert cell(content, office.kegiatan, "Realisasi (Rp)").value == 600_000
    assert cell(content, office.program, "Realisasi (Rp)").value == 600_000
    # blank below is blank above, and never 0
    assert cell(content, office.sub_lain, "Realisasi (Rp)").value is None
    assert cell(content, office.indikator["1.6.4.02.02"], "Realisasi (Rp)").value is None
    text = cell(content, office.sub, "Faktor Pendorong")
    assert (text.value, text.data_type, text.quotePrefix) == ("=TKSK", "s", True)
    assert b"<f>" not in members(content)["xl/worksheets/sheet1.xml"]
    assert cell(content, office.sub, "Tindak Lanjut").value == "a\nb"


def test_text_that_xml_cannot_hold_does_not_break_the_file(office):
    Indikator.objects.filter(pk=office.sub.pk).update(uraian="Jumlah\x0b orang _x0041_")
    assert cell(export(office), office.sub, "Indikator").value == "Jumlah orang _x005F_x0041_"


def test_a_verified_row_is_closed(office):
    save(office, office.sub, kinerja="100", rupiah="1.000.000")
    verify(office, office.sub)
    content = export(office)
    for column in ("Realisasi Kinerja", "Realisasi (Rp)", "Tindak Lanjut"):
        assert cell(content, office.sub, column).protection.locked, column
    assert not cell(content, office.sub_anak, "Realisasi Kinerja").protection.locked


def test_a_year_that_follows_its_quarters_is_closed_but_for_its_texts(office):
    save(office, office.sub, triwulan=1, kinerja="10", rupiah="100")
    content = export(office)
    assert cell(content, office.sub, "Realisasi Kinerja").protection.locked
    assert cell(content, office.sub, "Realisasi (Rp)").protection.locked
    assert not cell(content, office.sub, "Tindak Lanjut").protection.locked


def test_a_quarter_has_its_own_target_and_budget(office):
    TargetTriwulan.objects.create(indikator=office.sub, tahun=TAHUN, triwulan=2, target=Decimal(30), pagu=250_000)
    content = export(office, triwulan=2)
    assert cell(content, office.sub, "Target").value == 30
    assert cell(content, office.sub, "Pagu (Rp)").value == 250_000
    assert cell(content, office.sub_lain, "Target").value is None
    assert opened(content)["Petunjuk"]["B2"].value == "triwulan II 2022"


def test_the_key_carries_plan_period_row_and_version(office):
    save(office, office.sub, kinerja="7")
    save(office, office.sub, kinerja="8")
    key = Kunci.parse(cell(export(office), office.sub, "Kunci").value)
    assert (key.renstra, key.tahun, key.triwulan, key.kode, key.versi) == (
        "2021-2026",
        TAHUN,
        0,
        "1.6.4.02.01.1",
        2,
    )


@pytest.mark.parametrize("text", ["", "R1|x", "a|b|c|d|e|f|g|h|i|j|k|l|m"])
def test_other_text_is_no_key(text):
    assert Kunci.parse(text) is None


def test_a_key_that_was_changed_is_none():
    key = str(Kunci.of("r", 2022, 0, "1.6.4", 3, ["a"], ["", "", "", "", ""]))
    assert Kunci.parse(key) is not None
    assert Kunci.parse(key.replace("|3|", "|4|")) is None

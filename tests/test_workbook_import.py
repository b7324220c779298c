"""The workbook coming back: what changes, what is refused and where it says so, and that it is all or nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl.worksheet.formula import ArrayFormula

from accounts.models import Jejak
from indicators.actions import save_realisasi
from indicators.entry import Typed
from indicators.models import Indikator, Periode, Realisasi, Target
from indicators.row_record import find_row
from indicators.workbook.reading import BerkasDitolak
from tests.entry_office import TAHUN, build_office, verify
from tests.workbook_files import LETTER, changed, export, filled, opened, packed, rewritten, row_of, saved, send
from tests.workbook_files import members as members_of

pytestmark = pytest.mark.django_db

K, RP = "Realisasi Kinerja", "Realisasi (Rp)"
DORONG, HAMBAT = "Faktor Pendorong", "Faktor Penghambat"


@pytest.fixture
def office(db):
    return build_office()


def save(office, row, triwulan=0, actor=None, tahun=TAHUN, **cells):
    versi = find_row(row.pk, tahun, triwulan).versi
    return save_realisasi(
        actor or office.staf,
        row.pk,
        tahun,
        Typed(**cells),
        versi=versi,
        pintu=Jejak.Pintu.PERAMBAN,
        triwulan=triwulan,
    )


def stored(row, triwulan=0):
    found = Realisasi.objects.get(indikator=row, tahun=TAHUN, triwulan=triwulan)
    return found.keadaan, found.kinerja, found.rupiah


def refusal(office, cells, actor=None, content=None):
    """The only refused cell of a file, after making sure that nothing was stored."""
    content = content or export(office, office.rehsos)
    before = list(Realisasi.objects.order_by("pk").values())
    result = send(actor or office.staf, filled(content, cells))
    assert list(Realisasi.objects.order_by("pk").values()) == before
    assert result.berubah == 0
    assert len(result.ditolak) == 1, result.ditolak
    return result.ditolak[0]


# What goes in


def test_every_cell_that_is_read_back_is_stored(office):
    content = export(office, office.rehsos)
    result = send(office.staf, _all_cells(content, office))
    assert (result.dibaca, result.berubah, result.sama, result.ditolak) == (5, 2, 3, [])
    assert stored(office.sub) == ("terisi", 437, 950_000)
    row = Realisasi.objects.get(indikator=office.sub, tahun=TAHUN)
    assert (row.faktor_pendorong, row.tindak_lanjut) == ("TKSK aktif", "Perbaiki data\nsegera")
    assert row.faktor_penghambat == "=banjir, bukan rumus"
    assert stored(office.program)[1] == Decimal("7.23")


def _all_cells(content, office):
    def change(sheet):
        at, program = row_of(content, office.sub), row_of(content, office.program)
        sheet[f"H{at}"], sheet[f"I{at}"], sheet[f"J{at}"] = 437, 950_000, "TKSK aktif"
        sheet[f"K{at}"] = "=banjir, bukan rumus"
        sheet[f"K{at}"].data_type = "s"
        sheet[f"L{at}"] = "Perbaiki data\r\nsegera  "
        sheet[f"H{program}"] = 7.23

    return changed(content, change)


@pytest.mark.parametrize(
    ("value", "format_", "expected"),
    [
        (12, None, "12"),
        (7.23, None, "7.23"),
        (0.1 + 0.2, None, "0.3"),
        (0, None, "0"),
        ("1.234,5", None, "1234.5"),
        (" 7,23 ", None, "7.23"),
        ("7,23%", None, "7.23"),
        (0.0723, "0.00%", "7.23"),
        (1.05, "0%", "105"),
        (1275, "#,##0", "1275"),
    ],
)
def test_numbers_are_read_as_a_person_sees_them(office, value, format_, expected):
    content = export(office, office.rehsos)
    place = f"H{row_of(content, office.program)}"

    def change(sheet):
        sheet[place] = value
        if format_:
            sheet[place].number_format = format_

    assert send(office.staf, changed(content, change)).ditolak == []
    assert stored(office.program)[1] == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "state"),
    [("nihil", "nihil"), ("Tidak ada kejadian", "nihil"), ("tidak berlaku: tanpa anggaran", "tb")],
)
def test_states_without_a_number_are_typed_as_on_the_page(office, text, state):
    send(office.staf, filled(export(office, office.rehsos), {(office.sub, K): text}))
    assert stored(office.sub) == (state, None, None)


def test_a_typed_amount_may_be_text(office):
    send(office.staf, filled(export(office, office.rehsos), {(office.sub, RP): "Rp 950.000,-"}))
    assert stored(office.sub)[2] == 950_000


def test_emptying_a_cell_empties_it(office):
    save(office, office.sub, kinerja="7", rupiah="100", faktor_pendorong="TKSK")
    result = send(
        office.staf, filled(export(office, office.rehsos), {(office.sub, K): None, (office.sub, DORONG): None})
    )
    assert [(item.kolom, item.dari, item.ke) for item in result.ubahan] == [(K, "7", ""), (DORONG, "TKSK", "")]
    assert stored(office.sub) == ("kosong", None, 100)


def test_a_formula_counts_with_its_stored_number_and_says_so(office):
    content = filled(export(office, office.rehsos), {(office.sub, K): 3})
    place = f"H{row_of(content, office.sub)}".encode()

    def with_formula(xml):
        start = xml.index(b'<c r="' + place + b'"')
        end = xml.index(b"</c>", start)
        cell = xml[start:end].replace(b"<v>3</v>", b"<f>SUM(1,2)</f><v>3</v>")
        assert b"<f>" in cell
        return xml[:start] + cell + xml[end:]

    result = send(office.staf, rewritten(content, "xl/worksheets/sheet1.xml", with_formula))
    assert stored(office.sub)[1] == 3
    assert "=SUM(1,2)" in result.ubahan[0].catatan


def test_the_trail_tells_file_sheet_and_row(office):
    content = export(office, office.rehsos)
    send(office.staf, filled(content, {(office.sub, K): 5}), nama="rehsos 2022.xlsx")
    trail = Jejak.objects.get(kolom="kinerja")
    assert (trail.pelaku, trail.pintu, trail.ke) == (office.staf, "berkas", "5")
    assert trail.alasan == f"Berkas rehsos 2022.xlsx, lembar Realisasi, baris {row_of(content, office.sub)}."


def test_the_command_line_without_a_person_writes_rows_of_every_unit(office):
    content = filled(export(office), {(office.sub, K): 5, (office.sub_lain, K): 6, (office.iku, K): 7.23})
    assert send(None, content).berubah == 3
    assert {(row.pelaku, row.pelaku_nama) for row in Jejak.objects.filter(kolom="kinerja")} == {(None, "sistem")}
    assert Realisasi.objects.get(indikator=office.sub).diubah_oleh is None


def test_a_quarter_goes_into_its_quarter_and_takes_the_year_along(office):
    content = filled(export(office, office.rehsos, triwulan=2), {(office.sub, K): 5, (office.sub, RP): 100})
    result = send(office.staf, content)
    assert (result.triwulan, result.periode) == (2, "triwulan II 2022")
    assert stored(office.sub, 2) == ("terisi", 5, 100)
    assert stored(office.sub)[2] == 100


def test_a_sheet_a_unit_comes_back_as_well(office):
    content = export(office, per_unit=True)
    sheet = "Bidang Rehabilitasi Sosial"
    content = filled(content, {(office.sub, K): 5}, sheet)
    result = send(None, content)
    assert (result.dibaca, result.berubah) == (9, 1)
    assert result.ubahan[0].sel == f"'{sheet}'!H{row_of(content, office.sub, sheet)}"


# What stays as it is


def test_the_same_file_twice_changes_nothing_the_second_time(office):
    content = filled(export(office, office.rehsos), {(office.sub, K): 5, (office.sub, RP): "1.000"})
    assert send(office.staf, content).berubah == 1
    trail = Jejak.objects.count()
    again = send(office.staf, content)
    assert (again.berubah, again.sama, again.ditolak) == (0, 5, [])
    assert Jejak.objects.count() == trail


def test_a_file_as_it_was_taken_changes_nothing(office):
    save(office, office.sub, kinerja="7,5", rupiah="100", tindak_lanjut=" a\r\nb ")
    save(office, office.program, kinerja="tidak berlaku: dialihkan")
    save(office, office.kegiatan, kinerja="nihil")
    result = send(office.staf, export(office, office.rehsos))
    assert (result.dibaca, result.berubah, result.sama, result.ditolak) == (5, 0, 5, [])


def test_a_cell_that_was_not_touched_stays_as_somebody_else_left_it(office):
    content = filled(export(office, office.rehsos), {(office.program, K): 50})
    save(office, office.sub, actor=office.rekan, kinerja="9")
    assert send(office.staf, content).berubah == 1
    assert stored(office.sub)[1] == 9


def test_a_trial_stores_nothing_and_says_what_would_change(office):
    save(office, office.sub, kinerja="7")
    content = filled(export(office, office.rehsos), {(office.sub, K): "8,5", (office.sub_anak, K): 3})
    result = send(office.staf, content, coba=True)
    assert (result.berubah, [(item.kode, item.dari, item.ke) for item in result.ubahan]) == (
        2,
        [("1.6.4.02.01.1", "7", "8,5"), ("1.6.4.02.01.2", "", "3")],
    )
    assert stored(office.sub)[1] == 7


def test_sorted_and_deleted_rows_and_a_new_column_do_no_harm(office):
    content = filled(export(office, office.rehsos), {(office.sub, K): 5})

    def change(sheet):
        rows = list(sheet.iter_rows(min_row=2, max_col=12, values_only=True))[1:][::-1]
        sheet.delete_rows(2, sheet.max_row)
        for row in rows:
            sheet.append(row)
        sheet["M1"], sheet["M2"] = "Catatan saya", "tanya Budi"

    result = send(office.staf, changed(content, change))
    assert (result.dibaca, result.berubah) == (4, 1)
    assert stored(office.sub)[1] == 5
    assert "Catatan saya" in result.diabaikan[0]


def test_moved_columns_are_found_by_their_heading(office):
    content = filled(export(office, office.rehsos), {(office.sub, K): 5})

    def change(sheet):
        for row in sheet.iter_rows(max_col=12):
            row[7].value, row[11].value = row[11].value, row[7].value

    result = send(office.staf, changed(content, change))
    assert stored(office.sub)[1] == 5
    assert result.ubahan[0].sel.startswith("Realisasi!L")


def test_a_sum_above_that_grew_meanwhile_is_no_change_of_the_file(office):
    save(office, office.sub, rupiah="100")
    content = filled(export(office, office.rehsos), {(office.program, K): 5})
    save(office, office.sub_anak, actor=office.staf_anak, rupiah="50")
    assert send(office.staf, content).ditolak == []


def test_a_hundred_thousand_empty_rows_do_not_matter(office):
    def change(sheet):
        style = sheet["H2"]._style
        for number in range(10, 20_000):
            for column in range(1, 6):
                sheet.cell(number, column)._style = style

    content = changed(filled(export(office, office.rehsos), {(office.sub, K): 5}), change)
    empty = b"".join(
        b'<row r="%d"><c r="A%d" s="1"/><c r="H%d" s="1"/></row>' % (n, n, n) for n in range(20_000, 100_000)
    )
    content = rewritten(
        content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", empty + b"</sheetData>")
    )
    result = send(office.staf, content)
    assert (result.dibaca, result.berubah) == (5, 1)


# What is refused, cell by cell


def test_one_bad_cell_and_nothing_of_the_file_is_stored(office):
    content = export(office, office.rehsos)
    refused = refusal(office, {(office.sub, K): 5, (office.sub_anak, K): "banyak"}, content=content)
    assert refused.sel == f"Realisasi!H{row_of(content, office.sub_anak)}"
    assert refused.nilai == "banyak"
    assert "bukan angka" in refused.alasan


@pytest.mark.parametrize(
    ("column", "value", "shown", "said"),
    [
        (K, -5, "-5", "negatif"),
        (K, "12.34", "12.34", "bisa berarti"),
        (K, 33.33333, "33,33333", "desimal"),
        (K, True, "TRUE", "TRUE/FALSE"),
        (K, date(2022, 3, 7), "7 Maret 2022", "tanggal"),
        (K, "#REF!", "#REF!", "kesalahan Excel"),
        (K, "=1+1", "=1+1", "rumus tanpa hasil"),
        (K, ArrayFormula("H2", "=1+1"), "=1+1", "rumus tanpa hasil"),
        (K, "-", "-", "kosong"),
        (K, "tidak berlaku", "tidak berlaku", "mengapa"),
        (RP, 1000.5, "1.000,5", "sen"),
        (RP, "7%", "7%", "persen"),
        (RP, 1e20, "100.000.000.000.000.000.000", "terlalu panjang"),
        (DORONG, "=A1", "=A1", "rumus"),
        (DORONG, "x" * 4001, "x" * 4001, "Terlalu panjang"),
    ],
)
def test_what_is_no_value_is_refused_with_the_reason(office, column, value, shown, said):
    refused = refusal(office, {(office.sub, column): value})
    assert refused.nilai == shown
    assert said in refused.alasan


def test_a_percent_is_refused_where_people_are_counted(office):
    content = export(office, office.rehsos)
    place = f"H{row_of(content, office.sub)}"

    def change(sheet):
        sheet[place] = 0.5
        sheet[place].number_format = "0%"

    result = send(office.staf, changed(content, change))
    assert [(item.nilai, "persen" in item.alasan) for item in result.ditolak] == [("50%", True)]


def test_money_on_a_row_that_is_a_sum_is_refused(office):
    assert "dihitung" in refusal(office, {(office.program, RP): 5}).alasan
    assert "dihitung" in refusal(office, {(office.ukuran_kedua, RP): 5}).alasan


@pytest.mark.parametrize("column", ["Kode", "Uraian", "Indikator", "Satuan", "Target", "Pagu (Rp)"])
def test_a_changed_column_of_the_plan_is_refused(office, column):
    content = export(office, office.rehsos)
    refused = refusal(office, {(office.sub, column): 99}, content=content)
    assert refused.sel == f"Realisasi!{LETTER[column]}{row_of(content, office.sub)}"
    assert (refused.nilai, "kembalikan" in refused.alasan) == ("99", True)


def test_an_emptied_column_of_the_plan_is_refused_and_says_what_stood_there(office):
    assert "1.000.000" in refusal(office, {(office.sub, "Pagu (Rp)"): None}).alasan


def test_a_plan_that_was_changed_meanwhile_is_no_fault_of_the_file(office):
    content = filled(export(office, office.rehsos), {(office.sub, K): 5})
    Target.objects.filter(indikator=office.sub).update(target=200)
    assert send(office.staf, content).ditolak == []


def test_a_computed_figure_is_not_typed_over(office):
    save(office, office.sub, triwulan=1, kinerja="10", rupiah="100")
    assert "mengikuti triwulan" in refusal(office, {(office.sub, K): 11}).alasan


def test_a_row_of_another_unit_is_refused_by_name(office):
    refused = refusal(office, {(office.sub_lain, K): 5}, content=export(office))
    assert "Bidang Pemberdayaan Sosial" in refused.alasan


def test_a_verified_row_is_refused(office):
    content = export(office, office.rehsos)
    save(office, office.sub, kinerja="100", rupiah="1.000.000")
    verify(office, office.sub)
    assert "diverifikasi" in refusal(office, {(office.sub, K): 5}, content=content).alasan


def test_a_closed_period_is_refused(office):
    Periode.objects.create(
        perangkat_daerah=office.renstra.perangkat_daerah, tahun=TAHUN, tutup=timezone.localdate() - timedelta(1)
    )
    assert "ditutup" in refusal(office, {(office.sub, K): 5}).alasan


def test_a_cell_that_somebody_changed_meanwhile_is_refused_with_both_values_who_and_when(office):
    save(office, office.sub, kinerja="3")
    content = export(office, office.rehsos)
    save(office, office.sub, actor=office.rekan, kinerja="4")
    refused = refusal(office, {(office.sub, K): 5}, content=content)
    assert "“4”" in refused.alasan
    assert "“5”" in refused.alasan
    assert office.rekan.nama in refused.alasan
    assert f"{timezone.localtime():%H}." in refused.alasan
    assert stored(office.sub)[1] == 4


def test_another_cell_of_the_row_that_changed_meanwhile_is_told(office):
    content = export(office, office.rehsos)
    save(office, office.sub, actor=office.rekan, rupiah="4")
    assert "sel lain di baris ini" in refusal(office, {(office.sub, K): 5}, content=content).alasan


def test_a_first_value_typed_by_two_people_is_a_conflict(office):
    content = export(office, office.rehsos)
    save(office, office.sub, actor=office.rekan, kinerja="4")
    refusal(office, {(office.sub, K): 5}, content=content)
    # the same value from both is none
    assert send(office.staf, filled(content, {(office.sub, K): "4,0"})).ditolak == []


def test_merged_cells_are_refused_with_their_range(office):
    for row in (office.kegiatan, office.ukuran_kedua):
        save(office, row, kinerja="7")
    content = export(office, office.rehsos)
    result = send(office.staf, changed(content, lambda sheet: sheet.merge_cells("H3:H4")))
    assert [item.sel for item in result.ditolak] == ["Realisasi!H3", "Realisasi!H4"]
    assert all("H3:H4" in item.alasan for item in result.ditolak)
    assert result.ubahan == []  # what merging emptied was not emptied by a person


def test_a_row_twice_is_refused_and_names_the_other(office):
    content = filled(export(office, office.rehsos), {(office.sub, K): 5})

    def change(sheet):
        sheet.append([cell.value for cell in sheet[row_of(content, office.sub)][:12]])

    result = send(office.staf, changed(content, change))
    assert [item.sel for item in result.ditolak] == ["Realisasi!A7"]
    assert f"Realisasi!A{row_of(content, office.sub)}" in result.ditolak[0].alasan
    assert not Realisasi.objects.exists()


def test_a_row_without_a_key_cannot_be_added(office):
    content = export(office, office.rehsos)
    result = send(office.staf, changed(content, lambda sheet: sheet.__setitem__("H20", 5)))
    assert [(item.sel, "tidak punya Kunci" in item.alasan) for item in result.ditolak] == [("Realisasi!A20", True)]


def test_a_key_that_was_changed_is_refused(office):
    content = export(office, office.rehsos)

    def change(sheet):
        sheet["A3"] = sheet["A3"].value.replace("|0|", "|1|")

    result = send(office.staf, changed(content, change))
    assert [(item.sel, "Kunci" in item.alasan) for item in result.ditolak] == [("Realisasi!A3", True)]


def test_a_row_of_another_year_among_others_is_refused(office):
    other = opened(export(office, office.rehsos, tahun=2023))["Realisasi"]

    def change(sheet):
        sheet["A3"] = other["A3"].value

    result = send(office.staf, changed(export(office, office.rehsos), change))
    assert [(item.sel, "tahun 2023" in item.alasan) for item in result.ditolak] == [("Realisasi!A3", True)]


def test_a_row_that_the_plan_has_no_more_is_refused(office):
    content = export(office, office.rehsos)
    office.ukuran_kedua.target.all().delete()
    Indikator.objects.filter(pk=office.ukuran_kedua.pk).delete()
    result = send(office.staf, content)
    assert [("tidak ada dalam Renstra" in item.alasan) for item in result.ditolak] == [True]


# Files that are not taken at all


def whole_refusal(office, content, actor=None, **options):
    with pytest.raises(BerkasDitolak) as caught:
        send(actor or office.staf, content, **options)
    assert not Realisasi.objects.exists()
    return caught.value


def test_another_year_is_named_where_the_page_asks_for_one(office):
    error = whole_refusal(office, export(office, office.rehsos, tahun=2023), tahun=2022)
    assert "untuk tahun 2023" in str(error)


def test_another_units_file_is_named(office):
    error = whole_refusal(office, export(office, office.dayasos))
    assert "Bidang Pemberdayaan Sosial" in str(error)
    assert "Bidang Rehabilitasi Sosial" in str(error)


def test_another_plans_file_is_named(office):
    content = export(office, office.rehsos)
    office.renstra.kode = "2025-2029"
    office.renstra.save()
    assert "dibuat dari Renstra 2021-2026" in str(whole_refusal(office, content))


def test_a_renamed_column_is_named_with_what_stands_there(office):
    content = changed(export(office, office.rehsos), lambda sheet: sheet.__setitem__("I1", "Realisasi Rupiah"))
    error = whole_refusal(office, content)
    assert (error.sel, error.nilai) == ("Realisasi!I1", "Realisasi Rupiah")
    assert "“Realisasi (Rp)”" in str(error)


def test_a_missing_column_is_named(office):
    content = changed(export(office, office.rehsos), lambda sheet: sheet.delete_cols(4))
    assert "“Indikator”" in str(whole_refusal(office, content))


def test_a_column_twice_is_named(office):
    content = changed(export(office, office.rehsos), lambda sheet: sheet.__setitem__("M1", "realisasi  kinerja"))
    assert "dua kali" in str(whole_refusal(office, content))


def test_rows_above_the_headings_are_named(office):
    def change(sheet):
        sheet.title = name
        sheet.insert_rows(1, 2)

    for name in ("Lembar1", "Realisasi"):
        error = whole_refusal(office, changed(export(office, office.rehsos), change))
        assert error.sel == f"{name}!A3"


def test_a_hidden_sheet_with_rows_is_named_and_not_read(office):
    book = opened(filled(export(office, office.rehsos), {(office.sub, K): 5}))
    book["Realisasi"].sheet_state = "hidden"
    assert "tersembunyi" in str(whole_refusal(office, saved(book)))


def test_a_workbook_without_our_sheet_is_named(office):
    book = opened(export(office, office.rehsos))
    del book["Realisasi"]
    assert "Tidak ada lembar" in str(whole_refusal(office, saved(book)))


def test_a_file_without_rows_is_named(office):
    content = changed(export(office, office.rehsos), lambda sheet: sheet.delete_rows(2, 50))
    assert "tidak berisi satu baris pun" in str(whole_refusal(office, content))


def test_only_staff_send_files(office):
    content = export(office, office.rehsos)
    for person in (office.verifikator, office.sekretariat, office.pimpinan, office.administrator):
        with pytest.raises(PermissionDenied):
            send(person, content)


def test_a_figure_far_below_a_percent_is_pointed_at(office):
    result = send(office.staf, filled(export(office, office.rehsos), {(office.program, K): 0.0723}), coba=True)
    assert "Kurang dari 1 persen" in result.ubahan[0].catatan


def test_money_above_the_pagu_is_taken_and_pointed_at(office):
    result = send(office.staf, filled(export(office, office.rehsos), {(office.sub, RP): 2_000_000}))
    assert stored(office.sub)[2] == 2_000_000
    assert "Melebihi pagu" in result.ubahan[0].catatan


def test_the_number_of_queries_does_not_grow_with_what_stays(office):
    content = export(office)
    with CaptureQueriesContext(connection) as few:
        send(None, content)
    assert len(few) <= 8


def test_shared_and_rich_text_as_excel_writes_it_is_read(office):
    content = filled(export(office, office.rehsos), {(office.sub, DORONG): "satu"})
    files = members_of(content)
    sheet = files["xl/worksheets/sheet1.xml"]
    start = sheet.index(b'<c r="J%d"' % row_of(content, office.sub))
    end = sheet.index(b"</c>", start) + 4
    assert b"satu" in sheet[start:end]
    cell = b'<c r="J%d" t="s"><v>1</v></c>' % row_of(content, office.sub)
    files["xl/worksheets/sheet1.xml"] = sheet[:start] + cell + sheet[end:]
    # a prefix, runs of rich text, the reading aid of other scripts, an escaped line end
    files["xl/sharedStrings.xml"] = (
        b'<x:sst xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:si><x:t>lain</x:t></x:si>'
        b"<x:si><x:r><x:t>du</x:t></x:r><x:r><x:t>a_x000A_baris</x:t></x:r><x:rPh><x:t>tidak</x:t></x:rPh></x:si></x:sst>"
    )
    files["xl/_rels/workbook.xml.rels"] = files["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rS" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    send(office.staf, packed(files))
    assert Realisasi.objects.get(indikator=office.sub).faktor_pendorong == "dua\nbaris"

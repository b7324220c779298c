"""The forms T-C.23 to T-C.29, E.80 and E.81 of Permendagri 86/2017.

Plan figures are those of Tabel 6.2 (page 38), the service figures those of Tabel 2.14;
what was reached is invented here and worked out by hand beside each case.
"""

import pytest

from accounts.models import UnitKerja, User
from indicators.actions import Outcome, save_realisasi
from indicators.entry import Typed
from indicators.models import Indikator, Realisasi
from programs.models import Renstra, SubKegiatan
from reports.matrix import Peran, Sel, header_rows, leaves, number_cells, parts, shown, value
from reports.models import CatatanEvaluasi
from reports.report import Tingkat
from tests.report_cells import build


def enter(kode, tahun, triwulan=0, **values):
    """Realisasi of the first indicator of a node, or of the IKU."""
    rows = Indikator.objects.filter(renstra=Renstra.current(), ukuran_dari__isnull=True)
    row = rows.filter(kode=kode).first() or rows.filter(subkegiatan__kode=kode).first()
    row = row or rows.filter(kegiatan__kode=kode).order_by("urutan").first() or rows.get(program__kode=kode)
    if "kinerja" in values:
        values.setdefault("keadaan", "terisi")
    Realisasi.objects.create(indikator=row, tahun=tahun, triwulan=triwulan, **values)
    return row


def line(matrix, kode, at=0):
    """A row of a node as shown, by key; ``at`` counts its rows."""
    rows = [row for row in matrix.baris if row.kode == kode]
    return cells(matrix, rows[at])


def cells(matrix, row):
    return {
        column.kunci: " / ".join(map(shown, parts(cell))) if cell is not None else None
        for column, cell in zip(leaves(matrix.kolom), row.sel, strict=True)
    }


def notes(matrix, kode, key, at=0):
    row = [row for row in matrix.baris if row.kode == kode][at]
    cell = row.sel[[column.kunci for column in leaves(matrix.kolom)].index(key)]
    numbers = cell.catatan if isinstance(cell, Sel) else ()
    return [note.teks for note in matrix.catatan if note.nomor in numbers]


def closing(matrix):
    return [cells(matrix, row) for row in matrix.baris if row.peran is Peran.PENUTUP]


def numbers(matrix):
    return [(text, width) for _, width, text in number_cells(matrix.kolom)]


# --- the forms that repeat a table of the document -----------------------------------


@pytest.mark.parametrize(
    ("form", "table"), [("t-c-23", "tabel-2-12"), ("t-c-24", "tabel-2-14"), ("t-c-28", "tabel-7-1")]
)
def test_a_form_has_the_figures_of_its_table(baseline, form, table):
    one, other = build(form), build(table)
    keys = [column.kunci for column in leaves(one.kolom)]
    assert keys == [column.kunci for column in leaves(other.kolom)]
    for mine, theirs in zip(one.baris, other.baris, strict=True):
        for key, cell, printed in zip(keys, mine.sel, theirs.sel, strict=True):
            if not key.startswith("pertumbuhan"):
                assert list(map(value, parts(cell))) == list(map(value, parts(printed))), key


@pytest.mark.parametrize("slug", ["t-c-23", "t-c-24", "t-c-25", "t-c-26", "t-c-27", "t-c-28", "t-c-29"])
def test_every_column_of_a_form_is_numbered(baseline, slug):
    matrix = build(slug)
    assert numbers(matrix) == [(f"({at})", 1) for at in range(1, len(leaves(matrix.kolom)) + 1)]


def test_t_c_24_shows_growth_where_the_document_is_blank(baseline):
    """Tabel 2.14: 6.175.746.696, 11.950.789.000, 9.003.256.216, 12.999.110.000, 5.888.479.324 of budget.

    Rates 93,51 −24,66 44,38 −54,70: mean 14,63. Realisasi 5.927.748.941, 11.564.316.817,
    8.629.490.989, 12.785.982.561, 5.576.865.756: 95,09 −25,38 48,17 −56,38: mean 15,37.
    """
    matrix = build("t-c-24")
    row = cells(matrix, matrix.baris[0])
    assert (row["pertumbuhan_anggaran"], row["pertumbuhan_realisasi"]) == ("14,63", "15,37")
    assert "dokumen mengosongkan" in matrix.catatan[0].teks


def test_t_c_25_numbers_the_aim(baseline):
    matrix = build("t-c-25")
    row = cells(matrix, matrix.baris[0])
    assert [column.kunci for column in leaves(matrix.kolom)][:4] == ["no", "tujuan", "sasaran", "indikator"]
    assert (row["no"], row["target_2021"], row["target_2026"]) == ("1", "3%", "3%")


def test_t_c_26_opens_with_visi_and_misi_alone(baseline):
    text = [shown(row.sel[0].nilai[0]) for row in build("t-c-26").pembuka]
    assert text[0] == "VISI"
    assert text[2].startswith("MISI")
    assert "ISU STRATEGIS" not in text


def test_t_c_27_is_tabel_6_2_below_aim_and_objective(baseline):
    matrix = build("t-c-27")
    first = cells(matrix, matrix.baris[0])
    assert matrix.baris[0].peran is Peran.SASARAN
    assert first["tujuan"] == "Peningkatan Kesejahteraan Masyarakat"
    assert first["sasaran"] == "Meningkatnya Perlindungan dan Pemberdayaan Sosial"
    assert (first["target_2021"], first["target_akhir"]) == ("3", "18%")
    row = line(matrix, "1.6.1.02.01.1")
    assert (row["pagu_2021"], row["target_akhir"], row["pagu_akhir"]) == ("46.130.000", "6 Dokumen", "266.985.000")
    assert row["unit"] == "Sub Bagian Program, Evaluasi dan Pelaporan"
    total = cells(matrix, matrix.baris[-1])
    assert total["pagu_2021"] == line(build("tabel-6-2"), "")["pagu_2021"]


def test_t_c_27_prints_the_place_of_a_sub_kegiatan(baseline):
    SubKegiatan.objects.filter(kode="1.6.1.02.01.1").update(lokasi="Kecamatan Curug")
    matrix = build("t-c-27")
    assert line(matrix, "1.6.1.02.01.1")["lokasi"] == "Kecamatan Curug"
    assert line(matrix, "1.6.1.02.01.2")["lokasi"] == ""


# --- T-C.29 --------------------------------------------------------------------------


def test_t_c_29_estimates_with_the_target_of_the_running_year(baseline):
    """Kegiatan 1.6.1.02.01: 12 a year, 72 at the end. 10 in 2021, 9 in 2022, target 12 in 2023:

    9 / 12 = 75 %; 10 + 9 + 12 = 31; 31 / 72 = 43,06 %.
    """
    enter("1.6.1.02.01", 2021, kinerja=10)
    enter("1.6.1.02.01", 2022, kinerja=9)
    row = line(build("t-c-29", 2024), "1.6.1.02.01")
    assert row["target_akhir"] == "72 Kegiatan"
    assert row["realisasi_sampai"] == "10"
    assert (row["target_lalu"], row["realisasi_lalu"], row["tingkat_realisasi"]) == ("12", "9", "75,00")
    assert (row["target_berjalan"], row["perkiraan"], row["tingkat_capaian"]) == ("12", "31", "43,06")


def test_t_c_29_takes_the_last_value_where_it_does_not_add_up(baseline):
    """Program 1.6.1: 100 % a year, 100 % at the end; reached 90, 80, then the target 100."""
    enter("1.6.1", 2021, kinerja=90)
    enter("1.6.1", 2022, kinerja=80)
    row = line(build("t-c-29", 2024), "1.6.1")
    assert (row["realisasi_sampai"], row["realisasi_lalu"]) == ("90", "80")
    assert (row["perkiraan"], row["tingkat_capaian"]) == ("100", "100,00")


def test_t_c_29_knows_nothing_before_the_plan_and_never_says_zero(baseline):
    matrix = build("t-c-29", 2022)
    row = line(matrix, "1.6.1.02.01")
    assert [row[key] for key in ("realisasi_sampai", "target_lalu", "realisasi_lalu", "tingkat_realisasi")] == ["–"] * 4
    assert any("mulai tahun 2021" in note.teks for note in matrix.catatan)
    heads = [cell.kolom.judul for level in header_rows(matrix.kolom) for cell in level]
    assert "Target Renja 2020" in heads
    assert "Realisasi Target Kinerja s/d Tahun 2019" in heads


def test_t_c_29_leaves_the_estimate_unknown_when_a_year_is_missing(baseline):
    enter("1.6.1.02.01", 2021, kinerja=10)
    row = line(build("t-c-29", 2024), "1.6.1.02.01")
    assert (row["realisasi_lalu"], row["perkiraan"], row["tingkat_capaian"]) == ("–", "–", "–")


# --- E.80 ----------------------------------------------------------------------------


def test_e_80_has_six_columns_a_year(baseline):
    matrix = build("e-80")
    keys = [column.kunci for column in leaves(matrix.kolom)]
    assert keys[:7] == ["no", "sasaran", "uraian", "indikator", "data_awal", "target_akhir", "pagu_akhir"]
    assert keys[7:13] == [
        "target_2021",
        "pagu_2021",
        "realisasi_2021",
        "realisasi_rp_2021",
        "capaian_2021",
        "serapan_2021",
    ]
    assert keys[-1] == "unit"
    # Numbers 1-5 are a column each, 6-24 a pair of K and Rp, 25 the unit.
    assert numbers(matrix) == [(str(at), 2 if 6 <= at <= 24 else 1) for at in range(1, 26)]


def test_e_80_adds_money_up_the_tree_but_not_performance(baseline):
    """Pagu 2021 of kegiatan 1.6.1.02.01 is 56.688.000; spent 40.000.000 + 1.000.000 = 41.000.000: 72,33 %."""
    enter("1.6.1.02.01.1", 2021, kinerja=1, rupiah=40_000_000)
    enter("1.6.1.02.01.2", 2021, kinerja="0.5", rupiah=1_000_000)
    matrix = build("e-80", 2021)
    sub = line(matrix, "1.6.1.02.01.2")
    assert (sub["target_2021"], sub["realisasi_2021"], sub["capaian_2021"]) == ("1", "0,5", "50,00")
    assert (sub["pagu_2021"], sub["realisasi_rp_2021"], sub["serapan_2021"]) == ("1.499.000", "1.000.000", "66,71")
    kegiatan = line(matrix, "1.6.1.02.01")
    assert (kegiatan["pagu_2021"], kegiatan["realisasi_rp_2021"]) == ("56.688.000", "41.000.000")
    assert kegiatan["serapan_2021"] == "72,33"
    assert (kegiatan["realisasi_2021"], kegiatan["capaian_2021"]) == ("–", "–")
    for kode in ("1.6.1", ""):  # program, and the objective above it
        assert line(matrix, kode)["realisasi_rp_2021"] == "41.000.000"
    assert line(matrix, "1.6.2")["realisasi_rp_2021"] == "–"


def test_e_80_divides_money_among_the_indicators_of_a_kegiatan(baseline):
    """1.6.5.02.02 has three Rp lines; what its sub kegiatan spend stands in the line each serves."""
    enter("1.6.5.02.02.3", 2026, rupiah=100_000_000)  # serves the second indicator: 129.200.000
    matrix = build("e-80", 2026)
    assert [line(matrix, "1.6.5.02.02", at)["pagu_2026"] for at in range(3)] == [
        "499.997.000",
        "129.200.000",
        "950.000.000",
    ]
    assert [line(matrix, "1.6.5.02.02", at)["realisasi_rp_2026"] for at in range(3)] == ["–", "100.000.000", "–"]


def test_e_80_stacks_two_measures(baseline):
    matrix = build("e-80")
    row = next(cells(matrix, row) for row in matrix.baris if row.kode == "1.6.4.02.01")
    assert row["target_akhir"].startswith("100%")
    assert " / " in row["target_2021"]


def test_e_80_marks_what_is_not_approved(baseline):
    enter("1.6.1.02.01.1", 2021, kinerja=1, rupiah=1, status="disetujui")
    enter("1.6.1.02.01.2", 2021, kinerja=1, rupiah=1, status="diajukan")
    matrix = build("e-80", 2021)
    assert notes(matrix, "1.6.1.02.01.1", "realisasi_2021") == []
    assert notes(matrix, "1.6.1.02.01.2", "realisasi_2021") == ["Belum disetujui: status diajukan."]
    assert notes(matrix, "1.6.1.02.01.2", "realisasi_rp_2021") == ["Belum disetujui: status diajukan."]
    assert notes(matrix, "1.6.1.02.01", "realisasi_rp_2021") == ["Belum disetujui: status diajukan."]


def test_e_80_says_no_event_and_leaves_it_out_of_the_mean(baseline):
    enter("1.6.1.02.01.1", 2021, keadaan="nihil")
    enter("1.6.1.02.01.2", 2021, kinerja="0.6")
    matrix = build("e-80", 2021)
    assert line(matrix, "1.6.1.02.01.1")["realisasi_2021"] == "tidak ada kejadian"
    assert closing(matrix)[0]["capaian_2021"] == "60,00"


def test_e_80_caps_at_100_in_the_mean_and_says_so(baseline):
    """Capaian 150 and 50: capped 100 and 50, mean 75: Sedang (66 to 76). Rows keep their 150."""
    enter("1.6.1.02.01.1", 2021, kinerja="1.5")
    enter("1.6.1.02.01.2", 2021, kinerja="0.5")
    matrix = build("e-80", 2021)
    assert line(matrix, "1.6.1.02.01.1")["capaian_2021"] == "150,00"
    mean, word = closing(matrix)
    assert (mean["capaian_2021"], word["capaian_2021"]) == ("75,00", "Sedang")
    assert (mean["capaian_2022"], word["capaian_2022"]) == ("–", "–")
    assert any("paling tinggi dihitung 100" in note.teks for note in matrix.catatan)


def test_e_80_of_a_unit_shows_its_rows_and_its_part_of_the_money(baseline):
    """Sub Bagian Keuangan owns kegiatan 1.6.1.02.02 alone: 6.263.152.011 of program 1.6.1's 7.773.349.105."""
    unit = UnitKerja.objects.get(kode="sekretariat.keuangan")
    matrix = build("e-80", 2021, unit=unit)
    assert {row.kode for row in matrix.baris} == {"", "1.6.1", "1.6.1.02.02", "1.6.1.02.02.1"}
    program = line(matrix, "1.6.1")
    assert (program["indikator"], program["pagu_2021"]) == ("", "6.263.152.011")
    assert any("Hanya baris Sub Bagian Keuangan" in note.teks for note in matrix.catatan)
    assert {item.kunci: item.nilai for item in matrix.parameter}["unit"] == "sekretariat.keuangan"


@pytest.mark.parametrize(
    ("tingkat", "perans"),
    [
        (Tingkat.PROGRAM, {Peran.SASARAN, Peran.PROGRAM, Peran.PENUTUP}),
        (Tingkat.KEGIATAN, {Peran.SASARAN, Peran.PROGRAM, Peran.KEGIATAN, Peran.PENUTUP}),
    ],
)
def test_e_80_stops_at_a_level_with_the_same_money(baseline, tingkat, perans):
    enter("1.6.1.02.01.1", 2021, rupiah=5)
    matrix = build("e-80", 2021, tingkat=tingkat)
    assert {row.peran for row in matrix.baris} == perans
    assert line(matrix, "1.6.1")["realisasi_rp_2021"] == "5"


# --- E.81 ----------------------------------------------------------------------------


def test_e_81_numbers_fifteen_columns(baseline):
    matrix = build("e-81")
    assert numbers(matrix) == [(str(at), 2 if 5 <= at <= 14 else 1) for at in range(1, 16)]


def test_e_81_sums_quarters_of_an_indicator_that_adds_up(baseline):
    """1.6.1.02.01.7: 4 a year, 24 at the end. 4 and 3 in 2021-2022, then 1 and 2 in quarters of 2023.

    12: 1 + 2 = 3; 13: 7 + 3 = 10; 14: 10 / 24 = 41,67 %. Money 2023: 500.000 + 250.000.
    """
    enter("1.6.1.02.01.7", 2021, kinerja=4, rupiah=3_000_000)
    enter("1.6.1.02.01.7", 2022, kinerja=3, rupiah=1_000_000)
    enter("1.6.1.02.01.7", 2023, 1, kinerja=1, rupiah=500_000)
    enter("1.6.1.02.01.7", 2023, 2, kinerja=2, rupiah=250_000)
    row = line(build("e-81", 2023), "1.6.1.02.01.7")
    assert (row["target_akhir"], row["realisasi_lalu"], row["target"]) == ("24 Kegiatan", "7", "4")
    assert [row[f"tw_{at}"] for at in range(1, 5)] == ["1", "2", "–", "–"]
    assert [row[f"tw_rp_{at}"] for at in range(1, 5)] == ["500.000", "250.000", "–", "–"]
    assert (row["realisasi"], row["realisasi_sampai"], row["capaian"]) == ("3", "10", "41,67")
    assert (row["realisasi_rp"], row["realisasi_rp_lalu"]) == ("750.000", "4.000.000")
    assert row["realisasi_rp_sampai"] == "4.750.000"


def test_e_81_takes_the_last_quarter_of_an_indicator_that_does_not(baseline):
    """Program 1.6.1 in percent: 60 then 80 in 2023 is 80, after 95 in 2022; 80 of 100 is 80 %."""
    enter("1.6.1", 2022, kinerja=95)
    enter("1.6.1", 2023, 1, kinerja=60)
    enter("1.6.1", 2023, 2, kinerja=80)
    row = line(build("e-81", 2023), "1.6.1")
    assert (row["realisasi"], row["realisasi_sampai"], row["capaian"]) == ("80", "80", "80,00")


def test_e_81_of_a_quarter_knows_nothing_later(baseline):
    enter("1.6.1.02.01.7", 2023, 1, kinerja=1, rupiah=500_000)
    enter("1.6.1.02.01.7", 2023, 2, kinerja=2, rupiah=250_000)
    matrix = build("e-81", 2023, triwulan=1)
    row = line(matrix, "1.6.1.02.01.7")
    assert (row["tw_1"], row["tw_2"], row["realisasi"], row["realisasi_rp"]) == ("1", "", "1", "500.000")
    assert matrix.subjudul[-1] == "Renja Tahun 2023 sampai dengan Triwulan I"
    assert {item.kunci: item.nilai for item in matrix.parameter}["triwulan"] == 1


def test_e_81_without_quarters_shows_the_year(baseline):
    enter("1.6.1.02.01.7", 2023, kinerja=3, rupiah=700_000)
    whole = line(build("e-81", 2023), "1.6.1.02.01.7")
    assert (whole["tw_1"], whole["realisasi"], whole["realisasi_rp"]) == ("–", "3", "700.000")
    # Earlier years were never entered: a sum with a missing part is unknown.
    assert (whole["realisasi_lalu"], whole["realisasi_sampai"], whole["capaian"]) == ("–", "–", "–")
    part = line(build("e-81", 2023, triwulan=1), "1.6.1.02.01.7")
    assert (part["realisasi"], part["realisasi_rp"]) == ("–", "–")


def test_e_81_with_a_quarter_left_out_does_not_guess(baseline):
    enter("1.6.1.02.01.7", 2023, 1, kinerja=1)
    enter("1.6.1.02.01.7", 2023, 3, kinerja=1)
    assert line(build("e-81", 2023), "1.6.1.02.01.7")["realisasi"] == "–"


def test_e_81_of_the_first_year_has_nothing_before(baseline):
    enter("1.6.1.02.01.7", 2021, kinerja=4)
    row = line(build("e-81", 2021), "1.6.1.02.01.7")
    assert (row["realisasi_lalu"], row["realisasi_rp_lalu"]) == ("-", "-")
    assert (row["realisasi_sampai"], row["capaian"]) == ("4", "16,67")  # 4 / 24


def test_e_81_means_the_year_and_the_plan(baseline):
    """2021 alone: 4 of 4 is 100, 1 of 2 impossible here; 3 of 6 at the end: one row, so the means are its own."""
    enter("1.6.1.02.01.7", 2021, kinerja=2)
    mean, word = closing(build("e-81", 2021))
    assert (mean["realisasi"], word["realisasi"]) == ("50,00", "Sangat Rendah")  # 2 of 4
    assert mean["capaian"] == "8,33"  # 2 of 24


# --- how E.80 and E.81 end -----------------------------------------------------------


def test_the_close_gathers_what_the_units_wrote(baseline):
    enter("1.6.1.02.01.1", 2023, kinerja=1, faktor_pendorong="Anggaran cukup", tindak_lanjut="Lanjutkan")
    enter("1.6.1.02.01.2", 2023, kinerja=1, faktor_pendorong="Anggaran cukup", faktor_penghambat="Staf kurang")
    enter("1.6.1.02.01.3", 2022, kinerja=1, faktor_pendorong="Tahun lain")
    found = {item.kunci: item.teks for item in build("e-80", 2023).penutup}
    assert found == {
        "faktor_pendorong": "1.6.1.02.01.1, 1.6.1.02.01.2: Anggaran cukup",
        "faktor_penghambat": "1.6.1.02.01.2: Staf kurang",
        "tindak_lanjut_triwulan": "",
        "tindak_lanjut_renja": "1.6.1.02.01.1: Lanjutkan",
    }


def test_what_the_sekretariat_wrote_stands_in_its_place(baseline):
    enter("1.6.1.02.01.1", 2023, kinerja=1, faktor_pendorong="Anggaran cukup", faktor_penghambat="Staf kurang")
    CatatanEvaluasi.objects.create(renstra=Renstra.current(), tahun=2023, faktor_pendorong="Ditulis Sekretariat")
    CatatanEvaluasi.objects.create(renstra=Renstra.current(), tahun=2023, triwulan=2, faktor_pendorong="Triwulan dua")
    found = {item.kunci: item.teks for item in build("e-81", 2023).penutup}
    assert found["faktor_pendorong"] == "Ditulis Sekretariat"
    assert found["faktor_penghambat"] == "1.6.1.02.01.1: Staf kurang"
    quarter = {item.kunci: item.teks for item in build("e-81", 2023, triwulan=2).penutup}
    assert quarter["faktor_pendorong"] == "Triwulan dua"


def test_a_year_without_event_is_left_out_of_every_sum_to_date(baseline):
    """IKU-1, 3 % a year: 3 in 2021, no event in 2022, 2 in 2023: 5 so far, in E.81 as in the LKIP; 5 / 18 = 27,78."""
    enter("IKU-1", 2021, kinerja=3)
    enter("IKU-1", 2022, keadaan="nihil")
    enter("IKU-1", 2023, kinerja=2)
    evaluation = cells(build("e-81", 2023), build("e-81", 2023).baris[0])
    lkip = line(build("lkip-akhir-renstra", 2023), "IKU-1")
    assert (evaluation["realisasi_sampai"], evaluation["capaian"]) == ("5", "27,78")
    assert (lkip["realisasi_sampai"], lkip["kemajuan"]) == ("5", "27,78")


def test_quarters_that_staff_type_fill_e_81_and_their_year_in_e_80(baseline):
    """1.6.1.02.01.7: 1 and 2 of 4 in quarters of 2023; 3 / 4 = 75,00 %. Rp 500.000 + 250.000."""
    staff = User.objects.get(username="staf.sekretariat")
    row = Indikator.objects.get(renstra=Renstra.current(), kode="1.6.1.02.01.7")
    for quarter, reached, spent in ((1, "1", "500.000"), (2, "2", "250.000")):
        result = save_realisasi(
            staff, row.pk, 2023, Typed(kinerja=reached, rupiah=spent), versi=0, pintu="peramban", triwulan=quarter
        )
        assert result.outcome is Outcome.SAVED
    quarterly = line(build("e-81", 2023), "1.6.1.02.01.7")
    assert (quarterly["tw_1"], quarterly["tw_2"], quarterly["realisasi"]) == ("1", "2", "3")
    yearly = line(build("e-80", 2023), "1.6.1.02.01.7")
    assert (yearly["realisasi_2023"], yearly["realisasi_rp_2023"]) == ("3", "750.000")
    assert yearly["capaian_2023"] == "75,00"
    assert line(build("lkip-anggaran", 2023), "1.6.1.02.01.7")["realisasi"] == "750.000"

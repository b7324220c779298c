"""What each report says, against figures typed from the document (Renstra 2021-2026), not from running the code."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import Indikator, Realisasi, Target
from programs.models import Renstra
from reports.matrix import Peran, Sel, header_rows, leaves, mark, parts, resolve, shown
from reports.registry import REPORTS
from reports.report import Params
from tests.report_cells import build


def rows_of(matrix):
    """Rows as text; marks of notes behind the value."""
    return [
        [
            ""
            if cell is None
            else " / ".join(map(shown, parts(cell))) + (mark(cell.catatan) if isinstance(cell, Sel) else "")
            for cell in cells
        ]
        for _, cells in resolve(matrix.baris)
    ]


def keys(matrix):
    return [column.kunci for column in leaves(matrix.kolom)]


def heads(matrix):
    return [[(cell.kolom.judul, cell.lebar, cell.tinggi) for cell in row] for row in header_rows(matrix.kolom)]


def note(matrix, number):
    return next(item.teks for item in matrix.catatan if item.nomor == number)


# --- every report --------------------------------------------------------------------

# Rows and columns counted in the document.
SHAPES = {
    "tabel-2-1": (7, 4),
    "tabel-2-2": (3, 4),
    "tabel-2-3": (4, 4),
    "tabel-2-4": (5, 4),
    "tabel-2-5": (8, 4),
    "tabel-2-6": (6, 5),
    "tabel-2-7": (4, 4),
    "tabel-2-8": (4, 4),
    "tabel-2-9": (24, 5),
    "tabel-2-10": (6, 2),
    "tabel-2-11": (67, 4),
    "tabel-2-12": (2, 20),
    "tabel-2-13": (1, 12),
    "tabel-2-14": (1, 18),
    "tabel-3-1": (27, 4),
    "tabel-3-2": (2, 4),
    "tabel-3-3": (8, 3),
    "tabel-3-4": (5, 3),
    "tabel-3-5": (5, 3),
    "tabel-3-6": (5, 3),
    "tabel-3-7": (5, 4),
    "tabel-3-8": (5, 3),
    "tabel-3-9": (5, 3),
    "tabel-4-1": (1, 8),
    "tabel-4-2": (1, 10),
    "tabel-5-1": (1, 4),
    "tabel-6-1": (6, 4),
    "tabel-6-2": (95, 19),
    "tabel-7-1": (7, 10),
    "tabel-7-2": (7, 3),
    "tabel-7-3": (7, 4),
    # 94 rows of Tabel 6.2 and one objective; E.80 and E.81 close with mean and word, T-C.27 with the total.
    "t-c-23": (2, 20),
    "t-c-24": (1, 18),
    "t-c-25": (1, 10),
    "t-c-26": (1, 4),
    "t-c-27": (96, 22),
    "t-c-28": (7, 10),
    "t-c-29": (95, 11),
    "e-80": (97, 44),
    "e-81": (97, 25),
    "lkip": (8, 2),
    "lkip-perjanjian-kinerja": (16, 5),
    "lkip-capaian": (14, 6),
    "lkip-tahun-lalu": (18, 11),
    "lkip-akhir-renstra": (14, 7),
    "lkip-standar": (14, 7),
    "lkip-efisiensi": (14, 9),
    "lkip-analisis": (14, 5),
    "lkip-anggaran": (92, 5),
    # Nobody is registered by name in the document.
    "pmks-kecamatan": (0, 29),
    "layanan-sub-kegiatan": (0, 6),
    # Without a perubahan: the totals of six years, the whole, and their heading.
    "perbandingan-renstra": (9, 8),
    # Seven IKU with their mean, seven programs with the total, three headings.
    "ringkasan": (19, 9),
}


def test_every_table_of_the_document_has_a_report():
    assert list(REPORTS) == list(SHAPES)


@pytest.mark.parametrize("slug", SHAPES)
def test_rows_and_columns_are_those_of_the_document(baseline, slug):
    matrix = build(slug)
    assert (len(matrix.baris), len(leaves(matrix.kolom))) == SHAPES[slug]


@pytest.mark.parametrize("slug", SHAPES)
def test_a_report_takes_at_most_eight_queries(baseline, slug):
    params = Params(Renstra.current(), 2023)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = REPORTS[slug].make(params)
    assert len(queries) <= 8 * max(1, len(found.lampiran))


@pytest.mark.parametrize("slug", ["tabel-6-2", "t-c-27", "t-c-29", "e-80", "e-81"])
def test_a_table_of_the_plan_takes_as_many_queries_for_more_rows(baseline, slug):
    renstra = Renstra.current()
    with CaptureQueriesContext(connection) as before:
        first = len(build(slug).baris)
    sub = Indikator.objects.filter(renstra=renstra, subkegiatan__isnull=False).first()
    for number in range(20):
        copy = Indikator.objects.create(
            renstra=renstra, kode=f"uji-{number}", subkegiatan=sub.subkegiatan, uraian="Uji", urutan=50 + number
        )
        Target.objects.create(indikator=copy, tahun=2021, target=1, pagu=1)
        Realisasi.objects.create(indikator=copy, tahun=2021, keadaan="terisi", kinerja=1, rupiah=1)
    with CaptureQueriesContext(connection) as after:
        assert len(build(slug).baris) == first + 20
    assert len(after) == len(before)


# --- chapter 2 -----------------------------------------------------------------------


def test_tabel_2_1_marks_the_total_that_does_not_add_up(baseline):
    matrix = build("tabel-2-1")
    assert [head for head, _, _ in heads(matrix)[0]] == ["NO", "STATUS KEPEGAWAIAN", "JUMLAH", "KETERANGAN"]
    assert rows_of(matrix)[0] == ["1.", "Pegawai Negeri Sipil (PNS)", "38 orang", ""]
    assert rows_of(matrix)[-1] == ["", "Jumlah", "56 orang[1]", ""]
    assert note(matrix, 1) == "Jumlah: tercetak 56 orang, dihitung 57 orang, selisih -1."
    assert rows_of(build("tabel-2-1", angka="dihitung"))[-1] == ["", "Jumlah", "57 orang[1]", ""]


def test_tabel_2_6_prints_the_eselon(baseline):
    assert rows_of(build("tabel-2-6"))[:2] == [
        ["1.", "Kepala Dinas", "II.b", "0 orang", ""],
        ["2.", "Sekretaris", "III.a", "1 orang", ""],
    ]
    assert rows_of(build("tabel-2-6"))[4] == ["5.", "Pelaksana", "-", "18 orang", ""]


def test_tabel_2_9_merges_the_office_over_its_people(baseline):
    matrix = build("tabel-2-9")
    second = matrix.baris[2].sel
    assert (second[0].tinggi, second[1].tinggi) == (4, 4)  # Kasubag Umum dan Kepegawaian: four lines
    assert matrix.baris[3].sel[:2] == (None, None)
    assert rows_of(matrix)[5] == ["2.", "Kasubag Umum dan Kepegawaian (III/d)", "Non PNS", "D3", "1 Orang"]


def test_tabel_2_10_prints_years_and_rupiah(baseline):
    assert rows_of(build("tabel-2-10"))[0] == ["2021", "5.979.050.393"]
    assert rows_of(build("tabel-2-10"))[-1] == ["2026", "7.709.068.000"]


def test_tabel_2_12_is_the_form_with_twenty_columns(baseline):
    matrix = build("tabel-2-12")
    assert [column.nomor for column in leaves(matrix.kolom)] == [f"({number})" for number in range(1, 21)]
    assert heads(matrix)[0][5:] == [
        ("Target Renstra Perangkat Daerah Tahun ke-", 5, 1),
        ("Realisasi Capaian Tahun ke-", 5, 1),
        ("Rasio (%) Capaian pada Tahun ke-", 5, 1),
    ]
    first, second = rows_of(matrix)
    target, realisasi, ratio = first[5:10], first[10:15], first[15:]
    assert target == ["25.931", "25.894", "25.893", "25.893", "25.893"]
    assert realisasi == ["130.070", "125.019", "111.155", "96.944", "93.338"]
    assert ratio == ["501,60", "482,81", "429,29", "374,40", "360,48"]
    assert second[5:10] == ["16,00"] * 5
    assert second[10:15] == ["44,69", "48,29", "51,72", "61,87", "98,24"]
    # The document prints the last ratio as 614, the others with two decimals.
    assert second[15:] == ["279,31", "301,81", "323,25", "386,69", "614,00"]
    assert first[2:5] == ["", "", ""]
    assert rows_of(build("tabel-2-12", angka="dihitung")) == [first, second]


def test_tabel_2_13_pairs_target_and_realisasi(baseline):
    matrix = build("tabel-2-13")
    assert heads(matrix)[0][2] == ("Tahun", 10, 1)
    assert heads(matrix)[1][0] == ("2016", 2, 1)
    assert rows_of(matrix)[0][1:] == ["%", "2", "2", "3", "4,99", "4", "5,42", "5", "7,88", "5,79", "4,75"]


def test_tabel_2_14_leaves_growth_blank_as_printed_and_computes_it_on_demand(baseline):
    row = rows_of(build("tabel-2-14"))[0]
    assert row[:2] == ["Urusan Sosial", "6.175.746.696"]
    assert row[11:16] == ["95,98", "96,77", "95,85", "98,36", "94,71"]
    assert row[16:] == ["[1]", "[2]"]
    # Mean of 93,51 % −24,66 % 44,38 % −54,70 %, by hand.
    assert rows_of(build("tabel-2-14", angka="dihitung"))[0][16:] == ["14,63[1]", "15,37[2]"]


# --- chapter 3 -----------------------------------------------------------------------


def test_tabel_3_1_prints_dashes_and_its_total(baseline):
    found = rows_of(build("tabel-3-1"))
    assert found[0] == ["1", "Anak Balita Terlantar", "964", "Jiwa"]
    assert found[15] == ["16", "Orang Dengan HIV/AIDS (ODHA )", "-", "Jiwa"]
    assert found[23] == ["24", "Fakir Miskin", "331.734", "Jiwa"]
    assert found[26] == ["Jumlah", "", "343.991", "Jiwa"]
    assert rows_of(build("tabel-3-1", angka="dihitung")) == found


def test_tabel_3_2_agrees_with_the_kinds(baseline):
    found = rows_of(build("tabel-3-2"))
    assert [row[:3] for row in found] == [["1.", "Biru", "332.723"], ["2.", "Kuning dan Hijau", "11.268"]]
    assert rows_of(build("tabel-3-2", angka="dihitung")) == found


def test_tabel_3_3_merges_the_problem_over_its_eight_roots(baseline):
    first = build("tabel-3-3").baris[0].sel
    assert (first[0].tinggi, first[1].tinggi) == (8, 8)


@pytest.mark.parametrize(
    ("slug", "figures"),
    [
        ("tabel-3-4", ["20", "30", "75", "59", "50"]),
        ("tabel-3-5", ["130.070", "294.541", "323.449", "310.678", "343.991"]),
        ("tabel-3-6", ["0", "53.427", "53.427", "53.426", "72.011"]),
        ("tabel-3-8", ["2.000", "2.198", "1.384", "2.318", "15.210"]),
        ("tabel-3-9", ["198", "198", "198", "198", "198"]),
    ],
)
def test_yearly_series(baseline, slug, figures):
    found = rows_of(build(slug))
    assert [row[2] for row in found] == figures
    assert [row[:2] for row in found] == [[str(at), str(2015 + at)] for at in range(1, 6)]


def test_tabel_3_7_has_two_series(baseline):
    matrix = build("tabel-3-7")
    assert [head for head, _, _ in heads(matrix)[0]] == ["No", "Tahun", "KUBE (Orang)", "PRSE (Orang)"]
    assert rows_of(matrix)[3] == ["4", "2019", "1.710", "29"]


# --- chapters 4 to 7 -----------------------------------------------------------------


def test_tabel_4_1_and_4_2_print_the_iku_their_own_way(baseline):
    assert rows_of(build("tabel-4-1")) == [
        ["Prosentase PMKS yang Mendapatkan Program Pelayanan Sosial", "%", "3", "3", "3", "3", "3", "3"]
    ]
    row = rows_of(build("tabel-4-2"))[0]
    assert row[1] == "Persentase Tingkat Kemiskinan"
    assert row[4:] == ["3%"] * 6
    assert heads(build("tabel-4-2"))[0][-1] == ("TARGET KINERJA", 6, 1)


def test_tabel_5_1_opens_with_visi_misi_and_issue_over_all_columns(baseline):
    matrix = build("tabel-5-1")
    opening = [shown(row.sel[0].nilai[0]) for row in matrix.pembuka]
    assert opening[0] == "VISI"
    assert opening[2] == "MISI 4"
    assert opening[4:] == ["ISU STRATEGIS", "Percepatan Penanggulangan Kemiskinan"]
    assert all(row.sel[0].lebar == 4 for row in matrix.pembuka)
    policies = rows_of(matrix)[0][3].split("\n")
    assert len(policies) == 5
    assert policies[2] == "3. Pengembangan program usaha bersama berbasis keluarga"


def test_tabel_6_1_words_programmes_its_own_way(baseline):
    assert rows_of(build("tabel-6-1"))[0] == [
        "1.",
        "Pemberdayaan Sosial",
        "Meningkatnya Kapasitas Tenaga Kesejahteraan Sosial",
        "Persentase Pembinaan Tenaga Kesejahteraan Sosial",
    ]


def test_tabel_6_2_has_the_columns_of_the_contract(baseline):
    matrix = build("tabel-6-2")
    years = [f"{key}_{year}" for year in range(2021, 2027) for key in ("target", "pagu")]
    assert keys(matrix) == [
        "kode", "uraian", "indikator", "satuan", "data_awal", *years, "target_akhir", "pagu_akhir",
    ]  # fmt: skip
    assert [column.nomor for column in leaves(matrix.kolom)] == [str(number) for number in range(1, 20)]
    top, middle, bottom = heads(matrix)
    assert top[-1] == ("Target Kinerja program dan kerangka pendanaan", 14, 1)
    assert top[4] == ("Data Awal Tahun (2020)", 1, 3)
    assert [head for head, _, _ in middle] == [*(f"Tahun {year}" for year in range(2021, 2027)), "Akhir Perencanaan"]
    assert [head for head, _, _ in bottom] == ["Target", "Rp."] * 7


def test_tabel_6_2_rows_by_level_and_the_printed_totals(baseline):
    matrix = build("tabel-6-2")
    roles = [row.peran for row in matrix.baris]
    assert [roles.count(role) for role in (Peran.PROGRAM, Peran.KEGIATAN, Peran.SUBKEGIATAN, Peran.JUMLAH)] == [
        7, 17, 70, 1,
    ]  # fmt: skip
    total = rows_of(matrix)[-1]
    assert total[0] == "Jumlah"
    assert total[6::2] == [
        "14.431.005.295",
        "14.770.044.005",
        "14.298.149.105",
        "14.472.149.105",
        "14.842.149.105",
        "15.172.149.105",
        "87.985.645.720",
    ]
    assert all(text == "" for text in total[5::2])


def test_tabel_6_2_orders_by_the_integers_of_the_code(baseline):
    codes = [row.kode for row in build("tabel-6-2").baris]
    assert codes.index("1.6.4.02.01.9") < codes.index("1.6.4.02.01.10")


def test_tabel_6_2_stacks_two_measures_in_one_cell(baseline):
    matrix = build("tabel-6-2")
    row = next(cells for row, cells in zip(matrix.baris, rows_of(matrix), strict=True) if row.kode == "1.6.4.02.01")
    assert row[3] == "% / PMKS"
    assert row[5].startswith("100 / 1.275")
    assert row[6] == "388.733.500"
    assert row[17] == "100 / 6.376"


def test_tabel_6_2_gives_further_indicators_a_row_without_code(baseline):
    matrix = build("tabel-6-2")
    found = [cells for row, cells in zip(matrix.baris, rows_of(matrix), strict=True) if row.kode == "1.6.5.02.02"]
    assert [row[0] for row in found] == ["1.6.5.02.02", "", ""]
    assert [row[18] for row in found] == ["2.888.934.056", "2.024.126.900", "5.601.350.000"]


def test_tabel_6_2_never_fills_the_missing_target(baseline):
    matrix = build("tabel-6-2")
    row = next(cells for row, cells in zip(matrix.baris, rows_of(matrix), strict=True) if row.kode == "1.6.1.02.06")
    assert row[5].startswith("[")  # blank, with a note
    assert row[6] == "422.510.311"
    assert row[7].startswith("32")


def test_tabel_6_2_explains_the_finals_that_do_not_add_up(baseline):
    printed, computed = build("tabel-6-2"), build("tabel-6-2", angka="dihitung")
    for matrix, figure in ((printed, "2.542.052.000"), (computed, "2.979.193.280")):
        row = next(
            cells for row, cells in zip(matrix.baris, rows_of(matrix), strict=True) if row.kode == "1.6.6.02.01.1"
        )
        value, _, number = row[18].partition("[")
        assert value == figure
        assert note(matrix, int(number.rstrip("]"))) == (
            "1.6.6.02.01.1, Rp. Akhir Perencanaan: "
            "tercetak 2.542.052.000, dihitung 2.979.193.280, selisih -437.141.280."
        )
    # 437.141.280 + 2 × 521.026.000 + 3 × 500.000.000
    assert 437_141_280 + 2 * 521_026_000 + 3 * 500_000_000 == 2_979_193_280


def test_tabel_6_2_computes_money_up_the_tree(baseline):
    sub = Indikator.objects.get(renstra=Renstra.current(), kode="1.6.7.02.01.3")
    Target.objects.filter(indikator=sub, tahun=2022).update(pagu=70_600_001)
    computed = build("tabel-6-2", angka="dihitung")
    found = {row.kode: cells for row, cells in zip(computed.baris, rows_of(computed), strict=True)}
    # The document prints 217.998.972 for kegiatan and program, 14.770.044.005 for the whole.
    assert found["1.6.7.02.01"][8].startswith("217.998.973[")
    assert found["1.6.7"][8].startswith("217.998.973[")
    assert found[""][8].startswith("14.770.044.006[")


def test_tabel_7_1_prints_percent_signs_and_base_values(baseline):
    matrix = build("tabel-7-1")
    assert [column.nomor for column in leaves(matrix.kolom)] == [f"({number})" for number in range(1, 11)]
    found = rows_of(matrix)
    assert found[0][2:] == ["17,38%", "3%", "3%", "3%", "3%", "3%", "3%", "18%"]
    assert found[2][2] == "0"
    assert found[3][2:] == ["11.268 PMKS", *["7,23%"] * 6, "43,38%"]
    assert rows_of(build("tabel-7-1", angka="dihitung")) == found


def test_tabel_7_3_keeps_the_missing_denominator_missing(baseline):
    matrix = build("tabel-7-3")
    last = rows_of(matrix)[6]
    assert last[2] == "Jumlah Taman Makam Pahlawan Nasional Kabupaten yang dipelihara × 100[1]"
    assert rows_of(build("tabel-7-2"))[6][2].endswith(" / Jumlah Taman Makam Pahlawan Nasional Kabupaten × 100")


# --- LKIP ----------------------------------------------------------------------------


def _enter(kode, tahun, **values):
    indicator = Indikator.objects.get(renstra=Renstra.current(), kode=kode)
    Realisasi.objects.create(indikator=indicator, tahun=tahun, **values)


def test_lkip_capaian_computes_and_marks_what_is_not_approved(baseline):
    _enter("IKU-1", 2023, keadaan="terisi", kinerja="2.9", status="disetujui")
    _enter("1.6.2", 2023, keadaan="terisi", kinerja="60", status="draf")
    _enter("1.6.3", 2023, keadaan="nihil", status="disetujui")
    _enter("1.6.4", 2023, keadaan="tb", alasan_keadaan="Program ditunda.", status="diverifikasi")
    matrix = build("lkip-capaian", tahun=2023)
    assert keys(matrix) == ["indikator", "satuan", "target", "realisasi", "capaian", "predikat"]
    found = {
        row.kode: cells[2:] for row, cells in zip(matrix.baris, rows_of(matrix), strict=True) if row.peran == "baris"
    }
    assert found["IKU-1"] == ["3", "2,9", "96,67", "Sangat Tinggi"]
    assert found["1.6.2"] == ["80", "60[1]", "75,00", "Sedang"]
    assert found["1.6.3"] == ["100", "tidak ada kejadian", "–", "–"]
    assert found["1.6.4"][1:] == ["tidak berlaku[2, 3]", "–", "–"]
    assert found["1.6.5"] == ["0,08", "–", "–", "–"]
    assert note(matrix, 1) == "Belum disetujui: status draf."
    assert note(matrix, 3) == "Tidak berlaku: Program ditunda."
    assert [row.peran for row in matrix.baris[:2]] == ["judul", "baris"]


def test_lkip_capaian_of_another_year_knows_nothing_of_it(baseline):
    _enter("IKU-1", 2023, keadaan="terisi", kinerja="2.9")
    matrix = build("lkip-capaian", tahun=2024)
    assert rows_of(matrix)[1][2:] == ["3", "–", "–", "–"]
    assert matrix.catatan == ()


def test_lkip_anggaran_sums_the_sub_kegiatan_rows(baseline):
    _enter("1.6.7.02.01.2", 2023, rupiah=90_000_000, status="disetujui")
    _enter("1.6.7.02.01.3", 2023, rupiah=70_600_000, status="diajukan")
    matrix = build("lkip-anggaran", tahun=2023)
    found = {row.kode: cells[2:] for row, cells in zip(matrix.baris, rows_of(matrix), strict=True)}
    assert found["1.6.7.02.01.1"] == ["50.000.000", "–", "–"]
    assert found["1.6.7.02.01.2"] == ["100.000.000", "90.000.000", "90,00"]
    assert found["1.6.7.02.01.3"] == ["70.600.000", "70.600.000[1]", "100,00"]
    assert found["1.6.7.02.01"] == ["220.600.000", "160.600.000[1]", "72,80"]
    assert found["1.6.7"] == found["1.6.7.02.01"]
    assert found["1.6.1"] == ["8.273.349.105", "–", "–"]
    assert found[""] == ["14.298.149.105", "160.600.000[1]", "1,12"]
    assert note(matrix, 1) == "Belum disetujui: status diajukan."

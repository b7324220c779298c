"""Findings on the real document. Every number here was read and added up in the document by hand."""

from collections import Counter
from decimal import Decimal

import pytest

from indicators.findings import ATURAN, audit, load_facts
from indicators.findings.registry import table_order
from indicators.findings.rules_targets import target_sums
from indicators.models import Target
from indicators.plan_sums import final_targets, load_plan, pagu_sums
from programs.models import Renstra


@pytest.fixture
def found(baseline):
    return audit(load_facts(Renstra.current()))


def of(found, nama):
    return {
        (t.tabel, t.kode, t.indikator, t.kolom, t.tercetak, t.dihitung, t.selisih) for t in found if t.aturan == nama
    }


def figures(found, nama):
    """Table, node and column with both numbers as short text."""
    return {
        (
            t.tabel,
            t.kode,
            t.kolom,
            format(Decimal(t.tercetak).normalize(), "f"),
            format(Decimal(t.dihitung).normalize(), "f"),
        )
        for t in found
        if t.aturan == nama
    }


def test_finals_that_are_not_the_sum_of_their_years(found):
    # Five rows leave out 2021; UEP PRSE prints one year's 303.750.000 instead of five.
    assert of(found, "rp-akhir-bukan-jumlah-tahun") == {
        ("6.2", "1.6.5.02.02.4", "Jumlah Kube", "pagu_akhir", 3231250000, 4082600000, -851350000),
        ("6.2", "1.6.5.02.02.4", "Jumlah UEP PRSE", "pagu_akhir", 303750000, 1518750000, -1215000000),
        ("6.2", "1.6.6.02.01.1", "Jumlah Makanan yang Tersedia", "pagu_akhir", 2542052000, 2979193280, -437141280),
        (
            "6.2", "1.6.6.02.02.1", "Terfasilitasinya Pelaksanaan Kegiatan Kampung Siaga Bencana",
            "pagu_akhir", 809999000, 813999000, -4000000,
        ),
        (
            "6.2", "1.6.7.02.01.2", "Jumlah Pemeliharaan Taman Makam Pahlawan Nasional Kabupaten/Kota",
            "pagu_akhir", 497398972, 519784852, -22385880,
        ),
        (
            "6.2", "1.6.7.02.01.3", "Jumlah Penjaga Taman Makam Pahlwan Nasional Kabupaten/Kota",
            "pagu_akhir", 353000000, 377000000, -24000000,
        ),
    }  # fmt: skip


def test_the_empty_cell_of_uep_prse_is_said_and_not_taken_for_zero(found):
    (text,) = (t.keterangan for t in found if t.indikator == "Jumlah UEP PRSE" and t.kolom == "pagu_akhir")
    assert "1 sel tahun kosong" in text
    assert "tidak dihitung sebagai nol" in text


def test_kegiatan_finals_that_are_not_the_sum_of_the_printed_finals_below(found):
    # 3.231.250.000 + 303.750.000; 2.542.052.000 + 700.000.000 + 685.262.000 + 100.000.000 + 175.000.000;
    # 809.999.000 + 819.833.000; 250.000.000 + 497.398.972 + 353.000.000
    result = {item[1:2] + item[3:] for item in of(found, "rp-induk-bukan-jumlah-anak")}
    assert result == {
        ("1.6.5.02.02", "pagu_akhir", 5601350000, 3535000000, 2066350000),
        ("1.6.6.02.01", "pagu_akhir", 4639455280, 4202314000, 437141280),
        ("1.6.6.02.02", "pagu_akhir", 1633832000, 1629832000, 4000000),
        ("1.6.7.02.01", "pagu_akhir", 1146784852, 1100398972, 46385880),
    }


def test_only_the_third_line_of_the_kegiatan_with_three_rp_lines_differs(found):
    names = {t.indikator for t in found if t.kode == "1.6.5.02.02"}
    assert names == {"Jumlah Bantuan Pengembangan Ekonomi Masyarakat"}


def test_no_yearly_sum_of_tabel_6_2_is_reported(found):
    # The six yearly totals, 7 programs, 17 kegiatan lines: all add up in the document, so nothing may fire.
    sums = {"rp-akhir-bukan-jumlah-tahun", "rp-induk-bukan-jumlah-anak", "target-induk-bukan-jumlah-anak"}
    assert {t.kolom for t in found if t.aturan in sums} == {"pagu_akhir", "target_akhir"}
    assert of(found, "rp-jumlah-bukan-jumlah-program") == set()


def test_the_shifted_row_is_reported_for_its_missing_target_only(found):
    # 1.6.1.02.06: the target of 2021 is missing (1+1+1+1+12+4+12 = 32 below), so the final leaves out 32;
    # its money was moved back and adds up.
    rows = {(t.aturan, t.kolom, t.tercetak, t.dihitung) for t in found if t.kode.startswith("1.6.1.02.06")}
    assert rows == {
        ("sel-kosong-atau-bergeser", "target_2021", None, 32),
        ("target-induk-bukan-jumlah-anak", "target_akhir", 160, 192),
    }
    (text,) = (t.keterangan for t in found if t.kode == "1.6.1.02.06" and t.kolom == "target_2021")
    assert "422.510.311" in text


def test_kegiatan_targets_that_are_not_the_sum_of_their_sub_kegiatan(found):
    # 1.050 + 80; the years (175 + 80 = 255) and 1.530 are right. PMKS are the rows in Orang: 1.275 = 570+500+71+67+67.
    assert of(found, "target-induk-bukan-jumlah-anak") == {
        (
            "6.2", "1.6.1.02.06", "Terseleenggaranya Administrasi Umum Perangkat Daerah", "target_akhir", 160, 192, -32,
        ),
        (
            "6.2", "1.6.5.02.02", "Jumlah Bantuan Pengembangan Ekonomi Masyarakat", "target_akhir", 1530, 1130, 400,
        ),
    }  # fmt: skip


def test_the_document_is_seen_to_add_up_every_kegiatan_that_does_not_count_percent(baseline):
    plan = load_plan(Renstra.current())
    seen = {(item.node.kode, item.row.satuan) for item in target_sums(plan)}
    # All 17 lines but the two in percent (1.6.4.02.01 itself, 1.6.6.02.01), and the PMKS of 1.6.4.02.01.
    assert len(seen) == 15 + 1 - 1  # two lines of 1.6.5.02.02 are both "Kegiatan"
    assert {("1.6.4.02.01", "PMKS"), ("1.6.4.02.02", "PMKS"), ("1.6.1.02.01", "Kegiatan")} <= seen
    assert not any(kode == "1.6.6.02.01" for kode, _ in seen)


def test_a_percentage_over_a_hundred(found):
    # Ratios of Tabel 2.12 (501,60; 614) and the 98,24 percent are explained by their figures.
    assert of(found, "persen-di-atas-100") == {
        ("6.2", "1.6.4.02.01.10", "Jumlah Layanan Kedaruratan", "target_akhir", 500, 100, 400)
    }


def test_blank_and_shifted_cells(found):
    # Growth by hand: (93,51 - 24,66 + 44,38 - 54,70) / 4 and (95,09 - 25,38 + 48,17 - 56,38) / 4.
    result = of(found, "sel-kosong-atau-bergeser")
    assert {item[:2] + item[3:6] for item in result} == {
        ("2.14", "", "pertumbuhan_anggaran", None, Decimal("14.63")),
        ("2.14", "", "pertumbuhan_realisasi", None, Decimal("15.37")),
        ("6.2", "1.6.1.02.06", "target_2021", None, 32),
        ("6.2", "1.6.5.02.02.4", "pagu_2021", None, 0),  # 851.350.000 of the kegiatan is all on Jumlah Kube
        ("7.3", "1.6.7", "definisi", None, None),
    }


def test_the_only_row_without_a_unit(found):
    assert {item[1] for item in of(found, "satuan-kosong")} == {"1.6.1.02.02.1"}


def test_ratios_follow_their_figures_but_those_of_pmks_contradict_the_fall(found):
    assert of(found, "rasio-bukan-realisasi-per-target") == set()
    # (2 x 25.931 - 130.070) / 25.931 is negative, recorded as 0; and so on.
    assert figures(found, "rasio-bertentangan-dengan-arah") == {
        ("2.12", "", "rasio_2016", "501.6", "0"), ("2.12", "", "rasio_2017", "482.81", "0"),
        ("2.12", "", "rasio_2018", "429.29", "0"), ("2.12", "", "rasio_2019", "374.4", "0"),
        ("2.12", "", "rasio_2020", "360.48", "0"),
    }  # fmt: skip


def test_indicators_that_are_worded_otherwise(found):
    assert {item[:3] for item in of(found, "bunyi-indikator-berbeda")} == {
        ("4.1", "IKU-1", "Prosentase PMKS yang Mendapatkan Program Pelayanan Sosial"),
        ("4.2", "IKU-1", "Prosentase PMKS yang Mendapatkan Prgram Pelayanan Sosial"),
        ("6.1", "1.6.2", "Persentase Pembinaan Tenaga Kesejahteraan Sosial"),
        ("6.2", "1.6.2", "Persentase Fasilitas Pembinaan Tenaga Kesejahteraan Sosial"),
    }


def test_denominators_that_disagree_with_their_table(found):
    # 1.275 + 72 people of 11.268 and so on; 98,24 % of 93.338 are 91.695 of 343.991. 255 of 332.723 rounds to the
    # printed 0,08, and 9.747 + 1.521 is 11.268: neither is reported.
    assert figures(found, "penyebut-tidak-cocok") == {
        ("6.2", "1.6.4", "target_2021", "7.23", "11.95"), ("6.2", "1.6.4", "target_2022", "7.23", "9.26"),
        ("6.2", "1.6.4", "target_2023", "7.23", "9.35"), ("6.2", "1.6.4", "target_2024", "7.23", "9.7"),
        ("6.2", "1.6.4", "target_2025", "7.23", "9.73"), ("6.2", "1.6.4", "target_2026", "7.23", "10.21"),
        ("6.2", "1.6.4", "target_akhir", "43.38", "60.2"),
        ("7.1", "IKU-1", "kondisi_awal", "17.38", "26.66"),
        ("7.1", "1.6.4", "kondisi_awal", "11268", "343991"),
        ("7.1", "1.6.5", "kondisi_awal", "332723", "331734"),
    }  # fmt: skip


def test_every_finding_has_a_key_of_its_own(found):
    assert len({t.kunci for t in found}) == len(found) == 46


def test_final_targets_that_do_not_follow_their_rule(found):
    # Five years of 100 % summed to 500; 80 people a year for six years still 80 (Jumlah Kube: 6 x 175 = 1.050).
    assert of(found, "target-akhir-bukan-akumulasi") == {
        ("6.2", "1.6.4.02.01.10", "Jumlah Layanan Kedaruratan", "target_akhir", 500, 100, 400),
        ("6.2", "1.6.5.02.02.4", "Jumlah UEP PRSE", "target_akhir", 80, 480, -400),
    }


def test_every_cell_that_tabel_6_2_marks_is_a_finding(found):
    plan = load_plan(Renstra.current())
    sums, targets = pagu_sums(plan), final_targets(plan)
    marked = set()
    for node in plan.simpul:
        for row in plan.indikator.get(node.key, ()):
            if targets[row.id] not in (None, row.akhir_target):
                marked.add((node.kode, row.uraian, "target_akhir"))
        for row in plan.main(node.key):
            if sums.indikator_akhir[row.id] != row.akhir_pagu:
                marked.add((node.kode, row.uraian, "pagu_akhir"))
            marked |= {
                (node.kode, row.uraian, f"pagu_{tahun}")
                for tahun in plan.tahun
                if sums.indikator[row.id, tahun] != plan.pagu(row.id, tahun)
            }
    assert marked <= {(t.kode, t.indikator, t.kolom) for t in found}
    assert len(marked) == 8


def test_printed_totals_of_the_other_tables(found):
    # 38 + 5 + 2 + 1 + 1 + 10 = 57; Tabel 2.2-2.8, 3.1 and 3.2 add up.
    assert of(found, "jumlah-tabel-bukan-jumlah-baris") == {("2.1", "", "Jumlah", "jumlah", 56, 57, -1)}


def test_facts_with_two_values(found):
    assert of(found, "dua-tabel-beda-nilai") == {
        ("2.1", "", "Pegawai Negeri Sipil (PNS)", "jumlah", 38, 37, 1),
        (
            "2.12", "", "Jumlah penyandang masalah kesejahteraan sosial (PMKS)", "realisasi_2020",
            93338, 343991, -250653,
        ),
    }  # fmt: skip


def test_tabel_2_9_names_more_than_there_are(found):
    # III/c: officials 1, 7, 8, 10 and six pelaksana; SMA: posts 12 and 13; D III: post 10, absent from Tabel 2.3.
    assert of(found, "bagian-melebihi-keseluruhan") == {
        ("2.9", "", "PNS bergolongan III/c", "jumlah", 10, 9, 1),
        ("2.9", "", "PNS berpendidikan SMA", "jumlah", 2, 1, 1),
        ("2.9", "", "PNS berpendidikan D3", "jumlah", 1, 0, 1),
    }


def test_findings_stand_by_rule_table_and_code(found):
    order = list(ATURAN)
    keys = [(order.index(t.aturan), table_order(t.tabel)) for t in found]
    assert keys == sorted(keys)


def test_a_changed_target_that_two_tables_print_is_found(baseline):
    Target.objects.filter(indikator__kode="1.6.4", tahun=2023).update(target="7.30")
    found = of(audit(load_facts(Renstra.current())), "dua-tabel-beda-nilai")
    assert ("7.1", "1.6.4", "Cakupan rehabilitasi sosial", "target_2023") in {item[:4] for item in found}


def test_a_changed_pagu_fires_on_its_row_and_the_one_above(baseline):
    Target.objects.filter(indikator__kode="1.6.1.02.01.2", tahun=2021).update(pagu=1_499_001)
    found = Counter(
        (t.aturan, t.kode, t.kolom) for t in audit(load_facts(Renstra.current())) if t.kode[:11] == "1.6.1.02.01"
    )
    assert found == {
        ("rp-akhir-bukan-jumlah-tahun", "1.6.1.02.01.2", "pagu_akhir"): 1,
        ("rp-induk-bukan-jumlah-anak", "1.6.1.02.01", "pagu_2021"): 1,
    }


def test_the_audit_asks_the_same_few_questions_whatever_the_size(baseline, django_assert_num_queries):
    renstra = Renstra.current()
    with django_assert_num_queries(13):
        load_facts(renstra)

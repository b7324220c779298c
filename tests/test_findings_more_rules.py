"""Rules about targets, cells, ratios, words and denominators: each seen silent and seen firing."""

from dataclasses import replace
from decimal import Decimal

from indicators.findings.facts import BarisTabel, DefinisiTercetak, NilaiIndikator, RealisasiTercetak
from indicators.findings.registry import check_rule
from indicators.plan_sums import TargetRow
from tests.findings_plan import small_facts, small_plan


def found(nama, facts):
    return [(t.tabel, t.kode, t.kolom, t.tercetak, t.dihitung) for t in check_rule(nama, facts)]


def set_target(plan, id_, tahun, value, **more):
    plan.target[id_, tahun] = plan.target[id_, tahun]._replace(target=None if value is None else Decimal(value), **more)


def change(plan, id_, **more):
    for rows in plan.indikator.values():
        rows[:] = [row._replace(**more) if row.id == id_ else row for row in rows]


# --- kegiatan and its sub kegiatan ------------------------------------------------------

INDUK = "target-induk-bukan-jumlah-anak"


def test_a_kegiatan_target_is_the_sum_of_rows_in_its_unit():
    plan = small_plan()
    set_target(plan, 3, 2022, 5)
    assert found(INDUK, small_facts(plan)) == [("6.2", "1.6.1.02.01", "target_2022", 5, 2)]


def test_a_final_kegiatan_target_names_the_final_below_that_breaks_its_rule():
    plan = small_plan()
    change(plan, 5, akhir_target=Decimal(1))
    (item,) = check_rule(INDUK, small_facts(plan))
    assert (item.kolom, item.tercetak, item.dihitung) == ("target_akhir", 4, 3)
    assert "“Indikator 5”" in item.keterangan


def test_mixed_units_are_no_contradiction_unless_the_document_adds_them_up():
    plan = small_plan()
    change(plan, 5, satuan="Bulan")
    set_target(plan, 3, 2021, 9)
    set_target(plan, 3, 2022, 8)
    assert found(INDUK, small_facts(plan)) == []  # never adds up: other things are counted


def test_mixed_units_that_the_document_adds_up_in_most_years_must_do_so_in_all():
    plan = small_plan()
    plan.tahun = (2021, 2022, 2023)
    for id_ in range(1, 10):
        plan.target[id_, 2023] = plan.target[id_, 2022]
    change(plan, 5, satuan="Bulan")
    set_target(plan, 3, 2023, 7)
    assert [item for item in found(INDUK, small_facts(plan)) if item[2] == "target_2023"] == [
        ("6.2", "1.6.1.02.01", "target_2023", 7, 2)
    ]


def test_percent_and_unknown_targets_are_not_added_up():
    plan = small_plan()
    change(plan, 3, satuan="%")
    set_target(plan, 3, 2021, 100)
    assert found(INDUK, small_facts(plan)) == []
    plan = small_plan()
    set_target(plan, 5, 2021, None)
    set_target(plan, 3, 2021, 50)
    assert found(INDUK, small_facts(plan)) == []


# --- final targets of other tables, percentages -----------------------------------------


def test_a_final_of_tabel_7_1_follows_the_rule_of_its_indicator():
    facts = small_facts()
    years = {2021: Decimal(3), 2022: Decimal(3)}
    row = NilaiIndikator("7.1", 2, "IKU-1", "Persentase", "", years, Decimal(6), "%", "jumlah")
    facts.indikator = [row, row]  # Tabel 7.1 is the home of an IKU and mentions it
    assert found("target-akhir-bukan-akumulasi", facts) == []
    facts.indikator = [replace(row, akhir=Decimal(18))] * 2
    assert found("target-akhir-bukan-akumulasi", facts) == [("7.1", "IKU-1", "kondisi_akhir", 18, 6)]


def test_a_target_in_percent_over_a_hundred():
    plan = small_plan()
    change(plan, 8, satuan="%", akhir_target=Decimal(200), akumulasi="jumlah")
    set_target(plan, 8, 2021, 100)
    set_target(plan, 8, 2022, 100)
    assert found("persen-di-atas-100", small_facts(plan)) == [("6.2", "1.6.1.02.02.1", "target_akhir", 200, 100)]


def test_a_ratio_over_a_hundred_is_explained_by_a_realisasi_over_its_target():
    facts = small_facts()
    row = RealisasiTercetak("2.12", 2, "Rasio", 2020, Decimal(32), Decimal(16), rasio=Decimal(200), satuan="%")
    facts.realisasi = [row]
    assert found("persen-di-atas-100", facts) == []
    facts.realisasi = [replace(row, kinerja=Decimal(8))]
    assert found("persen-di-atas-100", facts) == [("2.12", "", "rasio_2020", 200, 100)]


# --- cells ------------------------------------------------------------------------------

SEL = "sel-kosong-atau-bergeser"


def test_a_blank_target_beside_printed_ones_is_missing():
    plan = small_plan()
    set_target(plan, 3, 2021, None)
    assert found(SEL, small_facts(plan)) == [("6.2", "1.6.1.02.01", "target_2021", None, 2)]
    set_target(plan, 3, 2021, None, teks_tercetak="50 (kolom lain)")
    assert "bergeser" in check_rule(SEL, small_facts(plan))[0].keterangan


def test_a_blank_amount_is_missing_and_what_is_left_above_is_said():
    plan = small_plan(r6_2021=None)
    assert found(SEL, small_facts(plan)) == [("6.2", "1.6.1.02.01.2", "pagu_2021", None, 30)]


def test_a_row_without_any_target_or_money_misses_nothing():
    plan = small_plan()
    for tahun in plan.tahun:
        plan.target[9, tahun] = TargetRow(None, None)
    change(plan, 9, akhir_target=None)
    assert found(SEL, small_facts(plan)) == []


def test_a_definition_without_denominator():
    facts = small_facts(
        definisi=[
            DefinisiTercetak("7.2", 1, "1.6.1", "Cakupan", "Dilayani", "Semua"),
            DefinisiTercetak("7.3", 1, "1.6.1", "Cakupan", "Dilayani", ""),
        ]
    )
    assert found(SEL, facts) == [("7.3", "1.6.1", "definisi", None, None)]
    assert "Tabel 7.2 menyebutnya “Semua”" in check_rule(SEL, facts)[0].keterangan


def test_growth_that_is_not_printed_is_computed():
    facts = small_facts()
    facts.realisasi = [
        RealisasiTercetak("2.14", 1, "Urusan", 2019, None, rupiah=50, pagu=100),
        RealisasiTercetak("2.14", 1, "Urusan", 2020, None, rupiah=60, pagu=150),
    ]
    assert found(SEL, facts) == [
        ("2.14", "", "pertumbuhan_anggaran", None, 50),
        ("2.14", "", "pertumbuhan_realisasi", None, 20),
    ]
    facts.total |= {("2.14", "pertumbuhan_anggaran"): 50, ("2.14", "pertumbuhan_realisasi"): 20}
    assert found(SEL, facts) == []


def test_a_row_without_unit():
    plan = small_plan()
    assert found("satuan-kosong", small_facts(plan)) == []
    change(plan, 8, satuan="")
    assert found("satuan-kosong", small_facts(plan)) == [("6.2", "1.6.1.02.02.1", "satuan", None, None)]


# --- ratios -----------------------------------------------------------------------------


def ratio(rasio, arah="naik", kinerja="20", target="10"):
    facts = small_facts()
    facts.realisasi = [
        RealisasiTercetak(
            "2.12", 1, "Layanan", 2020, Decimal(kinerja), Decimal(target), rasio=rasio and Decimal(rasio), arah=arah
        )
    ]
    return facts


def test_a_ratio_is_realisasi_by_target_as_printed_with_two_decimals():
    rule = "rasio-bukan-realisasi-per-target"
    assert found(rule, ratio("200")) == []
    assert found(rule, ratio("66.67", kinerja="2", target="3")) == []
    assert found(rule, ratio("66.66", kinerja="2", target="3")) == [
        ("2.12", "", "rasio_2020", Decimal("66.66"), Decimal("66.67"))
    ]
    assert found(rule, ratio(None)) == []
    assert found(rule, ratio("200", target="0")) == []


def test_a_ratio_of_money_uses_the_money():
    facts = small_facts()
    facts.realisasi = [RealisasiTercetak("2.14", 1, "U", 2020, None, rupiah=3, pagu=4, rasio=Decimal("80"))]
    assert found("rasio-bukan-realisasi-per-target", facts) == [("2.14", "", "rasio_2020", 80, 75)]


def test_a_falling_indicator_may_print_the_falling_ratio():
    # (2 x 10 - 8) / 10
    assert found("rasio-bukan-realisasi-per-target", ratio("120", "turun", kinerja="8")) == []


def test_a_ratio_that_praises_a_missed_falling_target():
    rule = "rasio-bertentangan-dengan-arah"
    assert found(rule, ratio("200", "turun")) == [("2.12", "", "rasio_2020", 200, 0)]
    assert found(rule, ratio("80", "turun", kinerja="8")) == [("2.12", "", "rasio_2020", 80, 120)]
    assert found(rule, ratio("120", "turun", kinerja="8")) == []
    assert found(rule, ratio("100", "turun", kinerja="10")) == []
    assert found(rule, ratio("200", "naik")) == []


# --- words ------------------------------------------------------------------------------


def test_wordings_that_differ_in_more_than_case_and_a_full_stop():
    facts = small_facts()
    assert found("bunyi-indikator-berbeda", facts) == []
    facts.definisi = [DefinisiTercetak("7.3", 1, "1.6.1", "Cakupan rehabilitasi", "a", "b")]
    (item,) = check_rule("bunyi-indikator-berbeda", facts)
    assert (item.tabel, item.indikator, item.kolom) == ("7.3", "Cakupan rehabilitasi", "indikator")
    assert item.keterangan == "Tabel 7.3 menulis “Cakupan rehabilitasi”, Tabel 6.2, 7.1, 4.1 dan 6.1 menulis “Cakupan”."


# --- denominators -----------------------------------------------------------------------

PENYEBUT = "penyebut-tidak-cocok"


def with_people(target, base="100 jiwa", akhir="4"):
    """Program 1.6.1 in percent of its base; its three kegiatan rows plan 1 + 2 + 1 people a year."""
    plan = small_plan()
    change(plan, 1, satuan="%", data_awal_teks=base, akhir_target=Decimal(akhir), akumulasi="akhir")
    for tahun in plan.tahun:
        set_target(plan, 1, tahun, target)
    change(plan, 2, akhir_target=Decimal(1))
    change(plan, 3, akhir_target=Decimal(2))
    change(plan, 7, akhir_target=Decimal(1))
    return small_facts(plan)


def test_percent_of_the_base_and_people_in_the_kegiatan():
    assert found(PENYEBUT, with_people("4")) == []
    assert found(PENYEBUT, with_people("5")) == [
        ("6.2", "1.6.1", "target_2021", 5, 4),
        ("6.2", "1.6.1", "target_2022", 5, 4),
    ]


def test_a_percentage_that_rounds_to_the_printed_one_agrees():
    # 4 of 332 is 1,2048 %.
    assert found(PENYEBUT, with_people("1.2", base="332 jiwa", akhir="1.20")) == []
    assert found(PENYEBUT, with_people("1.2", base="332 jiwa", akhir="1.3")) == [
        ("6.2", "1.6.1", "target_akhir", Decimal("1.3"), Decimal("1.20"))
    ]


def test_a_base_that_counts_something_else_is_left_alone():
    assert found(PENYEBUT, with_people("90", base="7 PSKS", akhir="90")) == []


def test_bases_of_kegiatan_divide_the_base_of_their_program():
    plan = small_plan()
    change(plan, 2, data_awal_teks="30 jiwa")
    change(plan, 7, data_awal_teks="10 jiwa")
    assert found(PENYEBUT, small_facts(plan)) == []
    change(plan, 7, data_awal_teks="11 jiwa")
    assert found(PENYEBUT, small_facts(plan)) == [("6.2", "1.6.1", "data_awal", 40, 41)]


def defined(penyebut, cara, base="40 PMKS"):
    facts = small_facts()
    facts.indikator = [NilaiIndikator("7.1", 1, "1.6.1", "Cakupan", base, {}, None)]
    facts.definisi = [DefinisiTercetak("7.3", 1, "1.6.1", "Cakupan", "Dilayani", penyebut, cara)]
    return facts


def test_a_denominator_by_name_is_the_count_of_tabel_3_1():
    # Fakir miskin 40, all 50 (the made-up Tabel 3.1).
    assert found(PENYEBUT, defined("Jumlah Fakir Miskin", "dibagi Data Awal (2020)")) == []
    assert found(PENYEBUT, defined("Jumlah PMKS", "dibagi Data Awal (2020)")) == [
        ("7.1", "1.6.1", "kondisi_awal", 40, 50)
    ]
    assert found(PENYEBUT, defined("Jumlah PMKS", "dibagi Tahun Berjalan")) == []
    assert found(PENYEBUT, defined("Jumlah Makam", "Data Awal (2020)")) == []


def test_a_base_in_percent_is_compared_with_the_share_that_tabel_2_12_served():
    # 98,24 % of 50 people of the 50 in Tabel 3.1.
    assert found(PENYEBUT, defined("Jumlah PMKS", "Data Awal (2020)", base="98,24%")) == []
    assert found(PENYEBUT, defined("Jumlah PMKS", "Data Awal (2020)", base="17,38%")) == [
        ("7.1", "1.6.1", "kondisi_awal", Decimal("17.38"), Decimal("98.24"))
    ]


# --- staff ------------------------------------------------------------------------------


def trained(done, still):
    facts = small_facts()
    facts.profil["2.7"] = [BarisTabel(name, count) for name, count in done.items()]
    facts.profil["2.8"] = [BarisTabel(name, count) for name, count in still.items()]
    facts.profil["2.6"] = [
        BarisTabel("Kasi", 2, "IV.a"),
        BarisTabel("Pelaksana", 4, "-"),
        BarisTabel("Jumlah", 6, total=True),
    ]
    return facts


def test_trained_and_untrained_are_all_pns_and_the_officials_of_their_rank():
    rule = "dua-tabel-beda-nilai"
    assert (
        found(rule, trained({"Diklatpim IV": 1, "Diklat Prajabatan": 3}, {"Diklatpim IV": 1, "Diklat Prajabatan": 1}))
        == []
    )
    facts = trained({"Diklatpim IV": 2, "Diklat Prajabatan": 3}, {"Diklatpim IV": 1, "Diklat Prajabatan": 0})
    assert found(rule, facts) == [("2.8", "", "jumlah", 3, 4), ("2.8", "", "jumlah", 3, 2)]


def test_filled_posts_of_tabel_2_9_are_those_of_tabel_2_6():
    facts = small_facts()
    facts.profil["2.6"] = [
        BarisTabel("Kasi", 3, "IV.a"),
        BarisTabel("Pelaksana", 3, "-"),
        BarisTabel("Jumlah", 6, total=True),
    ]
    assert ("2.9", "", "jumlah", 2, 3) in found("dua-tabel-beda-nilai", facts)


def test_more_staff_who_are_not_pns_than_tabel_2_4_has():
    facts = small_facts()
    facts.profil["2.4"] = [BarisTabel("SMA", 1), BarisTabel("SD", 1), BarisTabel("Jumlah", 2, total=True)]
    assert [item[3:] for item in found("bagian-melebihi-keseluruhan", facts)] == [(2, 1)]

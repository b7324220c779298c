"""Every rule: silent on a plan that adds up, firing on the one figure that does not."""

from decimal import Decimal

import pytest

from indicators.findings import ATURAN, Temuan, audit, rule
from indicators.findings.facts import BarisTabel, JumlahJenis, RealisasiTercetak, Warna, add, join, leading_number
from indicators.findings.registry import KUNCI_JSON, check_rule
from indicators.plan_sums import TargetRow
from tests.findings_plan import small_facts, small_plan


def found(nama, facts):
    return [(t.tabel, t.kode, t.indikator, t.kolom, t.tercetak, t.dihitung, t.selisih) for t in check_rule(nama, facts)]


def test_a_document_that_adds_up_has_no_findings():
    assert audit(small_facts()) == []


def test_every_rule_has_words_for_people():
    for nama, aturan in ATURAN.items():
        assert aturan.nama == nama
        assert len(aturan.penjelasan) > 40
        assert aturan.judul


def test_a_rule_name_cannot_be_taken_twice():
    with pytest.raises(ValueError, match="dua kali"):
        rule("rp-akhir-bukan-jumlah-tahun", "", "")(lambda facts: [])


def test_a_finding_carries_its_rule_and_the_keys_of_the_contract():
    temuan = audit(small_facts(small_plan(r8_akhir=300)))[0]
    assert temuan.aturan == "rp-akhir-bukan-jumlah-tahun"
    assert tuple(temuan.as_json()) == KUNCI_JSON
    assert KUNCI_JSON == (
        "aturan", "tabel", "kode", "indikator", "kolom", "tercetak", "dihitung", "selisih", "keterangan",
    )  # fmt: skip


def test_a_finding_writes_numbers_as_json_numbers():
    temuan = Temuan.of(tabel="7.1", kolom="x", tercetak=Decimal("7.50"), dihitung=Decimal("7.0000"), keterangan="")
    assert (temuan.as_json()["tercetak"], temuan.as_json()["dihitung"]) == (7.5, 7)
    assert isinstance(temuan.as_json()["dihitung"], int)
    assert Temuan("", "", "", "", "", None, None, None, "").as_json()["tercetak"] is None


# --- rupiah ---------------------------------------------------------------------------


def test_final_below_the_sum_of_the_years_names_the_year_left_out():
    facts = small_facts(small_plan(r8_akhir=160))
    rule_name = "rp-akhir-bukan-jumlah-tahun"
    assert found(rule_name, facts) == [("6.2", "1.6.1.02.02.1", "Indikator 8", "pagu_akhir", 160, 310, -150)]
    assert "sama dengan Rp satu tahun (2022)" in check_rule(rule_name, facts)[0].keterangan


def test_final_that_leaves_out_one_year_says_which():
    facts = small_facts(small_plan(r1_2021=300, r1_2022=330, r1_akhir=631))
    text = check_rule("rp-akhir-bukan-jumlah-tahun", facts)[0].keterangan
    assert text == "Rp akhir tercetak 631, jumlah 2021–2022 630."


def test_final_beside_an_empty_year_is_judged_only_when_impossible():
    rule_name = "rp-akhir-bukan-jumlah-tahun"
    assert found(rule_name, small_facts(small_plan(r8_2021=None))) == []  # 310 = 160 + something
    facts = small_facts(small_plan(r8_2021=None, r8_akhir=100))
    assert found(rule_name, facts) == [("6.2", "1.6.1.02.02.1", "Indikator 8", "pagu_akhir", 100, 160, -60)]
    assert "1 sel tahun kosong" in check_rule(rule_name, facts)[0].keterangan


def test_final_unknown_or_years_unknown_is_no_contradiction():
    rule_name = "rp-akhir-bukan-jumlah-tahun"
    assert found(rule_name, small_facts(small_plan(r8_akhir=None))) == []
    assert found(rule_name, small_facts(small_plan(r8_2021=None, r8_2022=None))) == []


def test_final_of_the_whole_is_checked_too():
    facts = small_facts()
    facts.total[("6.2", "pagu_akhir")] = 631
    assert found("rp-akhir-bukan-jumlah-tahun", facts) == [("6.2", "", "Jumlah", "pagu_akhir", 631, 630, 1)]


def test_kegiatan_row_is_compared_with_the_sub_kegiatan_that_serve_it():
    rule_name = "rp-induk-bukan-jumlah-anak"
    # 10 moved from line A1 to A2: the node still adds up, the lines do not.
    facts = small_facts(small_plan(r2_2021=90, r3_2021=60))
    assert found(rule_name, facts) == [
        ("6.2", "1.6.1.02.01", "Indikator 2", "pagu_2021", 90, 100, -10),
        ("6.2", "1.6.1.02.01", "Indikator 3", "pagu_2021", 60, 50, 10),
    ]


def test_program_is_compared_with_all_rows_of_its_kegiatan():
    facts = small_facts(small_plan(r1_2022=331))
    assert found("rp-induk-bukan-jumlah-anak", facts) == [("6.2", "1.6.1", "Indikator 1", "pagu_2022", 331, 330, 1)]


def test_one_wrong_sub_kegiatan_is_reported_once_not_on_each_level():
    facts = small_facts(small_plan(r8_2021=149))
    assert [item[1] for item in found("rp-induk-bukan-jumlah-anak", facts)] == ["1.6.1.02.02"]


def test_empty_sub_kegiatan_cell_is_unknown_not_zero():
    rule_name = "rp-induk-bukan-jumlah-anak"
    # The document's own case: the amount of both rows is printed on the first.
    assert found(rule_name, small_facts(small_plan(r5_2021=50, r6_2021=None))) == []
    assert found(rule_name, small_facts(small_plan(r6_2021=None))) == []  # 50 = 20 + unknown
    facts = small_facts(small_plan(r5_2021=51, r6_2021=None))
    assert found(rule_name, facts) == [("6.2", "1.6.1.02.01", "Indikator 3", "pagu_2021", 50, 51, -1)]
    assert "1 sel sub kegiatan kosong" in check_rule(rule_name, facts)[0].keterangan


def test_empty_cell_above_is_no_contradiction():
    assert found("rp-induk-bukan-jumlah-anak", small_facts(small_plan(r3_2021=None))) == []


def test_final_of_a_node_that_is_right_by_the_years_names_the_wrong_row_below():
    facts = small_facts(small_plan(r8_akhir=160))
    temuan = check_rule("rp-induk-bukan-jumlah-anak", facts)
    assert [(t.kode, t.kolom, t.tercetak, t.dihitung) for t in temuan] == [("1.6.1.02.02", "pagu_akhir", 310, 160)]
    assert "Menurut Rp tahunan di bawahnya 310 benar" in temuan[0].keterangan
    assert "“Indikator 8”" in temuan[0].keterangan


def test_whole_is_compared_with_the_programs():
    facts = small_facts()
    facts.total[("6.2", "pagu_2022")] = 340
    assert found("rp-jumlah-bukan-jumlah-program", facts) == [("6.2", "", "Jumlah", "pagu_2022", 340, 330, 10)]


def test_whole_that_is_not_printed_is_no_contradiction():
    facts = small_facts()
    del facts.total[("6.2", "pagu_2022")]
    assert found("rp-jumlah-bukan-jumlah-program", facts) == []


# --- targets --------------------------------------------------------------------------

TARGET = "target-akhir-bukan-akumulasi"


def test_final_target_follows_the_accumulation_of_its_indicator():
    plan = small_plan()  # every year 1, every final 2, every rule the sum
    wrong = plan.indikator["subkegiatan", 3][0]._replace(akumulasi="akhir")
    plan.indikator["subkegiatan", 3] = [wrong]
    facts = small_facts(plan)
    assert found(TARGET, facts) == [("6.2", "1.6.1.02.02.1", "Indikator 8", "target_akhir", 2, 1, 1)]
    assert check_rule(TARGET, facts)[0].keterangan == "Target akhir tercetak 2; nilai tahun terakhir 2021–2022 1."


def test_final_target_of_a_second_measure_is_checked_too():
    plan = small_plan()
    plan.target[9, 2022] = TargetRow(Decimal(4), None)
    assert found(TARGET, small_facts(plan)) == [("6.2", "1.6.1.02.01.2", "Indikator 9", "target_akhir", 2, 5, -3)]


def test_final_target_beside_an_empty_year_is_unknown():
    plan = small_plan()
    plan.target[8, 2021] = TargetRow(None, 150)
    assert found(TARGET, small_facts(plan)) == []


# --- totals of tables -----------------------------------------------------------------


def test_total_of_a_profile_table_is_compared_with_its_rows():
    facts = small_facts()
    facts.profil["2.4"] = [BarisTabel("S 1", 1), BarisTabel("SMA", 2), BarisTabel("Jumlah", 2, total=True)]
    assert found("jumlah-tabel-bukan-jumlah-baris", facts) == [("2.4", "", "Jumlah", "jumlah", 2, 3, -1)]


def test_a_second_total_closes_only_the_rows_since_the_first():
    facts = small_facts()
    facts.profil["2.8"] = [
        BarisTabel("a", 1),
        BarisTabel("Jumlah", 1, total=True),
        BarisTabel("b", 2),
        BarisTabel("Jumlah", 2, total=True),
    ]
    assert found("jumlah-tabel-bukan-jumlah-baris", facts) == []


def test_total_of_kinds_leaves_out_dashes_and_other_years():
    facts = small_facts()
    facts.total[("3.1", "jumlah")] = 51
    assert found("jumlah-tabel-bukan-jumlah-baris", facts) == [("3.1", "", "Jumlah", "jumlah", 51, 50, 1)]
    facts.pmks[1] = JumlahJenis(2, "Lansia", "kuning", 2020, None, "")  # empty, not a dash: unknown
    assert found("jumlah-tabel-bukan-jumlah-baris", facts) == []


def test_colour_group_is_compared_with_its_kinds():
    facts = small_facts()
    facts.warna[1] = Warna("kuning", "Kuning", "", 2020, 11)
    assert found("jumlah-tabel-bukan-jumlah-baris", facts) == [("3.2", "", "Kuning", "jumlah", 11, 10, 1)]


# --- one fact in two tables -----------------------------------------------------------

BEDA = "dua-tabel-beda-nilai"


def test_number_of_pns_in_the_table_that_deviates_from_most():
    facts = small_facts()
    facts.profil["2.1"][0] = BarisTabel("Pegawai Negeri Sipil (PNS)", 7)
    assert found(BEDA, facts) == [("2.1", "", "Pegawai Negeri Sipil (PNS)", "jumlah", 7, 6, 1)]
    assert check_rule(BEDA, facts)[0].keterangan == (
        "Jumlah PNS: Tabel 2.1 mencetak 7, Tabel 2.2, 2.3, 2.5 dan 2.6 mencetak 6."
    )


def test_number_of_staff_who_are_not_pns():
    facts = small_facts()
    facts.profil["2.1"][1] = BarisTabel("Pengemudi", 3)
    assert found(BEDA, facts) == [("2.1", "", "Baris selain PNS", "jumlah", 3, 2, 1)]


def test_number_of_pns_who_are_no_officials():
    facts = small_facts()
    facts.profil["2.6"][1] = BarisTabel("Pelaksana", 5)
    assert found(BEDA, facts) == [("2.6", "", "Pelaksana", "jumlah", 5, 4, 1)]


def test_number_of_pmks_of_the_same_year_only():
    facts = small_facts()
    facts.realisasi[1] = RealisasiTercetak("2.12", 1, "Jumlah PMKS", 2020, Decimal(45))
    assert found(BEDA, facts) == [("2.12", "", "Jumlah PMKS", "realisasi_2020", 45, 50, -5)]


def test_yearly_final_and_base_of_an_indicator_in_two_tables():
    facts = small_facts()
    home, other = facts.indikator[:2]
    changed = type(other)("7.1", 1, "1.6.1", "cakupan", "41 PMKS", {2021: Decimal("7.3")}, Decimal(43))
    facts.indikator = [home, changed, *facts.indikator[2:]]
    assert found(BEDA, facts) == [
        ("7.1", "1.6.1", "cakupan", "kondisi_akhir", Decimal(43), Decimal("43.38"), Decimal("-0.38")),
        ("7.1", "1.6.1", "cakupan", "kondisi_awal", 41, 40, 1),
        ("7.1", "1.6.1", "cakupan", "target_2021", Decimal("7.3"), Decimal("7.23"), Decimal("0.07")),
    ]


def test_a_dash_is_not_compared_with_a_number():
    facts = small_facts()
    home, other = facts.indikator[:2]
    facts.indikator = [
        type(home)("6.2", 1, "1.6.1", "Cakupan", "-", {2021: None}, None),
        type(other)("7.1", 1, "1.6.1", "cakupan", "0", {2021: Decimal(3)}, Decimal(18)),
    ]
    assert found(BEDA, facts) == []


def test_base_of_a_program_and_the_colour_that_is_its_base():
    facts = small_facts()
    facts.warna[0] = Warna("biru", "Biru", "Data dasar PROGRAM Rehabilitasi.", 2020, 39)
    facts.pmks[2] = JumlahJenis(3, "Fakir miskin", "biru", 2020, 39)
    facts.total[("3.1", "jumlah")] = 49
    facts.realisasi = []
    assert found(BEDA, facts) == [("6.2", "1.6.1", "Indikator 1", "data_awal", 40, 39, 1)]


# --- a part and its whole -------------------------------------------------------------

BAGIAN = "bagian-melebihi-keseluruhan"


def test_more_pns_of_a_grade_than_there_are():
    facts = small_facts()
    facts.profil["2.5"] = [
        BarisTabel("Golongan III/d", 1), BarisTabel("Golongan III/c", 5), BarisTabel("Jumlah", 6, total=True),
    ]  # fmt: skip
    # Two officials of III/d; the third post shows no grade and is vacant.
    assert found(BAGIAN, facts) == [("2.9", "", "PNS bergolongan III/d", "jumlah", 2, 1, 1)]


def test_more_pns_of_a_schooling_than_there_are():
    facts = small_facts()
    facts.profil["2.3"] = [BarisTabel("S 1", 6), BarisTabel("Jumlah", 6, total=True)]
    assert found(BAGIAN, facts) == [("2.9", "", "PNS berpendidikan D3", "jumlah", 1, 0, 1)]
    assert "tidak ada di seluruh kantor" in check_rule(BAGIAN, facts)[0].keterangan


def test_a_table_that_does_not_add_up_itself_is_no_whole():
    facts = small_facts()
    facts.profil["2.3"] = [BarisTabel("S 1", 5), BarisTabel("Jumlah", 6, total=True)]
    assert found(BAGIAN, facts) == []


# --- helpers --------------------------------------------------------------------------


def test_sum_keeps_blanks_apart_from_zero():
    assert (add([1, None, 0]).known, add([1, None, 0]).unknown) == (1, 1)
    assert not add([None, None]).contradicts(5)
    assert not add([]).contradicts(5)
    assert add([0]).contradicts(5)
    assert not add([3, None]).contradicts(5)
    assert add([3, None]).contradicts(2)
    assert not add([3]).contradicts(None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("332.723 Jiwa", "332723"),
        ("7 PSKS", "7"),
        ("17,38%", "17.38"),
        ("0", "0"),
        ("-", None),
        ("", None),
        ("Baik", None),
    ],
)
def test_base_value_begins_with_its_number(text, value):
    assert leading_number(text) == (None if value is None else Decimal(value))


def test_list_of_words():
    assert [join([]), join(["a"]), join(["a", "b"]), join(["a", "b", "c"])] == ["", "a", "a dan b", "a, b dan c"]

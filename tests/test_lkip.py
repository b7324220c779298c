"""LKIP tables against figures worked out by hand from Tabel 6.2, 7.1 and 2.12 and what staff typed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from indicators.actions import save_realisasi
from indicators.efisiensi import Efisiensi, difference, pmk_214, pmk_214_nilai, verdict
from indicators.entry import Typed
from indicators.models import Indikator
from programs.models import Renstra
from reports.matrix import leaves, shown, value
from reports.models import Analisis, Standar
from tests.report_cells import build

pytestmark = pytest.mark.django_db
SUB = "1.6.4.02.01.1"  # Penyediaan Permakanan, pagu 2022: 309.345.000


@pytest.fixture
def typed(baseline):
    """Cakupan Rehabilitasi Sosial reached 6 % in 2021 and 8,5 % in 2022; Rp 865.445.000 spent in 2022."""
    staff = User.objects.get(username="staf.rehsos")
    renstra = Renstra.current()

    def save(kode, tahun, **cells):
        row = Indikator.objects.get(renstra=renstra, kode=kode)
        found = save_realisasi(staff, row.pk, tahun, Typed(**cells), versi=0, pintu="peramban")
        assert found.outcome.value == "tersimpan", found.reading.errors

    save("1.6.4", 2021, kinerja="6")
    save("1.6.4", 2022, kinerja="8,5")
    save(SUB, 2022, kinerja="1", rupiah="865.445.000", alasan_lebih_pagu="Pergeseran")
    return renstra


def row(matrix, kode="1.6.4"):
    keys = [column.kunci for column in leaves(matrix.kolom)]
    found = next(item for item in matrix.baris if item.kode == kode and item.peran.value == "baris")
    return dict(zip(keys, found.sel, strict=True))


def number(cell):
    return value(cell.nilai[0] if hasattr(cell, "catatan") else cell)


def text(cell):
    return shown(cell.nilai[0] if hasattr(cell, "catatan") else cell)


def test_the_agreement_lists_targets_then_programs_with_the_printed_total(baseline):
    matrix = build("lkip-perjanjian-kinerja", tahun=2022)
    assert number(matrix.baris[-1].sel[4]) == 14_770_044_005  # Tabel 6.2, Jumlah 2022
    assert number(matrix.baris[0].sel[4]) == 3  # Tabel 7.1, IKU 1
    programs = [item for item in matrix.baris if item.peran.value == "baris"][7:]
    assert len(programs) == 7


def test_last_year_stands_beside_this_one_with_the_change(typed):
    found = row(build("lkip-tahun-lalu", tahun=2022))
    assert (number(found["realisasi_2021"]), number(found["realisasi_2022"])) == (6, Decimal("8.5"))
    assert number(found["selisih"]) == Decimal("2.5")
    assert number(found["perubahan"]) == Decimal("41.67")  # 2,5 / 6 × 100
    assert number(found["capaian_2021"]) == Decimal("82.99")  # 6 / 7,23 × 100
    assert text(found["realisasi_2020"]) == "–"


def test_the_history_of_the_former_period_fills_the_years_before_the_plan(baseline):
    matrix = build("lkip-tahun-lalu", tahun=2021)
    found = row(matrix, "LAYANAN-1")
    # Tabel 2.12: number of PMKS 2017 to 2020 as printed.
    printed = {
        item.tahun: item.kinerja for item in Indikator.objects.get(kode="LAYANAN-1").realisasi.filter(tahun__gte=2017)
    }
    assert {year: number(found[f"realisasi_{year}"]) for year in printed} == printed
    assert len(printed) == 4
    assert not any(item.kode == "LAYANAN-1" for item in build("lkip-tahun-lalu", tahun=2026).baris)


def test_the_way_to_the_end_of_the_plan_adds_up_by_the_rule(typed):
    found = row(build("lkip-akhir-renstra", tahun=2022))
    assert number(found["realisasi_sampai"]) == Decimal("14.5")  # 6 + 8,5
    assert number(found["target_akhir"]) == Decimal("43.38")
    assert number(found["kemajuan"]) == Decimal("33.43")  # 14,5 / 43,38 × 100


def test_a_year_without_a_figure_makes_the_sum_unknown(typed):
    found = row(build("lkip-akhir-renstra", tahun=2023))
    assert number(found["realisasi_sampai"]) is None
    assert number(found["kemajuan"]) is None


def test_efficiency_compares_capaian_with_serapan_of_the_program(typed):
    found = row(build("lkip-efisiensi", tahun=2022))
    assert number(found["pagu"]) == 1_730_890_000
    assert number(found["realisasi_rp"]) == 865_445_000
    assert number(found["serapan"]) == 50
    assert number(found["capaian"]) == Decimal("117.57")
    assert number(found["efisiensi"]) == Decimal("67.57")
    assert text(found["keterangan"]) == "Efisien"
    # (1.730.890.000 × 1,175656 − 865.445.000) / (1.730.890.000 × 1,175656) × 100 = 100 − 50 / 1,175656
    assert number(found["efisiensi_pmk"]) == Decimal("57.47")
    assert number(found["nilai_pmk"]) == 100


def test_a_standard_is_compared_and_names_its_source(typed):
    target = Indikator.objects.get(kode="1.6.4")
    Standar.objects.create(
        indikator=target, tahun=2022, tingkat="provinsi", nama="Banten", nilai=10, sumber="LKIP 2022"
    )
    found = row(build("lkip-standar", tahun=2022))
    assert number(found["perbandingan"]) == 85  # 8,5 / 10 × 100
    assert text(found["tingkat"]) == "Provinsi: Banten"
    assert text(found["sumber"]) == "LKIP 2022"
    assert text(row(build("lkip-standar", tahun=2021))["tingkat"]) == "belum ada standar"


def test_the_analysis_stands_beside_its_indicator(typed):
    Analisis.objects.create(indikator=Indikator.objects.get(kode="1.6.4"), tahun=2022, sebab="Data terpadu")
    assert text(row(build("lkip-analisis", tahun=2022))["sebab"]) == "Data terpadu"
    assert text(row(build("lkip-analisis", tahun=2021))["sebab"]) == ""


def test_the_whole_holds_every_table_numbered(typed):
    matrix = build("lkip", tahun=2022)
    assert [part.nomor for part in matrix.lampiran] == [f"Tabel {number}" for number in range(1, 9)]
    assert [text(item.sel[1]) for item in matrix.baris] == [part.judul for part in matrix.lampiran]
    single = build("lkip-efisiensi", tahun=2022)
    assert matrix.lampiran[5].baris == single.baris


figures = st.decimals(min_value=0, max_value=1000, places=4)


@given(figures, figures)
def test_the_verdict_follows_the_difference(capaian, serapan):
    gap = difference(capaian, serapan)
    word = verdict(gap)
    assert (word is Efisiensi.EFISIEN) == (gap > 5)
    assert (word is Efisiensi.TIDAK_EFISIEN) == (gap < -5)


@pytest.mark.parametrize(
    ("gap", "word"), [("5", "Sesuai"), ("5.0001", "Efisien"), ("-5", "Sesuai"), ("-5.0001", "Tidak efisien")]
)
def test_the_limits_of_the_verdict_are_read_unrounded(gap, word):
    assert verdict(Decimal(gap)).value == word


@given(figures)
def test_unknown_stays_unknown(value_):
    assert difference(None, value_) is None
    assert verdict(difference(value_, None)) is None
    assert pmk_214(None, 1, value_) is None
    assert pmk_214(100, None, value_) is None
    assert pmk_214(0, 5, value_) is None


def test_pmk_214_by_hand():
    # PMK 214/2017: 100 earned for 90 is 10 % efficiency, which is 75 of 100.
    assert pmk_214(100, 90, Decimal(100)) == 10
    assert pmk_214_nilai(Decimal(10)) == 75
    assert pmk_214_nilai(Decimal(-90)) == 0
    assert pmk_214_nilai(None) is None


def test_explanations_come_as_an_appendix_on_request(typed):
    plain = build("lkip-capaian", tahun=2022)
    assert plain.lampiran == ()
    with_reasons = build("lkip-capaian", tahun=2022, penjelasan=True)
    assert with_reasons.baris == plain.baris
    (appendix,) = with_reasons.lampiran
    texts = [
        "|".join(text(cell) for cell in item.sel) for item in appendix.baris if item.kode == "1.6.4" and item.sel[1]
    ]
    assert any("8,5 / 7,23 × 100 = 117,57" in line for line in texts)
    assert any("Staf Bidang Rehabilitasi Sosial" in line for line in texts)


def test_what_was_written_on_efficiency_closes_its_table(typed):
    Analisis.objects.create(indikator=Indikator.objects.get(kode="1.6.4"), tahun=2022, efisiensi="Hemat sewa gedung")
    (closing,) = build("lkip-efisiensi", tahun=2022).penutup
    assert (closing.label, closing.teks) == ("Cakupan Rehabilitasi Sosial", "Hemat sewa gedung")

"""The seven formulas of Tabel 7.3 with the denominators the document prints, and what references find."""

from decimal import Decimal

import pytest

from indicators.acuan import AcuanError, check, resolve
from indicators.entry import Keadaan
from indicators.models import Indikator, Komponen, NilaiKomponen, Realisasi, Rumus
from indicators.perhitungan import load_perhitungan, version_of
from programs.models import Renstra

# Tabel 7.3, column "Cara Hitung": the base year divides 1, 4 and 5 (Tabel 3.1: 343.991; Tabel 3.2: 11.268, 332.723).
BASE = {"IKU-1": 343_991, "1.6.4": 11_268, "1.6.5": 332_723}
RUNNING = ("1.6.2", "1.6.3", "1.6.6", "1.6.7")


@pytest.fixture
def plan(baseline):
    return Renstra.current()


def worked_out(plan, kode, tahun=2022):
    row = Indikator.objects.select_related("renstra").get(renstra=plan, kode=kode)
    return load_perhitungan([row], [tahun])[row.pk, tahun]


def enter(plan, kode, tahun=2022, **values):
    for name, value in values.items():
        component = Komponen.objects.get(indikator__renstra=plan, indikator__kode=kode, kode=name)
        NilaiKomponen.objects.create(komponen=component, tahun=tahun, nilai=value)


def test_seven_indicators_have_a_formula_of_two_components(plan):
    assert set(Rumus.objects.values_list("indikator__kode", flat=True)) == {*BASE, *RUNNING}
    assert Komponen.objects.count() == 14
    assert all(row.sumber.startswith("Tabel 7.3") for row in Komponen.objects.all())


@pytest.mark.parametrize(("kode", "denominator"), BASE.items())
def test_the_base_year_divides_in_every_year(plan, kode, denominator):
    for tahun in (2021, 2026):
        part = worked_out(plan, kode, tahun).bagian[1]
        assert (part.nilai, part.tahun, part.tahun_dasar) == (denominator, 2020, True)
        assert "Tabel 3." in part.asal


@pytest.mark.parametrize("kode", RUNNING)
def test_the_other_four_divide_by_the_year_itself(plan, kode):
    found = worked_out(plan, kode)
    assert [(part.tahun, part.diketik, part.nilai) for part in found.bagian] == [(2022, True, None)] * 2
    assert not found.dimulai
    assert found.hasil.keadaan is Keadaan.KOSONG


def test_a_denominator_of_the_base_year_is_no_entry(plan):
    assert not worked_out(plan, "1.6.4").dimulai
    enter(plan, "1.6.4", direhabilitasi=815)
    found = worked_out(plan, "1.6.4")
    assert found.dimulai
    # 815 / 11.268 = 7,2329 %, just above the yearly target of 7,23 %.
    assert round(found.hasil.nilai, 4) == Decimal("7.2329")


def test_nobody_to_bring_home_is_no_event_and_not_zero(plan):
    enter(plan, "1.6.3", dipulangkan=0, jumlah_migran=0)
    found = worked_out(plan, "1.6.3")
    assert (found.hasil.keadaan, found.hasil.nilai) == (Keadaan.TIDAK_ADA_KEJADIAN, None)


def test_what_is_missing_is_named_with_its_year(plan):
    enter(plan, "1.6.2", dibina=40)
    assert worked_out(plan, "1.6.2").sebab == "belum ada nilai: Jumlah Tenaga Kesejahteraan Sosial (2022)"


def test_the_newest_version_in_force_in_a_year_counts():
    first, later, again = (Rumus(versi=n, berlaku_mulai=year) for n, year in ((1, 2021), (2, 2024), (3, 2022)))
    assert version_of([first, later], 2023) is first
    assert version_of([first, later, again], 2023) is again
    assert version_of([first, later, again], 2021) is first
    assert version_of([later], 2023) is None


def test_references_find_the_printed_figures(plan):
    iku = Indikator.objects.get(renstra=plan, kode="IKU-1")
    Realisasi.objects.create(indikator=iku, tahun=2022, keadaan="terisi", kinerja=Decimal("2.5"))
    expected = {
        ("pmks:jumlah", 2020): (343_991, "Jiwa"),
        ("pmks:warna:biru", 2020): (332_723, "Jiwa"),
        ("pmks:warna:biru+kuning-hijau", 2020): (343_991, "Jiwa"),
        ("pmks:jenis:23", 2020): (989, "Jiwa"),
        ("pmks:jenis:23+24", 2020): (332_723, "Jiwa"),
        ("seri:korban-bencana", 2020): (15_210, "Orang"),
        ("indikator:IKU-1", 2022): (Decimal("2.5"), "%"),
        ("pmks:jumlah", 2023): (None, "Jiwa"),
        ("seri:tagana", 2023): (None, "Orang"),
        ("indikator:IKU-1", 2023): (None, "%"),
    }
    found = resolve(expected.keys(), plan)
    assert {key: (item.nilai, item.satuan) for key, item in found.items()} == expected
    assert found["pmks:jumlah", 2020].asal == "Tabel 3.1, jumlah 20 jenis, 2020"


@pytest.mark.parametrize(
    ("acuan", "words"),
    [
        ("indikator:9.9", "Tidak ada indikator berkode 9.9"),
        ("pmks:warna:ungu", "yang ada: biru, kuning-hijau"),
        ("pmks:jenis:27", "Tidak ada jenis PMKS nomor 27"),
        ("seri:tidak-ada", "tidak dikenal"),
        ("apa saja", "tidak dikenal"),
    ],
)
def test_a_reference_to_nothing_is_refused(plan, acuan, words):
    with pytest.raises(AcuanError, match=words):
        check(acuan, plan)


def test_reading_takes_the_same_few_queries_for_one_and_for_all(plan, django_assert_max_num_queries):
    rows = list(Indikator.objects.filter(rumus__isnull=False).select_related("renstra"))
    # versions, components, frozen, locked, typed, choices, Tabel 3.1, Tabel 3.2, counts of services
    with django_assert_max_num_queries(9):
        assert len(load_perhitungan(rows, list(plan.tahun))) == 7 * 6

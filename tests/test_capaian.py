"""Capaian, serapan, predikat, accumulation: by property and by the document's own figures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.capaian import (
    Akumulasi,
    Arah,
    Predikat,
    RumusTurun,
    accumulate,
    compute_capaian,
    compute_serapan,
    evaluate_capaian,
    mean,
    mean_growth,
    predikat,
    scale,
)

figures = st.decimals(min_value=0, max_value=10**9, places=4)
positive = st.decimals(min_value=Decimal("0.0001"), max_value=10**9, places=4)
directions = st.sampled_from(list(Arah))
formulas = st.sampled_from(list(RumusTurun))
# A quotient of two decimals is exact to 28 digits; equalities hold to far below what is shown.
CLOSE = Decimal("1e-9")


@given(positive, directions, formulas)
def test_reaching_the_target_is_a_hundred_in_every_direction(target, arah, rumus):
    assert compute_capaian(target, target, arah, rumus) == 100


@given(positive, figures, figures)
def test_more_is_never_worse_when_rising(target, a, b):
    low, high = sorted((a, b))
    assert compute_capaian(target, low) <= compute_capaian(target, high)


@given(positive, positive, positive, formulas)
def test_more_is_never_better_when_falling(target, a, b, rumus):
    low, high = sorted((a, b))
    assert compute_capaian(target, low, Arah.TURUN, rumus) >= compute_capaian(target, high, Arah.TURUN, rumus)


@given(positive, figures, positive, figures)
def test_within_a_range_is_a_hundred_and_further_out_is_never_better(target, width, out, further):
    low, high = target, target + width
    bounds = {"batas_bawah": low, "batas_atas": high}
    assert compute_capaian(target, low + width / 2, Arah.RENTANG, **bounds) == 100
    near = compute_capaian(target, high + out, Arah.RENTANG, **bounds)
    assert near <= 100
    assert compute_capaian(target, high + out + further, Arah.RENTANG, **bounds) <= near


@given(figures, figures, directions, formulas)
def test_the_result_is_unknown_or_not_negative(target, realisasi, arah, rumus):
    result = compute_capaian(target, realisasi, arah, rumus)
    assert result is None or result >= 0


@given(st.none() | figures, directions, formulas)
def test_unknown_in_is_unknown_out(value, arah, rumus):
    assert compute_capaian(None, value, arah, rumus) is None
    assert compute_capaian(value, None, arah, rumus) is None
    assert compute_capaian(Decimal(0), value, arah, rumus) is None


@given(positive, figures)
def test_both_falling_formulas_agree_about_missing_the_target(target, realisasi):
    difference = compute_capaian(target, realisasi, Arah.TURUN)
    ratio = compute_capaian(target, realisasi, Arah.TURUN, RumusTurun.RASIO)
    if ratio is not None:
        assert (difference >= 100) == (ratio >= 100)


@pytest.mark.parametrize(
    ("target", "realisasi", "arah", "rumus", "expected"),
    [
        (7, 14, "naik", "2T-R", 200),  # no upper cap on a row
        (8, 6, "naik", "2T-R", 75),
        (10, 5, "turun", "2T-R", 150),
        (10, 25, "turun", "2T-R", 0),  # negative shows 0
        (10, 20, "turun", "T/R", 50),
        (10, 0, "turun", "T/R", None),
        (1, 1, "tepat", "2T-R", 100),
        (1, 2, "tepat", "2T-R", 0),
        (10, 8, "rentang", "2T-R", 80),
        (0, 5, "naik", "2T-R", None),
        (5, 0, "naik", "2T-R", 0),
    ],
)
def test_worked_examples(target, realisasi, arah, rumus, expected):
    assert compute_capaian(target, realisasi, arah, rumus) == expected


def test_an_unknown_direction_is_an_error_and_not_a_number():
    with pytest.raises(ValueError, match="samping"):
        compute_capaian(1, 1, "samping")


def test_serapan_is_of_the_pagu_and_unknown_without_one():
    assert compute_serapan(14_431_005_295, 7_215_502_647) == Decimal(7_215_502_647) / Decimal(14_431_005_295) * 100
    assert compute_serapan(None, 5) is None
    assert compute_serapan(0, 5) is None
    assert compute_serapan(5, None) is None
    assert compute_serapan(5, 0) == 0


@given(st.decimals(min_value=0, max_value=300, places=12))
def test_the_scale_has_no_gap_and_no_overlap(value):
    limits = [(91, Predikat.SANGAT_TINGGI), (76, Predikat.TINGGI), (66, Predikat.SEDANG), (51, Predikat.RENDAH)]
    assert predikat(value) == next((word for limit, word in limits if value >= limit), Predikat.SANGAT_RENDAH)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("91", "Sangat Tinggi"),
        ("90.9999999999", "Tinggi"),
        ("76", "Tinggi"),
        ("75.99", "Sedang"),
        ("66", "Sedang"),
        ("65.99", "Rendah"),
        ("51", "Rendah"),
        ("50.99", "Sangat Rendah"),
        ("0", "Sangat Rendah"),
    ],
)
def test_the_scale_of_permendagri_86_at_its_edges(value, word):
    assert predikat(Decimal(value)) == word


def test_unknown_has_no_predikat():
    assert predikat(None) is None


@given(st.lists(figures, min_size=1, max_size=6), st.sampled_from(list(Akumulasi)))
def test_one_year_accumulates_to_itself_and_known_years_to_something_known(values, rule):
    result = accumulate(values, rule)
    assert result is not None
    assert accumulate(values[:1], rule) == values[0]
    if rule is not Akumulasi.JUMLAH:
        assert min(values) - CLOSE <= result <= max(values) + CLOSE


@given(st.lists(figures, max_size=5), st.integers(0, 5), st.sampled_from([Akumulasi.JUMLAH, Akumulasi.RATA_RATA]))
def test_an_unknown_year_makes_sum_and_mean_unknown(values, at, rule):
    assert accumulate([*values[:at], None, *values[at:]], rule) is None


def test_the_document_accumulates_in_its_own_ways():
    assert accumulate([Decimal("7.23")] * 6, "jumlah") == Decimal("43.38")
    assert accumulate([Decimal(100)] * 6, "akhir") == 100
    assert accumulate([Decimal(3), None, Decimal(5), None], "akhir") == 5
    assert accumulate([Decimal(3), None, Decimal(5), Decimal(4)], "maksimum") == 5
    assert accumulate([], "jumlah") is None


@given(st.lists(st.none() | figures, max_size=8))
def test_the_mean_leaves_unknown_out_and_never_passes_its_cap(values):
    result = mean(values)
    if all(value is None for value in values):
        assert result is None
    else:
        assert 0 <= result <= 100
        assert result == mean([value for value in values if value is not None])


def test_growth_is_the_mean_of_the_yearly_rates():
    assert mean_growth([100, 110, 99]) == 0  # +10 %, then -10 %
    assert mean_growth([100, None, 99]) is None
    assert mean_growth([0, 5]) is None
    assert mean_growth([5]) is None


@given(positive, figures, directions, formulas)
def test_the_figure_and_its_explanation_are_one_evaluation(target, realisasi, arah, rumus):
    found = evaluate_capaian(target, realisasi, arah, rumus)
    assert found.nilai == compute_capaian(target, realisasi, arah, rumus)
    assert found.rumus
    assert bool(found.hitungan) == (found.nilai is not None)
    assert found.hitungan.count("{}") == len(found.angka)
    assert found.nilai is not None or found.sebab


@pytest.mark.parametrize(
    ("target", "realisasi", "sebab"),
    [(None, 1, "target tidak ada"), (1, None, "realisasi belum ada"), (0, 1, "target 0, tidak ada pembaginya")],
)
def test_an_unknown_capaian_says_why(target, realisasi, sebab):
    assert evaluate_capaian(target, realisasi).sebab == sebab


def test_a_negative_result_is_zero_and_says_so():
    found = evaluate_capaian(10, 25, Arah.TURUN)
    assert found.nilai == 0
    assert found.sebab == "hasil negatif dicatat 0"


@given(figures)
def test_the_scale_has_no_gap(value):
    bounds = [limit for limit, _ in scale()]
    assert bounds == sorted(bounds, reverse=True)
    assert predikat(value) is next(word for limit, word in scale() if value >= limit)

"""Numbers out and in: what is written can be read back, what has two readings is refused."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renstra import formats
from renstra.formats import (
    FormatError,
    format_number,
    format_persen,
    format_rupiah,
    format_tanggal,
    format_waktu,
    parse_kinerja,
    parse_number,
    parse_rupiah,
    round_half_up,
)

# What fits a DecimalField(20, 4) cell and a person can type.
numbers = st.decimals(min_value=0, max_value=10**15 - 1, places=4, allow_nan=False, allow_infinity=False)
rupiah = st.integers(min_value=0, max_value=10**15 - 1)


@given(numbers)
def test_a_formatted_number_reads_back_as_itself(value):
    assert parse_number(format_number(value)).value == value


@given(numbers, st.sampled_from(["%s", "%s%%", " %s ", "\u00a0%s\t", "%s %%"]))
def test_surroundings_do_not_change_the_value(value, shape):
    parsed = parse_number(shape % format_number(value))
    assert parsed.value == value
    assert parsed.percent == ("%%" in shape)


@given(rupiah, st.sampled_from(["%s", "Rp %s", "Rp%s", "rp. %s", "Rp\u00a0%s", "Rp %s,-", "%s,-", "%s,00"]))
def test_rupiah_reads_back_in_every_office_spelling(value, shape):
    assert parse_rupiah(shape % format_rupiah(value)) == value


@given(numbers)
def test_the_echo_is_itself_readable(value):
    parsed = parse_number(format_number(value) + "%")
    assert parse_number(parsed.echo) == parsed


@given(st.integers(0, 999_999), st.integers(0, 9_999_999).map(str))
def test_a_dot_that_groups_nothing_is_never_guessed(left, right):
    text = f"{left}.{right}"
    if len(right) == 3 and 1 <= left <= 999:
        assert parse_number(text).value == int(f"{left}{right}")
    else:
        with pytest.raises(FormatError):
            parse_number(text)


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 99))
def test_a_comma_before_a_dot_is_english_and_refused(a, b, c):
    with pytest.raises(FormatError):
        parse_number(f"{a},{b:03d}.{c}")


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_a_reason(text):
    try:
        parsed = parse_number(text)
    except FormatError as error:
        assert str(error)
    else:
        assert parsed.value.is_finite()
        assert abs(parsed.value) < 10**formats.MAX_INTEGER_DIGITS
        assert -parsed.value.as_tuple().exponent <= formats.MAX_DECIMALS


@given(st.text(max_size=60))
def test_a_performance_figure_and_an_amount_are_never_negative(text):
    for parse in (parse_kinerja, parse_rupiah):
        with suppress(FormatError):
            assert parse(text) >= 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234.567", "1234567"),
        ("1234567", "1234567"),
        ("7,23", "7.23"),
        ("7,23%", "7.23"),
        ("7,23 %", "7.23"),
        ("Rp 1.000", "1000"),
        ("1.234,56", "1234.56"),
        ("0", "0"),
        ("0,5", "0.5"),
        ("007", "7"),
        ("-5", "-5"),
        ("\u22125", "-5"),
        ("1.234\u00a0", "1234"),
        ("43,38", "43.38"),
    ],
)
def test_it_reads(text, value):
    assert parse_number(text).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12.34", "bisa berarti 12,34 atau 1234"),
        ("0.500", "bisa berarti 0,500 atau 500"),
        ("1,234.5", "cara Inggris"),
        ("1,234,567", "lebih dari satu koma"),
        ("1.23.456", "tiap tiga angka"),
        ("Rp .500", "tiap tiga angka"),
        ("1 234", "spasi"),
        ("1\u00a0234", "spasi"),
        ("2000.000", "(2.000.000)"),
        ("5,", "sesudah koma"),
        ("2,5 juta", "bukan angka"),
        (",5", "bukan angka"),
        ("lima", "bukan angka"),
        ("1e5", "bukan angka"),
        ("\u0665", "bukan angka"),
        ("", "Belum ada angka"),
        ("-", "Belum ada angka"),
        ("%", "Belum ada angka"),
        ("Rp", "Belum ada angka"),
        ("Rp 5%", "Rp dan %"),
        ("1,23456", "desimal"),
        ("1234567890123456", "terlalu panjang"),
    ],
)
def test_it_refuses_with_the_reason(text, reason):
    with pytest.raises(FormatError, match=reason):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "reason"), [("1.000,50", "sen"), ("5%", "persen"), ("-1", "negatif"), ("1,234", "sen")]
)
def test_rupiah_refuses(text, reason):
    with pytest.raises(FormatError, match=reason):
        parse_rupiah(text)


@pytest.mark.parametrize(("text", "reason"), [("Rp 5", "rupiah"), ("5,-", "rupiah"), ("-1", "negatif")])
def test_performance_refuses(text, reason):
    with pytest.raises(FormatError, match=reason):
        parse_kinerja(text)


def test_a_pasted_page_does_not_come_back_in_the_message():
    with pytest.raises(FormatError) as caught:
        parse_number("teks " * 1000)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (None, None, "–"),
        (1234567, None, "1.234.567"),
        (Decimal("1234.5"), None, "1.234,5"),
        (Decimal("1234.5"), 2, "1.234,50"),
        (Decimal("100.0000"), None, "100"),
        (Decimal("1E+2"), None, "100"),
        (Decimal("0.125"), 2, "0,13"),
        (Decimal("-0.001"), 2, "0,00"),
        (Decimal("-2.5"), 0, "-3"),
    ],
)
def test_it_writes(value, decimals, text):
    assert format_number(value, decimals) == text


def test_percent_rupiah_and_dates_are_written_as_the_office_writes_them():
    assert format_persen(Decimal("94.705")) == "94,71"
    assert format_rupiah(14431005295, symbol=True) == "Rp 14.431.005.295"
    assert format_tanggal(date(2026, 11, 24)) == "24 November 2026"
    assert format_waktu(datetime(2026, 11, 24, 9, 5)) == "24 November 2026 pukul 09.05"


@given(st.decimals(min_value=-1000, max_value=1000, places=6), st.integers(0, 4))
def test_rounding_moves_at_most_half_a_unit_and_halves_go_away_from_zero(value, decimals):
    rounded = round_half_up(value, decimals)
    half = Decimal(1).scaleb(-decimals) / 2
    assert abs(rounded - value) <= half
    if abs(rounded - value) == half:
        assert abs(rounded) > abs(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("7.2304", "7,2304"),
        ("7.23041", "7,23"),
        ("0.0799999999", "0,08"),
        ("33.3333333333", "33,33"),
        ("100.0000000000", "100"),
    ],
)
def test_more_decimals_than_anyone_types_show_as_two(value, text):
    assert format_number(Decimal(value)) == text

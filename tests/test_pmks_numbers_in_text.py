"""NIK and No KK inside a text: found, so that it is not kept, and masked where it is quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmks.nik import holds_number, mask_numbers

NIK = "3604054105800123"
DIGITS = st.text("0123456789", min_size=12, max_size=40)


@pytest.mark.parametrize(
    "text",
    [
        NIK,
        f"Siti {NIK}",
        f"NIK:{NIK}.",
        "3604 0541 0580 0123",
        "360405.410580.0123",
        "36.04.05.41.05.80.0123",
        "3604-0541-0580-0123",
        "3604051204100007 (KK)",
        f"{NIK} 3604051204100007",
        "Kp. Baru RT 01, KTP 3604 0541 0580 0123",
    ],
)
def test_a_number_is_found_however_it_is_written(text):
    assert holds_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kp. Baru RT 01/02 No. 17",
        "0812 3456 7890",  # a telephone
        "36.04.05.2001",
        "36040541058001",  # fourteen digits
        "36040541058001234",  # seventeen
        "1234567890123456",  # no date stands in it: 78 is no day
        "BAST 460/1234/DINSOS/2024",
        "2024-03-01 s.d. 2024-04-01",
    ],
)
def test_other_figures_are_none(text):
    assert not holds_number(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (f"“{NIK}” tidak dikenal", "“••••0123” tidak dikenal"),
        ("3604 0541 0580 0123", "••••0123"),
        (f"{NIK[:14]}", "••••8001"),  # cut off, and still most of a number
        ("1.250.000 dan 36.04.05.2001", "1.250.000 dan 36.04.05.2001"),
    ],
)
def test_a_quoted_number_keeps_its_last_four_digits(text, seen):
    assert mask_numbers(text) == seen


@given(st.text("ab “”;", max_size=5), DIGITS, st.text("ab “”;", max_size=5))
def test_no_more_than_four_digits_of_a_long_number_are_left(before, digits, behind):
    assert sum(sign.isdigit() for sign in mask_numbers(before + digits + behind)) == 4

"""Numbers through JSON, both ways, by property."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.jsonangka import JsonError, digits, read, write

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**18), max_value=10**18)
plain = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | numbers | st.text(st.characters(codec="utf-8"))
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
)


@given(values.filter(lambda value: "\\u0000" not in json.dumps(value, default=str)))
def test_what_is_written_is_read_back_the_same(value):
    assert read(write(value).encode()) == value


@given(numbers)
def test_a_number_keeps_its_digits_and_has_no_exponent(value):
    text = digits(value)
    assert Decimal(text) == value
    assert "E" not in text.upper()
    assert not ("." in text and text.endswith("0"))


@pytest.mark.parametrize("text", [b"1e41", b"1e-41", b"Infinity", b"-Infinity", b"NaN", b"", b"{'a': 1}", b"\xff"])
def test_what_cannot_be_kept_is_refused(text):
    with pytest.raises(JsonError):
        read(text)


def test_a_byte_order_mark_is_no_mistake():
    assert read("\ufeff[1.50]".encode()) == [Decimal("1.50")]

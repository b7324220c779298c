"""Codes of the plan: printed, canonical, and in the order of their integers."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import codes

head = st.tuples(st.integers(1, 99), st.integers(1, 99), st.integers(1, 99))
tail = st.tuples(st.integers(1, 99), st.integers(1, 99))
numbers = st.one_of(
    head,
    st.tuples(head, tail).map(lambda pair: pair[0] + pair[1]),
    st.tuples(head, tail, st.integers(1, 9999)).map(lambda triple: triple[0] + triple[1] + (triple[2],)),
)


def spell(parts):
    """As the document prints it: the fourth part two digits wide."""
    return ".".join(f"{part:02d}" if at in {3, 4} else str(part) for at, part in enumerate(parts))


@given(numbers, numbers)
def test_order_is_that_of_the_integers(a, b):
    assert (codes.sort_key(spell(a)) < codes.sort_key(spell(b))) == (a < b)


@given(numbers)
def test_printed_and_canonical_are_the_same_node(parts):
    printed = spell(parts)
    assert codes.parts(printed) == codes.parts(codes.canonical(printed)) == parts
    assert codes.sort_key(printed) == codes.sort_key(codes.canonical(printed))
    assert codes.level(printed) == codes.level(codes.canonical(printed))


@given(numbers)
def test_a_parent_comes_before_its_children_and_is_one_level_up(parts):
    printed = spell(parts)
    above = codes.parent(printed)
    if above is None:
        assert codes.level(printed) == "program"
    else:
        assert codes.sort_key(above) < codes.sort_key(printed)
        assert codes.sort_key(printed).startswith(codes.sort_key(above) + ".")
        assert {"kegiatan": "program", "subkegiatan": "kegiatan"}[codes.level(printed)] == codes.level(above)


def test_ten_comes_after_nine():
    printed = ["1.6.1.02.10.1", "1.6.1.02.01.10", "1.6.1.02.01.9", "1.6.1.02.01", "1.6.1", "1.6.10", "1.6.2"]
    assert sorted(printed, key=codes.sort_key) == [
        "1.6.1",
        "1.6.1.02.01",
        "1.6.1.02.01.9",
        "1.6.1.02.01.10",
        "1.6.1.02.10.1",
        "1.6.2",
        "1.6.10",
    ]


def test_the_document_and_permendagri_90_write_one_node_differently():
    assert codes.canonical("1.6.1.02.01.1") == "1.06.01.2.01.01"
    assert codes.canonical("1.6.5.02.02") == "1.06.05.2.02"
    assert codes.canonical("1.6.1") == "1.06.01"
    assert codes.parent("1.6.1.02.01.1") == "1.6.1.02.01"


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.6", "1.6.1.02", "1.6.1.02.01.1.1", "1.6.x", "1 6 1", "1.6.1.", "\u0661.\u0666.\u0661", "1.6.12345"],
)
def test_what_is_no_code_is_refused_with_the_shapes(text):
    with pytest.raises(codes.KodeError):
        codes.parts(text)


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_refused(text):
    with suppress(codes.KodeError):
        assert codes.level(text) in {"program", "kegiatan", "subkegiatan"}

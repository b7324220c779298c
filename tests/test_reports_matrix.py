"""The matrix: header spans, merged cells, values for people and machines."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renstra.formats import parse_number
from reports.matrix import (
    KOSONG,
    Angka,
    Baris,
    Bilangan,
    Kolom,
    Kosong,
    Matrix,
    Pecahan,
    Peran,
    Sel,
    Teks,
    Uang,
    angka,
    clean,
    depth,
    group_starts,
    header_rows,
    leaves,
    mark,
    nomor,
    problems,
    resolve,
    shown,
    teks,
    value,
)

LEAF = st.builds(Kolom, st.text(max_size=5))
TREE = st.recursive(
    LEAF, lambda inner: st.builds(lambda kids: Kolom("g", anak=tuple(kids)), st.lists(inner, min_size=1, max_size=4))
)


@given(st.lists(TREE, min_size=1, max_size=6).map(tuple))
def test_header_cells_cover_every_place_exactly_once(kolom):
    width, height = len(leaves(kolom)), depth(kolom)
    grid = [[0] * width for _ in range(height)]
    for level, row in enumerate(header_rows(kolom)):
        for cell in row:
            for down in range(cell.tinggi):
                for right in range(cell.lebar):
                    grid[level + down][cell.mulai + right] += 1
    assert grid == [[1] * width for _ in range(height)]


@given(st.lists(TREE, min_size=1, max_size=6).map(tuple))
def test_strong_rules_stand_inside_the_table(kolom):
    assert all(0 < at < len(leaves(kolom)) for at in group_starts(kolom))


def test_years_under_one_heading_are_ruled_year_by_year():
    pair = lambda head: Kolom(head, anak=(Kolom("Target", head + "t"), Kolom("Rp.", head + "r")))  # noqa: E731
    kolom = (Kolom("Kode", "kode"), Kolom("Kerangka", anak=(pair("2021"), pair("2022"))))
    assert group_starts(kolom) == {1, 3}


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_money_shows_dots_and_reads_back(amount):
    assert parse_number(shown(Uang(amount))).value == amount
    assert value(Uang(amount)) == amount


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_shows_what_machines_read(figure):
    cell = angka(figure)
    assert parse_number(shown(cell)).value == value(cell) == figure


@given(st.decimals(min_value=0, max_value=10**6, places=6))
def test_fixed_decimals_show_the_rounded_value(figure):
    cell = Angka(figure, 2)
    assert parse_number(shown(cell)).value == value(cell)


@pytest.mark.parametrize(
    ("cell", "text", "number"),
    [
        (Angka(Decimal("7.23"), akhiran="%"), "7,23%", Decimal("7.23")),
        (Angka(38, akhiran=" orang"), "38 orang", 38),
        (Angka(Decimal("16"), 2), "16,00", 16),
        (Angka(Decimal("501.6004"), 2), "501,60", Decimal("501.6")),
        (Angka(Decimal("0.125"), 2), "0,13", Decimal("0.13")),
        (Uang(87985645720), "87.985.645.720", 87985645720),
        (Bilangan(2021), "2021", 2021),
        (Kosong(), "", None),
        (Kosong("-"), "-", None),
        (Teks("-"), "-", "-"),
        (Pecahan("A", "B", 100), "A / B × 100", "A / B × 100"),
        (Pecahan("A", "", 100), "A × 100", "A × 100"),
    ],
)
def test_values_for_people_and_machines(cell, text, number):
    assert shown(cell) == text
    assert value(cell) == number
    assert type(value(cell)) is type(number)


def test_running_numbers_with_a_dot_stay_text():
    assert nomor("7") == Bilangan(7)
    assert nomor("7.") == Teks("7.")
    assert nomor("") == KOSONG


def test_nothing_is_blank_and_a_printed_dash_stays():
    assert teks("") is KOSONG
    assert teks(None) is KOSONG
    assert teks("-") == Teks("-")


def test_control_characters_never_reach_a_file():
    assert clean("a\x00b\x0bc\r\nd") == "abc\nd"


def test_marks_are_bracketed():
    assert mark((1, 4)) == "[1, 4]"
    assert mark(()) == ""


COLUMNS = (Kolom("A", "a"), Kolom("B", "b"))


def _matrix(*rows, catatan=()):
    return Matrix("s", "", "j", COLUMNS, tuple(Baris(Peran.BARIS, row) for row in rows), catatan=catatan)


def test_a_cell_over_rows_is_repeated_for_machines():
    matrix = _matrix((Sel((Teks("x"),), tinggi=2), Teks("1")), (None, Teks("2")))
    assert problems(matrix) == []
    assert [
        [shown(cell.nilai[0] if isinstance(cell, Sel) else cell) for cell in cells]
        for _, cells in resolve(matrix.baris)
    ] == [
        ["x", "1"],
        ["x", "2"],
    ]


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([(Teks("x"),)], "1 sel untuk 2 kolom"),
        ([(Teks("x"), None)], "tanpa sel"),
        ([(Sel((Teks("x"),), lebar=2), Teks("y"))], "menimpa"),
        ([(Sel((Teks("x"),), tinggi=2), Teks("y"))], "melewati baris terakhir"),
        ([(Sel((Teks("x"),), tinggi=2), Teks("y")), (Teks("z"), Teks("y"))], "di bawah sel gabungan"),
        ([(Sel((Teks("x"),), (9,)), Teks("y"))], "catatan tidak ada: [9]"),
    ],
)
def test_a_broken_shape_is_named(rows, word):
    assert word in " ".join(problems(_matrix(*rows)))

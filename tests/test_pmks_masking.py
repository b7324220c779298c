"""Small counts stay hidden: whatever is printed beside them, more than one value is possible behind each.

The reader of these tests knows the counts shown, the totals of lines and columns, what ``< 5`` and ``…`` mean, and
tries every table that would look the same.
"""

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pmks.penyamaran import AMBANG, Samar, given_away, margins, mask_count, mask_table
from pmks.penyamaran_jumlah import mask_margins, mask_total, mask_whole

KECIL, BESAR = Samar(), Samar(kecil=False)
COUNTS = st.one_of(st.integers(0, 6), st.sampled_from([0, 1, 4, 5, 7, 9]))


def tables(height, width):
    row = st.lists(COUNTS, min_size=width, max_size=width)
    return st.lists(row, min_size=height, max_size=height)


TABLES = st.sampled_from([(2, 2), (2, 3), (3, 2)]).flatmap(lambda size: tables(*size))


def fits(value, mark):
    """Whether a value can be behind what is printed."""
    if not isinstance(mark, Samar):
        return mark is None or value == mark
    return 1 <= value < AMBANG if mark.kecil else value >= AMBANG


def total_fits(value, mark):
    """The same of a total: "…" also stands for a small one where "< 5" would tell its parts."""
    return value > 0 if mark == BESAR else fits(value, mark)


def fillings(cells, total, top):
    """Every way to fill the hidden cells of a line so that its total fits what is printed."""
    choices = [
        [cell] if not isinstance(cell, Samar) else [value for value in range(1, top) if fits(value, cell)]
        for cell in cells
    ]
    return [found for found in product(*choices) if total_fits(sum(found), total)]


def printed(rows, edge):
    """Totals as they are printed: of lines, of columns, of everything."""
    lines, columns = [sum(row) for row in rows], [sum(column) for column in turned(rows)]
    return (
        [mark or total for mark, total in zip(edge.baris, lines, strict=True)],
        [mark or total for mark, total in zip(edge.kolom, columns, strict=True)],
        edge.semua or sum(lines),
    )


def look_alikes(shown, row_totals, column_totals, whole, top):
    """Every table that looks the same."""
    lines = [fillings(row, total, top) for row, total in zip(shown, row_totals, strict=True)]
    for found in product(*lines):
        columns = zip(zip(*found, strict=True), column_totals, strict=True)
        fit = all(total_fits(sum(column), total) for column, total in columns)
        if fit and total_fits(sum(map(sum, found)), whole):
            yield found


def known(shown, tables):
    """Places of hidden counts that have the same value in every table that looks the same."""
    values = {}
    for table in tables:
        for at, row in enumerate(table):
            for column, value in enumerate(row):
                values.setdefault((at, column), set()).add(value)
    return {
        (at, column) for (at, column), seen in values.items() if isinstance(shown[at][column], Samar) and len(seen) == 1
    }


def totals_of(rows, shown):
    return [mask_total(sum(row), cells, terbuka=False) for row, cells in zip(rows, shown, strict=True)]


def turned(rows):
    return [list(column) for column in zip(*rows, strict=True)]


# One count -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "seen"), [(None, None), (0, 0), (1, KECIL), (4, KECIL), (5, 5), (344_000, 344_000)])
def test_one_to_four_people_are_hidden_and_zero_is_not(count, seen):
    assert mask_count(count, terbuka=False) == seen
    assert mask_count(count, terbuka=True) == count
    assert (str(KECIL), str(BESAR)) == ("< 5", "…")


# Lines ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "seen", "total"),
    [
        ([3, 20, 30], [KECIL, BESAR, 30], 53),  # the next smallest goes too
        ([3, 0, 0], [KECIL, 0, 0], KECIL),
        ([20, 30], [20, 30], 50),
        ([1, 1, 20], [KECIL, KECIL, BESAR], 22),  # 22 − 20 leaves 2 for two: one each
        ([4, 4, 20], [KECIL, KECIL, BESAR], 28),  # 8 for two of at most 4
        ([1, 2, 20], [KECIL, KECIL, 20], 23),  # 3 for two: 1 and 2, or 2 and 1
        ([4, 4, 0], [KECIL, KECIL, 0], BESAR),  # nothing else to hide
        ([1, 5], [KECIL, BESAR], BESAR),  # 6 is 1 and 5
        ([1, 1, 1, 1], [KECIL] * 4, BESAR),  # "< 5" for four would be one each
        ([1, 1, 1], [KECIL] * 3, KECIL),
    ],
)
def test_a_line_hides_as_much_as_its_total_would_give_back(parts, seen, total):
    masked, whole = mask_whole(sum(parts), parts, [False] * len(parts))
    assert (masked, whole) == (seen, total)


def test_what_a_reader_serves_is_shown_and_the_total_goes_instead():
    assert mask_whole(53, [3, 20, 30], [False, True, True]) == ([KECIL, 20, 30], BESAR)
    assert mask_whole(53, [3, 20, 30], [True, True, True]) == ([3, 20, 30], 53)


def test_a_total_of_people_counted_once_tells_when_its_parts_cannot_hold_less():
    # 24 people, 20 of them of a kind that is shown: the other two kinds have at least 4 more, at most 4 each.
    assert mask_total(28, [KECIL, KECIL, 20], terbuka=False) == BESAR
    # 21 people in kinds of 20 and twice "< 5": somebody has two kinds, and nothing is told.
    assert mask_total(21, [KECIL, KECIL, 20], terbuka=False) == 21


@settings(max_examples=300)
@given(st.lists(COUNTS, min_size=1, max_size=5))
def test_no_hidden_count_of_a_line_is_known_from_its_total(parts):
    masked, total = mask_whole(sum(parts), parts, [False] * len(parts))
    assert not known([masked], [[found] for found in fillings(masked, total, 16)])


@settings(max_examples=200)
@given(TABLES, st.data())
def test_no_hidden_count_is_known_from_the_totals_of_columns(rows, data):
    seen = data.draw(st.lists(st.booleans(), min_size=len(rows[0]), max_size=len(rows[0])))
    shown = mask_table(rows, seen)
    totals = totals_of(turned(rows), turned(shown))
    for cells, total in zip(turned(shown), totals, strict=True):
        assert not known([cells], [[found] for found in fillings(cells, total, 16)])


# Lines and columns together ------------------------------------------------------------------------------------------

# Each line and column that has a hidden count has two, but for the count in the middle the sums of the two upper lines
# less those of the two left columns leave one value.
BRIDGE = [[1, 2, 3, 9], [2, 1, 9, 9], [9, 9, 1, 2], [9, 9, 2, 1]]


def test_a_count_between_two_groups_of_hidden_ones_is_protected_too():
    bare = [[mask_count(value, terbuka=False) for value in row] for row in BRIDGE]
    assert given_away(bare, BRIDGE) == [(0, 2)]
    shown = mask_table(BRIDGE, [False] * 4)
    assert sum(cell == BESAR for row in shown for cell in row) > 0
    assert not given_away(shown, BRIDGE)


@settings(max_examples=150)
@given(TABLES)
@example([[1, 0, 4], [0, 2, 7], [5, 5, 5]])
def test_what_lines_and_columns_give_away_together_is_what_every_look_alike_agrees_on(rows):
    shown = [[mask_count(value, terbuka=False) for value in row] for row in rows]
    tables = look_alikes(shown, *printed(rows, margins(shown, rows)), 10)
    assert set(given_away(shown, rows)) == known(shown, tables)


@settings(max_examples=150)
@given(TABLES)
def test_a_hidden_count_is_known_only_where_nothing_else_is_left_to_hide(rows):
    shown = mask_table(rows, [False] * len(rows[0]))
    tables = look_alikes(shown, *printed(rows, margins(shown, rows)), 12)
    for at, column in known(shown, tables):
        beside = [*shown[at], *(row[column] for row in shown)]
        assert not [cell for cell in beside if isinstance(cell, int) and cell]


@settings(max_examples=200)
@given(TABLES)
@example([[0, 1, 6], [0, 7, 2], [6, 0, 0]])
def test_no_hidden_count_is_known_once_the_totals_that_tell_are_gone(rows):
    shown = mask_table(rows, [False] * len(rows[0]))
    assert not known(shown, look_alikes(shown, *printed(rows, mask_margins(shown, rows)), 12))


@settings(max_examples=100)
@given(tables(5, 6), st.lists(st.booleans(), min_size=6, max_size=6))
def test_counts_are_shown_as_they_are_or_hidden_and_nothing_open_is_hidden(rows, seen):
    shown = mask_table(rows, seen)
    for row, cells in zip(rows, shown, strict=True):
        for value, cell, is_open in zip(row, cells, seen, strict=True):
            if isinstance(cell, Samar):
                assert not is_open
                assert fits(value, cell)
            else:
                assert cell == value
                assert is_open or value == 0 or value >= AMBANG

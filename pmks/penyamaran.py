"""Small counts hidden: below five people a count in an area can point at somebody.

Pure. A table has rows × columns and their totals printed beside it; where a total and the counts shown leave only one
value for a hidden count, the next smallest count is hidden too, until nothing is given away: neither by one line
alone (the only hidden count, or ``< 5`` twice with 2 or 8 left for both) nor by several lines together. Where nothing
else is left to hide, totals have to go (``penyamaran_jumlah.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

AMBANG = 5


@dataclass(frozen=True, slots=True)
class Samar:
    """A hidden count; it prints as ``< 5``, or as ``…`` where a larger one is hidden to protect another."""

    kecil: bool = True

    def __str__(self) -> str:
        """What stands in the cell."""
        return f"< {AMBANG}" if self.kecil else "…"

    @property
    def paling_kecil(self) -> int:
        """The least that can be behind it."""
        return 1 if self.kecil else AMBANG

    @property
    def paling_besar(self) -> float:
        """The most that can be behind it."""
        return AMBANG - 1 if self.kecil else float("inf")


Sel = int | Samar | None


def mask_count(jumlah: int | None, *, terbuka: bool) -> Sel:
    """One count as others see it: 1 to 4 hidden, 0 and unknown shown; ``terbuka`` shows everything."""
    if terbuka or jumlah is None or jumlah == 0 or jumlah >= AMBANG:
        return jumlah
    return Samar()


def total_tells(total: int, parts: Iterable[Sel]) -> bool:
    """Whether a printed total leaves only one value for what is hidden among its parts.

    A total that counts people once may be less than the sum of its parts, so it can tell too when more is left than
    the hidden parts can hold.
    """
    hidden, left = [], total
    for part in parts:
        if isinstance(part, Samar):
            hidden.append(part)
        else:
            left -= part or 0
    if len(hidden) < 2:
        return bool(hidden)
    least, most = sum(part.paling_kecil for part in hidden), sum(part.paling_besar for part in hidden)
    return left == least or left >= most


def hide_total(total: int, parts: Sequence[Sel]) -> Samar | None:
    """How a printed total is hidden from those to whom nothing is open; None where it may be shown."""
    if total >= AMBANG:
        return Samar(kecil=False) if total_tells(total, parts) else None
    if total == 0:
        return None
    # "< 5" bounds its parts too: four hidden ones below it would be one person each.
    least = sum(part.paling_kecil if isinstance(part, Samar) else part or 0 for part in parts)
    return Samar(kecil=least < AMBANG - 1 or not any(isinstance(part, Samar) for part in parts))


def mask_table(rows: Sequence[Sequence[int | None]], terbuka: Sequence[bool]) -> list[list[Sel]]:
    """Counts as others see them; ``terbuka`` says of each column whether its counts are shown to the reader anyway.

    Safe against everything that can be worked out from the counts shown and the totals of lines and columns, as far
    as there are counts to hide; where there are none, ``mask_total`` hides the total.
    """
    shown: list[list[Sel]] = [
        [mask_count(value, terbuka=is_open) for value, is_open in zip(row, terbuka, strict=True)] for row in rows
    ]
    columns = range(len(terbuka))
    lines = [[(at, column) for column in columns] for at in range(len(shown))]
    lines += [[(at, column) for at in range(len(shown))] for column in columns]
    while True:
        changed = False
        for line in lines:
            changed |= _protect(shown, rows, line, terbuka)
        if not changed and not _protect_jointly(shown, rows, terbuka):
            return shown


def _protect(
    shown: list[list[Sel]],
    rows: Sequence[Sequence[int | None]],
    line: list[tuple[int, int]],
    terbuka: Sequence[bool],
) -> bool:
    """Hide another count of a line whose total would give one away; whether one was hidden."""
    total = sum(rows[at][column] or 0 for at, column in line)
    if not total_tells(total, (shown[at][column] for at, column in line)):
        return False
    return _hide_smallest(shown, rows, line, terbuka)


def _hide_smallest(
    shown: list[list[Sel]],
    rows: Sequence[Sequence[int | None]],
    places: Iterable[tuple[int, int]],
    terbuka: Sequence[bool],
) -> bool:
    """Hide the smallest count shown in some places; False where there is none but zeros and open ones."""
    others = [
        (value, (at, column))
        for at, column in places
        if isinstance(shown[at][column], int) and (value := rows[at][column]) and not terbuka[column]
    ]
    if not others:
        return False
    _, (at, column) = min(others)
    shown[at][column] = Samar(kecil=False)
    return True


# Several lines together ----------------------------------------------------------------------------------------------
#
# Hidden counts are edges between their line and their column. Another table that looks the same to the reader
# differs from the true one along a closed way through them (one count goes up, the next one down …), and a
# count on no such way has one value only.

_LINES, _COLUMNS = -1, -2  # where the hidden totals of lines, and of columns, meet


def _protect_jointly(shown: list[list[Sel]], rows: Sequence[Sequence[int | None]], terbuka: Sequence[bool]) -> bool:
    """Hide another count beside each hidden one that several lines together give away; whether any was hidden."""
    changed = False
    for at, column in given_away(shown, rows):
        beside = [*((at, other) for other in range(len(terbuka))), *((other, column) for other in range(len(shown)))]
        changed |= _hide_smallest(shown, rows, beside, terbuka)
    return changed


@dataclass(frozen=True, slots=True)
class Tepi:
    """How totals beside a table are hidden: of its lines, its columns, and of everything; None where they are shown."""

    baris: tuple[Samar | None, ...]
    kolom: tuple[Samar | None, ...]
    semua: Samar | None


def margins(shown: Sequence[Sequence[Sel]], rows: Sequence[Sequence[int | None]], tanpa: Collection[int] = ()) -> Tepi:
    """Totals that tell by themselves, or are in ``tanpa``: lines, then columns, then everything, counted on."""
    height = len(shown)
    lines = [*zip(shown, rows, strict=True), *zip(zip(*shown, strict=True), zip(*rows, strict=True), strict=True)]
    marks: list[Samar | None] = []
    totals: list[Sel] = []
    for at, (cells, values) in enumerate(lines):
        total = sum(value or 0 for value in values)
        mark = Samar(kecil=False) if at in tanpa else hide_total(total, cells)
        marks.append(mark)
        # A small total of counts that are all shown is no secret.
        totals.append(mark if mark and any(isinstance(cell, Samar) for cell in cells) else total)
    everything = sum(value or 0 for row in rows for value in row)
    whole = hide_total(everything, totals[:height]) or hide_total(everything, totals[height:])
    if len(lines) in tanpa:
        whole = Samar(kecil=False)
    return Tepi(tuple(marks[:height]), tuple(marks[height:]), whole)


def given_away(
    shown: Sequence[Sequence[Sel]], rows: Sequence[Sequence[int | None]], tanpa: Collection[int] = ()
) -> list[tuple[int, int]]:
    """Hidden counts that have one value only, from what is shown and the totals that ``margins`` leaves."""
    ways: dict[int, set[int]] = {_LINES: set(), _COLUMNS: set()}
    hidden = []
    height = len(shown)
    for at, row in enumerate(shown):
        for column, cell in enumerate(row):
            if isinstance(cell, Samar):
                hidden.append((at, column))
                _link(ways, at, height + column, rows[at][column] or 0, cell)
    edge = margins(shown, rows, tanpa)
    for at, mark in enumerate(edge.baris):
        if mark and at in ways:
            _link(ways, _LINES, at, sum(value or 0 for value in rows[at]), mark, total=True)
    for column, mark in enumerate(edge.kolom):
        if mark and height + column in ways:
            _link(ways, height + column, _COLUMNS, sum(row[column] or 0 for row in rows), mark, total=True)
    if edge.semua:
        _link(ways, _COLUMNS, _LINES, sum(value or 0 for row in rows for value in row), edge.semua, total=True)
    return [(at, column) for at, column in hidden if not _changes(ways, at, height + column)]


def _link(ways: dict[int, set[int]], source: int, target: int, value: int, mark: Samar, *, total: bool = False) -> None:
    """A hidden count as a way: there where it may be larger, back where it may be smaller."""
    ways.setdefault(source, set())
    ways.setdefault(target, set())
    # "…" as a total also stands for a small one where "< 5" would tell its parts.
    least = 1 if total else mark.paling_kecil
    if value < mark.paling_besar:
        ways[source].add(target)
    if value > least:
        ways[target].add(source)


def _changes(ways: dict[int, set[int]], line: int, column: int) -> bool:
    """Whether a closed way leads through the count of a line and a column."""
    return any(end in ways[start] and _leads(ways, end, start) for start, end in ((line, column), (column, line)))


def _leads(ways: dict[int, set[int]], start: int, end: int) -> bool:
    """Whether a way leads from one to another, not straight."""
    seen = {start}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for there in ways[here]:
            if there == end:
                if here != start:
                    return True
            elif there not in seen:
                seen.add(there)
                waiting.append(there)
    return False

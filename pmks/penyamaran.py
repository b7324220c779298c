"""Small counts hidden: below five people a count in an area can point at somebody.

Pure. A table has rows × columns and their totals printed beside it; where only one cell of a line is hidden, the
total would give it back, so the next smallest cell of that line is hidden too, until no line gives anything away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

AMBANG = 5


@dataclass(frozen=True, slots=True)
class Samar:
    """A hidden count; it prints as ``< 5``, or as ``…`` where a larger one is hidden to protect another."""

    kecil: bool = True

    def __str__(self) -> str:
        """What stands in the cell."""
        return f"< {AMBANG}" if self.kecil else "…"


Sel = int | Samar | None


def mask_count(jumlah: int | None, *, terbuka: bool) -> Sel:
    """One count as others see it: 1 to 4 hidden, 0 and unknown shown; ``terbuka`` shows everything."""
    if terbuka or jumlah is None or jumlah == 0 or jumlah >= AMBANG:
        return jumlah
    return Samar()


def mask_table(rows: Sequence[Sequence[int | None]], terbuka: Sequence[bool]) -> list[list[Sel]]:
    """Counts as others see them; ``terbuka`` says of each column whether its counts are shown to the reader anyway.

    Every line and every column is safe against subtraction from its printed total.
    """
    shown: list[list[Sel]] = [
        [mask_count(value, terbuka=is_open) for value, is_open in zip(row, terbuka, strict=True)] for row in rows
    ]
    changed = True
    while changed:
        changed = False
        for at in range(len(shown)):
            changed |= _protect(shown, rows, [(at, column) for column in range(len(terbuka))], terbuka)
        for column in range(len(terbuka)):
            changed |= _protect(shown, rows, [(at, column) for at in range(len(shown))], terbuka)
    return shown


def _protect(
    shown: list[list[Sel]],
    rows: Sequence[Sequence[int | None]],
    line: list[tuple[int, int]],
    terbuka: Sequence[bool],
) -> bool:
    """Hide a second cell of a line with exactly one hidden; whether one was hidden."""
    hidden = [place for place in line if isinstance(shown[place[0]][place[1]], Samar)]
    if len(hidden) != 1:
        return False
    others = [
        (value, place)
        for place in line
        if place not in hidden and (value := rows[place[0]][place[1]]) and not terbuka[place[1]]
    ]
    if not others:
        return False
    _, (at, column) = min(others)
    shown[at][column] = Samar(kecil=False)
    return True

"""Totals beside hidden counts: a total must not give back what is hidden among its parts. Pure.

``penyamaran.mask_table`` hides a second part where it can; where every other part is zero or open to the reader,
the total itself has to go: ``mask_total`` for one line, ``mask_margins`` for the totals all around a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from pmks.penyamaran import Samar, Sel, Tepi, given_away, hide_total, margins, mask_count, mask_table, total_tells


def mask_total(total: int | None, parts: Sequence[Sel], *, terbuka: bool) -> Sel:
    """A total as others see it; hidden when it is small, or when it would tell what is hidden among ``parts``."""
    shown = mask_count(total, terbuka=terbuka)
    if not total:
        return shown
    if isinstance(shown, Samar):
        return hide_total(total, parts)
    return Samar(kecil=False) if total_tells(total, parts) else shown


def mask_whole(total: int | None, parts: Sequence[int], terbuka: Sequence[bool]) -> tuple[list[Sel], Sel]:
    """The counts of one area by kind and the people in all: as others see them."""
    (masked,) = mask_table([parts], terbuka)
    return masked, mask_total(total, masked, terbuka=all(terbuka))


def mask_margins(shown: Sequence[Sequence[Sel]], rows: Sequence[Sequence[int | None]]) -> Tepi:
    """Which totals beside a table have to go so that lines and columns together give no hidden count away.

    Of the totals that cross at a count given away the smallest shown one goes, then those that print as ``< 5``, and
    the total of everything last.
    """
    height = len(shown)
    gone: set[int] = set()
    while True:
        edge = margins(shown, rows, gone)
        found = set()
        for at, column in given_away(shown, rows, gone):
            crossing = [
                (bool(mark), total, node)
                for mark, total, node in (
                    (edge.baris[at], sum(value or 0 for value in rows[at]), at),
                    (edge.kolom[column], sum(row[column] or 0 for row in rows), height + column),
                )
                if not mark or mark.kecil
            ]
            found.add(min(crossing)[2] if crossing else height + len(rows[0]))
        if found <= gone:
            return edge
        gone |= found

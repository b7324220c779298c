"""Totals beside hidden counts: a total must not give back what is hidden among its parts. Pure.

``penyamaran.mask_table`` hides a second part where it can; where every other part is zero or open to the reader,
the total itself has to go.
"""

from __future__ import annotations

from collections.abc import Sequence

from pmks.penyamaran import Samar, Sel, hide_total, mask_count, mask_table, total_tells


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

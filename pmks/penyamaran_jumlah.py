"""Totals beside hidden counts: a total must not give back the only part that is hidden. Pure.

``penyamaran.mask_table`` hides a second part where it can; where every other part is zero or open to the reader,
the total itself has to go.
"""

from __future__ import annotations

from collections.abc import Sequence

from pmks.penyamaran import Samar, Sel, mask_count, mask_table


def mask_total(total: int | None, parts: Sequence[Sel], *, terbuka: bool) -> Sel:
    """A total as others see it; hidden when it is small, or when exactly one of ``parts`` is hidden."""
    shown = mask_count(total, terbuka=terbuka)
    alone = sum(isinstance(part, Samar) for part in parts) == 1
    return Samar(kecil=False) if alone and isinstance(shown, int) and shown else shown


def mask_whole(total: int | None, parts: Sequence[int], terbuka: Sequence[bool]) -> tuple[list[Sel], Sel]:
    """The counts of one area by kind and the people in all: as others see them."""
    (masked,) = mask_table([parts], terbuka)
    return masked, mask_total(total, masked, terbuka=all(terbuka))

"""Quarters and their year: what the year is once quarters were entered.

Pure: imports nothing of Django. The rule within a year is the indicator's
``akumulasi_tahun``; E.81 and the stored year follow from the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

from indicators.capaian import accumulate
from indicators.entry import Keadaan, Values

TRIWULAN = (1, 2, 3, 4)
GAPS = frozenset({Keadaan.TIDAK_ADA_KEJADIAN.value, Keadaan.TIDAK_BERLAKU.value})


@dataclass(frozen=True, slots=True)
class Kinerja:
    """Performance of a period: its state, its number and why it does not apply."""

    keadaan: str = Keadaan.KOSONG.value
    kinerja: Decimal | None = None
    alasan: str = ""


KOSONG = Kinerja()


def combine(periods: Sequence[Kinerja], akumulasi: str) -> Kinerja:
    """Several periods as one by the accumulation rule; unknown when a part that counts is.

    A period without event, or one the row does not apply to, is left out: it is neither
    0 nor unknown. All of them so, the whole is so too.
    """
    counted = [item for item in periods if item.keadaan not in GAPS]
    if periods and not counted:
        return periods[-1]
    figure = accumulate([item.kinerja for item in counted], akumulasi)
    return KOSONG if figure is None else Kinerja(Keadaan.TERISI.value, figure)


class HasKeadaan(Protocol):
    """A period of whatever kind that knows its state."""

    @property
    def keadaan(self) -> str: ...


PeriodT = TypeVar("PeriodT", bound=HasKeadaan)


def until_last(periods: Sequence[PeriodT]) -> list[PeriodT]:
    """The periods up to the last one entered: what is still to come is no gap."""
    kept = list(periods)
    while kept and kept[-1].keadaan == Keadaan.KOSONG:
        kept.pop()
    return kept


@dataclass(frozen=True, slots=True)
class Setahun:
    """The year as its quarters give it; None where no quarter has been entered, so the year is typed itself.

    ``kinerja`` may be unknown although quarters are there: a sum with a gap is not known.
    """

    kinerja: Kinerja | None
    rupiah: int | None

    @property
    def follows_rupiah(self) -> bool:
        """Whether the money of the year comes from its quarters."""
        return self.rupiah is not None


def year_of(quarters: Mapping[int, Values], akumulasi: str) -> Setahun:
    """What the stored quarters (1-4) make of their year: performance by its rule, rupiah as the sum so far."""
    found = [quarters.get(at, Values()) for at in TRIWULAN]
    entered = until_last([Kinerja(item.keadaan, item.kinerja, item.alasan_keadaan) for item in found])
    spent = [item.rupiah for item in found if item.rupiah is not None]
    return Setahun(combine(entered, akumulasi) if entered else None, sum(spent) if spent else None)

"""Capaian, serapan, predikat and accumulation: the one place that computes them.

Rules: Permendagri 86/2017 (evaluation, scale of Tabel T-E.22). Arithmetic is
``Decimal`` and never rounded here; None means unknown and stays unknown. Pure:
imports nothing of Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

HUNDRED = Decimal(100)


class Arah(StrEnum):
    """Direction in which an indicator is good; values as stored on the indicator."""

    NAIK = "naik"
    TURUN = "turun"
    RENTANG = "rentang"
    TEPAT = "tepat"


class RumusTurun(StrEnum):
    """Formula of a falling indicator; the page says which was used."""

    SELISIH = "2T-R"
    RASIO = "T/R"


class Akumulasi(StrEnum):
    """How yearly values become the value at the end of the plan."""

    JUMLAH = "jumlah"
    AKHIR = "akhir"
    RATA_RATA = "rata-rata"
    MAKSIMUM = "maksimum"


class Predikat(StrEnum):
    """Scale of Permendagri 86/2017, Tabel T-E.22."""

    SANGAT_TINGGI = "Sangat Tinggi"
    TINGGI = "Tinggi"
    SEDANG = "Sedang"
    RENDAH = "Rendah"
    SANGAT_RENDAH = "Sangat Rendah"


_SCALE = (
    (Decimal(91), Predikat.SANGAT_TINGGI),
    (Decimal(76), Predikat.TINGGI),
    (Decimal(66), Predikat.SEDANG),
    (Decimal(51), Predikat.RENDAH),
)


def compute_capaian(
    target: Decimal | int | None,
    realisasi: Decimal | int | None,
    arah: str = Arah.NAIK,
    rumus_turun: str = RumusTurun.SELISIH,
    *,
    batas_bawah: Decimal | None = None,
    batas_atas: Decimal | None = None,
) -> Decimal | None:
    """Percent (0 and up, no cap) of ``target`` that ``realisasi`` reaches, None when unknown.

    naik: R / T × 100. turun: (2T − R) / T × 100, or T / R × 100 by setting.
    rentang: 100 inside the bounds (default: the target itself), outside falling
    by the distance to the nearer bound in percent of that bound. tepat: 100 or 0.
    T = 0, or T or R unknown: unknown, never 0. Negative results are 0.
    """
    if target is None or realisasi is None:
        return None
    t, r = Decimal(target), Decimal(realisasi)
    if t == 0:
        return None
    match Arah(arah):
        case Arah.NAIK:
            result = r / t * HUNDRED
        case Arah.TURUN if RumusTurun(rumus_turun) is RumusTurun.SELISIH:
            result = (2 * t - r) / t * HUNDRED
        case Arah.TURUN:
            if r == 0:
                return None
            result = t / r * HUNDRED
        case Arah.RENTANG:
            low = t if batas_bawah is None else batas_bawah
            high = t if batas_atas is None else batas_atas
            if low <= r <= high:
                return HUNDRED
            bound = low if r < low else high
            if bound == 0:
                return None
            result = HUNDRED - abs(r - bound) / abs(bound) * HUNDRED
        case Arah.TEPAT:
            result = HUNDRED if r == t else Decimal(0)
    return max(result, Decimal(0))


def compute_serapan(pagu: int | None, realisasi: int | None) -> Decimal | None:
    """Absorption in percent: realisasi Rp / pagu × 100, None when unknown or the pagu is 0."""
    return compute_capaian(pagu, realisasi)


def predikat(capaian: Decimal | None) -> Predikat | None:
    """Word for a capaian by its unrounded value; half-open, so 90,995 is Tinggi. None stays None."""
    if capaian is None:
        return None
    return next((word for limit, word in _SCALE if capaian >= limit), Predikat.SANGAT_RENDAH)


def accumulate(values: Sequence[Decimal | None], rule: str) -> Decimal | None:
    """Value at the end of the years from the yearly ``values`` in order.

    None when no year is known. A single unknown year makes a sum or mean unknown
    too, because the missing part is not 0; the last and the greatest known value
    stay known.
    """
    known = [value for value in values if value is not None]
    if not known:
        return None
    match Akumulasi(rule):
        case Akumulasi.AKHIR:
            return known[-1]
        case Akumulasi.MAKSIMUM:
            return max(known)
        case Akumulasi.JUMLAH:
            return sum(known, Decimal(0)) if len(known) == len(values) else None
        case Akumulasi.RATA_RATA:
            return sum(known, Decimal(0)) / len(known) if len(known) == len(values) else None


def mean(values: Iterable[Decimal | None], cap: Decimal | None = HUNDRED) -> Decimal | None:
    """Mean of the known values, each capped at ``cap`` (a setting, shown as such); None when none is known."""
    known = [value if cap is None else min(value, cap) for value in values if value is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


def mean_growth(values: Sequence[Decimal | int | None]) -> Decimal | None:
    """Arithmetic mean of the yearly growth rates in percent (Tabel 2.14); None when a year is unknown or 0."""
    if len(values) < 2 or any(value is None for value in values):
        return None
    series = [Decimal(value) for value in values if value is not None]
    if any(value == 0 for value in series[:-1]):
        return None
    rates = [(after - before) / before * HUNDRED for before, after in pairwise(series)]
    return sum(rates, Decimal(0)) / len(rates)

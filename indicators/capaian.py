"""Capaian, serapan, predikat and accumulation: the one place that computes them.

Rules: Permendagri 86/2017 (evaluation, scale of Tabel T-E.22). Arithmetic is
``Decimal`` and never rounded here; None means unknown and stays unknown. Pure:
imports nothing of Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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


# T is the target, R the realisasi.
RUMUS = {
    (arah, rumus): text
    for arah, texts in {
        Arah.NAIK: ("R / T × 100",) * 2,
        Arah.TURUN: ("(2T − R) / T × 100", "T / R × 100"),
        Arah.RENTANG: ("100 di dalam rentang, di luarnya berkurang menurut jarak ke batas terdekat",) * 2,
        Arah.TEPAT: ("100 bila sama dengan target, 0 bila tidak",) * 2,
    }.items()
    for rumus, text in zip(RumusTurun, texts, strict=True)
}

_SCALE = (
    (Decimal(91), Predikat.SANGAT_TINGGI),
    (Decimal(76), Predikat.TINGGI),
    (Decimal(66), Predikat.SEDANG),
    (Decimal(51), Predikat.RENDAH),
)


# Columns of an indicator that decide its capaian, in the order ``evaluate_capaian`` takes them.
KOLOM_ATURAN = ("arah", "rumus_turun", "batas_bawah", "batas_atas")


@dataclass(frozen=True, slots=True)
class Hasil:
    """A capaian and how it came about: the figure and its explanation are one evaluation.

    ``nilai`` is percent, unrounded, None when unknown; ``rumus`` the formula in T
    (target) and R (realisasi); ``hitungan`` the same with ``{}`` for each of
    ``angka``; ``sebab`` why it is unknown, or what was done to the result.
    """

    nilai: Decimal | None
    rumus: str
    hitungan: str = ""
    angka: tuple[Decimal, ...] = ()
    sebab: str = ""


def evaluate_capaian(
    target: Decimal | int | None,
    realisasi: Decimal | int | None,
    arah: str = Arah.NAIK,
    rumus_turun: str = RumusTurun.SELISIH,
    batas_bawah: Decimal | None = None,
    batas_atas: Decimal | None = None,
) -> Hasil:
    """Percent (0 and up, no cap) of ``target`` that ``realisasi`` reaches, with its formula.

    naik: R / T × 100. turun: (2T − R) / T × 100, or T / R × 100 by setting.
    rentang: 100 inside the bounds (default: the target itself), outside falling
    by the distance to the nearer bound in percent of that bound. tepat: 100 or 0.
    T = 0, or T or R unknown: unknown, never 0. Negative results are 0.
    """
    rumus = RUMUS[Arah(arah), RumusTurun(rumus_turun)]
    if target is None or realisasi is None:
        return Hasil(None, rumus, sebab="target tidak ada" if target is None else "realisasi belum ada")
    t, r = Decimal(target), Decimal(realisasi)
    if t == 0:
        return Hasil(None, rumus, sebab="target 0, tidak ada pembaginya")
    match Arah(arah):
        case Arah.NAIK:
            found = Hasil(r / t * HUNDRED, rumus, "{} / {} × 100", (r, t))
        case Arah.TURUN if RumusTurun(rumus_turun) is RumusTurun.SELISIH:
            found = Hasil((2 * t - r) / t * HUNDRED, rumus, "(2 × {} − {}) / {} × 100", (t, r, t))
        case Arah.TURUN:
            if r == 0:
                return Hasil(None, rumus, sebab="realisasi 0, tidak ada pembaginya")
            found = Hasil(t / r * HUNDRED, rumus, "{} / {} × 100", (t, r))
        case Arah.RENTANG:
            low = t if batas_bawah is None else batas_bawah
            high = t if batas_atas is None else batas_atas
            if low <= r <= high:
                return Hasil(HUNDRED, rumus, "{} ada di antara {} dan {}", (r, low, high))
            bound = low if r < low else high
            if bound == 0:
                return Hasil(None, rumus, sebab="batas rentang 0, tidak ada pembaginya")
            found = Hasil(
                HUNDRED - abs(r - bound) / abs(bound) * HUNDRED, rumus, "100 − |{} − {}| / {} × 100", (r, bound, bound)
            )
        case Arah.TEPAT:
            found = Hasil(HUNDRED if r == t else Decimal(0), rumus, "{} dibanding {}", (r, t))
    if found.nilai is not None and found.nilai < 0:
        return replace(found, nilai=Decimal(0), sebab="hasil negatif dicatat 0")
    return found


# A figure this far above its target is more often a slip of the keys than a success.
MENCOLOK = Decimal(300)


def mencolok(capaian: Decimal | None) -> bool:
    """Whether a capaian is so high that it deserves a second look."""
    return capaian is not None and capaian > MENCOLOK


def compute_capaian(
    target: Decimal | int | None,
    realisasi: Decimal | int | None,
    arah: str = Arah.NAIK,
    rumus_turun: str = RumusTurun.SELISIH,
    batas_bawah: Decimal | None = None,
    batas_atas: Decimal | None = None,
) -> Decimal | None:
    """The percent of ``evaluate_capaian`` alone, None when unknown."""
    return evaluate_capaian(target, realisasi, arah, rumus_turun, batas_bawah, batas_atas).nilai


def compute_serapan(pagu: int | None, realisasi: int | None) -> Decimal | None:
    """Absorption in percent: realisasi Rp / pagu × 100, None when unknown or the pagu is 0."""
    return compute_capaian(pagu, realisasi)


def scale() -> tuple[tuple[Decimal, Predikat], ...]:
    """Lower bounds (unrounded percent) and words of the scale, highest first."""
    return (*_SCALE, (Decimal(0), Predikat.SANGAT_RENDAH))


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

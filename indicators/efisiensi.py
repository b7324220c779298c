"""Efficiency of an indicator: what was reached against what was spent (LKIP).

Two named formulas: the difference capaian − serapan, and the one of PMK 214/2017
(annex, efficiency of output). Arithmetic is ``Decimal``, unrounded; None is unknown. Pure: imports nothing of Django.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

HUNDRED = Decimal(100)
BATAS = Decimal(5)
# PMK 214/2017: efficiency counts from -20 to 20 percent and is mapped onto 0 to 100.
_PMK_RANGE = Decimal(20)


class Efisiensi(StrEnum):
    """Verdict on the difference of capaian and serapan."""

    EFISIEN = "Efisien"
    SESUAI = "Sesuai"
    TIDAK_EFISIEN = "Tidak efisien"


def difference(capaian: Decimal | None, serapan: Decimal | None) -> Decimal | None:
    """Capaian − serapan in percent points."""
    return None if capaian is None or serapan is None else capaian - serapan


def verdict(selisih: Decimal | None) -> Efisiensi | None:
    """More than 5 is efisien, −5 to 5 sesuai, below tidak efisien; by the unrounded value."""
    if selisih is None:
        return None
    if selisih > BATAS:
        return Efisiensi.EFISIEN
    return Efisiensi.SESUAI if selisih >= -BATAS else Efisiensi.TIDAK_EFISIEN


def pmk_214(pagu: int | None, realisasi: int | None, capaian: Decimal | None) -> Decimal | None:
    """Efficiency in percent: (pagu × capaian − realisasi) / (pagu × capaian) × 100; None where the divisor is 0."""
    if pagu is None or realisasi is None or capaian is None:
        return None
    earned = pagu * capaian / HUNDRED
    return None if earned == 0 else (earned - realisasi) / earned * HUNDRED


def pmk_214_nilai(efisiensi: Decimal | None) -> Decimal | None:
    """Value 0-100 of that efficiency: 50 + E / 20 × 50, with E kept between −20 and 20."""
    if efisiensi is None:
        return None
    kept = max(-_PMK_RANGE, min(_PMK_RANGE, efisiensi))
    return 50 + kept / _PMK_RANGE * 50

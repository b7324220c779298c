"""Which rows ask for evidence and have none."""

from __future__ import annotations

from collections.abc import Iterable

from indicators.actions import RowRecord
from indicators.models import Bukti


def without_bukti(records: Iterable[RowRecord], tahun: int, triwulan: int) -> frozenset[int]:
    """Ids of indicators that ask for evidence and have none in the period; one query, none where nobody asks."""
    asked = {row.indikator.kunci_realisasi: row.indikator.pk for row in records if row.indikator.wajib_bukti}
    if not asked:
        return frozenset()
    periods = (triwulan,) if triwulan else (0, 1, 2, 3, 4)  # a year is proven by its quarters too
    there = Bukti.objects.filter(
        indikator__in=asked,
        tahun=tahun,
        triwulan__in=periods,
        dicabut_pada__isnull=True,
        digantikan_oleh__isnull=True,
    )
    found = set(there.values_list("indikator_id", flat=True))
    return frozenset(pk for root, pk in asked.items() if root not in found)

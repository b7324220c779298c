"""E.80 and the whole LKIP with realisasi in all six years of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from bench.timing import Goal, Row, best, counted

if TYPE_CHECKING:
    from programs.models import Renstra

SLUGS = ("e-80", "lkip")
QUERIES = 8


def rows(kind: str, size: int) -> Iterator[Row]:
    """Matrix of both; queries are limited to eight a table, time is shown."""
    from programs.models import Renstra
    from reports.registry import REPORTS
    from reports.report import Params

    renstra = Renstra.current()
    _fill(renstra)
    params = Params(renstra, renstra.tahun_akhir)
    for slug in SLUGS:
        report = REPORTS[slug]
        work = partial(report.make, params)
        tables = max(1, len(work().lampiran))
        queries = counted(work)
        (ours,) = best(work, tries=9, seconds=15, computes=kind == "sqlite")
        yield Row(f"matriks {slug}, enam tahun ({kind})", size, ours, queries, goal=Goal(queries=QUERIES * tables))


def _fill(renstra: Renstra) -> None:
    """Nine tenths of every target and pagu, where nothing stands yet."""
    from indicators.models import Realisasi, Target

    targets = Target.objects.filter(indikator__renstra=renstra).values_list(
        "indikator_id", "tahun", "target", "pagu", "indikator__subkegiatan_id"
    )
    made = [
        Realisasi(
            indikator_id=indikator,
            tahun=tahun,
            keadaan="kosong" if target is None else "terisi",
            kinerja=None if target is None else target * Decimal("0.9"),
            rupiah=None if pagu is None or subkegiatan is None else pagu * 9 // 10,
        )
        for indikator, tahun, target, pagu, subkegiatan in targets
    ]
    Realisasi.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)

"""The findings of the plan in force as the page lists them, for the page and for its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import UnitKerja
from indicators.findings.kept import kept_audit
from indicators.findings.page import BarisTemuan, TemuanFilter, TemuanTable, page_rows
from indicators.findings.record import record
from programs.models import Renstra


@dataclass(frozen=True, slots=True)
class Daftar:
    """All rows, the filter over them, and what passes it in the order the address asks for."""

    renstra: Renstra
    rows: Sequence[BarisTemuan]
    saring: TemuanFilter
    found: Sequence[BarisTemuan]
    sort: str

    def sorted(self) -> list[BarisTemuan]:
        """What the list shows, in its order, all pages."""
        return [row.record for row in TemuanTable(self.found, order_by=self.sort or None).rows]


def load_listing(renstra: Renstra, query: Any) -> Daftar:
    """The list under the filters and order of an address: three queries, thirteen more after a change."""
    kept = kept_audit(renstra)
    listed = record(kept.temuan)
    units = list(UnitKerja.objects.order_by("urutan"))
    rows = page_rows(listed, kept.simpul, units)
    saring = TemuanFilter(query, rows=rows, units=units, simpul=kept.simpul)
    return Daftar(renstra, rows, saring, saring.apply(), query.get("sort", ""))

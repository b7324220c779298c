"""The findings of the plan in force and the suspicions about people, as the page lists them and its files hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import UnitKerja
from indicators.findings.kept import kept_audit
from indicators.findings.orang import BarisOrang, load_rows
from indicators.findings.page import BarisTemuan, TemuanFilter, TemuanTable, page_rows
from indicators.findings.record import record
from pmks.aturan_dugaan import ATURAN as ATURAN_ORANG
from pmks.wewenang import MAY_SEE, cakupan
from programs.models import Renstra


@dataclass(frozen=True, slots=True)
class Daftar:
    """All rows, the filter over them, and what passes it in the order the address asks for."""

    renstra: Renstra
    rows: Sequence[BarisTemuan | BarisOrang]
    saring: TemuanFilter
    found: Sequence[BarisTemuan | BarisOrang]
    sort: str

    def sorted(self) -> list[BarisTemuan | BarisOrang]:
        """What the list shows, in its order, all pages."""
        return [row.record for row in TemuanTable(self.found, order_by=self.sort or None).rows]


def load_listing(renstra: Renstra, query: Any, user: Any) -> Daftar:
    """The list under the filters and order of an address, with suspicions about people whom ``user`` sees.

    Three queries, and thirteen more after a change; five more for who sees people.
    """
    kept = kept_audit(renstra)
    listed = record(kept.temuan)
    units = list(UnitKerja.objects.order_by("urutan"))
    sees = MAY_SEE.admits(user) and bool(cakupan(user))
    rows = [*page_rows(listed, kept.simpul, units), *(load_rows(user) if sees else ())]
    saring = TemuanFilter(query, rows=rows, units=units, simpul=kept.simpul, orang=ATURAN_ORANG if sees else {})
    return Daftar(renstra, rows, saring, saring.apply(), query.get("sort", ""))

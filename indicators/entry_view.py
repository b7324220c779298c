"""What of a sheet is shown: the query of the address, which is the saved view.

The server filters and folds, so a page without a script shows the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlencode

from indicators.entry import Keisian
from indicators.entry_sheet import Sheet, SheetRow
from indicators.models import Realisasi
from indicators.triwulan import TRIWULAN

ROMAWI = ("I", "II", "III", "IV")
TINGKAT = {"sasaran": "IKU", "program": "Program", "kegiatan": "Kegiatan", "subkegiatan": "Sub kegiatan"}
BELUM = "belum"
STATUS = {BELUM: "Belum diisi", **dict(Realisasi.Status.choices)}


class NoSuchView(ValueError):
    """A query that names a period or a level there is not."""


@dataclass(frozen=True, slots=True)
class Pandangan:
    """The view an address names; ``lipat`` are codes of program and kegiatan that are folded."""

    triwulan: int = 0
    unit: str = ""
    tampil: str = ""
    cari: str = ""
    tingkat: str = ""
    status: str = ""
    lipat: frozenset[str] = frozenset()

    NAMES: ClassVar = ("triwulan", "unit", "tampil", "cari", "tingkat", "status", "lipat")

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Pandangan:
        """Read a query; raises ``NoSuchView``."""
        quarter = query.get("triwulan") or "0"
        if quarter not in {"0", *map(str, TRIWULAN)}:
            raise NoSuchView("Triwulan antara 1 dan 4.")
        level, status = query.get("tingkat", ""), query.get("status", "")
        if level and level not in TINGKAT:
            raise NoSuchView(f"Tingkat “{level[:20]}” tidak dikenal.")
        if status and status not in STATUS:
            raise NoSuchView(f"Status “{status[:20]}” tidak dikenal.")
        return cls(
            triwulan=int(quarter),
            unit=query.get("unit", ""),
            tampil="kosong" if query.get("tampil") == "kosong" else "",
            cari=" ".join(query.get("cari", "").split())[:100],
            tingkat=level,
            status=status,
            lipat=frozenset(filter(None, query.get("lipat", "").split(",")[:200])),
        )

    def query(self, **changes: object) -> str:
        """The query of this view with ``changes``: ``?triwulan=2&unit=rehsos``, or nothing."""
        view = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [(name, getattr(view, name)) for name in self.NAMES]
        kept = [(name, ",".join(sorted(value)) if name == "lipat" else value) for name, value in pairs if value]
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def nama(self) -> str:
        """``Setahun`` or ``Triwulan II``."""
        return f"Triwulan {ROMAWI[self.triwulan - 1]}" if self.triwulan else "Setahun"

    @property
    def singkat(self) -> str:
        """``TW II``, empty for the year: what column heads say."""
        return f"TW {ROMAWI[self.triwulan - 1]}" if self.triwulan else ""

    @property
    def periods(self) -> list[tuple[str, str, bool]]:
        """The periods of a year to choose from: word, query, whether it is this one."""
        found = [("Setahun", self.query(triwulan=0), not self.triwulan)]
        return found + [(f"TW {ROMAWI[at - 1]}", self.query(triwulan=at), at == self.triwulan) for at in TRIWULAN]

    @property
    def filtered(self) -> bool:
        """Whether rows may be missing for another reason than the unit."""
        return bool(self.tampil or self.cari or self.tingkat or self.status)

    def toggle(self, kode: str) -> str:
        """The query with one node folded, or opened."""
        return self.query(lipat=self.lipat ^ {kode})

    def rows(self, sheet: Sheet, *, keep: int | None = None) -> list[SheetRow]:
        """Rows that match (and row ``keep``), with the program and kegiatan above them as context.

        One level alone stands without context: so a column of a spreadsheet fits on it.
        """
        if not self.filtered:
            return sheet.rows
        tests = self._tests()
        kept = []
        wanted: set[str] = set()
        for row in reversed(sheet.rows):
            if row.id == keep or all(test(row) for test in tests):
                kept.append(row)
                if not self.tingkat:
                    wanted |= above(row.urut[0])
            elif row.urut[0] in wanted and row.first_of_node:
                kept.append(row)
        return kept[::-1]

    def _tests(self) -> list[Callable[[SheetRow], bool]]:
        words = self.cari.lower().split()

        def found(row: SheetRow) -> bool:
            text = f"{row.kode} {row.uraian} {row.indikator}".lower()
            return all(word in text for word in words)

        def of_status(row: SheetRow) -> bool:
            if self.status == BELUM:
                return row.own and not row.versi
            return row.own and bool(row.versi) and row.status == self.status

        tests: list[Callable[[SheetRow], bool]] = []
        if self.tampil:
            tests.append(lambda row: row.counts and row.keisian is not Keisian.LENGKAP)
        if words:
            tests.append(found)
        if self.tingkat:
            tests.append(lambda row: row.jenis == self.tingkat and row.own)
        if self.status:
            tests.append(of_status)
        return tests

    def folded(self, rows: list[SheetRow]) -> set[int]:
        """Ids of rows that a folded program or kegiatan hides."""
        closed = {row.urut[0] for row in rows if row.kode in self.lipat and row.jenis in ("program", "kegiatan")}
        return {row.id for row in rows if above(row.urut[0]) & closed} if closed else set()


def above(urut: str) -> set[str]:
    """Order keys of the program and kegiatan a node hangs on."""
    parts = urut.split(".")
    return {".".join(parts[:size]) for size in (3, 5) if size < len(parts)}

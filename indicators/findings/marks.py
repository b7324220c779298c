"""Where open findings stand, for the marks on pages and the notes in files.

What is open is kept beside the audit (``kept.py``), so a page that only wants to mark
cells pays one query until something changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.urls import reverse

from indicators.findings.kept import LASTS, kept_audit, version_of
from indicators.findings.record import record
from indicators.findings.registry import Temuan
from indicators.findings.words import column_name
from indicators.plan_tree import PAGU, Line
from programs.models import Renstra

if TYPE_CHECKING:
    from indicators.node_page import Node


@dataclass(frozen=True, slots=True)
class Tanda:
    """An open finding and the address of its page."""

    temuan: Temuan
    alamat: str

    @property
    def kolom(self) -> str:
        """Column of the table, for people."""
        return column_name(self.temuan.kolom)


def open_marks(renstra: Renstra) -> list[Tanda]:
    """Open findings of a plan: one query, fourteen more when something changed since the last time."""
    version = version_of(renstra)
    key = f"temuan-terbuka-{version}"
    found: list[Temuan] | None = cache.get(key)
    if found is None:
        found = [entry.temuan for entry in record(kept_audit(renstra, version).temuan) if entry.terbuka]
        cache.set(key, found, LASTS)
    return [Tanda(item, reverse("temuan-satu", args=[item.kunci])) for item in found]


# --- marks on the plan's pages ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SelBertanda:
    """A figure of the tree and the address of the open finding on it, empty when there is none."""

    angka: str
    alamat: str


@dataclass(frozen=True, slots=True)
class BarisBertanda:
    """What the marks add to a line of the tree: its figures, its final, and findings elsewhere on the row."""

    sel: Sequence[SelBertanda]
    akhir: str
    lain: int


def mark_lines(lines: Iterable[Line], nilai: str, tahun: Sequence[int], marks: Iterable[Tanda]) -> list[BarisBertanda]:
    """Marks of each line; a finding in a column or table that the tree does not show counts as ``lain``."""
    by_row: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    by_node: dict[str, int] = defaultdict(int)
    for item in marks:
        found = item.temuan
        by_node[found.kode] += 1
        if found.tabel == "6.2":
            by_row[found.kode, found.indikator][found.kolom] = item.alamat
    head = "pagu" if nilai == PAGU else "target"
    out: list[BarisBertanda] = []
    seen: dict[str, int] = defaultdict(int)
    places: list[tuple[Line, Mapping[str, str]]] = [
        (line, by_row.get((line.kode, line.indikator), {})) for line in lines
    ]
    for line, cells in places:
        seen[line.kode] += sum(f"{head}_{at}" in cells for at in (*tahun, "akhir"))
    for line, cells in places:
        figures = [
            SelBertanda(angka, cells.get(f"{head}_{at}", "")) for angka, at in zip(line.angka, tahun, strict=True)
        ]
        rest = 0 if line.lanjut else by_node[line.kode] - seen[line.kode]
        out.append(BarisBertanda(figures, cells.get(f"{head}_akhir", ""), rest))
    return out


def mark_node(node: Node, marks: Iterable[Tanda]) -> tuple[Node, list[Tanda]]:
    """The node with the addresses of findings on its cells, and all findings about it."""
    codes = {node.kode, *(measure.kode for measure in node.measures)} - {""}
    mine = [item for item in marks if item.temuan.kode in codes]
    measures = []
    for measure in node.measures:
        cells = {
            item.temuan.kolom: item.alamat
            for item in mine
            if item.temuan.tabel == measure.tabel and item.temuan.indikator == measure.uraian
        }
        years = [
            replace(
                row, temuan_target=cells.get(f"target_{row.tahun}", ""), temuan_pagu=cells.get(f"pagu_{row.tahun}", "")
            )
            for row in measure.tahun
        ]
        final = replace(
            measure.akhir,
            temuan_target=cells.get("target_akhir", cells.get("kondisi_akhir", "")),
            temuan_pagu=cells.get("pagu_akhir", ""),
        )
        measures.append(replace(measure, tahun=years, akhir=final))
    return replace(node, measures=measures), mine

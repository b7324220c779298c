"""Where open findings stand, for the marks on pages and the notes in files.

An audit reads every table, too much for each page that only wants to mark cells. Its
result is kept in this process under what it was made from (``_version``, one query), so
a page pays for it only after something changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.urls import reverse

from accounts.models import Jejak
from indicators.findings.record import load_record
from indicators.findings.registry import Temuan
from indicators.findings.words import column_name
from indicators.models import Definisi, Indikator, PenyelesaianTemuan, Realisasi, Sebutan, Target
from indicators.plan_tree import PAGU, Line
from pmks.models import JumlahPMKS, JumlahWarna
from programs.models import BarisProfil, Kegiatan, Program, Renstra, SubKegiatan, TabelDokumen, TotalTercetak

if TYPE_CHECKING:
    from indicators.node_page import Node

LASTS = 300  # seconds; bounds what _version cannot see, a text changed by loaddata
_PLAN: tuple[type[Model], ...] = (
    Indikator, Target, Sebutan, Definisi, Program, Kegiatan, SubKegiatan, BarisProfil, TotalTercetak, JumlahPMKS,
    JumlahWarna, Renstra, PenyelesaianTemuan,
)  # fmt: skip


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
    version = f"{connection.settings_dict['NAME']}:{_version(renstra)}"
    key = f"temuan-{sha256(version.encode()).hexdigest()}"
    found: list[Temuan] | None = cache.get(key)
    if found is None:
        found = [entry.temuan for entry in load_record(renstra)[1] if entry.terbuka]
        cache.set(key, found, LASTS)
    return [Tanda(item, reverse("temuan-satu", args=[item.kunci])) for item in found]


def _version(renstra: Renstra) -> str:
    """What the findings follow from: the trail of the plan's models, and sums of the figures for what left no trail."""
    statement, arguments = _question(renstra.pk)
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return f"{renstra.pk}:{cursor.fetchone()}"


def _question(renstra: int) -> tuple[str, list[int | str]]:
    """One statement of fifteen figures; written out, because the ORM needs forty times longer to compose it."""
    rows = f"FROM {_table(Indikator)} WHERE renstra_id = %s"
    targets = f"FROM {_table(Target)} t JOIN {_table(Indikator)} i ON i.id = t.indikator_id WHERE i.renstra_id = %s"
    tables = f"JOIN {_table(TabelDokumen)} d ON d.id = tabel_id WHERE d.renstra_id = %s"
    former = (
        f"FROM {_table(Realisasi)} r JOIN {_table(Indikator)} i ON i.id = r.indikator_id {tables} "
        "AND i.milik_renstra_id IS NOT NULL"
    )
    trailed = [model._meta.label_lower for model in _PLAN]
    figures = [
        *(f"{what} {targets}" for what in ("COUNT(*)", "SUM(t.target)", "SUM(t.pagu)")),
        *(f"{what} {rows}" for what in ("COUNT(*)", "SUM(akhir_target)", "SUM(akhir_pagu)")),
        *(f"{what} {former}" for what in ("SUM(r.kinerja)", "SUM(r.rupiah)", "SUM(r.rasio_tercetak)")),
        f"SUM(nilai) FROM {_table(TotalTercetak)} {tables}",
        f"SUM(jumlah) FROM {_table(BarisProfil)} {tables}",
    ]
    whole = [
        f"SUM(jumlah) FROM {_table(JumlahPMKS)}",
        f"SUM(jumlah) FROM {_table(JumlahWarna)}",
        f"MAX(id) FROM {_table(PenyelesaianTemuan)}",
        f"MAX(id) FROM {_table(Jejak)} WHERE objek IN ({', '.join(['%s'] * len(trailed))})",
    ]
    parts = ", ".join(f"(SELECT {part})" for part in [*figures, *whole])
    return f"SELECT {parts}", [*[renstra] * len(figures), *trailed]


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


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

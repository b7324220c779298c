"""Where open findings stand, for the marks on pages and the notes in files.

An audit reads every table, too much for each page that only wants to mark cells. Its
result is kept in this process under what it was made from (``_version``, one query), so
a page pays for it only after something changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Max, Model, QuerySet, Subquery, Sum, Value
from django.urls import reverse

from accounts.models import Jejak
from indicators.findings.record import load_record
from indicators.findings.registry import Temuan
from indicators.findings.words import column_name
from indicators.models import Definisi, Indikator, PenyelesaianTemuan, Realisasi, Sebutan, Target
from indicators.plan_tree import PAGU, Line
from pmks.models import JumlahPMKS, JumlahWarna
from programs.models import BarisProfil, Kegiatan, Program, Renstra, SubKegiatan, TotalTercetak

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
    key = f"temuan:{connection.settings_dict['NAME']}:{_version(renstra)}"
    found: list[Temuan] | None = cache.get(key)
    if found is None:
        found = [entry.temuan for entry in load_record(renstra)[1] if entry.terbuka]
        cache.set(key, found, LASTS)
    return [Tanda(item, reverse("temuan-satu", args=[item.kunci])) for item in found]


def _version(renstra: Renstra) -> str:
    """What the findings follow from: the trail of the plan's models, and sums of the figures for what left no trail."""
    targets = Target.objects.filter(indikator__renstra=renstra)
    rows = Indikator.objects.filter(renstra=renstra)
    former = Realisasi.objects.filter(indikator__tabel__renstra=renstra, indikator__milik_renstra__isnull=False)
    numbers = {
        "jejak": _one(Jejak.objects.filter(objek__in=[model._meta.label_lower for model in _PLAN]), Max("id")),
        "keputusan": _one(PenyelesaianTemuan.objects.all(), Max("id")),
        "baris": _one(targets, Count("id")),
        "target": _one(targets, Sum("target")),
        "pagu": _one(targets, Sum("pagu")),
        "indikator": _one(rows, Count("id")),
        "akhir_target": _one(rows, Sum("akhir_target")),
        "akhir_pagu": _one(rows, Sum("akhir_pagu")),
        "kinerja": _one(former, Sum("kinerja")),
        "rupiah": _one(former, Sum("rupiah")),
        "rasio": _one(former, Sum("rasio_tercetak")),
        "total": _one(TotalTercetak.objects.filter(tabel__renstra=renstra), Sum("nilai")),
        "profil": _one(BarisProfil.objects.filter(tabel__renstra=renstra), Sum("jumlah")),
        "pmks": _one(JumlahPMKS.objects.all(), Sum("jumlah")),
        "warna": _one(JumlahWarna.objects.all(), Sum("jumlah")),
    }
    row = Renstra.objects.filter(pk=renstra.pk).annotate(**{f"v_{name}": part for name, part in numbers.items()})
    return ":".join(map(str, row.values_list("pk", *(f"v_{name}" for name in numbers)).get()))


def _one(rows: QuerySet, what: Count | Max | Sum) -> Subquery:
    """A single figure over rows, as a column of another query."""
    return Subquery(rows.order_by().annotate(semua=Value(1)).values("semua").annotate(angka=what).values("angka")[:1])


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

"""The tree of the plan as lines of a ledger: what is open, what matches, what it adds up to.

Takes the plain rows of ``plan_sums.load_plan`` and returns lines with formatted
figures; reads nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.plan_sums import TINGKAT, IndikatorRow, Plan, SimpulKey, SimpulRow, sum_money
from renstra.formats import format_number, format_rupiah

PAGU, TARGET = "pagu", "target"
NILAI = (PAGU, TARGET)
DALAM = {"program": 0, "kegiatan": 1, "sub": 2, "subkegiatan": 2}


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator row; ``kode`` and ``nama`` repeat for the further rows of a node, which ``lanjut`` marks."""

    tingkat: str
    kode: str
    nama: str
    indikator: str
    satuan: str
    angka: tuple[str, ...]
    akhir: str
    lanjut: bool
    konteks: bool
    akhir_beda: bool
    anak: int
    terbuka: bool


@dataclass(slots=True)
class Total:
    """A closing line: years and their sum."""

    nama: str
    angka: tuple[str, ...]
    akhir: str


@dataclass(slots=True)
class Tree:
    """Lines that are open with the totals of what matches."""

    lines: list[Line]
    totals: list[Total]
    jumlah: dict[str, int] = field(default_factory=dict)

    @property
    def ada_beda(self) -> bool:
        """Whether a printed final differs from its years, so the page explains the mark."""
        return any(line.akhir_beda for line in self.lines)


def build_tree(
    plan: Plan,
    *,
    nilai: str = PAGU,
    tingkat: str = "kegiatan",
    balik: Iterable[str] = (),
    cocok: set[int] | None = None,
) -> Tree:
    """Lines of the tree open down to ``tingkat``; nodes in ``balik`` are the other way round.

    ``cocok`` are the ids of matching indicators (None: all). Nodes above a match
    stay as context; nodes with neither fall away.
    """
    matching = {key for key, rows in plan.indikator.items() if cocok is None or any(row.id in cocok for row in rows)}
    if cocok is None:
        matching |= {node.key for node in plan.simpul}
    kept = _with_ancestors(plan, matching)
    flipped = frozenset(balik)
    lines: list[Line] = []

    def walk(node: SimpulRow) -> None:
        if node.key not in kept:
            return
        children = [child for child in plan.anak.get(node.key, ()) if child.key in kept]
        is_open = (DALAM[node.tingkat] < DALAM[tingkat]) != (node.kode in flipped)
        lines.extend(_lines(plan, node, nilai, node.key not in matching, len(children), is_open))
        if is_open:
            for child in children:
                walk(child)

    for node in plan.simpul:
        if node.tingkat == "program":
            walk(node)
    counts = {level: sum(1 for key in kept if key[0] == level) for level in TINGKAT}
    totals = _totals(plan, matching, filtered=cocok is not None) if nilai == PAGU and lines else []
    return Tree(lines, totals, counts)


def _with_ancestors(plan: Plan, matching: set[SimpulKey]) -> set[SimpulKey]:
    kept = set(matching)
    # Children stand behind their parents, so one pass backwards carries a match up to the program.
    for node in reversed(plan.simpul):
        if node.key in kept and node.induk_id is not None:
            kept.add((TINGKAT[TINGKAT.index(node.tingkat) - 1], node.induk_id))
    return kept


def _lines(plan: Plan, node: SimpulRow, nilai: str, context: bool, children: int, is_open: bool) -> list[Line]:
    rows: Sequence[IndikatorRow | None] = plan.indikator.get(node.key) or [None]
    out = []
    for at, row in enumerate(rows):
        figures, final, differs = _figures(plan, row, nilai) if row else (("",) * len(plan.tahun), "", False)
        out.append(
            Line(
                tingkat=node.tingkat,
                kode=node.kode,
                nama=node.nama,
                indikator=row.uraian if row else "belum ada indikator",
                satuan=row.satuan if row else "",
                angka=figures,
                akhir=final,
                lanjut=at > 0,
                konteks=context,
                akhir_beda=differs,
                anak=0 if at else children,
                terbuka=is_open,
            )
        )
    return out


def _figures(plan: Plan, row: IndikatorRow, nilai: str) -> tuple[tuple[str, ...], str, bool]:
    if nilai == TARGET:
        years: list[Decimal | None] = [plan.sasaran_target(row.id, tahun) for tahun in plan.tahun]
        return tuple(map(format_number, years)), format_number(row.akhir_target), False
    if row.ukuran_dari is not None:  # a second measure shares the money of the first
        return ("",) * len(plan.tahun), "", False
    money = [plan.pagu(row.id, tahun) for tahun in plan.tahun]
    total = sum_money(money)
    differs = row.akhir_pagu is not None and total is not None and row.akhir_pagu != total
    return tuple(map(format_rupiah, money)), format_rupiah(row.akhir_pagu), differs


def _totals(plan: Plan, matching: set[SimpulKey], *, filtered: bool) -> list[Total]:
    """Sub kegiatan rows that match and, for the whole plan, the programs as printed where they say otherwise."""
    subs = [node for node in plan.simpul if node.tingkat == "subkegiatan" and node.key in matching]
    below = _total(plan, subs, f"Jumlah {len(subs)} sub kegiatan", lambda row: row.akhir_pagu)
    if filtered:
        return [below] if subs else []
    programs = [node for node in plan.simpul if node.tingkat == "program"]
    printed = _total(plan, programs, f"Jumlah {len(programs)} program, seperti tercetak", lambda row: row.akhir_pagu)
    return [printed] if printed.angka == below.angka and printed.akhir == below.akhir else [printed, below]


def _total(plan: Plan, nodes: Sequence[SimpulRow], name: str, final: Callable[[IndikatorRow], int | None]) -> Total:
    rows = [row for node in nodes for row in plan.main(node.key)]
    years = tuple(format_rupiah(sum_money(plan.pagu(row.id, tahun) for row in rows)) for tahun in plan.tahun)
    return Total(name, years, format_rupiah(sum_money(final(row) for row in rows)))

"""The plan as plain rows, and the sums that follow from them.

Money adds up the tree from the sub kegiatan rows: each serves one indicator of its
kegiatan (``melayani``), so a kegiatan with several Rp lines (1.6.5.02.02 has three)
divides rightly. Performance does not add up the tree; over the years it follows the
accumulation rule of the indicator (``indicators.capaian.accumulate``).

The functions take plain values; only ``load_plan`` reads the database (three queries,
whatever the size). Tabel 6.2, LKIP and ``audit_renstra`` all use this module.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from indicators.capaian import Akumulasi, accumulate

if TYPE_CHECKING:
    from programs.models import Renstra

TINGKAT = ("program", "kegiatan", "subkegiatan")

# (tingkat, id): a node of any level.
SimpulKey = tuple[str, int]
# (indikator id, tahun)
IndikatorTahun = tuple[int, int]


class SimpulRow(NamedTuple):
    """A program, kegiatan or sub kegiatan."""

    tingkat: str
    id: int
    induk_id: int | None
    kode: str
    nama: str
    unit_id: int
    kunci_urut: str
    sasaran_id: int | None = None  # of a program

    @property
    def key(self) -> SimpulKey:
        """Identity over all levels."""
        return (self.tingkat, self.id)


class IndikatorRow(NamedTuple):
    """An indicator row of a node; a second measure (``ukuran_dari``) carries no money."""

    id: int
    simpul: SimpulKey
    kode: str
    urutan: int
    uraian: str
    satuan: str
    arah: str
    rumus_turun: str
    batas_bawah: Decimal | None
    batas_atas: Decimal | None
    akumulasi: str
    data_awal_teks: str
    akhir_target: Decimal | None
    akhir_pagu: int | None
    ukuran_dari: int | None
    melayani: int | None
    baris: int | None
    teks_tercetak: str
    catatan_transkripsi: str
    akar: int | None = None
    akumulasi_tahun: str = Akumulasi.JUMLAH
    berakhir_sejak: int | None = None

    @property
    def kunci_realisasi(self) -> int:
        """Id of the indicator that keeps its realisasi (``querysets.kunci_realisasi``)."""
        return self.akar or self.id

    def runs(self, tahun: int) -> bool:
        """Whether the row is part of the plan in a year; a perubahan may have ended it."""
        return self.berakhir_sejak is None or tahun < self.berakhir_sejak


class TargetRow(NamedTuple):
    """Target and pagu of a year, with what the transcriber had to say."""

    target: Decimal | None
    pagu: int | None
    teks_tercetak: str = ""
    catatan_transkripsi: str = ""


@dataclass(slots=True)
class Plan:
    """Nodes in the order of their codes, each with its indicators; targets by indicator and year."""

    tahun: tuple[int, ...]
    simpul: list[SimpulRow]
    indikator: dict[SimpulKey, list[IndikatorRow]]
    target: dict[IndikatorTahun, TargetRow]
    anak: dict[SimpulKey, list[SimpulRow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the children."""
        children: dict[SimpulKey, list[SimpulRow]] = defaultdict(list)
        for node in self.simpul:
            if node.induk_id is not None:
                children[(TINGKAT[TINGKAT.index(node.tingkat) - 1], node.induk_id)].append(node)
        self.anak = dict(children)

    def main(self, key: SimpulKey) -> list[IndikatorRow]:
        """Indicator rows of a node without second measures."""
        return [row for row in self.indikator.get(key, []) if row.ukuran_dari is None]

    def pagu(self, indikator: int, tahun: int) -> int | None:
        """Printed pagu, None when unknown."""
        row = self.target.get((indikator, tahun))
        return row.pagu if row else None

    def sasaran_target(self, indikator: int, tahun: int) -> Decimal | None:
        """Printed target, None when unknown."""
        row = self.target.get((indikator, tahun))
        return row.target if row else None


def sum_money(values: Iterable[int | None]) -> int | None:
    """Sum of the known amounts; all blank is blank (contract: "all blank below is blank above")."""
    total: int | None = None
    for item in values:
        if item is not None:
            total = item if total is None else total + item
    return total


def add_up(
    plan: Plan, money: Mapping[IndikatorTahun, int | None], tahun: int
) -> tuple[dict[SimpulKey, int | None], dict[int, int | None]]:
    """Money of one year up the tree from the sub kegiatan rows.

    ``money`` holds rupiah by indicator and year (pagu or realisasi). Returns the sum of
    every node, and of every indicator row: a kegiatan row gets the sub kegiatan rows
    that serve it, the first row of a program the whole program; rows of a node that
    serve nobody in particular count for its first indicator.
    """
    nodes: dict[SimpulKey, int | None] = {}
    rows: dict[int, int | None] = {}
    for program in plan.simpul:
        if program.tingkat != "program":
            continue
        for kegiatan in plan.anak.get(program.key, ()):
            served: dict[int, list[int | None]] = defaultdict(list)
            own = plan.main(kegiatan.key)
            for sub in plan.anak.get(kegiatan.key, ()):
                amounts = []
                for row in plan.main(sub.key):
                    amount = money.get((row.id, tahun))
                    rows[row.id] = amount
                    amounts.append(amount)
                    if own:
                        served[row.melayani if row.melayani is not None else own[0].id].append(amount)
                nodes[sub.key] = sum_money(amounts)
            for row in own:
                rows[row.id] = sum_money(served[row.id])
            nodes[kegiatan.key] = sum_money(nodes[sub.key] for sub in plan.anak.get(kegiatan.key, ()))
        nodes[program.key] = sum_money(nodes[item.key] for item in plan.anak.get(program.key, ()))
        for at, row in enumerate(plan.main(program.key)):
            rows[row.id] = nodes[program.key] if at == 0 else None
    return nodes, rows


def contributors(plan: Plan, row: IndikatorRow) -> list[tuple[SimpulRow, IndikatorRow]]:
    """The sub kegiatan rows whose money ``add_up`` puts into a program or kegiatan row, in the order of the plan."""
    tingkat, id_ = row.simpul
    if tingkat == "subkegiatan" or row.ukuran_dari is not None:
        return []
    own = plan.main(row.simpul)
    if tingkat == "kegiatan":
        return [
            (sub, below)
            for sub in plan.anak.get(row.simpul, ())
            for below in plan.main(sub.key)
            if (below.melayani if below.melayani is not None else own[0].id) == row.id
        ]
    if own[0].id != row.id:
        return []
    return [
        (sub, below)
        for kegiatan in plan.anak.get((tingkat, id_), ())
        for sub in plan.anak.get(kegiatan.key, ())
        for below in plan.main(sub.key)
    ]


def limit_to_units(plan: Plan, units: Container[int]) -> Plan:
    """The part of the plan that ``units`` (ids) own, with the nodes above it.

    A node above that belongs to another unit keeps its name and gets the money of the part
    alone; its indicators measure the whole and are left out.
    """
    keep: set[SimpulKey] = set()
    for node in reversed(plan.simpul):  # children before parents
        if node.unit_id in units or any(child.key in keep for child in plan.anak.get(node.key, ())):
            keep.add(node.key)
    owned = {node.key for node in plan.simpul if node.unit_id in units}
    return Plan(
        plan.tahun,
        [node for node in plan.simpul if node.key in keep],
        {key: rows for key, rows in plan.indikator.items() if key in owned},
        plan.target,
    )


@dataclass(frozen=True, slots=True)
class PaguSums:
    """Computed pagu: by node and year, by indicator row and year, and over all years."""

    simpul: dict[tuple[SimpulKey, int], int | None]
    indikator: dict[IndikatorTahun, int | None]
    simpul_akhir: dict[SimpulKey, int | None]
    indikator_akhir: dict[int, int | None]
    total: dict[int, int | None]
    total_akhir: int | None


def pagu_sums(plan: Plan) -> PaguSums:
    """Pagu of every node, row and year as it follows from the sub kegiatan rows."""
    money = {key: row.pagu for key, row in plan.target.items()}
    by_node: dict[tuple[SimpulKey, int], int | None] = {}
    by_row: dict[IndikatorTahun, int | None] = {}
    total: dict[int, int | None] = {}
    node_years: dict[SimpulKey, list[int | None]] = defaultdict(list)
    row_years: dict[int, list[int | None]] = defaultdict(list)
    for tahun in plan.tahun:
        nodes, rows = add_up(plan, money, tahun)
        for key, amount in nodes.items():
            by_node[(key, tahun)] = amount
            node_years[key].append(amount)
        for row_id, amount in rows.items():
            by_row[(row_id, tahun)] = amount
            row_years[row_id].append(amount)
        total[tahun] = sum_money(amount for (tingkat, _), amount in nodes.items() if tingkat == "program")
    return PaguSums(
        simpul=by_node,
        indikator=by_row,
        simpul_akhir={key: sum_money(years) for key, years in node_years.items()},
        indikator_akhir={row_id: sum_money(years) for row_id, years in row_years.items()},
        total=total,
        total_akhir=sum_money(total.values()),
    )


def final_target(values: Sequence[Decimal | None], akumulasi: str) -> Decimal | None:
    """Target at the end of the plan by the accumulation rule of the indicator."""
    return accumulate(values, akumulasi)


def final_targets(plan: Plan) -> dict[int, Decimal | None]:
    """Computed final target of every indicator row of the tree, second measures included."""
    return {
        row.id: final_target(
            [plan.sasaran_target(row.id, tahun) for tahun in plan.tahun if row.runs(tahun)], row.akumulasi
        )
        for rows in plan.indikator.values()
        for row in rows
    }


def load_plan(renstra: Renstra, tahun: Sequence[int] | None = None) -> Plan:
    """Read the tree of a Renstra with its indicators and targets: three queries.

    ``tahun`` limits the years of the targets read; default is the whole period.
    """
    from django.db.models import F, QuerySet, Value
    from django.db.models.expressions import Combinable
    from django.db.models.fields import BigIntegerField, CharField

    from indicators.models import Indikator, Target
    from programs.models import Kegiatan, Program, SubKegiatan

    years = tuple(tahun if tahun is not None else renstra.tahun)
    columns = ("level", "id", "parent", "kode", "nama", "unit_id", "kunci_urut", "objective")

    nothing = Value(None, output_field=BigIntegerField())

    def nodes(
        model: type[Program | Kegiatan | SubKegiatan], name: str, parent: Combinable, objective: Combinable = nothing
    ) -> QuerySet:
        return (
            model.objects.filter(renstra=renstra)
            .order_by()
            .annotate(level=Value(name, output_field=CharField()), parent=parent, objective=objective)
            .values_list(*columns)
        )

    tree = nodes(Program, "program", nothing, F("sasaran_id")).union(
        nodes(Kegiatan, "kegiatan", F("induk_id")), nodes(SubKegiatan, "subkegiatan", F("induk_id")), all=True
    )
    # A node's key is a prefix of its children's, so text order is tree order.
    simpul = sorted((SimpulRow(*row) for row in tree), key=lambda row: row.kunci_urut)
    indikator: dict[SimpulKey, list[IndikatorRow]] = defaultdict(list)
    fields = (
        "kode",
        "urutan",
        "uraian",
        "satuan",
        "arah",
        "rumus_turun",
        "batas_bawah",
        "batas_atas",
        "akumulasi",
        "data_awal_teks",
        "akhir_target",
        "akhir_pagu",
        "ukuran_dari_id",
        "melayani_id",
        "baris",
        "teks_tercetak",
        "catatan_transkripsi",
        "akar_id",
        "akumulasi_tahun",
        "berakhir_sejak",
    )
    found = (
        Indikator.objects.filter(renstra=renstra, sasaran__isnull=True, milik_renstra__isnull=True)
        .order_by("urutan", "id")
        .values_list("id", "program_id", "kegiatan_id", "subkegiatan_id", *fields)
    )
    for id_, program_id, kegiatan_id, subkegiatan_id, *rest in found:
        key = (
            ("program", program_id)
            if program_id
            else ("kegiatan", kegiatan_id)
            if kegiatan_id
            else ("subkegiatan", subkegiatan_id)
        )
        indikator[key].append(IndikatorRow(id_, key, *rest))
    targets = Target.objects.filter(
        indikator__renstra=renstra,
        indikator__sasaran__isnull=True,
        indikator__milik_renstra__isnull=True,
        tahun__range=(min(years), max(years)),
    ).order_by()
    target = {
        (indikator_id, year): TargetRow(goal, pagu, text, note)
        for indikator_id, year, goal, pagu, text, note in targets.values_list(
            "indikator_id", "tahun", "target", "pagu", "teks_tercetak", "catatan_transkripsi"
        )
    }
    return Plan(years, simpul, dict(indikator), target)

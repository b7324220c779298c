"""Tabel 6.2: the plan's tree with targets and pagu of every year (Renstra 2021-2026, page 38; 19 columns)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from indicators.plan_sums import (
    IndikatorRow,
    PaguSums,
    Plan,
    SimpulRow,
    contributors,
    final_targets,
    load_plan,
    pagu_sums,
)
from programs.models import TotalTercetak
from reports.builders import asal
from reports.builders.common import Banding, document_matrix
from reports.matrix import (
    KOSONG,
    Baris,
    Isi,
    Kolom,
    Matrix,
    Peran,
    Rata,
    Sel,
    Teks,
    angka,
    teks,
    uang,
    with_note,
)
from reports.report import Params, Report

if TYPE_CHECKING:
    from indicators.penjelasan import Masukan, Penjelasan
    from programs.models import Renstra

TABEL = "6.2"
BAB = "Bab VI Rencana Program dan Kegiatan"


def columns(renstra: Renstra) -> tuple[Kolom, ...]:
    """The 19 columns with their heads and numbers."""
    numbers = (str(number) for number in range(1, 100))

    def pair(head: str, suffix: str | int, target: int, rupiah: int) -> Kolom:
        return Kolom(
            head,
            anak=(
                Kolom("Target", f"target_{suffix}", nomor=next(numbers), rata=Rata.TENGAH, bobot=target),
                Kolom("Rp.", f"pagu_{suffix}", nomor=next(numbers), rata=Rata.KANAN, bobot=rupiah),
            ),
        )

    return (
        Kolom("Kode Rekening", "kode", nomor=next(numbers), bobot=19),
        Kolom("Program, Kegiatan dan Sub Kegiatan", "uraian", nomor=next(numbers), bobot=40, judul_baris=True),
        Kolom("Indikator Kinerja Program, Kegiatan, dan Sub Kegiatan", "indikator", nomor=next(numbers), bobot=36),
        Kolom("Satuan", "satuan", nomor=next(numbers), rata=Rata.TENGAH, bobot=13),
        Kolom(f"Data Awal Tahun ({renstra.tahun_dasar})", "data_awal", nomor=next(numbers), rata=Rata.TENGAH, bobot=13),
        Kolom(
            "Target Kinerja program dan kerangka pendanaan",
            anak=(
                *(pair(f"Tahun {tahun}", tahun, 10, 20) for tahun in renstra.tahun),
                pair("Akhir Perencanaan", "akhir", 12, 24),
            ),
        ),
    )


def build(params: Params) -> Matrix:
    """Six queries at any size."""
    renstra = params.renstra
    plan = load_plan(renstra)
    banding = Banding(params.dihitung)
    printed = printed_totals(renstra)
    sums = pagu_sums(plan)
    builder = PlanRows(plan, sums, final_targets(plan), banding)
    rows = [row for node in plan.simpul for row in builder.node(node)]
    rows.append(builder.total(printed))
    return document_matrix(
        REPORT,
        params,
        TABEL,
        kolom=columns(renstra),
        baris=tuple(rows) if plan.simpul else (),
        catatan=banding.catatan,
        kolom_lekat=2,
        kosong="Renstra ini belum berisi program.",
    )


def printed_totals(renstra: Renstra) -> dict[str, int]:
    """The row ``Jumlah`` as printed, by column: one query."""
    return dict(TotalTercetak.objects.filter(tabel__nomor=TABEL, tabel__renstra=renstra).values_list("kunci", "nilai"))


class PlanRows:
    """Rows of the table; holds what every row needs.

    ``bersatuan``: the final target carries the unit, for a form without a column for it (T-C.27).
    """

    def __init__(
        self, plan: Plan, sums: PaguSums, finals: dict[int, Any], banding: Banding, *, bersatuan: bool = False
    ) -> None:
        self.bersatuan = bersatuan
        self.plan = plan
        self.sums = sums
        self.finals = finals
        self.banding = banding

    def node(self, node: SimpulRow) -> Iterator[Baris]:
        """A row per indicator; the first one carries code and name, as printed."""
        rows = self.plan.indikator.get(node.key, [])
        peran = Peran(node.tingkat)
        main = [row for row in rows if row.ukuran_dari is None]
        if not main:
            blank: tuple[Isi, ...] = (KOSONG,) * (3 + 2 * len(self.plan.tahun) + 2)
            yield Baris(peran, (Teks(node.kode), teks(node.nama), *blank), node.kode)
        for at, row in enumerate(main):
            name: tuple[Isi, ...] = (Teks(node.kode), teks(node.nama)) if at == 0 else (KOSONG, KOSONG)
            others = [other for other in rows if other.ukuran_dari == row.id]
            yield Baris(peran, (*name, *self.cells(node, row, others)), node.kode)

    def cells(self, node: SimpulRow, row: IndikatorRow, others: list[IndikatorRow]) -> Iterator[Isi]:
        """Cells from the third column on."""
        plan, banding, sums = self.plan, self.banding, self.sums
        first = teks(row.uraian)
        note = row.catatan_transkripsi
        yield with_note(first, banding.catatan.note(f"{node.kode}: {note}")) if note else first
        yield self.stacked([teks(item.satuan) for item in (row, *others)])
        yield self.stacked([teks(item.data_awal_teks) for item in (row, *others) if item is row or item.data_awal_teks])
        computes = node.tingkat != "subkegiatan"
        for tahun in plan.tahun:
            cell = plan.target.get((row.id, tahun))
            target: Isi = angka(cell.target if cell is not None else None)
            if others:
                target = self.stacked([target, *(angka(plan.sasaran_target(item.id, tahun)) for item in others)])
            if cell is not None and cell.catatan_transkripsi:
                # Without the year: a remark on all years of a row is one note.
                text = f"{node.kode}: {cell.catatan_transkripsi}"
                assert target is not None
                target = with_note(target, banding.catatan.note(text))
            yield target
            pagu = cell.pagu if cell is not None else None
            if computes:
                total = sums.indikator.get((row.id, tahun))
                yield banding.cell(
                    pagu,
                    total,
                    uang,
                    self.place,
                    node,
                    row,
                    tahun,
                    asal=partial(self.explain_pagu, row, tahun, total),
                )
            else:
                yield uang(pagu)
        finals = [
            banding.cell(
                item.akhir_target,
                self.finals[item.id],
                partial(angka, akhiran=unit_suffix(item.satuan)) if self.bersatuan else angka,
                self.place,
                node,
                item,
                "Target Akhir Perencanaan",
                sebab="ada tahun tanpa target",
                asal=partial(self.explain_goal, item),
            )
            for item in (row, *others)
        ]
        yield finals[0] if len(finals) == 1 else _join(finals)
        final = sums.indikator_akhir.get(row.id)
        yield banding.cell(
            row.akhir_pagu,
            final,
            uang,
            self.place,
            node,
            row,
            "Rp. Akhir Perencanaan",
            asal=partial(self.explain_final_pagu, row, final),
        )

    def explain_pagu(self, row: IndikatorRow, tahun: int, total: int | None) -> Penjelasan:
        """How the pagu of a row above the sub kegiatan came about."""
        return asal.jumlah_uang("pagu", f"Pagu {tahun}", total, partial(self.below, row, tahun))()

    def explain_final_pagu(self, row: IndikatorRow, final: int | None) -> Penjelasan:
        """How the final pagu of a row came about."""
        return asal.jumlah("Pagu akhir Renstra", final, partial(self.years, row), "tahun", rupiah=True)()

    def explain_goal(self, row: IndikatorRow) -> Penjelasan:
        """How the final target of a row came about."""
        return asal.akhir("Target akhir Renstra", row.akumulasi, partial(self.goals, row))()

    def below(self, row: IndikatorRow, tahun: int) -> Iterator[Masukan]:
        """The sub kegiatan rows that a row's pagu of a year is the sum of."""
        for node, sub in contributors(self.plan, row):
            yield asal.pagu_in(sub.id, tahun, self.plan.pagu(sub.id, tahun), f"{node.kode} {node.nama}")

    def years(self, row: IndikatorRow) -> Iterator[Masukan]:
        """Pagu of each year: printed on a sub kegiatan, a sum above it."""
        for tahun in self.plan.tahun:
            amount = self.sums.indikator.get((row.id, tahun))
            if row.simpul[0] == "subkegiatan":
                yield asal.pagu_in(row.id, tahun, amount)
            else:
                yield asal.uang_in(f"Pagu {tahun}", amount)

    def goals(self, row: IndikatorRow) -> list[Masukan]:
        """Targets of the years in which the row runs."""
        plan = self.plan
        return [asal.target_in(row.id, at, plan.sasaran_target(row.id, at)) for at in plan.tahun if row.runs(at)]

    def programs(self, tahun: int | None) -> Iterator[Masukan]:
        """Programs that the row ``Jumlah`` of a year, or of the end, is the sum of."""
        for node in self.plan.simpul:
            if node.tingkat == "program":
                sums = self.sums
                amount = sums.simpul_akhir.get(node.key) if tahun is None else sums.simpul.get((node.key, tahun))
                yield asal.uang_in(f"{node.kode} {node.nama}", amount)

    def place(self, node: SimpulRow, row: IndikatorRow, column: str | int) -> str:
        """Name of a cell in a note; a year stands for its Rp column."""
        column = column if isinstance(column, str) else f"Rp. Tahun {column}"
        main = self.plan.main(node.key)
        which = f" ({row.uraian})" if len(main) > 1 or row.ukuran_dari is not None else ""
        return f"{node.kode}{which}, {column}"

    @staticmethod
    def stacked(values: list[Any]) -> Isi:
        """One value, or the values of two measures in one cell."""
        return values[0] if len(values) == 1 else Sel(tuple(values))

    def total(self, printed: dict[str, int]) -> Baris:
        """Closing row ``Jumlah``: printed totals, or the sums of the programs."""
        return Baris(Peran.JUMLAH, (Sel((Teks("Jumlah"),), lebar=5), None, None, None, None, *self.totals(printed)))

    def totals(self, printed: dict[str, int]) -> list[Isi]:
        """Cells of the total from the first year on."""
        cells: list[Isi] = []
        sums: list[tuple[int | None, str, int | None]] = [
            *((tahun, f"Tahun {tahun}", self.sums.total[tahun]) for tahun in self.plan.tahun),
            (None, "Akhir Perencanaan", self.sums.total_akhir),
        ]
        for tahun, head, computed in sums:
            suffix = tahun or "akhir"
            cells.append(KOSONG)
            cells.append(
                self.banding.cell(
                    # A version without printed totals, as a perubahan, shows its sums.
                    printed.get(f"pagu_{suffix}") if printed else computed,
                    computed,
                    uang,
                    partial("Jumlah, Rp. {}".format, head),
                    asal=asal.jumlah(f"Pagu {head}", computed, partial(self.programs, tahun), "program", rupiah=True),
                )
            )
        return cells


def unit_suffix(satuan: str) -> str:
    """What is printed behind a figure where no column gives the unit: ``%``, `` Dokumen``."""
    return satuan if satuan == "%" else f" {satuan}" if satuan else ""


def _join(cells: list[Isi]) -> Sel:
    """Two cells of one place: values stacked, notes together."""
    values: list[Any] = []
    notes: list[int] = []
    for cell in cells:
        if isinstance(cell, Sel):
            values += cell.nilai
            notes += cell.catatan
        else:
            values.append(cell)
    return Sel(tuple(values), tuple(notes))


REPORT = Report(
    slug="tabel-6-2",
    nomor="Tabel 6.2",
    judul="Rencana Program, Kegiatan, Sub Kegiatan dan Indikator Kinerja, serta Rencana Pendanaan",
    kelompok=BAB,
    build=build,
    berangka=True,
    berasal=True,
    lebar=True,
)

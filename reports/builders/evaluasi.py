"""What T-C.27, T-C.29, E.80 and E.81 share: the plan's tree below its objectives, with targets, realisasi and money.

Rows are sasaran (with the IKU), program, kegiatan and sub kegiatan. Money adds up the
tree from the sub kegiatan rows (``indicators.plan_sums``); performance does not add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from accounts.models import UnitKerja
from indicators.capaian import HUNDRED, KOLOM_ATURAN, compute_capaian, mean, predikat
from indicators.models import Indikator, Realisasi
from indicators.penjelasan import Asal, Masukan, explain_value
from indicators.plan_sums import (
    TINGKAT,
    IndikatorRow,
    Plan,
    SimpulKey,
    SimpulRow,
    add_up,
    contributors,
    limit_to_units,
    load_plan,
    sum_money,
)
from indicators.triwulan import GAPS, Kinerja
from indicators.triwulan import combine as combine_periods
from programs.models import Sasaran
from renstra.formats import format_rupiah
from reports.builders.asal import TRIWULAN, jumlah_uang, kinerja, pagu_in, rata_rata, rupiah_in
from reports.builders.lkip import KOSONG as TANPA
from reports.builders.lkip import Tercapai, approval_note, reached_cell
from reports.builders.tabel_6_2 import unit_suffix
from reports.matrix import (
    KOSONG,
    TIDAK_DIKETAHUI,
    Baris,
    Isi,
    Kolom,
    Kosong,
    Matrix,
    Nilai,
    Pencatat,
    Peran,
    Sel,
    Teks,
    Uraian,
    angka,
    parts,
    persen,
    teks,
    uang,
    with_note,
)
from reports.models import CatatanEvaluasi
from reports.pengesahan import units_of
from reports.report import Params, Report, Tingkat

# (indicator id, year, quarter): a period of a row; quarter 0 is the year.
Periode = tuple[int, int, int]
DISETUJUI = Realisasi.Status.DISETUJUI
CATATAN_RATA = (
    "Rata-rata kolom ini dari baris yang capaiannya diketahui; di dalam rata-rata, capaian tiap baris paling tinggi "
    "dihitung 100."
)


@dataclass(frozen=True, slots=True)
class Ukuran:
    """A measure: an indicator, or the second measure of one."""

    id: int
    kode: str
    uraian: str
    satuan: str
    aturan: tuple[Any, ...]
    akumulasi: str
    akumulasi_tahun: str
    data_awal_teks: str
    akhir_target: Decimal | None

    @property
    def akhiran(self) -> str:
        """What is printed behind a figure of this measure where the form has no column for the unit."""
        return unit_suffix(self.satuan)

    def capaian(self, target: Decimal | None, realisasi: Decimal | None) -> Decimal | None:
        """Capaian by the rule of the indicator."""
        return compute_capaian(target, realisasi, *self.aturan)


@dataclass(frozen=True, slots=True)
class Butir:
    """A node of the form. ``ukuran`` has an entry per indicator row: the measure, and its second one if any."""

    peran: Peran
    key: SimpulKey
    kode: str
    nama: str
    unit: str
    ukuran: tuple[tuple[Ukuran, ...], ...]
    nomor: int | None = None
    tujuan: str = ""
    program: tuple[SimpulKey, ...] = ()

    def baris(self) -> Iterator[tuple[int, tuple[Ukuran, ...]]]:
        """Rows of the node with their position; a node without indicators has one row all the same."""
        yield from enumerate(self.ukuran or ((),))


@dataclass(slots=True)
class Bahan:
    """Everything a form of evaluation is made of; built by ``load``."""

    params: Params
    plan: Plan
    butir: list[Butir]
    target: dict[tuple[int, int], Decimal | None]
    tercapai: dict[Periode, Tercapai] = field(default_factory=dict)
    rupiah: dict[Periode, int] = field(default_factory=dict)
    tulisan: list[tuple[str, str, str, str]] = field(default_factory=list)
    catatan: Pencatat = field(default_factory=Pencatat)

    def at(self, ukuran: Ukuran, tahun: int, triwulan: int = 0) -> Tercapai:
        """Realisasi of a period, empty where there is none."""
        return self.tercapai.get((ukuran.id, tahun, triwulan), TANPA)

    def spread(self, amounts: Mapping[tuple[int, int], int | None], tahun: int) -> dict[tuple[SimpulKey, int], Any]:
        """Money of a year by node and row, from amounts of the sub kegiatan rows."""
        nodes, rows = add_up(self.plan, amounts, tahun)
        found: dict[tuple[SimpulKey, int], int | None] = {}
        for node in self.butir:
            if node.peran is Peran.SASARAN:
                found[(node.key, 0)] = sum_money(nodes.get(key) for key in node.program)
            elif not node.ukuran:
                found[(node.key, 0)] = nodes.get(node.key)
            for at, (ukuran, *_) in enumerate(node.ukuran if node.peran is not Peran.SASARAN else ()):
                found[(node.key, at)] = rows.get(ukuran.id)
        return found

    def pagu(self, tahun: int) -> dict[tuple[SimpulKey, int], int | None]:
        """Pagu of a year by node and row."""
        return self.spread({key: row.pagu for key, row in self.plan.target.items()}, tahun)

    def states(self, tahun: int, triwulan: Iterable[int] = (0,)) -> dict[SimpulKey, set[str]]:
        """States of the money of a year that a node contains."""
        found: dict[SimpulKey, set[str]] = defaultdict(set)
        for node in reversed(self.plan.simpul):  # children before parents
            if node.tingkat == TINGKAT[-1]:
                found[node.key] = {
                    self.tercapai[(row.id, tahun, quarter)].status
                    for row in self.plan.main(node.key)
                    for quarter in triwulan
                    if (row.id, tahun, quarter) in self.rupiah
                }
            if node.induk_id is not None:
                found[(TINGKAT[TINGKAT.index(node.tingkat) - 1], node.induk_id)] |= found[node.key]
        for item in self.butir:
            if item.peran is Peran.SASARAN:
                found[item.key] = set().union(*(found[key] for key in item.program))
        return found

    def money_cell(self, amount: int | None, states: Iterable[str], asal: Asal | None = None) -> Isi:
        """Money, marked where it is not approved."""
        if amount is None:
            return TIDAK_DIKETAHUI
        marks = [mark for state in sorted(states) if (mark := approval_note(state, self.catatan)) is not None]
        cell = uang(amount, asal=asal)
        return with_note(cell, *marks) if marks else cell

    def performance_cell(self, row: Sequence[Ukuran], tahun: int, triwulan: int = 0) -> Isi:
        """Realisasi of a row in a period, two measures stacked."""
        return stacked(
            [
                reached_cell(found, self.catatan, kinerja(item.id, tahun, found.kinerja, triwulan))
                for item in row
                for found in [self.at(item, tahun, triwulan)]
            ]
        )

    def below(self, item: Butir, at: int) -> list[tuple[SimpulRow, IndikatorRow]]:
        """The sub kegiatan rows whose money ``spread`` puts into a row of a node, in the order of the plan."""
        if item.peran is Peran.SUBKEGIATAN:
            return []
        if item.peran is not Peran.SASARAN and item.ukuran:
            (row,) = (row for row in self.plan.main(item.key) if row.id == item.ukuran[at][0].id)
            return contributors(self.plan, row)
        found = []
        for top in item.program or (item.key,):
            levels = [top]
            while levels:
                key = levels.pop(0)
                for child in self.plan.anak.get(key, ()):
                    levels.append(child.key)
                    if child.tingkat == TINGKAT[-1]:
                        found += [(child, row) for row in self.plan.main(child.key)]
        return found

    def parts(self, item: Butir, at: int, kolom: str, tahun: int, triwulan: int = 0) -> Iterator[Masukan]:
        """Money of those rows in a period, as inputs of the explanation: ``kolom`` pagu or rupiah."""
        for node, row in self.below(item, at):
            name = f"{node.kode} {node.nama}"
            if kolom == "pagu":
                yield pagu_in(row.id, tahun, self.plan.pagu(row.id, tahun), name)
            else:
                yield rupiah_in(row.id, tahun, self.rupiah.get((row.id, tahun, triwulan)), name, triwulan)

    def sum_asal(self, item: Butir, at: int, kolom: str, tahun: int, nilai: int | None, triwulan: int = 0) -> Asal:
        """How money of a row in a period came about: what was stored on a sub kegiatan, a sum above it."""
        word = "Pagu" if kolom == "pagu" else "Realisasi anggaran"
        title = f"{word} {TRIWULAN[triwulan]}{tahun}"
        if item.peran is not Peran.SUBKEGIATAN:
            return jumlah_uang(kolom, title, nilai, partial(self.parts, item, at, kolom, tahun, triwulan))
        id_ = item.ukuran[at][0].id if item.ukuran else 0
        if kolom == "pagu":
            return lambda: explain_value("pagu", title, pagu_in(id_, tahun, nilai))
        return lambda: explain_value("rupiah", title, rupiah_in(id_, tahun, nilai, triwulan=triwulan))

    def pagu_notes(self, pagu: Mapping[int, Mapping[tuple[SimpulKey, int], int | None]]) -> dict[Any, int]:
        """Note by (node, row, year) where the Renstra prints another pagu than the sub kegiatan rows sum up to.

        None of them when the report shows a unit's part alone: a part is no difference.
        """
        found: dict[Any, int] = {}
        if self.params.unit is not None:
            return found
        for node in self.butir:
            for at, (ukuran, *_) in enumerate(node.ukuran if node.peran is not Peran.SASARAN else ()):
                printed = {year: self.plan.pagu(ukuran.id, year) for year in pagu}
                differing = [
                    year
                    for year, amount in printed.items()
                    if amount is not None and amount != pagu[year][node.key, at]
                ]
                if differing:
                    years = "; ".join(f"{year} {format_rupiah(printed[year])}" for year in differing)
                    mark = self.catatan.note(f"{ukuran.kode}: Renstra mencetak pagu {years}.")
                    found |= {(node.key, at, year): mark for year in differing}
        return found


def load(params: Params, *, dengan_realisasi: bool = True) -> Bahan:
    """Seven queries at any size, fewer without realisasi or where the units were read for this plan before."""
    renstra = params.renstra
    plan = load_plan(renstra)
    units = {unit.pk: unit for unit in units_of(renstra)}
    scope = {pk for pk, unit in units.items() if params.unit is None or params.unit.covers(unit)}
    if params.unit is not None:
        plan = limit_to_units(plan, scope)
    butir, target = _objectives(params, plan, units, scope)
    bahan = Bahan(params, plan, butir, target)
    bahan.target |= {key: row.target for key, row in plan.target.items()}
    if dengan_realisasi:
        _read_realisasi(bahan)
    return bahan


def _objectives(
    params: Params, plan: Plan, units: Mapping[int, UnitKerja], scope: set[int]
) -> tuple[list[Butir], dict[tuple[int, int], Decimal | None]]:
    """Nodes in the order of the form, and the targets of the IKU: one query."""
    columns = (
        *("kode", "uraian", "satuan", *KOLOM_ATURAN),
        *("akumulasi", "akumulasi_tahun", "data_awal_teks", "akhir_target", "ukuran_dari_id"),
    )
    found = (
        Sasaran.objects.filter(tujuan__renstra=params.renstra)
        .order_by("tujuan__nomor", "nomor", "id", "indikator__urutan", "indikator__id")
        .values_list(
            *("id", "teks", "tujuan__teks", "unit_id"),
            *("indikator__id", "indikator__target__tahun", "indikator__target__target"),
            *(f"indikator__{name}" for name in columns),
        )
    )
    objectives: dict[int, tuple[str, str, int | None]] = {}
    measures: dict[int, dict[int, list[Ukuran]]] = defaultdict(dict)
    target: dict[tuple[int, int], Decimal | None] = {}
    for id_, text, aim, unit, indikator, year, goal, *rest in found:
        objectives[id_] = (text, aim, unit)
        if indikator is None or (params.unit is not None and unit not in scope):
            continue
        *values, main = rest
        if year is not None:
            target[(indikator, year)] = goal
        row = measures[id_].setdefault(main or indikator, [])
        if all(item.id != indikator for item in row):
            row.append(_measure(indikator, values))
    programs: dict[int | None, list[SimpulKey]] = defaultdict(list)
    for node in plan.simpul:
        if node.tingkat == "program":
            programs[node.sasaran_id].append(node.key)
    result: list[Butir] = []
    for number, (id_, (text, aim, unit)) in enumerate(objectives.items(), start=1):
        if params.unit is not None and not programs[id_] and unit not in scope:
            continue
        rows = tuple(tuple(row) for row in measures[id_].values())
        result.append(
            Butir(
                Peran.SASARAN,
                ("sasaran", id_),
                "",
                text,
                units[unit].nama if unit is not None and unit in units else "",
                rows,
                number,
                aim,
                tuple(programs[id_]),
            )
        )
        result += _tree(params, plan, units, programs[id_])
    result += _tree(params, plan, units, programs[None])
    return result, target


def _tree(params: Params, plan: Plan, units: Mapping[int, UnitKerja], programs: Sequence[SimpulKey]) -> Iterator[Butir]:
    """Programs with what is below them, down to the level asked for."""
    limit = list(Tingkat).index(params.tingkat)
    above: SimpulKey | None = None
    for node in plan.simpul:
        if node.tingkat == "program":
            above = node.key
        if above not in programs or TINGKAT.index(node.tingkat) > limit:
            continue
        rows = plan.indikator.get(node.key, [])
        yield Butir(
            Peran(node.tingkat),
            node.key,
            node.kode,
            node.nama,
            units[node.unit_id].nama if node.unit_id in units else "",
            tuple(
                tuple(_from_plan(item) for item in (row, *(other for other in rows if other.ukuran_dari == row.id)))
                for row in plan.main(node.key)
            ),
        )


def _measure(id_: int, values: Sequence[Any]) -> Ukuran:
    kode, uraian, satuan, *rest = values
    until = len(KOLOM_ATURAN)
    return Ukuran(id_, kode, uraian, satuan, tuple(rest[:until]), *rest[until:])


def _from_plan(row: IndikatorRow) -> Ukuran:
    rules = tuple(getattr(row, name) for name in KOLOM_ATURAN)
    return Ukuran(
        row.id,
        row.kode,
        row.uraian,
        row.satuan,
        rules,
        row.akumulasi,
        row.akumulasi_tahun,
        row.data_awal_teks,
        row.akhir_target,
    )


def _read_realisasi(bahan: Bahan) -> None:
    """Realisasi of every year and quarter, and what people wrote about the year of the report: one query."""
    params = bahan.params
    found = (
        Realisasi.objects.filter(tahun__in=params.renstra.tahun)
        .of_rows(Indikator.objects.for_renstra(params.renstra))
        .order_by()
        .values_list(
            *("baris_id", "tahun", "triwulan", "rupiah"),
            *("keadaan", "kinerja", "alasan_keadaan", "status"),
            *("faktor_pendorong", "faktor_penghambat", "tindak_lanjut"),
        )
    )
    wrote: dict[int, tuple[str, ...]] = {}
    for id_, year, quarter, amount, *rest in found:
        *values, helped, hindered, follow = rest
        bahan.tercapai[(id_, year, quarter)] = Tercapai(*values)
        if amount is not None:
            bahan.rupiah[(id_, year, quarter)] = amount
        if year == params.tahun and quarter == params.triwulan and (helped or hindered or follow):
            wrote[id_] = (helped, hindered, follow)
    for node in bahan.butir:
        for row in node.ukuran:
            if row[0].id in wrote:
                helped, hindered, follow = wrote[row[0].id]
                bahan.tulisan.append((node.kode or row[0].kode, helped, hindered, follow))


def combine(found: Sequence[Tercapai], akumulasi: str) -> Tercapai:
    """Several periods as one (``triwulan.combine``), approved only when every part that counts is."""
    whole = combine_periods([Kinerja(item.keadaan, item.kinerja, item.alasan) for item in found], akumulasi)
    if whole.keadaan == Realisasi.Keadaan.KOSONG:
        return TANPA
    counted = [item for item in found if item.keadaan not in GAPS] or found
    status = next((item.status for item in counted if item.status not in ("", DISETUJUI)), DISETUJUI)
    return Tercapai(whole.keadaan, whole.kinerja, whole.alasan, status)


def stacked(cells: Sequence[Isi]) -> Isi:
    """One cell from those of the measures of a row: values below one another, notes together, blank without any."""
    known = [cell for cell in cells if cell is not None]
    if not known:
        return KOSONG
    if len(known) == 1:
        return known[0]
    values: list[Nilai] = [item for cell in known for item in parts(cell)]
    notes = dict.fromkeys(note for cell in known if isinstance(cell, Sel) for note in cell.catatan)
    return Sel(tuple(values), tuple(notes))


def number(figure: Decimal | None, akhiran: str = "", *, asal: Asal | None = None) -> Nilai:
    """A figure of the plan, unknown shown as such."""
    return angka(figure, akhiran=akhiran, kosong=TIDAK_DIKETAHUI, asal=asal)


def base_cell(row: Sequence[Ukuran]) -> Isi:
    """Base value as printed."""
    return stacked([teks(item.data_awal_teks) for item in row if item is row[0] or item.data_awal_teks])


def indicator_cell(row: Sequence[Ukuran]) -> Isi:
    """Text of the indicator, blank for a node without one."""
    return teks(row[0].uraian) if row else KOSONG


# Figures of a column with the name of their row: what its mean is taken of.
Deret = list[tuple[str, Decimal | None]]


def closing_rows(
    bahan: Bahan, columns: Sequence[Kolom], figures: Mapping[str, Sequence[tuple[str, Decimal | None]]], lebar: int
) -> list[Baris]:
    """Mean of some columns and its word, below the table: ``figures`` are the unrounded values of those columns.

    ``lebar`` leading columns carry the label.
    """
    means = {key: mean([figure for _, figure in values], HUNDRED) for key, values in figures.items()}
    note = bahan.catatan.note(CATATAN_RATA)

    def row(label: Sel, make: Callable[[Decimal, str], Nilai]) -> Baris:
        head: list[Isi] = [label, *([None] * (lebar - 1))]
        for column in columns[lebar:]:
            key = column.kunci
            figure = means.get(key)
            blank: Kosong = TIDAK_DIKETAHUI if key in means else KOSONG
            head.append(blank if figure is None else make(figure, key))
        return Baris(Peran.PENUTUP, tuple(head))

    return [
        row(
            Sel((Teks("Rata-rata capaian kinerja (%)"),), (note,), lebar=lebar),
            lambda figure, key: persen(figure, asal=rata_rata("Rata-rata capaian kinerja", figures[key])),
        ),
        row(Sel((Teks("Predikat kinerja"),), lebar=lebar), lambda figure, _: _word(figure)),
    ]


def _word(figure: Decimal) -> Nilai:
    word = predikat(figure)
    return TIDAK_DIKETAHUI if word is None else Teks(word.value)


def narrative(bahan: Bahan) -> tuple[Uraian, ...]:
    """The closing paragraphs of the period: what the Sekretariat wrote, else what the units wrote row by row.

    One query. For the year the rows' follow-up stands under the next Renja, for a quarter under the next quarter.
    """
    params = bahan.params
    names = ("faktor_pendorong", "faktor_penghambat", "tindak_lanjut_triwulan", "tindak_lanjut_renja")
    stored = (
        CatatanEvaluasi.objects.filter(renstra=params.renstra, tahun=params.tahun, triwulan=params.triwulan)
        .values_list(*names)
        .first()
    ) or ("",) * len(names)
    follow = _lines(bahan, 3)
    from_rows = (
        _lines(bahan, 1),
        _lines(bahan, 2),
        follow if params.triwulan else "",
        "" if params.triwulan else follow,
    )
    return tuple(
        Uraian(name, label, written or gathered)
        for name, label, written, gathered in zip(
            names,
            (
                "Faktor pendorong keberhasilan kinerja",
                "Faktor penghambat pencapaian kinerja",
                "Tindak lanjut yang diperlukan dalam triwulan berikutnya",
                "Tindak lanjut yang diperlukan dalam Renja berikutnya",
            ),
            stored,
            from_rows,
            strict=True,
        )
    )


def _lines(bahan: Bahan, at: int) -> str:
    """Texts of the rows, each with its code; rows that say the same share a line."""
    found: dict[str, list[str]] = {}
    for row in bahan.tulisan:
        if row[at]:
            found.setdefault(" ".join(row[at].split()), []).append(row[0])
    return "\n".join(f"{', '.join(codes)}: {text}" for text, codes in found.items())


def form_matrix(
    report: Report,
    bahan: Bahan,
    *,
    kolom: tuple[Kolom, ...],
    baris: Sequence[Baris],
    tetap: int,
    sumber: str,
    subjudul: str = "",
) -> Matrix:
    """Matrix of a form; ``tetap`` leading columns stand in each of its bands on paper."""
    params = bahan.params
    unit = params.unit
    if unit is not None:
        bahan.catatan.note(f"Hanya baris {unit.nama}; Rp program, kegiatan dan sasaran di atasnya bagian unit itu.")
    return Matrix(
        slug=report.slug,
        nomor=report.nomor,
        judul=report.judul,
        subjudul=(params.renstra.judul, subjudul) if subjudul else (params.renstra.judul,),
        kolom=kolom,
        baris=tuple(baris),
        parameter=report.isian(params),
        catatan=bahan.catatan.notes(),
        sumber=f"{sumber}; {report.formulir}",
        kolom_tetap=tetap,
        kosong="Renstra ini belum berisi program." if unit is None else f"Tidak ada baris milik {unit.nama}.",
    )


def percent(figures: Sequence[Decimal | None], asal: Sequence[Asal]) -> Isi:
    """Capaian of a row, two measures stacked, each with its way."""
    return stacked([persen(item, asal=way) for item, way in zip(figures, asal, strict=True)])

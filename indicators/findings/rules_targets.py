"""Rules about performance targets: over the years, down the tree, percentages beyond the whole. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.findings.facts import Facts, join
from indicators.findings.inputs import AKHIR, goal_in, number_in
from indicators.findings.registry import Temuan, rule
from indicators.findings.words import column_name
from indicators.penjelasan import explain_final, explain_formula, explain_sum
from indicators.plan_sums import IndikatorRow, Plan, SimpulRow, final_target, final_targets
from renstra.formats import format_number

TABEL = "6.2"
HUNDRED = Decimal(100)

_RULE = {
    "jumlah": "jumlah tahunnya",
    "akhir": "nilai tahun terakhir",
    "rata-rata": "rata-rata tahunnya",
    "maksimum": "nilai tertinggi tahunnya",
}


def column(tahun: int) -> str:
    """Key of the column in the report of Tabel 6.2."""
    return f"target_{tahun}" if tahun else "target_akhir"


@rule(
    "target-akhir-bukan-akumulasi",
    "Target akhir tidak mengikuti aturan akumulasi",
    "Target pada kolom Akhir Perencanaan Tabel 6.2 dan Kondisi Akhir Tabel 7.1 seharusnya mengikuti aturan akumulasi "
    "indikatornya: jumlah, nilai tahun terakhir, rata-rata, atau nilai tertinggi. Bila satu tahun kosong, jumlah dan "
    "rata-rata tidak diketahui dan tidak diperiksa.",
)
def final_target_breaks_its_accumulation(facts: Facts) -> Iterator[Temuan]:
    """Final target does not follow its accumulation rule; second measures and the other tables included."""
    years = facts.plan.tahun
    computed = final_targets(facts.plan)
    found = [
        (
            *(TABEL, node.kode, row.uraian, column(AKHIR), row.akhir_target, computed[row.id], row.akumulasi),
            [goal_in(facts.plan, row, tahun) for tahun in years if row.runs(tahun)],
        )
        for node in facts.plan.simpul
        for row in facts.plan.indikator.get(node.key, ())
    ]
    for item in facts.sebutan:
        if item.tabel != TABEL and item.akumulasi:
            value = final_target([item.target.get(tahun) for tahun in years], item.akumulasi)
            goals = [number_in(f"Target {at}", item.target.get(at), f"Tabel {item.tabel}") for at in years]
            found.append(
                (*(item.tabel, item.kode, item.uraian, item.kolom_akhir, item.akhir, value, item.akumulasi), goals)
            )
    for tabel, kode, uraian, kolom, final, value, how, inputs in found:
        if value is None or final is None or value == final:
            continue
        yield Temuan.of(
            tabel=tabel,
            kode=kode,
            indikator=uraian,
            kolom=kolom,
            tercetak=final,
            dihitung=value,
            keterangan=(
                f"Target akhir tercetak {format_number(final)}; {_RULE[how]} "
                f"{years[0]}–{years[-1]} {format_number(value)}."
            ),
            asal=explain_final("Target akhir dari tahun-tahunnya", how, inputs, None),
        )


# --- kegiatan and its sub kegiatan -----------------------------------------------------


def is_percent(satuan: str) -> bool:
    """Whether a unit is a percentage: those never add up down the tree."""
    return "%" in satuan or "persen" in satuan.lower()


def targets(plan: Plan, row: IndikatorRow) -> Mapping[int, Decimal | None]:
    """Targets of a row as printed: year, or ``AKHIR`` → target."""
    return {**{tahun: plan.sasaran_target(row.id, tahun) for tahun in plan.tahun}, AKHIR: row.akhir_target}


@dataclass(frozen=True, slots=True)
class TargetSum:
    """A kegiatan target beside the sum of the sub kegiatan rows that the document adds up to it.

    ``jumlah`` is None where a part is not printed, ``tercetak`` where the cell of the kegiatan is not.
    """

    node: SimpulRow
    row: IndikatorRow
    tahun: int
    tercetak: Decimal | None
    jumlah: Decimal | None
    anak: Sequence[IndikatorRow]
    sebab: str

    @property
    def wrong(self) -> bool:
        """Whether the rows below give another figure."""
        return self.tercetak is not None and self.jumlah is not None and self.tercetak != self.jumlah


def target_sums(plan: Plan) -> Iterator[TargetSum]:
    """Every cell of a kegiatan target that is the sum of rows below it, by unit or visibly.

    Where all rows below have the unit of the kegiatan, they must add up. Where units are
    mixed (``Kegiatan`` over ``Bulan``, ``PMKS`` over ``Orang`` and ``Kegiatan``), the document may still add
    up some of them; that is taken as read when it holds in more than half of the years.
    """
    for node in plan.simpul:
        if node.tingkat != "kegiatan":
            continue
        own = plan.main(node.key)
        children = [row for child in plan.anak.get(node.key, ()) for row in plan.main(child.key)]
        for row in plan.indikator.get(node.key, ()):
            if is_percent(row.satuan) or row.akumulasi != "jumlah":
                continue
            line = row.ukuran_dari or row.id
            served = [child for child in children if (child.melayani or own[0].id) == line]
            chosen, why = _reading(plan, row, served)
            for tahun in (*plan.tahun, AKHIR) if chosen else ():
                if tahun == AKHIR and any(child.akumulasi != "jumlah" for child in chosen):
                    continue
                parts = [targets(plan, child)[tahun] for child in chosen if tahun == AKHIR or child.runs(tahun)]
                known = [part for part in parts if part is not None]
                total = sum(known, Decimal(0)) if len(known) == len(parts) else None
                yield TargetSum(node, row, tahun, targets(plan, row)[tahun], total, chosen, why)


def _reading(plan: Plan, row: IndikatorRow, served: list[IndikatorRow]) -> tuple[list[IndikatorRow], str]:
    """The rows below that are added up to a kegiatan row, and why; empty when none are."""
    countable = [child for child in served if not is_percent(child.satuan)]
    units = list(dict.fromkeys(child.satuan.lower() for child in countable))
    if countable and countable == served and units == [row.satuan.lower()]:
        return countable, "satuannya sama"
    by_unit = [[child for child in countable if child.satuan.lower() == unit] for unit in units]
    best, hits = [], 0
    for candidate in [countable, *by_unit] if countable else []:
        agreed = _agreement(plan, row, candidate)
        if agreed > hits:
            best, hits = candidate, agreed
    if 2 * hits <= len(plan.tahun):
        return [], ""
    return best, f"dokumen menjumlahkannya pada {hits} dari {len(plan.tahun)} tahun"


def _agreement(plan: Plan, row: IndikatorRow, children: list[IndikatorRow]) -> int:
    """Years in which the rows add up to the target; a year of nothing but zeros proves nothing."""
    hits = 0
    for tahun in plan.tahun:
        printed = plan.sasaran_target(row.id, tahun)
        parts = [plan.sasaran_target(child.id, tahun) for child in children]
        known = [part for part in parts if part is not None]
        hits += bool(printed) and len(known) == len(parts) and sum(known, Decimal(0)) == printed
    return hits


@rule(
    "target-induk-bukan-jumlah-anak",
    "Target kegiatan bukan jumlah sub kegiatannya",
    "Target kegiatan pada Tabel 6.2 seharusnya jumlah target sub kegiatan yang melayaninya bila satuannya sama, atau "
    "bila dokumen sendiri menjumlahkannya pada lebih dari separuh tahunnya. Target persen tidak dijumlahkan.",
)
def kegiatan_target_is_not_the_sum_of_its_children(facts: Facts) -> Iterator[Temuan]:
    """Kegiatan target ≠ sum of its sub kegiatan targets, per year and final, each as printed."""
    plan = facts.plan
    for item in target_sums(plan):
        if not item.wrong or item.tercetak is None or item.jumlah is None:
            continue
        text = (
            f"{column_name(column(item.tahun))} tercetak {format_number(item.tercetak)}, jumlah {len(item.anak)} baris "
            f"sub kegiatan di bawahnya {format_number(item.jumlah)} ({item.sebab})."
        )
        if item.tahun == AKHIR:
            text += _cause(plan, item)
        yield Temuan.of(
            tabel=TABEL,
            kode=item.node.kode,
            indikator=item.row.uraian,
            kolom=column(item.tahun),
            tercetak=item.tercetak,
            dihitung=item.jumlah,
            keterangan=text,
            asal=explain_sum(
                "dihitung",
                f"{column_name(column(item.tahun))} dari sub kegiatan di bawahnya",
                item.jumlah,
                [goal_in(plan, child, item.tahun, child.uraian) for child in item.anak],
                [f"Dijumlahkan karena {item.sebab}."],
                rupiah=False,
            ),
        )


def _cause(plan: Plan, item: TargetSum) -> str:
    """Which cell makes a final target differ: a year that is not printed, or a final below that breaks its own rule."""
    blank = [tahun for tahun in plan.tahun if plan.sasaran_target(item.row.id, tahun) is None]
    if blank:
        return f" Target {join([str(tahun) for tahun in blank])} kegiatan ini tidak tercetak."
    finals = final_targets(plan)
    wrong = [row.uraian for row in item.anak if finals[row.id] not in (None, row.akhir_target)]
    if finals[item.row.id] != item.tercetak or not wrong:
        return ""
    return (
        f" Menurut target tahunannya {format_number(item.tercetak)} benar; yang tidak cocok adalah target akhir baris "
        f"{join([f'“{text}”' for text in wrong])}."
    )


# --- percentages -----------------------------------------------------------------------


@rule(
    "persen-di-atas-100",
    "Persentase di atas 100 tanpa penjelasan",
    "Bagian dari keseluruhan paling banyak 100 persen. Yang diperiksa target dan realisasi bersatuan %; rasio capaian "
    "boleh melewati 100 bila realisasinya memang melewati target.",
)
def percentage_over_a_hundred(facts: Facts) -> Iterator[Temuan]:
    """A target or realisasi in percent above 100, or a ratio above 100 that its own figures do not explain."""
    plan = facts.plan
    cells: list[tuple[str, str, str, str, Decimal | None]] = []
    for node in plan.simpul:
        for row in plan.indikator.get(node.key, ()):
            if is_percent(row.satuan):
                cells += [
                    (TABEL, node.kode, row.uraian, column(tahun), value) for tahun, value in targets(plan, row).items()
                ]
    for item in facts.sebutan:
        if item.tabel != TABEL and is_percent(item.satuan):
            cells += [
                (item.tabel, item.kode, item.uraian, column(tahun), value) for tahun, value in item.target.items()
            ]
            cells.append((item.tabel, item.kode, item.uraian, item.kolom_akhir, item.akhir))
    for year in facts.realisasi:
        if is_percent(year.satuan):
            cells.append((year.tabel, "", year.uraian, f"realisasi_{year.tahun}", year.kinerja))
            cells.append((year.tabel, "", year.uraian, column(year.tahun), year.target))
        reached, goal = (year.kinerja, year.target) if year.kinerja is not None else (year.rupiah, year.pagu)
        if reached is not None and goal is not None and reached <= goal:
            cells.append((year.tabel, "", year.uraian, f"rasio_{year.tahun}", year.rasio))
    for tabel, kode, uraian, kolom, value in cells:
        if value is not None and value > HUNDRED:
            yield Temuan.of(
                tabel=tabel,
                kode=kode,
                indikator=uraian,
                kolom=kolom,
                tercetak=value,
                dihitung=HUNDRED,
                keterangan=(
                    f"{column_name(kolom)} tercetak {format_number(value)} persen, padahal keseluruhannya 100 persen "
                    "dan tidak ada angka lain pada barisnya yang menjelaskannya."
                ),
                asal=explain_formula(
                    "dihitung",
                    "Batas persentase",
                    HUNDRED,
                    "Bagian dari keseluruhan paling banyak 100 persen",
                    "keseluruhan / keseluruhan × 100",
                    (number_in(column_name(kolom), value, f"Tabel {tabel}"),),
                ),
            )

"""Rules about rupiah in Tabel 6.2: over the years, down the tree, against the whole. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indicators.findings.facts import Facts, Sum, add, join
from indicators.findings.inputs import AKHIR, money_in, rupiah_in
from indicators.findings.registry import Temuan, rule
from indicators.findings.words import column_name
from indicators.penjelasan import Masukan, explain_sum
from indicators.plan_sums import IndikatorRow, Plan, SimpulRow
from renstra.formats import format_rupiah

TABEL = "6.2"

Rupiah = Mapping[int, int | None]  # of one row: year, or AKHIR → amount as printed


def column(tahun: int) -> str:
    """Key of the column in the report of Tabel 6.2."""
    return f"pagu_{tahun}" if tahun else "pagu_akhir"


def printed(plan: Plan, row: IndikatorRow) -> Rupiah:
    """Amounts of a row as printed."""
    return {**{tahun: plan.pagu(row.id, tahun) for tahun in plan.tahun}, AKHIR: row.akhir_pagu}


def main_rows(plan: Plan) -> Iterator[tuple[SimpulRow, IndikatorRow]]:
    """Every row that carries money, in the order of the codes."""
    for node in plan.simpul:
        for row in plan.main(node.key):
            yield node, row


def blanks(total: Sum, what: str) -> str:
    """Sentence about the unknown parts of a sum, empty when there are none."""
    if not total.unknown:
        return ""
    return (
        f" {total.unknown} {what} kosong: isinya tidak diketahui dan tidak dihitung sebagai nol, "
        "tetapi yang tercetak saja sudah lebih besar."
    )


@rule(
    "rp-akhir-bukan-jumlah-tahun",
    "Rp akhir bukan jumlah tahunnya",
    "Rp pada kolom Akhir Perencanaan Tabel 6.2 seharusnya jumlah Rp semua tahun pada baris yang sama.",
)
def final_is_not_the_sum_of_the_years(facts: Facts) -> Iterator[Temuan]:
    """Final Rp ≠ sum of the years, for every row and for the row ``Jumlah``."""
    for item in final_sums(facts):
        if item.wrong:
            yield Temuan.of(
                tabel=TABEL,
                kode=item.kode,
                indikator=item.indikator,
                kolom=column(AKHIR),
                tercetak=item.tercetak,
                dihitung=item.total.known,
                keterangan=_why_final(facts.plan, item),
                asal=explain_sum(
                    "dihitung",
                    "Rp akhir dari tahun-tahunnya",
                    item.total.known,
                    _years(facts.plan, item),
                    baris="tahun",
                ),
            )


@dataclass(frozen=True, slots=True)
class FinalSum:
    """Printed final Rp of a row beside the sum of its years."""

    kode: str
    indikator: str
    rp: Rupiah
    tercetak: int
    total: Sum
    row: IndikatorRow | None

    @property
    def wrong(self) -> bool:
        """Whether the years give another figure."""
        return self.total.contradicts(self.tercetak)


def final_sums(facts: Facts) -> Iterator[FinalSum]:
    """Every row that prints a final Rp, and the row ``Jumlah``."""
    plan = facts.plan
    rows: list[tuple[str, str, Rupiah, IndikatorRow | None]] = [
        (node.kode, row.uraian, printed(plan, row), row) for node, row in main_rows(plan)
    ]
    whole = {tahun: facts.total.get((TABEL, column(tahun))) for tahun in (*plan.tahun, AKHIR)}
    for kode, indikator, rp, row in [*rows, ("", "Jumlah", whole, None)]:
        final = rp[AKHIR]
        if final is not None:
            yield FinalSum(kode, indikator, rp, final, add(rp[tahun] for tahun in plan.tahun), row)


def _years(plan: Plan, item: FinalSum) -> list[Masukan]:
    """Rp of each year of a row, or of the row ``Jumlah``."""
    if item.row is not None:
        return [money_in(plan, item.row, tahun) for tahun in plan.tahun]
    return [rupiah_in(f"Jumlah {tahun}", item.rp[tahun], f"Tabel {TABEL}, baris Jumlah") for tahun in plan.tahun]


def _why_final(plan: Plan, item: FinalSum) -> str:
    rp, final, total = item.rp, item.tercetak, item.total
    text = (
        f"Rp akhir tercetak {format_rupiah(final)}, jumlah {plan.tahun[0]}–{plan.tahun[-1]} "
        f"{format_rupiah(total.known)}."
    )
    missing = [tahun for tahun in plan.tahun if rp[tahun] and total.known - final == rp[tahun]]
    same = [tahun for tahun in plan.tahun if rp[tahun] and final == rp[tahun]]
    if same:
        text += f" Yang tercetak sama dengan Rp satu tahun ({same[0]})."
    elif len(missing) == 1:
        text += f" Selisihnya tepat Rp {missing[0]}: tahun itu tampaknya tidak ikut dijumlah."
    return text + blanks(total, "sel tahun")


@rule(
    "rp-induk-bukan-jumlah-anak",
    "Rp induk bukan jumlah anaknya",
    "Rp program seharusnya jumlah Rp kegiatannya, dan Rp baris indikator kegiatan jumlah Rp sub kegiatan yang "
    "melayaninya, untuk tiap tahun dan untuk akhir perencanaan, masing-masing seperti tercetak.",
)
def node_is_not_the_sum_of_its_children(facts: Facts) -> Iterator[Temuan]:
    """Rp of a node ≠ sum of its direct children as printed, per year and final.

    Direct children, so that one wrong sub kegiatan is not reported again on every level above it.
    """
    plan = facts.plan
    for item in child_sums(plan):
        if not item.wrong:
            continue
        below = "kegiatan" if item.node.tingkat == "program" else "sub kegiatan"
        text = (
            f"{column_name(column(item.tahun))} tercetak {format_rupiah(item.tercetak)}, jumlah {item.total.parts} "
            f"baris {below} di bawahnya {format_rupiah(item.total.known)}."
        )
        text += blanks(item.total, f"sel {below}")
        if item.tahun == AKHIR:
            text += _cause(plan, item.children, item.tercetak)
        yield Temuan.of(
            tabel=TABEL,
            kode=item.node.kode,
            indikator=item.indikator,
            kolom=column(item.tahun),
            tercetak=item.tercetak,
            dihitung=item.total.known,
            keterangan=text,
            asal=explain_sum(
                "dihitung",
                f"{column_name(column(item.tahun))} dari {below} di bawahnya",
                item.total.known,
                [money_in(plan, row, item.tahun, row.uraian) for row in item.children],
                baris=below,
            ),
        )


@dataclass(frozen=True, slots=True)
class ChildSum:
    """Printed Rp of a node (of one Rp line of a kegiatan) beside the sum of the rows below it."""

    node: SimpulRow
    indikator: str
    tahun: int
    tercetak: int
    total: Sum
    children: list[IndikatorRow]

    @property
    def wrong(self) -> bool:
        """Whether the rows below give another figure."""
        return self.total.contradicts(self.tercetak)


def child_sums(plan: Plan) -> Iterator[ChildSum]:
    """Every printed Rp above the sub kegiatan that has known rows below it."""
    for node in plan.simpul:
        own = plan.main(node.key)
        children = [row for child in plan.anak.get(node.key, ()) for row in plan.main(child.key)]
        if not own or not children:
            continue
        if node.tingkat == "kegiatan":
            # A row that names nobody serves the first (plan_sums.add_up).
            served = {row.id: [c for c in children if (c.melayani or own[0].id) == row.id] for row in own}
            lines = [([row], served[row.id]) for row in own]
        else:
            lines = [(own, children)]
        for line, below in lines:
            mine, theirs = [printed(plan, row) for row in line], [printed(plan, row) for row in below]
            for tahun in (*plan.tahun, AKHIR):
                # A program with several indicators prints its Rp on the first; a blank beside it is no second amount.
                amount = add(rp[tahun] for rp in mine)
                total = add(rp[tahun] for rp in theirs)
                if amount.unknown < amount.parts and total.unknown < total.parts:
                    yield ChildSum(node, line[0].uraian, tahun, amount.known, total, below)


def _cause(plan: Plan, children: list[IndikatorRow], value: int) -> str:
    """Where a final figure is right by the years below it and only the final figures below are not."""
    amounts = [printed(plan, row) for row in children]
    years = add(rp[tahun] for rp in amounts for tahun in plan.tahun)
    wrong = [
        row.uraian
        for row, rp in zip(children, amounts, strict=True)
        if add(rp[tahun] for tahun in plan.tahun).contradicts(rp[AKHIR])
    ]
    if years.known != value or not wrong:
        return ""
    return (
        f" Menurut Rp tahunan di bawahnya {format_rupiah(value)} benar; "
        f"yang tidak cocok adalah Rp akhir baris {join([f'“{text}”' for text in wrong])}."
    )


@rule(
    "rp-jumlah-bukan-jumlah-program",
    "Baris Jumlah bukan jumlah program",
    "Baris Jumlah yang menutup Tabel 6.2 seharusnya jumlah Rp semua program, tiap tahun dan akhir perencanaan.",
)
def whole_is_not_the_sum_of_programs(facts: Facts) -> Iterator[Temuan]:
    """The printed row ``Jumlah`` of Tabel 6.2 ≠ sum of the programs, per year and final."""
    programs = [(node, row) for node, row in main_rows(facts.plan) if node.tingkat == "program"]
    for tahun, value, total in whole_sums(facts):
        if total.contradicts(value):
            yield Temuan.of(
                tabel=TABEL,
                indikator="Jumlah",
                kolom=column(tahun),
                tercetak=value,
                dihitung=total.known,
                keterangan=(
                    f"{column_name(column(tahun))} pada baris Jumlah tercetak {format_rupiah(value)}, "
                    f"jumlah {total.parts} program {format_rupiah(total.known)}." + blanks(total, "sel program")
                ),
                asal=explain_sum(
                    "dihitung",
                    f"{column_name(column(tahun))} semua program",
                    total.known,
                    [money_in(facts.plan, row, tahun, f"{node.kode} {node.nama}") for node, row in programs],
                    baris="program",
                ),
            )


def whole_sums(facts: Facts) -> Iterator[tuple[int, int, Sum]]:
    """Year (or ``AKHIR``), printed total and sum of the program rows as printed."""
    plan = facts.plan
    programs = [printed(plan, row) for node, row in main_rows(plan) if node.tingkat == "program"]
    for tahun in (*plan.tahun, AKHIR):
        value = facts.total.get((TABEL, column(tahun)))
        if value is not None:
            yield tahun, value, add(rp[tahun] for rp in programs)

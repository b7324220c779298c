"""Rules about rupiah in Tabel 6.2: over the years, down the tree, against the whole. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indicators.findings.facts import Facts, Sum, add, join
from indicators.findings.registry import Temuan, rule
from indicators.plan_sums import IndikatorRow, Plan, SimpulRow
from renstra.formats import format_rupiah

TABEL = "6.2"
AKHIR = 0  # stands for the column "Akhir Perencanaan" where a year is asked for

Rupiah = Mapping[int, int | None]  # of one row: year, or AKHIR → amount as printed


def column(tahun: int) -> str:
    """Key of the column in the report of Tabel 6.2."""
    return f"pagu_{tahun}" if tahun else "pagu_akhir"


def column_name(tahun: int) -> str:
    """``Rp 2021``, ``Rp akhir``."""
    return f"Rp {tahun}" if tahun else "Rp akhir"


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
    plan = facts.plan
    for node, row in main_rows(plan):
        yield from _check_final(plan, printed(plan, row), node.kode, row.uraian)
    whole = {tahun: facts.total.get((TABEL, column(tahun))) for tahun in (*plan.tahun, AKHIR)}
    yield from _check_final(plan, whole, "", "Jumlah")


def _check_final(plan: Plan, rp: Rupiah, kode: str, indikator: str) -> Iterator[Temuan]:
    total = add(rp[tahun] for tahun in plan.tahun)
    final = rp[AKHIR]
    if final is None or not total.contradicts(final):
        return
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
    text += blanks(total, "sel tahun")
    yield Temuan.of(
        tabel=TABEL,
        kode=kode,
        indikator=indikator,
        kolom=column(AKHIR),
        tercetak=final,
        dihitung=total.known,
        keterangan=text,
    )


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
    for node in plan.simpul:
        own = plan.main(node.key)
        children = [row for child in plan.anak.get(node.key, ()) for row in plan.main(child.key)]
        if not own or not children:
            continue
        if node.tingkat == "kegiatan":
            for row in own:
                serving = [
                    child for child in children if (own[0].id if child.melayani is None else child.melayani) == row.id
                ]
                yield from _check_children(plan, node, row.uraian, [row], serving, "sub kegiatan")
        else:
            yield from _check_children(plan, node, own[0].uraian, own, children, "kegiatan")


def _check_children(
    plan: Plan, node: SimpulRow, indikator: str, own: list[IndikatorRow], children: list[IndikatorRow], what: str
) -> Iterator[Temuan]:
    mine = [printed(plan, row) for row in own]
    theirs = [printed(plan, row) for row in children]
    for tahun in (*plan.tahun, AKHIR):
        amounts = add(rp[tahun] for rp in mine)
        if amounts.unknown == amounts.parts:
            continue
        # A program with several indicators prints its Rp on the first; a blank beside it is no second amount.
        value = amounts.known
        total = add(rp[tahun] for rp in theirs)
        if not total.contradicts(value):
            continue
        text = (
            f"{column_name(tahun)} tercetak {format_rupiah(value)}, jumlah {total.parts} baris {what} di bawahnya "
            f"{format_rupiah(total.known)}."
        )
        text += blanks(total, f"sel {what}")
        if tahun == AKHIR:
            text += _cause(plan, children, theirs, value)
        yield Temuan.of(
            tabel=TABEL,
            kode=node.kode,
            indikator=indikator,
            kolom=column(tahun),
            tercetak=value,
            dihitung=total.known,
            keterangan=text,
        )


def _cause(plan: Plan, children: list[IndikatorRow], amounts: list[Rupiah], value: int) -> str:
    """Where a final figure is right by the years below it and only the final figures below are not."""
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
    for tahun in (*facts.plan.tahun, AKHIR):
        value = facts.total.get((TABEL, column(tahun)))
        total = program_sum(facts.plan, tahun)
        if value is None or not total.contradicts(value):
            continue
        yield Temuan.of(
            tabel=TABEL,
            indikator="Jumlah",
            kolom=column(tahun),
            tercetak=value,
            dihitung=total.known,
            keterangan=(
                f"{column_name(tahun)} pada baris Jumlah tercetak {format_rupiah(value)}, jumlah {total.parts} baris "
                f"program {format_rupiah(total.known)}." + blanks(total, "sel program")
            ),
        )


def program_sum(plan: Plan, tahun: int) -> Sum:
    """Sum of the program rows as printed in a year, or ``AKHIR``."""
    rows = [row for node in plan.simpul if node.tingkat == "program" for row in plan.main(node.key)]
    return add(printed(plan, row)[tahun] for row in rows)

"""Rules about cells that hold nothing, or what belongs elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.capaian import mean_growth
from indicators.findings.facts import Facts
from indicators.findings.inputs import goal_in, money_in, rupiah_in
from indicators.findings.registry import Temuan, rule
from indicators.findings.rules_money import ChildSum, child_sums
from indicators.findings.rules_money import column as money_column
from indicators.findings.rules_money import printed as money_of
from indicators.findings.rules_targets import AKHIR, column, target_sums, targets
from indicators.findings.words import column_name
from indicators.penjelasan import Penjelasan, explain_growth, explain_sum
from indicators.plan_sums import IndikatorRow, Plan
from renstra.formats import format_number, format_rupiah, round_half_up

TABEL = "6.2"


@rule(
    "sel-kosong-atau-bergeser",
    "Sel kosong atau bergeser",
    "Sel yang seharusnya berisi tetapi kosong: target atau Rp satu tahun pada baris yang tahun lainnya terisi, "
    "penyebut definisi, dan rata-rata pertumbuhan. Bila isi selnya tercetak di kolom lain, penjelasannya menyebut itu.",
)
def cell_is_blank_or_shifted(facts: Facts) -> Iterator[Temuan]:
    """Missing cells of Tabel 6.2, 7.3 and 2.14, with what follows from their neighbours."""
    yield from _targets(facts.plan)
    yield from _money(facts.plan)
    yield from _definitions(facts)
    yield from _growth(facts)


def _targets(plan: Plan) -> Iterator[Temuan]:
    sums = {(item.row.id, item.tahun): item for item in target_sums(plan)}
    for node in plan.simpul:
        for row in plan.indikator.get(node.key, ()):
            cells = targets(plan, row)
            if all(value is None for value in cells.values()):
                continue
            for tahun, value in cells.items():
                # A year after a perubahan ended the row is no missing cell.
                if value is not None or (tahun != AKHIR and not row.runs(tahun)):
                    continue
                below = sums.get((row.id, tahun))
                follows = below.jumlah if below else None
                text = f"{column_name(column(tahun))} tidak tercetak."
                if follows is not None:
                    text += f" Jumlah sub kegiatan di bawahnya {format_number(follows)}."
                yield Temuan.of(
                    tabel=TABEL,
                    kode=node.kode,
                    indikator=row.uraian,
                    kolom=column(tahun),
                    tercetak=None,
                    dihitung=follows,
                    asal=None
                    if below is None or follows is None
                    else explain_sum(
                        "dihitung",
                        f"{column_name(column(tahun))} dari sub kegiatan di bawahnya",
                        follows,
                        [goal_in(plan, child, tahun, child.uraian) for child in below.anak],
                        [f"Dijumlahkan karena {below.sebab}."],
                        rupiah=False,
                    ),
                    keterangan=text + _raw(plan, row, tahun),
                )


def _raw(plan: Plan, row: IndikatorRow, tahun: int) -> str:
    """What stood in the place of the blank: text was there although the cell has no value of its own."""
    cell = plan.target.get((row.id, tahun))
    if cell is None or not cell.teks_tercetak:
        return ""
    return f" Barisnya bergeser: di tempat itu tercetak “{cell.teks_tercetak}”, yang milik kolom lain."


def _money(plan: Plan) -> Iterator[Temuan]:
    """A blank Rp cell; what is left of the Rp above after the rows beside it is what the cell can hold."""
    left = {}
    for item in child_sums(plan):
        blank = [row for row in item.children if money_of(plan, row)[item.tahun] is None]
        if len(blank) == 1 and item.total.unknown == 1:
            left[blank[0].id, item.tahun] = item
    for node in plan.simpul:
        for row in plan.main(node.key):
            cells = money_of(plan, row)
            if all(value is None for value in cells.values()):
                continue
            for tahun, value in cells.items():
                # A year after a perubahan ended the row is no missing cell.
                if value is not None or (tahun != AKHIR and not row.runs(tahun)):
                    continue
                above = left.get((row.id, tahun))
                rest = above.tercetak - above.total.known if above else None
                text = f"{column_name(money_column(tahun))} tidak tercetak; sel kosong bukan nol."
                if rest is not None:
                    text += f" Rp di atasnya dikurangi baris lain yang tercetak menyisakan {format_rupiah(rest)}."
                goal = targets(plan, row)[tahun]
                if goal:
                    text += f" Targetnya {format_number(goal)}."
                yield Temuan.of(
                    tabel=TABEL,
                    kode=node.kode,
                    indikator=row.uraian,
                    kolom=money_column(tahun),
                    tercetak=None,
                    dihitung=rest,
                    asal=_explain_rest(plan, above, rest) if above and rest is not None else None,
                    keterangan=text,
                )


def _explain_rest(plan: Plan, above: ChildSum, rest: int) -> Penjelasan:
    """What is left for a blank cell of the Rp above it."""
    others = [row for row in above.children if money_of(plan, row)[above.tahun] is not None]
    return Penjelasan(
        kunci="dihitung",
        judul=f"Sisa {column_name(money_column(above.tahun))}",
        nilai=rest,
        teks=format_rupiah(rest, symbol=True),
        rumus="Rp di atasnya − jumlah baris lain yang tercetak",
        hitungan=f"{format_rupiah(above.tercetak)} − {format_rupiah(above.total.known)} = {format_rupiah(rest)}",
        masukan=(
            rupiah_in(f"{above.node.kode} {above.indikator}", above.tercetak, f"Tabel {TABEL}"),
            *(money_in(plan, row, above.tahun, row.uraian) for row in others),
        ),
    )


def _definitions(facts: Facts) -> Iterator[Temuan]:
    for item in facts.definisi:
        if item.penyebut:
            continue
        others = [other for other in facts.definisi if other.indikator == item.indikator and other.penyebut]
        text = "Penyebut definisi tidak tercetak, hanya pembilangnya."
        if others:
            text += f" Tabel {others[0].tabel} menyebutnya “{others[0].penyebut}”."
        yield Temuan.of(
            tabel=item.tabel,
            kode=item.kode,
            indikator=item.uraian,
            kolom="definisi",
            tercetak=None,
            dihitung=None,
            keterangan=text,
        )


def _growth(facts: Facts) -> Iterator[Temuan]:
    """The two growth columns of Tabel 2.14; a printed figure would stand among the table's printed totals."""
    rows = [row for row in facts.realisasi if row.tabel == "2.14"]
    for name in dict.fromkeys(row.uraian for row in rows):
        years = [row for row in rows if row.uraian == name]
        for kolom, what, series in (
            ("pertumbuhan_anggaran", "anggaran", [row.pagu for row in years]),
            ("pertumbuhan_realisasi", "realisasi", [row.rupiah for row in years]),
        ):
            growth = mean_growth(series)
            if growth is None or ("2.14", kolom) in facts.total:
                continue
            rate = round_half_up(growth, 2)
            yield Temuan.of(
                tabel="2.14",
                indikator=name,
                kolom=kolom,
                tercetak=None,
                dihitung=rate,
                asal=explain_growth(
                    f"Rata-rata pertumbuhan {what}",
                    [
                        rupiah_in(f"{what.capitalize()} {year.tahun}", amount, "Tabel 2.14")
                        for year, amount in zip(years, series, strict=True)
                    ],
                ),
                keterangan=(
                    f"Rata-rata pertumbuhan {what} tidak tercetak; rata-rata pertumbuhan tahunan "
                    f"{years[0].tahun}–{years[-1].tahun} {format_number(rate, 2)} persen."
                ),
            )


@rule(
    "satuan-kosong",
    "Satuan kosong",
    "Setiap baris indikator Tabel 6.2 seharusnya bersatuan; tanpa satuan targetnya tidak dapat dibaca.",
)
def unit_is_missing(facts: Facts) -> Iterator[Temuan]:
    """An indicator row of Tabel 6.2 without a unit."""
    plan = facts.plan
    above = {child.key: node for node in plan.simpul for child in plan.anak.get(node.key, ())}
    for node in plan.simpul:
        for row in plan.indikator.get(node.key, ()):
            if row.satuan.strip():
                continue
            text = "Kolom Satuan kosong."
            parent = above.get(node.key)
            if parent and (units := [item.satuan for item in plan.main(parent.key) if item.satuan]):
                text += f" Baris {parent.tingkat} di atasnya bersatuan “{units[0]}”."
            yield Temuan.of(
                tabel=TABEL,
                kode=node.kode,
                indikator=row.uraian,
                kolom="satuan",
                tercetak=None,
                dihitung=None,
                keterangan=text,
            )

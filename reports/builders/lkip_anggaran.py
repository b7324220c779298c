"""LKIP: pagu, realisasi and absorption of every program, kegiatan and sub kegiatan in a year.

Money is the sum of the sub kegiatan rows at every level, so the table adds up;
where the Renstra prints another pagu for a node, a note says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from indicators.capaian import compute_serapan
from indicators.models import Indikator, Realisasi
from indicators.penjelasan import Asal, Masukan
from indicators.plan_sums import TINGKAT, Plan, SimpulKey, SimpulRow, add_up, load_plan, sum_money
from renstra.formats import format_rupiah
from reports.builders import asal
from reports.builders.lkip import KELOMPOK, SUMBER, approval_note
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Isi,
    Kolom,
    Matrix,
    Pencatat,
    Peran,
    Rata,
    Sel,
    Teks,
    persen,
    teks,
    uang,
    with_note,
)
from reports.report import Params, Report

KOLOM = (
    Kolom("Kode", "kode", nomor="(1)", bobot=33),
    Kolom("Program / Kegiatan / Sub Kegiatan", "uraian", nomor="(2)", bobot=86, judul_baris=True),
    Kolom("Pagu (Rp)", "pagu", nomor="(3)", rata=Rata.KANAN, bobot=38),
    Kolom("Realisasi (Rp)", "realisasi", nomor="(4)", rata=Rata.KANAN, bobot=38),
    Kolom("%", "serapan", nomor="(5)", rata=Rata.KANAN, bobot=20),
)


def build(params: Params) -> Matrix:
    """Four queries at any size."""
    year = params.tahun
    plan = load_plan(params.renstra, [year])
    spent: dict[tuple[int, int], int | None] = {}
    status: dict[int, str] = {}
    subs = Indikator.objects.filter(renstra=params.renstra, subkegiatan__isnull=False)
    for id_, rupiah, state in (
        Realisasi.objects.filter(tahun=year, triwulan=params.triwulan, rupiah__isnull=False)
        .of_rows(subs)
        .values_list("baris_id", "rupiah", "status")
    ):
        spent[(id_, year)] = rupiah
        status[id_] = state
    pagu, _ = add_up(plan, {key: row.pagu for key, row in plan.target.items()}, year)
    used, _ = add_up(plan, spent, year)
    notes = Pencatat()
    states: dict[SimpulKey, set[str]] = defaultdict(set)
    for node in reversed(plan.simpul):  # children before parents
        states[node.key] |= {status[row.id] for row in plan.main(node.key) if row.id in status}
        if node.induk_id is not None:
            states[(TINGKAT[TINGKAT.index(node.tingkat) - 1], node.induk_id)] |= states[node.key]
    rows = []
    for node in plan.simpul:
        planned = partial(_below, plan, node, "pagu", year, spent, params.triwulan)
        done = partial(_below, plan, node, "rupiah", year, spent, params.triwulan)
        amount = uang(
            pagu.get(node.key),
            kosong=TIDAK_DIKETAHUI,
            asal=asal.jumlah_uang("pagu", f"Pagu {year}", pagu.get(node.key), planned),
        )
        printed = sum_money(plan.pagu(row.id, year) for row in plan.main(node.key))
        first: Isi = amount
        if node.tingkat != "subkegiatan" and printed != pagu.get(node.key):
            text = f"{node.kode}: Renstra mencetak pagu {format_rupiah(printed)}."
            first = with_note(amount, notes.note(text))
        rows.append(
            Baris(
                Peran(node.tingkat),
                (
                    Teks(node.kode),
                    teks(node.nama),
                    first,
                    _marked(
                        used.get(node.key),
                        states[node.key],
                        notes,
                        asal.jumlah_uang("rupiah", f"Realisasi anggaran {year}", used.get(node.key), done),
                    ),
                    persen(
                        compute_serapan(pagu.get(node.key), used.get(node.key)),
                        asal=asal.serapan(year, pagu.get(node.key), used.get(node.key)),
                    ),
                ),
                node.kode,
            )
        )
    programs = [node for node in plan.simpul if node.tingkat == "program"]
    if programs:
        budget = sum_money(pagu.get(node.key) for node in programs)
        total = sum_money(used.get(node.key) for node in programs)
        every = set().union(*(states[node.key] for node in programs))
        rows.append(
            Baris(
                Peran.JUMLAH,
                (
                    Sel((Teks("Jumlah"),), lebar=2),
                    None,
                    uang(budget, kosong=TIDAK_DIKETAHUI, asal=_whole(f"Pagu {year}", budget, programs, pagu)),
                    _marked(total, every, notes, _whole(f"Realisasi anggaran {year}", total, programs, used)),
                    persen(compute_serapan(budget, total), asal=asal.serapan(year, budget, total)),
                ),
            )
        )
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Realisasi Anggaran Tahun {year}",
        subjudul=(params.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        catatan=notes.notes(),
        sumber=SUMBER,
        kolom_lekat=1,
        kosong="Renstra ini belum berisi program.",
    )


def _below(
    plan: Plan, node: SimpulRow, kolom: str, tahun: int, spent: Mapping[tuple[int, int], int | None], triwulan: int
) -> Iterator[Masukan]:
    """Money of the sub kegiatan rows at or below a node, as inputs of its explanation."""
    for child in plan.anak.get(node.key, ()):
        yield from _below(plan, child, kolom, tahun, spent, triwulan)
    if node.tingkat != TINGKAT[-1]:
        return
    for row in plan.main(node.key):
        name = f"{node.kode} {node.nama}"
        if kolom == "pagu":
            yield asal.pagu_in(row.id, tahun, plan.pagu(row.id, tahun), name)
        else:
            yield asal.rupiah_in(row.id, tahun, spent.get((row.id, tahun)), name, triwulan)


def _whole(
    judul: str, nilai: int | None, programs: Sequence[SimpulRow], amounts: Mapping[SimpulKey, int | None]
) -> Asal:
    return asal.jumlah(
        judul,
        nilai,
        lambda: [asal.uang_in(f"{node.kode} {node.nama}", amounts.get(node.key)) for node in programs],
        "program",
        rupiah=True,
    )


def _marked(amount: int | None, states: set[str], notes: Pencatat, way: Asal) -> Isi:
    """Money with the notes of the states it contains."""
    cell = uang(amount, kosong=TIDAK_DIKETAHUI, asal=way)
    found = [approval_note(state, notes) for state in sorted(states)]
    marks = [mark for mark in found if mark is not None]
    return with_note(cell, *marks) if marks else cell


REPORT = Report(
    slug="lkip-anggaran",
    nomor="",
    judul="Realisasi Anggaran per Program, Kegiatan dan Sub Kegiatan",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berasal=True,
)

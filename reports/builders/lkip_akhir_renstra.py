"""LKIP: realisasi up to this year against the end of the plan, in percent of the way.

Realisasi adds up by the accumulation rule of the indicator; a year without a figure
makes a sum or mean unknown, because the missing part is not 0; a year without event is left out (``evaluasi.combine``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from indicators.capaian import compute_capaian
from indicators.penjelasan import AKUMULASI, Asal
from indicators.plan_sums import final_target
from reports.builders import asal
from reports.builders.common import Banding
from reports.builders.evaluasi import combine
from reports.builders.lkip import KELOMPOK, SUMBER, IndikatorLkip, approval_note, grouped, load_indicators
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Isi,
    Kolom,
    Matrix,
    Peran,
    Rata,
    angka,
    persen,
    teks,
    with_note,
)
from reports.report import Params, Report


def columns(params: Params) -> tuple[Kolom, ...]:
    """Eight leaf columns."""
    until = f"{params.renstra.tahun_awal}-{params.tahun}"
    return (
        Kolom("Indikator", "indikator", nomor="(1)", bobot=84, judul_baris=True),
        Kolom("Satuan", "satuan", nomor="(2)", rata=Rata.TENGAH, bobot=20),
        Kolom("Cara menghitung sampai akhir", "akumulasi", nomor="(3)", bobot=32),
        Kolom(
            f"Target akhir Renstra {params.renstra.tahun_akhir}", "target_akhir", nomor="(4)", rata=Rata.KANAN, bobot=28
        ),
        Kolom(f"Realisasi {params.tahun}", "realisasi", nomor="(5)", rata=Rata.KANAN, bobot=28),
        Kolom(f"Realisasi {until}", "realisasi_sampai", nomor="(6)", rata=Rata.KANAN, bobot=30),
        Kolom("Tingkat kemajuan (%)", "kemajuan", nomor="(7)", rata=Rata.KANAN, bobot=26),
    )


def build(params: Params) -> Matrix:
    """Three queries."""
    every = tuple(params.renstra.tahun)
    years = tuple(year for year in every if year <= params.tahun)
    kolom = columns(params)
    banding = Banding(params.dihitung)
    rows = []
    for head, item in grouped(load_indicators(params, every), len(kolom)):
        if head is not None:
            rows.append(head)
        computed = final_target([item.target.get(year) for year in every], item.akumulasi)
        goal = computed if params.dihitung or item.akhir_target is None else item.akhir_target
        total = combine([item.at(year) for year in years], item.akumulasi).kinerja
        way = compute_capaian(goal, total, *item.aturan)  # type: ignore[arg-type]
        marks = sorted(
            {
                mark
                for year in years
                if item.at(year).status
                for mark in [approval_note(item.at(year).status, banding.catatan)]
                if mark is not None
            }
        )
        reached: Isi = angka(total, kosong=TIDAK_DIKETAHUI, asal=_until(item, years, total))
        assert reached is not None
        rows.append(
            Baris(
                Peran.BARIS,
                (
                    teks(item.uraian),
                    teks(item.satuan),
                    teks(AKUMULASI[item.akumulasi]),  # type: ignore[index]
                    _goal(item, every, computed, banding),
                    angka(
                        item.at(params.tahun).kinerja,
                        kosong=TIDAK_DIKETAHUI,
                        asal=asal.kinerja(item.id, params.tahun, item.at(params.tahun).kinerja),
                    ),
                    with_note(reached, *marks) if marks and total is not None else reached,
                    persen(
                        way,
                        asal=asal.kemajuan(
                            f"Tingkat kemajuan s/d {params.tahun}",
                            asal.angka_in("Target akhir Renstra", goal, "kolom 4"),
                            asal.angka_in(f"Realisasi s/d {params.tahun}", total, "kolom 6"),
                            item.aturan,
                        ),
                    ),
                ),
                item.kode,
            )
        )
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Kemajuan menuju Akhir Renstra sampai dengan Tahun {params.tahun}",
        subjudul=(params.renstra.judul,),
        kolom=kolom,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        catatan=banding.catatan.notes(),
        sumber=SUMBER,
        kosong="Renstra ini belum berisi indikator sasaran dan program.",
    )


def _goal(item: IndikatorLkip, years: Sequence[int], computed: Decimal | None, banding: Banding) -> Isi:
    return banding.cell(
        item.akhir_target,
        computed,
        partial(angka, kosong=TIDAK_DIKETAHUI),
        lambda: f"{item.uraian}, target akhir",
        asal=asal.akhir_target(item.id, item.satuan, item.akumulasi, [(year, item.target.get(year)) for year in years]),
    )


def _until(item: IndikatorLkip, years: Sequence[int], total: Decimal | None) -> Asal:
    """How the realisasi of the years so far came about."""
    return asal.sampai(
        f"Realisasi s/d {years[-1]}",
        total,
        item.akumulasi,
        lambda: [asal.kinerja_in(item.id, year, item.at(year).kinerja) for year in years],
    )


REPORT = Report(
    slug="lkip-akhir-renstra",
    nomor="",
    judul="Kemajuan menuju Akhir Renstra",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berangka=True,
    berasal=True,
)

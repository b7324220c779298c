"""Form T-C.29: last year's Renja evaluated, and how far the Renstra is (11 columns).

Year n is the one whose Renja is being made, so the form looks at n-3 to n-1. Column 10
is an estimate: what was reached up to n-2, with the target of n-1 in its place. Before
the first year of the plan nothing of it can have been reached; where the plan or the
entries have no figure it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from indicators.models import Realisasi
from indicators.penjelasan import Asal, Masukan
from indicators.plan_sums import final_target
from reports.builders import asal
from reports.builders.common import beside, numbered
from reports.builders.evaluasi import (
    Bahan,
    Ukuran,
    combine,
    form_matrix,
    indicator_cell,
    load,
    number,
    stacked,
)
from reports.builders.formulir import form_of
from reports.builders.lkip import Tercapai, reached_cell
from reports.matrix import Baris, Isi, Kolom, Matrix, Peran, Rata, persen, teks
from reports.report import Params, Report


def columns(tahun: int) -> tuple[Kolom, ...]:
    """Eleven columns."""
    early, last, now = tahun - 3, tahun - 2, tahun - 1
    return numbered(
        (
            Kolom("Kode", "kode", bobot=22),
            Kolom("Urusan/Program/Kegiatan/Sub Kegiatan", "uraian", bobot=60, judul_baris=True),
            Kolom("Indikator Kinerja Program/Kegiatan", "indikator", bobot=56),
            Kolom("Target Capaian Kinerja Akhir Renstra", "target_akhir", rata=Rata.KANAN, bobot=26),
            Kolom(f"Realisasi Target Kinerja s/d Tahun {early}", "realisasi_sampai", rata=Rata.KANAN, bobot=24),
            Kolom(
                f"Target dan Realisasi Kinerja Tahun {last}",
                anak=(
                    Kolom(f"Target Renja {last}", "target_lalu", rata=Rata.KANAN, bobot=20),
                    Kolom(f"Realisasi Renja {last}", "realisasi_lalu", rata=Rata.KANAN, bobot=22),
                    Kolom("Tingkat Realisasi (%)", "tingkat_realisasi", rata=Rata.KANAN, bobot=18),
                ),
            ),
            Kolom(f"Target Renja {now}", "target_berjalan", rata=Rata.KANAN, bobot=20),
            Kolom(
                f"Perkiraan s/d Tahun {now}",
                anak=(
                    Kolom("Realisasi Capaian", "perkiraan", rata=Rata.KANAN, bobot=24),
                    Kolom("Tingkat Capaian (%)", "tingkat_capaian", rata=Rata.KANAN, bobot=18),
                ),
            ),
        )
    )


def build(report: Report, params: Params) -> Matrix:
    """Seven queries at any size."""
    bahan = load(params)
    rows = []
    for item in bahan.butir:
        for at, row in item.baris():
            name = (teks(item.kode), teks(item.nama)) if at == 0 else (teks(""), teks(""))
            if item.peran is Peran.SASARAN and not row:
                continue
            rows.append(Baris(item.peran, (*name, indicator_cell(row), *_figures(bahan, row)), item.kode))
    first = params.renstra.tahun_awal
    if params.tahun - 2 < first:
        bahan.catatan.note(f"Renstra ini mulai tahun {first}; untuk tahun sebelumnya tidak ada targetnya.")
    return form_matrix(
        report,
        bahan,
        kolom=columns(params.tahun),
        baris=rows,
        tetap=3,
        sumber=f"{params.renstra.judul}, Tabel 6.2; realisasi yang diisi unit kerja",
        subjudul=f"Renja Tahun {params.tahun}",
    )


def _figures(bahan: Bahan, row: tuple[Ukuran, ...]) -> list[Isi]:
    """Columns 4 to 11 of a row."""
    year = bahan.params.tahun
    years = bahan.params.renstra.tahun
    early = [at for at in years if at <= year - 3]
    last, now = year - 2, year - 1
    lines = []
    for one in row:
        goals = [(at, bahan.target.get((one.id, at))) for at in years]
        computed = final_target([goal_ for _, goal_ in goals], one.akumulasi)
        final = computed if bahan.params.dihitung or one.akhir_target is None else one.akhir_target
        way = beside(
            asal.akhir_target(one.id, one.satuan, one.akumulasi, goals),
            one.akhir_target,
            partial(number, akhiran=one.akhiran),
            tampil=not bahan.params.dihitung and one.akhir_target is not None,
        )
        before = combine([bahan.at(one, at) for at in early], one.akumulasi)
        goal, plan = bahan.target.get((one.id, last)), bahan.target.get((one.id, now))
        reached = bahan.at(one, last)
        estimate = _estimate(bahan, one, early, plan)
        lines.append(
            (
                number(final, one.akhiran, asal=way),
                reached_cell(before, bahan.catatan, _until(bahan, one, before.kinerja, early)),
                number(goal),
                reached_cell(reached, bahan.catatan, asal.kinerja(one.id, last, reached.kinerja)),
                persen(
                    one.capaian(goal, reached.kinerja),
                    asal=asal.capaian(one.id, last, goal, reached.kinerja, one.aturan),
                ),
                number(plan),
                reached_cell(estimate, bahan.catatan, _until(bahan, one, estimate.kinerja, [*early, last], plan)),
                persen(
                    one.capaian(final, estimate.kinerja),
                    asal=asal.kemajuan(
                        f"Tingkat capaian s/d {now}",
                        asal.angka_in("Target akhir Renstra", final, "kolom 4"),
                        asal.angka_in(f"Perkiraan realisasi s/d {now}", estimate.kinerja, "kolom 10"),
                        one.aturan,
                    ),
                ),
            )
        )
    return [stacked([line[at] for line in lines]) for at in range(8)]


def _until(bahan: Bahan, one: Ukuran, nilai: Decimal | None, years: list[int], plan: Decimal | None = None) -> Asal:
    """How columns 5 and 10 came about; an estimate takes the target of the last year in."""
    period = bahan.params.renstra.tahun
    now = bahan.params.tahun - 1

    def parts() -> Iterator[Masukan]:
        for at in years:
            if at in period:
                yield asal.kinerja_in(one.id, at, bahan.at(one, at).kinerja)
        if plan is not None:
            yield asal.target_in(one.id, now, plan)

    title = f"Realisasi s/d {bahan.params.tahun - 3}" if plan is None else f"Perkiraan realisasi s/d {now}"
    return asal.sampai(title, nilai, one.akumulasi, parts)


def _estimate(bahan: Bahan, one: Ukuran, early: list[int], plan: Decimal | None) -> Tercapai:
    """What will have been reached at the end of n-1 if its target is met."""
    year = bahan.params.tahun
    until = [bahan.at(one, at) for at in (*early, year - 2) if at in bahan.params.renstra.tahun]
    state = Realisasi.Keadaan.KOSONG if plan is None else Realisasi.Keadaan.TERISI
    # A target is no entry that could lack approval.
    return combine([*until, Tercapai(state, plan, "", Realisasi.Status.DISETUJUI)], one.akumulasi)


FORM = form_of(
    "T-C.29",
    "Rekapitulasi Evaluasi Hasil Pelaksanaan Renja dan Pencapaian Renstra Perangkat Daerah",
    build,
    bertahun=True,
    berangka=True,
    berasal=True,
    lebar=True,
    berunit=True,
    bertingkat=True,
)

"""LKIP: target, realisasi, capaian and predikat of the IKU and the programme indicators in a year.

Scale: Permendagri 86/2017, Tabel T-E.22.
"""

from __future__ import annotations

from indicators.capaian import predikat
from reports.builders.lkip import KELOMPOK, SUMBER, grouped, load_indicators
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Kolom,
    Matrix,
    Pencatat,
    Peran,
    Rata,
    Teks,
    angka,
    teks,
)
from reports.report import Params, Report

KOLOM = (
    Kolom("Indikator", "indikator", nomor="(1)", bobot=84, judul_baris=True),
    Kolom("Satuan", "satuan", nomor="(2)", rata=Rata.TENGAH, bobot=20),
    Kolom("Target", "target", nomor="(3)", rata=Rata.KANAN, bobot=24),
    Kolom("Realisasi", "realisasi", nomor="(4)", rata=Rata.KANAN, bobot=34),
    Kolom("Capaian (%)", "capaian", nomor="(5)", rata=Rata.KANAN, bobot=26),
    Kolom("Predikat", "predikat", nomor="(6)", rata=Rata.TENGAH, bobot=30),
)


def build(params: Params) -> Matrix:
    """Three queries."""
    notes = Pencatat()
    rows = []
    for head, item in grouped(load_indicators(params), len(KOLOM)):
        if head is not None:
            rows.append(head)
        result = item.capaian(params.tahun)
        word = predikat(result)
        cells = (
            teks(item.uraian),
            teks(item.satuan),
            angka(item.target.get(params.tahun), kosong=TIDAK_DIKETAHUI),
            item.reached_cell(params.tahun, notes),
            item.capaian_cell(params.tahun),
            TIDAK_DIKETAHUI if word is None else Teks(word.value),
        )
        rows.append(Baris(Peran.BARIS, cells, item.kode))
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Capaian Kinerja Tahun {params.tahun}",
        subjudul=(params.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        catatan=notes.notes(),
        sumber=SUMBER,
        kosong="Renstra ini belum berisi indikator sasaran dan program.",
    )


REPORT = Report(
    slug="lkip-capaian",
    nomor="",
    judul="Capaian Kinerja Setahun",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berasal=True,
)

"""Tabel 4.2: aims, objectives and their targets (form T-C.25); equal aims are one merged cell."""

from __future__ import annotations

from reports.builders.common import Banding, document_matrix, merge_down
from reports.builders.sebutan import load
from reports.builders.tabel_4_1 import BAB
from reports.matrix import Baris, Kolom, Matrix, Peran, Rata, teks
from reports.report import Params, Report

TABEL = "4.2"


def build(params: Params) -> Matrix:
    """Three queries."""
    data = load(params, TABEL)
    banding = Banding(params.dihitung)
    kolom = (
        Kolom("TUJUAN", "tujuan", bobot=38),
        Kolom("INDIKATOR TUJUAN", "indikator_tujuan", bobot=34),
        Kolom("SASARAN", "sasaran", bobot=42),
        Kolom("INDIKATOR KINERJA SASARAN/ UTAMA", "indikator", bobot=48, judul_baris=True),
        Kolom(
            "TARGET KINERJA",
            anak=tuple(Kolom(str(year), f"target_{year}", rata=Rata.TENGAH, bobot=10) for year in params.renstra.tahun),
        ),
    )
    cells = [
        (
            teks(row.tujuan),
            teks(row.indikator_tujuan),
            teks(row.sasaran),
            teks(row.teks),
            *data.targets(row, params, banding),
        )
        for row in data.baris
    ]
    rows = tuple(Baris(Peran.BARIS, row) for row in merge_down(cells, 3))
    return document_matrix(REPORT, params, TABEL, kolom=kolom, baris=rows, catatan=banding.catatan)


REPORT = Report(
    slug="tabel-4-2",
    nomor="Tabel 4.2",
    judul="Tujuan, Sasaran, Indikator Sasaran dan Target Kinerja Jangka Menengah Pelayanan Dinas Sosial",
    kelompok=BAB,
    build=build,
    berangka=True,
)

"""Tabel 4.1: the IKU and its yearly targets."""

from __future__ import annotations

from reports.builders.common import Banding, document_matrix
from reports.builders.sebutan import load
from reports.matrix import Baris, Kolom, Matrix, Peran, Rata, teks
from reports.report import Params, Report

TABEL = "4.1"
BAB = "Bab IV Tujuan dan Sasaran"


def build(params: Params) -> Matrix:
    """Three queries."""
    data = load(params, TABEL)
    banding = Banding(params.dihitung)
    kolom = (
        Kolom("INDIKATOR KINERJA SASARAN/UTAMA", "indikator", bobot=84, judul_baris=True),
        Kolom("SATUAN", "satuan", rata=Rata.TENGAH, bobot=20),
        Kolom(
            "TARGET KINERJA",
            anak=tuple(Kolom(str(year), f"target_{year}", rata=Rata.TENGAH, bobot=16) for year in params.renstra.tahun),
        ),
    )
    rows = tuple(
        Baris(Peran.BARIS, (teks(row.teks), teks(row.satuan), *data.targets(row, params, banding)))
        for row in data.baris
    )
    return document_matrix(REPORT, params, TABEL, kolom=kolom, baris=rows, catatan=banding.catatan)


REPORT = Report(
    slug="tabel-4-1",
    nomor="Tabel 4.1",
    judul="Indikator Kinerja Utama Dinas Sosial Kabupaten Serang Tahun 2021-2026",
    kelompok=BAB,
    build=build,
    berangka=True,
)

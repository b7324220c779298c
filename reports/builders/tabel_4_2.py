"""Tabel 4.2: aims, objectives and their targets (form T-C.25); equal aims are one merged cell."""

from __future__ import annotations

from reports.builders.common import Banding, document_matrix, merge_down, numbered
from reports.builders.formulir import form_of
from reports.builders.sebutan import load
from reports.builders.tabel_4_1 import BAB
from reports.matrix import Baris, Bilangan, Isi, Kolom, Matrix, Peran, Rata, teks
from reports.report import Params, Report

TABEL = "4.2"


def build(report: Report, params: Params) -> Matrix:
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
    return document_matrix(report, params, TABEL, kolom=kolom, baris=rows, catatan=banding.catatan)


def build_form(report: Report, params: Params) -> Matrix:
    """Form T-C.25: ten columns, the aims numbered; three queries."""
    data = load(params, TABEL)
    banding = Banding(params.dihitung)
    kolom = numbered(
        (
            Kolom("No", "no", rata=Rata.TENGAH, bobot=8),
            Kolom("Tujuan", "tujuan", bobot=48),
            Kolom("Sasaran", "sasaran", bobot=54),
            Kolom("Indikator Tujuan/Sasaran", "indikator", bobot=60, judul_baris=True),
            Kolom(
                "Target Kinerja Tujuan/Sasaran pada Tahun",
                anak=tuple(
                    Kolom(str(year), f"target_{year}", rata=Rata.TENGAH, bobot=14) for year in params.renstra.tahun
                ),
            ),
        )
    )
    aims = list(dict.fromkeys(row.tujuan for row in data.baris))
    cells: list[tuple[Isi, ...]] = [
        (
            Bilangan(aims.index(row.tujuan) + 1),
            teks(row.tujuan),
            teks(row.sasaran),
            teks(row.teks),
            *data.targets(row, params, banding),
        )
        for row in data.baris
    ]
    rows = tuple(Baris(Peran.BARIS, row) for row in merge_down(cells, 3))
    return document_matrix(report, params, TABEL, kolom=kolom, baris=rows, catatan=banding.catatan)


REPORT: Report = Report(
    slug="tabel-4-2",
    nomor="Tabel 4.2",
    judul="Tujuan, Sasaran, Indikator Sasaran dan Target Kinerja Jangka Menengah Pelayanan Dinas Sosial",
    kelompok=BAB,
    build=lambda params: build(REPORT, params),
    berangka=True,
)

FORM = form_of(
    "T-C.25",
    "Tujuan dan Sasaran Jangka Menengah Pelayanan Perangkat Daerah",
    build_form,
    berangka=True,
)

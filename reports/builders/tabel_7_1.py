"""Tabel 7.1: the seven indicators that follow the RPJMD (form T-C.28, 10 columns)."""

from __future__ import annotations

from functools import partial

from indicators.plan_sums import final_target
from reports.builders import asal
from reports.builders.common import Banding, document_matrix
from reports.builders.formulir import form_of
from reports.builders.sebutan import base_value, figure, load, suffix
from reports.matrix import Baris, Kolom, Matrix, Peran, Rata, nomor, teks
from reports.report import Params, Report

TABEL = "7.1"
BAB = "Bab VII Kinerja Penyelenggaraan Bidang Urusan"


def build(report: Report, params: Params) -> Matrix:
    """Three queries."""
    data = load(params, TABEL)
    banding = Banding(params.dihitung)
    years = params.renstra.tahun
    numbers = (f"({number})" for number in range(1, 100))
    kolom = (
        Kolom("No", "no", nomor=next(numbers), rata=Rata.TENGAH, bobot=8),
        Kolom("Indikator", "indikator", nomor=next(numbers), bobot=76, judul_baris=True),
        Kolom(
            "Kondisi Kinerja pada awal periode RPJMD", "kondisi_awal", nomor=next(numbers), rata=Rata.TENGAH, bobot=26
        ),
        Kolom(
            "Target Capaian",
            anak=tuple(
                Kolom(str(year), f"target_{year}", nomor=next(numbers), rata=Rata.TENGAH, bobot=13) for year in years
            ),
        ),
        Kolom(
            "Kondisi Kinerja pada Akhir periode RPJMD", "kondisi_akhir", nomor=next(numbers), rata=Rata.TENGAH, bobot=26
        ),
    )
    rows = []
    for row in data.baris:
        final = banding.cell(
            row.akhir,
            final_target([data.target.get((row.indikator, year)) for year in years], row.akumulasi),
            partial(figure, suffix=suffix(row.akhir_teks)),
            partial("Nomor {}, kondisi akhir".format, row.nomor),
            sebab="ada tahun tanpa target",
            asal=asal.akhir_target(
                row.indikator,
                row.satuan,
                row.akumulasi,
                [(year, data.target.get((row.indikator, year))) for year in years],
            ),
        )
        cells = (
            nomor(row.nomor),
            teks(row.teks),
            base_value(row.data_awal_teks),
            *data.targets(row, params, banding),
            final,
        )
        rows.append(Baris(Peran.BARIS, cells))
    return document_matrix(report, params, TABEL, kolom=kolom, baris=tuple(rows), catatan=banding.catatan)


REPORT: Report = Report(
    slug="tabel-7-1",
    nomor="Tabel 7.1",
    judul="Indikator Kinerja Perangkat Daerah yang mengacu pada Tujuan dan Sasaran RPJMD",
    kelompok=BAB,
    build=lambda params: build(REPORT, params),
    berangka=True,
    berasal=True,
)

FORM = form_of(
    "T-C.28",
    "Indikator Kinerja Perangkat Daerah yang Mengacu pada Tujuan dan Sasaran RPJMD",
    build,
    berangka=True,
    berasal=True,
)

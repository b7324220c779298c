"""LKIP, chapter III as a whole: every LKIP table of a year in one workbook or one PDF, numbered, with contents."""

from __future__ import annotations

from dataclasses import replace

from reports.builders import (
    lkip_akhir_renstra,
    lkip_analisis,
    lkip_anggaran,
    lkip_capaian,
    lkip_efisiensi,
    lkip_perjanjian_kinerja,
    lkip_standar,
    lkip_tahun_lalu,
)
from reports.builders.lkip import KELOMPOK, SUMBER
from reports.matrix import Baris, Kolom, Matrix, Peran, Rata, teks
from reports.report import Params, Report

# In the order of PermenPAN-RB 53/2014, chapter III.
BAGIAN = (
    lkip_perjanjian_kinerja.REPORT,
    lkip_capaian.REPORT,
    lkip_tahun_lalu.REPORT,
    lkip_akhir_renstra.REPORT,
    lkip_standar.REPORT,
    lkip_efisiensi.REPORT,
    lkip_analisis.REPORT,
    lkip_anggaran.REPORT,
)
KOLOM = (
    Kolom("Nomor", "nomor", rata=Rata.TENGAH, bobot=24),
    Kolom("Judul", "judul", bobot=150, judul_baris=True),
)


def build(params: Params) -> Matrix:
    """The list of tables, with the tables themselves as ``lampiran``."""
    tables = tuple(
        replace(part.build(params), nomor=f"Tabel {number}", subjudul=()) for number, part in enumerate(BAGIAN, start=1)
    )
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Laporan Kinerja Instansi Pemerintah Tahun {params.tahun}",
        subjudul=(f"{params.renstra.perangkat_daerah} {params.renstra.perangkat_daerah.pemerintah_daerah}",),
        kolom=KOLOM,
        baris=tuple(Baris(Peran.BARIS, (teks(table.nomor), teks(table.judul))) for table in tables),
        parameter=REPORT.isian(params),
        sumber=SUMBER,
        lampiran=tables,
        sampul=True,
    )


REPORT = Report(
    slug="lkip",
    nomor="",
    judul="LKIP Lengkap",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berangka=True,
    lebar=True,
    berasal=True,
)

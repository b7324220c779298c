"""Tabel 2.13: target and realisasi of the programme for the poor, 2016-2020."""

from __future__ import annotations

from reports.builders.common import document_matrix
from reports.builders.layanan import load
from reports.builders.profil import BAB
from reports.matrix import Baris, Isi, Kolom, Matrix, Pencatat, Peran, Rata, angka, teks
from reports.report import Params, Report

TABEL = "2.13"


def build(params: Params) -> Matrix:
    """Four queries."""
    data = load(params, TABEL)
    kolom = (
        Kolom("Indikator Kinerja Program", "indikator", bobot=48, judul_baris=True),
        Kolom("Sat.", "satuan", rata=Rata.TENGAH, bobot=10),
        Kolom(
            "Tahun",
            anak=tuple(
                Kolom(
                    str(year),
                    anak=(
                        Kolom("Target", f"target_{year}", rata=Rata.KANAN, bobot=13),
                        Kolom("Realisasi", f"realisasi_{year}", rata=Rata.KANAN, bobot=15),
                    ),
                )
                for year in data.tahun
            ),
        ),
    )
    rows = []
    for row in data.indikator:
        cells: list[Isi] = [teks(row.uraian), teks(row.satuan)]
        for year in data.tahun:
            cells.append(angka(data.target.get((row.id, year), (None, None))[0]))
            cells.append(angka(data.of(row.id, year).kinerja))
        rows.append(Baris(Peran.BARIS, tuple(cells)))
    return document_matrix(REPORT, params, TABEL, kolom=kolom, baris=tuple(rows), catatan=Pencatat(), kolom_lekat=1)


REPORT = Report(
    slug="tabel-2-13",
    nomor="Tabel 2.13",
    judul="Capaian Kinerja Program Penanganan Fakir Miskin Dinas Sosial Kabupaten Serang",
    kelompok=BAB,
    build=build,
)

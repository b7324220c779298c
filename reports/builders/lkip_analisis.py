"""LKIP: causes of success or failure, alternatives tried, and supporting programs, as people wrote them."""

from __future__ import annotations

from reports.builders.lkip import KELOMPOK, SUMBER, grouped, load_indicators
from reports.matrix import Baris, Kolom, Matrix, Peran, Rata, teks
from reports.models import Analisis
from reports.report import Params, Report

KOLOM = (
    Kolom("Indikator", "indikator", nomor="(1)", bobot=60, judul_baris=True),
    Kolom("Capaian (%)", "capaian", nomor="(2)", rata=Rata.KANAN, bobot=20),
    Kolom("Penyebab keberhasilan atau kegagalan", "sebab", nomor="(3)", bobot=72),
    Kolom("Alternatif solusi yang telah dilakukan", "alternatif", nomor="(4)", bobot=72),
    Kolom("Program/kegiatan yang menunjang", "program_pendukung", nomor="(5)", bobot=64),
)


def build(params: Params) -> Matrix:
    """Four queries."""
    found = load_indicators(params)
    written = {
        text.indikator_id: text
        for text in Analisis.objects.filter(indikator__in=[item.kunci for item in found], tahun=params.tahun)
    }
    rows = []
    for head, item in grouped(found, len(KOLOM)):
        if head is not None:
            rows.append(head)
        text = written.get(item.kunci, Analisis())
        cells = (teks(text.sebab), teks(text.alternatif), teks(text.program_pendukung))
        rows.append(Baris(Peran.BARIS, (teks(item.uraian), item.capaian_cell(params.tahun), *cells), item.kode))
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Analisis Capaian Kinerja Tahun {params.tahun}",
        subjudul=(params.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        sumber=f"{SUMBER}; analisis ditulis Sekretariat",
        kosong="Renstra ini belum berisi indikator sasaran dan program.",
    )


REPORT = Report(
    slug="lkip-analisis",
    nomor="",
    judul="Analisis Capaian",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berasal=True,
    lebar=True,
)

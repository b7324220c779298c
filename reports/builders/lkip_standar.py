"""LKIP: realisasi against national, provincial or peer standards that people entered with their source."""

from __future__ import annotations

from functools import partial

from indicators.penjelasan import Masukan
from reports.builders import asal
from reports.builders.lkip import KELOMPOK, SUMBER, IndikatorLkip, grouped, load_indicators
from reports.matrix import KOSONG, TIDAK_DIKETAHUI, Baris, Kolom, Matrix, Pencatat, Peran, Rata, angka, persen, teks
from reports.models import Standar
from reports.report import Params, Report

KOLOM = (
    Kolom("Indikator", "indikator", nomor="(1)", bobot=74, judul_baris=True),
    Kolom("Satuan", "satuan", nomor="(2)", rata=Rata.TENGAH, bobot=18),
    Kolom("Realisasi", "realisasi", nomor="(3)", rata=Rata.KANAN, bobot=26),
    Kolom("Standar", "tingkat", nomor="(4)", bobot=36),
    Kolom("Nilai standar", "standar", nomor="(5)", rata=Rata.KANAN, bobot=24),
    Kolom("Realisasi / standar (%)", "perbandingan", nomor="(6)", rata=Rata.KANAN, bobot=26),
    Kolom("Sumber standar", "sumber", nomor="(7)", bobot=60),
)


def build(params: Params) -> Matrix:
    """Four queries."""
    found = load_indicators(params)
    standards: dict[int, list[Standar]] = {}
    rows_of_year = Standar.objects.filter(indikator__in=[item.kunci for item in found], tahun=params.tahun)
    for standard in rows_of_year.order_by("tingkat", "nama"):
        standards.setdefault(standard.indikator_id, []).append(standard)
    notes = Pencatat()
    rows = []
    for head, item in grouped(found, len(KOLOM)):
        if head is not None:
            rows.append(head)
        done = item.at(params.tahun)
        opening = (teks(item.uraian), teks(item.satuan), item.reached_cell(params.tahun, notes))
        listed = standards.get(item.kunci, [])
        if not listed:
            blank = (teks("belum ada standar"), TIDAK_DIKETAHUI, TIDAK_DIKETAHUI, KOSONG)
            rows.append(Baris(Peran.BARIS, (*opening, *blank), item.kode))
        for at, standard in enumerate(listed):
            ratio = None if done.kinerja is None or not standard.nilai else done.kinerja / standard.nilai * 100
            name = f"{standard.get_tingkat_display()}{f': {standard.nama}' if standard.nama else ''}"
            way = asal.rumus(
                "perbandingan",
                "Realisasi terhadap standar (%)",
                ratio,
                "Realisasi / standar × 100",
                "{} / {} × 100",
                partial(_inputs, item, params.tahun, standard),
            )
            cells = (teks(name), angka(standard.nilai), persen(ratio, asal=way), teks(standard.sumber))
            rows.append(Baris(Peran.BARIS, (*(opening if at == 0 else (KOSONG,) * 3), *cells), item.kode))
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Perbandingan dengan Standar Tahun {params.tahun}",
        subjudul=(params.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        catatan=notes.notes(),
        sumber=f"{SUMBER}; standar diisi Sekretariat dengan sumbernya",
        kosong="Renstra ini belum berisi indikator sasaran dan program.",
    )


def _inputs(item: IndikatorLkip, tahun: int, standard: Standar) -> list[Masukan]:
    name = f"Standar {standard.get_tingkat_display().lower()} {standard.nama}".strip()
    return [
        asal.kinerja_in(item.id, tahun, item.at(tahun).kinerja, item.triwulan),
        asal.angka_in(name, standard.nilai, standard.sumber),
    ]


REPORT = Report(
    slug="lkip-standar",
    nomor="",
    judul="Perbandingan dengan Standar",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berasal=True,
    lebar=True,
)

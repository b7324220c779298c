"""Tabel 7.2 and 7.3: operational definitions of the seven indicators; 7.3 adds how to compute them."""

from __future__ import annotations

from indicators.models import Definisi
from reports.builders.common import document_matrix
from reports.builders.tabel_7_1 import BAB
from reports.matrix import Baris, Isi, Kolom, Matrix, Pecahan, Pencatat, Peran, Rata, clean, nomor, teks, with_note
from reports.report import Params, Report


def _report(table: str, judul: str, head: str, *, how: bool) -> Report:
    def build(params: Params) -> Matrix:
        return _build(report, table, head, params, how=how)

    report = Report(
        slug=f"tabel-{table.replace('.', '-')}", nomor=f"Tabel {table}", judul=judul, kelompok=BAB, build=build
    )
    return report


def _build(report: Report, table: str, head: str, params: Params, *, how: bool) -> Matrix:
    """Two queries."""
    kolom = (
        Kolom("No", "no", rata=Rata.TENGAH, bobot=8),
        Kolom(head, "indikator", bobot=56, judul_baris=True),
        Kolom("Definisi Operasional", "definisi", rata=Rata.TENGAH, bobot=78),
        *((Kolom("Cara Hitung", "cara_hitung", bobot=76),) if how else ()),
    )
    notes = Pencatat()
    rows = []
    found = Definisi.objects.filter(tabel__nomor=table, tabel__renstra=params.renstra.kunci).order_by("urutan")
    for number, text, above, below, factor, method, remark in found.values_list(
        "nomor", "teks", "pembilang", "penyebut", "pengali", "cara_hitung", "catatan_transkripsi"
    ):
        printed = Pecahan(clean(above), clean(below), factor)
        formula: Isi = printed
        if remark:
            formula = with_note(printed, notes.note(f"Nomor {number} {remark}"))
        cells = (nomor(number), teks(text), formula, *((teks(method),) if how else ()))
        rows.append(Baris(Peran.BARIS, cells))
    return document_matrix(report, params, table, kolom=kolom, baris=tuple(rows), catatan=notes)


REPORTS = (
    _report(
        "7.2",
        "Definisi Operasional Indikator Kinerja Program Dinas Sosial Kabupaten Serang Tahun 2021-2026",
        "Indikator Kinerja Program",
        how=False,
    ),
    _report(
        "7.3",
        "Cara Hitung Indikator Kinerja Program Dinas Sosial Kabupaten Serang Tahun 2021-2026",
        "Indikator",
        how=True,
    ),
)

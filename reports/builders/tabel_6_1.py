"""Tabel 6.1: programmes with their objectives and the indicators of those."""

from __future__ import annotations

from django.db.models import FilteredRelation, Q

from indicators.models import Sebutan
from reports.builders.common import document_matrix
from reports.builders.tabel_6_2 import BAB
from reports.matrix import Baris, Kolom, Matrix, Pencatat, Peran, Rata, nomor, teks
from reports.report import Params, Report

TABEL = "6.1"
KOLOM = (
    Kolom("NO", "no", rata=Rata.TENGAH, bobot=10),
    Kolom("PROGRAM", "program", bobot=54, judul_baris=True),
    Kolom("SASARAN PROGRAM", "sasaran_program", bobot=74),
    Kolom("INDIKATOR SASARAN PROGRAM", "indikator", bobot=74),
)


def build(params: Params) -> Matrix:
    """Two queries."""
    # Read through the indicator of the version, so that a perubahan shows its own programs and names.
    version = params.renstra
    path = "indikator__program__" if version.akar_id is None else "lanjutan__program__"
    found = (
        Sebutan.objects.filter(tabel__nomor=TABEL, tabel__renstra=version.kunci)
        .annotate(lanjutan=FilteredRelation("indikator__lanjutan", condition=Q(indikator__lanjutan__renstra=version)))
        .order_by("urutan")
        .values_list(
            "nomor",
            f"{path}kode",
            f"{path}nama_tabel_6_1",
            f"{path}nama",
            f"{path}sasaran_program",
            "teks",
        )
    )
    rows = tuple(
        Baris(Peran.BARIS, (nomor(number), teks(printed or name), teks(objective), teks(text)), kode or "")
        for number, kode, printed, name, objective, text in found
    )
    return document_matrix(REPORT, params, TABEL, kolom=KOLOM, baris=rows, catatan=Pencatat())


REPORT = Report(
    slug="tabel-6-1",
    nomor="Tabel 6.1",
    judul="Program, Sasaran dan Indikator Sasaran Program Dinas Sosial Kabupaten Serang Tahun 2021-2026",
    kelompok=BAB,
    build=build,
)

"""LKIP: the performance agreement of a year: targets of the IKU and programme indicators, then programs and budget."""

from __future__ import annotations

from reports.builders.lkip import KELOMPOK, load_indicators, load_money
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Bilangan,
    Kolom,
    Matrix,
    Peran,
    Rata,
    Sel,
    Teks,
    angka,
    spanning,
    teks,
)
from reports.report import Params, Report

KOLOM = (
    Kolom("No", "no", nomor="(1)", rata=Rata.TENGAH, bobot=12),
    Kolom("Sasaran", "sasaran", nomor="(2)", bobot=70, judul_baris=True),
    Kolom("Indikator Kinerja", "indikator", nomor="(3)", bobot=80),
    Kolom("Satuan", "satuan", nomor="(4)", rata=Rata.TENGAH, bobot=20),
    Kolom("Target", "target", nomor="(5)", rata=Rata.KANAN, bobot=38),
)


def build(params: Params) -> Matrix:
    """Six queries."""
    rows = [
        Baris(
            Peran.BARIS,
            (
                Bilangan(number),
                teks(item.sasaran or f"{item.program_kode} {item.program}"),
                teks(item.uraian),
                teks(item.satuan),
                angka(item.target.get(params.tahun), kosong=TIDAK_DIKETAHUI),
            ),
            item.kode,
        )
        for number, item in enumerate(load_indicators(params), start=1)
    ]
    money = load_money(params)
    if money.nama:
        rows.append(spanning(Peran.JUDUL, "Program dan Anggaran (Rp)", len(KOLOM)))
    for number, (id_, (kode, nama)) in enumerate(money.nama.items(), start=1):
        name = Sel((Teks(f"{kode} {nama}"),), lebar=3)
        amount = money.cell("pagu", id_)
        rows.append(Baris(Peran.BARIS, (Bilangan(number), name, None, None, amount), kode))
    if money.nama:
        total = money.cell("pagu", None)
        rows.append(Baris(Peran.JUMLAH, (Sel((Teks("Jumlah"),), lebar=4), None, None, None, total)))
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Perjanjian Kinerja Tahun {params.tahun}",
        subjudul=(params.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        sumber="Target dan pagu Renstra; form PermenPAN-RB 53/2014",
        kosong="Renstra ini belum berisi indikator sasaran dan program.",
    )


REPORT = Report(
    slug="lkip-perjanjian-kinerja",
    nomor="",
    judul="Perjanjian Kinerja",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berasal=True,
)

"""Tabel 3.1: counts of the 26 kinds of PMKS, published in the base year, counted by name in a later one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from indicators.penjelasan import Masukan
from pmks.models import JumlahPMKS, KategoriPMKS
from programs.models import TotalTercetak
from reports.builders import asal
from reports.builders.common import Banding, document_matrix
from reports.builders.profil import BAB_3
from reports.builders.registri import Hitungan, in_year, load_counts, sum_of, without_names
from reports.matrix import (
    KOSONG,
    Baris,
    Bilangan,
    Kolom,
    Kosong,
    Matrix,
    Peran,
    Rata,
    Sel,
    Teks,
    angka,
    teks,
    with_note,
)
from reports.report import Params, Report

TABEL = "3.1"
KOLOM = (
    Kolom("NO", "no", rata=Rata.TENGAH, bobot=10),
    Kolom("JENIS PMKS", "jenis_pmks", bobot=90, judul_baris=True),
    Kolom("JUMLAH", "jumlah", rata=Rata.KANAN, bobot=26),
    Kolom("SATUAN", "satuan", rata=Rata.TENGAH, bobot=20),
)


def build(params: Params) -> Matrix:
    """Four queries; six for a year of the registry."""
    found = load_counts(params)
    if found:
        return in_year(_counted(params, found), params)
    matrix = _printed(params)
    return without_names(matrix, params) if params.tahun_data else matrix


def _counted(params: Params, found: Hitungan) -> Matrix:
    banding = Banding(params.dihitung)
    rows = [
        Baris(
            Peran.BARIS,
            (
                Bilangan(kind.nomor),
                teks(kind.nama),
                *found.cells(shown, published),
                teks(kind.satuan),
            ),
        )
        for kind, shown, published in found.jenis
    ]
    note = banding.catatan.note(
        "Jumlah: orang dengan beberapa jenis dihitung sekali, jadi bukan jumlah kolom di atasnya."
    )
    # People counted once, and a sum over kinds: their difference would say nothing.
    live, *beside = found.cells(found.jumlah, sum_of([published for _, _, published in found.jenis]))
    total = (with_note(live, note), *beside[:1], *(KOSONG for _ in beside[1:]))
    rows.append(Baris(Peran.JUMLAH, (Sel((Teks("Jumlah"),), lebar=2), None, *total, Teks("Jiwa"))))
    found.note(banding)
    return document_matrix(REPORT, params, TABEL, kolom=found.kolom(KOLOM), baris=tuple(rows), catatan=banding.catatan)


def _printed(params: Params) -> Matrix:
    counts = {
        kind: (count, text)
        for kind, count, text in JumlahPMKS.objects.filter(tahun=params.renstra.tahun_dasar)
        .order_by()
        .values_list("kategori_id", "jumlah", "teks_tercetak")
    }
    kinds = list(KategoriPMKS.objects.order_by("nomor").values_list("id", "nomor", "nama", "satuan"))
    printed = (
        TotalTercetak.objects.filter(tabel__nomor=TABEL, tabel__renstra=params.renstra.kunci, kunci="jumlah")
        .values_list("nilai", flat=True)
        .first()
    )
    banding = Banding(params.dihitung)
    rows = []
    for id_, number, name, unit in kinds:
        count, text = counts.get(id_, (None, ""))
        rows.append(Baris(Peran.BARIS, (Bilangan(number), teks(name), angka(count, kosong=Kosong(text)), teks(unit))))
    if rows:
        # A printed "-" adds nothing to the printed total either.
        known = [count for count, _ in counts.values() if count is not None]
        computed = sum(known) if known else None
        way = asal.jumlah("Jumlah PMKS", computed, partial(_kinds, kinds, counts), "jenis PMKS")
        total = banding.cell(printed, computed, angka, lambda: "Jumlah", asal=way)
        rows.append(Baris(Peran.JUMLAH, (Sel((Teks("Jumlah"),), lebar=2), None, total, Teks("Jiwa"))))
    return document_matrix(REPORT, params, TABEL, kolom=KOLOM, baris=tuple(rows), catatan=banding.catatan)


def _kinds(
    kinds: Iterable[tuple[int, int, str, str]], counts: Mapping[int, tuple[int | None, str]]
) -> Iterator[Masukan]:
    for id_, number, name, _ in kinds:
        count, text = counts.get(id_, (None, ""))
        source = f"Tabel {TABEL}" if count is not None else f"tercetak “{text}”"
        yield asal.angka_in(f"{number} {name}", count, source)


REPORT = Report(
    slug="tabel-3-1",
    nomor="Tabel 3.1",
    judul="Data Penyandang Masalah Kesejahteraan Sosial (PMKS) Tahun 2020",
    kelompok=BAB_3,
    build=build,
    berangka=True,
    berasal=True,
    dari_dasar=True,
    bernama=True,
)

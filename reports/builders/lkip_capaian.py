"""LKIP: target, realisasi, capaian and predikat of the IKU and the programme indicators in a year.

The indicators are those of Tabel 7.1: the IKU of each sasaran and the indicators of
the programmes. Scale: Permendagri 86/2017, Tabel T-E.22.
"""

from __future__ import annotations

from django.db.models import Q

from indicators.capaian import KOLOM_ATURAN, compute_capaian, predikat
from indicators.models import Indikator, Realisasi, Target
from reports.builders.lkip import KELOMPOK, SUMBER, approval_note
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Isi,
    Kolom,
    Matrix,
    Pencatat,
    Peran,
    Rata,
    Teks,
    angka,
    persen,
    spanning,
    teks,
    with_note,
)
from reports.report import Params, Report

KOLOM = (
    Kolom("Indikator", "indikator", nomor="(1)", bobot=84, judul_baris=True),
    Kolom("Satuan", "satuan", nomor="(2)", rata=Rata.TENGAH, bobot=20),
    Kolom("Target", "target", nomor="(3)", rata=Rata.KANAN, bobot=24),
    Kolom("Realisasi", "realisasi", nomor="(4)", rata=Rata.KANAN, bobot=34),
    Kolom("Capaian (%)", "capaian", nomor="(5)", rata=Rata.KANAN, bobot=26),
    Kolom("Predikat", "predikat", nomor="(6)", rata=Rata.TENGAH, bobot=30),
)


def build(params: Params) -> Matrix:
    """Three queries."""
    indicators = list(
        Indikator.objects.filter(
            Q(sasaran__isnull=False) | Q(program__isnull=False, sebutan__tabel__nomor="7.1"),
            renstra=params.renstra,
            ukuran_dari__isnull=True,
        )
        .distinct()
        .order_by("program__kunci_urut", "sasaran__nomor", "urutan", "id")
        .values_list("id", "kode", "uraian", "satuan", *KOLOM_ATURAN, "sasaran__teks", "program__kode", "program__nama")
    )
    # Objectives first; databases do not agree on where NULL stands.
    indicators.sort(key=lambda row: row[-2] is not None)
    ids = [row[0] for row in indicators]
    targets = dict(Target.objects.filter(indikator__in=ids, tahun=params.tahun).values_list("indikator_id", "target"))
    reached = {
        id_: (keadaan, kinerja, alasan, status)
        for id_, keadaan, kinerja, alasan, status in Realisasi.objects.filter(
            tahun=params.tahun, triwulan=params.triwulan
        )
        .of_rows(Indikator.objects.filter(pk__in=ids))
        .values_list("baris_id", "keadaan", "kinerja", "alasan_keadaan", "status")
    }
    notes = Pencatat()
    rows = []
    group = ""
    for id_, kode, uraian, satuan, *aturan, sasaran, program_kode, program in indicators:
        head = f"Sasaran: {sasaran}" if sasaran else f"{program_kode} {program}"
        if head != group:
            rows.append(spanning(Peran.JUDUL, head, len(KOLOM), program_kode or ""))
            group = head
        target = targets.get(id_)
        keadaan, kinerja, alasan, status = reached.get(id_, ("kosong", None, "", ""))
        result = compute_capaian(target, kinerja, *aturan)
        word = predikat(result)
        cells: list[Isi] = [
            _state(keadaan, kinerja),
            persen(result),
            TIDAK_DIKETAHUI if word is None else Teks(word.value),
        ]
        marks = [] if keadaan == Realisasi.Keadaan.KOSONG else [approval_note(status, notes)]
        if keadaan == Realisasi.Keadaan.TIDAK_BERLAKU:
            marks.append(notes.note(f"Tidak berlaku: {alasan}"))
        known = [mark for mark in marks if mark is not None]
        if known and cells[0] is not None:
            cells[0] = with_note(cells[0], *known)
        rows.append(
            Baris(Peran.BARIS, (teks(uraian), teks(satuan), angka(target, kosong=TIDAK_DIKETAHUI), *cells), kode)
        )
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Capaian Kinerja Tahun {params.tahun}",
        subjudul=(params.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        catatan=notes.notes(),
        sumber=SUMBER,
        kosong="Renstra ini belum berisi indikator sasaran dan program.",
    )


def _state(keadaan: str, kinerja: object) -> Isi:
    """The four states of a performance cell, never mixed up (domain, "Time")."""
    if keadaan == Realisasi.Keadaan.TERISI:
        return angka(kinerja)  # type: ignore[arg-type]
    if keadaan == Realisasi.Keadaan.TIDAK_ADA_KEJADIAN:
        return Teks("tidak ada kejadian")
    if keadaan == Realisasi.Keadaan.TIDAK_BERLAKU:
        return Teks("tidak berlaku")
    return TIDAK_DIKETAHUI


REPORT = Report(
    slug="lkip-capaian",
    nomor="",
    judul="Capaian Kinerja Setahun",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
)

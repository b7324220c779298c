"""LKIP: efficiency of resources: capaian against absorption, and the formula of PMK 214/2017 as a variant."""

from __future__ import annotations

from decimal import Decimal

from indicators.capaian import compute_serapan
from indicators.efisiensi import difference, pmk_214, pmk_214_nilai, verdict
from indicators.penjelasan import Asal
from reports.builders import asal
from reports.builders.lkip import KELOMPOK, SUMBER, grouped, load_indicators, load_money
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Kolom,
    Matrix,
    Nilai,
    Pencatat,
    Peran,
    Rata,
    Sel,
    Teks,
    Uraian,
    persen,
    teks,
    with_note,
)
from reports.models import Analisis
from reports.report import Params, Report

KOLOM = (
    Kolom("Indikator", "indikator", nomor="(1)", bobot=74, judul_baris=True),
    Kolom("Pagu (Rp)", "pagu", nomor="(2)", rata=Rata.KANAN, bobot=34),
    Kolom("Realisasi (Rp)", "realisasi_rp", nomor="(3)", rata=Rata.KANAN, bobot=34),
    Kolom("Capaian kinerja (%)", "capaian", nomor="(4)", rata=Rata.KANAN, bobot=24),
    Kolom("Serapan (%)", "serapan", nomor="(5)", rata=Rata.KANAN, bobot=22),
    Kolom("Capaian − serapan", "efisiensi", nomor="(6)", rata=Rata.KANAN, bobot=24),
    Kolom("Keterangan", "keterangan", nomor="(7)", rata=Rata.TENGAH, bobot=26),
    Kolom(
        "PMK 214/2017",
        anak=(
            Kolom("Efisiensi (%)", "efisiensi_pmk", nomor="(8)", rata=Rata.KANAN, bobot=24),
            Kolom("Nilai", "nilai_pmk", nomor="(9)", rata=Rata.KANAN, bobot=18),
        ),
    ),
)


def build(params: Params) -> Matrix:
    """Eight queries. What people wrote about efficiency closes the table."""
    money = load_money(params)
    found = load_indicators(params)
    written = Analisis.objects.filter(indikator__in=[item.kunci for item in found], tahun=params.tahun)
    texts = {text.indikator_id: text.efisiensi for text in written if text.efisiensi}
    notes = Pencatat()
    rows = []
    for head, item in grouped(found, 9):
        if head is not None:
            rows.append(head)
        pagu, used = money.of(item)
        result = item.capaian(params.tahun)
        absorbed = compute_serapan(pagu, used)
        gap = difference(result, absorbed)
        word = verdict(gap)
        pmk = pmk_214(pagu, used, result)
        budget: Nilai | Sel = money.pagu_cell(item)
        if item.program_id is None:
            budget = with_note(budget, notes.note("Anggaran sasaran: semua program."))
        rows.append(
            Baris(
                Peran.BARIS,
                (
                    teks(item.uraian),
                    budget,
                    money.realisasi_cell(item),
                    item.capaian_cell(params.tahun),
                    persen(absorbed, asal=asal.serapan(params.tahun, pagu, used)),
                    persen(gap, asal=_gap(gap, result, absorbed)),
                    TIDAK_DIKETAHUI if word is None else Teks(word.value),
                    persen(pmk, asal=_pmk(pmk, pagu, result, used)),
                    persen(pmk_214_nilai(pmk), asal=_nilai(pmk_214_nilai(pmk), pmk)),
                ),
                item.kode,
            )
        )
    notes.note("Capaian − serapan: lebih dari 5 efisien, −5 sampai 5 sesuai, kurang dari −5 tidak efisien.")
    notes.note(
        "PMK 214/2017: (pagu × capaian − realisasi) / (pagu × capaian) × 100; nilai 50 + E / 20 × 50, "
        "E dibatasi −20 sampai 20."
    )
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Efisiensi Penggunaan Sumber Daya Tahun {params.tahun}",
        subjudul=(params.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        catatan=notes.notes(),
        sumber=SUMBER,
        penutup=tuple(
            Uraian(f"analisis_{item.kode}", item.uraian, texts[item.kunci]) for item in found if item.kunci in texts
        ),
        kosong="Renstra ini belum berisi indikator sasaran dan program.",
    )


def _gap(gap: Decimal | None, capaian: Decimal | None, serapan: Decimal | None) -> Asal:
    return asal.rumus(
        "efisiensi",
        "Capaian − serapan",
        gap,
        "Capaian − serapan",
        "{} − {}",
        lambda: (asal.persen_in("Capaian kinerja", capaian), asal.persen_in("Serapan", serapan)),
    )


def _pmk(pmk: Decimal | None, pagu: int | None, capaian: Decimal | None, used: int | None) -> Asal:
    return asal.rumus(
        "efisiensi_pmk",
        "Efisiensi PMK 214/2017",
        pmk,
        "(pagu × capaian − realisasi) / (pagu × capaian) × 100",
        "({0} × {1}% − {2}) / ({0} × {1}%) × 100",
        lambda: (
            asal.uang_in("Pagu", pagu),
            asal.persen_in("Capaian kinerja", capaian),
            asal.uang_in("Realisasi (Rp)", used),
        ),
    )


def _nilai(nilai: Decimal | None, pmk: Decimal | None) -> Asal:
    return asal.rumus(
        "nilai_pmk",
        "Nilai efisiensi PMK 214/2017",
        nilai,
        "50 + E / 20 × 50, E dibatasi −20 sampai 20",
        "50 + ({}) / 20 × 50",
        lambda: (asal.persen_in("Efisiensi (E)", pmk),),
    )


REPORT = Report(
    slug="lkip-efisiensi",
    nomor="",
    judul="Efisiensi Sumber Daya",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    lebar=True,
    berasal=True,
)

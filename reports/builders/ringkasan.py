"""The year on one page: IKU, programs with their money, the widest gaps.

The figures are those of the dashboard, from the same rows (``indicators.overview``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from indicators.capaian import KOLOM_ATURAN, predikat
from indicators.entry_sheet import Money, SheetRow, load_sheet
from indicators.overview import gaps, iku_rows
from indicators.penjelasan import Masukan
from indicators.summary import mean_capaian, summarise
from reports.builders import asal
from reports.builders.evaluasi import CATATAN_RATA
from reports.builders.lkip import Tercapai, approval_note, reached_cell
from reports.matrix import (
    KOSONG,
    TIDAK_DIKETAHUI,
    Baris,
    Isi,
    Kolom,
    Matrix,
    Nilai,
    Pencatat,
    Peran,
    Rata,
    Sel,
    Teks,
    angka,
    persen,
    spanning,
    teks,
    uang,
    with_note,
)
from reports.report import Params, Report

KELOMPOK = "Ringkasan"
# As many as leave the summary on one page.
TERLEBAR = 5
# A reason longer than this is read in full in the analysis of the LKIP.
PANJANG_SEBAB = 100

KOLOM = (
    Kolom("Uraian", "uraian", bobot=59, judul_baris=True),
    Kolom("Satuan", "satuan", rata=Rata.TENGAH, bobot=17),
    Kolom("Target", "target", rata=Rata.KANAN, bobot=14),
    Kolom("Realisasi", "realisasi", rata=Rata.KANAN, bobot=18),
    Kolom("Capaian (%)", "capaian", rata=Rata.KANAN, bobot=14),
    Kolom("Predikat", "predikat", rata=Rata.TENGAH, bobot=14),
    Kolom("Pagu (Rp)", "pagu", rata=Rata.KANAN, bobot=23),
    Kolom("Realisasi (Rp)", "realisasi_rp", rata=Rata.KANAN, bobot=27),
    Kolom("Serapan (%)", "serapan", rata=Rata.KANAN, bobot=13),
)
_LEBAR = len(KOLOM)


def build(params: Params) -> Matrix:
    """Three queries."""
    rows = load_sheet(params.renstra, params.tahun, None, unit=None).rows
    iku = iku_rows(params.renstra, rows)
    programs = [row for row in rows if row.jenis == "program" and not row.second_measure]
    total = summarise("", "", rows)
    below = gaps(rows)
    year = params.tahun
    notes = Pencatat()
    found: list[Baris] = []
    if iku:
        found.append(spanning(Peran.JUDUL, "Indikator kinerja utama", _LEBAR))
        found += [Baris(Peran.BARIS, (*_figures(row.indikator, row, year, notes), *_NO_MONEY), row.kode) for row in iku]
        found.append(_mean(iku, notes))
    if programs:
        found.append(spanning(Peran.JUDUL, "Program: capaian indikator dan serapan anggaran", _LEBAR))
        for row in programs:
            name = f"{row.kode} {row.uraian}" if row.first_of_node else row.indikator
            money = _money(row.money, _below(row, rows), year, notes)
            cells = (*_figures(name, row, year, notes), *(money if row.first_of_node else _NO_MONEY))
            found.append(Baris(Peran.BARIS, cells, row.kode))
        spent = [row for row in rows if row.rules.takes_rupiah]
        money = _money(Money(total.pagu, total.realisasi), spent, year, notes)
        found.append(Baris(Peran.JUMLAH, (Sel((Teks("Jumlah"),), lebar=6), *([None] * 5), *money)))
    if rows:
        head = f"Kesenjangan terbesar: {min(len(below), TERLEBAR)} dari {len(below)} baris di bawah target"
        found.append(spanning(Peran.JUDUL, head if below else "Belum ada baris di bawah target", _LEBAR))
        found += [
            Baris(Peran.BARIS, (*_figures(_reason(row), row, year, notes), *_row_money(row, year, notes)), row.kode)
            for row in below[:TERLEBAR]
        ]
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Ringkasan Kinerja dan Anggaran Tahun {params.tahun}",
        subjudul=(params.renstra.judul, f"Terisi {total.terisi} dari {total.diminta} baris"),
        kolom=KOLOM,
        baris=tuple(found),
        parameter=REPORT.isian(params),
        catatan=notes.notes(),
        sumber="Realisasi yang diisi unit kerja",
        kosong="Renstra ini belum berisi indikator.",
    )


_NO_MONEY: tuple[Isi, ...] = (KOSONG, KOSONG, KOSONG)


def _figures(uraian: str, row: SheetRow, tahun: int, notes: Pencatat) -> tuple[Isi, ...]:
    values = row.values
    aturan = [getattr(row, name) for name in KOLOM_ATURAN]
    reached = Tercapai(values.keadaan, values.kinerja, values.alasan_keadaan, row.status)
    return (
        teks(uraian),
        teks(row.satuan),
        angka(row.rules.target, kosong=TIDAK_DIKETAHUI),
        reached_cell(reached, notes, asal.kinerja(row.id, tahun, values.kinerja)),
        persen(
            row.capaian,
            asal=asal.capaian(row.id, tahun, row.rules.target, values.kinerja, aturan),
        ),
        _word(row.capaian),
    )


def _word(figure: Decimal | None) -> Nilai:
    word = predikat(figure)
    return TIDAK_DIKETAHUI if word is None else Teks(word.value)


def _mean(rows: Sequence[SheetRow], notes: Pencatat) -> Baris:
    figure, _ = mean_capaian(rows)
    label = Sel((Teks("Rata-rata capaian"),), (notes.note(CATATAN_RATA),), lebar=4)
    way = asal.rata_rata("Rata-rata capaian IKU", [(row.indikator, row.capaian) for row in rows])
    return Baris(Peran.PENUTUP, (label, None, None, None, persen(figure, asal=way), _word(figure), *_NO_MONEY))


def _money(money: Money, below: Sequence[SheetRow], tahun: int, notes: Pencatat) -> tuple[Isi, ...]:
    """Pagu, realisasi marked with every state below that is not approval, serapan; ``below`` are the rows summed."""
    pagu, spent, serapan = money.pagu, money.realisasi, money.serapan
    states = sorted({row.status for row in below if row.values.rupiah is not None})
    marks = [mark for state in states if (mark := approval_note(state, notes)) is not None]

    def planned() -> list[Masukan]:
        return [asal.pagu_in(row.id, tahun, row.money.pagu, row.nama) for row in below]

    def done() -> list[Masukan]:
        return [asal.rupiah_in(row.id, tahun, row.values.rupiah, row.nama) for row in below]

    cell = uang(
        spent, kosong=TIDAK_DIKETAHUI, asal=asal.jumlah_uang("rupiah", f"Realisasi anggaran {tahun}", spent, done)
    )
    return (
        uang(pagu, kosong=TIDAK_DIKETAHUI, asal=asal.jumlah_uang("pagu", f"Pagu {tahun}", pagu, planned)),
        with_note(cell, *marks) if marks else cell,
        persen(serapan, asal=asal.serapan(tahun, pagu, spent)),
    )


def _row_money(row: SheetRow, tahun: int, notes: Pencatat) -> tuple[Isi, ...]:
    """Money of a row that has its own; that of the rows above it stands with the programs."""
    if not row.rules.takes_rupiah:
        return _NO_MONEY
    return _money(row.money, [row], tahun, notes)


def _below(node: SheetRow, rows: Iterable[SheetRow]) -> list[SheetRow]:
    return [row for row in rows if row.rules.takes_rupiah and row.urut[0].startswith(f"{node.urut[0]}.")]


def _reason(row: SheetRow) -> str:
    """Code and indicator, and on a line of its own why, as the unit wrote it."""
    why = " ".join(row.values.faktor_penghambat.split())
    if len(why) > PANJANG_SEBAB:
        why = why[: PANJANG_SEBAB - 1].rstrip() + "…"
    name = f"{row.kode} {row.indikator}".strip()
    return f"{name}\nFaktor penghambat: {why}" if why else name


REPORT = Report(
    slug="ringkasan",
    nomor="",
    judul="Ringkasan Kinerja dan Anggaran Setahun",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berasal=True,
)

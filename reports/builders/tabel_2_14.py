"""Tabel 2.14: budget and realisasi 2016-2020 (form T-C.24, 18 columns).

The document leaves the two growth columns blank; growth is the arithmetic mean of
the yearly growth rates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from indicators.capaian import compute_serapan, mean_growth
from indicators.penjelasan import Masukan
from reports.builders import asal
from reports.builders.common import Banding, document_matrix, numbered
from reports.builders.formulir import form_of
from reports.builders.layanan import Layanan, SeriLayanan, load
from reports.builders.profil import BAB
from reports.builders.tabel_2_12 import ratio
from reports.matrix import Baris, Isi, Kolom, Matrix, Peran, Rata, persen, teks, uang, with_note
from reports.report import Params, Report

TABEL = "2.14"
Series = Sequence[tuple[int, int | None]]
_NOTE = "Dihitung: rata-rata tingkat pertumbuhan tahunan (%); dokumen mengosongkan kolom ini."


def columns(tahun: list[int]) -> tuple[Kolom, ...]:
    """Eighteen columns in the order of the form."""

    def years(head: str, key: str, bobot: int) -> Kolom:
        return Kolom(
            head, anak=tuple(Kolom(str(year), f"{key}_{year}", rata=Rata.KANAN, bobot=bobot) for year in tahun)
        )

    return (
        Kolom("Uraian", "uraian", bobot=20, judul_baris=True),
        years("Anggaran (Rp) pada tahun ke-", "anggaran", 23),
        years("Realisasi (Rp) Anggaran pada tahun ke-", "realisasi", 23),
        years("Rasio (%) antara Realisasi dan anggaran tahun ke-", "rasio", 12),
        Kolom(
            "Rata-rata pertumbuhan",
            anak=(
                Kolom("Anggaran", "pertumbuhan_anggaran", rata=Rata.KANAN, bobot=16),
                Kolom("Realisasi", "pertumbuhan_realisasi", rata=Rata.KANAN, bobot=16),
            ),
        ),
    )


def build(report: Report, params: Params) -> Matrix:
    """Four queries."""
    data = load(params, TABEL)
    banding = Banding(params.dihitung)
    return document_matrix(
        report,
        params,
        TABEL,
        kolom=numbered(columns(data.tahun)) if report.formulir else columns(data.tahun),
        baris=tuple(_row(row, data, banding, isi_kosong=bool(report.formulir)) for row in data.indikator),
        catatan=banding.catatan,
        kolom_lekat=1,
    )


def _row(row: Layanan, data: SeriLayanan, banding: Banding, *, isi_kosong: bool) -> Baris:
    pagu = [data.target.get((row.id, year), (None, None))[1] for year in data.tahun]
    spent = [data.of(row.id, year).rupiah for year in data.tahun]
    cells: list[Isi] = [teks(row.uraian), *(uang(item) for item in pagu), *(uang(item) for item in spent)]
    for year, budget, used in zip(data.tahun, pagu, spent, strict=True):
        cells.append(
            banding.cell(
                data.of(row.id, year).rasio,
                compute_serapan(budget, used),
                ratio,
                partial("{}, rasio {}".format, row.uraian, year),
                desimal=2,
                asal=asal.serapan(year, budget, used, row.id),
            )
        )
    for head, series, make in (("anggaran", pagu, asal.pagu_in), ("realisasi", spent, asal.rupiah_in)):
        growth = mean_growth(series)
        way = asal.pertumbuhan(
            f"Rata-rata pertumbuhan {head}",
            partial(_years, row.id, list(zip(data.tahun, series, strict=True)), make),
        )
        if isi_kosong:
            # The document leaves growth blank; the form shows it computed.
            cells.append(
                with_note(persen(growth, asal=way), banding.catatan.note(_NOTE))
                if growth is not None
                else persen(growth)
            )
            continue
        cells.append(
            banding.cell(
                None,
                growth,
                ratio,
                partial("{}, rata-rata pertumbuhan {} (%)".format, row.uraian, head),
                desimal=2,
                asal=way,
            )
        )
    return Baris(Peran.BARIS, tuple(cells))


def _years(id_: int, series: Series, make: Callable[[int, int, int | None], Masukan]) -> list[Masukan]:
    return [make(id_, year, amount) for year, amount in series]


REPORT: Report = Report(
    slug="tabel-2-14",
    nomor="Tabel 2.14",
    judul="Anggaran dan Realisasi Pendanaan Pelayanan Perangkat Daerah",
    kelompok=BAB,
    build=lambda params: build(REPORT, params),
    berangka=True,
    berasal=True,
    lebar=True,
)

FORM = form_of(
    "T-C.24",
    "Anggaran dan Realisasi Pendanaan Pelayanan Perangkat Daerah",
    build,
    berangka=True,
    berasal=True,
    lebar=True,
)

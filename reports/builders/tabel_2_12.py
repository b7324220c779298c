"""Tabel 2.12: achievement of services 2016-2020 (form T-C.23 of Permendagri 86/2017, 20 columns).

The ratio is realisasi / target × 100 whatever the direction of the indicator: the
form asks for the ratio, the direction is judged by capaian elsewhere.
"""

from __future__ import annotations

from functools import partial

from indicators.capaian import Arah, RumusTurun, compute_capaian
from reports.builders import asal
from reports.builders.common import Banding, document_matrix
from reports.builders.formulir import form_of
from reports.builders.layanan import Layanan, SeriLayanan, load
from reports.builders.profil import BAB
from reports.matrix import KOSONG, Angka, Baris, Bilangan, Isi, Kolom, Matrix, Nilai, Peran, Rata, angka, teks
from reports.report import Params, Report

TABEL = "2.12"
# The ratio of the form is realisasi / target, whatever the direction of the indicator.
ATURAN_RASIO = (Arah.NAIK, RumusTurun.SELISIH, None, None)


def columns(tahun: list[int]) -> tuple[Kolom, ...]:
    """Twenty columns in the order of the form."""
    numbers = (f"({number})" for number in range(1, 100))

    def years(head: str, key: str, bobot: int) -> Kolom:
        return Kolom(
            head,
            anak=tuple(
                Kolom(str(year), f"{key}_{year}", nomor=next(numbers), rata=Rata.KANAN, bobot=bobot) for year in tahun
            ),
        )

    return (
        Kolom("No", "no", nomor=next(numbers), rata=Rata.TENGAH, bobot=7),
        Kolom(
            "Indikator Kinerja sesuai tugas dan fungsi Perangkat Daerah",
            "indikator",
            nomor=next(numbers),
            bobot=46,
            judul_baris=True,
        ),
        Kolom("Target NSPK", "target_nspk", nomor=next(numbers), rata=Rata.TENGAH, bobot=13),
        Kolom("Target IKK", "target_ikk", nomor=next(numbers), rata=Rata.TENGAH, bobot=13),
        Kolom("Target Indikator Lainnya", "target_lainnya", nomor=next(numbers), rata=Rata.TENGAH, bobot=15),
        years("Target Renstra Perangkat Daerah Tahun ke-", "target", 14),
        years("Realisasi Capaian Tahun ke-", "realisasi", 15),
        years("Rasio (%) Capaian pada Tahun ke-", "rasio", 16),
    )


def build(report: Report, params: Params) -> Matrix:
    """Five queries."""
    data = load(params, TABEL)
    banding = Banding(params.dihitung)
    return document_matrix(
        report,
        params,
        TABEL,
        kolom=columns(data.tahun),
        baris=tuple(_row(at, row, data, banding) for at, row in enumerate(data.indikator, start=1)),
        catatan=banding.catatan,
        kolom_lekat=2,
    )


def _row(at: int, row: Layanan, data: SeriLayanan, banding: Banding) -> Baris:
    # The document prints percent figures with two decimals (16,00) and counts without.
    decimals = 2 if "%" in row.satuan else None
    cells: list[Isi] = [Bilangan(at), teks(row.uraian), KOSONG, KOSONG, KOSONG]
    cells += [angka(data.target.get((row.id, year), (None, None))[0], decimals) for year in data.tahun]
    cells += [angka(data.of(row.id, year).kinerja, decimals) for year in data.tahun]
    for year in data.tahun:
        reached = data.of(row.id, year)
        goal = data.target.get((row.id, year), (None, None))[0]
        cells.append(
            banding.cell(
                reached.rasio,
                compute_capaian(goal, reached.kinerja),
                ratio,
                partial("Baris {}, rasio {}".format, at, year),
                desimal=2,
                asal=asal.capaian(row.id, year, goal, reached.kinerja, ATURAN_RASIO),
            )
        )
    return Baris(Peran.BARIS, tuple(cells))


def ratio(figure: object) -> Nilai:
    """Ratio with two decimals, blank when the document leaves it blank."""
    return KOSONG if figure is None else Angka(figure, 2)  # type: ignore[arg-type]


REPORT: Report = Report(
    slug="tabel-2-12",
    nomor="Tabel 2.12",
    judul="Pencapaian Kinerja Pelayanan Dinas Sosial Kabupaten Serang",
    kelompok=BAB,
    build=lambda params: build(REPORT, params),
    berangka=True,
    berasal=True,
    lebar=True,
)

FORM = form_of(
    "T-C.23",
    "Pencapaian Kinerja Pelayanan Perangkat Daerah",
    build,
    berangka=True,
    berasal=True,
    lebar=True,
)

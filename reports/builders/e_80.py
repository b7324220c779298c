"""Form E.80: results of the Renstra year by year, in performance (K) and money (Rp).

Capaian follows the direction of the indicator; absorption is realisasi / pagu × 100.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from indicators.capaian import compute_serapan
from indicators.penjelasan import Masukan
from indicators.plan_sums import final_target, sum_money
from reports.builders import asal
from reports.builders.common import Banding
from reports.builders.evaluasi import (
    Bahan,
    Butir,
    Deret,
    Ukuran,
    base_cell,
    closing_rows,
    form_matrix,
    indicator_cell,
    load,
    narrative,
    number,
    percent,
    stacked,
)
from reports.builders.formulir import form_of
from reports.matrix import (
    KOSONG,
    TIDAK_DIKETAHUI,
    Baris,
    Bilangan,
    Isi,
    Kolom,
    Kosong,
    Matrix,
    Peran,
    Rata,
    leaves,
    persen,
    teks,
    uang,
    with_note,
)
from reports.report import Params, Report


def pair(head: str, nomor: int, kinerja: str, rupiah: str, lebar: tuple[int, int]) -> Kolom:
    """Two columns under one head and one number: K and Rp."""
    return Kolom(
        head,
        anak=(
            Kolom("K", kinerja, nomor=str(nomor), rata=Rata.KANAN, bobot=lebar[0]),
            Kolom("Rp", rupiah, nomor=str(nomor), rata=Rata.KANAN, bobot=lebar[1]),
        ),
    )


def naming_columns() -> tuple[Kolom, ...]:
    """The four columns that name a row in E.80 and E.81; on paper they stand in each band."""
    return (
        Kolom("No", "no", nomor="1", rata=Rata.TENGAH, bobot=6),
        Kolom("Sasaran", "sasaran", nomor="2", bobot=22),
        Kolom("Program/Kegiatan/Sub Kegiatan", "uraian", nomor="3", bobot=40, judul_baris=True, lekat=True),
        Kolom("Indikator Kinerja", "indikator", nomor="4", bobot=32),
    )


def naming_cells(item: Butir, at: int, row: tuple[Ukuran, ...]) -> list[Isi]:
    """Their cells: number and name on the first row of a node."""
    if at:
        return [KOSONG, KOSONG, KOSONG, indicator_cell(row)]
    if item.peran is Peran.SASARAN:
        assert item.nomor is not None
        return [Bilangan(item.nomor), teks(item.nama), KOSONG, indicator_cell(row)]
    return [KOSONG, KOSONG, teks(f"{item.kode}\n{item.nama}"), indicator_cell(row)]


def final_cells(bahan: Bahan, row: tuple[Ukuran, ...], banding: Banding) -> tuple[Isi, list[Decimal | None]]:
    """Target at the end of the plan as printed or computed, and the figure that stands in the cell."""
    cells: list[Isi] = []
    figures: list[Decimal | None] = []
    for one in row:
        goals = [(year, bahan.target.get((one.id, year))) for year in bahan.plan.tahun]
        computed = final_target([goal for _, goal in goals], one.akumulasi)
        cells.append(
            banding.cell(
                one.akhir_target,
                computed,
                partial(number, akhiran=one.akhiran),
                partial("{}, target akhir Renstra".format, one.kode),
                sebab="ada tahun tanpa target",
                asal=asal.akhir_target(one.id, one.satuan, one.akumulasi, goals),
            )
        )
        figures.append(computed if banding.dihitung else one.akhir_target)
    return stacked(cells), figures


def row_name(item: Butir, row: tuple[Ukuran, ...]) -> str:
    """What a row is called where its figure is one of many."""
    return f"{item.kode} {row[0].uraian if row else item.nama}".strip()


def own_money(item: Butir, row: tuple[Ukuran, ...]) -> int | None:
    """Id of the row whose money is its own; None where it is the sum of rows below."""
    return row[0].id if row and item.peran is Peran.SUBKEGIATAN else None


def missing_money(item: Butir, at: int) -> Kosong:
    """What stands for missing money: further rows of a program or an objective have none of their own."""
    return KOSONG if at and item.peran in (Peran.SASARAN, Peran.PROGRAM) else TIDAK_DIKETAHUI


def columns(tahun: range) -> tuple[Kolom, ...]:
    """Six columns a year between what names a row and its unit."""
    return (
        *naming_columns(),
        Kolom("Data Capaian pada Awal Tahun Perencanaan", "data_awal", nomor="5", rata=Rata.TENGAH, bobot=14),
        pair("Target pada Akhir Tahun Perencanaan", 6, "target_akhir", "pagu_akhir", (13, 20)),
        *(_year(year, 7 + 3 * at) for at, year in enumerate(tahun)),
        Kolom("Unit Penanggung Jawab", "unit", nomor=str(7 + 3 * len(tahun)), bobot=24),
    )


def _year(year: int, nomor: int) -> Kolom:
    return Kolom(
        f"Tahun {year}",
        anak=(
            pair("Target Renstra", nomor, f"target_{year}", f"pagu_{year}", (10, 19)),
            pair("Realisasi Capaian", nomor + 1, f"realisasi_{year}", f"realisasi_rp_{year}", (12, 22)),
            pair("Rasio Capaian (%)", nomor + 2, f"capaian_{year}", f"serapan_{year}", (10, 10)),
        ),
    )


def build(report: Report, params: Params) -> Matrix:
    """Eight queries at any size."""
    bahan = load(params)
    kolom = columns(params.renstra.tahun)
    rows = _Rows(bahan)
    baris = [row for item in bahan.butir for row in rows.of(item)]
    if baris:
        baris += closing_rows(bahan, leaves(kolom), rows.figures, 7)
    matrix = form_matrix(
        report, bahan, kolom=kolom, baris=baris, tetap=4, sumber="Renstra dan realisasi yang diisi unit kerja"
    )
    return replace(matrix, penutup=narrative(bahan))


class _Rows:
    """Rows of the table, and the figures their means are taken of."""

    def __init__(self, bahan: Bahan) -> None:
        self.bahan = bahan
        self.banding = Banding(bahan.params.dihitung, bahan.catatan)
        self.tahun = bahan.plan.tahun
        self.figures: dict[str, Deret] = defaultdict(list)
        self.pagu = {year: bahan.pagu(year) for year in self.tahun}
        self.spent = {
            year: bahan.spread({key[:2]: amount for key, amount in bahan.rupiah.items() if not key[2]}, year)
            for year in self.tahun
        }
        self.states = {year: bahan.states(year) for year in self.tahun}
        self.differing = bahan.pagu_notes(self.pagu)

    def of(self, item: Butir) -> Iterator[Baris]:
        """Rows of a node."""
        for at, row in item.baris():
            cells = [*naming_cells(item, at, row), base_cell(row)]
            cells.append(final_cells(self.bahan, row, self.banding)[0])
            total = sum_money(self.pagu[year].get((item.key, at)) for year in self.tahun)
            way = asal.jumlah("Pagu akhir Renstra", total, partial(self.years, item, at), "tahun", rupiah=True)
            cells.append(uang(total, kosong=missing_money(item, at), asal=way))
            for year in self.tahun:
                cells += self.year(item, at, row, year)
            cells.append(teks(item.unit) if at == 0 else KOSONG)
            yield Baris(item.peran, tuple(cells), item.kode)

    def years(self, item: Butir, at: int) -> Iterator[Masukan]:
        """Pagu of each year, which the final one is the sum of."""
        for year in self.tahun:
            yield asal.uang_in(f"Pagu {year}", self.pagu[year].get((item.key, at)))

    def year(self, item: Butir, at: int, row: tuple[Ukuran, ...], year: int) -> list[Isi]:
        """The six cells of a year."""
        bahan = self.bahan
        budget = self.pagu[year].get((item.key, at))
        spent = self.spent[year].get((item.key, at))
        reached = [one.capaian(bahan.target.get((one.id, year)), bahan.at(one, year).kinerja) for one in row]
        absorbed = compute_serapan(budget, spent)
        name = row_name(item, row)
        self.figures[f"capaian_{year}"] += [(name, figure) for figure in reached]
        self.figures[f"serapan_{year}"].append((name, absorbed))
        blank = missing_money(item, at)
        money: Isi = uang(budget, kosong=blank, asal=bahan.sum_asal(item, at, "pagu", year, budget))
        note = self.differing.get((item.key, at, year))
        if note is not None and money is not None:
            money = with_note(money, note)
        return [
            stacked([number(bahan.target.get((one.id, year))) for one in row]),
            money,
            bahan.performance_cell(row, year),
            blank
            if spent is None
            else bahan.money_cell(spent, self.states[year][item.key], bahan.sum_asal(item, at, "rupiah", year, spent)),
            percent(
                reached,
                [
                    asal.capaian(
                        one.id, year, bahan.target.get((one.id, year)), bahan.at(one, year).kinerja, one.aturan
                    )
                    for one in row
                ],
            ),
            persen(absorbed, kosong=blank, asal=asal.serapan(year, budget, spent, own_money(item, row))),
        ]


FORM = form_of(
    "E.80",
    "Evaluasi terhadap Hasil Renstra Perangkat Daerah",
    build,
    bertahun=True,
    berangka=True,
    berasal=True,
    lebar=True,
    berunit=True,
    bertingkat=True,
    bertanda_tangan=True,
)

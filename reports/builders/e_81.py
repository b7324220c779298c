"""Form E.81: results of the Renja of a year, quarter by quarter, in performance (K) and money (Rp).

Columns as Permendagri 86/2017 numbers them: 12 is what columns 8-11 make together, a
sum only for indicators that add up within the year, else by their own rule; 13 puts the
earlier years and 12 together by the rule of the plan; 14 is 13 against 5. A row without
quarters has the figure of its year in 12.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from indicators.capaian import compute_serapan
from indicators.penjelasan import Asal, Masukan
from indicators.plan_sums import sum_money
from indicators.triwulan import until_last
from reports.builders import asal
from reports.builders.common import Banding
from reports.builders.e_80 import final_cells, missing_money, naming_cells, naming_columns, pair, row_name
from reports.builders.evaluasi import (
    Bahan,
    Butir,
    Deret,
    Ukuran,
    closing_rows,
    combine,
    form_matrix,
    load,
    narrative,
    number,
    percent,
    stacked,
)
from reports.builders.formulir import form_of
from reports.builders.lkip import KOSONG as TANPA
from reports.builders.lkip import Tercapai, reached_cell
from reports.matrix import DASH, KOSONG, Baris, Isi, Kolom, Matrix, Peran, leaves, persen, teks, uang, with_note
from reports.report import Params, Report

TRIWULAN = ("I", "II", "III", "IV")


def columns(params: Params) -> tuple[Kolom, ...]:
    """Twenty-five leaf columns under fifteen numbers."""
    year = params.tahun
    return (
        *naming_columns(),
        pair(f"Target Renstra pada Tahun {params.renstra.tahun_akhir}", 5, "target_akhir", "pagu_akhir", (13, 20)),
        pair(
            f"Realisasi Capaian Renstra s/d Renja Tahun {year - 1}", 6, "realisasi_lalu", "realisasi_rp_lalu", (12, 19)
        ),
        pair(f"Target Kinerja dan Anggaran Renja Tahun {year}", 7, "target", "pagu", (10, 19)),
        Kolom(
            "Realisasi Kinerja pada Triwulan",
            anak=tuple(
                pair(label, 7 + at, f"tw_{at}", f"tw_rp_{at}", (10, 19)) for at, label in enumerate(TRIWULAN, start=1)
            ),
        ),
        pair(f"Realisasi Capaian Renja Tahun {year}", 12, "realisasi", "realisasi_rp", (12, 19)),
        pair(f"Realisasi Renstra s/d Tahun {year}", 13, "realisasi_sampai", "realisasi_rp_sampai", (13, 20)),
        pair(f"Tingkat Capaian Renstra s/d Tahun {year} (%)", 14, "capaian", "serapan", (14, 14)),
        Kolom("Unit Penanggung Jawab", "unit", nomor="15", bobot=24),
    )


def build(report: Report, params: Params) -> Matrix:
    """Eight queries at any size."""
    bahan = load(params)
    kolom = columns(params)
    rows = _Rows(bahan)
    baris = [row for item in bahan.butir for row in rows.of(item)]
    if baris:
        baris += closing_rows(bahan, leaves(kolom), rows.figures, 4)
        bahan.catatan.note(
            f"Rata-rata di bawah kolom 12 adalah rata-rata capaian tahun {params.tahun}: kolom 12 terhadap kolom 7."
        )
    period = f"Renja Tahun {params.tahun}"
    if params.triwulan:
        period += f" sampai dengan Triwulan {TRIWULAN[params.triwulan - 1]}"
    matrix = form_matrix(
        report,
        bahan,
        kolom=kolom,
        baris=baris,
        tetap=4,
        sumber="Renstra dan realisasi yang diisi unit kerja",
        subjudul=period,
    )
    return replace(matrix, penutup=narrative(bahan))


class _Rows:
    """Rows of the table, and the figures their means are taken of."""

    def __init__(self, bahan: Bahan) -> None:
        params = bahan.params
        self.bahan = bahan
        self.banding = Banding(bahan.params.dihitung, bahan.catatan)
        self.tahun = params.tahun
        # A report of a quarter knows nothing of the quarters after it.
        self.triwulan = range(1, (params.triwulan or 4) + 1)
        self.lalu = [year for year in bahan.plan.tahun if year < params.tahun]
        self.figures: dict[str, Deret] = defaultdict(list)
        pagu = {year: bahan.pagu(year) for year in bahan.plan.tahun}
        self.pagu = pagu[self.tahun]
        self.pagu_tahun = pagu
        self.pagu_akhir = {key: sum_money(pagu[year].get(key) for year in pagu) for key in self.pagu}
        self.differing = bahan.pagu_notes({self.tahun: self.pagu})
        self.before = {year: bahan.spread(self._year(year), year) for year in self.lalu}
        self.quarter = {
            quarter: bahan.spread(self._amounts(self.tahun, quarter), self.tahun) for quarter in self.triwulan
        }
        self.spent = bahan.spread(self._until_now(), self.tahun)
        self.states = {quarter: bahan.states(self.tahun, (quarter,)) for quarter in (0, *self.triwulan)}
        self.states_before = [bahan.states(year) for year in self.lalu]

    def _amounts(self, year: int, quarter: int) -> dict[tuple[int, int], int | None]:
        """Rupiah of the sub kegiatan rows in one period."""
        return {
            (id_, at): amount for (id_, at, part), amount in self.bahan.rupiah.items() if at == year and part == quarter
        }

    def _year(self, year: int) -> dict[tuple[int, int], int | None]:
        return self._amounts(year, 0)

    def _until_now(self) -> dict[tuple[int, int], int | None]:
        """Rupiah of the year so far: the quarters of a row, or its year where it has none."""
        parts: dict[tuple[int, int], list[int]] = defaultdict(list)
        for (id_, year, quarter), amount in self.bahan.rupiah.items():
            if year == self.tahun and quarter in self.triwulan:
                parts[(id_, year)].append(amount)
        found: dict[tuple[int, int], int | None] = dict(self._year(self.tahun)) if self.whole else {}
        return found | {key: sum(amounts) for key, amounts in parts.items()}

    @property
    def whole(self) -> bool:
        """Whether the report is one of the whole year."""
        return not self.bahan.params.triwulan

    def reached(self, one: Ukuran) -> Tercapai:
        """Column 12: the quarters up to the last one entered, or the year where there are none."""
        quarters = [self.bahan.at(one, self.tahun, quarter) for quarter in self.quarters(one)]
        if quarters:
            return combine(quarters, one.akumulasi_tahun)
        return self.bahan.at(one, self.tahun) if self.whole else TANPA

    def of(self, item: Butir) -> Iterator[Baris]:
        """Rows of a node."""
        for at, row in item.baris():
            cells = [*naming_cells(item, at, row), *self.figures_of(item, at, row)]
            cells.append(teks(item.unit) if at == 0 else KOSONG)
            yield Baris(item.peran, tuple(cells), item.kode)

    def figures_of(self, item: Butir, at: int, row: tuple[Ukuran, ...]) -> list[Isi]:
        """Columns 5 to 14."""
        bahan, key = self.bahan, (item.key, at)
        blank = missing_money(item, at)
        goal_cell, goals = final_cells(bahan, row, self.banding)
        now = [self.reached(one) for one in row]
        earlier = [[bahan.at(one, year) for year in self.lalu] for one in row]
        until = [combine([*past, one], item_.akumulasi) for past, one, item_ in zip(earlier, now, row, strict=True)]
        budget = self.pagu.get(key)
        past_money = sum_money(self.before[year].get(key) for year in self.lalu)
        spent = self.spent.get(key)
        total = sum_money((past_money, spent))
        targets = [bahan.target.get((one.id, self.tahun)) for one in row]
        in_year = [one.capaian(goal, done.kinerja) for one, goal, done in zip(row, targets, now, strict=True)]
        in_plan = [one.capaian(goal, done.kinerja) for one, goal, done in zip(row, goals, until, strict=True)]
        absorbed = compute_serapan(self.pagu_akhir.get(key), total)
        name = row_name(item, row)
        self.figures["realisasi"] += [(name, figure) for figure in in_year]
        self.figures["realisasi_rp"].append((name, compute_serapan(budget, spent)))
        self.figures["capaian"] += [(name, figure) for figure in in_plan]
        self.figures["serapan"].append((name, absorbed))
        year = self.tahun
        money: Isi = uang(budget, kosong=blank, asal=bahan.sum_asal(item, at, "pagu", year, budget))
        note = self.differing.get((*key, self.tahun))
        if note is not None and money is not None:
            money = with_note(money, note)
        own = set().union(*(states.get(item.key, set()) for states in self.states.values()))
        before = set().union(*(states.get(item.key, set()) for states in self.states_before))

        def rupiah(amount: int | None, states: set[str], way: Asal) -> Isi:
            return blank if amount is None else bahan.money_cell(amount, states, way)

        def together(found: Sequence[Tercapai], ways: Sequence[Asal]) -> Isi:
            return stacked([reached_cell(one, bahan.catatan, way) for one, way in zip(found, ways, strict=True)])

        def total_of(title: str, amount: int | None, *parts: tuple[str, int | None]) -> Asal:
            return asal.jumlah(
                title, amount, lambda: [asal.uang_in(*part, asal="") for part in parts], "periode", rupiah=True
            )

        before_years = [(f"Realisasi {at_year} (Rp)", self.before[at_year].get(key)) for at_year in self.lalu]
        now_name = f"Realisasi {year} (Rp)"
        to_date = f"s/d {year}"
        past = [combine(years, one.akumulasi) for years, one in zip(earlier, row, strict=True)]
        cells: list[Isi] = [
            goal_cell,
            uang(
                self.pagu_akhir.get(key),
                kosong=blank,
                asal=total_of(
                    "Pagu akhir Renstra",
                    self.pagu_akhir.get(key),
                    *((f"Pagu {at_year}", amounts.get(key)) for at_year, amounts in self.pagu_tahun.items()),
                ),
            ),
            # Before the first year of the plan there is nothing, which is not unknown.
            together(past, [self.until(one, done.kinerja, self.lalu) for one, done in zip(row, past, strict=True)])
            if self.lalu
            else DASH,
            rupiah(past_money, before, total_of(f"Realisasi anggaran s/d {year - 1}", past_money, *before_years))
            if self.lalu
            else DASH,
            stacked([number(goal) for goal in targets]),
            money,
        ]
        for quarter in range(1, len(TRIWULAN) + 1):
            if quarter not in self.triwulan:
                cells += [KOSONG, KOSONG]
                continue
            cells.append(bahan.performance_cell(row, self.tahun, quarter))
            amount = self.quarter[quarter].get(key)
            way = bahan.sum_asal(item, at, "rupiah", year, amount, quarter)
            cells.append(rupiah(amount, self.states[quarter].get(item.key, set()), way))
        return [
            *cells,
            together(now, [self.in_year(one, done.kinerja) for one, done in zip(row, now, strict=True)]),
            rupiah(spent, own, self.spent_asal(item, at, spent)),
            together(
                until,
                [self.until(one, done.kinerja, [*self.lalu, year]) for one, done in zip(row, until, strict=True)],
            ),
            rupiah(
                total,
                own | before,
                total_of(f"Realisasi anggaran {to_date}", total, *before_years, (now_name, spent)),
            ),
            percent(
                in_plan,
                [
                    asal.kemajuan(
                        f"Tingkat capaian Renstra {to_date}",
                        asal.angka_in("Target akhir Renstra", goal, "kolom 5"),
                        asal.angka_in(f"Realisasi Renstra {to_date}", done.kinerja, "kolom 13"),
                        one.aturan,
                    )
                    for one, goal, done in zip(row, goals, until, strict=True)
                ],
            ),
            persen(
                absorbed,
                kosong=blank,
                asal=asal.serapan_dari(
                    f"Serapan Renstra {to_date}",
                    asal.uang_in("Pagu akhir Renstra", self.pagu_akhir.get(key), "kolom 5"),
                    asal.uang_in(f"Realisasi anggaran {to_date}", total, "kolom 13"),
                ),
            ),
        ]

    def quarters(self, one: Ukuran) -> list[int]:
        """Quarters that column 12 of a row is made of; none where its year was typed."""
        entered = until_last([self.bahan.at(one, self.tahun, quarter) for quarter in self.triwulan])
        return list(self.triwulan)[: len(entered)]

    def in_year(self, one: Ukuran, nilai: Decimal | None) -> Asal:
        """How column 12 came about: from quarters, or as the year was typed."""
        quarters = self.quarters(one)
        if not quarters:
            return asal.kinerja(one.id, self.tahun, nilai)
        return asal.sampai(
            f"Realisasi kinerja {self.tahun}",
            nilai,
            one.akumulasi_tahun,
            lambda: [
                asal.kinerja_in(one.id, self.tahun, self.bahan.at(one, self.tahun, quarter).kinerja, quarter)
                for quarter in quarters
            ],
        )

    def until(self, one: Ukuran, nilai: Decimal | None, years: Sequence[int]) -> Asal:
        """How the realisasi of several years came about by the rule of the plan."""

        def parts() -> Iterator[Masukan]:
            for year in years:
                if year == self.tahun and self.quarters(one):
                    yield asal.angka_in(f"Realisasi {year}", self.reached(one).kinerja, "kolom 12")
                else:
                    yield asal.kinerja_in(one.id, year, self.bahan.at(one, year).kinerja)

        return asal.sampai(f"Realisasi s/d {years[-1]}", nilai, one.akumulasi, parts)

    def spent_asal(self, item: Butir, at: int, nilai: int | None) -> Asal:
        """How the rupiah of column 12 came about: quarters of each row, or its year where it has none."""

        def parts() -> Iterator[Masukan]:
            below = [(f"{node.kode} {node.nama} ", row.id) for node, row in self.bahan.below(item, at)]
            if item.peran is Peran.SUBKEGIATAN and item.ukuran:
                below = [("", item.ukuran[at][0].id)]
            for name, id_ in below:
                stored = {
                    quarter: amount
                    for quarter in self.triwulan
                    if (amount := self.bahan.rupiah.get((id_, self.tahun, quarter))) is not None
                }
                for quarter, amount in stored.items():
                    label = f"{name}{asal.TRIWULAN[quarter]}{self.tahun}"
                    yield asal.rupiah_in(id_, self.tahun, amount, label, quarter)
                if not stored and self.whole:
                    amount = self.bahan.rupiah.get((id_, self.tahun, 0))
                    yield asal.rupiah_in(id_, self.tahun, amount, f"{name}{self.tahun}")

        return asal.jumlah_uang("rupiah", f"Realisasi anggaran {self.tahun}", nilai, parts)


FORM = form_of(
    "E.81",
    "Evaluasi terhadap Hasil Renja Perangkat Daerah",
    build,
    bertahun=True,
    berangka=True,
    berasal=True,
    lebar=True,
    bertriwulan=True,
    berunit=True,
    bertingkat=True,
    bertanda_tangan=True,
)

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
from indicators.plan_sums import sum_money
from indicators.triwulan import until_last
from reports.builders.common import Banding
from reports.builders.e_80 import final_cells, missing_money, naming_cells, naming_columns, pair
from reports.builders.evaluasi import (
    Bahan,
    Butir,
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
from reports.matrix import DASH, KOSONG, Baris, Isi, Kolom, Matrix, leaves, persen, teks, uang, with_note
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
        baris += closing_rows(bahan, [leaf.kunci for leaf in leaves(kolom)], rows.figures, 4)
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
        self.figures: dict[str, list[Decimal | None]] = defaultdict(list)
        pagu = {year: bahan.pagu(year) for year in bahan.plan.tahun}
        self.pagu = pagu[self.tahun]
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
        quarters = until_last([self.bahan.at(one, self.tahun, quarter) for quarter in self.triwulan])
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
        self.figures["realisasi"] += in_year
        self.figures["realisasi_rp"].append(compute_serapan(budget, spent))
        self.figures["capaian"] += in_plan
        self.figures["serapan"].append(absorbed)
        money: Isi = uang(budget, kosong=blank)
        note = self.differing.get((*key, self.tahun))
        if note is not None and money is not None:
            money = with_note(money, note)
        own = set().union(*(states.get(item.key, set()) for states in self.states.values()))
        before = set().union(*(states.get(item.key, set()) for states in self.states_before))

        def rupiah(amount: int | None, states: set[str]) -> Isi:
            return blank if amount is None else bahan.money_cell(amount, states)

        def together(found: Sequence[Tercapai]) -> Isi:
            return stacked([reached_cell(one, bahan.catatan) for one in found])

        past = [combine(years, one.akumulasi) for years, one in zip(earlier, row, strict=True)]
        cells: list[Isi] = [
            goal_cell,
            uang(self.pagu_akhir.get(key), kosong=blank),
            # Before the first year of the plan there is nothing, which is not unknown.
            together(past) if self.lalu else DASH,
            rupiah(past_money, before) if self.lalu else DASH,
            stacked([number(goal) for goal in targets]),
            money,
        ]
        for quarter in range(1, len(TRIWULAN) + 1):
            if quarter not in self.triwulan:
                cells += [KOSONG, KOSONG]
                continue
            cells.append(bahan.performance_cell(row, self.tahun, quarter))
            cells.append(rupiah(self.quarter[quarter].get(key), self.states[quarter].get(item.key, set())))
        return [
            *cells,
            together(now),
            rupiah(spent, own),
            together(until),
            rupiah(total, own | before),
            percent(in_plan),
            persen(absorbed, kosong=blank),
        ]


FORM = form_of(
    "E.81",
    "Evaluasi terhadap Hasil Renja Perangkat Daerah",
    build,
    bertahun=True,
    berangka=True,
    lebar=True,
    bertriwulan=True,
    berunit=True,
    bertingkat=True,
    bertanda_tangan=True,
)

"""Form T-C.27: the plan's tree with targets and pagu below its objectives, with unit and place (22 columns).

The figures and what they are compared with are those of Tabel 6.2.
"""

from __future__ import annotations

from functools import partial

from indicators.plan_sums import final_target, final_targets, pagu_sums
from programs.models import SubKegiatan
from reports.builders import asal
from reports.builders.common import Banding, beside, numbered
from reports.builders.evaluasi import Bahan, Butir, base_cell, form_matrix, indicator_cell, load, number, stacked
from reports.builders.formulir import form_of
from reports.builders.tabel_6_2 import TABEL, PlanRows, printed_totals
from reports.matrix import KOSONG, Baris, Isi, Kolom, Matrix, Peran, Rata, Sel, Teks, teks, uang
from reports.report import Params, Report


def columns(tahun: range) -> tuple[Kolom, ...]:
    """Twenty-two columns."""

    def pair(head: str, suffix: str | int, target: int, rupiah: int) -> Kolom:
        return Kolom(
            head,
            anak=(
                Kolom("K", f"target_{suffix}", rata=Rata.TENGAH, bobot=target),
                Kolom("Rp", f"pagu_{suffix}", rata=Rata.KANAN, bobot=rupiah),
            ),
        )

    return numbered(
        (
            Kolom("Tujuan", "tujuan", bobot=15),
            Kolom("Sasaran", "sasaran", bobot=16),
            Kolom("Kode", "kode", bobot=16),
            Kolom("Program, Kegiatan dan Sub Kegiatan", "uraian", bobot=28, judul_baris=True, lekat=True),
            Kolom("Indikator Kinerja Sasaran, Program, Kegiatan dan Sub Kegiatan", "indikator", bobot=22),
            Kolom("Data Capaian pada Tahun Awal Perencanaan", "data_awal", rata=Rata.TENGAH, bobot=12),
            Kolom(
                "Target Kinerja Program dan Kerangka Pendanaan",
                terbagi=True,
                anak=(
                    *(pair(f"Tahun {year}", year, 7, 17) for year in tahun),
                    pair("Kondisi Kinerja pada Akhir Periode", "akhir", 12, 17),
                ),
            ),
            Kolom("Unit Kerja Penanggung Jawab", "unit", bobot=17),
            Kolom("Lokasi", "lokasi", bobot=10),
        )
    )


def build(report: Report, params: Params) -> Matrix:
    """Eight queries at any size."""
    bahan = load(params, dengan_realisasi=False)
    banding = Banding(params.dihitung, bahan.catatan)
    plan = bahan.plan
    rows = PlanRows(plan, pagu_sums(plan), final_targets(plan), banding, bersatuan=True)
    nodes = {node.key: node for node in plan.simpul}
    places = dict(SubKegiatan.objects.filter(renstra=params.renstra).exclude(lokasi="").values_list("id", "lokasi"))
    found: list[Baris] = []
    for item in bahan.butir:
        for at, row in item.baris():
            if item.peran is Peran.SASARAN:
                cells = _objective(bahan, item, at)
            else:
                node = nodes[item.key]
                own = {row.id: row for row in plan.indikator.get(item.key, [])}
                cells = [KOSONG, KOSONG, *((Teks(item.kode), teks(item.nama)) if at == 0 else (KOSONG, KOSONG))]
                if row:
                    indikator, _, *rest = rows.cells(node, own[row[0].id], [own[other.id] for other in row[1:]])
                    cells += [indikator, *rest]
                else:
                    cells += [KOSONG] * (4 + 2 * len(plan.tahun))
            place = places.get(item.key[1], "") if item.peran is Peran.SUBKEGIATAN else ""
            found.append(Baris(item.peran, (*cells, teks(item.unit if at == 0 else ""), teks(place)), item.kode))
    if plan.simpul:
        found.append(_total(rows, params))
    return form_matrix(
        report,
        bahan,
        kolom=columns(params.renstra.tahun),
        baris=found,
        tetap=5,
        sumber=f"{params.renstra.judul}, Tabel {TABEL}",
    )


def _objective(bahan: Bahan, item: Butir, at: int) -> list[Isi]:
    """Cells of an objective up to the final Rp: the plan gives it targets, and no money of its own."""
    row = item.ukuran[at] if item.ukuran else ()
    years = bahan.plan.tahun
    head = (teks(item.tujuan), teks(item.nama)) if at == 0 else (KOSONG, KOSONG)
    cells: list[Isi] = [*head, KOSONG, KOSONG, indicator_cell(row), base_cell(row)]
    for year in years:
        cells += [stacked([number(bahan.target.get((one.id, year))) for one in row]), KOSONG]
    finals = []
    for one in row:
        computed = final_target([bahan.target.get((one.id, year)) for year in years], one.akumulasi)
        final = computed if bahan.params.dihitung or one.akhir_target is None else one.akhir_target
        goals = [(year, bahan.target.get((one.id, year))) for year in years]
        way = beside(
            asal.akhir_target(one.id, one.satuan, one.akumulasi, goals),
            one.akhir_target,
            partial(number, akhiran=one.akhiran),
            tampil=not bahan.params.dihitung and one.akhir_target is not None,
        )
        finals.append(number(final, one.akhiran, asal=way))
    return [*cells, stacked(finals), KOSONG]


def _total(rows: PlanRows, params: Params) -> Baris:
    """Closing row; of a unit's part the sums alone, because the document prints none."""
    if params.unit is None:
        cells = rows.totals(printed_totals(params.renstra))
    else:
        cells = []
        for tahun, amount in (*rows.sums.total.items(), (None, rows.sums.total_akhir)):
            title = f"Pagu {tahun or 'akhir Renstra'}"
            way = asal.jumlah(title, amount, partial(rows.programs, tahun), "program", rupiah=True)
            cells += [KOSONG, uang(amount, asal=way)]
    return Baris(Peran.JUMLAH, (Sel((Teks("Jumlah"),), lebar=6), *([None] * 5), *cells, KOSONG, KOSONG))


FORM = form_of(
    "T-C.27",
    "Rencana Program, Kegiatan, dan Pendanaan Perangkat Daerah",
    build,
    berangka=True,
    berasal=True,
    lebar=True,
    berunit=True,
    bertingkat=True,
)

"""LKIP: realisasi of this year beside earlier years, with the change; the former period's service indicators below.

The window is five years and reaches back before the plan, where Tabel 2.12 and 2.13 hold the figures.
"""

from __future__ import annotations

from indicators.capaian import KOLOM_ATURAN
from indicators.models import Indikator, Realisasi, Target
from indicators.penjelasan import Masukan
from programs.models import Renstra
from reports.builders import asal
from reports.builders.lkip import KELOMPOK, SUMBER, IndikatorLkip, Tercapai, grouped, load_indicators
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Isi,
    Kolom,
    Matrix,
    Pencatat,
    Peran,
    Rata,
    angka,
    persen,
    spanning,
    teks,
)
from reports.report import Params, Report

WINDOW = 5


def columns(params: Params) -> tuple[Kolom, ...]:
    """Indicator, unit, realisasi of the window, change and capaian of the last two years."""
    years = window(params)
    numbers = (f"({number})" for number in range(1, 100))
    return (
        Kolom("Indikator", "indikator", nomor=next(numbers), bobot=76, judul_baris=True),
        Kolom("Satuan", "satuan", nomor=next(numbers), rata=Rata.TENGAH, bobot=18),
        Kolom(
            "Realisasi",
            anak=tuple(
                Kolom(str(year), f"realisasi_{year}", nomor=next(numbers), rata=Rata.KANAN, bobot=22) for year in years
            ),
        ),
        Kolom(
            f"Perubahan {years[-1]} terhadap {years[-2]}",
            anak=(
                Kolom("Selisih", "selisih", nomor=next(numbers), rata=Rata.KANAN, bobot=20),
                Kolom("%", "perubahan", nomor=next(numbers), rata=Rata.KANAN, bobot=18),
            ),
        ),
        Kolom(
            "Capaian (%)",
            anak=tuple(
                Kolom(str(year), f"capaian_{year}", nomor=next(numbers), rata=Rata.KANAN, bobot=20)
                for year in years[-2:]
            ),
        ),
    )


def window(params: Params) -> tuple[int, ...]:
    """The year and those before it."""
    return tuple(range(params.tahun - WINDOW + 1, params.tahun + 1))


def build(params: Params) -> Matrix:
    """Six queries."""
    years = window(params)
    kolom = columns(params)
    width = len(years) + 6
    notes = Pencatat()
    rows = []
    for head, item in grouped(load_indicators(params, years), width):
        if head is not None:
            rows.append(head)
        rows.append(_row(item, years, notes))
    former = _former(params, years)
    if former:
        rows.append(spanning(Peran.JUDUL, "Indikator Renstra periode sebelumnya", width))
        rows += [_row(item, years, notes) for item in former]
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"Perbandingan Realisasi Kinerja {years[0]}-{years[-1]}",
        subjudul=(params.renstra.judul,),
        kolom=kolom,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        catatan=notes.notes(),
        sumber=f"{SUMBER}; tahun sebelum {params.renstra.tahun_awal} dari Tabel 2.12 dan 2.13",
        kosong="Renstra ini belum berisi indikator sasaran dan program.",
    )


def _row(item: IndikatorLkip, years: tuple[int, ...], notes: Pencatat) -> Baris:
    now, before = item.at(years[-1]).kinerja, item.at(years[-2]).kinerja
    change = None if now is None or before is None else now - before
    rate = None if change is None or not before else change / before * 100

    def pair() -> tuple[Masukan, Masukan]:
        return (asal.kinerja_in(item.id, years[-1], now), asal.kinerja_in(item.id, years[-2], before))

    words = f"Perubahan {years[-1]} terhadap {years[-2]}"
    gap = asal.rumus("selisih", words, change, "Realisasi tahun ini − tahun lalu", "{} − {}", pair)
    growth = asal.rumus(
        "perubahan",
        f"{words} (%)",
        rate,
        "(tahun ini − tahun lalu) / tahun lalu × 100",
        "({0} − {1}) / {1} × 100",
        pair,
    )
    cells: list[Isi] = [
        teks(item.uraian),
        teks(item.satuan),
        *(item.reached_cell(year, notes) for year in years),
        angka(change, kosong=TIDAK_DIKETAHUI, asal=gap),
        persen(rate, asal=growth),
        *(item.capaian_cell(year) for year in years[-2:]),
    ]
    return Baris(Peran.BARIS, tuple(cells), item.kode)


def _former(params: Params, years: tuple[int, ...]) -> list[IndikatorLkip]:
    """Service indicators of the plan before, where the window reaches into it; printed history counts as approved."""
    plans = Renstra.objects.filter(
        perangkat_daerah=params.renstra.perangkat_daerah_id, tahun_awal__lt=params.renstra.tahun_awal
    )
    rows = Indikator.objects.filter(milik_renstra__in=plans, realisasi__tahun__in=years).distinct()
    found = {row.pk: row for row in rows.order_by("urutan") if row.satuan != "Rp"}
    if not found:
        return []
    goals = {
        (id_, year): goal
        for id_, year, goal in Target.objects.filter(indikator__in=found).values_list("indikator_id", "tahun", "target")
    }
    done: dict[int, dict[int, Tercapai]] = {id_: {} for id_ in found}
    for id_, year, keadaan, kinerja in Realisasi.objects.filter(
        indikator__in=found, tahun__in=years, triwulan=0
    ).values_list("indikator_id", "tahun", "keadaan", "kinerja"):
        done[id_][year] = Tercapai(keadaan, kinerja, "", Realisasi.Status.DISETUJUI)
    return [
        IndikatorLkip(
            id=id_,
            kunci=id_,
            kode=row.kode,
            uraian=row.uraian,
            satuan=row.satuan,
            akumulasi=row.akumulasi,
            akhir_target=row.akhir_target,
            aturan=tuple(getattr(row, name) for name in KOLOM_ATURAN),
            sasaran_id=None,
            sasaran="",
            program_id=None,
            program_kode="",
            program="",
            target={year: goals.get((id_, year)) for year in years},
            tercapai=done[id_],
        )
        for id_, row in found.items()
    ]


REPORT = Report(
    slug="lkip-tahun-lalu",
    nomor="",
    judul="Perbandingan dengan Tahun Lalu",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    berasal=True,
    lebar=True,
)

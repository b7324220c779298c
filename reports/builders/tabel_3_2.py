"""Tabel 3.2: the colour groups of Tabel 3.1, bases of the programmes' figures; in a later year counted by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from indicators.penjelasan import Masukan
from pmks.models import JumlahPMKS, JumlahWarna
from reports.builders import asal
from reports.builders.common import Banding, document_matrix
from reports.builders.profil import BAB_3
from reports.builders.registri import Hitungan, in_year, load_counts, sum_of, without_names
from reports.matrix import Baris, Kolom, Matrix, Peran, Rata, Teks, angka, teks
from reports.report import Params, Report

TABEL = "3.2"
KOLOM = (
    Kolom("No", "no", rata=Rata.TENGAH, bobot=10),
    Kolom("Warna", "warna", bobot=36, judul_baris=True),
    Kolom("Jumlah Data (Jiwa)", "jumlah", rata=Rata.KANAN, bobot=32),
    Kolom("Keterangan", "keterangan", bobot=90),
)


def build(params: Params) -> Matrix:
    """Three queries; six for a year of the registry."""
    found = load_counts(params)
    if found:
        return in_year(_counted(params, found), params)
    matrix = _printed(params)
    return without_names(matrix, params) if params.tahun_data else matrix


def _counted(params: Params, found: Hitungan) -> Matrix:
    """Sums of the kinds of a colour, as the document adds them; hidden where one of them is."""
    banding = Banding(params.dihitung)
    base = JumlahWarna.objects.filter(tahun=params.renstra.tahun_dasar).order_by("kelompok__nomor")
    rows = []
    for id_, number, name, text in base.values_list("kelompok_id", "kelompok__nomor", "kelompok__nama", "keterangan"):
        mine = [row for row in found.jenis if row[0].kelompok_id == id_]
        cells = found.cells(sum_of([count for _, count, _ in mine]), sum_of([count for *_, count in mine]))
        rows.append(Baris(Peran.BARIS, (Teks(f"{number}."), teks(name), *cells, teks(text))))
    banding.catatan.note("Dijumlahkan dari jenisnya: orang dengan dua jenis dalam satu warna terhitung dua kali.")
    found.note(banding)
    return document_matrix(REPORT, params, TABEL, kolom=found.kolom(KOLOM), baris=tuple(rows), catatan=banding.catatan)


def _printed(params: Params) -> Matrix:
    year = params.renstra.tahun_dasar
    kinds: dict[int | None, list[tuple[str, int]]] = defaultdict(list)
    for group, name, count in (
        JumlahPMKS.objects.filter(tahun=year)
        .order_by("kategori__nomor")
        .values_list("kategori__kelompok_id", "kategori__nama", "jumlah")
    ):
        if count is not None:
            kinds[group].append((name, count))
    sums = {group: sum(count for _, count in found) for group, found in kinds.items()}
    banding = Banding(params.dihitung)
    rows = tuple(
        Baris(
            Peran.BARIS,
            (
                Teks(f"{number}."),
                teks(name),
                banding.cell(
                    printed,
                    sums.get(id_),
                    angka,
                    partial("{}, jumlah data".format, name),
                    asal=asal.jumlah(f"Jumlah data {name}", sums.get(id_), partial(_kinds, kinds[id_]), "jenis PMKS"),
                ),
                teks(text),
            ),
        )
        for id_, number, name, printed, text in JumlahWarna.objects.filter(tahun=year)
        .order_by("kelompok__nomor")
        .values_list("kelompok_id", "kelompok__nomor", "kelompok__nama", "jumlah", "keterangan")
    )
    return document_matrix(REPORT, params, TABEL, kolom=KOLOM, baris=rows, catatan=banding.catatan)


def _kinds(found: Sequence[tuple[str, int]]) -> list[Masukan]:
    return [asal.angka_in(name, count, "Tabel 3.1") for name, count in found]


REPORT = Report(
    slug="tabel-3-2",
    nomor="Tabel 3.2",
    judul="Keterangan Warna Data Penyandang Masalah Kesejahteraan Sosial (PMKS) Tahun 2020",
    kelompok=BAB_3,
    build=build,
    berangka=True,
    berasal=True,
    dari_dasar=True,
    bernama=True,
)

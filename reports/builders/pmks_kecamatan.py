"""People of the registry by kecamatan and kind in a year."""

from __future__ import annotations

from pmks.models import KategoriPMKS, RingkasanPMKS, Wilayah
from pmks.penyamaran import Samar, mask_table
from pmks.penyamaran import Sel as Hitung
from pmks.penyamaran_jumlah import mask_margins, mask_total
from reports.builders.common import Banding
from reports.builders.registri import KELOMPOK, SAMAR, SUMBER, count_cell
from reports.matrix import Baris, Bilangan, Kolom, Matrix, Peran, Rata, Sel, Teks, teks
from reports.report import Params, Report

TINGKAT = Wilayah.Tingkat


def build(params: Params) -> Matrix:
    """Three queries. The last column counts people once, however many kinds they have."""
    kinds = list(KategoriPMKS.objects.order_by("nomor"))
    kolom = (
        Kolom("No", "no", rata=Rata.TENGAH, bobot=10),
        Kolom("Kecamatan", "kecamatan", bobot=36, judul_baris=True),
        *(Kolom(str(kind), f"jenis_{kind.nomor}", rata=Rata.KANAN, bobot=20) for kind in kinds),
        Kolom("Jumlah orang", "jumlah", rata=Rata.KANAN, bobot=20),
    )
    areas = Wilayah.objects.exclude(tingkat=TINGKAT.DESA).order_by("nama")
    listed = [area for area in areas if area.tingkat == TINGKAT.KECAMATAN]
    whole = next((area for area in areas if area.tingkat == TINGKAT.KABUPATEN), None)
    rows = RingkasanPMKS.objects.filter(tahun=params.tahun).exclude(wilayah__tingkat=TINGKAT.DESA).order_by()
    counts: dict[tuple[int, int | None], int] = {
        (area, kind): count for area, kind, count in rows.values_list("wilayah_id", "kategori_id", "jumlah")
    }
    banding = Banding(params.dihitung)
    note = banding.catatan.note("Jumlah orang: orang dengan beberapa jenis dihitung sekali.")
    body: list[Baris] = []
    if whole and counts.get((whole.pk, None)):
        open_ = [kind.pk in params.terbuka for kind in kinds]
        exact = [[counts.get((area.pk, kind.pk), 0) for kind in kinds] for area in listed]
        masked = mask_table(exact, open_)
        # Most people have one kind, so the people of a kecamatan tell nearly what the sum of its kinds would.
        edge = mask_margins(masked, exact)
        people = [row[0] for row in mask_table([[counts.get((area.pk, None), 0)] for area in listed], [False])]
        # What a row or a column hides alone, its total must not give back.
        people = [
            _hide(mask_total(count, row, terbuka=True) if isinstance(count, int) else count, mark)
            for count, row, mark in zip(people, masked, edge.baris, strict=True)
        ]
        totals: list[Hitung] = [
            _hide(mask_total(counts.get((whole.pk, kind.pk), 0), column, terbuka=seen), mark)
            for kind, seen, column, mark in zip(kinds, open_, zip(*masked, strict=True), edge.kolom, strict=True)
        ]
        everybody = mask_total(counts[whole.pk, None], totals, terbuka=False)
        if isinstance(everybody, int):
            everybody = _hide(mask_total(everybody, people, terbuka=True), edge.semua)
        totals.append(everybody)
        body = [
            Baris(
                Peran.BARIS,
                (
                    Bilangan(number),
                    teks(area.nama),
                    *(count_cell(count) for count in (*found, together)),
                ),
            )
            for number, (area, found, together) in enumerate(zip(listed, masked, people, strict=True), start=1)
        ]
        cells = (count_cell(count) for count in totals)
        body.append(Baris(Peran.JUMLAH, (Sel((Teks("Jumlah"),), (note,), lebar=2), None, *cells)))
        if any(isinstance(count, Samar) for row in (*masked, people, totals) for count in row):
            banding.catatan.note(SAMAR)
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"{REPORT.judul} Tahun {params.tahun}",
        kolom=kolom,
        baris=tuple(body),
        parameter=REPORT.isian(params),
        catatan=banding.catatan.notes() if body else (),
        sumber=SUMBER,
        kolom_lekat=2,
        kolom_tetap=2,
        kosong=f"Belum ada data menurut nama untuk tahun {params.tahun}.",
    )


def _hide(total: Hitung, mark: Samar | None) -> Hitung:
    """A total as it prints where lines and columns together would tell; one that is zero tells nothing."""
    return mark if total and mark and not mark.kecil else total


REPORT = Report(
    slug="pmks-kecamatan",
    nomor="",
    judul="PMKS Menurut Kecamatan dan Jenis",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    lebar=True,
    bernama=True,
)

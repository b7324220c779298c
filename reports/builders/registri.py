"""What reports from the registry share: counts by name of a year, small ones hidden, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pmks.models import JumlahPMKS, KategoriPMKS, RingkasanPMKS, Wilayah
from pmks.penetapan import frozen_since, frozen_source
from pmks.penyamaran import AMBANG, Samar, mask_table
from pmks.penyamaran import Sel as Hitung
from pmks.penyamaran_jumlah import mask_whole
from reports.builders.common import Banding
from reports.matrix import Catatan, Kolom, Kosong, Matrix, Nilai, Rata, angka
from reports.report import Params

KELOMPOK = "Data PMKS menurut nama"
SUMBER = "Data PMKS menurut nama"
SAMAR = (
    f"< {AMBANG}: 1 sampai {AMBANG - 1} orang, disamarkan karena dapat menunjuk orang tertentu; "
    "…: disamarkan agar yang lain tidak dapat dihitung balik."
)


# Columns of a year that also has published counts, behind the one of counts by name.
DIUMUMKAN = Kolom("DIUMUMKAN", "diumumkan", rata=Rata.KANAN, bobot=26)
SELISIH = Kolom("SELISIH", "selisih", rata=Rata.KANAN, bobot=22)


@dataclass(frozen=True, slots=True)
class Hitungan:
    """Counts of a year: every kind with its count and the published one of that year, and distinct people.

    ``sumber`` says where the published counts come from and since when; None where there are none.
    """

    jenis: Sequence[tuple[KategoriPMKS, Hitung, Hitung]]
    jumlah: Hitung
    sumber: str | None

    def note(self, banding: Banding) -> None:
        """Explain hidden counts, where there are any, and the published ones."""
        if self.sumber is not None:
            since = self.sumber or "tanpa keterangan sumber"
            banding.catatan.note(f"Diumumkan: {since}. Selisih = menurut nama saat ini dikurangi yang diumumkan.")
        if any(isinstance(count, Samar) for row in self.jenis for count in row[1:]) or isinstance(self.jumlah, Samar):
            banding.catatan.note(SAMAR)

    def kolom(self, kolom: Sequence[Kolom]) -> tuple[Kolom, ...]:
        """The columns of a table, with the published counts and the difference beside those by name."""
        if self.sumber is None:
            return tuple(kolom)
        at = next(at for at, item in enumerate(kolom) if item.kunci == "jumlah")
        since = frozen_since(self.sumber)
        beside = replace(DIUMUMKAN, judul=f"DITETAPKAN {since.upper()}") if since else DIUMUMKAN
        return (*kolom[: at + 1], beside, SELISIH, *kolom[at + 1 :])

    def cells(self, shown: Hitung, published: Hitung) -> tuple[Nilai, ...]:
        """The cells of ``kolom`` for one count."""
        if self.sumber is None:
            return (count_cell(shown),)
        return count_cell(shown), count_cell(published), count_cell(_difference(shown, published))


def load_counts(params: Params) -> Hitungan | None:
    """Counts of ``params.tahun_data``: three queries; None for the base year and for a year without names."""
    if not params.tahun_data:
        return None
    rows = RingkasanPMKS.objects.filter(tahun=params.tahun_data, wilayah__tingkat=Wilayah.Tingkat.KABUPATEN)
    counts: dict[int | None, int] = dict(rows.order_by().values_list("kategori_id", "jumlah"))
    if not counts.get(None):
        return None
    stored = {row.kategori_id: row for row in JumlahPMKS.objects.filter(tahun=params.tahun_data).order_by()}
    kinds = list(KategoriPMKS.objects.order_by("nomor"))
    terbuka = [kind.pk in params.terbuka for kind in kinds]
    masked, total = mask_whole(counts[None], [counts.get(kind.pk, 0) for kind in kinds], terbuka)
    published: list[Hitung] = [stored[kind.pk].jumlah if kind.pk in stored else None for kind in kinds]
    sumber = max((row.sumber for row in stored.values()), default=None)
    if sumber is not None and frozen_source(sumber):
        # Frozen from names: they tell as much about single people as the names do.
        (published,) = mask_table([[stored[kind.pk].jumlah if kind.pk in stored else None for kind in kinds]], terbuka)
    return Hitungan(list(zip(kinds, masked, published, strict=True)), total, sumber)


def count_cell(shown: Hitung) -> Nilai:
    """One count as the reader may see it."""
    return Kosong(str(shown)) if isinstance(shown, Samar) else angka(shown)


def _difference(shown: Hitung, published: Hitung) -> Hitung:
    if shown is None or published is None:
        return None
    if isinstance(shown, Samar) or isinstance(published, Samar):
        return Samar(kecil=False)
    return shown - published


def sum_of(counts: Sequence[Hitung]) -> Hitung:
    """The sum of counts; hidden where one of them is, unknown where none is known."""
    if any(isinstance(count, Samar) for count in counts):
        return Samar(kecil=False)
    known = [count for count in counts if isinstance(count, int)]
    return sum(known) if known else None


def in_year(matrix: Matrix, params: Params) -> Matrix:
    """The matrix of a table of the document under the title of the year asked for."""
    judul = re.sub(r"\b20[0-9]{2}\b", str(params.tahun_data), matrix.judul)
    return replace(matrix, judul=judul, sumber=f"{SUMBER}, tahun {params.tahun_data}; susunan {matrix.nomor}")


def without_names(matrix: Matrix, params: Params) -> Matrix:
    """The printed table in place of a year that has no names yet, and a note that says so."""
    number = max((note.nomor for note in matrix.catatan), default=0) + 1
    text = (
        f"Tahun {params.tahun_data} belum ada data menurut nama; yang ditampilkan tahun "
        f"{params.renstra.tahun_dasar} sebagaimana tercetak."
    )
    return replace(matrix, catatan=(*matrix.catatan, Catatan(number, text)))

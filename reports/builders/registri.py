"""What reports from the registry share: counts by name of a year, small ones hidden, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pmks.models import JumlahPMKS, KategoriPMKS, RingkasanPMKS, Wilayah
from pmks.penyamaran import AMBANG, Samar
from pmks.penyamaran import Sel as Hitung
from pmks.penyamaran_jumlah import mask_whole
from reports.builders.common import Banding
from reports.matrix import KOSONG, Catatan, Kosong, Matrix, Nilai, Sel, angka
from reports.report import Params

KELOMPOK = "Data PMKS menurut nama"
SUMBER = "Data PMKS menurut nama"
SAMAR = (
    f"< {AMBANG}: 1 sampai {AMBANG - 1} orang, disamarkan karena dapat menunjuk orang tertentu; "
    "…: disamarkan agar yang lain tidak dapat dihitung balik."
)


@dataclass(frozen=True, slots=True)
class Hitungan:
    """Counts of a year: every kind with its count and the published one of that year, and distinct people."""

    jenis: Sequence[tuple[KategoriPMKS, Hitung, int | None]]
    jumlah: Hitung

    def note(self, banding: Banding) -> None:
        """Explain hidden counts, where there are any."""
        if any(isinstance(count, Samar) for count in (*(count for _, count, _ in self.jenis), self.jumlah)):
            banding.catatan.note(SAMAR)


def load_counts(params: Params) -> Hitungan | None:
    """Counts of ``params.tahun_data``: three queries; None for the base year and for a year without names."""
    if not params.tahun_data:
        return None
    rows = RingkasanPMKS.objects.filter(tahun=params.tahun_data, wilayah__tingkat=Wilayah.Tingkat.KABUPATEN)
    counts: dict[int | None, int] = dict(rows.order_by().values_list("kategori_id", "jumlah"))
    if not counts.get(None):
        return None
    published = dict(JumlahPMKS.objects.filter(tahun=params.tahun_data).order_by().values_list("kategori_id", "jumlah"))
    kinds = list(KategoriPMKS.objects.order_by("nomor"))
    masked, total = mask_whole(
        counts[None], [counts.get(kind.pk, 0) for kind in kinds], [kind.pk in params.terbuka for kind in kinds]
    )
    return Hitungan(
        [(kind, count, published.get(kind.pk)) for kind, count in zip(kinds, masked, strict=True)],
        total,
    )


def count_cell(shown: Hitung, published: int | None, banding: Banding, tempat: str) -> Nilai | Sel:
    """One count; beside a published one of the same year the difference is told, unless the count is hidden."""
    if isinstance(shown, Samar):
        return Kosong(str(shown))
    if published is None:
        return angka(shown)
    return banding.cell(published, shown, angka, lambda: tempat) or KOSONG


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

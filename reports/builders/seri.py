"""Tabel 3.4-3.9: yearly series of people served; Tabel 3.7 holds two series side by side."""

from __future__ import annotations

from pmks.models import NilaiSeri, SeriLayanan
from reports.builders.common import document_matrix
from reports.builders.profil import BAB_3
from reports.matrix import Baris, Bilangan, Kolom, Matrix, Pencatat, Peran, Rata, angka
from reports.report import Params, Report


def _report(table: str, judul: str) -> Report:
    def build(params: Params) -> Matrix:
        return _build(report, table, params)

    report = Report(
        slug=f"tabel-{table.replace('.', '-')}",
        nomor=f"Tabel {table}",
        judul=judul,
        kelompok=BAB_3,
        build=build,
    )
    return report


def _build(report: Report, table: str, params: Params) -> Matrix:
    """Three queries."""
    series = list(
        SeriLayanan.objects.filter(tabel=table).order_by("urutan", "id").values_list("id", "kode", "kepala_kolom")
    )
    values = {
        (year, series_id): count
        for series_id, year, count in NilaiSeri.objects.filter(seri__tabel=table)
        .order_by()
        .values_list("seri_id", "tahun", "jumlah")
    }
    single = len(series) == 1
    kolom = (
        Kolom("No", "no", rata=Rata.TENGAH, bobot=14),
        Kolom("Tahun", "tahun", rata=Rata.TENGAH, bobot=30, judul_baris=True),
        *(
            Kolom(head, "jumlah" if single else kode.replace("-", "_"), rata=Rata.KANAN, bobot=40)
            for _, kode, head in series
        ),
    )
    years = sorted({year for year, _ in values})
    rows = tuple(
        Baris(
            Peran.BARIS,
            (Bilangan(at), Bilangan(year), *(angka(values.get((year, series_id))) for series_id, _, _ in series)),
        )
        for at, year in enumerate(years, start=1)
    )
    return document_matrix(report, params, table, kolom=kolom, baris=rows, catatan=Pencatat())


REPORTS = (
    _report(
        "3.4",
        "Jumlah Warga negara migran korban tindak kekerasan yang dipulangkan kepada keluarganya sampai ke Desa",
    ),
    _report("3.5", "Jumlah verifikasi dan validasi data fakir miskin, PMKS dan PSKS"),
    _report("3.6", "Jumlah Fasilitas Bantuan Sosial Pangan"),
    _report("3.7", "Jumlah Bantuan Pengembangan Ekonomi Masyarakat"),
    _report("3.8", "Jumlah Korban Bencana yang terbantu"),
    _report("3.9", "Jumlah Anggota Tagana"),
)

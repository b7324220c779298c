"""People of the registry from a CSV or XLSX file."""

from pmks.impor.perintah import PerintahImpor
from pmks.models import PekerjaanImpor


class Command(PerintahImpor):
    """Registry rows: nik, no_kk, nama, jenis_kelamin, tanggal_lahir, kategori, kode_desa, alamat."""

    help = "Memasukkan data orang PMKS dari berkas CSV atau XLSX."
    jenis = PekerjaanImpor.Jenis.PMKS

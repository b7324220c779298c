"""Services given to registered people, from a CSV or XLSX file."""

from indicators.kode_layanan import known_codes
from pmks.impor.pekerjaan import Kode
from pmks.impor.perintah import PerintahImpor
from pmks.models import PekerjaanImpor


class Command(PerintahImpor):
    """Services: nik or id, kode_sub_kegiatan, tanggal, jenis_layanan, nilai_rp."""

    help = "Memasukkan layanan yang diterima orang PMKS dari berkas CSV atau XLSX."
    jenis = PekerjaanImpor.Jenis.LAYANAN

    def codes(self) -> Kode:
        return known_codes()

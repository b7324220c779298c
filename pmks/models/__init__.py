"""The registry: printed counts, areas, people, services, imports and what is kept about its use."""

from pmks.models.bukti import BuktiLayanan
from pmks.models.catatan import CatatanAkses, KeputusanDugaan
from pmks.models.dugaan import BarisDugaan, PemeriksaanDugaan
from pmks.models.impor import PekerjaanImpor, PemetaanKolom
from pmks.models.layanan import HitunganLayanan, Layanan
from pmks.models.orang import (
    IdentitasLuar,
    Orang,
    OrangKategori,
    Penggabungan,
    PerubahanStatus,
    RingkasanPMKS,
    RiwayatOrang,
    StatusOrang,
)
from pmks.models.tercetak import (
    JumlahPMKS,
    JumlahWarna,
    KategoriPMKS,
    KelompokWarna,
    NilaiSeri,
    SeriLayanan,
    WewenangKategori,
)
from pmks.models.wilayah import Wilayah

__all__ = [
    "BarisDugaan",
    "BuktiLayanan",
    "CatatanAkses",
    "HitunganLayanan",
    "IdentitasLuar",
    "JumlahPMKS",
    "JumlahWarna",
    "KategoriPMKS",
    "KelompokWarna",
    "KeputusanDugaan",
    "Layanan",
    "NilaiSeri",
    "Orang",
    "OrangKategori",
    "PekerjaanImpor",
    "PemeriksaanDugaan",
    "PemetaanKolom",
    "Penggabungan",
    "PerubahanStatus",
    "RingkasanPMKS",
    "RiwayatOrang",
    "SeriLayanan",
    "StatusOrang",
    "WewenangKategori",
    "Wilayah",
]

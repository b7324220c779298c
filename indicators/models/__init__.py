"""Measures and what is kept about them; one module a topic."""

from indicators.models.alur import Komentar, Langkah, Pemberitahuan, SetelanPemberitahuan, Tengok
from indicators.models.bukti import Bukti
from indicators.models.penyelesaian import PenyelesaianTemuan
from indicators.models.periode import Periode, Perpanjangan, TargetTriwulan
from indicators.models.rumus import Komponen, NilaiBeku, NilaiKomponen, PilihanAngka, Rumus
from indicators.models.ukuran import Definisi, Indikator, Realisasi, Sebutan, Target

__all__ = [
    "Bukti",
    "Definisi",
    "Indikator",
    "Komentar",
    "Komponen",
    "Langkah",
    "NilaiBeku",
    "NilaiKomponen",
    "Pemberitahuan",
    "PenyelesaianTemuan",
    "Periode",
    "Perpanjangan",
    "PilihanAngka",
    "Realisasi",
    "Rumus",
    "Sebutan",
    "SetelanPemberitahuan",
    "Target",
    "TargetTriwulan",
    "Tengok",
]

"""Measures and what is kept about them; one module a topic."""

from indicators.models.penyelesaian import PenyelesaianTemuan
from indicators.models.rumus import Komponen, NilaiBeku, NilaiKomponen, Rumus
from indicators.models.ukuran import Definisi, Indikator, Realisasi, Sebutan, Target

__all__ = [
    "Definisi",
    "Indikator",
    "Komponen",
    "NilaiBeku",
    "NilaiKomponen",
    "PenyelesaianTemuan",
    "Realisasi",
    "Rumus",
    "Sebutan",
    "Target",
]

"""Addresses of the measures."""

from django.urls import path

from indicators.views import realisasi

urlpatterns = [
    path("realisasi/", realisasi.realisasi_awal, name="realisasi-awal"),
    path("realisasi/<int:tahun>/", realisasi.realisasi, name="realisasi"),
    path("realisasi/<int:tahun>/baris/<int:indikator>/", realisasi.realisasi_baris, name="realisasi-baris"),
]

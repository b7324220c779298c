"""Addresses of the measures."""

from django.urls import path

from indicators.views import beranda, kenapa, plan, realisasi, temuan

urlpatterns = [
    path("", beranda.beranda, name="beranda"),
    path("renstra/", plan.renstra, name="renstra"),
    path("renstra/daftar/", plan.simpul_daftar, name="simpul_daftar"),
    path("renstra/daftar.csv", plan.simpul_daftar_csv, name="simpul_daftar_csv"),
    path("renstra/arah/", plan.renstra_arah, name="renstra_arah"),
    path("renstra/<str:kode>/", plan.simpul, name="simpul"),
    path("realisasi/", realisasi.realisasi_awal, name="realisasi-awal"),
    path("realisasi/<int:tahun>/", realisasi.realisasi, name="realisasi"),
    path("realisasi/<int:tahun>/baris/<int:indikator>/", realisasi.realisasi_baris, name="realisasi-baris"),
    path("indikator/kenapa/<int:tahun>/<int:indikator>/", kenapa.kenapa, name="kenapa"),
    path("temuan/", temuan.temuan, name="temuan"),
]

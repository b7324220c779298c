"""Addresses of the paper."""

from django.urls import path

from reports import analisis, temuan, views

urlpatterns = [
    path("laporan/", views.laporan, name="laporan"),
    path("analisis/", analisis.analisis_awal, name="analisis-awal"),
    path("analisis/<int:tahun>/", analisis.analisis, name="analisis"),
    path("analisis/<int:tahun>/<int:kunci>/", analisis.analisis_simpan, name="analisis_simpan"),
    path("analisis/<int:tahun>/catatan/", analisis.catatan_simpan, name="catatan_simpan"),
    path("analisis/<int:tahun>/<int:kunci>/standar/", analisis.standar_tambah, name="standar_tambah"),
    path("analisis/<int:tahun>/standar/<int:standar>/hapus/", analisis.standar_hapus, name="standar_hapus"),
    path("temuan/unduh.<slug:suffix>", temuan.temuan_berkas, name="temuan_berkas"),
    path("laporan/<slug:slug>/kenapa/", views.laporan_kenapa, name="laporan_kenapa"),
    path("laporan/<slug:slug>/", views.laporan_detail, name="laporan_detail"),
    path("laporan/<slug:slug>.<slug:suffix>", views.laporan_berkas, name="laporan_berkas"),
]

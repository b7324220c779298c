"""Addresses of the measures."""

from django.urls import path

from indicators.views import beranda, impor, indikator, kenapa, orang, padanan, plan, realisasi, temuan, versi

urlpatterns = [
    path("", beranda.beranda, name="beranda"),
    path("renstra/", plan.renstra, name="renstra"),
    path("renstra/daftar/", plan.simpul_daftar, name="simpul_daftar"),
    path("renstra/daftar.csv", plan.simpul_daftar_csv, name="simpul_daftar_csv"),
    path("renstra/arah/", plan.renstra_arah, name="renstra_arah"),
    path("renstra/versi/", versi.versi, name="versi"),
    path("renstra/versi/<str:kode>/", versi.versi_detail, name="versi_detail"),
    path("renstra/versi/<str:kode>/tambah/", versi.versi_tambah, name="versi_tambah"),
    path("renstra/versi/<str:kode>/<str:tingkat>/<int:pk>/", versi.versi_ubah, name="versi_ubah"),
    path("renstra/padanan/", padanan.padanan, name="padanan"),
    path("renstra/padanan.csv", padanan.padanan_csv, name="padanan_csv"),
    path("renstra/<str:kode>/", plan.simpul, name="simpul"),
    path("realisasi/", realisasi.realisasi_awal, name="realisasi-awal"),
    path("realisasi/<int:tahun>/", realisasi.realisasi, name="realisasi"),
    path("realisasi/<int:tahun>/baris/<int:indikator>/", realisasi.realisasi_baris, name="realisasi-baris"),
    path("indikator/kenapa/<int:tahun>/<int:indikator>/", kenapa.kenapa, name="kenapa"),
    path("indikator/", indikator.indikator_daftar, name="indikator-daftar"),
    path("indikator/setujui/<int:tahun>/", indikator.indikator_setujui, name="indikator-setujui"),
    path("indikator/<path:kode>/rumus/", indikator.indikator_rumus, name="indikator-rumus"),
    path("indikator/<path:kode>/komponen/", indikator.indikator_definisi, name="indikator-komponen-baru"),
    path("indikator/<path:kode>/komponen/<slug:nama>/", indikator.indikator_definisi, name="indikator-komponen"),
    path("indikator/<path:kode>/isi/<int:tahun>/<slug:komponen>/", indikator.indikator_isi, name="indikator-isi"),
    path("indikator/<path:kode>/hitung/<int:tahun>/", indikator.indikator_hitung, name="indikator-hitung"),
    path("indikator/<path:kode>/buka/<int:tahun>/", indikator.indikator_buka, name="indikator-buka"),
    path("indikator/<path:kode>/", indikator.indikator, name="indikator"),
    path("pmks/impor/", impor.impor, name="pmks-impor"),
    path("pmks/impor/<int:pk>/", impor.impor_satu, name="pmks-impor-satu"),
    path("pmks/impor/<int:pk>/kemajuan/", impor.impor_kemajuan, name="pmks-impor-kemajuan"),
    path("pmks/impor/<int:pk>/batal/", impor.impor_batal, name="pmks-impor-batal"),
    path("pmks/impor/<int:pk>/lanjut/", impor.impor_lanjut, name="pmks-impor-lanjut"),
    path("pmks/impor/<int:pk>/ditolak.csv", impor.impor_ditolak, name="pmks-impor-ditolak"),
    path("pmks/orang/<int:pk>/", orang.orang, name="pmks-orang-satu"),
    path("pmks/orang/<int:pk>/layanan/", orang.orang_layanan, name="pmks-orang-layanan"),
    path("pmks/orang/<int:pk>/layanan/<int:layanan>/hapus/", orang.orang_layanan_hapus, name="pmks-layanan-hapus"),
    path("temuan/", temuan.temuan, name="temuan"),
    path("temuan/<slug:kunci>/", temuan.temuan_satu, name="temuan-satu"),
]

"""Addresses of the registry. The page of one person shows sub kegiatan and stands in ``indicators/urls.py``."""

from django.urls import path

from pmks.views import bukti, dugaan, ekspor, gabung, ikhtisar, orang, penetapan, pilih

urlpatterns = [
    path("pmks/", ikhtisar.pmks, name="pmks"),
    path("pmks/tetapkan/<int:tahun>/", penetapan.tetapkan, name="pmks-tetapkan"),
    path("pmks/dugaan/", dugaan.dugaan, name="pmks-dugaan"),
    path("pmks/dugaan/periksa/", dugaan.dugaan_periksa, name="pmks-dugaan-periksa"),
    path("pmks/dugaan/<int:tahun>/<slug:aturan>/<slug:kunci>/", dugaan.dugaan_satu, name="pmks-dugaan-satu"),
    path("pmks/orang/", orang.orang_daftar, name="pmks-orang"),
    path("pmks/orang/cari/", orang.orang_cari, name="pmks-orang-cari"),
    path("pmks/orang/mirip/", orang.orang_mirip, name="pmks-orang-mirip"),
    path("pmks/orang/baru/", orang.orang_baru, name="pmks-orang-baru"),
    path("pmks/orang/pilih/", pilih.orang_pilih, name="pmks-orang-pilih"),
    path("pmks/orang/ekspor/", ekspor.orang_ekspor, name="pmks-orang-ekspor"),
    path("pmks/orang/<int:pk>/ubah/", orang.orang_ubah, name="pmks-orang-ubah"),
    path("pmks/orang/<int:pk>/jenis/", orang.orang_jenis, name="pmks-orang-jenis"),
    path("pmks/orang/<int:pk>/status/", orang.orang_status, name="pmks-orang-status"),
    path("pmks/orang/<int:pk>/nomor/", orang.orang_identitas, name="pmks-orang-nomor"),
    path("pmks/orang/<int:pk>/nik/", orang.orang_nik, name="pmks-orang-nik"),
    path("pmks/orang/<int:pk>/gabung/", gabung.orang_gabung, name="pmks-orang-gabung"),
    path("pmks/orang/<int:pk>/layanan/<int:layanan>/bukti/", bukti.layanan_bukti, name="pmks-layanan-bukti"),
    path(
        "pmks/orang/<int:pk>/layanan/<int:layanan>/bukti/<int:bukti>/",
        bukti.layanan_bukti_unduh,
        name="pmks-layanan-bukti-unduh",
    ),
    path("pmks/orang/<int:pk>/pisah/<int:gabungan>/", gabung.orang_pisah, name="pmks-orang-pisah"),
]

"""People of the registry, their kinds by year, their status and what became of their data.

Names are kept in the clear, because people are found and sorted by them; NIK and No KK are encrypted
(``pmks/kripto.py``). Changes of a person do not go to the trail ``Jejak``, which nothing can remove, but to
``RiwayatOrang``, whose values an erasure can empty.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pmks import kripto
from pmks.fields import TeksUrut, asal_impor
from pmks.models.tercetak import KategoriPMKS
from pmks.models.wilayah import Wilayah
from pmks.querysets import TAHUN_AWAL, OrangQuerySet


class StatusOrang(models.TextChoices):
    """What is known of a person today; all but *aktif* no longer count as living in the registry."""

    AKTIF = "aktif", "Aktif"
    PINDAH = "pindah", "Pindah"
    MENINGGAL = "meninggal", "Meninggal"
    GRADUASI = "graduasi", "Graduasi"
    TIDAK_DITEMUKAN = "hilang", "Tidak ditemukan"


class Orang(models.Model):
    """One person of the registry, with or without papers.

    With a NIK, the NIK stands for the person; without, name, birth date and village do. ``nama_cari`` is
    ``nama.normalise(nama)``. A person merged into another one stays, with ``digabung_ke``; an erased one stays
    with ``dihapus_pada`` and without identity, so that counts of the past remain. ``versi`` is the token against
    lost updates.
    """

    class JenisKelamin(models.TextChoices):
        LAKI_LAKI = "L", "Laki-laki"
        PEREMPUAN = "P", "Perempuan"

    nama = models.CharField("nama", max_length=150)
    nama_cari = TeksUrut("nama untuk mencari", max_length=150)
    nik_sandi = models.CharField("NIK terenkripsi", max_length=80, blank=True, default="")
    nik_hash = TeksUrut("hash NIK", max_length=kripto.HASH_LENGTH, blank=True, default="")
    kk_sandi = models.CharField("No KK terenkripsi", max_length=80, blank=True, default="")
    kk_hash = TeksUrut("hash No KK", max_length=kripto.HASH_LENGTH, blank=True, default="")
    nik_janggal = models.BooleanField("NIK bertentangan dengan tanggal lahir atau jenis kelamin", default=False)
    jenis_kelamin = models.CharField("jenis kelamin", max_length=1, choices=JenisKelamin, blank=True, default="")
    tanggal_lahir = models.DateField("tanggal lahir", null=True, blank=True)
    desa = models.ForeignKey(Wilayah, models.PROTECT, related_name="orang", verbose_name="desa", db_index=False)
    alamat = models.CharField("alamat", max_length=300, blank=True, default="")
    status = models.CharField("status", max_length=10, choices=StatusOrang, default=StatusOrang.AKTIF)
    status_sejak = models.DateField("status sejak", null=True, blank=True)
    catatan = models.TextField("catatan", blank=True, default="")
    digabung_ke = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gabungan",
        verbose_name="digabung ke",
        db_index=False,
    )
    dihapus_pada = models.DateTimeField("identitas dihapus pada", null=True, blank=True)
    versi = models.PositiveIntegerField("versi", default=1)
    impor = asal_impor()
    dibuat_pada = models.DateTimeField("dibuat pada")
    diubah_pada = models.DateTimeField("diubah pada")

    objects = OrangQuerySet.as_manager()

    class Meta:
        verbose_name = "orang"
        verbose_name_plural = "orang"
        ordering: ClassVar = ["nama_cari", "id"]
        indexes: ClassVar = [
            models.Index(fields=["nama_cari", "id"], name="orang_nama"),
            models.Index(fields=["desa", "nama_cari", "id"], name="orang_desa_nama"),
            models.Index(fields=["kk_hash"], name="orang_kk", condition=~Q(kk_hash="")),
            # Nearly everybody is not merged: an index over all would only mislead SQLite's planner.
            models.Index(fields=["digabung_ke"], name="orang_digabung", condition=Q(digabung_ke__isnull=False)),
            models.Index(
                fields=["status", "nama_cari", "id"], name="orang_tidak_aktif", condition=~Q(status=StatusOrang.AKTIF)
            ),
            # Written with the person, so that nobody decrypts every NIK to find the odd ones.
            models.Index(fields=["id"], name="orang_nik_janggal", condition=Q(nik_janggal=True)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nik_hash"],
                condition=~Q(nik_hash="") & Q(digabung_ke=None),
                name="orang_nik_unik",
                violation_error_message="NIK ini sudah terdaftar.",
            ),
            models.UniqueConstraint(
                fields=["nama_cari", "tanggal_lahir", "desa"],
                condition=Q(nik_hash="", digabung_ke=None, dihapus_pada=None),
                name="orang_tanpa_nik_unik",
                violation_error_message="Orang tanpa NIK dengan nama, tanggal lahir, dan desa ini sudah terdaftar.",
            ),
            models.CheckConstraint(
                condition=~Q(nik_hash="") | Q(tanggal_lahir__isnull=False) | Q(dihapus_pada__isnull=False),
                name="orang_dapat_dikenali",
                violation_error_message="Tanpa NIK, orang dikenali dari nama, tanggal lahir, dan desa; isi tanggal.",
            ),
            models.CheckConstraint(
                condition=Q(nik_sandi="", nik_hash="") | (~Q(nik_sandi="") & ~Q(nik_hash="")),
                name="orang_nik_utuh",
            ),
            models.CheckConstraint(
                condition=Q(kk_sandi="", kk_hash="") | (~Q(kk_sandi="") & ~Q(kk_hash="")), name="orang_kk_utuh"
            ),
            models.CheckConstraint(
                condition=Q(digabung_ke=None) | ~Q(digabung_ke=F("id")), name="orang_tidak_digabung_ke_diri"
            ),
        ]

    def __str__(self) -> str:
        """The number, never the name: this text ends up in logs and in the trail."""
        return f"Orang {self.pk}"

    @property
    def nik_samar(self) -> str:
        """NIK with only its last four digits; empty without papers."""
        return kripto.mask(kripto.decrypt(self.nik_sandi, "nik"))

    @property
    def kk_samar(self) -> str:
        """No KK with only its last four digits."""
        return kripto.mask(kripto.decrypt(self.kk_sandi, "kk"))


class OrangKategori(models.Model):
    """A person counted under a kind in a year, and in which desa: the row behind every count."""

    orang = models.ForeignKey(Orang, models.PROTECT, related_name="kategori_tahun", db_index=False)
    tahun = models.PositiveSmallIntegerField("tahun")
    kategori = models.ForeignKey(
        KategoriPMKS, models.PROTECT, related_name="orang_tahun", verbose_name="kategori PMKS", db_index=False
    )
    desa = models.ForeignKey(Wilayah, models.PROTECT, related_name="+", verbose_name="desa", db_index=False)
    impor = asal_impor()

    class Meta:
        verbose_name = "kategori orang per tahun"
        verbose_name_plural = "kategori orang per tahun"
        ordering: ClassVar = ["orang", "tahun", "kategori"]
        indexes: ClassVar = [models.Index(fields=["tahun", "kategori", "orang"], name="orang_kategori_tahun")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["orang", "tahun", "kategori"],
                name="orang_kategori_unik",
                violation_error_message="Orang ini sudah tercatat dalam jenis dan tahun tersebut.",
            ),
            models.CheckConstraint(
                condition=Q(tahun__gte=TAHUN_AWAL, tahun__lte=2100),
                name="orang_kategori_tahun_wajar",
                violation_error_message="Data menurut nama ada sejak 2021.",
            ),
        ]

    def __str__(self) -> str:
        """Ids only."""
        return f"Orang {self.orang_id} · {self.tahun} · {self.kategori_id}"


class IdentitasLuar(models.Model):
    """The number of a person in another register: DTSEN, formerly DTKS (Inpres 4/2025), or any other source."""

    orang = models.ForeignKey(Orang, models.CASCADE, related_name="identitas_luar")
    sumber = models.CharField("sumber", max_length=30, help_text="Misalnya DTSEN atau DTKS.")
    nomor = models.CharField("nomor", max_length=60)

    class Meta:
        verbose_name = "nomor di daftar lain"
        verbose_name_plural = "nomor di daftar lain"
        ordering: ClassVar = ["sumber", "nomor"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sumber", "nomor"],
                name="identitas_luar_unik",
                violation_error_message="Nomor ini sudah dipakai orang lain dari sumber yang sama.",
            )
        ]

    def __str__(self) -> str:
        """Source and person."""
        return f"{self.sumber} · orang {self.orang_id}"


class PerubahanStatus(models.Model):
    """One change of the status of a person; the newest is also on ``Orang``."""

    orang = models.ForeignKey(Orang, models.CASCADE, related_name="perubahan_status")
    status = models.CharField("status", max_length=10, choices=StatusOrang)
    sejak = models.DateField("sejak")
    catatan = models.CharField("catatan", max_length=300, blank=True)
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    pada = models.DateTimeField("dicatat pada", auto_now_add=True)

    class Meta:
        verbose_name = "perubahan status"
        verbose_name_plural = "perubahan status"
        ordering: ClassVar = ["-sejak", "-id"]

    def __str__(self) -> str:
        """Status and date."""
        return f"{self.get_status_display()} sejak {self.sejak}"


class RiwayatOrang(models.Model):
    """One change of one column of a person: who, when, from what, to what, why, through which door.

    Only grows, held by database triggers, with one exception: ``dari``, ``ke`` and ``alasan`` can be
    emptied (erasure).
    NIK and No KK stand here masked. ``impor`` is the import that brought the change.
    """

    orang = models.ForeignKey(Orang, models.PROTECT, related_name="riwayat")
    waktu = models.DateTimeField("waktu", auto_now_add=True)
    pelaku = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    pelaku_nama = models.CharField("nama pelaku", max_length=200)
    pintu = models.CharField("pintu", max_length=10)
    kolom = models.CharField("kolom", max_length=60)
    # NULL is "there was no value", or an erased one.
    dari = models.TextField("dari", null=True)  # noqa: DJ001
    ke = models.TextField("ke", null=True)  # noqa: DJ001
    alasan = models.TextField("alasan", blank=True)
    impor = models.ForeignKey(
        "pmks.PekerjaanImpor", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        verbose_name = "riwayat orang"
        verbose_name_plural = "riwayat orang"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        """Person and column."""
        return f"Orang {self.orang_id} · {self.kolom}"


class Penggabungan(models.Model):
    """Two persons that proved to be one: what moved from ``digabung`` to ``utama``, so that both can be parted again.

    ``isi`` holds ids of moved rows and the rows both had (``pmks/penggabungan.py``), no personal data.
    """

    utama = models.ForeignKey(Orang, models.PROTECT, related_name="penggabungan")
    digabung = models.ForeignKey(Orang, models.PROTECT, related_name="+")
    isi = models.JSONField("yang dipindahkan")
    alasan = models.TextField("alasan")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pada = models.DateTimeField("pada", auto_now_add=True)
    dibatalkan_pada = models.DateTimeField("dibatalkan pada", null=True, blank=True)
    dibatalkan_oleh = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    alasan_batal = models.TextField("alasan pembatalan", blank=True)

    class Meta:
        verbose_name = "penggabungan"
        verbose_name_plural = "penggabungan"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["digabung"],
                condition=Q(dibatalkan_pada=None),
                name="penggabungan_sekali",
                violation_error_message="Orang ini sudah digabung.",
            ),
            models.CheckConstraint(condition=~Q(alasan=""), name="penggabungan_beralasan"),
        ]

    def __str__(self) -> str:
        """The two ids."""
        return f"Orang {self.digabung_id} → {self.utama_id}"


class RingkasanPMKS(models.Model):
    """Distinct people of a kind (or of all, ``kategori`` None) in an area and year, in step by ``pmks/ringkasan.py``.

    An area is a desa, a kecamatan or the kabupaten: distinct counts do not add up, so each level has its own.
    """

    tahun = models.PositiveSmallIntegerField("tahun")
    kategori = models.ForeignKey(KategoriPMKS, models.CASCADE, null=True, blank=True, related_name="+")
    wilayah = models.ForeignKey(Wilayah, models.CASCADE, related_name="+", verbose_name="wilayah")
    jumlah = models.PositiveIntegerField("jumlah (jiwa)")

    class Meta:
        verbose_name = "ringkasan PMKS"
        verbose_name_plural = "ringkasan PMKS"
        ordering: ClassVar = ["tahun", "wilayah", "kategori"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tahun", "wilayah", "kategori"],
                name="ringkasan_pmks_unik",
                condition=Q(kategori__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["tahun", "wilayah"], condition=Q(kategori__isnull=True), name="ringkasan_semua_unik"
            ),
        ]

    def __str__(self) -> str:
        """Year and ids."""
        return f"{self.tahun} · {self.wilayah_id} · {self.kategori_id or 'semua'}"

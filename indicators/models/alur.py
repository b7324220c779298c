"""The way of a row through checking and approval: steps, remarks, notices."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from indicators.models.ukuran import Indikator, Realisasi


class Langkah(models.Model):
    """One step of a realisasi row: submitted, withdrawn, verified, returned, approved or unlocked.

    ``isi`` holds the values of the row at that moment as text by column (``entry.FIELDS``), so that the
    difference to the last submission can be shown; ``versi`` is the version they were. Rows are only added.
    """

    class Tindakan(models.TextChoices):
        AJUKAN = "ajukan", "Diajukan"
        TARIK = "tarik", "Ditarik kembali"
        VERIFIKASI = "verifikasi", "Diverifikasi"
        KEMBALIKAN = "kembalikan", "Dikembalikan"
        SETUJUI = "setujui", "Disetujui"
        BUKA = "buka", "Kunci dibuka"

    realisasi = models.ForeignKey(Realisasi, models.PROTECT, related_name="langkah")
    tindakan = models.CharField("tindakan", max_length=12, choices=Tindakan)
    dari = models.CharField("dari", max_length=12, choices=Realisasi.Status)
    ke = models.CharField("ke", max_length=12, choices=Realisasi.Status)
    catatan = models.TextField("catatan", blank=True)
    versi = models.PositiveIntegerField("versi")
    isi = models.JSONField("isi")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    pada = models.DateTimeField("pada")

    class Meta:
        verbose_name = "langkah"
        verbose_name_plural = "langkah"
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["realisasi", "tindakan", "id"], name="langkah_realisasi")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(tindakan__in=["kembalikan", "buka"]) | ~Q(catatan=""),
                name="langkah_mundur_beralasan",
                violation_error_message="Mengembalikan atau membuka kunci harus disertai alasan.",
            )
        ]

    def __str__(self) -> str:
        """What was done to which row."""
        return f"{self.realisasi}: {self.get_tindakan_display()}"


class Komentar(models.Model):
    """A remark on a row of a year (``triwulan`` 0) or quarter; it stands also where nothing was entered yet.

    It hangs on the indicator that keeps the realisasi (``Indikator.kunci_realisasi``).
    """

    indikator = models.ForeignKey(Indikator, models.PROTECT, related_name="komentar")
    tahun = models.PositiveSmallIntegerField("tahun")
    triwulan = models.PositiveSmallIntegerField("triwulan", default=0, help_text="0 = setahun.")
    teks = models.TextField("komentar")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    pada = models.DateTimeField("pada")

    class Meta:
        verbose_name = "komentar"
        verbose_name_plural = "komentar"
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["tahun", "triwulan", "indikator"], name="komentar_baris")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(teks=""), name="komentar_berisi", violation_error_message="Tulis komentarnya."
            )
        ]

    def __str__(self) -> str:
        """Beginning of the remark."""
        return self.teks[:60]


class Tengok(models.Model):
    """When a person last looked through the board of a year, to say what changed since."""

    pengguna = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tengok")
    tahun = models.PositiveSmallIntegerField("tahun")
    triwulan = models.PositiveSmallIntegerField("triwulan", default=0, help_text="0 = setahun.")
    pada = models.DateTimeField("pada")

    class Meta:
        verbose_name = "terakhir dilihat"
        verbose_name_plural = "terakhir dilihat"
        constraints: ClassVar = [models.UniqueConstraint(fields=["pengguna", "tahun", "triwulan"], name="tengok_unik")]

    def __str__(self) -> str:
        """Person and year."""
        return f"{self.pengguna} · {self.tahun}"


class Pemberitahuan(models.Model):
    """A notice for one person: what happened and where to look; it is mailed in a bundle unless told otherwise."""

    class Jenis(models.TextChoices):
        DIAJUKAN = "diajukan", "Baris diajukan"
        DIKEMBALIKAN = "dikembalikan", "Baris dikembalikan"
        DIVERIFIKASI = "diverifikasi", "Baris diverifikasi"
        DISETUJUI = "disetujui", "Tahun disetujui"
        DIBUKA = "dibuka", "Kunci dibuka"
        KOMENTAR = "komentar", "Komentar baru"
        PERIODE = "periode", "Periode dan perpanjangan"

    untuk = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pemberitahuan")
    jenis = models.CharField("jenis", max_length=12, choices=Jenis)
    teks = models.TextField("isi")
    tautan = models.CharField("alamat", max_length=300)
    dibuat = models.DateTimeField("dibuat")
    dibaca = models.DateTimeField("dibaca", null=True, blank=True)
    disurel = models.DateTimeField("dikirim lewat surel", null=True, blank=True)

    class Meta:
        verbose_name = "pemberitahuan"
        verbose_name_plural = "pemberitahuan"
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["untuk", "dibaca"], name="pemberitahuan_belum_dibaca")]

    def __str__(self) -> str:
        """Text."""
        return self.teks[:80]


class SetelanPemberitahuan(models.Model):
    """How a person wants notices by e-mail; without a row: one bundle a day, of every kind."""

    class Surel(models.TextChoices):
        HARIAN = "harian", "Sekali sehari, dirangkum"
        SEGERA = "segera", "Segera, dirangkum tiap beberapa menit"
        TIDAK = "tidak", "Tidak lewat surel"

    pengguna = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="setelan_pemberitahuan", primary_key=True
    )
    surel = models.CharField("surel", max_length=8, choices=Surel, default=Surel.HARIAN)
    dibisukan = models.JSONField("jenis yang tidak dikirim", default=list, blank=True)

    class Meta:
        verbose_name = "setelan pemberitahuan"
        verbose_name_plural = "setelan pemberitahuan"

    def __str__(self) -> str:
        """Person."""
        return str(self.pengguna)

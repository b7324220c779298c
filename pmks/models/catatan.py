"""What is kept about the use of the registry: who looked, who exported, what was decided about suspicions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from pmks.models.orang import Orang


class CatatanAkses(models.Model):
    """One look at, or one export of, personal data (UU 27/2022). Only grows, held by database triggers.

    ``orang`` is None where many were shown; ``jumlah`` says how many. ``rincian`` holds filters, never what was
    typed to find a person. ``tujuan`` is the purpose of an export or the reason to open a NIK.
    """

    class Jenis(models.TextChoices):
        DAFTAR = "daftar", "Melihat daftar"
        CARI_NIK = "cari_nik", "Mencari dengan NIK"
        ORANG = "orang", "Melihat satu orang"
        BUKA_NIK = "buka_nik", "Membuka NIK atau No KK"
        BUKTI = "bukti", "Membuka bukti layanan"
        EKSPOR = "ekspor", "Mengekspor"
        HAPUS = "hapus", "Menghapus identitas"

    waktu = models.DateTimeField("waktu", auto_now_add=True)
    pelaku = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    pelaku_nama = models.CharField("nama pelaku", max_length=200)
    pintu = models.CharField("pintu", max_length=10)
    jenis = models.CharField("jenis", max_length=10, choices=Jenis)
    orang = models.ForeignKey(Orang, models.PROTECT, null=True, blank=True, related_name="akses")
    jumlah = models.PositiveIntegerField("banyaknya orang", default=1)
    rincian = models.CharField("rincian", max_length=300, blank=True)
    tujuan = models.CharField("tujuan", max_length=300, blank=True)
    permintaan = models.CharField("id permintaan", max_length=64, blank=True)

    class Meta:
        verbose_name = "catatan akses"
        verbose_name_plural = "catatan akses"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(jenis__in=["ekspor", "buka_nik", "hapus"]) | ~Q(tujuan=""),
                name="catatan_akses_bertujuan",
                violation_error_message="Tulis untuk apa data ini dipakai.",
            )
        ]

    def __str__(self) -> str:
        """What and when."""
        return f"{self.get_jenis_display()} · {self.waktu:%Y-%m-%d %H:%M}"


class KeputusanDugaan(models.Model):
    """A person's decision about a suspicion (``pmks/dugaan.py``). Rows are only added; the newest of a key counts."""

    class Keputusan(models.TextChoices):
        BERBEDA = "berbeda", "Bukan kesalahan"
        DIPERBAIKI = "diperbaiki", "Sudah diperbaiki"
        DIGABUNG = "digabung", "Digabung"
        DIBUKA = "dibuka", "Dibuka lagi"

    aturan = models.CharField("aturan", max_length=40)
    kunci = models.CharField("kunci", max_length=60)
    sidik = models.CharField("keadaan yang diputuskan", max_length=64)
    keputusan = models.CharField("keputusan", max_length=12, choices=Keputusan)
    catatan = models.TextField("catatan")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pada = models.DateTimeField("pada", auto_now_add=True)

    class Meta:
        verbose_name = "keputusan atas dugaan"
        verbose_name_plural = "keputusan atas dugaan"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["aturan", "kunci", "-id"], name="keputusan_terbaru")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(catatan=""),
                name="keputusan_bercatatan",
                violation_error_message="Tulis alasan keputusan ini.",
            )
        ]

    def __str__(self) -> str:
        """Rule and key."""
        return f"{self.aturan} · {self.kunci}"

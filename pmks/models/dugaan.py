"""Suspicions as found, kept in step by ``pmks/dugaan_tersimpan.py``; decisions about them are in ``catatan.py``."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pmks.models.orang import Orang
from pmks.models.wilayah import Wilayah


class BarisDugaan(models.Model):
    """One suspicion of a year (``pmks/aturan_dugaan.py``), without anything that could not be found again.

    ``jenis`` tells who sees it: the kinds of each person it is about, ``"24|9,24"``; somebody who serves a kind of
    every one of them (``Cakupan.sees``). ``keadaan`` follows the newest decision of its key.
    """

    class Keadaan(models.TextChoices):
        TERBUKA = "terbuka", "terbuka"
        SELESAI = "selesai", "selesai"

    tahun = models.PositiveSmallIntegerField("tahun")
    aturan = models.CharField("aturan", max_length=40)
    kunci = models.CharField("kunci", max_length=60)
    # Rows are replaced while people are being written: a constraint would lock those people.
    orang = models.ForeignKey(Orang, models.DO_NOTHING, related_name="+", db_constraint=False)
    orang_lain = models.ForeignKey(
        Orang, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    kategori = models.PositiveIntegerField("id jenis yang disebut", null=True)
    kecamatan = models.ForeignKey(
        Wilayah, models.DO_NOTHING, related_name="+", verbose_name="kecamatan", db_constraint=False, db_index=False
    )
    jenis = models.CharField("jenis orangnya", max_length=200)
    fakta = models.CharField("yang ditemukan", max_length=200)
    sidik = models.CharField("sidik", max_length=64)
    keadaan = models.CharField("keadaan", max_length=8, choices=Keadaan)

    class Meta:
        verbose_name = "dugaan"
        verbose_name_plural = "dugaan"
        # By number, not by name: a long list is read in pages from the index.
        ordering: ClassVar = ["tahun", "aturan", "orang_id", "id"]
        indexes: ClassVar = [
            models.Index(fields=["tahun", "aturan", "keadaan", "kecamatan", "jenis"], name="dugaan_hitungan"),
            models.Index(fields=["tahun", "aturan", "orang", "id"], name="dugaan_urutan"),
            models.Index(fields=["orang_lain"], name="dugaan_orang_lain", condition=models.Q(orang_lain__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tahun", "aturan", "kunci"], name="dugaan_unik"),
        ]

    def __str__(self) -> str:
        """Year, rule and key."""
        return f"{self.tahun} · {self.aturan} · {self.kunci}"


class PemeriksaanDugaan(models.Model):
    """When everybody of a year was last looked through, and since when another look is asked for.

    People changed by hand are looked through in the transaction of the change; only files ask for the whole year.
    ``diambil_pada``: somebody is at it since then.
    """

    tahun = models.PositiveSmallIntegerField("tahun", unique=True)
    pada = models.DateTimeField("diperiksa pada", null=True)
    diminta_pada = models.DateTimeField("diminta pada", null=True)
    diambil_pada = models.DateTimeField("dikerjakan sejak", null=True)

    class Meta:
        verbose_name = "pemeriksaan dugaan"
        verbose_name_plural = "pemeriksaan dugaan"
        ordering: ClassVar = ["tahun"]

    def __str__(self) -> str:
        """Year."""
        return str(self.tahun)

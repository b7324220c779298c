"""Kabupaten, kecamatan and desa by the code of Kemendagri."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pmks.models.tercetak import KodeManager


class Wilayah(models.Model):
    """An administrative area; its code is a path: desa ``36.04.05.2001`` lies in kecamatan ``36.04.05``.

    Source of the baseline: idn-area-data 3.1.2, Open Database License (ODbL) 1.0.
    """

    class Tingkat(models.TextChoices):
        KABUPATEN = "kabupaten", "Kabupaten"
        KECAMATAN = "kecamatan", "Kecamatan"
        DESA = "desa", "Desa/kelurahan"

    kode = models.CharField("kode", max_length=13, unique=True)
    tingkat = models.CharField("tingkat", max_length=10, choices=Tingkat)
    nama = models.CharField("nama", max_length=100)
    induk = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="bagian")
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = KodeManager()

    class Meta:
        verbose_name = "wilayah"
        verbose_name_plural = "wilayah"
        ordering: ClassVar = ["kode"]

    def __str__(self) -> str:
        """Name of the area."""
        return self.nama

    def natural_key(self) -> tuple[str]:
        """Code."""
        return (self.kode,)

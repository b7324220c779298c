"""What people decided about a finding."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class PenyelesaianTemuan(models.Model):
    """One decision about a finding; the newest of a ``kunci`` counts, the older ones are its history.

    ``kunci`` identifies the finding by rule, table, node, indicator and column
    (``Temuan.kunci``); the two figures are kept as they were, so a finding whose
    figures moved since is open again. Rows are only ever added.
    """

    class Keputusan(models.TextChoices):
        DIPERBAIKI = "diperbaiki", "Diperbaiki"
        DITERIMA = "diterima", "Dijelaskan dan diterima"
        DIBUKA = "dibuka", "Dibuka kembali"

    kunci = models.CharField("kunci temuan", max_length=64, db_index=True)
    aturan = models.CharField("aturan", max_length=60)
    tabel = models.CharField("tabel", max_length=6, blank=True)
    kode = models.CharField("kode", max_length=40, blank=True)
    indikator = models.CharField("indikator", max_length=500, blank=True)
    kolom = models.CharField("kolom", max_length=60, blank=True)
    tercetak = models.DecimalField("tercetak", max_digits=24, decimal_places=4, null=True, blank=True)
    dihitung = models.DecimalField("dihitung", max_digits=24, decimal_places=4, null=True, blank=True)
    keterangan = models.TextField("keterangan temuan", blank=True)
    keputusan = models.CharField("keputusan", max_length=12, choices=Keputusan)
    catatan = models.TextField("catatan")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    pada = models.DateTimeField("pada", auto_now_add=True)

    class Meta:
        verbose_name = "penyelesaian temuan"
        verbose_name_plural = "penyelesaian temuan"
        ordering: ClassVar = ["pada", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(catatan=""),
                name="penyelesaian_bercatatan",
                violation_error_message="Tulis catatan: apa yang diperbaiki, atau mengapa perbedaan ini diterima.",
            )
        ]

    def __str__(self) -> str:
        """Decision and rule."""
        return f"{self.get_keputusan_display()}: {self.aturan}"

"""What the Sekretariat writes beside the figures: analysis of an indicator, standards, the close of an evaluation.

Forms: PermenPAN-RB 53/2014, chapter III (LKIP); Permendagri 86/2017, E.80 and E.81.
Kept by year, on the first plan version's indicator (``Indikator.akar`` or itself), so a
changed plan does not lose what was written. ``versi`` is the token against lost updates.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from indicators.models import Indikator
from programs.models import Renstra


class Tulisan(models.Model):
    """What every text shares: who wrote it last, when, and the token of its version."""

    versi = models.PositiveIntegerField("versi", default=1)
    diubah_oleh = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="diubah oleh"
    )
    diubah_pada = models.DateTimeField("diubah pada", null=True, blank=True)

    class Meta:
        abstract = True


class Analisis(Tulisan):
    """Why an indicator succeeded or failed in a year (``lkip-analisis``)."""

    indikator = models.ForeignKey(Indikator, models.PROTECT, related_name="analisis")
    tahun = models.PositiveSmallIntegerField("tahun")
    sebab = models.TextField("penyebab keberhasilan atau kegagalan", blank=True)
    alternatif = models.TextField("alternatif solusi yang telah dilakukan", blank=True)
    program_pendukung = models.TextField("program/kegiatan yang menunjang", blank=True)
    efisiensi = models.TextField("analisis efisiensi sumber daya", blank=True)

    class Meta:
        verbose_name = "analisis capaian"
        verbose_name_plural = "analisis capaian"
        ordering: ClassVar = ["tahun", "indikator"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indikator", "tahun"],
                name="analisis_unik",
                violation_error_message="Analisis indikator ini untuk tahun tersebut sudah ada.",
            )
        ]

    def __str__(self) -> str:
        """Indicator and year."""
        return f"{self.indikator.kode} · {self.tahun}"


class Standar(Tulisan):
    """A national, provincial or peer figure to compare with (``lkip-standar``); never without its source."""

    class Tingkat(models.TextChoices):
        NASIONAL = "nasional", "Nasional"
        PROVINSI = "provinsi", "Provinsi"
        SEJENIS = "sejenis", "Daerah sejenis"

    indikator = models.ForeignKey(Indikator, models.PROTECT, related_name="standar")
    tahun = models.PositiveSmallIntegerField("tahun")
    tingkat = models.CharField("tingkat", max_length=10, choices=Tingkat)
    nama = models.CharField("nama pembanding", max_length=200, blank=True, help_text="Misalnya Provinsi Banten.")
    nilai = models.DecimalField("nilai", max_digits=20, decimal_places=4)
    sumber = models.CharField("sumber", max_length=300)

    class Meta:
        verbose_name = "standar pembanding"
        verbose_name_plural = "standar pembanding"
        ordering: ClassVar = ["tahun", "indikator", "tingkat", "nama"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indikator", "tahun", "tingkat", "nama"],
                name="standar_unik",
                violation_error_message="Standar tingkat ini untuk indikator dan tahun tersebut sudah ada.",
            ),
            models.CheckConstraint(
                condition=~Q(sumber=""),
                name="standar_bersumber",
                violation_error_message="Standar harus menyebut sumbernya, misalnya peraturan dan tahunnya.",
            ),
        ]

    def __str__(self) -> str:
        """Indicator, level and year."""
        return f"{self.indikator.kode} · {self.get_tingkat_display()} · {self.tahun}"


class CatatanEvaluasi(Tulisan):
    """The close of E.80 and E.81: factors and follow-up of a plan in a year (``triwulan`` 0) or quarter."""

    renstra = models.ForeignKey(Renstra, models.CASCADE, related_name="catatan_evaluasi")
    tahun = models.PositiveSmallIntegerField("tahun")
    triwulan = models.PositiveSmallIntegerField("triwulan", default=0, help_text="0 = setahun.")
    faktor_pendorong = models.TextField("faktor pendorong keberhasilan", blank=True)
    faktor_penghambat = models.TextField("faktor penghambat", blank=True)
    tindak_lanjut_triwulan = models.TextField("tindak lanjut yang diperlukan dalam triwulan berikutnya", blank=True)
    tindak_lanjut_renja = models.TextField("tindak lanjut yang diperlukan dalam Renja berikutnya", blank=True)

    class Meta:
        verbose_name = "catatan evaluasi"
        verbose_name_plural = "catatan evaluasi"
        ordering: ClassVar = ["renstra", "tahun", "triwulan"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["renstra", "tahun", "triwulan"],
                name="catatan_evaluasi_unik",
                violation_error_message="Catatan evaluasi periode ini sudah ada.",
            ),
            models.CheckConstraint(
                condition=Q(triwulan__gte=0, triwulan__lte=4),
                name="catatan_evaluasi_triwulan_0_4",
                violation_error_message="Triwulan antara 1 dan 4, atau 0 untuk setahun.",
            ),
        ]

    def __str__(self) -> str:
        """Plan and period."""
        period = f" triwulan {self.triwulan}" if self.triwulan else ""
        return f"{self.renstra.kode} · {self.tahun}{period}"

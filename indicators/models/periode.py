"""When a year or quarter may be filled in, and what is planned per quarter."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import PerangkatDaerah, UnitKerja
from indicators.models.ukuran import Indikator


class Periode(models.Model):
    """Dates between which realisasi of a year (``triwulan`` 0) or quarter is entered.

    A period without a row is open: an office that sets no dates is not locked out.
    Both days count as open; None means no bound.
    """

    perangkat_daerah = models.ForeignKey(
        PerangkatDaerah, models.PROTECT, related_name="periode", verbose_name="perangkat daerah"
    )
    tahun = models.PositiveSmallIntegerField("tahun")
    triwulan = models.PositiveSmallIntegerField("triwulan", default=0, help_text="0 = setahun.")
    buka = models.DateField("dibuka", null=True, blank=True)
    tutup = models.DateField("ditutup", null=True, blank=True, help_text="Hari terakhir pengisian.")

    class Meta:
        verbose_name = "periode pengisian"
        verbose_name_plural = "periode pengisian"
        ordering: ClassVar = ["tahun", "triwulan"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["perangkat_daerah", "tahun", "triwulan"],
                name="periode_unik",
                violation_error_message="Periode ini sudah ada.",
            ),
            models.CheckConstraint(
                condition=Q(triwulan__gte=0, triwulan__lte=4),
                name="periode_triwulan_0_4",
                violation_error_message="Triwulan antara 1 dan 4, atau 0 untuk setahun.",
            ),
            models.CheckConstraint(
                condition=Q(buka__isnull=True) | Q(tutup__isnull=True) | Q(buka__lte=models.F("tutup")),
                name="periode_buka_sebelum_tutup",
                violation_error_message="Tanggal dibuka tidak boleh sesudah tanggal ditutup.",
            ),
        ]

    def __str__(self) -> str:
        """Year or quarter."""
        return f"Triwulan {self.triwulan} {self.tahun}" if self.triwulan else f"Tahun {self.tahun}"


class Perpanjangan(models.Model):
    """Leave for a unit (and those below it) to enter after the period closed, with its reason.

    Rows are only added; the newest of a unit counts, so an extension is taken back by a newer one that ends earlier.
    """

    periode = models.ForeignKey(Periode, models.CASCADE, related_name="perpanjangan")
    unit = models.ForeignKey(UnitKerja, models.PROTECT, related_name="+", verbose_name="unit kerja")
    sampai = models.DateField("sampai dengan")
    alasan = models.TextField("alasan")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diberikan oleh")
    pada = models.DateTimeField("diberikan pada")

    class Meta:
        verbose_name = "perpanjangan"
        verbose_name_plural = "perpanjangan"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(alasan=""),
                name="perpanjangan_beralasan",
                violation_error_message="Perpanjangan harus disertai alasan.",
            )
        ]

    def __str__(self) -> str:
        """Period and unit."""
        return f"{self.periode} · {self.unit}"


class TargetTriwulan(models.Model):
    """Target and budget (*anggaran kas*, whole rupiah) of an indicator in a quarter; both may stay unknown.

    It hangs on the indicator that keeps the realisasi (``Indikator.kunci_realisasi``), so it
    stays when the plan is changed. ``versi`` is the token against lost updates.
    """

    indikator = models.ForeignKey(Indikator, models.CASCADE, related_name="target_triwulan")
    tahun = models.PositiveSmallIntegerField("tahun")
    triwulan = models.PositiveSmallIntegerField("triwulan")
    target = models.DecimalField("target", max_digits=20, decimal_places=4, null=True, blank=True)
    pagu = models.BigIntegerField("anggaran kas (Rp)", null=True, blank=True)
    versi = models.PositiveIntegerField("versi", default=1)

    class Meta:
        verbose_name = "target triwulan"
        verbose_name_plural = "target triwulan"
        ordering: ClassVar = ["indikator", "tahun", "triwulan"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indikator", "tahun", "triwulan"],
                name="target_triwulan_unik",
                violation_error_message="Target triwulan ini sudah ada.",
            ),
            models.CheckConstraint(
                condition=Q(triwulan__gte=1, triwulan__lte=4),
                name="target_triwulan_1_4",
                violation_error_message="Triwulan antara 1 dan 4.",
            ),
            models.CheckConstraint(
                condition=(Q(target__isnull=True) | Q(target__gte=0)) & (Q(pagu__isnull=True) | Q(pagu__gte=0)),
                name="target_triwulan_tidak_negatif",
                violation_error_message="Target dan anggaran kas tidak boleh negatif.",
            ),
        ]

    def __str__(self) -> str:
        """Indicator and quarter."""
        return f"{self.indikator} · {self.tahun} TW {self.triwulan}"

"""Evidence behind a realisasi: files and links."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from indicators.models.ukuran import Indikator


class Bukti(models.Model):
    """A file or a link that proves the realisasi of a row in a year (``triwulan`` 0) or quarter.

    It hangs on the indicator that keeps the realisasi (``Indikator.kunci_realisasi``). ``berkas`` is a
    name in Django's default storage, outside the web root; ``sha256`` is of what was uploaded, so a file that was
    replaced in the storage is seen. A new file for an old one is a new row that names it (``menggantikan``);
    what was taken away keeps its row, with who, when and why.
    """

    indikator = models.ForeignKey(Indikator, models.PROTECT, related_name="bukti")
    tahun = models.PositiveSmallIntegerField("tahun")
    triwulan = models.PositiveSmallIntegerField("triwulan", default=0, help_text="0 = setahun.")
    berkas = models.FileField("berkas", blank=True, max_length=200)
    tautan = models.URLField("tautan", blank=True, max_length=500)
    nama = models.CharField("nama berkas", max_length=200, blank=True)
    tipe = models.CharField("jenis isi", max_length=100, blank=True)
    ukuran = models.PositiveBigIntegerField("ukuran (byte)", null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    keterangan = models.CharField("keterangan", max_length=300)
    menggantikan = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="digantikan_oleh", verbose_name="menggantikan"
    )
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diunggah oleh")
    pada = models.DateTimeField("diunggah pada")
    dicabut_oleh = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dicabut oleh"
    )
    dicabut_pada = models.DateTimeField("dicabut pada", null=True, blank=True)
    alasan_dicabut = models.CharField("alasan dicabut", max_length=300, blank=True)

    class Meta:
        verbose_name = "bukti"
        verbose_name_plural = "bukti"
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["tahun", "triwulan", "indikator"], name="bukti_baris")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(~Q(berkas="") & Q(tautan="")) | (Q(berkas="") & ~Q(tautan="")),
                name="bukti_berkas_atau_tautan",
                violation_error_message="Bukti adalah satu berkas atau satu tautan.",
            ),
            models.CheckConstraint(
                condition=Q(berkas="") | ~Q(sha256=""),
                name="bukti_berkas_bersidik",
                violation_error_message="Berkas bukti harus punya sidik SHA-256.",
            ),
        ]

    def __str__(self) -> str:
        """Caption."""
        return self.keterangan

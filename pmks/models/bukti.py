"""Files that prove a service: photographs, letters, lists of receipts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from pmks.models.layanan import Layanan


class BuktiLayanan(models.Model):
    """One file behind a service. Who sees the service may open it, and every opening is recorded.

    ``berkas`` is a name in Django's default storage, outside the web root, where the file lies encrypted under a key of
    its own; that key is here (``kunci_sandi``), encrypted under one of ``PII_KEYS``. ``ukuran`` and ``sha256`` are of
    what was uploaded.
    Unlike evidence of a realisasi it shows people: taken away or erased, row and file are gone, and the history of
    the person says so.
    """

    layanan = models.ForeignKey(Layanan, models.PROTECT, related_name="berkas_bukti")
    berkas = models.FileField("berkas", max_length=200)
    nama = models.CharField("nama berkas", max_length=200)
    tipe = models.CharField("jenis isi", max_length=100)
    ukuran = models.PositiveBigIntegerField("ukuran (byte)")
    sha256 = models.CharField("SHA-256", max_length=64)
    kunci_sandi = models.CharField("kunci berkas, terenkripsi", max_length=120)
    keterangan = models.CharField("keterangan", max_length=300, blank=True, default="")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diunggah oleh")
    pada = models.DateTimeField("diunggah pada", auto_now_add=True)

    class Meta:
        verbose_name = "bukti layanan"
        verbose_name_plural = "bukti layanan"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(berkas="") & ~Q(sha256=""),
                name="bukti_layanan_bersidik",
                violation_error_message="Bukti layanan adalah berkas dengan sidik SHA-256.",
            )
        ]

    def __str__(self) -> str:
        """Ids only: a file name may name a person."""
        return f"Bukti {self.pk} · layanan {self.layanan_id}"

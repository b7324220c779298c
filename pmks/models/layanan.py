"""Services given to registered people, and the counts taken from them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from pmks.fields import asal_impor
from pmks.models.orang import TAHUN_AWAL, Orang
from pmks.models.tercetak import KategoriPMKS
from pmks.querysets import LayananQuerySet


class Layanan(models.Model):
    """One service a person received: under which sub kegiatan, when, what, for how much.

    The sub kegiatan is kept as its canonical code (``1.06.05.2.02.01``), checked by the layer that knows
    the plan: ``pmks`` and ``programs`` do not import each other. ``kategori`` is the kind the person was served
    as, where it is known. ``bukti`` names the evidence (a letter, a list of receipts);
    files of it are ``BuktiLayanan``.
    """

    orang = models.ForeignKey(Orang, models.PROTECT, related_name="layanan", db_index=False)
    tahun = models.PositiveSmallIntegerField("tahun")
    tanggal = models.DateField("tanggal")
    kode_sub_kegiatan = models.CharField("kode sub kegiatan", max_length=30)
    jenis_layanan = models.CharField("jenis layanan", max_length=150)
    nilai_rp = models.PositiveBigIntegerField("nilai (Rp)", null=True, blank=True)
    kategori = models.ForeignKey(
        KategoriPMKS,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dilayani sebagai",
        db_index=False,
    )
    unit = models.ForeignKey(
        "accounts.UnitKerja",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="unit pelayan",
        db_index=False,
    )
    bukti = models.CharField("bukti", max_length=200, blank=True, default="")
    impor = asal_impor()

    objects = LayananQuerySet.as_manager()

    class Meta:
        verbose_name = "layanan"
        verbose_name_plural = "layanan"
        ordering: ClassVar = ["-tanggal", "-id"]
        indexes: ClassVar = [models.Index(fields=["tahun", "kode_sub_kegiatan", "orang"], name="layanan_tahun_kode")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["orang", "tanggal", "kode_sub_kegiatan", "jenis_layanan"],
                name="layanan_unik",
                violation_error_message="Layanan ini sudah tercatat: orang, tanggal, sub kegiatan, dan jenisnya sama.",
            ),
            models.CheckConstraint(condition=Q(tahun__gte=TAHUN_AWAL, tahun__lte=2100), name="layanan_tahun_wajar"),
        ]

    def __str__(self) -> str:
        """Person's number, date and code."""
        return f"Orang {self.orang_id} · {self.tanggal} · {self.kode_sub_kegiatan}"


class HitunganLayanan(models.Model):
    """Distinct people served in a year, as counted at one moment; the newest of a question and year counts.

    ``acuan`` is the question in the words of ``pmks/hitungan.py``. Rows are only added, so every figure an
    indicator ever took from here can be told with its date.
    """

    acuan = models.CharField("acuan", max_length=100)
    tahun = models.PositiveSmallIntegerField("tahun")
    orang = models.PositiveIntegerField("orang berbeda")
    layanan = models.PositiveIntegerField("layanan")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    pada = models.DateTimeField("dihitung pada", auto_now_add=True)

    class Meta:
        verbose_name = "hitungan layanan"
        verbose_name_plural = "hitungan layanan"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["tahun", "acuan", "-id"], name="hitungan_terbaru")]

    def __str__(self) -> str:
        """Question and year."""
        return f"{self.acuan} · {self.tahun}"

"""A file on its way into the registry: progress that survives a kill, result, and the remembered columns."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from pmks.models.orang import TAHUN_AWAL


class PekerjaanImpor(models.Model):
    """One import: where it is, what came out, where its files are.

    ``baris_selesai`` rows are stored together with their counts, chunk by chunk, so an import that was killed goes on
    behind the last stored chunk. ``denyut`` is the last sign of life; a running import without one for a while may
    be taken over. ``berkas`` and ``berkas_ditolak`` hold personal data: those below MEDIA_ROOT are sealed
    (``pmks/impor/brankas.py``) and removed by ``bersihkan_pmks``, a command's files stay where and as they are.
    ``sebab`` counts refusals and warnings by cause (``pmks/impor/sebab.py``), ``contoh`` are a few rows of each;
    ``pintu`` is the door the file came through.
    """

    class Jenis(models.TextChoices):
        PMKS = "pmks", "Data PMKS"
        LAYANAN = "layanan", "Layanan"

    class Status(models.TextChoices):
        DISIAPKAN = "disiapkan", "Menunggu pemetaan kolom"
        MENUNGGU = "menunggu", "Menunggu giliran"
        BERJALAN = "berjalan", "Sedang berjalan"
        SELESAI = "selesai", "Selesai"
        DIBATALKAN = "dibatalkan", "Dibatalkan"
        GAGAL = "gagal", "Gagal"

    jenis = models.CharField("jenis", max_length=10, choices=Jenis)
    tahun = models.PositiveSmallIntegerField("tahun")
    status = models.CharField("status", max_length=12, choices=Status, default=Status.DISIAPKAN)
    nama_berkas = models.CharField("nama berkas", max_length=200)
    berkas = models.CharField("berkas", max_length=500, blank=True)
    ukuran = models.PositiveBigIntegerField("ukuran (bita)", default=0)
    sidik = models.CharField("sidik isi, berkunci", max_length=64, blank=True)
    pemetaan = models.JSONField("kolom berkas → kolom kita", default=dict)
    baris_total = models.PositiveIntegerField("perkiraan baris", null=True, blank=True)
    baris_selesai = models.PositiveIntegerField("baris selesai", default=0)
    baru = models.PositiveIntegerField("baru", default=0)
    berubah = models.PositiveIntegerField("berubah", default=0)
    sama = models.PositiveIntegerField("sama", default=0)
    ditolak = models.PositiveIntegerField("ditolak", default=0)
    peringatan = models.PositiveIntegerField("peringatan", default=0)
    sebab = models.JSONField("banyaknya penolakan dan peringatan tiap sebab", default=dict)
    contoh = models.JSONField("contoh penolakan dan peringatan", default=list)
    berkas_ditolak = models.CharField("berkas ditolak", max_length=500, blank=True)
    ditolak_bita = models.PositiveBigIntegerField("panjang berkas ditolak", default=0)
    batal_diminta = models.BooleanField("diminta berhenti", default=False)
    pesan = models.TextField("pesan", blank=True)
    pelaku = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pelaku"
    )
    pintu = models.CharField("pintu", max_length=10, blank=True, default="")
    dibuat_pada = models.DateTimeField("dibuat pada", auto_now_add=True)
    mulai_pada = models.DateTimeField("mulai pada", null=True, blank=True)
    selesai_pada = models.DateTimeField("selesai pada", null=True, blank=True)
    denyut = models.DateTimeField("tanda hidup terakhir", null=True, blank=True)
    pemegang = models.CharField("proses yang mengerjakan", max_length=36, blank=True)

    class Meta:
        verbose_name = "pekerjaan impor"
        verbose_name_plural = "pekerjaan impor"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(tahun__gte=TAHUN_AWAL, tahun__lte=2100), name="impor_tahun_wajar")
        ]

    def __str__(self) -> str:
        """Kind, year and number."""
        return f"Impor {self.pk} · {self.get_jenis_display()} {self.tahun}"


class PemetaanKolom(models.Model):
    """The columns of a kind of file as people matched them last: the same headers are matched so again."""

    jenis = models.CharField("jenis", max_length=10, choices=PekerjaanImpor.Jenis)
    judul = models.CharField("sidik judul kolom", max_length=64)
    pemetaan = models.JSONField("kolom berkas → kolom kita")
    pada = models.DateTimeField("pada", auto_now=True)

    class Meta:
        verbose_name = "pemetaan kolom"
        verbose_name_plural = "pemetaan kolom"
        constraints: ClassVar = [models.UniqueConstraint(fields=["jenis", "judul"], name="pemetaan_kolom_unik")]

    def __str__(self) -> str:
        """Kind of file."""
        return f"{self.get_jenis_display()} · {self.judul[:8]}"

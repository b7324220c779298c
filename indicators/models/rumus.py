"""Formulas of indicators: named components, their yearly values, versions, and what approval froze.

Source of the baseline: Renstra 2021-2026, Tabel 7.2 and 7.3.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from indicators.models.ukuran import Indikator


class KomponenManager(models.Manager):
    """Natural key: plan, indicator and name of the component."""

    def get_by_natural_key(self, renstra: str, indikator: str, kode: str) -> models.Model:
        """Find by plan, indicator and name."""
        return self.get(indikator__renstra__kode=renstra, indikator__kode=indikator, kode=kode)


class Komponen(models.Model):
    """A named quantity in the formula of an indicator: what is counted, in what unit, from where.

    ``kebijakan`` says which year's value counts: the year itself (*tahun berjalan*)
    or the base year of the plan (*tahun dasar*: IKU 1, 4 and 5 divide by 2020).
    ``acuan`` names the figure of a component that comes from a table or a count, in the
    words of ``indicators/acuan.py``; it is empty for one that people type in. A typed one may have a count
    beside it, ``acuan_hitung``; ``PilihanAngka`` says for a year which of the two counts.
    """

    class Peran(models.TextChoices):
        PEMBILANG = "pembilang", "Pembilang"
        PENYEBUT = "penyebut", "Penyebut"
        LAIN = "lain", "Bagian lain rumus"

    class Sumber(models.TextChoices):
        DIKETIK = "diketik", "Diketik unit"
        TABEL = "tabel", "Dari tabel lain"
        DIHITUNG = "dihitung", "Dihitung dari data PMKS"

    class Kebijakan(models.TextChoices):
        TAHUN_BERJALAN = "tahun berjalan", "Tahun berjalan"
        TAHUN_DASAR = "tahun dasar", "Tahun dasar Renstra"

    indikator = models.ForeignKey(Indikator, models.CASCADE, related_name="komponen")
    kode = models.CharField(
        "nama dalam rumus",
        max_length=40,
        validators=[
            RegexValidator(
                r"\A[a-z][a-z0-9_]*\Z",
                "Nama dalam rumus: huruf kecil, angka dan garis bawah, diawali huruf; misalnya jumlah_pmks.",
            )
        ],
    )
    urutan = models.PositiveSmallIntegerField("urutan", default=1)
    nama = models.CharField("nama", max_length=300)
    satuan = models.CharField("satuan", max_length=40)
    peran = models.CharField("peran", max_length=10, choices=Peran, default=Peran.LAIN)
    jenis_sumber = models.CharField("asal angka", max_length=10, choices=Sumber, default=Sumber.DIKETIK)
    acuan = models.CharField("acuan", max_length=100, blank=True)
    acuan_hitung = models.CharField(
        "hitungan pembanding", max_length=100, blank=True, help_text="Untuk angka yang diketik; misalnya layanan:semua."
    )
    kebijakan = models.CharField(
        "tahun yang dipakai", max_length=16, choices=Kebijakan, default=Kebijakan.TAHUN_BERJALAN
    )
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = KomponenManager()

    class Meta:
        verbose_name = "komponen rumus"
        verbose_name_plural = "komponen rumus"
        ordering: ClassVar = ["indikator", "urutan", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indikator", "kode"],
                name="komponen_kode_unik",
                violation_error_message="Nama ini sudah dipakai komponen lain dari indikator yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(jenis_sumber="diketik", acuan="") | (~Q(jenis_sumber="diketik") & ~Q(acuan="")),
                name="komponen_acuan_sesuai_sumber",
                violation_error_message="Acuan diisi bila angkanya tidak diketik, dan kosong bila diketik.",
            ),
            models.CheckConstraint(
                condition=Q(jenis_sumber="diketik") | Q(acuan_hitung=""),
                name="komponen_pembanding_bila_diketik",
                violation_error_message="Hitungan pembanding hanya untuk angka yang diketik.",
            ),
        ]

    def __str__(self) -> str:
        """Name and unit."""
        return f"{self.nama} ({self.satuan})"

    def natural_key(self) -> tuple[str, str, str]:
        """Plan, indicator and name."""
        return (*self.indikator.natural_key(), self.kode)

    natural_key.dependencies = ["indicators.indikator"]  # type: ignore[attr-defined]


class RumusManager(models.Manager):
    """Natural key: plan, indicator and version."""

    def get_by_natural_key(self, renstra: str, indikator: str, versi: int) -> models.Model:
        """Find by plan, indicator and version."""
        return self.get(indikator__renstra__kode=renstra, indikator__kode=indikator, versi=versi)


class Rumus(models.Model):
    """One version of the formula of an indicator, in the names of its components: ``dilayani / jumlah_pmks * 100``.

    The version of a year is the highest one with ``berlaku_mulai`` ≤ year. A version
    is never changed: a change is a new one, and years already approved keep theirs (``NilaiBeku``).
    """

    indikator = models.ForeignKey(Indikator, models.CASCADE, related_name="rumus")
    versi = models.PositiveSmallIntegerField("versi", default=1)
    ekspresi = models.CharField("rumus", max_length=500)
    berlaku_mulai = models.PositiveSmallIntegerField("berlaku mulai tahun")
    alasan = models.TextField("alasan perubahan", blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)
    dibuat_oleh = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dibuat oleh"
    )
    dibuat_pada = models.DateTimeField("dibuat pada", null=True, blank=True)

    objects = RumusManager()

    class Meta:
        verbose_name = "rumus"
        verbose_name_plural = "rumus"
        ordering: ClassVar = ["indikator", "versi"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indikator", "versi"],
                name="rumus_versi_unik",
                violation_error_message="Versi rumus ini sudah ada.",
            ),
            models.CheckConstraint(
                condition=Q(versi=1) | ~Q(alasan=""),
                name="rumus_perubahan_beralasan",
                violation_error_message="Perubahan rumus harus disertai alasan.",
            ),
        ]

    def __str__(self) -> str:
        """Indicator, version and formula."""
        return f"{self.indikator.kode} v{self.versi}: {self.ekspresi}"

    def natural_key(self) -> tuple[str, str, int]:
        """Plan, indicator and version."""
        return (*self.indikator.natural_key(), self.versi)

    natural_key.dependencies = ["indicators.indikator"]  # type: ignore[attr-defined]


class NilaiKomponenManager(models.Manager):
    """Natural key: component, year and quarter."""

    def get_by_natural_key(self, renstra: str, indikator: str, kode: str, tahun: int, triwulan: int) -> models.Model:
        """Find by component, year and quarter."""
        return self.get(
            komponen__indikator__renstra__kode=renstra,
            komponen__indikator__kode=indikator,
            komponen__kode=kode,
            tahun=tahun,
            triwulan=triwulan,
        )


class NilaiKomponen(models.Model):
    """Value of a typed component in a year (``triwulan`` 0) or quarter; None is not entered, zero is zero.

    ``versi`` grows by one with each save and is the token against lost updates.
    """

    komponen = models.ForeignKey(Komponen, models.PROTECT, related_name="nilai")
    tahun = models.PositiveSmallIntegerField("tahun")
    triwulan = models.PositiveSmallIntegerField("triwulan", default=0, help_text="0 = setahun.")
    nilai = models.DecimalField("nilai", max_digits=20, decimal_places=4, null=True, blank=True)
    versi = models.PositiveIntegerField("versi", default=1)
    diubah_oleh = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="diubah oleh"
    )
    diubah_pada = models.DateTimeField("diubah pada", null=True, blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = NilaiKomponenManager()

    class Meta:
        verbose_name = "nilai komponen"
        verbose_name_plural = "nilai komponen"
        ordering: ClassVar = ["komponen", "tahun", "triwulan"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["komponen", "tahun", "triwulan"],
                name="nilai_komponen_unik",
                violation_error_message="Nilai komponen periode ini sudah ada.",
            ),
            models.CheckConstraint(
                condition=Q(triwulan__gte=0, triwulan__lte=4),
                name="nilai_komponen_triwulan_0_4",
                violation_error_message="Triwulan antara 1 dan 4, atau 0 untuk setahun.",
            ),
            models.CheckConstraint(
                condition=Q(nilai__isnull=True) | Q(nilai__gte=0),
                name="nilai_komponen_tidak_negatif",
                violation_error_message="Nilai komponen tidak boleh negatif.",
            ),
        ]

    def __str__(self) -> str:
        """Component and year."""
        return f"{self.komponen} · {self.tahun}"

    def natural_key(self) -> tuple[str, str, str, int, int]:
        """Component, year and quarter."""
        return (*self.komponen.natural_key(), self.tahun, self.triwulan)

    natural_key.dependencies = ["indicators.komponen"]  # type: ignore[attr-defined]


class PilihanAngka(models.Model):
    """Which of two figures of a component counts in a year, the typed or the counted one, and why.

    Rows are only added; the newest of a component and year counts. Without one the typed figure does.
    """

    class Pakai(models.TextChoices):
        DIKETIK = "diketik", "Angka yang diketik"
        DIHITUNG = "dihitung", "Hitungan dari data PMKS"

    komponen = models.ForeignKey(Komponen, models.PROTECT, related_name="pilihan")
    tahun = models.PositiveSmallIntegerField("tahun")
    pakai = models.CharField("yang dipakai", max_length=10, choices=Pakai)
    alasan = models.TextField("alasan")
    oleh = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pada = models.DateTimeField("pada", auto_now_add=True)

    class Meta:
        verbose_name = "pilihan angka"
        verbose_name_plural = "pilihan angka"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(alasan=""),
                name="pilihan_angka_beralasan",
                violation_error_message="Tulis alasan memilih angka ini.",
            )
        ]

    def __str__(self) -> str:
        """Component, year and choice."""
        return f"{self.komponen} · {self.tahun} · {self.get_pakai_display()}"


class NilaiBeku(models.Model):
    """What approval froze: formula and component values behind an indicator's figure of a year.

    ``komponen`` is a list of ``{"kode", "nama", "satuan", "nilai", "tahun", "asal"}``, values as
    decimal text. ``hasil`` is None for *no event*. One row an indicator and year;
    opening the year again deletes it, which the trail records.
    """

    indikator = models.ForeignKey(Indikator, models.PROTECT, related_name="nilai_beku")
    tahun = models.PositiveSmallIntegerField("tahun")
    rumus = models.ForeignKey(Rumus, models.PROTECT, related_name="nilai_beku")
    komponen = models.JSONField("komponen")
    hasil = models.DecimalField("hasil", max_digits=28, decimal_places=10, null=True, blank=True)
    dibekukan_oleh = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dibekukan oleh"
    )
    dibekukan_pada = models.DateTimeField("dibekukan pada")

    class Meta:
        verbose_name = "nilai beku"
        verbose_name_plural = "nilai beku"
        ordering: ClassVar = ["indikator", "tahun"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["indikator", "tahun"], name="nilai_beku_unik")]

    def __str__(self) -> str:
        """Indicator and year."""
        return f"{self.indikator.kode} · {self.tahun}"

"""Kinds of PMKS with their published yearly counts, and the printed series of services.

Source of the baseline: Renstra 2021-2026, Tabel 3.1, 3.2 and 3.4-3.9.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class KodeManager(models.Manager):
    """Natural key for models with a unique ``kode``."""

    def get_by_natural_key(self, kode: str) -> models.Model:
        """Find by code."""
        return self.get(kode=kode)


class KelompokWarna(models.Model):
    """Colour of kinds in Tabel 3.1; Tabel 3.2 says which programme's figures a colour is the base of."""

    kode = models.SlugField("kode", max_length=20, unique=True)
    nomor = models.PositiveSmallIntegerField("nomor")
    nama = models.CharField("warna", max_length=60)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = KodeManager()

    class Meta:
        verbose_name = "kelompok warna"
        verbose_name_plural = "kelompok warna"
        ordering: ClassVar = ["nomor"]

    def __str__(self) -> str:
        """Name of the colour."""
        return self.nama

    def natural_key(self) -> tuple[str]:
        """Code."""
        return (self.kode,)


class WarnaTahunManager(models.Manager):
    """Natural key: colour and year."""

    def get_by_natural_key(self, kelompok: str, tahun: int) -> models.Model:
        """Find by colour and year."""
        return self.get(kelompok__kode=kelompok, tahun=tahun)


class JumlahWarna(models.Model):
    """Published count of a colour in a year (jiwa) and what it is the base of, as Tabel 3.2 prints them."""

    kelompok = models.ForeignKey(KelompokWarna, models.PROTECT, related_name="jumlah", verbose_name="kelompok warna")
    tahun = models.PositiveSmallIntegerField("tahun")
    jumlah = models.PositiveBigIntegerField("jumlah tercetak (jiwa)")
    keterangan = models.TextField("keterangan", blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = WarnaTahunManager()

    class Meta:
        verbose_name = "jumlah warna"
        verbose_name_plural = "jumlah warna"
        ordering: ClassVar = ["tahun", "kelompok"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kelompok", "tahun"],
                name="jumlah_warna_unik",
                violation_error_message="Jumlah warna ini untuk tahun tersebut sudah ada.",
            )
        ]

    def __str__(self) -> str:
        """Colour and year."""
        return f"{self.kelompok} {self.tahun}"

    def natural_key(self) -> tuple[str, int]:
        """Colour and year."""
        return (self.kelompok.kode, self.tahun)

    natural_key.dependencies = ["pmks.kelompokwarna"]  # type: ignore[attr-defined]


class NomorManager(models.Manager):
    """Natural key for kinds."""

    def get_by_natural_key(self, nomor: int) -> models.Model:
        """Find by number in Tabel 3.1."""
        return self.get(nomor=nomor)


class KategoriPMKS(models.Model):
    """One of the 26 kinds (Tabel 3.1); newer regulations say PPKS, which is a label only.

    ``peka``: rows of this kind only for the units that serve it (``WewenangKategori``). Ages are
    whole years, both inclusive (Permensos 8/2012); ``klaster`` follows the clusters of Permensos 7/2021.
    """

    class Klaster(models.TextChoices):
        ANAK = "anak", "Anak"
        LANSIA = "lansia", "Lanjut usia"
        DISABILITAS = "disabilitas", "Penyandang disabilitas"
        TUNA_SOSIAL = "tunasosial", "Tuna sosial dan korban perdagangan orang"
        NAPZA = "napza", "Korban penyalahgunaan NAPZA"
        BENCANA = "bencana", "Korban bencana"
        KEMISKINAN = "kemiskinan", "Kemiskinan"
        LAIN = "lain", "Lain-lain"

    nomor = models.PositiveSmallIntegerField("nomor", unique=True)
    nama = models.CharField("jenis PMKS", max_length=200)
    kelompok = models.ForeignKey(KelompokWarna, models.PROTECT, related_name="kategori", verbose_name="kelompok warna")
    satuan = models.CharField("satuan", max_length=20, default="Jiwa")
    nama_baru = models.CharField("istilah baru", max_length=200, blank=True)
    klaster = models.CharField("klaster", max_length=12, choices=Klaster, default=Klaster.LAIN)
    peka = models.BooleanField("data peka", default=False, help_text="Hanya untuk unit yang melayani jenis ini.")
    usia_min = models.PositiveSmallIntegerField("usia paling muda (tahun)", null=True, blank=True)
    usia_maks = models.PositiveSmallIntegerField("usia paling tua (tahun)", null=True, blank=True)
    jenis_kelamin = models.CharField(
        "hanya untuk", max_length=1, choices=[("L", "Laki-laki"), ("P", "Perempuan")], blank=True
    )
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = NomorManager()

    class Meta:
        verbose_name = "kategori PMKS"
        verbose_name_plural = "kategori PMKS"
        ordering: ClassVar = ["nomor"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(nomor__gte=1, nomor__lte=26),
                name="kategori_nomor_1_26",
                violation_error_message="Nomor jenis PMKS antara 1 dan 26.",
            )
        ]

    def __str__(self) -> str:
        """Number and name."""
        return f"{self.nomor}. {self.nama}"

    def natural_key(self) -> tuple[int]:
        """Number."""
        return (self.nomor,)

    natural_key.dependencies = ["pmks.kelompokwarna"]  # type: ignore[attr-defined]


class WewenangManager(models.Manager):
    """Natural key: kind and unit."""

    def get_by_natural_key(self, nomor: int, unit: str) -> models.Model:
        """Find by kind and unit."""
        return self.get(kategori__nomor=nomor, unit__kode=unit)


class WewenangKategori(models.Model):
    """A unit that serves a kind: its staff, and those of the bidang above it, see people of this kind by name."""

    kategori = models.ForeignKey(KategoriPMKS, models.CASCADE, related_name="wewenang", verbose_name="kategori PMKS")
    unit = models.ForeignKey("accounts.UnitKerja", models.CASCADE, related_name="+", verbose_name="unit kerja")
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = WewenangManager()

    class Meta:
        verbose_name = "wewenang unit atas kategori"
        verbose_name_plural = "wewenang unit atas kategori"
        ordering: ClassVar = ["kategori", "unit"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kategori", "unit"],
                name="wewenang_kategori_unik",
                violation_error_message="Unit ini sudah tercatat melayani jenis tersebut.",
            )
        ]

    def __str__(self) -> str:
        """Kind and unit."""
        return f"{self.kategori} · {self.unit}"

    def natural_key(self) -> tuple[int, str]:
        """Kind and unit."""
        return (self.kategori.nomor, self.unit.kode)

    natural_key.dependencies = ["pmks.kategoripmks", "accounts.unitkerja"]  # type: ignore[attr-defined]


class KategoriTahunManager(models.Manager):
    """Natural key: kind and year."""

    def get_by_natural_key(self, nomor: int, tahun: int) -> models.Model:
        """Find by kind and year."""
        return self.get(kategori__nomor=nomor, tahun=tahun)


class JumlahPMKS(models.Model):
    """Published count of a kind in a year (jiwa). None where the table prints ``-``."""

    kategori = models.ForeignKey(KategoriPMKS, models.PROTECT, related_name="jumlah")
    tahun = models.PositiveSmallIntegerField("tahun")
    jumlah = models.PositiveBigIntegerField("jumlah (jiwa)", null=True, blank=True)
    teks_tercetak = models.CharField("teks tercetak", max_length=30, blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = KategoriTahunManager()

    class Meta:
        verbose_name = "jumlah PMKS"
        verbose_name_plural = "jumlah PMKS"
        ordering: ClassVar = ["tahun", "kategori"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kategori", "tahun"],
                name="jumlah_pmks_unik",
                violation_error_message="Jumlah jenis ini untuk tahun tersebut sudah ada.",
            )
        ]

    def __str__(self) -> str:
        """Kind and year."""
        return f"{self.kategori} {self.tahun}"

    def natural_key(self) -> tuple[int, int]:
        """Kind and year."""
        return (self.kategori.nomor, self.tahun)

    natural_key.dependencies = ["pmks.kategoripmks"]  # type: ignore[attr-defined]


class SeriLayanan(models.Model):
    """A yearly series of people served or counted (Tabel 3.4-3.9); Tabel 3.7 holds two."""

    kode = models.SlugField("kode", max_length=60, unique=True)
    tabel = models.CharField("tabel", max_length=6)
    urutan = models.PositiveSmallIntegerField("urutan kolom", default=1)
    nama = models.CharField("nama", max_length=300)
    kepala_kolom = models.CharField("kepala kolom", max_length=60)
    satuan = models.CharField("satuan", max_length=20, default="Orang")
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = KodeManager()

    class Meta:
        verbose_name = "seri layanan"
        verbose_name_plural = "seri layanan"
        ordering: ClassVar = ["tabel", "urutan"]

    def __str__(self) -> str:
        """Name of the series."""
        return self.nama

    def natural_key(self) -> tuple[str]:
        """Code."""
        return (self.kode,)


class SeriTahunManager(models.Manager):
    """Natural key: series and year."""

    def get_by_natural_key(self, seri: str, tahun: int) -> models.Model:
        """Find by series and year."""
        return self.get(seri__kode=seri, tahun=tahun)


class NilaiSeri(models.Model):
    """Value of a series in a year."""

    seri = models.ForeignKey(SeriLayanan, models.CASCADE, related_name="nilai")
    tahun = models.PositiveSmallIntegerField("tahun")
    jumlah = models.PositiveBigIntegerField("jumlah", null=True, blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = SeriTahunManager()

    class Meta:
        verbose_name = "nilai seri"
        verbose_name_plural = "nilai seri"
        ordering: ClassVar = ["seri", "tahun"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["seri", "tahun"], name="nilai_seri_unik")]

    def __str__(self) -> str:
        """Series and year."""
        return f"{self.seri} {self.tahun}"

    def natural_key(self) -> tuple[str, int]:
        """Series and year."""
        return (self.seri.kode, self.tahun)

    natural_key.dependencies = ["pmks.serilayanan"]  # type: ignore[attr-defined]

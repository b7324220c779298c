"""Measures: indicators of any level of the plan, their yearly targets, pagu and realisasi."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from indicators.querysets import IndikatorQuerySet, RealisasiQuerySet
from programs.models import Kegiatan, Program, Renstra, Sasaran, SubKegiatan, TabelDokumen


class IndikatorManager(models.Manager.from_queryset(IndikatorQuerySet)):  # type: ignore[misc]
    """Natural key of the fixtures."""

    def get_by_natural_key(self, renstra: str, kode: str) -> models.Model:
        """Find by plan and code."""
        return self.get(renstra__kode=renstra, kode=kode)


_PARENTS = ("milik_renstra", "sasaran", "program", "kegiatan", "subkegiatan")


def _exactly_one_parent() -> Q:
    condition = Q()
    for name in _PARENTS:
        condition |= Q(**{f"{other}__isnull": other != name for other in _PARENTS})
    return condition


class Indikator(models.Model):
    """One indicator row of the plan (Tabel 6.2) or of a table like it.

    It hangs on exactly one of: sub kegiatan, kegiatan, program, sasaran (IKU), or
    the Renstra itself (service indicators of the former period, Tabel 2.12-2.14).
    A row that packs two measures into its cells (1.6.4.02.01, ``% / PMKS``) is one
    indicator with a second one pointing to it by ``ukuran_dari``: own unit,
    targets and realisasi, no pagu.
    """

    class Arah(models.TextChoices):
        NAIK = "naik", "Makin tinggi makin baik"
        TURUN = "turun", "Makin rendah makin baik"
        RENTANG = "rentang", "Dijaga dalam rentang"
        TEPAT = "tepat", "Ada atau tidak"

    class RumusTurun(models.TextChoices):
        SELISIH = "2T-R", "(2T − R) / T × 100"
        RASIO = "T/R", "T / R × 100"

    class Akumulasi(models.TextChoices):
        JUMLAH = "jumlah", "Jumlah"
        AKHIR = "akhir", "Nilai akhir"
        RATA_RATA = "rata-rata", "Rata-rata"
        MAKSIMUM = "maksimum", "Maksimum"

    renstra = models.ForeignKey(Renstra, models.CASCADE, related_name="semua_indikator")
    kode = models.CharField("kode indikator", max_length=40)
    milik_renstra = models.ForeignKey(
        Renstra, models.CASCADE, null=True, blank=True, related_name="indikator", verbose_name="langsung pada Renstra"
    )
    sasaran = models.ForeignKey(Sasaran, models.PROTECT, null=True, blank=True, related_name="indikator")
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="indikator")
    kegiatan = models.ForeignKey(Kegiatan, models.PROTECT, null=True, blank=True, related_name="indikator")
    subkegiatan = models.ForeignKey(
        SubKegiatan, models.PROTECT, null=True, blank=True, related_name="indikator", verbose_name="sub kegiatan"
    )
    ukuran_dari = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="ukuran_lain", verbose_name="ukuran kedua dari"
    )
    melayani = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dilayani_oleh",
        verbose_name="indikator kegiatan yang dilayani",
    )
    urutan = models.PositiveSmallIntegerField("urutan dalam induk", default=1)
    uraian = models.CharField("indikator", max_length=500)
    satuan = models.CharField("satuan", max_length=40, blank=True)
    arah = models.CharField("arah", max_length=8, choices=Arah, default=Arah.NAIK)
    rumus_turun = models.CharField("rumus bila turun", max_length=4, choices=RumusTurun, default=RumusTurun.SELISIH)
    batas_bawah = models.DecimalField("batas bawah rentang", max_digits=20, decimal_places=4, null=True, blank=True)
    batas_atas = models.DecimalField("batas atas rentang", max_digits=20, decimal_places=4, null=True, blank=True)
    akumulasi = models.CharField(
        "akumulasi sampai akhir Renstra", max_length=10, choices=Akumulasi, default=Akumulasi.JUMLAH
    )
    akumulasi_tahun = models.CharField(
        "akumulasi triwulan menjadi setahun", max_length=10, choices=Akumulasi, default=Akumulasi.JUMLAH
    )
    wajib_bukti = models.BooleanField(
        "wajib bukti", default=False, help_text="Baris baru dapat diajukan bila ada bukti (berkas atau tautan)."
    )
    akar = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lanjutan",
        verbose_name="indikator asal",
        help_text="Indikator yang dilanjutkan dari versi Renstra sebelumnya; realisasi melekat padanya.",
    )
    berakhir_sejak = models.PositiveSmallIntegerField(
        "berakhir sejak tahun", null=True, blank=True, help_text="Tahun pertama tanpa baris ini menurut perubahan."
    )
    data_awal_teks = models.CharField("data awal tercetak", max_length=60, blank=True)
    data_awal = models.DecimalField("data awal", max_digits=20, decimal_places=4, null=True, blank=True)
    data_awal_satuan = models.CharField("satuan data awal", max_length=40, blank=True)
    akhir_target = models.DecimalField("target akhir tercetak", max_digits=20, decimal_places=4, null=True, blank=True)
    akhir_pagu = models.BigIntegerField("pagu akhir tercetak (Rp)", null=True, blank=True)
    tabel = models.ForeignKey(
        TabelDokumen, models.PROTECT, null=True, blank=True, related_name="indikator", verbose_name="tabel sumber"
    )
    baris = models.PositiveSmallIntegerField("baris pada tabel sumber", null=True, blank=True)
    teks_tercetak = models.TextField(
        "teks tercetak", blank=True, help_text="Isi baris seperti tercetak bila ada yang ditafsirkan."
    )
    catatan_transkripsi = models.TextField("catatan transkripsi", blank=True)

    objects = IndikatorManager()

    class Meta:
        verbose_name = "indikator"
        verbose_name_plural = "indikator"
        ordering: ClassVar = ["baris", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["renstra", "kode"],
                name="indikator_kode_unik",
                violation_error_message="Kode indikator ini sudah dipakai.",
            ),
            models.CheckConstraint(
                condition=_exactly_one_parent(),
                name="indikator_satu_induk",
                violation_error_message=(
                    "Indikator harus melekat pada tepat satu: sub kegiatan, kegiatan, program, sasaran, atau Renstra."
                ),
            ),
            models.CheckConstraint(
                condition=Q(batas_bawah__isnull=True, batas_atas__isnull=True)
                | Q(
                    arah="rentang",
                    batas_bawah__isnull=False,
                    batas_atas__isnull=False,
                    batas_bawah__lte=models.F("batas_atas"),
                ),
                name="indikator_rentang_berurutan",
                violation_error_message="Batas rentang: keduanya diisi, bawah tidak lebih dari atas, arah Rentang.",
            ),
            # Otherwise one realisasi would stand on two rows and be added up twice.
            models.UniqueConstraint(
                fields=["renstra", "akar"],
                name="indikator_akar_unik",
                violation_error_message="Indikator ini sudah dilanjutkan oleh baris lain dalam Renstra yang sama.",
            ),
        ]

    def __str__(self) -> str:
        """Code and text."""
        return f"{self.kode} {self.uraian}"

    def natural_key(self) -> tuple[str, str]:
        """Plan and code."""
        return (self.renstra.kode, self.kode)

    natural_key.dependencies = [  # type: ignore[attr-defined]
        "programs.renstra",
        "programs.sasaran",
        "programs.program",
        "programs.kegiatan",
        "programs.subkegiatan",
        "programs.tabeldokumen",
    ]

    @property
    def induk(self) -> Sasaran | Program | Kegiatan | SubKegiatan | Renstra:
        """The node it hangs on."""
        found = self.subkegiatan or self.kegiatan or self.program or self.sasaran or self.milik_renstra
        assert found is not None  # constraint indikator_satu_induk
        return found

    @property
    def kunci_realisasi(self) -> int:
        """Id of the indicator that keeps its realisasi (``querysets.kunci_realisasi``)."""
        return self.akar_id or self.pk


class IndikatorTahunManager(models.Manager):
    """Natural key: indicator and year."""

    def get_by_natural_key(self, renstra: str, kode: str, tahun: int) -> models.Model:
        """Find by plan, code and year."""
        return self.get(indikator__renstra__kode=renstra, indikator__kode=kode, tahun=tahun)


class Target(models.Model):
    """Target and pagu (whole rupiah) of an indicator in a year; None where nothing is printed.

    ``teks_tercetak`` holds the cells as printed where the transcriber had to
    interpret them, ``catatan_transkripsi`` the reason.
    """

    indikator = models.ForeignKey(Indikator, models.CASCADE, related_name="target")
    tahun = models.PositiveSmallIntegerField("tahun")
    target = models.DecimalField("target", max_digits=20, decimal_places=4, null=True, blank=True)
    pagu = models.BigIntegerField("pagu (Rp)", null=True, blank=True)
    teks_tercetak = models.CharField("teks tercetak", max_length=200, blank=True)
    catatan_transkripsi = models.CharField("catatan transkripsi", max_length=300, blank=True)

    objects = IndikatorTahunManager()

    class Meta:
        verbose_name = "target"
        verbose_name_plural = "target"
        ordering: ClassVar = ["indikator", "tahun"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indikator", "tahun"], name="target_unik", violation_error_message="Target tahun ini sudah ada."
            ),
            models.CheckConstraint(
                condition=Q(pagu__isnull=True) | Q(pagu__gte=0),
                name="target_pagu_tidak_negatif",
                violation_error_message="Pagu tidak boleh negatif.",
            ),
        ]

    def __str__(self) -> str:
        """Indicator and year."""
        return f"{self.indikator} · {self.tahun}"

    def natural_key(self) -> tuple[str, str, int]:
        """Plan, code and year."""
        return (*self.indikator.natural_key(), self.tahun)

    natural_key.dependencies = ["indicators.indikator"]  # type: ignore[attr-defined]


class RealisasiManager(models.Manager.from_queryset(RealisasiQuerySet)):  # type: ignore[misc]
    """Natural key: indicator, year and quarter."""

    def get_by_natural_key(self, renstra: str, kode: str, tahun: int, triwulan: int) -> models.Model:
        """Find by plan, code, year and quarter."""
        return self.get(indikator__renstra__kode=renstra, indikator__kode=kode, tahun=tahun, triwulan=triwulan)


class Realisasi(models.Model):
    """What was reached and spent: an indicator in a year (``triwulan`` 0) or one of its quarters (1-4).

    Four states of the performance cell, never mixed up (domain, "Time"): empty,
    a number (zero is one), not applicable with a reason, and no event (0 of 0).
    ``rumus`` is set where the number follows from components; it then has more
    decimals than anyone types (rounded only for display) and is not typed over.
    ``versi`` grows by one with each save and is the token against lost updates.
    """

    class Keadaan(models.TextChoices):
        KOSONG = "kosong", "Belum diisi"
        TERISI = "terisi", "Terisi"
        TIDAK_ADA_KEJADIAN = "nihil", "Tidak ada kejadian"
        TIDAK_BERLAKU = "tb", "Tidak berlaku"

    class Status(models.TextChoices):
        DRAF = "draf", "Draf"
        DIAJUKAN = "diajukan", "Diajukan"
        DIVERIFIKASI = "diverifikasi", "Diverifikasi"
        DIKEMBALIKAN = "dikembalikan", "Dikembalikan"
        DISETUJUI = "disetujui", "Disetujui"

    indikator = models.ForeignKey(Indikator, models.PROTECT, related_name="realisasi")
    tahun = models.PositiveSmallIntegerField("tahun")
    triwulan = models.PositiveSmallIntegerField("triwulan", default=0, help_text="0 = setahun.")
    keadaan = models.CharField("keadaan", max_length=8, choices=Keadaan, default=Keadaan.KOSONG)
    kinerja = models.DecimalField("realisasi kinerja", max_digits=28, decimal_places=10, null=True, blank=True)
    rumus = models.ForeignKey(
        "indicators.Rumus",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dihitung dengan rumus",
    )
    alasan_keadaan = models.TextField("alasan tidak berlaku", blank=True)
    rupiah = models.BigIntegerField("realisasi (Rp)", null=True, blank=True)
    alasan_lebih_pagu = models.TextField("alasan melebihi pagu", blank=True)
    faktor_pendorong = models.TextField("faktor pendorong", blank=True)
    faktor_penghambat = models.TextField("faktor penghambat", blank=True)
    tindak_lanjut = models.TextField("tindak lanjut", blank=True)
    rasio_tercetak = models.DecimalField("rasio tercetak (%)", max_digits=12, decimal_places=4, null=True, blank=True)
    status = models.CharField("status", max_length=12, choices=Status, default=Status.DRAF)
    versi = models.PositiveIntegerField("versi", default=1)
    diubah_oleh = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="diubah oleh"
    )
    diubah_pada = models.DateTimeField("diubah pada", null=True, blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = RealisasiManager()

    class Meta:
        verbose_name = "realisasi"
        verbose_name_plural = "realisasi"
        ordering: ClassVar = ["indikator", "tahun", "triwulan"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indikator", "tahun", "triwulan"],
                name="realisasi_unik",
                violation_error_message="Realisasi periode ini sudah ada.",
            ),
            models.CheckConstraint(
                condition=Q(triwulan__gte=0, triwulan__lte=4),
                name="realisasi_triwulan_0_4",
                violation_error_message="Triwulan antara 1 dan 4, atau 0 untuk setahun.",
            ),
            models.CheckConstraint(
                condition=Q(keadaan="terisi", kinerja__isnull=False) | (~Q(keadaan="terisi") & Q(kinerja__isnull=True)),
                name="realisasi_keadaan_sesuai_kinerja",
                violation_error_message="Angka kinerja hanya ada bila keadaannya terisi.",
            ),
            models.CheckConstraint(
                condition=~Q(keadaan="tb") | ~Q(alasan_keadaan=""),
                name="realisasi_tidak_berlaku_beralasan",
                violation_error_message="Tidak berlaku harus disertai alasan.",
            ),
            models.CheckConstraint(
                condition=Q(rupiah__isnull=True) | Q(rupiah__gte=0),
                name="realisasi_rupiah_tidak_negatif",
                violation_error_message="Realisasi rupiah tidak boleh negatif.",
            ),
            models.CheckConstraint(
                condition=Q(kinerja__isnull=True) | Q(kinerja__gte=0),
                name="realisasi_kinerja_tidak_negatif",
                violation_error_message="Realisasi kinerja tidak boleh negatif.",
            ),
        ]

    def __str__(self) -> str:
        """Indicator and period."""
        quarter = f" TW {self.triwulan}" if self.triwulan else ""
        return f"{self.indikator} · {self.tahun}{quarter}"

    def natural_key(self) -> tuple[str, str, int, int]:
        """Plan, code, year and quarter."""
        return (*self.indikator.natural_key(), self.tahun, self.triwulan)

    natural_key.dependencies = ["indicators.indikator"]  # type: ignore[attr-defined]


class TercetakManager(models.Manager):
    """Natural key: table and row."""

    def get_by_natural_key(self, tabel: str, urutan: int) -> models.Model:
        """Find by table and row."""
        return self.get(tabel__nomor=tabel, urutan=urutan)


class Sebutan(models.Model):
    """How a table prints an indicator that has its home elsewhere (Tabel 4.1, 4.2, 6.1, 7.1).

    Wording, base, yearly targets and final value stay as printed; ``nilai`` maps
    the year as text to ``{"teks": "7,23%", "nilai": "7.23"}``.
    """

    tabel = models.ForeignKey(TabelDokumen, models.CASCADE, related_name="sebutan")
    urutan = models.PositiveSmallIntegerField("urutan")
    indikator = models.ForeignKey(Indikator, models.CASCADE, related_name="sebutan")
    nomor = models.CharField("nomor", max_length=6, blank=True)
    teks = models.CharField("bunyi indikator", max_length=500)
    satuan = models.CharField("satuan", max_length=40, blank=True)
    data_awal_teks = models.CharField("kondisi awal tercetak", max_length=60, blank=True)
    nilai = models.JSONField("target tercetak per tahun", default=dict, blank=True)
    akhir_teks = models.CharField("kondisi akhir tercetak", max_length=60, blank=True)
    akhir = models.DecimalField("kondisi akhir", max_digits=20, decimal_places=4, null=True, blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = TercetakManager()

    class Meta:
        verbose_name = "sebutan indikator"
        verbose_name_plural = "sebutan indikator"
        ordering: ClassVar = ["tabel", "urutan"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tabel", "urutan"], name="sebutan_unik")]

    def __str__(self) -> str:
        """Table and wording."""
        return f"Tabel {self.tabel.nomor}: {self.teks}"

    def natural_key(self) -> tuple[str, int]:
        """Table and row."""
        return (self.tabel.nomor, self.urutan)

    natural_key.dependencies = ["programs.tabeldokumen", "indicators.indikator"]  # type: ignore[attr-defined]


class Definisi(models.Model):
    """Operational definition of an IKU as a table prints it (Tabel 7.2, 7.3): numerator ÷ denominator × multiplier."""

    tabel = models.ForeignKey(TabelDokumen, models.CASCADE, related_name="definisi")
    urutan = models.PositiveSmallIntegerField("urutan")
    indikator = models.ForeignKey(Indikator, models.CASCADE, related_name="definisi")
    nomor = models.CharField("nomor", max_length=6)
    teks = models.CharField("bunyi indikator", max_length=500)
    pembilang = models.CharField("pembilang", max_length=300)
    penyebut = models.CharField("penyebut", max_length=300, blank=True)
    pengali = models.PositiveSmallIntegerField("pengali", default=100)
    cara_hitung = models.TextField("cara hitung", blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)
    catatan_transkripsi = models.TextField("catatan transkripsi", blank=True)

    objects = TercetakManager()

    class Meta:
        verbose_name = "definisi operasional"
        verbose_name_plural = "definisi operasional"
        ordering: ClassVar = ["tabel", "urutan"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tabel", "urutan"], name="definisi_unik")]

    def __str__(self) -> str:
        """Table and wording."""
        return f"Tabel {self.tabel.nomor}: {self.teks}"

    def natural_key(self) -> tuple[str, int]:
        """Table and row."""
        return (self.tabel.nomor, self.urutan)

    natural_key.dependencies = ["programs.tabeldokumen", "indicators.indikator"]  # type: ignore[attr-defined]

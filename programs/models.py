"""The plan: Renstra, its aims, and the tree program → kegiatan → sub kegiatan.

Source of the baseline: Renstra 2021-2026 Dinas Sosial Kabupaten Serang.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from accounts.models import PerangkatDaerah, UnitKerja
from programs import codes


class KodeManager(models.Manager):
    """Natural key for models with a unique ``kode``."""

    def get_by_natural_key(self, kode: str) -> models.Model:
        """Find by code."""
        return self.get(kode=kode)


class Renstra(models.Model):
    """One plan document of one perangkat daerah: a period in one version."""

    class Status(models.TextChoices):
        DRAF = "draf", "Draf"
        DITETAPKAN = "ditetapkan", "Ditetapkan"
        BERAKHIR = "berakhir", "Berakhir"

    perangkat_daerah = models.ForeignKey(
        PerangkatDaerah, models.PROTECT, related_name="renstra", verbose_name="perangkat daerah"
    )
    kode = models.SlugField("kode", max_length=60, unique=True)
    judul = models.CharField("judul", max_length=300)
    tahun_awal = models.PositiveSmallIntegerField("tahun awal")
    tahun_akhir = models.PositiveSmallIntegerField("tahun akhir")
    tahun_dasar = models.PositiveSmallIntegerField("tahun dasar")
    perubahan_ke = models.PositiveSmallIntegerField("perubahan ke", default=0, help_text="0 = Renstra induk.")
    status = models.CharField("status", max_length=12, choices=Status, default=Status.DRAF)
    tanggal_penetapan = models.DateField("tanggal penetapan", null=True, blank=True)
    nomor_penetapan = models.CharField("nomor penetapan", max_length=100, blank=True)
    asal = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="perubahan",
        verbose_name="versi yang diubah",
        help_text="Versi yang disalin menjadi perubahan ini; kosong pada Renstra induk.",
    )
    akar = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="semua_perubahan", verbose_name="Renstra induk"
    )
    alasan_perubahan = models.TextField("alasan perubahan", blank=True)
    visi = models.TextField("visi", blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = KodeManager()

    class Meta:
        verbose_name = "Renstra"
        verbose_name_plural = "Renstra"
        ordering: ClassVar = ["-tahun_awal", "-perubahan_ke"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(tahun_akhir__gte=F("tahun_awal")),
                name="renstra_tahun_berurutan",
                violation_error_message="Tahun akhir tidak boleh sebelum tahun awal.",
            ),
            models.UniqueConstraint(
                fields=["perangkat_daerah", "tahun_awal", "perubahan_ke"],
                name="renstra_versi_unik",
                violation_error_message="Versi Renstra ini sudah ada untuk periode tersebut.",
            ),
            models.CheckConstraint(
                condition=Q(asal__isnull=True, akar__isnull=True) | (~Q(alasan_perubahan="") & Q(akar__isnull=False)),
                name="renstra_perubahan_beralasan",
                violation_error_message="Perubahan Renstra harus disertai alasan.",
            ),
        ]

    def __str__(self) -> str:
        """Title and version."""
        return f"{self.judul} ({self.versi})"

    def natural_key(self) -> tuple[str]:
        """Code."""
        return (self.kode,)

    natural_key.dependencies = ["accounts.perangkatdaerah"]  # type: ignore[attr-defined]

    @property
    def versi(self) -> str:
        """``induk`` or ``perubahan ke-N``."""
        return f"perubahan ke-{self.perubahan_ke}" if self.perubahan_ke else "induk"

    @property
    def tahun(self) -> range:
        """Years of the plan."""
        return range(self.tahun_awal, self.tahun_akhir + 1)

    @property
    def kunci(self) -> int:
        """Id of the first version: the one the document's tables hang on, and what all versions share."""
        return self.akar_id or self.pk

    @property
    def draf(self) -> bool:
        """Whether it may still be edited."""
        return self.status == self.Status.DRAF

    @cached_property
    def diganti(self) -> bool:
        """Whether a later version was determined, so that this one is history."""
        later = Renstra.objects.filter(akar=self.kunci, perubahan_ke__gt=self.perubahan_ke)
        return later.filter(status=self.Status.DITETAPKAN).exists()

    @classmethod
    def newest_determined(cls) -> models.QuerySet[Renstra]:
        """Determined plans, the one in force first."""
        return cls.objects.filter(status=cls.Status.DITETAPKAN).order_by("-tahun_awal", "-perubahan_ke")

    @classmethod
    def current(cls) -> Renstra:
        """The determined plan of the latest period in its latest version; raises ``DoesNotExist``.

        Versions before it stay ``ditetapkan``: they were, and nothing of them is written again.
        """
        found = cls.current_or_none()
        if found is None:
            raise cls.DoesNotExist("Belum ada Renstra yang ditetapkan; jalankan manage.py load_baseline.")
        return found

    @classmethod
    def current_or_none(cls) -> Renstra | None:
        """``current``, None before the baseline was loaded."""
        return cls.newest_determined().select_related("perangkat_daerah").first()


class TeksBernomor(models.Model):
    """Numbered sentence of the plan's narrative."""

    kode = models.CharField("kode", max_length=80, unique=True)
    nomor = models.PositiveSmallIntegerField("nomor")
    teks = models.TextField("teks")
    sumber = models.CharField("sumber", max_length=200, blank=True)
    akar = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="lanjutan", verbose_name="asal pada versi pertama"
    )

    objects = KodeManager()

    class Meta:
        abstract = True
        ordering: ClassVar = ["nomor"]

    def __str__(self) -> str:
        """The sentence."""
        return self.teks

    def natural_key(self) -> tuple[str]:
        """Code."""
        return (self.kode,)


class Misi(TeksBernomor):
    """Mission of the head of the region; the office carries those marked ``diampu``."""

    renstra = models.ForeignKey(Renstra, models.CASCADE, related_name="misi")
    diampu = models.BooleanField("diampu perangkat daerah", default=False)

    class Meta(TeksBernomor.Meta):
        verbose_name = "misi"
        verbose_name_plural = "misi"


class IsuStrategis(TeksBernomor):
    """Strategic issue (chapter 3.5)."""

    renstra = models.ForeignKey(Renstra, models.CASCADE, related_name="isu_strategis")

    class Meta(TeksBernomor.Meta):
        verbose_name = "isu strategis"
        verbose_name_plural = "isu strategis"


class Tujuan(TeksBernomor):
    """Aim of the plan with the indicator it is measured by (Tabel 4.2)."""

    renstra = models.ForeignKey(Renstra, models.CASCADE, related_name="tujuan")
    indikator_tujuan = models.CharField("indikator tujuan", max_length=300, blank=True)

    class Meta(TeksBernomor.Meta):
        verbose_name = "tujuan"
        verbose_name_plural = "tujuan"


class Sasaran(TeksBernomor):
    """Objective below an aim; its indicators are the IKU."""

    tujuan = models.ForeignKey(Tujuan, models.CASCADE, related_name="sasaran")
    teks_tabel_5_1 = models.TextField("bunyi pada Tabel 5.1", blank=True, help_text="Bila berbeda dari teks.")
    unit = models.ForeignKey(
        UnitKerja, models.PROTECT, null=True, blank=True, related_name="sasaran", verbose_name="penanggung jawab"
    )

    class Meta(TeksBernomor.Meta):
        verbose_name = "sasaran"
        verbose_name_plural = "sasaran"


class Strategi(TeksBernomor):
    """Strategy towards an objective (Tabel 5.1)."""

    sasaran = models.ForeignKey(Sasaran, models.CASCADE, related_name="strategi")

    class Meta(TeksBernomor.Meta):
        verbose_name = "strategi"
        verbose_name_plural = "strategi"


class ArahKebijakan(TeksBernomor):
    """Policy direction of a strategy (Tabel 5.1)."""

    strategi = models.ForeignKey(Strategi, models.CASCADE, related_name="arah_kebijakan")

    class Meta(TeksBernomor.Meta):
        verbose_name = "arah kebijakan"
        verbose_name_plural = "arah kebijakan"


class SimpulManager(models.Manager):
    """Natural key of a node: the plan's code and the printed code."""

    def get_by_natural_key(self, renstra: str, kode: str) -> models.Model:
        """Find by plan and printed code."""
        return self.get(renstra__kode=renstra, kode=kode)


class Simpul(models.Model):
    """What program, kegiatan and sub kegiatan share: a node of the plan's tree.

    ``kode`` is the code as printed, ``kode_kanonik`` the one of ``nomenklatur``,
    ``kunci_urut`` orders by the integers of the code.
    """

    class Nomenklatur(models.TextChoices):
        PERMENDAGRI_90_2019 = "90/2019", "Permendagri 90/2019"
        KEPMENDAGRI_050_3708_2020 = "050-3708/2020", "Kepmendagri 050-3708/2020"
        KEPMENDAGRI_900_5_1317_2023 = "900.1.15.5-1317/2023", "Kepmendagri 900.1.15.5-1317/2023"

    renstra = models.ForeignKey(Renstra, models.CASCADE, related_name="%(class)s")
    kode = models.CharField("kode", max_length=30)
    kode_kanonik = models.CharField("kode kanonik", max_length=30)
    nomenklatur = models.CharField(
        "versi nomenklatur", max_length=30, choices=Nomenklatur, default=Nomenklatur.KEPMENDAGRI_050_3708_2020
    )
    kunci_urut = models.CharField("kunci urut", max_length=40, editable=False)
    nama = models.CharField("nama", max_length=400)
    unit = models.ForeignKey(UnitKerja, models.PROTECT, related_name="%(class)s", verbose_name="unit penanggung jawab")
    dasar_penugasan = models.CharField(
        "dasar penugasan unit", max_length=300, blank=True, help_text="Mengapa unit ini yang memiliki baris ini."
    )
    sumber = models.CharField("sumber", max_length=200, blank=True)
    catatan_transkripsi = models.TextField("catatan transkripsi", blank=True)
    teks_tercetak = models.TextField("teks tercetak", blank=True)
    akar = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="lanjutan", verbose_name="asal pada versi pertama"
    )
    berakhir_sejak = models.PositiveSmallIntegerField(
        "berakhir sejak tahun", null=True, blank=True, help_text="Tahun pertama tanpa baris ini menurut perubahan."
    )

    objects = SimpulManager()
    tingkat: ClassVar[str] = ""

    class Meta:
        abstract = True
        ordering: ClassVar = ["kunci_urut"]

    def __str__(self) -> str:
        """Printed code and name."""
        return f"{self.kode} {self.nama}"

    def save(self, *args, **kwargs) -> None:
        """Keep the order key in step with the code."""
        self.kunci_urut = codes.sort_key(self.kode)
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str, str]:
        """Plan and printed code."""
        return (self.renstra.kode, self.kode)

    natural_key.dependencies = ["programs.renstra", "accounts.unitkerja"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Refuse a code of the wrong shape or level."""
        try:
            found = codes.level(self.kode)
        except codes.KodeError as error:
            raise ValidationError({"kode": str(error)}) from None
        if found != self._meta.model_name:
            raise ValidationError({"kode": f"Kode {self.kode} adalah kode {found}, bukan {self._meta.verbose_name}."})
        self.kunci_urut = codes.sort_key(self.kode)
        self.kode_kanonik = self.kode_kanonik or codes.canonical(self.kode)


def _simpul_constraints(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=["renstra", "kode"],
            name=f"{name}_kode_unik",
            violation_error_message="Kode ini sudah ada dalam Renstra.",
        ),
        models.UniqueConstraint(
            fields=["renstra", "kunci_urut"],
            name=f"{name}_urut_unik",
            violation_error_message="Kode dengan angka yang sama sudah ada dalam Renstra.",
        ),
        models.UniqueConstraint(
            fields=["renstra", "akar"],
            name=f"{name}_akar_unik",
            violation_error_message="Simpul ini sudah dilanjutkan oleh baris lain dalam Renstra yang sama.",
        ),
    ]


class Program(Simpul):
    """Program of the plan; ``sasaran_program`` as Tabel 6.1 words it."""

    sasaran = models.ForeignKey(Sasaran, models.PROTECT, null=True, blank=True, related_name="program")
    nama_tabel_6_1 = models.CharField("nama pada Tabel 6.1", max_length=300, blank=True)
    sasaran_program = models.CharField("sasaran program", max_length=300, blank=True)
    tingkat = "program"

    class Meta(Simpul.Meta):
        verbose_name = "program"
        verbose_name_plural = "program"
        constraints = _simpul_constraints("program")


class Kegiatan(Simpul):
    """Kegiatan below a program."""

    induk = models.ForeignKey(Program, models.PROTECT, related_name="anak", verbose_name="program")
    tingkat = "kegiatan"

    class Meta(Simpul.Meta):
        verbose_name = "kegiatan"
        verbose_name_plural = "kegiatan"
        constraints = _simpul_constraints("kegiatan")


class SubKegiatan(Simpul):
    """Sub kegiatan below a kegiatan: where money is spent and typed."""

    induk = models.ForeignKey(Kegiatan, models.PROTECT, related_name="anak", verbose_name="kegiatan")
    lokasi = models.CharField("lokasi", max_length=200, blank=True, help_text="Kolom Lokasi form T-C.27.")
    tingkat = "subkegiatan"

    class Meta(Simpul.Meta):
        verbose_name = "sub kegiatan"
        verbose_name_plural = "sub kegiatan"
        constraints = _simpul_constraints("subkegiatan")


class NomorManager(models.Manager):
    """Natural key for models with a unique ``nomor``."""

    def get_by_natural_key(self, nomor: str) -> models.Model:
        """Find by table number."""
        return self.get(nomor=nomor)


class TabelDokumen(models.Model):
    """One of the 31 tables of the document: number, title as printed, page of the list of tables."""

    renstra = models.ForeignKey(Renstra, models.CASCADE, related_name="tabel")
    nomor = models.CharField("nomor", max_length=6, unique=True)
    judul = models.CharField("judul", max_length=400)
    judul_daftar = models.CharField("judul pada daftar tabel", max_length=400, blank=True)
    halaman = models.PositiveSmallIntegerField("halaman")
    catatan = models.TextField("catatan transkripsi", blank=True)

    objects = NomorManager()

    class Meta:
        verbose_name = "tabel dokumen"
        verbose_name_plural = "tabel dokumen"
        ordering: ClassVar = ["halaman", "id"]

    def __str__(self) -> str:
        """Number and title."""
        return f"Tabel {self.nomor} {self.judul}"

    def natural_key(self) -> tuple[str]:
        """Number."""
        return (self.nomor,)

    natural_key.dependencies = ["programs.renstra"]  # type: ignore[attr-defined]

    @property
    def slug(self) -> str:
        """Address of its report: ``tabel-6-2``."""
        return f"tabel-{self.nomor.replace('.', '-')}"


class TabelUrutanManager(models.Manager):
    """Natural key: table number and row."""

    def get_by_natural_key(self, tabel: str, urutan: int) -> models.Model:
        """Find by table number and row."""
        return self.get(tabel__nomor=tabel, urutan=urutan)


class BarisProfil(models.Model):
    """One row of a profile table (2.1-2.11, 3.3): staff, budget, equipment, problems.

    Which columns a table prints is the business of its report; ``jumlah`` is a
    count (orang, unit) or rupiah (Tabel 2.10), ``satuan`` its unit as printed.
    """

    class Jenis(models.TextChoices):
        BARIS = "baris", "Baris"
        JUMLAH = "jumlah", "Jumlah tercetak"

    tabel = models.ForeignKey(TabelDokumen, models.CASCADE, related_name="baris_profil")
    urutan = models.PositiveSmallIntegerField("urutan")
    jenis = models.CharField("jenis", max_length=8, choices=Jenis, default=Jenis.BARIS)
    nomor = models.CharField("nomor", max_length=10, blank=True)
    uraian = models.TextField("uraian", blank=True)
    rincian = models.TextField("rincian", blank=True, help_text="Eselon, status pelaksana, atau masalah.")
    rincian_lanjut = models.TextField("rincian lanjut", blank=True, help_text="Pendidikan atau akar masalah.")
    jumlah = models.BigIntegerField("jumlah", null=True, blank=True)
    satuan = models.CharField("satuan", max_length=30, blank=True)
    keterangan = models.TextField("keterangan", blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)
    teks_tercetak = models.TextField("teks tercetak", blank=True)
    catatan_transkripsi = models.TextField("catatan transkripsi", blank=True)

    objects = TabelUrutanManager()

    class Meta:
        verbose_name = "baris profil"
        verbose_name_plural = "baris profil"
        ordering: ClassVar = ["tabel", "urutan"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tabel", "urutan"], name="baris_profil_unik")]

    def __str__(self) -> str:
        """Table and text."""
        return f"Tabel {self.tabel.nomor} baris {self.urutan}: {self.uraian}"

    def natural_key(self) -> tuple[str, int]:
        """Table and row."""
        return (self.tabel.nomor, self.urutan)

    natural_key.dependencies = ["programs.tabeldokumen"]  # type: ignore[attr-defined]


class TabelKunciManager(models.Manager):
    """Natural key: table number and name of the total."""

    def get_by_natural_key(self, tabel: str, kunci: str) -> models.Model:
        """Find by table number and name."""
        return self.get(tabel__nomor=tabel, kunci=kunci)


class TotalTercetak(models.Model):
    """A total that a table prints below its rows, kept as printed (rupiah, jiwa).

    ``kunci`` is the column of the report it stands under: ``pagu_2021`` … ``pagu_akhir``
    for Tabel 6.2, ``jumlah`` for Tabel 3.1.
    """

    tabel = models.ForeignKey(TabelDokumen, models.CASCADE, related_name="total_tercetak")
    kunci = models.CharField("kunci", max_length=30)
    nilai = models.BigIntegerField("nilai")
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = TabelKunciManager()

    class Meta:
        verbose_name = "total tercetak"
        verbose_name_plural = "total tercetak"
        constraints: ClassVar = [models.UniqueConstraint(fields=["tabel", "kunci"], name="total_tercetak_unik")]

    def __str__(self) -> str:
        """Table and column."""
        return f"Tabel {self.tabel.nomor} jumlah {self.kunci}"

    def natural_key(self) -> tuple[str, str]:
        """Table and column."""
        return (self.tabel.nomor, self.kunci)

    natural_key.dependencies = ["programs.tabeldokumen"]  # type: ignore[attr-defined]


class PadananKodeManager(models.Manager):
    """Natural key: where the code stands, the code, and where it is looked up."""

    def get_by_natural_key(self, asal: str, kode: str, tujuan: str) -> models.Model:
        """Find by nomenclature and code, and the nomenclature asked for."""
        return self.get(nomenklatur_asal=asal, kode_asal=kode, nomenklatur_tujuan=tujuan)


class PadananKode(models.Model):
    """The successor of a canonical code in another nomenclature; an empty ``kode_tujuan`` is not mapped yet.

    Successors come from the regulation's own list, which an administrator imports; none is
    derived: Kepmendagri 900.1.15.5-1317/2023 gave sub kegiatan four digits *and* renumbered some.
    """

    nomenklatur_asal = models.CharField("nomenklatur asal", max_length=30, choices=Simpul.Nomenklatur)
    kode_asal = models.CharField("kode asal", max_length=30)
    nomenklatur_tujuan = models.CharField("nomenklatur tujuan", max_length=30, choices=Simpul.Nomenklatur)
    kode_tujuan = models.CharField("kode tujuan", max_length=30, blank=True)
    nama_tujuan = models.CharField("nama pada nomenklatur tujuan", max_length=400, blank=True)
    keterangan = models.CharField("keterangan", max_length=300, blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = PadananKodeManager()

    class Meta:
        verbose_name = "padanan kode"
        verbose_name_plural = "padanan kode"
        ordering: ClassVar = ["kode_asal", "nomenklatur_tujuan"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nomenklatur_asal", "kode_asal", "nomenklatur_tujuan"],
                name="padanan_kode_unik",
                violation_error_message="Padanan kode ini sudah ada.",
            ),
            models.CheckConstraint(
                condition=~Q(nomenklatur_asal=F("nomenklatur_tujuan")),
                name="padanan_kode_dua_nomenklatur",
                violation_error_message="Nomenklatur asal dan tujuan harus berbeda.",
            ),
        ]

    def __str__(self) -> str:
        """Both codes."""
        return f"{self.kode_asal} → {self.kode_tujuan or 'belum dipetakan'}"

    def natural_key(self) -> tuple[str, str, str]:
        """Where the code stands, the code, and where it is looked up."""
        return (self.nomenklatur_asal, self.kode_asal, self.nomenklatur_tujuan)

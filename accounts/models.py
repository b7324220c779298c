"""The office, its people and the append-only audit trail."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class PerangkatDaerahManager(models.Manager["PerangkatDaerah"]):
    """Natural key of the fixtures."""

    def get_by_natural_key(self, kode: str) -> PerangkatDaerah:
        """Find by code."""
        return self.get(kode=kode)


class PerangkatDaerah(models.Model):
    """One office of the local government; a kabupaten has some thirty of them."""

    kode = models.SlugField("kode", max_length=40, unique=True)
    nama = models.CharField("nama", max_length=200)
    pemerintah_daerah = models.CharField("pemerintah daerah", max_length=200)
    ibu_kota = models.CharField("tempat penandatanganan", max_length=100, help_text="Tempat pada blok tanda tangan.")
    alamat = models.CharField("alamat", max_length=300, blank=True)
    telepon = models.CharField("telepon", max_length=50, blank=True)
    email = models.EmailField("surel", blank=True)
    situs = models.URLField("situs", blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = PerangkatDaerahManager()

    class Meta:
        verbose_name = "perangkat daerah"
        verbose_name_plural = "perangkat daerah"
        ordering: ClassVar = ["nama"]

    def __str__(self) -> str:
        """Name of the office."""
        return self.nama

    def natural_key(self) -> tuple[str]:
        """Code."""
        return (self.kode,)


class UnitKerjaManager(models.Manager["UnitKerja"]):
    """Natural key of the fixtures."""

    def get_by_natural_key(self, kode: str) -> UnitKerja:
        """Find by code."""
        return self.get(kode=kode)


class UnitKerja(models.Model):
    """Dinas, Sekretariat with its subbagian, bidang with their seksi (Renstra 2021-2026, chapter 2.1).

    ``kode`` is a path: ``rehsos.anak`` lies below ``rehsos``, so the scope of a
    unit is "this code or codes that begin with it and a dot". Who signs its reports
    (``kepala_*`` and ``pengesah_*``), where and when, is its data; what is empty is
    printed as a dotted line.
    """

    class Jenis(models.TextChoices):
        DINAS = "dinas", "Dinas"
        SEKRETARIAT = "sekretariat", "Sekretariat"
        SUBBAGIAN = "subbagian", "Subbagian"
        BIDANG = "bidang", "Bidang"
        SEKSI = "seksi", "Seksi"

    perangkat_daerah = models.ForeignKey(
        PerangkatDaerah, models.PROTECT, related_name="unit", verbose_name="perangkat daerah"
    )
    induk = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="anak", verbose_name="unit atasan"
    )
    kode = models.CharField("kode", max_length=60, unique=True)
    nama = models.CharField("nama", max_length=200)
    jenis = models.CharField("jenis", max_length=12, choices=Jenis)
    urutan = models.PositiveSmallIntegerField("urutan")
    kepala_jabatan = models.CharField("jabatan kepala", max_length=200, blank=True)
    kepala_nama = models.CharField("nama kepala", max_length=200, blank=True)
    kepala_pangkat = models.CharField("pangkat, golongan", max_length=100, blank=True)
    kepala_nip = models.CharField("NIP kepala", max_length=25, blank=True)
    tempat_tanda_tangan = models.CharField(
        "tempat penandatanganan", max_length=100, blank=True, help_text="Bila kosong: tempat pada perangkat daerah."
    )
    tanggal_tanda_tangan = models.DateField(
        "tanggal penandatanganan", null=True, blank=True, help_text="Bila kosong: titik-titik untuk ditulis tangan."
    )
    pengesah_jabatan = models.CharField(
        "jabatan pengesah",
        max_length=200,
        blank=True,
        help_text="Penanda tangan kedua, misalnya Kepala Bappeda. Bila kosong pada unit di bawah Dinas: kepala Dinas.",
    )
    pengesah_nama = models.CharField("nama pengesah", max_length=200, blank=True)
    pengesah_pangkat = models.CharField("pangkat, golongan pengesah", max_length=100, blank=True)
    pengesah_nip = models.CharField("NIP pengesah", max_length=25, blank=True)
    sumber = models.CharField("sumber", max_length=200, blank=True)

    objects = UnitKerjaManager()

    class Meta:
        verbose_name = "unit kerja"
        verbose_name_plural = "unit kerja"
        ordering: ClassVar = ["urutan"]

    def __str__(self) -> str:
        """Name of the unit."""
        return self.nama

    def natural_key(self) -> tuple[str]:
        """Code."""
        return (self.kode,)

    natural_key.dependencies = ["accounts.perangkatdaerah"]  # type: ignore[attr-defined]

    def scope_filter(self, prefix: str = "unit") -> Q:
        """Condition for rows owned by this unit or one below it; ``prefix`` is the path to the unit.

        The Dinas itself covers every unit of its perangkat daerah.
        """
        if self.jenis == self.Jenis.DINAS:
            return Q(**{f"{prefix}__perangkat_daerah": self.perangkat_daerah_id})
        return Q(**{f"{prefix}__kode": self.kode}) | Q(**{f"{prefix}__kode__startswith": f"{self.kode}."})

    def covers(self, other: UnitKerja | None) -> bool:
        """Whether ``other`` is this unit or lies below it."""
        if other is None:
            return False
        if self.jenis == self.Jenis.DINAS:
            return self.perangkat_daerah_id == other.perangkat_daerah_id
        return other.kode == self.kode or other.kode.startswith(f"{self.kode}.")


class Peran(models.TextChoices):
    """The five roles (domain: "People who use it"); each is a group of the same name."""

    STAF = "Staf", "Staf bidang/seksi"
    VERIFIKATOR = "Verifikator", "Verifikator"
    SEKRETARIAT = "Sekretariat", "Sekretariat"
    PIMPINAN = "Pimpinan", "Pimpinan"
    ADMINISTRATOR = "Administrator", "Administrator"


class Hak(models.TextChoices):
    """What a role may do beyond the permissions of single models; ``accounts/roles.py`` says who has which."""

    BACA_SEMUA = "baca_semua_unit", "Membaca baris semua unit"
    ISI_REALISASI = "isi_realisasi", "Mengisi realisasi unit sendiri"
    VERIFIKASI = "verifikasi_realisasi", "Memverifikasi atau mengembalikan realisasi"
    SETUJUI = "setujui_tahun", "Menyetujui realisasi setahun"
    EKSPOR = "ekspor_laporan", "Mengekspor laporan"
    TULIS_ANALISIS = "tulis_analisis", "Menulis analisis LKIP"
    ATUR_PERIODE = "atur_periode", "Membuka dan menutup periode"
    BACA_JEJAK = "baca_jejak", "Membaca jejak perubahan"
    LIHAT_ORANG = "lihat_orang_pmks", "Melihat orang dalam data PMKS, jenis yang dilayani unitnya"
    UBAH_ORANG = "ubah_orang_pmks", "Mencatat, mengimpor, dan menggabungkan orang dan layanan"
    BUKA_NIK = "buka_nik", "Membuka NIK dan No KK utuh, dengan alasan"
    EKSPOR_ORANG = "ekspor_orang_pmks", "Mengekspor nama orang, dengan tujuan"


class User(AbstractUser):
    """A person who signs in; ``unit`` limits what staff see and write."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    nama = models.CharField("nama lengkap", max_length=200)
    unit = models.ForeignKey(
        UnitKerja, models.PROTECT, null=True, blank=True, related_name="pengguna", verbose_name="unit kerja"
    )

    REQUIRED_FIELDS: ClassVar = ["nama"]

    class Meta(AbstractUser.Meta):
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"
        permissions = [(hak.value, hak.label) for hak in Hak]

    def __str__(self) -> str:
        """Full name."""
        return self.nama or self.username

    def get_full_name(self) -> str:
        """Full name."""
        return self.nama

    def get_short_name(self) -> str:
        """Full name: Indonesian names have no family part."""
        return self.nama

    @property
    def peran(self) -> frozenset[str]:
        """Names of the roles of this person, read once per object."""
        cached = self.__dict__.get("_peran")
        if cached is None:
            names = set(self.groups.values_list("name", flat=True))
            if self.is_superuser:
                names.add(Peran.ADMINISTRATOR.value)
            cached = self.__dict__["_peran"] = frozenset(names)
        return cached

    def sees_all_units(self) -> bool:
        """Whether the person reads the rows of every unit (all roles but staff)."""
        return bool(self.peran - {Peran.STAF.value})


class TokenAPI(models.Model):
    """A key with which a program reads or writes in the name of a person, until a date.

    Only the hash is kept; ``awalan`` is the beginning of the key, by which its owner tells it from another.
    """

    class Cakupan(models.TextChoices):
        BACA = "baca", "Membaca"
        TULIS = "tulis", "Membaca dan menulis"

    pengguna = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="token_api")
    nama = models.CharField("nama", max_length=100)
    awalan = models.CharField("awalan", max_length=12)
    sidik = models.CharField("SHA-256", max_length=64, unique=True)
    cakupan = models.CharField("cakupan", max_length=5, choices=Cakupan, default=Cakupan.BACA)
    berlaku_sampai = models.DateTimeField("berlaku sampai")
    dibuat_pada = models.DateTimeField("dibuat pada", auto_now_add=True)
    dipakai_pada = models.DateTimeField("terakhir dipakai", null=True, blank=True)
    dicabut_pada = models.DateTimeField("dicabut pada", null=True, blank=True)

    class Meta:
        verbose_name = "token API"
        verbose_name_plural = "token API"
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        """Name and beginning of the key."""
        return f"{self.nama} ({self.awalan}…)"


class Jejak(models.Model):
    """One change of one figure: who, when, from what, to what, why, through which door.

    Append-only: database triggers refuse UPDATE and DELETE on SQLite and PostgreSQL.
    """

    class Pintu(models.TextChoices):
        PERAMBAN = "peramban", "Peramban"
        ADMIN = "admin", "Halaman admin"
        BERKAS = "berkas", "Berkas"
        API = "api", "API"
        PERINTAH = "perintah", "Baris perintah"

    waktu = models.DateTimeField("waktu", auto_now_add=True)
    pelaku = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jejak", verbose_name="pelaku"
    )
    pelaku_nama = models.CharField("nama pelaku", max_length=200)
    pintu = models.CharField("pintu", max_length=10, choices=Pintu)
    objek = models.CharField("objek", max_length=60, help_text="Label model, misalnya indicators.realisasi.")
    objek_id = models.CharField("id objek", max_length=40)
    objek_nama = models.CharField("nama objek", max_length=400)
    kolom = models.CharField("kolom", max_length=60, blank=True)
    # NULL is "there was no value", which an empty text is not.
    dari = models.TextField("dari", null=True)  # noqa: DJ001
    ke = models.TextField("ke", null=True)  # noqa: DJ001
    alasan = models.TextField("alasan", blank=True)
    permintaan = models.CharField("id permintaan", max_length=64, blank=True)

    class Meta:
        verbose_name = "jejak"
        verbose_name_plural = "jejak"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["objek", "objek_id", "id"], name="jejak_objek")]

    def __str__(self) -> str:
        """Object and field."""
        return f"{self.objek_nama} · {self.kolom}"


class BarisDasar(models.Model):
    """What the baseline last wrote into a row: its columns by name, references as natural keys.

    A row whose present content differs was changed by people; loading keeps it
    unless told to overwrite. The values themselves (not a hash of them) say *which*
    column people changed, and stay comparable when a model gets a new column.
    """

    objek = models.CharField(max_length=60)
    kunci = models.CharField(max_length=400)
    isi = models.JSONField()

    class Meta:
        verbose_name = "baris dasar"
        verbose_name_plural = "baris dasar"
        constraints: ClassVar = [models.UniqueConstraint(fields=["objek", "kunci"], name="baris_dasar_unik")]

    def __str__(self) -> str:
        """Model and natural key."""
        return f"{self.objek} {self.kunci}"

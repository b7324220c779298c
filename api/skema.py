"""The shapes of what goes in and out. The OpenAPI page prints their docstrings, so these are Indonesian.

Performance and percent figures are JSON numbers, money whole numbers, unknown is null and never 0.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from ninja import Schema
from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from indicators.actions import Outcome

Angka = Annotated[Decimal, WithJsonSchema({"type": "number"})]
Jenis = Literal["sasaran", "program", "kegiatan", "subkegiatan"]
Keadaan = Literal["kosong", "terisi", "nihil", "tb"]
Status = Literal["draf", "diajukan", "diverifikasi", "dikembalikan", "disetujui"]
Keisian = Literal["kosong", "sebagian", "alasan", "lengkap"]
Versi = Annotated[int, Field(ge=0, le=2**31 - 1, description="Versi yang dibaca; 0 bila belum pernah diisi.")]
MAX_ROWS = 500


def _cell(value: Any) -> str | Decimal | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise ValueError("Isi dengan angka, teks, atau null.")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError("Isi dengan teks atau null.")


_NUMBER = {"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}
_STRING = {"anyOf": [{"type": "string"}, {"type": "null"}]}
SelAngka = Annotated[Any, PlainValidator(_cell), WithJsonSchema(_NUMBER)]
SelTeks = Annotated[Any, PlainValidator(_text), WithJsonSchema(_STRING)]


class Masuk(Schema):
    """Yang masuk; nama yang tidak dikenal ditolak, agar salah ketik tidak hilang diam-diam."""

    model_config = ConfigDict(extra="forbid")


# Refusals ------------------------------------------------------------------------------------------------------------


class Beda(Schema):
    """Satu sel yang isinya berbeda antara dua orang."""

    sel: str
    nama: str
    isian_anda: str
    tersimpan: str


class HasilBaris(Schema):
    """Hasil satu dari banyak baris; “siap” berarti dapat disimpan, tetapi permintaan ini tidak menyimpan."""

    kode: str
    hasil: Literal["tersimpan", "siap", "sama", "salah", "bentrok", "terkunci", "ditutup", "tidak_ada"]
    versi: int
    sel: dict[str, str] = Field(description="Alasan penolakan menurut nama sel.")
    dibaca: dict[str, str] = Field(description="Bagaimana isian dibaca, menurut nama sel.")
    beda: list[Beda] = []


class IsiGalat(Schema):
    """Mengapa ditolak."""

    kode: str
    pesan: str
    sel: dict[str, str] = Field(description="Alasan menurut nama sel atau parameter.")
    permintaan: str = Field(description="Nomor permintaan, untuk ditanyakan kepada Administrator.")
    beda: list[Beda] | None = Field(None, description="Hanya pada 409: sel yang berbeda, kedua isian.")
    tersimpan: Baris | None = Field(None, description="Hanya pada 409 dan 423: baris seperti tersimpan sekarang.")
    baris: list[HasilBaris] | None = Field(None, description="Hanya pada penulisan banyak baris: hasil tiap baris.")


class JawabanGalat(Schema):
    """Satu bentuk untuk semua penolakan."""

    galat: IsiGalat


# The plan ------------------------------------------------------------------------------------------------------------


class Token(Schema):
    """Token dan pemiliknya."""

    nama: str
    awalan: str
    cakupan: Literal["baca", "tulis"]
    berlaku_sampai: datetime
    pengguna: str
    nama_pengguna: str
    peran: list[str]
    unit: str | None
    semua_unit: bool = Field(description="Apakah realisasi semua unit terbaca.")


class VersiRenstra(Schema):
    """Satu versi Renstra."""

    kode: str
    judul: str
    versi: str
    status: str
    tahun_awal: int
    tahun_akhir: int
    tahun_dasar: int
    tanggal_penetapan: date | None
    nomor_penetapan: str
    berlaku: bool = Field(description="Apakah versi ini yang berlaku sekarang.")


class Tahunan(Schema):
    """Target dan pagu setahun, seperti tercetak."""

    tahun: int
    target: Angka | None
    pagu: int | None


class IndikatorRencana(Schema):
    """Satu baris indikator rencana."""

    kode: str
    uraian: str
    satuan: str
    arah: str
    akumulasi: str
    data_awal: str
    tahunan: list[Tahunan]
    akhir_target: Angka | None
    akhir_pagu: int | None
    ukuran_dari: str | None = Field(description="Kode indikator bila ini ukuran kedua dari satu sel dokumen.")
    melayani: str | None = Field(description="Kode indikator kegiatan yang dilayani baris sub kegiatan ini.")


class Simpul(Schema):
    """Yang ada pada program, kegiatan dan sub kegiatan."""

    kode: str
    nama: str
    unit: str
    indikator: list[IndikatorRencana]


class SubKegiatan(Simpul):
    """Sub kegiatan."""


class Kegiatan(Simpul):
    """Kegiatan dengan sub kegiatannya."""

    subkegiatan: list[SubKegiatan]


class Program(Simpul):
    """Program dengan kegiatannya."""

    sasaran: str | None
    kegiatan: list[Kegiatan]


class Sasaran(Schema):
    """Sasaran dengan IKU-nya."""

    kode: str
    teks: str
    unit: str | None
    indikator: list[IndikatorRencana]


class Tujuan(Schema):
    """Tujuan dengan sasarannya."""

    kode: str
    teks: str
    indikator_tujuan: str
    sasaran: list[Sasaran]


class Rencana(Schema):
    """Pohon rencana."""

    renstra: VersiRenstra
    tahun: list[int]
    tujuan: list[Tujuan]
    program: list[Program]


class IndikatorRingkas(Schema):
    """Indikator dalam daftar, dengan target dan pagu satu tahun."""

    kode: str
    indikator: str
    satuan: str
    jenis: Jenis
    kode_simpul: str
    nama_simpul: str
    unit: str
    arah: str
    akumulasi: str
    akumulasi_tahun: str
    wajib_bukti: bool
    berumus: bool
    target: Angka | None
    pagu: int | None


class DaftarIndikator(Schema):
    """Potongan daftar indikator."""

    tahun: int
    jumlah: int = Field(description="Banyaknya indikator yang cocok, termasuk yang tidak ikut dalam potongan ini.")
    indikator: list[IndikatorRingkas]


class DefinisiTercetak(Schema):
    """Definisi operasional seperti tercetak (Tabel 7.2, 7.3)."""

    tabel: str
    pembilang: str
    penyebut: str
    pengali: int
    cara_hitung: str


class KomponenRumus(Schema):
    """Komponen rumus."""

    kode: str
    nama: str
    satuan: str
    asal: str
    kebijakan: str


class VersiRumus(Schema):
    """Satu versi rumus."""

    versi: int
    ekspresi: str
    berlaku_mulai: int


class Indikator(IndikatorRencana):
    """Semua tentang satu indikator selain realisasinya."""

    jenis: Jenis
    kode_simpul: str
    nama_simpul: str
    unit: str
    rumus_turun: str
    batas_bawah: Angka | None
    batas_atas: Angka | None
    akumulasi_tahun: str
    wajib_bukti: bool
    definisi: list[DefinisiTercetak]
    komponen: list[KomponenRumus]
    rumus: list[VersiRumus]


# Realisasi -----------------------------------------------------------------------------------------------------------


class Isian(Schema):
    """Isi sel sebuah baris seperti tersimpan."""

    keadaan: Keadaan
    kinerja: Angka | None
    alasan_keadaan: str
    rupiah: int | None
    alasan_lebih_pagu: str
    faktor_pendorong: str
    faktor_penghambat: str
    tindak_lanjut: str


class Baris(Schema):
    """Satu baris dalam satu periode: rencana, isi sel, dan yang dihitung darinya.

    Persen dibulatkan dua desimal seperti di halaman; predikat dari nilai tanpa pembulatan.
    """

    kode: str
    jenis: Jenis
    kode_simpul: str
    uraian: str
    indikator: str
    satuan: str
    unit: str
    arah: str
    tahun: int
    triwulan: int
    versi: int
    status: Status
    terkunci: bool
    milik_saya: bool = Field(description="Apakah pemilik token mengisi baris ini.")
    keisian: Keisian
    diminta: bool = Field(description="Apakah baris ini diminta terisi pada tahun itu.")
    dihitung: list[str] = Field(description="Sel yang mengikuti komponen rumus atau triwulan dan tidak diketik.")
    isian: Isian
    target: Angka | None
    pagu: int | None
    realisasi_rp: int | None = Field(description="Diketik pada sub kegiatan, dijumlahkan pada kegiatan dan program.")
    capaian: Angka | None
    predikat: str | None
    serapan: Angka | None
    diubah_oleh: str | None
    diubah_pada: datetime | None


class DaftarRealisasi(Schema):
    """Potongan baris satu periode."""

    tahun: int
    triwulan: int
    jumlah: int = Field(description="Banyaknya baris yang cocok, termasuk yang tidak ikut dalam potongan ini.")
    terisi: int
    diminta: int
    baris: list[Baris]


class IsianMasuk(Masuk):
    """Sel yang ditulis. Yang tidak disebut tetap; null mengosongkan.

    Angka boleh berupa angka JSON, atau teks cara Indonesia ("1.234,5"). Keadaan: nihil (tidak ada kejadian) atau tb
    (tidak berlaku, dengan alasan_keadaan).
    """

    keadaan: Keadaan | None = None
    kinerja: SelAngka = None
    alasan_keadaan: SelTeks = None
    rupiah: SelAngka = None
    alasan_lebih_pagu: SelTeks = None
    faktor_pendorong: SelTeks = None
    faktor_penghambat: SelTeks = None
    tindak_lanjut: SelTeks = None


class BarisMasuk(Masuk):
    """Satu baris untuk ditulis."""

    versi: Versi
    isian: IsianMasuk
    alasan: str = Field("", max_length=500, description="Alasan perubahan, dicatat dalam jejak.")


class SatuDariBanyak(Masuk):
    """Satu dari banyak baris untuk ditulis."""

    kode: str = Field(min_length=1, max_length=40)
    versi: Versi
    isian: IsianMasuk


class BanyakMasuk(Masuk):
    """Banyak baris satu periode."""

    baris: list[SatuDariBanyak] = Field(min_length=1, max_length=MAX_ROWS)
    alasan: str = Field("", max_length=500, description="Alasan perubahan, dicatat dalam jejak.")
    coba: bool = Field(False, description="Hanya menilai; tidak ada yang disimpan.")
    semua: bool = Field(True, description="Semua atau tidak sama sekali. false: baris yang baik disimpan.")


class Tersimpan(Schema):
    """Baris sesudah ditulis."""

    hasil: Literal["tersimpan", "sama"]
    dibaca: dict[str, str] = Field(description="Bagaimana isian dibaca, menurut nama sel.")
    baris: Baris


class BanyakTersimpan(Schema):
    """Hasil tiap baris, menurut urutan kirim."""

    disimpan: int
    baris: list[HasilBaris]


# Figures -------------------------------------------------------------------------------------------------------------


class BarisCapaian(Schema):
    """Capaian dan serapan sebuah baris."""

    kode: str
    jenis: Jenis
    kode_simpul: str
    indikator: str
    satuan: str
    unit: str
    arah: str
    rumus: str
    status: Status
    keadaan: Keadaan
    target: Angka | None
    realisasi: Angka | None
    capaian: Angka | None
    predikat: str | None
    pagu: int | None
    realisasi_rp: int | None
    serapan: Angka | None


class RingkasanCapaian(Schema):
    """Ringkasan: rata-rata capaian (tiap baris dibatasi 100), serapan dari baris sub kegiatan."""

    rata_capaian: Angka | None
    dari: int = Field(description="Banyaknya baris yang capaiannya diketahui.")
    predikat: str | None
    pagu: int | None
    realisasi_rp: int | None
    serapan: Angka | None


class Capaian(Schema):
    """Capaian satu periode."""

    tahun: int
    triwulan: int
    baris: list[BarisCapaian]
    ringkasan: RingkasanCapaian


class MasukanAngka(Schema):
    """Satu masukan sebuah angka."""

    nama: str
    nilai: Angka | None
    tampil: str
    asal: str
    oleh: str | None
    pada: str | None
    catatan: str


class Penjelasan(Schema):
    """Bagaimana satu angka terjadi."""

    kunci: str
    judul: str
    nilai: Angka | None
    tampil: str
    predikat: str | None
    rumus: str
    hitungan: str
    masukan: list[MasukanAngka]
    ketentuan: list[str]
    sebab: str


class PenjelasanTahun(Schema):
    """Semua angka sebuah indikator dalam setahun."""

    kode: str
    indikator: str
    satuan: str
    tahun: int
    angka: list[Penjelasan]


class Periode(Schema):
    """Kapan satu periode diisi, dan sampai di mana barisnya."""

    tahun: int
    triwulan: int
    buka: date | None
    tutup: date | None
    sampai: date | None = Field(description="Hari terakhir bagi unit pemilik token, dengan perpanjangannya.")
    terbuka: bool = Field(description="Apakah unit pemilik token dapat mengisi hari ini.")
    keterangan: str
    status: dict[str, int] = Field(description="Banyaknya baris tersimpan menurut statusnya.")


class DaftarPeriode(Schema):
    """Setahun dan empat triwulannya."""

    tahun: int
    periode: list[Periode]


# Reports -------------------------------------------------------------------------------------------------------------


class LaporanRingkas(Schema):
    """Satu laporan dalam daftar."""

    slug: str
    nama: str
    kelompok: str
    formulir: str
    parameter: list[str]


class DaftarLaporan(Schema):
    """Semua laporan."""

    laporan: list[LaporanRingkas]


class BarisLaporan(Schema):
    """Baris laporan: peran, kode, dan sel menurut kunci kolom."""

    jenis: str
    kode: str
    sel: dict[str, Any]


class Laporan(Schema):
    """Laporan seperti /laporan/SLUG.json; kop, tanda tangan dan lampiran ada bila diminta."""

    model_config = ConfigDict(extra="allow")

    slug: str
    judul: str
    parameter: dict[str, Any]
    kolom: list[str]
    baris: list[BarisLaporan]
    catatan: list[str]


class KueriLaporan(Schema):
    """Parameter halaman laporan; yang tidak dipakai laporan itu tetap diperiksa."""

    tahun: str = Field("", max_length=20)
    triwulan: str = Field("", max_length=20)
    unit: str = Field("", max_length=60)
    tingkat: str = Field("", max_length=20)
    angka: str = Field("", max_length=20)
    renstra: str = Field("", max_length=60)
    per: str = Field("", max_length=20)
    banding: str = Field("", max_length=60)
    kop: str = Field("", max_length=20)
    ttd: str = Field("", max_length=20)
    penjelasan: str = Field("", max_length=20)


# Queries -------------------------------------------------------------------------------------------------------------


def _choices(*kinds: str) -> WithJsonSchema:
    """A choice that may be left out; ``null`` is nothing one can write in an address."""
    return WithJsonSchema({"type": "string", "enum": list(kinds)})


class KueriPeriode(Schema):
    """Periode."""

    triwulan: int = Field(0, ge=0, le=4, description="1–4; 0 (bawaan) adalah setahun.")


class KueriCapaian(KueriPeriode):
    """Periode dan baris."""

    unit: str = Field("", max_length=60, description="Kode unit pemilik, dengan unit di bawahnya.")
    jenis: Annotated[Jenis | None, _choices(*get_args(Jenis))] = None


class KueriRealisasi(KueriCapaian):
    """Periode, baris dan potongannya."""

    status: Annotated[Status | None, _choices(*get_args(Status))] = None
    keisian: Annotated[Keisian | None, _choices(*get_args(Keisian))] = None
    berubah_sejak: Annotated[datetime | None, WithJsonSchema({"type": "string", "format": "date-time"})] = Field(
        None, description="Hanya baris yang disimpan sejak saat ini, misalnya 2022-07-01T08:00:00+07:00."
    )
    mulai: int = Field(0, ge=0, le=100_000, description="Lewati sekian baris.")
    batas: int = Field(500, ge=1, le=500, description="Paling banyak sekian baris.")


class KueriIndikator(Schema):
    """Indikator mana."""

    tahun: Annotated[int | None, WithJsonSchema({"type": "integer", "minimum": 1900, "maximum": 2200})] = Field(
        None, ge=1900, le=2200, description="Tahun target dan pagu; bawaan: tahun ini."
    )
    jenis: Annotated[Jenis | None, _choices(*get_args(Jenis))] = None
    unit: str = Field("", max_length=60, description="Kode unit pemilik, dengan unit di bawahnya.")
    cari: str = Field("", max_length=100, description="Bagian kode, nama atau bunyi indikator.")
    mulai: int = Field(0, ge=0, le=100_000, description="Lewati sekian indikator.")
    batas: int = Field(200, ge=1, le=500, description="Paling banyak sekian indikator.")


class KueriRencana(Schema):
    """Versi rencana."""

    renstra: str = Field("", max_length=60, description="Kode versi Renstra; bawaan: yang berlaku sekarang.")
    per: str = Field("", max_length=20, description="Versi yang berlaku pada tanggal ini, misalnya 2023-05-01.")


IsiGalat.model_rebuild()
HASIL = {
    Outcome.UNCHANGED: "sama",
    Outcome.INVALID: "salah",
    Outcome.CONFLICT: "bentrok",
    Outcome.LOCKED: "terkunci",
    Outcome.CLOSED: "ditutup",
}

"""Why rows are refused or warned about: causes of which there are few, so that any number of rows can be told by them.

A complaint about a row (``Keluhan``) names its cause and says it with the row's values; the cause has a title and how
it is mended, without any. Counting by cause takes bounded room however large the file and whatever stands in it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

NOMOR_BARIS = 10


@dataclass(frozen=True, slots=True)
class Sebab:
    """A cause: its name never changes, jobs keep counts under it; ``menolak`` when rows are refused for it."""

    nama: str
    judul: str
    perbaikan: str
    menolak: bool = True


@dataclass(frozen=True, slots=True)
class Keluhan:
    """What is wrong with one row: the cause, and the words for this row."""

    sebab: str
    pesan: str


class Rekap(TypedDict):
    """How many rows have a cause, and the lines of the first of them; as it is kept with a job."""

    jumlah: int
    baris: list[int]


@dataclass(frozen=True, slots=True)
class BarisSebab:
    """A cause with its count, for people."""

    sebab: Sebab
    jumlah: int
    baris: tuple[int, ...]

    @property
    def lagi(self) -> int:
        """Rows that are not among the first."""
        return self.jumlah - len(self.baris)


def _of_number(kolom: str, label: str, tanpa: str) -> list[Sebab]:
    text = f"Ambil {label} lagi dari sumbernya dan simpan kolomnya sebagai teks."
    return [
        Sebab(f"{kolom}-bilangan", f"Sel {label} berupa bilangan, angkanya mungkin dibulatkan Excel", text),
        Sebab(f"{kolom}-ilmiah", f"{label} dalam notasi ilmiah (3,6E+15), angkanya sudah rusak", text),
        Sebab(f"{kolom}-bulat", f"{label} berakhir 0000, tanda dibulatkan Excel", text),
        Sebab(f"{kolom}-tanda", f"{label} berisi tanda selain angka", f"Tulis {label} dengan angka saja."),
        Sebab(
            f"{kolom}-panjang",
            f"{label} bukan 16 angka",
            f"Lengkapi {label} dari kartunya; {tanpa}",
        ),
        Sebab(f"{kolom}-bukan", f"{label} bukan nomor yang diterbitkan", f"Tulis {label} yang benar; {tanpa}"),
    ]


_TEKS_TANGGAL = "Tulis tanggal sebagai TTTT-BB-HH, misalnya 1980-05-17; tahunnya empat angka."

_ALL = (
    Sebab(
        "sel-geser",
        "Banyaknya sel tidak sama dengan judulnya",
        "Periksa pemisah kolom dan tanda petik di baris itu; selnya bergeser.",
    ),
    Sebab("nama-kosong", "Nama kosong", "Isi kolom nama."),
    Sebab("nama-panjang", "Nama terlalu panjang", "Singkat namanya sampai 150 huruf; gelar boleh dibuang."),
    *_of_number("nik", "NIK", "orang tanpa NIK: kosongkan selnya dan isi tanggal lahir."),
    *_of_number("no_kk", "No KK", "bila tidak diketahui, kosongkan selnya."),
    Sebab(
        "jenis_kelamin",
        "Jenis kelamin tidak dikenal",
        "Tulis L atau P, atau kosongkan bila tidak diketahui.",
    ),
    Sebab("lahir-salah", "Tanggal lahir tidak terbaca", _TEKS_TANGGAL),
    Sebab("lahir-luar", "Tanggal lahir sebelum 1900 atau belum tiba", "Periksa tahunnya pada KTP atau KK."),
    Sebab(
        "lahir-kosong",
        "Tanpa NIK dan tanpa tanggal lahir",
        "Isi NIK atau tanggal lahir: dari situlah orang dikenali.",
    ),
    Sebab("kategori-kosong", "Jenis PMKS kosong", "Isi nomor 1-26 atau nama jenis seperti Tabel 3.1."),
    Sebab("kategori-asing", "Jenis PMKS tidak dikenal", "Tulis nomor 1-26 atau nama jenis seperti Tabel 3.1."),
    Sebab(
        "kategori-wewenang",
        "Jenis PMKS yang dicatat unit lain",
        "Serahkan baris ini kepada unit yang melayani jenis itu.",
    ),
    Sebab("desa-kosong", "Desa kosong", "Isi kode desa, misalnya 36.04.05.2001, atau namanya."),
    Sebab(
        "desa-asing",
        "Desa tidak ada di Kabupaten Serang",
        "Periksa ejaan namanya, atau tulis kodenya, misalnya 36.04.05.2001.",
    ),
    Sebab(
        "desa-ganda",
        "Nama desa ada di beberapa kecamatan",
        "Tulis kode desanya, atau tambahkan kolom kecamatan.",
    ),
    Sebab("kecamatan-asing", "Kecamatan tidak ada di Kabupaten Serang", "Periksa ejaan nama kecamatannya."),
    Sebab("alamat-panjang", "Alamat terlalu panjang", "Singkat alamatnya sampai 300 huruf."),
    Sebab(
        "nomor-bocor",
        "NIK atau No KK tertulis di kolom lain",
        "Pindahkan nomornya ke kolom nik atau no_kk: nama, alamat, dan keterangan terbaca apa adanya.",
    ),
    Sebab("penerima-kosong", "Penerima layanan kosong", "Isi NIK atau nomor orangnya."),
    Sebab("penerima-ganda", "NIK dan nomor orang terisi keduanya", "Sisakan salah satu."),
    Sebab("penerima-salah", "Nomor orang bukan angka", "Tulis nomor orang seperti pada halamannya, misalnya 1520."),
    Sebab(
        "penerima-asing",
        "Orangnya belum terdaftar",
        "Daftarkan orangnya dahulu (impor data PMKS atau isi di halaman), lalu impor layanannya lagi.",
    ),
    Sebab("kode-kosong", "Kode sub kegiatan kosong", "Isi kodenya seperti dalam Renstra."),
    Sebab("kode-asing", "Kode sub kegiatan tidak ada dalam Renstra", "Salin kodenya dari halaman Rencana."),
    Sebab("tanggal-salah", "Tanggal layanan tidak terbaca", _TEKS_TANGGAL),
    Sebab(
        "tanggal-luar", "Tanggal layanan di luar tahun data", "Impor dengan tahun yang sesuai, atau betulkan tahunnya."
    ),
    Sebab("tanggal-kosong", "Tanggal layanan kosong", "Isi tanggal layanannya."),
    Sebab("layanan-kosong", "Jenis layanan kosong", "Isi jenis layanan, misalnya paket sembako."),
    Sebab("layanan-panjang", "Jenis layanan terlalu panjang", "Singkat sampai 150 huruf."),
    Sebab("nilai-salah", "Nilai rupiah tidak terbaca", "Tulis angka saja, misalnya 150000 atau Rp 150.000."),
    Sebab("bukti-panjang", "Keterangan bukti terlalu panjang", "Singkat sampai 200 huruf."),
    Sebab(
        "nik-lahir",
        "Tanggal lahir lain daripada dalam NIK",
        "Cocokkan dengan KTP; barisnya sudah masuk, betulkan di halaman orangnya atau lewat berkas.",
        menolak=False,
    ),
    Sebab(
        "nik-kelamin",
        "Jenis kelamin lain daripada dalam NIK",
        "Cocokkan dengan KTP; barisnya sudah masuk, betulkan di halaman orangnya atau lewat berkas.",
        menolak=False,
    ),
    Sebab(
        "beda-baris",
        "Orang yang sama ditulis berbeda di baris lain",
        "Yang dipakai baris pertama; samakan keduanya bila yang benar baris yang belakangan.",
        menolak=False,
    ),
    Sebab(
        "digabung",
        "Orangnya sudah digabung ke orang lain",
        "Hanya jenis PMKS-nya yang dicatat; data lain diubah di halaman orangnya.",
        menolak=False,
    ),
    Sebab(
        "layanan-beda",
        "Layanan yang sama ditulis berbeda di baris lain",
        "Yang dipakai baris pertama; samakan keduanya bila yang benar baris yang belakangan.",
        menolak=False,
    ),
)
SEBAB: Mapping[str, Sebab] = {item.nama: item for item in _ALL}


def count(rekap: dict[str, Rekap], nomor: int, keluhan: Iterable[Keluhan]) -> None:
    """Count a row once under each of its causes."""
    for nama in dict.fromkeys(item.sebab for item in keluhan):
        found = rekap.setdefault(nama, Rekap(jumlah=0, baris=[]))
        found["jumlah"] += 1
        if len(found["baris"]) < NOMOR_BARIS:
            found["baris"].append(nomor)


def copy(rekap: Mapping[str, Rekap]) -> dict[str, Rekap]:
    """The same counts, to go on counting beside."""
    return {nama: Rekap(jumlah=item["jumlah"], baris=list(item["baris"])) for nama, item in rekap.items()}


def ranked(rekap: Mapping[str, Rekap]) -> list[BarisSebab]:
    """Causes with counts, the biggest first."""
    rows = [BarisSebab(SEBAB[nama], item["jumlah"], tuple(item["baris"])) for nama, item in rekap.items()]
    return sorted(rows, key=lambda row: (-row.jumlah, not row.sebab.menolak, row.sebab.nama))

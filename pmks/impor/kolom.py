"""Columns of the files of the registry, and matching a file's headings to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pmks.impor.berkas import BerkasDitolak, column_key
from pmks.nik import holds_number


@dataclass(frozen=True, slots=True)
class Kolom:
    """A column of ours: its name, words for people, and headings that other registers use for it."""

    nama: str
    arti: str
    lain: tuple[str, ...] = ()


# Written by the import itself into the file of refused rows; read past when that file comes back.
ALASAN = "alasan"

PMKS = (
    Kolom("nik", "NIK, 16 angka", ("no_nik", "nomor_nik", "nik_ktp", "no_ktp", "nomor_induk_kependudukan")),
    Kolom("no_kk", "Nomor Kartu Keluarga", ("kk", "nomor_kk", "nokk", "nomor_kartu_keluarga", "no_kartu_keluarga")),
    Kolom("nama", "Nama lengkap", ("nama_lengkap", "nama_art", "nama_penerima", "nama_pm")),
    Kolom("jenis_kelamin", "L atau P", ("jk", "l_p", "kelamin", "gender", "jenkel")),
    Kolom("tanggal_lahir", "Tanggal lahir", ("tgl_lahir", "tanggallahir", "tgllahir", "lahir")),
    Kolom(
        "kategori", "Jenis PMKS, nomor 1-26 atau namanya", ("jenis_pmks", "jenis_ppks", "pmks", "ppks", "kategori_pmks")
    ),
    Kolom(
        "kode_desa", "Kode desa, atau namanya", ("desa", "kelurahan", "desa_kelurahan", "nama_desa", "kode_kelurahan")
    ),
    Kolom("kecamatan", "Kecamatan, bila desa ditulis dengan nama", ("nama_kecamatan", "kec")),
    Kolom("alamat", "Alamat", ("alamat_lengkap", "alamat_rumah", "jalan")),
)
LAYANAN = (
    Kolom("nik", "NIK, 16 angka", PMKS[0].lain),
    Kolom("id", "Nomor orang dalam data ini", ("id_orang", "nomor_orang")),
    Kolom("kode_sub_kegiatan", "Kode sub kegiatan", ("sub_kegiatan", "kode_subkegiatan", "kode_sub", "kode")),
    Kolom("tanggal", "Tanggal layanan", ("tgl", "tanggal_layanan", "tgl_layanan", "tanggal_penyaluran")),
    Kolom("jenis_layanan", "Jenis layanan", ("layanan", "bantuan", "jenis_bantuan")),
    Kolom("nilai_rp", "Nilai dalam rupiah", ("nilai", "rp", "jumlah_rp", "nominal")),
    Kolom("kategori", "Dilayani sebagai jenis PMKS", ("jenis_pmks", "jenis_ppks")),
    Kolom("bukti", "Bukti, misalnya nomor berita acara", ("dokumen", "berita_acara", "no_bast")),
)
KOLOM: Mapping[str, tuple[Kolom, ...]] = {"pmks": PMKS, "layanan": LAYANAN}
# Of each group one column must be there.
WAJIB: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "pmks": (("nama",), ("kategori",), ("kode_desa",), ("nik", "tanggal_lahir")),
    "layanan": (("nik", "id"), ("kode_sub_kegiatan",), ("tanggal",), ("jenis_layanan",)),
}


def known_headings(jenis: str) -> frozenset[str]:
    """Every heading that means something in files of this kind."""
    return frozenset(name for column in KOLOM[jenis] for name in (column.nama, *column.lain))


def headings(row: Sequence[str]) -> list[str]:
    """The headings of a file; raises ``BerkasDitolak`` where the first row is a person already.

    Headings are kept with the import, and shown.
    """
    found = [text.strip() for text in row]
    if any(holds_number(text) for text in found):
        raise BerkasDitolak("Baris pertama berisi data orang, bukan judul kolom; tambahkan baris judul di atasnya.")
    return found


def exact(jenis: str, judul: Sequence[str]) -> dict[str, str]:
    """Headings that are our own names, but for case, blanks and dots: heading → column."""
    names = {column.nama for column in KOLOM[jenis]}
    return {text: column_key(text) for text in judul if column_key(text) in names}


def suggest(jenis: str, judul: Sequence[str]) -> dict[str, str]:
    """What headings probably mean, for a person to confirm; a column is suggested once."""
    found = exact(jenis, judul)
    for text in judul:
        for column in KOLOM[jenis]:
            if text not in found and column.nama not in found.values() and column_key(text) in column.lain:
                found[text] = column.nama
    return found


def places(jenis: str, judul: Sequence[str], pemetaan: Mapping[str, str]) -> dict[str, int]:
    """Where each column of ours stands in a row; raises ``BerkasDitolak``."""
    found: dict[str, int] = {}
    for at, text in enumerate(judul):
        name = pemetaan.get(text)
        if not name:
            continue
        if name in found:
            raise BerkasDitolak(f"Dua kolom dibaca sebagai {name}: “{judul[found[name]]}” dan “{text}”; sisakan satu.")
        found[name] = at
    for group in WAJIB[jenis]:
        if not any(name in found for name in group):
            raise BerkasDitolak(
                f"Kolom {' atau '.join(group)} tidak ada; judul di baris pertama: {', '.join(judul) or '(kosong)'}."
            )
    return found


def ignored(judul: Sequence[str], pemetaan: Mapping[str, str]) -> list[str]:
    """Headings that are not read, apart from our own column of reasons."""
    return [text for text in judul if text.strip() and not pemetaan.get(text) and column_key(text) != ALASAN]


def fingerprint(judul: Sequence[str]) -> str:
    """What stands for a set of headings when their mapping is remembered."""
    return sha256("\n".join(sorted(column_key(text) for text in judul)).encode()).hexdigest()

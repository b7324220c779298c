"""What a version of the Renstra changed: a row a difference, with old, new and reason, and the pagu of both."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from indicators.penjelasan import Asal, Masukan
from indicators.versions.compare import Beda, Perbandingan, compare
from programs.models import Renstra
from renstra.formats import format_tanggal
from reports.builders import asal
from reports.matrix import (
    DASH,
    KOSONG,
    Baris,
    Isi,
    Kolom,
    Matrix,
    Peran,
    Rata,
    Sel,
    Teks,
    angka,
    spanning,
    teks,
    uang,
)
from reports.report import Params, Report

KOLOM = (
    Kolom("Kode", "kode", bobot=22),
    Kolom("Program / Kegiatan / Sub Kegiatan / Indikator", "uraian", bobot=42, judul_baris=True),
    Kolom("Perubahan", "jenis", bobot=18),
    Kolom("Yang berubah", "hal", bobot=24),
    Kolom("Semula", "semula", rata=Rata.KANAN, bobot=28),
    Kolom("Menjadi", "menjadi", rata=Rata.KANAN, bobot=28),
    Kolom("Selisih", "selisih", rata=Rata.KANAN, bobot=22),
    Kolom("Alasan", "alasan", bobot=30),
)
_ROLE = {role.value: role for role in (Peran.PROGRAM, Peran.KEGIATAN, Peran.SUBKEGIATAN)}


def build(params: Params) -> Matrix:
    """Seven queries at any size. Without a version to compare with, the one that was changed."""
    baru = params.renstra
    found = compare(params.banding or baru.asal or baru, baru)
    if found.lama == found.baru:
        same = f"{baru.versi.capitalize()} tidak mengubah versi lain; pilih dua versi yang berbeda."
    else:
        same = "Kedua versi sama."
    rows = [_row(item) for item in found.beda] or [spanning(Peran.JUDUL, same, len(KOLOM))]
    rows.append(spanning(Peran.JUDUL, "Jumlah pagu, dijumlahkan dari sub kegiatan", len(KOLOM)))
    for tahun, (old, new) in found.jumlah.items():
        title = f"Pagu {tahun}"
        ways = [
            asal.jumlah_uang("pagu", title, amount, partial(found.bagian, version, tahun))
            for version, amount in ((found.lama, old), (found.baru, new))
        ]
        rows.append(_total(f"Tahun {tahun}", (old, new), ways))
    finals = [
        asal.jumlah("Pagu semua tahun", amount, partial(_years, found, at), "tahun", rupiah=True)
        for at, amount in enumerate(found.jumlah_akhir)
    ]
    rows.append(_total("Jumlah", found.jumlah_akhir, finals))
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=REPORT.judul,
        subjudul=(f"Semula: {_name(found.lama)}", f"Menjadi: {_name(found.baru)}"),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        sumber="Kedua versi Renstra; alasan dari jejak perubahan",
        kolom_lekat=2,
    )


def _name(version: Renstra) -> str:
    state = "draf, belum ditetapkan" if version.draf else ""
    if not version.draf and version.tanggal_penetapan:
        number = f" nomor {version.nomor_penetapan}" if version.nomor_penetapan else ""
        state = f"ditetapkan {format_tanggal(version.tanggal_penetapan)}{number}"
    return f"{version.judul} ({version.versi}{f'; {state}' if state else ''})"


def _row(item: Beda) -> Baris:
    cells = (
        teks(item.kode),
        teks(item.nama),
        Teks(item.jenis.value),
        teks(item.hal),
        _value(item.dari),
        _value(item.ke),
        KOSONG if item.selisih is None else _value(item.selisih),
        teks(item.alasan),
    )
    return Baris(_ROLE.get(item.tingkat, Peran.BARIS), cells, item.kode)


def _value(value: str | Decimal | int | None) -> Isi:
    """A value of its own kind; nothing there is a dash."""
    if value is None:
        return DASH
    if isinstance(value, int):
        return uang(value)
    return angka(value) if isinstance(value, Decimal) else teks(value)


def _years(found: Perbandingan, at: int) -> list[Masukan]:
    """Pagu of each year of the old (0) or the new version (1)."""
    return [asal.uang_in(f"Pagu {tahun}", pair[at]) for tahun, pair in found.jumlah.items()]


def _total(name: str, pair: tuple[int | None, int | None], ways: Sequence[Asal]) -> Baris:
    old, new = pair
    gap = None if old is None or new is None else new - old
    figures = (
        *(uang(amount, kosong=DASH, asal=way) for amount, way in zip(pair, ways, strict=True)),
        KOSONG if gap is None else _value(gap),
    )
    return Baris(Peran.JUMLAH, (Sel((Teks(f"Pagu (Rp) {name}"),), lebar=4), None, None, None, *figures, KOSONG))


REPORT = Report(
    slug="perbandingan-renstra",
    nomor="",
    judul="Perbandingan Versi Renstra",
    kelompok="Versi Renstra",
    build=build,
    lebar=True,
    berbanding=True,
    berasal=True,
)

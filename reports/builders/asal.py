"""How the figures of a report came about.

Each function gives an ``Asal`` that a cell carries; it is called when somebody asks. The words are made of the
values the builder had at hand, by the functions of ``indicators.penjelasan``. An input that is stored names its
place (``Rujukan``); who put it there is read when the explanation is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from indicators.penjelasan import (
    Asal,
    Masukan,
    Rujukan,
    explain_accumulated,
    explain_capaian,
    explain_final,
    explain_formula,
    explain_growth,
    explain_mean,
    explain_serapan,
    explain_sum,
    explain_value,
    rule_words,
)
from renstra.formats import format_number, format_rupiah

TRIWULAN = ("", "TW I ", "TW II ", "TW III ", "TW IV ")
ATURAN_UANG = (
    "Uang dijumlahkan dari sub kegiatan; tiap sub kegiatan melayani satu indikator kegiatan.",
    "Sub kegiatan yang belum diisi tidak dihitung 0; bila semuanya kosong, jumlahnya kosong.",
)
DARI_BAWAH = "jumlah sub kegiatan di bawahnya"
Bagian = Callable[[], Iterable[Masukan]]


# --- inputs -----------------------------------------------------------------------------


def target_in(id_: int, tahun: int, nilai: Decimal | None) -> Masukan:
    """Target of a year."""
    return Masukan(f"Target {tahun}", nilai, format_number(nilai), rujukan=Rujukan(id_, tahun, "target"))


def kinerja_in(id_: int, tahun: int, nilai: Decimal | None, triwulan: int = 0) -> Masukan:
    """Performance of a period."""
    name = f"Realisasi {TRIWULAN[triwulan]}{tahun}"
    return Masukan(name, nilai, format_number(nilai), rujukan=Rujukan(id_, tahun, "kinerja", triwulan))


def pagu_in(id_: int, tahun: int, nilai: int | None, nama: str = "") -> Masukan:
    """Pagu of a year as the Renstra has it."""
    return Masukan(nama or f"Pagu {tahun}", nilai, format_rupiah(nilai), rujukan=Rujukan(id_, tahun, "pagu"))


def rupiah_in(id_: int, tahun: int, nilai: int | None, nama: str = "", triwulan: int = 0) -> Masukan:
    """Rupiah of a period as typed."""
    name = nama or f"Realisasi {TRIWULAN[triwulan]}{tahun} (Rp)"
    return Masukan(name, nilai, format_rupiah(nilai), rujukan=Rujukan(id_, tahun, "rupiah", triwulan))


def uang_in(nama: str, nilai: int | None, asal: str = DARI_BAWAH) -> Masukan:
    """Money that is itself a sum, or stands in a printed table."""
    return Masukan(nama, nilai, format_rupiah(nilai), asal)


def angka_in(nama: str, nilai: Decimal | int | None, asal: str = "") -> Masukan:
    """A number that is no money."""
    return Masukan(nama, nilai, format_number(nilai), asal)


def persen_in(nama: str, nilai: Decimal | None) -> Masukan:
    """A percent figure that the report computes in another column."""
    return Masukan(nama, nilai, format_number(nilai, 2), "dihitung pada baris yang sama")


# --- figures of an indicator --------------------------------------------------------------


def kinerja(id_: int, tahun: int, nilai: Decimal | None, triwulan: int = 0) -> Asal:
    """Performance as typed, or as its formula gave it."""
    title = f"Realisasi kinerja {TRIWULAN[triwulan]}{tahun}"
    return lambda: explain_value("kinerja", title, kinerja_in(id_, tahun, nilai, triwulan))


def capaian(
    id_: int, tahun: int, target: Decimal | None, nilai: Decimal | None, aturan: Sequence[Any], triwulan: int = 0
) -> Asal:
    """Capaian of a period; ``aturan`` as ``KOLOM_ATURAN``."""
    return lambda: explain_capaian(
        f"Capaian {TRIWULAN[triwulan]}{tahun}",
        target_in(id_, tahun, target),
        kinerja_in(id_, tahun, nilai, triwulan),
        *aturan,
        ketentuan=rule_words(*aturan),
    )


def kemajuan(judul: str, target: Masukan, realisasi: Masukan, aturan: Sequence[Any]) -> Asal:
    """Capaian of two figures that are put together themselves."""
    return lambda: explain_capaian(judul, target, realisasi, *aturan, ketentuan=rule_words(*aturan))


def akhir(judul: str, akumulasi: str, tahun: Callable[[], Sequence[Masukan]]) -> Asal:
    """Target at the end of the plan by the rule of the indicator."""
    return lambda: explain_final(judul, akumulasi, tahun(), None)


def akhir_target(id_: int, satuan: str, akumulasi: str, target: Sequence[tuple[int, Decimal | None]]) -> Asal:
    """The same from the stored targets: pairs of year and target."""
    title = f"Target akhir Renstra{f' ({satuan})' if satuan else ''}"
    return lambda: explain_final(title, akumulasi, [target_in(id_, year, goal) for year, goal in target], None)


def sampai(judul: str, nilai: Decimal | None, akumulasi: str, bagian: Bagian) -> Asal:
    """Several periods put together by a rule of accumulation."""
    return lambda: explain_accumulated(judul, nilai, akumulasi, tuple(bagian()))


# --- money --------------------------------------------------------------------------------


def jumlah_uang(kunci: str, judul: str, nilai: int | None, bagian: Bagian) -> Asal:
    """Money of a node as the sum of the sub kegiatan rows below."""
    return lambda: explain_sum(kunci, judul, nilai, tuple(bagian()), ATURAN_UANG)


def jumlah(judul: str, nilai: int | None, bagian: Bagian, baris: str, *, rupiah: bool = False) -> Asal:
    """A sum of rows of another kind (``baris``): years, programs, kinds of PMKS."""
    return lambda: explain_sum("jumlah", judul, nilai, tuple(bagian()), baris=baris, rupiah=rupiah)


def serapan(tahun: int, pagu: int | None, rupiah: int | None, id_: int | None = None, triwulan: int = 0) -> Asal:
    """Absorption of a period; ``id_`` of a row whose money is its own, None where it is a sum."""

    def inputs() -> tuple[Masukan, Masukan]:
        if id_ is None:
            return uang_in(f"Pagu {tahun}", pagu), uang_in(f"Realisasi {tahun} (Rp)", rupiah)
        return pagu_in(id_, tahun, pagu), rupiah_in(id_, tahun, rupiah, triwulan=triwulan)

    return lambda: explain_serapan(f"Serapan {TRIWULAN[triwulan]}{tahun}", *inputs())


def serapan_dari(judul: str, pagu: Masukan, realisasi: Masukan) -> Asal:
    """Absorption of two amounts that are put together themselves."""
    return lambda: explain_serapan(judul, pagu, realisasi)


# --- figures of tables ----------------------------------------------------------------------


def rata_rata(judul: str, bagian: Sequence[tuple[str, Decimal | None]]) -> Asal:
    """Mean of a column."""
    return lambda: explain_mean(judul, bagian)


def pertumbuhan(judul: str, tahun: Callable[[], Sequence[Masukan]]) -> Asal:
    """Mean yearly growth."""
    return lambda: explain_growth(judul, tahun())


def rumus(
    kunci: str, judul: str, nilai: Decimal | None, teks: str, hitungan: str, masukan: Callable[[], Sequence[Masukan]]
) -> Asal:
    """A figure by a formula of its own: ``hitungan`` has ``{}`` for the text of each input."""

    def tell() -> Any:
        inputs = masukan()
        return explain_formula(kunci, judul, nilai, teks, hitungan.format(*(item.teks for item in inputs)), inputs)

    return tell

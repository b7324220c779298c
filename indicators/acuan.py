"""Figures that a formula takes from elsewhere: a printed table, a count, another indicator.

A reference is text on the component (``Komponen.acuan``):

=============================  ==========================================================
``pmks:jumlah``                PMKS of all kinds in the year (Tabel 3.1)
``pmks:jenis:23+24``           the kinds with these numbers, summed (Tabel 3.1)
``pmks:warna:biru``            a colour group, or several joined by ``+`` (Tabel 3.2)
``seri:pemulangan-migran``     a series of people served (Tabel 3.4-3.9)
``indikator:1.6.4``            realisasi of another indicator of the plan in the year
``layanan:kode:1.06.04``       distinct people served, as last counted (``pmks/hitungan.py``)
=============================  ==========================================================

The year asked for is the component's business (its *kebijakan*). A figure that is not there is None.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from indicators.models import Indikator, Komponen, Realisasi
from pmks import hitungan
from pmks.models import HitunganLayanan, JumlahPMKS, JumlahWarna, KategoriPMKS, KelompokWarna, NilaiSeri, SeriLayanan
from programs.models import Kegiatan, Program, Renstra
from renstra.formats import format_number, format_waktu

INDIKATOR = "indikator:"


class AcuanError(ValueError):
    """The reference names nothing that there is; the message says what would do."""


@dataclass(frozen=True, slots=True)
class NilaiAcuan:
    """A figure found (None: not there), where it stands, and its unit."""

    nilai: Decimal | None
    asal: str
    satuan: str


@dataclass(frozen=True, slots=True)
class Pilihan:
    """A reference to choose from: its text, words for people, its unit, and where its values come from."""

    acuan: str
    nama: str
    satuan: str
    jenis_sumber: str


def choices(renstra: Renstra, *, tanpa: str = "") -> list[Pilihan]:
    """Every reference there is in the words of the tables; ``tanpa`` leaves out an indicator."""
    counted, table = Komponen.Sumber.DIHITUNG.value, Komponen.Sumber.TABEL.value
    found = [Pilihan("pmks:jumlah", "Jumlah PMKS semua jenis", "Jiwa", counted)]
    groups = list(KelompokWarna.objects.all())
    found += [
        Pilihan(f"pmks:warna:{row.kode}", f"PMKS kelompok {row.nama} (Tabel 3.2)", "Jiwa", table) for row in groups
    ]
    found += [
        Pilihan(f"pmks:jenis:{row.nomor}", f"PMKS jenis {row}", row.satuan, counted)
        for row in KategoriPMKS.objects.all()
    ]
    found += [
        Pilihan(f"seri:{row.kode}", f"{row.nama} (Tabel {row.tabel})", row.satuan, table)
        for row in SeriLayanan.objects.all()
    ]
    found += _service_choices(renstra)
    found += [
        Pilihan(f"{INDIKATOR}{row.kode}", f"Realisasi {row.kode} {row.uraian}", row.satuan, table)
        for row in Indikator.objects.for_renstra(renstra).by_code()
        if row.kode != tanpa
    ]
    return found


def _service_choices(renstra: Renstra) -> list[Pilihan]:
    """Counts of people served: all, and below each program and kegiatan."""
    counted = Komponen.Sumber.DIHITUNG.value
    found = [Pilihan("layanan:semua", "Orang dilayani, semua sub kegiatan", "Jiwa", counted)]
    for model in (Program, Kegiatan):
        rows = model.objects.filter(renstra=renstra).order_by("kunci_urut")
        found += [
            Pilihan(f"layanan:kode:{row.kode_kanonik}", f"Orang dilayani {row.kode} {row.nama}", "Jiwa", counted)
            for row in rows
        ]
    return found


def check(acuan: str, renstra: Renstra) -> str:
    """Unit of the figure a reference names; raises ``AcuanError`` when there is none such."""
    kind, _, rest = acuan.partition(":")
    if acuan.startswith(hitungan.AWALAN):
        try:
            hitungan.parse(acuan)
        except hitungan.PertanyaanError as error:
            raise AcuanError(str(error)) from None
        return "Jiwa"
    if acuan == "pmks:jumlah":
        return "Jiwa"
    if acuan.startswith("pmks:jenis:"):
        return _all_there(acuan, KategoriPMKS.objects.values_list("nomor", flat=True), "jenis PMKS nomor")
    if acuan.startswith("pmks:warna:"):
        return _all_there(acuan, KelompokWarna.objects.values_list("kode", flat=True), "kelompok warna")
    if kind == "seri":
        series = SeriLayanan.objects.filter(kode=rest).first()
        if series is not None:
            return series.satuan
    if kind == "indikator":
        row = named_indicators(renstra, [rest]).get(rest)
        if row is not None:
            return row.satuan
        raise AcuanError(f"Tidak ada indikator berkode {rest} dalam {renstra.judul}.")
    raise AcuanError(f"Acuan “{acuan}” tidak dikenal; pilih salah satu dari daftar.")


def _parts(acuan: str) -> list[str]:
    return acuan.split(":", 2)[2].split("+")


def _all_there(acuan: str, present: Iterable[Any], what: str) -> str:
    known = {str(item) for item in present}
    for part in _parts(acuan):
        if part not in known:
            raise AcuanError(f"Tidak ada {what} {part}; yang ada: {', '.join(sorted(known))}.")
    return "Jiwa"


Key = tuple[str, int]


def resolve(wanted: Collection[Key], renstra: Renstra) -> dict[Key, NilaiAcuan]:
    """Values of pairs (reference, year), one query a kind of reference."""
    out: dict[Key, NilaiAcuan] = {}
    years = {year for _, year in wanted}
    kinds = {acuan.partition(":")[0] if not acuan.startswith("pmks:warna:") else "warna" for acuan, _ in wanted}
    counts = _by_year(JumlahPMKS.objects, years, "kategori__nomor") if "pmks" in kinds else {}
    colours = _by_year(JumlahWarna.objects, years, "kelompok__kode") if "warna" in kinds else {}
    series = _by_year(NilaiSeri.objects, years, "seri__kode") if "seri" in kinds else {}
    rows = _indicators(wanted, renstra) if "indikator" in kinds else {}
    tables = dict(SeriLayanan.objects.values_list("kode", "tabel")) if "seri" in kinds else {}
    units = dict(SeriLayanan.objects.values_list("kode", "satuan")) if "seri" in kinds else {}
    kept = hitungan.latest({key for key in wanted if key[0].startswith(hitungan.AWALAN)})
    for acuan, year in wanted:
        if acuan.startswith(hitungan.AWALAN):
            out[acuan, year] = _served(acuan, year, kept.get((acuan, year)))
        elif acuan == "pmks:jumlah":
            mine = counts.get(year, {})
            known = [count for count in mine.values() if count is not None]
            out[acuan, year] = NilaiAcuan(_sum(known), f"Tabel 3.1, jumlah {len(known)} jenis, {year}", "Jiwa")
        elif acuan.startswith("pmks:jenis:"):
            parts = _parts(acuan)
            values = [counts.get(year, {}).get(part) for part in parts]
            out[acuan, year] = NilaiAcuan(_sum(values), f"Tabel 3.1, jenis {' + '.join(parts)}, {year}", "Jiwa")
        elif acuan.startswith("pmks:warna:"):
            parts = _parts(acuan)
            values = [colours.get(year, {}).get(part) for part in parts]
            total = None if None in values else _sum(values)
            out[acuan, year] = NilaiAcuan(total, f"Tabel 3.2, {' + '.join(parts)}, {year}", "Jiwa")
        elif acuan.startswith("seri:"):
            kode = acuan.partition(":")[2]
            value = _sum([series.get(year, {}).get(kode)])
            out[acuan, year] = NilaiAcuan(value, f"Tabel {tables.get(kode, '?')}, {year}", units.get(kode, ""))
        else:
            kode = acuan.removeprefix(INDIKATOR)
            unit, values_of = rows.get(kode, ("", {}))
            out[acuan, year] = NilaiAcuan(values_of.get(year), f"Realisasi {kode}, {year}", unit)
    return out


def _served(acuan: str, tahun: int, row: HitunganLayanan | None) -> NilaiAcuan:
    """A kept count with its date; None until somebody counts."""
    words = hitungan.parse(acuan).words()
    if row is None:
        return NilaiAcuan(None, f"{words}, {tahun}: belum dihitung", "Jiwa")
    when = format_waktu(timezone.localtime(row.pada))
    source = f"{words}, {tahun}: dihitung {when} dari {format_number(row.layanan)} layanan"
    return NilaiAcuan(Decimal(row.orang), source, "Jiwa")


def _by_year(rows: Any, years: Collection[int], key: str) -> dict[int, dict[str, int | None]]:
    found: dict[int, dict[str, int | None]] = {}
    for year, name, count in rows.filter(tahun__in=years).values_list("tahun", key, "jumlah"):
        found.setdefault(year, {})[str(name)] = count
    return found


def _sum(values: Iterable[int | None]) -> Decimal | None:
    """Sum of what is known, as Tabel 3.1 adds up over its ``-``; None when nothing is."""
    known = [value for value in values if value is not None]
    return Decimal(sum(known)) if known else None


def _indicators(wanted: Collection[Key], renstra: Renstra) -> dict[str, tuple[str, dict[int, Decimal | None]]]:
    codes = {acuan.removeprefix(INDIKATOR) for acuan, _ in wanted if acuan.startswith(INDIKATOR)}
    rows = named_indicators(renstra, codes)
    reached: dict[int, dict[int, Decimal | None]] = {}
    stored = Realisasi.objects.filter(
        triwulan=0,
        tahun__in={year for _, year in wanted},
        indikator_id__in=[row.kunci_realisasi for row in rows.values()],
    )
    for key, year, value in stored.values_list("indikator_id", "tahun", "kinerja"):
        reached.setdefault(key, {})[year] = value
    return {kode: (row.satuan, reached.get(row.kunci_realisasi, {})) for kode, row in rows.items()}


def named_indicators(renstra: Renstra, codes: Collection[str]) -> dict[str, Indikator]:
    """Indicators by code; a code that only an other version of the plan has is found there."""
    found = Indikator.objects.filter(renstra__in=_versions(renstra), kode__in=codes)
    rows = {row.kode: row for row in found.order_by("renstra__perubahan_ke", "pk")}
    return rows


def references(renstra: Renstra) -> dict[str, set[str]]:
    """Which indicators the components of each indicator refer to, by code."""
    found: dict[str, set[str]] = {}
    for kode, acuan in referring(renstra).values_list("indikator__kode", "acuan"):
        found.setdefault(kode, set()).add(acuan.removeprefix(INDIKATOR))
    return found


def referring(renstra: Renstra) -> QuerySet[Komponen]:
    """Components that take the figure of another indicator."""
    return Komponen.objects.filter(acuan__startswith=INDIKATOR, indikator__renstra__in=_versions(renstra)).order_by()


def _versions(renstra: Renstra) -> QuerySet[Renstra]:
    """The plan with its other versions: components stay with the first one."""
    return Renstra.objects.filter(perangkat_daerah=renstra.perangkat_daerah_id, tahun_awal=renstra.tahun_awal)


def circle_words(way: Collection[str]) -> str:
    """How a circle is told to people."""
    return (
        f"Rujukan melingkar: {' → '.join(way)}. Angka indikator ini akan bergantung pada dirinya sendiri; "
        "pilih angka lain."
    )


def shown(value: Decimal | None, satuan: str) -> str:
    """Value with its unit: ``343.991 Jiwa``."""
    return f"{format_number(value)} {satuan}".strip() if value is not None else format_number(None)

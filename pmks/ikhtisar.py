"""What ``/pmks/`` shows: people counted by name beside the published counts, by kind, area and year.

Published counts exist for kinds of the whole kabupaten only. Small counts are hidden from those who do not serve
the kind (``pmks/penyamaran.py``). Unknown is None: a year without any name has no count of names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmks.models import JumlahPMKS, KategoriPMKS, RingkasanPMKS, Wilayah
from pmks.penetapan import frozen_source
from pmks.penyamaran import Samar, Sel, mask_count, mask_table
from pmks.penyamaran_jumlah import mask_total, mask_whole
from pmks.wewenang import cakupan
from renstra.formats import format_number
from renstra.ui.charts import Gaya, Grafik, Seri, bar_chart, line_chart

TERBANYAK = 10


@dataclass(frozen=True, slots=True)
class Angka:
    """A count from names beside the published one; ``sebanding``: both count the same, in the same year."""

    nama: Sel
    terbit: Sel
    sebanding: bool = True

    @property
    def selisih(self) -> Sel:
        """Names minus published, unknown where they do not compare; hidden where the count is."""
        if not self.sebanding:
            return None
        if self.nama is None or self.terbit is None:
            return None
        if isinstance(self.nama, Samar) or isinstance(self.terbit, Samar):
            return Samar(kecil=False)
        return self.nama - self.terbit

    @property
    def teks(self) -> tuple[str, str, str]:
        """Names, published and difference as people read them."""
        return shown(self.nama), shown(self.terbit), signed(self.selisih)


@dataclass(frozen=True, slots=True)
class BarisJenis:
    """A kind with its counts."""

    kategori: KategoriPMKS
    angka: Angka


@dataclass(frozen=True, slots=True)
class BarisWilayah:
    """A part of the area; ``bagian``: its share of the largest one, 0-100, for the bar, None where that is hidden."""

    wilayah: Wilayah
    nama: Sel
    bagian: int | None

    @property
    def teks(self) -> str:
        """Count as people read it."""
        return shown(self.nama)


@dataclass(frozen=True, slots=True)
class BarisTahun:
    """A year with its counts."""

    tahun: int
    angka: Angka


@dataclass(frozen=True, slots=True)
class Ikhtisar:
    """The overview of one year, area and kind (None: all)."""

    tahun: int
    terbit_tahun: int | None
    jenis: tuple[BarisJenis, ...]
    jumlah: Angka
    bagian: tuple[BarisWilayah, ...]
    tahunan: tuple[BarisTahun, ...]
    tersamar: bool
    beku: str = ""

    @property
    def setahun(self) -> bool:
        """Whether there are published counts of the year itself, so that a difference means something."""
        return self.terbit_tahun == self.tahun

    @property
    def grafik(self) -> tuple[Grafik, ...]:
        """Years as lines, the largest kinds as bars."""
        years = [row for row in reversed(self.tahunan) if row.angka.terbit is not None or row.angka.nama is not None]
        largest = sorted(self.jenis, key=lambda row: -max(_plain(row.angka.nama) or 0, _plain(row.angka.terbit) or 0))[
            :TERBANYAK
        ]
        return (
            line_chart(
                "PMKS tiap tahun",
                [str(row.tahun) for row in years],
                _series([row.angka for row in years]),
                satuan="jiwa",
            ),
            bar_chart(
                f"{TERBANYAK} jenis terbanyak, {self.tahun}",
                [str(row.kategori) for row in largest],
                _series([row.angka for row in largest], self.terbit_tahun if not self.setahun else None),
                satuan="jiwa",
            ),
        )


def shown(value: Sel) -> str:
    """A count as people read it: ``1.234``, ``< 5`` where it is hidden, ``–`` where it is unknown."""
    return str(value) if isinstance(value, Samar) else format_number(value)


def signed(value: Sel) -> str:
    """A difference with its sign."""
    if isinstance(value, int) and value:
        return f"{'+' if value > 0 else '−'}{format_number(abs(value))}"
    return shown(value)


@dataclass(frozen=True, slots=True)
class Tahun:
    """Years with names, and the published counts by year and kind (None: all kinds).

    ``beku`` tells of years whose published counts were frozen from names, when and by whom.
    """

    bernama: frozenset[int]
    jumlah: Mapping[tuple[int, int | None], int]
    beku: Mapping[int, str]

    @property
    def terbit(self) -> frozenset[int]:
        """Years with published counts."""
        return frozenset(year for year, _ in self.jumlah)

    @property
    def semua(self) -> list[int]:
        """Every year, the newest first."""
        return sorted(self.bernama | self.terbit, reverse=True)

    @property
    def awal(self) -> int | None:
        """The year a page begins with: the newest with names, else the newest; None where there is nothing."""
        return max(self.bernama or self.terbit, default=None)


def load_years() -> Tahun:
    """Which years have counts: two queries."""
    whole = RingkasanPMKS.objects.filter(wilayah__tingkat=Wilayah.Tingkat.KABUPATEN, kategori=None, jumlah__gt=0)
    found: dict[tuple[int, int | None], int] = {}
    rows = JumlahPMKS.objects.filter(jumlah__isnull=False).order_by()
    frozen: dict[int, str] = {}
    for year, kind, count, source in rows.values_list("tahun", "kategori_id", "jumlah", "sumber"):
        assert count is not None  # by the filter above
        if frozen_source(source):
            frozen[year] = source
        found[year, kind] = count
        found[year, None] = found.get((year, None), 0) + count
    return Tahun(frozenset(whole.order_by().values_list("tahun", flat=True)), found, frozen)


def load(
    user: Any,
    ada: Tahun,
    tahun: int,
    area: Wilayah | None,
    bagian: Sequence[Wilayah],
    kategori: KategoriPMKS | None,
    kinds: Sequence[KategoriPMKS],
) -> Ikhtisar:
    """The overview: two queries, whatever the number of people; ``bagian`` are the areas one level below ``area``."""
    whole = area is None or area.tingkat == Wilayah.Tingkat.KABUPATEN
    scope = cakupan(user)
    chosen = kategori.pk if kategori else None
    seen = [kind.pk in scope.kategori for kind in kinds]
    terbuka = chosen in scope.kategori if chosen else all(seen)
    counted = RingkasanPMKS.objects.filter(wilayah=area).order_by().values_list("tahun", "kategori_id", "jumlah")
    names: dict[tuple[int, int | None], int] = {(year, kind): count for year, kind, count in counted}
    published = ada.jumlah if whole else {}
    terbit_tahun = max((year for year, _ in published if year <= tahun), default=None)

    def in_year(year: int) -> tuple[list[Sel], Sel]:
        """Counts of the kinds, and of what is asked for."""
        if year not in ada.bernama:
            return [None] * len(kinds), None
        by_kind, everybody = mask_whole(
            names.get((year, None), 0), [names.get((year, kind.pk), 0) for kind in kinds], seen
        )
        return by_kind, mask_count(names.get((year, chosen), 0), terbuka=terbuka) if chosen else everybody

    def published_in(year: int | None) -> tuple[list[Sel], Sel]:
        """Published counts of the kinds, and of what is asked for; frozen from names they hide what those hide."""
        if year is None:
            return [None] * len(kinds), None
        plain: list[Sel] = [published.get((year, kind.pk)) for kind in kinds]
        if year not in ada.beku or not whole:
            return plain, published.get((year, chosen))
        by_kind, every = mask_whole(
            published.get((year, None)), [published.get((year, kind.pk), 0) for kind in kinds], seen
        )
        return by_kind, mask_count(published.get((year, chosen)), terbuka=terbuka) if chosen else every

    masked, shown_total = in_year(tahun)
    terbit, terbit_jumlah = published_in(terbit_tahun)
    parts = _parts(bagian, tahun, chosen, kinds, seen, terbuka=terbuka) if tahun in ada.bernama else ()
    if isinstance(shown_total, int):
        shown_total = mask_total(shown_total, [part.nama for part in parts], terbuka=True)
    same = terbit_tahun == tahun
    rows = tuple(
        BarisJenis(kind, Angka(count, other, same)) for kind, count, other in zip(kinds, masked, terbit, strict=True)
    )
    # What was frozen is a sum over kinds, and people are counted once: their difference would say nothing.
    summed = ada.beku if chosen is None else ()
    total = Angka(shown_total, terbit_jumlah, same and tahun not in summed)
    yearly = tuple(
        BarisTahun(
            year,
            Angka(shown_total if year == tahun else in_year(year)[1], published_in(year)[1], year not in summed),
        )
        for year in ada.semua
    )
    figures = [*(row.angka for row in rows), *(row.angka for row in yearly)]
    hidden = [value for angka in figures for value in (angka.nama, angka.terbit)]
    hidden += [part.nama for part in parts]
    return Ikhtisar(
        tahun,
        terbit_tahun,
        rows,
        total,
        parts,
        yearly,
        any(isinstance(value, Samar) for value in hidden),
        ada.beku.get(terbit_tahun, "") if terbit_tahun and whole else "",
    )


def _parts(
    inside: Sequence[Wilayah],
    tahun: int,
    chosen: int | None,
    kinds: Sequence[KategoriPMKS],
    seen: Sequence[bool],
    *,
    terbuka: bool,
) -> tuple[BarisWilayah, ...]:
    """The areas one level below, with their counts; one is hidden here where its own page would hide it."""
    rows = RingkasanPMKS.objects.filter(tahun=tahun, wilayah__in=[part.pk for part in inside]).order_by()
    counts: dict[tuple[int, int | None], int] = {
        (area, kind): count for area, kind, count in rows.values_list("wilayah_id", "kategori_id", "jumlah")
    }
    raw = [counts.get((part.pk, chosen), 0) for part in inside]
    masked = [row[0] for row in mask_table([[count] for count in raw], [terbuka])]
    if chosen is None:
        own = [
            mask_whole(count, [counts.get((part.pk, kind.pk), 0) for kind in kinds], seen)[1]
            for part, count in zip(inside, raw, strict=True)
        ]
        masked = [one if isinstance(one, Samar) else other for one, other in zip(own, masked, strict=True)]
    top = max((_plain(value) or 0 for value in masked), default=0)
    return tuple(
        BarisWilayah(part, value, None if _plain(value) is None else round((_plain(value) or 0) * 100 / max(top, 1)))
        for part, value in zip(inside, masked, strict=True)
    )


def _plain(value: Sel) -> int | None:
    return value if isinstance(value, int) else None


def _series(rows: Sequence[Angka], terbit_tahun: int | None = None) -> tuple[Seri, ...]:
    """Names and published counts as series, with the year of the latter where it is another one.

    A series that has no value at all is left out.
    """
    found = (
        Seri("menurut nama", tuple(_plain(row.nama) for row in rows)),
        Seri(f"diumumkan {terbit_tahun or ''}".strip(), tuple(_plain(row.terbit) for row in rows), Gaya.SASARAN),
    )
    return tuple(item for item in found if any(value is not None for value in item.nilai))

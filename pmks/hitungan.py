"""Distinct people served in a year: counted on request, dated, kept, explained.

A question is text, as the component of a formula keeps it (``Komponen.acuan``):

=================================  ======================================================
``layanan:semua``                  people with any service in the year
``layanan:kode:1.06.04``           under these sub kegiatan, or below these kegiatan or programs (``+`` joins)
``layanan:jenis:23+24``            people of these kinds in the year
``layanan:kode:1.06.05;jenis:24``  both
=================================  ======================================================

A person counts once, however many services there were. What was counted is kept in ``HitunganLayanan``: figures of
indicators read the newest row, never the live number, so that they change when somebody counts again and the
difference is shown first.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from accounts.models import User
from pmks.models import HitunganLayanan, KategoriPMKS, Layanan
from pmks.querysets import LayananQuerySet

AWALAN = "layanan:"
JENIS = 26
_KODE = re.compile(r"[0-9]+(\.[0-9]+)*\Z")


class PertanyaanError(ValueError):
    """The text asks nothing that can be counted; the message says what would do."""


@dataclass(frozen=True, slots=True)
class Pertanyaan:
    """Canonical codes and numbers of kinds; empty: any."""

    kode: tuple[str, ...] = ()
    jenis: tuple[int, ...] = ()

    def words(self) -> str:
        """The question for people."""
        parts = ["orang berbeda yang dilayani"]
        if self.kode:
            parts.append(f"lewat {' + '.join(self.kode)}")
        if self.jenis:
            parts.append(f"dari PMKS jenis {' + '.join(map(str, self.jenis))}")
        return " ".join(parts)


def parse(acuan: str) -> Pertanyaan:
    """Read a question; raises ``PertanyaanError``."""
    text = acuan.removeprefix(AWALAN)
    if text == acuan:
        raise PertanyaanError(f"“{acuan}” bukan pertanyaan tentang layanan.")
    if text == "semua":
        return Pertanyaan()
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        name, _, values = part.partition(":")
        items = tuple(values.split("+"))
        if name not in {"kode", "jenis"} or name in found or not all(_KODE.match(item) for item in items):
            raise PertanyaanError(f"“{acuan}” tidak terbaca; misalnya layanan:kode:1.06.04 atau layanan:jenis:23+24.")
        found[name] = items
    numbers = tuple(int(item) for item in found.get("jenis", ()) if item.isdigit())
    if len(numbers) != len(found.get("jenis", ())) or not all(1 <= number <= JENIS for number in numbers):
        raise PertanyaanError(f"“{acuan}”: jenis PMKS bernomor 1 sampai {JENIS}.")
    return Pertanyaan(found.get("kode", ()), numbers)


def services(acuan: str, tahun: int) -> LayananQuerySet:
    """The services behind a count; ``.for_user(user)`` leaves those a person may see. Raises ``PertanyaanError``."""
    asked = parse(acuan)
    rows = Layanan.objects.filter(tahun=tahun).of_kode(asked.kode)
    if asked.jenis:
        rows = rows.of_kinds(list(KategoriPMKS.objects.filter(nomor__in=asked.jenis).values_list("pk", flat=True)))
    return rows.order_by()


@dataclass(frozen=True, slots=True)
class Jumlah:
    """Distinct people and the services they received."""

    orang: int
    layanan: int


def count_now(acuan: str, tahun: int) -> Jumlah:
    """What the question gives at this moment; stores nothing. Raises ``PertanyaanError``."""
    found = services(acuan, tahun).aggregate(orang=Count("orang", distinct=True), layanan=Count("pk"))
    return Jumlah(found["orang"], found["layanan"])


def latest(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], HitunganLayanan]:
    """The newest kept count of each question and year; nothing where nobody counted yet. One query."""
    if not wanted:
        return {}
    rows = HitunganLayanan.objects.filter(
        acuan__in={acuan for acuan, _ in wanted}, tahun__in={year for _, year in wanted}
    )
    newest = rows.order_by().values("acuan", "tahun").annotate(terbaru=Max("pk")).values("terbaru")
    found = HitunganLayanan.objects.filter(pk__in=newest).select_related("oleh")
    return {(row.acuan, row.tahun): row for row in found if (row.acuan, row.tahun) in wanted}


@dataclass(frozen=True, slots=True)
class Perbandingan:
    """The kept count (None: never counted) beside what would be counted now."""

    acuan: str
    tahun: int
    tersimpan: HitunganLayanan | None
    kini: Jumlah

    @property
    def selisih(self) -> int | None:
        """People now minus people kept; None before the first count."""
        return None if self.tersimpan is None else self.kini.orang - self.tersimpan.orang


def compare(acuan: str, tahun: int) -> Perbandingan:
    """What counting again would change; raises ``PertanyaanError``."""
    return Perbandingan(acuan, tahun, latest({(acuan, tahun)}).get((acuan, tahun)), count_now(acuan, tahun))


def keep_count(actor: User | None, acuan: str, tahun: int) -> HitunganLayanan:
    """Count and keep the result, unless it is what the newest row already says; raises ``PertanyaanError``."""
    found = compare(acuan, tahun)
    if found.tersimpan is not None and (found.tersimpan.orang, found.tersimpan.layanan) == (
        found.kini.orang,
        found.kini.layanan,
    ):
        return found.tersimpan
    return HitunganLayanan.objects.create(
        acuan=acuan, tahun=tahun, orang=found.kini.orang, layanan=found.kini.layanan, oleh=actor
    )


def history(acuan: str, tahun: int) -> Any:
    """Every count ever kept, the newest first."""
    return HitunganLayanan.objects.filter(acuan=acuan, tahun=tahun).select_related("oleh")

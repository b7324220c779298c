"""Suspicions as people see and decide them; nothing is mended by itself.

What is found is kept (``dugaan_tersimpan.py``), so a page asks for counts and for the rows it shows. A decided
suspicion whose facts changed since (``sidik``) is open again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Exists, OuterRef, Value, When

from accounts.access import require
from accounts.models import User
from pmks.actions import Ditolak
from pmks.aturan_dugaan import ATURAN, Dugaan
from pmks.dugaan_tersimpan import newest_decisions, one_at_a_time
from pmks.models import BarisDugaan, KeputusanDugaan, Orang, OrangKategori
from pmks.wewenang import MAY_CHANGE, cakupan

Keadaan = BarisDugaan.Keadaan
_DIGEST = re.compile(r" \([0-9a-f]{6}\)\Z")


@dataclass(frozen=True, slots=True)
class Hitungan:
    """How many suspicions of a rule a person sees: by year, kecamatan and state."""

    tahun: int
    aturan: str
    kecamatan: int
    keadaan: Keadaan
    jumlah: int


@dataclass(frozen=True, slots=True)
class DugaanTercatat:
    """A suspicion with the newest decision about it, and the people for the page."""

    dugaan: Dugaan
    keadaan: Keadaan
    keputusan: KeputusanDugaan | None
    orang: tuple[Orang, ...]


@dataclass(frozen=True, slots=True)
class Terlihat:
    """What somebody sees: counts, and the kinds of people by which rows are chosen."""

    hitungan: Sequence[Hitungan]
    jenis: frozenset[str]

    def rows(self) -> Any:
        """The suspicions as a queryset, in the order of the page."""
        return BarisDugaan.objects.filter(jenis__in=self.jenis)


def visible(user: User, tahun: int | None = None) -> Terlihat:
    """Counts of a year (None: of all) that ``user`` sees: one query, whatever their number.

    One about two people is left out when one of them is hidden.
    """
    seen = cakupan(user).kategori
    if not seen:
        return Terlihat((), frozenset())
    rows = BarisDugaan.objects.all() if tahun is None else BarisDugaan.objects.filter(tahun=tahun)
    counted = rows.order_by().values_list("tahun", "aturan", "kecamatan_id", "keadaan", "jenis").annotate(Count("pk"))
    found: dict[tuple[int, str, int, str], int] = {}
    open_to: dict[str, bool] = {}
    for year, rule, area, state, kinds, count in counted:
        if kinds not in open_to:
            open_to[kinds] = _open_to(kinds, seen)
        if open_to[kinds]:
            key = (year, rule, area, state)
            found[key] = found.get(key, 0) + count
    counts = [Hitungan(*key[:3], Keadaan(key[3]), count) for key, count in found.items()]
    return Terlihat(counts, frozenset(kinds for kinds, is_open in open_to.items() if is_open))


def _open_to(jenis: str, seen: frozenset[int]) -> bool:
    """Whether somebody who sees these kinds sees every person of a suspicion (``BarisDugaan.jenis``)."""
    return all(mine and not seen.isdisjoint(map(int, mine.split(","))) for mine in jenis.split("|"))


def recorded(user: User, rows: Iterable[BarisDugaan]) -> list[DugaanTercatat]:
    """Suspicions with people and decisions: two queries; one about somebody whom ``user`` does not see is left out."""
    found = [(row, _of(row)) for row in rows]
    ids = {pk for _, item in found for pk in item.orang}
    # As Orang.objects.for_user, which first asks which way to everybody is the shorter one: here they are few.
    mine = OrangKategori.objects.filter(orang=OuterRef("pk"), kategori__in=cakupan(user).kategori)
    people = Orang.objects.terdaftar().filter(Exists(mine), pk__in=ids).select_related("desa__induk").in_bulk()
    decided = newest_decisions({item.aturan for _, item in found}, {item.kunci for _, item in found})
    return [
        DugaanTercatat(
            item,
            Keadaan(row.keadaan),
            decided.get((item.aturan, item.kunci)),
            tuple(people[pk] for pk in item.orang),
        )
        for row, item in found
        if all(pk in people for pk in item.orang)
    ]


def fact(fakta: str) -> str:
    """What was found, without the digest that only tells a change of a NIK apart."""
    return _DIGEST.sub("", fakta)


def _of(row: BarisDugaan) -> Dugaan:
    people = (row.orang_id,) if row.orang_lain_id is None else (row.orang_id, row.orang_lain_id)
    return Dugaan(row.tahun, row.aturan, people, row.fakta, row.kategori)


def load(user: User, tahun: int, aturan: Iterable[str] | None = None) -> list[DugaanTercatat]:
    """Every suspicion of a year about people ``user`` sees, each with its decision; ``aturan`` limits it to rules."""
    rows = visible(user, tahun).rows().filter(tahun=tahun)
    return recorded(user, rows if aturan is None else rows.filter(aturan__in=list(aturan)))


def decide(
    actor: User, dugaan: Dugaan, keputusan: KeputusanDugaan.Keputusan, catatan: str, *, sidik: str
) -> KeputusanDugaan:
    """Record a decision; ``sidik`` is that of the page it was taken on. Raises ``Ditolak``, ``PermissionDenied``."""
    require(actor, MAY_CHANGE)
    if Orang.objects.for_user(actor).filter(pk__in=dugaan.orang).count() != len(dugaan.orang):
        raise Ditolak({"": "Anda tidak melihat semua orang yang diduga ini."})
    if not catatan.strip():
        raise Ditolak({"catatan": "Tulis alasan keputusan ini."})
    if sidik != dugaan.sidik:
        raise Ditolak({"": "Datanya berubah sesudah halaman dibuka; periksa lagi."})
    with transaction.atomic():
        one_at_a_time()
        row = KeputusanDugaan.objects.create(
            aturan=dugaan.aturan,
            kunci=dugaan.kunci,
            sidik=dugaan.sidik,
            keputusan=keputusan,
            catatan=catatan.strip(),
            oleh=actor,
        )
        same = BarisDugaan.objects.filter(aturan=dugaan.aturan, kunci=dugaan.kunci)
        opened = keputusan == KeputusanDugaan.Keputusan.DIBUKA
        settled = Value(Keadaan.TERBUKA if opened else Keadaan.SELESAI)
        same.update(keadaan=Case(When(sidik=dugaan.sidik, then=settled), default=Value(Keadaan.TERBUKA)))
        return row


def find(user: User, tahun: int, aturan: str, kunci: str) -> DugaanTercatat | None:
    """One suspicion as it stands now; None when it is none any more or not for this person."""
    seen = cakupan(user).kategori
    if aturan not in ATURAN or not seen:
        return None
    rows = BarisDugaan.objects.filter(tahun=tahun, aturan=aturan, kunci=kunci)
    return next(iter(recorded(user, [row for row in rows if _open_to(row.jenis, seen)])), None)

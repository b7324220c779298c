"""A page of the list of people: filtered, sorted, quick at any size.

Pages follow each other by key, not by number: the next one begins after the last row shown, which an index finds
at once. So nothing is counted and no page is slower than the first. The cursor is the id of a person, never a
name: addresses end up in logs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from pmks.models import Orang, RingkasanPMKS, StatusOrang, Wilayah
from pmks.nama import normalise, upper_bound
from pmks.querysets import OrangQuerySet
from pmks.wewenang import cakupan

UKURAN = 50
# Sort order by name: columns, all ascending or all descending.
URUTAN: dict[str, tuple[str, ...]] = {
    "nama": ("nama_cari", "pk"),
    "-nama": ("-nama_cari", "-pk"),
    "desa": ("desa_id", "nama_cari", "pk"),
    "-desa": ("-desa_id", "-nama_cari", "-pk"),
    "lama": ("pk",),
    "baru": ("-pk",),
}


@dataclass(frozen=True, slots=True)
class Saringan:
    """What the list is limited to; None and empty: not limited. ``kategori`` are ids of kinds."""

    tahun: int | None = None
    kategori: frozenset[int] = field(default_factory=frozenset)
    wilayah: Wilayah | None = None
    status: StatusOrang | None = None
    jenis_kelamin: str = ""
    nama: str = ""

    @property
    def rincian(self) -> str:
        """What the record of looks says: the filter, without the name searched for."""
        parts = [
            f"tahun {self.tahun}" if self.tahun else "",
            f"{len(self.kategori)} jenis" if self.kategori else "",
            str(self.wilayah) if self.wilayah else "",
            self.status.label if self.status else "",
            "dicari menurut nama" if self.nama else "",
        ]
        return ", ".join(part for part in parts if part) or "tanpa saringan"


@dataclass(frozen=True, slots=True)
class Halaman:
    """People in order, and the cursors of the pages around (None: there is none)."""

    baris: tuple[Orang, ...]
    sebelum: str | None
    sesudah: str | None


def people(user: Any, saringan: Saringan) -> OrangQuerySet:
    """Everybody the filter lets through, of those whom ``user`` sees; without order."""
    return _but_names(user, saringan).named(saringan.nama)


def _but_names(user: Any, saringan: Saringan) -> OrangQuerySet:
    seen = cakupan(user).kategori
    wanted = saringan.kategori & seen if saringan.kategori else seen
    if not wanted:
        return Orang.objects.none()
    # The kinds asked for are kinds the person sees, so one condition does both.
    found = Orang.objects.terdaftar().of_kinds(saringan.tahun, wanted)
    found = found.in_wilayah(saringan.wilayah)
    if saringan.status:
        found = found.filter(status=saringan.status)
        if saringan.status != StatusOrang.AKTIF:
            found = found.exclude(status=StatusOrang.AKTIF)  # names the condition of the index
    if saringan.jenis_kelamin:
        found = found.filter(jenis_kelamin=saringan.jenis_kelamin)
    return found.order_by()


def page(user: Any, saringan: Saringan, urutan: str = "nama", kursor: str = "", *, ukuran: int = UKURAN) -> Halaman:
    """One page; ``kursor`` is one that an earlier page gave, an unknown one begins at the start."""
    order = URUTAN.get(urutan, URUTAN["nama"])
    backwards, after = kursor.startswith("<"), _row_at(kursor)
    if backwards:
        order = tuple(name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in order)
    found = _but_names(user, saringan)
    if after:
        found = found.filter(_behind(order, after))
    rows = _first(found.named_in_parts(saringan.nama), order, ukuran + 1)
    more = len(rows) > ukuran
    rows = rows[:ukuran]
    if backwards:
        rows.reverse()
    first, last = (rows[0].pk, rows[-1].pk) if rows else (None, None)
    before, behind = (more, True) if backwards else (after is not None, more)
    return Halaman(
        tuple(rows),
        f"<{first}" if before and first else None,
        f">{last}" if behind and last else None,
    )


def _first(parts: list[OrangQuerySet], order: tuple[str, ...], count: int) -> list[Orang]:
    """The first people of several querysets together."""
    if len(parts) > 1:
        # Each part gives no more than the page holds; who is in two of them comes once.
        columns = ["pk", "nama_cari", "desa_id"]
        heads = [part.order_by(*order).values_list(*columns)[:count] for part in parts]
        ids = [row[0] for row in heads[0].union(*heads[1:]).order_by(*order)[:count]]
        parts = [Orang.objects.filter(pk__in=ids)]
    return list(parts[0].select_related("desa__induk").order_by(*order)[:count])


def _row_at(kursor: str) -> Orang | None:
    number = kursor[1:]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return Orang.objects.filter(pk=int(number)).only("pk", "nama_cari", "desa_id").first()


def _behind(order: tuple[str, ...], row: Orang) -> Q:
    """Rows after ``row`` in this order.

    The first column is also given as a plain range, which is what both databases look up in the index.
    """
    names = [name.removeprefix("-") for name in order]
    beyond = "lt" if order[0].startswith("-") else "gt"
    found, same = Q(), Q()
    for name in names:
        value = getattr(row, name)
        found |= same & Q(**{f"{name}__{beyond}": value})
        same &= Q(**{name: value})
    return Q(**{f"{names[0]}__{beyond}e": getattr(row, names[0])}) & found


def known_count(user: Any, saringan: Saringan) -> int | None:
    """How many people the filter lets through, where the summary knows it without counting; else None."""
    if saringan.tahun is None or saringan.status or saringan.jenis_kelamin or saringan.nama:
        return None
    seen = cakupan(user).kategori
    wanted = saringan.kategori & seen if saringan.kategori else seen
    if len(wanted) != 1:
        return None
    area = {"wilayah": saringan.wilayah} if saringan.wilayah else {"wilayah__tingkat": Wilayah.Tingkat.KABUPATEN}
    rows = RingkasanPMKS.objects.filter(tahun=saringan.tahun, kategori__in=wanted, **area)
    return sum(rows.values_list("jumlah", flat=True))


def similar(user: Any, nama: str, tanggal_lahir: Any, desa: Wilayah | None, *, nik: str = "") -> list[Orang]:
    """People who may be the one being typed in: same NIK, or same name with the same birth date or village.

    Only those whom ``user`` sees; at most ten.
    """
    from_nik = list(Orang.objects.for_user(user).with_nik(nik).select_related("desa")) if nik else []
    same, plain = Orang.objects.none(), normalise(nama)
    if plain:
        same = Orang.objects.for_user(user).filter(nama_cari__gte=plain, nama_cari__lt=upper_bound(plain))
    close = Q()
    if tanggal_lahir:
        close |= Q(tanggal_lahir=tanggal_lahir)
    if desa:
        close |= Q(desa=desa)
    rows = list(same.filter(close).select_related("desa").order_by(F("nama_cari"), "pk")[:10]) if close else []
    return list({row.pk: row for row in (*from_nik, *rows)}.values())[:10]

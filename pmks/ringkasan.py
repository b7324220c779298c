"""The summary table: distinct people by kind, area and year, kept in step with ``OrangKategori``.

A change of one person moves counts by ±1 (``apply_delta``); an import counts its year again (``recount``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction
from django.db.models import Count, F, Window

from pmks.models.orang import OrangKategori, RingkasanPMKS
from pmks.models.wilayah import Wilayah

# (year, id of the kind or None for all, id of the area)
Kunci = tuple[int, int | None, int]
# (year, id of the kind, id of the desa)
Baris = tuple[int, int, int]


def rows_of(orang: int) -> list[Baris]:
    """What a person is counted under now."""
    return list(OrangKategori.objects.filter(orang=orang).values_list("tahun", "kategori_id", "desa_id"))


def apply_delta(before: Iterable[Baris], after: Iterable[Baris]) -> None:
    """Move the counts of one person from ``before`` to ``after``; inside the transaction of the change."""
    was, now = list(before), list(after)
    parents = _parents({desa for _, _, desa in (*was, *now)})
    old, new = _counted(was, parents), _counted(now, parents)
    for key in sorted(new - old, key=str):
        _move(key, 1)
    for key in sorted(old - new, key=str):
        _move(key, -1)


def _parents(desa: set[int]) -> dict[int, tuple[int, ...]]:
    rows = Wilayah.objects.filter(pk__in=desa).values_list("pk", "induk_id", "induk__induk_id")
    return {row[0]: tuple(pk for pk in row if pk is not None) for row in rows}


def _counted(rows: list[Baris], parents: dict[int, tuple[int, ...]]) -> set[Kunci]:
    return {(year, kind, area) for year, kategori, desa in rows for area in parents[desa] for kind in (kategori, None)}


def _move(key: Kunci, step: int) -> None:
    year, kind, area = key
    found = RingkasanPMKS.objects.filter(tahun=year, kategori=kind, wilayah=area)
    if not found.update(jumlah=F("jumlah") + step):
        RingkasanPMKS.objects.create(tahun=year, kategori_id=kind, wilayah_id=area, jumlah=step)


def recount(tahun: int) -> None:
    """Count a year from its rows and put the result in place of the old one; also mends a summary that strayed."""
    with transaction.atomic():
        _alone()
        rows = OrangKategori.objects.filter(tahun=tahun).order_by()
        grouped = list(rows.values_list("kategori_id", "desa_id").annotate(Count("pk")))
        parents = _parents({desa for _, desa, _ in grouped})
        found: Counter[Kunci] = Counter()
        for kind, desa, count in grouped:
            for area in parents[desa]:
                # A person has a kind once a year, so these add up; "all kinds" counts some people twice.
                found[tahun, kind, area] += count
                found[tahun, None, area] += count
        for mine in _of_many_kinds(tahun):
            areas = Counter(area for desa in mine for area in parents[desa])
            for area, times in areas.items():
                found[tahun, None, area] -= times - 1
        RingkasanPMKS.objects.filter(tahun=tahun).delete()
        RingkasanPMKS.objects.bulk_create(
            (
                RingkasanPMKS(tahun=year, kategori_id=kind, wilayah_id=area, jumlah=count)
                for (year, kind, area), count in found.items()
            ),
            batch_size=5000,
        )


def _alone() -> None:
    """Let nobody else move or count again until this transaction ends; moves that were made are in what is counted.

    On SQLite the transaction itself is the only one that writes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE pmks_ringkasanpmks IN SHARE ROW EXCLUSIVE MODE")


def _of_many_kinds(tahun: int) -> Iterator[list[int]]:
    """The desa of each row of every person who has several rows in a year.

    One pass with a window: a join would need statistics that a database does not have right after an import.
    """
    rows = OrangKategori.objects.filter(tahun=tahun).order_by()
    counted = rows.annotate(n=Window(Count("pk"), partition_by="orang")).filter(n__gt=1)
    found = counted.order_by("orang_id").values_list("orang_id", "desa_id")
    for _, mine in groupby(found.iterator(), key=itemgetter(0)):
        yield [desa for _, desa in mine]


def compare(tahun: int) -> Counter[Kunci]:
    """Where the summary differs from the rows: by key, summary minus rows. Empty when it is in step."""
    found: Counter[Kunci] = Counter()
    parents = _parents(set(Wilayah.objects.filter(tingkat="desa").values_list("pk", flat=True)))
    seen: set[tuple[int, Kunci]] = set()
    rows = OrangKategori.objects.filter(tahun=tahun).values_list("orang_id", "tahun", "kategori_id", "desa_id")
    for orang, *row in rows.iterator():
        for key in _counted([tuple(row)], parents):  # type: ignore[list-item]
            if (orang, key) not in seen:
                seen.add((orang, key))
                found[key] -= 1
    summary = RingkasanPMKS.objects.filter(tahun=tahun)
    for year, kind, area, count in summary.values_list("tahun", "kategori_id", "wilayah_id", "jumlah"):
        found[year, kind, area] += count
    return Counter({key: count for key, count in found.items() if count})

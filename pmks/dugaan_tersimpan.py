"""Suspicions kept in a table, in step with the people: looking through 344,000 of them takes seconds, a page has none.

A change of one person finds that person's suspicions again in its own transaction (``refresh``). A file asks for the
whole year (``request``), which the queue then looks through (``recount``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django_q.tasks import async_task

from pmks.aturan_dugaan import ATURAN, Dugaan, Lingkup
from pmks.models import (
    BarisDugaan,
    KeputusanDugaan,
    Orang,
    OrangKategori,
    PemeriksaanDugaan,
    RingkasanPMKS,
    RiwayatOrang,
)

# The task lives above, beside that of imports.
TUGAS = "indicators.antrean.periksa_dugaan"
MANY = 500
# Transactions of a person's change are short: one that began before a look and was not seen by it ends within this.
LONGEST = timedelta(minutes=2)
# Who took a year and has not come back by then is gone.
GONE = timedelta(minutes=15)
Keadaan = BarisDugaan.Keadaan


def refresh(orang: Collection[int]) -> None:
    """Find the suspicions about these people again; last in the transaction of their change."""
    with transaction.atomic():
        one_at_a_time()
        _replace(orang)


def _replace(orang: Collection[int]) -> None:
    ids = tuple(orang)
    BarisDugaan.objects.filter(Q(orang__in=ids) | Q(orang_lain__in=ids)).delete()
    _store(item for rule in ATURAN.values() for item in rule.find(Lingkup(orang=ids)))


def recount(tahun: int) -> int:
    """Look through everybody of a year and put what is found in place of what was; how many suspicions."""
    began = timezone.now()
    found = [item for rule in ATURAN.values() for item in rule.find(Lingkup(tahun=tahun))]
    with transaction.atomic():
        one_at_a_time()
        BarisDugaan.objects.filter(tahun=tahun).delete()
        _store(found)
        # Who was changed by hand while we looked is newer than what we saw.
        for ids in _parts(_changed_since(began - LONGEST)):
            _replace(ids)
        PemeriksaanDugaan.objects.update_or_create(tahun=tahun, defaults={"pada": began, "diambil_pada": None})
        PemeriksaanDugaan.objects.filter(tahun=tahun, diminta_pada__lte=began).update(diminta_pada=None)
        return BarisDugaan.objects.filter(tahun=tahun).count()


def _changed_since(moment: datetime) -> list[int]:
    rows = RiwayatOrang.objects.filter(waktu__gte=moment, impor=None).order_by()
    return list(rows.values_list("orang_id", flat=True).distinct())


def one_at_a_time() -> None:
    """Wait for another one who writes suspicions, so that neither puts back what the other took away."""
    list(PemeriksaanDugaan.objects.select_for_update().order_by("tahun").values_list("pk"))


# Asking for a look ---------------------------------------------------------------------------------------------------


def request(tahun: int) -> None:
    """Let the queue look through a year, and every other year of the same people."""
    years = {tahun, *RingkasanPMKS.objects.order_by().values_list("tahun", flat=True).distinct()}
    years |= set(PemeriksaanDugaan.objects.values_list("tahun", flat=True))
    now = timezone.now()
    with transaction.atomic():
        for year in sorted(years):
            PemeriksaanDugaan.objects.update_or_create(tahun=year, defaults={"diminta_pada": now})
    async_task(TUGAS, task_name="periksa-dugaan")


def recount_requested() -> int:
    """Look through the years that somebody asked for and nobody is at; how many."""
    waiting = PemeriksaanDugaan.objects.filter(diminta_pada__isnull=False).order_by("-tahun")
    done = 0
    for year in list(waiting.values_list("tahun", flat=True)):
        now = timezone.now()
        free = waiting.filter(Q(diambil_pada=None) | Q(diambil_pada__lt=now - GONE), tahun=year)
        if free.order_by().update(diambil_pada=now):
            recount(year)
            done += 1
    return done


# Rows ----------------------------------------------------------------------------------------------------------------


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(ids), MANY):
        yield ids[at : at + MANY]


def _store(found: Iterable[Dugaan]) -> None:
    BarisDugaan.objects.bulk_create(_as_rows(list(found)), batch_size=MANY, ignore_conflicts=True)


def _as_rows(found: list[Dugaan]) -> list[BarisDugaan]:
    if not found:
        return []
    ids = {pk for item in found for pk in item.orang}
    kinds: dict[int, set[int]] = defaultdict(set)
    areas: dict[int, int] = {}
    for part in _parts(sorted(ids)):
        links = OrangKategori.objects.filter(orang__in=part).order_by()
        for orang, kategori in links.values_list("orang_id", "kategori_id").distinct():
            kinds[orang].add(kategori)
        for orang, area in Orang.objects.filter(pk__in=part).values_list("pk", "desa__induk_id"):
            assert area is not None  # a desa lies in a kecamatan
            areas[orang] = area
    decided = newest_decisions({item.aturan for item in found}, {item.kunci for item in found})
    rows = []
    for item in found:
        seen_by = [{item.kategori}] if item.kategori is not None else [kinds[pk] for pk in item.orang]
        rows.append(
            BarisDugaan(
                tahun=item.tahun,
                aturan=item.aturan,
                kunci=item.kunci,
                orang_id=item.orang[0],
                orang_lain_id=item.orang[1] if len(item.orang) > 1 else None,
                kategori=item.kategori,
                kecamatan_id=areas[item.orang[0]],
                jenis="|".join(",".join(map(str, sorted(mine))) for mine in seen_by),
                fakta=item.fakta,
                sidik=item.sidik,
                keadaan=state_of(decided.get((item.aturan, item.kunci)), item.sidik),
            )
        )
    return rows


def state_of(keputusan: KeputusanDugaan | None, sidik: str) -> Keadaan:
    """Settled by a decision on these very facts."""
    if keputusan is None or keputusan.keputusan == KeputusanDugaan.Keputusan.DIBUKA or keputusan.sidik != sidik:
        return Keadaan.TERBUKA
    return Keadaan.SELESAI


def newest_decisions(aturan: Iterable[str], kunci: Collection[str]) -> Mapping[tuple[str, str], KeputusanDugaan]:
    """The decision that counts about each of these keys."""
    rows: Any = KeputusanDugaan.objects.filter(aturan__in=list(aturan))
    if len(kunci) <= MANY:
        rows = rows.filter(kunci__in=list(kunci))
    newest = rows.order_by().values("aturan", "kunci").annotate(terbaru=Max("pk")).values("terbaru")
    found = KeputusanDugaan.objects.filter(pk__in=newest).select_related("oleh")
    return {(row.aturan, row.kunci): row for row in found}

"""Rows that hardly ever change, read once a minute and not once a page: kinds and areas, for lists to choose from.

What decides who sees whom (``pmks/wewenang.py``) is never kept.
"""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Q

from pmks.models import KategoriPMKS, Wilayah

SECONDS = 60


def kinds() -> list[KategoriPMKS]:
    """The 26 kinds in their order."""
    return cache.get_or_set(  # type: ignore[return-value]
        "pmks:jenis", lambda: list(KategoriPMKS.objects.select_related("kelompok").order_by("nomor")), SECONDS
    )


def areas(kecamatan: str = "") -> list[Wilayah]:
    """Kabupaten and every kecamatan by name, and the desa of the one with this code."""
    if kecamatan not in {area.kode for area in _areas("")}:
        kecamatan = ""
    return _areas(kecamatan)


def _areas(kecamatan: str) -> list[Wilayah]:
    wanted = ~Q(tingkat=Wilayah.Tingkat.DESA) | Q(induk__kode=kecamatan)
    return cache.get_or_set(  # type: ignore[return-value]
        f"pmks:wilayah:{kecamatan}",
        lambda: list(Wilayah.objects.filter(wanted).select_related("induk").order_by("nama")),
        SECONDS,
    )

"""Which import brought a person, a service or a change: for the history, without a row of it for each person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Jejak
from pmks.models import PekerjaanImpor
from pmks.wewenang import MAY_CHANGE


@dataclass(frozen=True, slots=True)
class Asal:
    """An import as the history names it; ``berkas`` is empty for those who may not know it, ``dibuka``: may open it."""

    nomor: int
    berkas: str
    pelaku: str
    pintu: str
    pada: datetime
    dibuka: bool


def origins(user: Any, nomor: Iterable[int | None], *, tersembunyi: bool) -> dict[int, Asal]:
    """Imports by number: one query, none for no number.

    Only the unit that imported opens the page of an import. Where a person has kinds that ``user`` may not know
    (``tersembunyi``), others do not read the name of the file either: it can tell one.
    """
    wanted = {number for number in nomor if number is not None}
    if not wanted:
        return {}
    found = {}
    for job in PekerjaanImpor.objects.filter(pk__in=wanted).select_related("pelaku").order_by():
        own = job.pelaku is not None and job.pelaku.unit_id is not None and job.pelaku.unit_id == user.unit_id
        opens = own and MAY_CHANGE.admits(user)
        found[job.pk] = Asal(
            nomor=job.pk,
            berkas=job.nama_berkas if opens or not tersembunyi else "",
            pelaku=str(job.pelaku) if job.pelaku else "sistem",
            pintu=job.pintu or Jejak.Pintu.BERKAS,
            pada=job.mulai_pada or job.dibuat_pada,
            dibuka=opens,
        )
    return found

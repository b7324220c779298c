"""Writing what stands beside the figures: analysis, the close of an evaluation, standards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import record_changes, snapshot
from accounts.models import Hak, User
from accounts.roles import roles_with
from indicators.models import Indikator
from reports.models import Standar, Tulisan

MAY_WRITE = Access(roles=roles_with(Hak.TULIS_ANALISIS))
MAX_TEXT = 20_000

TulisanT = TypeVar("TulisanT", bound=Tulisan)


@dataclass(frozen=True, slots=True)
class Saved:
    """How it ended: ``bentrok`` when somebody else saved since; ``tulisan`` is what is stored now."""

    tulisan: Any
    bentrok: bool = False
    berubah: bool = False


def check_writer(actor: User) -> None:
    """Raise ``PermissionDenied`` for people who do not write the LKIP."""
    if not MAY_WRITE.admits(actor):
        raise PermissionDenied("Analisis LKIP ditulis oleh Sekretariat; akun Anda dapat membacanya.")


def save_tulisan(
    actor: User, model: type[TulisanT], kunci: Mapping[str, Any], isi: Mapping[str, str], *, versi: int
) -> Saved:
    """Store the texts ``isi`` of the row with the unique key ``kunci``.

    ``versi`` is the token the person saw, 0 for none. What is stored exactly so
    already is no conflict, whatever the token says. Raises ``PermissionDenied``, and
    ``ValidationError`` by field for a text that is too long.
    """
    check_writer(actor)
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in isi.items()}
    long = {
        name: f"Terlalu panjang ({len(text)} huruf); paling banyak {MAX_TEXT}."
        for name, text in texts.items()
        if len(text) > MAX_TEXT
    }
    if long:
        raise ValidationError(long)
    try:
        with transaction.atomic():
            return _save(actor, model, kunci, texts, versi)
    except IntegrityError:
        # Two people wrote the first text at once; the unique key let one in.
        return Saved(model.objects.get(**kunci), bentrok=True)  # type: ignore[attr-defined]


def _save(actor: User, model: type[TulisanT], kunci: Mapping[str, Any], texts: Mapping[str, str], versi: int) -> Saved:
    rows = model.objects.select_related("diubah_oleh")  # type: ignore[attr-defined]
    found = rows.filter(**kunci).first()
    now = timezone.now()
    if found is None:
        if not any(texts.values()):
            return Saved(model(**kunci, versi=0))
        row = model.objects.create(**kunci, **texts, diubah_oleh=actor, diubah_pada=now)  # type: ignore[attr-defined]
        record_changes(row, None, actor=actor, pintu="peramban", ignore=_OWN)
        return Saved(row, berubah=True)
    if all(getattr(found, name) == text for name, text in texts.items()):
        return Saved(found)
    before = snapshot(found)
    changed = model.objects.filter(pk=found.pk, versi=versi).update(  # type: ignore[attr-defined]
        **texts, versi=F("versi") + 1, diubah_oleh=actor, diubah_pada=now
    )
    row = rows.get(pk=found.pk)
    if not changed:
        return Saved(row, bentrok=True)
    record_changes(row, before, actor=actor, pintu="peramban", ignore=_OWN)
    return Saved(row, berubah=True)


_OWN = ("versi", "diubah_oleh", "diubah_pada")


def add_standar(
    actor: User, indikator: Indikator, tahun: int, *, tingkat: str, nama: str, nilai: Decimal, sumber: str
) -> Standar:
    """Add a standard; raises ``PermissionDenied``, and ``ValidationError`` where a rule of the table says no."""
    check_writer(actor)
    row = Standar(
        indikator_id=indikator.kunci_realisasi,
        tahun=tahun,
        tingkat=tingkat,
        nama=nama.strip(),
        nilai=nilai,
        sumber=sumber.strip(),
        diubah_oleh=actor,
        diubah_pada=timezone.now(),
    )
    row.full_clean()
    with transaction.atomic():
        row.save()
        record_changes(row, None, actor=actor, pintu="peramban", ignore=_OWN)
    return row


def delete_standar(actor: User, standar: Standar) -> None:
    """Remove a standard; the trail keeps what it was."""
    check_writer(actor)
    with transaction.atomic():
        record_changes(standar, snapshot(standar), actor=actor, pintu="peramban", after={}, ignore=_OWN)
        standar.delete()

"""Writing the audit trail: the only way a change of a figure is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.models import Jejak, User
from renstra.logs import current_request_id


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        # 100 as typed and 100.0000 as read back are one value, not a change.
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def snapshot(instance: models.Model, fields: Iterable[str] | None = None) -> dict[str, str | None]:
    """Column values of ``instance`` as text, for comparing before and after."""
    names = set(fields) if fields is not None else None
    return {
        field.name: _as_text(field.value_from_object(instance))
        for field in instance._meta.concrete_fields
        if not field.primary_key and (names is None or field.name in names)
    }


def changes(
    instance: models.Model,
    before: Mapping[str, str | None] | None,
    *,
    actor: User | None,
    pintu: str,
    alasan: str = "",
    after: Mapping[str, str | None] | None = None,
    ignore: Iterable[str] = (),
) -> list[Jejak]:
    """Trail rows of a write, one a changed column, not yet stored: a write of many rows stores them at once.

    ``before`` None means the row is new, ``after`` ``{}`` means it was deleted.
    """
    now = snapshot(instance) if after is None else after
    was = before or {}
    skipped = set(ignore)
    return [
        Jejak(
            pelaku=actor,
            pelaku_nama=str(actor) if actor else "sistem",
            pintu=pintu,
            objek=instance._meta.label_lower,
            objek_id=str(instance.pk),
            objek_nama=str(instance)[:400],
            kolom=name,
            dari=was.get(name),
            ke=now.get(name),
            alasan=alasan,
            permintaan=current_request_id(),
        )
        for name in [*now, *(key for key in was if key not in now)]
        if name not in skipped and was.get(name) != now.get(name)
    ]


def append(rows: Iterable[Jejak]) -> int:
    """Store trail rows, in the transaction of the writes they tell of; how many there were."""
    return len(Jejak.objects.bulk_create(rows))


def record_changes(
    instance: models.Model,
    before: Mapping[str, str | None] | None,
    *,
    actor: User | None,
    pintu: str,
    alasan: str = "",
    after: Mapping[str, str | None] | None = None,
    ignore: Iterable[str] = (),
) -> int:
    """Append one row a changed column and return how many were written (see ``changes``).

    Call it in the transaction of the write itself.
    """
    return append(changes(instance, before, actor=actor, pintu=pintu, alasan=alasan, after=after, ignore=ignore))

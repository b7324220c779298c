"""A plan of many times the size: the real tree copied under further program numbers."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from indicators.models import Indikator, Target
from programs.codes import canonical, sort_key
from programs.models import Kegiatan, Program, Renstra, SubKegiatan


def grow(renstra: Renstra, times: int) -> None:
    """Copy program, kegiatan, sub kegiatan with indicators and targets until the plan is ``times`` its size."""
    programs = list(Program.objects.filter(renstra=renstra))
    kegiatan = list(Kegiatan.objects.filter(renstra=renstra))
    subs = list(SubKegiatan.objects.filter(renstra=renstra))
    rows = list(
        Indikator.objects.filter(renstra=renstra, sasaran__isnull=True, milik_renstra__isnull=True).order_by("id")
    )
    targets = list(Target.objects.filter(indikator__in=rows))
    step = max(int(node.kode.split(".")[2]) for node in programs)
    with transaction.atomic():
        for copy in range(1, times):
            _copy(step * copy, programs, kegiatan, subs, rows, targets)


def _copy(shift: int, programs: list, kegiatan: list, subs: list, rows: list, targets: list) -> None:
    def node(old: Any, **changes: Any) -> Any:
        kode = _moved(old.kode, shift)
        return _clone(old, kode=kode, kode_kanonik=canonical(kode), kunci_urut=sort_key(kode), **changes)

    new_programs = _insert(programs, [node(old) for old in programs])
    new_kegiatan = _insert(kegiatan, [node(old, induk_id=new_programs[old.induk_id]) for old in kegiatan])
    new_subs = _insert(subs, [node(old, induk_id=new_kegiatan[old.induk_id]) for old in subs])
    places = {"program_id": new_programs, "kegiatan_id": new_kegiatan, "subkegiatan_id": new_subs}
    copies = []
    for old in rows:
        parent = {name: known[getattr(old, name)] for name, known in places.items() if getattr(old, name)}
        copies.append(
            _clone(old, kode=_moved(old.kode, shift), ukuran_dari_id=None, melayani_id=None, tabel_id=None, **parent)
        )
    new_rows = _insert(rows, copies)
    for old, new in zip(rows, copies, strict=True):
        new.ukuran_dari_id = new_rows.get(old.ukuran_dari_id)
        new.melayani_id = new_rows.get(old.melayani_id)
    Indikator.objects.bulk_update(copies, ["ukuran_dari", "melayani"], batch_size=100)
    Target.objects.bulk_create(
        [_clone(old, indikator_id=new_rows[old.indikator_id]) for old in targets], batch_size=500
    )


def _moved(kode: str, shift: int) -> str:
    parts = kode.split(".")
    parts[2] = str(int(parts[2]) + shift)
    return ".".join(parts)


def _clone(old: Any, **changes: Any) -> Any:
    values = {
        field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields if field.attname != "id"
    }
    return type(old)(**values | changes)


def _insert(old: list, new: list) -> dict[int | None, int]:
    type(new[0]).objects.bulk_create(new, batch_size=500)
    return {before.pk: after.pk for before, after in zip(old, new, strict=True)}

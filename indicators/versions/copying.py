"""A draft perubahan: the whole plan copied, each row naming what it continues.

Formulas, components, realisasi and analyses are not copied: they stay with the first
version's indicator (``Indikator.kunci_realisasi``), so nothing typed before is lost or doubled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, models, transaction

from accounts.access import require
from accounts.jejak import record_changes
from accounts.models import User
from indicators.models import Indikator, Target
from indicators.versions.rules import MAY_EDIT, PerubahanRefused
from programs.models import (
    ArahKebijakan,
    IsuStrategis,
    Kegiatan,
    Misi,
    Program,
    Renstra,
    Sasaran,
    Strategi,
    SubKegiatan,
    Tujuan,
)
from programs.versions import chain

# Old id → new id.
Ids = dict[int, int]


def create_perubahan(actor: User, source: Renstra, *, alasan: str, pintu: str) -> Renstra:
    """Copy the latest determined version into a new draft; raises ``PermissionDenied``, ``PerubahanRefused``."""
    require(actor, MAY_EDIT)
    alasan = alasan.strip()
    if not alasan:
        raise PerubahanRefused("Tulis alasan perubahan Renstra.", "alasan")
    try:
        with transaction.atomic():
            return _create(actor, source, alasan, pintu)
    except IntegrityError:
        raise PerubahanRefused("Perubahan Renstra ini baru saja dibuat orang lain; muat ulang halaman.") from None


def _create(actor: User, source: Renstra, alasan: str, pintu: str) -> Renstra:
    versions = chain(source)
    if versions[-1].draf:
        raise PerubahanRefused(
            f"Masih ada draf perubahan ke-{versions[-1].perubahan_ke}; tetapkan atau hapus draf itu dahulu."
        )
    if versions[-1] != source or source.status != Renstra.Status.DITETAPKAN:
        raise PerubahanRefused("Perubahan dibuat dari versi terakhir yang ditetapkan.")
    first, number = versions[0], source.perubahan_ke + 1
    draft = Renstra.objects.create(
        perangkat_daerah_id=source.perangkat_daerah_id,
        kode=f"{first.kode}-p{number}",
        judul=f"Perubahan {first.judul}",
        tahun_awal=source.tahun_awal,
        tahun_akhir=source.tahun_akhir,
        tahun_dasar=source.tahun_dasar,
        perubahan_ke=number,
        status=Renstra.Status.DRAF,
        asal=source,
        akar=first,
        alasan_perubahan=alasan,
        visi=source.visi,
        sumber=f"Disalin dari {source.kode}",
    )
    record_changes(draft, None, actor=actor, pintu=pintu, alasan=alasan)
    _copy_rows(source, draft)
    return draft


def _copy_rows(source: Renstra, draft: Renstra) -> None:
    plan = {"renstra_id": {source.pk: draft.pk}}
    _copy(Misi, {"renstra": source}, plan, (source, draft))
    _copy(IsuStrategis, {"renstra": source}, plan, (source, draft))
    tujuan = _copy(Tujuan, {"renstra": source}, plan, (source, draft))
    sasaran = _copy(Sasaran, {"tujuan__renstra": source}, {"tujuan_id": tujuan}, (source, draft))
    strategi = _copy(Strategi, {"sasaran__tujuan__renstra": source}, {"sasaran_id": sasaran}, (source, draft))
    _copy(ArahKebijakan, {"strategi__sasaran__tujuan__renstra": source}, {"strategi_id": strategi}, (source, draft))
    program = _copy(Program, {"renstra": source}, {**plan, "sasaran_id": sasaran})
    kegiatan = _copy(Kegiatan, {"renstra": source}, {**plan, "induk_id": program})
    sub = _copy(SubKegiatan, {"renstra": source}, {**plan, "induk_id": kegiatan})
    parents = {"sasaran_id": sasaran, "program_id": program, "kegiatan_id": kegiatan, "subkegiatan_id": sub}
    indikator = _copy(Indikator, {"renstra": source, "milik_renstra": None}, {**plan, **parents})
    _link_indicators(draft, indikator)
    _copy(Target, {"indikator__renstra": source, "indikator__milik_renstra": None}, {"indikator_id": indikator})


def _copy(
    model: type[models.Model],
    where: Mapping[str, Any],
    references: Mapping[str, Ids],
    codes: tuple[Renstra, Renstra] | None = None,
) -> Ids:
    """Copy the rows of a model into the draft; ``codes`` where the code is unique over all plans."""
    columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    old = list(model._default_manager.filter(**where).order_by("pk"))
    new = []
    for row in old:
        values = {name: getattr(row, name) for name in columns}
        for name, ids in references.items():
            values[name] = ids.get(values[name]) if values[name] is not None else None
        if "akar_id" in values:
            values["akar_id"] = values["akar_id"] or row.pk
        if codes is not None:
            values["kode"] = _code(values["kode"], *codes)
        new.append(model(**values))
    made = model._default_manager.bulk_create(new, batch_size=200)
    return {before.pk: after.pk for before, after in zip(old, made, strict=True)}


def _code(kode: str, source: Renstra, draft: Renstra) -> str:
    """``renstra-2021-2026-sasaran-1`` → ``renstra-2021-2026-p1-sasaran-1``."""
    return f"{draft.kode}-{kode.removeprefix(f'{source.kode}-')}"[:80]


def _link_indicators(draft: Renstra, ids: Ids) -> None:
    """Second measures and served kegiatan rows point to the copies."""
    linked = list(Indikator.objects.filter(renstra=draft).exclude(ukuran_dari=None, melayani=None))
    for row in linked:
        row.ukuran_dari_id = ids.get(row.ukuran_dari_id) if row.ukuran_dari_id else None
        row.melayani_id = ids.get(row.melayani_id) if row.melayani_id else None
    Indikator.objects.bulk_update(linked, ["ukuran_dari", "melayani"], batch_size=200)

"""The findings of a plan with what people decided about them, and the one way to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from django.db import transaction

from accounts.access import Access, require
from accounts.jejak import record_changes
from accounts.models import Peran, User
from indicators.findings.facts import Facts
from indicators.findings.load import load_facts
from indicators.findings.registry import Angka, Temuan, audit
from indicators.findings.status import Keputusan, TemuanTercatat
from indicators.models import PenyelesaianTemuan
from programs.models import Renstra

# The office that writes the analysis, the one that checks the figures, and the one that keeps the plan.
MAY_SETTLE = Access(roles=frozenset({Peran.SEKRETARIAT.value, Peran.VERIFIKATOR.value, Peran.ADMINISTRATOR.value}))

BUKA = PenyelesaianTemuan.Keputusan.DIBUKA


class Hasil(StrEnum):
    """How an attempt to decide ended."""

    TERCATAT = "tercatat"
    SAMA = "sama"
    TANPA_CATATAN = "tanpa catatan"
    BENTROK = "bentrok"
    TIDAK_ADA = "tidak ada"


def record(found: Iterable[Temuan]) -> list[TemuanTercatat]:
    """Findings in their order with their history, then settled ones that are found no more: one query."""
    history: dict[str, list[Keputusan]] = defaultdict(list)
    last: dict[str, PenyelesaianTemuan] = {}
    for row in PenyelesaianTemuan.objects.select_related("oleh").order_by("id"):
        last[row.kunci] = row
        history[row.kunci].append(
            Keputusan(
                row.pk,
                row.keputusan == BUKA,
                row.get_keputusan_display(),
                row.catatan,
                str(row.oleh),
                row.oleh_id,
                row.pada,
                row.tercetak,
                row.dihitung,
            )
        )
    listed = [TemuanTercatat(item, tuple(history.pop(item.kunci, ()))) for item in found]
    gone = [TemuanTercatat(_as_kept(last[key]), tuple(rows), hilang=True) for key, rows in history.items()]
    return listed + gone


def _as_kept(row: PenyelesaianTemuan) -> Temuan:
    """The finding as its last decision kept it."""
    return Temuan.of(
        tabel=row.tabel,
        kode=row.kode,
        indikator=row.indikator,
        kolom=row.kolom,
        tercetak=_number(row.tercetak),
        dihitung=_number(row.dihitung),
        keterangan=row.keterangan,
    ).of_rule(row.aturan)


def _number(value: Decimal | None) -> Angka | None:
    return int(value) if value is not None and value == value.to_integral_value() else value


def load_record(renstra: Renstra) -> tuple[Facts, list[TemuanTercatat]]:
    """Facts of a plan and its findings with their history: fourteen queries."""
    facts = load_facts(renstra)
    return facts, record(audit(facts))


def decide(
    renstra: Renstra, kunci: str, *, keputusan: str, catatan: str, versi: int, actor: User, pintu: str
) -> tuple[Hasil, TemuanTercatat | None]:
    """Settle a finding, or open it again, with a note; the finding as it stands afterwards.

    ``versi`` is ``TemuanTercatat.versi`` as the person saw it: a decision made
    meanwhile, or a decision that no longer fits (settling what is settled, opening what
    is open), is ``BENTROK`` and nothing is stored. The same decision twice is one.
    Raises ``PermissionDenied`` for roles that may not settle.
    """
    require(actor, MAY_SETTLE)
    if keputusan not in PenyelesaianTemuan.Keputusan.values:
        raise ValueError(f"keputusan {keputusan!r} tidak dikenal")
    note = catatan.strip()
    with transaction.atomic():
        # One decision at a time: the second sees the first.
        Renstra.objects.select_for_update().get(pk=renstra.pk)
        item = find(load_record(renstra)[1], kunci)
        if item is None or item.hilang:
            return Hasil.TIDAK_ADA, item
        last = item.terakhir
        if last and last.id != versi and (last.catatan, last.oleh_id) == (note, actor.pk):
            return Hasil.SAMA, item
        if item.versi != versi or (keputusan == BUKA) == item.terbuka:
            return Hasil.BENTROK, item
        if not note:
            return Hasil.TANPA_CATATAN, item
        row = PenyelesaianTemuan.objects.create(
            kunci=kunci,
            aturan=item.temuan.aturan,
            tabel=item.temuan.tabel,
            kode=item.temuan.kode,
            indikator=item.temuan.indikator,
            kolom=item.temuan.kolom,
            tercetak=item.temuan.tercetak,
            dihitung=item.temuan.dihitung,
            keterangan=item.temuan.keterangan,
            keputusan=keputusan,
            catatan=note,
            oleh=actor,
        )
        figures = {"keputusan": str(row.keputusan), "kunci": kunci}
        record_changes(row, None, actor=actor, pintu=pintu, alasan=note, after=figures)
        return Hasil.TERCATAT, find(record([item.temuan]), kunci)


def find(listed: Iterable[TemuanTercatat], kunci: str) -> TemuanTercatat | None:
    """The finding with this key."""
    return next((item for item in listed if item.temuan.kunci == kunci), None)

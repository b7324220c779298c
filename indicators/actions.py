"""Writing realisasi: the one way in, for the page and for every later door (file, API)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import record_changes, snapshot
from accounts.models import Hak, UnitKerja, User
from accounts.roles import roles_with
from indicators.computed import follow
from indicators.entry import FIELDS, Reading, Rules, Typed, Values, keep_computed, read_row
from indicators.models import Indikator, Realisasi, Target
from indicators.perhitungan import LOCKED, HasilDitolak, dirujuk
from programs.models import Renstra

MAY_ENTER = Access(roles=roles_with(Hak.ISI_REALISASI))


class Outcome(StrEnum):
    """How an attempt to save ended."""

    SAVED = "tersimpan"
    UNCHANGED = "sama"
    INVALID = "salah"
    CONFLICT = "bentrok"
    LOCKED = "terkunci"


class YearOutsidePlan(ValueError):
    """The year is not one of the plan, or the plan is not in force; the message says which years are."""


@dataclass(frozen=True, slots=True)
class RowRecord:
    """An indicator in a year with its owner, its target and what is stored (None before the first save)."""

    indikator: Indikator
    unit: UnitKerja | None
    target: Target | None
    realisasi: Realisasi | None

    @property
    def rules(self) -> Rules:
        """What the row asks for."""
        return Rules(
            satuan=self.indikator.satuan,
            target=self.target.target if self.target else None,
            pagu=self.target.pagu if self.target else None,
            takes_rupiah=takes_rupiah(self.indikator),
        )

    @property
    def values(self) -> Values:
        """What is stored, empty before the first save."""
        return values_of(self.realisasi)

    @property
    def versi(self) -> int:
        """Token of the stored row, 0 before the first save."""
        return self.realisasi.versi if self.realisasi else 0

    @property
    def diganti(self) -> bool:
        """Whether a later version of the plan is in force; its row takes what is typed."""
        return bool(getattr(self.indikator, "diganti", False))

    @property
    def locked(self) -> bool:
        """Whether the row was verified or approved."""
        return self.realisasi is not None and self.realisasi.status in LOCKED

    @property
    def computed(self) -> bool:
        """Whether the performance follows from components and is not typed."""
        return self.realisasi is not None and self.realisasi.rumus_id is not None

    def read(self, typed: Typed) -> Reading:
        """The cells understood by the rules of the row."""
        return keep_computed(typed, self.rules, self.values) if self.computed else read_row(typed, self.rules)


@dataclass(frozen=True, slots=True)
class SaveResult:
    """Outcome, the row as it is stored now, and how the cells were read."""

    outcome: Outcome
    record: RowRecord
    reading: Reading


def takes_rupiah(indikator: Indikator) -> bool:
    """Money is typed on sub kegiatan rows; a second measure of a row shares the first one's money."""
    return indikator.subkegiatan_id is not None and indikator.ukuran_dari_id is None


def values_of(realisasi: Realisasi | None) -> Values:
    """Columns of the entry page as plain values."""
    return Values() if realisasi is None else Values(**{name: getattr(realisasi, name) for name in FIELDS})


def owner_of(indikator: Indikator) -> UnitKerja | None:
    """Unit that owns the node of an indicator."""
    return getattr(indikator.induk, "unit", None)


def may_write(actor: User, unit: UnitKerja | None) -> bool:
    """Whether this person enters rows of ``unit``: staff, own unit and units below it."""
    return MAY_ENTER.admits(actor) and actor.unit is not None and actor.unit.covers(unit)


# A determined version after the one the row belongs to.
_LATER = Renstra.objects.filter(
    akar=Coalesce(OuterRef("renstra__akar_id"), OuterRef("renstra_id")),
    perubahan_ke__gt=OuterRef("renstra__perubahan_ke"),
    status=Renstra.Status.DITETAPKAN,
)
_OWNERS = ("subkegiatan__unit", "kegiatan__unit", "program__unit", "sasaran__unit")


def find_row(indikator: int, tahun: int) -> RowRecord:
    """Load one row in one query (two where the plan was changed); raises ``Indikator.DoesNotExist``."""
    found = (
        Indikator.objects.annotate(
            target_tahun=FilteredRelation("target", condition=Q(target__tahun=tahun)),
            realisasi_tahun=FilteredRelation("realisasi", condition=Q(realisasi__tahun=tahun, realisasi__triwulan=0)),
            dirujuk=dirujuk(),
            diganti=Exists(_LATER),
        )
        .select_related("renstra", *_OWNERS, "target_tahun", "realisasi_tahun__diubah_oleh")
        .get(pk=indikator)
    )
    realisasi = getattr(found, "realisasi_tahun", None)
    if found.kunci_realisasi != found.pk:
        rows = Realisasi.objects.filter(indikator=found.kunci_realisasi, tahun=tahun, triwulan=0)
        realisasi = rows.select_related("diubah_oleh").first()
    return RowRecord(found, owner_of(found), getattr(found, "target_tahun", None), realisasi)


def check_year(renstra: Renstra, tahun: int, *, diganti: bool = False) -> None:
    """Refuse a year the plan does not have, and a plan that a later version replaced; raises ``YearOutsidePlan``."""
    if diganti:
        raise YearOutsidePlan(
            f"{renstra.judul} ({renstra.versi}) sudah diganti perubahan Renstra. "
            "Muat ulang halaman ini; realisasi yang sudah tersimpan ada di versi baru."
        )
    if tahun not in renstra.tahun:
        raise YearOutsidePlan(
            f"Tahun {tahun} di luar {renstra.judul}; "
            f"yang dapat diisi {renstra.tahun_awal} sampai {renstra.tahun_akhir}."
        )
    if renstra.status != Renstra.Status.DITETAPKAN:
        raise YearOutsidePlan(
            f"{renstra.judul} berstatus {renstra.get_status_display().lower()}; realisasinya tidak diisi di sini."
        )


def save_realisasi(
    actor: User, indikator: int, tahun: int, typed: Typed, *, versi: int, pintu: str, alasan: str = ""
) -> SaveResult:
    """Store one row of the year as typed, in one transaction, and say how it ended.

    ``versi`` is the token the person saw (0: no value yet). What is already
    stored exactly so is ``UNCHANGED`` whatever the token says, so a double click
    or a retry after a lost answer is one save. A token that is not the stored
    one is ``CONFLICT`` and nothing is written. Raises ``Indikator.DoesNotExist``,
    ``PermissionDenied``, ``YearOutsidePlan``.
    """
    if not MAY_ENTER.admits(actor):
        raise PermissionDenied("Realisasi hanya diisi oleh staf unit pemilik baris; akun Anda dapat membacanya.")
    try:
        with transaction.atomic():
            return _save(actor, find_row(indikator, tahun), tahun, typed, versi, pintu, alasan)
    except HasilDitolak as error:
        # A formula that takes this figure cannot be worked out with it.
        record = find_row(indikator, tahun)
        reading = replace(record.read(typed), errors={"kinerja": str(error)})
        return SaveResult(Outcome.INVALID, record, reading)
    except IntegrityError:
        # Two people typed the first value of a row at once; the unique key let one in.
        record = find_row(indikator, tahun)
        if record.realisasi is None:
            raise
        reading = record.read(typed)
        return SaveResult(Outcome.UNCHANGED if reading.values == record.values else Outcome.CONFLICT, record, reading)


def _save(actor: User, record: RowRecord, tahun: int, typed: Typed, versi: int, pintu: str, alasan: str) -> SaveResult:
    if not may_write(actor, record.unit):
        raise PermissionDenied(
            f"Baris ini milik {record.unit or 'unit lain'}; Anda hanya dapat mengisi baris unit Anda sendiri."
        )
    check_year(record.indikator.renstra, tahun, diganti=record.diganti)
    reading = record.read(typed)
    if not reading.ok:
        return SaveResult(Outcome.LOCKED if record.locked else Outcome.INVALID, record, reading)
    if reading.values == record.values:
        return SaveResult(Outcome.UNCHANGED, record, reading)
    if record.locked:
        return SaveResult(Outcome.LOCKED, record, reading)
    if versi != record.versi:
        return SaveResult(Outcome.CONFLICT, record, reading)
    now = timezone.now()
    was = None
    if record.realisasi is None:
        updated: RowRecord | None = _insert(actor, record, tahun, reading.values, now, pintu, alasan)
    else:
        was = record.values.kinerja
        updated = _update(actor, record, reading.values, now, pintu, alasan)
    if updated is None:  # somebody saved, or verified, between our look and our write
        record = find_row(record.indikator.pk, tahun)
        return SaveResult(Outcome.LOCKED if record.locked else Outcome.CONFLICT, record, reading)
    if record.indikator.dirujuk and was != reading.values.kinerja:  # type: ignore[attr-defined]
        follow(record.indikator.renstra, record.indikator.kode, tahun, actor=actor, pintu=pintu)
    return SaveResult(Outcome.SAVED, updated, reading)


def _columns(values: Values) -> dict:
    return {name: getattr(values, name) for name in FIELDS}


def _insert(
    actor: User, record: RowRecord, tahun: int, values: Values, now: datetime, pintu: str, alasan: str
) -> RowRecord:
    row = Realisasi(
        indikator_id=record.indikator.kunci_realisasi,
        tahun=tahun,
        diubah_oleh=actor,
        diubah_pada=now,
        **_columns(values),
    )
    _name(row, record)
    row.save(force_insert=True)
    # An untouched cell of a new row is no change: the trail gets what was filled.
    record_changes(
        row, snapshot(Realisasi(), FIELDS), actor=actor, pintu=pintu, alasan=alasan, after=snapshot(row, FIELDS)
    )
    return RowRecord(record.indikator, record.unit, record.target, row)


def _name(row: Realisasi, record: RowRecord) -> None:
    """Let the trail name the row without another query, where it keeps its own realisasi."""
    if row.indikator_id == record.indikator.pk:
        row.indikator = record.indikator


def _update(actor: User, record: RowRecord, values: Values, now: datetime, pintu: str, alasan: str) -> RowRecord | None:
    row = record.realisasi
    assert row is not None
    before = snapshot(row, FIELDS)
    changed = (
        Realisasi.objects.filter(pk=row.pk, versi=row.versi)
        .exclude(status__in=LOCKED)
        .update(**_columns(values), versi=F("versi") + 1, diubah_oleh=actor, diubah_pada=now)
    )
    if not changed:
        return None
    for name, value in _columns(values).items():
        setattr(row, name, value)
    row.versi += 1
    row.diubah_oleh, row.diubah_pada = actor, now
    _name(row, record)
    record_changes(row, before, actor=actor, pintu=pintu, alasan=alasan, after=snapshot(row, FIELDS))
    return RowRecord(record.indikator, record.unit, record.target, row)

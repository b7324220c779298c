"""Writing realisasi: the one way in, for page, file and API.

``save_realisasi`` stores one row, ``save_banyak`` some cells of many (a pasted block, a workbook). Both
decide by ``_judge`` and write by ``_write``. A quarter takes its year along in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import append, changes, snapshot
from accounts.models import Hak, Jejak, UnitKerja, User
from accounts.roles import roles_with
from indicators.computed import follow
from indicators.entry import (
    FIELDS,
    Keadaan,
    Reading,
    Typed,
    Values,
    write_row,
)
from indicators.models import Indikator, Realisasi
from indicators.perhitungan import LOCKED, HasilDitolak
from indicators.querysets import kunci_realisasi
from indicators.row_record import RowRecord, YearOutsidePlan, check_year, find_row, find_rows, values_of
from indicators.triwulan import TRIWULAN

MAY_ENTER = Access(roles=roles_with(Hak.ISI_REALISASI))


class Outcome(StrEnum):
    """How an attempt to save ended."""

    SAVED = "tersimpan"
    UNCHANGED = "sama"
    INVALID = "salah"
    CONFLICT = "bentrok"
    LOCKED = "terkunci"
    CLOSED = "ditutup"


@dataclass(frozen=True, slots=True)
class SaveResult:
    """Outcome, the row as it is stored now, and how the cells were read."""

    outcome: Outcome
    record: RowRecord
    reading: Reading


def may_write(actor: User, unit: UnitKerja | None) -> bool:
    """Whether this person enters rows of ``unit``: staff, own unit and units below it."""
    return MAY_ENTER.admits(actor) and actor.unit is not None and actor.unit.covers(unit)


def save_realisasi(
    actor: User,
    indikator: int,
    tahun: int,
    typed: Typed,
    *,
    versi: int,
    pintu: str,
    alasan: str = "",
    triwulan: int = 0,
) -> SaveResult:
    """Store one row of a year (``triwulan`` 0) or quarter as typed, in one transaction, and say how it ended.

    ``versi`` is the token the person saw (0: no value yet). What is already
    stored exactly so is ``UNCHANGED`` whatever the token says, so a double click
    or a retry after a lost answer is one save. A token that is not the stored
    one is ``CONFLICT`` and nothing is written. Raises ``Indikator.DoesNotExist``,
    ``PermissionDenied``, ``YearOutsidePlan``.
    """
    _check_actor(actor)
    try:
        with transaction.atomic():
            if triwulan:
                _take_turns([indikator])
            return _save(actor, find_row(indikator, tahun, triwulan), tahun, typed, versi, pintu, alasan)
    except HasilDitolak as error:
        # A formula that takes this figure cannot be worked out with it.
        record = find_row(indikator, tahun, triwulan)
        reading = replace(record.read(typed), errors={"kinerja": str(error)})
        return SaveResult(Outcome.INVALID, record, reading)
    except (IntegrityError, _Overtaken):
        # Two people typed the first value of a row at once, and the unique key let one in; or the year of
        # a quarter moved while the quarter was being written.
        return _overtaken(find_row(indikator, tahun, triwulan), typed)


def _overtaken(record: RowRecord, typed: Typed) -> SaveResult:
    """What is said to the slower of two, by what is stored now."""
    reading = record.read(typed)
    if reading.values == record.values:
        return SaveResult(Outcome.UNCHANGED, record, reading)
    return SaveResult(Outcome.LOCKED if record.locked else Outcome.CONFLICT, record, reading)


class _Overtaken(Exception):
    """Somebody saved between our look and our write; nothing of the transaction may stay."""


def _check_actor(actor: User | None) -> None:
    if actor is not None and not MAY_ENTER.admits(actor):
        raise PermissionDenied("Realisasi hanya diisi oleh staf unit pemilik baris; akun Anda dapat membacanya.")


def _writes(actor: User | None, unit: UnitKerja | None) -> bool:
    """Whether the row of ``unit`` is written: nobody is the command line of the machine, which writes every row."""
    return actor is None or may_write(actor, unit)


def _check_row(actor: User | None, record: RowRecord, tahun: int) -> None:
    if not _writes(actor, record.unit):
        raise PermissionDenied(
            f"Baris ini milik {record.unit or 'unit lain'}; Anda hanya dapat mengisi baris unit Anda sendiri."
        )
    check_year(record.indikator.renstra, tahun, diganti=record.diganti)
    if record.triwulan not in (0, *TRIWULAN):
        raise YearOutsidePlan("Triwulan antara 1 dan 4.")


def _take_turns(indikator: Iterable[int]) -> None:
    """The year follows from four quarters: two people saving two of them take turns."""
    roots = Indikator.objects.filter(pk__in=list(indikator)).values(kunci=kunci_realisasi())
    list(Indikator.objects.select_for_update(of=("self",)).filter(pk__in=roots).order_by("pk").values_list("pk"))


def _judge(record: RowRecord, typed: Typed, versi: int) -> tuple[Outcome, Reading]:
    """How saving would end; SAVED is still to be written."""
    reading = record.read(typed)
    if not reading.ok:
        return (Outcome.LOCKED if record.locked else Outcome.INVALID), reading
    if reading.values == record.values:
        return Outcome.UNCHANGED, reading
    if record.locked:
        return Outcome.LOCKED, reading
    if record.closed:
        return Outcome.CLOSED, reading
    if versi != record.versi:
        return Outcome.CONFLICT, reading
    return Outcome.SAVED, reading


def _save(actor: User, record: RowRecord, tahun: int, typed: Typed, versi: int, pintu: str, alasan: str) -> SaveResult:
    _check_row(actor, record, tahun)
    outcome, reading = _judge(record, typed, versi)
    if outcome is not Outcome.SAVED:
        return SaveResult(outcome, record, reading)
    trail: list[Jejak] = []
    was = values_of(record.setahun).kinerja
    updated = _write(actor, record, tahun, reading.values, timezone.now(), pintu, alasan, trail)
    if updated is None:  # somebody saved, or verified, between our look and our write
        return _overtaken(find_row(record.indikator.pk, tahun, record.triwulan), typed)
    append(trail)
    _follow(actor, was, updated, tahun, pintu)
    return SaveResult(Outcome.SAVED, updated, reading)


def _follow(actor: User | None, was: Decimal | None, record: RowRecord, tahun: int, pintu: str) -> None:
    """Let figures that refer to this year's follow when it ``was`` another one; raises ``HasilDitolak``."""
    if record.indikator.dirujuk and was != values_of(record.setahun).kinerja:  # type: ignore[attr-defined]
        follow(record.indikator.renstra, record.indikator.kode, tahun, actor=actor, pintu=pintu)


def _write(
    actor: User | None,
    record: RowRecord,
    tahun: int,
    values: Values,
    now: datetime,
    pintu: str,
    alasan: str,
    trail: list[Jejak],
) -> RowRecord | None:
    """Write a row, and the year of a quarter; None when somebody was faster. ``trail`` takes what is to be recorded.

    Raises ``_Overtaken`` when the year moved meanwhile.
    """
    old_year = _columns(values_of(record.lain.get(0)))
    wanted = _year_after(record, values) if record.triwulan else old_year
    row = _store(actor, record, record.realisasi, tahun, record.triwulan, _columns(values), now, pintu, alasan, trail)
    if row is None:
        return None
    lain = dict(record.lain)
    if wanted != old_year:
        year = _store(actor, record, lain.get(0), tahun, 0, wanted, now, pintu, "Mengikuti triwulan.", trail)
        if year is None:
            raise _Overtaken
        lain[0] = year
    return replace(record, realisasi=row, lain=lain)


def _year_after(record: RowRecord, values: Values) -> dict:
    """Columns of the year once this quarter has ``values``: those that follow from quarters, the others as they are."""
    stored = record.lain.get(0)
    found = _columns(values_of(stored))
    was, now = record.from_quarters, record.year_with(values)
    if (now.kinerja is not None or was.kinerja is not None) and not (stored and stored.rumus_id):
        part = now.kinerja
        found["keadaan"] = part.keadaan if part else Keadaan.KOSONG.value
        found["kinerja"] = part.kinerja if part else None
        found["alasan_keadaan"] = part.alasan if part else ""
    if now.follows_rupiah or was.follows_rupiah:
        found["rupiah"] = now.rupiah
    return found


def _columns(values: Values) -> dict:
    return {name: getattr(values, name) for name in FIELDS}


def _store(
    actor: User | None,
    record: RowRecord,
    row: Realisasi | None,
    tahun: int,
    triwulan: int,
    columns: Mapping,
    now: datetime,
    pintu: str,
    alasan: str,
    trail: list[Jejak],
) -> Realisasi | None:
    """Insert or conditionally update one row of ``Realisasi``; None when its version is another one by now."""
    if row is None:
        row = Realisasi(
            indikator_id=record.indikator.kunci_realisasi,
            tahun=tahun,
            triwulan=triwulan,
            diubah_oleh=actor,
            diubah_pada=now,
            **columns,
        )
        before = snapshot(Realisasi(), FIELDS)  # an untouched cell of a new row is no change
        _name(row, record)
        row.save(force_insert=True)
    else:
        before = snapshot(row, FIELDS)
        changed = (
            Realisasi.objects.filter(pk=row.pk, versi=row.versi)
            .exclude(status__in=LOCKED)
            .update(**columns, versi=F("versi") + 1, diubah_oleh=actor, diubah_pada=now)
        )
        if not changed:
            return None
        for name, value in columns.items():
            setattr(row, name, value)
        row.versi += 1
        row.diubah_oleh, row.diubah_pada = actor, now
        _name(row, record)
    trail += changes(row, before, actor=actor, pintu=pintu, alasan=alasan, after=snapshot(row, FIELDS))
    return row


def _name(row: Realisasi, record: RowRecord) -> None:
    """Let the trail name the row without another query, where it keeps its own realisasi."""
    if row.indikator_id == record.indikator.pk:
        row.indikator = record.indikator


# Many rows at once ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Isian:
    """Some cells of a row as typed, by name (``entry.Typed``); cells that are not named stay as they are stored."""

    indikator: int
    sel: Mapping[str, str]
    versi: int
    alasan: str = ""  # for the trail, where a row has one of its own

    def onto(self, record: RowRecord) -> Typed:
        """The whole row: these cells over what is stored."""
        typed = replace(write_row(record.values), **self.sel)
        if (
            "kinerja" in self.sel
            and "alasan_keadaan" not in self.sel
            and self.sel["kinerja"] != write_row(record.values).kinerja
        ):
            # The reason belonged to the state that is typed over.
            typed = replace(typed, alasan_keadaan="")
        return typed


class _Rollback(Exception):
    """All or nothing, and something was refused."""


def save_banyak(
    actor: User | None,
    tahun: int,
    isian: Sequence[Isian],
    *,
    pintu: str,
    triwulan: int = 0,
    alasan: str = "",
    coba: bool = False,
    semua: bool = False,
) -> list[SaveResult | None]:
    """Store cells of many rows (one ``Isian`` a row) in one transaction; a result for each in order, None: no such row.

    Each row is judged by itself as ``save_realisasi`` does; a row of another unit is ``LOCKED`` to this person.
    ``actor`` None is the command line of the machine: it writes the rows of every unit, and the trail says *sistem*.
    ``coba`` judges and writes nothing; ``semua`` writes nothing unless every row is SAVED or UNCHANGED, and then
    the results still say SAVED for the good ones. Raises ``PermissionDenied``, ``YearOutsidePlan``.
    """
    _check_actor(actor)
    results: list[SaveResult | None] = []
    try:
        with transaction.atomic():
            ids = [item.indikator for item in isian]
            if triwulan:
                _take_turns(ids)
            records = find_rows(ids, tahun, triwulan)
            now = timezone.now()
            trail: list[Jejak] = []
            for item in isian:
                record = records.get(item.indikator)
                if record is None:
                    results.append(None)
                    continue
                if _writes(actor, record.unit):
                    _check_row(actor, record, tahun)
                result = _judge_item(actor, record, item)
                if result.outcome is Outcome.SAVED and not coba:
                    result = _write_item(actor, result, item, tahun, now, pintu, item.alasan or alasan, trail)
                    records[item.indikator] = result.record
                results.append(result)
            if semua and not coba and not all(item is not None and item.outcome in FINE for item in results):
                raise _Rollback
            append(trail)
    except _Rollback:
        pass
    return results


FINE = frozenset({Outcome.SAVED, Outcome.UNCHANGED})


def _judge_item(actor: User | None, record: RowRecord, item: Isian) -> SaveResult:
    typed = item.onto(record)
    if not _writes(actor, record.unit):
        owner = record.unit or "unit lain"
        refused = Reading(record.values, dict.fromkeys(item.sel, f"Baris ini milik {owner}."))
        return SaveResult(Outcome.LOCKED, record, refused)
    outcome, reading = _judge(record, typed, item.versi)
    return SaveResult(outcome, record, reading)


def _write_item(
    actor: User | None,
    result: SaveResult,
    item: Isian,
    tahun: int,
    now: datetime,
    pintu: str,
    alasan: str,
    trail: list[Jejak],
) -> SaveResult:
    """Write one row of many in a savepoint of its own, so that one that is overtaken does not take the others along."""
    record, reading = result.record, result.reading
    mine: list[Jejak] = []
    was = values_of(record.setahun).kinerja
    try:
        with transaction.atomic():
            updated = _write(actor, record, tahun, reading.values, now, pintu, alasan, mine)
            if updated is not None:
                _follow(actor, was, updated, tahun, pintu)
    except HasilDitolak as error:
        return replace(result, outcome=Outcome.INVALID, reading=replace(reading, errors={"kinerja": str(error)}))
    except (IntegrityError, _Overtaken):
        updated = None
    if updated is None:
        record = find_row(record.indikator.pk, tahun, record.triwulan)
        return _overtaken(record, item.onto(record))
    trail += mine
    return replace(result, record=updated)

"""Writing realisasi: the one way in, for page, file and API.

``save_realisasi`` stores one row, ``save_banyak`` some cells of many (a pasted block, a workbook). Both
decide by ``_judge`` and write by ``_write``. A quarter takes its year along in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import append, changes, snapshot
from accounts.models import Hak, Jejak, UnitKerja, User
from accounts.roles import roles_with
from indicators.computed import follow
from indicators.entry import (
    FIELDS,
    FROM_COMPONENTS,
    FROM_QUARTERS,
    Keadaan,
    Reading,
    Rules,
    Typed,
    Values,
    keep_derived,
    read_row,
    write_row,
)
from indicators.models import Indikator, Periode, Realisasi, Target
from indicators.perhitungan import LOCKED, HasilDitolak, dirujuk
from indicators.periode import Jendela, load_jendela
from indicators.querysets import kunci_realisasi
from indicators.triwulan import TRIWULAN, Setahun, year_of
from programs.models import Renstra

MAY_ENTER = Access(roles=roles_with(Hak.ISI_REALISASI))


class Outcome(StrEnum):
    """How an attempt to save ended."""

    SAVED = "tersimpan"
    UNCHANGED = "sama"
    INVALID = "salah"
    CONFLICT = "bentrok"
    LOCKED = "terkunci"
    CLOSED = "ditutup"


class YearOutsidePlan(ValueError):
    """The year is not one of the plan, or the plan is not in force; the message says which years are."""


@dataclass(frozen=True, slots=True)
class RowRecord:
    """An indicator in a period with its owner, its target of the year and what is stored.

    ``realisasi`` is None before the first save. ``lain`` are the stored rows of the other periods of the
    same year, by quarter (0: the year). ``jendela`` is None where no dates bound the period today.
    """

    indikator: Indikator
    unit: UnitKerja | None
    target: Target | None
    realisasi: Realisasi | None
    triwulan: int = 0
    lain: Mapping[int, Realisasi] = field(default_factory=dict)
    jendela: Jendela | None = None

    @property
    def rules(self) -> Rules:
        """What the row asks for."""
        return Rules(
            satuan=self.indikator.satuan,
            target=self.target.target if self.target else None,
            pagu=self.target.pagu if self.target else None,
            takes_rupiah=takes_rupiah(self.indikator),
            terpakai=sum(row.rupiah or 0 for row in self._other_quarters) if self.triwulan else 0,
        )

    @property
    def _other_quarters(self) -> list[Realisasi]:
        return [row for at, row in self.lain.items() if at and at != self.triwulan]

    @property
    def setahun(self) -> Realisasi | None:
        """The stored row of the year."""
        return self.lain.get(0) if self.triwulan else self.realisasi

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
        """Whether the row, or the year it is a quarter of, was verified or approved."""
        rows = (self.realisasi, self.setahun)
        return any(row is not None and row.status in LOCKED for row in rows)

    @property
    def closed(self) -> str:
        """Why the period takes no entry now, empty when it does."""
        return self.jendela.closed(self.unit.kode if self.unit else "") if self.jendela else ""

    @property
    def computed(self) -> bool:
        """Whether the performance follows from components and is not typed."""
        return self.realisasi is not None and self.realisasi.rumus_id is not None

    @property
    def from_quarters(self) -> Setahun:
        """What the stored quarters make of the year."""
        stored = {at: values_of(row) for at, row in self.lain.items() if at}
        return self._year({**stored, self.triwulan: self.values} if self.triwulan else stored)

    def year_with(self, values: Values) -> Setahun:
        """What the quarters make of the year when this one has ``values``."""
        stored = {at: values_of(row) for at, row in self.lain.items() if at and at != self.triwulan}
        return self._year({**stored, self.triwulan: values})

    def _year(self, quarters: Mapping[int, Values]) -> Setahun:
        return year_of(quarters, self.indikator.akumulasi_tahun)

    @property
    def derived(self) -> dict[str, str]:
        """Cells that are not typed, each with the reason for who tries."""
        found = {}
        if not self.triwulan and self.lain:
            year = self.from_quarters
            found = {
                name: FROM_QUARTERS
                for name, follows in (("kinerja", year.kinerja is not None), ("rupiah", year.follows_rupiah))
                if follows
            }
        if self.computed:
            found["kinerja"] = FROM_COMPONENTS
        return found

    def read(self, typed: Typed) -> Reading:
        """The cells understood by the rules of the row."""
        derived = self.derived
        if derived:
            return keep_derived(typed, self.rules, self.values, derived)
        reading = read_row(typed, self.rules)
        return self._refuse_beside_year(reading) if self.triwulan else reading

    def _refuse_beside_year(self, reading: Reading) -> Reading:
        """A year typed as a whole is not overwritten by its first quarter."""
        year = self.setahun
        if year is None:
            return reading
        others = [values_of(row) for row in (*self._other_quarters, *filter(None, [self.realisasi]))]
        said = "Setahun sudah diisi langsung ({}); kosongkan dahulu di “Setahun” bila ingin mengisi per triwulan."
        errors = {}
        if (
            reading.values.keadaan != Keadaan.KOSONG
            and year.keadaan != Keadaan.KOSONG
            and year.rumus_id is None
            and all(item.keadaan == Keadaan.KOSONG for item in others)
        ):
            errors["kinerja"] = said.format(write_row(values_of(year)).kinerja)
        if (
            reading.values.rupiah is not None
            and year.rupiah is not None
            and all(item.rupiah is None for item in others)
        ):
            errors["rupiah"] = said.format(f"Rp {write_row(values_of(year)).rupiah}")
        return replace(reading, errors={**errors, **reading.errors}) if errors else reading


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


def find_row(indikator: int, tahun: int, triwulan: int = 0) -> RowRecord:
    """Load one row in one query (a second one where there are quarters, or the plan was changed).

    Raises ``Indikator.DoesNotExist``.
    """
    found = find_rows([indikator], tahun, triwulan).get(indikator)
    if found is None:
        raise Indikator.DoesNotExist
    return found


def find_rows(indikator: Iterable[int], tahun: int, triwulan: int = 0) -> dict[int, RowRecord]:
    """Load rows of a period by the id of their indicator; what does not exist is left out.

    Two queries at any size, and two more where dates bound the period today.
    """
    today = timezone.localdate()
    period = Periode.objects.filter(
        perangkat_daerah=OuterRef("renstra__perangkat_daerah_id"), tahun=tahun, triwulan=triwulan
    )
    quarters = Realisasi.objects.filter(indikator=kunci_realisasi_of_outer(), tahun=tahun).exclude(triwulan=triwulan)
    found = list(
        Indikator.objects.annotate(
            target_tahun=FilteredRelation("target", condition=Q(target__tahun=tahun)),
            realisasi_periode=FilteredRelation(
                "realisasi", condition=Q(realisasi__tahun=tahun, realisasi__triwulan=triwulan)
            ),
            dirujuk=dirujuk(),
            diganti=Exists(_LATER),
            berbatas=Exists(period.filter(Q(buka__gt=today) | Q(tutup__lt=today))),
            ada_lain=Exists(quarters),
        )
        .select_related("renstra", *_OWNERS, "target_tahun", "realisasi_periode__diubah_oleh")
        .filter(pk__in=list(indikator))
        .order_by()
    )
    # A row of a changed plan finds its realisasi by the first version's indicator.
    further = [row.kunci_realisasi for row in found if row.ada_lain or row.kunci_realisasi != row.pk]
    stored: dict[int, dict[int, Realisasi]] = {}
    if further:
        for item in Realisasi.objects.filter(indikator__in=further, tahun=tahun).select_related("diubah_oleh"):
            stored.setdefault(item.indikator_id, {})[item.triwulan] = item
    windows: dict[int, Jendela] = {}
    for row in found:
        office = row.renstra.perangkat_daerah_id
        if row.berbatas and office not in windows:
            windows[office] = load_jendela(office, tahun, triwulan)
    return {row.pk: _record(row, triwulan, stored, windows) for row in found}


def kunci_realisasi_of_outer() -> Coalesce:
    """The indicator that keeps the realisasi of the row of the outer query (``querysets.kunci_realisasi``)."""
    return Coalesce(OuterRef("akar_id"), OuterRef("id"))


def _record(
    row: Indikator, triwulan: int, stored: Mapping[int, Mapping[int, Realisasi]], windows: Mapping[int, Jendela]
) -> RowRecord:
    periods = stored.get(row.kunci_realisasi, {})
    return RowRecord(
        row,
        owner_of(row),
        getattr(row, "target_tahun", None),
        periods.get(triwulan) or getattr(row, "realisasi_periode", None),
        triwulan,
        {at: item for at, item in periods.items() if at != triwulan},
        windows.get(row.renstra.perangkat_daerah_id) if row.berbatas else None,  # type: ignore[attr-defined]
    )


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
        record = find_row(indikator, tahun, triwulan)
        reading = record.read(typed)
        return SaveResult(Outcome.UNCHANGED if reading.values == record.values else Outcome.CONFLICT, record, reading)


class _Overtaken(Exception):
    """Somebody saved between our look and our write; nothing of the transaction may stay."""


def _check_actor(actor: User) -> None:
    if not MAY_ENTER.admits(actor):
        raise PermissionDenied("Realisasi hanya diisi oleh staf unit pemilik baris; akun Anda dapat membacanya.")


def _check_row(actor: User, record: RowRecord, tahun: int) -> None:
    if not may_write(actor, record.unit):
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
        record = find_row(record.indikator.pk, tahun, record.triwulan)
        return SaveResult(Outcome.LOCKED if record.locked else Outcome.CONFLICT, record, reading)
    append(trail)
    _follow(actor, was, updated, tahun, pintu)
    return SaveResult(Outcome.SAVED, updated, reading)


def _follow(actor: User, was: Decimal | None, record: RowRecord, tahun: int, pintu: str) -> None:
    """Let figures that refer to this year's follow when it ``was`` another one; raises ``HasilDitolak``."""
    if record.indikator.dirujuk and was != values_of(record.setahun).kinerja:  # type: ignore[attr-defined]
        follow(record.indikator.renstra, record.indikator.kode, tahun, actor=actor, pintu=pintu)


def _write(
    actor: User,
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
    actor: User,
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
    actor: User,
    tahun: int,
    isian: Sequence[Isian],
    *,
    pintu: str,
    triwulan: int = 0,
    alasan: str = "",
    coba: bool = False,
    semua: bool = False,
) -> list[SaveResult | None]:
    """Store cells of many rows in one transaction; a result for each, in order (None: no such row).

    Each row is judged by itself as ``save_realisasi`` does; a row of another unit is ``LOCKED`` to this person.
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
                if may_write(actor, record.unit):
                    _check_row(actor, record, tahun)
                result = _judge_item(actor, record, item)
                if result.outcome is Outcome.SAVED and not coba:
                    result = _write_item(actor, result, tahun, now, pintu, alasan, trail)
                    records[item.indikator] = result.record
                results.append(result)
            if semua and not coba and not all(item is not None and item.outcome in FINE for item in results):
                raise _Rollback
            append(trail)
    except _Rollback:
        pass
    return results


FINE = frozenset({Outcome.SAVED, Outcome.UNCHANGED})


def _judge_item(actor: User, record: RowRecord, item: Isian) -> SaveResult:
    typed = item.onto(record)
    if not may_write(actor, record.unit):
        owner = record.unit or "unit lain"
        refused = Reading(record.values, dict.fromkeys(item.sel, f"Baris ini milik {owner}."))
        return SaveResult(Outcome.LOCKED, record, refused)
    outcome, reading = _judge(record, typed, item.versi)
    return SaveResult(outcome, record, reading)


def _write_item(
    actor: User, result: SaveResult, tahun: int, now: datetime, pintu: str, alasan: str, trail: list[Jejak]
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
        return SaveResult(Outcome.LOCKED if record.locked else Outcome.CONFLICT, record, reading)
    trail += mine
    return replace(result, record=updated)

"""Targets and cash budget (*anggaran kas*) per quarter: reading a row as typed, and the one way in.

A quarter that was verified or approved, or whose year was, keeps its target: its capaian must not move unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.jejak import append, changes, snapshot
from accounts.models import Jejak, UnitKerja, User
from indicators.actions import MAY_ENTER, Outcome, may_write
from indicators.capaian import Akumulasi
from indicators.models import Indikator, TargetTriwulan
from indicators.perhitungan import LOCKED
from indicators.plan_sums import sum_money
from indicators.querysets import kunci_realisasi
from indicators.row_record import RowRecord, check_year, find_row, find_rows, takes_rupiah
from indicators.triwulan import TRIWULAN
from programs.models import Renstra
from renstra.formats import FormatError, format_number, format_rupiah, parse_kinerja, parse_rupiah

COLUMNS = ("target", "pagu")
NAMES = tuple(f"{column}_{at}" for column in COLUMNS for at in TRIWULAN)
ROMAWI = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Rencana:
    """Target and cash budget (rupiah) of a quarter; None is not set."""

    target: Decimal | None = None
    pagu: int | None = None


KOSONG = Rencana()


@dataclass
class BarisKas:
    """A row as the page shows it: what is stored, what was typed, and its sums beside the year's."""

    record: RowRecord
    simpan: dict[int, Rencana]
    versi: str
    terkunci: frozenset[int] = frozenset()
    ketikan: dict[str, str] = field(default_factory=dict)
    galat: dict[str, str] = field(default_factory=dict)
    outcome: Outcome | None = None
    boleh: bool = False

    @property
    def id(self) -> int:
        """Id of the indicator."""
        return self.record.indikator.pk

    @property
    def n(self) -> str:
        """The same as text."""
        return str(self.record.indikator.pk)

    @property
    def kode(self) -> str:
        """Code, or what kind of indicator it is."""
        return "IKU" if self.record.indikator.sasaran_id else self.record.indikator.kode

    @property
    def uang(self) -> bool:
        """Whether cash is planned on this row."""
        return takes_rupiah(self.record.indikator)

    @property
    def dapat_disimpan(self) -> bool:
        """Whether there is a cell this person may type into."""
        return self.boleh and len(self.terkunci) < len(TRIWULAN)

    @property
    def teks_target(self) -> str:
        """Target of the year."""
        return format_number(self.record.target.target if self.record.target else None)

    @property
    def teks_pagu(self) -> str:
        """Pagu of the year."""
        return format_rupiah(self.record.target.pagu if self.record.target else None)

    def tersimpan(self, column: str, at: int) -> str:
        """Text of the stored value of a quarter; empty where none is."""
        value = getattr(self.simpan.get(at, KOSONG), column)
        if value is None:
            return ""
        return format_number(value) if column == "target" else format_rupiah(value)

    @property
    def asal(self) -> str:
        """What the cells show as stored, in the order of ``NAMES``: tells later which of them were typed over."""
        return "|".join(self.tersimpan(column, at) for column in COLUMNS for at in TRIWULAN)

    def cells(self, column: str) -> list[dict[str, object]]:
        """The four cells of a column: name, text, error, whether locked."""
        found = []
        for at in TRIWULAN:
            name = f"{column}_{at}"
            text = self.tersimpan(column, at)
            locked = at in self.terkunci or not self.boleh
            typed = self.ketikan.get(name, text)
            error = self.galat.get(name, "")
            if locked and typed != text:
                error, typed = f"tidak tersimpan: {typed.strip()[:40] or 'dikosongkan'}", text
            found.append(
                {
                    "nama": name,
                    "triwulan": ROMAWI[at - 1],
                    "teks": typed,
                    "tersimpan": text,
                    "galat": error,
                    "terkunci": locked,
                }
            )
        return found

    @property
    def sel_target(self) -> list[dict[str, object]]:
        """Cells of the targets."""
        return self.cells("target")

    @property
    def sel_pagu(self) -> list[dict[str, object]]:
        """Cells of the cash budget."""
        return self.cells("pagu")

    @property
    def jumlah_target(self) -> tuple[str, str]:
        """Shape and words of the targets beside the year's; only where the quarters add up to the year."""
        if self.record.indikator.akumulasi_tahun != Akumulasi.JUMLAH:
            return "", ""
        parts = [item.target for item in self.simpan.values() if item.target is not None]
        if not parts:
            return "", ""
        return _beside(sum(parts), self.record.target.target if self.record.target else None, format_number)

    @property
    def jumlah_pagu(self) -> tuple[str, str]:
        """Shape and words of the cash beside the pagu of the year."""
        total = sum_money(self.simpan.get(at, KOSONG).pagu for at in TRIWULAN)
        if total is None:
            return "", ""
        return _beside(total, self.record.target.pagu if self.record.target else None, format_rupiah)


def _beside(total: Any, whole: Any, write: Callable[[Any], str]) -> tuple[str, str]:
    """How a sum of quarters stands beside its year."""
    if whole is None:
        return "sebagian", f"jumlah {write(total)}"
    if total == whole:
        return "lengkap", f"jumlah {write(total)}, sama dengan setahun"
    word = "kurang" if total < whole else "lebih"
    return "perhatian", f"jumlah {write(total)}, {word} {write(abs(whole - total))} dari setahun"


def _versions(stored: Mapping[int, TargetTriwulan]) -> str:
    """Token of a row: the versions of its four quarters."""
    return ".".join(str(stored[at].versi if at in stored else 0) for at in TRIWULAN)


def _locked(record: RowRecord) -> frozenset[int]:
    if record.realisasi is not None and record.realisasi.status in LOCKED:
        return frozenset(TRIWULAN)
    return frozenset(at for at, item in record.lain.items() if at and item.status in LOCKED)


def _line(record: RowRecord, stored: Mapping[int, TargetTriwulan], actor: User) -> BarisKas:
    plans = {at: Rencana(item.target, item.pagu) for at, item in stored.items()}
    return BarisKas(record, plans, _versions(stored), _locked(record), boleh=may_write(actor, record.unit))


def load_kas(plan: Renstra, tahun: int, person: User, *, unit: UnitKerja | None) -> list[BarisKas]:
    """Rows of a unit (None: all) that have a target or a pagu in the year, in the plan's order; four queries."""
    rows = Indikator.objects.for_renstra(plan)
    if unit is not None:
        rows = rows.owned_by(unit)
    ids = list(rows.by_code().values_list("pk", flat=True))
    records = find_rows(ids, tahun)
    stored: dict[int, dict[int, TargetTriwulan]] = {}
    roots = {record.indikator.kunci_realisasi for record in records.values()}
    for item in TargetTriwulan.objects.filter(indikator__in=roots, tahun=tahun):
        stored.setdefault(item.indikator_id, {})[item.triwulan] = item
    lines = (_line(records[pk], stored.get(records[pk].indikator.kunci_realisasi, {}), person) for pk in ids)
    return [line for line in lines if line.record.rules.due or line.simpan]


def save_kas(actor: User, indikator: int, tahun: int, typed: Mapping[str, str], *, versi: str, pintu: str) -> BarisKas:
    """Store the quarters of a row as typed (``target_1`` … ``pagu_4``; empty clears, what is not named stays).

    ``versi`` is the token that was seen. What is stored so already is UNCHANGED whatever it says; a cell that is no
    number is INVALID and nothing is written; another token is CONFLICT. Raises ``Indikator.DoesNotExist``,
    ``PermissionDenied``, ``YearOutsidePlan``.
    """
    if not MAY_ENTER.admits(actor):
        raise PermissionDenied("Target triwulan dan anggaran kas hanya diisi oleh staf unit pemilik baris.")
    with transaction.atomic():
        # The first quarter of a row has nothing to lock yet, so the indicator is.
        root = Indikator.objects.filter(pk=indikator).values(kunci=kunci_realisasi())
        list(Indikator.objects.select_for_update(of=("self",)).filter(pk__in=root).order_by().values_list("pk"))
        record = find_row(indikator, tahun)
        if not may_write(actor, record.unit):
            raise PermissionDenied(f"Baris ini milik {record.unit or 'unit lain'}.")
        check_year(record.indikator.renstra, tahun, diganti=record.diganti)
        of_year = TargetTriwulan.objects.filter(indikator=record.indikator.kunci_realisasi, tahun=tahun)
        stored = {item.triwulan: item for item in of_year.select_for_update(of=("self",))}
        line = _line(record, stored, actor)
        line.ketikan = {name: typed[name] for name in NAMES if name in typed}
        wanted, line.galat = _read(line, typed)
        changed = {at for at in TRIWULAN if wanted[at] != line.simpan.get(at, KOSONG)}
        if line.galat:
            line.outcome = Outcome.INVALID
        elif not changed:
            line.outcome = Outcome.UNCHANGED
        elif changed & line.terkunci:
            line.outcome = Outcome.LOCKED
        elif versi != line.versi:
            line.outcome = Outcome.CONFLICT
        else:
            _store(actor, record, tahun, stored, {at: wanted[at] for at in sorted(changed)}, pintu)
            line.simpan, line.versi = wanted, _versions(stored)
            line.outcome = Outcome.SAVED
        if line.outcome in (Outcome.SAVED, Outcome.UNCHANGED):
            line.ketikan = {}
        return line


def _read(line: BarisKas, typed: Mapping[str, str]) -> tuple[dict[int, Rencana], dict[str, str]]:
    wanted, errors = {}, {}
    for at in TRIWULAN:
        was = line.simpan.get(at, KOSONG)
        values = {"target": was.target, "pagu": was.pagu}
        for column in COLUMNS:
            name = f"{column}_{at}"
            if name not in typed:
                continue
            text = typed[name].replace("\x00", "").strip()
            try:
                values[column] = _parse(column, text, line) if text else None
            except FormatError as error:
                errors[name] = str(error)
        wanted[at] = Rencana(**values)  # type: ignore[arg-type]
    return wanted, errors


def _parse(column: str, text: str, line: BarisKas) -> Decimal | int:
    if column == "target":
        return parse_kinerja(text)
    if not line.uang:
        raise FormatError("Anggaran kas diketik pada baris sub kegiatan; di sini jumlahnya dihitung.")
    return parse_rupiah(text)


def _store(
    actor: User,
    record: RowRecord,
    tahun: int,
    stored: dict[int, TargetTriwulan],
    wanted: Mapping[int, Rencana],
    pintu: str,
) -> None:
    trail: list[Jejak] = []
    for at, value in wanted.items():
        item = stored.get(at)
        before = snapshot(item, COLUMNS) if item else None
        if item is None:
            item = stored[at] = TargetTriwulan(
                indikator_id=record.indikator.kunci_realisasi, tahun=tahun, triwulan=at, versi=0
            )
        item.target, item.pagu, item.versi = value.target, value.pagu, item.versi + 1
        item.save()
        trail += changes(item, before, actor=actor, pintu=pintu, after=snapshot(item, COLUMNS))
    append(trail)

"""Saving cells the way the grid sends them: each with a fingerprint of what stood there before.

``actions.save_banyak`` guards a row by its version. Here a stale version is looked at cell by cell: where nobody
else touched what I typed over, nothing was overwritten unseen and the cell is saved on the version there is now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import Jejak, User
from indicators.actions import Isian, Outcome, SaveResult, save_banyak
from indicators.entry import Values, write_row
from indicators.forms import CELLS
from indicators.row_record import RowRecord

MAX_ITEMS = 1000
# Through what a change came, as the trail says it.
SUMBER = {
    "": "",
    "tempel": "Ditempel dari lembar kerja.",
    "urung": "Isian atau tempelan terakhir diurungkan.",
    "pulih": "Dipulihkan dari ketikan yang belum terkirim.",
}


class BadRequest(ValueError):
    """A request that no page of ours sends."""


@dataclass(frozen=True, slots=True)
class Ketikan:
    """Cells of one row as typed, with the version and the fingerprints they were typed over."""

    isian: Isian
    dasar: Mapping[str, str]

    def untouched(self, values: Values) -> dict[str, str]:
        """Those of the cells that still stand as the person saw them."""
        now = fingerprints(values)
        return {name: text for name, text in self.isian.sel.items() if self.dasar.get(name) == now[name]}


def fingerprints(values: Values) -> dict[str, str]:
    """Short fingerprint of each cell; performance, its state and the reason behind it are one."""
    typed = write_row(values)
    texts = {name: getattr(typed, name) for name in CELLS}
    whole = f"{texts['kinerja']}\0{texts['alasan_keadaan']}"
    texts |= dict.fromkeys(("kinerja", "keadaan", "alasan_keadaan"), whole)
    return {name: hashlib.blake2s(text.encode(), digest_size=4).hexdigest() for name, text in texts.items()}


def read_request(body: Any) -> list[Ketikan]:
    """The rows of a request; raises ``BadRequest``."""
    if not isinstance(body, dict) or str(body.get("sumber", "")) not in SUMBER:
        raise BadRequest("Permintaan tidak dikenal.")
    rows = body.get("isian")
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_ITEMS:
        raise BadRequest(f"Antara 1 dan {MAX_ITEMS} isian sekali kirim.")
    return [_read_row(row) for row in rows]


def _read_row(row: Any) -> Ketikan:
    if not isinstance(row, dict):
        raise BadRequest("Isian tidak dikenal.")
    return Ketikan(
        Isian(_number(row.get("indikator")), _cells(row.get("sel")), _number(row.get("versi"))),
        _cells(row.get("dasar", {})),
    )


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise BadRequest("Nomor baris dan versi harus bilangan bulat.")
    return value


def _cells(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(name in CELLS and isinstance(text, str) for name, text in value.items()):
        raise BadRequest("Sel tidak dikenal.")
    return value


def save_cells(
    actor: User, tahun: int, rows: Sequence[Ketikan], *, triwulan: int = 0, alasan: str = "", coba: bool = False
) -> list[SaveResult | None]:
    """Store or judge (``coba``) cells of rows; a result for each, in order (None: no such row).

    A row of which only some cells clash is saved in the others and is CONFLICT still: its ``reading`` then holds
    the clashing cells over what is stored. Raises ``PermissionDenied``, ``YearOutsidePlan``.
    """
    options: dict[str, Any] = {"pintu": Jejak.Pintu.PERAMBAN, "triwulan": triwulan, "alasan": alasan, "coba": coba}
    results = save_banyak(actor, tahun, [row.isian for row in rows], **options)
    again: dict[int, Isian] = {}
    for at, (row, result) in enumerate(zip(rows, results, strict=True)):
        if result is not None and result.outcome is Outcome.CONFLICT:
            free = row.untouched(result.record.values)
            if free:
                again[at] = replace(row.isian, sel=free, versi=result.record.versi)
    second = save_banyak(actor, tahun, list(again.values()), **options) if again else []
    for (at, item), result in zip(again.items(), second, strict=True):
        if result is None or result.outcome is Outcome.CONFLICT:
            continue
        clash = {name: text for name, text in rows[at].isian.sel.items() if name not in item.sel}
        results[at] = _still(result.record, clash, item) if clash else result
    return results


def _still(record: RowRecord, clash: Mapping[str, str], item: Isian) -> SaveResult:
    reading = record.read(replace(item, sel=clash).onto(record))
    return SaveResult(Outcome.CONFLICT, record, reading)

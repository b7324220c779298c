"""What several routers ask: the plan of a request, a year of it, an indicator by its code, the rows one may see."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Path
from pydantic import Field

from accounts.models import UnitKerja, User
from api.galat import Galat
from api.skema import JawabanGalat
from indicators.entry_sheet import SheetRow
from indicators.explain import with_everything
from indicators.indikator_page import sees
from indicators.models import Indikator
from programs.models import Renstra
from programs.versions import VersionNotFound, find_version

Tahun = Path[Annotated[int, Field(ge=1900, le=2200, json_schema_extra={"example": 2022})]]
Kode = Path[Annotated[str, Field(max_length=40, json_schema_extra={"example": "1.6.4.02.01"})]]
# Refusals that any operation may answer with.
ALWAYS = dict.fromkeys((400, 401, 403, 404, 413, 422, 429, 500), JawabanGalat)


def answers(ok: Any, *codes: int) -> dict[int, Any]:
    """Responses of an operation: its own, and the refusals."""
    return {200: ok, **ALWAYS, **dict.fromkeys(codes, JawabanGalat)}


def caller(request: HttpRequest) -> User:
    """The person in whose name the program calls."""
    return request.auth.pengguna  # type: ignore[attr-defined]


def plan_in_force() -> Renstra:
    """The plan in force; raises ``Galat`` 404 before the baseline was loaded."""
    try:
        return Renstra.current()
    except Renstra.DoesNotExist as error:
        raise Galat(404, str(error)) from None


def plan_of_year(tahun: int) -> Renstra:
    """The plan in force, when it has the year."""
    plan = plan_in_force()
    if tahun not in plan.tahun:
        raise Galat(404, f"Tahun {tahun} di luar {plan.judul}; yang ada {plan.tahun_awal} sampai {plan.tahun_akhir}.")
    return plan


def asked_version(renstra: str, per: str) -> Renstra:
    """The version of the plan asked for by code or by date, else the one in force."""
    try:
        return find_version(renstra, per)
    except VersionNotFound as error:
        raise Galat(422, str(error), sel={error.field: str(error)}) from None
    except Renstra.DoesNotExist as error:
        raise Galat(404, str(error)) from None


def find_indikator(plan: Renstra, kode: str) -> Indikator:
    """Indicator of the plan by its code."""
    found = with_everything(Indikator.objects.for_renstra(plan).filter(kode=kode)).first()
    if found is None:
        raise Galat(404, f"Indikator {kode!r} tidak ada dalam {plan}; kodenya ada di /api/v1/indikator.")
    return found


def check_sees(person: User, row: Indikator) -> UnitKerja | None:
    """Unit that owns a row; raises ``PermissionDenied`` when its realisasi is not this person's to read."""
    owner: UnitKerja | None = getattr(row.induk, "unit", None)
    if not sees(person, owner):
        raise PermissionDenied(f"Realisasi {row.kode} milik {owner or 'unit lain'}.")
    return owner


def scope_of(person: User, kode: str) -> UnitKerja | None:
    """Whose rows are read: the own unit for staff, all (None) or the chosen one for who reads all units."""
    own = None if person.sees_all_units() else person.unit
    if own is None and not person.sees_all_units():
        raise PermissionDenied("Akun ini belum punya unit kerja, jadi tidak ada baris yang dapat dibacanya.")
    if not kode:
        return own
    unit = UnitKerja.objects.filter(kode=kode).first()
    if unit is None or not (own is None or own.covers(unit)):
        raise Galat(
            404, f"Unit {kode[:60]!r} tidak ada atau bukan bagian dari unit Anda.", sel={"unit": "Unit tidak ada."}
        )
    return unit


def jenis_of(row: Indikator) -> str:
    """Level of the node an indicator hangs on."""
    return next(name for name in ("subkegiatan", "kegiatan", "program", "sasaran") if getattr(row, f"{name}_id"))


def own_rows(rows: list[SheetRow]) -> list[SheetRow]:
    """Rows of the scope, without the rows above them that other units own and the page shows for orientation."""
    return [row for row in rows if row.own]

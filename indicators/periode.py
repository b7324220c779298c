"""When entry is open: periods with dates, and extensions of a unit after the date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import record_changes, snapshot
from accounts.models import Hak, UnitKerja, User
from accounts.roles import roles_with
from indicators.models import Periode, Perpanjangan
from programs.models import Renstra
from renstra.formats import format_tanggal

MAY_SCHEDULE = Access(roles=roles_with(Hak.ATUR_PERIODE))


class PeriodeDitolak(Exception):
    """Dates or an extension that cannot be stored: ``galat`` holds the messages by the name of the field."""

    def __init__(self, galat: dict[str, str]) -> None:
        super().__init__(" ".join(galat.values()))
        self.galat = galat


def nama_periode(tahun: int, triwulan: int) -> str:
    """``tahun 2026`` or ``triwulan II 2026``."""
    return f"triwulan {('I', 'II', 'III', 'IV')[triwulan - 1]} {tahun}" if triwulan else f"tahun {tahun}"


@dataclass(frozen=True, slots=True)
class Jendela:
    """The dates of a period and the extensions in force, by code of the unit; open without dates."""

    tahun: int
    triwulan: int
    buka: date | None = None
    tutup: date | None = None
    perpanjangan: Mapping[str, date] = field(default_factory=dict)

    def sampai(self, unit_kode: str) -> date | None:
        """Last day a unit may enter: the closing date, or a later one granted to it or to a unit above it."""
        if self.tutup is None:
            return None
        parts = unit_kode.split(".")
        above = {".".join(parts[: size + 1]) for size in range(len(parts))}
        granted = [day for kode, day in self.perpanjangan.items() if kode in above]
        return max([self.tutup, *granted])

    def closed(self, unit_kode: str, today: date | None = None) -> str:
        """Why a unit cannot enter now, empty when it can."""
        today = today or timezone.localdate()
        name = nama_periode(self.tahun, self.triwulan)
        if self.buka is not None and today < self.buka:
            return f"Pengisian {name} dibuka {format_tanggal(self.buka)}."
        last = self.sampai(unit_kode)
        if last is not None and today > last:
            return (
                f"Pengisian {name} ditutup {format_tanggal(last)}; "
                "minta perpanjangan kepada Sekretariat bila masih ada yang perlu diisi."
            )
        return ""


def load_jendela(perangkat_daerah: int, tahun: int, triwulan: int) -> Jendela:
    """Dates and extensions of a period, in two queries (one where no dates are set)."""
    period = Periode.objects.filter(perangkat_daerah=perangkat_daerah, tahun=tahun, triwulan=triwulan).first()
    if period is None:
        return Jendela(tahun, triwulan)
    return jendela_of(period)


def jendela_of(period: Periode) -> Jendela:
    """The window of a stored period."""
    granted: dict[str, date] = {}
    # The newest of a unit counts, so it is written last.
    for kode, until in period.perpanjangan.order_by("pk").values_list("unit__kode", "sampai"):
        granted[kode] = until
    return Jendela(period.tahun, period.triwulan, period.buka, period.tutup, granted)


def _check(actor: User, renstra: Renstra, tahun: int, triwulan: int) -> None:
    if not MAY_SCHEDULE.admits(actor):
        raise PermissionDenied("Periode pengisian hanya diatur oleh Sekretariat.")
    if tahun not in renstra.tahun or triwulan not in range(5):
        raise PeriodeDitolak({"buka": f"Periode itu di luar {renstra.judul}."})


def set_periode(
    actor: User, renstra: Renstra, tahun: int, triwulan: int, *, buka: date | None, tutup: date | None, pintu: str
) -> Periode:
    """Set the dates of a period; None opens it without bound. Raises ``PeriodeDitolak``, ``PermissionDenied``."""
    _check(actor, renstra, tahun, triwulan)
    with transaction.atomic():
        period = (
            Periode.objects.select_for_update()
            .filter(perangkat_daerah=renstra.perangkat_daerah_id, tahun=tahun, triwulan=triwulan)
            .first()
        )
        before = snapshot(period, ("buka", "tutup")) if period else None
        period = period or Periode(perangkat_daerah_id=renstra.perangkat_daerah_id, tahun=tahun, triwulan=triwulan)
        period.buka, period.tutup = buka, tutup
        try:
            period.validate_constraints(exclude={"perangkat_daerah"})
        except ValidationError as error:
            raise PeriodeDitolak({"tutup": " ".join(error.messages)}) from None
        period.save()
        record_changes(period, before, actor=actor, pintu=pintu, after=snapshot(period, ("buka", "tutup")))
        return period


def grant(
    actor: User, renstra: Renstra, tahun: int, triwulan: int, unit: UnitKerja, sampai: date, alasan: str, *, pintu: str
) -> Perpanjangan:
    """Let a unit and those below it enter until ``sampai`` although the period closed.

    An earlier date than one granted before takes that one back. Raises ``PeriodeDitolak``, ``PermissionDenied``.
    """
    _check(actor, renstra, tahun, triwulan)
    alasan = alasan.strip()
    galat = {}
    if not alasan:
        galat["alasan"] = "Tulis alasan perpanjangan; alasan ini tersimpan dalam riwayat."
    with transaction.atomic():
        period = Periode.objects.filter(
            perangkat_daerah=renstra.perangkat_daerah_id, tahun=tahun, triwulan=triwulan
        ).first()
        if period is None or period.tutup is None:
            galat["sampai"] = (
                f"Pengisian {nama_periode(tahun, triwulan)} belum punya tanggal tutup; tidak perlu perpanjangan."
            )
        if galat or period is None:
            raise PeriodeDitolak(galat)
        row = Perpanjangan.objects.create(
            periode=period, unit=unit, sampai=sampai, alasan=alasan, oleh=actor, pada=timezone.now()
        )
        record_changes(row, None, actor=actor, pintu=pintu, alasan=alasan, after=snapshot(row, ("unit", "sampai")))
        return row

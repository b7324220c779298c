"""What needs a person now: rows to mend, to check, to approve, and dates that come near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Hak, UnitKerja, User
from accounts.roles import roles_with
from indicators.entry_sheet import SheetRow
from indicators.models import Realisasi
from indicators.papan import CLOSING_SOON, kata_hari
from indicators.periode import load_periode
from indicators.triwulan import TRIWULAN, nama_periode
from programs.models import Renstra
from renstra.formats import format_tanggal

Status = Realisasi.Status


@dataclass(frozen=True, slots=True)
class Tugas:
    """One line of "what needs me": words, where to, and whether it presses."""

    teks: str
    tautan: str
    keterangan: str = ""
    mendesak: bool = False


# Whose business rows of a state are: right, state, what to do.
_WORK = (
    (Hak.ISI_REALISASI, Status.DIKEMBALIKAN, "dikembalikan untuk diperbaiki"),
    (Hak.VERIFIKASI, Status.DIAJUKAN, "menunggu Anda periksa"),
    (Hak.SETUJUI, Status.DIVERIFIKASI, "menunggu persetujuan Anda"),
)


def load_tugas(
    plan: Renstra, tahun: int, person: User, rows: Iterable[SheetRow], *, unit: UnitKerja | None, today: date
) -> list[Tugas]:
    """What waits for a person in a year and its quarters, the most pressing first; one query.

    ``rows`` are those the person reads, ``unit`` is whose rows a person fills in (None: reads all units).
    """
    counts = Counter((status, quarter) for row in rows for quarter, status in row.status_periode.items())
    found = [
        Tugas(
            f"{count} baris {nama_periode(tahun, quarter)} {words}",
            _address(hak, tahun, quarter, status),
            mendesak=hak == Hak.ISI_REALISASI,
        )
        for hak, status, words in _WORK
        if person.peran & roles_with(hak)
        for quarter in (0, *TRIWULAN)
        if (count := counts[status, quarter])
    ]
    return [*found, *_dates(plan, tahun, person, unit, today)]


def _address(hak: Hak, tahun: int, triwulan: int, status: str) -> str:
    period: dict[str, int | str] = {"triwulan": triwulan} if triwulan else {}
    if hak == Hak.ISI_REALISASI:
        page = reverse("realisasi", args=[tahun])
        return f"{page}?{urlencode(period)}" if period else page
    return f"{reverse('verifikasi')}?{urlencode({'tahun': tahun, **period, 'keadaan': status})}"


def _dates(plan: Renstra, tahun: int, person: User, unit: UnitKerja | None, today: date) -> list[Tugas]:
    """Periods that close within two weeks, or closed in the last two."""
    lines = []
    for (_, quarter), window in sorted(load_periode(plan.perangkat_daerah_id, [tahun]).items()):
        last = window.sampai(unit.kode) if unit else window.tutup
        if last is None or abs((today - last).days) > CLOSING_SOON or (window.buka and today < window.buka):
            continue
        days = (today - last).days
        words = f"ditutup {format_tanggal(last)}" if days > 0 else kata_hari(days)
        board = person.sees_all_units()
        page = reverse("verifikasi") if board else reverse("realisasi", args=[tahun])
        query = urlencode(({"tahun": tahun} if board else {}) | ({"triwulan": quarter} if quarter else {}))
        lines.append(
            Tugas(
                f"Pengisian {nama_periode(tahun, quarter)} {words}",
                f"{page}?{query}" if query else page,
                f"hari terakhir {format_tanggal(last)}" if days <= 0 else "",
                mendesak=-3 <= days <= 0,
            )
        )
    return lines

"""One row in a period: its steps, its remarks, and the history of each of its cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import record_changes, snapshot
from accounts.models import Jejak, Peran, User
from indicators.actions import may_write
from indicators.entry import LABELS, Typed, write_row
from indicators.entry_sheet import SheetRow, load_sheet
from indicators.models import Komentar, Langkah, Realisasi
from indicators.papan import BarisPapan, add_differences
from indicators.pemberitahuan import notify_remark
from indicators.row_record import check_year, find_row
from programs.models import Renstra
from renstra.formats import UNKNOWN, format_number, format_rupiah

MAY_REMARK = Access(roles=frozenset({Peran.VERIFIKATOR.value, Peran.SEKRETARIAT.value, Peran.PIMPINAN.value}))
SHOWN_CHANGES = 200
MAX_REMARK = 4000
# What a column of the trail is called; the cells of the entry page have their labels from there.
KOLOM = {**LABELS, "keadaan": "Keadaan", "status": "Status"}
_WORDS = {"keadaan": dict(Realisasi.Keadaan.choices), "status": dict(Realisasi.Status.choices)}


class KomentarDitolak(Exception):
    """The remark cannot be stored; the message says why."""


def shown(kolom: str, teks: str | None) -> str:
    """A value of the trail as people write it: ``75.5`` → ``75,5``; nothing is a dash."""
    if not teks:
        return UNKNOWN
    if kolom in _WORDS:
        return _WORDS[kolom].get(teks, teks)
    if kolom == "kinerja":
        return format_number(Decimal(teks))
    return format_rupiah(int(teks)) if kolom == "rupiah" else teks


@dataclass(frozen=True, slots=True)
class Perubahan:
    """One change of one cell."""

    waktu: datetime
    oleh: str
    sel: str
    dari: str
    ke: str
    alasan: str
    pintu: str


@dataclass(frozen=True, slots=True)
class Riwayat:
    """The page of a row: its values, the difference to what was submitted, steps (newest first), remarks, changes."""

    row: SheetRow
    papan: BarisPapan
    isi: list[tuple[str, str]]
    langkah: list[Langkah]
    komentar: list[Komentar]
    perubahan: list[Perubahan]
    terpotong: bool
    sel: str
    pilihan_sel: list[tuple[str, str]]


def load_riwayat(
    plan: Renstra, tahun: int, triwulan: int, indikator: int, person: User, *, cell: str = ""
) -> Riwayat | None:
    """Everything of a row in a period; ``cell`` limits the history to one column. None: no such row in the plan.

    Whether the person may read it says ``row.own``; the history is empty when not.
    """
    unit = None if person.sees_all_units() else person.unit
    if unit is None and not person.sees_all_units():
        raise PermissionDenied("Akun Anda belum terhubung ke unit kerja.")
    sheet = load_sheet(plan, tahun, person, unit=None, triwulan=triwulan)
    try:
        row = sheet.row(indikator)
    except KeyError:
        return None
    row.own = unit is None or row.unit_kode == unit.kode or row.unit_kode.startswith(f"{unit.kode}.")
    line = BarisPapan(row, None)
    cell = cell if cell in KOLOM else ""
    if not row.own:
        return Riwayat(row, line, [], [], [], [], False, cell, [])
    steps: list[Langkah] = []
    changes: list[Perubahan] = []
    if row.realisasi_id:
        steps = list(Langkah.objects.filter(realisasi=row.realisasi_id).select_related("oleh"))
        line.ajuan = [
            (item.pada, str(item.oleh), item.versi, item.isi)
            for item in reversed(steps)
            if item.tindakan == Langkah.Tindakan.AJUKAN
        ]
        add_differences([line])
        changes = _changes(row.realisasi_id, cell)
    remarks = Komentar.objects.filter(indikator=row.kunci, tahun=tahun, triwulan=triwulan).select_related("oleh")
    return Riwayat(
        row,
        line,
        _cells(write_row(row.values)),
        steps,
        list(remarks),
        changes[:SHOWN_CHANGES],
        len(changes) > SHOWN_CHANGES,
        cell,
        list(KOLOM.items()),
    )


def _cells(typed: Typed) -> list[tuple[str, str]]:
    """The texts of a row that are filled."""
    return [
        (label, getattr(typed, name))
        for name, label in LABELS.items()
        if name not in {"kinerja", "rupiah"} and getattr(typed, name)
    ]


def _changes(realisasi: int, cell: str) -> list[Perubahan]:
    trail = Jejak.objects.filter(objek=Realisasi._meta.label_lower, objek_id=str(realisasi))
    if cell:
        trail = trail.filter(kolom=cell)
    doors = dict(Jejak.Pintu.choices)
    return [
        Perubahan(when, who, KOLOM.get(name, name), shown(name, was), shown(name, now), why, doors.get(door, door))
        for when, who, name, was, now, why, door in trail[: SHOWN_CHANGES + 1].values_list(
            "waktu", "pelaku_nama", "kolom", "dari", "ke", "alasan", "pintu"
        )
    ]


def may_remark(person: User, *, own: bool) -> bool:
    """Whether a person writes remarks on a row: who checks, who leads, and the staff whose ``own`` row it is."""
    return own or MAY_REMARK.admits(person)


def add_remark(actor: User, indikator: int, tahun: int, triwulan: int, teks: str, *, pintu: str) -> Komentar:
    """Write a remark on a row and tell whom it concerns.

    Raises ``KomentarDitolak``, ``Indikator.DoesNotExist``, ``PermissionDenied``, ``YearOutsidePlan``.
    """
    teks = teks.replace("\x00", "").replace("\r\n", "\n").strip()
    with transaction.atomic():
        row = find_row(indikator, tahun, triwulan)
        if not may_remark(actor, own=may_write(actor, row.unit)):
            raise PermissionDenied("Komentar ditulis oleh staf unit pemilik baris, verifikator, Sekretariat, pimpinan.")
        check_year(row.indikator.renstra, tahun, diganti=row.diganti)
        if not teks:
            raise KomentarDitolak("Tulis komentarnya lebih dahulu.")
        if len(teks) > MAX_REMARK:
            raise KomentarDitolak(
                f"Terlalu panjang: {format_number(len(teks))} huruf, paling banyak {format_number(MAX_REMARK)}."
            )
        root = row.indikator.kunci_realisasi
        where = {"indikator_id": root, "tahun": tahun, "triwulan": triwulan}
        earlier: Iterable[int] = set(Komentar.objects.filter(**where).order_by().values_list("oleh_id", flat=True))
        remark = Komentar.objects.create(**where, teks=teks, oleh=actor, pada=timezone.now())
        record_changes(remark, None, actor=actor, pintu=pintu, after=snapshot(remark, ["teks"]))
        notify_remark(remark, row, earlier)
    return remark

"""Notices: whom a step, a remark or an extension concerns, and the bundles that go out by e-mail.

A notice is written in the transaction of what it tells of, one a recipient and action, however many rows
it was about. It names rows by their code and never repeats a remark or a reason, which may speak of people.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from smtplib import SMTPException
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Hak, Peran, UnitKerja, User
from accounts.roles import roles_with
from indicators.models import Komentar, Langkah, Pemberitahuan, Perpanjangan, SetelanPemberitahuan
from indicators.triwulan import nama_periode
from renstra.formats import format_tanggal

if TYPE_CHECKING:
    from indicators.row_record import RowRecord

Jenis, Surel, Tindakan = Pemberitahuan.Jenis, SetelanPemberitahuan.Surel, Langkah.Tindakan
SHOWN_CODES = 4
# Daily bundles hold what was new until this hour (WIB) and leave with the first run after it.
JAM_HARIAN = time(7)
# Who gives an address, or turns mail on, gets what is new and not what piled up.
PALING_LAMA = timedelta(days=7)
_log = logging.getLogger("renstra.pemberitahuan")


# Who is told -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Orang:
    """Somebody who may have to know: active, of the same office."""

    id: int
    unit: UnitKerja | None
    peran: frozenset[str]

    def enters(self, unit: UnitKerja | None) -> bool:
        """Whether rows of ``unit`` are this person's to fill in."""
        return Peran.STAF.value in self.peran and self.unit is not None and self.unit.covers(unit)

    def has(self, hak: Hak) -> bool:
        return bool(self.peran & roles_with(hak))


def _people(perangkat_daerah: int | None, *others: int) -> list[_Orang]:
    """Active people of an office who have a role, and ``others`` by id; one query."""
    found: dict[int, tuple[UnitKerja | None, set[str]]] = {}
    rows = (
        User.objects.filter(is_active=True)
        .filter(Q(unit__perangkat_daerah=perangkat_daerah, groups__isnull=False) | Q(pk__in=others))
        .order_by("pk")
        .values_list("pk", "groups__name", "unit_id", "unit__kode", "unit__jenis", "unit__perangkat_daerah_id")
    )
    for pk, group, unit, kode, jenis, office in rows:
        place = UnitKerja(pk=unit, kode=kode, jenis=jenis, perangkat_daerah_id=office) if unit else None
        found.setdefault(pk, (place, set()))[1].add(group)
    return [_Orang(pk, unit, frozenset(roles)) for pk, (unit, roles) in found.items()]


def _tell(jenis: str, notices: Iterable[tuple[int, str, str]]) -> None:
    """Store notices (person, text, address)."""
    now = timezone.now()
    Pemberitahuan.objects.bulk_create(
        Pemberitahuan(untuk_id=person, jenis=jenis, teks=text, tautan=address[:300], dibuat=now)
        for person, text, address in notices
    )


def _codes(rows: Sequence[RowRecord]) -> str:
    """``3 baris (1.6.4.02.01.1, …)``: how many and which, the first few by code."""
    names = [row.indikator.kode for row in rows]
    listed = ", ".join(names[:SHOWN_CODES])
    if len(names) == 1:
        return f"baris {listed}"
    more = f" dan {len(names) - SHOWN_CODES} lainnya" if len(names) > SHOWN_CODES else ""
    return f"{len(names)} baris ({listed}{more})"


def _query(address: str, **values: str | int) -> str:
    kept = {name: value for name, value in values.items() if value}
    return f"{address}?{urlencode(kept)}" if kept else address


def _board(rows: Sequence[RowRecord], tahun: int, triwulan: int) -> str:
    """The board, at the unit when all rows are of one bidang."""
    units = {row.unit.kode.partition(".")[0] for row in rows if row.unit}
    return _query(reverse("verifikasi"), tahun=tahun, triwulan=triwulan, unit=units.pop() if len(units) == 1 else "")


def _rows(rows: Sequence[RowRecord], tahun: int, triwulan: int) -> str:
    """The page of the one row, or the entry page of the period."""
    if len(rows) == 1:
        return _query(reverse("riwayat-baris", args=[tahun, rows[0].indikator.pk]), triwulan=triwulan)
    return _query(reverse("realisasi", args=[tahun]), triwulan=triwulan)


_VERBS = {
    Tindakan.AJUKAN: "mengajukan",
    Tindakan.VERIFIKASI: "memverifikasi",
    Tindakan.KEMBALIKAN: "mengembalikan",
    Tindakan.SETUJUI: "menyetujui",
    Tindakan.BUKA: "membuka kunci",
}
_KINDS = {
    Tindakan.AJUKAN: Jenis.DIAJUKAN,
    Tindakan.VERIFIKASI: Jenis.DIVERIFIKASI,
    Tindakan.KEMBALIKAN: Jenis.DIKEMBALIKAN,
    Tindakan.SETUJUI: Jenis.DISETUJUI,
    Tindakan.BUKA: Jenis.DIBUKA,
}
_NEXT = {
    Tindakan.KEMBALIKAN: " Baca catatannya, perbaiki, lalu ajukan lagi.",
    Tindakan.BUKA: " Alasannya ada di riwayat baris; barisnya dapat diisi lagi.",
}


def notify_step(actor: User, step: str, rows: Sequence[RowRecord], tahun: int, triwulan: int) -> None:
    """Tell who has to do with a step that ``rows`` took; call it in the transaction of the step.

    Submitted rows concern the verifikator, all others the staff of the unit, verified ones also who approves.
    A withdrawal concerns nobody: what was not looked at yet is not there any more.
    """
    verb = _VERBS.get(Tindakan(step))
    if not rows or verb is None:
        return
    period, kind = nama_periode(tahun, triwulan), _KINDS[Tindakan(step)]
    told: list[tuple[int, str, str]] = []
    for person in _people(rows[0].indikator.renstra.perangkat_daerah_id):
        if person.id == actor.pk:
            continue
        if step == Tindakan.AJUKAN:
            if person.has(Hak.VERIFIKASI):
                text = f"{actor} mengajukan {_codes(rows)} {period} untuk diperiksa."
                told.append((person.id, text, _board(rows, tahun, triwulan)))
            continue
        if step == Tindakan.VERIFIKASI and person.has(Hak.SETUJUI):
            text = f"Menunggu persetujuan Anda: {_codes(rows)} {period}, sudah diverifikasi."
            told.append((person.id, text, _board(rows, tahun, triwulan)))
            continue
        own = [row for row in rows if person.enters(row.unit)]
        if own:
            text = f"{actor} {verb} {_codes(own)} {period}.{_NEXT.get(Tindakan(step), '')}"
            told.append((person.id, text, _rows(own, tahun, triwulan)))
    _tell(kind, told)


def notify_remark(remark: Komentar, row: RowRecord, earlier: Iterable[int]) -> None:
    """Tell the unit, the verifikator and who wrote (``earlier``) on the same row before of a remark."""
    before = set(earlier)
    text = f"{remark.oleh} menulis komentar pada {_codes([row])} {nama_periode(remark.tahun, remark.triwulan)}."
    address = f"{_rows([row], remark.tahun, remark.triwulan)}#komentar"
    _tell(
        Jenis.KOMENTAR,
        [
            (person.id, text, address)
            for person in _people(row.indikator.renstra.perangkat_daerah_id, *before)
            if person.id != remark.oleh_id
            and (person.id in before or person.has(Hak.VERIFIKASI) or person.enters(row.unit))
        ],
    )


def notify_extension(extension: Perpanjangan) -> None:
    """Tell the staff whose rows an extension opens."""
    period = extension.periode
    name = nama_periode(period.tahun, period.triwulan)
    text = f"Pengisian {name} untuk {extension.unit} diperpanjang sampai {format_tanggal(extension.sampai)}."
    address = _query(reverse("realisasi", args=[period.tahun]), triwulan=period.triwulan)
    _tell(
        Jenis.PERIODE,
        [
            (person.id, text, address)
            for person in _people(period.perangkat_daerah_id)
            if Peran.STAF.value in person.peran
            and person.id != extension.oleh_id
            and extension.unit.covers(person.unit)
        ],
    )


# By e-mail ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kiriman:
    """What one run did: bundles sent, people whose bundle failed; ``sibuk`` when another run is at work."""

    terkirim: int = 0
    gagal: int = 0
    sibuk: bool = False


def send_due_notices(now: datetime | None = None) -> Kiriman:
    """Mail every bundle that is due at ``now``; run it every few minutes.

    Marked as sent after it was handed over, a person at a time: a run that is killed repeats at most the one
    bundle it was at, and loses none. Of two runs at once the second does nothing. Read notices are not mailed.
    """
    moment = now or timezone.now()
    with _alone() as alone:
        if not alone:
            return Kiriman(sibuk=True)
        sent = failed = 0
        outlet = get_connection()
        for person, notices in _due(moment):
            try:
                _message(person, notices, outlet).send()
            except (SMTPException, OSError, ValueError) as error:
                # The address is a person's, so the line names the account only.
                _log.warning("surel untuk akun %s gagal: %s", person.pk, type(error).__name__)
                failed += 1
                continue
            Pemberitahuan.objects.filter(pk__in=[item.pk for item in notices]).update(disurel=moment)
            sent += 1
        return Kiriman(sent, failed)


def _due(moment: datetime) -> list[tuple[User, list[Pemberitahuan]]]:
    """People with the notices of theirs that are to leave now; two queries."""
    waiting: dict[int, list[Pemberitahuan]] = {}
    for notice in Pemberitahuan.objects.filter(
        disurel__isnull=True, dibaca__isnull=True, dibuat__gt=moment - PALING_LAMA, dibuat__lte=moment
    ).order_by("pk"):
        waiting.setdefault(notice.untuk_id, []).append(notice)
    until = _last_daily(moment)
    bundles = []
    people = User.objects.filter(pk__in=waiting, is_active=True).exclude(email="")
    for person in people.select_related("setelan_pemberitahuan", "unit__perangkat_daerah").order_by("pk"):
        chosen = setting_of(person)
        if chosen.surel == Surel.TIDAK:
            continue
        notices = [
            item
            for item in waiting[person.pk]
            if item.jenis not in chosen.dibisukan and (chosen.surel == Surel.SEGERA or item.dibuat < until)
        ]
        if notices:
            bundles.append((person, notices))
    return bundles


def _last_daily(moment: datetime) -> datetime:
    """The last time daily bundles were due."""
    local = timezone.localtime(moment)
    at = local.replace(hour=JAM_HARIAN.hour, minute=JAM_HARIAN.minute, second=0, microsecond=0)
    return at if at <= local else at - timedelta(days=1)


def setting_of(person: User) -> SetelanPemberitahuan:
    """How a person wants notices; the default where nothing was chosen."""
    stored = getattr(person, "setelan_pemberitahuan", None)
    return stored or SetelanPemberitahuan(pengguna=person)


def _message(person: User, notices: Sequence[Pemberitahuan], outlet: BaseEmailBackend) -> EmailMessage:
    site = site_address()
    lines = [f"{person},", "", f"{len(notices)} pemberitahuan baru:" if len(notices) > 1 else "Pemberitahuan baru:", ""]
    for item in notices:
        lines.append(f"- {item.teks}")
        if site:
            lines.append(f"  {site}{item.tautan}")
    lines += ["", f"Atur atau hentikan surel ini: {site}{reverse('pemberitahuan')}#setelan", ""]
    unit = person.unit
    office = unit.perangkat_daerah if unit else None
    return EmailMessage(
        # A line break in a name must not become a header of its own.
        subject=" ".join(notices[0].teks.split())[:120]
        if len(notices) == 1
        else f"{len(notices)} pemberitahuan realisasi Renstra",
        body="\n".join(lines),
        from_email=(office.email if office else "") or None,
        to=[person.email],
        connection=outlet,
    )


def site_address() -> str:
    """``https://host`` of this site for links in mails, empty where the settings name no single host."""
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if "*" not in origin:
            return str(origin).rstrip("/")
    for host in settings.ALLOWED_HOSTS:
        if host[:1] not in {"*", "."}:
            return f"https://{host}"
    return ""


_LOCK = 0x52454E53  # any number of our own


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this run is the only one; the lock goes with the process, however it ends.

    Not a lock on rows: on SQLite that would keep the whole office from writing while a mail server thinks.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            (free,) = cursor.fetchone()
            try:
                yield free
            finally:
                if free:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    with Path(f"{connection.settings_dict['NAME']}.surel").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True

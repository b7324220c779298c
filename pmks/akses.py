"""Recording who looked at whom (UU 27/2022), and opening what is otherwise masked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from accounts.access import require
from accounts.models import User
from pmks import kripto
from pmks.models import CatatanAkses, Orang
from pmks.nik import holds_number
from pmks.wewenang import MAY_EXPORT, MAY_OPEN_NIK
from renstra.logs import current_request_id

Jenis = CatatanAkses.Jenis
MIN_TUJUAN = 10
T = TypeVar("T")


class TujuanKosong(ValueError):
    """The purpose is missing or says nothing; the message is for the person."""


def record_access(
    actor: User | None,
    jenis: CatatanAkses.Jenis,
    *,
    pintu: str,
    orang: Orang | None = None,
    jumlah: int = 1,
    rincian: str = "",
    tujuan: str = "",
) -> None:
    """Append one row; ``rincian`` must not hold names or numbers of people."""
    CatatanAkses.objects.create(
        pelaku=actor,
        pelaku_nama=str(actor) if actor else "sistem",
        pintu=pintu,
        jenis=jenis,
        orang=orang,
        jumlah=jumlah,
        rincian=rincian[:300],
        tujuan=tujuan[:300],
        permintaan=current_request_id(),
    )


def check_tujuan(tujuan: str, what: str) -> str:
    """The purpose without blanks around it; raises ``TujuanKosong`` when it is too short to be one, or names a NIK."""
    text = " ".join(tujuan.split())
    if len(text) < MIN_TUJUAN:
        raise TujuanKosong(f"Tulis {what}, sedikitnya {MIN_TUJUAN} huruf; tercatat bersama nama Anda.")
    if holds_number(text):
        raise TujuanKosong(f"Tulis {what} tanpa NIK atau No KK; catatan ini terbaca.")
    return text


def open_nik(actor: User, orang_id: int, alasan: str, *, pintu: str) -> tuple[str, str]:
    """NIK and No KK in full, recorded before they are returned.

    Raises ``PermissionDenied``, ``TujuanKosong``, ``Orang.DoesNotExist`` (also for one whom ``actor`` may not see)
    and ``KunciError``.
    """
    require(actor, MAY_OPEN_NIK)
    reason = check_tujuan(alasan, "alasan membuka NIK")
    person = Orang.objects.for_user(actor).get(pk=orang_id)
    with transaction.atomic():
        record_access(actor, Jenis.BUKA_NIK, pintu=pintu, orang=person, tujuan=reason)
    return kripto.decrypt(person.nik_sandi, "nik"), kripto.decrypt(person.kk_sandi, "kk")


def record_export(actor: User, jumlah: int, tujuan: str, rincian: str, *, pintu: str, write: Callable[[], T]) -> T:
    """Record an export of names, then let ``write`` make it; raises ``PermissionDenied``, ``TujuanKosong``."""
    require(actor, MAY_EXPORT)
    reason = check_tujuan(tujuan, "untuk apa daftar ini dipakai")
    with transaction.atomic():
        record_access(actor, Jenis.EKSPOR, pintu=pintu, jumlah=jumlah, rincian=rincian, tujuan=reason)
    return write()

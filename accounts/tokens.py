"""Keys for the API: making, finding, revoking. Only the SHA-256 of a key is kept (``TokenAPI``)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import record_changes, snapshot
from accounts.models import Hak, TokenAPI, User
from accounts.roles import roles_with

AWAL = "rst_"
LONGEST = timedelta(days=365)
MOST = 20
# What the trail tells; the hash of a key is nobody's business.
_TOLD = ("pengguna", "nama", "awalan", "cakupan", "berlaku_sampai", "dicabut_pada")
# One write a minute instead of one a request: SQLite has a single writer.
_WRITE_EVERY = timedelta(minutes=1)

MAY_WRITE = Access(roles=roles_with(Hak.ISI_REALISASI))


class TokenDitolak(Exception):
    """A token that cannot be made: ``galat`` holds the messages by the name of the field."""

    def __init__(self, galat: dict[str, str]) -> None:
        super().__init__(" ".join(galat.values()))
        self.galat = galat


def hash_of(key: str) -> str:
    """SHA-256 in hex. A key has 256 random bits, so it needs no salt and no slow hash, as a password does."""
    return hashlib.sha256(key.encode()).hexdigest()


def valid() -> Q:
    """Condition for tokens that still open something."""
    return Q(dicabut_pada__isnull=True, berlaku_sampai__gt=timezone.now(), pengguna__is_active=True)


def make_token(actor: User, nama: str, cakupan: str, sampai: date, *, pintu: str) -> tuple[TokenAPI, str]:
    """A token of ``actor`` until the end of a day (WIB), and its key, which nothing can show again.

    Raises ``TokenDitolak``.
    """
    nama = " ".join(nama.split())
    today = timezone.localdate()
    galat = {}
    if not nama:
        galat["nama"] = "Tulis nama, misalnya program yang akan memakainya."
    elif len(nama) > TokenAPI._meta.get_field("nama").max_length:  # type: ignore[operator]
        galat["nama"] = "Nama paling panjang 100 huruf."
    if cakupan not in TokenAPI.Cakupan.values:
        galat["cakupan"] = "Pilih membaca, atau membaca dan menulis."
    elif cakupan == TokenAPI.Cakupan.TULIS and not MAY_WRITE.admits(actor):
        galat["cakupan"] = "Peran Anda tidak mengisi realisasi, jadi tokennya hanya dapat membaca."
    if sampai < today:
        galat["sampai"] = "Tanggal itu sudah lewat; pilih hari ini atau sesudahnya."
    elif sampai > today + LONGEST:
        galat["sampai"] = "Paling lama satu tahun dari hari ini; sesudah itu buat token baru."
    with transaction.atomic():
        # Two clicks at once take turns, so that the second finds the token of the first.
        User.objects.select_for_update().get(pk=actor.pk)
        own = TokenAPI.objects.filter(valid(), pengguna=actor)
        if own.count() >= MOST:
            galat["nama"] = f"Anda sudah punya {MOST} token yang berlaku; cabut yang tidak dipakai."
        elif nama and own.filter(nama=nama).exists():
            galat["nama"] = "Anda sudah punya token bernama itu; pakai nama lain, atau cabut yang lama."
        if galat:
            raise TokenDitolak(galat)
        key = AWAL + secrets.token_urlsafe(32)
        end = timezone.make_aware(datetime.combine(sampai, time(23, 59, 59)))
        token = TokenAPI.objects.create(
            pengguna=actor, nama=nama, awalan=key[:10], sidik=hash_of(key), cakupan=cakupan, berlaku_sampai=end
        )
        record_changes(token, None, actor=actor, pintu=pintu, after=snapshot(token, _TOLD))
    return token, key


def revoke(actor: User, token: int, *, pintu: str, milik: User | None = None) -> bool:
    """End a token at once, of ``milik`` alone when given; False where there is none or it was revoked before."""
    with transaction.atomic():
        rows = TokenAPI.objects.select_for_update(of=("self",)).filter(pk=token, dicabut_pada__isnull=True)
        row = rows.first() if milik is None else rows.filter(pengguna=milik).first()
        if row is None:
            return False
        before = snapshot(row, _TOLD)
        row.dicabut_pada = timezone.now()
        row.save(update_fields=["dicabut_pada"])
        record_changes(row, before, actor=actor, pintu=pintu, after=snapshot(row, _TOLD))
    return True


def find_token(key: str) -> TokenAPI | None:
    """The valid token of a key with its person, unit and office, in one query; notes that it was used.

    The lookup is by hash: how long it takes says nothing about how much of a key was right.
    """
    found = (
        TokenAPI.objects.filter(valid(), sidik=hash_of(key)).select_related("pengguna__unit__perangkat_daerah").first()
    )
    if found is not None:
        now = timezone.now()
        if found.dipakai_pada is None or now - found.dipakai_pada >= _WRITE_EVERY:
            TokenAPI.objects.filter(pk=found.pk).update(dipakai_pada=now)
    return found

"""What the page of one person shows, without what would tell a kind that the reader may not know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from pmks import bukti, rujukan
from pmks.actions import words
from pmks.impor.asal import Asal, origins
from pmks.models import (
    BuktiLayanan,
    KategoriPMKS,
    Layanan,
    Orang,
    OrangKategori,
    Penggabungan,
    PerubahanStatus,
    RiwayatOrang,
    StatusOrang,
    Wilayah,
)
from pmks.nik import age_on, differences
from pmks.tampilan import masked, open_number
from pmks.wewenang import Cakupan, cakupan
from renstra.formats import format_rupiah, format_tanggal

RIWAYAT = 100
SERUMAH = 30
_KOLOM = {
    "jenis_kelamin": "jenis kelamin",
    "tanggal_lahir": "tanggal lahir",
    "status_sejak": "status sejak",
    "nik": "NIK",
    "no_kk": "No KK",
}


@dataclass(frozen=True, slots=True)
class BarisRiwayat:
    """One change in words; ``asal`` is the import that brought it."""

    baris: RiwayatOrang
    kolom: str
    dari: str
    ke: str
    asal: Asal | None = None


@dataclass(frozen=True, slots=True)
class HalamanOrang:
    """One person, as this reader may see them."""

    orang: Orang
    nik: str
    no_kk: str
    umur: int | None
    peringatan: Sequence[str]
    jenis: Sequence[tuple[int, list[KategoriPMKS]]]
    layanan: Sequence[Layanan]
    status: Sequence[PerubahanStatus]
    identitas: Sequence[tuple[str, str]]
    serumah: Sequence[Orang]
    riwayat: Sequence[BarisRiwayat]
    gabungan: Sequence[Penggabungan]


@dataclass(frozen=True, slots=True)
class Ditemukan:
    """A person with every kind and the numbers in other registers (source, number)."""

    orang: Orang
    jenis: Sequence[OrangKategori]
    identitas: Sequence[tuple[str, str]]


def find(user: Any, pk: int) -> Ditemukan | None:
    """A person with what hangs on them: one query; None for one whom ``user`` may not see.

    The rule is that of ``Orang.objects.seen_by``, applied to rows that the page shows anyway.
    """
    # A foreign key, unlike the key itself, is asked for whatever its size; the database fails at what it cannot hold.
    if pk > BigIntegerField.MAX_BIGINT:
        return None
    rows = OrangKategori.objects.filter(orang=pk, orang__digabung_ke=None, orang__dihapus_pada=None)
    # Each kind comes once for each number in another register; there are few of both.
    joined = rows.annotate(sumber=F("orang__identitas_luar__sumber"), nomor=F("orang__identitas_luar__nomor"))
    found: list[Any] = list(
        joined.select_related("orang__desa__induk", "kategori").order_by("-tahun", "kategori__nomor", "sumber", "nomor")
    )
    if not any(row.kategori_id in cakupan(user).kategori for row in found):
        return None
    numbers = dict.fromkeys((row.sumber, row.nomor) for row in found if row.sumber)
    return Ditemukan(found[0].orang, list({row.pk: row for row in found}.values()), list(numbers))


def load(user: Any, found: Ditemukan, sub_kegiatan: Mapping[str, Any]) -> HalamanOrang:
    """Six queries at most for a person found by ``find``.

    ``sub_kegiatan`` are annotations that name the sub kegiatan of a service: the caller knows the plan.
    """
    scope, person = cakupan(user), found.orang
    seen = [row for row in found.jenis if row.kategori_id in scope.kategori]
    hides = any(row.kategori_id in scope.tersembunyi for row in found.jenis)
    nik, no_kk = open_number(person.nik_sandi, "nik"), open_number(person.kk_sandi, "kk")
    household = Orang.objects.with_kk(no_kk).seen_by(user).exclude(pk=person.pk) if no_kk else Orang.objects.none()
    files = BuktiLayanan.objects.filter(layanan=OuterRef("pk")).order_by().values("layanan").annotate(n=Count("pk"))
    rows = Layanan.objects.for_user(user).filter(orang=person).select_related("kategori", "unit")
    named = rows.annotate(berkas=Coalesce(Subquery(files.values("n")), 0), **sub_kegiatan)
    services = list(named.order_by("-tanggal", "-pk"))
    return HalamanOrang(
        orang=person,
        nik=masked(nik),
        no_kk=masked(no_kk),
        umur=age_on(person.tanggal_lahir, timezone.localdate()) if person.tanggal_lahir else None,
        peringatan=differences(nik or "", person.tanggal_lahir, person.jenis_kelamin),
        jenis=[(year, [row.kategori for row in group]) for year, group in groupby(seen, key=lambda row: row.tahun)],
        layanan=services,
        status=list(person.perubahan_status.select_related("oleh")),
        identitas=found.identitas,
        serumah=list(household.select_related("desa").order_by("tanggal_lahir", "pk")[:SERUMAH]),
        riwayat=_history(user, person, scope, seen, [] if hides else services, hides=hides),
        gabungan=list(Penggabungan.objects.filter(utama=person).select_related("oleh", "dibatalkan_oleh")),
    )


def _history(
    user: Any,
    person: Orang,
    scope: Cakupan,
    jenis: Sequence[OrangKategori],
    layanan: Sequence[Layanan],
    *,
    hides: bool,
) -> list[BarisRiwayat]:
    """Changes, the newest first; without kinds the reader may not know and, where there are any, without services.

    The history names a service but not the kind it was for, so it could tell one. Lines of people, kinds and
    services that came in by a file are made here from the number of the import that each of them carries.
    """
    rows = person.riwayat.all()
    if hides:
        rows = rows.exclude(kolom__in=["layanan", bukti.KOLOM])
    secret = {str(kind) for kind in rujukan.kinds() if kind.pk in scope.tersembunyi}
    if secret:
        rows = rows.exclude(Q(kolom__startswith="jenis "), Q(dari__in=secret) | Q(ke__in=secret))
    named = {f"desa_{at}": Subquery(Wilayah.objects.filter(kode=OuterRef(at)).values("nama")) for at in ("dari", "ke")}
    found: list[Any] = list(rows.annotate(**named)[:RIWAYAT])
    # What a person came with belongs to the first line.
    added = [row for row in jenis if row.impor_id not in (None, person.impor_id)]
    brought = [row for row in layanan if row.impor_id is not None]
    numbers = {person.impor_id, *(row.impor_id for row in found)}
    numbers |= {row.impor_id for row in added} | {row.impor_id for row in brought}
    imports = origins(user, numbers, tersembunyi=hides)
    lines = [
        BarisRiwayat(
            row,
            _KOLOM.get(row.kolom, row.kolom),
            _text(row, row.dari, row.desa_dari),
            _text(row, row.ke, row.desa_ke),
            imports.get(row.impor_id or 0),
        )
        for row in found
    ]
    for kind in added:
        if origin := imports.get(kind.impor_id or 0):
            lines.append(_line(origin, origin.pada, f"jenis {kind.tahun}", str(kind.kategori)))
    for service in brought:
        if origin := imports.get(service.impor_id or 0):
            lines.append(_line(origin, origin.pada, "layanan", words(service)))
    lines.sort(key=lambda line: line.baris.waktu, reverse=True)
    first = imports.get(person.impor_id or 0)
    return lines[:RIWAYAT] + ([_line(first, person.dibuat_pada, "masuk lewat impor")] if first else [])


def _line(asal: Asal, waktu: datetime, kolom: str, ke: str = "") -> BarisRiwayat:
    row = RiwayatOrang(waktu=waktu, pelaku_nama=asal.pelaku, pintu=asal.pintu, kolom=kolom)
    return BarisRiwayat(row, kolom, "", _text(row, ke, None), asal)


# A service as ``actions.words`` keeps it.
_LAYANAN = re.compile(r"(\d{4}-\d\d-\d\d) · (\S+) · (.*) · (\d+|-)\Z")


def _text(row: RiwayatOrang, value: str | None, desa: str | None) -> str:
    if value is None:
        return ""
    if row.kolom == "desa":
        return desa or value
    if row.kolom == "status":
        return str(dict(StatusOrang.choices).get(value, value))
    if row.kolom in {"tanggal_lahir", "status_sejak"}:
        return format_tanggal(date.fromisoformat(value))
    if row.kolom == "layanan" and (found := _LAYANAN.match(value)):
        day, kode, what, amount = found.groups()
        money = "" if amount == "-" else f" · {format_rupiah(int(amount), symbol=True)}"
        return f"{format_tanggal(date.fromisoformat(day))} · {kode} · {what}{money}"
    return value

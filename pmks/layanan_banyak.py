"""One service given to many people at once, as at a distribution: who gets it recorded, who not and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models import User
from pmks import dugaan_tersimpan
from pmks.actions import Ditolak, IsianLayanan, check_layanan, new_layanan, words
from pmks.models import Layanan, Orang, RiwayatOrang, StatusOrang
from pmks.riwayat import history_row
from renstra.formats import format_tanggal

PALING_BANYAK = 500
TERCATAT = "sudah tercatat: tanggal, sub kegiatan, dan jenis layanannya sama"


@dataclass(frozen=True, slots=True)
class Penilaian:
    """One of those chosen; ``sebab`` says why the service is not recorded, empty where it is.

    ``orang`` is None for somebody whom the reader does not see (any more): only the number is known.
    """

    nomor: int
    orang: Orang | None
    sebab: str = ""

    @property
    def tercatat(self) -> bool:
        """Whether this very service stands there already: no mistake, only done."""
        return self.sebab == TERCATAT


class BerubahSejakPratinjau(Exception):
    """Somebody who was to get the service may not get it any more; ``hasil`` says who, nothing is stored."""

    def __init__(self, hasil: list[Penilaian]) -> None:
        super().__init__("Keadaan orang yang dipilih berubah sesudah diperiksa.")
        self.hasil = hasil


def preview(
    actor: User, ids: Collection[int], isian: IsianLayanan, kode_dikenal: Mapping[str, int | None]
) -> list[Penilaian]:
    """Judge everybody chosen, by name, those who are not seen last: two queries, nothing is stored.

    Raises ``Ditolak`` for what is wrong whoever receives it, ``PermissionDenied``.
    """
    _check(actor, ids, isian, kode_dikenal)
    return _judge(actor, ids, isian, kode_dikenal)


def save_layanan_banyak(
    actor: User, ids: Collection[int], isian: IsianLayanan, kode_dikenal: Mapping[str, int | None], *, pintu: str
) -> list[Penilaian]:
    """Record the service of everybody chosen who is not recorded yet, in one transaction; what became of each.

    A second click finds everybody recorded and stores nothing. Raises ``Ditolak``, ``PermissionDenied``, and
    ``BerubahSejakPratinjau`` where somebody may not get it for another reason.
    """
    _check(actor, ids, isian, kode_dikenal)
    try:
        with transaction.atomic():
            # In the order of their numbers, so that two of these never wait for each other.
            list(Orang.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
            judged = _judge(actor, ids, isian, kode_dikenal)
            if any(item.sebab and not item.tercatat for item in judged):
                raise BerubahSejakPratinjau(judged)
            people = [item.orang for item in judged if item.orang is not None and not item.sebab]
            rows = [new_layanan(person, isian, kode_dikenal) for person in people]
            Layanan.objects.bulk_create(rows)
            RiwayatOrang.objects.bulk_create(
                [history_row(row.orang_id, "layanan", None, words(row), actor=actor, pintu=pintu) for row in rows]
            )
            dugaan_tersimpan.refresh([row.orang_id for row in rows])
    except IntegrityError:
        # A file that came in at the same moment; it does not wait for the people.
        raise Ditolak({"": "Sebagian layanan ini baru saja dicatat lewat berkas; periksa lagi."}) from None
    return judged


def _check(actor: User, ids: Collection[int], isian: IsianLayanan, kode_dikenal: Mapping[str, int | None]) -> None:
    check_layanan(actor, isian, kode_dikenal)
    if not ids:
        raise Ditolak({"": "Pilih sedikitnya satu orang."})
    if len(ids) > PALING_BANYAK:
        raise Ditolak({"": f"Paling banyak {PALING_BANYAK} orang sekali simpan; pakai impor berkas untuk lebih."})


def _judge(
    actor: User, ids: Collection[int], isian: IsianLayanan, kode_dikenal: Mapping[str, int | None]
) -> list[Penilaian]:
    seen = Orang.objects.filter(pk__in=ids).seen_by(actor).select_related("desa__induk").order_by("nama_cari", "pk")
    like = new_layanan(Orang(), isian, kode_dikenal)
    there = Layanan.objects.filter(
        orang__in=ids,
        tanggal=like.tanggal,
        kode_sub_kegiatan=like.kode_sub_kegiatan,
        jenis_layanan=like.jenis_layanan,
    )
    recorded = set(there.order_by().values_list("orang_id", flat=True))
    found = [Penilaian(person.pk, person, _reason(person, isian, recorded)) for person in seen]
    known = {item.nomor for item in found}
    hidden = "tidak ada lagi, digabung, atau bukan jenis yang dilayani unit Anda"
    return [*found, *(Penilaian(pk, None, hidden) for pk in sorted(set(ids) - known))]


def _reason(person: Orang, isian: IsianLayanan, recorded: Collection[int]) -> str:
    if person.pk in recorded:
        return TERCATAT
    since = person.status_sejak
    if person.status == StatusOrang.MENINGGAL and (since is None or isian.tanggal > since):
        return f"meninggal sejak {format_tanggal(since)}" if since else "meninggal"
    if person.tanggal_lahir and isian.tanggal < person.tanggal_lahir:
        return f"lahir {format_tanggal(person.tanggal_lahir)}, sesudah tanggal layanan"
    return ""

"""Merging two persons that proved to be one, and parting them again; both stay in the history."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import require
from accounts.models import User
from pmks import dugaan_tersimpan, ringkasan
from pmks.actions import Ditolak
from pmks.models import BuktiLayanan, IdentitasLuar, Layanan, Orang, OrangKategori, Penggabungan
from pmks.riwayat import history_row
from pmks.wewenang import MAY_CHANGE

LAYANAN_SAMA = ("tanggal", "kode_sub_kegiatan", "jenis_layanan")


def merge(actor: User, utama_id: int, digabung_id: int, alasan: str, *, pintu: str) -> Penggabungan:
    """Move kinds, services and other numbers of ``digabung`` to ``utama``, whose own data stays as it is.

    Of rows both have (same year and kind; same service) the keeper's stays, the other one's is kept with the
    merge, so that nobody is counted twice. Raises ``Ditolak``, ``Orang.DoesNotExist``.
    """
    require(actor, MAY_CHANGE)
    if not alasan.strip():
        raise Ditolak({"alasan": "Tulis mengapa keduanya orang yang sama."})
    if utama_id == digabung_id:
        raise Ditolak({"": "Pilih dua orang yang berbeda."})
    with transaction.atomic():
        found = Orang.objects.for_user(actor).filter(pk__in=[utama_id, digabung_id]).values("pk")
        both = Orang.objects.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk").in_bulk()
        for pk in (utama_id, digabung_id):
            if pk not in both:
                raise Orang.DoesNotExist(f"Orang {pk}")
        keeper, other = both[utama_id], both[digabung_id]
        before_keeper, before_other = ringkasan.rows_of(keeper.pk), ringkasan.rows_of(other.pk)
        isi: dict[str, Any] = {
            "bukti": _move_files(keeper, other),
            "kategori": _move(OrangKategori, keeper, other, ("tahun", "kategori_id")),
            "layanan": _move(Layanan, keeper, other, LAYANAN_SAMA),
            "identitas": _move(IdentitasLuar, keeper, other, ("sumber", "nomor")),
        }
        Orang.objects.filter(pk=other.pk).update(digabung_ke=keeper, versi=other.versi + 1, diubah_pada=timezone.now())
        ringkasan.apply_delta(before_other, [])
        ringkasan.apply_delta(before_keeper, ringkasan.rows_of(keeper.pk))
        row = Penggabungan.objects.create(utama=keeper, digabung=other, isi=isi, alasan=alasan.strip(), oleh=actor)
        _record(keeper, other, "digabung", actor, pintu, alasan.strip())
        dugaan_tersimpan.refresh([keeper.pk, other.pk])
        return row


def _move_files(keeper: Orang, other: Orang) -> list[dict[str, Any]]:
    """Hang files of services that both have on the keeper's; which files, by the contents that tell the service."""
    mine = {_same(row): row for row in Layanan.objects.filter(orang=keeper)}
    moved = []
    for row in Layanan.objects.filter(orang=other).prefetch_related("berkas_bukti"):
        twin = mine.get(_same(row))
        files = [item.pk for item in row.berkas_bukti.all()]
        if twin is not None and files:
            BuktiLayanan.objects.filter(pk__in=files).update(layanan=twin)
            moved.append({"layanan": [_plain(value) for value in _same(row)], "berkas": files})
    return moved


def _files_back(other: Orang, moved: list[dict[str, Any]]) -> None:
    """Give files back to the services of ``other``, as far as they are still there."""
    again = {tuple(map(_plain, _same(row))): row for row in Layanan.objects.filter(orang=other)}
    for item in moved:
        BuktiLayanan.objects.filter(pk__in=item["berkas"]).update(layanan=again[tuple(item["layanan"])])


def _same(row: Layanan) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in LAYANAN_SAMA)


def _move(model: Any, keeper: Orang, other: Orang, same: tuple[str, ...]) -> dict[str, list[Any]]:
    """Move the rows of a table; ``pindah`` are the ids that moved, ``ganda`` the contents of those both had."""
    present = set(model.objects.filter(orang=keeper).values_list(*same))
    moving, double = [], []
    for row in model.objects.filter(orang=other).order_by("pk"):
        if tuple(getattr(row, name) for name in same) in present:
            double.append(row)
        else:
            moving.append(row.pk)
    model.objects.filter(pk__in=moving).update(orang=keeper)
    model.objects.filter(pk__in=[row.pk for row in double]).delete()
    names = [field.attname for field in model._meta.concrete_fields if field.name not in {"id", "orang"}]
    return {"pindah": moving, "ganda": [{name: _plain(getattr(row, name)) for name in names} for row in double]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _back(model: Any, keeper: Orang, other: Orang, isi: dict[str, list[Any]]) -> None:
    model.objects.filter(pk__in=isi["pindah"], orang=keeper).update(orang=other)
    model.objects.bulk_create([model(orang=other, **contents) for contents in isi["ganda"]])


def part(actor: User, penggabungan_id: int, alasan: str, *, pintu: str) -> None:
    """Undo a merge: what was moved goes back, as far as it is still there.

    Raises ``Ditolak``, ``Orang.DoesNotExist``, ``Penggabungan.DoesNotExist``.
    """
    require(actor, MAY_CHANGE)
    if not alasan.strip():
        raise Ditolak({"alasan": "Tulis mengapa penggabungan dibatalkan."})
    with transaction.atomic():
        row = Penggabungan.objects.select_for_update(of=("self",)).get(pk=penggabungan_id)
        if row.dibatalkan_pada:
            raise Ditolak({"": "Penggabungan ini sudah dibatalkan."})
        if Orang.objects.filter(pk=row.utama_id, digabung_ke__isnull=False).exists():
            raise Ditolak({"": "Orang utamanya sendiri sudah digabung; batalkan penggabungan yang lebih baru dahulu."})
        keeper = Orang.objects.for_user(actor).get(pk=row.utama_id)
        other = Orang.objects.select_for_update(of=("self",)).get(pk=row.digabung_id)
        taken = Orang.objects.filter(nik_hash=other.nik_hash, digabung_ke=None).exclude(pk=other.pk)
        if other.nik_hash and taken.exists():
            raise Ditolak({"": "NIK orang yang digabung kini dipakai orang lain; perbaiki NIK itu dahulu."})
        before = ringkasan.rows_of(keeper.pk)
        for model, name in ((OrangKategori, "kategori"), (Layanan, "layanan"), (IdentitasLuar, "identitas")):
            _back(model, keeper, other, row.isi[name])
        # Merges of before there were files have none to give back.
        _files_back(other, row.isi.get("bukti", []))
        Orang.objects.filter(pk=other.pk).update(digabung_ke=None, versi=other.versi + 1, diubah_pada=timezone.now())
        ringkasan.apply_delta(before, ringkasan.rows_of(keeper.pk))
        ringkasan.apply_delta([], ringkasan.rows_of(other.pk))
        row.dibatalkan_pada, row.dibatalkan_oleh, row.alasan_batal = timezone.now(), actor, alasan.strip()
        row.save()
        _record(keeper, other, "dipisah", actor, pintu, alasan.strip())
        dugaan_tersimpan.refresh([keeper.pk, other.pk])


def _record(keeper: Orang, other: Orang, what: str, actor: User, pintu: str, alasan: str) -> None:
    keeper.riwayat.bulk_create(
        [
            history_row(keeper.pk, what, None, f"Orang {other.pk}", actor=actor, pintu=pintu, alasan=alasan),
            history_row(other.pk, what, None, f"Orang {keeper.pk}", actor=actor, pintu=pintu, alasan=alasan),
        ]
    )

"""Evidence behind a realisasi: adding, replacing, taking away, listing, and whether files are still what they were.

A file lies in Django's default storage under a random name and is never changed or deleted there, so what a
database row names is always to be found, also after a restore. The row keeps the SHA-256 of what was uploaded;
a file that was exchanged in the storage therefore shows, and is not handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.jejak import record_changes, snapshot
from accounts.models import User
from indicators.actions import may_write
from indicators.models import Bukti, Indikator, Realisasi
from indicators.perhitungan import LOCKED
from indicators.row_record import check_year, find_row
from renstra.berkas import examine
from renstra.penyimpanan import Keutuhan, TidakTersimpan, read_intact, state_of, stored

# What the trail keeps of a new row, and of one that is taken away.
_NEW = ("indikator", "tahun", "triwulan", "nama", "tautan", "ukuran", "sha256", "keterangan", "menggantikan")
_GONE = ("dicabut_oleh", "dicabut_pada", "alasan_dicabut")


class BuktiDitolak(ValueError):
    """The evidence is not stored, or not changed; the message says why and what to do."""


class BuktiSama(BuktiDitolak):
    """The same file or link is there already, so there is nothing to store."""


@dataclass(frozen=True, slots=True)
class Baris:
    """The row evidence is added to: who owns it, which indicator keeps it, whether it may still change."""

    indikator: Indikator
    kunci: int
    tahun: int
    triwulan: int
    boleh: bool
    terkunci: bool
    diganti: bool


# --- reading -------------------------------------------------------------------------


def active() -> Q:
    """Condition for evidence that counts: neither taken away nor replaced."""
    return Q(dicabut_pada__isnull=True, digantikan_oleh__isnull=True)


def _period(tahun: int, triwulan: int) -> Q:
    """The year counts what its quarters brought; a quarter only its own."""
    return Q(tahun=tahun) if triwulan == 0 else Q(tahun=tahun, triwulan=triwulan)


def bukti_of(keys: Iterable[int], tahun: int, triwulan: int) -> dict[int, list[Bukti]]:
    """Evidence that counts for each of ``keys`` (``Indikator.kunci_realisasi``) in that year or quarter, in one query.

    ``triwulan`` 0 is the year with its quarters. Keys without evidence have an empty list.
    """
    found: dict[int, list[Bukti]] = {key: [] for key in keys}
    rows = Bukti.objects.filter(active(), _period(tahun, triwulan), indikator__in=list(found))
    for row in rows.select_related("oleh"):
        found[row.indikator_id].append(row)
    return found


def count_bukti(keys: Iterable[int], tahun: int, triwulan: int) -> dict[int, int]:
    """How many pieces of evidence count for each key that has some; the same rule as ``bukti_of``."""
    rows = Bukti.objects.filter(active(), _period(tahun, triwulan), indikator__in=list(keys))
    return dict(rows.order_by().values_list("indikator").annotate(n=Count("pk")))


def jumlah_bukti(tahun: int, triwulan: int) -> Coalesce:
    """Expression for the number of pieces that count for a row annotated with its ``kunci``; the same rule."""
    own = Bukti.objects.filter(active(), _period(tahun, triwulan), indikator=OuterRef("kunci"))
    return Coalesce(Subquery(own.order_by().values("indikator").annotate(n=Count("pk")).values("n")), 0)


def missing_bukti(rows: Iterable[Indikator], tahun: int, triwulan: int) -> list[Indikator]:
    """Those of ``rows`` that ask for evidence (``wajib_bukti``) and have none in that year or quarter.

    Costs one query, none where nothing is asked for. Whoever submits rows asks this first.
    """
    asked = [row for row in rows if row.wajib_bukti]
    if not asked:
        return []
    there = count_bukti((row.kunci_realisasi for row in asked), tahun, triwulan)
    return [row for row in asked if row.kunci_realisasi not in there]


def history_of(key: int, tahun: int) -> QuerySet[Bukti]:
    """All evidence of a row in a year, also what was replaced or taken away, oldest first."""
    return Bukti.objects.filter(indikator=key, tahun=tahun).select_related(
        "oleh", "dicabut_oleh", "digantikan_oleh__oleh", "menggantikan"
    )


def read_file(bukti: Bukti) -> bytes:
    """The file as it was uploaded; raises ``BerkasTidakUtuh`` when the storage has none or another one."""
    return read_intact(str(bukti.berkas.name), bukti.ukuran or 0, bukti.sha256)


def verify_file(bukti: Bukti) -> Keutuhan | None:
    """Whether the stored file is still the one that was uploaded; None for a link."""
    return state_of(str(bukti.berkas.name), bukti.ukuran or 0, bukti.sha256) if bukti.berkas else None


def verify_all(rows: Iterable[Bukti]) -> Iterator[tuple[Bukti, Keutuhan]]:
    """The files among ``rows`` that are not intact, one by one."""
    for row in rows:
        keadaan = verify_file(row)
        if keadaan not in (None, Keutuhan.UTUH):
            yield row, keadaan


# --- writing -------------------------------------------------------------------------


def find_baris(actor: User, indikator: int, tahun: int, triwulan: int) -> Baris:
    """The row with what this person may do; raises ``Indikator.DoesNotExist``."""
    record = find_row(indikator, tahun)
    return Baris(
        indikator=record.indikator,
        kunci=record.indikator.kunci_realisasi,
        tahun=tahun,
        triwulan=triwulan,
        boleh=may_write(actor, record.unit),
        terkunci=_locked(record.indikator.kunci_realisasi, tahun, triwulan).exists(),
        diganti=record.diganti,
    )


def add_file(
    actor: User,
    indikator: int,
    tahun: int,
    triwulan: int,
    berkas: BinaryIO,
    nama: str,
    keterangan: str,
    *,
    pintu: str,
    menggantikan: int | None = None,
) -> Bukti:
    """Store one file as evidence of the row, in place of an older one when ``menggantikan`` names it.

    Raises ``BerkasDitolak`` (type, size), ``BuktiDitolak``, ``PermissionDenied``, ``Indikator.DoesNotExist``,
    ``YearOutsidePlan``. Nothing is left in the storage then.
    """
    keterangan = _caption(keterangan)
    baris = _writable(actor, indikator, tahun, triwulan)
    found = examine(berkas, nama, batas=settings.BUKTI_MAX_BYTES)
    _refuse_same(baris, sha256=found.sha256)
    try:
        # Before the transaction: SQLite has one writer, and a store across the network may take its time.
        with stored(berkas, found, f"bukti/{tahun}") as name, transaction.atomic():
            return _insert(
                actor,
                indikator,
                baris,
                Bukti(
                    berkas=name,
                    nama=found.nama,
                    tipe=found.jenis.tipe,
                    ukuran=found.ukuran,
                    sha256=found.sha256,
                    keterangan=keterangan,
                ),
                pintu,
                menggantikan,
            )
    except TidakTersimpan as error:
        raise BuktiDitolak(str(error)) from None


def add_link(
    actor: User,
    indikator: int,
    tahun: int,
    triwulan: int,
    tautan: str,
    keterangan: str,
    *,
    pintu: str,
    menggantikan: int | None = None,
) -> Bukti:
    """Store a link as evidence of the row; raises as ``add_file``."""
    keterangan, tautan = _caption(keterangan), tautan.strip()
    try:
        URLValidator(schemes=["http", "https"])(tautan)
    except ValidationError:
        raise BuktiDitolak("Tautan harus alamat lengkap, misalnya https://drive.example.go.id/laporan.") from None
    if len(tautan) > 500:
        raise BuktiDitolak(f"Tautan terlalu panjang ({len(tautan)} huruf, paling banyak 500).")
    with transaction.atomic():
        baris = _writable(actor, indikator, tahun, triwulan)
        return _insert(actor, indikator, baris, Bukti(tautan=tautan, keterangan=keterangan), pintu, menggantikan)


def take_away(actor: User, indikator: int, tahun: int, bukti: int, alasan: str, *, pintu: str) -> Bukti:
    """Let evidence count no longer; row and file stay, with who, when and why.

    Raises ``BuktiDitolak``, ``PermissionDenied``, ``Bukti.DoesNotExist``, ``Indikator.DoesNotExist``.
    """
    alasan = " ".join(alasan.split())
    if not alasan:
        raise BuktiDitolak("Tulis mengapa bukti ini dicabut; alasannya tersimpan bersama buktinya.")
    if len(alasan) > 300:
        raise BuktiDitolak(f"Alasan terlalu panjang ({len(alasan)} huruf, paling banyak 300).")
    with transaction.atomic():
        row = Bukti.objects.get(pk=bukti, tahun=tahun)
        baris = _writable(actor, indikator, tahun, row.triwulan)
        _hold(baris)
        row = _current(baris, bukti)
        before = snapshot(row, _GONE)
        row.dicabut_oleh, row.dicabut_pada, row.alasan_dicabut = actor, timezone.now(), alasan
        row.save(update_fields=_GONE)
        record_changes(row, before, actor=actor, pintu=pintu, alasan=alasan, after=snapshot(row, _GONE))
    return row


def _caption(keterangan: str) -> str:
    text = " ".join(keterangan.split())
    if not text:
        raise BuktiDitolak("Tulis keterangannya: apa yang dibuktikan, misalnya Daftar hadir bimbingan, 12 Mei.")
    if len(text) > 300:
        raise BuktiDitolak(f"Keterangan terlalu panjang ({len(text)} huruf, paling banyak 300).")
    return text


def _writable(actor: User, indikator: int, tahun: int, triwulan: int) -> Baris:
    """The row, when this person may change its evidence now."""
    if triwulan not in range(5):
        raise BuktiDitolak("Triwulan antara 1 dan 4, atau 0 untuk setahun.")
    baris = find_baris(actor, indikator, tahun, triwulan)
    if not baris.boleh:
        raise PermissionDenied("Bukti hanya ditambah atau dicabut oleh staf unit pemilik baris.")
    check_year(baris.indikator.renstra, tahun, diganti=baris.diganti)
    _refuse_locked(baris.terkunci)
    return baris


def _refuse_locked(terkunci: bool) -> None:
    if terkunci:
        raise BuktiDitolak(
            "Baris ini sudah diverifikasi atau disetujui, jadi buktinya tidak berubah lagi. "
            "Mintalah verifikator membuka kunci baris ini."
        )


def _locked(kunci: int, tahun: int, triwulan: int) -> QuerySet[Realisasi]:
    """The row's own realisasi, or the year's, where it was verified or approved."""
    return Realisasi.objects.filter(indikator=kunci, tahun=tahun, triwulan__in={0, triwulan}, status__in=LOCKED)


def _hold(baris: Baris) -> None:
    """Let one change of a row's evidence after the other through, and none beside a verification."""
    Indikator.objects.select_for_update(no_key=True).order_by().get(pk=baris.kunci)
    held = (
        Realisasi.objects.select_for_update(no_key=True)
        .order_by()
        .filter(indikator=baris.kunci, tahun=baris.tahun, triwulan__in={0, baris.triwulan})
    )
    _refuse_locked(any(row.status in LOCKED for row in held))


def _current(baris: Baris, bukti: int) -> Bukti:
    row = Bukti.objects.select_related("digantikan_oleh").get(pk=bukti, indikator=baris.kunci, tahun=baris.tahun)
    if row.dicabut_pada is not None:
        raise BuktiDitolak("Bukti itu sudah dicabut; muat ulang halaman untuk melihat keadaannya.")
    if hasattr(row, "digantikan_oleh"):
        raise BuktiDitolak("Bukti itu sudah diganti; muat ulang halaman untuk melihat keadaannya.")
    return row


def _refuse_same(baris: Baris, **what: Any) -> None:
    rows = Bukti.objects.filter(
        active(), indikator=baris.kunci, tahun=baris.tahun, triwulan=baris.triwulan, **what
    ).select_related("oleh")
    if (same := rows.first()) is not None:
        raise BuktiSama(
            f"{same.nama or same.tautan} sudah ada sebagai “{same.keterangan}” (oleh {same.oleh}); "
            "tidak disimpan dua kali."
        )


def _insert(actor: User, indikator: int, baris: Baris, row: Bukti, pintu: str, menggantikan: int | None) -> Bukti:
    """Write the new row; call it in a transaction."""
    _hold(baris)
    _refuse_same(baris, **({"sha256": row.sha256} if row.berkas else {"tautan": row.tautan}))
    if menggantikan is not None:
        row.menggantikan = _current(baris, menggantikan)
    row.indikator_id, row.tahun, row.triwulan = baris.kunci, baris.tahun, baris.triwulan
    row.oleh, row.pada = actor, timezone.now()
    row.save(force_insert=True)
    record_changes(row, snapshot(Bukti(), _NEW), actor=actor, pintu=pintu, after=snapshot(row, _NEW))
    return row

"""Files behind a service: adding, opening, taking away, and removing them for good.

They show poor, ill or abused people, so nothing of them outlives its purpose: what is taken away, and everything of
a person whose identity is erased, leaves the storage in the same transaction. The deletion comes last in it: where the
storage refuses, nothing has changed and the person can try again; a file is never left behind without a row.

A file lies in the storage encrypted (AES-GCM) under a key of its own, which the row keeps encrypted under the first of
``PII_KEYS``: whoever has the folder or the bucket alone sees nothing, a new key rewrites rows and no file, and a file
whose row is gone can be read by nobody.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from os import urandom
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.access import require
from accounts.models import User
from pmks import kripto
from pmks.akses import Jenis, record_access
from pmks.models import BuktiLayanan, Layanan, Orang
from pmks.riwayat import history_row
from pmks.wewenang import MAY_CHANGE, MAY_SEE, cakupan
from renstra.berkas import examine, size_words
from renstra.penyimpanan import Keutuhan, TidakTersimpan, read_intact, state_of, stored

FOLDER, AKHIRAN = "bukti-layanan", ".sandi"
KOLOM = "bukti layanan"
# A service has a photograph and a letter or two; a hundred files are a slip.
PALING_BANYAK = 20

# Sixteen digits, also in groups; the first twelve of them.
_NUMBER = re.compile(r"(?<!\d)(?:\d[ .-]?){12}(?=(?:\d[ .-]?){3}\d(?!\d))")

_NONCE = 12
_SEALED_AS = "bukti"

Berkas = tuple[BinaryIO, str]


class BuktiDitolak(ValueError):
    """The files are not stored, or not removed; the message says why and what to do."""


def bukti_of(services: Collection[Layanan]) -> dict[int, list[BuktiLayanan]]:
    """Files of services that the reader sees, by id of the service: one query, none without services."""
    found: dict[int, list[BuktiLayanan]] = {row.pk: [] for row in services}
    if found:
        for row in BuktiLayanan.objects.filter(layanan__in=list(found)).select_related("oleh"):
            found[row.layanan_id].append(row)
    return found


def may_remove(actor: User, row: BuktiLayanan, layanan: Layanan) -> bool:
    """Whoever uploaded it, and staff of the unit that gave the service; anybody who may change, where no unit is."""
    if not MAY_CHANGE.admits(actor):
        return False
    return layanan.unit_id is None or layanan.unit_id in cakupan(actor).unit or row.oleh_id == actor.pk


def open_bukti(actor: User, layanan_id: int, bukti_id: int, *, pintu: str) -> tuple[BuktiLayanan, bytes]:
    """A file with its content, recorded before it is read.

    Raises ``BuktiLayanan.DoesNotExist`` (also for a service that ``actor`` may not see), ``BerkasTidakUtuh`` and
    ``KunciError``.
    """
    require(actor, MAY_SEE)
    visible = Layanan.objects.for_user(actor).filter(pk=layanan_id)
    row = BuktiLayanan.objects.select_related("layanan__orang").get(pk=bukti_id, layanan__in=visible.values("pk"))
    with transaction.atomic():
        record_access(
            actor,
            Jenis.BUKTI,
            pintu=pintu,
            orang=row.layanan.orang,
            rincian=f"bukti {row.pk}, layanan {row.layanan.tanggal:%Y-%m-%d}",
        )
    return row, read_intact(str(row.berkas.name), row.ukuran, row.sha256, opener(row))


def state(row: BuktiLayanan) -> Keutuhan:
    """Whether the stored file is still the one that was uploaded; raises ``KunciError``."""
    return state_of(str(row.berkas.name), row.ukuran, row.sha256, opener(row))


# Sealing ---------------------------------------------------------------------------------------------------------


def opener(row: BuktiLayanan) -> Callable[[bytes], bytes]:
    """What opens the stored file of a row; raises ``KunciError`` where its key is lost."""
    cipher = AESGCM(a2b_base64(kripto.decrypt(row.kunci_sandi, _SEALED_AS)))

    def opened(content: bytes) -> bytes:
        try:
            return cipher.decrypt(content[:_NONCE], content[_NONCE:], None)
        except InvalidTag:
            raise ValueError("bukan berkas yang disegel dengan kunci ini") from None

    return opened


def _sealed(content: bytes) -> tuple[BytesIO, str]:
    """A file encrypted under a new key, and that key as the row keeps it."""
    key, nonce = AESGCM.generate_key(256), urandom(_NONCE)
    kept = kripto.encrypt(b2a_base64(key, newline=False).decode(), _SEALED_AS)
    return BytesIO(nonce + AESGCM(key).encrypt(nonce, content, None)), kept


def rotate_keys() -> int:
    """Encrypt the keys of files under the first of ``PII_KEYS``; how many. May be interrupted.

    Raises ``KunciError``.
    """
    current, done = kripto.keys()[0].id, 0
    waiting = BuktiLayanan.objects.exclude(kunci_sandi__startswith=f"{current}.").order_by("pk")
    for row in waiting.only("kunci_sandi").iterator(chunk_size=500):
        sealed = kripto.encrypt(kripto.decrypt(row.kunci_sandi, _SEALED_AS), _SEALED_AS)
        # Only where it is still the key that was read: the file may have been removed meanwhile.
        done += BuktiLayanan.objects.filter(pk=row.pk, kunci_sandi=row.kunci_sandi).update(kunci_sandi=sealed)
    return done


# Writing ---------------------------------------------------------------------------------------------------------


@contextmanager
def prepared(files: Sequence[Berkas], tahun: int, keterangan: str = "") -> Iterator[list[BuktiLayanan]]:
    """Files checked and put into the storage, as rows not saved yet; what does not get that far is taken out again.

    Before the transaction: SQLite has one writer, and a store across the network may take its time.
    Raises ``BerkasDitolak`` (type, size), ``BuktiDitolak``, ``KunciError``.
    """
    keterangan = without_numbers(" ".join(keterangan.split()))
    if len(keterangan) > 300:
        raise BuktiDitolak(f"Keterangan terlalu panjang ({len(keterangan)} huruf, paling banyak 300).")
    checked = [(file, examine(file, nama, batas=settings.BUKTI_MAX_BYTES)) for file, nama in files]
    try:
        with ExitStack() as stack:
            rows = []
            for file, found in {found.sha256: (file, found) for file, found in checked}.values():
                content, key = _sealed(file.read())
                name = stack.enter_context(stored(content, found, f"{FOLDER}/{tahun}", AKHIRAN))
                rows.append(
                    BuktiLayanan(
                        berkas=name,
                        kunci_sandi=key,
                        nama=without_numbers(found.nama),
                        tipe=found.jenis.tipe,
                        ukuran=found.ukuran,
                        sha256=found.sha256,
                        keterangan=keterangan,
                    )
                )
            yield rows
    except TidakTersimpan as error:
        raise BuktiDitolak(str(error)) from None


def attach(actor: User, layanan: Layanan, rows: Iterable[BuktiLayanan], *, pintu: str) -> None:
    """Save prepared rows as evidence of a service, in the caller's transaction.

    Raises ``BuktiDitolak``: the same file is there already, or there are too many.
    """
    rows = list(rows)
    if not rows:
        return
    # One change of a person's evidence after the other: a double click finds its file already there.
    Orang.objects.select_for_update(of=("self",)).order_by().get(pk=layanan.orang_id)
    there = dict(BuktiLayanan.objects.filter(layanan=layanan).values_list("sha256", "nama"))
    record = []
    for row in rows:
        if row.sha256 in there:
            raise BuktiDitolak(f"{row.nama} sudah ada sebagai {there[row.sha256]}; tidak disimpan dua kali.")
        if len(there) >= PALING_BANYAK:
            raise BuktiDitolak(f"Paling banyak {PALING_BANYAK} berkas satu layanan.")
        row.layanan, row.oleh = layanan, actor
        row.save(force_insert=True)
        there[row.sha256] = row.nama
        record.append(history_row(layanan.orang_id, KOLOM, None, words(row, layanan), actor=actor, pintu=pintu))
    layanan.orang.riwayat.bulk_create(record)


def add_bukti(
    actor: User, layanan_id: int, files: Sequence[Berkas], keterangan: str = "", *, pintu: str
) -> list[BuktiLayanan]:
    """Store files as evidence of a service: all of them, or none.

    Raises ``BerkasDitolak``, ``BuktiDitolak``, ``PermissionDenied``, ``Layanan.DoesNotExist``.
    """
    require(actor, MAY_CHANGE)
    tahun = Layanan.objects.for_user(actor).values_list("tahun", flat=True).get(pk=layanan_id)
    with prepared(files, tahun, keterangan) as rows, transaction.atomic():
        # Looked at again: the service may have been taken out while the files went into the storage.
        layanan = Layanan.objects.for_user(actor).select_related("orang").get(pk=layanan_id)
        attach(actor, layanan, rows, pintu=pintu)
    return rows


def remove_bukti(actor: User, layanan_id: int, bukti_id: int, alasan: str, *, pintu: str) -> str:
    """Take a file away for good, with a reason that stays in the history; its name.

    Raises ``BuktiDitolak``, ``PermissionDenied``, ``BuktiLayanan.DoesNotExist``.
    """
    require(actor, MAY_CHANGE)
    alasan = " ".join(alasan.split())
    if not alasan:
        raise BuktiDitolak("Tulis mengapa bukti ini dihapus.")
    with transaction.atomic():
        visible = Layanan.objects.for_user(actor).filter(pk=layanan_id)
        row = BuktiLayanan.objects.select_related("layanan__orang").get(pk=bukti_id, layanan__in=visible.values("pk"))
        if not may_remove(actor, row, row.layanan):
            raise PermissionDenied("Bukti layanan hanya dihapus oleh pengunggahnya atau unit yang memberi layanan.")
        delete_files(remove_rows(actor, row.layanan, [row], alasan, pintu=pintu))
    return row.nama


def remove_rows(actor: User, layanan: Layanan, rows: Sequence[BuktiLayanan], alasan: str, *, pintu: str) -> list[str]:
    """Take rows of a service away, which the history keeps; the names of their files, for ``delete_files``."""
    layanan.orang.riwayat.bulk_create(
        [
            history_row(layanan.orang_id, KOLOM, words(row, layanan), None, actor=actor, pintu=pintu, alasan=alasan)
            for row in rows
        ]
    )
    return _drop(rows)


def drop_of(people: Collection[int]) -> list[str]:
    """Take the rows of all files of these people away; the names of the files, for ``delete_files``."""
    return _drop(list(BuktiLayanan.objects.filter(layanan__orang__in=people)))


def _drop(rows: Sequence[BuktiLayanan]) -> list[str]:
    BuktiLayanan.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [str(row.berkas.name) for row in rows]


def delete_files(names: Iterable[str]) -> None:
    """Remove files from the storage: the last step of the caller's transaction; raises ``BuktiDitolak``."""
    for name in names:
        try:
            default_storage.delete(name)
        except FileNotFoundError:
            continue
        except OSError:
            raise BuktiDitolak(
                "Berkas bukti tidak terhapus: tempat penyimpanan tidak menjawab. Tidak ada yang berubah; coba lagi "
                "nanti, dan bila tetap begitu beri tahu Administrator."
            ) from None


def without_numbers(text: str) -> str:
    """A file name or caption without the NIK or No KK people put there: the last four digits stay."""
    return _NUMBER.sub("xxxxxxxxxxxx", text)


def words(row: BuktiLayanan, layanan: Layanan) -> str:
    """A file as the history names it."""
    about = f" · {row.keterangan}" if row.keterangan else ""
    return f"{layanan.tanggal:%Y-%m-%d} · {layanan.jenis_layanan} · {row.nama} ({size_words(row.ukuran)}){about}"


def clean_left(older: timedelta = timedelta(days=1)) -> int:
    """Remove files that no row names: left by a process that was killed between file and row; how many.

    Only those older than a day, so that an upload going on is left alone.
    """
    limit, gone = timezone.now() - older, 0
    used = set(BuktiLayanan.objects.order_by().values_list("berkas", flat=True).iterator())
    for name in _names(FOLDER):
        if name not in used and _age(name) < limit:
            default_storage.delete(name)
            gone += 1
    return gone


def _names(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files if name)
    for name in folders:
        yield from _names(f"{folder}/{name}")


def _age(name: str) -> datetime:
    found: Any = default_storage.get_modified_time(name)
    return found

"""Running an import: chunk by chunk, each with its progress in one transaction.

A run that is killed leaves the chunks it stored and nothing of the next one. Whoever runs the job again goes on
behind them: the file is read from its start, and rows already stored only tell which line named a person first.
Only one process works on a job (``pemegang``); another one takes it over when that process is gone.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import Jejak, User
from pmks import dugaan_tersimpan, kripto, ringkasan
from pmks.impor import brankas
from pmks.impor.baris import BarisDitolak, PembacaLayanan, PembacaPMKS
from pmks.impor.berkas import MAX_COLUMNS, MAX_ROWS, Bentuk, BerkasDitolak, detect, open_rows
from pmks.impor.ditolak import BerkasDitolakPenulis, refused_path
from pmks.impor.kolom import exact, headings, ignored, known_headings, places
from pmks.impor.sebab import BarisSebab, Keluhan, Rekap, copy, count, ranked
from pmks.impor.simpan import BARU, BERUBAH, DITOLAK, SAMA, Akibat, Bergeser, PenyimpanLayanan, PenyimpanPMKS
from pmks.models import PekerjaanImpor
from pmks.nik import mask_numbers
from pmks.wewenang import MAY_CHANGE, cakupan

Status = PekerjaanImpor.Status
# Codes as people write them: canonical code and id of the unit.
Kode = Mapping[str, tuple[str, int | None]]
BATAS_DENYUT = timedelta(minutes=5)
CONTOH_TIAP_SEBAB = 5
PANJANG_PESAN = 300
# Key of the advisory lock that imports on PostgreSQL share, and that one of them takes alone after a conflict.
ANTREAN_IMPOR = 0x504D4B53
POTONGAN = {"sqlite": 10_000, "postgresql": 20_000}
TRIES = 5


class ImporDitolak(Exception):
    """The import cannot run; the message is for the person."""


class SedangBerjalan(ImporDitolak):
    """Another process is working on the job."""


@dataclass(slots=True)
class Hasil:
    """What rows became.

    ``sebab`` counts refusals and warnings by cause, each row once a cause; ``contoh`` are the first rows of each
    cause as ``{"baris", "apa", "pesan"}``. Both are bounded by the number of causes.
    """

    baru: int = 0
    berubah: int = 0
    sama: int = 0
    ditolak: int = 0
    peringatan: int = 0
    sebab: dict[str, Rekap] = field(default_factory=dict)
    contoh: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, job: PekerjaanImpor) -> Hasil:
        """What a job has come to so far, to go on counting."""
        return cls(job.baru, job.berubah, job.sama, job.ditolak, job.peringatan, copy(job.sebab), list(job.contoh))

    @property
    def menurut_sebab(self) -> list[BarisSebab]:
        """Causes with their counts, the biggest first."""
        return ranked(self.sebab)

    @property
    def dibaca(self) -> int:
        """Rows that held anything."""
        return self.baru + self.berubah + self.sama + self.ditolak

    def add(self, effect: Akibat) -> None:
        """Count one row."""
        if effect.apa == BARU:
            self.baru += 1
        elif effect.apa == BERUBAH:
            self.berubah += 1
        elif effect.apa == SAMA:
            self.sama += 1
        else:
            self.ditolak += 1
            self._note(effect.nomor, "ditolak", effect.keluhan, effect.alasan)
        for item in effect.peringatan:
            self.peringatan += 1
            self._note(effect.nomor, "peringatan", (item,), item.pesan)

    def take(self, other: Hasil) -> None:
        """Become the same as another one."""
        for item in fields(self):
            setattr(self, item.name, getattr(other, item.name))

    def _note(self, nomor: int, apa: str, keluhan: Sequence[Keluhan], pesan: str) -> None:
        count(self.sebab, nomor, keluhan)
        if any(self.sebab[item.sebab]["jumlah"] <= CONTOH_TIAP_SEBAB for item in keluhan):
            self.contoh.append({"baris": nomor, "apa": apa, "pesan": pesan[:PANJANG_PESAN]})


@dataclass(frozen=True, slots=True)
class _Potongan:
    """Rows of a file that are stored together: how far the file is read, the good ones, and the refused."""

    sampai: int
    baik: list[Any]
    ditolak: dict[int, tuple[list[str], tuple[Keluhan, ...]]]
    mentah: dict[int, list[str]]


class _File:
    """A file of one kind, open and understood: headings, places, reader."""

    def __init__(self, jenis: str, tahun: int, bentuk: Bentuk, rows: Iterator[list[str]], kira: int) -> None:
        self.jenis, self.tahun, self.bentuk, self.rows, self.kira = jenis, tahun, bentuk, rows, kira
        self.judul = headings(next(rows, []))
        if len(self.judul) > MAX_COLUMNS:
            raise BerkasDitolak(f"Berkas punya {len(self.judul)} kolom; paling banyak {MAX_COLUMNS}.")
        while self.judul and not self.judul[-1]:
            self.judul.pop()

    def reader(self, pemetaan: Mapping[str, str], pelaku: User | None, kode: Kode) -> Any:
        found = places(self.jenis, self.judul, pemetaan)
        allowed = cakupan(pelaku).kategori if pelaku else None
        today = timezone.localdate()
        if self.jenis == PekerjaanImpor.Jenis.PMKS:
            return PembacaPMKS(found, len(self.judul), today, allowed)
        return PembacaLayanan(found, len(self.judul), today, allowed, self.tahun, kode)

    def chunks(self, reader: Any, size: int) -> Iterator[_Potongan]:
        """The rows, read and checked; row 1 is the heading."""
        at = 0
        while rows := list(islice(self.rows, size)):
            good, refused, raw = [], {}, {}
            for row in rows:
                at += 1
                if not any(cell and not cell.isspace() for cell in row):
                    continue
                try:
                    good.append(reader.read(row, at + 1))
                    raw[at + 1] = row
                except BarisDitolak as error:
                    refused[at + 1] = (row, error.keluhan)
            if at > MAX_ROWS:
                raise BerkasDitolak(
                    f"Berkas punya lebih dari {MAX_ROWS:_} baris; bagi menjadi beberapa berkas.".replace("_", ".")
                )
            yield _Potongan(at, good, refused, raw)


@contextmanager
def _open(jenis: str, tahun: int, path: Path) -> Iterator[_File]:
    bentuk = detect(path, known_headings(jenis))
    with open_rows(path, bentuk) as isi:
        yield _File(jenis, tahun, bentuk, isi.baris, isi.kira)


def _keeper(jenis: str, tahun: int, pelaku: User | None, pintu: str, impor: int | None = None) -> Any:
    kind = PenyimpanPMKS if jenis == PekerjaanImpor.Jenis.PMKS else PenyimpanLayanan
    return kind(tahun, pelaku, pintu, impor)


# Looking without storing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pratinjau:
    """The beginning of a file: how it was read, its headings, first rows as they are, and what would become of them."""

    bentuk: str
    judul: list[str]
    baris: list[list[str]]
    kira: int
    pemetaan: dict[str, str]
    diabaikan: list[str]
    hasil: Hasil | None
    galat: str = ""


def preview(
    jenis: str, tahun: int, path: Path, pelaku: User | None, kode: Kode, pemetaan: Mapping[str, str], *, rows: int = 200
) -> Pratinjau:
    """The first rows, tried and taken back again; ``galat`` says why the mapping does not do yet.

    Raises ``BerkasDitolak`` when the file itself cannot be read.
    """
    with _open(jenis, tahun, path) as file:
        mapped = {text: name for text, name in pemetaan.items() if text in file.judul and name}
        first = list(islice(file.rows, rows))
        names = ignored(file.judul, mapped)
        shown = (file.bentuk.kata, file.judul, first[:10], file.kira, mapped, names)
        if not first:
            return Pratinjau(*shown, None, "Berkas ini hanya berisi judul kolom; isi barisnya, lalu unggah lagi.")
        file.rows = iter(first)
        try:
            reader = file.reader(mapped, pelaku, kode)
        except BerkasDitolak as error:
            return Pratinjau(*shown, None, str(error))
        result = _try_rows(file, reader, _keeper(jenis, tahun, pelaku, "peramban"), rows)
        return Pratinjau(*shown, result)


def dry_run(jenis: str, tahun: int, path: Path, pelaku: User | None, kode: Kode) -> tuple[Hasil, list[str]]:
    """What an import would do, and the headings it would not read; nothing is stored. Raises ``BerkasDitolak``."""
    with _open(jenis, tahun, path) as file:
        mapping = exact(jenis, file.judul)
        reader = file.reader(mapping, pelaku, kode)
        keeper = _keeper(jenis, tahun, pelaku, "perintah")
        result = _try_rows(file, reader, keeper, POTONGAN[connection.vendor])
        return result, ignored(file.judul, mapping)


def _try_rows(file: _File, reader: Any, keeper: Any, size: int) -> Hasil:
    result = Hasil()
    new: set[int] = set()
    for chunk in file.chunks(reader, size):
        with transaction.atomic():
            effects = keeper.store(chunk.baik)
            transaction.set_rollback(True)
        for row, effect in zip(chunk.baik, effects, strict=True):
            if effect.apa != BARU:
                continue
            # What an earlier chunk would have stored is not new any more.
            key = hash((row.kunci, row.kategori) if hasattr(row, "kunci") else _service_key(row))
            if key in new:
                effect.apa = SAMA
            new.add(key)
        for effect in _in_order(chunk, effects):
            result.add(effect)
    return result


def _service_key(row: Any) -> tuple[Any, ...]:
    return (row.nik_hash, row.orang, row.tanggal, row.kode, row.jenis_layanan)


def _in_order(chunk: _Potongan, effects: list[Akibat]) -> list[Akibat]:
    every = [*effects, *(Akibat(nomor, DITOLAK, reasons) for nomor, (_, reasons) in chunk.ditolak.items())]
    return sorted(every, key=lambda effect: effect.nomor)


# Jobs ----------------------------------------------------------------------------------------------------------------


def file_hash(path: Path) -> str:
    """What stands for the bytes of a file.

    A keyed hash: from a plain one of a file of few rows, the digits of a NIK that are missing beside the name
    and the birth date in the database could be tried out.
    """
    found = blake2b(digest_size=32, key=kripto.keys()[0].hash, person=b"berkas")
    try:
        with brankas.open_read(path) as file:
            while block := file.read(1 << 20):
                found.update(block)
    except OSError as error:
        raise BerkasDitolak(f"Berkas tidak dapat dibaca ({error.strerror}).") from None
    return found.hexdigest()


def start_job(jenis: str, tahun: int, path: Path, pelaku: User | None) -> PekerjaanImpor:
    """The job of a file given to a command: the one that was interrupted on this very file, else a new one."""
    check_actor(pelaku)
    digest = file_hash(path)
    with transaction.atomic():
        # Two who begin the same file in one moment get the same job; otherwise both would write its refused rows.
        _in_line(alone=True)
        found = PekerjaanImpor.objects.filter(
            jenis=jenis,
            tahun=tahun,
            sidik=digest,
            berkas=str(path.resolve()),
            status__in=[Status.MENUNGGU, Status.BERJALAN, Status.GAGAL],
        ).first()
        if found is not None:
            return found
        return PekerjaanImpor.objects.create(
            jenis=jenis,
            tahun=tahun,
            status=Status.MENUNGGU,
            nama_berkas=mask_numbers(path.name)[:200],
            berkas=str(path.resolve()),
            ukuran=path.stat().st_size,
            sidik=digest,
            berkas_ditolak=str(refused_path(path.resolve())),
            pelaku=pelaku,
            pintu=Jejak.Pintu.PERINTAH,
        )


def check_actor(pelaku: User | None) -> None:
    """Raise ``ImporDitolak`` unless this person may import; None is whoever keeps the server."""
    if pelaku is None:
        return
    if not MAY_CHANGE.admits(pelaku) or not cakupan(pelaku):
        raise ImporDitolak(
            f"{pelaku.username} tidak berhak mengimpor data PMKS; pakai akun staf unit yang melayaninya."
        )


def path_of(job: PekerjaanImpor) -> Path:
    """Where the file of a job is; one uploaded on a page is named below MEDIA_ROOT."""
    return Path(settings.MEDIA_ROOT, job.berkas)


def refused_path_of(job: PekerjaanImpor) -> Path:
    """Where the refused rows of a job are."""
    return Path(settings.MEDIA_ROOT, job.berkas_ditolak)


def run(
    job_id: int, kode: Kode, *, pintu: str, on_chunk: Callable[[PekerjaanImpor], None] | None = None
) -> PekerjaanImpor:
    """Do a job, or the rest of it, and return it as it ended (finished, cancelled or failed).

    Raises ``SedangBerjalan`` when another process has it. ``BerkasDitolak`` ends the job as failed with its message.
    """
    job = _take(job_id)
    if connection.vendor == "sqlite":
        # Numbers arrive in random order, so every page of their index is touched by every chunk: keep them in memory.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -131072")
    try:
        with _open(job.jenis, job.tahun, path_of(job)) as file:
            _work(job, file, kode, pintu, on_chunk)
    except (BerkasDitolak, ImporDitolak, kripto.KunciError) as error:
        if isinstance(error, SedangBerjalan):
            raise
        _end(job, Status.GAGAL, str(error))
    except Exception:
        _end(job, Status.GAGAL, "Impor terhenti karena kesalahan sistem; baris yang sudah masuk tetap, lanjutkan lagi.")
        raise
    return job


def _work(
    job: PekerjaanImpor, file: _File, kode: Kode, pintu: str, on_chunk: Callable[[PekerjaanImpor], None] | None
) -> None:
    mapping = job.pemetaan or exact(job.jenis, file.judul)
    reader = file.reader(mapping, job.pelaku, kode)
    keeper = _keeper(job.jenis, job.tahun, job.pelaku, pintu, job.pk)
    refused = BerkasDitolakPenulis(refused_path_of(job), file.judul, file.bentuk.pemisah, job.ditolak_bita)
    result = Hasil.of(job)
    job.baris_total = file.kira
    job.pesan = _message_of(ignored(file.judul, mapping))
    done = job.baris_selesai
    for chunk in _ahead(file.chunks(reader, POTONGAN[connection.vendor])):
        if chunk.sampai <= done:
            keeper.remember(chunk.baik)
            continue
        if done:
            chunk, done = _rest_of(chunk, done, keeper), 0
        _store(job, keeper, chunk, result, refused)
        if on_chunk:
            on_chunk(job)
        if job.batal_diminta:
            _end(job, Status.DIBATALKAN, "Dihentikan; baris yang sudah masuk tetap tersimpan.")
            return
    _end(job, Status.SELESAI, job.pesan)


def _ahead(chunks: Iterator[_Potongan]) -> Iterator[_Potongan]:
    """The same chunks, each read in a thread while the database works on the one before; no query is made there."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting = pool.submit(next, chunks, None)
        while (chunk := waiting.result()) is not None:
            waiting = pool.submit(next, chunks, None)
            yield chunk


def _rest_of(chunk: _Potongan, done: int, keeper: Any) -> _Potongan:
    """The part of a chunk that is not stored yet: an earlier run had chunks of another size."""
    keeper.remember([row for row in chunk.baik if row.nomor - 1 <= done])
    return _Potongan(
        chunk.sampai,
        [row for row in chunk.baik if row.nomor - 1 > done],
        {nomor: item for nomor, item in chunk.ditolak.items() if nomor - 1 > done},
        chunk.mentah,
    )


def _store(job: PekerjaanImpor, keeper: Any, chunk: _Potongan, result: Hasil, refused: BerkasDitolakPenulis) -> None:
    before = job.ditolak_bita
    for attempt in range(TRIES):
        refused.panjang = before
        try:
            with transaction.atomic():
                _in_line(alone=attempt > 0)
                _still_ours(job)
                effects = _in_order(chunk, keeper.store(chunk.baik))
                rows = [(_raw(chunk, effect.nomor), effect.alasan) for effect in effects if effect.apa == DITOLAK]
                job.ditolak_bita = refused.append(rows)
                job.baris_selesai = chunk.sampai
                found = replace(result, sebab=copy(result.sebab), contoh=list(result.contoh))
                for effect in effects:
                    found.add(effect)
                _write_progress(job, found)
        except (IntegrityError, OperationalError, Bergeser) as error:
            # Somebody wrote one of these people in the same moment: look again, now without other imports beside.
            if attempt == TRIES - 1 or not _may_succeed(error):
                raise
        else:
            result.take(found)
            return


def _raw(chunk: _Potongan, nomor: int) -> list[str]:
    return chunk.ditolak[nomor][0] if nomor in chunk.ditolak else chunk.mentah[nomor]


def _may_succeed(error: Exception) -> bool:
    """Whether another try may go well: not without a database, but after a deadlock."""
    return not isinstance(error, OperationalError) or getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001"}


def _in_line(*, alone: bool) -> None:
    """Write beside other imports, or wait until none of them writes; SQLite lets only one write anyway.

    Two imports of the same people can wait for each other's rows. PostgreSQL ends one of them, which then writes alone.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
            cursor.execute(f"SELECT {lock}(%s)", [ANTREAN_IMPOR])


def _write_progress(job: PekerjaanImpor, result: Hasil) -> None:
    job.baru, job.berubah, job.sama = result.baru, result.berubah, result.sama
    job.ditolak, job.peringatan, job.sebab, job.contoh = result.ditolak, result.peringatan, result.sebab, result.contoh
    job.denyut = timezone.now()
    job.save(
        update_fields=[
            *("baris_total", "baris_selesai", "baru", "berubah", "sama", "ditolak", "peringatan"),
            *("sebab", "contoh", "ditolak_bita", "denyut", "pesan"),
        ]
    )


def _message_of(names: list[str]) -> str:
    return f"Kolom yang tidak dibaca: {', '.join(names)}." if names else ""


def me() -> str:
    """The process that works on a job."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}"


def is_alive(job: PekerjaanImpor) -> bool:
    """Whether the process that has a running job still works on it.

    On this machine a process that is gone is known at once; of another machine only the signs of life are.
    """
    host, _, pid = job.pemegang.rpartition(":")
    if host == socket.gethostname()[:24] and not _runs(pid):
        return False
    return job.denyut is not None and timezone.now() - job.denyut < BATAS_DENYUT


def _runs(pid: str) -> bool:
    try:
        state = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}  # ended, and nobody has asked how


def _take(job_id: int) -> PekerjaanImpor:
    with transaction.atomic():
        job = PekerjaanImpor.objects.select_for_update(of=("self",)).get(pk=job_id)
        if job.status == Status.BERJALAN and job.pemegang != me() and is_alive(job):
            raise SedangBerjalan("Impor ini sedang dikerjakan proses lain.")
        if job.status in {Status.SELESAI, Status.DISIAPKAN}:
            raise ImporDitolak("Impor ini sudah selesai." if job.status == Status.SELESAI else "Impor belum dimulai.")
        now = timezone.now()
        job.status, job.pemegang, job.denyut, job.batal_diminta = Status.BERJALAN, me(), now, False
        job.mulai_pada = job.mulai_pada or now
        job.selesai_pada = None
        job.save(update_fields=["status", "pemegang", "denyut", "mulai_pada", "selesai_pada", "batal_diminta"])
        return job


def _still_ours(job: PekerjaanImpor) -> None:
    row = PekerjaanImpor.objects.select_for_update(of=("self",)).only("pemegang", "batal_diminta").get(pk=job.pk)
    if row.pemegang != job.pemegang:
        raise SedangBerjalan("Impor ini diambil alih proses lain.")
    job.batal_diminta = row.batal_diminta


def _end(job: PekerjaanImpor, status: str, pesan: str) -> None:
    with transaction.atomic():
        if job.jenis == PekerjaanImpor.Jenis.PMKS and job.baris_selesai:
            ringkasan.recount(job.tahun)
        if job.baru or job.berubah:
            dugaan_tersimpan.request(job.tahun)
        if connection.vendor == "postgresql" and job.baris_selesai:
            # Hundreds of thousands of new rows: the planner must not wait for autovacuum to hear of them.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE pmks_orang, pmks_orangkategori, pmks_layanan")
        job.status, job.pesan, job.pemegang = status, pesan, ""
        job.selesai_pada = timezone.now()
        job.save(update_fields=["status", "pesan", "pemegang", "selesai_pada"])
        if status != Status.GAGAL or job.baris_selesai:
            _trail(job)


def _trail(job: PekerjaanImpor) -> None:
    """One row of the trail a run; what changed of single people is in their history."""
    Jejak.objects.create(
        pelaku=job.pelaku,
        pelaku_nama=str(job.pelaku) if job.pelaku else "sistem",
        pintu=Jejak.Pintu.BERKAS,
        objek=PekerjaanImpor._meta.label_lower,
        objek_id=str(job.pk),
        objek_nama=str(job),
        ke=f"{job.status}: {job.baru} baru, {job.berubah} berubah, {job.sama} sama, {job.ditolak} ditolak",
        alasan=f"Berkas {job.nama_berkas}",
    )

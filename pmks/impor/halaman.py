"""Imports started on a page: upload, match columns, run in the background, watch, stop, go on.

    job = upload(actor, "pmks", 2024, request.FILES["berkas"])      # status disiapkan
    found = look(actor, job.pk, kode, pemetaan)                     # as often as the mapping changes
    begin(actor, job.pk, pemetaan)                                  # status menunggu, the worker takes it
    progress(actor, job.pk)                                         # asked again and again
    cancel(actor, job.pk) · resume(actor, job.pk) · refused_file(actor, job.pk)

Everything raises ``PermissionDenied`` for people who may not import or whose unit is another one, and
``PekerjaanImpor.DoesNotExist``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_q.tasks import async_task

from accounts.models import Jejak, User
from pmks.impor import brankas
from pmks.impor.berkas import BerkasDitolak, detect, open_rows
from pmks.impor.kolom import KOLOM, fingerprint, headings, known_headings, suggest
from pmks.impor.pekerjaan import (
    ImporDitolak,
    Kode,
    Pratinjau,
    Status,
    check_actor,
    file_hash,
    is_alive,
    path_of,
    preview,
    refused_path_of,
)
from pmks.models import PekerjaanImpor, PemetaanKolom
from pmks.nik import mask_numbers

# The task lives above: only there the codes of the plan are known.
TUGAS = "indicators.antrean.jalankan_impor"
MAX_UPLOAD = 200_000_000
_SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx"}


def upload(actor: User, jenis: str, tahun: int, file: Any) -> PekerjaanImpor:
    """Keep an uploaded file (``name``, ``size``, ``chunks()``) outside the web root, sealed.

    Raises ``BerkasDitolak`` and ``KunciError``.
    """
    _require(actor)
    suffix = Path(file.name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise BerkasDitolak("Pilih berkas CSV atau XLSX.")
    if file.size > MAX_UPLOAD:
        raise BerkasDitolak(f"Berkas lebih besar dari {MAX_UPLOAD // 1_000_000} MB; bagi menjadi beberapa berkas.")
    name = f"impor/{secrets.token_hex(16)}"
    path = Path(settings.MEDIA_ROOT, f"{name}{brankas.SUFFIX}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with brankas.create(path) as out:
            for block in file.chunks():
                out.write(block)
        detect(path, known_headings(jenis))
        return PekerjaanImpor.objects.create(
            jenis=jenis,
            tahun=tahun,
            nama_berkas=mask_numbers(Path(file.name).name)[:200],
            berkas=f"{name}{brankas.SUFFIX}",
            ukuran=file.size,
            sidik=file_hash(path),
            berkas_ditolak=f"{name}.ditolak{brankas.SUFFIX}",
            pelaku=actor,
            pintu=Jejak.Pintu.PERAMBAN,
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def look(actor: User, job_id: int, kode: Kode, pemetaan: Mapping[str, str] | None = None) -> Pratinjau:
    """How the file reads with a mapping (heading → column); None: the remembered one, else what headings suggest.

    Raises ``BerkasDitolak``.
    """
    job = job_of(actor, job_id)
    if pemetaan is None:
        pemetaan = job.pemetaan or remembered(job)
    return preview(job.jenis, job.tahun, path_of(job), actor, kode, pemetaan)


def remembered(job: PekerjaanImpor) -> dict[str, str]:
    """The mapping people chose for these headings last, else what the headings suggest."""
    judul = _headings(job)
    stored = PemetaanKolom.objects.filter(jenis=job.jenis, judul=fingerprint(judul)).first()
    return stored.pemetaan if stored else suggest(job.jenis, judul)


def _headings(job: PekerjaanImpor) -> list[str]:
    path = path_of(job)
    with open_rows(path, detect(path, known_headings(job.jenis))) as isi:
        return headings(next(isi.baris, []))


def begin(actor: User, job_id: int, pemetaan: Mapping[str, str]) -> PekerjaanImpor:
    """Start a prepared job with this mapping and remember it; raises ``ImporDitolak``."""
    columns = {column.nama for column in KOLOM[job_of(actor, job_id).jenis]}
    chosen = {text: name for text, name in pemetaan.items() if name}
    if not set(chosen.values()) <= columns:
        raise ImporDitolak("Pemetaan menyebut kolom yang tidak dikenal.")
    judul = _headings(job_of(actor, job_id))
    with transaction.atomic():
        job = job_of(actor, job_id, lock=True)
        if job.status != Status.DISIAPKAN:
            raise ImporDitolak("Impor ini sudah dimulai.")
        job.pemetaan, job.status = chosen, Status.MENUNGGU
        job.save(update_fields=["pemetaan", "status"])
        PemetaanKolom.objects.update_or_create(jenis=job.jenis, judul=fingerprint(judul), defaults={"pemetaan": chosen})
        enqueue(job)
    return job


def enqueue(job: PekerjaanImpor) -> None:
    """Hand a job to the worker once the transaction is stored; only its number goes into the queue."""
    async_task(TUGAS, job.pk, task_name=f"impor-{job.pk}")


def progress(actor: User, job_id: int) -> dict[str, Any]:
    """Where a job is: ``persen`` is None while nobody knows the size, ``terputus`` when its process is gone."""
    job = job_of(actor, job_id)
    percent = None
    if job.baris_total:
        percent = min(100, job.baris_selesai * 100 // job.baris_total)
    return {
        "status": job.status,
        "status_kata": job.get_status_display(),
        "baris_selesai": job.baris_selesai,
        "baris_total": job.baris_total,
        "persen": 100 if job.status == Status.SELESAI else percent,
        "terputus": job.status == Status.BERJALAN and not is_alive(job),
        "berhenti_diminta": job.batal_diminta,
        **{name: getattr(job, name) for name in ("baru", "berubah", "sama", "ditolak", "peringatan", "pesan")},
    }


def cancel(actor: User, job_id: int) -> None:
    """Stop a job: at once when it has not begun, else after the rows being stored; what is stored stays."""
    with transaction.atomic():
        job = job_of(actor, job_id, lock=True)
        if job.status in {Status.DISIAPKAN, Status.MENUNGGU} or (job.status == Status.BERJALAN and not is_alive(job)):
            job.status = Status.DIBATALKAN
        elif job.status == Status.BERJALAN:
            job.batal_diminta = True
        job.save(update_fields=["status", "batal_diminta"])


def resume(actor: User, job_id: int) -> None:
    """Go on behind the last stored row; raises ``ImporDitolak`` when there is nothing to go on with."""
    with transaction.atomic():
        job = job_of(actor, job_id, lock=True)
        if job.status == Status.BERJALAN and is_alive(job):
            raise ImporDitolak("Impor ini sedang berjalan.")
        if job.status in {Status.SELESAI, Status.DISIAPKAN, Status.MENUNGGU}:
            raise ImporDitolak("Impor ini tidak terputus.")
        if not path_of(job).exists():
            raise ImporDitolak("Berkasnya sudah dihapus; unggah lagi.")
        job.status, job.batal_diminta = Status.MENUNGGU, False
        job.save(update_fields=["status", "batal_diminta"])
        enqueue(job)


def refused_file(actor: User, job_id: int) -> BinaryIO:
    """The refused rows stored so far, open for reading, for download by who imported.

    Raises ``ImporDitolak`` when there are none any more, and ``KunciError``.
    """
    job = job_of(actor, job_id)
    path = refused_path_of(job)
    if not job.ditolak or not path.exists():
        raise ImporDitolak("Tidak ada berkas baris yang ditolak.")
    return brankas.open_read(path, job.ditolak_bita)


def jobs(actor: User) -> Any:
    """Imports of the own unit, the newest first."""
    _require(actor)
    return PekerjaanImpor.objects.filter(pelaku__unit=actor.unit).select_related("pelaku").order_by("-pk")


def job_of(actor: User, job_id: int, *, lock: bool = False) -> PekerjaanImpor:
    """A job that ``actor`` may work with."""
    rows = jobs(actor)
    if lock:
        rows = PekerjaanImpor.objects.select_for_update(of=("self",)).filter(pelaku__unit=actor.unit)
    return rows.get(pk=job_id)


def _require(actor: User) -> None:
    try:
        check_actor(actor)
    except ImporDitolak as error:
        raise PermissionDenied(str(error)) from None

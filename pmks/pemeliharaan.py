"""What commands do with personal data over time: a new key, old files, an identity to be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from pmks import bukti, dugaan_tersimpan, kripto
from pmks.akses import Jenis, check_tujuan, record_access
from pmks.impor import brankas
from pmks.impor.pekerjaan import path_of, refused_path_of
from pmks.models import (
    IdentitasLuar,
    Layanan,
    Orang,
    OrangKategori,
    PekerjaanImpor,
    Penggabungan,
    PerubahanStatus,
    RiwayatOrang,
)

CHUNK = 2000
ANONIM = "(identitas dihapus)"


def rotate_keys(on_chunk: Callable[[int], None] | None = None) -> int:
    """Encrypt and hash under the first key whatever is still under another one, also keys of files; how many people.

    Chunk by chunk, each in its own transaction, so a run that was killed is simply started again. Raises ``KunciError``
    when a value is under a key that is not there any more.
    """
    bukti.rotate_keys()
    current = kripto.keys()[0].id
    waiting = Orang.objects.filter(
        (~Q(nik_sandi="") & ~Q(nik_sandi__startswith=f"{current}."))
        | (~Q(kk_sandi="") & ~Q(kk_sandi__startswith=f"{current}."))
    ).order_by("pk")
    done, last = 0, 0
    seal_nik, seal_kk, hashed = kripto.encryptor("nik"), kripto.encryptor("kk"), kripto.hasher()
    while True:
        with transaction.atomic():
            rows = list(
                waiting.filter(pk__gt=last)
                .select_for_update(of=("self",))
                .only("nik_sandi", "nik_hash", "kk_sandi", "kk_hash")[:CHUNK]
            )
            if not rows:
                return done
            for row in rows:
                nik, no_kk = kripto.decrypt(row.nik_sandi, "nik"), kripto.decrypt(row.kk_sandi, "kk")
                row.nik_sandi, row.nik_hash = seal_nik(nik), hashed(nik)
                row.kk_sandi, row.kk_hash = seal_kk(no_kk), hashed(no_kk)
            Orang.objects.bulk_update(rows, ["nik_sandi", "nik_hash", "kk_sandi", "kk_hash"], batch_size=200)
        done, last = done + len(rows), rows[-1].pk
        if on_chunk:
            on_chunk(done)


def rotate_files() -> int:
    """Seal the files of imports under the first key, as ``rotate_keys`` does the numbers; how many files.

    Only their heads are rewritten, so a running import is not disturbed. Raises ``KunciError``.
    """
    done = 0
    for job in PekerjaanImpor.objects.order_by("pk").iterator():
        for path in (path_of(job), refused_path_of(job)):
            if not brankas.is_sealed(path):
                continue
            try:
                done += brankas.rewrap(path)
            except FileNotFoundError:
                continue
            except kripto.KunciError as error:
                raise kripto.KunciError(f"{path.name} (impor {job.pk}): {error}") from None
    return done


def erase(orang_id: int, alasan: str, *, actor: User | None, pintu: str) -> None:
    """Forget who a person was; kinds, services and counts of the past stay (UU 27/2022, pasal 8 dan 44).

    Also empties the values of the history, what was merged into the person, and the reasons of merges, and removes the
    files of their services. Raises ``TujuanKosong``, ``Orang.DoesNotExist``, ``BuktiDitolak`` (a file stays, so nothing
    has changed).
    """
    reason = check_tujuan(alasan, "dasar penghapusan")
    with transaction.atomic():
        person = Orang.objects.select_for_update(of=("self",)).get(pk=orang_id, dihapus_pada=None)
        everyone = [person.pk, *_merged_into(person.pk)]
        now = timezone.now()
        Orang.objects.filter(pk__in=everyone).update(
            nama=ANONIM,
            nama_cari="",
            nik_sandi="",
            nik_hash="",
            kk_sandi="",
            kk_hash="",
            nik_janggal=False,
            jenis_kelamin="",
            tanggal_lahir=None,
            alamat="",
            catatan="",
            # The line of the file it came from still says who it was.
            impor=None,
            dihapus_pada=now,
            diubah_pada=now,
        )
        for model in (OrangKategori, Layanan):
            model._default_manager.filter(orang__in=everyone).update(impor=None)
        RiwayatOrang.objects.filter(orang__in=everyone).update(dari=None, ke=None, alasan="")
        IdentitasLuar.objects.filter(orang__in=everyone).delete()
        PerubahanStatus.objects.filter(orang__in=everyone).update(catatan="")
        # Why two persons were one can name them.
        merges = Penggabungan.objects.filter(Q(utama__in=everyone) | Q(digabung__in=everyone))
        merges.update(alasan=ANONIM, alasan_batal="")
        dugaan_tersimpan.refresh(everyone)
        files = bukti.drop_of(everyone)
        record_access(
            actor,
            Jenis.HAPUS,
            pintu=pintu,
            orang=person,
            jumlah=len(everyone),
            rincian=f"{len(files)} berkas bukti" if files else "",
            tujuan=reason,
        )
        bukti.delete_files(files)


def _merged_into(pk: int) -> list[int]:
    found: list[int] = []
    rows = [pk]
    while rows:
        rows = list(
            Penggabungan.objects.filter(utama__in=rows, dibatalkan_pada=None).values_list("digabung_id", flat=True)
        )
        found += rows
    return found


def expired(before: datetime) -> list[int]:
    """Ids of people who left the registry (died, moved, graduated) and were last touched before a day."""
    rows = Orang.objects.terdaftar().filter(
        status__in=["meninggal", "pindah", "graduasi"], status_sejak__lt=before.date(), diubah_pada__lt=before
    )
    recent = before.year
    rows = rows.exclude(kategori_tahun__tahun__gte=recent).exclude(layanan__tahun__gte=recent)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def clean_files(days: int) -> tuple[int, int]:
    """Remove uploads and refused rows of imports that ended more than ``days`` ago; how many jobs and files.

    What a job says about single rows goes too, and files that no job names: an upload that was killed on the way.
    Files of commands lie where whoever called them put them and stay.
    """
    limit = timezone.now() - timedelta(days=days)
    root = Path(settings.MEDIA_ROOT, "impor")
    jobs = PekerjaanImpor.objects.filter(Q(selesai_pada__lt=limit) | Q(selesai_pada=None, dibuat_pada__lt=limit))
    files = 0
    for job in jobs.exclude(status=PekerjaanImpor.Status.BERJALAN):
        for name in (job.berkas, job.berkas_ditolak):
            path = Path(settings.MEDIA_ROOT, name)
            if name and path.resolve().is_relative_to(root.resolve()) and path.exists():
                path.unlink()
                files += 1
        if job.contoh:
            job.contoh = []
            job.save(update_fields=["contoh"])
    return jobs.count(), files + _clean_orphans(root, min(limit, timezone.now() - timedelta(days=1)))


def _clean_orphans(root: Path, limit: datetime) -> int:
    """Remove files below ``root`` that no job names and nobody wrote to since; how many."""
    names = set(PekerjaanImpor.objects.values_list("berkas", "berkas_ditolak").iterator())
    known = {Path(settings.MEDIA_ROOT, name).resolve() for pair in names for name in pair if name}
    files = 0
    for path in root.iterdir() if root.is_dir() else ():
        if path.is_file() and path.resolve() not in known and path.stat().st_mtime < limit.timestamp():
            path.unlink()
            files += 1
    return files

"""Work for the queue (django-q2); a task gets ids only and does nothing twice.

The worker is ``manage.py pekerja``.
"""

from __future__ import annotations

import logging

from django.db.models import Q

from indicators.kode_layanan import known_codes
from indicators.pemberitahuan import send_due_notices
from pmks.dugaan_tersimpan import recount_requested
from pmks.impor.halaman import enqueue
from pmks.impor.pekerjaan import ImporDitolak, SedangBerjalan, Status, is_alive, path_of, run
from pmks.models import PekerjaanImpor

logger = logging.getLogger("renstra.antrean")


def jalankan_impor(job_id: int) -> str:
    """Do an import, or the rest of one that was interrupted; what happened, for the record of the queue."""
    try:
        job = run(job_id, known_codes(), pintu="peramban")
    except SedangBerjalan:
        return "dikerjakan proses lain"
    except ImporDitolak as error:
        return str(error)
    except Exception as error:
        # The text of a database error can name the person it is about: only its kind is logged.
        logger.error("impor %s gagal: %s", job_id, type(error).__name__)
        return f"gagal: {type(error).__name__}"
    if job.status == Status.SELESAI:
        # The upload has done its duty; refused rows stay for mending until they are cleaned up.
        path_of(job).unlink(missing_ok=True)
    return job.status


def lanjutkan_terputus() -> int:
    """Queue imports whose process is gone, or that never reached the queue; how many. Runs every minute."""
    found = 0
    waiting = PekerjaanImpor.objects.filter(Q(status=Status.BERJALAN))
    for job in waiting:
        # Paths of a command are absolute: whoever called it calls it again.
        if not job.berkas.startswith("/") and not is_alive(job):
            enqueue(job)
            found += 1
    return found


def periksa_dugaan() -> int:
    """Look through the years whose people a file changed; how many. Runs when it is asked for, and every minute."""
    return recount_requested()


def kirim_pemberitahuan() -> int:
    """Mail the bundles of notices that are due; how many went out. Runs every five minutes."""
    return send_due_notices().terkirim

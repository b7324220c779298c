"""Freezing the counts of a year: what the rows of people give becomes the published count, with its date."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, require
from accounts.jejak import record_changes, snapshot
from accounts.models import Hak, User
from accounts.roles import roles_with
from pmks.actions import Ditolak
from pmks.models import JumlahPMKS, JumlahWarna, KategoriPMKS, RingkasanPMKS, Wilayah
from pmks.models.orang import TAHUN_AWAL
from renstra.formats import format_tanggal

MAY_FREEZE = Access(roles=roles_with(Hak.SETUJUI))
AWALAN = "Data menurut nama"


def freeze_counts(actor: User, tahun: int, *, pintu: str) -> int:
    """Write the counts by name as the published ones of a year (Tabel 3.1, 3.2); how many changed.

    Counts that came from a printed table are never overwritten. What was frozen before is replaced, and the trail keeps
    it. Raises ``Ditolak``, ``PermissionDenied``.
    """
    require(actor, MAY_FREEZE)
    if tahun < TAHUN_AWAL:
        raise Ditolak({"tahun": f"Data menurut nama ada sejak {TAHUN_AWAL}."})
    with transaction.atomic():
        rows = RingkasanPMKS.objects.filter(
            tahun=tahun, kategori__isnull=False, wilayah__tingkat=Wilayah.Tingkat.KABUPATEN
        )
        counts = Counter(dict(rows.values_list("kategori_id", "jumlah")))
        if not counts.total():
            raise Ditolak({"tahun": f"Belum ada orang yang tercatat untuk {tahun}."})
        printed = JumlahPMKS.objects.filter(tahun=tahun).exclude(sumber__startswith=AWALAN)
        if printed.exists():
            raise Ditolak({"tahun": f"Jumlah {tahun} sudah ada dari sumber lain; hapus dahulu di halaman admin."})
        source = f"{AWALAN}, ditetapkan {format_tanggal(timezone.localdate())} oleh {actor}"[:200]
        kinds = list(KategoriPMKS.objects.order_by("nomor"))
        colours: Counter[int] = Counter()
        changed = 0
        for kind in kinds:
            colours[kind.kelompok_id] += counts[kind.pk]
            changed += _write(JumlahPMKS, {"kategori": kind, "tahun": tahun}, counts[kind.pk], source, actor, pintu)
        for colour, count in colours.items():
            changed += _write(JumlahWarna, {"kelompok_id": colour, "tahun": tahun}, count, source, actor, pintu)
        return changed


def _write(
    model: type[JumlahPMKS] | type[JumlahWarna],
    key: dict[str, object],
    count: int,
    source: str,
    actor: User,
    pintu: str,
) -> bool:
    row = model._default_manager.filter(**key).first()
    before = snapshot(row) if row else None
    if row is not None and row.jumlah == count:
        return False
    row = row or model(**key)
    row.jumlah, row.sumber = count, source
    row.save()
    record_changes(row, before, actor=actor, pintu=pintu)
    return True

"""Freezing the counts of a year: what the rows of people give becomes the published count, with its date.

``plan_freeze`` says what would be written beside what stands, ``freeze_counts`` writes it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, require
from accounts.jejak import record_changes, snapshot
from accounts.models import Hak, User
from accounts.roles import roles_with
from pmks.actions import Ditolak
from pmks.models import JumlahPMKS, JumlahWarna, KategoriPMKS, KelompokWarna, RingkasanPMKS, Wilayah
from pmks.models.orang import TAHUN_AWAL
from renstra.formats import format_tanggal

MAY_FREEZE = Access(roles=roles_with(Hak.SETUJUI))
AWALAN = "Data menurut nama"


@dataclass(frozen=True, slots=True)
class BarisBeku:
    """A kind or a colour: what would be written, and what stands there now (None: nothing)."""

    apa: KategoriPMKS | KelompokWarna
    kini: int
    tersimpan: int | None


@dataclass(frozen=True, slots=True)
class RencanaBeku:
    """What freezing a year would write.

    ``tertahan`` says why it may not be; ``sidik`` is a fingerprint of both sides, so that nobody confirms what was not
    on the page. ``sumber`` tells when what stands was frozen, and by whom.
    """

    tahun: int
    jenis: tuple[BarisBeku, ...]
    warna: tuple[BarisBeku, ...]
    sumber: str
    tertahan: str

    @property
    def berubah(self) -> int:
        """How many counts would be others."""
        return sum(row.kini != row.tersimpan for row in (*self.jenis, *self.warna))

    @property
    def sidik(self) -> str:
        """Fingerprint of every count on both sides."""
        text = ";".join(f"{row.kini}/{row.tersimpan}" for row in (*self.jenis, *self.warna))
        return hashlib.sha256(text.encode()).hexdigest()


def frozen_source(sumber: str) -> bool:
    """Whether a published count was frozen from names, and not printed somewhere."""
    return sumber.startswith(AWALAN)


def frozen_since(sumber: str) -> str:
    """The day on which a count was frozen, in words; empty for one from another source."""
    return sumber.removeprefix(f"{AWALAN}, ditetapkan ").partition(" oleh ")[0] if frozen_source(sumber) else ""


def plan_freeze(tahun: int) -> RencanaBeku:
    """What freezing would write and what stands: five queries, nothing is stored."""
    counts = _counts(tahun)
    kinds = list(KategoriPMKS.objects.order_by("nomor"))
    stands = {row.kategori_id: row for row in JumlahPMKS.objects.filter(tahun=tahun)}
    colours = {row.kelompok_id: row for row in JumlahWarna.objects.filter(tahun=tahun)}
    by_colour: Counter[int] = Counter()
    for kind in kinds:
        by_colour[kind.kelompok_id] += counts[kind.pk]
    every: Sequence[JumlahPMKS | JumlahWarna] = [*stands.values(), *colours.values()]
    printed = next((row.sumber for row in every if not frozen_source(row.sumber)), None)
    if tahun < TAHUN_AWAL:
        held = f"Data menurut nama ada sejak {TAHUN_AWAL}."
    elif not counts.total():
        held = f"Belum ada orang yang tercatat untuk {tahun}."
    elif printed is not None:
        held = f"Jumlah {tahun} sudah ada dari sumber lain ({printed or 'tanpa keterangan sumber'}) dan tidak ditimpa."
    else:
        held = ""
    return RencanaBeku(
        tahun,
        tuple(BarisBeku(kind, counts[kind.pk], _count(stands.get(kind.pk))) for kind in kinds),
        tuple(
            BarisBeku(colour, by_colour[colour.pk], _count(colours.get(colour.pk)))
            for colour in KelompokWarna.objects.order_by("nomor")
            if colour.pk in by_colour
        ),
        max((row.sumber for row in every if frozen_source(row.sumber)), default=""),
        held,
    )


def _counts(tahun: int) -> Counter[int]:
    rows = RingkasanPMKS.objects.filter(tahun=tahun, kategori__isnull=False, wilayah__tingkat=Wilayah.Tingkat.KABUPATEN)
    return Counter(dict(rows.order_by().values_list("kategori_id", "jumlah")))


def _count(row: JumlahPMKS | JumlahWarna | None) -> int | None:
    return row.jumlah if row else None


def freeze_counts(actor: User, tahun: int, *, pintu: str, sidik: str | None = None) -> int:
    """Write the counts by name as the published ones of a year (Tabel 3.1, 3.2); how many changed.

    Counts that came from a printed table are never overwritten. What was frozen before is replaced as a whole, under
    one date, and the trail keeps it. ``sidik`` is the plan that was confirmed (None: whatever there is). Raises
    ``Ditolak``, ``PermissionDenied``.
    """
    require(actor, MAY_FREEZE)
    with transaction.atomic():
        # Two people freezing at once take turns, and the second one has confirmed something else.
        list(KelompokWarna.objects.select_for_update().order_by("pk"))
        plan = plan_freeze(tahun)
        if plan.tertahan:
            raise Ditolak({"tahun": plan.tertahan})
        if sidik is not None and sidik != plan.sidik:
            raise Ditolak({"": "Hitungannya berubah sesudah halaman dibuka; lihat lagi, lalu tetapkan."})
        if not plan.berubah:
            return 0
        source = f"{AWALAN}, ditetapkan {format_tanggal(timezone.localdate())} oleh {actor}"[:200]
        for row in plan.jenis:
            _write(JumlahPMKS, {"kategori": row.apa, "tahun": tahun}, row.kini, source, actor, pintu)
        for row in plan.warna:
            _write(JumlahWarna, {"kelompok": row.apa, "tahun": tahun}, row.kini, source, actor, pintu)
        return plan.berubah


def _write(
    model: type[JumlahPMKS] | type[JumlahWarna],
    key: dict[str, object],
    count: int,
    source: str,
    actor: User,
    pintu: str,
) -> None:
    row = model._default_manager.filter(**key).first()
    before = snapshot(row) if row else None
    row = row or model(**key)
    row.jumlah, row.sumber = count, source
    row.save()
    record_changes(row, before, actor=actor, pintu=pintu)

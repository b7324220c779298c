"""The steps of a row: draf → diajukan → diverifikasi → disetujui, or back with a note (domain, "People who use it").

``ambil_langkah`` is the one way a status changes, for one row or all of a unit, of a year or a quarter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import append, changes, snapshot
from accounts.models import Hak, Jejak, User
from accounts.roles import roles_with
from indicators.actions import may_write
from indicators.bukti import missing_bukti
from indicators.computed import recompute
from indicators.entry import LABELS, Keadaan, Values, missing, write_row
from indicators.models import Indikator, Langkah, Realisasi
from indicators.pembekuan import freeze, out_of_date, thaw
from indicators.pemberitahuan import notify_step
from indicators.perhitungan import LOCKED, HasilDitolak, Perhitungan, load_perhitungan
from indicators.querysets import kunci_realisasi
from indicators.row_record import RowRecord, check_year, find_rows

Tindakan = Langkah.Tindakan
Status = Realisasi.Status
ISI, PERIKSA, SETUJUI = Hak.ISI_REALISASI, Hak.VERIFIKASI, Hak.SETUJUI


@dataclass(frozen=True, slots=True)
class Aturan:
    """Where a step leads and who takes it; ``beralasan`` steps need a note."""

    ke: Status
    hak: tuple[Hak, ...]
    beralasan: bool = False

    @property
    def access(self) -> Access:
        """The roles that hold one of the rights."""
        return Access(roles=frozenset().union(*(roles_with(hak) for hak in self.hak)))


# Whatever is not here is forbidden.
ATURAN: dict[tuple[Tindakan, Status], Aturan] = {
    (Tindakan.AJUKAN, Status.DRAF): Aturan(Status.DIAJUKAN, (ISI,)),
    (Tindakan.AJUKAN, Status.DIKEMBALIKAN): Aturan(Status.DIAJUKAN, (ISI,)),
    (Tindakan.TARIK, Status.DIAJUKAN): Aturan(Status.DRAF, (ISI,)),
    (Tindakan.VERIFIKASI, Status.DIAJUKAN): Aturan(Status.DIVERIFIKASI, (PERIKSA,)),
    (Tindakan.KEMBALIKAN, Status.DIAJUKAN): Aturan(Status.DIKEMBALIKAN, (PERIKSA,), beralasan=True),
    (Tindakan.KEMBALIKAN, Status.DIVERIFIKASI): Aturan(Status.DIKEMBALIKAN, (SETUJUI,), beralasan=True),
    (Tindakan.SETUJUI, Status.DIVERIFIKASI): Aturan(Status.DISETUJUI, (SETUJUI,)),
    (Tindakan.BUKA, Status.DIVERIFIKASI): Aturan(Status.DIKEMBALIKAN, (PERIKSA, SETUJUI), beralasan=True),
    (Tindakan.BUKA, Status.DISETUJUI): Aturan(Status.DIKEMBALIKAN, (SETUJUI,), beralasan=True),
}
_SENTENCE = {
    Tindakan.AJUKAN: "Baris hanya diajukan oleh staf unit pemiliknya.",
    Tindakan.TARIK: "Pengajuan hanya ditarik oleh staf unit pemilik baris.",
    Tindakan.VERIFIKASI: "Baris hanya diverifikasi oleh verifikator.",
    Tindakan.KEMBALIKAN: "Baris hanya dikembalikan oleh verifikator atau pimpinan.",
    Tindakan.SETUJUI: "Realisasi hanya disetujui oleh pimpinan.",
    Tindakan.BUKA: "Kunci hanya dibuka oleh verifikator (yang diverifikasi) atau pimpinan.",
}


class LangkahDitolak(Exception):
    """The step cannot be taken at all: ``galat`` holds the messages by the name of the field."""

    def __init__(self, galat: dict[str, str]) -> None:
        super().__init__(" ".join(galat.values()))
        self.galat = galat


@dataclass(frozen=True, slots=True)
class HasilLangkah:
    """Rows that took the step, and why others did not."""

    selesai: tuple[RowRecord, ...]
    ditolak: tuple[tuple[RowRecord, str], ...]

    @property
    def kode(self) -> list[str]:
        """Codes of the rows that took it."""
        return [row.indikator.kode for row in self.selesai]


def rules_of(tindakan: str) -> list[Aturan]:
    """The ways a step may go, one a status it starts from."""
    return [rule for (name, _), rule in ATURAN.items() if name == tindakan]


def may_take(actor: User, tindakan: str, status: str) -> bool:
    """Whether a person's role takes a step from a status; whose row it is, is looked at when it is taken."""
    rule = ATURAN.get((Tindakan(tindakan), Status(status)))
    return rule is not None and rule.access.admits(actor)


def ambil_langkah(
    actor: User,
    tahun: int,
    versi: Mapping[int, int],
    tindakan: str,
    *,
    pintu: str,
    triwulan: int = 0,
    catatan: str = "",
) -> HasilLangkah:
    """Take a step with rows of a year (``triwulan`` 0) or quarter, in one transaction; each row is judged by itself.

    ``versi`` names rows of the plan in force by the id of their indicator, each with the version of its realisasi
    that was seen (0: none): a figure that moved since is not verified unseen. Raises ``LangkahDitolak`` (no
    note where one is due), ``PermissionDenied``, ``YearOutsidePlan``.
    """
    step = Tindakan(tindakan)
    rules = rules_of(step)
    if not any(rule.access.admits(actor) for rule in rules):
        raise PermissionDenied(_SENTENCE[step])
    catatan = catatan.strip()
    if not catatan and any(rule.beralasan for rule in rules):
        raise LangkahDitolak({"catatan": "Tulis alasannya; unit membacanya dan riwayat menyimpannya."})
    with transaction.atomic():
        locked = _lock(versi, tahun, triwulan)
        records = sorted(find_rows(versi, tahun, triwulan).values(), key=_place)
        for renstra in {row.indikator.renstra for row in records}:
            check_year(renstra, tahun)
        judge = _Judge(actor, step, tahun, triwulan, records, catatan)
        done: list[RowRecord] = []
        refused: list[tuple[RowRecord, str]] = []
        for row in records:
            reason = judge.why_not(row, versi[row.indikator.pk])
            if reason:
                refused.append((row, reason))
            else:
                done.append(row)
        _write(actor, judge, done, locked, pintu, catatan)
        notify_step(actor, step, done, tahun, triwulan)
    return HasilLangkah(tuple(done), tuple(refused))


def _place(row: RowRecord) -> tuple[str, int, int]:
    """Where a row stands in the plan, for messages and notices: IKU first, then by code."""
    return (getattr(row.indikator.induk, "kunci_urut", ""), row.indikator.urutan, row.indikator.pk)


def _lock(indikator: Iterable[int], tahun: int, triwulan: int) -> dict[int, Realisasi]:
    """Lock the stored rows until the transaction ends: nobody types into one, or takes one, that is being judged."""
    roots = Indikator.objects.filter(pk__in=list(indikator)).values(kunci=kunci_realisasi())
    rows = Realisasi.objects.filter(indikator__in=roots, tahun=tahun, triwulan=triwulan).select_related("indikator")
    return {item.pk: item for item in rows.select_for_update(of=("self",)).order_by("pk")}


class _Judge:
    """What a step asks of a row."""

    def __init__(
        self, actor: User, step: Tindakan, tahun: int, triwulan: int, records: list[RowRecord], catatan: str
    ) -> None:
        self.actor, self.step, self.tahun, self.triwulan, self.catatan = actor, step, tahun, triwulan, catatan
        rows = [row.indikator for row in records] if step == Tindakan.AJUKAN else []
        self.without_bukti = frozenset(row.pk for row in missing_bukti(rows, tahun, triwulan))
        computed = [row.indikator for row in records if row.realisasi is not None and row.realisasi.rumus_id]
        self.worked_out: dict[tuple[int, int], Perhitungan] = (
            load_perhitungan(computed, [tahun]) if step == Tindakan.SETUJUI and computed and not triwulan else {}
        )

    def why_not(self, row: RowRecord, versi: int) -> str:
        """Why a row does not take the step, empty when it does."""
        item = row.realisasi
        own = may_write(self.actor, row.unit)
        staff_step = self.step in (Tindakan.AJUKAN, Tindakan.TARIK)
        if staff_step and not own:
            return f"milik {row.unit or 'unit lain'}"
        if item is None:
            lacks = missing(row.values, row.rules)
            return f"belum diisi: {', '.join(lacks)}" if lacks else "tidak ada yang diisi"
        if row.triwulan and row.setahun is not None and row.setahun.status in LOCKED:
            return f"tahunnya sudah {row.setahun.get_status_display().lower()}"
        rule = ATURAN.get((self.step, Status(item.status)))
        if rule is None or not rule.access.admits(self.actor):
            state = f"{'masih' if item.status == Status.DRAF else 'sudah'} {item.get_status_display().lower()}"
            return state if rule is None else f"{state}; langkah ini untuk {', '.join(sorted(rule.access.roles))}"
        if item.versi != versi:
            return "berubah sesudah halaman dibuka; periksa angkanya lagi"
        match self.step:
            case Tindakan.AJUKAN:
                return self._incomplete(row)
            case Tindakan.VERIFIKASI if item.diubah_oleh_id == self.actor.pk:
                return "Anda sendiri yang mengisinya; verifikasi dilakukan orang lain"
            case Tindakan.SETUJUI:
                return self._not_approvable(row, item)
        return ""

    def _incomplete(self, row: RowRecord) -> str:
        lacks = missing(row.values, row.rules)
        if lacks:
            return f"belum lengkap: {', '.join(lacks)}"
        if row.indikator.pk in self.without_bukti:
            return "belum ada bukti, padahal indikator ini wajib bukti"
        return ""

    def _not_approvable(self, row: RowRecord, item: Realisasi) -> str:
        if item.keadaan == Keadaan.KOSONG and item.rupiah is None:
            return "realisasinya belum ada"
        if not self.triwulan and out_of_date(item, self.worked_out.get((row.indikator.pk, self.tahun))):
            return "hitungannya berubah karena sumbernya berubah; minta unit menghitung ulang"
        return ""


def _write(
    actor: User, judge: _Judge, done: list[RowRecord], locked: Mapping[int, Realisasi], pintu: str, catatan: str
) -> None:
    now = timezone.now()
    steps: list[Langkah] = []
    trail: list[Jejak] = []
    opened: list[RowRecord] = []
    for row in done:
        assert row.realisasi is not None
        item = locked[row.realisasi.pk]
        was, rule = Status(item.status), ATURAN[judge.step, Status(item.status)]
        if judge.step == Tindakan.SETUJUI and item.rumus_id and not judge.triwulan:
            freeze(actor, judge.worked_out[row.indikator.pk, judge.tahun], item, now, pintu)
        if was == Status.DISETUJUI and not judge.triwulan:
            thaw(actor, item, pintu=pintu, alasan=catatan)
            opened.append(row)
        before = snapshot(item, ["status"])
        item.status = row.realisasi.status = rule.ke
        trail += changes(item, before, actor=actor, pintu=pintu, alasan=catatan, after=snapshot(item, ["status"]))
        steps.append(
            Langkah(
                realisasi=item,
                tindakan=judge.step,
                dari=was,
                ke=rule.ke,
                catatan=catatan,
                versi=item.versi,
                isi=isi_of(row.values),
                oleh=actor,
                pada=now,
            )
        )
    for status in {step.ke for step in steps}:
        Realisasi.objects.filter(pk__in=[step.realisasi_id for step in steps if step.ke == status]).update(
            status=status
        )
    Langkah.objects.bulk_create(steps)
    append(trail)
    _recompute(actor, opened, judge.tahun, pintu)


def _recompute(actor: User, opened: list[RowRecord], tahun: int, pintu: str) -> None:
    """Figures whose approval was opened follow the formula in force again; raises ``LangkahDitolak``."""
    if not opened:
        return
    try:
        recompute(
            [row.indikator for row in opened],
            [tahun],
            actor=actor,
            pintu=pintu,
            alasan="Persetujuan dibuka; rumus yang berlaku dipakai.",
        )
    except HasilDitolak as error:
        raise LangkahDitolak({"catatan": str(error)}) from None


def isi_of(values: Values) -> dict[str, str]:
    """The cells of a row as text, for ``Langkah.isi``; empty ones are left out."""
    typed = write_row(values)
    return {name: getattr(typed, name) for name in LABELS if getattr(typed, name)}

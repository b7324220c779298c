"""Writing components and formulas: who may, what is checked, what the trail keeps.

``Realisasi`` itself is written by ``computed.py`` in the same transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import Access
from accounts.jejak import record_changes, snapshot
from accounts.models import Peran, User
from indicators import acuan as rujukan
from indicators.actions import MAY_ENTER, Outcome, may_write
from indicators.computed import recompute
from indicators.models import Indikator, Komponen, NilaiKomponen, PilihanAngka, Realisasi, Rumus
from indicators.perhitungan import HasilDitolak, Perhitungan, as_kinerja, load_perhitungan
from indicators.querysets import kunci_realisasi
from indicators.row_record import RowRecord, YearOutsidePlan, check_year, find_row
from indicators.rumus import RumusError, Simpul, check_names, check_units, find_circle, names, parse, read_satuan, write
from pmks import hitungan
from renstra.formats import FormatError, parse_number

MAY_DEFINE = Access(roles=frozenset({Peran.ADMINISTRATOR.value}))
# Units that are counted: half a person is a slip of the keys.
_WHOLE = frozenset({"orang", "makam", "psks", "pmks", "kk", "keluarga", "anak", "unit", "lembaga"})


# Components --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KomponenResult:
    """How saving a component ended; ``error`` says why not, ``dibaca`` how the number was understood.

    ``record`` is the row as it was, ``nilai`` the stored component as it is now (None before the first value).
    """

    outcome: Outcome
    record: RowRecord
    komponen: Komponen
    nilai: NilaiKomponen | None
    error: str = ""
    dibaca: str = ""


def save_komponen(
    actor: User, indikator: int, kode: str, tahun: int, teks: str, *, versi: int, pintu: str
) -> KomponenResult:
    """Store a component of a year as typed (empty clears it), and the figure that follows from it.

    ``versi`` is the token the person saw (0: no value yet); what is already stored so is UNCHANGED
    whatever it says. A year that is not open, a text that is no number, a year without target, and a
    result no realisasi can have are INVALID, and nothing is stored. Raises ``Indikator.DoesNotExist``,
    ``Komponen.DoesNotExist``, ``PermissionDenied``.
    """
    if not MAY_ENTER.admits(actor):
        raise PermissionDenied("Komponen rumus hanya diisi oleh staf unit pemilik indikator.")
    try:
        try:
            with transaction.atomic():
                return _save_komponen(actor, indikator, kode, tahun, teks, versi, pintu)
        except IntegrityError:
            # Somebody typed the first value of the row in /realisasi/ at the same moment; now it is there.
            with transaction.atomic():
                return _save_komponen(actor, indikator, kode, tahun, teks, versi, pintu)
    except HasilDitolak as error:
        return _result(Outcome.INVALID, find_row(indikator, tahun), kode, tahun, error=str(error))


def _component(record: RowRecord, kode: str) -> Komponen:
    root = record.indikator.kunci_realisasi
    return Komponen.objects.get(indikator=root, kode=kode, jenis_sumber=Komponen.Sumber.DIKETIK)


def _result(outcome: Outcome, record: RowRecord, kode: str, tahun: int, **words: str) -> KomponenResult:
    component = _component(record, kode)
    stored = component.nilai.filter(tahun=tahun, triwulan=0).select_related("diubah_oleh").first()
    return KomponenResult(outcome, record, component, stored, **words)


def _save_komponen(
    actor: User, indikator: int, kode: str, tahun: int, teks: str, versi: int, pintu: str
) -> KomponenResult:
    # The figure follows from all components: two people saving two of them take turns.
    root = Indikator.objects.filter(pk=indikator).values(kunci=kunci_realisasi())
    list(Indikator.objects.select_for_update(of=("self",)).filter(pk__in=root).order_by().values_list("pk"))
    record = find_row(indikator, tahun)
    if not may_write(actor, record.unit):
        raise PermissionDenied(
            f"Indikator ini milik {record.unit or 'unit lain'}; Anda hanya dapat mengisi milik unit Anda sendiri."
        )
    component = _component(record, kode)
    try:
        value = read_komponen(teks, component)
        years = _years_of(record, component, tahun)
        if value is not None:
            check_target(record, component, tahun)
    except (FormatError, YearOutsidePlan) as error:
        return _result(Outcome.INVALID, record, kode, tahun, error=str(error))
    stored = component.nilai.select_for_update(of=("self",)).filter(tahun=tahun, triwulan=0).first()
    was = stored.nilai if stored else None
    dibaca = "" if value is None else rujukan.shown(value, component.satuan)
    if value == was:
        return KomponenResult(Outcome.UNCHANGED, record, component, stored, dibaca=dibaca)
    if record.locked:
        return _result(Outcome.LOCKED, record, kode, tahun)
    if record.closed:
        return _result(Outcome.INVALID, record, kode, tahun, error=record.closed)
    if versi != (stored.versi if stored else 0):
        return _result(Outcome.CONFLICT, record, kode, tahun, dibaca=dibaca)
    if stored is None:
        stored = NilaiKomponen(komponen=component, tahun=tahun, versi=0)
    before = snapshot(stored, ["nilai"])
    stored.nilai, stored.versi = value, stored.versi + 1
    stored.diubah_oleh, stored.diubah_pada = actor, timezone.now()
    stored.sumber = ""
    stored.save()
    record_changes(stored, before, actor=actor, pintu=pintu, after=snapshot(stored, ["nilai"]))
    recompute([record.indikator], years, actor=actor, pintu=pintu, alasan=f"Dihitung dari {component.nama}.")
    return KomponenResult(Outcome.SAVED, record, component, stored, dibaca=dibaca)


def read_komponen(teks: str, komponen: Komponen) -> Decimal | None:
    """A component as typed, None for an empty cell; raises ``FormatError``."""
    text = teks.replace("\x00", "").strip()
    if not text:
        return None
    parsed = parse_number(text)
    unit = read_satuan(komponen.satuan)
    if parsed.percent and unit.persen != 1:
        raise FormatError(f"“{text}” adalah persen, sedangkan {komponen.nama} dihitung dalam {komponen.satuan}.")
    if parsed.rupiah and dict(unit.pangkat) != {"rp": 1}:
        raise FormatError(f"“{text}” adalah rupiah, sedangkan {komponen.nama} dihitung dalam {komponen.satuan}.")
    if parsed.value < 0:
        raise FormatError(f"“{text}” negatif; {komponen.nama} tidak boleh kurang dari 0.")
    if parsed.value != int(parsed.value) and set(dict(unit.pangkat)) <= _WHOLE and unit.pangkat:
        raise FormatError(f"“{text}” berkoma; {komponen.satuan} ditulis bulat, misalnya 1.250.")
    return parsed.value


def _years_of(record: RowRecord, komponen: Komponen, tahun: int) -> list[int]:
    """Years whose figure a value of ``tahun`` decides; raises ``YearOutsidePlan``."""
    plan = record.indikator.renstra
    if komponen.kebijakan == Komponen.Kebijakan.TAHUN_DASAR:
        check_year(plan, plan.tahun_awal)
        if tahun != plan.tahun_dasar:
            raise YearOutsidePlan(
                f"{komponen.nama} memakai nilai tahun dasar; yang diisi hanya tahun {plan.tahun_dasar}."
            )
        return list(plan.tahun)
    check_year(plan, tahun)
    return [tahun]


def check_target(record: RowRecord, komponen: Komponen, tahun: int) -> None:
    """Refuse a value of a year that has nothing to be measured against; raises ``FormatError``."""
    if komponen.kebijakan == Komponen.Kebijakan.TAHUN_DASAR:
        return
    target = record.target.target if record.target else None
    if target is None:
        raise FormatError(
            f"Indikator ini tidak punya target {tahun}, jadi realisasinya tidak dapat dinilai; "
            "minta Administrator melengkapi targetnya."
        )
    if target == 0:
        raise FormatError(
            f"Target {tahun} adalah 0, jadi capaian tidak dapat dihitung; minta Administrator memperbaiki targetnya."
        )


def hitung_ulang(actor: User, indikator: int, tahun: int, *, pintu: str) -> bool:
    """Bring a year in line with what its tables, references and the registry say now; whether anything changed.

    People served are counted again first.

    Raises ``PermissionDenied``, ``HasilDitolak``, ``YearOutsidePlan``, ``Indikator.DoesNotExist``.
    """
    with transaction.atomic():
        record = find_row(indikator, tahun)
        if not may_write(actor, record.unit):
            raise PermissionDenied("Menghitung ulang hanya oleh staf unit pemilik indikator.")
        check_year(record.indikator.renstra, tahun, diganti=record.diganti)
        for part, year in counted_parts(record.indikator, tahun):
            hitungan.keep_count(actor, part.acuan or part.acuan_hitung, year)
        changed = recompute(
            [record.indikator], [tahun], actor=actor, pintu=pintu, alasan="Dihitung ulang dari sumber yang berubah."
        )
        return bool(changed)


def counted_parts(indikator: Indikator, tahun: int) -> list[tuple[Komponen, int]]:
    """Components that a count of people served stands behind or beside, with the year that is counted."""
    rows = Komponen.objects.filter(indikator=indikator.kunci_realisasi).order_by("urutan", "pk")
    base = indikator.renstra.tahun_dasar
    return [
        (row, base if row.kebijakan == Komponen.Kebijakan.TAHUN_DASAR else tahun)
        for row in rows
        if (row.acuan or row.acuan_hitung).startswith(hitungan.AWALAN)
    ]


def compare_counts(indikator: Indikator, tahun: int) -> list[tuple[Komponen, hitungan.Perbandingan]]:
    """What counting again would change, before it is done."""
    return [
        (part, hitungan.compare(part.acuan or part.acuan_hitung, year))
        for part, year in counted_parts(indikator, tahun)
    ]


def counts_seen(found: list[tuple[Komponen, hitungan.Perbandingan]]) -> str:
    """Fingerprint of a comparison: what somebody saw before counting again."""
    text = ";".join(f"{seen.acuan} {seen.tahun} {seen.kini.orang}/{seen.kini.layanan}" for _, seen in found)
    return hashlib.sha256(text.encode()).hexdigest()


def pilih_angka(
    actor: User, indikator: int, kode: str, tahun: int, pakai: PilihanAngka.Pakai, alasan: str, *, pintu: str
) -> bool:
    """Choose which figure of a component counts in a year, the typed or the counted one; whether anything changed.

    Raises ``Ditolak`` (no reason, nothing counted yet, row locked, impossible figure), ``PermissionDenied``,
    ``YearOutsidePlan``, ``Komponen.DoesNotExist``.
    """
    with transaction.atomic():
        record = find_row(indikator, tahun)
        if not may_write(actor, record.unit):
            raise PermissionDenied("Angka hanya dipilih oleh staf unit pemilik indikator.")
        check_year(record.indikator.renstra, tahun, diganti=record.diganti)
        part = Komponen.objects.exclude(acuan_hitung="").get(indikator=record.indikator.kunci_realisasi, kode=kode)
        if not alasan.strip():
            raise Ditolak({"alasan": "Tulis alasan memilih angka ini."})
        if record.locked:
            raise Ditolak({"": "Realisasi tahun ini terkunci; minta dikembalikan dahulu."})
        newest = part.pilihan.filter(tahun=tahun).order_by("-pk").first()
        before = newest.pakai if newest else PilihanAngka.Pakai.DIKETIK
        if before == pakai:
            return False
        if pakai == PilihanAngka.Pakai.DIHITUNG:
            hitungan.keep_count(actor, part.acuan_hitung, tahun)
        row = PilihanAngka.objects.create(komponen=part, tahun=tahun, pakai=pakai, alasan=alasan.strip(), oleh=actor)
        record_changes(row, {"pakai": before}, actor=actor, pintu=pintu, alasan=alasan.strip(), after={"pakai": pakai})
        try:
            recompute([record.indikator], [tahun], actor=actor, pintu=pintu, alasan=f"{row}: {alasan.strip()}")
        except HasilDitolak as error:
            raise Ditolak({"": str(error)}) from None
        return True


# Formulas ----------------------------------------------------------------------------------------------------------


class Ditolak(Exception):
    """What was asked for cannot be stored: ``galat`` holds the messages by the name of the field."""

    def __init__(self, galat: dict[str, str]) -> None:
        super().__init__(" ".join(galat.values()))
        self.galat = galat


def check_rumus(indikator: Indikator, ekspresi: str) -> Simpul:
    """Parse a formula and check its names, units and references; raises ``RumusError``."""
    tree = parse(ekspresi)
    parts = {part.kode: part for part in Komponen.objects.filter(indikator=indikator.kunci_realisasi)}
    check_names(tree, parts)
    if not names(tree):
        raise RumusError("Rumus tidak memakai satu komponen pun; hasilnya akan selalu sama.")
    check_units(tree, {kode: part.satuan for kode, part in parts.items()}, indikator.satuan)
    used = {parts[kode].acuan for kode in names(tree)}
    way = _circle(indikator, {text for text in used if text.startswith(rujukan.INDIKATOR)})
    if way:
        raise RumusError(rujukan.circle_words(way))
    return tree


def _circle(indikator: Indikator, acuan: set[str]) -> tuple[str, ...]:
    """The way back to ``indikator`` if it took these figures."""
    edges = {kode: set(to) for kode, to in rujukan.references(indikator.renstra).items()}
    edges.setdefault(indikator.kode, set()).update(text.removeprefix(rujukan.INDIKATOR) for text in acuan)
    return find_circle(edges, indikator.kode)


def versions_of(indikator: Indikator) -> list[Rumus]:
    """Every version of a formula, the first one first."""
    return list(
        Rumus.objects.filter(indikator=indikator.kunci_realisasi).order_by("versi").select_related("dibuat_oleh")
    )


@dataclass(frozen=True, slots=True)
class Pratinjau:
    """What a formula would do to a year: today's figure and the new one; ``tetap`` says why it does not change."""

    tahun: int
    sekarang: Perhitungan | None
    nanti: Perhitungan | None
    tersimpan: Realisasi | None
    tetap: str = ""

    @property
    def berubah(self) -> bool:
        """Whether the stored figure would be another one."""
        if self.tetap or self.nanti is None or not self.nanti.dimulai:
            return False
        try:
            value = as_kinerja(self.nanti.hasil)[1]
        except HasilDitolak:
            return True
        return value != (self.tersimpan.kinerja if self.tersimpan else None)


def preview_rumus(indikator: Indikator, ekspresi: str, berlaku_mulai: int) -> list[Pratinjau]:
    """The real figures of every year with a formula that is not stored; raises ``RumusError``."""
    tree = check_rumus(indikator, ekspresi)
    known = versions_of(indikator)
    draf = Rumus(
        indikator_id=indikator.kunci_realisasi,
        versi=known[-1].versi + 1 if known else 1,
        ekspresi=write(tree),
        berlaku_mulai=berlaku_mulai,
    )
    years = list(indikator.renstra.tahun)
    now = load_perhitungan([indikator], years)
    then = load_perhitungan([indikator], years, draf=draf)
    rows = Realisasi.objects.filter(indikator=indikator.kunci_realisasi, tahun__in=years, triwulan=0)
    stored = {row.tahun: row for row in rows}
    found = []
    for year in years:
        row, after = stored.get(year), then.get((indikator.pk, year))
        kept = ""
        if row is not None and row.status in (Realisasi.Status.DISETUJUI, Realisasi.Status.DIVERIFIKASI):
            kept = f"sudah {row.get_status_display().lower()}"
        elif after is None or after.rumus is not draf:
            kept = f"rumus ini baru berlaku {berlaku_mulai}"
        elif not after.dimulai:
            kept = "komponennya belum diisi"
        found.append(Pratinjau(year, now.get((indikator.pk, year)), after, row, kept))
    return found


def save_rumus(
    actor: User, indikator: int, ekspresi: str, berlaku_mulai: int, alasan: str, *, versi: int, pintu: str
) -> Rumus:
    """Add a version of a formula and recompute the years it holds for; approved years keep theirs.

    ``versi`` is the newest version the person saw (0: none). Raises ``Ditolak`` with messages by
    field, ``PermissionDenied``, ``Indikator.DoesNotExist``.
    """
    if not MAY_DEFINE.admits(actor):
        raise PermissionDenied("Rumus hanya diubah oleh Administrator.")
    with transaction.atomic():
        row = Indikator.objects.select_related("renstra").get(pk=indikator)
        root = Indikator.objects.select_for_update(of=("self",)).get(pk=row.kunci_realisasi)
        known = versions_of(row)
        galat: dict[str, str] = {}
        text = ""
        try:
            text = write(check_rumus(row, ekspresi))
        except RumusError as error:
            galat["ekspresi"] = str(error)
        latest = known[-1] if known else None
        if latest and not alasan.strip():
            galat["alasan"] = "Tulis alasannya; rumus lama tetap tersimpan dan orang perlu tahu mengapa berubah."
        if berlaku_mulai not in row.renstra.tahun:
            galat["berlaku_mulai"] = (
                f"Tahun {berlaku_mulai} di luar {row.renstra.judul}; "
                f"pilih {row.renstra.tahun_awal} sampai {row.renstra.tahun_akhir}."
            )
        if versi != (latest.versi if latest else 0):
            galat["ekspresi"] = "Rumus ini diubah orang lain sesudah Anda membukanya; muat ulang halaman."
        elif latest and (text, berlaku_mulai) == (latest.ekspresi, latest.berlaku_mulai):
            galat["ekspresi"] = "Rumus ini sama dengan yang berlaku sekarang; tidak ada yang diubah."
        if galat:
            raise Ditolak(galat)
        new = Rumus(
            indikator=root,
            versi=versi + 1,
            ekspresi=text,
            berlaku_mulai=berlaku_mulai,
            alasan=alasan.strip(),
            dibuat_oleh=actor,
            dibuat_pada=timezone.now(),
        )
        new.save()
        record_changes(new, None, actor=actor, pintu=pintu, alasan=new.alasan, ignore=("dibuat_oleh", "dibuat_pada"))
        try:
            recompute(
                [row],
                [year for year in row.renstra.tahun if year >= berlaku_mulai],
                actor=actor,
                pintu=pintu,
                alasan=f"Rumus versi {new.versi}: {new.alasan}".rstrip(": "),
            )
        except HasilDitolak as error:
            raise Ditolak({"ekspresi": str(error)}) from None
        return new


_DEFINED = ("kode", "urutan", "nama", "satuan", "peran", "jenis_sumber", "acuan", "acuan_hitung", "kebijakan")


def save_definisi(actor: User, indikator: int, komponen: Komponen, *, alasan: str, pintu: str) -> Komponen:
    """Store a new or changed component of an indicator; raises ``Ditolak`` with messages by field.

    A name that a formula uses stays; unit and reference must fit the formula in force, and no reference may
    come back to the indicator. Years not yet approved follow.
    """
    if not MAY_DEFINE.admits(actor):
        raise PermissionDenied("Komponen rumus hanya ditetapkan oleh Administrator.")
    with transaction.atomic():
        row = Indikator.objects.select_related("renstra").get(pk=indikator)
        root = Indikator.objects.select_for_update(of=("self",)).get(pk=row.kunci_realisasi)
        komponen.indikator = root
        before = None
        was = None
        if komponen.pk:
            was = Komponen.objects.get(pk=komponen.pk, indikator=root)
            before = snapshot(was, _DEFINED)
        galat = _check_definition(row, komponen, was)
        if was and not galat and not alasan.strip():
            galat["alasan"] = "Tulis alasan perubahan."
        if galat:
            raise Ditolak(galat)
        komponen.save()
        after = snapshot(komponen, _DEFINED)
        if before != after:
            record_changes(komponen, before, actor=actor, pintu=pintu, alasan=alasan.strip(), after=after)
            latest = versions_of(row)
            try:
                if latest:
                    check_rumus(row, latest[-1].ekspresi)
                recompute([row], list(row.renstra.tahun), actor=actor, pintu=pintu, alasan=alasan.strip())
            except RumusError as error:
                raise Ditolak({"satuan": f"Tidak cocok dengan rumus yang berlaku. {error}"}) from None
            except HasilDitolak as error:
                raise Ditolak({"acuan": str(error)}) from None
        return komponen


def _check_definition(indikator: Indikator, komponen: Komponen, was: Komponen | None) -> dict[str, str]:
    try:
        komponen.full_clean(exclude=["indikator"])
        komponen.validate_constraints()
    except ValidationError as error:
        found = {name: " ".join(texts) for name, texts in error.message_dict.items()}
        general = found.pop("__all__", "")
        return found or {"acuan" if "Acuan" in general else "kode": general}
    used = {kode for version in versions_of(indikator) for kode in names(parse(version.ekspresi))}
    if was and was.kode != komponen.kode and was.kode in used:
        return {"kode": f"Nama {was.kode} dipakai dalam rumus dan tidak dapat diganti; tambahkan komponen baru."}
    if was and was.jenis_sumber != komponen.jenis_sumber and was.nilai.filter(nilai__isnull=False).exists():
        return {"jenis_sumber": "Nilai komponen ini sudah diketik; tambahkan komponen baru untuk sumber lain."}
    for field in ("acuan", "acuan_hitung"):
        text = getattr(komponen, field)
        if not text:
            continue
        if field == "acuan_hitung" and not text.startswith(hitungan.AWALAN):
            return {field: "Hitungan pembanding berbentuk layanan:…, misalnya layanan:kode:1.06.04."}
        try:
            unit = rujukan.check(text, indikator.renstra)
        except rujukan.AcuanError as error:
            return {field: str(error)}
        if read_satuan(unit) != read_satuan(komponen.satuan):
            return {"satuan": f"Satuan komponen {komponen.satuan}, padahal angka yang diacu bersatuan {unit}."}
    if komponen.acuan.startswith(rujukan.INDIKATOR):
        way = _circle(indikator, {komponen.acuan})
        if way:
            return {"acuan": rujukan.circle_words(way)}
    return {}

"""Editing a draft perubahan: wording, targets, pagu, new rows, rows that end, and its determination.

Every function checks the person, locks the draft, writes in one transaction and leaves a
trail with the reason. Determined versions are refused: they are history.
Pagu is typed on sub kegiatan rows (and on nodes without anything below); program and kegiatan
rows of the years touched follow from them, as do the finals of every row touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.access import require
from accounts.jejak import record_changes, snapshot
from accounts.models import UnitKerja, User
from indicators.capaian import accumulate
from indicators.models import Indikator, Realisasi, Target
from indicators.plan_sums import contributors, load_plan, pagu_sums, sum_money
from indicators.versions.compare import has_changes
from indicators.versions.rules import MAY_EDIT, PerubahanRefused
from programs import codes
from programs.models import (
    ArahKebijakan,
    IsuStrategis,
    Kegiatan,
    Misi,
    Program,
    Renstra,
    Sasaran,
    Simpul,
    Strategi,
    SubKegiatan,
    TeksBernomor,
    Tujuan,
)
from programs.versions import chain
from renstra.formats import format_tanggal, round_half_up

NODES: dict[str, type[Simpul]] = {"program": Program, "kegiatan": Kegiatan, "subkegiatan": SubKegiatan}
SENTENCES: dict[str, type[TeksBernomor]] = {
    "misi": Misi,
    "isustrategis": IsuStrategis,
    "tujuan": Tujuan,
    "sasaran": Sasaran,
    "strategi": Strategi,
    "arahkebijakan": ArahKebijakan,
}
# Path from a sentence to its plan.
PLAN_OF = {
    "misi": "renstra",
    "isustrategis": "renstra",
    "tujuan": "renstra",
    "sasaran": "tujuan__renstra",
    "strategi": "sasaran__tujuan__renstra",
    "arahkebijakan": "strategi__sasaran__tujuan__renstra",
}
CHILD_OF = {"": "program", "program": "kegiatan", "kegiatan": "subkegiatan"}
Row = Simpul | TeksBernomor


@dataclass(frozen=True, slots=True)
class RowChange:
    """What was typed for one indicator; years that are missing stay as they are."""

    uraian: str
    satuan: str
    target: Mapping[int, Decimal | None]
    pagu: Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class NewRow:
    """A node to add with its first indicator; ``induk`` is the printed code above, empty for a program."""

    induk: str
    kode: str
    nama: str
    unit: UnitKerja | None
    uraian: str
    satuan: str
    arah: str = Indikator.Arah.NAIK.value
    akumulasi: str = Indikator.Akumulasi.JUMLAH.value


@dataclass(frozen=True, slots=True)
class _Writer:
    """Who writes why through which door."""

    actor: User
    pintu: str
    alasan: str

    def save(self, row: models.Model, before: Mapping[str, str | None] | None, alasan: str = "") -> None:
        """Store a row and what changed of it."""
        row.save()
        record_changes(row, before, actor=self.actor, pintu=self.pintu, alasan=alasan or self.alasan)

    def delete(self, row: models.Model) -> None:
        """Remove a row; the trail keeps what it held."""
        before, pk = snapshot(row), row.pk
        row.delete()
        row.pk = pk  # Django takes the key of a deleted row away; the trail names the row by it
        record_changes(row, before, actor=self.actor, pintu=self.pintu, alasan=self.alasan, after={})


def find(renstra: Renstra, level: str, pk: int) -> Row:
    """A node or sentence of a version; raises ``LookupError``."""
    found: Any = None
    if level in NODES:
        found = NODES[level].objects.filter(renstra=renstra, pk=pk).select_related("unit", "akar").first()
    elif level in SENTENCES:
        found = SENTENCES[level]._default_manager.filter(**{PLAN_OF[level]: renstra}, pk=pk).first()
    if found is None:
        raise LookupError("Baris itu tidak ada pada versi ini; mungkin baru saja dihapus.")
    return found


def indicators_of(level: str, row: Row) -> list[Indikator]:
    """Indicators of a node in their order; sentences other than sasaran have none."""
    if level not in NODES and level != "sasaran":
        return []
    return list(Indikator.objects.filter(**{level: row}).select_related("akar").order_by("urutan", "id"))


def takes_pagu(indikator: Indikator) -> bool:
    """Whether the pagu of this row is typed; program and kegiatan add up."""
    return indikator.subkegiatan_id is not None and indikator.ukuran_dari_id is None


def token_of(level: str, row: Row) -> str:
    """What stands there now, as a token against writing over somebody else's change."""
    rows = [row, *indicators_of(level, row)]
    targets = Target.objects.filter(indikator__in=[item.pk for item in rows[1:]]).order_by("indikator", "tahun")
    text = repr([snapshot(item) for item in (*rows, *targets)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def change_row(
    actor: User,
    renstra: Renstra,
    level: str,
    pk: int,
    *,
    teks: str,
    rows: Mapping[int, RowChange],
    alasan: str,
    token: str,
    pintu: str,
) -> bool:
    """Store the wording of a node or sentence and its indicators; False when nothing differs.

    Raises ``PermissionDenied``, ``PerubahanRefused``, ``LookupError``.
    """
    with transaction.atomic():
        writer = _open(actor, renstra, alasan, pintu)
        row = find(renstra, level, pk)
        if token != token_of(level, row):
            raise PerubahanRefused(
                "Baris ini sementara itu diubah orang lain. Nilai yang tersimpan sekarang ada di bawah isian Anda; "
                "periksa, lalu simpan lagi.",
                "token",
            )
        _require_running(row)
        changed = _change_text(writer, level, row, teks)
        indicators = {item.pk: item for item in indicators_of(level, row)}
        touched: dict[int, set[int]] = {}
        for id_, change in rows.items():
            if id_ not in indicators:
                raise LookupError("Indikator itu tidak ada pada baris ini.")
            wording, years = _change_indicator(writer, indicators[id_], change)
            changed = changed or wording or bool(years)
            if years:
                touched[id_] = years
        if touched:
            _refuse_approved({indicators[id_]: years for id_, years in touched.items()})
            _follow(writer, renstra, level, row, {year for years in touched.values() for year in years})
        return changed


def add_node(actor: User, renstra: Renstra, new: NewRow, *, alasan: str, pintu: str) -> tuple[str, Simpul]:
    """Add a program, kegiatan or sub kegiatan with its first indicator, without figures yet.

    Raises ``PermissionDenied``, ``PerubahanRefused`` (``field`` names the cell).
    """
    with transaction.atomic():
        writer = _open(actor, renstra, alasan, pintu)
        for name in ("kode", "nama", "uraian"):
            if not getattr(new, name).strip():
                raise PerubahanRefused("Wajib diisi.", name)
        if new.unit is None:
            raise PerubahanRefused("Pilih unit penanggung jawab.", "unit")
        level, above = _place(renstra, new)
        node = NODES[level](
            renstra=renstra,
            kode=new.kode.strip(),
            kode_kanonik=codes.canonical(new.kode),
            kunci_urut=codes.sort_key(new.kode),
            nama=new.nama.strip(),
            unit=new.unit,
            sumber=f"Ditambahkan pada {renstra.versi}",
        )
        if above is not None:
            node.induk = above  # type: ignore[attr-defined]
            node.nomenklatur = above.nomenklatur
        _validate(node, {"kode_kanonik": "kode", "kunci_urut": "kode", "__all__": "kode"})
        writer.save(node, None)
        _first_indicator(writer, renstra, level, node, new)
        return level, node


def add_indicator(
    actor: User, renstra: Renstra, level: str, pk: int, *, uraian: str, satuan: str, alasan: str, pintu: str
) -> Indikator:
    """A further indicator of a node or sasaran, without figures yet; raises as ``add_node``."""
    with transaction.atomic():
        writer = _open(actor, renstra, alasan, pintu)
        row = find(renstra, level, pk)
        _require_running(row)
        if level not in NODES and level != "sasaran":
            raise PerubahanRefused("Baris ini tidak mempunyai indikator.")
        if not uraian.strip():
            raise PerubahanRefused("Wajib diisi.", "uraian")
        present = indicators_of(level, row)
        base = present[0] if present else None
        indicator = Indikator(
            renstra=renstra,
            kode=_free_code(renstra, row.kode if level in NODES else (base.kode if base else "IKU")),
            uraian=uraian.strip(),
            satuan=satuan.strip(),
            urutan=max((item.urutan for item in present), default=0) + 1,
            melayani_id=base.melayani_id if base else None,
            **{level: row},
        )
        _validate(indicator, {})
        writer.save(indicator, None)
        return indicator


def end_row(
    actor: User, renstra: Renstra, level: str, pk: int, tahun: int, *, alasan: str, pintu: str, indikator: int = 0
) -> None:
    """End a node with everything below it, or one of its indicators, from ``tahun`` on.

    Targets and pagu from that year on become empty; earlier years and their realisasi stay.
    Raises ``PermissionDenied``, ``PerubahanRefused``, ``LookupError``.
    """
    with transaction.atomic():
        writer = _open(actor, renstra, alasan, pintu)
        row = find(renstra, level, pk)
        _require_running(row)
        if tahun not in renstra.tahun:
            raise PerubahanRefused(f"Pilih tahun antara {renstra.tahun_awal} dan {renstra.tahun_akhir}.", "tahun")
        if level not in NODES and not indikator:
            raise PerubahanRefused("Yang dapat diakhiri adalah program, kegiatan, sub kegiatan, dan indikator.")
        nodes = [] if indikator else _below(level, row)
        ending = _indicators_below(nodes) if nodes else indicators_of(level, row)
        if indikator:
            ending = [item for item in ending if indikator in (item.pk, item.ukuran_dari_id)]
            if not ending:
                raise LookupError("Indikator itu tidak ada pada baris ini.")
            _refuse_carrier(renstra, ending)
        years = set(range(tahun, renstra.tahun_akhir + 1))
        _refuse_approved(dict.fromkeys(ending, years))
        for node in nodes:
            if node.berakhir_sejak is None or node.berakhir_sejak > tahun:
                before = snapshot(node)
                node.berakhir_sejak = tahun
                writer.save(node, before)
        for item in ending:
            _empty(writer, item, tahun)
        _follow(writer, renstra, level, row, years)


def undo_end(actor: User, renstra: Renstra, level: str, pk: int, *, alasan: str, pintu: str) -> None:
    """Let a node run on: its own end mark goes, and with it those of its indicators.

    The figures the version copied come back for the node itself; what lies below keeps its mark
    until it is let run on too. Raises as ``end_row``.
    """
    with transaction.atomic():
        writer = _open(actor, renstra, alasan, pintu)
        row = find(renstra, level, pk)
        if level in NODES:
            assert isinstance(row, Simpul)
            above = getattr(row, "induk", None)
            if above is not None and above.berakhir_sejak is not None:
                raise PerubahanRefused(f"{above.kode} di atasnya juga berakhir; lanjutkan yang di atas dahulu.")
            if row.berakhir_sejak is not None:
                before = snapshot(row)
                row.berakhir_sejak = None
                writer.save(row, before)
        years: set[int] = set()
        for item in indicators_of(level, row):
            if item.berakhir_sejak is not None:
                years |= set(range(item.berakhir_sejak, renstra.tahun_akhir + 1))
                _restore(writer, renstra, item)
        _follow(writer, renstra, level, row, years)


def remove_added(actor: User, renstra: Renstra, level: str, pk: int, *, alasan: str, pintu: str) -> None:
    """Take out a node that this draft added, with what was added below it; raises as ``end_row``."""
    with transaction.atomic():
        writer = _open(actor, renstra, alasan, pintu)
        row = find(renstra, level, pk)
        if not isinstance(row, Simpul) or row.akar_id is not None:  # type: ignore[attr-defined]
            raise PerubahanRefused("Baris ini sudah ada pada versi sebelumnya; akhiri, jangan dihapus.")
        nodes = _below(level, row)
        years = set(renstra.tahun)
        items = _indicators_below(nodes)
        for item in sorted(items, key=lambda item: item.melayani_id is None):
            for target in item.target.all():
                writer.delete(target)
            writer.delete(item)
        above = getattr(row, "induk", None)
        for node in reversed(nodes):
            writer.delete(node)
        if above is not None:
            _follow(writer, renstra, _level(above), above, years)


def discard(actor: User, renstra: Renstra, *, alasan: str, pintu: str) -> None:
    """Delete a draft that is not wanted; the trail keeps that it was there. Raises as ``end_row``."""
    with transaction.atomic():
        writer = _open(actor, renstra, alasan, pintu)
        Target.objects.filter(indikator__renstra=renstra).delete()
        rows = Indikator.objects.filter(renstra=renstra)
        rows.update(melayani=None, ukuran_dari=None)
        rows.delete()
        for model in reversed(NODES.values()):
            model.objects.filter(renstra=renstra).delete()
        writer.delete(renstra)


def determine(actor: User, renstra: Renstra, *, nomor: str, tanggal: date | None, alasan: str, pintu: str) -> None:
    """Make a draft the version in force; raises ``PermissionDenied``, ``PerubahanRefused``."""
    with transaction.atomic():
        writer = _open(actor, renstra, alasan or renstra.alasan_perubahan, pintu)
        nomor = nomor.strip()
        if not nomor:
            raise PerubahanRefused("Tulis nomor keputusan penetapan.", "nomor")
        if tanggal is None:
            raise PerubahanRefused("Tulis tanggal penetapan.", "tanggal")
        if tanggal > timezone.localdate():
            raise PerubahanRefused("Tanggal penetapan belum tiba; tetapkan pada atau sesudah tanggalnya.", "tanggal")
        before = chain(renstra)[-2]
        if not has_changes(before, renstra):
            raise PerubahanRefused(f"Draf ini masih sama dengan {before.versi}; belum ada yang ditetapkan.")
        if tanggal.year < renstra.tahun_awal or (before.tanggal_penetapan and tanggal <= before.tanggal_penetapan):
            since = format_tanggal(before.tanggal_penetapan) if before.tanggal_penetapan else str(renstra.tahun_awal)
            raise PerubahanRefused(f"Tanggal penetapan harus sesudah {before.versi} ({since}).", "tanggal")
        was = snapshot(renstra)
        renstra.status = Renstra.Status.DITETAPKAN
        renstra.nomor_penetapan, renstra.tanggal_penetapan = nomor, tanggal
        _validate(renstra, {"nomor_penetapan": "nomor", "tanggal_penetapan": "tanggal"})
        writer.save(renstra, was)


# --- inside ------------------------------------------------------------------------------


def _open(actor: User, renstra: Renstra, alasan: str, pintu: str) -> _Writer:
    """Check the person and the reason, and hold the draft until the transaction ends."""
    require(actor, MAY_EDIT)
    if not alasan.strip():
        raise PerubahanRefused("Tulis alasan perubahan ini; pembaca versi baru melihatnya.", "alasan")
    locked = Renstra.objects.select_for_update().filter(pk=renstra.pk).first()
    if locked is None:
        raise PerubahanRefused("Draf ini sudah dihapus.")
    if not locked.draf:
        raise PerubahanRefused(f"{locked} sudah ditetapkan dan tidak diubah lagi; buat perubahan baru.")
    return _Writer(actor, pintu, alasan.strip())


def _require_running(row: Row) -> None:
    if isinstance(row, Simpul) and row.berakhir_sejak is not None:
        raise PerubahanRefused(f"{row.kode} berakhir sejak {row.berakhir_sejak}; lanjutkan dahulu untuk mengubahnya.")


def _change_text(writer: _Writer, level: str, row: Row, teks: str) -> bool:
    column = "nama" if level in NODES else "teks"
    teks = teks.strip()
    if not teks:
        raise PerubahanRefused("Wajib diisi.", "teks")
    if getattr(row, column) == teks:
        return False
    before = snapshot(row)
    setattr(row, column, teks)
    if isinstance(row, Sasaran):
        row.teks_tabel_5_1 = ""  # the new wording holds in both tables
    if isinstance(row, Program):
        row.nama_tabel_6_1 = ""
    _validate(row, {"nama": "teks"})
    writer.save(row, before)
    return True


def _change_indicator(writer: _Writer, row: Indikator, change: RowChange) -> tuple[bool, set[int]]:
    """Whether the wording changed, and the years whose figures did."""
    wording = (row.uraian, row.satuan) != (change.uraian.strip(), change.satuan.strip())
    if wording:
        before = snapshot(row)
        row.uraian, row.satuan = change.uraian.strip(), change.satuan.strip()
        _validate(row, {"uraian": f"i{row.pk}-uraian", "satuan": f"i{row.pk}-satuan"})
        writer.save(row, before)
    stored = {target.tahun: target for target in row.target.all()}
    years: set[int] = set()
    for tahun in sorted({*change.target, *change.pagu}):
        target = stored.get(tahun) or Target(indikator=row, tahun=tahun)
        stand = snapshot(target) if target.pk else None
        was = (target.target, target.pagu)
        target.target = change.target.get(tahun, target.target)
        if takes_pagu(row):
            target.pagu = change.pagu.get(tahun, target.pagu)
        if (target.target, target.pagu) == was:
            continue
        if row.berakhir_sejak is not None and tahun >= row.berakhir_sejak:
            raise PerubahanRefused(f"Indikator ini berakhir sejak {row.berakhir_sejak}.", f"i{row.pk}-t{tahun}")
        # What the transcriber said of the old figure does not hold for the new one.
        target.teks_tercetak = target.catatan_transkripsi = ""
        writer.save(target, stand)
        years.add(tahun)
    return wording, years


def _refuse_approved(changed: Mapping[Indikator, Collection[int]]) -> None:
    """Refuse to change years whose realisasi was approved: their capaian would change unseen."""
    approved = set(
        Realisasi.objects.filter(status=Realisasi.Status.DISETUJUI, triwulan=0)
        .of_rows(Indikator.objects.filter(pk__in=[row.pk for row in changed]))
        .values_list("baris_id", "tahun")
    )
    for row, years in changed.items():
        for tahun in sorted(years):
            if (row.pk, tahun) in approved:
                raise PerubahanRefused(
                    f"Realisasi {tahun} untuk {row.kode} sudah disetujui; target dan pagu tahun itu tetap.",
                    f"i{row.pk}-t{tahun}",
                )


def _refuse_carrier(renstra: Renstra, ending: Iterable[Indikator]) -> None:
    """A row that carries the pagu of rows below it cannot end while they go on."""
    plan = load_plan(renstra)
    wanted = {item.pk for item in ending}
    for rows in plan.indikator.values():
        for row in rows:
            below = [node.kode for node, item in contributors(plan, row) if item.berakhir_sejak is None]
            if row.id in wanted and below:
                raise PerubahanRefused(
                    f"Baris {row.kode} memuat pagu {', '.join(below[:3])}; akhiri sub kegiatan itu dahulu."
                )


def _follow(writer: _Writer, renstra: Renstra, level: str, row: Row, years: Collection[int]) -> None:
    """Finals of the row's own indicators, and pagu with finals of the kegiatan and program above it."""
    if not years:
        return
    own = indicators_of(level, row)
    lines: list[Indikator] = []
    node: Any = row
    while level in NODES and getattr(node, "induk", None) is not None:
        node = node.induk
        lines += indicators_of(_level(node), node)
    sums = pagu_sums(load_plan(renstra))
    where = f"mengikuti {row.kode}: {writer.alasan}" if level in NODES else writer.alasan
    adds_up = level in {"program", "kegiatan"}
    for item in lines + (own if adds_up else []):
        for tahun in sorted(years):
            _set_pagu(writer, item, tahun, sums.indikator.get((item.pk, tahun)), where)
    for item in own + lines:
        _set_finals(writer, item, renstra, where)


def _set_pagu(writer: _Writer, item: Indikator, tahun: int, pagu: int | None, alasan: str) -> None:
    if item.ukuran_dari_id is not None:
        return
    target = item.target.filter(tahun=tahun).first()
    if (target.pagu if target else None) == pagu:
        return
    before = snapshot(target) if target else None
    target = target or Target(indikator=item, tahun=tahun)
    target.pagu = pagu
    writer.save(target, before, alasan)


def _set_finals(writer: _Writer, item: Indikator, renstra: Renstra, alasan: str) -> None:
    """Final target by the accumulation rule, final pagu as the sum of the years."""
    figures = {row.tahun: row for row in item.target.all()}
    running = [year for year in renstra.tahun if item.berakhir_sejak is None or year < item.berakhir_sejak]
    targets = [figures[year].target if year in figures else None for year in running]
    final = accumulate(targets, item.akumulasi)
    if final is not None:
        final = round_half_up(final, 4)  # as the column keeps it: a mean has no end
    money = sum_money(figures[year].pagu for year in renstra.tahun if year in figures)
    if item.ukuran_dari_id is not None or item.sasaran_id is not None:
        money = item.akhir_pagu
    if (item.akhir_target, item.akhir_pagu) == (final, money):
        return
    before = snapshot(item)
    item.akhir_target, item.akhir_pagu = final, money
    writer.save(item, before, alasan)


def _empty(writer: _Writer, item: Indikator, tahun: int) -> None:
    for target in item.target.filter(tahun__gte=tahun):
        before = snapshot(target)
        target.target = target.pagu = None
        target.teks_tercetak = target.catatan_transkripsi = ""
        writer.save(target, before)
    if item.berakhir_sejak is None or item.berakhir_sejak > tahun:
        before = snapshot(item)
        item.berakhir_sejak = tahun
        writer.save(item, before)
    _set_finals(writer, item, item.renstra, writer.alasan)


def _restore(writer: _Writer, renstra: Renstra, item: Indikator) -> None:
    """Figures from the end mark on as the version before had them."""
    source = Indikator.objects.filter(renstra=renstra.asal_id, pk=item.akar_id) | Indikator.objects.filter(
        renstra=renstra.asal_id, akar=item.akar_id
    )
    old = {row.tahun: row for row in Target.objects.filter(indikator__in=source)} if item.akar_id else {}
    for target in item.target.filter(tahun__gte=item.berakhir_sejak):
        if target.tahun in old:
            before = snapshot(target)
            target.target, target.pagu = old[target.tahun].target, old[target.tahun].pagu
            target.teks_tercetak = old[target.tahun].teks_tercetak
            target.catatan_transkripsi = old[target.tahun].catatan_transkripsi
            writer.save(target, before)
    before = snapshot(item)
    item.berakhir_sejak = None
    writer.save(item, before)


def _below(level: str, row: Any) -> list[Any]:
    """The node and everything below it, parents first."""
    nodes = [row]
    if level == "program":
        nodes += list(Kegiatan.objects.filter(induk=row))
        nodes += list(SubKegiatan.objects.filter(induk__induk=row))
    elif level == "kegiatan":
        nodes += list(SubKegiatan.objects.filter(induk=row))
    return nodes


def _indicators_below(nodes: Iterable[Any]) -> list[Indikator]:
    where = models.Q(pk__in=[])
    for node in nodes:
        where |= models.Q(**{_level(node): node})
    return list(Indikator.objects.filter(where).select_related("renstra").order_by("pk"))


def _level(node: models.Model) -> str:
    return str(node._meta.model_name)


def _place(renstra: Renstra, new: NewRow) -> tuple[str, Any]:
    """Level of the new code and the node it hangs on; the code must lie below it."""
    try:
        level = codes.level(new.kode)
        above_key = codes.sort_key(new.kode)
    except codes.KodeError as error:
        raise PerubahanRefused(str(error), "kode") from None
    if level == "program":
        if new.induk:
            raise PerubahanRefused("Kode program berdiri sendiri; di bawah baris ini dibutuhkan kode lain.", "kode")
        return level, None
    wanted = {"kegiatan": "program", "subkegiatan": "kegiatan"}[level]
    above = NODES[wanted].objects.filter(renstra=renstra, kode=new.induk).first() if new.induk else None
    if above is None or not above_key.startswith(f"{above.kunci_urut}."):
        raise PerubahanRefused(
            f"Kode {new.kode} adalah kode {NODES[level]._meta.verbose_name}; ia harus berada di bawah {wanted}"
            f"{f' {new.induk}' if new.induk else ''}.",
            "kode",
        )
    _require_running(above)
    return level, above


def _first_indicator(writer: _Writer, renstra: Renstra, level: str, node: Simpul, new: NewRow) -> None:
    serves = None
    if level == "subkegiatan":
        serves = next(iter(indicators_of("kegiatan", node.induk)), None)  # type: ignore[attr-defined]
    indicator = Indikator(
        renstra=renstra,
        kode=_free_code(renstra, node.kode),
        uraian=new.uraian.strip(),
        satuan=new.satuan.strip(),
        arah=new.arah,
        akumulasi=new.akumulasi,
        melayani=serves,
        **{level: node},
    )
    _validate(indicator, {})
    writer.save(indicator, None)


def _free_code(renstra: Renstra, kode: str) -> str:
    """Code for a new indicator: that of its node, numbered when it is taken."""
    taken = set(
        Indikator.objects.filter(renstra__in=chain(renstra), kode__startswith=kode).values_list("kode", flat=True)
    )
    if kode not in taken:
        return kode
    return next(f"{kode}-{n}" for n in range(2, len(taken) + 3) if f"{kode}-{n}" not in taken)


def _validate(row: models.Model, names: Mapping[str, str]) -> None:
    """Django's own checks, with the first complaint at the cell of the form."""
    try:
        row.full_clean()
    except ValidationError as error:
        column, messages = next(iter(error.message_dict.items()))
        raise PerubahanRefused(str(messages[0]), names.get(column, column)) from None

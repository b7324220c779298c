"""One node of the plan with everything known of it: measures over the years, money, children.

``load_node`` reads (six queries at any level), the rest is arithmetic on plain
rows. Capaian and serapan come from ``capaian.py``, sums from ``plan_sums.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from accounts.models import UnitKerja, User
from indicators.capaian import Predikat, accumulate, compute_capaian, compute_serapan, predikat
from indicators.entry import write_kinerja
from indicators.models import Indikator, Realisasi, Target
from indicators.plan_sums import Plan, SimpulKey, add_up, load_plan, sum_money
from programs import codes
from programs.models import Kegiatan, Program, Renstra, Sasaran, Simpul, SubKegiatan
from renstra.formats import format_number, format_persen, format_rupiah

_MODELS: dict[str, type[Simpul]] = {"program": Program, "kegiatan": Kegiatan, "subkegiatan": SubKegiatan}
_STATUS = dict(Realisasi.Status.choices)
_AKUMULASI = {
    "jumlah": "jumlah tiap tahun",
    "akhir": "nilai tahun terakhir",
    "rata-rata": "rata-rata tiap tahun",
    "maksimum": "nilai tertinggi",
}


class NodeNotFound(LookupError):
    """No node of this Renstra has the code; the message is for the person."""


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of one indicator, formatted."""

    tahun: int
    target: str
    realisasi: str
    capaian: str
    predikat: Predikat | None
    pagu: str
    rupiah: str
    serapan: str
    status: str
    tercetak: str
    catatan: str
    # Addresses of open findings on these cells (findings.marks), empty when there are none.
    temuan_target: str = ""
    temuan_pagu: str = ""


@dataclass(frozen=True, slots=True)
class Final:
    """The end of the plan: as printed, and as it follows from the years where that differs."""

    target: str
    target_dihitung: str
    pagu: str
    pagu_dihitung: str
    realisasi: str
    capaian: str
    predikat: Predikat | None
    rupiah: str
    serapan: str
    temuan_target: str = ""
    temuan_pagu: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator of the node with its years."""

    id: int
    kode: str
    uraian: str
    satuan: str
    arah: str
    rumus: str
    akumulasi: str
    data_awal: str
    tabel: str
    tabel_slug: str
    baris: int | None
    catatan: str
    tercetak: str
    kedua: bool
    ada_uang: bool
    uang_dihitung: bool
    tahun: list[YearRow]
    akhir: Final

    @property
    def tahun_bercatatan(self) -> list[YearRow]:
        """Years whose cells the transcriber had to interpret."""
        return [row for row in self.tahun if row.catatan or row.tercetak]


@dataclass(frozen=True, slots=True)
class Child:
    """A node below with its pagu over the years."""

    kode: str
    nama: str
    unit: str
    pagu: tuple[str, ...]
    jumlah: str


@dataclass(frozen=True, slots=True)
class Node:
    """Everything the page prints."""

    tingkat: str
    tingkat_kata: str
    simpul: Any
    unit: UnitKerja | None
    di_atas: list[tuple[str, str]]
    measures: list[Measure]
    anak_kata: str
    anak: list[Child]
    jumlah_anak: Child | None
    tercetak: Child | None
    selisih: Child | None
    lihat_realisasi: bool

    @property
    def kode(self) -> str:
        """Printed code; a sasaran has none that people know."""
        return "" if self.tingkat == "sasaran" else str(self.simpul.kode)

    @property
    def nama(self) -> str:
        """Name, or the sentence of a sasaran."""
        return str(self.simpul.teks if self.tingkat == "sasaran" else self.simpul.nama)

    @property
    def penutup(self) -> list[Child]:
        """Closing lines below the children."""
        return [line for line in (self.jumlah_anak, self.tercetak, self.selisih) if line is not None]


def load_node(renstra: Renstra, kode: str, person: User) -> Node:
    """Read one program, kegiatan, sub kegiatan (by printed code) or sasaran (by its code); raises ``NodeNotFound``."""
    level, simpul = _find(renstra, kode)
    units = {unit.pk: unit for unit in UnitKerja.objects.all()}
    unit = units.get(simpul.unit_id)
    plan = load_plan(renstra)
    indicators = list(Indikator.objects.filter(**{level: simpul}).select_related("tabel").order_by("urutan", "id"))
    may_read = person.sees_all_units() or (person.unit is not None and person.unit.covers(unit))
    if level == "sasaran":
        _add_targets(plan, indicators)
    done = _load_realisasi(renstra, level, simpul) if may_read else {}
    key: SimpulKey = (level, simpul.pk)
    money: dict[tuple[int, int], int | None] = {at: row.rupiah for at, row in done.items()}
    sums = {tahun: add_up(plan, money, tahun)[1] for tahun in plan.tahun} if level in {"program", "kegiatan"} else None
    measures = [_measure(plan, row, level, done, sums) for row in indicators]
    children = _children(plan, level, simpul, units)
    totals = _compare(plan, key, children) if level != "sasaran" else (_sum_children(plan, children), None, None)
    return Node(
        tingkat=level,
        tingkat_kata=str(simpul._meta.verbose_name).capitalize(),
        simpul=simpul,
        unit=unit,
        di_atas=_above(plan, level, simpul),
        measures=measures,
        anak_kata={"sasaran": "Program", "program": "Kegiatan", "kegiatan": "Sub kegiatan"}.get(level, ""),
        anak=[child for child, _ in children],
        jumlah_anak=totals[0],
        tercetak=totals[1],
        selisih=totals[2],
        lihat_realisasi=may_read,
    )


def _find(renstra: Renstra, kode: str) -> tuple[str, Any]:
    try:
        level = codes.level(kode)
    except codes.KodeError as error:
        found = Sasaran.objects.filter(tujuan__renstra=renstra, kode=kode).first()
        if found is None:
            raise NodeNotFound(str(error)) from None
        return "sasaran", found
    simpul = _MODELS[level].objects.filter(renstra=renstra, kode=kode).first()
    if simpul is None:
        raise NodeNotFound(f"Kode {kode} tidak ada dalam {renstra.judul}.")
    return level, simpul


def _add_targets(plan: Plan, indicators: list[Indikator]) -> None:
    """IKU are no part of the tree that ``load_plan`` reads."""
    from indicators.plan_sums import TargetRow

    for row in Target.objects.filter(indikator__in=indicators, tahun__in=plan.tahun).order_by():
        plan.target[(row.indikator_id, row.tahun)] = TargetRow(
            row.target, row.pagu, row.teks_tercetak, row.catatan_transkripsi
        )


def _load_realisasi(renstra: Renstra, level: str, simpul: Any) -> dict[tuple[int, int], Realisasi]:
    """Realisasi of the node and, for its money, of everything below, by indicator and year."""
    below = {"program": Q(subkegiatan__induk__induk=simpul), "kegiatan": Q(subkegiatan__induk=simpul)}
    rows = Indikator.objects.filter(Q(**{level: simpul}) | below.get(level, Q()), renstra=renstra)
    found = Realisasi.objects.filter(triwulan=0).of_rows(rows).order_by()
    return {(row.baris_id, row.tahun): row for row in found}


def _measure(
    plan: Plan,
    row: Indikator,
    level: str,
    done: dict[tuple[int, int], Realisasi],
    sums: dict[int, dict[int, int | None]] | None,
) -> Measure:
    with_money = level != "sasaran" and row.ukuran_dari_id is None
    years, targets, reached, spent, pagu = [], [], [], [], []
    for tahun in plan.tahun:
        target = plan.target.get((row.pk, tahun))
        real = done.get((row.pk, tahun))
        t = target.target if target else None
        p = target.pagu if target else None
        k = real.kinerja if real else None
        rp = (sums[tahun].get(row.pk) if sums is not None else real.rupiah if real else None) if with_money else None
        capaian = compute_capaian(t, k, row.arah, row.rumus_turun, row.batas_bawah, row.batas_atas)
        targets.append(t)
        reached.append(k)
        spent.append(rp)
        pagu.append(p)
        years.append(
            YearRow(
                tahun=tahun,
                target=format_number(t),
                realisasi=write_kinerja(real.keadaan, k) if real else "",
                capaian="" if real is None else format_persen(capaian),
                predikat=predikat(capaian),
                pagu=format_rupiah(p),
                rupiah="" if rp is None else format_rupiah(rp),
                serapan="" if rp is None else format_persen(compute_serapan(p, rp)),
                status=_STATUS[real.status]
                if real and (k is not None or real.keadaan != "kosong" or rp is not None)
                else "",
                tercetak=target.teks_tercetak if target else "",
                catatan=target.catatan_transkripsi if target else "",
            )
        )
    return Measure(
        id=row.pk,
        kode=row.kode,
        uraian=row.uraian,
        satuan=row.satuan,
        arah=row.get_arah_display(),
        rumus=row.get_rumus_turun_display() if row.arah == Indikator.Arah.TURUN else "",
        akumulasi=_AKUMULASI[row.akumulasi],
        data_awal=row.data_awal_teks,
        tabel=row.tabel.nomor if row.tabel else "",
        tabel_slug=row.tabel.slug if row.tabel else "",
        baris=row.baris,
        catatan=row.catatan_transkripsi,
        tercetak=row.teks_tercetak,
        kedua=row.ukuran_dari_id is not None,
        ada_uang=with_money,
        uang_dihitung=sums is not None,
        tahun=years,
        akhir=_final(row, targets, reached, pagu, spent),
    )


def _final(
    row: Indikator,
    targets: list[Decimal | None],
    reached: list[Decimal | None],
    pagu: list[int | None],
    spent: list[int | None],
) -> Final:
    computed, money = accumulate(targets, row.akumulasi), sum_money(pagu)
    total, rupiah = accumulate(reached, row.akumulasi), sum_money(spent)
    # Printed first; what follows from the years stands beside it where it differs.
    target = row.akhir_target if row.akhir_target is not None else computed
    final_pagu = row.akhir_pagu if row.akhir_pagu is not None else money
    capaian = compute_capaian(target, total, row.arah, row.rumus_turun, row.batas_bawah, row.batas_atas)
    return Final(
        target=format_number(target),
        target_dihitung=format_number(computed) if computed is not None and computed != target else "",
        pagu=format_rupiah(final_pagu),
        pagu_dihitung=format_rupiah(money) if money is not None and money != final_pagu else "",
        realisasi="" if total is None else format_number(total),
        capaian="" if capaian is None else format_persen(capaian),
        predikat=predikat(capaian),
        rupiah="" if rupiah is None else format_rupiah(rupiah),
        serapan="" if rupiah is None else format_persen(compute_serapan(final_pagu, rupiah)),
    )


def _above(plan: Plan, level: str, simpul: Any) -> list[tuple[str, str]]:
    """Code and name of the nodes above, from the program down."""
    by_key = {node.key: node for node in plan.simpul}
    out: list[tuple[str, str]] = []
    at = {
        "kegiatan": ("program", getattr(simpul, "induk_id", 0)),
        "subkegiatan": ("kegiatan", getattr(simpul, "induk_id", 0)),
    }.get(level)
    while at is not None and at in by_key:
        node = by_key[at]
        out.insert(0, (node.kode, node.nama))
        at = ("program", node.induk_id) if node.tingkat == "kegiatan" and node.induk_id else None
    return out


def _children(plan: Plan, level: str, simpul: Any, units: dict[int, UnitKerja]) -> list[tuple[Child, list[int | None]]]:
    """Nodes below with their printed pagu (all main rows of the child together)."""
    if level == "sasaran":
        ids = set(Program.objects.filter(sasaran=simpul).values_list("pk", flat=True))
        nodes = [node for node in plan.simpul if node.tingkat == "program" and node.id in ids]
    else:
        nodes = plan.anak.get((level, simpul.pk), [])
    out = []
    for node in nodes:
        rows = plan.main(node.key)
        money = [sum_money(plan.pagu(row.id, tahun) for row in rows) for tahun in plan.tahun]
        unit = units.get(node.unit_id)
        out.append((_child(node.kode, node.nama, unit.nama if unit else "", money), money))
    return out


def _child(kode: str, nama: str, unit: str, money: list[int | None]) -> Child:
    return Child(kode, nama, unit, tuple(map(format_rupiah, money)), format_rupiah(sum_money(money)))


def _sums(children: list[tuple[Child, list[int | None]]], years: int) -> list[int | None]:
    return [sum_money(money[at] for _, money in children) for at in range(years)]


def _sum_children(plan: Plan, children: list[tuple[Child, list[int | None]]]) -> Child | None:
    return _child("", "Jumlah", "", _sums(children, len(plan.tahun))) if children else None


def _compare(
    plan: Plan, key: SimpulKey, children: list[tuple[Child, list[int | None]]]
) -> tuple[Child | None, Child | None, Child | None]:
    """Sum of the children, the node's own printed pagu, and the difference where there is one."""
    if not children:
        return None, None, None
    below = _sums(children, len(plan.tahun))
    own = [sum_money(plan.pagu(row.id, tahun) for row in plan.main(key)) for tahun in plan.tahun]
    total = _sum_children(plan, children)
    if own == below:
        return total, None, None
    gap = [None if a is None and b is None else (a or 0) - (b or 0) for a, b in zip(own, below, strict=True)]
    return total, _child("", "Tercetak pada baris ini", "", own), _child("", "Selisih", "", gap)

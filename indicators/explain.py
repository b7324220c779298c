"""Reads what the explanation of a figure needs and hands it to ``penjelasan.py``.

Fourteen queries at most for an indicator and year, whatever the size of the plan: the
indicator, its targets, its realisasi, the trail of both, and for program and kegiatan rows
the plan's tree with the rupiah typed below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from accounts.models import Jejak, User
from indicators.capaian import KOLOM_ATURAN, Akumulasi
from indicators.entry import write_kinerja
from indicators.models import Indikator, Realisasi, Target
from indicators.penjelasan import (
    AKUMULASI_TRIWULAN,
    Masukan,
    Penjelasan,
    Rujukan,
    explain_capaian,
    explain_final,
    explain_quarters,
    explain_serapan,
    explain_sum,
    explain_value,
    rule_words,
)
from indicators.perhitungan import Perhitungan, load_perhitungan
from indicators.plan_sums import IndikatorRow, Plan, SimpulRow, add_up, contributors, load_plan
from indicators.querysets import OWNERS
from indicators.row_record import takes_rupiah, values_of
from indicators.triwulan import TRIWULAN, Setahun, year_of
from pmks import hitungan
from programs.models import Renstra
from renstra.formats import UNKNOWN, format_number, format_rupiah, format_waktu

_TARGET, _REALISASI = Target._meta.label_lower, Realisasi._meta.label_lower
_PINTU = dict(Jejak.Pintu.choices)


class IndikatorNotFound(LookupError):
    """No indicator of the plan has this code; the message names the plan."""


class RealisasiHidden(PermissionError):
    """The realisasi belongs to a unit this person does not read."""


@dataclass(frozen=True, slots=True)
class PenjelasanTahun:
    """Everything explained about an indicator in a year, in reading order.

    ``terlayani``: a count of people served stands behind or beside a component, so there is a page with the services.
    """

    indikator: Indikator
    tahun: int
    angka: tuple[Penjelasan, ...]
    terlayani: bool = False

    def get(self, kunci: str) -> Penjelasan | None:
        """One figure, None where the indicator has none of the kind."""
        return next((item for item in self.angka if item.kunci == kunci), None)

    def as_json(self) -> dict[str, Any]:
        """Indicator, year, and each figure as ``Penjelasan.as_json``."""
        return {
            "kode": self.indikator.kode,
            "indikator": self.indikator.uraian,
            "satuan": self.indikator.satuan,
            "tahun": self.tahun,
            "angka": [item.as_json() for item in self.angka],
        }


def with_everything(rows: QuerySet[Indikator]) -> QuerySet[Indikator]:
    """Read the plan, the printed table, the node and its owner along."""
    return rows.select_related("renstra", "tabel", *OWNERS)


def find_indikator(renstra: Renstra, kode: str) -> Indikator:
    """Indicator by its code, with all that says whose it is; raises ``IndikatorNotFound``."""
    found = with_everything(Indikator.objects.filter(renstra=renstra, kode=kode)).first()
    if found is None:
        raise IndikatorNotFound(
            f"Indikator {kode!r} tidak ada dalam {renstra}. Lihat kodenya di halaman /indikator/ atau /renstra/daftar/."
        )
    return found


def explain(indikator: Indikator, tahun: int, person: User | None = None) -> PenjelasanTahun:
    """Explain every figure of an indicator in a year.

    ``person`` limits realisasi to what they read (None: the command line, all); raises
    ``RealisasiHidden`` when the row is another unit's.
    """
    owner = getattr(indikator.induk, "unit", None)
    if person is not None and not (person.sees_all_units() or (person.unit and person.unit.covers(owner))):
        raise RealisasiHidden(f"Realisasi {indikator.kode} milik {owner or 'unit lain'}.")
    years = tuple(indikator.renstra.tahun)
    targets = {row.tahun: row for row in Target.objects.filter(indikator=indikator)}
    stored = list(
        Realisasi.objects.filter(indikator_id=indikator.kunci_realisasi).select_related("diubah_oleh", "rumus")
    )
    reached = {row.tahun: row for row in stored if not row.triwulan}
    quarters = {row.triwulan: row for row in stored if row.triwulan and row.tahun == tahun}
    trail = _trail([*targets.values(), *reached.values(), *quarters.values()])
    read = _Reader(indikator, trail)
    target = read.target(tahun, targets.get(tahun))
    done = read.kinerja(tahun, reached.get(tahun))
    unit = indikator.satuan
    rules = rule_words(*(getattr(indikator, name) for name in KOLOM_ATURAN))
    formula = load_perhitungan([indikator], [tahun]).get((indikator.pk, tahun))
    found = [
        explain_value("target", f"Target {tahun}", target),
        read.explain_kinerja(
            f"Realisasi kinerja {tahun}",
            done,
            reached.get(tahun),
            formula,
            quarters,
        ),
        explain_capaian(
            f"Capaian {tahun}", target, done, *(getattr(indikator, name) for name in KOLOM_ATURAN), ketentuan=rules
        ),
    ]
    if _has_money(indikator):
        found += _money(read, indikator, tahun, targets.get(tahun), reached.get(tahun), quarters)
    printed = (
        Masukan("Target akhir tercetak", indikator.akhir_target, format_number(indikator.akhir_target), read.printed())
        if indikator.akhir_target is not None
        else None
    )
    found.append(
        explain_final(
            f"Target akhir Renstra{f' ({unit})' if unit else ''}",
            indikator.akumulasi,
            [read.target(year, targets.get(year)) for year in years],
            printed,
        )
    )
    parts = [part.komponen for part in formula.bagian] if formula else []
    counted = any((part.acuan or part.acuan_hitung).startswith(hitungan.AWALAN) for part in parts)
    return PenjelasanTahun(indikator, tahun, tuple(found), counted)


def _has_money(indikator: Indikator) -> bool:
    return indikator.sasaran_id is None and indikator.milik_renstra_id is None and indikator.ukuran_dari_id is None


def _trail(rows: Iterable[Target | Realisasi]) -> Mapping[tuple[str, str, str], Jejak]:
    """The newest entry of the trail for each column of these rows."""
    wanted: dict[str, list[str]] = {}
    for row in rows:
        wanted.setdefault(row._meta.label_lower, []).append(str(row.pk))
    condition = Q()
    for label, ids in wanted.items():
        condition |= Q(objek=label, objek_id__in=ids)
    if not wanted:
        return {}
    entries = Jejak.objects.filter(condition).order_by("id").select_related("pelaku")
    return {(entry.objek, entry.objek_id, entry.kolom): entry for entry in entries}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns stored rows into inputs with their source."""

    indikator: Indikator
    trail: Mapping[tuple[str, str, str], Jejak]

    def printed(self) -> str:
        """The table and row the document prints the indicator in."""
        row = self.indikator
        if row.tabel is None:
            return "data Renstra"
        return f"Tabel {row.tabel.nomor}" + (f", baris {row.baris}" if row.baris else "")

    def target(self, tahun: int, row: Target | None) -> Masukan:
        """Target of a year."""
        return self._plan(f"Target {tahun}", tahun, row, "target", format_number)

    def pagu(self, tahun: int, row: Target | None) -> Masukan:
        """Pagu of a year."""
        return self._plan(f"Pagu {tahun}", tahun, row, "pagu", format_rupiah)

    def _plan(self, nama: str, tahun: int, row: Target | None, column: str, write: Callable[[Any], str]) -> Masukan:
        value = getattr(row, column) if row else None
        if row is None or value is None:
            return Masukan(nama, None, UNKNOWN, self.printed(), catatan=f"{column} {tahun} tidak ada pada dokumen")
        entry = self.trail.get((_TARGET, str(row.pk), column))
        note = row.catatan_transkripsi
        if row.teks_tercetak:
            note = "; ".join(part for part in (note, f"tercetak “{row.teks_tercetak}”") if part)
        if entry is None:
            return Masukan(nama, value, write(value), self.printed(), catatan=note)
        return Masukan(nama, value, write(value), *_door(entry), catatan=note)

    def kinerja(self, tahun: int, row: Realisasi | None) -> Masukan:
        """Performance of a year with its state."""
        return self._reached(f"Realisasi {tahun}", row)

    def _reached(self, nama: str, row: Realisasi | None) -> Masukan:
        if row is None or row.keadaan == Realisasi.Keadaan.KOSONG:
            return Masukan(nama, None, UNKNOWN, catatan="belum diisi")
        text = write_kinerja(row.keadaan, row.kinerja)
        asal, oleh, pada = self._entered(row, "kinerja" if row.kinerja is not None else "keadaan")
        note = row.alasan_keadaan if row.keadaan == Realisasi.Keadaan.TIDAK_BERLAKU else ""
        if row.keadaan == Realisasi.Keadaan.TIDAK_ADA_KEJADIAN:
            note = "tidak ada kejadian (0 dari 0), tidak dihitung dan tidak masuk rata-rata"
        return Masukan(nama, row.kinerja, text, asal, oleh, pada, note)

    def rupiah(self, tahun: int, row: Realisasi | None) -> Masukan:
        """Rupiah of a year."""
        return self._spent(f"Realisasi {tahun} (Rp)", row)

    def _spent(self, nama: str, row: Realisasi | None) -> Masukan:
        if row is None or row.rupiah is None:
            return Masukan(nama, None, UNKNOWN, catatan="belum diisi")
        asal, oleh, pada = self._entered(row, "rupiah")
        return Masukan(nama, row.rupiah, format_rupiah(row.rupiah), asal, oleh, pada, row.alasan_lebih_pagu)

    def _year(self, quarters: Mapping[int, Realisasi]) -> Setahun:
        return year_of({at: values_of(row) for at, row in quarters.items()}, self.indikator.akumulasi_tahun)

    def explain_rupiah(self, judul: str, done: Masukan, quarters: Mapping[int, Realisasi]) -> Penjelasan:
        """How the money of a sub kegiatan row came about: typed for the year, or the sum of its quarters."""
        if not self._year(quarters).follows_rupiah:
            return explain_value("rupiah", judul, done)
        parts = [self._spent(f"TW {at}", quarters.get(at)) for at in TRIWULAN]
        return explain_quarters("rupiah", judul, done, parts, AKUMULASI_TRIWULAN[Akumulasi.JUMLAH])

    def explain_kinerja(
        self,
        judul: str,
        done: Masukan,
        row: Realisasi | None,
        formula: Perhitungan | None,
        quarters: Mapping[int, Realisasi],
    ) -> Penjelasan:
        """How the performance itself came about: typed, from its quarters, or from the components of its formula."""
        rules = [f"Status baris: {row.get_status_display().lower()}."] if row is not None else []
        if formula is None or not (formula.dimulai or formula.beku):
            if self._year(quarters).kinerja is None:
                return explain_value("kinerja", judul, done, rules)
            rule = AKUMULASI_TRIWULAN[Akumulasi(self.indikator.akumulasi_tahun)]
            parts = [self._reached(f"TW {at}", quarters.get(at)) for at in TRIWULAN]
            return explain_quarters("kinerja", judul, done, parts, rule, rules)
        return Penjelasan(
            kunci="kinerja",
            judul=judul,
            nilai=done.nilai,
            teks=done.teks,
            rumus=formula.rumus_kata,
            hitungan=formula.hasil.hitungan,
            masukan=tuple(
                Masukan(
                    f"{part.komponen.nama} ({part.tahun})",
                    part.nilai,
                    part.teks,
                    part.asal,
                    part.oleh,
                    _local(part.pada),
                )
                for part in formula.bagian
            ),
            ketentuan=(*_formula_words(formula), *rules),
            sebab="" if done.nilai is not None else formula.sebab,
        )

    def _entered(self, row: Realisasi, column: str) -> tuple[str, str, datetime | None]:
        entry = self.trail.get((_REALISASI, str(row.pk), column))
        if entry is not None:
            return _door(entry)
        who = str(row.diubah_oleh) if row.diubah_oleh else ""
        return (
            row.sumber or ("diketik" if who else "data dasar"),
            who,
            localtime(row.diubah_pada) if who and row.diubah_pada else None,
        )


# --- sources of the inputs of any figure ------------------------------------------------


def with_sources(found: Sequence[Penjelasan], person: User | None = None) -> list[Penjelasan]:
    """Explanations whose inputs say where they come from: six queries, eight more where performance is computed.

    ``person`` learns who entered a figure only of units they read (None: of all).
    """
    wanted = {item.rujukan for figure in found for item in figure.masukan if item.rujukan is not None}
    if not wanted:
        return list(found)
    sources = _Sources(wanted, person)
    out = []
    for figure in found:
        inputs = tuple(sources.of(item) for item in figure.masukan)
        whole = sources.computed(figure, inputs)
        out.append(whole or replace(figure, masukan=inputs))
    return out


class _Sources:
    """Rows behind references, read at once."""

    def __init__(self, wanted: Iterable[Rujukan], person: User | None) -> None:
        refs = list(wanted)
        rows = with_everything(Indikator.objects.filter(pk__in={ref.indikator for ref in refs}))
        self.indikator = {row.pk: row for row in rows}
        self.person = person
        planned = {ref.indikator for ref in refs if ref.kolom in ("target", "pagu")}
        years = {ref.tahun for ref in refs}
        self.target = {
            (row.indikator_id, row.tahun): row for row in Target.objects.filter(indikator__in=planned, tahun__in=years)
        }
        reached = {self.indikator[ref.indikator].kunci_realisasi for ref in refs if ref.kolom in ("kinerja", "rupiah")}
        # Of all quarters: a year may follow them.
        self.realisasi = {
            (row.indikator_id, row.tahun, row.triwulan): row
            for row in Realisasi.objects.filter(indikator__in=reached, tahun__in=years).select_related(
                "diubah_oleh", "rumus"
            )
        }
        trail = _trail([*self.target.values(), *self.realisasi.values()])
        self.reader = {id_: _Reader(row, trail) for id_, row in self.indikator.items()}
        computed = {
            (row.indikator_id, row.tahun) for row in self.realisasi.values() if row.rumus_id and not row.triwulan
        }
        self.perhitungan: dict[tuple[int, int], Perhitungan] = {}
        plans: dict[int, list[Indikator]] = {}
        for row in self.indikator.values():
            if any(key == row.kunci_realisasi for key, _ in computed):
                plans.setdefault(row.renstra_id, []).append(row)
        for same_plan in plans.values():
            self.perhitungan |= load_perhitungan(same_plan, sorted({year for _, year in computed}))

    def of(self, item: Masukan) -> Masukan:
        """The input with its source; its value is the one the figure was made of."""
        ref = item.rujukan
        if ref is None:
            return item
        read = self.reader[ref.indikator]
        if ref.kolom in ("target", "pagu"):
            row = self.target.get((ref.indikator, ref.tahun))
            return replace(getattr(read, ref.kolom)(ref.tahun, row), nama=item.nama)
        owner = self.hidden(read.indikator)
        if owner:
            return replace(item, asal=f"diisi {owner}")
        reached = self.realisasi.get((read.indikator.kunci_realisasi, ref.tahun, ref.triwulan))
        return replace(getattr(read, ref.kolom)(ref.tahun, reached), nama=item.nama)

    def computed(self, figure: Penjelasan, inputs: Sequence[Masukan]) -> Penjelasan | None:
        """The performance of a year itself, with the formula it was computed by where there is one."""
        ref = figure.masukan[0].rujukan if figure.kunci == "kinerja" and figure.masukan else None
        if ref is None or ref.kolom != "kinerja":
            return None
        read = self.reader[ref.indikator]
        if self.hidden(read.indikator):
            return None
        row = self.realisasi.get((read.indikator.kunci_realisasi, ref.tahun, ref.triwulan))
        if ref.triwulan:
            return read.explain_kinerja(figure.judul, inputs[0], row, None, {})
        key = read.indikator.kunci_realisasi
        quarters = {at: item for at in TRIWULAN if (item := self.realisasi.get((key, ref.tahun, at))) is not None}
        formula = self.perhitungan.get((ref.indikator, ref.tahun))
        return read.explain_kinerja(figure.judul, inputs[0], row, formula, quarters)

    def hidden(self, row: Indikator) -> str:
        """The unit whose realisasi this person does not read, empty where they do."""
        owner = getattr(row.induk, "unit", None)
        person = self.person
        if row.milik_renstra_id is not None:
            return ""  # of the former period, printed for everybody
        if person is None or person.sees_all_units() or (person.unit and person.unit.covers(owner)):
            return ""
        return str(owner or "unit lain")


def _local(when: datetime | None) -> datetime | None:
    return None if when is None else localtime(when)


def _formula_words(formula: Perhitungan) -> Iterator[str]:
    rumus = formula.rumus
    source = f" ({rumus.sumber})" if rumus.sumber else ""
    yield f"Rumus versi {rumus.versi}, berlaku mulai {rumus.berlaku_mulai}{source}."
    for part in formula.bagian:
        if part.tahun_dasar:
            yield f"{part.komponen.nama} selalu memakai tahun dasar Renstra, {part.tahun}."
    if formula.beku is not None:
        when = format_waktu(localtime(formula.beku.dibekukan_pada))
        yield f"Dibekukan saat disetujui {formula.beku.dibekukan_oleh}, {when}."


def _door(entry: Jejak) -> tuple[str, str, datetime]:
    reason = f" ({entry.alasan})" if entry.alasan else ""
    return (f"lewat {_PINTU[entry.pintu].lower()}{reason}", entry.pelaku_nama, localtime(entry.waktu))


def _money(
    read: _Reader,
    indikator: Indikator,
    tahun: int,
    target: Target | None,
    row: Realisasi | None,
    quarters: Mapping[int, Realisasi],
) -> list[Penjelasan]:
    """Pagu, rupiah and serapan; above the sub kegiatan both are sums of what stands below."""
    pagu = read.pagu(tahun, target)
    if takes_rupiah(indikator):
        spent = read.rupiah(tahun, row)
        return [
            explain_value("pagu", f"Pagu {tahun}", pagu),
            read.explain_rupiah(f"Realisasi anggaran {tahun}", spent, quarters),
            explain_serapan(f"Serapan {tahun}", pagu, spent),
        ]
    plan = load_plan(indikator.renstra, [tahun])
    own = next(item for rows in plan.indikator.values() for item in rows if item.id == indikator.pk)
    below = contributors(plan, own)
    keys = {item.kunci_realisasi: item.id for _, item in below}
    money = {
        (keys[id_], tahun): rupiah
        for id_, rupiah in Realisasi.objects.filter(indikator_id__in=keys, tahun=tahun, triwulan=0).values_list(
            "indikator_id", "rupiah"
        )
    }
    _, sums = add_up(plan, money, tahun)
    _, planned = add_up(plan, {key: item.pagu for key, item in plan.target.items()}, tahun)
    total = sums.get(indikator.pk)
    spent = Masukan(f"Realisasi {tahun} (Rp)", total, format_rupiah(total), "jumlah sub kegiatan di bawahnya")
    rules = [
        "Uang dijumlahkan dari sub kegiatan; tiap sub kegiatan melayani satu indikator kegiatan.",
        "Sub kegiatan yang belum diisi tidak dihitung 0; bila semuanya kosong, jumlahnya kosong.",
    ]
    return [
        explain_value("pagu", f"Pagu {tahun}", pagu, _pagu_words(pagu, planned.get(indikator.pk))),
        explain_sum("rupiah", f"Realisasi anggaran {tahun}", total, _parts(plan, below, money, tahun), rules),
        explain_serapan(f"Serapan {tahun}", pagu, spent),
    ]


def _pagu_words(pagu: Masukan, computed: int | None) -> list[str]:
    if computed is None or pagu.nilai is None:
        return []
    if computed == pagu.nilai:
        return [f"Sama dengan jumlah pagu sub kegiatannya, {format_rupiah(computed)}."]
    gap = int(pagu.nilai) - computed
    return [f"Jumlah pagu sub kegiatannya {format_rupiah(computed)}; selisih {format_rupiah(gap)}, lihat /temuan/."]


def _parts(
    plan: Plan,
    below: list[tuple[SimpulRow, IndikatorRow]],
    money: Mapping[tuple[int, int], int | None],
    tahun: int,
) -> list[Masukan]:
    return [
        Masukan(
            f"{node.kode} {node.nama}",
            money.get((row.id, tahun)),
            format_rupiah(money.get((row.id, tahun))),
            f"pagu {format_rupiah(plan.pagu(row.id, tahun))}",
        )
        for node, row in below
    ]

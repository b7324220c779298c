"""What LKIP tables share: their indicators with all years, money of their programs, the mark of what is not approved.

The indicators are those of Tabel 7.1: the IKU of each sasaran and the indicators of the programmes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db.models import F, Q, QuerySet

from indicators.capaian import KOLOM_ATURAN, compute_capaian
from indicators.models import Indikator, Realisasi, Target
from indicators.penjelasan import Asal, Masukan
from indicators.plan_sums import SimpulKey, add_up, load_plan, sum_money
from reports.builders import asal
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Isi,
    Nilai,
    Pencatat,
    Peran,
    Teks,
    angka,
    persen,
    spanning,
    uang,
    with_note,
)
from reports.report import Params

KELOMPOK = "LKIP"
SUMBER = "Realisasi yang diisi unit kerja; form PermenPAN-RB 53/2014, Bab III"
TABEL = "7.1"


@dataclass(frozen=True, slots=True)
class Tercapai:
    """What was reached in a year, in whatever state."""

    keadaan: str
    kinerja: Decimal | None
    alasan: str
    status: str


KOSONG = Tercapai(Realisasi.Keadaan.KOSONG, None, "", "")


@dataclass(frozen=True, slots=True)
class IndikatorLkip:
    """An indicator of the LKIP with its targets and realisasi by year."""

    id: int
    kunci: int
    kode: str
    uraian: str
    satuan: str
    akumulasi: str
    akhir_target: Decimal | None
    aturan: tuple[object, ...]
    sasaran_id: int | None
    sasaran: str
    program_id: int | None
    program_kode: str
    program: str
    target: dict[int, Decimal | None]
    tercapai: dict[int, Tercapai]
    triwulan: int = 0

    @property
    def kelompok(self) -> str:
        """Heading of the group it stands under."""
        return f"Sasaran: {self.sasaran}" if self.sasaran_id else f"{self.program_kode} {self.program}"

    def at(self, tahun: int) -> Tercapai:
        """Realisasi of a year, empty where there is none."""
        return self.tercapai.get(tahun, KOSONG)

    def reached_cell(self, tahun: int, notes: Pencatat) -> Isi:
        """Cell of that realisasi."""
        found = self.at(tahun)
        return reached_cell(found, notes, asal.kinerja(self.id, tahun, found.kinerja, self.triwulan))

    def capaian_cell(self, tahun: int) -> Nilai:
        """Cell of the capaian of a year."""
        way = asal.capaian(self.id, tahun, self.target.get(tahun), self.at(tahun).kinerja, self.aturan, self.triwulan)
        return persen(self.capaian(tahun), asal=way)

    def capaian(self, tahun: int) -> Decimal | None:
        """Capaian of a year in percent."""
        return compute_capaian(self.target.get(tahun), self.at(tahun).kinerja, *self.aturan)  # type: ignore[arg-type]


def lkip_indicators(params: Params) -> QuerySet[Indikator]:
    """The indicators of Tabel 7.1 of the plan."""
    return Indikator.objects.filter(
        # Wordings of tables belong to the first version; a later version's row names that one as its akar.
        Q(sasaran__isnull=False)
        | Q(program__isnull=False) & (Q(sebutan__tabel__nomor=TABEL) | Q(akar__sebutan__tabel__nomor=TABEL)),
        renstra=params.renstra,
        ukuran_dari__isnull=True,
    ).distinct()


def load_indicators(params: Params, tahun: Sequence[int] | None = None) -> list[IndikatorLkip]:
    """Objectives first, then programs by code, with the figures of ``tahun`` (default: the report's): three queries."""
    years = tuple(tahun if tahun is not None else (params.tahun,))
    rows = lkip_indicators(params)
    found = list(
        rows.order_by("program__kunci_urut", "sasaran__nomor", "urutan", "id").values(
            *("id", "akar_id", "kode", "uraian", "satuan", "akumulasi", "akhir_target", "sasaran_id", "program_id"),
            *KOLOM_ATURAN,
            sasaran_teks=F("sasaran__teks"),
            program_kode=F("program__kode"),
            program_nama=F("program__nama"),
        )
    )
    # Databases do not agree on where NULL stands.
    found.sort(key=lambda row: row["program_id"] is not None)
    ids = [row["id"] for row in found]
    targets: dict[int, dict[int, Decimal | None]] = {id_: {} for id_ in ids}
    for id_, year, goal in Target.objects.filter(indikator__in=ids, tahun__in=years).values_list(
        "indikator_id", "tahun", "target"
    ):
        targets[id_][year] = goal
    reached: dict[int, dict[int, Tercapai]] = {id_: {} for id_ in ids}
    for id_, year, *values in (
        Realisasi.objects.filter(tahun__in=years, triwulan=params.triwulan)
        .of_rows(Indikator.objects.filter(pk__in=ids))
        .values_list("baris_id", "tahun", "keadaan", "kinerja", "alasan_keadaan", "status")
    ):
        reached[id_][year] = Tercapai(*values)
    return [
        IndikatorLkip(
            id=row["id"],
            kunci=row["akar_id"] or row["id"],
            **{name: row[name] for name in ("kode", "uraian", "satuan", "akumulasi", "akhir_target", "sasaran_id")},
            aturan=tuple(row[name] for name in KOLOM_ATURAN),
            sasaran=row["sasaran_teks"] or "",
            program_id=row["program_id"],
            program_kode=row["program_kode"] or "",
            program=row["program_nama"] or "",
            target=targets[row["id"]],
            tercapai=reached[row["id"]],
            triwulan=params.triwulan,
        )
        for row in found
    ]


# Sub kegiatan rows behind the money of a program (None: of all), as inputs of an explanation.
Bawah = Callable[[str, int | None], Iterator[Masukan]]


@dataclass(frozen=True, slots=True)
class Uang:
    """Pagu and realisasi of the year by program id, and of the whole plan; None is unknown."""

    pagu: dict[int, int | None]
    realisasi: dict[int, int | None]
    nama: dict[int, tuple[str, str]]
    tahun: int
    bawah: Bawah

    def pagu_cell(self, row: IndikatorLkip) -> Nilai:
        """Cell of the pagu behind an indicator."""
        return self.cell("pagu", row.program_id)

    def realisasi_cell(self, row: IndikatorLkip) -> Nilai:
        """Cell of the realisasi behind an indicator."""
        return self.cell("rupiah", row.program_id)

    def cell(self, kolom: str, program: int | None) -> Nilai:
        """Cell of a program's money, or of all programs: ``kolom`` pagu or rupiah."""
        amounts, word = (self.pagu, "Pagu") if kolom == "pagu" else (self.realisasi, "Realisasi anggaran")
        amount = sum_money(amounts.values()) if program is None else amounts.get(program)
        way = asal.jumlah_uang(kolom, f"{word} {self.tahun}", amount, partial(self.bawah, kolom, program))
        return uang(amount, kosong=TIDAK_DIKETAHUI, asal=way)

    def of(self, row: IndikatorLkip) -> tuple[int | None, int | None]:
        """Money behind an indicator: its program, or for an IKU all programs."""
        if row.program_id is not None:
            return self.pagu.get(row.program_id), self.realisasi.get(row.program_id)
        return sum_money(self.pagu.values()), sum_money(self.realisasi.values())


def load_money(params: Params) -> Uang:
    """Money of the year up the tree from the sub kegiatan rows: four queries."""
    year = params.tahun
    plan = load_plan(params.renstra, [year])
    subs = Indikator.objects.filter(renstra=params.renstra, subkegiatan__isnull=False)
    spent = {
        (id_, year): rupiah
        for id_, rupiah in Realisasi.objects.filter(tahun=year, triwulan=params.triwulan)
        .of_rows(subs)
        .values_list("baris_id", "rupiah")
    }
    pagu, _ = add_up(plan, {key: row.pagu for key, row in plan.target.items()}, year)
    used, _ = add_up(plan, spent, year)
    keys: list[SimpulKey] = [node.key for node in plan.simpul if node.tingkat == "program"]

    def below(kolom: str, program: int | None) -> Iterator[Masukan]:
        for key in keys if program is None else [("program", program)]:
            for kegiatan in plan.anak.get(key, ()):
                for sub in plan.anak.get(kegiatan.key, ()):
                    for row in plan.main(sub.key):
                        name = f"{sub.kode} {sub.nama}"
                        if kolom == "pagu":
                            yield asal.pagu_in(row.id, year, plan.pagu(row.id, year), name)
                        else:
                            yield asal.rupiah_in(row.id, year, spent.get((row.id, year)), name, params.triwulan)

    return Uang(
        {key[1]: pagu.get(key) for key in keys},
        {key[1]: used.get(key) for key in keys},
        {node.id: (node.kode, node.nama) for node in plan.simpul if node.tingkat == "program"},
        year,
        below,
    )


def grouped(rows: Iterable[IndikatorLkip], width: int) -> Iterable[tuple[Baris | None, IndikatorLkip]]:
    """Each indicator with the heading that stands before it, None within a group."""
    group = ""
    for row in rows:
        head = None
        if row.kelompok != group:
            group = row.kelompok
            head = spanning(Peran.JUDUL, group, width, row.program_kode)
        yield head, row


def approval_note(status: str, notes: Pencatat) -> int | None:
    """Number of the note for a state that is not approval, None for an approved figure."""
    if status == Realisasi.Status.DISETUJUI:
        return None
    return notes.note(f"Belum disetujui: status {Realisasi.Status(status).label.lower()}.")


def reached_cell(found: Tercapai, notes: Pencatat, way: Asal | None = None) -> Isi:
    """The four states of a performance cell, never mixed up (domain, "Time"), marked where not approved."""
    if found.keadaan == Realisasi.Keadaan.KOSONG:
        return TIDAK_DIKETAHUI
    marks = [approval_note(found.status, notes)]
    if found.keadaan == Realisasi.Keadaan.TIDAK_ADA_KEJADIAN:
        cell: Isi = Teks("tidak ada kejadian")
    elif found.keadaan == Realisasi.Keadaan.TIDAK_BERLAKU:
        cell = Teks("tidak berlaku")
        marks.append(notes.note(f"Tidak berlaku: {found.alasan}"))
    else:
        cell = angka(found.kinerja, asal=way)
    known = [mark for mark in marks if mark is not None]
    assert cell is not None
    return with_note(cell, *known) if known else cell

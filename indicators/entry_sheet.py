"""The rows of the entry page: one query for a year of the plan, sums, progress, words for the eye.

The page and the answer to one saved row are made of the same rows, so what a
person sees after a save is what a reload would show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils import timezone

from accounts.models import UnitKerja, User
from indicators.actions import MAY_ENTER
from indicators.bukti import jumlah_bukti
from indicators.capaian import Predikat, RumusTurun, compute_capaian, compute_serapan, mencolok, predikat
from indicators.entry import (
    FIELDS,
    FROM_COMPONENTS,
    FROM_QUARTERS,
    Keadaan,
    Keisian,
    Rules,
    Values,
    completeness,
    missing,
    write_kinerja,
)
from indicators.models import Indikator, Komentar, Langkah, Realisasi, TargetTriwulan
from indicators.perhitungan import LOCKED, berumus
from indicators.periode import Jendela
from indicators.plan_sums import IndikatorRow, Plan, SimpulKey, SimpulRow, add_up
from indicators.querysets import kunci_realisasi
from indicators.triwulan import Setahun, year_of
from programs.models import Renstra
from renstra.formats import BULAN, format_number, format_persen, format_rupiah

_STATUS = dict(Realisasi.Status.choices)
LOCKED_ROW = "Baris ini sudah {} dan terkunci; minta verifikator membukanya bila angkanya perlu diubah."
NO_MONEY = "Baris ini tidak memuat rupiah."
SUMMED = "Rupiah diketik pada baris sub kegiatan; di sini jumlahnya dihitung."


@dataclass(frozen=True, slots=True)
class Sebab:
    """Why a cell is not typed: a word for the eye and the sentence for who tries."""

    kata: str
    kalimat: str


@dataclass(slots=True)
class Money:
    """Pagu and realisasi of a row; on program and kegiatan the realisasi is the sum of what sub kegiatan typed."""

    pagu: int | None = None
    realisasi: int | None = None

    @property
    def serapan(self) -> Decimal | None:
        """Percent of the pagu."""
        return compute_serapan(self.pagu, self.realisasi)


@dataclass
class SheetRow:
    """One indicator row of the year as the page shows it."""

    id: int
    n: str  # the same as text: a template formats a number anew each time it prints one
    jenis: str
    kode: str
    uraian: str
    indikator: str
    urut: tuple
    unit_kode: str
    unit_nama: str
    arah: str
    rumus_turun: str
    batas_bawah: Decimal | None
    batas_atas: Decimal | None
    rules: Rules
    values: Values
    versi: int
    status: str
    diubah_oleh: str
    diubah_oleh_id: int | None
    diubah_pada: datetime | None
    node: int
    node_above: int | None
    second_measure: bool
    melayani: int | None
    triwulan: int = 0
    status_setahun: str = ""
    target_triwulan: Decimal | None = None
    pagu_triwulan: int | None = None
    setahun: Setahun = field(default_factory=lambda: Setahun(None, None))
    wajib_bukti: bool = False
    jumlah_bukti: int = 0
    berkomentar: bool = False
    kunci: int = 0  # id of the indicator that keeps the realisasi
    realisasi_id: int | None = None
    status_periode: Mapping[int, str] = field(default_factory=dict)  # of the year (0) and its quarters
    kode_indikator: str = ""
    berumus: bool = False
    computed: bool = False
    own: bool = False
    by_me: bool = False
    editable: bool = False
    first_of_node: bool = True
    money: Money = field(default_factory=Money)
    nilai_setahun: Values = field(default_factory=Values)
    rupiah_setahun: int | None = None
    tutup: str = ""
    catatan: str = ""
    berubah: bool = False  # typed into after it was submitted

    @property
    def locked(self) -> bool:
        """Whether the row, or the year it is a quarter of, was verified or approved."""
        return self.status in LOCKED or self.status_setahun in LOCKED

    @property
    def follows_kinerja(self) -> bool:
        """Whether the performance of the year comes from its quarters (or stays unknown until all are there)."""
        return not self.triwulan and not self.computed and self.setahun.kinerja is not None

    @property
    def follows_rupiah(self) -> bool:
        """Whether the money of the year comes from its quarters."""
        return not self.triwulan and self.setahun.follows_rupiah

    @property
    def setahun_mengikuti(self) -> bool:
        """Whether something of the row is not typed in it but follows from quarters or components."""
        return self.computed or self.follows_kinerja or self.follows_rupiah

    @property
    def sebab(self) -> Sebab | None:
        """Why nothing of the row is typed by this person, None when something is."""
        if not self.own:
            return Sebab(f"diisi {self.unit_nama}", f"Baris ini diisi {self.unit_nama or 'unit lain'}.")
        if self.locked:
            word = _STATUS[self.status if self.status in LOCKED else self.status_setahun].lower()
            return Sebab("terkunci", LOCKED_ROW.format(word))
        if self.tutup:
            return Sebab("periode tertutup", self.tutup)
        return None if self.editable else Sebab("hanya dibaca", "Baris ini diisi oleh staf unit pemiliknya.")

    @property
    def sebab_kinerja(self) -> Sebab | None:
        """Why the performance is not typed, None when it is."""
        if self.computed:
            return Sebab("dihitung dari komponen", FROM_COMPONENTS)
        if self.follows_kinerja:
            return Sebab("mengikuti triwulan", FROM_QUARTERS)
        return self.sebab

    @property
    def sebab_rupiah(self) -> Sebab | None:
        """Why the money is not typed, None when it is."""
        if not self.has_money:
            return Sebab("", NO_MONEY)
        if not self.rules.takes_rupiah:
            return Sebab("jumlah", SUMMED)
        if self.follows_rupiah:
            return Sebab("mengikuti triwulan", FROM_QUARTERS)
        return self.sebab

    @property
    def target(self) -> Decimal | None:
        """What the period is measured against: the target of the year, or of the quarter where one was set."""
        return self.target_triwulan if self.triwulan else self.rules.target

    @property
    def nama(self) -> str:
        """How messages name the row."""
        return f"{self.kode} {self.indikator}".strip()

    @property
    def satuan(self) -> str:
        """Unit of the indicator."""
        return self.rules.satuan

    @property
    def foldable(self) -> bool:
        """Whether rows below it can be folded away: the first row of a program or kegiatan."""
        return self.first_of_node and self.jenis in ("program", "kegiatan")

    @property
    def has_money(self) -> bool:
        """IKU and second measures carry no money."""
        return self.jenis != "sasaran" and not self.second_measure

    @cached_property
    def capaian(self) -> Decimal | None:
        """Percent, unknown when target or realisasi is."""
        return compute_capaian(
            self.target, self.values.kinerja, self.arah, self.rumus_turun, self.batas_bawah, self.batas_atas
        )

    @property
    def predikat(self) -> Predikat | None:
        """Word of the scale."""
        return predikat(self.capaian)

    @property
    def keisian(self) -> Keisian:
        """How far the row is."""
        return completeness(self.values, self.rules)

    @property
    def counts(self) -> bool:
        """Whether the row is one of the "dari N baris"."""
        return self.own and self.rules.due

    # Texts, formatted once here and printed by the template.

    @property
    def teks_target(self) -> str:
        """Target of the period as the document writes it."""
        return format_number(self.target)

    @property
    def teks_kinerja(self) -> str:
        """Performance for reading."""
        return write_kinerja(self.values.keadaan, self.values.kinerja)

    @property
    def teks_kinerja_setahun(self) -> str:
        """Performance of the year this is a quarter of."""
        return write_kinerja(self.nilai_setahun.keadaan, self.nilai_setahun.kinerja)

    @property
    def teks_rupiah_setahun(self) -> str:
        """Money of the year this is a quarter of, typed or summed."""
        return "" if self.rupiah_setahun is None else format_rupiah(self.rupiah_setahun)

    @property
    def teks_capaian(self) -> str:
        """Percent with two decimals."""
        return format_persen(self.capaian)

    @property
    def mengapa_capaian(self) -> str:
        """Short reason behind a capaian that is not a number."""
        if self.capaian is not None:
            return ""
        if self.values.keadaan in (Keadaan.TIDAK_ADA_KEJADIAN, Keadaan.TIDAK_BERLAKU):
            return "tidak dihitung"
        if self.target is None:
            return "tanpa target"
        if self.target == 0:
            return "target 0"
        return "realisasi 0" if self.values.kinerja is not None else ""

    @property
    def rumus(self) -> str:
        """Formula, named where it is not the usual R / T."""
        if self.arah == "turun":
            return "(2T − R) / T" if self.rumus_turun == RumusTurun.SELISIH else "T / R"
        return {"rentang": "dalam rentang", "tepat": "tepat"}.get(self.arah, "")

    @property
    def teks_pagu(self) -> str:
        """Pagu in rupiah."""
        return format_rupiah(self.money.pagu)

    @property
    def teks_rupiah(self) -> str:
        """Realisasi in rupiah, typed or summed; blank below is blank here."""
        return "" if self.money.realisasi is None else format_rupiah(self.money.realisasi)

    @property
    def teks_serapan(self) -> str:
        """Percent of the pagu."""
        return format_persen(self.money.serapan)

    @property
    def mengapa_serapan(self) -> str:
        """Short reason behind an unknown serapan."""
        if self.money.pagu is None:
            return "tanpa kas" if self.triwulan else "tanpa pagu"
        return "pagu 0" if self.money.pagu == 0 else ""

    @property
    def lebih_pagu(self) -> str:
        """By how much the pagu is exceeded, empty when it is not."""
        if not self.rules.over_pagu(self.values.rupiah):
            return ""
        over = (self.values.rupiah or 0) + self.rules.terpakai - (self.rules.pagu or 0)
        return format_rupiah(over, symbol=True)

    @property
    def mencolok(self) -> bool:
        """A capaian so high that it deserves a second look."""
        return mencolok(self.capaian)

    @property
    def keadaan_baris(self) -> tuple[str, str]:
        """Key and words of the row's state."""
        if self.locked:
            status = self.status if self.status in LOCKED else self.status_setahun
            return "kunci", f"{_STATUS[status].lower()}, terkunci"
        state = self.keisian
        if state is Keisian.ALASAN:
            return "alasan", "alasan lebih pagu diminta"
        if state is Keisian.LENGKAP:
            if self.values.keadaan == Keadaan.KOSONG and self.values.rupiah is None:
                return "bebas", "tanpa target tahun ini"
            return "lengkap", "terisi"
        if self.computed and self.values.keadaan == Keadaan.KOSONG:
            return "sebagian", "belum: komponen rumus"
        if self.follows_kinerja and self.values.keadaan == Keadaan.KOSONG:
            return "sebagian", "belum: ada triwulan yang kosong"
        if state is Keisian.SEBAGIAN:
            return "sebagian", f"belum: {', '.join(missing(self.values, self.rules))}"
        return "kosong", "belum diisi"

    @property
    def teks_status(self) -> str:
        """Where the row is on its way to approval: ``draf``, ``diajukan`` …; empty before the first save.

        A quarter of a verified or approved year is settled with it, so its own state says nothing more.
        """
        return _STATUS[self.status].lower() if self.versi and self.status_setahun not in LOCKED else ""

    @property
    def langkah(self) -> tuple[str, str] | None:
        """Step the unit may take with the row now and its word, None when there is none."""
        if not self.editable or not self.versi or self.status_setahun in LOCKED:
            return None
        if self.status in (Realisasi.Status.DRAF, Realisasi.Status.DIKEMBALIKAN):
            return (Langkah.Tindakan.AJUKAN.value, "Ajukan") if self.keisian is Keisian.LENGKAP else None
        return (Langkah.Tindakan.TARIK.value, "Tarik") if self.status == Realisasi.Status.DIAJUKAN else None

    @property
    def tersimpan(self) -> str:
        """``tersimpan 10.42``, with the date unless today and the name unless mine; empty before the first save.

        ``dikosongkan 10.42`` where nothing is left in the row.
        """
        if self.diubah_pada is None:
            return ""
        word = "dikosongkan" if self.values == Values() and not self.setahun_mengikuti else "tersimpan"
        by = "" if self.by_me or not self.diubah_oleh else f" oleh {self.diubah_oleh}"
        return f"{word} {teks_saat(self.diubah_pada)}{by}"

    @property
    def teks_isi(self) -> list[tuple[str, str]]:
        """The long texts that are filled, for readers."""
        values = self.values
        named = (
            ("Alasan tidak berlaku", values.alasan_keadaan),
            ("Alasan melebihi pagu", values.alasan_lebih_pagu),
            ("Faktor pendorong", values.faktor_pendorong),
            ("Faktor penghambat", values.faktor_penghambat),
            ("Tindak lanjut", values.tindak_lanjut),
        )
        return [(label, text) for label, text in named if text]

    @property
    def jumlah_faktor(self) -> int:
        """How many of the three long texts are filled."""
        return sum(map(bool, (self.values.faktor_pendorong, self.values.faktor_penghambat, self.values.tindak_lanjut)))


def teks_saat(moment: datetime) -> str:
    """``10.42`` for today, ``23 November 2026 10.42`` otherwise, in WIB."""
    local = timezone.localtime(moment)
    clock = f"{local.hour:02d}.{local.minute:02d}"
    today = timezone.localdate()
    return clock if local.date() == today else f"{local.day} {BULAN[local.month - 1]} {local.year} {clock}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the rows of a scope are."""

    terisi: int
    diminta: int
    berikut: int | None
    money: Money
    triwulan: int = 0

    @property
    def selesai(self) -> bool:
        """Whether nothing is asked for any more."""
        return self.terisi == self.diminta

    @property
    def teks_rupiah(self) -> str:
        """Spent so far."""
        return format_rupiah(self.money.realisasi)

    @property
    def teks_pagu(self) -> str:
        """Of this pagu."""
        return format_rupiah(self.money.pagu)

    @property
    def teks_serapan(self) -> str:
        """Percent, or a dash."""
        return format_persen(self.money.serapan)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of a year in the plan's order with what is known of them as a whole."""

    rows: list[SheetRow]
    progress: Progress
    lengkap: int = 0  # own rows that are complete and not yet submitted

    def row(self, indikator: int) -> SheetRow:
        """Row of an indicator; raises ``KeyError``."""
        for row in self.rows:
            if row.id == indikator:
                return row
        raise KeyError(indikator)

    def above(self, row: SheetRow) -> list[SheetRow]:
        """Program and kegiatan rows whose money can contain that of ``row``."""
        if not row.rules.takes_rupiah:
            return []
        return [other for other in self.rows if other.has_money and row.urut[0].startswith(f"{other.urut[0]}.")]


_LEVELS = ("subkegiatan", "kegiatan", "program", "sasaran")
_COLUMNS: dict[str, str] = {
    **{f"{level}_unit": f"{level}__unit__kode" for level in _LEVELS},
    **{f"{level}_unit_nama": f"{level}__unit__nama" for level in _LEVELS},
    **{f"{level}_kode": f"{level}__kode" for level in _LEVELS[:3]},
    **{f"{level}_nama": f"{level}__nama" for level in _LEVELS[:3]},
    **{f"{level}_urut": f"{level}__kunci_urut" for level in _LEVELS[:3]},
    **{f"{level}_induk": f"{level}__induk" for level in _LEVELS[:2]},
    "sasaran_nama": "sasaran__teks",
    "sasaran_urut": "sasaran__nomor",
    "t_target": "t__target",
    "t_pagu": "t__pagu",
}
_STORED = ("id", *FIELDS, "versi", "status", "diubah_pada", "rumus_id")


def load_sheet(
    renstra: Renstra,
    tahun: int,
    person: User | None,
    *,
    unit: UnitKerja | None,
    within: Q | None = None,
    triwulan: int = 0,
    jendela: Jendela | None = None,
) -> Sheet:
    """Rows of a year (``triwulan`` 0) or quarter that ``person`` sees, in two queries (three for a quarter).

    One more where rows were returned (the note of who returned them) or submitted (what was submitted).
    Without a person (a report) nothing is editable, without ``jendela`` nothing is closed.
    ``unit`` limits to its rows and those below (None: all units); program and
    kegiatan above them stand there as context. ``within`` narrows what is read,
    for the answer to one saved row.
    """
    found = (
        Indikator.objects.filter(renstra=renstra, milik_renstra__isnull=True)
        .annotate(
            t=FilteredRelation("target", condition=Q(target__tahun=tahun)),
            berumus=berumus(),
        )
        .order_by()
    )
    if within is not None:
        found = found.filter(within)
    stored: dict[int, dict[int, dict[str, Any]]] = {}
    for record in (
        Realisasi.objects.filter(tahun=tahun)
        .of_rows(found)
        .order_by()
        .values("baris_id", "triwulan", *_STORED, oleh=F("diubah_oleh__nama"), oleh_id=F("diubah_oleh_id"))
    ):
        stored.setdefault(record["baris_id"], {})[record["triwulan"]] = record
    planned: dict[int, tuple[Decimal | None, int | None]] = {}
    if triwulan:
        of_quarter = TargetTriwulan.objects.filter(tahun=tahun, triwulan=triwulan)
        planned = {key: (goal, cash) for key, goal, cash in of_quarter.values_list("indikator_id", "target", "pagu")}
    rows = [
        _row(record, stored.get(record["id"], {}), triwulan, planned.get(record["kunci"], (None, None)))
        for record in found.annotate(kunci=kunci_realisasi())
        .annotate(
            jumlah_bukti=jumlah_bukti(tahun, triwulan),
            berkomentar=Exists(Komentar.objects.filter(indikator=OuterRef("kunci"), tahun=tahun, triwulan=triwulan)),
        )
        .values(
            "id",
            "kunci",
            "jumlah_bukti",
            "berkomentar",
            "kode",
            "berumus",
            "uraian",
            "satuan",
            "arah",
            "rumus_turun",
            "batas_bawah",
            "batas_atas",
            "akumulasi_tahun",
            "wajib_bukti",
            "urutan",
            "ukuran_dari_id",
            "melayani_id",
            "subkegiatan_id",
            "kegiatan_id",
            "program_id",
            "sasaran_id",
            **{key: F(path) for key, path in _COLUMNS.items()},
        )
    ]
    rows.sort(key=lambda row: row.urut)
    _add_up(rows, tahun)
    covered = _coverage(unit)
    writes = person is not None and MAY_ENTER.admits(person)
    mine = _coverage(person.unit) if person is not None and writes and person.unit else (lambda _: False)
    for row in rows:
        row.own = covered(row.unit_kode)
        row.by_me = person is not None and row.diubah_oleh_id == person.pk
        row.editable = row.own and writes and mine(row.unit_kode)
        row.tutup = jendela.closed(row.unit_kode) if jendela else ""
    _note_returned(rows)
    _note_changed(rows)
    kept = _with_context(rows)
    last = None
    for row in kept:
        node = (row.jenis, row.urut[0], row.kode)
        row.first_of_node = node != last
        last = node
    return Sheet(kept, _progress(kept), sum(1 for row in kept if row.langkah and row.langkah[0] == _AJUKAN))


_AJUKAN = Langkah.Tindakan.AJUKAN.value


def _note_returned(rows: Iterable[SheetRow]) -> None:
    """Put the last note at rows that came back to their unit."""
    returned = {row.realisasi_id: row for row in rows if row.status == Realisasi.Status.DIKEMBALIKAN}
    if not returned:
        return
    steps = Langkah.objects.filter(realisasi__in=returned, ke=Realisasi.Status.DIKEMBALIKAN).order_by("pk")
    for key, note, name in steps.values_list("realisasi_id", "catatan", "oleh__nama"):
        returned[key].catatan = f"{note} ({name})"


def _note_changed(rows: Iterable[SheetRow]) -> None:
    """Mark submitted rows that are no longer what was submitted."""
    submitted = {row.realisasi_id: row for row in rows if row.status == Realisasi.Status.DIAJUKAN and row.versi}
    if not submitted:
        return
    steps = Langkah.objects.filter(realisasi__in=submitted, tindakan=Langkah.Tindakan.AJUKAN).order_by("pk")
    for key, version in steps.values_list("realisasi_id", "versi"):
        submitted[key].berubah = version != submitted[key].versi


def scope_and_family(unit: UnitKerja | None, indikator: Indikator) -> Q:
    """Rows that a save of ``indikator`` can change on the page: those of the unit and of the same program."""
    where = Q()
    if unit is not None and unit.jenis != UnitKerja.Jenis.DINAS:
        for level in _LEVELS:
            where |= unit.scope_filter(f"{level}__unit")
        node = indikator.subkegiatan or indikator.kegiatan or indikator.program
        if node is not None:
            program = ".".join(node.kunci_urut.split(".")[:3])
            where |= Q(program__kunci_urut=program)
            where |= Q(kegiatan__kunci_urut__startswith=f"{program}.") | Q(
                subkegiatan__kunci_urut__startswith=f"{program}."
            )
    return where


def _coverage(unit: UnitKerja | None) -> Any:
    if unit is None or unit.jenis == UnitKerja.Jenis.DINAS:
        return lambda kode: True
    return lambda kode: kode == unit.kode or kode.startswith(f"{unit.kode}.")


def _values(stored: Mapping[str, Any] | None) -> Values:
    return Values(**{name: stored[name] for name in FIELDS}) if stored else Values()


def _row(
    record: dict[str, Any],
    periods: Mapping[int, dict[str, Any]],
    triwulan: int,
    planned: tuple[Decimal | None, int | None],
) -> SheetRow:
    stored, year = periods.get(triwulan), periods.get(0)
    quarters = {at: _values(item) for at, item in periods.items() if at}
    takes_rupiah = record["subkegiatan_id"] is not None and record["ukuran_dari_id"] is None
    others = [item.rupiah or 0 for at, item in quarters.items() if at != triwulan]
    level = next(name for name in _LEVELS if record[f"{name}_id"] is not None)
    return SheetRow(
        id=record["id"],
        n=str(record["id"]),
        jenis=level,
        kode="" if level == "sasaran" else record[f"{level}_kode"],
        uraian=record[f"{level}_nama"],
        indikator=record["uraian"],
        # IKU stand first, in front of every code
        urut=(
            f" {record['sasaran_urut']:04d}" if level == "sasaran" else record[f"{level}_urut"],
            record["urutan"],
            record["id"],
        ),
        unit_kode=record[f"{level}_unit"] or "",
        unit_nama=record[f"{level}_unit_nama"] or "",
        arah=record["arah"],
        rumus_turun=record["rumus_turun"],
        batas_bawah=record["batas_bawah"],
        batas_atas=record["batas_atas"],
        rules=Rules(
            satuan=record["satuan"],
            target=record["t_target"],
            pagu=record["t_pagu"],
            takes_rupiah=takes_rupiah,
            terpakai=sum(others) if triwulan else 0,
        ),
        values=_values(stored),
        versi=stored["versi"] if stored else 0,
        status=stored["status"] if stored else Realisasi.Status.DRAF,
        diubah_oleh=(stored["oleh"] or "") if stored else "",
        diubah_oleh_id=stored["oleh_id"] if stored else None,
        diubah_pada=stored["diubah_pada"] if stored else None,
        node=record[f"{level}_id"],
        node_above=record.get(f"{level}_induk"),
        second_measure=record["ukuran_dari_id"] is not None,
        melayani=record["melayani_id"],
        kode_indikator=record["kode"],
        berumus=record["berumus"],
        computed=stored is not None and stored["rumus_id"] is not None,
        triwulan=triwulan,
        status_setahun=year["status"] if year and triwulan else "",
        target_triwulan=planned[0],
        pagu_triwulan=planned[1],
        setahun=year_of(quarters, record["akumulasi_tahun"]),
        nilai_setahun=_values(year) if triwulan else Values(),
        realisasi_id=stored["id"] if stored else None,
        wajib_bukti=record["wajib_bukti"],
        jumlah_bukti=record["jumlah_bukti"],
        berkomentar=record["berkomentar"],
        kunci=record["kunci"],
        status_periode={at: item["status"] for at, item in periods.items()},
    )


def _add_up(rows: list[SheetRow], tahun: int) -> None:
    """Give program and kegiatan rows the money that ``plan_sums`` finds below them.

    Pagu of the year is printed on every row; the cash budget of a quarter is typed on sub kegiatan rows and sums up.
    """
    nodes: dict[SimpulKey, SimpulRow] = {}
    indicators: dict[SimpulKey, list[IndikatorRow]] = {}
    for row in rows:
        row.money.pagu = row.rules.pagu
        if row.jenis == "sasaran":
            continue
        key = (row.jenis, row.node)
        nodes.setdefault(key, SimpulRow(row.jenis, row.node, row.node_above, row.kode, row.uraian, 0, row.urut[0]))
        indicators.setdefault(key, []).append(_plain_indicator(row, key))
    plan = Plan((tahun,), sorted(nodes.values(), key=lambda node: node.kunci_urut), indicators, {})
    spent = {(row.id, tahun): row.values.rupiah for row in rows if row.rules.takes_rupiah}
    _, money = add_up(plan, spent, tahun)
    if any(row.triwulan for row in rows):
        _, cash = add_up(plan, {(row.id, tahun): row.pagu_triwulan for row in rows if row.rules.takes_rupiah}, tahun)
        year = {(row.id, tahun): row.nilai_setahun.rupiah for row in rows if row.rules.takes_rupiah}
        _, whole = add_up(plan, year, tahun)
        # Money spent without a cash budget would make the serapan of what is above it a wrong one.
        unplanned = {
            (row.id, tahun): 1
            for row in rows
            if row.rules.takes_rupiah and row.values.rupiah is not None and row.pagu_triwulan is None
        }
        _, gaps = add_up(plan, unplanned, tahun)
        for row in rows:
            planned = None if gaps.get(row.id) else cash.get(row.id)
            row.money.pagu = row.pagu_triwulan if row.rules.takes_rupiah else planned
            row.rupiah_setahun = row.nilai_setahun.rupiah if row.rules.takes_rupiah else whole.get(row.id)
    for row in rows:
        row.money.realisasi = row.values.rupiah if row.rules.takes_rupiah else money.get(row.id)


def _plain_indicator(row: SheetRow, key: SimpulKey) -> IndikatorRow:
    """What adding up needs to know of a row; the rest stays empty."""
    empty = dict.fromkeys(("uraian", "satuan", "arah", "rumus_turun", "akumulasi", "data_awal_teks"), "")
    return IndikatorRow(
        **empty,  # type: ignore[arg-type]
        id=row.id,
        simpul=key,
        kode=row.kode,
        urutan=row.urut[1],
        batas_bawah=None,
        batas_atas=None,
        akhir_target=None,
        akhir_pagu=None,
        ukuran_dari=row.id if row.second_measure else None,
        melayani=row.melayani,
        baris=None,
        teks_tercetak="",
        catatan_transkripsi="",
    )


def _with_context(rows: list[SheetRow]) -> list[SheetRow]:
    """Own rows and the program and kegiatan rows above them."""
    wanted = set()
    for row in rows:
        if row.own and row.jenis != "sasaran":
            parts = row.urut[0].split(".")
            wanted |= {".".join(parts[:size]) for size in (3, 5) if size < len(parts)}
    return [row for row in rows if row.own or row.urut[0] in wanted]


def _progress(rows: Iterable[SheetRow]) -> Progress:
    terisi = diminta = 0
    berikut = None
    pagu: int | None = None
    spent: int | None = None
    unplanned = False
    triwulan = 0
    for row in rows:
        if not row.own:
            continue
        triwulan = row.triwulan
        if row.rules.takes_rupiah:
            if row.money.pagu is not None:
                pagu = (pagu or 0) + row.money.pagu
            elif triwulan and row.values.rupiah is not None:
                unplanned = True
            if row.values.rupiah is not None:
                spent = (spent or 0) + row.values.rupiah
        if row.counts:
            diminta += 1
            if row.keisian is Keisian.LENGKAP:
                terisi += 1
            elif berikut is None and not row.locked:
                berikut = row.id
    return Progress(terisi, diminta, berikut, Money(None if unplanned else pagu, spent), triwulan)

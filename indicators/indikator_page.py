"""What the pages ``/indikator/`` and ``/indikator/KODE/`` show; figures come from the modules that compute them.

``load_list`` takes eight queries and one a kind of reference whatever the number of rows, ``load_page`` some more
for wordings and history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Jejak, UnitKerja, User
from indicators.actions import Outcome, may_write
from indicators.actions_rumus import KomponenResult, versions_of
from indicators.capaian import KOLOM_ATURAN, RUMUS, Arah, Predikat, RumusTurun, compute_capaian, mencolok, predikat
from indicators.entry import Keadaan, write_kinerja
from indicators.models import Definisi, Indikator, Komponen, NilaiKomponen, Realisasi, Rumus, Sebutan, Target
from indicators.penjelasan import AKUMULASI
from indicators.perhitungan import (
    LOCKED,
    Bagian,
    HasilDitolak,
    Perhitungan,
    as_kinerja,
    berumus,
    load_perhitungan,
)
from indicators.row_record import owner_of
from indicators.rumus import Angka, Nama, Operasi, Simpul
from pmks import hitungan
from programs.models import Renstra
from renstra.formats import UNKNOWN, format_number, format_persen, format_waktu
from renstra.ui.charts import Gaya, Grafik, Seri, line_chart

HISTORY = 60


@dataclass(frozen=True, slots=True)
class Bentuk:
    """A formula in the shape it is drawn: a fraction has ``atas`` and ``bawah``, a row has ``bagian``."""

    jenis: str
    teks: str = ""
    atas: Bentuk | None = None
    bawah: Bentuk | None = None
    bagian: tuple[Bentuk, ...] = ()


def shape(simpul: Simpul, words: Mapping[str, str]) -> Bentuk:
    """How a formula is set: divisions as fractions, brackets only where the fraction line does not bind."""
    match simpul:
        case Angka(nilai):
            return Bentuk("angka", format_number(nilai))
        case Nama(nama):
            return Bentuk("nama", words.get(nama, nama))
        case Operasi("/", kiri, kanan):
            return Bentuk("pecahan", atas=shape(kiri, words), bawah=shape(kanan, words))
        case Operasi(tanda, kiri, kanan):
            parts = [shape(kiri, words), Bentuk("tanda", tanda), shape(kanan, words)]
            for at, part in ((0, kiri), (2, kanan)):
                sums = isinstance(part, Operasi) and part.tanda in "+−"
                if sums and (tanda == "×" or (tanda == "−" and at == 2)):
                    parts[at] = Bentuk("kurung", bagian=(parts[at],))
            return Bentuk("deret", bagian=tuple(parts))


@dataclass(slots=True)
class Sel:
    """A component in a year as its cell shows it; ``bagian`` carries the value that counts."""

    bagian: Bagian
    tahun: int
    teks: str
    isi: bool
    versi: int
    galat: str = ""
    dibaca: str = ""
    warta: str = ""
    mereka: str | None = None
    versi_mereka: int = 0
    oleh: str = ""

    @property
    def kode(self) -> str:
        """Name of the component in the formula."""
        return self.bagian.komponen.kode

    @property
    def asal(self) -> str:
        """Where the value comes from, who put it there and when."""
        part = self.bagian
        who = f"{part.oleh}, {format_waktu(timezone.localtime(part.pada))}" if part.oleh and part.pada else ""
        return "; ".join(text for text in (part.asal, who) if text)


@dataclass(slots=True)
class Baris:
    """A year of an indicator: components, target, realisasi, capaian."""

    tahun: int
    sel: list[Sel]
    target: Decimal | None
    realisasi: Realisasi | None
    hitung: Perhitungan | None
    capaian: Decimal | None
    terlihat: bool
    dasar: bool = False

    @property
    def teks_target(self) -> str:
        """Target as printed."""
        return format_number(self.target)

    @property
    def teks_realisasi(self) -> str:
        """Performance for reading."""
        return write_kinerja(self.realisasi.keadaan, self.realisasi.kinerja) if self.realisasi else ""

    @property
    def teks_capaian(self) -> str:
        """Percent with two decimals, empty when unknown."""
        return "" if self.capaian is None else format_persen(self.capaian)

    @property
    def predikat(self) -> Predikat | None:
        """Word of the scale."""
        return predikat(self.capaian)

    @property
    def mencolok(self) -> bool:
        """Whether the capaian is so high that a component is more likely mistyped."""
        return mencolok(self.capaian)

    @property
    def disetujui(self) -> bool:
        """Whether the year was approved."""
        return self.realisasi is not None and self.realisasi.status == Realisasi.Status.DISETUJUI

    @property
    def terkunci(self) -> bool:
        """Whether nothing of the year is typed any more."""
        return self.realisasi is not None and self.realisasi.status in LOCKED

    @property
    def dihitung(self) -> bool:
        """Whether the figure follows from components."""
        return self.realisasi is not None and self.realisasi.rumus_id is not None

    @property
    def basi(self) -> bool:
        """Whether tables or references say something else than what is stored, so that it may be computed again."""
        if self.terkunci or self.hitung is None or not (self.dihitung or self.hitung.dimulai):
            return False
        row = self.realisasi
        if not self.hitung.dimulai:
            return True
        try:
            state, value = as_kinerja(self.hitung.hasil)
        except HasilDitolak:
            return True
        return row is None or (str(state), value) != (row.keadaan, row.kinerja)

    @property
    def dapat_disetujui(self) -> bool:
        """Whether the figure was verified and nobody approved it yet."""
        return self.realisasi is not None and self.realisasi.status == Realisasi.Status.DIVERIFIKASI

    @property
    def keadaan(self) -> tuple[str, str]:
        """Key and words of the state of the year."""
        row, found = self.realisasi, self.hitung
        if row is not None and row.status in LOCKED:
            return "terkunci", row.get_status_display().lower()
        if found is not None and found.dimulai and found.hasil.keadaan is Keadaan.KOSONG:
            return "sebagian", found.sebab
        if row is not None and row.keadaan != Keadaan.KOSONG:
            how = "dihitung" if self.dihitung else "diketik"
            back = ", dikembalikan" if row.status == Realisasi.Status.DIKEMBALIKAN else ""
            return "lengkap", f"{how}{back}"
        return "kosong", "belum diisi"

    @property
    def kurang(self) -> list[str]:
        """Names of the components still missing, for the list."""
        if self.hitung is None or not self.terlihat or self.terkunci or not self.hitung.kurang:
            return []
        if self.realisasi is not None and self.realisasi.keadaan != Keadaan.KOSONG and not self.dihitung:
            return []  # the finished percentage was typed
        return [part.komponen.nama for part in self.hitung.kurang]


@dataclass(frozen=True, slots=True)
class ListRow:
    """An indicator in a year on the list."""

    indikator: Indikator
    unit: UnitKerja | None
    baris: Baris
    milik_saya: bool


def listed(renstra: Renstra) -> Any:
    """IKU and program indicators of a plan, and every further one that has a formula, in the plan's order."""
    rows = Indikator.objects.for_renstra(renstra).annotate(berumus=berumus())
    return (
        rows.filter(Q(sasaran__isnull=False) | Q(program__isnull=False) | Q(berumus=True))
        .filter(ukuran_dari__isnull=True)
        .by_code()
        .select_related("renstra", "sasaran__unit", "program__unit", "kegiatan__unit", "subkegiatan__unit")
    )


def sees(person: User, unit: UnitKerja | None) -> bool:
    """Whether a person reads realisasi of a unit's rows."""
    return person.sees_all_units() or (person.unit is not None and person.unit.covers(unit))


def load_list(renstra: Renstra, tahun: int, person: User) -> list[ListRow]:
    """The list for a year; realisasi of other units is left out for staff."""
    rows = list(listed(renstra))
    worked_out = load_perhitungan(rows, [tahun])
    targets = dict(Target.objects.filter(indikator__in=rows, tahun=tahun).values_list("indikator", "target"))
    keys = [row.kunci_realisasi for row in rows]
    stored = {row.indikator_id: row for row in Realisasi.objects.filter(indikator__in=keys, tahun=tahun, triwulan=0)}
    found = []
    for row in rows:
        unit = owner_of(row)
        line = _line(
            row,
            tahun,
            targets.get(row.pk),
            stored.get(row.kunci_realisasi),
            worked_out.get((row.pk, tahun)),
            terlihat=sees(person, unit),
        )
        found.append(ListRow(row, unit, line, may_write(person, unit)))
    return found


def _line(
    row: Indikator,
    tahun: int,
    target: Decimal | None,
    stored: Realisasi | None,
    found: Perhitungan | None,
    *,
    terlihat: bool,
    isi: bool = False,
) -> Baris:
    if not terlihat:
        stored = None
    value = stored.kinerja if stored else None
    rules = (getattr(row, name) for name in KOLOM_ATURAN)
    line = Baris(tahun, [], target, stored, found, compute_capaian(target, value, *rules), terlihat)
    if found is not None and terlihat:
        line.sel = [_cell(part, tahun, isi=isi and not line.terkunci) for part in found.bagian]
    return line


def _cell(part: Bagian, tahun: int, *, isi: bool) -> Sel:
    own = part.diketik and part.tahun == tahun
    text = "" if part.nilai is None and own else format_number(part.nilai)
    return Sel(part, tahun, text, isi and own, part.versi)


def failed_cell(cell: Sel, teks: str, versi: int, result: KomponenResult) -> None:
    """Show in ``cell`` what was typed and how saving it ended."""
    name = result.komponen.nama
    cell.dibaca = result.dibaca
    if result.outcome in (Outcome.SAVED, Outcome.UNCHANGED):
        cell.warta = f"{name} {cell.tahun} tersimpan: {result.dibaca or 'dikosongkan'}."
        return
    cell.teks, cell.versi, cell.isi = teks, versi, True
    if result.outcome is Outcome.INVALID:
        cell.galat = result.error
    elif result.outcome is Outcome.LOCKED:
        cell.galat = "Tidak disimpan: realisasi tahun ini sudah diverifikasi atau disetujui."
    else:
        stored = result.nilai
        cell.mereka = format_number(stored.nilai) if stored and stored.nilai is not None else "(kosong)"
        cell.versi_mereka = stored.versi if stored else 0
        cell.oleh = str(stored.diubah_oleh) if stored and stored.diubah_oleh else "orang lain"
        cell.galat = f"Belum disimpan: {cell.oleh} menyimpan {cell.mereka} sesudah Anda membuka halaman ini."
    cell.warta = f"{name} {cell.tahun} belum tersimpan. {cell.galat}"


@dataclass(frozen=True, slots=True)
class Kejadian:
    """One line of the history."""

    waktu: str
    siapa: str
    apa: str
    dari: str
    ke: str
    alasan: str


@dataclass(slots=True)
class Halaman:
    """Everything of one indicator."""

    indikator: Indikator
    unit: UnitKerja | None
    rumus: Rumus | None
    versi: list[Rumus]
    bentuk: Bentuk | None
    komponen: list[Komponen]
    baris: list[Baris]
    grafik: Grafik
    sebutan: list[tuple[str, str, str]]
    definisi: list[Definisi]
    pengaturan: list[tuple[str, str]]
    riwayat: list[Kejadian]
    terlihat: bool
    mengisi: bool
    kolom: list[Komponen] = field(default_factory=list)

    @property
    def terlayani(self) -> bool:
        """Whether a count of people served stands behind or beside a component."""
        return any((part.acuan or part.acuan_hitung).startswith(hitungan.AWALAN) for part in self.komponen)

    def cell(self, tahun: int, kode: str) -> Sel | None:
        """Cell of a component in a year."""
        for line in self.baris:
            if line.tahun == tahun:
                return next((cell for cell in line.sel if cell.kode == kode), None)
        return None


def find_indikator(renstra: Renstra, kode: str) -> Indikator:
    """A row of the plan by its code; raises ``Indikator.DoesNotExist``."""
    found: Indikator = (
        Indikator.objects.for_renstra(renstra)
        .select_related(
            "renstra", "tabel", "sasaran__unit", "program__unit", "kegiatan__unit", "subkegiatan__unit", "akar"
        )
        .get(kode=kode)
    )
    return found


def load_page(indikator: Indikator, person: User, tahun: int) -> Halaman:
    """The page; ``tahun`` is the year whose version of the formula is drawn."""
    plan = indikator.renstra
    years = list(plan.tahun)
    unit = owner_of(indikator)
    visible, writes = sees(person, unit), may_write(person, unit)
    worked_out = load_perhitungan([indikator], years)
    targets = dict(Target.objects.filter(indikator=indikator).values_list("tahun", "target"))
    stored = {
        row.tahun: row
        for row in Realisasi.objects.filter(indikator=indikator.kunci_realisasi, triwulan=0).select_related("rumus")
    }
    lines = [
        _line(
            indikator,
            year,
            targets.get(year),
            stored.get(year),
            worked_out.get((indikator.pk, year)),
            terlihat=visible,
            isi=writes,
        )
        for year in years
    ]
    versions = versions_of(indikator)
    this = worked_out.get((indikator.pk, tahun))
    parts = list(Komponen.objects.filter(indikator=indikator.kunci_realisasi).order_by("urutan", "pk"))
    used = {part.komponen.pk for found in worked_out.values() for part in found.bagian}
    columns = [part for part in parts if part.pk in used]
    for line in lines:
        by_kode = {cell.kode: cell for cell in line.sel}
        line.sel = [by_kode[part.kode] for part in columns if part.kode in by_kode]
    base = _base_line(plan, columns, visible=visible, writes=writes)
    words = {part.kode: part.nama + _year_words(part, plan) for part in parts}
    return Halaman(
        indikator=indikator,
        unit=unit,
        rumus=this.rumus if this else None,
        versi=versions,
        bentuk=shape(this.simpul, words) if this else None,
        komponen=parts,
        baris=[*([base] if base else []), *lines],
        grafik=chart(indikator, lines),
        sebutan=_wordings(indikator),
        definisi=list(Definisi.objects.filter(indikator__in=_family(indikator)).select_related("tabel")),
        pengaturan=_settings(indikator),
        riwayat=_history(indikator) if visible else [],
        terlihat=visible,
        mengisi=writes,
        kolom=columns,
    )


def _family(indikator: Indikator) -> list[int]:
    return [indikator.pk, indikator.kunci_realisasi]


def _year_words(part: Komponen, plan: Renstra) -> str:
    if part.kebijakan == Komponen.Kebijakan.TAHUN_DASAR:
        return f" ({plan.tahun_dasar})"
    return " tahun berjalan"


def _base_line(plan: Renstra, columns: Sequence[Komponen], *, visible: bool, writes: bool) -> Baris | None:
    """A row for the base year where somebody types a value of it."""
    typed = [
        part
        for part in columns
        if part.kebijakan == Komponen.Kebijakan.TAHUN_DASAR and part.jenis_sumber == Komponen.Sumber.DIKETIK
    ]
    if not typed or not visible:
        return None
    year = plan.tahun_dasar
    rows = NilaiKomponen.objects.filter(komponen__in=typed, tahun=year, triwulan=0).select_related("diubah_oleh")
    stored = {row.komponen_id: row for row in rows}
    line = Baris(year, [], None, None, None, None, terlihat=True, dasar=True)
    for part in columns:
        row = stored.get(part.pk)
        found = Bagian(part, year, row.nilai if row else None, versi=row.versi if row else 0)
        line.sel.append(_cell(found, year, isi=writes) if part in typed else Sel(found, year, "", False, 0))
    return line


def chart(indikator: Indikator, lines: Sequence[Baris]) -> Grafik:
    """Target line and realisasi over the years of the plan."""
    return line_chart(
        "Target dan realisasi tiap tahun",
        [str(line.tahun) for line in lines],
        [
            Seri("Target", tuple(line.target for line in lines), Gaya.SASARAN),
            Seri("Realisasi", tuple(line.realisasi.kinerja if line.realisasi else None for line in lines)),
        ],
        satuan=indikator.satuan,
    )


def _wordings(indikator: Indikator) -> list[tuple[str, str, str]]:
    """Table, wording, what stands beside it; the row of the indicator itself first."""
    own = f"Tabel {indikator.tabel.nomor}" if indikator.tabel else "Renstra"
    found = [(own, indikator.uraian, indikator.data_awal_teks)]
    rows = Sebutan.objects.filter(indikator__in=_family(indikator)).select_related("tabel")
    found += [(f"Tabel {row.tabel.nomor}", row.teks, row.data_awal_teks) for row in rows]
    return found


def _settings(indikator: Indikator) -> list[tuple[str, str]]:
    arah = Arah(indikator.arah)
    out = [
        ("Arah", indikator.get_arah_display()),
        ("Rumus capaian", f"{RUMUS[arah, RumusTurun(indikator.rumus_turun)]} (T target, R realisasi)"),
    ]
    if indikator.arah == Indikator.Arah.RENTANG and indikator.batas_bawah is not None:
        out.append(("Rentang", f"{format_number(indikator.batas_bawah)} sampai {format_number(indikator.batas_atas)}"))
    return [
        *out,
        ("Akhir Renstra dari tahun-tahunnya", AKUMULASI[indikator.akumulasi]),  # type: ignore[index]
        ("Setahun dari triwulannya", AKUMULASI[indikator.akumulasi_tahun]),  # type: ignore[index]
        ("Batas capaian", "tidak dibatasi; paling banyak 100 hanya di dalam rata-rata"),
        ("Data awal", indikator.data_awal_teks or UNKNOWN),
        ("Target akhir tercetak", f"{format_number(indikator.akhir_target)} {indikator.satuan}".strip()),
    ]


# Columns of the trail that say something to people; the others are keys and tokens.
_TOLD: dict[type, frozenset[str]] = {
    Realisasi: frozenset({"kinerja", "keadaan", "status", "alasan_keadaan"}),
    NilaiKomponen: frozenset({"nilai"}),
    Rumus: frozenset({"ekspresi", "berlaku_mulai"}),
    Komponen: frozenset({"nama", "satuan", "acuan", "kebijakan", "kode"}),
    Target: frozenset({"target"}),
    Indikator: frozenset({"uraian", "satuan", "arah", "rumus_turun", "akumulasi", "batas_bawah", "batas_atas"}),
}


def _history(indikator: Indikator) -> list[Kejadian]:
    """The newest changes of the indicator, its formula, its components and its years."""
    root = indikator.kunci_realisasi
    years = dict(Realisasi.objects.filter(indikator=root).values_list("pk", "tahun"))
    targets = dict(Target.objects.filter(indikator=indikator).values_list("pk", "tahun"))
    values = {
        pk: f"{nama} {tahun}"
        for pk, nama, tahun in NilaiKomponen.objects.filter(komponen__indikator=root).values_list(
            "pk", "komponen__nama", "tahun"
        )
    }
    formulas = {
        pk: f"Rumus versi {versi}" for pk, versi in Rumus.objects.filter(indikator=root).values_list("pk", "versi")
    }
    parts = {pk: f"Komponen {nama}" for pk, nama in Komponen.objects.filter(indikator=root).values_list("pk", "nama")}
    named: dict[type, dict[int, str]] = {
        Realisasi: {pk: f"Realisasi {year}" for pk, year in years.items()},
        Target: {pk: f"Target {year}" for pk, year in targets.items()},
        NilaiKomponen: values,
        Rumus: formulas,
        Komponen: parts,
        Indikator: dict.fromkeys(_family(indikator), "Indikator"),
    }
    condition = Q(pk__in=[])
    for model, names in named.items():
        condition |= Q(
            objek=model._meta.label_lower,  # type: ignore[attr-defined]
            objek_id__in=[str(pk) for pk in names],
            kolom__in=_TOLD[model],
        )
    labels = {model._meta.label_lower: model for model in named}  # type: ignore[attr-defined]
    found = []
    for entry in Jejak.objects.filter(condition).order_by("-id")[:HISTORY]:
        model = labels[entry.objek]
        column = str(model._meta.get_field(entry.kolom).verbose_name)  # type: ignore[attr-defined]
        what = named[model][int(entry.objek_id)]
        found.append(
            Kejadian(
                format_waktu(timezone.localtime(entry.waktu)),
                entry.pelaku_nama,
                what if entry.kolom in {"nilai", "target"} else f"{what}: {column}",
                _told(model, entry.kolom, entry.dari),
                _told(model, entry.kolom, entry.ke),
                entry.alasan,
            )
        )
    return found


def _told(model: Any, column: str, text: str | None) -> str:
    """A value of the trail as people read it."""
    if text in (None, ""):
        return "(kosong)"
    choices = dict(model._meta.get_field(column).choices or ())
    if text in choices:
        return str(choices[text]).lower()
    if column in {"berlaku_mulai", "kode"}:
        return str(text)
    try:
        return format_number(Decimal(str(text)))
    except InvalidOperation:
        return str(text)

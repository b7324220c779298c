"""The board of the verifikator: units by state, the late ones first, and what changed since somebody last looked.

Rows are those of the entry sheet, so the board, the entry page and the dashboard cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import CharField, JSONField, Q, Subquery, Value
from django.utils import timezone

from accounts.models import Jejak, UnitKerja, User
from indicators.alur import isi_of
from indicators.entry import LABELS, Keisian
from indicators.entry_sheet import SheetRow, load_sheet, teks_saat
from indicators.models import Komentar, Langkah, Realisasi, Tengok
from indicators.periode import Jendela, load_jendela
from programs.models import Renstra
from renstra.formats import format_tanggal

Status, Tindakan = Realisasi.Status, Langkah.Tindakan
WITH_UNIT = frozenset({Status.DRAF, Status.DIKEMBALIKAN})
CLOSING_SOON = 14
# Keys of the filter, columns of the board, with their words.
KEADAAN = {
    "belum": "Belum lengkap",
    "siap": "Belum diajukan",
    "dikembalikan": "Dikembalikan",
    "diajukan": "Diajukan",
    "diverifikasi": "Diverifikasi",
    "disetujui": "Disetujui",
}


@dataclass(frozen=True, slots=True)
class Kabar:
    """Something that happened to a row: who, what, when."""

    oleh: str
    kata: str
    pada: datetime

    @property
    def teks(self) -> str:
        """``Staf Rehsos: diajukan, 10.42``."""
        return f"{self.oleh or 'sistem'}: {self.kata}, {teks_saat(self.pada)}"


@dataclass(frozen=True, slots=True)
class Beda:
    """A cell that is another one than in a submission, and who made it so (unknown where the trail is silent)."""

    kolom: str
    label: str
    dari: str
    ke: str
    oleh: str = ""
    pada: datetime | None = None

    @property
    def kapan(self) -> str:
        """When it became so."""
        return teks_saat(self.pada) if self.pada else ""


@dataclass(slots=True)
class BarisPapan:
    """A row of the sheet with what the board says of it."""

    row: SheetRow
    hari: int | None
    ajuan: list[tuple[datetime, str, int, Mapping[str, str]]] = field(default_factory=list)
    kabar: list[Kabar] = field(default_factory=list)
    beda: list[Beda] = field(default_factory=list)
    banding: str = ""

    @property
    def keadaan(self) -> str:
        """Key of the column it counts in."""
        if self.row.status != Status.DRAF:
            return str(self.row.status)
        return "siap" if self.row.keisian is Keisian.LENGKAP else "belum"

    @property
    def kata(self) -> str:
        """The same in words."""
        return KEADAAN[self.keadaan]

    @property
    def bentuk(self) -> str:
        """Shape of the state (``{% keadaan %}``)."""
        shapes = {"siap": "sebagian", "dikembalikan": "perhatian", "diajukan": "tersimpan", "belum": "kosong"}
        return shapes.get(self.keadaan, "terkunci")

    @property
    def berubah(self) -> bool:
        """Whether somebody typed into it after it was submitted."""
        return self.row.status == Status.DIAJUKAN and bool(self.ajuan) and self.ajuan[-1][2] != self.row.versi

    @property
    def token(self) -> str:
        """Row and version as a form sends them back."""
        return f"{self.row.n}:{self.row.versi}"


@dataclass(frozen=True, slots=True)
class UnitPapan:
    """A unit with its rows by state, and how late it is in days (negative: days that are left; None: no date)."""

    kode: str
    nama: str
    hitung: Mapping[str, int]
    hari: int | None
    sampai: date | None
    kabar: int

    @property
    def jumlah(self) -> int:
        """All its rows."""
        return sum(self.hitung.values())

    @property
    def tertunda(self) -> int:
        """Rows the unit still owes."""
        return self.hitung["belum"] + self.hitung["siap"] + self.hitung["dikembalikan"]

    @property
    def sel(self) -> list[tuple[str, int]]:
        """Counts in the order of the columns."""
        return [(key, self.hitung[key]) for key in KEADAAN]

    @property
    def bentuk(self) -> str:
        """Shape of its punctuality."""
        if not self.tertunda:
            return "lengkap"
        return "perhatian" if self.hari is not None and self.hari > -CLOSING_SOON else "kosong"

    @property
    def kata(self) -> str:
        """Its punctuality in words."""
        if not self.tertunda:
            return "semua diajukan"
        if self.hari is None:
            return "tanpa tanggal tutup"
        return kata_hari(self.hari)


def kata_hari(hari: int) -> str:
    """``terlambat 3 hari``, ``ditutup hari ini``, ``ditutup dalam 5 hari``."""
    if hari > 0:
        return f"terlambat {hari} hari"
    return f"ditutup dalam {-hari} hari" if hari else "ditutup hari ini"


@dataclass(frozen=True, slots=True)
class Papan:
    """The board of a period for one person."""

    jendela: Jendela
    unit: list[UnitPapan]
    baris: list[BarisPapan]
    semua_unit: Sequence[UnitKerja]
    dilihat: datetime | None

    @property
    def teks_tutup(self) -> str:
        """The dates of the period in words."""
        if self.jendela.buka is None and self.jendela.tutup is None:
            return "Tanggal pengisian belum diatur."
        opens = f"dibuka {format_tanggal(self.jendela.buka)}" if self.jendela.buka else ""
        closes = f"ditutup {format_tanggal(self.jendela.tutup)}" if self.jendela.tutup else "tanpa tanggal tutup"
        return f"Pengisian {', '.join(filter(None, (opens, closes)))}."

    def jumlah(self, keadaan: str) -> int:
        """Rows of the office in a state."""
        return sum(unit.hitung[keadaan] for unit in self.unit)


def load_papan(plan: Renstra, tahun: int, triwulan: int, person: User) -> Papan:
    """The whole board, in six queries (seven for a quarter)."""
    sheet = load_sheet(plan, tahun, person, unit=None, triwulan=triwulan)
    looked = Tengok.objects.filter(pengguna=person, tahun=tahun, triwulan=triwulan).values("pada")
    units = list(UnitKerja.objects.filter(perangkat_daerah=plan.perangkat_daerah_id).annotate(dilihat=Subquery(looked)))
    seen = units[0].dilihat if units else None
    window = load_jendela(plan.perangkat_daerah_id, tahun, triwulan)
    today = timezone.localdate()
    rows: dict[int, BarisPapan] = {}
    for row in sheet.rows:
        if row.counts or row.versi:
            last = window.sampai(row.unit_kode)
            rows[row.id] = BarisPapan(row, (today - last).days if last else None)
    _add_events(rows, tahun, triwulan, seen, person)
    names = {unit.kode: unit.nama for unit in units}
    return Papan(window, _by_unit(rows.values(), names, window), list(rows.values()), units, seen)


def _add_events(rows: Mapping[int, BarisPapan], tahun: int, triwulan: int, seen: datetime | None, person: User) -> None:
    """Give rows their submissions, and what others did since ``seen``; one query."""
    wanted = Q(tindakan=Tindakan.AJUKAN)
    if seen:
        wanted |= Q(pada__gt=seen)
    found = (
        Langkah.objects.filter(wanted, realisasi__tahun=tahun, realisasi__triwulan=triwulan)
        .order_by()
        .values_list("realisasi_id", "tindakan", "oleh__nama", "oleh_id", "pada", "versi", "isi")
    )
    if seen:
        remarks = (
            Komentar.objects.filter(tahun=tahun, triwulan=triwulan, pada__gt=seen)
            .order_by()
            .annotate(
                tindakan=Value("", output_field=CharField()),
                versi=Value(0),
                isi=Value({}, output_field=JSONField()),
            )
            .values_list("indikator_id", "tindakan", "oleh__nama", "oleh_id", "pada", "versi", "isi")
        )
        found = found.union(remarks, all=True)
    names = dict(Tindakan.choices)
    by_item = {line.row.realisasi_id: line for line in rows.values() if line.row.realisasi_id}
    by_root = {line.row.kunci: line for line in rows.values()}
    for key, step, name, who, when, version, values in sorted(found, key=lambda item: item[4]):
        line = by_item.get(key) if step else by_root.get(key)
        if line is None:
            continue
        if step == Tindakan.AJUKAN:
            line.ajuan.append((when, name, version, values))
        if seen and when > seen and who != person.pk:
            line.kabar.append(Kabar(name, names[step].lower() if step else "komentar baru", when))
    for line in rows.values():
        row = line.row
        if seen and row.diubah_pada and row.diubah_pada > seen and row.diubah_oleh_id != person.pk:
            line.kabar.insert(0, Kabar(row.diubah_oleh, "angka berubah", row.diubah_pada))


def _by_unit(rows: Iterable[BarisPapan], names: Mapping[str, str], window: Jendela) -> list[UnitPapan]:
    groups: dict[str, list[BarisPapan]] = {}
    for line in rows:
        if line.row.unit_kode:
            groups.setdefault(line.row.unit_kode.partition(".")[0], []).append(line)
    units = [_unit(kode, names.get(kode, kode), lines, window) for kode, lines in groups.items()]
    return sorted(units, key=_urgency)


def _unit(kode: str, nama: str, lines: Sequence[BarisPapan], window: Jendela) -> UnitPapan:
    counts = dict.fromkeys(KEADAAN, 0)
    for line in lines:
        counts[line.keadaan] += 1
    owed = [line.hari for line in lines if line.row.status in WITH_UNIT and line.hari is not None]
    return UnitPapan(
        kode, nama, counts, max(owed, default=None), window.sampai(kode), sum(bool(line.kabar) for line in lines)
    )


def _urgency(unit: UnitPapan) -> tuple:
    """Late ones first, then those whose date is near, then who owes most."""
    dated = unit.tertunda and unit.hari is not None and unit.hari > -CLOSING_SOON
    return (not dated, -(unit.hari or 0) if dated else 0, -unit.tertunda, unit.kode)


def pick(papan: Papan, *, unit: str, keadaan: str, baru: bool) -> list[BarisPapan]:
    """The rows of a unit (and those below it), of a state, or with news, in the plan's order."""
    tests: list[Callable[[BarisPapan], bool]] = []
    if unit:
        tests.append(lambda line: line.row.unit_kode == unit or line.row.unit_kode.startswith(f"{unit}."))
    if keadaan:
        tests.append(lambda line: line.keadaan == keadaan)
    if baru:
        tests.append(lambda line: bool(line.kabar))
    return [line for line in papan.baris if all(test(line) for test in tests)]


def add_differences(lines: Sequence[BarisPapan]) -> None:
    """Say of each row what is another value than in its last submission, else in the one before; one query or none.

    A row that was returned, mended and submitted again differs from nothing but the submission before.
    """
    since: dict[int, datetime] = {}
    for line in lines:
        now = isi_of(line.row.values)
        for when, who, _, values in reversed(line.ajuan[-2:]):
            differs = [name for name in LABELS if values.get(name, "") != now.get(name, "")]
            if differs and line.row.realisasi_id:
                which = "pengajuan terakhir" if when == line.ajuan[-1][0] else "pengajuan sebelumnya"
                line.banding = f"{which} ({who}, {teks_saat(when)})"
                line.beda = [Beda(name, LABELS[name], values.get(name, ""), now.get(name, "")) for name in differs]
                since[line.row.realisasi_id] = when
                break
    if not since:
        return
    made = _who(since)
    for line in lines:
        key = line.row.realisasi_id
        line.beda = [
            replace(item, oleh=by[0], pada=by[1]) if (by := made.get((key, item.kolom))) else item for item in line.beda
        ]


def _who(since: Mapping[int, datetime]) -> dict[tuple[int | None, str], tuple[str, datetime]]:
    """Who last changed each cell of these realisasi after a moment, by realisasi and cell."""
    trail = (
        Jejak.objects.filter(
            objek=Realisasi._meta.label_lower,
            objek_id__in=[str(key) for key in since],
            kolom__in=[*LABELS, "keadaan"],
            waktu__gt=min(since.values()),
        )
        .order_by("pk")
        .values_list("objek_id", "kolom", "pelaku_nama", "waktu")
    )
    found: dict[tuple[int | None, str], tuple[str, datetime]] = {}
    for key, column, name, when in trail:
        if when > since[int(key)]:
            found[int(key), "kinerja" if column == "keadaan" else column] = (name, when)
    return found


def look(person: User, tahun: int, triwulan: int, pada: datetime) -> None:
    """Remember that the board was looked through as it stood at ``pada``; never later than now, never back."""
    pada = min(pada, timezone.now())
    row, new = Tengok.objects.get_or_create(pengguna=person, tahun=tahun, triwulan=triwulan, defaults={"pada": pada})
    if not new:
        Tengok.objects.filter(pk=row.pk, pada__lt=pada).update(pada=pada)

"""What a workbook that came back changes, cell by cell; all or nothing.

A cell that is as it was exported is not touched, whatever happened to the row since. A cell that was changed
goes through ``save_banyak`` with the version that was exported, so the rules of a cell and of a conflict are those of
the page. Everything refused is named by its address; nothing is stored unless nothing is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.core.exceptions import PermissionDenied

from accounts.models import User
from indicators.actions import FINE, MAY_ENTER, Isian, Outcome, SaveResult, save_banyak
from indicators.entry import Keadaan, Rules, Values, write_kinerja, write_row
from indicators.entry_sheet import SheetRow, load_sheet, teks_saat
from indicators.periode import nama_periode
from indicators.row_record import YearOutsidePlan, check_year
from indicators.workbook.columns import ISIAN, KOLOM, KUNCI, SHEET, TETAP, Kunci, as_text
from indicators.workbook.reading import KOSONG, BerkasDitolak, Lembar, Sel, address, bounds, read_workbook
from indicators.workbook.template import cells_of
from programs.models import Renstra

_TAKE_NEW = "Ambil berkas isian yang baru."
_HEADS = {column.lower(): column for column in KOLOM}
# Where the reason for a cell that the workbook does not have is shown.
_SHOWN_AT = {"alasan_keadaan": "kinerja", "keadaan": "kinerja", "alasan_lebih_pagu": "rupiah"}


@dataclass(frozen=True, slots=True)
class Tolakan:
    """A cell that is refused: ``sel`` is sheet and address (``Realisasi!H12``), ``nilai`` what stands there."""

    sel: str
    nilai: str
    alasan: str

    def as_json(self) -> dict[str, str]:
        """As the command prints it."""
        return {"sel": self.sel, "nilai": self.nilai, "alasan": self.alasan}


@dataclass(frozen=True, slots=True)
class Ubahan:
    """A cell that changes, as the page writes it; ``catatan`` says what a person should look at twice."""

    sel: str
    kode: str
    indikator: str
    kolom: str
    dari: str
    ke: str
    catatan: str = ""


@dataclass(slots=True)
class Hasil:
    """What a workbook does: rows read, rows that change, rows that stay as they are, cells that are refused."""

    tahun: int
    triwulan: int
    dibaca: int = 0
    baris_berubah: int = 0
    sama: int = 0
    ubahan: list[Ubahan] = field(default_factory=list)
    ditolak: list[Tolakan] = field(default_factory=list)
    diabaikan: list[str] = field(default_factory=list)

    @property
    def berubah(self) -> int:
        """Rows that change: none as long as a cell is refused."""
        return 0 if self.ditolak else self.baris_berubah

    @property
    def periode(self) -> str:
        """``tahun 2022`` or ``triwulan II 2022``."""
        return nama_periode(self.tahun, self.triwulan)

    def as_json(self) -> dict[str, object]:
        """As the command prints it."""
        refused = [item.as_json() for item in self.ditolak]
        return {"dibaca": self.dibaca, "berubah": self.berubah, "sama": self.sama, "ditolak": refused}


@dataclass(slots=True)
class _Row:
    """A row of the file; ``cells`` by the heading of their column."""

    lembar: str
    nomor: int
    cells: Mapping[str, Sel]
    columns: Mapping[str, int]
    gabung: Mapping[int, str]
    ditolak: list[Tolakan] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)

    def sel(self, column: str) -> str:
        return _sel(self.lembar, address(self.columns[column], self.nomor))

    def refuse(self, column: str, reason: str) -> None:
        self.ditolak.append(Tolakan(self.sel(column), self.cells[column].ditulis, reason))

    @property
    def isi(self) -> dict[str, str]:
        """Texts of the cells that are read back, by name."""
        return {name: self.cells[column].isi for name, column in ISIAN.items()}


def import_workbook(
    actor: User | None, content: bytes, nama: str, *, pintu: str, tahun: int | None = None, coba: bool = False
) -> Hasil:
    """Store what a workbook changes, or with ``coba`` only say what it would.

    ``nama`` is the name of the file, for the trail. ``actor`` None is the command line of the machine
    (``save_banyak``). ``tahun`` is the year it must be of, when that is asked. Raises ``BerkasDitolak`` for a file that
    is not taken at all, ``PermissionDenied``, ``Renstra.DoesNotExist``.
    """
    if actor is not None and not MAY_ENTER.admits(actor):
        raise PermissionDenied("Berkas isian hanya dikirim oleh staf unit pemilik baris; akun Anda dapat membacanya.")
    renstra = Renstra.current()
    ignored: list[str] = []
    rows = [row for sheet in _sheets(read_workbook(content)) for row in _rows(sheet, ignored)]
    keyed = _keys(rows)
    year, quarter = _period(keyed, renstra, tahun)
    stored = {row.kode_indikator: row for row in load_sheet(renstra, year, actor, unit=None, triwulan=quarter).rows}
    known = [(row, key, stored[key.kode]) for row, key in keyed if _known(row, key, stored)]
    _check_unit(actor, known)
    for row, key, now in known:
        _check_fixed(row, key, now)
        _ask(row, key, now)
    asked = [item for item in known if item[0].asked]
    isian = [
        Isian(now.id, row.asked, key.versi, f"Berkas {nama[:120]}, lembar {row.lembar}, baris {row.nomor}.")
        for row, key, now in asked
    ]
    refused = any(row.ditolak for row in rows)
    try:
        outcomes = save_banyak(actor, year, isian, pintu=pintu, triwulan=quarter, coba=coba or refused, semua=True)
    except YearOutsidePlan as error:
        raise BerkasDitolak(str(error)) from None
    result = Hasil(year, quarter, dibaca=len(rows), diabaikan=ignored)
    for (row, key, now), outcome in zip(asked, outcomes, strict=True):
        if outcome is not None and outcome.outcome is Outcome.SAVED:
            result.ubahan += _changes(row, now, outcome.reading.values)
            result.baris_berubah += not row.ditolak
        elif outcome is None or outcome.outcome not in FINE:
            _refuse(row, key, now, outcome)
    result.ditolak = [item for row in rows for item in row.ditolak]
    result.sama = len(rows) - result.baris_berubah - sum(1 for row in rows if row.ditolak)
    return result


def _sel(sheet: str, place: str) -> str:
    """``Realisasi!H12``; a name that is more than letters and digits stands in quotes, as a spreadsheet writes it."""
    return f"{sheet}!{place}" if sheet.isalnum() else f"'{sheet.replace(chr(39), chr(39) * 2)}'!{place}"


# The sheets and their columns ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Headed:
    """A sheet with the number of each column."""

    lembar: Lembar
    columns: Mapping[str, int]


def _sheets(book: Sequence[Lembar]) -> list[_Headed]:
    """Sheets with rows of realisasi; raises ``BerkasDitolak`` when one is broken or there is none."""
    found = []
    for sheet in book:
        headings = _headings(sheet, 1)
        if len(_matching(headings)) < 3:
            _check_moved(sheet)
            if sheet.nama != SHEET:
                continue
        if sheet.tersembunyi:
            raise BerkasDitolak(
                f"Lembar “{sheet.nama}” tersembunyi tetapi berisi baris realisasi. Tampilkan lembar itu, atau hapus.",
                _sel(sheet.nama, "A1"),
            )
        found.append(_Headed(sheet, _columns(sheet, headings)))
    if not found:
        raise BerkasDitolak(
            f"Tidak ada lembar dengan judul kolom berkas isian ({KOLOM[0]}, {KOLOM[1]}, …) di baris 1. {_TAKE_NEW}"
        )
    return found


def _headings(sheet: Lembar, row: int) -> dict[int, str]:
    return {at: " ".join(cell.teks.split()) for at, cell in sheet.baris.get(row, {}).items() if cell.teks}


def _matching(headings: Mapping[int, str]) -> set[str]:
    return {text.lower() for text in headings.values()} & _HEADS.keys()


def _check_moved(sheet: Lembar) -> None:
    for number in range(2, 21):
        if len(_matching(_headings(sheet, number))) >= 3:
            raise BerkasDitolak(
                f"Judul kolom lembar “{sheet.nama}” ada di baris {number}, bukan baris 1; hapus baris di atasnya.",
                _sel(sheet.nama, f"A{number}"),
            )


def _columns(sheet: Lembar, headings: Mapping[int, str]) -> dict[str, int]:
    """Number of each column by its heading, wherever it was moved; raises ``BerkasDitolak``."""
    columns: dict[str, int] = {}
    other: dict[int, str] = {}
    for at, text in headings.items():
        name = _HEADS.get(text.lower())
        if name is None:
            other[at] = text
        elif name in columns:
            raise BerkasDitolak(
                f"Kolom “{name}” ada dua kali di lembar “{sheet.nama}”; hapus salah satu.",
                _sel(sheet.nama, address(at, 1)),
                text,
            )
        else:
            columns[name] = at
    missing = [name for name in KOLOM if name not in columns]
    if missing:
        # The heading in its place is most likely the renamed one.
        at = KOLOM.index(missing[0]) + 1
        instead = f" Di {address(at, 1)} tertulis “{other[at]}”." if at in other else ""
        names = ", ".join(f"“{name}”" for name in missing)
        raise BerkasDitolak(
            f"Lembar “{sheet.nama}” tidak punya kolom {names}.{instead} Kembalikan judul kolomnya seperti semula.",
            _sel(sheet.nama, address(at, 1)),
            other.get(at, ""),
        )
    return columns


def _rows(headed: _Headed, ignored: list[str]) -> Iterator[_Row]:
    """Rows below the heading that hold something in our columns."""
    sheet, columns = headed.lembar, headed.columns
    known = set(columns.values())
    ignored += [
        f"{sheet.nama}: kolom “{text}” bukan kolom berkas isian dan tidak dibaca."
        for at, text in _headings(sheet, 1).items()
        if at not in known
    ]
    merged = [place for place in map(bounds, sheet.gabung) if place and place[3] > 1]
    for number in sorted(sheet.baris):
        found = sheet.baris[number]
        cells = {name: found.get(at, KOSONG) for name, at in columns.items()}
        joined = {
            at: f"{address(left, top)}:{address(right, bottom)}"
            for left, top, right, bottom in merged
            if top <= number <= bottom
            for at in known
            if left <= at <= right
        }
        if number > 1 and (joined or any(cell != KOSONG for cell in cells.values())):
            yield _Row(sheet.nama, number, cells, columns, joined)


# The keys ------------------------------------------------------------------------------------------------------------


def _keys(rows: Sequence[_Row]) -> list[tuple[_Row, Kunci]]:
    """Rows with their key; the others are refused."""
    found = []
    for row in rows:
        for at, place in row.gabung.items():
            column = next(name for name, number in row.columns.items() if number == at)
            row.refuse(column, f"Sel gabungan {place}: tidak jelas baris mana yang dimaksud. Pisahkan selnya.")
        cell = row.cells[KUNCI]
        if row.columns[KUNCI] in row.gabung:
            continue
        key = Kunci.parse(cell.teks)
        if key is not None:
            found.append((row, key))
        elif cell == KOSONG:
            row.refuse(
                KUNCI, "Baris ini tidak punya Kunci; baris tidak dapat ditambahkan lewat berkas. Hapus baris ini."
            )
        else:
            row.refuse(KUNCI, f"Kunci baris ini berubah atau bukan dari sistem ini. {_TAKE_NEW}")
    if not found and not any(row.ditolak for row in rows):
        raise BerkasDitolak(f"Berkas ini tidak berisi satu baris pun. {_TAKE_NEW}")
    return found


def _period(keyed: Sequence[tuple[_Row, Kunci]], renstra: Renstra, tahun: int | None) -> tuple[int, int]:
    """Year and quarter of the file; a row of another one is refused. Raises ``BerkasDitolak``."""
    counted = Counter((key.renstra, key.tahun, key.triwulan) for _, key in keyed)
    if not counted:
        return tahun or renstra.tahun_awal, 0
    plan, year, quarter = counted.most_common(1)[0][0]
    name = nama_periode(year, quarter)
    if plan != renstra.kode:
        raise BerkasDitolak(
            f"Berkas ini dibuat dari Renstra {plan}, sedangkan yang berlaku sekarang {renstra.kode}. {_TAKE_NEW}"
        )
    if tahun is not None and year != tahun:
        raise BerkasDitolak(f"Berkas ini untuk {name}, bukan tahun {tahun}. Kirim di halaman tahun {year}.")
    try:
        check_year(renstra, year)
    except YearOutsidePlan as error:
        raise BerkasDitolak(str(error)) from None
    seen: dict[str, _Row] = {}
    for row, key in keyed:
        if (key.renstra, key.tahun, key.triwulan) != (plan, year, quarter):
            other = nama_periode(key.tahun, key.triwulan)
            row.refuse(KUNCI, f"Baris ini dari berkas {other}, sedangkan berkas ini untuk {name}. Hapus baris ini.")
        elif key.kode in seen:
            row.refuse(KUNCI, f"Baris ini sudah ada di {seen[key.kode].sel(KUNCI)}. Hapus salah satu.")
        else:
            seen[key.kode] = row
    return year, quarter


def _known(row: _Row, key: Kunci, stored: Mapping[str, SheetRow]) -> bool:
    if any(item.sel == row.sel(KUNCI) for item in row.ditolak):
        return False
    if key.kode not in stored:
        row.refuse(KUNCI, f"Baris {key.kode} tidak ada dalam Renstra yang berlaku. {_TAKE_NEW}")
        return False
    return True


def _check_unit(actor: User | None, known: Sequence[tuple[_Row, Kunci, SheetRow]]) -> None:
    """Say once that a file is another unit's instead of refusing each of its cells; raises ``BerkasDitolak``."""
    if actor is None or not known or any(now.editable for _, _, now in known):
        return
    owners = ", ".join(sorted({now.unit_nama or "tanpa unit" for _, _, now in known}))
    own = f"hanya mengisi baris {actor.unit}" if actor.unit else "belum terhubung ke unit kerja"
    raise BerkasDitolak(f"Berkas ini berisi baris {owners}; akun Anda {own}.")


# The cells -----------------------------------------------------------------------------------------------------------


def _check_fixed(row: _Row, key: Kunci, now: SheetRow) -> None:
    """Refuse a change of what is not read back."""
    if key.sama_tetap([row.cells[column].isi for column in TETAP]):
        return
    for column, value in zip(TETAP, cells_of(now).tetap, strict=True):
        if row.columns[column] not in row.gabung and row.cells[column].isi != as_text(value):
            said = replace(KOSONG, jenis="teks", teks=value) if isinstance(value, str) else _number_cell(as_text(value))
            row.refuse(
                column,
                f"Kolom “{column}” tidak dibaca kembali dan tidak boleh berubah; "
                + (f"kembalikan menjadi “{said.ditulis}”." if said.teks else "kosongkan."),
            )


def _number_cell(digits: str) -> Sel:
    return Sel("angka", digits) if digits else KOSONG


def _ask(row: _Row, key: Kunci, now: SheetRow) -> None:
    """Find the cells that a person changed and what was typed into them; refuse what is no value."""
    current = {name: as_text(value) for name, value in cells_of(now).isian.items()}
    for name in key.touched(row.isi):
        column = ISIAN[name]
        cell = row.cells[column]
        if row.columns[column] in row.gabung or cell.isi == current[name]:
            continue
        if reason := _no_value(cell, number=name in {"kinerja", "rupiah"}):
            row.refuse(column, reason)
        else:
            row.asked[name] = cell.ditulis


def _no_value(cell: Sel, *, number: bool) -> str:
    """Why a cell holds nothing that a person typed, empty when it does."""
    if cell.rumus and not (number and cell.jenis == "angka"):
        return "Sel ini berisi rumus tanpa hasil angka; salin, lalu Tempel Khusus sebagai Nilai."
    return {
        "tanggal": "Excel menjadikan isian ini tanggal; ubah format selnya menjadi Umum (General), lalu ketik ulang.",
        "logika": "Isian ini benar/salah (TRUE/FALSE); ketik angka atau tulisannya.",
        "galat": "Sel ini berisi pesan kesalahan Excel; ketik nilainya.",
    }.get(cell.jenis, "")


def _shown(values: Values) -> dict[str, str]:
    """Cells of a row in words, the reason behind *tidak berlaku* with it."""
    typed = write_row(values)
    found = {name: getattr(typed, name) for name in ISIAN}
    if values.keadaan == Keadaan.TIDAK_BERLAKU:
        found["kinerja"] = f"{write_kinerja(values.keadaan, None)}: {values.alasan_keadaan}"
    return found


def _changes(row: _Row, now: SheetRow, values: Values) -> Iterator[Ubahan]:
    before, after = _shown(now.values), _shown(values)
    for name in row.asked:
        if before[name] != after[name]:
            column = ISIAN[name]
            note = _note(name, row.cells[column], values, now.rules)
            yield Ubahan(row.sel(column), now.kode, now.indikator, column, before[name], after[name], note)


def _note(name: str, cell: Sel, values: Values, rules: Rules) -> str:
    """What a person should look at twice before it is stored."""
    notes = []
    if cell.rumus:
        notes.append(f"Hasil rumus ={cell.rumus.removeprefix('=')[:60]}.")
    if name == "rupiah" and rules.over_pagu(values.rupiah) and not values.alasan_lebih_pagu:
        notes.append("Melebihi pagu: tulis alasannya di halaman Realisasi.")
    small = name == "kinerja" and rules.percent and values.kinerja is not None and 0 < values.kinerja < 1
    if small and rules.target is not None and rules.target > 1:
        notes.append("Kurang dari 1 persen; bila maksudnya seratus kali lipat, perbaiki dahulu di berkas.")
    return " ".join(notes)


def _refuse(row: _Row, key: Kunci, now: SheetRow, outcome: SaveResult | None) -> None:
    """Say for each changed cell of a row why it is not stored."""
    if outcome is None:
        reasons = dict.fromkeys(row.asked, f"Baris ini tidak ada lagi dalam Renstra. {_TAKE_NEW}")
    elif outcome.outcome is Outcome.CONFLICT:
        reasons = _conflict(row, key, now)
    elif outcome.outcome is Outcome.CLOSED:
        reasons = dict.fromkeys(row.asked, outcome.record.closed)
    elif outcome.record.locked:
        reasons = dict.fromkeys(row.asked, f"Baris ini {now.keadaan_baris[1]}; bicarakan dengan verifikator.")
    else:
        reasons = outcome.reading.errors
    for name, reason in reasons.items():
        row.refuse(ISIAN[_SHOWN_AT.get(name, name)], reason)


def _conflict(row: _Row, key: Kunci, now: SheetRow) -> dict[str, str]:
    """Both values, who and when."""
    who = "Anda sendiri" if now.by_me else now.diubah_oleh or "sistem"
    when = f", {teks_saat(now.diubah_pada)}" if now.diubah_pada else ""
    moved = set(key.touched({name: as_text(value) for name, value in cells_of(now).isian.items()}))
    shown = _shown(now.values)
    reasons = {}
    for name in row.asked:
        if name in moved:
            reasons[name] = (
                f"Sejak berkas diambil, sel ini diubah oleh {who}{when} menjadi “{shown[name] or 'kosong'}”; "
                f"berkas berisi “{row.cells[ISIAN[name]].ditulis or 'kosong'}”. {_TAKE_NEW}"
            )
        else:
            reasons[name] = f"Sejak berkas diambil, sel lain di baris ini diubah oleh {who}{when}. {_TAKE_NEW}"
    return reasons

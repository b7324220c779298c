"""A report as plain values: a tree of columns, rows with a role, typed cells, notes.

A builder makes a ``Matrix``, a renderer writes it; neither knows the other. Unknown
is ``Kosong`` and never 0. Pure: imports nothing of Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from renstra.formats import UNKNOWN, as_shown, format_number, format_rupiah, plain

if TYPE_CHECKING:
    from indicators.penjelasan import Asal

# Characters that XML (so XLSX) cannot hold and a page should not.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class Rata(StrEnum):
    """Where a column's cells stand."""

    KIRI = "kiri"
    TENGAH = "tengah"
    KANAN = "kanan"


class Peran(StrEnum):
    """Role of a row; the word of ``jenis`` in JSON."""

    PROGRAM = "program"
    KEGIATAN = "kegiatan"
    SUBKEGIATAN = "subkegiatan"
    SASARAN = "sasaran"
    BARIS = "baris"
    JUMLAH = "jumlah"
    JUDUL = "judul"
    PENUTUP = "penutup"


# Depth in the plan's tree: indent, and outline level of a spreadsheet.
TINGKAT = {Peran.KEGIATAN: 1, Peran.SUBKEGIATAN: 2}


@dataclass(frozen=True, slots=True)
class Teks:
    """Text; every line of a text of several lines is a block of its own."""

    isi: str


@dataclass(frozen=True, slots=True)
class Angka:
    """Number as printed: a percent figure is 0-100. ``desimal`` None shows as many decimals as there are.

    ``akhiran`` is what is printed behind it: ``%`` or `` orang``. ``asal`` tells how a
    computed figure came about, of the same evaluation; it is called when somebody asks.
    """

    nilai: Decimal | int
    desimal: int | None = None
    akhiran: str = ""
    asal: Asal | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Uang:
    """Whole rupiah; ``asal`` as for ``Angka``."""

    nilai: int
    asal: Asal | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Bilangan:
    """Whole number without grouping: a year, a running number."""

    nilai: int


@dataclass(frozen=True, slots=True)
class Pecahan:
    """Formula as Tabel 7.2 prints it: numerator over denominator, times a factor."""

    pembilang: str
    penyebut: str
    pengali: int


@dataclass(frozen=True, slots=True)
class Kosong:
    """No value (JSON ``null``). ``tampil`` stands in the cell: nothing, ``-`` as printed, ``–`` for unknown."""

    tampil: str = ""


Nilai = Teks | Angka | Uang | Bilangan | Pecahan | Kosong

KOSONG = Kosong()
TIDAK_DIKETAHUI = Kosong(UNKNOWN)
DASH = Kosong("-")


@dataclass(frozen=True, slots=True)
class Sel:
    """A cell that is more than one value: stacked values, a span over rows or columns, marks of notes."""

    nilai: tuple[Nilai, ...]
    catatan: tuple[int, ...] = ()
    lebar: int = 1
    tinggi: int = 1


# None: covered by a cell that spans rows above or columns to the left.
Isi = Nilai | Sel | None


@dataclass(frozen=True, slots=True)
class Kolom:
    """A column, or a group of columns under one heading.

    ``bobot`` is the width as a share: about millimetres on F4 landscape and half
    rems on the page. ``judul_baris`` marks the column that names the row; ``lekat``
    one that stays at the left edge while those before it scroll away. Neighbours
    with the same ``nomor`` share one cell in the row of column numbers. ``terbagi``: a
    group that may be divided between bands on paper (its own groups never are).
    """

    judul: str
    kunci: str = ""
    anak: tuple[Kolom, ...] = ()
    nomor: str = ""
    rata: Rata = Rata.KIRI
    bobot: int = 10
    judul_baris: bool = False
    lekat: bool = False
    terbagi: bool = False


@dataclass(frozen=True, slots=True)
class Baris:
    """A row: as many cells as there are leaf columns. ``kode`` is the node's code even where the row prints none."""

    peran: Peran
    sel: tuple[Isi, ...]
    kode: str = ""


@dataclass(frozen=True, slots=True)
class Catatan:
    """Note below the table; cells refer to it by ``nomor``. ``tautan`` leads on from the page, never from a file."""

    nomor: int
    teks: str
    tautan: str = ""


@dataclass(frozen=True, slots=True)
class Kop:
    """Letterhead: the lines above the name of the office, the name, the lines below it."""

    atas: str
    nama: str
    bawah: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Uraian:
    """A closing paragraph of a form; an empty ``teks`` leaves room to write by hand."""

    kunci: str
    label: str
    teks: str


# What an empty part of a signature block is printed as, to be filled in by hand.
TITIK = "." * 36


@dataclass(frozen=True, slots=True)
class TandaTangan:
    """Signature block; what is empty is printed as a dotted line, an empty ``pangkat`` or ``instansi`` not at all."""

    keterangan: str
    tempat: str
    tanggal: str
    jabatan: str
    instansi: str
    nama: str
    pangkat: str
    nip: str

    def atas(self) -> tuple[str, ...]:
        """Lines above the signature."""
        lines = (f"{self.tempat or TITIK}, {self.tanggal or TITIK}", self.keterangan, self.jabatan or TITIK)
        return (*lines, self.instansi) if self.instansi else lines

    def bawah(self) -> tuple[str, ...]:
        """Lines below it."""
        nip = f"NIP {self.nip or TITIK}"
        return (self.nama or TITIK, self.pangkat, nip) if self.pangkat else (self.nama or TITIK, nip)


@dataclass(frozen=True, slots=True)
class Isian:
    """A parameter the report was made with."""

    kunci: str
    label: str
    nilai: str | int
    teks: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """A report, ready for any renderer.

    ``pembuka`` are spanning rows that the form prints above the column heads (Tabel 5.1),
    ``penutup`` paragraphs and ``tanda_tangan`` blocks below the table, ``kop`` the letterhead.
    ``kolom_lekat`` columns stay in view when a wide table scrolls. A table wider than
    the sheet is printed in bands that each repeat the first ``kolom_tetap`` columns;
    0 never splits. ``lampiran`` are further reports that follow it, each on pages or a sheet of its
    own; with ``sampul`` the table is the list of them and the paper begins with a cover.
    """

    slug: str
    nomor: str
    judul: str
    kolom: tuple[Kolom, ...]
    baris: tuple[Baris, ...]
    subjudul: tuple[str, ...] = ()
    parameter: tuple[Isian, ...] = ()
    catatan: tuple[Catatan, ...] = ()
    pembuka: tuple[Baris, ...] = ()
    sumber: str = ""
    penutup: tuple[Uraian, ...] = ()
    tanda_tangan: tuple[TandaTangan, ...] = ()
    kop: Kop | None = None
    kolom_lekat: int = 0
    kolom_tetap: int = 0
    kosong: str = "Belum ada isi."
    lampiran: tuple[Matrix, ...] = ()
    sampul: bool = False


@dataclass(frozen=True, slots=True)
class KepalaSel:
    """A cell of the header: its column or group, where it starts (0-based leaf), and its spans."""

    kolom: Kolom
    mulai: int
    lebar: int
    tinggi: int


def leaves(kolom: Iterable[Kolom]) -> tuple[Kolom, ...]:
    """Leaf columns from left to right."""
    return tuple(_leaves(kolom))


def _leaves(kolom: Iterable[Kolom]) -> Iterator[Kolom]:
    for item in kolom:
        if item.anak:
            yield from _leaves(item.anak)
        else:
            yield item


def depth(kolom: Iterable[Kolom]) -> int:
    """Number of header rows the tree needs."""
    return max((1 + depth(item.anak) for item in kolom), default=0)


def header_rows(kolom: Sequence[Kolom]) -> tuple[tuple[KepalaSel, ...], ...]:
    """Header cells row by row; a leaf reaches down to the last header row."""
    total = depth(kolom)
    rows: list[list[KepalaSel]] = [[] for _ in range(total)]

    def place(items: Sequence[Kolom], level: int, start: int) -> int:
        for item in items:
            if item.anak:
                end = place(item.anak, level + 1, start)
                rows[level].append(KepalaSel(item, start, end - start, 1))
                start = end
            else:
                rows[level].append(KepalaSel(item, start, 1, total - level))
                start += 1
        return start

    place(kolom, 0, 0)
    return tuple(tuple(sorted(row, key=lambda cell: cell.mulai)) for row in rows)


def number_cells(kolom: Sequence[Kolom]) -> list[tuple[int, int, str]]:
    """The row of column numbers as (start, width, number); empty when no leaf has one."""
    cells: list[tuple[int, int, str]] = []
    for at, column in enumerate(leaves(kolom)):
        if cells and column.nomor and column.nomor == cells[-1][2]:
            start, width, text = cells[-1]
            cells[-1] = (start, width + 1, text)
        else:
            cells.append((at, 1, column.nomor))
    return cells if any(text for _, _, text in cells) else []


def bands(matrix: Matrix, lebar: int) -> tuple[Matrix, ...]:
    """The matrix in parts no wider than ``lebar`` (of ``Kolom.bobot``), each with the first ``kolom_tetap`` columns.

    A column group is never divided. A matrix that fits, or may not be split, comes back whole.
    """
    fixed = matrix.kolom_tetap
    if not fixed or _weight(matrix.kolom) <= lebar:
        return (matrix,)
    room = lebar - _weight(matrix.kolom[:fixed])
    start = len(leaves(matrix.kolom[:fixed]))
    parts_: list[list[int]] = []
    used = room + 1
    for group in matrix.kolom[fixed:]:
        for atom in group.anak if group.terbagi else (group,):
            weight = _weight((atom,))
            if used + weight > room:
                parts_.append([])
                used = 0
            width = len(leaves((atom,)))
            parts_[-1] += range(start, start + width)
            start += width
            used += weight
    named = range(len(leaves(matrix.kolom[:fixed])))
    return tuple(_band(matrix, [*named, *positions]) for positions in parts_)


def _weight(kolom: Sequence[Kolom]) -> int:
    return sum(column.bobot for column in leaves(kolom))


def _band(matrix: Matrix, keep: Sequence[int]) -> Matrix:
    """The matrix with the leaf columns at these positions alone."""
    positions = iter(range(len(leaves(matrix.kolom))))

    def prune(items: Sequence[Kolom]) -> tuple[Kolom, ...]:
        found = []
        for item in items:
            if item.anak:
                inside = prune(item.anak)
                if inside:
                    found.append(replace(item, anak=inside))
            elif next(positions) in keep:
                found.append(item)
        return tuple(found)

    def cut(row: Baris) -> Baris:
        cells: list[Isi] = []
        for at in keep:
            cell = row.sel[at]
            start = at
            while cell is None and start > 0 and start - 1 not in keep and row.sel[start] is None:
                start -= 1  # a cell that began in a column of another band
                cell = row.sel[start]
            if isinstance(cell, Sel) and cell.lebar > 1:
                width = sum(1 for other in keep if at <= other < start + cell.lebar)
                cell = replace(cell, lebar=width) if width else None
            cells.append(cell)
        return replace(row, sel=tuple(cells))

    return replace(
        matrix,
        kolom=prune(matrix.kolom),
        baris=tuple(cut(row) for row in matrix.baris),
        pembuka=tuple(cut(row) for row in matrix.pembuka),
    )


def group_starts(kolom: Sequence[Kolom]) -> frozenset[int]:
    """Leaf positions where a top group of several columns begins or ends: they get the stronger rule."""
    found: set[int] = set()
    position = 0
    for item in kolom:
        width = len(leaves((item,)))
        if item.anak:
            inner = position
            for child in item.anak:
                found.add(inner)
                inner += len(leaves((child,)))
                # Groups of groups (Tabel 6.2: years under one heading) are ruled at the inner groups.
                if not any(grand.anak for grand in item.anak):
                    break
            found.add(position + width)
        position += width
    return frozenset(at for at in found if 0 < at < position)


def shown(nilai: Nilai) -> str:
    """A value as people read it, in every format that is read."""
    if isinstance(nilai, Uang):
        return format_rupiah(nilai.nilai)
    if isinstance(nilai, Angka):
        return format_number(nilai.nilai, nilai.desimal) + nilai.akhiran
    if isinstance(nilai, Teks):
        return nilai.isi
    if isinstance(nilai, Bilangan):
        return str(nilai.nilai)
    if isinstance(nilai, Pecahan):
        return _formula(nilai)
    return nilai.tampil


def value(nilai: Nilai) -> str | int | Decimal | None:
    """A value as machines read it: numbers rounded as shown, unknown None."""
    if isinstance(nilai, Uang | Bilangan):
        return nilai.nilai
    if isinstance(nilai, Angka):
        return number(nilai)
    if isinstance(nilai, Teks):
        return nilai.isi
    if isinstance(nilai, Pecahan):
        return _formula(nilai)
    return None


def number(nilai: Angka) -> Decimal | int:
    """The number as shown: rounded to its decimals, whole numbers as int."""
    figure = nilai.nilai
    if isinstance(figure, int):
        return figure
    figure = plain(as_shown(figure, nilai.desimal))
    return int(figure) if figure == figure.to_integral_value() else figure


def _formula(nilai: Pecahan) -> str:
    over = f"{nilai.pembilang} / {nilai.penyebut}" if nilai.penyebut else nilai.pembilang
    return f"{over} × {nilai.pengali}"


def parts(isi: Nilai | Sel) -> tuple[Nilai, ...]:
    """Values of a cell: one, or several that are stacked."""
    return isi.nilai if isinstance(isi, Sel) else (isi,)


def explained(isi: Isi) -> list[Asal]:
    """How the computed figures of a cell came about, in their order; empty where nothing was computed."""
    if isi is None:
        return []
    return [item.asal for item in parts(isi) if isinstance(item, Angka | Uang) and item.asal is not None]


def with_asal(isi: Nilai, asal: Asal) -> Nilai:
    """The value with the way to its explanation; text and blanks stay as they are."""
    if isinstance(isi, Uang):
        return Uang(isi.nilai, asal)
    return Angka(isi.nilai, isi.desimal, isi.akhiran, asal) if isinstance(isi, Angka) else isi


def mark(catatan: Sequence[int]) -> str:
    """Mark of a cell with notes: ``[1]`` or ``[1, 4]``. A bracket, because a bare figure would read as a digit."""
    return f"[{', '.join(map(str, catatan))}]" if catatan else ""


def with_note(isi: Nilai | Sel, *catatan: int) -> Sel:
    """The cell with further notes."""
    if isinstance(isi, Sel):
        return Sel(isi.nilai, (*isi.catatan, *catatan), isi.lebar, isi.tinggi)
    return Sel((isi,), catatan)


def resolve(baris: Sequence[Baris]) -> Iterator[tuple[Baris, tuple[Nilai | Sel | None, ...]]]:
    """Rows with cells that span rows repeated downwards, so every row can be read alone.

    None stays where a cell spans columns.
    """
    open_cells: dict[int, tuple[Sel, int]] = {}
    for row in baris:
        cells: list[Nilai | Sel | None] = []
        for at, cell in enumerate(row.sel):
            if cell is None and at in open_cells:
                spanning, left = open_cells[at]
                cells.append(spanning)
                if left == 1:
                    del open_cells[at]
                else:
                    open_cells[at] = (spanning, left - 1)
                continue
            if isinstance(cell, Sel) and cell.tinggi > 1:
                open_cells[at] = (cell, cell.tinggi - 1)
            cells.append(cell)
        yield row, tuple(cells)


def problems(matrix: Matrix) -> list[str]:
    """What is wrong with the shape of a matrix; empty when every row fills every column exactly once."""
    columns = leaves(matrix.kolom)
    found = []
    keys = [column.kunci for column in columns]
    if len(set(keys)) != len(keys) or not all(keys):
        found.append(f"kunci kolom ganda atau kosong: {keys}")
    known = {note.nomor for note in matrix.catatan}
    used: set[int] = set()
    for name, rows in (("pembuka", matrix.pembuka), ("baris", matrix.baris)):
        covered: dict[int, int] = {}
        for number_, row in enumerate(rows):
            if len(row.sel) != len(columns):
                found.append(f"{name} {number_}: {len(row.sel)} sel untuk {len(columns)} kolom")
                continue
            at = 0
            while at < len(columns):
                cell = row.sel[at]
                if covered.get(at, 0):
                    covered[at] -= 1
                    if cell is not None:
                        found.append(f"{name} {number_} kolom {at}: sel di bawah sel gabungan")
                    at += 1
                    continue
                if cell is None:
                    found.append(f"{name} {number_} kolom {at}: tanpa sel dan tidak tertutup")
                    at += 1
                    continue
                width = height = 1
                if isinstance(cell, Sel):
                    width, height = cell.lebar, cell.tinggi
                    used.update(cell.catatan)
                    if any(other is not None for other in row.sel[at + 1 : at + width]):
                        found.append(f"{name} {number_} kolom {at}: sel gabungan menimpa sel lain")
                for offset in range(width):
                    if height > 1:
                        covered[at + offset] = height - 1
                at += width
        if any(covered.values()):
            found.append(f"{name}: sel gabungan melewati baris terakhir")
    if used - known:
        found.append(f"catatan tidak ada: {sorted(used - known)}")
    return found


@dataclass(slots=True)
class Pencatat:
    """Collects notes while a report is built; the same text gets the same number."""

    _numbers: dict[str, int] = field(default_factory=dict)

    def note(self, teks: str) -> int:
        """Number of the note with this text."""
        return self._numbers.setdefault(teks, len(self._numbers) + 1)

    def notes(self) -> tuple[Catatan, ...]:
        """All notes in order."""
        return tuple(Catatan(number_, teks) for teks, number_ in self._numbers.items())


def clean(text: str) -> str:
    """Text without control characters and with plain line ends."""
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text


def teks(text: str | None) -> Nilai:
    """Text cell; nothing printed stays blank, a printed ``-`` stays."""
    return Teks(clean(text)) if text else KOSONG


def nomor(text: str) -> Nilai:
    """Running number or year as printed: ``7`` is a number, ``7.`` a text."""
    return Bilangan(int(text)) if text.isascii() and text.isdigit() else teks(text)


def angka(
    nilai: Decimal | int | None,
    desimal: int | None = None,
    akhiran: str = "",
    *,
    kosong: Kosong = KOSONG,
    asal: Asal | None = None,
) -> Nilai:
    """Number cell; whole decimals become ints, None shows as ``kosong``."""
    if nilai is None:
        return kosong
    if desimal is None and isinstance(nilai, Decimal):
        whole = int(nilai)
        nilai = whole if whole == nilai else plain(nilai)
    return Angka(nilai, desimal, akhiran, asal)


def uang(nilai: int | None, *, kosong: Kosong = KOSONG, asal: Asal | None = None) -> Nilai:
    """Money cell."""
    return kosong if nilai is None else Uang(nilai, asal)


def persen(nilai: Decimal | None, *, kosong: Kosong = TIDAK_DIKETAHUI, asal: Asal | None = None) -> Nilai:
    """Computed percent figure, two decimals."""
    return kosong if nilai is None else Angka(nilai, 2, "", asal)


def spanning(peran: Peran, isi: str, lebar: int, kode: str = "") -> Baris:
    """A row of one cell over all columns."""
    return Baris(peran, (Sel((Teks(isi),), lebar=lebar), *([None] * (lebar - 1))), kode)

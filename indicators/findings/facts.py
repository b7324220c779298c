"""Plain rows that rules look at, and the comparison they share. Pure: imports nothing of Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.plan_sums import Plan
from renstra.formats import FormatError, parse_number


@dataclass(frozen=True, slots=True)
class BarisTabel:
    """A row of a profile table (2.1-2.11); ``total`` marks a printed total."""

    uraian: str
    jumlah: int | None
    rincian: str = ""
    rincian_lanjut: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class JumlahJenis:
    """Published count of a kind of PMKS in a year (Tabel 3.1); None where the table prints a dash."""

    nomor: int
    nama: str
    kelompok: str
    tahun: int
    jumlah: int | None
    tercetak: str = ""


@dataclass(frozen=True, slots=True)
class Warna:
    """A colour group of kinds with its printed count (Tabel 3.2)."""

    kode: str
    nama: str
    keterangan: str
    tahun: int
    jumlah: int


@dataclass(frozen=True, slots=True)
class NilaiIndikator:
    """Wording and figures of an indicator as one table prints them; years and end as numbers, None unknown."""

    tabel: str
    indikator: int
    kode: str
    uraian: str
    data_awal: str
    target: Mapping[int, Decimal | None]
    akhir: Decimal | None
    satuan: str = ""
    akumulasi: str = ""

    @property
    def kolom_awal(self) -> str:
        """Key of the base in the report of its table."""
        return "kondisi_awal" if self.tabel == "7.1" else "data_awal"

    @property
    def kolom_akhir(self) -> str:
        """Key of the final value in the report of its table."""
        return "kondisi_akhir" if self.tabel == "7.1" else "target_akhir"


@dataclass(frozen=True, slots=True)
class DefinisiTercetak:
    """Definition of an indicator as Tabel 7.2 or 7.3 prints it; an empty ``penyebut`` is a blank in the table."""

    tabel: str
    indikator: int
    kode: str
    uraian: str
    pembilang: str
    penyebut: str
    cara_hitung: str = ""


@dataclass(frozen=True, slots=True)
class RealisasiTercetak:
    """A year of the former period as printed (Tabel 2.12-2.14): performance or rupiah, and the ratio of the two."""

    tabel: str
    baris: int | None
    uraian: str
    tahun: int
    kinerja: Decimal | None
    target: Decimal | None = None
    rupiah: int | None = None
    pagu: int | None = None
    rasio: Decimal | None = None
    satuan: str = ""
    arah: str = "naik"
    rumus_turun: str = "2T-R"


@dataclass(slots=True)
class Facts:
    """Everything the rules may look at."""

    plan: Plan
    total: dict[tuple[str, str], int] = field(default_factory=dict)  # (table, column) → printed total
    profil: dict[str, list[BarisTabel]] = field(default_factory=dict)
    pmks: list[JumlahJenis] = field(default_factory=list)
    warna: list[Warna] = field(default_factory=list)
    indikator: list[NilaiIndikator] = field(default_factory=list)  # home first, then the other tables
    realisasi: list[RealisasiTercetak] = field(default_factory=list)
    definisi: list[DefinisiTercetak] = field(default_factory=list)

    @property
    def sebutan(self) -> list[NilaiIndikator]:
        """``indikator`` with one row an indicator and table: Tabel 7.1 is the home of an IKU and names it too."""
        return list({(row.tabel, row.indikator): row for row in reversed(self.indikator)}.values())[::-1]

    @property
    def tahun_pmks(self) -> int | None:
        """Year that Tabel 3.1 counts: the first one published; later counts are not the document's."""
        return min((row.tahun for row in self.pmks), default=None)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum with unknown parts: ``known`` adds the known ones, ``unknown`` counts the blanks.

    A blank is not 0. Whoever reports ``known`` beside a printed figure says how many blanks it leaves out.
    """

    known: int
    unknown: int
    parts: int

    def contradicts(self, printed: int | None) -> bool:
        """Whether ``printed`` cannot be this sum.

        A blank may stand for any amount that is not negative, so beside a blank only a
        printed figure below the known part is impossible. With nothing known nothing can be said.
        """
        if printed is None or self.unknown == self.parts:
            return False
        return printed < self.known if self.unknown else printed != self.known


def add(values: Iterable[int | None]) -> Sum:
    """Sum of the known values, counting the unknown ones."""
    found = list(values)
    known = [item for item in found if item is not None]
    return Sum(sum(known), len(found) - len(known), len(found))


_LEADING = re.compile(r"[0-9][0-9.,]*%?")


def leading_number(text: str) -> Decimal | None:
    """Number a printed base value begins with: ``332.723 Jiwa`` → 332723, ``17,38%`` → 17.38; ``-`` → None."""
    found = _LEADING.match(text.strip())
    if not found:
        return None
    try:
        return parse_number(found.group()).value
    except FormatError:
        return None


def join(items: Sequence[str]) -> str:
    """``a, b dan c``."""
    return " dan ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""

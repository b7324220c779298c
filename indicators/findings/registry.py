"""What a finding is, what a rule is, and the one registry of rules. Pure: imports nothing of Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from indicators.penjelasan import Penjelasan
from programs import codes

if TYPE_CHECKING:
    from indicators.findings.facts import Facts

Angka = int | Decimal


@dataclass(frozen=True, slots=True)
class Temuan:
    """One place where the document contradicts itself; fields are the JSON keys of ``audit_renstra`` (contract).

    ``tabel`` is the number of the table (``6.2``), ``kode`` the printed code of the
    node (empty outside the tree), ``kolom`` the leaf key of the table's report.
    ``tercetak`` is what stands there, ``dihitung`` what follows from the other
    figures, ``selisih`` the first minus the second; None is unknown. ``asal`` explains
    ``dihitung``, of the same evaluation; no part of the JSON.
    """

    aturan: str
    tabel: str
    kode: str
    indikator: str
    kolom: str
    tercetak: Angka | None
    dihitung: Angka | None
    selisih: Angka | None
    keterangan: str
    asal: Penjelasan | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        *,
        tabel: str,
        kolom: str,
        tercetak: Angka | None,
        dihitung: Angka | None,
        keterangan: str,
        kode: str = "",
        indikator: str = "",
        asal: Penjelasan | None = None,
    ) -> Temuan:
        """A finding; the difference of two known numbers follows, the registry fills in the rule."""
        selisih = None if tercetak is None or dihitung is None else tercetak - dihitung
        return cls("", tabel, kode, indikator, kolom, tercetak, dihitung, selisih, keterangan, asal)

    def of_rule(self, nama: str) -> Temuan:
        """The finding under the name of its rule."""
        return replace(self, aturan=nama)

    @property
    def kunci(self) -> str:
        """Identity of the finding whatever its figures: 64 hexadecimal digits over rule, table, node, row, column."""
        parts = (self.aturan, self.tabel, self.kode, self.indikator, self.kolom)
        return sha256("\x1f".join(parts).encode()).hexdigest()

    def as_json(self) -> dict[str, object]:
        """The contract's object: whole numbers as integers, others as numbers, unknown as null."""
        values = {name: getattr(self, name) for name in KUNCI_JSON}
        return {name: _number(item) if isinstance(item, Decimal) else item for name, item in values.items()}


KUNCI_JSON = tuple(item.name for item in fields(Temuan) if item.name != "asal")


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


Check = Callable[["Facts"], Iterable[Temuan]]


@dataclass(frozen=True, slots=True)
class Aturan:
    """A rule: its name in files and addresses, its title and explanation for people, and the function."""

    nama: str
    judul: str
    penjelasan: str
    check: Check


ATURAN: dict[str, Aturan] = {}


def rule(nama: str, judul: str, penjelasan: str) -> Callable[[Check], Check]:
    """Register a function ``Facts → findings`` under a name that may never change: settled findings carry it."""

    def register(check: Check) -> Check:
        if nama in ATURAN:
            raise ValueError(f"aturan {nama!r} terdaftar dua kali")
        ATURAN[nama] = Aturan(nama, judul, penjelasan, check)
        return check

    return register


def check_rule(nama: str, facts: Facts) -> list[Temuan]:
    """Findings of one rule, in the order of table, code and column."""
    found = (item.of_rule(nama) for item in ATURAN[nama].check(facts))
    return sorted(found, key=_order)


def audit(facts: Facts) -> list[Temuan]:
    """Findings of every rule: rules as registered, inside a rule by table, code and column."""
    return [item for nama in ATURAN for item in check_rule(nama, facts)]


def table_order(nomor: str) -> tuple[int, ...]:
    """Order of table numbers: 2.9 before 2.10."""
    return tuple(int(part) for part in nomor.split(".") if part.isdigit())


def code_order(kode: str) -> str:
    """Order of node codes by their integers; other codes (``IKU-1``) and none stand before them."""
    try:
        return codes.sort_key(kode)
    except codes.KodeError:
        return kode and f" {kode}"


def _order(item: Temuan) -> tuple[object, ...]:
    return (table_order(item.tabel), code_order(item.kode), item.indikator, item.kolom, item.keterangan)

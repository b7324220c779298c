"""One row of the entry page as pure values: what was typed, what it means, what is still missing.

Used by the page, and by every other door through which realisasi comes in. The
four states of a performance cell (domain, "Time") are read here and nowhere
else. Pure: imports nothing of Django.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum

from renstra.formats import FormatError, format_number, format_rupiah, parse_kinerja, parse_number, parse_rupiah


class Keadaan(StrEnum):
    """States of a performance cell; values as stored on ``Realisasi``."""

    KOSONG = "kosong"
    TERISI = "terisi"
    TIDAK_ADA_KEJADIAN = "nihil"
    TIDAK_BERLAKU = "tb"


KATA = {Keadaan.TIDAK_ADA_KEJADIAN: "tidak ada kejadian", Keadaan.TIDAK_BERLAKU: "tidak berlaku"}
_NO_EVENT = {"nihil", "tidak ada kejadian", "tak ada kejadian", "tdk ada kejadian", "tidak ada", "0 dari 0", "0/0"}
_NOT_APPLICABLE = re.compile(r"(tidak berlaku|tdk berlaku|tb|n/a)(?:\s*[:;–-]\s*(.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """The cells of a row as text, the way a person left them.

    ``keadaan`` is the choice beside the performance cell (``nihil``, ``tb`` or
    nothing). It is always rendered unset, so when it is set it was set on purpose
    and wins over the text of the cell.
    """

    kinerja: str = ""
    keadaan: str = ""
    alasan_keadaan: str = ""
    rupiah: str = ""
    alasan_lebih_pagu: str = ""
    faktor_pendorong: str = ""
    faktor_penghambat: str = ""
    tindak_lanjut: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """The same row understood: names and types as the columns of ``Realisasi``."""

    keadaan: str = Keadaan.KOSONG
    kinerja: Decimal | None = None
    alasan_keadaan: str = ""
    rupiah: int | None = None
    alasan_lebih_pagu: str = ""
    faktor_pendorong: str = ""
    faktor_penghambat: str = ""
    tindak_lanjut: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a row of the plan asks for in a period: target and pagu (rupiah) are always those of the year.

    ``terpakai`` is what the other quarters of the year have spent already.
    """

    satuan: str = ""
    target: Decimal | None = None
    pagu: int | None = None
    takes_rupiah: bool = False
    terpakai: int = 0

    @property
    def percent(self) -> bool:
        """Whether the indicator is measured in percent."""
        return "%" in self.satuan or "persen" in self.satuan.lower()

    @property
    def wants_kinerja(self) -> bool:
        """A year without a target asks for no performance, and takes no number."""
        return self.target is not None

    @property
    def wants_rupiah(self) -> bool:
        """Without a printed pagu rupiah may be typed but is not asked for."""
        return self.takes_rupiah and bool(self.pagu)

    @property
    def due(self) -> bool:
        """Whether the row counts in "12 dari 32 baris terisi"."""
        return self.wants_kinerja or self.wants_rupiah

    def over_pagu(self, rupiah: int | None) -> bool:
        """Whether an amount is more than the pagu; unknown pagu is never exceeded."""
        if not self.takes_rupiah or rupiah is None or self.pagu is None:
            return False
        return rupiah + self.terpakai > self.pagu


@dataclass(frozen=True, slots=True)
class Reading:
    """A row as understood, or why not: ``errors`` and ``echo`` by the name of the cell."""

    values: Values
    errors: dict[str, str] = field(default_factory=dict)
    echo: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every cell was understood."""
        return not self.errors


MAX_TEXT = 4000
NO_TARGET = (
    "Baris ini tidak punya target tahun ini, jadi realisasinya tidak dapat dinilai; "
    "minta Administrator melengkapi targetnya, atau tulis tidak berlaku: alasannya."
)
TEXTS = ("alasan_keadaan", "alasan_lebih_pagu", "faktor_pendorong", "faktor_penghambat", "tindak_lanjut")


def read_row(typed: Typed, rules: Rules) -> Reading:
    """Interpret one row; never raises, every cell has its value or its reason."""
    errors: dict[str, str] = {}
    echo: dict[str, str] = {}
    texts = {name: _clean(getattr(typed, name)) for name in TEXTS}
    keadaan, kinerja = Keadaan.KOSONG, None
    try:
        keadaan, kinerja, alasan = _read_kinerja(typed, rules)
    except FormatError as error:
        errors["kinerja"] = str(error)
    else:
        texts["alasan_keadaan"] = alasan or texts["alasan_keadaan"]
        if keadaan is Keadaan.TIDAK_BERLAKU and not texts["alasan_keadaan"]:
            errors["alasan_keadaan"] = (
                "Tulis mengapa baris ini tidak berlaku tahun ini; alasannya ikut tercetak dalam laporan."
            )
        if keadaan is Keadaan.TERISI and rules.target is None:
            errors["kinerja"] = NO_TARGET
        elif keadaan is not Keadaan.KOSONG:
            echo["kinerja"] = _echo_kinerja(keadaan, kinerja, rules)
    for name, text in texts.items():
        if len(text) > MAX_TEXT:
            errors[name] = (
                f"Terlalu panjang: {format_number(len(text))} huruf, paling banyak {format_number(MAX_TEXT)}."
            )
    rupiah = None
    if typed.rupiah.strip():
        try:
            rupiah = _read_rupiah(typed.rupiah, rules)
            echo["rupiah"] = format_rupiah(rupiah, symbol=True)
        except FormatError as error:
            errors["rupiah"] = str(error)
    return Reading(Values(keadaan=keadaan.value, kinerja=kinerja, rupiah=rupiah, **texts), errors, echo)


FROM_COMPONENTS = (
    "Angka ini dihitung dari komponen rumusnya dan tidak diketik; ubah komponennya di halaman Indikator, "
    "atau kosongkan semua komponennya lebih dahulu."
)
FROM_QUARTERS = "Angka setahun mengikuti triwulannya dan tidak diketik; ubah di triwulan yang bersangkutan."
DERIVED = {"kinerja": ("keadaan", "kinerja", "alasan_keadaan"), "rupiah": ("rupiah",)}


def keep_derived(typed: Typed, rules: Rules, stored: Values, derived: Mapping[str, str]) -> Reading:
    """Interpret a row some of whose cells follow from others and keep what is ``stored``.

    ``derived`` names them (``kinerja``, ``rupiah``), each with the reason for who types into it. Sending such
    a cell empty or as it is shown changes nothing; anything else is refused.
    """
    blank = {"kinerja": {"kinerja": "", "keadaan": "", "alasan_keadaan": ""}, "rupiah": {"rupiah": ""}}
    emptied = {name: text for cell in derived for name, text in blank[cell].items()}
    reading = read_row(replace(typed, **emptied), rules)
    shown = write_row(stored)
    errors = dict(reading.errors)
    for cell, reason in derived.items():
        same = getattr(typed, cell).strip() in {"", getattr(shown, cell)}
        if not same or (cell == "kinerja" and typed.keadaan):
            errors[cell] = reason
    kept = {name: getattr(stored, name) for cell in derived for name in DERIVED[cell]}
    return Reading(replace(reading.values, **kept), errors, reading.echo)


def _clean(text: str) -> str:
    """Line ends as the database keeps them, nothing around the text, no NUL (PostgreSQL refuses it)."""
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _read_kinerja(typed: Typed, rules: Rules) -> tuple[Keadaan, Decimal | None, str]:
    """State, number and a reason written behind the word; raises ``FormatError``."""
    if typed.keadaan in KATA:
        return Keadaan(typed.keadaan), None, ""
    if typed.keadaan:
        raise FormatError(f"Pilihan “{typed.keadaan[:20]}” tidak dikenal.")
    text = " ".join(typed.kinerja.split())
    if not text:
        return Keadaan.KOSONG, None, ""
    word = text.rstrip(".").lower()
    if word in _NO_EVENT:
        return Keadaan.TIDAK_ADA_KEJADIAN, None, ""
    if found := _NOT_APPLICABLE.fullmatch(text.rstrip(".")):
        return Keadaan.TIDAK_BERLAKU, None, (found[2] or "").strip()
    if word in {"-", "–", "—"}:
        raise FormatError(
            f"“{text}” bisa berarti belum diisi, nol, atau tidak ada kejadian; kosongkan, tulis 0, atau tulis nihil."
        )
    try:
        parsed = parse_number(text)
    except FormatError as error:
        hint = "" if any(char.isdigit() for char in text) else " Kata yang dikenal: nihil, tidak berlaku."
        raise FormatError(f"{error}{hint}") from None
    if parsed.percent and rules.satuan and not rules.percent:
        raise FormatError(
            f"“{text}” adalah persen, sedangkan satuan baris ini {rules.satuan}; tulis jumlah {rules.satuan}-nya."
        )
    return Keadaan.TERISI, parse_kinerja(text), ""


def _read_rupiah(text: str, rules: Rules) -> int:
    if not rules.takes_rupiah:
        raise FormatError("Rupiah diketik pada baris sub kegiatan; di sini jumlahnya dihitung.")
    return parse_rupiah(text)


def _echo_kinerja(keadaan: Keadaan, kinerja: Decimal | None, rules: Rules) -> str:
    if kinerja is None:
        return KATA[keadaan]
    number = format_number(kinerja)
    if rules.percent:
        return f"{number}%"
    return f"{number} {rules.satuan}".rstrip()


def write_kinerja(keadaan: str, kinerja: Decimal | None) -> str:
    """Text of the performance cell for a stored state: ``1.234,5``, ``tidak berlaku`` or nothing."""
    if kinerja is not None:
        return format_number(kinerja)
    return KATA.get(Keadaan(keadaan), "")


def write_row(values: Values) -> Typed:
    """The cells that read back as ``values``."""
    return Typed(
        kinerja=write_kinerja(values.keadaan, values.kinerja),
        rupiah="" if values.rupiah is None else format_rupiah(values.rupiah),
        **{name: getattr(values, name) for name in TEXTS},
    )


class Keisian(StrEnum):
    """How far a row is."""

    KOSONG = "kosong"
    SEBAGIAN = "sebagian"
    ALASAN = "alasan"
    LENGKAP = "lengkap"


def missing(values: Values, rules: Rules) -> list[str]:
    """What is still asked for, in the office's words; empty when the row is complete."""
    lacks = []
    if rules.wants_kinerja and values.keadaan == Keadaan.KOSONG:
        lacks.append("kinerja")
    if rules.wants_rupiah and values.rupiah is None:
        lacks.append("rupiah")
    if rules.over_pagu(values.rupiah) and not values.alasan_lebih_pagu:
        lacks.append("alasan lebih pagu")
    return lacks


def completeness(values: Values, rules: Rules) -> Keisian:
    """State of a row as the page counts it.

    Over pagu without a reason is ``ALASAN``: the amount is kept at once, because
    a form that comes back would cost a hurried person the row, but the row does
    not count as done until somebody says why.
    """
    lacks = missing(values, rules)
    if "alasan lebih pagu" in lacks:
        return Keisian.ALASAN
    if not lacks:
        return Keisian.LENGKAP
    typed = values.keadaan != Keadaan.KOSONG or values.rupiah is not None
    return Keisian.SEBAGIAN if typed else Keisian.KOSONG


# Two people in one row.

LABELS = {
    "kinerja": "Realisasi kinerja",
    "alasan_keadaan": "Alasan tidak berlaku",
    "rupiah": "Realisasi Rp",
    "alasan_lebih_pagu": "Alasan melebihi pagu",
    "faktor_pendorong": "Faktor pendorong",
    "faktor_penghambat": "Faktor penghambat",
    "tindak_lanjut": "Tindak lanjut",
}


def marks(values: Values) -> str:
    """Short fingerprint of each cell, sent along with the form to tell later who changed what."""
    typed = write_row(values)
    return ".".join(hashlib.blake2s(getattr(typed, name).encode(), digest_size=4).hexdigest() for name in LABELS)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell in which two people differ; ``suggest`` is ``mereka`` when only they touched it."""

    name: str
    label: str
    mine: str
    theirs: str
    suggest: str


def differences(mine: Values, theirs: Values, base: str) -> list[Difference]:
    """Cells that differ, with a suggestion from the fingerprints the form was rendered with (``base``)."""
    was = base.split(".")
    if len(was) != len(LABELS):
        was = [""] * len(LABELS)
    now = marks(mine).split(".")
    left, right = write_row(mine), write_row(theirs)
    return [
        Difference(name, label, getattr(left, name), getattr(right, name), "mereka" if now[at] == was[at] else "saya")
        for at, (name, label) in enumerate(LABELS.items())
        if getattr(left, name) != getattr(right, name)
    ]


def merge(mine: Typed, theirs: Values, take_theirs: set[str]) -> Typed:
    """My cells with those named in ``take_theirs`` replaced by theirs."""
    other = write_row(theirs)
    taken = {name: getattr(other, name) for name in take_theirs & LABELS.keys()}
    if "kinerja" in taken:
        taken["keadaan"] = ""
    return replace(mine, **taken)


FIELDS = tuple(item.name for item in fields(Values))

"""What stands in the realisasi workbook: its columns, the key of a row, cells as comparable text.

The key (column ``Kunci``) names the row by plan, year, quarter and code, carries the version that was
exported, and fingerprints of the cells as they were. So a file of another year or plan is recognised, a cell
that a person changed is told from one that somebody else changed meanwhile, and rows may be sorted or
deleted. It is no secret and proves nothing: who may write is asked of the person.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

SHEET = "Realisasi"
KUNCI = "Kunci"
TETAP = ("Kode", "Uraian", "Indikator", "Satuan", "Target", "Pagu (Rp)")
# Columns that are read back, by the name of the cell (``entry.Typed``).
ISIAN = {
    "kinerja": "Realisasi Kinerja",
    "rupiah": "Realisasi (Rp)",
    "faktor_pendorong": "Faktor Pendorong",
    "faktor_penghambat": "Faktor Penghambat",
    "tindak_lanjut": "Tindak Lanjut",
}
KOLOM = (KUNCI, *TETAP, *ISIAN.values())

Isi = str | int | Decimal | None

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SEPARATOR = "|"
_FORM = "R1"


def clean(text: str) -> str:
    """Text as the database keeps it: line ends, nothing around it, no control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def number_text(number: Decimal | int | str) -> str:
    """A number with the fifteen digits a spreadsheet keeps: ``7.2300000000000004`` → ``7.23``."""
    return plain_digits(Decimal(format(float(number), ".15g")))


def plain_digits(value: Decimal) -> str:
    """Digits without exponent and trailing zeros: ``1E+2`` → ``100``."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def as_text(value: Isi) -> str:
    """What a cell holds as text to compare: empty for a blank one."""
    if value is None:
        return ""
    return clean(value) if isinstance(value, str) else number_text(value)


def _digest(text: str, size: int = 3) -> str:
    return hashlib.blake2s(text.encode(), digest_size=size).hexdigest()


@dataclass(frozen=True, slots=True)
class Kunci:
    """Key of a row of the workbook; ``tetap`` and ``isian`` are fingerprints of the cells as exported."""

    renstra: str
    tahun: int
    triwulan: int
    kode: str
    versi: int
    tetap: str
    isian: tuple[str, ...]

    @classmethod
    def of(
        cls, renstra: str, tahun: int, triwulan: int, kode: str, versi: int, tetap: Sequence[str], isian: Sequence[str]
    ) -> Kunci:
        """Key of a row whose cells hold these texts (``as_text``)."""
        return cls(renstra, tahun, triwulan, kode, versi, fingerprint(tetap), tuple(map(_digest, isian)))

    def __str__(self) -> str:
        """The text of the cell, closed by a check of itself."""
        parts = (_FORM, self.renstra, self.tahun, self.triwulan, self.kode, self.versi, self.tetap, *self.isian)
        body = _SEPARATOR.join(map(str, parts))
        return f"{body}{_SEPARATOR}{_digest(body)}"

    @classmethod
    def parse(cls, text: str) -> Kunci | None:
        """The key of such a text, None when it is none or was changed."""
        body, _, check = text.strip().rpartition(_SEPARATOR)
        parts = body.split(_SEPARATOR)
        if len(parts) != 7 + len(ISIAN) or parts[0] != _FORM or check != _digest(body):
            return None
        _, renstra, tahun, triwulan, kode, versi, tetap, *isian = parts
        return cls(renstra, int(tahun), int(triwulan), kode, int(versi), tetap, tuple(isian))

    def sama_tetap(self, texts: Sequence[str]) -> bool:
        """Whether the fixed columns hold what was exported."""
        return fingerprint(texts) == self.tetap

    def touched(self, cells: Mapping[str, str]) -> list[str]:
        """Names of the cells whose text is not the exported one."""
        return [name for name, was in zip(ISIAN, self.isian, strict=True) if _digest(cells[name]) != was]


def fingerprint(texts: Sequence[str]) -> str:
    """One fingerprint of several cells."""
    return _digest("\x1f".join(texts), 4)

"""NIK and No KK as people write them, and what a NIK says about its owner. Pure.

A NIK has 16 digits: 1-6 the area that issued it, 7-12 the birth date as DDMMYY with 40 added to the day for women,
13-16 a number. It is issued once and kept for life, so the area may be another one than where a person lives.
"""

from __future__ import annotations

import re
from datetime import date

_DIGITS = re.compile(r"[0-9]{16}\Z")
_EXPONENT = re.compile(r"[0-9.,]+E\+?[0-9]+\Z", re.IGNORECASE)
_SEPARATORS = str.maketrans("", "", " .-\u00a0'`\u2019")
# As people write it into a text: in one piece, or in groups.
_WRITTEN = re.compile(r"(?<![0-9])(?:[0-9][ .'\u00a0-]?){15}[0-9](?![0-9])")
_LONG = re.compile(r"[0-9](?:[ .'\u00a0-]?[0-9]){11,}")
WOMEN = 40


LAHIR_BEDA = "tanggal lahir tidak sama dengan yang ada dalam NIK"
KELAMIN_BEDA = "jenis kelamin tidak sama dengan yang ada dalam NIK"


class NikError(ValueError):
    """Not a number of 16 digits; the message says what is wrong without repeating it, ``jenis`` which kind of wrong.

    Kinds: ``ilmiah``, ``tanda``, ``panjang``, ``bukan``, ``bulat``.
    """

    def __init__(self, jenis: str, pesan: str) -> None:
        super().__init__(pesan)
        self.jenis = jenis


def read_number(text: str, nama: str = "NIK") -> str:
    """16 digits as text; blanks, dots and a leading apostrophe are taken away. Empty stays empty.

    Raises ``NikError``. Scientific notation is refused: Excel has destroyed the digits behind it.
    """
    if _DIGITS.match(text):
        return _checked(text, nama)
    plain = text.strip()
    if not plain or plain == "-":
        return ""
    if _EXPONENT.match(plain):
        raise NikError(
            "ilmiah",
            f"{nama} tertulis dalam notasi ilmiah (misalnya 3,60405E+15); angkanya sudah rusak di Excel. "
            "Ambil lagi dari sumbernya dan simpan kolomnya sebagai teks.",
        )
    digits = plain.translate(_SEPARATORS)
    if not digits.isascii() or not digits.isdigit():
        raise NikError("tanda", f"{nama} berisi tanda selain angka.")
    if len(digits) != 16:
        raise NikError("panjang", f"{nama} harus 16 angka, tertulis {len(digits)}.")
    return _checked(digits, nama)


def _checked(digits: str, nama: str) -> str:
    if digits[:2] == "00" or digits == digits[0] * 16:
        raise NikError("bukan", f"{nama} bukan nomor yang diterbitkan; kosongkan bila orang ini tidak mempunyainya.")
    if digits.endswith("0000"):
        # The last digits Excel rounds away; no number is issued with 0000.
        raise NikError("bulat", f"{nama} berakhir 0000, tanda angkanya dibulatkan Excel; ambil lagi dari sumbernya.")
    return digits


def holds_number(text: str) -> bool:
    """Whether a text that is kept in the clear has a NIK or No KK in it: 16 digits with a date where theirs is."""
    # Asked of every name and address of an import.
    if len(text) < 16 or not _WRITTEN.search(text):
        return False
    return any(_dated(found[0].translate(_SEPARATORS)) for found in _WRITTEN.finditer(text))


def _dated(digits: str) -> bool:
    day, month = int(digits[6:8]), int(digits[8:10])
    return (1 <= day <= 31 or 1 <= day - WOMEN <= 31) and 1 <= month <= 12


def mask_numbers(text: str) -> str:
    """A text with the last four digits only of whatever could be a NIK or No KK, also a part of one."""
    return _LONG.sub(lambda found: f"••••{found[0].translate(_SEPARATORS)[-4:]}", text)


def birth_of(nik: str) -> tuple[int, int, int, str]:
    """Day, month, year without its century, and sex (``L``/``P``) that a NIK carries; the date need not exist."""
    day = int(nik[6:8])
    return day % WOMEN, int(nik[8:10]), int(nik[10:12]), "P" if day > WOMEN else "L"


def differences(nik: str, tanggal_lahir: date | None, jenis_kelamin: str) -> list[str]:
    """Where a NIK contradicts birth date or sex: a warning each. Nothing known, nothing contradicted."""
    if not nik:
        return []
    day, month, year, sex = birth_of(nik)
    found = []
    if tanggal_lahir and (day, month, year) != (tanggal_lahir.day, tanggal_lahir.month, tanggal_lahir.year % 100):
        found.append(LAHIR_BEDA)
    if jenis_kelamin and sex != jenis_kelamin:
        found.append(KELAMIN_BEDA)
    return found


def age_on(born: date, day: date) -> int:
    """Whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

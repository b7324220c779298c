"""Numbers, rupiah and dates as Indonesia writes them, out and in.

Out: ``1.234.567,89``, rupiah without decimals, ``24 November 2026``; rounding is
half up and happens here only. In: a strict parser that refuses what can be read
two ways and says why. Pure: imports nothing of Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

UNKNOWN = "–"
BULAN = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
MAX_DECIMALS = 4
RUPIAH_EXAMPLE = "1.250.000"
MAX_INTEGER_DIGITS = 15
MAX_SHOWN = 40

_SWAP = str.maketrans(",.", ".,")


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Round away from zero at the half: 0.125 → 0.13 (Python's default would give 0.12)."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without exponent: 7.2300 → 7.23, 1E+2 → 100."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1))
    return value.normalize()


def as_shown(value: Decimal, decimals: int | None = None) -> Decimal:
    """The number as it is shown: rounded to ``decimals``, or with as many as it has.

    Nobody types more than four decimals, so a number that has more was computed
    and shows two.
    """
    if decimals is not None:
        return round_half_up(value, decimals)
    short = plain(value)
    exponent = short.as_tuple().exponent
    return plain(round_half_up(short, 2)) if isinstance(exponent, int) and -exponent > MAX_DECIMALS else short


def format_number(value: Decimal | int | None, decimals: int | None = None) -> str:
    """``Decimal("1234.5")`` → ``1.234,5``; with ``decimals=2`` ``1.234,50``; None → ``–``.

    Without ``decimals`` the number shows as many as it has, trailing zeros cut (``as_shown``).
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, int):
        if decimals is None:
            return f"{value:,}".translate(_SWAP)
        value = Decimal(value)
    rounded = as_shown(value, decimals)
    if rounded == 0:
        rounded = abs(rounded)  # "-0" is no number an office writes
    return f"{rounded:,f}".translate(_SWAP)


def format_rupiah(value: int | None, *, symbol: bool = False) -> str:
    """Whole rupiah with thousands dots: ``1.234.567`` (``Rp 1.234.567`` with ``symbol``); None → ``–``."""
    if value is None:
        return UNKNOWN
    text = f"{value:,}".replace(",", ".")
    return f"Rp {text}" if symbol else text


def format_persen(value: Decimal | None, decimals: int = 2) -> str:
    """Percent figure (0-100) with two decimals and no sign: ``94,71``; None → ``–``."""
    return format_number(value, decimals)


def format_tanggal(value: date | None) -> str:
    """``24 November 2026``; None → ``–``."""
    if value is None:
        return UNKNOWN
    return f"{value.day} {BULAN[value.month - 1]} {value.year}"


def format_waktu(value: datetime | None) -> str:
    """``24 November 2026 pukul 09.05`` in the zone the value is given in; None → ``–``."""
    if value is None:
        return UNKNOWN
    return f"{format_tanggal(value)} pukul {value.hour:02d}.{value.minute:02d}"


class FormatError(ValueError):
    """The text is no number, or can be read two ways; the message says why and how to write it."""


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A number as understood: its value and whether the writer marked it as percent or rupiah."""

    value: Decimal
    percent: bool = False
    rupiah: bool = False

    @property
    def echo(self) -> str:
        """What was understood, to be shown beside what was typed."""
        text = format_number(self.value)
        if self.rupiah:
            return f"Rp {text}"
        return f"{text}%" if self.percent else text


# What Excel and web pages paste for a space: no-break, narrow no-break, thin, figure space.
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\t": " "})
# A first group with a leading zero is no Indonesian grouping: "0.500" is 0,5 typed the English way, not 500.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")
_RUPIAH = re.compile(r"rp\.? *", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")


def parse_number(text: str, *, rupiah_only: bool = False) -> ParsedNumber:
    """Read an Indonesian number: ``1.234.567`` ``1234567`` ``7,23`` ``7,23%`` ``Rp 1.000`` ``1.000,-`` ``-5``.

    Raises ``FormatError`` for text, for ``12.34``, ``0.500`` and ``1,234.5`` (two readings),
    for broken grouping, exponents, more than four decimals or fifteen digits. ``rupiah_only``: the advice in
    the messages has no decimals.
    """
    example = RUPIAH_EXAMPLE if rupiah_only else "1.250 atau 7,23"
    style = (
        f"tulis rupiah bulat dengan titik tiap tiga angka, misalnya {RUPIAH_EXAMPLE}."
        if rupiah_only
        else "tulis ribuan dengan titik dan desimal dengan koma: 1.234,5."
    )
    shown = text.strip()
    if len(shown) > MAX_SHOWN:
        shown = shown[: MAX_SHOWN - 1] + "…"  # a pasted page must not come back whole in the message
    body = text.translate(_SPACES).strip()
    rupiah = percent = False
    if mark := _RUPIAH.match(body):
        rupiah = True
        body = body[mark.end() :]
    if body.endswith(",-"):  # "1.000.000,-": how receipts close an amount without sen
        rupiah = True
        body = body[:-2]
    if body.endswith("%"):
        if rupiah:
            raise FormatError(f"“{shown}” memakai Rp dan % sekaligus; pilih salah satu.")
        percent = True
        body = body[:-1].rstrip()
    sign = 1
    if body[:1] in {"-", "−"}:
        sign = -1
        body = body[1:].strip()
    if not body:
        raise FormatError(f"Belum ada angka; ketik angkanya, misalnya {example}.")
    whole, comma, fraction = body.partition(",")
    if "," in fraction and "." not in body:
        raise FormatError(
            f"“{shown}” punya lebih dari satu koma; "
            + (style if rupiah_only else "tulis ribuan dengan titik dan desimal dengan satu koma: 1.234,5.")
        )
    if "," in fraction or "." in fraction:
        raise FormatError(f"“{shown}” bercampur titik dan koma cara Inggris; {style}")
    if _GROUPED.fullmatch(whole):
        digits = whole.replace(".", "")
    elif _DIGITS.fullmatch(whole):
        digits = whole
    elif re.fullmatch(r"[0-9]+\.[0-9]+", whole) and not comma:
        left, right = whole.split(".")
        joined = (left + right).lstrip("0") or "0"
        grouped = f"{int(joined):,}".replace(",", ".")
        raise FormatError(
            f"“{shown}” bisa berarti {left},{right} atau {joined}; "
            + (
                style
                if rupiah_only
                else f"tulis desimal dengan koma ({left},{right}) dan ribuan bertiga angka ({grouped})."
            )
        )
    elif re.fullmatch(r"[0-9.]+", whole):
        raise FormatError(f"“{shown}”: titik ribuan harus tiap tiga angka, misalnya 1.234.567.")
    elif re.fullmatch(r"[0-9 ]+", whole):
        raise FormatError(f"“{shown}” berisi spasi di antara angka; hapus spasinya.")
    else:
        raise FormatError(f"“{shown}” bukan angka; tulis misalnya {example}.")
    if fraction and not _DIGITS.fullmatch(fraction):
        raise FormatError(f"“{shown}” bukan angka; tulis misalnya {example}.")
    if comma and not fraction:
        said = (
            f" berakhir dengan koma; {style}"
            if rupiah_only
            else f": sesudah koma harus ada angka, misalnya {digits},5."
        )
        raise FormatError(f"“{shown}”{said}")
    if len(fraction) > MAX_DECIMALS and not rupiah_only:
        raise FormatError(f"“{shown}” punya {len(fraction)} desimal; paling banyak {MAX_DECIMALS}.")
    digits = digits.lstrip("0") or "0"
    if len(digits) > MAX_INTEGER_DIGITS:
        raise FormatError(f"“{shown}” terlalu panjang; paling banyak {MAX_INTEGER_DIGITS} angka.")
    value = Decimal(f"{digits}.{fraction}" if fraction else digits) * sign
    return ParsedNumber(value=value, percent=percent, rupiah=rupiah)


def parse_rupiah(text: str) -> int:
    """Read whole rupiah; raises ``FormatError`` for sen, percent and negative amounts."""
    parsed = parse_number(text, rupiah_only=True)
    if parsed.percent:
        raise FormatError(f"“{text.strip()}” adalah persen; kolom ini berisi rupiah.")
    if parsed.value < 0:
        raise FormatError(f"“{text.strip()}” negatif; rupiah tidak boleh kurang dari 0.")
    if parsed.value != parsed.value.to_integral_value():
        raise FormatError(f"“{text.strip()}” punya sen; rupiah ditulis bulat, misalnya {RUPIAH_EXAMPLE}.")
    return int(parsed.value)


def parse_kinerja(text: str) -> Decimal:
    """Read a performance figure, 0 or more (``7,23`` and ``7,23%`` alike); raises ``FormatError``."""
    parsed = parse_number(text)
    if parsed.rupiah:
        raise FormatError(f"“{text.strip()}” adalah rupiah; kolom ini berisi angka kinerja.")
    if parsed.value < 0:
        raise FormatError(f"“{text.strip()}” negatif; realisasi kinerja tidak boleh kurang dari 0.")
    return parsed.value

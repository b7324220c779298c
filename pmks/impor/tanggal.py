"""Dates as offices write them, without guessing. Pure."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb pebruari february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu agt ags aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov nopember nop",
            "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?\Z")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})\Z")
_WORDS = re.compile(r"(\d{1,2})[- ]([A-Za-z]+)\.?[- ](\d{4})\Z")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]+)[-/. ]\d{2}\Z")
_HOW = "tulis TTTT-BB-HH, misalnya 1980-05-17"


class TanggalError(ValueError):
    """Not a date, or one of several; the message says how to write it."""


def read_date(text: str) -> date:
    """A date from ``1980-05-17``, ``17/05/1980``, ``17-5-1980``, ``17.05.1980`` or ``17 Mei 1980``.

    The day stands before the month, as Indonesian offices write it. Raises ``TanggalError`` for two-digit
    years, for serial numbers of Excel and for days that do not exist.
    """
    if len(text) == 10 and text[4] == "-":
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    text = " ".join(text.split())
    if found := _ISO.match(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.match(text):
        day, month, year = (int(part) for part in found.groups())
        if month > 12 >= day:
            raise TanggalError(f"bulan {month} tidak ada (hari ditulis sebelum bulan); {_HOW}")
    elif (found := _WORDS.match(text)) and found[2].lower() in _MONTHS:
        day, month, year = int(found[1]), _MONTHS[found[2].lower()], int(found[3])
    elif _SHORT_YEAR.match(text):
        raise TanggalError(f"tahun dua angka bermakna ganda; {_HOW}")
    elif text.replace(".", "").isdigit():
        raise TanggalError(f"tertulis sebagai bilangan; {_HOW}")
    else:
        raise TanggalError(f"tidak terbaca; {_HOW}")
    try:
        return date(year, month, day)
    except ValueError:
        raise TanggalError(f"tanggal ini tidak ada dalam kalender; {_HOW}") from None

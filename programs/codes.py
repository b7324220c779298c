"""Codes of program, kegiatan and sub kegiatan: printed, canonical, order.

The document prints ``1.6.1.02.01.1``; Permendagri 90/2019 writes the same node
``1.06.01.2.01.01`` (urusan 1, bidang 06, program 01, kegiatan 2.01, sub 01).
"""

from __future__ import annotations

import re

_PRINTED = re.compile(r"[0-9]{1,2}(\.[0-9]{1,4}){2,5}")
LEVELS = {3: "program", 5: "kegiatan", 6: "subkegiatan"}


class KodeError(ValueError):
    """The text is no code of a program, kegiatan or sub kegiatan."""


def parts(kode: str) -> tuple[int, ...]:
    """Integers of a printed or canonical code; raises ``KodeError``."""
    text = kode.strip()
    if not _PRINTED.fullmatch(text):
        raise KodeError(f"Kode {kode!r} tidak terbaca; bentuknya 1.6.1, 1.6.1.02.01 atau 1.6.1.02.01.1.")
    numbers = tuple(int(part) for part in text.split("."))
    if len(numbers) not in LEVELS:
        raise KodeError(f"Kode {kode!r} punya {len(numbers)} bagian; program 3, kegiatan 5, sub kegiatan 6.")
    return numbers


def level(kode: str) -> str:
    """``program``, ``kegiatan`` or ``subkegiatan``."""
    return LEVELS[len(parts(kode))]


def canonical(kode: str) -> str:
    """Code as Permendagri 90/2019 writes it: ``1.6.1.02.01.1`` → ``1.06.01.2.01.01``."""
    numbers = parts(kode)
    out = f"{numbers[0]}.{numbers[1]:02d}.{numbers[2]:02d}"
    if len(numbers) > 3:
        out += f".{numbers[3]}.{numbers[4]:02d}"
    if len(numbers) > 5:
        out += f".{numbers[5]:02d}"
    return out


def sort_key(kode: str) -> str:
    """Text that orders like the integers of the code in any database: each number four digits wide."""
    return ".".join(f"{number:04d}" for number in parts(kode))


def parent(kode: str) -> str | None:
    """Printed code of the node above, None above a program; the spelling of the parts is kept."""
    pieces = kode.strip().split(".")
    size = {3: None, 5: 3, 6: 5}[len(parts(kode))]
    return None if size is None else ".".join(pieces[:size])

"""How findings are written for people. Pure: imports nothing of Django."""

from __future__ import annotations

from indicators.findings.registry import Angka
from renstra.formats import format_number

_KOLOM = {"pagu": "Rp", "target": "Target", "realisasi": "Realisasi"}


def signed(value: Angka | None) -> str:
    """Difference with its sign: ``+1``, ``−851.350.000``; None is a dash."""
    text = format_number(value)
    if value is None or value == 0:
        return text
    return f"−{text[1:]}" if value < 0 else f"+{text}"


def column_name(kolom: str) -> str:
    """Column of a report for people: ``pagu_2021`` → ``Rp 2021``, ``data_awal`` → ``Data awal``."""
    head, _, tail = kolom.partition("_")
    return f"{_KOLOM[head]} {tail}" if head in _KOLOM and tail else kolom.replace("_", " ").capitalize()


def report_path(tabel: str) -> str:
    """Address of a table's report (contract): ``6.2`` → ``/laporan/tabel-6-2/``."""
    return f"/laporan/tabel-{tabel.replace('.', '-')}/"

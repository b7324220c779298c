"""Every place where the plan contradicts itself, as a text for people or as JSON."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from django.core.management.base import CommandParser

from indicators.findings import ATURAN, Temuan, audit, load_facts
from indicators.findings.record import record
from indicators.findings.status import TemuanTercatat
from indicators.findings.words import column_name, signed
from programs.models import Renstra
from renstra.commands import Ditolak, Perintah, require_migrated
from renstra.formats import format_number

HEAD = ("Tabel", "Kode", "Kolom", "Tercetak", "Dihitung", "Selisih", "Indikator")
NUMBERS = {3, 4, 5}


class Command(Perintah):
    """Findings of every rule on the plan in force; ``--strict`` makes the open ones a failure."""

    help = "Menyebut setiap tempat Renstra bertentangan dengan dirinya sendiri."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text", help="bentuk keluaran (bawaan: text)")
        parser.add_argument("--strict", action="store_true", help="berakhir dengan status 1 bila ada temuan terbuka")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        try:
            renstra = Renstra.current()
        except Renstra.DoesNotExist as error:
            raise Ditolak(str(error)) from None
        found = audit(load_facts(renstra))
        listed = [entry for entry in record(found) if not entry.hilang]
        open_ = sum(entry.terbuka for entry in listed)
        if options["format"] == "json":
            self.stdout.write(json.dumps([item.as_json() for item in found], ensure_ascii=False, indent=2))
        else:
            for line in as_text(renstra, listed):
                self.stdout.write(line)
        if options["strict"] and open_:
            self.stderr.write(f"{open_} temuan terbuka.")
            raise SystemExit(1)


def as_text(renstra: Renstra, listed: list[TemuanTercatat]) -> list[str]:
    """Findings under the heading of their rule, in columns, each followed by what it means and what was decided."""
    if not listed:
        return [f"{renstra}: tidak ada temuan dari {len(ATURAN)} aturan."]
    settled = sum(not entry.terbuka for entry in listed)
    lines = [f"{renstra}: {len(listed)} temuan{f', {settled} di antaranya selesai' if settled else ''}."]
    cells = [_cells(entry.temuan) for entry in listed]
    widths = [max(len(text) for text in column) for column in zip(HEAD, *cells, strict=True)]
    for nama, items in groupby(listed, key=lambda entry: entry.temuan.aturan):
        rule, group = ATURAN[nama], list(items)
        lines += ["", f"{rule.judul} ({len(group)}) [{nama}]", f"  {rule.penjelasan}", "", _row(HEAD, widths)]
        for entry in group:
            lines += [_row(_cells(entry.temuan), widths), f"      {entry.temuan.keterangan}"]
            if entry.terakhir:
                lines.append(f"      {entry.kata.capitalize()}: {entry.terakhir.catatan} ({entry.terakhir.oleh})")
    return lines


def _cells(item: Temuan) -> tuple[str, ...]:
    numbers = (format_number(item.tercetak), format_number(item.dihitung), signed(item.selisih))
    return (item.tabel, item.kode or "-", column_name(item.kolom), *numbers, item.indikator)


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    aligned = [
        text.rjust(width) if at in NUMBERS else text.ljust(width)
        for at, (text, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"  {'  '.join(aligned)}".rstrip()

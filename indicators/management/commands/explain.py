"""How a figure came about: formula, inputs, their source, who entered them and when."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from indicators.explain import IndikatorNotFound, PenjelasanTahun, explain, find_indikator
from programs.models import Renstra
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """Explanation of every figure of one indicator in a year, as text or JSON."""

    help = "Menjelaskan bagaimana angka sebuah indikator terjadi."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kode", metavar="KODE_INDIKATOR", help="kode indikator, misalnya IKU-1 atau 1.6.4")
        parser.add_argument("--tahun", type=int, required=True, help="tahun Renstra")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="bentuk keluaran (bawaan: text)")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        tahun = options["tahun"]
        try:
            renstra = Renstra.current()
            indikator = find_indikator(renstra, options["kode"])
        except (Renstra.DoesNotExist, IndikatorNotFound) as error:
            raise Ditolak(str(error)) from None
        if tahun not in renstra.tahun:
            raise Ditolak(
                f"Tahun {tahun} di luar periode Renstra {renstra.tahun_awal}-{renstra.tahun_akhir}; "
                "pilih tahun antara keduanya."
            )
        found = explain(indikator, tahun)
        if options["format"] == "json":
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(as_text(found)))


def as_text(found: PenjelasanTahun) -> list[str]:
    """The same to read."""
    unit = f" ({found.indikator.satuan})" if found.indikator.satuan else ""
    lines = [f"{found.indikator.kode} {found.indikator.uraian}{unit}, tahun {found.tahun}"]
    for item in found.angka:
        lines += ["", *item.lines()]
    return lines

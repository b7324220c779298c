"""``export_template realisasi``: the workbook that staff fill in away from the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import UnitKerja
from indicators.row_record import YearOutsidePlan, check_year
from indicators.workbook.template import build_template
from programs.models import Renstra
from renstra.commands import WRONG_CALL, Ditolak, Perintah, check_writable, require_migrated, write_file


class Command(Perintah):
    """One workbook of a year or quarter."""

    help = "Menulis berkas isian realisasi (XLSX) untuk diisi di luar peramban."

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments of the contract, and what the page offers beside them."""
        parser.add_argument("jenis", choices=["realisasi"], help="berkas isian yang mana")
        parser.add_argument("--tahun", type=int, required=True, help="tahun Renstra")
        parser.add_argument("--triwulan", type=int, choices=range(1, 5), default=0, help="1-4; bawaan: setahun")
        parser.add_argument("--unit", help="kode unit, misalnya rehsos; bila tidak ditulis: semua unit")
        parser.add_argument(
            "--per-unit", action="store_true", help="satu lembar tiap unit, bukan satu lembar Realisasi untuk semua"
        )
        parser.add_argument("--output", required=True, help="berkas tujuan, misalnya realisasi-2024.xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, whole or not at all."""
        if options["unit"] and options["per_unit"]:
            raise Ditolak("Sebutkan --unit atau --per-unit, bukan keduanya.", returncode=WRONG_CALL)
        require_migrated()
        tahun, target = options["tahun"], Path(options["output"])
        try:
            renstra = Renstra.current()
            check_year(renstra, tahun)
        except (Renstra.DoesNotExist, YearOutsidePlan) as error:
            raise Ditolak(str(error)) from None
        unit = None
        if options["unit"]:
            units = UnitKerja.objects.filter(perangkat_daerah=renstra.perangkat_daerah_id)
            unit = units.filter(kode=options["unit"]).first()
            if unit is None:
                known = ", ".join(units.order_by("urutan").values_list("kode", flat=True))
                raise Ditolak(f"Unit {options['unit']} tidak ada; yang ada: {known}.")
        check_writable(target)
        content = build_template(
            renstra,
            tahun,
            triwulan=options["triwulan"],
            unit=unit,
            per_unit=options["per_unit"],
            made=timezone.localtime(),
        )
        write_file(target, content)
        self.stderr.write(f"{target}: berkas isian realisasi {tahun}, {unit or 'semua unit kerja'}")

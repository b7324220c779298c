"""Look whether every file of evidence is still the one that was uploaded."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from indicators.bukti import verify_all
from indicators.models import Bukti
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """Names each file that was exchanged or lost in the storage; exit status 1 when there is one."""

    help = "Memeriksa apakah setiap berkas bukti masih sama dengan yang diunggah."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tahun", type=int, help="hanya bukti tahun ini")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        rows = Bukti.objects.exclude(berkas="").select_related("indikator")
        if options["tahun"]:
            rows = rows.filter(tahun=options["tahun"])
        broken = 0
        for row, keadaan in verify_all(rows.iterator(chunk_size=500)):
            broken += 1
            self.stdout.write(f"{row.indikator.kode} {row.tahun}: {row.nama} ({row.berkas.name}) {keadaan.value}")
        if broken:
            raise Ditolak(f"{broken} berkas bukti tidak utuh; pulihkan dari cadangan (manage.py restore).")
        self.stdout.write(f"{rows.count()} berkas bukti utuh.")

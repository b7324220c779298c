"""Look whether every file of evidence is still the one that was uploaded."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from indicators.bukti import verify_all
from indicators.models import Bukti
from pmks.bukti import state
from pmks.kripto import KunciError
from pmks.models import BuktiLayanan
from renstra.commands import Ditolak, Perintah, require_migrated
from renstra.penyimpanan import Keutuhan


class Command(Perintah):
    """Names each file that was exchanged or lost in the storage; exit status 1 when there is one."""

    help = "Memeriksa apakah setiap berkas bukti realisasi dan layanan masih sama dengan yang diunggah."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tahun", type=int, help="hanya bukti tahun ini")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        rows = Bukti.objects.exclude(berkas="").select_related("indikator")
        services = BuktiLayanan.objects.all()
        if options["tahun"]:
            rows, services = rows.filter(tahun=options["tahun"]), services.filter(layanan__tahun=options["tahun"])
        broken = 0
        for row, keadaan in verify_all(rows.iterator(chunk_size=500)):
            broken += 1
            self.stdout.write(f"{row.indikator.kode} {row.tahun}: {row.nama} ({row.berkas.name}) {keadaan.value}")
        for item in services.iterator(chunk_size=500):
            try:
                words = "" if (keadaan := state(item)) is Keutuhan.UTUH else keadaan.value
            except KunciError as error:
                words = str(error)
            if words:
                broken += 1
                # Numbers only: the name of such a file may name a person.
                self.stdout.write(f"layanan {item.layanan_id}: bukti {item.pk} ({item.berkas.name}) {words}")
        if broken:
            raise Ditolak(f"{broken} berkas bukti tidak utuh; pulihkan dari cadangan (manage.py restore).")
        self.stdout.write(f"{rows.count() + services.count()} berkas bukti utuh.")

"""Forgets who people were, on request or when their time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from pmks.akses import TujuanKosong
from pmks.bukti import BuktiDitolak
from pmks.models import Orang
from pmks.pemeliharaan import erase, expired
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """Identity goes, kinds, services and counts stay."""

    help = "Menghapus identitas orang PMKS atas permintaan, atau yang masa simpannya habis."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--orang", type=int, metavar="N", help="nomor orang")
        which.add_argument(
            "--lebih-dari-tahun",
            type=int,
            metavar="T",
            help="semua yang sudah T tahun meninggal, pindah, atau graduasi",
        )
        parser.add_argument("--alasan", required=True, help="dasar penghapusan; tercatat")
        parser.add_argument("--dry-run", action="store_true", help="hitung saja")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        if options["orang"] is not None:
            ids = [options["orang"]]
        else:
            if options["lebih_dari_tahun"] < 1:
                raise Ditolak("--lebih-dari-tahun sedikitnya 1.")
            ids = expired(timezone.now() - timedelta(days=365.25 * options["lebih_dari_tahun"]))
        if options["dry_run"]:
            self.stdout.write(f"{len(ids)} orang akan dihapus identitasnya; tidak ada yang diubah.")
            return
        for pk in ids:
            try:
                erase(pk, options["alasan"], actor=None, pintu="perintah")
            except TujuanKosong as error:
                raise Ditolak(str(error)) from None
            except BuktiDitolak as error:
                raise Ditolak(f"Orang {pk}: {error}") from None
            except Orang.DoesNotExist:
                raise Ditolak(f"Orang {pk} tidak ada, atau identitasnya sudah dihapus.") from None
        self.stdout.write(f"Identitas {len(ids)} orang dihapus; jenis, layanan, dan jumlahnya tetap.")

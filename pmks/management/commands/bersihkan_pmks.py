"""Removes files of imports that nobody needs any more, and files of services that no row names."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from pmks.bukti import clean_left
from pmks.pemeliharaan import clean_files
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """For a daily timer."""

    help = "Membuang berkas impor lama dan bukti layanan tak terpakai yang memuat data orang."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hari", type=int, default=30, help="umur berkas yang dibuang, dalam hari (bawaan: 30)")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        if options["hari"] < 0:
            raise Ditolak("--hari tidak boleh kurang dari 0.")
        jobs, files = clean_files(options["hari"])
        try:
            left = clean_left()
        except OSError as error:
            raise Ditolak(f"Tempat penyimpanan bukti tidak menjawab: {error}") from None
        self.stdout.write(f"{files} berkas dari {jobs} impor lama dibuang.")
        if left:
            self.stdout.write(f"{left} berkas bukti layanan yang tidak dipakai dibuang.")

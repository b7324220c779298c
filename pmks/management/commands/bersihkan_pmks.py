"""Removes files of imports that nobody needs any more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from pmks.pemeliharaan import clean_files
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """For a daily timer."""

    help = "Membuang berkas impor lama yang memuat data orang."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hari", type=int, default=30, help="umur berkas yang dibuang, dalam hari (bawaan: 30)")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        if options["hari"] < 0:
            raise Ditolak("--hari tidak boleh kurang dari 0.")
        jobs, files = clean_files(options["hari"])
        self.stdout.write(f"{files} berkas dari {jobs} impor lama dibuang.")

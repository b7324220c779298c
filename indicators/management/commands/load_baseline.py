"""Load the whole document, then say which of its totals add up and which do not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts import baseline
from accounts.roles import ensure_roles
from indicators.findings import reconcile
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """Every fixture in ``fixtures/`` in order, in one transaction; repeatable."""

    help = "Memuat semua tabel dokumen; baris yang sudah diubah orang dipertahankan dan disebut."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--overwrite", action="store_true", help="ganti juga baris yang diubah orang")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        files = baseline.baseline_files()
        if not files:
            raise Ditolak("Tidak ada berkas di fixtures/; ambil lagi lengkap dari repositori.")
        ensure_roles()
        result = baseline.load(files, overwrite=options["overwrite"])
        if options["verbosity"] >= 1:
            self.stdout.write(f"Data dasar: {len(files)} berkas.")
            for line in [*result.lines(), *reconcile()]:
                self.stdout.write(line)

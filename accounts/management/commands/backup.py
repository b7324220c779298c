"""Copy database and evidence files into one archive while people work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.backup import BackupError, create_backup
from renstra.commands import Ditolak, Perintah, end_on_sigterm


class Command(Perintah):
    """One archive with everything but the keys; never over an existing file."""

    help = "Menyalin basis data dan berkas bukti ke satu arsip, sementara orang bekerja."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", required=True, metavar="F", help="berkas cadangan yang dibuat, misalnya a.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        end_on_sigterm()
        try:
            made = create_backup(Path(options["output"]))
        except BackupError as error:
            raise Ditolak(str(error)) from None
        manifest = made.manifest
        for name in manifest.hilang:
            self.stderr.write(f"Peringatan: berkas {name} disebut basis data tetapi tidak ada di penyimpanan.")
        self.stdout.write(
            f"{made.path}: {sum(manifest.baris.values())} baris, {len(manifest.berkas)} berkas, {made.ukuran} byte. "
            "Kunci PII_KEYS dan SECRET_KEY tidak ada di dalamnya; simpan terpisah."
        )

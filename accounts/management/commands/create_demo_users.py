"""Create the demo accounts and print them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounts.demo import ACCOUNTS, DEFAULT_PASSWORD, create_demo_users
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """One account a role and a staff account a bidang; only with DEBUG."""

    help = "Membuat akun contoh untuk mencoba. Ditolak tanpa DEBUG=1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", help=f"sandi semua akun contoh (tanpa ini: {DEFAULT_PASSWORD})")

    def handle(self, *args: Any, **options: Any) -> None:
        # Accounts with a published password do not belong on a real site.
        if not settings.DEBUG:
            raise Ditolak("Akun contoh hanya dibuat dengan DEBUG=1; di situs sungguhan buat akun di /admin/.")
        if options["password"] == "":
            raise Ditolak("Sandi kosong; isi --password atau hilangkan.")
        require_migrated()
        labels = {account.username: account.peran.label for account in ACCOUNTS}
        rows = [("Akun", "Peran", "Unit", "Sandi")]
        for user, password in create_demo_users(options["password"]):
            unit = user.unit.nama if user.unit else "-"
            rows.append((user.username, labels[user.username], unit, password or "(sudah diganti)"))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            cells = [text.ljust(width) for text, width in zip(row, widths, strict=True)]
            self.stdout.write("  ".join(cells).rstrip())

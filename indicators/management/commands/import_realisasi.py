"""``import_realisasi``: the workbook of ``export_template`` back in, all or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandParser

from accounts.models import Jejak, User
from indicators.workbook.importing import Hasil, Tolakan, import_workbook
from indicators.workbook.reading import MAX_FILE, BerkasDitolak
from programs.models import Renstra
from renstra.commands import Ditolak, Perintah, file_trouble, require_migrated


class Command(Perintah):
    """What changed as text or JSON on stdout; each refused cell with its address, value and reason."""

    help = "Membaca kembali berkas isian realisasi (XLSX): semuanya disimpan, atau tidak satu pun."

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments of the contract."""
        parser.add_argument("berkas", metavar="F", help="berkas isian dari export_template")
        parser.add_argument(
            "--user", metavar="U", help="akun staf yang mengisi; bila tidak ditulis: sistem, untuk baris semua unit"
        )
        parser.add_argument("--dry-run", action="store_true", help="hanya memeriksa, tidak menyimpan")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="bentuk keluaran (bawaan: text)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; exit status 1 when anything is refused."""
        require_migrated()
        source = Path(options["berkas"])
        as_json = options["format"] == "json"
        try:
            result = self._import(source, options["user"], coba=options["dry_run"])
        except BerkasDitolak as error:
            if as_json:
                self._print_json(Hasil(0, 0, ditolak=[Tolakan(error.sel, error.nilai or source.name, str(error))]))
            raise Ditolak(f"{source.name} ditolak. {error}") from None
        if as_json:
            self._print_json(result)
        else:
            self._print_text(result)
        for line in result.diabaikan:
            self.stderr.write(line)
        if result.ditolak:
            raise Ditolak(
                f"{source.name}: {len(result.ditolak)} sel ditolak, tidak satu pun disimpan. "
                "Perbaiki sel itu di berkas, lalu impor lagi."
            )
        done = "akan berubah" if options["dry_run"] else "berubah"
        self.stderr.write(
            f"{source.name}: {result.periode}, {result.dibaca} baris dibaca, "
            f"{result.berubah} {done}, {result.sama} sama."
        )

    @staticmethod
    def _import(source: Path, username: str | None, *, coba: bool) -> Hasil:
        """The result, or ``BerkasDitolak`` for whatever keeps the file as a whole out."""
        actor = None
        if username:
            actor = User.objects.filter(username=username, is_active=True).first()
            if actor is None:
                raise BerkasDitolak(f"Akun {username} tidak ada atau tidak aktif.")
        try:
            with source.open("rb") as file:
                content = file.read(MAX_FILE + 1)
        except FileNotFoundError:
            raise BerkasDitolak("Berkas itu tidak ada; periksa nama dan foldernya.") from None
        except OSError as error:
            raise BerkasDitolak(f"Berkas itu tidak dapat dibaca: {file_trouble(error)}.") from None
        pintu = Jejak.Pintu.BERKAS if actor else Jejak.Pintu.PERINTAH
        try:
            return import_workbook(actor, content, source.name, pintu=pintu, coba=coba)
        except (PermissionDenied, Renstra.DoesNotExist) as error:
            raise BerkasDitolak(str(error)) from None

    def _print_json(self, result: Hasil) -> None:
        self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=2))

    def _print_text(self, result: Hasil) -> None:
        for item in result.ubahan if not result.ditolak else ():
            self.stdout.write(
                f"{item.sel}\t{item.dari or '(kosong)'} → {item.ke or '(kosong)'}\t{item.catatan}".rstrip()
            )
        for refused in result.ditolak:
            self.stdout.write(f"{refused.sel}\t{refused.nilai}\tditolak: {refused.alasan}")

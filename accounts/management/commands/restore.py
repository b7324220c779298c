"""Put an archive of ``backup`` back into the configured database and storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.backup import BackupError, restore_backup
from accounts.models import Jejak
from renstra.commands import Ditolak, Perintah, end_on_sigterm, pending_migrations


class Command(Perintah):
    """Verifies the whole archive first; a refusal or failure leaves everything as it was."""

    help = "Memulihkan cadangan: diperiksa seluruhnya dahulu, lalu basis data diganti sekaligus."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("berkas", metavar="F", help="berkas cadangan dari manage.py backup")
        parser.add_argument(
            "--tanpa-salinan",
            action="store_true",
            help="jangan menyimpan keadaan sekarang dahulu (bila basis data sekarang rusak)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        end_on_sigterm()
        path = Path(options["berkas"])
        try:
            done = restore_backup(path, keep=not options["tanpa_salinan"])
        except BackupError as error:
            raise Ditolak(str(error)) from None
        manifest, missing = done.manifest, pending_migrations()
        if not missing:
            Jejak.objects.create(
                pelaku_nama="sistem",
                pintu=Jejak.Pintu.PERINTAH,
                objek="cadangan",
                objek_id=manifest.basis_data.sha256[:40],
                objek_nama=path.name[:400],
                kolom="pulih",
                ke=f"keadaan {manifest.dibuat}",
            )
        kept = f" Keadaan sebelumnya tersimpan di {done.salinan}." if done.salinan else ""
        self.stdout.write(
            f"Dipulihkan: keadaan {manifest.dibuat}, {sum(manifest.baris.values())} baris, {len(manifest.berkas)} "
            f"berkas ({done.berkas_ditambah} ditambahkan, {done.berkas_diganti} diganti).{kept}"
        )
        self.stdout.write("Semua sesi berakhir: setiap orang masuk lagi dengan sandi pada saat cadangan dibuat.")
        if missing:
            self.stdout.write(
                f"{len(missing)} migrasi belum dijalankan; jalankan manage.py migrate sebelum situs dibuka."
            )
        for name in manifest.hilang:
            self.stderr.write(f"Peringatan: berkas {name} sudah tidak ada ketika cadangan dibuat.")

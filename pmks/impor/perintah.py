"""What ``import_pmks`` and ``import_layanan`` share: one file in, counts out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import User
from pmks import kripto
from pmks.impor.berkas import BerkasDitolak
from pmks.impor.pekerjaan import (
    Hasil,
    ImporDitolak,
    Kode,
    check_actor,
    dry_run,
    refused_path_of,
    run,
    start_job,
)
from pmks.models import PekerjaanImpor
from pmks.models.orang import TAHUN_AWAL
from renstra.commands import Ditolak, Perintah, require_migrated

SHOWN = 20


class PerintahImpor(Perintah):
    """Imports one file; a run that was interrupted goes on where it stopped when it is called again."""

    jenis: PekerjaanImpor.Jenis
    # Checking the pages of the site takes two seconds and says nothing about a file.
    requires_system_checks = ()

    def codes(self) -> Kode:
        """Codes of the plan, for kinds of files that name them."""
        return {}

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("berkas", metavar="F", type=Path, help="berkas CSV atau XLSX, judul kolom di baris pertama")
        parser.add_argument("--tahun", type=int, required=True, help="tahun data")
        parser.add_argument("--user", metavar="U", help="nama akun yang tercatat sebagai pelaku")
        parser.add_argument("--dry-run", action="store_true", help="periksa saja, tidak menyimpan apa pun")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="bentuk keluaran (bawaan: text)")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        path: Path = options["berkas"]
        tahun = self._year(options["tahun"])
        if not path.is_file():
            raise Ditolak(f"{path}: berkas tidak ada.")
        try:
            kripto.keys()
            actor = self._actor(options["user"])
            check_actor(actor)
            if options["dry_run"]:
                result, names = dry_run(self.jenis, tahun, path, actor, self.codes())
                if names:
                    self.stderr.write(f"Kolom yang tidak dibaca: {', '.join(names)}.")
                self._report(result, None, options["format"], dry=True)
                return
            job = start_job(self.jenis, tahun, path, actor)
            if job.baris_selesai:
                self.stderr.write(f"Melanjutkan impor {job.pk} dari baris {job.baris_selesai + 2}.")
            job = run(job.pk, self.codes(), pintu="perintah", on_chunk=self._progress)
        except (BerkasDitolak, ImporDitolak, kripto.KunciError) as error:
            raise Ditolak(f"{path.name}: {error}") from None
        if job.status != PekerjaanImpor.Status.SELESAI:
            raise Ditolak(f"{path.name}: {job.pesan}")
        if job.pesan:
            self.stderr.write(job.pesan)
        self._report(Hasil.of(job), refused_path_of(job) if job.ditolak else None, options["format"])

    def _year(self, tahun: int) -> int:
        last = timezone.localdate().year
        if not TAHUN_AWAL <= tahun <= last:
            raise Ditolak(f"Tahun {tahun}: data menurut nama ada untuk {TAHUN_AWAL} sampai {last}.")
        return tahun

    def _actor(self, name: str | None) -> User | None:
        if not name:
            return None
        actor = User.objects.select_related("unit").filter(username=name, is_active=True).first()
        if actor is None:
            raise Ditolak(f"Akun {name} tidak ada atau tidak aktif.")
        return actor

    def _progress(self, job: PekerjaanImpor) -> None:
        if self.stderr.isatty():
            total = f" dari sekitar {job.baris_total:_}".replace("_", ".") if job.baris_total else ""
            self.stderr.write(f"\r{job.baris_selesai:_} baris".replace("_", ".") + total, ending="")

    def _report(self, result: Hasil, refused: Path | None, form: str, *, dry: bool = False) -> None:
        for row in result.menurut_sebab:
            what = "ditolak" if row.sebab.menolak else "diterima, periksa"
            lines = ", ".join(map(str, row.baris)) + (f" dan {row.lagi} lagi" if row.lagi else "")
            self.stderr.write(f"{row.jumlah} baris {what}: {row.sebab.judul} (baris {lines}). {row.sebab.perbaikan}")
        if result.contoh:
            self.stderr.write("Contohnya:")
        for note in result.contoh[:SHOWN]:
            self.stderr.write(f"baris {note['baris']} {note['apa']}: {note['pesan']}")
        found: dict[str, Any] = {
            "dibaca": result.dibaca,
            "baru": result.baru,
            "berubah": result.berubah,
            "sama": result.sama,
            "ditolak": result.ditolak,
            "peringatan": result.peringatan,
            "berkas_ditolak": str(refused) if refused else None,
        }
        if form == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        if dry:
            self.stdout.write("Percobaan: tidak ada yang disimpan.")
        self.stdout.write(
            f"{result.dibaca} baris dibaca: {result.baru} baru, {result.berubah} berubah, {result.sama} sama, "
            f"{result.ditolak} ditolak, {result.peringatan} peringatan."
        )
        if refused:
            self.stdout.write(f"Baris yang ditolak dengan alasannya: {refused}. Perbaiki lalu impor lagi berkas itu.")

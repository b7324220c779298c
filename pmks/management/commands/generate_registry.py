"""A file of invented people, for load tests and demos."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from pmks.models import JumlahPMKS, Wilayah
from pmks.pembangkit import KOLOM, USIA_MAKS, JenisBangkitan, people
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """Writes a CSV that ``import_pmks`` reads; the same seed gives the same file."""

    help = "Membuat berkas CSV berisi orang rekaan, tersebar seperti Tabel 3.1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, required=True, help="banyaknya orang")
        parser.add_argument("--seed", type=int, required=True, help="bilangan awal; yang sama memberi berkas yang sama")
        parser.add_argument("--output", type=Path, required=True, help="berkas CSV yang ditulis")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        count, path = options["people"], options["output"]
        if count < 1:
            raise Ditolak("--people sedikitnya 1.")
        counts = JumlahPMKS.objects.filter(tahun=2020).select_related("kategori").order_by("kategori__nomor")
        kinds = [
            JenisBangkitan(
                row.kategori.nomor,
                row.jumlah or 0,
                row.kategori.usia_min or 0,
                row.kategori.usia_maks or USIA_MAKS,
                row.kategori.jenis_kelamin,
            )
            for row in counts
        ]
        desa = list(
            Wilayah.objects.filter(tingkat=Wilayah.Tingkat.DESA).order_by("kode").values_list("kode", flat=True)
        )
        if not kinds or not desa:
            raise Ditolak("Jenis PMKS atau desa belum ada; jalankan manage.py load_baseline dahulu.")
        rows = 0
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(KOLOM)
                for row in people(count, options["seed"], kinds, desa):
                    writer.writerow(row)
                    rows += 1
        except OSError as error:
            raise Ditolak(f"{path} tidak dapat ditulis ({error.strerror}).") from None
        self.stdout.write(f"{count} orang rekaan dalam {rows} baris: {path}")

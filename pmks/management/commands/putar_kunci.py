"""Moves every NIK and No KK, and the files of imports, to the first key of PII_KEYS."""

from __future__ import annotations

from typing import Any

from pmks import kripto
from pmks.pemeliharaan import rotate_files, rotate_keys
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """Safe to interrupt and to repeat; people work on meanwhile."""

    help = "Mengenkripsi ulang NIK, No KK, dan berkas impor dengan kunci pertama PII_KEYS; boleh diulang."

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        try:
            done = rotate_keys(lambda count: self.stderr.write(f"{count} orang"))
            files = rotate_files()
        except kripto.KunciError as error:
            raise Ditolak(str(error)) from None
        self.stdout.write(
            f"{done} orang dipindahkan ke kunci pertama, dan {files} berkas impor; "
            "kunci lama boleh dibuang dari PII_KEYS."
        )

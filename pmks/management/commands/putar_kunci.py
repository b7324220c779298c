"""Moves every NIK and No KK to the first key of PII_KEYS."""

from __future__ import annotations

from typing import Any

from pmks import kripto
from pmks.pemeliharaan import rotate_keys
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """Safe to interrupt and to repeat; people work on meanwhile."""

    help = "Mengenkripsi ulang NIK dan No KK dengan kunci pertama PII_KEYS; boleh diulang."

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        try:
            done = rotate_keys(lambda count: self.stderr.write(f"{count} orang"))
        except kripto.KunciError as error:
            raise Ditolak(str(error)) from None
        self.stdout.write(f"{done} orang dipindahkan ke kunci pertama; kunci lama boleh dibuang dari PII_KEYS.")

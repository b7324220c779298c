"""The file of refused rows: as they came, with the reason behind, ready to be mended and imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from pmks.impor.kolom import ALASAN

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def refused_path(path: Path) -> Path:
    """Beside the input: ``data.xlsx`` → ``data.ditolak.csv``."""
    return path.with_name(f"{path.name.removesuffix(path.suffix)}.ditolak.csv")


class BerkasDitolakPenulis:
    """Appends rows to the file; ``panjang`` bytes of it belong to chunks that are stored.

    A run that was killed may have written more than was stored: the file is cut back to ``panjang`` first.
    """

    def __init__(self, path: Path, judul: Sequence[str], pemisah: str, panjang: int) -> None:
        self.path, self.judul, self.pemisah, self.panjang = path, judul, pemisah or ";", panjang

    def append(self, rows: Sequence[tuple[Sequence[str], str]]) -> int:
        """Write rows behind what is stored and return the new length; the file appears with the first row."""
        if not rows:
            return self.panjang
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.pemisah, lineterminator="\r\n")
        at = [place for place, name in enumerate(self.judul) if name.strip().lower() != ALASAN]
        if not self.panjang:
            writer.writerow([self.judul[place] for place in at] + [ALASAN])
        for row, reason in rows:
            cells = [_plain(row[place]) if place < len(row) else "" for place in at]
            writer.writerow([*cells, reason])
        # The mark tells Excel that the file is UTF-8.
        data = text.getvalue().encode("utf-8" if self.panjang else "utf-8-sig")
        mode = "r+b" if self.panjang and self.path.exists() else "wb"
        with self.path.open(mode) as file:
            if mode == "wb":
                self.path.chmod(0o600)
            file.seek(self.panjang)
            file.truncate()
            file.write(data)
        self.panjang += len(data)
        return self.panjang


def _plain(text: str) -> str:
    """A cell that a spreadsheet would take for a formula goes out as text."""
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "").replace(",", "").isdigit()

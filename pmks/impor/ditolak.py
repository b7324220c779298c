"""The file of refused rows: as they came, with the reason behind, ready to be mended and imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from pmks.impor import brankas
from pmks.impor.kolom import ALASAN

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def refused_path(path: Path) -> Path:
    """Beside the input: ``data.xlsx`` → ``data.ditolak.csv``."""
    return path.with_name(f"{path.name.removesuffix(path.suffix)}.ditolak.csv")


class BerkasDitolakPenulis:
    """Appends rows to the file; ``panjang`` bytes of it belong to chunks that are stored.

    A run that was killed may have written more than was stored: the file is cut back to ``panjang`` first. Sealed
    where the name of the file says so (``brankas.py``).
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
        behind = self.panjang if self.path.exists() and self.path.stat().st_size >= self.panjang else 0
        if not behind:
            writer.writerow([self.judul[place] for place in at] + [ALASAN])
        for row, reason in rows:
            cells = [_plain(row[place]) if place < len(row) else "" for place in at]
            writer.writerow([*cells, reason])
        # The mark tells Excel that the file is UTF-8.
        data = text.getvalue().encode("utf-8" if behind else "utf-8-sig")
        if brankas.is_sealed(self.path):
            self.panjang = brankas.append(self.path, behind, data)
            return self.panjang
        with self.path.open("r+b" if behind else "wb") as file:
            if not behind:
                self.path.chmod(0o600)
            file.seek(behind)
            file.truncate()
            file.write(data)
        self.panjang = behind + len(data)
        return self.panjang


def _plain(text: str) -> str:
    """A cell that a spreadsheet would take for a formula goes out as text."""
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "").replace(",", "").isdigit()

"""Whether a finding is open or settled, by the decisions people recorded. Pure: imports nothing of Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from indicators.findings.registry import Angka, Temuan
from renstra.formats import round_half_up

DECIMALS = 4  # as the record keeps figures


class Keadaan(StrEnum):
    """Where a finding stands; the word of the filter."""

    TERBUKA = "terbuka"
    SELESAI = "selesai"


@dataclass(frozen=True, slots=True)
class Keputusan:
    """One recorded decision with the figures of that moment; ``buka`` opens the finding again."""

    id: int
    buka: bool
    kata: str
    catatan: str
    oleh: str
    oleh_id: int
    pada: datetime
    tercetak: Decimal | None
    dihitung: Decimal | None


def as_kept(value: Angka | None) -> Decimal | None:
    """A figure as the record keeps it."""
    return None if value is None else round_half_up(Decimal(value), DECIMALS)


@dataclass(frozen=True, slots=True)
class TemuanTercatat:
    """A finding with its history, oldest first; ``hilang`` is one that the audit no longer finds."""

    temuan: Temuan
    riwayat: tuple[Keputusan, ...] = ()
    hilang: bool = False

    @property
    def terakhir(self) -> Keputusan | None:
        """The decision that counts."""
        return self.riwayat[-1] if self.riwayat else None

    @property
    def berubah(self) -> bool:
        """Whether it was settled and its figures moved since, which opens it again."""
        last = self.terakhir
        if last is None or last.buka or self.hilang:
            return False
        return (last.tercetak, last.dihitung) != (as_kept(self.temuan.tercetak), as_kept(self.temuan.dihitung))

    @property
    def keadaan(self) -> Keadaan:
        """Settled by a decision on these very figures, or because the figures agree by now."""
        last = self.terakhir
        settled = last is not None and not last.buka and not self.berubah
        return Keadaan.SELESAI if settled or self.hilang else Keadaan.TERBUKA

    @property
    def terbuka(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.keadaan is Keadaan.TERBUKA

    @property
    def kata(self) -> str:
        """The state in words."""
        if self.hilang:
            return "tidak ditemukan lagi"
        if self.berubah:
            return "angka berubah sejak diselesaikan"
        last = self.terakhir
        return "terbuka" if last is None else last.kata.lower()

    @property
    def versi(self) -> int:
        """Id of the last decision, 0 before the first: who decides says which one was seen."""
        return self.terakhir.id if self.terakhir else 0

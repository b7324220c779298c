"""What a report is: its address, its title, and the function that builds its matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from programs.models import Renstra
from reports.matrix import Isian, Matrix


class ModeAngka(StrEnum):
    """Where the document's figure and the computed one can differ: which of them stands in the table."""

    DOKUMEN = "dokumen"
    DIHITUNG = "dihitung"


LABEL_ANGKA = {
    ModeAngka.DOKUMEN: "sesuai dokumen",
    ModeAngka.DIHITUNG: "dihitung dari barisnya",
}


@dataclass(frozen=True, slots=True)
class Params:
    """What a report is asked for; ``tahun`` is always a year of the plan, ``triwulan`` 0 is the whole year."""

    renstra: Renstra
    tahun: int
    angka: ModeAngka = ModeAngka.DOKUMEN
    triwulan: int = 0

    @property
    def dihitung(self) -> bool:
        """Whether computed figures stand in the table."""
        return self.angka is ModeAngka.DIHITUNG


@dataclass(frozen=True)
class Report:
    """One registry entry.

    ``bertahun``: the figures are those of one year; ``berangka``: printed and computed
    figures can differ, so the reader may choose; ``lebar``: too wide for upright paper.
    """

    slug: str
    nomor: str
    judul: str
    kelompok: str
    build: Callable[[Params], Matrix]
    bertahun: bool = False
    berangka: bool = False
    lebar: bool = False

    @property
    def nama(self) -> str:
        """Number and title on one line."""
        return f"{self.nomor} {self.judul}".strip()

    def isian(self, params: Params) -> tuple[Isian, ...]:
        """The parameters this report knows, for footer and JSON."""
        found = [Isian("renstra", "Renstra", params.renstra.kode, _plan(params.renstra))]
        if self.bertahun:
            found.append(Isian("tahun", "Tahun", params.tahun, str(params.tahun)))
        if self.berangka:
            found.append(Isian("angka", "Angka", params.angka.value, LABEL_ANGKA[params.angka]))
        return tuple(found)


def _plan(renstra: Renstra) -> str:
    return f"{renstra.tahun_awal}-{renstra.tahun_akhir} ({renstra.versi})"

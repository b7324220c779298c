"""What a report is: its address, its title, its parameters, and the function that builds its matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from accounts.models import UnitKerja
from programs.models import Renstra
from reports.matrix import Isian, Matrix
from reports.pengesahan import build_kop, build_signatures
from reports.penjelasan import with_appendix


class ModeAngka(StrEnum):
    """Where the document's figure and the computed one can differ: which of them stands in the table."""

    DOKUMEN = "dokumen"
    DIHITUNG = "dihitung"


LABEL_ANGKA = {
    ModeAngka.DOKUMEN: "sesuai dokumen",
    ModeAngka.DIHITUNG: "dihitung dari barisnya",
}


class Tingkat(StrEnum):
    """How deep a report goes down the plan's tree."""

    PROGRAM = "program"
    KEGIATAN = "kegiatan"
    SUBKEGIATAN = "subkegiatan"


LABEL_TINGKAT = {
    Tingkat.SUBKEGIATAN: "sampai sub kegiatan",
    Tingkat.KEGIATAN: "sampai kegiatan",
    Tingkat.PROGRAM: "program saja",
}


@dataclass(frozen=True, slots=True)
class Params:
    """What a report is asked for; ``tahun`` is always a year of the plan, ``triwulan`` 0 is the whole year.

    ``banding`` is the version compared with, None the one that was changed.
    ``tahun_data`` is a year of the registry for reports that begin with the base year (0: the base year);
    ``terbuka`` are the ids of kinds, ``unit_terbuka`` of units, whose small counts the reader sees.
    ``unit`` None is the whole office. ``kop`` and ``tanda_tangan`` add letterhead and
    signatures, ``penjelasan`` an appendix on how the figures came about.
    """

    renstra: Renstra
    tahun: int
    angka: ModeAngka = ModeAngka.DOKUMEN
    triwulan: int = 0
    unit: UnitKerja | None = None
    tingkat: Tingkat = Tingkat.SUBKEGIATAN
    kop: bool = False
    tanda_tangan: bool = False
    banding: Renstra | None = None
    penjelasan: bool = False
    tahun_data: int = 0
    terbuka: frozenset[int] = frozenset()
    unit_terbuka: frozenset[int] = frozenset()

    @property
    def dihitung(self) -> bool:
        """Whether computed figures stand in the table."""
        return self.angka is ModeAngka.DIHITUNG


@dataclass(frozen=True)
class Report:
    """One registry entry.

    ``bertahun``: the figures are those of one year; ``berangka``: printed and computed
    figures can differ, so the reader may choose; ``lebar``: too wide for upright paper;
    ``bertriwulan``, ``berunit``, ``bertingkat``: limited to a quarter, a unit, a level on
    request; ``berbanding``: speaks of two versions of the plan; ``bertanda_tangan``: ends
    with signatures unless they are asked away; ``berasal``: has computed figures, so an appendix can explain
    them; ``dari_dasar``: the base year as printed, and on request a later year of the registry; ``bernama``: counts
    people by name, so small counts are hidden from those who do not serve them.
    ``formulir`` names the regulation and form the report follows.
    """

    slug: str
    nomor: str
    judul: str
    kelompok: str
    build: Callable[[Params], Matrix]
    bertahun: bool = False
    berangka: bool = False
    lebar: bool = False
    bertriwulan: bool = False
    berunit: bool = False
    bertingkat: bool = False
    bertanda_tangan: bool = False
    berbanding: bool = False
    dari_dasar: bool = False
    bernama: bool = False
    formulir: str = ""
    berasal: bool = False

    def make(self, params: Params) -> Matrix:
        """The report as it leaves the house: built, with letterhead, signatures and explanations where asked for."""
        matrix = dress(self.build(params), params)
        return with_appendix(matrix) if self.berasal and params.penjelasan else matrix

    @property
    def nama(self) -> str:
        """Number and title on one line."""
        return f"{self.nomor} {self.judul}".strip()

    def isian(self, params: Params) -> tuple[Isian, ...]:
        """The parameters this report knows, for footer and JSON."""
        found = [Isian("renstra", "Renstra", params.renstra.kode, _plan(params.renstra))]
        if self.berbanding and params.banding:
            found.append(Isian("banding", "Dibandingkan dengan", params.banding.kode, _plan(params.banding)))
        if self.bertahun:
            found.append(Isian("tahun", "Tahun", params.tahun, str(params.tahun)))
        if self.dari_dasar and params.tahun_data:
            found.append(Isian("tahun", "Tahun data", params.tahun_data, str(params.tahun_data)))
        if self.berangka:
            found.append(Isian("angka", "Angka", params.angka.value, LABEL_ANGKA[params.angka]))
        if self.bertriwulan and params.triwulan:
            found.append(Isian("triwulan", "Triwulan", params.triwulan, str(params.triwulan)))
        if self.berunit and params.unit:
            found.append(Isian("unit", "Unit", params.unit.kode, params.unit.nama))
        if self.bertingkat:
            found.append(Isian("tingkat", "Tingkat", params.tingkat.value, LABEL_TINGKAT[params.tingkat]))
        return tuple(found)


def dress(matrix: Matrix, params: Params) -> Matrix:
    """The matrix with the letterhead and signatures that the parameters ask for."""
    return replace(
        matrix,
        kop=build_kop(params.renstra.perangkat_daerah) if params.kop else None,
        tanda_tangan=build_signatures(params) if params.tanda_tangan else (),
    )


def _plan(renstra: Renstra) -> str:
    return f"{renstra.tahun_awal}-{renstra.tahun_akhir} ({renstra.versi}{', draf' if renstra.draf else ''})"

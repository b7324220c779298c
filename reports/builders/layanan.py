"""What Tabel 2.12-2.14 share: service indicators of the former period with target, realisasi and printed ratio."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from indicators.models import Indikator, Realisasi, Target

if TYPE_CHECKING:
    from reports.report import Params


@dataclass(frozen=True, slots=True)
class Layanan:
    """An indicator row."""

    id: int
    baris: int | None
    uraian: str
    satuan: str


@dataclass(frozen=True, slots=True)
class Capaian:
    """Realisasi of a year as printed."""

    kinerja: Decimal | None
    rupiah: int | None
    rasio: Decimal | None
    status: str


@dataclass(frozen=True, slots=True)
class SeriLayanan:
    """The rows of one table with their years."""

    indikator: list[Layanan]
    tahun: list[int]
    target: dict[tuple[int, int], tuple[Decimal | None, int | None]]
    capaian: dict[tuple[int, int], Capaian]

    def of(self, indikator: int, tahun: int) -> Capaian:
        """Realisasi of a year, all unknown when there is none."""
        return self.capaian.get((indikator, tahun)) or Capaian(None, None, None, "")


def load(params: Params, tabel: str) -> SeriLayanan:
    """Three queries. The rows hang on the former Renstra; the table belongs to this one."""
    here = {"tabel__nomor": tabel, "tabel__renstra": params.renstra.kunci}
    rows = [
        Layanan(*row)
        for row in Indikator.objects.filter(**here)
        .order_by("baris", "id")
        .values_list("id", "baris", "uraian", "satuan")
    ]
    below = {f"indikator__{key}": item for key, item in here.items()}
    target = {
        (indikator, tahun): (goal, pagu)
        for indikator, tahun, goal, pagu in Target.objects.filter(**below)
        .order_by()
        .values_list("indikator_id", "tahun", "target", "pagu")
    }
    capaian = {
        (indikator, tahun): Capaian(kinerja, rupiah, rasio, status)
        for indikator, tahun, kinerja, rupiah, rasio, status in Realisasi.objects.filter(triwulan=0, **below)
        .order_by()
        .values_list("indikator_id", "tahun", "kinerja", "rupiah", "rasio_tercetak", "status")
    }
    years = sorted({tahun for _, tahun in (*target, *capaian)})
    return SeriLayanan(rows, years, target, capaian)

"""A row of realisasi as it stands: indicator, target, period, what is stored, and how typed cells are understood.

``find_rows`` loads rows, ``indicators/actions.py`` writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import UnitKerja
from indicators.entry import (
    FIELDS,
    FROM_COMPONENTS,
    FROM_QUARTERS,
    Keadaan,
    Reading,
    Rules,
    Typed,
    Values,
    keep_derived,
    read_row,
    write_row,
)
from indicators.models import Indikator, Periode, Realisasi, Target
from indicators.perhitungan import LOCKED, dirujuk
from indicators.periode import Jendela, load_jendela
from indicators.triwulan import Setahun, year_of
from programs.models import Renstra


class YearOutsidePlan(ValueError):
    """The year is not one of the plan, or the plan is not in force; the message says which years are."""


@dataclass(frozen=True, slots=True)
class RowRecord:
    """An indicator in a period with its owner, its target of the year and what is stored.

    ``realisasi`` is None before the first save. ``lain`` are the stored rows of the other periods of the
    same year, by quarter (0: the year). ``jendela`` is None where no dates bound the period today.
    """

    indikator: Indikator
    unit: UnitKerja | None
    target: Target | None
    realisasi: Realisasi | None
    triwulan: int = 0
    lain: Mapping[int, Realisasi] = field(default_factory=dict)
    jendela: Jendela | None = None

    @property
    def rules(self) -> Rules:
        """What the row asks for."""
        return Rules(
            satuan=self.indikator.satuan,
            target=self.target.target if self.target else None,
            pagu=self.target.pagu if self.target else None,
            takes_rupiah=takes_rupiah(self.indikator),
            terpakai=sum(row.rupiah or 0 for row in self._other_quarters) if self.triwulan else 0,
        )

    @property
    def _other_quarters(self) -> list[Realisasi]:
        return [row for at, row in self.lain.items() if at and at != self.triwulan]

    @property
    def setahun(self) -> Realisasi | None:
        """The stored row of the year."""
        return self.lain.get(0) if self.triwulan else self.realisasi

    @property
    def values(self) -> Values:
        """What is stored, empty before the first save."""
        return values_of(self.realisasi)

    @property
    def versi(self) -> int:
        """Token of the stored row, 0 before the first save."""
        return self.realisasi.versi if self.realisasi else 0

    @property
    def diganti(self) -> bool:
        """Whether a later version of the plan is in force; its row takes what is typed."""
        return bool(getattr(self.indikator, "diganti", False))

    @property
    def locked(self) -> bool:
        """Whether the row, or the year it is a quarter of, was verified or approved."""
        rows = (self.realisasi, self.setahun)
        return any(row is not None and row.status in LOCKED for row in rows)

    @property
    def closed(self) -> str:
        """Why the period takes no entry now, empty when it does."""
        return self.jendela.closed(self.unit.kode if self.unit else "") if self.jendela else ""

    @property
    def computed(self) -> bool:
        """Whether the performance follows from components and is not typed."""
        return self.realisasi is not None and self.realisasi.rumus_id is not None

    @property
    def from_quarters(self) -> Setahun:
        """What the stored quarters make of the year."""
        stored = {at: values_of(row) for at, row in self.lain.items() if at}
        return self._year({**stored, self.triwulan: self.values} if self.triwulan else stored)

    def year_with(self, values: Values) -> Setahun:
        """What the quarters make of the year when this one has ``values``."""
        stored = {at: values_of(row) for at, row in self.lain.items() if at and at != self.triwulan}
        return self._year({**stored, self.triwulan: values})

    def _year(self, quarters: Mapping[int, Values]) -> Setahun:
        return year_of(quarters, self.indikator.akumulasi_tahun)

    @property
    def derived(self) -> dict[str, str]:
        """Cells that are not typed, each with the reason for who tries."""
        found = {}
        if not self.triwulan and self.lain:
            year = self.from_quarters
            found = {
                name: FROM_QUARTERS
                for name, follows in (("kinerja", year.kinerja is not None), ("rupiah", year.follows_rupiah))
                if follows
            }
        if self.computed:
            found["kinerja"] = FROM_COMPONENTS
        return found

    def read(self, typed: Typed) -> Reading:
        """The cells understood by the rules of the row."""
        derived = self.derived
        if derived:
            return keep_derived(typed, self.rules, self.values, derived)
        reading = read_row(typed, self.rules)
        return self._refuse_beside_year(reading) if self.triwulan else reading

    def _refuse_beside_year(self, reading: Reading) -> Reading:
        """A year typed as a whole is not overwritten by its first quarter."""
        year = self.setahun
        if year is None:
            return reading
        others = [values_of(row) for row in (*self._other_quarters, *filter(None, [self.realisasi]))]
        said = "Setahun sudah diisi langsung ({}); kosongkan dahulu di “Setahun” bila ingin mengisi per triwulan."
        errors = {}
        if (
            reading.values.keadaan != Keadaan.KOSONG
            and year.keadaan != Keadaan.KOSONG
            and year.rumus_id is None
            and all(item.keadaan == Keadaan.KOSONG for item in others)
        ):
            errors["kinerja"] = said.format(write_row(values_of(year)).kinerja)
        if (
            reading.values.rupiah is not None
            and year.rupiah is not None
            and all(item.rupiah is None for item in others)
        ):
            errors["rupiah"] = said.format(f"Rp {write_row(values_of(year)).rupiah}")
        return replace(reading, errors={**errors, **reading.errors}) if errors else reading


def takes_rupiah(indikator: Indikator) -> bool:
    """Money is typed on sub kegiatan rows; a second measure of a row shares the first one's money."""
    return indikator.subkegiatan_id is not None and indikator.ukuran_dari_id is None


def values_of(realisasi: Realisasi | None) -> Values:
    """Columns of the entry page as plain values."""
    return Values() if realisasi is None else Values(**{name: getattr(realisasi, name) for name in FIELDS})


def owner_of(indikator: Indikator) -> UnitKerja | None:
    """Unit that owns the node of an indicator."""
    return getattr(indikator.induk, "unit", None)


# A determined version after the one the row belongs to.
_LATER = Renstra.objects.filter(
    akar=Coalesce(OuterRef("renstra__akar_id"), OuterRef("renstra_id")),
    perubahan_ke__gt=OuterRef("renstra__perubahan_ke"),
    status=Renstra.Status.DITETAPKAN,
)
_OWNERS = ("subkegiatan__unit", "kegiatan__unit", "program__unit", "sasaran__unit")


def find_row(indikator: int, tahun: int, triwulan: int = 0) -> RowRecord:
    """Load one row in one query (a second one where there are quarters, or the plan was changed).

    Raises ``Indikator.DoesNotExist``.
    """
    found = find_rows([indikator], tahun, triwulan).get(indikator)
    if found is None:
        raise Indikator.DoesNotExist
    return found


def find_rows(indikator: Iterable[int], tahun: int, triwulan: int = 0) -> dict[int, RowRecord]:
    """Load rows of a period by the id of their indicator; what does not exist is left out.

    Two queries at any size, and two more where dates bound the period today.
    """
    today = timezone.localdate()
    period = Periode.objects.filter(
        perangkat_daerah=OuterRef("renstra__perangkat_daerah_id"), tahun=tahun, triwulan=triwulan
    )
    quarters = Realisasi.objects.filter(indikator=kunci_realisasi_of_outer(), tahun=tahun).exclude(triwulan=triwulan)
    found = list(
        Indikator.objects.annotate(
            target_tahun=FilteredRelation("target", condition=Q(target__tahun=tahun)),
            realisasi_periode=FilteredRelation(
                "realisasi", condition=Q(realisasi__tahun=tahun, realisasi__triwulan=triwulan)
            ),
            dirujuk=dirujuk(),
            diganti=Exists(_LATER),
            berbatas=Exists(period.filter(Q(buka__gt=today) | Q(tutup__lt=today))),
            ada_lain=Exists(quarters),
        )
        .select_related("renstra", *_OWNERS, "target_tahun", "realisasi_periode__diubah_oleh")
        .filter(pk__in=list(indikator))
        .order_by()
    )
    # A row of a changed plan finds its realisasi by the first version's indicator.
    further = [row.kunci_realisasi for row in found if row.ada_lain or row.kunci_realisasi != row.pk]
    stored: dict[int, dict[int, Realisasi]] = {}
    if further:
        for item in Realisasi.objects.filter(indikator__in=further, tahun=tahun).select_related("diubah_oleh"):
            stored.setdefault(item.indikator_id, {})[item.triwulan] = item
    windows: dict[int, Jendela] = {}
    for row in found:
        office = row.renstra.perangkat_daerah_id
        if row.berbatas and office not in windows:
            windows[office] = load_jendela(office, tahun, triwulan)
    return {row.pk: _record(row, triwulan, stored, windows) for row in found}


def kunci_realisasi_of_outer() -> Coalesce:
    """The indicator that keeps the realisasi of the row of the outer query (``querysets.kunci_realisasi``)."""
    return Coalesce(OuterRef("akar_id"), OuterRef("id"))


def _record(
    row: Indikator, triwulan: int, stored: Mapping[int, Mapping[int, Realisasi]], windows: Mapping[int, Jendela]
) -> RowRecord:
    periods = stored.get(row.kunci_realisasi, {})
    return RowRecord(
        row,
        owner_of(row),
        getattr(row, "target_tahun", None),
        periods.get(triwulan) or getattr(row, "realisasi_periode", None),
        triwulan,
        {at: item for at, item in periods.items() if at != triwulan},
        windows.get(row.renstra.perangkat_daerah_id) if row.berbatas else None,  # type: ignore[attr-defined]
    )


def check_year(renstra: Renstra, tahun: int, *, diganti: bool = False) -> None:
    """Refuse a year the plan does not have, and a plan that a later version replaced; raises ``YearOutsidePlan``."""
    if diganti:
        raise YearOutsidePlan(
            f"{renstra.judul} ({renstra.versi}) sudah diganti perubahan Renstra. "
            "Muat ulang halaman ini; realisasi yang sudah tersimpan ada di versi baru."
        )
    if tahun not in renstra.tahun:
        raise YearOutsidePlan(
            f"Tahun {tahun} di luar {renstra.judul}; "
            f"yang dapat diisi {renstra.tahun_awal} sampai {renstra.tahun_akhir}."
        )
    if renstra.status != Renstra.Status.DITETAPKAN:
        raise YearOutsidePlan(
            f"{renstra.judul} berstatus {renstra.get_status_display().lower()}; realisasinya tidak diisi di sini."
        )

"""The formula of an indicator worked out for a year: which version, which values, what comes out.

Page, explanation, entry and approval all read ``load_perhitungan``; the arithmetic is in ``rumus.py``.
Formula and components hang on the first plan version's indicator, like realisasi.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce, Concat

from indicators.acuan import INDIKATOR, NilaiAcuan, resolve, shown
from indicators.entry import Keadaan
from indicators.models import Indikator, Komponen, NilaiBeku, NilaiKomponen, PilihanAngka, Realisasi, Rumus
from indicators.rumus import Evaluation, Simpul, evaluate, names, parse, write
from programs.models import Renstra

# A verified or approved row keeps the formula it was computed with.
LOCKED = frozenset({Realisasi.Status.DIVERIFIKASI.value, Realisasi.Status.DISETUJUI.value})
_KINERJA = Realisasi._meta.get_field("kinerja")
_STEP = Decimal(1).scaleb(-_KINERJA.decimal_places)
_TOP = Decimal(10) ** (_KINERJA.max_digits - _KINERJA.decimal_places)


class HasilDitolak(ValueError):
    """The formula gives a number no realisasi can be; the message says why."""


@dataclass(frozen=True, slots=True)
class DuaAngka:
    """A typed figure and a count of the same thing side by side; ``pilihan`` says which counts and ``alasan`` why."""

    diketik: Decimal | None
    dihitung: NilaiAcuan
    pilihan: str
    alasan: str = ""
    oleh: str = ""
    pada: datetime | None = None

    @property
    def selisih(self) -> Decimal | None:
        """Counted minus typed; None while one is unknown."""
        if self.diketik is None or self.dihitung.nilai is None:
            return None
        return self.dihitung.nilai - self.diketik


@dataclass(frozen=True, slots=True)
class Bagian:
    """A component with the value that counts for a year.

    ``tahun`` is the year the value is of: the base year of the plan where the *kebijakan* says so.
    ``nilai`` None is not entered or not there; ``versi`` is the token of a typed value, 0 before the first.
    ``dua`` are the typed and the counted figure where a component has both.
    """

    komponen: Komponen
    tahun: int
    nilai: Decimal | None
    asal: str = ""
    oleh: str = ""
    pada: datetime | None = None
    versi: int = 0
    dua: DuaAngka | None = None

    @property
    def diketik(self) -> bool:
        """Whether people type it: not where the count beside it was chosen."""
        if self.dua is not None and self.dua.pilihan == PilihanAngka.Pakai.DIHITUNG:
            return False
        return self.komponen.jenis_sumber == Komponen.Sumber.DIKETIK

    @property
    def tahun_dasar(self) -> bool:
        """Whether the value is the one of the base year."""
        return self.komponen.kebijakan == Komponen.Kebijakan.TAHUN_DASAR

    @property
    def teks(self) -> str:
        """Value with unit."""
        return shown(self.nilai, self.komponen.satuan)


@dataclass(frozen=True, slots=True)
class Perhitungan:
    """A formula worked out for a year.

    ``bagian`` are the components the formula uses, in the order of the definition. ``beku`` is
    the approval whose copies were used instead of today's values.
    """

    indikator: int
    tahun: int
    rumus: Rumus
    simpul: Simpul
    bagian: tuple[Bagian, ...]
    hasil: Evaluation
    beku: NilaiBeku | None = None

    @property
    def dimulai(self) -> bool:
        """Whether components were entered, so that the figure is computed and not typed.

        What stands in a table from the start (a denominator of the base year) is no entry;
        a formula nobody types into counts as entered when a figure of the year itself is there.
        """
        current = [part for part in self.bagian if not part.tahun_dasar]
        typed = [part for part in current if part.diketik]
        return any(part.nilai is not None for part in typed or current)

    @property
    def kurang(self) -> tuple[Bagian, ...]:
        """Components without a value."""
        return tuple(part for part in self.bagian if part.nilai is None)

    @property
    def rumus_kata(self) -> str:
        """The formula in the names of its components."""
        return write(self.simpul, {part.komponen.kode: part.komponen.nama for part in self.bagian})

    @property
    def sebab(self) -> str:
        """Why there is no figure, in the names of the components; empty when there is one."""
        if self.kurang:
            return f"belum ada nilai: {'; '.join(f'{part.komponen.nama} ({part.tahun})' for part in self.kurang)}"
        return self.hasil.sebab


def as_kinerja(hasil: Evaluation) -> tuple[Keadaan, Decimal | None]:
    """State and number as ``Realisasi`` keeps them (10 decimals); raises ``HasilDitolak``."""
    if hasil.nilai is None:
        return hasil.keadaan, None
    if hasil.nilai < 0:
        raise HasilDitolak(f"Hasil rumus negatif ({hasil.hitungan}); realisasi tidak boleh kurang dari 0.")
    if hasil.nilai >= _TOP:
        raise HasilDitolak(f"Hasil rumus terlalu besar ({hasil.hitungan}); periksa nilai komponennya.")
    return hasil.keadaan, hasil.nilai.quantize(_STEP, rounding=ROUND_HALF_UP)


def version_of(rumus: Iterable[Rumus], tahun: int) -> Rumus | None:
    """The highest version in force in a year, None before the first one."""
    return max((row for row in rumus if row.berlaku_mulai <= tahun), key=lambda row: row.versi, default=None)


def berumus() -> Exists:
    """Expression on a plan row: whether its figure can come from a formula."""
    return Exists(Rumus.objects.filter(indikator_id=Coalesce(OuterRef("akar_id"), OuterRef("pk"))))


def dirujuk() -> Exists:
    """Expression on a plan row: whether a formula refers to its figure."""
    return Exists(Komponen.objects.filter(acuan=Concat(Value(INDIKATOR), OuterRef("kode"))))


Key = tuple[int, int]


def load_perhitungan(
    indikator: Iterable[Indikator], tahun: Collection[int], *, draf: Rumus | None = None
) -> dict[Key, Perhitungan]:
    """Formulas of plan rows of *one* plan in these years, by (id of the row, year); nothing where there is none.

    Six queries, one a kind of reference and one for choices between two figures, whatever the number of rows and
    years. ``draf`` is an unsaved version, tried where it would be in force (the preview).
    """
    rows = list(indikator)
    if not rows or not tahun:
        return {}
    roots = {row.kunci_realisasi for row in rows}
    versions = _grouped(Rumus.objects.filter(indikator__in=roots), draf)
    parts: dict[int, list[Komponen]] = {}
    for component in Komponen.objects.filter(indikator__in=roots).order_by("urutan", "pk"):
        parts.setdefault(component.indikator_id, []).append(component)
    frozen = {
        (row.indikator_id, row.tahun): row
        for row in NilaiBeku.objects.filter(indikator__in=roots, tahun__in=tahun).select_related(
            "rumus", "dibekukan_oleh"
        )
    }
    locked = {
        (key, year): version
        for key, year, version in Realisasi.objects.filter(
            indikator__in=roots, tahun__in=tahun, triwulan=0, status__in=LOCKED, rumus__isnull=False
        ).values_list("indikator_id", "tahun", "rumus_id")
    }
    renstra = rows[0].renstra
    values = _Values.load(renstra, parts, tahun)
    out: dict[Key, Perhitungan] = {}
    for row in rows:
        root = row.kunci_realisasi
        for year in tahun:
            approved = frozen.get((root, year))
            kept = approved.rumus_id if approved else locked.get((root, year))
            known = versions.get(root, ())
            version = next((v for v in known if v.pk == kept), None) if kept else version_of(known, year)
            if version is None:
                continue
            tree = parse(version.ekspresi)
            used = [part for part in parts.get(root, ()) if part.kode in set(names(tree))]
            mine = tuple(_frozen(part, approved) if approved else values.of(part, year) for part in used)
            found = evaluate(tree, {part.komponen.kode: part.nilai for part in mine})
            out[row.pk, year] = Perhitungan(row.pk, year, version, tree, mine, found, approved)
    return out


def _grouped(rumus: Iterable[Rumus], draf: Rumus | None) -> dict[int, list[Rumus]]:
    found: dict[int, list[Rumus]] = {}
    for row in [*rumus, *([draf] if draf else [])]:
        found.setdefault(row.indikator_id, []).append(row)
    return found


def _frozen(part: Komponen, beku: NilaiBeku) -> Bagian:
    """A component as approval copied it."""
    kept: dict[str, Any] = next((item for item in beku.komponen if item["kode"] == part.kode), {})
    value = kept.get("nilai")
    return Bagian(
        komponen=part,
        tahun=kept.get("tahun", beku.tahun),
        nilai=None if value is None else Decimal(value),
        asal=kept.get("asal", ""),
        oleh=str(beku.dibekukan_oleh),
        pada=beku.dibekukan_pada,
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """Values of components by component and year, read at once."""

    dasar: int
    typed: dict[Key, NilaiKomponen]
    taken: dict[tuple[str, int], NilaiAcuan]
    chosen: dict[Key, PilihanAngka]

    @classmethod
    def load(cls, renstra: Renstra, parts: dict[int, list[Komponen]], tahun: Collection[int]) -> _Values:
        every = [part for group in parts.values() for part in group]
        base = renstra.tahun_dasar
        rows = NilaiKomponen.objects.filter(komponen__in=every, tahun__in={*tahun, base}, triwulan=0)
        typed = {(row.komponen_id, row.tahun): row for row in rows.select_related("diubah_oleh")}
        wanted = {
            (acuan, base if part.kebijakan == Komponen.Kebijakan.TAHUN_DASAR else year)
            for part in every
            if (acuan := part.acuan or part.acuan_hitung)
            for year in tahun
        }
        both = [part for part in every if part.acuan_hitung]
        choices = PilihanAngka.objects.filter(komponen__in=both).select_related("oleh").order_by("pk") if both else ()
        return cls(base, typed, resolve(wanted, renstra), {(row.komponen_id, row.tahun): row for row in choices})

    def of(self, part: Komponen, tahun: int) -> Bagian:
        year = self.dasar if part.kebijakan == Komponen.Kebijakan.TAHUN_DASAR else tahun
        if part.acuan:
            found = self.taken[part.acuan, year]
            return Bagian(part, year, found.nilai, found.asal)
        row = self.typed.get((part.pk, year))
        two = self._two(part, year, row)
        if two is not None and two.pilihan == PilihanAngka.Pakai.DIHITUNG:
            found = two.dihitung
            source = f"{found.asal}; dipilih menggantikan angka yang diketik: {two.alasan}"
            return Bagian(part, year, found.nilai, source, two.oleh, two.pada, row.versi if row else 0, two)
        if row is None:
            return Bagian(part, year, None, dua=two)
        return Bagian(
            part,
            year,
            row.nilai,
            row.sumber or "diketik",
            str(row.diubah_oleh) if row.diubah_oleh else "",
            row.diubah_pada,
            row.versi,
            two,
        )

    def _two(self, part: Komponen, year: int, row: NilaiKomponen | None) -> DuaAngka | None:
        if not part.acuan_hitung:
            return None
        typed, counted = row.nilai if row else None, self.taken[part.acuan_hitung, year]
        choice = self.chosen.get((part.pk, year))
        if choice is None:
            return DuaAngka(typed, counted, PilihanAngka.Pakai.DIKETIK)
        return DuaAngka(typed, counted, choice.pakai, choice.alasan, str(choice.oleh), choice.pada)

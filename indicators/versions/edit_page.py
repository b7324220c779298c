"""The page that edits one row of a draft: what stands there, what was typed, and what the version before had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from indicators.models import Indikator, Target
from indicators.versions.editing import (
    CHILD_OF,
    NODES,
    Row,
    RowChange,
    find,
    indicators_of,
    takes_pagu,
    token_of,
)
from programs.models import Renstra
from renstra.formats import FormatError, format_number, format_rupiah, parse_kinerja, parse_rupiah


@dataclass(slots=True)
class Sel:
    """One box: its name, what stands in it, the stored value, the one of the version before, and a complaint."""

    name: str
    label: str
    isi: str
    tersimpan: str
    dulu: str = ""
    galat: str = ""

    @property
    def berubah(self) -> bool:
        """Whether the draft has another value than the version before."""
        return self.tersimpan != self.dulu


@dataclass(slots=True)
class IndikatorForm:
    """Boxes of one indicator; ``pagu`` is None where money adds up from below or is not carried."""

    indikator: Indikator
    uraian: Sel
    satuan: Sel
    target: list[Sel]
    pagu: list[Sel] | None
    pagu_jumlah: list[str]

    @property
    def baru(self) -> bool:
        """Whether this draft added it."""
        return self.indikator.akar_id is None


@dataclass(slots=True)
class EditPage:
    """Everything the page prints; ``errors`` without a box stand above."""

    renstra: Renstra
    tingkat: str
    tingkat_kata: str
    row: Any
    teks: Sel
    token: str
    rows: list[IndikatorForm]
    alasan: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def simpul(self) -> bool:
        """Whether it is a node of the tree (and not a sentence)."""
        return self.tingkat in NODES

    @property
    def anak(self) -> str:
        """Level of what can be added below, empty at the bottom."""
        return CHILD_OF.get(self.tingkat, "") if self.simpul else ""

    @property
    def boleh_indikator(self) -> bool:
        """Whether the row carries indicators."""
        return self.simpul or self.tingkat == "sasaran"

    @property
    def baru(self) -> bool:
        """Whether this draft added the row."""
        return self.row.akar_id is None

    def cells(self) -> list[Sel]:
        """All boxes."""
        found = [self.teks]
        for row in self.rows:
            found += [row.uraian, row.satuan, *row.target, *(row.pagu or [])]
        return found

    def refuse(self, name: str, message: str) -> None:
        """Put a complaint at its box, or above the form where no box has the name."""
        for cell in self.cells():
            if cell.name == name:
                cell.galat = message
                return
        self.errors[name] = message


def load_page(renstra: Renstra, level: str, pk: int, typed: Mapping[str, str] | None = None) -> EditPage:
    """Read the row with the version before; ``typed`` stands in the boxes instead. Raises ``LookupError``."""
    row = find(renstra, level, pk)
    column = "nama" if level in NODES else "teks"
    before = _before(renstra, type(row), row)
    items = indicators_of(level, row)
    old_items = {item.akar_id or item.pk: item for item in _old_indicators(renstra, items)}
    figures = _figures([*items, *old_items.values()])
    boxes = _Boxes(typed)
    return EditPage(
        renstra=renstra,
        tingkat=level,
        tingkat_kata=str(row._meta.verbose_name).capitalize(),
        row=row,
        teks=boxes.make(
            "teks", "Nama" if level in NODES else "Bunyi", getattr(row, column), getattr(before, column, "")
        ),
        token=token_of(level, row),
        rows=[_indicator(renstra, item, old_items.get(item.akar_id or 0), figures, boxes) for item in items],
        alasan=(typed or {}).get("alasan", ""),
    )


def read_changes(page: EditPage, typed: Mapping[str, str]) -> dict[int, RowChange]:
    """What was typed for each indicator; complaints are put at their boxes (``page.errors`` or ``Sel.galat``)."""
    found = {}
    for row in page.rows:
        target = _read(row.target, parse_kinerja, page.renstra)
        pagu = _read(row.pagu or [], parse_rupiah, page.renstra)
        uraian, satuan = typed.get(row.uraian.name, ""), typed.get(row.satuan.name, "")
        if not uraian.strip():
            row.uraian.galat = "Wajib diisi."
        found[row.indikator.pk] = RowChange(uraian, satuan, target, pagu)
    if not typed.get("teks", "").strip():
        page.teks.galat = "Wajib diisi."
    return found


class _Boxes:
    """Makes boxes that hold what was typed, or what is stored."""

    def __init__(self, typed: Mapping[str, str] | None) -> None:
        self.typed = typed

    def make(self, name: str, label: str, stored: str, before: str) -> Sel:
        isi = stored if self.typed is None else self.typed.get(name, stored)
        return Sel(name, label, isi, stored, before)


_Figures = dict[tuple[int, int], Target]


def _indicator(
    renstra: Renstra, item: Indikator, old: Indikator | None, figures: _Figures, boxes: _Boxes
) -> IndikatorForm:
    name = f"i{item.pk}-"

    def years(letter: str, label: str, column: str, write: Callable[[Any], str]) -> list[Sel]:
        out = []
        for tahun in renstra.tahun:
            if item.berakhir_sejak is not None and tahun >= item.berakhir_sejak:
                break
            now = figures.get((item.pk, tahun))
            then = figures.get((old.pk, tahun)) if old else None
            stored, before = (write(getattr(row, column)) if row else "" for row in (now, then))
            out.append(boxes.make(f"{name}{letter}{tahun}", f"{label} {tahun}", stored, before))
        return out

    pagu = years("p", "Pagu", "pagu", format_rupiah_or_empty)
    return IndikatorForm(
        indikator=item,
        uraian=boxes.make(f"{name}uraian", "Indikator", item.uraian, old.uraian if old else ""),
        satuan=boxes.make(f"{name}satuan", "Satuan", item.satuan, old.satuan if old else ""),
        target=years("t", "Target", "target", lambda value: "" if value is None else format_number(value)),
        pagu=pagu if takes_pagu(item) else None,
        pagu_jumlah=[cell.tersimpan for cell in pagu] if item.sasaran_id is None and not item.ukuran_dari_id else [],
    )


def format_rupiah_or_empty(value: int | None) -> str:
    """An empty box for unknown, not a dash."""
    return "" if value is None else format_rupiah(value)


def _before(renstra: Renstra, model: Any, row: Row) -> Any:
    """The same row in the version that was copied."""
    akar = getattr(row, "akar_id", None)
    if akar is None or renstra.asal_id is None:
        return None
    found = model._default_manager.filter(pk=akar) | model._default_manager.filter(akar=akar)
    return max(
        (item for item in found if item.pk != row.pk and item.pk < row.pk), key=lambda item: item.pk, default=None
    )


def _old_indicators(renstra: Renstra, items: list[Indikator]) -> list[Indikator]:
    keys = [item.akar_id for item in items if item.akar_id]
    return list(Indikator.objects.filter(renstra=renstra.asal_id).of_keys(keys)) if keys else []


def _figures(items: list[Indikator]) -> _Figures:
    found = Target.objects.filter(indikator__in=[item.pk for item in items])
    return {(row.indikator_id, row.tahun): row for row in found}


def _read(cells: list[Sel], parse: Callable[[str], Any], renstra: Renstra) -> dict[int, Any]:
    values: dict[int, Any] = {}
    for cell, tahun in zip(cells, renstra.tahun, strict=False):
        text = cell.isi.strip()
        if text in {"", "-", "–"}:
            values[tahun] = None
            continue
        try:
            values[tahun] = parse(text)
        except FormatError as error:
            cell.galat = str(error)
    return values

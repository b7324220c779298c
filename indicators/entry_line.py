"""A row of the entry page as it is drawn: what is stored, what stands in the cells, what there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from indicators.actions import FINE, Outcome, SaveResult
from indicators.entry import Difference, Keisian, Typed, differences, marks, write_row
from indicators.entry_cells import fingerprints
from indicators.entry_sheet import SheetRow, teks_saat
from indicators.forms import CELLS, RowForm

NUMBER_CELLS = frozenset({"kinerja", "rupiah"})


class PerCell(dict[str, str]):
    """Texts by the name of a cell; a template asks for each cell of each row, and a missing key costs it dearly."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass
class Line:
    """A row with its cells; ``tanda`` are the fingerprints of what is stored, for cells saved one by one."""

    row: SheetRow
    typed: Typed
    versi: int
    asal: str
    tanda: Mapping[str, str] = field(default_factory=dict)
    errors: PerCell = field(default_factory=PerCell)
    echo: PerCell = field(default_factory=PerCell)
    differences: list[Difference] = field(default_factory=list)
    outcome: Outcome | None = None
    tersembunyi: bool = False
    lipat: str = ""  # address that folds or opens what is below
    terlipat: bool = False
    di_tempat: bool = False  # an answer to the grid, which keeps what was typed itself

    @classmethod
    def stored(cls, row: SheetRow) -> Line:
        """The row as the database has it."""
        if not row.editable:
            return cls(row, write_row(row.values), row.versi, "")
        return cls(row, write_row(row.values), row.versi, marks(row.values), fingerprints(row.values))

    @classmethod
    def after(cls, row: SheetRow, form: RowForm, result: SaveResult) -> Line:
        """The row after a form: stored values when it went well, else what was typed."""
        line = cls.stored(row)
        line._judged(result, {name: getattr(form.typed, name) for name in CELLS}, form.cleaned_data["asal"])
        if result.outcome not in FINE:
            line.typed = form.typed
            # The old token stays: only a decision, which names the version it saw, may pass over it.
            line.versi, line.asal = form.cleaned_data["versi"], form.cleaned_data["asal"]
        return line

    @classmethod
    def answered(cls, row: SheetRow, result: SaveResult, sent: Mapping[str, str]) -> Line:
        """The row after cells were sent: always as stored, for the page keeps what was typed itself."""
        line = cls.stored(replace(row, tutup=result.record.closed))
        line.di_tempat = True
        line._judged(result, sent, "")
        line.differences = [item for item in line.differences if item.name in sent or item.name == "kinerja"]
        return line

    def _judged(self, result: SaveResult, sent: Mapping[str, str], asal: str) -> None:
        self.outcome, self.echo = result.outcome, PerCell(result.reading.echo)
        match result.outcome:
            case Outcome.INVALID:
                self.errors = PerCell(result.reading.errors)
            case Outcome.CONFLICT:
                self.differences = differences(result.reading.values, self.row.values, asal)
            case Outcome.LOCKED | Outcome.CLOSED:
                now = write_row(self.row.values)
                said = self.row.sebab.kalimat if self.row.sebab else result.record.closed
                foreign = {} if self.row.editable else result.reading.errors
                self.errors = PerCell(
                    (name, foreign.get(name, said)) for name, text in sent.items() if text != getattr(now, name)
                )

    @property
    def state(self) -> str:
        """Key of the state, for shape and colour."""
        special = {Outcome.INVALID: "gagal", Outcome.CONFLICT: "bentrok"}
        return special.get(self.outcome) or self.row.keadaan_baris[0]  # type: ignore[arg-type]

    @property
    def words(self) -> str:
        """The state in words."""
        match self.outcome:
            case Outcome.INVALID:
                return "belum tersimpan, perbaiki"
            case Outcome.CONFLICT:
                return f"berubah oleh {self.other}"
            case Outcome.LOCKED | Outcome.CLOSED:
                return f"tidak disimpan: {self._why_not}"
        return self.row.keadaan_baris[1]

    @property
    def _why_not(self) -> str:
        if self.row.locked or self.row.sebab is None:
            return self.row.keadaan_baris[1]
        return self.row.sebab.kata

    @property
    def other(self) -> str:
        """Who saved last."""
        return "Anda di jendela lain" if self.row.by_me else self.row.diubah_oleh or "orang lain"

    @property
    def their_time(self) -> str:
        """When that was."""
        return teks_saat(self.row.diubah_pada) if self.row.diubah_pada else ""

    @property
    def open(self) -> bool:
        """Whether the second line must be seen."""
        return bool(self.differences or self.row.keisian is Keisian.ALASAN or set(self.errors) - NUMBER_CELLS)

    @property
    def ask_pagu(self) -> bool:
        """Whether the reason for exceeding the pagu has its cell."""
        return bool(self.row.lebih_pagu or self.typed.alasan_lebih_pagu)

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that the database does not have."""
        return self.outcome is not None and self.outcome not in FINE

    @property
    def menunggu(self) -> bool:
        """Whether capaian and serapan are left out until the save; the grid shows them once a text is taken back."""
        return self.unsaved and not self.di_tempat

    @property
    def has_cells(self) -> bool:
        """Whether the row has cells: a locked one only to show what was typed in vain."""
        return self.row.sebab is None or self.unsaved

    @property
    def perlu_sebab(self) -> bool:
        """Whether its cells say why they are not typed: to who fills in the page, not to readers."""
        return self.row.editable or not self.row.own

    @property
    def types_kinerja(self) -> bool:
        """Whether the performance cell is typed into, or was in vain."""
        return self.row.sebab_kinerja is None or "kinerja" in self.errors

    @property
    def types_rupiah(self) -> bool:
        """Whether the money cell is typed into, or was in vain."""
        return self.row.sebab_rupiah is None or "rupiah" in self.errors

    @property
    def news(self) -> str:
        """What happened, for the live region and for the message after a plain form."""
        row = self.row
        name = row.kode or row.indikator
        match self.outcome:
            case None:
                return ""
            case Outcome.INVALID:
                return f"{name} belum tersimpan. {' '.join(self.errors.values())}"
            case Outcome.CONFLICT:
                return f"{name} belum tersimpan: {self.other} mengubahnya pukul {self.their_time}. Pilih salah satu."
            case Outcome.LOCKED | Outcome.CLOSED:
                reason = f"baris sudah {self._why_not}." if row.locked or row.sebab is None else row.sebab.kalimat
                return f"{name} tidak disimpan: {reason}"
        said = [f"{name} tersimpan"]
        if self.echo:
            said.append("dibaca " + "; ".join(self.echo.values()))
        if row.capaian is not None:
            said.append(f"capaian {row.teks_capaian}%, {row.predikat}")
        if row.lebih_pagu:
            said.append(
                f"{row.lebih_pagu} di atas pagu" + ("" if row.values.alasan_lebih_pagu else ", tulis alasannya")
            )
        return ". ".join(said) + "."

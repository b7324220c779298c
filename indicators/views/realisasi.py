"""The entry page ``/realisasi/TAHUN/`` and the address a row is saved at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow_signed_in
from accounts.models import Jejak, UnitKerja
from indicators.actions import MAY_ENTER, Outcome, SaveResult, YearOutsidePlan, find_row, may_write, save_realisasi
from indicators.entry import Difference, Keisian, Typed, differences, marks, merge, write_row
from indicators.entry_sheet import SheetRow, load_sheet, only_unfinished, scope_and_family, teks_saat
from indicators.forms import RowForm
from indicators.models import Indikator
from programs.models import Renstra

STATUS = {
    Outcome.SAVED: 200,
    Outcome.UNCHANGED: 200,
    Outcome.INVALID: 422,
    Outcome.CONFLICT: 409,
    Outcome.LOCKED: 423,
    Outcome.CLOSED: 423,
}
NUMBER_CELLS = frozenset({"kinerja", "rupiah"})


@dataclass
class Line:
    """A row as it is drawn: what is stored, what stands in the cells, and what there is to say about it."""

    row: SheetRow
    typed: Typed
    versi: int
    asal: str
    errors: dict[str, str] = field(default_factory=dict)
    echo: dict[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    outcome: Outcome | None = None

    @classmethod
    def stored(cls, row: SheetRow) -> Line:
        """The row as the database has it."""
        return cls(row, write_row(row.values), row.versi, marks(row.values) if row.editable else "")

    @classmethod
    def after(cls, row: SheetRow, form: RowForm, result: SaveResult) -> Line:
        """The row after an attempt: stored values when it went well, else what was typed."""
        line = cls.stored(row)
        line.outcome, line.echo = result.outcome, result.reading.echo
        if result.outcome in (Outcome.SAVED, Outcome.UNCHANGED):
            return line
        line.typed = form.typed
        # The old token stays: only a decision, which names the version it saw, may pass over it.
        line.versi, line.asal = form.cleaned_data["versi"], form.cleaned_data["asal"]
        if result.outcome is Outcome.INVALID:
            line.errors = result.reading.errors
        elif result.outcome is Outcome.CONFLICT:
            line.differences = differences(result.reading.values, row.values, line.asal)
        return line

    @property
    def state(self) -> str:
        """Key of the state, for shape and colour."""
        special = {Outcome.INVALID: "gagal", Outcome.CONFLICT: "bentrok"}
        return special.get(self.outcome) or self.row.keadaan_baris[0]  # type: ignore[arg-type]

    @property
    def words(self) -> str:
        """The state in words."""
        if self.outcome is Outcome.INVALID:
            return "belum tersimpan, perbaiki"
        if self.outcome is Outcome.CONFLICT:
            return f"berubah oleh {self.other}"
        if self.outcome is Outcome.LOCKED:
            return f"tidak disimpan: {self.row.keadaan_baris[1]}"
        return self.row.keadaan_baris[1]

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
        """Whether the cells hold something the database does not."""
        return self.outcome in (Outcome.INVALID, Outcome.CONFLICT, Outcome.LOCKED)

    @property
    def has_cells(self) -> bool:
        """Whether the row has cells: a locked one only to show what was typed in vain."""
        return not self.row.locked or self.unsaved

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
            case Outcome.LOCKED:
                return f"{name} tidak disimpan: baris sudah {row.keadaan_baris[1]}."
        said = [f"{name} tersimpan"]
        if self.echo:
            said.append("dibaca " + "; ".join(self.echo.values()))
        if row.capaian is not None:
            said.append(f"capaian {row.teks_capaian}%, {row.predikat}")
        if row.lebih_pagu:
            said.append(
                f"melebihi pagu {row.lebih_pagu}" + ("" if row.values.alasan_lebih_pagu else ", tulis alasannya")
            )
        return ". ".join(said) + "."


class NoUnit(Exception):
    """A staff account that belongs to no unit has no rows."""


@dataclass(frozen=True)
class Scope:
    """Whose rows are looked at: ``unit`` None is the whole office; ``choices`` may be filtered by."""

    unit: UnitKerja | None
    choices: list[UnitKerja]
    query: str

    @classmethod
    def of(cls, request: HttpRequest, *, with_choices: bool) -> Scope:
        """Own unit for staff, all or the chosen one for who reads all units; raises ``Http404``, ``NoUnit``."""
        person: Any = request.user
        own = None if person.sees_all_units() else person.unit
        if own is None and not person.sees_all_units():
            raise NoUnit
        wanted = request.GET.get("unit", "")
        choices: list[UnitKerja] = []
        unit = own
        if with_choices or wanted:
            choices = [item for item in UnitKerja.objects.all() if own is None or own.covers(item)]
        if wanted:
            unit = next((item for item in choices if item.kode == wanted), None)
            if unit is None:
                raise Http404("Unit itu tidak ada atau bukan bagian dari unit Anda.")
        kept = {key: request.GET[key] for key in ("unit", "tampil") if request.GET.get(key)}
        return cls(unit, choices, f"?{urlencode(kept)}" if kept else "")

    def including(self, owner: UnitKerja | None) -> Scope:
        """The same, widened to all units when a saved row lies outside the filter it was sent with."""
        return self if self.unit is None or self.unit.covers(owner) else Scope(None, self.choices, "")


@allow_signed_in
@require_GET
def realisasi_awal(request: HttpRequest) -> HttpResponse:
    """Lead to this year, or to the plan's nearest one."""
    plan = _current()
    this_year = timezone.localdate().year
    if plan is None:
        return _outside(request, None, this_year)
    return redirect("realisasi", tahun=min(max(this_year, plan.tahun_awal), plan.tahun_akhir))


@allow_signed_in
@require_GET
def realisasi(request: HttpRequest, tahun: int) -> HttpResponse:
    """Rows of the year: to fill in for the unit's staff, to read for everybody else."""
    return _page(request, tahun)


@allow_signed_in
@require_http_methods(["GET", "POST"])
def realisasi_baris(request: HttpRequest, tahun: int, indikator: int) -> HttpResponse:
    """Save one row; answers htmx with the row, a plain form with a redirect or the page with the errors."""
    if request.method == "GET":
        return redirect(f"{reverse('realisasi', args=[tahun])}#b-{indikator}")
    form = RowForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("Formulir baris ini tidak lengkap; muat ulang halaman.")
    try:
        result = _decide(request.user, indikator, tahun, form)
    except Indikator.DoesNotExist:
        raise Http404("Baris ini tidak ada dalam Renstra.") from None
    except YearOutsidePlan:
        return _outside(request, _current(), tahun)
    if not request.htmx and STATUS[result.outcome] != 200:  # type: ignore[attr-defined]
        return _page(request, tahun, form, result)
    plan = result.record.indikator.renstra
    scope = Scope.of(request, with_choices=False).including(result.record.unit)
    within = scope_and_family(scope.unit, result.record.indikator)
    sheet = load_sheet(plan, tahun, request.user, unit=scope.unit, within=within)  # type: ignore[arg-type]
    line = Line.after(sheet.row(indikator), form, result)
    if request.htmx:  # type: ignore[attr-defined]
        context = {
            "baris": line,
            "tahun": tahun,
            "kemajuan": sheet.progress,
            "induk": sheet.above(line.row),
            "kueri": scope.query,
            "oob": True,
        }
        answer = render(request, "realisasi/jawaban.html", context, status=STATUS[result.outcome])
        # The page's script takes an answer without this header for somebody else's (sign-in page, proxy).
        answer["X-Baris"] = str(indikator)
        return answer
    messages.success(request, line.news)
    return redirect(f"{reverse('realisasi', args=[tahun])}{scope.query}#b-{indikator}")


def _decide(person: Any, indikator: int, tahun: int, form: RowForm) -> SaveResult:
    """Save the row as typed or, after a conflict, as decided."""
    typed, alasan = form.typed, ""
    if form.cleaned_data["putus"]:
        record = find_row(indikator, tahun)
        if not may_write(person, record.unit):
            raise PermissionDenied("Baris ini milik unit lain.")
        typed = merge(typed, record.values, form.theirs)
        other = record.realisasi.diubah_oleh if record.realisasi else None
        alasan = f"Dipilih setelah melihat isian {other or 'orang lain'}."
    return save_realisasi(person, indikator, tahun, typed, versi=form.token, pintu=Jejak.Pintu.PERAMBAN, alasan=alasan)


def _current() -> Renstra | None:
    try:
        return Renstra.current()
    except Renstra.DoesNotExist:
        return None


def _outside(request: HttpRequest, plan: Renstra | None, tahun: int) -> HttpResponse:
    """Say calmly which years there are."""
    context = {"plan": plan, "tahun": tahun, "sebelum": plan is not None and tahun < plan.tahun_awal}
    return render(request, "realisasi/luar_periode.html", context, status=404)


def _page(
    request: HttpRequest, tahun: int, form: RowForm | None = None, result: SaveResult | None = None
) -> HttpResponse:
    """The whole page, with one row as it was sent when that row could not be saved."""
    plan = _current()
    if plan is None or tahun not in plan.tahun:
        return _outside(request, plan, tahun)
    try:
        scope = Scope.of(request, with_choices=True)
    except NoUnit:
        return render(request, "realisasi/tanpa_unit.html", {"tahun": tahun}, status=403)
    person: Any = request.user
    if result is not None:
        scope = scope.including(result.record.unit)
    sheet = load_sheet(plan, tahun, person, unit=scope.unit)
    unfinished = request.GET.get("tampil") == "kosong"
    rows = only_unfinished(sheet, keep=result.record.indikator.pk if result else None) if unfinished else sheet.rows
    lines = [Line.stored(row) for row in rows]
    failed = None
    if form is not None and result is not None:
        at = result.record.indikator.pk
        failed = Line.after(sheet.row(at), form, result)
        lines = [failed if line.row.id == at else line for line in lines]
    context = {
        "plan": plan,
        "tahun": tahun,
        "tahun_plan": plan.tahun,
        "unit": scope.unit,
        "unit_dipilih": request.GET.get("unit", ""),
        "semua_unit": person.sees_all_units(),
        "pilihan_unit": scope.choices if len(scope.choices) > 1 else [],
        "mengisi": any(row.editable for row in sheet.rows),
        "boleh_mengisi": MAY_ENTER.admits(person),
        "baris_semua": lines,
        "kemajuan": sheet.progress,
        "hanya_kosong": unfinished,
        "kueri": scope.query,
        "gagal": failed,
    }
    return render(request, "realisasi/halaman.html", context, status=STATUS[result.outcome] if result else 200)

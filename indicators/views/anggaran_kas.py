"""``/realisasi/TAHUN/anggaran-kas/``: targets and cash budget per quarter.

The page is one form. Each row carries its version token and what its cells showed (``asal``), so only cells the
person changed are sent on, and a row that another person changed meanwhile is no conflict for who left it alone.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import allow_signed_in
from accounts.models import Jejak
from indicators.actions import MAY_ENTER, Outcome
from indicators.anggaran_kas import NAMES, BarisKas, load_kas, save_kas
from indicators.models import Indikator
from indicators.row_record import YearOutsidePlan
from indicators.views.plan import no_plan
from indicators.views.realisasi import STATUS, NoUnit, Scope
from programs.models import Renstra

NEWS = {
    Outcome.INVALID: "perbaiki sel yang ditandai.",
    Outcome.CONFLICT: "orang lain mengubahnya sesudah halaman dibuka. Isian Anda di sel, "
    "yang tersimpan tertulis di bawahnya; simpan lagi untuk memakai isian Anda.",
    Outcome.LOCKED: "triwulan itu sudah diverifikasi atau disetujui.",
}
NO_ROW = "Baris ini tidak ada dalam Renstra."


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def anggaran_kas(request: HttpRequest, tahun: int) -> HttpResponse:
    """Rows of the unit with four targets and four amounts, saved in one go; refused rows keep what was typed."""
    plan = Renstra.current_or_none()
    if plan is None:
        return no_plan(request, "Anggaran kas")
    if tahun not in plan.tahun:
        raise Http404(f"Tahun {tahun} di luar {plan.judul}.")
    try:
        scope = Scope.of(request, with_choices=True)
    except NoUnit:
        return render(request, "realisasi/tanpa_unit.html", {"tahun": tahun}, status=403)
    person: Any = request.user
    lines = load_kas(plan, tahun, person, unit=scope.unit)
    saved: list[BarisKas] = []
    failed: list[BarisKas] = []
    if request.method == "POST":
        results = _save(request, tahun, lines)
        saved = [line for line in results if line.outcome is Outcome.SAVED]
        failed = [line for line in results if line.outcome in NEWS]
        if not failed:
            if saved:
                messages.success(request, _saved(saved))
            else:
                messages.info(request, "Tidak ada isian yang berubah.")
            back = f"{reverse('anggaran-kas', args=[tahun])}{scope.view.query()}"
            return redirect(f"{back}#b-{saved[0].n}" if saved else back)
        kept = {line.id: line for line in failed}
        lines = load_kas(plan, tahun, person, unit=scope.unit)
        lines = [_kept(line, kept[line.id]) if line.id in kept else line for line in lines]
    context = {
        "plan": plan,
        "tahun": tahun,
        "tahun_plan": plan.tahun,
        "unit": scope.unit,
        "semua_unit": person.sees_all_units(),
        "pilihan_unit": scope.choices if len(scope.choices) > 1 else [],
        "baris": lines,
        "mengisi": any(line.dapat_disimpan for line in lines),
        "gagal": [(line, NEWS[line.outcome]) for line in failed if line.outcome],
        "tersimpan": _saved(saved) if saved else "",
        "kueri": scope.view.query(),
    }
    status = STATUS[failed[0].outcome] if failed and failed[0].outcome else 200
    return render(request, "realisasi/anggaran_kas.html", context, status=status)


def _saved(lines: list[BarisKas]) -> str:
    return f"{len(lines)} baris tersimpan: {', '.join(line.kode for line in lines)}."


def _save(request: HttpRequest, tahun: int, lines: list[BarisKas]) -> list[BarisKas]:
    """Save the rows in which something was typed, each by itself; whose rows they are is settled before any is."""
    person: Any = request.user
    if not MAY_ENTER.admits(person):
        raise PermissionDenied("Target triwulan dan anggaran kas hanya diisi oleh staf unit pemilik baris.")
    typed = _typed(request)
    shown = {line.n: line for line in lines}
    for key in typed:
        if key not in shown:
            raise Http404(NO_ROW)
        if not shown[key].boleh:
            raise PermissionDenied(f"Baris ini milik {shown[key].record.unit or 'unit lain'}.")
    try:
        return [
            save_kas(
                person,
                line.id,
                tahun,
                typed[line.n],
                versi=request.POST.get(f"{line.n}-versi", "")[:40],
                pintu=Jejak.Pintu.PERAMBAN,
            )
            for line in lines
            if line.n in typed
        ]
    except Indikator.DoesNotExist:
        raise Http404(NO_ROW) from None
    except YearOutsidePlan as error:
        raise Http404(str(error)) from None


def _typed(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Cells that no longer read as the page showed them, by row; a row without ``asal`` counts with all it sends."""
    found: dict[str, dict[str, str]] = {}
    for field, text in request.POST.items():
        key, _, name = field.partition("-")
        if name not in NAMES or not isinstance(text, str):
            continue
        seen = dict(zip(NAMES, request.POST.get(f"{key}-asal", "").split("|"), strict=False))
        if f"{key}-asal" not in request.POST or text.strip() != seen.get(name, ""):
            found.setdefault(key, {})[name] = text
    return found


def _kept(line: BarisKas, failed: BarisKas) -> BarisKas:
    """The stored row with what was typed in its cells; saving again is a decision made with both in view."""
    line.ketikan, line.galat, line.outcome = failed.ketikan, failed.galat, failed.outcome
    return line

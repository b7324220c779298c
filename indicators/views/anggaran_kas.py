"""``/realisasi/TAHUN/anggaran-kas/``: targets and cash budget per quarter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import allow_signed_in
from accounts.models import Jejak
from indicators.actions import MAY_ENTER, Outcome, YearOutsidePlan
from indicators.anggaran_kas import COLUMNS, BarisKas, load_kas, save_kas
from indicators.models import Indikator
from indicators.triwulan import TRIWULAN
from indicators.views.plan import current_plan, no_plan
from indicators.views.realisasi import STATUS, NoUnit, Scope

NEWS = {
    Outcome.INVALID: "belum tersimpan; perbaiki sel yang ditandai.",
    Outcome.CONFLICT: "belum tersimpan: orang lain mengubahnya sesudah halaman dibuka. Isian Anda di sel, "
    "yang tersimpan tertulis di bawahnya; simpan lagi untuk memakai isian Anda.",
    Outcome.LOCKED: "belum tersimpan: triwulan itu sudah diverifikasi atau disetujui.",
}


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def anggaran_kas(request: HttpRequest, tahun: int) -> HttpResponse:
    """Rows of the unit with four targets and four amounts; each row is a plain form."""
    plan = current_plan()
    if plan is None:
        return no_plan(request, "Anggaran kas")
    if tahun not in plan.tahun:
        raise Http404(f"Tahun {tahun} di luar {plan.judul}.")
    try:
        scope = Scope.of(request, with_choices=True)
    except NoUnit:
        return render(request, "realisasi/tanpa_unit.html", {"tahun": tahun}, status=403)
    person: Any = request.user
    failed: BarisKas | None = None
    if request.method == "POST":
        failed = _save(request, tahun)
        if failed.outcome in (Outcome.SAVED, Outcome.UNCHANGED):
            messages.success(request, f"{failed.kode} tersimpan.")
            return redirect(f"{reverse('anggaran-kas', args=[tahun])}{scope.view.query()}#b-{failed.n}")
    lines = load_kas(plan, tahun, person, unit=scope.unit)
    if failed is not None:
        lines = [_kept(line, failed) if line.id == failed.id else line for line in lines]
    context = {
        "plan": plan,
        "tahun": tahun,
        "tahun_plan": plan.tahun,
        "unit": scope.unit,
        "semua_unit": person.sees_all_units(),
        "pilihan_unit": scope.choices if len(scope.choices) > 1 else [],
        "baris": lines,
        "mengisi": MAY_ENTER.admits(person),
        "gagal": failed,
        "warta": NEWS.get(failed.outcome, "") if failed and failed.outcome else "",
        "triwulan": TRIWULAN,
        "kueri": scope.view.query(),
    }
    status = STATUS[failed.outcome] if failed and failed.outcome else 200
    return render(request, "realisasi/anggaran_kas.html", context, status=status)


def _save(request: HttpRequest, tahun: int) -> BarisKas:
    person: Any = request.user
    key = request.POST.get("indikator", "")
    if not key.isdecimal() or len(key) > 18:
        raise Http404("Baris ini tidak ada dalam Renstra.")
    names = [f"{column}_{at}" for column in COLUMNS for at in TRIWULAN]
    typed = {name: request.POST[name] for name in names if name in request.POST}
    try:
        return save_kas(
            person, int(key), tahun, typed, versi=request.POST.get("versi", "")[:40], pintu=Jejak.Pintu.PERAMBAN
        )
    except Indikator.DoesNotExist:
        raise Http404("Baris ini tidak ada dalam Renstra.") from None
    except YearOutsidePlan as error:
        raise Http404(str(error)) from None


def _kept(line: BarisKas, failed: BarisKas) -> BarisKas:
    """The stored row with what was typed in its cells; saving again is a decision made with both in view."""
    line.ketikan, line.galat, line.outcome = failed.ketikan, failed.galat, failed.outcome
    return line

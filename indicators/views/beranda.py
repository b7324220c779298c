"""The first page after signing in: what needs somebody, what is still empty, how the year stands."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import allow_signed_in
from accounts.models import UnitKerja
from indicators.entry_sheet import Sheet, SheetRow, load_sheet
from indicators.explain import with_sources
from indicators.overview import gaps, iku_rows, over_the_years, program_charts, time_passed, unit_charts
from indicators.summary import (
    UnitSummary,
    by_unit,
    explain_summary,
    group_by_unit,
    mean_words,
    notices,
    summarise,
)
from indicators.tugas import load_tugas
from indicators.views.plan import no_plan, plan_year
from programs.models import Renstra

SHOWN_NOTICES = 6
SHOWN_GAPS = 8


@allow_signed_in
@require_GET
def beranda(request: HttpRequest) -> HttpResponse:
    """Own unit for staff, the whole office for everybody else."""
    plan = Renstra.current_or_none()
    if plan is None:
        return no_plan(request, "Beranda")
    tahun = plan_year(plan, request.GET.get("tahun", ""))
    person: Any = request.user
    everybody = person.sees_all_units()
    unit = None if everybody else person.unit
    if unit is None and not everybody:
        return render(request, "realisasi/tanpa_unit.html", {"tahun": tahun}, status=403)
    sheet = load_sheet(plan, tahun, person, unit=unit)
    rows = [row for row in sheet.rows if row.own]
    context = _context(plan, tahun, unit, sheet, rows)
    context["tugas"] = load_tugas(plan, tahun, person, rows, unit=unit, today=timezone.localdate())
    return render(request, "beranda.html", context)


@allow_signed_in
@require_GET
def beranda_kenapa(request: HttpRequest, tahun: int) -> HttpResponse:
    """How the sums and means of the dashboard came about; ``?unit=`` those of one of its units, ``?angka=`` one."""
    plan = Renstra.current_or_none()
    if plan is None:
        return no_plan(request, "Beranda")
    year = plan_year(plan, str(tahun))
    person: Any = request.user
    everybody = person.sees_all_units()
    if person.unit is None and not everybody:
        return render(request, "realisasi/tanpa_unit.html", {"tahun": year}, status=403)
    sheet = load_sheet(plan, year, person, unit=None if everybody else person.unit)
    rows = [row for row in sheet.rows if row.own]
    kode = request.GET.get("unit", "")
    if kode:
        groups = group_by_unit(rows, _top if everybody else str)
        if kode not in groups:
            raise Http404("Unit ini tidak punya baris pada beranda Anda.")
        found = explain_summary(groups[kode], year, groups[kode])
        name = UnitKerja.objects.filter(kode=kode).values_list("nama", flat=True).first() or kode
    else:
        found = explain_summary(rows, year, iku_rows(plan, rows) if everybody else rows)
        name = "Semua unit kerja" if everybody else person.unit.nama
    one = [item for item in found if item.kunci == request.GET.get("angka", "")]
    part = bool(request.htmx)  # type: ignore[attr-defined]
    context = {"nama": name, "tahun": year, "angka": with_sources(one or found, person)}
    return render(request, "beranda_kenapa_isi.html" if part else "beranda_kenapa.html", context)


def _context(plan: Renstra, tahun: int, unit: UnitKerja | None, sheet: Sheet, rows: list[SheetRow]) -> dict[str, Any]:
    names = dict(UnitKerja.objects.values_list("kode", "nama"))
    # The whole office by bidang, a bidang by its seksi.
    units = by_unit(rows, names, _top if unit is None else str)
    total = summarise("", "", rows)
    # Those who lead find the rows far below their target in a table of their own.
    raised = notices(rows, low=unit is not None)
    return {
        "plan": plan,
        "tahun_ini": tahun,
        "tahun_plan": plan.tahun,
        "unit": unit,
        "jumlah": total,
        "isi_url": reverse("realisasi", args=[tahun]),
        "berikut": sheet.progress.berikut,
        "units": units if len(units) > 1 else [],
        "perhatian": raised[:SHOWN_NOTICES],
        "perhatian_lain": max(len(raised) - SHOWN_NOTICES, 0),
        **(_of_unit(rows) if unit else _of_all(plan, tahun, rows, units, total)),
    }


def _of_unit(rows: list[SheetRow]) -> dict[str, Any]:
    return {"rata": mean_words(rows), "simpul": _own_nodes(rows)}


def _of_all(
    plan: Renstra, tahun: int, rows: list[SheetRow], units: list[UnitSummary], total: UnitSummary
) -> dict[str, Any]:
    iku = iku_rows(plan, rows)
    waktu = time_passed(tahun, timezone.localdate(), total.serapan)
    below = gaps(rows)
    return {
        "rata": mean_words(iku),
        "simpul": [row for row in rows if row.jenis in {"sasaran", "program"}],
        "waktu": waktu,
        "grafik_program": program_charts([row for row in rows if row.jenis == "program" and row.has_money], waktu),
        "grafik_unit": unit_charts(units, waktu),
        "iku": over_the_years(plan, iku),
        "kesenjangan": below[:SHOWN_GAPS],
        "kesenjangan_lain": max(len(below) - SHOWN_GAPS, 0),
    }


def _top(kode: str) -> str:
    return kode.partition(".")[0]


def _own_nodes(rows: list[SheetRow]) -> list[SheetRow]:
    """Sasaran, programs and kegiatan of the unit; a seksi that has neither sees its sub kegiatan."""
    upper = [row for row in rows if row.jenis in {"sasaran", "program", "kegiatan"}]
    return upper or [row for row in rows if row.jenis == "subkegiatan"]

"""The first page after signing in: what is still empty, who is behind, how the year stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import allow_signed_in
from accounts.models import UnitKerja
from indicators.entry_sheet import Sheet, SheetRow, load_sheet
from indicators.models import Sebutan
from indicators.summary import by_unit, mean_words, notices, summarise
from indicators.views.plan import current_plan, no_plan, plan_year
from programs.models import Renstra

SHOWN_NOTICES = 6
TABEL_IKU = "7.1"


@allow_signed_in
@require_GET
def beranda(request: HttpRequest) -> HttpResponse:
    """Own unit for staff, the whole office for everybody else."""
    plan = current_plan()
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
    return render(request, "beranda.html", _context(plan, tahun, unit, sheet, rows))


def _context(plan: Renstra, tahun: int, unit: UnitKerja | None, sheet: Sheet, rows: list[SheetRow]) -> dict[str, Any]:
    names = dict(UnitKerja.objects.values_list("kode", "nama"))
    # The whole office by bidang, a bidang by its seksi.
    units = by_unit(rows, names, _top if unit is None else str)
    raised = notices(rows)
    # The seven IKU are those of Tabel 7.1, whichever level they hang on.
    iku = (
        set(Sebutan.objects.filter(tabel__nomor=TABEL_IKU).values_list("indikator_id", flat=True))
        if unit is None
        else set()
    )
    return {
        "plan": plan,
        "tahun_ini": tahun,
        "tahun_plan": plan.tahun,
        "unit": unit,
        "jumlah": summarise("", "", rows),
        "isi_url": reverse("realisasi", args=[tahun]),
        "berikut": sheet.progress.berikut,
        "units": units if len(units) > 1 else [],
        "perhatian": raised[:SHOWN_NOTICES],
        "perhatian_lain": max(len(raised) - SHOWN_NOTICES, 0),
        "rata": mean_words(row for row in rows if unit is not None or row.id in iku),
        "simpul": [row for row in rows if row.jenis in {"sasaran", "program"}] if unit is None else _own_nodes(rows),
    }


def _top(kode: str) -> str:
    return kode.partition(".")[0]


def _own_nodes(rows: list[SheetRow]) -> list[SheetRow]:
    """Sasaran, programs and kegiatan of the unit; a seksi that has neither sees its sub kegiatan."""
    upper = [row for row in rows if row.jenis in {"sasaran", "program", "kegiatan"}]
    return upper or [row for row in rows if row.jenis == "subkegiatan"]

"""Where the plan contradicts itself, for everybody who signed in."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import allow_signed_in
from accounts.models import UnitKerja
from indicators.findings import ATURAN, audit, load_facts
from indicators.findings.page import TemuanFilter, TemuanTable, page_rows
from programs.models import Renstra

PER_PAGE = 100


@allow_signed_in
@require_GET
def temuan(request: HttpRequest) -> HttpResponse:
    """Findings of all rules with counts, filters and the explanation of each rule."""
    try:
        plan = Renstra.current()
    except Renstra.DoesNotExist:
        return render(request, "temuan/belum_ada.html")
    facts = load_facts(plan)
    units = list(UnitKerja.objects.order_by("urutan"))
    rows = page_rows(audit(facts), facts.plan, units)
    saring = TemuanFilter(request.GET, rows=rows, units=units, plan=facts.plan)
    found = saring.apply()
    table = TemuanTable(found)
    RequestConfig(request, paginate={"per_page": PER_PAGE, "silent": True}).configure(table)
    # Counts beside the rules follow the other filters, so that a count is what a click shows.
    counts = Counter(row.temuan.aturan for row in saring.apply(without="aturan"))
    context = {
        "plan": plan,
        "saring": saring,
        "tabel": table,
        "semua": len(rows),
        "tampil": len(found),
        "aturan": [
            {
                "aturan": rule,
                "jumlah": counts[nama],
                "url": _only(request, nama),
                "aktif": saring.value("aturan") == nama,
            }
            for nama, rule in ATURAN.items()
        ],
        "alamat": reverse("temuan"),
        "urut": request.GET.get("sort", ""),
    }
    return render(request, "temuan/temuan.html", context)


def _only(request: HttpRequest, nama: str) -> str:
    """This page's address with one rule chosen and the other filters kept."""
    query = request.GET.copy()
    query["aturan"] = nama
    query.pop("page", None)
    return f"?{query.urlencode()}"

"""“Kenapa angka ini?”: the explanation of an indicator's figures in a year, as a page or as a part of one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import allow_signed_in
from indicators.explain import RealisasiHidden, explain, with_everything
from indicators.models import Indikator
from indicators.views.plan import plan_year


@allow_signed_in
@require_GET
def kenapa(request: HttpRequest, tahun: int, indikator: int) -> HttpResponse:
    """All figures; ``?angka=capaian`` only that one. A script asks for the part, a person gets the page."""
    found = with_everything(Indikator.objects.filter(pk=indikator)).first()
    if found is None:
        raise Http404("Indikator ini tidak ada dalam Renstra.")
    year = plan_year(found.renstra, str(tahun))
    person: Any = request.user
    try:
        whole = explain(found, year, person)
    except RealisasiHidden as error:
        raise PermissionDenied(str(error)) from None
    one = whole.get(request.GET.get("angka", ""))
    context = {
        "indikator": found,
        "simpul": found.induk,
        "tahun": year,
        "terlayani": whole.terlayani,
        "angka": (one,) if one else whole.angka,
        "tahun_plan": found.renstra.tahun,
    }
    part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "indikator/kenapa_isi.html" if part else "indikator/kenapa.html", context)

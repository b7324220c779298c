"""Pages and files of the reports; everybody who signed in may read them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from accounts.access import allow_signed_in
from programs.models import Renstra
from reports.export import FORMATS, export
from reports.finish import finish, params_for
from reports.parameter import ParameterForm, parameter_form
from reports.penjelasan import CellNotFound, explain_cell, has_explanations
from reports.registry import REPORTS, groups, nearest
from reports.renderers.html import render_end, render_heading, render_table

# HTML is the page itself.
DOWNLOADS = ("xlsx", "pdf", "json")


@require_safe
@allow_signed_in
def laporan(request: HttpRequest) -> HttpResponse:
    """All reports, by chapter."""
    listed = [(name, [(report, _files(report.slug)) for report in reports]) for name, reports in groups().items()]
    return render(request, "reports/daftar.html", {"kelompok": listed})


@require_safe
@allow_signed_in
def laporan_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One report as a page; its address is the saved view."""
    report = REPORTS.get(slug)
    if report is None:
        return _missing(request, slug)
    try:
        form = parameter_form(report, request.GET)
    except Renstra.DoesNotExist as error:
        return render(request, "reports/belum_ada.html", {"report": report, "sebab": error})
    if not form.is_valid():
        return render(request, "reports/laporan.html", {"report": report, "form": form}, status=400)
    matrix = finish(report, form, tautan=True, pembaca=request.user)
    chosen = _chosen(request, form)
    kenapa = f"{reverse('laporan_kenapa', args=[slug])}?{f'{chosen}&' if chosen else ''}sel="
    context = {
        "report": report,
        "form": form,
        "berkas": _files(slug, f"?{chosen}" if chosen else ""),
        "nama": f"{matrix.nomor} {matrix.judul}".strip(),
        # Escaped cell by cell in the renderer.
        "judul": mark_safe(render_heading(matrix)),  # noqa: S308
        "tabel": mark_safe(render_table(matrix, kenapa)),  # noqa: S308
        "catatan": mark_safe(render_end(matrix, kenapa)),  # noqa: S308
        "berasal": has_explanations(matrix),
    }
    return render(request, "reports/laporan.html", context)


@require_safe
@allow_signed_in
def laporan_kenapa(request: HttpRequest, slug: str) -> HttpResponse:
    """How the figures of the cell ``?sel=`` came about; a script asks for the part, a person gets the page."""
    report = REPORTS.get(slug)
    if report is None:
        return _missing(request, slug)
    try:
        form = parameter_form(report, request.GET)
    except Renstra.DoesNotExist as error:
        return render(request, "reports/belum_ada.html", {"report": report, "sebab": error})
    if not form.is_valid():
        return _refusal(form.first_error(), "txt")
    chosen = _chosen(request, form)
    back = reverse("laporan_detail", args=[slug]) + (f"?{chosen}" if chosen else "")
    if not request.GET.get("sel"):
        return redirect(back)
    person: Any = request.user
    try:
        cell = explain_cell(report.make(params_for(report, form, person)), request.GET["sel"], person)
    except CellNotFound as error:
        return render(request, "reports/tidak_ada.html", {"pesan": str(error), "mirip": [report]}, status=404)
    part = bool(request.htmx)  # type: ignore[attr-defined]
    context = {
        "report": report,
        "sel": cell,
        "angka": cell.angka,
        "kembali": back,
    }
    return render(request, "reports/kenapa_isi.html" if part else "reports/kenapa.html", context)


@require_safe
@allow_signed_in
def laporan_berkas(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """The same figures as a file."""
    report = REPORTS.get(slug)
    if report is None or suffix not in DOWNLOADS:
        return _missing(request, slug, suffix)
    try:
        form = parameter_form(report, request.GET)
    except Renstra.DoesNotExist as error:
        return render(request, "reports/belum_ada.html", {"report": report, "sebab": error}, status=404)
    if not form.is_valid():
        return _refusal(form.first_error(), suffix)
    content = export(finish(report, form, pembaca=request.user), suffix, form.cleaned_data["kertas"])
    kind = FORMATS[suffix]
    dated = report.bertahun or form.params().tahun_data
    name = f"{slug}-{form.cleaned_data['tahun']}" if dated else slug
    if form.cleaned_data["renstra"] or form.cleaned_data["per"]:
        name = f"{name}-{form.plan.kode}"
    # Files of two quarters or units lie side by side in one folder.
    if report.bertriwulan and form.cleaned_data["triwulan"]:
        name = f"{name}-tw{form.cleaned_data['triwulan']}"
    if report.berunit and form.cleaned_data["unit"]:
        name = f"{name}-{form.cleaned_data['unit'].kode}"
    response = HttpResponse(content, content_type=kind.content_type)
    response["Content-Disposition"] = content_disposition_header(kind.simpan, f"{name}.{suffix}") or ""
    response["Cache-Control"] = "private, no-cache"
    return response


def _chosen(request: HttpRequest, form: ParameterForm) -> str:
    """The parameters of the address that the form knows, as a query."""
    return urlencode({name: request.GET[name] for name in form.fields if request.GET.get(name)})


def _missing(request: HttpRequest, slug: str, suffix: str = "") -> HttpResponse:
    """404 that helps on; a raised one would show Django's own page to whoever runs the site with DEBUG."""
    if slug in REPORTS:
        near = [REPORTS[slug]]
        message = f"{REPORTS[slug].nama} tidak ada dalam format .{suffix[:20]}; pilih .xlsx, .pdf atau .json."
    else:
        near = [REPORTS[found] for found in nearest(slug)]
        message = f"Tidak ada laporan beralamat “{slug[:80]}”."
    return render(request, "reports/tidak_ada.html", {"pesan": message, "mirip": near}, status=404)


def _refusal(message: str, suffix: str) -> HttpResponse:
    if suffix == "json":
        return JsonResponse({"kesalahan": message}, status=400, json_dumps_params={"ensure_ascii": False})
    return HttpResponse(f"{message}\n", status=400, content_type="text/plain; charset=utf-8")


def _files(slug: str, query: str = "") -> list[tuple[str, str]]:
    return [(FORMATS[suffix].label, reverse("laporan_berkas", args=[slug, suffix]) + query) for suffix in DOWNLOADS]

"""Pages and files of the reports; everybody who signed in may read them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from accounts.access import allow_signed_in
from programs.models import Renstra
from reports.export import FORMATS, export
from reports.parameter import ParameterForm
from reports.registry import UnknownSlugError, find_report, groups, nearest
from reports.renderers.html import render_heading, render_notes, render_table
from reports.report import Report

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
    report = _report(slug)
    try:
        renstra = Renstra.current()
    except Renstra.DoesNotExist as error:
        return render(request, "reports/belum_ada.html", {"report": report, "sebab": error})
    form = ParameterForm(report, renstra, request.GET)
    if not form.is_valid():
        return render(request, "reports/laporan.html", {"report": report, "form": form}, status=400)
    matrix = report.build(form.params())
    chosen = urlencode({name: request.GET[name] for name in form.fields if request.GET.get(name)})
    context = {
        "report": report,
        "form": form,
        "berkas": _files(slug, f"?{chosen}" if chosen else ""),
        # Escaped cell by cell in the renderer.
        "judul": mark_safe(render_heading(matrix)),  # noqa: S308
        "tabel": mark_safe(render_table(matrix)),  # noqa: S308
        "catatan": mark_safe(render_notes(matrix)),  # noqa: S308
    }
    return render(request, "reports/laporan.html", context)


@require_safe
@allow_signed_in
def laporan_berkas(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """The same figures as a file."""
    report = _report(slug)
    if suffix not in DOWNLOADS:
        raise Http404(f"Laporan tidak ada dalam format .{suffix}; pilih .xlsx, .pdf atau .json.")
    try:
        renstra = Renstra.current()
    except Renstra.DoesNotExist as error:
        raise Http404(str(error)) from None
    form = ParameterForm(report, renstra, request.GET)
    if not form.is_valid():
        return _refusal(form.first_error(), suffix)
    content = export(report.build(form.params()), suffix, form.cleaned_data["kertas"])
    kind = FORMATS[suffix]
    name = f"{slug}-{form.cleaned_data['tahun']}" if report.bertahun else slug
    response = HttpResponse(content, content_type=kind.content_type)
    response["Content-Disposition"] = content_disposition_header(kind.simpan, f"{name}.{suffix}") or ""
    response["Cache-Control"] = "private, no-cache"
    return response


def _report(slug: str) -> Report:
    try:
        return find_report(slug)
    except UnknownSlugError:
        near = nearest(slug)
        hint = f"Mungkin yang dimaksud: {', '.join(near)}." if near else "Semua laporan ada di halaman Laporan."
        raise Http404(f"Laporan “{slug[:80]}” tidak ada. {hint}") from None


def _refusal(message: str, suffix: str) -> HttpResponse:
    if suffix == "json":
        return JsonResponse({"kesalahan": message}, status=400, json_dumps_params={"ensure_ascii": False})
    return HttpResponse(f"{message}\n", status=400, content_type="text/plain; charset=utf-8")


def _files(slug: str, query: str = "") -> list[tuple[str, str]]:
    return [(FORMATS[suffix].label, reverse("laporan_berkas", args=[slug, suffix]) + query) for suffix in DOWNLOADS]

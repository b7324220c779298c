"""Reports as JSON: the bytes of ``/laporan/SLUG.json``, with the same parameters."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from api.bersama import answers
from api.galat import CONTENT_TYPE, Galat
from api.skema import DaftarLaporan, KueriLaporan, Laporan
from programs.models import Renstra
from reports.export import export
from reports.finish import finish
from reports.parameter import parameter_form
from reports.registry import REPORTS, UnknownSlugError, find_report
from reports.report import Report

router = Router(tags=["Laporan"])
Slug = Path[Annotated[str, Field(max_length=60, json_schema_extra={"example": "tabel-6-2"})]]


@router.get("/laporan", response=answers(DaftarLaporan), summary="Daftar laporan")
def laporan_daftar(request: HttpRequest) -> dict[str, Any]:
    """Semua laporan menurut urutan dokumen, dengan parameter yang mengubah isinya."""
    return {
        "laporan": [
            {
                "slug": report.slug,
                "nama": report.nama,
                "kelompok": report.kelompok,
                "formulir": report.formulir,
                "parameter": _parameters(report),
            }
            for report in REPORTS.values()
        ]
    }


def _parameters(report: Report) -> list[str]:
    uses = {
        "tahun": report.bertahun,
        "triwulan": report.bertriwulan,
        "unit": report.berunit,
        "tingkat": report.bertingkat,
        "angka": report.berangka,
        "renstra": True,
        "per": True,
        "banding": report.berbanding,
        "kop": True,
        "ttd": True,
        "penjelasan": report.berasal,
    }
    return [name for name, used in uses.items() if used]


@router.get("/laporan/{slug}", response=answers(Laporan), summary="Satu laporan")
def laporan(request: HttpRequest, slug: Slug, kueri: Query[KueriLaporan]) -> HttpResponse:
    """Isi yang sama dengan halaman dan berkasnya; angka adalah angka JSON, yang tidak diketahui null."""
    try:
        report = find_report(slug)
    except UnknownSlugError as error:
        raise Galat(404, str(error).replace("--list atau di /laporan/", "/api/v1/laporan")) from None
    try:
        form = parameter_form(report, kueri.model_dump())
    except Renstra.DoesNotExist as error:
        raise Galat(404, str(error)) from None
    if not form.is_valid():
        reasons = {name: " ".join(str(item) for item in items) for name, items in form.errors.items()}
        raise Galat(422, " ".join(dict.fromkeys(reasons.values())), sel=reasons)
    answer = HttpResponse(export(finish(report, form), "json"), content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "private, no-cache"
    return answer

"""The plan in the browser: its tree, one node, the list of indicators, the narrative above it."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, FilteredRelation, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.access import allow_signed_in
from accounts.models import UnitKerja
from indicators.filters import PlanFilter
from indicators.findings.marks import mark_lines, mark_node, open_marks
from indicators.models import Indikator, Target
from indicators.node_page import NodeNotFound, load_node
from indicators.plan_sums import load_plan
from indicators.plan_tree import NILAI, PAGU, build_tree
from indicators.tables import IndikatorTable, export_rows
from indicators.versions.reading import read_version
from programs.models import IsuStrategis, Misi, Program, Renstra, Strategi, Tujuan
from renstra.formats import format_number

TINGKAT = {"program": "program", "kegiatan": "kegiatan", "sub": "sub kegiatan"}
PER_PAGE = 100


def plan_year(plan: Renstra, wanted: str) -> int:
    """The year asked for; without one this year, or the plan's last when it is over. Raises ``Http404``."""
    if not wanted:
        return min(max(timezone.localdate().year, plan.tahun_awal), plan.tahun_akhir)
    if not wanted.isdecimal() or len(wanted) > 4 or int(wanted) not in plan.tahun:
        raise Http404(f"Tahun {wanted[:10]} di luar Renstra; yang ada {plan.tahun_awal} sampai {plan.tahun_akhir}.")
    return int(wanted)


def no_plan(request: HttpRequest, judul: str) -> HttpResponse:
    """Say calmly that there is nothing yet, and who does what about it."""
    return render(request, "plan/belum_ada.html", {"judul_halaman": judul})


@allow_signed_in
@require_GET
def renstra(request: HttpRequest) -> HttpResponse:
    """The tree with six years of pagu or target, folded, filtered and totalled."""
    bacaan = read_version(request)
    if bacaan is None:
        return no_plan(request, "Rencana")
    plan = bacaan.plan
    rows = load_plan(plan)
    programs = [(node.kode, node.nama) for node in rows.simpul if node.tingkat == "program"]
    saring = PlanFilter(
        request.GET, Indikator.objects.for_renstra(plan), units=list(UnitKerja.objects.all()), programs=programs
    )
    found = set(saring.qs.values_list("pk", flat=True)) if saring.active else None
    # Who looks for something wants to see it, not the fold that hides it.
    tingkat = _choice(request, "tingkat", TINGKAT, "sub" if saring.active else "kegiatan")
    nilai = _choice(request, "nilai", NILAI, PAGU)
    balik = [kode for kode in request.GET.getlist("balik") if len(kode) <= 30][:200]
    # The list of findings speaks of the version in force.
    marks = open_marks(plan) if bacaan.berlaku else []
    tree = build_tree(rows, nilai=nilai, tingkat=tingkat, balik=balik, cocok=found)
    context = {
        "plan": plan,
        "bacaan": bacaan,
        "saring": saring,
        "pohon": tree,
        "baris": [
            (line, _flip(request, line.kode, balik) if line.anak else "", marked)
            for line, marked in zip(tree.lines, mark_lines(tree.lines, nilai, rows.tahun, marks), strict=True)
        ],
        "ada_tanda": bool(marks),
        "tahun": rows.tahun,
        "tingkat": tingkat,
        "pilihan_tingkat": [
            (kata, _with(request, tingkat=key, balik=None), key == tingkat) for key, kata in TINGKAT.items()
        ],
        "nilai": nilai,
        "pilihan_nilai": [(key, _with(request, nilai=key), key == nilai) for key in NILAI],
        # A new search opens what it finds, so the fold is not carried along.
        "tersembunyi": {name: request.GET.get(name) for name in ("nilai", "renstra", "per")},
        "ke_daftar": _list_address(request),
        "alamat": reverse("renstra"),
    }
    return render(request, "plan/pohon.html", context)


@allow_signed_in
@require_GET
def simpul(request: HttpRequest, kode: str) -> HttpResponse:
    """One node of the plan."""
    bacaan = read_version(request)
    if bacaan is None:
        return no_plan(request, "Rencana")
    plan = bacaan.plan
    person: Any = request.user
    try:
        node = load_node(plan, kode, person)
    except NodeNotFound as error:
        raise Http404(f"{error} Cari menurut nama di halaman Rencana.") from None
    node, found = mark_node(node, open_marks(plan) if bacaan.berlaku else [])
    context = {"plan": plan, "bacaan": bacaan, "node": node, "tahun": plan.tahun, "temuan": found}
    return render(request, "plan/simpul.html", context)


@allow_signed_in
@require_GET
def simpul_daftar(request: HttpRequest) -> HttpResponse:
    """Indicators as a sortable list with target and pagu of one year."""
    bacaan = read_version(request)
    if bacaan is None:
        return no_plan(request, "Daftar indikator")
    plan = bacaan.plan
    tahun, saring = _list_rows(request, plan)
    found = saring.qs
    total = found.filter(subkegiatan__isnull=False, ukuran_dari__isnull=True).order_by().aggregate(n=Sum("pagu_tahun"))
    table = IndikatorTable(found, tahun=tahun, base=reverse("renstra"), ekor=bacaan.ekor, total=total["n"])
    RequestConfig(request, paginate={"per_page": PER_PAGE, "silent": True}).configure(table)
    context = {
        "plan": plan,
        "bacaan": bacaan,
        "saring": saring,
        "tabel": table,
        "tahun_ini": tahun,
        "pilihan_tahun": [(item, _with(request, tahun=str(item), page=None), item == tahun) for item in plan.tahun],
        "tersembunyi": {name: request.GET.get(name) for name in ("tahun", "sort", "renstra", "per")},
        "ke_pohon": _with(request, tahun=None, sort=None, page=None, base=reverse("renstra")),
        "alamat": reverse("simpul_daftar"),
        "unduh": _with(request, page=None, base=reverse("simpul_daftar_csv")),
    }
    return render(request, "plan/daftar.html", context)


@allow_signed_in
@require_GET
def simpul_daftar_csv(request: HttpRequest) -> HttpResponse:
    """The rows of the list, all pages, as a file that an Indonesian Excel opens by double click."""
    bacaan = read_version(request)
    if bacaan is None:
        raise Http404("Belum ada Renstra yang ditetapkan.")
    plan = bacaan.plan
    tahun, saring = _list_rows(request, plan)
    table = IndikatorTable(saring.qs, tahun=tahun, base="", total=None, order_by=request.GET.get("sort") or None)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="indikator-{tahun}.csv"'
    answer.write("\ufeff")  # without the mark Excel takes UTF-8 for something else
    csv.writer(answer, delimiter=";").writerows(export_rows(table))
    return answer


def _list_rows(request: HttpRequest, plan: Renstra) -> tuple[int, PlanFilter]:
    """The year and the filtered indicators of the list, with target and pagu of that year."""
    tahun = plan_year(plan, request.GET.get("tahun", ""))
    rows = (
        Indikator.objects.for_renstra(plan)
        .by_code()
        .annotate(t=FilteredRelation("target", condition=Q(target__tahun=tahun)))
        .annotate(target_tahun=F("t__target"), pagu_tahun=F("t__pagu"))
        .select_related("sasaran")
    )
    programs = list(Program.objects.filter(renstra=plan).values_list("kode", "nama"))
    return tahun, PlanFilter(request.GET, rows, units=list(UnitKerja.objects.all()), programs=programs)


@allow_signed_in
@require_GET
def renstra_arah(request: HttpRequest) -> HttpResponse:
    """Visi, misi, isu, tujuan, sasaran with IKU, strategi and arah kebijakan."""
    bacaan = read_version(request)
    if bacaan is None:
        return no_plan(request, "Arah Renstra")
    plan = bacaan.plan
    context = {
        "plan": plan,
        "bacaan": bacaan,
        "misi": Misi.objects.filter(renstra=plan),
        "isu": IsuStrategis.objects.filter(renstra=plan),
        "tujuan": _aims(plan),
        "tahun": plan.tahun,
    }
    return render(request, "plan/arah.html", context)


def _aims(plan: Renstra) -> list[dict[str, Any]]:
    """Tujuan with their sasaran, each with IKU and strategi: four queries."""
    iku: dict[int, list[dict[str, Any]]] = {}
    years: dict[tuple[int, int], Any] = {
        (row["indikator_id"], row["tahun"]): row["target"]
        for row in Target.objects.filter(indikator__renstra=plan, indikator__sasaran__isnull=False)
        .order_by()
        .values("indikator_id", "tahun", "target")
    }
    for row in Indikator.objects.filter(renstra=plan, sasaran__isnull=False).order_by("urutan", "id"):
        figures = [format_number(years.get((row.pk, tahun))) for tahun in plan.tahun]
        item = {"indikator": row, "target": figures, "akhir": format_number(row.akhir_target)}
        iku.setdefault(row.sasaran_id, []).append(item)
    strategies: dict[int, dict[int, dict[str, Any]]] = {}
    for pk, sasaran_id, nomor, teks, arah in (
        Strategi.objects.filter(sasaran__tujuan__renstra=plan)
        .order_by("nomor", "arah_kebijakan__nomor")
        .values_list("pk", "sasaran_id", "nomor", "teks", "arah_kebijakan__teks")
    ):
        entry = strategies.setdefault(sasaran_id, {}).setdefault(pk, {"nomor": nomor, "teks": teks, "arah": []})
        if arah:
            entry["arah"].append(arah)
    aims: dict[int, dict[str, Any]] = {}
    for row in (
        Tujuan.objects.filter(renstra=plan)
        .order_by("nomor", "sasaran__nomor")
        .values(
            "pk", "nomor", "teks", "indikator_tujuan", "sasaran__pk", "sasaran__kode", "sasaran__nomor", "sasaran__teks"
        )
    ):
        aim = aims.setdefault(
            row["pk"], {"nomor": row["nomor"], "teks": row["teks"], "ukuran": row["indikator_tujuan"], "sasaran": []}
        )
        if row["sasaran__pk"]:
            at = row["sasaran__pk"]
            aim["sasaran"].append(
                {
                    "kode": row["sasaran__kode"],
                    "nomor": row["sasaran__nomor"],
                    "teks": row["sasaran__teks"],
                    "iku": iku.get(at, []),
                    "strategi": list(strategies.get(at, {}).values()),
                }
            )
    return list(aims.values())


def _choice(request: HttpRequest, name: str, allowed: Any, default: str) -> str:
    value = request.GET.get(name, "")
    return value if value in allowed else default


def _with(request: HttpRequest, base: str = "", **changes: str | None) -> str:
    """This page's address with some parameters changed (None removes one)."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    kept = [(name, value) for name, values in query.lists() for value in values if value]
    return f"{base}?{urlencode(kept)}" if kept else (base or request.path)


def _flip(request: HttpRequest, kode: str, balik: list[str]) -> str:
    """Address with this node folded the other way."""
    query = request.GET.copy()
    query.setlist("balik", [item for item in balik if item != kode] if kode in balik else [*balik, kode])
    return f"?{query.urlencode()}#s-{kode}"


def _list_address(request: HttpRequest) -> str:
    return _with(request, tingkat=None, nilai=None, balik=None, base=reverse("simpul_daftar"))

"""Where the plan contradicts itself, and what was decided about it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_tables2 import RequestConfig

from accounts.access import allow_signed_in, require
from accounts.models import Jejak, UnitKerja
from indicators.explain import with_sources
from indicators.findings import ATURAN
from indicators.findings.kept import kept_audit
from indicators.findings.listing import load_listing
from indicators.findings.page import PILIHAN_KEADAAN, KeputusanForm, TemuanTable, page_rows
from indicators.findings.record import MAY_SETTLE, Hasil, decide, find, record
from indicators.findings.status import Keadaan, TemuanTercatat
from pmks.aturan_dugaan import ATURAN as ATURAN_ORANG
from programs.models import Renstra

PER_PAGE = 100


@allow_signed_in
@require_GET
def temuan(request: HttpRequest) -> HttpResponse:
    """Findings of all rules with counts, filters and the explanation of each rule.

    Those who see people of the registry find the suspicions about them here too, without names.
    """
    try:
        plan = Renstra.current()
    except Renstra.DoesNotExist:
        return render(request, "temuan/belum_ada.html")
    listing = load_listing(plan, request.GET, request.user)
    saring = listing.saring
    table = TemuanTable(listing.found)
    RequestConfig(request, paginate={"per_page": PER_PAGE, "silent": True}).configure(table)
    # Counts beside the rules follow the other filters, so that a count is what a click shows.
    counts: Counter[str] = Counter()
    for row in saring.apply(without="aturan"):
        counts[row.nama_aturan] += row.banyak
    states: Counter[str] = Counter()
    for row in saring.apply(without="keadaan"):
        states[row.keadaan.value] += row.banyak
    states["semua"] = states.total()
    shown = saring.keadaan_dipilih
    context = {
        "plan": plan,
        "saring": saring,
        "tabel": table,
        "semua": sum(row.banyak for row in listing.rows if shown in ("semua", row.keadaan)),
        "ada": bool(listing.rows),
        "tampil": sum(row.banyak for row in listing.found),
        "keadaan": shown,
        "pilihan_keadaan": [
            (kata, states[key], _with(request, keadaan="" if key == Keadaan.TERBUKA else key), key == shown)
            for key, kata in PILIHAN_KEADAAN.items()
        ],
        "aturan": [
            {
                "aturan": rule,
                "jumlah": counts[nama],
                "url": _with(request, aturan=nama),
                "aktif": saring.value("aturan") == nama,
            }
            for nama, rule in (ATURAN | (ATURAN_ORANG if "sumber" in saring.fields else {})).items()
        ],
        "alamat": reverse("temuan"),
        "dengan_orang": "sumber" in saring.fields,
        "urut": listing.sort,
        "berkas": [
            (suffix.upper(), _with(request, base=reverse("temuan_berkas", args=[suffix]))) for suffix in ("xlsx", "pdf")
        ],
    }
    return render(request, "temuan/temuan.html", context)


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def temuan_satu(request: HttpRequest, kunci: str) -> HttpResponse:
    """One finding with its figures, its history and, for those who may settle, the form."""
    try:
        plan = Renstra.current()
    except Renstra.DoesNotExist:
        return render(request, "temuan/belum_ada.html")
    person: Any = request.user
    if request.method == "POST":
        require(person, MAY_SETTLE)
    kept = kept_audit(plan)
    entry = find(record(kept.temuan), kunci)
    if entry is None:
        raise Http404("Temuan ini tidak ada, atau angkanya sudah cocok. Daftarnya di halaman Temuan.")
    form, status = KeputusanForm(entry), 200
    if request.method == "POST":
        form, status = KeputusanForm(entry, request.POST), 422
        if form.is_valid():
            result, now = _decide(plan, kunci, form.cleaned_data, person)
            if result in (Hasil.TERCATAT, Hasil.SAMA):
                messages.success(request, "Keputusan tercatat.")
                return redirect("temuan-satu", kunci)
            # The note stays in the form; what was decided meanwhile stands in the history beside it.
            entry, status = now or entry, 409
            form = KeputusanForm(entry, catatan=form.cleaned_data["catatan"])
            messages.warning(request, "Belum tercatat: temuan ini sudah diputuskan sejak halaman dibuka.")
    reasons = with_sources([entry.temuan.asal], person) if entry.temuan.asal else []
    if request.htmx and request.method == "GET":  # type: ignore[attr-defined]
        return render(request, "temuan/kenapa_isi.html", {"baris": entry.temuan, "angka": reasons})
    (row,) = page_rows([entry], kept.simpul, UnitKerja.objects.all())
    context = {
        "plan": plan,
        "baris": row,
        "angka": reasons,
        "form": form if MAY_SETTLE.admits(person) and not entry.hilang else None,
    }
    return render(request, "temuan/satu.html", context, status=status)


def _decide(plan: Renstra, kunci: str, data: dict[str, Any], person: Any) -> tuple[Hasil, TemuanTercatat | None]:
    return decide(
        plan,
        kunci,
        keputusan=data["keputusan"],
        catatan=data["catatan"],
        versi=data["versi"],
        actor=person,
        pintu=Jejak.Pintu.PERAMBAN,
    )


def _with(request: HttpRequest, base: str = "", **changes: str) -> str:
    """This page's address (or ``base``) with its filters kept and some changed; an empty one falls away."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    text = query.urlencode()
    return f"{base}?{text}" if text else base or request.path

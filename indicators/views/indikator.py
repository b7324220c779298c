"""``/indikator/``: the list, one indicator with its components, its formula, approval."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Access, allow, allow_signed_in
from accounts.models import Hak, Jejak, Peran
from accounts.roles import roles_with
from indicators.actions import Outcome
from indicators.actions_rumus import (
    MAY_DEFINE,
    Ditolak,
    compare_counts,
    counts_seen,
    hitung_ulang,
    preview_rumus,
    save_definisi,
    save_komponen,
    save_rumus,
    versions_of,
)
from indicators.alur import LangkahDitolak, ambil_langkah
from indicators.forms import KomponenForm, NilaiForm, RumusForm
from indicators.indikator_page import Halaman, failed_cell, find_indikator, load_list, load_page, shape
from indicators.models import Indikator, Komponen, Langkah
from indicators.perhitungan import HasilDitolak
from indicators.row_record import YearOutsidePlan, find_row
from indicators.rumus import RumusError, parse
from indicators.views.plan import no_plan, plan_year
from programs.models import Renstra

PINTU = Jejak.Pintu.PERAMBAN
MAY_APPROVE = Access(roles=roles_with(Hak.SETUJUI))
STATUS = {Outcome.SAVED: 200, Outcome.UNCHANGED: 200, Outcome.INVALID: 422, Outcome.CONFLICT: 409, Outcome.LOCKED: 423}


@allow_signed_in
@require_GET
def indikator_daftar(request: HttpRequest) -> HttpResponse:
    """IKU and program indicators of a year: target, realisasi, capaian, what is missing."""
    plan = Renstra.current_or_none()
    if plan is None:
        return no_plan(request, "Indikator")
    year = plan_year(plan, request.GET.get("tahun", ""))
    person: Any = request.user
    rows = load_list(plan, year, person)
    seen = [row for row in rows if row.baris.terlihat]
    context = {
        "plan": plan,
        "tahun": year,
        "baris": rows,
        "terlihat": len(seen),
        "terisi": sum(bool(row.baris.teks_realisasi) for row in seen),
        "setuju": MAY_APPROVE.admits(person),
        "dapat_disetujui": sum(row.baris.dapat_disetujui for row in seen),
    }
    return render(request, "indikator/daftar.html", context)


@allow(Hak.SETUJUI)
@require_http_methods(["GET", "POST"])
def indikator_setujui(request: HttpRequest, tahun: int) -> HttpResponse:
    """Approve the ticked figures of a year as they were shown."""
    page = f"{reverse('indikator-daftar')}?{urlencode({'tahun': tahun})}"
    if request.method == "GET":
        return redirect(page)
    person: Any = request.user
    seen = {}
    for text in request.POST.getlist("setuju")[:200]:
        key, _, version = text.partition(":")
        if key.isdecimal() and version.isdecimal() and len(text) < 24:
            seen[int(key)] = int(version)
    if not seen:
        messages.warning(request, "Centang dahulu indikator yang disetujui.")
        return redirect(page)
    try:
        done = ambil_langkah(person, tahun, seen, Langkah.Tindakan.SETUJUI, pintu=PINTU)
    except YearOutsidePlan as error:
        raise Http404(str(error)) from None
    if done.selesai:
        messages.success(request, f"Realisasi {tahun} disetujui dan dibekukan: {', '.join(done.kode)}.")
    for row, reason in done.ditolak:
        messages.warning(request, f"{row.indikator.kode} tidak disetujui: {reason}.")
    return redirect(page)


def _find(kode: str) -> Indikator:
    plan = Renstra.current_or_none()
    if plan is None:
        raise Http404("Belum ada Renstra yang ditetapkan.")
    try:
        return find_indikator(plan, kode)
    except Indikator.DoesNotExist:
        raise Http404(f"Tidak ada indikator {kode[:40]} dalam {plan.judul}.") from None


@allow_signed_in
@require_GET
def indikator(request: HttpRequest, kode: str) -> HttpResponse:
    """One indicator: definition, components over the years, chart, wordings, settings, history."""
    return _page(request, _find(kode))


def _page(request: HttpRequest, row: Indikator, *, page: Halaman | None = None, status: int = 200) -> HttpResponse:
    person: Any = request.user
    year = plan_year(row.renstra, request.GET.get("tahun", ""))
    page = page or load_page(row, person, year)
    context = {
        "h": page,
        "indikator": row,
        "plan": row.renstra,
        "tahun": year,
        "setuju": MAY_APPROVE.admits(person),
        "susun": MAY_DEFINE.admits(person),
        "simpul": row.induk,
    }
    return render(request, "indikator/indikator.html", context, status=status)


def _back(kode: str, tahun: int) -> HttpResponse:
    return redirect(f"{reverse('indikator', args=[kode])}#t-{tahun}")


@allow(Hak.ISI_REALISASI)
@require_http_methods(["GET", "POST"])
def indikator_isi(request: HttpRequest, kode: str, tahun: int, komponen: str) -> HttpResponse:
    """Save one component; answers htmx with its cell and the figures, a plain form with a redirect or the page."""
    if request.method == "GET":
        return _back(kode, tahun)
    row = _find(kode)
    form = NilaiForm(request.POST)
    if not form.is_valid():
        return _page(request, row, status=400)
    person: Any = request.user
    decided = form.cleaned_data["putus"]
    try:
        if decided == "mereka":
            page = load_page(row, person, plan_year(row.renstra, ""))
            result = None
        else:
            result = save_komponen(person, row.pk, komponen, tahun, form.teks, versi=form.token, pintu=PINTU)
            page = load_page(row, person, plan_year(row.renstra, ""))
    except Komponen.DoesNotExist:
        raise Http404("Komponen ini tidak ada atau tidak diketik.") from None
    cell = page.cell(tahun, komponen)
    if cell is None:
        # A year that is not open has no cell to stand at.
        messages.error(request, result.error if result else "Tahun ini tidak diisi.")
        return _back(kode, tahun)
    if result is not None:
        failed_cell(cell, form.teks, form.cleaned_data["versi"], result)
    status = STATUS[result.outcome] if result else 200
    if request.htmx:  # type: ignore[attr-defined]
        context = {"sel": cell, "h": page, "indikator": row, "oob": True}
        answer = render(request, "indikator/jawaban.html", context, status=status)
        # The page's script takes an answer without this header for somebody else's (sign-in page, proxy).
        answer["X-Sel"] = f"{tahun}-{komponen}"
        return answer
    if status != 200:
        return _page(request, row, page=page, status=status)
    messages.success(request, cell.warta or "Isian orang lain dipakai.")
    return _back(kode, tahun)


@allow(Hak.ISI_REALISASI)
@require_http_methods(["GET", "POST"])
def indikator_hitung(request: HttpRequest, kode: str, tahun: int) -> HttpResponse:
    """Compute a year again from tables and references that changed."""
    if request.method == "POST":
        person: Any = request.user
        row = _find(kode)
        found = compare_counts(row, tahun)
        # Counting people again changes a figure by what was recorded since: the difference is shown first.
        if found and request.POST.get("dilihat") != counts_seen(found):
            if "dilihat" in request.POST:
                messages.warning(request, "Layanan bertambah sesudah halaman dibuka; lihat lagi selisihnya.")
            return redirect("indikator-terlayani", kode, tahun)
        try:
            changed = hitung_ulang(person, row.pk, tahun, pintu=PINTU)
        except (HasilDitolak, YearOutsidePlan) as error:
            messages.error(request, str(error))
        else:
            words = "dihitung ulang" if changed else "tidak berubah"
            messages.success(request, f"Realisasi {tahun} {words}.")
    return _back(kode, tahun)


@allow(Hak.SETUJUI)
@require_http_methods(["GET", "POST"])
def indikator_buka(request: HttpRequest, kode: str, tahun: int) -> HttpResponse:
    """Open an approved year again, with a reason."""
    if request.method == "POST":
        person: Any = request.user
        row = find_row(_find(kode).pk, tahun)
        note = request.POST.get("alasan", "")[:2000]
        try:
            done = ambil_langkah(
                person, tahun, {row.indikator.pk: row.versi}, Langkah.Tindakan.BUKA, catatan=note, pintu=PINTU
            )
        except LangkahDitolak as error:
            messages.error(request, str(error))
        else:
            for _, reason in done.ditolak:
                messages.error(request, f"Persetujuan {tahun} tidak dibuka: {reason}.")
            if done.selesai:
                messages.success(request, f"Persetujuan {tahun} dibuka; barisnya kembali ke unit.")
    return _back(kode, tahun)


@allow(Peran.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def indikator_rumus(request: HttpRequest, kode: str) -> HttpResponse:
    """Write a new version of the formula, with a preview on the real figures before it is stored."""
    row = _find(kode)
    versions = versions_of(row)
    latest = versions[-1] if versions else None
    initial = {
        "ekspresi": latest.ekspresi if latest else "",
        "berlaku_mulai": plan_year(row.renstra, "") if latest else row.renstra.tahun_awal,
        "versi": latest.versi if latest else 0,
    }
    form = RumusForm(request.POST or None, initial=initial, tahun=row.renstra.tahun, perubahan=latest is not None)
    preview = None
    drawn = None
    status = 200
    parts = list(Komponen.objects.filter(indikator=row.kunci_realisasi).order_by("urutan", "pk"))
    if request.method == "POST":
        status = 422
        if form.is_valid() or set(form.errors) <= {"alasan"}:
            text, start = form.cleaned_data["ekspresi"], form.cleaned_data["berlaku_mulai"]
            try:
                preview = preview_rumus(row, text, start)
                drawn = shape(parse(text), {part.kode: part.nama for part in parts})
                status = 200 if "pratinjau" in request.POST else 422
                if "simpan" in request.POST and form.is_valid():
                    person: Any = request.user
                    new = save_rumus(
                        person,
                        row.pk,
                        text,
                        start,
                        form.cleaned_data["alasan"],
                        versi=form.cleaned_data["versi"],
                        pintu=PINTU,
                    )
                    messages.success(request, f"Rumus versi {new.versi} berlaku mulai {new.berlaku_mulai}.")
                    return redirect("indikator", kode)
            except RumusError as error:
                form.mark(error)
                status = 422
            except Ditolak as error:
                for name, words in error.galat.items():
                    form.add_error(name, words)
        if "pratinjau" in request.POST:
            # The reason is asked for when storing, not when trying.
            form.errors.pop("alasan", None)
    context = {
        "indikator": row,
        "form": form,
        "versi": versions[::-1],
        "komponen": parts,
        "pratinjau": preview,
        "bentuk": drawn,
    }
    return render(request, "indikator/rumus.html", context, status=status)


@allow(Peran.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def indikator_definisi(request: HttpRequest, kode: str, nama: str = "") -> HttpResponse:
    """Define a component: a new one, or changes of one there is."""
    row = _find(kode)
    existing = None
    if nama:
        existing = Komponen.objects.filter(indikator=row.kunci_realisasi, kode=nama).first()
        if existing is None:
            raise Http404(f"Indikator ini tidak punya komponen {nama[:40]}.")
    form = KomponenForm(request.POST or None, instance=existing, indikator=row)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            person: Any = request.user
            try:
                saved = save_definisi(
                    person, row.pk, form.save(commit=False), alasan=form.cleaned_data["alasan"], pintu=PINTU
                )
            except Ditolak as error:
                for name, words in error.galat.items():
                    form.add_error(name, words)
            else:
                messages.success(request, f"Komponen {saved.kode} tersimpan.")
                return redirect("indikator-rumus", kode)
    context = {"indikator": row, "form": form, "komponen": existing}
    return render(request, "indikator/komponen.html", context, status=status)

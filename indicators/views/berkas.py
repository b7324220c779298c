"""The workbook on pages: take one, send it back, see what it changes, store it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allow, allow_signed_in
from accounts.models import Hak, Jejak, UnitKerja
from indicators.actions import MAY_ENTER
from indicators.workbook import pending
from indicators.workbook.importing import Hasil, import_workbook
from indicators.workbook.reading import MAX_FILE, BerkasDitolak
from indicators.workbook.template import CONTENT_TYPE, build_template
from programs.models import Renstra

PERIODE = ((0, "Setahun"), (1, "Triwulan I"), (2, "Triwulan II"), (3, "Triwulan III"), (4, "Triwulan IV"))
# A page of thousands of lines helps nobody; the count above them is always the whole one.
MAX_LINES = 400


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def berkas(request: HttpRequest, tahun: int) -> HttpResponse:
    """Take the workbook; staff send it back here, and see what it changes before anything is stored."""
    plan = _plan(tahun)
    if plan is None:
        return _outside(request, tahun)
    if request.method == "POST":
        return _receive(request, plan, tahun)
    return _page(request, plan, tahun)


def _receive(request: HttpRequest, plan: Renstra, tahun: int) -> HttpResponse:
    person: Any = request.user
    if not MAY_ENTER.admits(person):
        raise PermissionDenied("Berkas isian hanya dikirim oleh staf unit pemilik baris; akun Anda dapat membacanya.")
    sent = request.FILES.get("berkas")
    if sent is None:
        return _page(request, plan, tahun, "Pilih dahulu berkas isian yang sudah diisi.")
    name = str(sent.name)[:150]
    try:
        # One byte too many is enough to refuse it.
        content = sent.read(MAX_FILE + 1)
        import_workbook(person, content, name, pintu=Jejak.Pintu.BERKAS, tahun=tahun, coba=True)
    except BerkasDitolak as error:
        return _page(request, plan, tahun, f"{name} tidak diterima. {_located(error)}")
    try:
        pending.keep(request.session, name, content, tahun)
    except OSError:  # disk full, folder gone
        said = "Server sedang tidak dapat menyimpan berkas; beri tahu Administrator. Isian di berkas Anda tetap utuh."
        return _page(request, plan, tahun, said, status=503)
    return redirect("realisasi-berkas-periksa", tahun=tahun)


def _located(error: BerkasDitolak) -> str:
    return f"{error} ({error.sel})" if error.sel else str(error)


@allow_signed_in
@require_safe
def berkas_unduh(request: HttpRequest, tahun: int) -> HttpResponse:
    """The workbook: of the own unit, or of any for who reads all units."""
    plan = _plan(tahun)
    if plan is None:
        return _outside(request, tahun)
    choices = _choices(request, plan)
    wanted, quarter = request.GET.get("unit", ""), request.GET.get("triwulan", "0")
    unit = next((item for item in choices if item.kode == wanted), None)
    if wanted and unit is None:
        return _page(request, plan, tahun, "Unit itu tidak ada atau bukan bagian dari unit Anda.", status=404)
    if quarter not in {str(at) for at, _ in PERIODE}:
        return _page(
            request, plan, tahun, "Triwulan itu tidak ada; pilih Setahun atau Triwulan I sampai IV.", status=404
        )
    person: Any = request.user
    if unit is None and not person.sees_all_units():
        unit = person.unit
        if unit is None:
            return _page(request, plan, tahun, status=403)
    whole = unit is None or unit.jenis == UnitKerja.Jenis.DINAS
    content = build_template(plan, tahun, triwulan=int(quarter), unit=unit, per_unit=whole, made=timezone.localtime())
    name = "-".join(
        filter(None, ["realisasi", str(tahun), f"tw{quarter}" if quarter != "0" else "", unit.kode if unit else ""])
    )
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx") or ""
    response["Cache-Control"] = "private, no-store"
    return response


@allow(Hak.ISI_REALISASI)
@require_http_methods(["GET", "HEAD", "POST"])
def berkas_periksa(request: HttpRequest, tahun: int) -> HttpResponse:
    """What the file that was sent changes; POST stores exactly that, or forgets the file."""
    file = pending.pending(request.session)
    if file is None or file.tahun != tahun:
        messages.warning(request, "Tidak ada berkas yang menunggu disimpan; kirim berkasnya lagi.")
        return redirect("realisasi-berkas", tahun=tahun)
    if request.method == "POST" and "batal" in request.POST:
        pending.drop(request.session)
        messages.info(request, f"{file.nama} dibatalkan; tidak ada yang disimpan.")
        return redirect("realisasi-berkas", tahun=tahun)
    person: Any = request.user
    try:
        result = import_workbook(person, file.content, file.nama, pintu=Jejak.Pintu.BERKAS, tahun=tahun, coba=True)
        seen = pending.fingerprint(result)
        changed = request.method == "POST" and request.POST.get("sidik") != seen
        if request.method == "POST" and not changed and not result.ditolak:
            result = import_workbook(person, file.content, file.nama, pintu=Jejak.Pintu.BERKAS, tahun=tahun)
            if not result.ditolak:
                return _stored(request, file.nama, result)
            changed = True
    except BerkasDitolak as error:
        # The plan or the person's unit changed since it was sent.
        pending.drop(request.session)
        messages.error(request, f"{file.nama} tidak diterima lagi. {_located(error)}")
        return redirect("realisasi-berkas", tahun=tahun)
    context = {
        "tahun": tahun,
        "nama": file.nama,
        "hasil": result,
        "ubahan": result.ubahan[:MAX_LINES],
        "ditolak": result.ditolak[:MAX_LINES],
        "batas": MAX_LINES,
        "sidik": pending.fingerprint(result),
        "bergeser": changed,
    }
    return render(request, "realisasi/berkas_periksa.html", context, status=409 if changed else 200)


def _stored(request: HttpRequest, name: str, result: Hasil) -> HttpResponse:
    pending.drop(request.session)
    said = f"{name}: {len(result.ubahan)} sel di {result.berubah} baris {result.periode} tersimpan."
    over = sum("Melebihi pagu" in item.catatan for item in result.ubahan)
    if over:
        said += f" {over} di antaranya melebihi pagu; tulis alasannya di halaman ini."
    messages.success(request, said)
    where = reverse("realisasi", args=[result.tahun])
    return redirect(f"{where}?triwulan={result.triwulan}" if result.triwulan else where)


def _plan(tahun: int) -> Renstra | None:
    """The plan in force when it has this year."""
    plan = Renstra.current_or_none()
    return plan if plan is not None and tahun in plan.tahun else None


def _outside(request: HttpRequest, tahun: int) -> HttpResponse:
    """Say calmly which years there are."""
    plan = Renstra.objects.filter(status=Renstra.Status.DITETAPKAN).order_by("-tahun_awal").first()
    context = {"plan": plan, "tahun": tahun, "sebelum": plan is not None and tahun < plan.tahun_awal}
    return render(request, "realisasi/luar_periode.html", context, status=404)


def _choices(request: HttpRequest, plan: Renstra) -> list[UnitKerja]:
    """Units whose rows the person may take along."""
    person: Any = request.user
    units = UnitKerja.objects.filter(perangkat_daerah=plan.perangkat_daerah_id)
    if person.sees_all_units():
        return list(units)
    return [item for item in units if person.unit is not None and person.unit.covers(item)]


def _page(
    request: HttpRequest, plan: Renstra, tahun: int, galat: str = "", *, status: int | None = None
) -> HttpResponse:
    person: Any = request.user
    choices = _choices(request, plan)
    waiting = pending.pending(request.session)
    context = {
        "tahun": tahun,
        "tahun_plan": plan.tahun,
        "semua_unit": person.sees_all_units(),
        "pilihan_unit": choices,
        "periode": PERIODE,
        "mengisi": MAY_ENTER.admits(person),
        "menunggu": waiting if waiting and waiting.tahun == tahun else None,
        "batas_mb": MAX_FILE // 1024 // 1024,
        "galat": galat,
    }
    return render(request, "realisasi/berkas.html", context, status=status or (422 if galat else 200))

"""The page of one registered person and the services given to them: names of sub kegiatan come from the plan."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow
from accounts.models import Hak
from indicators.layanan_form import LayananForm, by_owner, load_sub, sub_of_service
from pmks.actions import Ditolak, delete_layanan, save_layanan
from pmks.akses import Jenis, record_access
from pmks.forms import PisahForm
from pmks.halaman_orang import find, load
from pmks.models import Layanan, Orang
from pmks.pilihan import chosen
from pmks.views.orang import served_kinds
from pmks.views.umum import PINTU, find_orang, no_store, put_errors
from pmks.wewenang import MAY_CHANGE, MAY_OPEN_NIK, cakupan


@allow(Hak.LIHAT_ORANG)
@require_GET
@no_store
def orang(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: identity masked, kinds, services, status over time, household, history."""
    user: Any = request.user
    found = find(user, pk)
    if found is None:
        merged = Orang.objects.filter(pk=pk, digabung_ke__isnull=False).values_list("digabung_ke", flat=True).first()
        keeper = find_orang(request, merged if merged is not None else pk)
        if merged is not None:
            messages.info(request, f"Data no. {pk} sudah digabung ke orang ini.")
        return redirect("pmks-orang-satu", keeper.pk)
    page = load(user, found, sub_of_service())
    person = page.orang
    record_access(user, Jenis.ORANG, pintu=PINTU, orang=person)
    own = cakupan(user).unit
    context = {
        "h": page,
        "orang": person,
        "layanan": [(row, row.unit_id is None or row.unit_id in own) for row in page.layanan],
        "terpilih": person.pk in chosen(request.session),
        "boleh_catat": MAY_CHANGE.admits(user),
        "boleh_buka": MAY_OPEN_NIK.admits(user) and bool(page.nik or page.no_kk),
    }
    return render(request, "pmks/orang.html", context)


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_layanan(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a service given to a person."""
    user: Any = request.user
    person = find_orang(request, pk)
    plan = load_sub()
    own, rest = by_owner(plan, user)
    form = LayananForm(request.POST or None, request.FILES or None, milik=own, lain=rest, kinds=served_kinds(user))
    if request.method == "POST" and form.is_valid():
        try:
            known = {row.kode: row.unit for row in plan}
            save_layanan(user, pk, form.isian(), known, pintu=PINTU, berkas=form.berkas_bukti())
        except Ditolak as error:
            put_errors(form, error.galat)
        else:
            messages.success(request, "Layanan tercatat.")
            return redirect(f"{reverse('pmks-orang-satu', args=[pk])}#layanan")
    context = {
        "form": form,
        "orang": person,
        "ada": bool(plan),
        "batas": settings.BUKTI_MAX_BYTES,
        "berkas_hilang": bool(request.FILES),
    }
    return render(request, "pmks/orang_layanan.html", context, status=422 if request.method == "POST" else 200)


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_layanan_hapus(request: HttpRequest, pk: int, layanan: int) -> HttpResponse:
    """Take a service out that was recorded by mistake; it stays in the history."""
    user: Any = request.user
    person = find_orang(request, pk)
    row = Layanan.objects.for_user(user).filter(pk=layanan, orang=person).annotate(**sub_of_service()).first()
    if row is None:
        raise Http404("Layanan ini tidak ada, atau sudah dihapus.")
    form = PisahForm(request.POST or None)
    form.fields["alasan"].label = "Mengapa layanan ini dihapus?"
    if request.method == "POST" and form.is_valid():
        try:
            delete_layanan(user, layanan, form.cleaned_data["alasan"], pintu=PINTU)
        except Ditolak as error:
            put_errors(form, error.galat)
        else:
            messages.success(request, "Layanan dihapus; tetap tercatat dalam riwayat.")
            return redirect("pmks-orang-satu", pk)
    context = {"form": form, "orang": person, "baris": row}
    return render(request, "pmks/layanan_hapus.html", context, status=422 if request.method == "POST" else 200)

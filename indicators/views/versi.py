"""Versions of the Renstra: their list, a draft and its rows, determination."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import allow, allow_signed_in
from accounts.models import Jejak, Peran
from indicators.plan_sums import load_plan
from indicators.versions import editing
from indicators.versions.copying import create_perubahan
from indicators.versions.edit_page import EditPage, load_page, read_changes
from indicators.versions.forms import BuatForm, SimpulBaruForm, TetapkanForm
from indicators.versions.rules import MAY_EDIT, PerubahanRefused
from programs.models import Renstra
from programs.versions import VersionNotFound, chain, find_version

PINTU = Jejak.Pintu.PERAMBAN


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def versi(request: HttpRequest) -> HttpResponse:
    """All versions; an Administrator starts a perubahan here."""
    plan = Renstra.current_or_none()
    if plan is None:
        return render(request, "plan/belum_ada.html", {"judul_halaman": "Versi Renstra"})
    form = BuatForm(request.POST or None)
    if request.method == "POST":
        person: Any = request.user
        try:
            alasan = form.cleaned_data["alasan"] if form.is_valid() else ""
            draft = create_perubahan(person, plan, alasan=alasan, pintu=PINTU)
        except PerubahanRefused as error:
            if not form.errors:
                form.add_error(error.field or None, str(error))
        else:
            messages.success(request, f"Draf {draft.versi} dibuat dari {plan.versi}. Ubah barisnya, lalu tetapkan.")
            return redirect("versi_detail", draft.kode)
    versions = chain(plan)
    context = {
        "versi": list(reversed(versions)),
        "berlaku": plan,
        "draf": versions[-1] if versions[-1].draf else None,
        "boleh": MAY_EDIT.admits(request.user),
        "form": form,
    }
    return render(request, "plan/versi_daftar.html", context, status=400 if form.errors else 200)


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def versi_detail(request: HttpRequest, kode: str) -> HttpResponse:
    """One version; of a draft every row with the way to its page, determination and removal."""
    plan = _find(kode)
    form = TetapkanForm(request.POST if request.POST.get("aksi") == "tetapkan" else None)
    if request.method == "POST":
        try:
            done = _act_on_version(request, plan, form)
        except PerubahanRefused as error:
            if error.field in form.fields:
                form.add_error(error.field, str(error))
            else:
                messages.error(request, str(error))
        else:
            if done is not None:
                return done
    context: dict[str, Any] = {"plan": plan, "form": form, "boleh": MAY_EDIT.admits(request.user) and plan.draf}
    if context["boleh"]:
        rows = load_plan(plan)
        context["simpul"] = rows.simpul
        context["kalimat"] = _sentences(plan)
        context["berakhir"] = {
            (level, pk)
            for level, model in editing.NODES.items()
            for pk in model.objects.filter(renstra=plan, berakhir_sejak__isnull=False).values_list("pk", flat=True)
        }
        context["simpul"] = [(node, node.key in context["berakhir"]) for node in rows.simpul]
    return render(request, "plan/versi_detail.html", context, status=400 if form.errors else 200)


def _act_on_version(request: HttpRequest, plan: Renstra, form: TetapkanForm) -> HttpResponse | None:
    person: Any = request.user
    if request.POST.get("aksi") == "hapus":
        editing.discard(person, plan, alasan=request.POST.get("alasan", ""), pintu=PINTU)
        messages.success(request, f"Draf {plan.versi} dihapus; versi yang berlaku tidak berubah.")
        return redirect("versi")
    if not form.is_valid():
        editing.require(person, MAY_EDIT)
        return None
    data = form.cleaned_data
    editing.determine(person, plan, nomor=data["nomor"], tanggal=data["tanggal"], alasan="", pintu=PINTU)
    messages.success(request, f"{plan.versi.capitalize()} ditetapkan dan sekarang berlaku.")
    return redirect("versi")


@allow(Peran.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def versi_ubah(request: HttpRequest, kode: str, tingkat: str, pk: int) -> HttpResponse:
    """One row of a draft: wording, targets and pagu of all years; ending, adding, taking out."""
    plan = _find(kode)
    if not plan.draf:
        messages.info(request, f"{plan.versi.capitalize()} sudah ditetapkan dan tidak diubah lagi.")
        return redirect("versi_detail", plan.kode)
    try:
        if request.method != "POST":
            return _edit_page(request, load_page(plan, tingkat, pk))
        return _edit(request, plan, tingkat, pk)
    except LookupError as error:
        raise Http404(str(error)) from None


def _edit(request: HttpRequest, plan: Renstra, tingkat: str, pk: int) -> HttpResponse:
    person: Any = request.user
    action, alasan = request.POST.get("aksi", "simpan"), request.POST.get("alasan", "")
    page = load_page(plan, tingkat, pk, request.POST.dict() if action == "simpan" else None)
    page.alasan = alasan
    here = reverse("versi_ubah", args=[plan.kode, tingkat, pk])
    try:
        if action == "simpan":
            changes = read_changes(page, request.POST.dict())
            if any(cell.galat for cell in page.cells()):
                return _edit_page(request, page, 400)
            changed = editing.change_row(
                person,
                plan,
                tingkat,
                pk,
                teks=request.POST.get("teks", ""),
                rows=changes,
                alasan=alasan,
                token=request.POST.get("token", ""),
                pintu=PINTU,
            )
            messages.success(request, "Tersimpan." if changed else "Tidak ada yang berubah.")
        elif action == "akhiri":
            tahun, indikator = (request.POST.get(name, "") for name in ("tahun", "indikator"))
            editing.end_row(
                person,
                plan,
                tingkat,
                pk,
                int(tahun) if tahun.isdecimal() else 0,
                alasan=alasan,
                pintu=PINTU,
                indikator=int(indikator) if indikator.isdecimal() else 0,
            )
            messages.success(request, f"Berakhir sejak {tahun}; angka tahun sebelumnya tetap.")
        elif action == "lanjutkan":
            editing.undo_end(person, plan, tingkat, pk, alasan=alasan, pintu=PINTU)
            messages.success(request, "Dilanjutkan lagi, dengan angka versi sebelumnya.")
        elif action == "keluarkan":
            editing.remove_added(person, plan, tingkat, pk, alasan=alasan, pintu=PINTU)
            messages.success(request, "Baris yang ditambahkan itu dihapus lagi.")
            here = reverse("versi_detail", args=[plan.kode])
        else:
            editing.add_indicator(
                person,
                plan,
                tingkat,
                pk,
                uraian=request.POST.get("uraian", ""),
                satuan=request.POST.get("satuan", ""),
                alasan=alasan,
                pintu=PINTU,
            )
            messages.success(request, "Indikator ditambahkan; isi target dan pagunya.")
    except PerubahanRefused as error:
        page.refuse(error.field if action == "simpan" else f"{action}-{error.field}", str(error))
        return _edit_page(request, page, 400)
    return redirect(here)


def _edit_page(request: HttpRequest, page: EditPage, status: int = 200) -> HttpResponse:
    return render(request, "plan/versi_ubah.html", {"h": page, "plan": page.renstra}, status=status)


@allow(Peran.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def versi_tambah(request: HttpRequest, kode: str) -> HttpResponse:
    """A new node below ``?induk=KODE`` (none: a program)."""
    plan = _find(kode)
    if not plan.draf:
        messages.info(request, f"{plan.versi.capitalize()} sudah ditetapkan dan tidak diubah lagi.")
        return redirect("versi_detail", plan.kode)
    induk = request.GET.get("induk", "")
    start = {"kode": f"{induk}." if induk else ""}
    form = SimpulBaruForm(request.POST or None, initial=start, perangkat_daerah=plan.perangkat_daerah_id)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        data = dict(form.cleaned_data)
        alasan = data.pop("alasan")
        try:
            level, node = editing.add_node(
                person, plan, editing.NewRow(induk=induk, **data), alasan=alasan, pintu=PINTU
            )
        except PerubahanRefused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{node.kode} ditambahkan; isi target dan pagunya.")
            return redirect("versi_ubah", plan.kode, level, node.pk)
    context = {"plan": plan, "induk": induk, "form": form}
    return render(request, "plan/versi_tambah.html", context, status=400 if form.errors else 200)


def _find(kode: str) -> Renstra:
    try:
        return find_version(kode)
    except VersionNotFound as error:
        raise Http404(str(error)) from None


def _sentences(plan: Renstra) -> list[tuple[str, str, Any]]:
    """Level, word and row of every sentence of the narrative."""
    return [
        (level, f"{str(model._meta.verbose_name).capitalize()} {row.nomor}", row)
        for level, model in editing.SENTENCES.items()
        for row in model._default_manager.filter(**{editing.PLAN_OF[level]: plan}).order_by("pk")
    ]

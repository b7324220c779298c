"""Merging two persons that proved to be one, and parting them again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import allow
from accounts.models import Hak
from pmks.actions import Ditolak
from pmks.daftar import similar
from pmks.forms import GabungForm, PisahForm
from pmks.models import Layanan, Orang, OrangKategori, Penggabungan
from pmks.penggabungan import merge, part
from pmks.tampilan import kk_samar, nik_samar, open_number
from pmks.views.umum import PINTU, find_orang, no_store, put_errors
from pmks.wewenang import cakupan

CALON = 10


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_gabung(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who is the same person, see both side by side, decide which data stays."""
    user: Any = request.user
    person = find_orang(request, pk)
    wanted = request.GET.get("dengan", "")
    other, galat = _other(request, pk, wanted)
    if other is None:
        context = {"orang": person, "calon": _candidates(user, person), "dengan": wanted[:20], "galat": galat}
        return render(request, "pmks/gabung_pilih.html", context, status=404 if galat else 200)
    pair = (person, other)
    form = GabungForm(request.POST or None, pilihan=[(row.pk, f"{row.nama} (no. {row.pk})") for row in pair])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            keeper = int(form.cleaned_data["utama"])
            merged = next(row.pk for row in pair if row.pk != keeper)
            try:
                merge(user, keeper, merged, form.cleaned_data["alasan"], pintu=PINTU)
            except Ditolak as error:
                put_errors(form, error.galat)
            else:
                messages.success(request, f"Digabung. Data no. {merged} tetap tersimpan dalam riwayat.")
                return redirect("pmks-orang-satu", keeper)
    context = {"orang": person, "lain": other, "form": form, "banding": _compare(user, pair)}
    return render(request, "pmks/gabung.html", context, status=status)


def _other(request: HttpRequest, pk: int, wanted: str) -> tuple[Orang | None, str]:
    """Who is meant by the number that was typed, or why it is nobody; both empty before one is typed."""
    if not wanted:
        return None, ""
    if not wanted.isdecimal() or len(wanted) > 18:
        return None, f"“{wanted[:20]}” bukan nomor orang; tulis angkanya saja."
    if int(wanted) == pk:
        return None, "Itu nomor orang yang sedang dibuka; tulis nomor orang lain."
    try:
        return find_orang(request, int(wanted)), ""
    except Http404 as error:
        return None, str(error)


def _candidates(user: Any, person: Orang) -> list[dict[str, Any]]:
    """People with the same name and birth date or village, then those of the household."""
    found = similar(user, person.nama, person.tanggal_lahir, person.desa)
    no_kk = open_number(person.kk_sandi, "kk")
    if no_kk:
        found += Orang.objects.for_user(user).with_kk(no_kk).select_related("desa").order_by("nama_cari", "pk")[:CALON]
    people = {row.pk: row for row in found if row.pk != person.pk}
    return [{"orang": row, "nik": nik_samar(row)} for row in list(people.values())[: 2 * CALON]]


def _compare(user: Any, pair: tuple[Orang, Orang]) -> list[tuple[str, list[str], bool]]:
    """Label, the two values, whether they differ."""
    scope = cakupan(user)
    ids = [row.pk for row in pair]
    links = OrangKategori.objects.filter(orang__in=ids, kategori__in=scope.kategori).order_by(
        "tahun", "kategori__nomor"
    )
    kinds: dict[int, list[str]] = {pk: [] for pk in ids}
    for orang, tahun, nomor in links.values_list("orang_id", "tahun", "kategori__nomor"):
        kinds[orang].append(f"{tahun}: {nomor}")
    services = dict.fromkeys(ids, 0)
    for orang in Layanan.objects.for_user(user).filter(orang__in=ids).order_by().values_list("orang_id", flat=True):
        services[orang] += 1
    rows = [
        ("Nama", [row.nama for row in pair]),
        ("NIK", [nik_samar(row) or "–" for row in pair]),
        ("No KK", [kk_samar(row) or "–" for row in pair]),
        ("Jenis kelamin", [row.get_jenis_kelamin_display() or "–" for row in pair]),
        ("Tanggal lahir", [f"{row.tanggal_lahir:%d-%m-%Y}" if row.tanggal_lahir else "–" for row in pair]),
        ("Desa", [f"{row.desa.nama}, {row.desa.induk}" for row in pair]),
        ("Alamat", [row.alamat or "–" for row in pair]),
        ("Status", [row.get_status_display() for row in pair]),
        ("Jenis tiap tahun", ["; ".join(kinds[row.pk]) or "–" for row in pair]),
        ("Layanan yang Anda lihat", [str(services[row.pk]) for row in pair]),
    ]
    return [(label, values, values[0] != values[1]) for label, values in rows]


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_pisah(request: HttpRequest, pk: int, gabungan: int) -> HttpResponse:
    """Undo a merge."""
    user: Any = request.user
    person = find_orang(request, pk)
    row = Penggabungan.objects.filter(pk=gabungan, utama=person, dibatalkan_pada=None).select_related("oleh").first()
    if row is None:
        raise Http404("Penggabungan ini tidak ada, atau sudah dibatalkan.")
    form = PisahForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            part(user, row.pk, form.cleaned_data["alasan"], pintu=PINTU)
        except Ditolak as error:
            put_errors(form, error.galat)
        else:
            messages.success(request, f"Dipisah kembali: no. {row.digabung_id} berdiri sendiri lagi.")
            return redirect("pmks-orang-satu", pk)
    context = {"orang": person, "gabungan": row, "form": form}
    return render(request, "pmks/pisah.html", context, status=422 if request.method == "POST" else 200)

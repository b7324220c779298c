"""``/indikator/KODE/terlayani/TAHUN/``: people served behind a component, typed and counted figure side by side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import allow_signed_in
from indicators.actions import may_write
from indicators.actions_rumus import Ditolak, compare_counts, counts_seen, pilih_angka
from indicators.indikator_page import find_indikator, sees
from indicators.models import Indikator, Komponen, NilaiBeku, NilaiKomponen, PilihanAngka
from indicators.row_record import YearOutsidePlan, find_row, owner_of
from indicators.views.plan import no_plan
from pmks import hitungan
from pmks.akses import Jenis, record_access
from pmks.penyamaran import Samar, mask_count
from pmks.views.umum import PINTU, no_store
from pmks.wewenang import MAY_SEE
from programs.models import Renstra
from renstra.formats import format_number

LAYANAN = 50


class PilihForm(forms.Form):
    """Which of the two figures counts, and why."""

    komponen = forms.CharField(max_length=60, widget=forms.HiddenInput)
    pakai = forms.ChoiceField(
        label="Angka yang dipakai",
        choices=PilihanAngka.Pakai.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih angka yang dipakai."},
    )
    alasan = forms.CharField(
        label="Alasan",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Tulis alasan memilih angka ini."},
    )


def _find(kode: str, tahun: int) -> Indikator:
    plan = Renstra.current_or_none()
    if plan is None or tahun not in plan.tahun:
        raise Http404("Tahun ini di luar Renstra yang berlaku.")
    try:
        return find_indikator(plan, kode)
    except Indikator.DoesNotExist:
        raise Http404(f"Indikator {kode[:40]} tidak ada.") from None


@allow_signed_in
@require_http_methods(["GET", "POST"])
@no_store
def indikator_terlayani(request: HttpRequest, kode: str, tahun: int) -> HttpResponse:
    """The kept count with its date, what counting again would give, the typed figure, and which of them is used."""
    if Renstra.current_or_none() is None:
        return no_plan(request, "Indikator")
    person: Any = request.user
    row = _find(kode, tahun)
    unit = owner_of(row)
    if not sees(person, unit):
        raise PermissionDenied("Realisasi unit lain tidak terlihat oleh akun ini.")
    writes = may_write(person, unit)
    form = PilihForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pilih_angka(
                person,
                row.pk,
                data["komponen"],
                tahun,
                PilihanAngka.Pakai(data["pakai"]),
                data["alasan"],
                pintu=PINTU,
            )
        except Ditolak as error:
            for name, message in error.galat.items():
                form.add_error(name if name in form.fields else None, message)
        except (YearOutsidePlan, Komponen.DoesNotExist) as error:
            form.add_error(None, str(error) or "Komponen ini tidak ada.")
        else:
            messages.success(request, "Pilihan angka tersimpan; realisasi mengikuti.")
            return redirect(request.path)
    compared = compare_counts(row, tahun)
    page = _number(request.GET.get("halaman", ""))
    only = request.GET.get("komponen", "")
    parts = [
        _part(person, part, found, tahun, terbuka=writes, halaman=page if part.kode == only else 1)
        for part, found in compared
    ]
    if not parts:
        raise Http404("Indikator ini tidak memakai hitungan dari data PMKS.")
    if request.method == "GET" and (shown := sum(len(part["layanan"]) for part in parts)):
        record_access(person, Jenis.DAFTAR, pintu=PINTU, jumlah=shown, rincian=f"layanan di balik {kode}, {tahun}")
    context = {
        "indikator": row,
        "tahun": tahun,
        "bagian": parts,
        "mengisi": writes,
        "form": form,
        "hitung": reverse("indikator-hitung", args=[kode, tahun]),
        "dilihat": counts_seen(compared),
        "terkunci": find_row(row.pk, tahun).locked,
    }
    return render(request, "indikator/terlayani.html", context, status=422 if request.method == "POST" else 200)


def _number(text: str) -> int:
    """Number of a page; 1 for whatever else is written there."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else 1


def _part(
    person: Any, part: Komponen, found: hitungan.Perbandingan, tahun: int, *, terbuka: bool, halaman: int
) -> dict[str, Any]:
    kept = found.tersimpan
    choices = list(part.pilihan.filter(tahun=tahun).select_related("oleh").order_by("-pk"))
    choice = choices[0] if choices else None
    typed = NilaiKomponen.objects.filter(komponen=part, tahun=tahun, triwulan=0).values_list("nilai", flat=True).first()
    services = hitungan.services(found.acuan, found.tahun).for_user(person) if MAY_SEE.admits(person) else None
    begin = (halaman - 1) * LAYANAN
    # One more than fits says whether there is another page, without counting them all.
    listed = (
        list(services.select_related("orang").order_by("-tanggal", "-pk")[begin : begin + LAYANAN + 1])
        if services is not None
        else []
    )
    frozen = NilaiBeku.objects.filter(indikator=part.indikator_id, tahun=tahun).select_related("dibekukan_oleh").first()
    gap = found.selisih if terbuka else None
    return {
        "komponen": part,
        "tahun": found.tahun,
        "pertanyaan": hitungan.parse(found.acuan).words(),
        "tersimpan": kept,
        "orang": mask_count(kept.orang, terbuka=terbuka) if kept else None,
        "kini": mask_count(found.kini.orang, terbuka=terbuka),
        "kini_layanan": mask_count(found.kini.layanan, terbuka=terbuka),
        "selisih": f"{gap:+d}".replace("-", "−") if gap else ("0" if gap == 0 else "–"),
        "diketik": typed,
        "berdua": bool(part.acuan_hitung),
        "pilihan": choice,
        "pakai": choice.pakai if choice else PilihanAngka.Pakai.DIKETIK.value,
        "pilihan_lama": choices[1:],
        "beku": frozen,
        "nilai_beku": _frozen_value(frozen, part.kode, terbuka=terbuka),
        "layanan": listed[:LAYANAN],
        "halaman": halaman,
        "sebelum": halaman - 1,
        "sesudah": halaman + 1 if len(listed) > LAYANAN else 0,
        "riwayat": list(hitungan.history(found.acuan, found.tahun)[:10]) if terbuka else [],
    }


def _frozen_value(beku: NilaiBeku | None, kode: str, *, terbuka: bool) -> str:
    """The value of a component that approval copied, as this reader may see it; empty where there is none."""
    kept = next((item for item in beku.komponen if item["kode"] == kode), None) if beku else None
    value = Decimal(kept["nilai"]) if kept and kept["nilai"] is not None else None
    if value is None:
        return ""
    hidden = mask_count(int(value), terbuka=terbuka) if value == int(value) else None
    return str(hidden) if isinstance(hidden, Samar) else format_number(value)

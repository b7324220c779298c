"""``/periode/``: when each year and quarter is open, and which units have longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import allow_signed_in, require
from accounts.models import Jejak, UnitKerja
from indicators.models import Perpanjangan
from indicators.papan import CLOSING_SOON
from indicators.periode import MAY_SCHEDULE, Jendela, PeriodeDitolak, grant, load_periode, set_periode
from indicators.triwulan import TRIWULAN, nama_periode
from indicators.views.plan import no_plan, plan_year
from indicators.views.verifikasi import read_triwulan
from programs.models import Renstra

PINTU = Jejak.Pintu.PERAMBAN
SHOWN_EXTENSIONS = 200


@dataclass(frozen=True, slots=True)
class SelPeriode:
    """A period in the table."""

    jendela: Jendela
    hari_ini: date

    @property
    def nama(self) -> str:
        """Year or quarter."""
        return nama_periode(self.jendela.tahun, self.jendela.triwulan)

    @property
    def keadaan(self) -> tuple[str, str]:
        """Shape and words."""
        opens, closes = self.jendela.buka, self.jendela.tutup
        if opens and self.hari_ini < opens:
            return "kosong", f"dibuka dalam {(opens - self.hari_ini).days} hari"
        if closes is None:
            return "sebagian", "terbuka"
        left = (closes - self.hari_ini).days
        if left < 0:
            return "terkunci", "ditutup"
        if left <= CLOSING_SOON:
            return "perhatian", f"ditutup dalam {left} hari" if left else "ditutup hari ini"
        return "sebagian", f"terbuka, {left} hari lagi"


class TanggalForm(forms.Form):
    """First and last day of entry."""

    buka = forms.DateField(
        label="Dibuka", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    tutup = forms.DateField(
        label="Hari terakhir", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PerpanjanganForm(forms.Form):
    """Longer for one unit."""

    unit = forms.ModelChoiceField(
        UnitKerja.objects.none(),
        label="Unit kerja",
        help_text="Berlaku juga bagi unit di bawahnya.",
        empty_label="Pilih unit",
        error_messages={"required": "Pilih unit yang diperpanjang.", "invalid_choice": "Unit itu tidak ada."},
    )
    sampai = forms.DateField(
        label="Sampai dengan",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Tulis hari terakhirnya."},
    )
    alasan = forms.CharField(
        label="Alasan",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Tulis alasan perpanjangan; alasan ini tersimpan dalam riwayat."},
    )


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def periode(request: HttpRequest) -> HttpResponse:
    """Table of all periods of the plan; a chosen one with its dates and extensions, which the Sekretariat sets."""
    plan = Renstra.current_or_none()
    if plan is None:
        return no_plan(request, "Periode")
    tahun = plan_year(plan, request.GET.get("tahun", ""))
    triwulan = read_triwulan(request.GET.get("triwulan", ""))
    dates: TanggalForm | None = None
    longer: PerpanjanganForm | None = None
    units = UnitKerja.objects.filter(perangkat_daerah=plan.perangkat_daerah_id)
    if request.method == "POST":
        require(request.user, MAY_SCHEDULE)
        if request.POST.get("aksi") == "perpanjang":
            longer = PerpanjanganForm(request.POST)
            longer.fields["unit"].queryset = units  # type: ignore[attr-defined]
            done = _extend(request, plan, tahun, triwulan, longer)
        else:
            dates = TanggalForm(request.POST)
            done = _schedule(request, plan, tahun, triwulan, dates)
        if done:
            query = urlencode({"tahun": tahun} | ({"triwulan": triwulan} if triwulan else {}))
            return redirect(f"{reverse('periode')}?{query}#atur")
    return _page(request, plan, tahun, triwulan, dates, longer, units)


def _schedule(request: HttpRequest, plan: Renstra, tahun: int, triwulan: int, form: TanggalForm) -> bool:
    person: Any = request.user
    if not form.is_valid():
        return False
    try:
        set_periode(person, plan, tahun, triwulan, **form.cleaned_data, pintu=PINTU)
    except PeriodeDitolak as error:
        for name, words in error.galat.items():
            form.add_error(name, words)
        return False
    messages.success(request, f"Tanggal pengisian {nama_periode(tahun, triwulan)} tersimpan.")
    return True


def _extend(request: HttpRequest, plan: Renstra, tahun: int, triwulan: int, form: PerpanjanganForm) -> bool:
    person: Any = request.user
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        grant(person, plan, tahun, triwulan, data["unit"], data["sampai"], data["alasan"], pintu=PINTU)
    except PeriodeDitolak as error:
        for name, words in error.galat.items():
            form.add_error(name, words)
        return False
    messages.success(request, f"Pengisian {nama_periode(tahun, triwulan)} untuk {data['unit']} diperpanjang.")
    return True


def _page(
    request: HttpRequest,
    plan: Renstra,
    tahun: int,
    triwulan: int,
    dates: TanggalForm | None,
    longer: PerpanjanganForm | None,
    units: Any,
) -> HttpResponse:
    person: Any = request.user
    today = timezone.localdate()
    windows = load_periode(plan.perangkat_daerah_id, plan.tahun)

    def cell(year: int, quarter: int) -> SelPeriode:
        return SelPeriode(windows.get((year, quarter), Jendela(year, quarter)), today)

    writes = MAY_SCHEDULE.admits(person)
    chosen = cell(tahun, triwulan)
    if longer is None:
        longer = PerpanjanganForm()
        longer.fields["unit"].queryset = units  # type: ignore[attr-defined]
    if dates is None:
        dates = TanggalForm(initial={"buka": chosen.jendela.buka, "tutup": chosen.jendela.tutup})
    extensions = (
        Perpanjangan.objects.filter(
            periode__perangkat_daerah=plan.perangkat_daerah_id, periode__tahun=tahun, periode__triwulan=triwulan
        )
        .select_related("unit", "oleh")
        .order_by("-pk")[:SHOWN_EXTENSIONS]
    )
    context = {
        "plan": plan,
        "tahun": tahun,
        "triwulan": triwulan,
        "tabel": [(year, [cell(year, quarter) for quarter in (0, *TRIWULAN)]) for year in plan.tahun],
        "dipilih": chosen,
        "mengatur": writes,
        "form_tanggal": dates if writes else None,
        "form_perpanjangan": longer if writes and chosen.jendela.tutup else None,
        "perpanjangan": list(extensions),
    }
    wrong = dates.errors or longer.errors
    return render(request, "verifikasi/periode.html", context, status=422 if wrong else 200)

"""``/pmks/tetapkan/TAHUN/``: counts by name become the published ones of a year, looked at first, then confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import allow
from accounts.models import Hak
from pmks.actions import Ditolak
from pmks.ikhtisar import Angka
from pmks.penetapan import BarisBeku, RencanaBeku, freeze_counts, plan_freeze
from pmks.penyamaran import Samar, Sel, mask_table
from pmks.views.umum import PINTU, no_store, put_errors, with_query
from pmks.wewenang import cakupan


class TetapkanForm(forms.Form):
    """A confirmation; ``sidik`` are the counts that were on the page."""

    yakin = forms.BooleanField(
        label="Sudah saya periksa: jumlah ini menjadi jumlah resmi tahun itu",
        error_messages={"required": "Centang dahulu bahwa jumlahnya sudah diperiksa."},
    )
    sidik = forms.CharField(max_length=64, widget=forms.HiddenInput)


@allow(Hak.SETUJUI)
@require_http_methods(["GET", "POST"])
@no_store
def tetapkan(request: HttpRequest, tahun: int) -> HttpResponse:
    """What would be written beside what stands and the difference; one button, with a confirmation."""
    user: Any = request.user
    plan = plan_freeze(tahun)
    form = TetapkanForm(request.POST or None, initial={"sidik": plan.sidik})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = freeze_counts(user, tahun, pintu=PINTU, sidik=form.cleaned_data["sidik"])
            except Ditolak as error:
                put_errors(form, error.galat)
                status = 409
                plan = plan_freeze(tahun)
                # Confirming again is a decision about what is on the page now.
                form.data = {"sidik": plan.sidik}
            else:
                words = f"{changed} jumlah berubah" if changed else "tidak ada yang berubah"
                messages.success(request, f"Jumlah PMKS {tahun} ditetapkan: {words}.")
                return redirect(with_query(reverse("pmks"), {"tahun": str(tahun)}))
    seen = cakupan(user).kategori
    kinds, colours = _masked(plan, seen)
    context = {
        "tahun": tahun,
        "rencana": plan,
        "jenis": kinds,
        "warna": colours,
        "tersamar": any(isinstance(value, Samar) for _, row in (*kinds, *colours) for value in (row.nama, row.terbit)),
        "form": form,
    }
    return render(request, "pmks/tetapkan.html", context, status=status)


def _masked(plan: RencanaBeku, seen: frozenset[int]) -> tuple[list[tuple[Any, Angka]], list[tuple[Any, Angka]]]:
    """Kinds and colours with their counts as this reader may see them."""
    terbuka = [row.apa.pk in seen for row in plan.jenis]
    (now,) = mask_table([[row.kini for row in plan.jenis]], terbuka)
    (then,) = mask_table([[row.tersimpan for row in plan.jenis]], terbuka)
    kinds: list[tuple[Any, Angka]] = [
        (row.apa, Angka(one, other)) for row, one, other in zip(plan.jenis, now, then, strict=True)
    ]
    colours = [
        (row.apa, Angka(_whole(row, row.kini, kinds, 0), _whole(row, row.tersimpan, kinds, 1))) for row in plan.warna
    ]
    return kinds, colours


def _whole(row: BarisBeku, count: int | None, kinds: Sequence[tuple[Any, Angka]], side: int) -> Sel:
    """The count of a colour; hidden where one of its kinds is, because it is their sum."""
    parts = [(angka.nama, angka.terbit)[side] for kind, angka in kinds if kind.kelompok_id == row.apa.pk]
    return Samar(kecil=False) if count and any(isinstance(part, Samar) for part in parts) else count

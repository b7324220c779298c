"""Choosing people on the list, for a service given to many of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import allow
from accounts.models import Hak
from pmks.layanan_banyak import PALING_BANYAK
from pmks.pilihan import choose, chosen, clear, numbers
from pmks.views.umum import no_store, with_query


@allow(Hak.UBAH_ORANG)
@require_POST
@no_store
def orang_pilih(request: HttpRequest) -> HttpResponse:
    """Take over what is ticked on a page of the list, and go on or back to the same page.

    A script sends each tick as it is made (``aksi=catat``) and gets the number of those chosen. Numbers of people whom
    the sender does not see do no harm: nothing is shown of them, and no service is recorded.
    """
    doing = request.POST.get("aksi", "")
    shown = numbers(request.POST.get("halaman", "").split())
    if doing == "kosongkan":
        clear(request.session)
    else:
        ticked = shown if doing == "semua" else numbers(request.POST.getlist("orang"))
        count, left = choose(request.session, shown, ticked)
        if left:
            messages.warning(
                request, f"Paling banyak {PALING_BANYAK} orang sekali; {left} orang terakhir tidak ikut terpilih."
            )
        if doing == "catat":
            return HttpResponse(str(count), content_type="text/plain")
        if doing == "lanjut" and chosen(request.session):
            return redirect("pmks-layanan-banyak")
        if doing == "lanjut":
            messages.warning(request, "Belum ada yang dipilih: centang orangnya dahulu.")
    kept = {name: str(text) for name, text in request.GET.items()}
    if kept.pop("orang", "") and len(shown) == 1:
        return redirect("pmks-orang-satu", shown[0])
    return redirect(with_query(reverse("pmks-orang"), kept))

"""Export of names: for a stated purpose, recorded before the first row leaves. Never as PDF."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import allow
from accounts.models import Hak
from pmks.akses import TujuanKosong, record_export
from pmks.daftar import URUTAN, people
from pmks.ekspor import BATAS, csv_lines, rows_of, write_xlsx
from pmks.filters import OrangFilter
from pmks.forms import EksporForm
from pmks.pencarian import recall
from pmks.views.orang import served_kinds
from pmks.views.umum import PINTU, no_store, with_query

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allow(Hak.EKSPOR_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_ekspor(request: HttpRequest) -> HttpResponseBase:
    """The people of the list as a file, with the filter and order of the address."""
    user: Any = request.user
    kinds = served_kinds(user)
    nama = recall(request.session, request.GET.get("cari", "")[:20]) or ""
    saring = OrangFilter(request.GET, kinds=kinds, nama=nama)
    saringan = saring.saringan
    form = EksporForm(request.POST or None)
    urut = request.GET.get("urut", "nama")
    found = people(user, saringan).order_by(*URUTAN.get(urut, URUTAN["nama"]))
    suffix = request.POST.get("format", "xlsx") if request.method == "POST" else "xlsx"
    limit = BATAS.get(suffix, BATAS["xlsx"])
    # Counted no further than it matters.
    jumlah = found.order_by()[: limit + 1].count()
    if request.method == "POST" and form.is_valid():
        if jumlah > limit:
            form.add_error(
                "format", f"Lebih dari {limit:,} orang".replace(",", ".") + "; persempit saringannya, atau pilih CSV."
            )
        elif not jumlah:
            form.add_error(None, "Tidak ada orang yang cocok dengan saringan ini.")
        else:
            try:
                return record_export(
                    user,
                    jumlah,
                    form.cleaned_data["tujuan"],
                    f"{suffix}: {saringan.rincian}",
                    pintu=PINTU,
                    write=lambda: _answer(suffix, found, kinds, saringan.tahun),
                )
            except TujuanKosong as error:
                form.add_error("tujuan", str(error))
    kept = saring.kept | ({"cari": request.GET["cari"]} if nama else {})
    context = {
        "form": form,
        "jumlah": jumlah,
        "lebih": jumlah > limit,
        "batas": limit,
        "batas_xlsx": BATAS["xlsx"],
        "batas_csv": BATAS["csv"],
        "rincian": saringan.rincian,
        "salah": saring.salah,
        "kembali": with_query(reverse("pmks-orang"), kept),
    }
    return render(request, "pmks/ekspor.html", context, status=422 if request.method == "POST" else 200)


def _answer(suffix: str, found: Any, kinds: Any, tahun: int | None) -> HttpResponseBase:
    name = f"orang-pmks-{timezone.localdate():%Y%m%d}.{suffix}"
    rows = rows_of(found, {kind.pk: kind.nomor for kind in kinds}, tahun)
    answer: HttpResponseBase
    if suffix == "csv":
        answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(write_xlsx(rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

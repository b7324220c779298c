"""The crosswalk of codes: what every node is called in the other nomenclatures."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow_signed_in
from accounts.models import Jejak
from indicators.versions.reading import read_version
from programs.crosswalk import (
    COLUMNS,
    MAX_BYTES,
    MAY_IMPORT,
    BerkasDitolak,
    Hasil,
    Padanan,
    crosswalk,
    export_rows,
    import_crosswalk,
)
from programs.models import Simpul

SHOWN_ERRORS = 50


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def padanan(request: HttpRequest) -> HttpResponse:
    """Every node with its canonical codes; an Administrator imports a list."""
    bacaan = read_version(request)
    if bacaan is None:
        return render(request, "plan/belum_ada.html", {"judul_halaman": "Padanan kode"})
    hasil: Hasil | None = None
    galat = ""
    if request.method == "POST":
        try:
            hasil = _import(request)
        except BerkasDitolak as error:
            galat = str(error)
        if hasil and not hasil.ditolak:
            ignored = f" Kolom {', '.join(hasil.diabaikan)} diabaikan." if hasil.diabaikan else ""
            messages.success(request, f"{hasil.dibaca} baris dibaca, {hasil.berubah} padanan berubah.{ignored}")
            return redirect("padanan")
    rows = crosswalk(bacaan.plan)
    context = {
        "plan": bacaan.plan,
        "bacaan": bacaan,
        "baris": [(row, [_cell(row, value) for value in Simpul.Nomenklatur.values]) for row in rows],
        "nomenklatur": [(value, str(label)) for value, label in Simpul.Nomenklatur.choices],
        "terpetakan": sum(row.terpetakan for row in rows),
        "boleh": MAY_IMPORT.admits(request.user),
        "kolom": COLUMNS,
        "galat": galat,
        "ditolak": hasil.ditolak[:SHOWN_ERRORS] if hasil else (),
        "ditolak_semua": len(hasil.ditolak) if hasil else 0,
    }
    return render(request, "plan/padanan.html", context, status=400 if galat or hasil else 200)


@allow_signed_in
@require_GET
def padanan_csv(request: HttpRequest) -> HttpResponse:
    """The crosswalk in the columns of the import, to be completed and brought back."""
    bacaan = read_version(request)
    if bacaan is None:
        raise Http404("Belum ada Renstra yang ditetapkan.")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="padanan-kode.csv"'
    answer.write("\ufeff")  # without the mark Excel takes UTF-8 for something else
    rows = ([_as_text(cell) for cell in row] for row in export_rows(bacaan.plan))
    csv.writer(answer, delimiter=";").writerows(rows)
    return answer


def _cell(row: Padanan, nomenklatur: str) -> tuple[str, str, bool]:
    """Code, remark, and whether it is the node's own nomenclature."""
    if row.nomenklatur == nomenklatur:
        return row.kode_kanonik, "", True
    found = dict(row.tujuan)[nomenklatur]
    return (found.kode_tujuan, found.keterangan or found.nama_tujuan, False) if found else ("", "", False)


def _as_text(text: str) -> str:
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def _import(request: HttpRequest) -> Hasil:
    person: Any = request.user
    file = request.FILES.get("berkas")
    if file is None:
        raise BerkasDitolak("Pilih berkas CSV atau XLSX dahulu.")
    if (file.size or 0) > MAX_BYTES:
        raise BerkasDitolak("Berkas lebih dari 2 MB; bagi menjadi beberapa berkas.")
    return import_crosswalk(person, file.name or "berkas", file.read(), pintu=Jejak.Pintu.BERKAS)

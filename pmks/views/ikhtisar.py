"""``/pmks/``: how many of each kind live where, by name and as published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import allow_signed_in
from pmks import rujukan
from pmks.filters import IkhtisarFilter
from pmks.ikhtisar import load, load_years
from pmks.models import Wilayah
from pmks.penetapan import MAY_FREEZE
from pmks.views.umum import with_query
from pmks.wewenang import MAY_CHANGE, MAY_SEE, cakupan


@allow_signed_in
@require_GET
def pmks(request: HttpRequest) -> HttpResponse:
    """Counts by kind, area and year; each row leads to the next level, the last one to the people."""
    person: Any = request.user
    ada = load_years()
    context: dict[str, Any] = {
        "boleh_catat": MAY_CHANGE.admits(person) and bool(cakupan(person)),
        "boleh_lihat": MAY_SEE.admits(person) and bool(cakupan(person)),
    }
    if ada.awal is None:
        return render(request, "pmks/belum_ada.html", context)
    kinds = rujukan.kinds()
    saring = IkhtisarFilter(request.GET, years=ada.semua, kinds=kinds, default=ada.awal)
    tahun = saring.tahun_dipilih
    kind = next((item for item in kinds if str(item.nomor) == saring.value("kategori")), None)
    data = load(person, ada, tahun, saring.wilayah or saring.kabupaten, saring.bagian, kind, kinds)
    base, kept = reverse("pmks"), saring.kept | {"tahun": str(tahun)}
    area = saring.wilayah
    seen = cakupan(person).kategori
    # The list of people speaks of years with names only.
    people = {name: text for name, text in kept.items() if name != "tahun" or tahun in ada.bernama}
    context |= {
        "saring": saring,
        "data": data,
        "tahun": tahun,
        "bernama": tahun in ada.bernama,
        "wilayah": area,
        "jenis_dipilih": kind,
        "jenis": [
            (row, with_query(base, kept | {"kategori": str(row.kategori.nomor)}), row.kategori == kind)
            for row in data.jenis
        ],
        "semua_jenis": with_query(base, {name: text for name, text in kept.items() if name != "kategori"}),
        "bagian": [(row, _below(base, kept, row.wilayah)) for row in data.bagian],
        "tahunan": [(row, with_query(base, kept | {"tahun": str(row.tahun)})) for row in data.tahunan],
        "naik": _above(base, kept, area, saring.kabupaten),
        "kabupaten": saring.kabupaten,
        "alamat": base,
        "ke_orang": with_query(reverse("pmks-orang"), people)
        if MAY_SEE.admits(person) and (kind.pk in seen if kind else seen)
        else "",
        "tetapkan": MAY_FREEZE.admits(person) and tahun in ada.bernama and area is None,
        "desa": area is not None and area.tingkat == Wilayah.Tingkat.DESA,
    }
    return render(request, "pmks/ikhtisar.html", context)


def _below(base: str, kept: dict[str, str], area: Wilayah) -> str:
    name = "desa" if area.tingkat == Wilayah.Tingkat.DESA else "kecamatan"
    return with_query(base, kept | {name: area.kode})


def _above(base: str, kept: dict[str, str], area: Wilayah | None, kabupaten: Wilayah | None) -> list[tuple[str, str]]:
    """Names and addresses of the areas around this one, the largest first."""
    if area is None:
        return []
    rest = {name: text for name, text in kept.items() if name not in {"kecamatan", "desa"}}
    found = [(str(kabupaten or ""), with_query(base, rest))]
    if area.tingkat == Wilayah.Tingkat.DESA and area.induk:
        found.append((f"Kecamatan {area.induk.nama}", with_query(base, rest | {"kecamatan": area.induk.kode})))
    return found

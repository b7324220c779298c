"""What every page needs: the navigation of the person who signed in and the name of the office."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import SimpleLazyObject

from accounts.access import access_of

# Name of the address and the word in the menu; a name that does not exist yet is left out.
ENTRIES = (
    ("beranda", "Beranda"),
    ("renstra", "Rencana"),
    ("realisasi-awal", "Realisasi"),
    ("verifikasi", "Verifikasi"),
    ("periode", "Periode"),
    ("indikator-daftar", "Indikator"),
    ("pmks", "PMKS"),
    ("laporan", "Laporan"),
    ("analisis-awal", "Analisis"),
    ("temuan", "Temuan"),
    ("admin:index", "Admin"),
)


# Part of the users' guide that speaks about a page, by the name of its address.
PANDUAN = {
    "beranda": "melihat-semua-unit",
    "realisasi": "mengisi-realisasi",
    "kenapa": "kenapa-angka-ini",
    "beranda-kenapa": "kenapa-angka-ini",
    "laporan": "laporan",
    "laporan_detail": "laporan",
    "laporan_kenapa": "kenapa-angka-ini",
    "analisis": "menulis-lkip",
    "temuan": "temuan",
    "temuan-satu": "temuan",
    "indikator-daftar": "indikator-dengan-rumus",
    "indikator": "indikator-dengan-rumus",
    "versi": "perubahan-renstra",
    "versi_detail": "perubahan-renstra",
    "padanan": "perubahan-renstra",
    "pmks": "data-pmks",
    "pmks-orang": "mencari-dan-mencatat-orang",
    "pmks-orang-satu": "mencari-dan-mencatat-orang",
    "pmks-layanan-banyak": "satu-layanan-untuk-banyak-orang",
    "pmks-tetapkan": "menetapkan-jumlah-setahun-pimpinan",
    "pmks-impor": "impor-berkas",
    "pmks-dugaan": "dugaan",
    "sandi": "masuk",
}


def guide(request: HttpRequest) -> dict[str, Any]:
    """``panduan``: address of the guide, at the part about this page."""
    match = request.resolver_match
    part = PANDUAN.get(match.url_name or "", "") if match else ""
    return {"panduan": f"{reverse('panduan')}{f'#{part}' if part else ''}"}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """``menu``: entries this person may open, with ``url``, ``teks``, ``aktif``; ``kantor``: name of the office.

    Lazy: an htmx fragment, which prints neither, costs no query for them.
    """
    return {"menu": SimpleLazyObject(partial(_menu, request)), "kantor": SimpleLazyObject(partial(_office, request))}


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    entries = []
    for name, text in ENTRIES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        # The view itself says who may: the menu cannot promise what the page refuses.
        access = access_of(resolve(url).func)
        admitted = admin.site.has_permission(request) if name.startswith("admin:") else access and access.admits(user)
        if admitted:
            here = request.path == url if url == "/" else request.path.startswith(url)
            entries.append({"url": url, "teks": text, "aktif": here})
    return entries


def _office(request: HttpRequest) -> str:
    unit = getattr(getattr(request, "user", None), "unit", None)
    return f"{unit.perangkat_daerah.nama} {unit.perangkat_daerah.pemerintah_daerah}" if unit else ""

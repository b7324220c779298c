"""``/pmks/dugaan/``: where data of people contradict themselves, and what was decided about it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow, require
from accounts.models import Hak
from pmks.actions import Ditolak
from pmks.akses import Jenis, record_access
from pmks.aturan_dugaan import ATURAN
from pmks.dugaan import DugaanTercatat, Keadaan, Terlihat, decide, fact, find, recorded, visible
from pmks.dugaan_tersimpan import request as request_look
from pmks.filters import years_by_name
from pmks.forms import without_number
from pmks.models import KeputusanDugaan, PemeriksaanDugaan, Wilayah
from pmks.rujukan import areas
from pmks.tampilan import nik_samar
from pmks.views.umum import PINTU, no_store, put_errors, with_query
from pmks.wewenang import MAY_CHANGE, cakupan

PER_PAGE = 50
SEMUA = "semua"
Keputusan = KeputusanDugaan.Keputusan
_PERBUATAN = {
    Keputusan.BERBEDA: "Bukan kesalahan: datanya memang begitu",
    Keputusan.DIPERBAIKI: "Sudah diperbaiki pada data orangnya",
}


class KeputusanForm(forms.Form):
    """A decision with its reason; ``sidik`` are the facts that were on the page."""

    keputusan = forms.ChoiceField(
        label="Keputusan", widget=forms.RadioSelect, error_messages={"required": "Pilih keputusannya."}
    )
    catatan = forms.CharField(
        label="Alasan",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Misalnya: saudara kembar, NIK keduanya sudah dicocokkan dengan KTP.",
        error_messages={"required": "Tulis alasan keputusan ini."},
        validators=[without_number],
    )
    sidik = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: DugaanTercatat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["sidik"] = entry.dugaan.sidik
        field = self.fields["keputusan"]
        assert isinstance(field, forms.ChoiceField)
        if entry.keadaan == Keadaan.SELESAI:
            field.choices = [(Keputusan.DIBUKA.value, "Buka lagi")]
            field.widget = forms.HiddenInput()
            field.initial = Keputusan.DIBUKA.value
        else:
            field.choices = [(kind.value, text) for kind, text in _PERBUATAN.items()]


def _asked_year(request: HttpRequest) -> int | None:
    text = request.GET.get("tahun", "")
    return int(text) if text in map(str, years_by_name()) else None


@allow(Hak.LIHAT_ORANG)
@require_GET
@no_store
def dugaan(request: HttpRequest) -> HttpResponse:
    """Suspicions by rule and kecamatan: the open ones of the newest year with any, unless others are asked for."""
    user: Any = request.user
    asked = _asked_year(request)
    seen = visible(user, asked)
    year = asked or max((item.tahun for item in seen.hitungan), default=years_by_name()[0])
    rule = request.GET.get("aturan", "")
    rule = rule if rule in ATURAN else ""
    state = request.GET.get("keadaan", "")
    state = state if state in (Keadaan.SELESAI, SEMUA) else Keadaan.TERBUKA.value
    districts = [area for area in areas() if area.tingkat == Wilayah.Tingkat.KECAMATAN]
    district = next((area for area in districts if area.kode == request.GET.get("kecamatan")), None)
    here = [
        item
        for item in seen.hitungan
        if item.tahun == year and state in (SEMUA, item.keadaan) and (district is None or item.kecamatan == district.pk)
    ]
    counts: Counter[str] = Counter()
    for item in here:
        counts[item.aturan] += item.jumlah
    total = counts[rule] if rule else counts.total()
    page = _page(request, seen, total, tahun=year, aturan=rule, keadaan=state, kecamatan=district)
    entries = recorded(user, page)
    shown = {person.pk for item in entries for person in item.orang}
    if shown:
        record_access(user, Jenis.DAFTAR, pintu=PINTU, jumlah=len(shown), rincian=f"dugaan, tahun {year}")
    base = reverse("pmks-dugaan")
    kept = {"tahun": str(year)} | ({"keadaan": state} if state != Keadaan.TERBUKA else {})
    kept |= {"kecamatan": district.kode} if district else {}
    full = kept | ({"aturan": rule} if rule else {})
    context = {
        "dilayani": bool(cakupan(user)),
        "tahun": year,
        "baris": [
            (item, ATURAN[item.dugaan.aturan].judul, address(item, year), fact(item.dugaan.fakta)) for item in entries
        ],
        "halaman": page,
        "jumlah": total,
        "keadaan": state,
        "aturan_dipilih": ATURAN.get(rule),
        "aturan": [
            (item, counts[name], with_query(base, kept | {"aturan": name}), name == rule)
            for name, item in ATURAN.items()
        ],
        "kecamatan": [(area, area == district) for area in districts],
        "disaring": {name: value for name, value in full.items() if name != "kecamatan"},
        "pemeriksaan": PemeriksaanDugaan.objects.filter(tahun=year).first(),
        "boleh_catat": MAY_CHANGE.admits(user),
        "semua_aturan": with_query(base, kept),
        "pilihan_tahun": [
            (item, with_query(base, full | {"tahun": str(item)}), item == year) for item in years_by_name()
        ],
        "pilihan_keadaan": [
            (text, with_query(base, {n: v for n, v in full.items() if n != "keadaan"} | query), text == state)
            for text, query in (
                (Keadaan.TERBUKA.value, {}),
                (Keadaan.SELESAI.value, {"keadaan": Keadaan.SELESAI.value}),
                (SEMUA, {"keadaan": SEMUA}),
            )
        ],
        "sebelum": with_query(base, full | {"page": str(page.previous_page_number())}) if page.has_previous() else "",
        "sesudah": with_query(base, full | {"page": str(page.next_page_number())}) if page.has_next() else "",
    }
    return render(request, "pmks/dugaan.html", context)


def _page(
    request: HttpRequest, seen: Terlihat, jumlah: int, *, tahun: int, aturan: str, keadaan: str, kecamatan: Any
) -> Page:
    """One page of rows; how many there are is known from the counts."""
    rows = seen.rows().filter(tahun=tahun)
    if aturan:
        rows = rows.filter(aturan=aturan)
    if keadaan != SEMUA:
        rows = rows.filter(keadaan=keadaan)
    if kecamatan is not None:
        rows = rows.filter(kecamatan=kecamatan)
    pages = Paginator(rows.order_by("tahun", "aturan", "orang_id", "pk"), PER_PAGE)
    pages.__dict__["count"] = jumlah
    return pages.get_page(request.GET.get("page"))


@allow(Hak.UBAH_ORANG)
@require_POST
def dugaan_periksa(request: HttpRequest) -> HttpResponse:
    """Ask the queue to look through everybody again; a second wish while one waits is the same."""
    user: Any = request.user
    year = _asked_year(request) or years_by_name()[0]
    if cakupan(user) and not PemeriksaanDugaan.objects.filter(tahun=year, diminta_pada__isnull=False).exists():
        request_look(year)
    messages.info(request, "Pemeriksaan ulang masuk antrean; hasilnya tampil di sini begitu selesai.")
    return redirect(with_query(reverse("pmks-dugaan"), {"tahun": str(year)}))


def address(item: DugaanTercatat, tahun: int) -> str:
    """The page of one suspicion."""
    return reverse("pmks-dugaan-satu", args=[tahun, item.dugaan.aturan, item.dugaan.kunci])


@allow(Hak.LIHAT_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def dugaan_satu(request: HttpRequest, tahun: int, aturan: str, kunci: str) -> HttpResponse:
    """One suspicion with the people, what was decided, and the form for those who may decide."""
    user: Any = request.user
    if request.method == "POST":
        require(user, MAY_CHANGE)
    entry = find(user, tahun, aturan, kunci)
    if entry is None:
        raise Http404("Dugaan ini tidak ada, datanya sudah diperbaiki, atau bukan jenis yang dilayani unit Anda.")
    form = KeputusanForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            decide(user, entry.dugaan, Keputusan(data["keputusan"]), data["catatan"], sidik=data["sidik"])
        except Ditolak as error:
            put_errors(form, error.galat)
        else:
            messages.success(request, "Keputusan tercatat.")
            return redirect(with_query(reverse("pmks-dugaan"), {"tahun": str(tahun), "aturan": aturan}))
    if request.method == "GET":
        for person in entry.orang:
            record_access(user, Jenis.ORANG, pintu=PINTU, orang=person, rincian=f"dugaan {aturan}")
    one, *rest = entry.orang
    context = {
        "d": entry,
        "aturan": ATURAN[aturan],
        "fakta": fact(entry.dugaan.fakta),
        "tahun": tahun,
        "orang": [{"orang": person, "nik": nik_samar(person)} for person in entry.orang],
        "gabung": with_query(reverse("pmks-orang-gabung", args=[one.pk]), {"dengan": str(rest[0].pk)}) if rest else "",
        "riwayat": KeputusanDugaan.objects.filter(aturan=aturan, kunci=kunci).select_related("oleh"),
        "selesai": entry.keadaan == Keadaan.SELESAI,
        "form": form if MAY_CHANGE.admits(user) else None,
        "boleh_catat": MAY_CHANGE.admits(user),
    }
    return render(request, "pmks/dugaan_satu.html", context, status=422 if request.method == "POST" else 200)

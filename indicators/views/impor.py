"""``/pmks/impor/``: files of people and of services, from upload to the rows that were refused.

It stands here because the codes of sub kegiatan come from the plan; the work is done by ``pmks/impor``.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow
from accounts.models import Hak
from indicators.kode_layanan import known_codes
from pmks import kripto
from pmks.akses import Jenis, record_access
from pmks.filters import years_by_name
from pmks.impor.berkas import BerkasDitolak
from pmks.impor.halaman import begin, cancel, job_of, jobs, look, progress, refused_file, resume, upload
from pmks.impor.kolom import KOLOM
from pmks.impor.pekerjaan import Hasil, ImporDitolak, Pratinjau
from pmks.models import PekerjaanImpor
from pmks.views.umum import PINTU, no_store

TERAKHIR = 20
CONTOH = 100
_NUMBER = re.compile(r"[ .'-]*(?:[0-9][ .'-]*){16}")
Status = PekerjaanImpor.Status


class UnggahForm(forms.Form):
    """Which file, of what, for which year."""

    jenis = forms.ChoiceField(
        label="Isi berkas",
        choices=[("pmks", "Orang dan jenis PMKS-nya"), ("layanan", "Layanan kepada orang yang sudah tercatat")],
        widget=forms.RadioSelect,
        initial="pmks",
        error_messages={"required": "Pilih isi berkasnya."},
    )
    tahun = forms.TypedChoiceField(label="Tahun data", coerce=int)
    berkas = forms.FileField(
        label="Berkas CSV atau XLSX",
        help_text="Judul kolom di baris pertama. NIK dan No KK sebagai teks, bukan angka.",
        error_messages={"required": "Pilih berkasnya.", "empty": "Berkas ini kosong."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = self.fields["tahun"]
        assert isinstance(years, forms.ChoiceField)
        years.choices = [(year, str(year)) for year in years_by_name()]


def _job(request: HttpRequest, pk: int) -> PekerjaanImpor:
    user: Any = request.user
    try:
        return job_of(user, pk)
    except PekerjaanImpor.DoesNotExist:
        raise Http404("Impor ini tidak ada, atau milik unit lain.") from None


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def impor(request: HttpRequest) -> HttpResponse:
    """Upload a file, and the imports of the own unit."""
    user: Any = request.user
    listed = list(jobs(user)[:TERAKHIR])
    form = UnggahForm(request.POST or None, request.FILES or None, initial={"tahun": years_by_name()[0]})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            kripto.keys()
            job = upload(user, data["jenis"], data["tahun"], data["berkas"])
        except (BerkasDitolak, kripto.KunciError) as error:
            form.add_error("berkas", str(error))
        else:
            return redirect("pmks-impor-satu", job.pk)
    context = {
        "form": form,
        "daftar": listed,
        "kolom": [(label, KOLOM[jenis]) for jenis, label in (("pmks", "Orang"), ("layanan", "Layanan"))],
    }
    return render(request, "pmks/impor.html", context, status=422 if request.method == "POST" else 200)


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def impor_satu(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: match its columns and look at the first rows; once it has begun, how far it is."""
    user: Any = request.user
    job = _job(request, pk)
    if job.status != Status.DISIAPKAN:
        return render(request, "pmks/impor_jalan.html", _progress(user, job))
    chosen = None
    if request.method == "POST":
        chosen = dict(zip(request.POST.getlist("judul"), request.POST.getlist("kolom"), strict=False))
    context: dict[str, Any] = {"job": job}
    try:
        found = look(user, pk, known_codes(), chosen)
        if "mulai" in request.POST and not found.galat:
            begin(user, pk, found.pemetaan)
            return redirect("pmks-impor-satu", pk)
    except (BerkasDitolak, ImporDitolak, kripto.KunciError) as error:
        return render(request, "pmks/impor_kolom.html", context | {"galat": str(error)}, status=422)
    context |= {
        "lihat": found,
        "galat": found.galat,
        "pemetaan": [(text, found.pemetaan.get(text, "")) for text in found.judul],
        "pilihan": KOLOM[job.jenis],
        "baris": _shown(found),
        **_problems(found.hasil),
    }
    return render(request, "pmks/impor_kolom.html", context)


def _problems(hasil: Hasil | None) -> dict[str, Any]:
    """Causes with their counts, and some of the rows."""
    if hasil is None:
        return {"sebab": [], "masalah": []}
    return {"sebab": hasil.menurut_sebab, "masalah": hasil.contoh[:CONTOH]}


def _shown(found: Pratinjau) -> list[list[str]]:
    """The first rows with numbers masked: whoever checks columns needs no NIK in full."""
    numbers = {at for at, text in enumerate(found.judul) if found.pemetaan.get(text) in {"nik", "no_kk"}}
    return [
        [
            kripto.mask(cell) if at in numbers or _NUMBER.fullmatch(cell) else cell
            for at, cell in enumerate(row[: len(found.judul)])
        ]
        for row in found.baris
    ]


def _progress(user: Any, job: PekerjaanImpor) -> dict[str, Any]:
    state = progress(user, job.pk)
    works = state["status"] in {Status.MENUNGGU, Status.BERJALAN} and not state["terputus"]
    return {
        "job": job,
        "k": state,
        "bekerja": works,
        "dapat_batal": works,
        "dapat_lanjut": state["terputus"] or state["status"] in {Status.DIBATALKAN, Status.GAGAL},
        **_problems(Hasil.of(job)),
    }


@allow(Hak.UBAH_ORANG)
@require_GET
@no_store
def impor_kemajuan(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is, asked again and again by the page."""
    user: Any = request.user
    return render(request, "pmks/impor_kemajuan.html", _progress(user, _job(request, pk)))


@allow(Hak.UBAH_ORANG)
@require_POST
def impor_batal(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import; rows already stored stay."""
    user: Any = request.user
    _job(request, pk)
    cancel(user, pk)
    messages.info(request, "Impor dihentikan; baris yang sudah masuk tetap tersimpan.")
    return redirect("pmks-impor-satu", pk)


@allow(Hak.UBAH_ORANG)
@require_POST
def impor_lanjut(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on behind the last stored row."""
    user: Any = request.user
    _job(request, pk)
    try:
        resume(user, pk)
    except ImporDitolak as error:
        messages.error(request, str(error))
    return redirect("pmks-impor-satu", pk)


@allow(Hak.UBAH_ORANG)
@require_GET
@no_store
def impor_ditolak(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows with their reasons, to be mended and imported again."""
    user: Any = request.user
    job = _job(request, pk)
    try:
        file = refused_file(user, pk)
    except ImporDitolak as error:
        raise Http404(str(error)) from None
    except kripto.KunciError as error:
        messages.error(request, str(error))
        return redirect("pmks-impor-satu", pk)
    record_access(
        user,
        Jenis.EKSPOR,
        pintu=PINTU,
        jumlah=job.ditolak,
        rincian=f"baris ditolak impor {pk}",
        tujuan="memperbaiki baris yang ditolak",
    )
    return FileResponse(file, as_attachment=True, filename=f"ditolak-{pk}.csv", content_type="text/csv")

"""Pages where the Sekretariat writes the analysis beside the figures it speaks about."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow
from accounts.models import Hak
from indicators.capaian import compute_serapan, predikat
from indicators.entry import write_kinerja
from indicators.models import Realisasi
from programs.models import Renstra
from renstra.formats import format_number, format_persen
from reports.actions import MAY_WRITE, Saved, add_standar, delete_standar, save_tulisan
from reports.builders.lkip import IndikatorLkip, load_indicators, load_money
from reports.forms import ANALISIS, CATATAN, AnalisisForm, CatatanForm, StandarForm
from reports.models import Analisis, CatatanEvaluasi, Standar, Tulisan
from reports.report import Params

TULIS_BENTROK = 409


@dataclass
class Bagian:
    """An indicator of the page: its figures, its texts, its standards."""

    item: IndikatorLkip
    tahun: int
    serapan: Decimal | None
    tulisan: Analisis
    form: AnalisisForm
    standar: list[Standar]
    dari_unit: list[tuple[str, str]] = field(default_factory=list)
    form_standar: StandarForm | None = None

    @property
    def target(self) -> str:
        """Target of the year."""
        return format_number(self.item.target.get(self.tahun))

    @property
    def realisasi(self) -> str:
        """Realisasi of the year with its state."""
        found = self.item.at(self.tahun)
        return write_kinerja(found.keadaan, found.kinerja) or "belum diisi"

    @property
    def capaian(self) -> str:
        """Capaian of the year, empty when unknown."""
        value = self.item.capaian(self.tahun)
        return "" if value is None else format_persen(value)

    @property
    def predikat(self) -> str:
        """Its word."""
        word = predikat(self.item.capaian(self.tahun))
        return word.value if word else ""

    @property
    def teks_serapan(self) -> str:
        """Absorption of the money behind it."""
        return format_persen(self.serapan)


def _plan(tahun: int) -> Renstra:
    try:
        renstra = Renstra.current()
    except Renstra.DoesNotExist as error:
        raise Http404(str(error)) from None
    if tahun not in renstra.tahun:
        raise Http404(f"Tahun {tahun} di luar Renstra; yang ada {renstra.tahun_awal} sampai {renstra.tahun_akhir}.")
    return renstra


@allow(Hak.BACA_SEMUA)
@require_GET
def analisis_awal(request: HttpRequest) -> HttpResponse:
    """To the year that is written about: the last one that is over, within the plan."""
    try:
        renstra = Renstra.current()
    except Renstra.DoesNotExist:
        return render(request, "plan/belum_ada.html", {"judul_halaman": "Analisis"})
    year = min(max(timezone.localdate().year - 1, renstra.tahun_awal), renstra.tahun_akhir)
    return redirect("analisis", year)


@allow(Hak.BACA_SEMUA)
@require_GET
def analisis(request: HttpRequest, tahun: int) -> HttpResponse:
    """All indicators of the LKIP with their figures, and room to write; the close of E.80 at the end."""
    return _page(request, _plan(tahun), tahun)


def _page(
    request: HttpRequest, renstra: Renstra, tahun: int, *, standar: tuple[int, StandarForm] | None = None
) -> HttpResponse:
    parts = _parts(renstra, tahun)
    for part in parts:
        part.form_standar = standar[1] if standar and standar[0] == part.item.kunci else StandarForm()
    closing = CatatanEvaluasi.objects.filter(renstra=renstra, tahun=tahun, triwulan=0).first()
    context = {
        "plan": renstra,
        "tahun": tahun,
        "tahun_plan": renstra.tahun,
        "bagian": parts,
        "belum": sum(1 for part in parts if not part.tulisan.sebab),
        "catatan": closing,
        "form_catatan": CatatanForm(instance=closing, initial={"versi": closing.versi if closing else 0}),
        "menulis": MAY_WRITE.admits(request.user),
    }
    return render(request, "reports/analisis.html", context, status=400 if standar else 200)


def _parts(renstra: Renstra, tahun: int) -> list[Bagian]:
    params = Params(renstra, tahun)
    found = load_indicators(params)
    money = load_money(params)
    keys = [item.kunci for item in found]
    texts = {
        text.indikator_id: text
        for text in Analisis.objects.filter(indikator__in=keys, tahun=tahun).select_related("diubah_oleh")
    }
    standards: dict[int, list[Standar]] = {}
    for row in Standar.objects.filter(indikator__in=keys, tahun=tahun).order_by("tingkat", "nama"):
        standards.setdefault(row.indikator_id, []).append(row)
    words = {
        row.indikator_id: [
            (label, text)
            for label, text in (
                ("Faktor pendorong", row.faktor_pendorong),
                ("Faktor penghambat", row.faktor_penghambat),
                ("Tindak lanjut", row.tindak_lanjut),
            )
            if text
        ]
        for row in Realisasi.objects.filter(indikator__in=keys, tahun=tahun, triwulan=0)
    }
    parts = []
    for item in found:
        text = texts.get(item.kunci) or Analisis(indikator_id=item.kunci, tahun=tahun, versi=0)
        form = AnalisisForm(instance=text, initial={"versi": text.versi}, auto_id=f"a{item.kunci}-%s")
        parts.append(
            Bagian(
                item=item,
                tahun=tahun,
                serapan=compute_serapan(*money.of(item)),
                tulisan=text,
                form=form,
                standar=standards.get(item.kunci, []),
                dari_unit=words.get(item.kunci, []),
            )
        )
    return parts


def _indicator(renstra: Renstra, tahun: int, kunci: int) -> IndikatorLkip:
    found = next((item for item in load_indicators(Params(renstra, tahun)) if item.kunci == kunci), None)
    if found is None:
        raise Http404("Indikator ini bukan indikator LKIP.")
    return found


@allow(Hak.TULIS_ANALISIS)
@require_POST
def analisis_simpan(request: HttpRequest, tahun: int, kunci: int) -> HttpResponse:
    """Save the texts of one indicator; answers htmx with the state, a plain form with the page."""
    renstra = _plan(tahun)
    _indicator(renstra, tahun, kunci)
    form = AnalisisForm(request.POST)
    return _save(request, tahun, f"a{kunci}", Analisis, {"indikator_id": kunci, "tahun": tahun}, form, ANALISIS)


@allow(Hak.TULIS_ANALISIS)
@require_POST
def catatan_simpan(request: HttpRequest, tahun: int) -> HttpResponse:
    """Save the close of the evaluation of a year."""
    renstra = _plan(tahun)
    form = CatatanForm(request.POST)
    key = {"renstra": renstra, "tahun": tahun, "triwulan": 0}
    return _save(request, tahun, "catatan", CatatanEvaluasi, key, form, CATATAN)


def _save(
    request: HttpRequest,
    tahun: int,
    tempat: str,
    model: type[Tulisan],
    kunci: dict[str, Any],
    form: AnalisisForm | CatatanForm,
    names: tuple[str, ...],
) -> HttpResponse:
    form.is_valid()
    texts = {name: request.POST.get(name, "") for name in names}
    problem = ""
    saved = Saved(None)
    try:
        versi = int(form.cleaned_data.get("versi") or 0)
        saved = save_tulisan(request.user, model, kunci, texts, versi=versi)  # type: ignore[arg-type]
    except ValidationError as error:
        problem = " ".join(message for messages_ in error.message_dict.values() for message in messages_)
    theirs = (
        [
            (str(form.fields[name].label), getattr(saved.tulisan, name))
            for name in names
            if getattr(saved.tulisan, name) != texts[name].replace("\r\n", "\n").strip()
        ]
        if saved.bentrok
        else []
    )
    if request.htmx:  # type: ignore[attr-defined]
        context = {"tempat": tempat, "hasil": saved, "mereka": theirs, "galat": problem, "tahun": tahun}
        status = 422 if problem else TULIS_BENTROK if saved.bentrok else 200
        return render(request, "reports/analisis_jawaban.html", context, status=status)
    if problem:
        messages.error(request, problem)
    elif saved.bentrok:
        # Without a script the page cannot hold two texts: theirs stands, mine comes back to be copied.
        messages.error(
            request,
            f"Belum tersimpan: {saved.tulisan.diubah_oleh} mengubahnya lebih dahulu. Tulisan Anda: "
            + " | ".join(text for text in texts.values() if text),
        )
    else:
        messages.success(request, "Tulisan tersimpan.")
    return redirect(f"{reverse('analisis', args=[tahun])}#{tempat}")


@allow(Hak.TULIS_ANALISIS)
@require_POST
def standar_tambah(request: HttpRequest, tahun: int, kunci: int) -> HttpResponse:
    """Add a standard; a mistake comes back at its field with everything that was typed."""
    renstra = _plan(tahun)
    item = _indicator(renstra, tahun, kunci)
    form = StandarForm(request.POST)
    if form.is_valid():
        try:
            add_standar(request.user, _model(item), tahun, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"Standar untuk {item.uraian} ditambahkan.")
            return redirect(f"{reverse('analisis', args=[tahun])}#a{kunci}")
    return _page(request, renstra, tahun, standar=(kunci, form))


def _model(item: IndikatorLkip) -> Any:
    from indicators.models import Indikator

    return Indikator.objects.get(pk=item.kunci)


@allow(Hak.TULIS_ANALISIS)
@require_POST
def standar_hapus(request: HttpRequest, tahun: int, standar: int) -> HttpResponse:
    """Remove a standard."""
    row = get_object_or_404(Standar, pk=standar, tahun=tahun)
    kunci = row.indikator_id
    delete_standar(request.user, row)  # type: ignore[arg-type]
    messages.success(request, "Standar dihapus.")
    return redirect(f"{reverse('analisis', args=[tahun])}#a{kunci}")

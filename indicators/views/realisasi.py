"""The entry page ``/realisasi/TAHUN/`` and the addresses its rows and cells are saved at."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow_signed_in
from accounts.models import Jejak, UnitKerja
from indicators.actions import FINE, MAY_ENTER, Outcome, SaveResult, may_write, save_realisasi
from indicators.alur import HasilLangkah, ambil_langkah
from indicators.entry import merge, write_row
from indicators.entry_cells import SUMBER, BadRequest, Ketikan, read_request, save_cells
from indicators.entry_line import Line
from indicators.entry_sheet import Sheet, load_sheet, scope_and_family
from indicators.entry_view import STATUS as STATUS_CHOICES
from indicators.entry_view import TINGKAT, NoSuchView, Pandangan
from indicators.forms import RowForm
from indicators.models import Indikator, Langkah, Realisasi
from indicators.periode import Jendela, load_jendela
from indicators.row_record import RowRecord, YearOutsidePlan, find_row
from programs.models import Renstra
from renstra.formats import format_tanggal

STATUS = {
    Outcome.SAVED: 200,
    Outcome.UNCHANGED: 200,
    Outcome.INVALID: 422,
    Outcome.CONFLICT: 409,
    Outcome.LOCKED: 423,
    Outcome.CLOSED: 423,
}
_OPEN = (Realisasi.Status.DRAF, Realisasi.Status.DIKEMBALIKAN)


class NoUnit(Exception):
    """A staff account that belongs to no unit has no rows."""


@dataclass(frozen=True)
class Scope:
    """Whose rows are looked at, and how: ``unit`` None is the whole office; ``choices`` may be filtered by."""

    unit: UnitKerja | None
    choices: list[UnitKerja]
    view: Pandangan

    @classmethod
    def of(cls, request: HttpRequest, *, with_choices: bool) -> Scope:
        """Own unit for staff, all or the chosen one for who reads all units; raises ``Http404``, ``NoUnit``."""
        person: Any = request.user
        view = _view(request)
        own = None if person.sees_all_units() else person.unit
        if own is None and not person.sees_all_units():
            raise NoUnit
        choices: list[UnitKerja] = []
        unit = own
        if with_choices or view.unit:
            choices = [item for item in UnitKerja.objects.all() if own is None or own.covers(item)]
        if view.unit:
            unit = next((item for item in choices if item.kode == view.unit), None)
            if unit is None:
                raise Http404("Unit itu tidak ada atau bukan bagian dari unit Anda.")
        return cls(unit, choices, view)

    def including(self, owner: UnitKerja | None) -> Scope:
        """The same, widened to all units when a saved row lies outside the filter it was sent with."""
        return self if self.unit is None or self.unit.covers(owner) else Scope(None, self.choices, self.view)


def _view(request: HttpRequest) -> Pandangan:
    try:
        return Pandangan.of(request.GET)
    except NoSuchView as error:
        raise Http404(str(error)) from None


@allow_signed_in
@require_GET
def realisasi_awal(request: HttpRequest) -> HttpResponse:
    """Lead to this year, or to the plan's nearest one."""
    plan = Renstra.current_or_none()
    this_year = timezone.localdate().year
    if plan is None:
        return _outside(request, None, this_year)
    return redirect("realisasi", tahun=min(max(this_year, plan.tahun_awal), plan.tahun_akhir))


@allow_signed_in
@require_GET
def realisasi(request: HttpRequest, tahun: int) -> HttpResponse:
    """Rows of a year or quarter: to fill in for the unit's staff, to read for everybody else."""
    return _page(request, tahun)


# One row as a plain form ---------------------------------------------------------------------------------------------


@allow_signed_in
@require_http_methods(["GET", "POST"])
def realisasi_baris(request: HttpRequest, tahun: int, indikator: int) -> HttpResponse:
    """Save one row sent as a form, and submit or withdraw it where asked; a redirect, or the page with the errors."""
    view = _view(request)
    back = f"{reverse('realisasi', args=[tahun])}{view.query()}#b-{indikator}"
    if request.method == "GET":
        return redirect(back)
    form = RowForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("Formulir baris ini tidak lengkap; muat ulang halaman.")
    step = request.POST.get("langkah", "")
    versi = form.cleaned_data["versi"]
    try:
        if not step or form.has_cells:
            result = _decide(request.user, indikator, tahun, view.triwulan, form)
            if result.outcome not in FINE:
                return _page(request, tahun, form, result)
            versi = result.record.versi
            if not step:
                messages.success(request, _news(request, result, form, view))
        if step:
            _take(request, tahun, view, step, {indikator: versi})
    except Indikator.DoesNotExist:
        raise Http404("Baris ini tidak ada dalam Renstra.") from None
    except YearOutsidePlan:
        return _outside(request, Renstra.current_or_none(), tahun)
    return redirect(back)


def _decide(person: Any, indikator: int, tahun: int, triwulan: int, form: RowForm) -> SaveResult:
    """Save the row as typed or, after a conflict, as decided."""
    typed, alasan = form.typed, ""
    if form.cleaned_data["putus"]:
        record = find_row(indikator, tahun, triwulan)
        if not may_write(person, record.unit):
            raise PermissionDenied("Baris ini milik unit lain.")
        typed = merge(typed, record.values, form.theirs)
        alasan = _decided_after(record)
    return save_realisasi(
        person,
        indikator,
        tahun,
        typed,
        versi=form.token,
        pintu=Jejak.Pintu.PERAMBAN,
        alasan=alasan,
        triwulan=triwulan,
    )


def _decided_after(record: RowRecord | None) -> str:
    other = record.realisasi.diubah_oleh if record and record.realisasi else None
    return f"Dipilih setelah melihat isian {other or 'orang lain'}."


def _news(request: HttpRequest, result: SaveResult, form: RowForm, view: Pandangan) -> str:
    scope = Scope.of(request, with_choices=False).including(result.record.unit)
    sheet = _sheet_around(request, scope, [result.record], view)
    return Line.after(sheet.row(result.record.indikator.pk), form, result).news


# Cells of the grid ---------------------------------------------------------------------------------------------------


@allow_signed_in
@require_POST
def realisasi_sel(request: HttpRequest, tahun: int) -> HttpResponse:
    """Save or try (``coba``) cells of rows, as JSON in and out.

    In: ``{"isian": [{"indikator", "versi", "sel": {name: text}, "dasar": {name: fingerprint}}], "coba", "sumber",
    "putus"}``. Out: ``{"baris": [...], "bagian": {element id: markup}}``, each row with its outcome, and after a save
    with its markup; ``bagian`` are the sums and the progress that follow.
    """
    try:
        scope = Scope.of(request, with_choices=False)
    except NoUnit:
        return JsonResponse({"galat": "Akun Anda belum terhubung ke unit kerja; mintalah Administrator."}, status=403)
    view = scope.view
    try:
        body = json.loads(request.body)
        rows = read_request(body)
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, BadRequest) else "Permintaan tidak dapat dibaca."
        return JsonResponse({"galat": said}, status=400)
    person: Any = request.user
    try:
        alasan = SUMBER[str(body.get("sumber", ""))]
        if body.get("putus"):
            alasan = _decided_after(find_row(rows[0].isian.indikator, tahun, view.triwulan))
        results = save_cells(person, tahun, rows, triwulan=view.triwulan, alasan=alasan, coba=body.get("coba") is True)
    except YearOutsidePlan as error:
        return JsonResponse({"galat": str(error)}, status=404)
    except Indikator.DoesNotExist:
        return JsonResponse({"galat": "Baris ini tidak ada dalam Renstra."}, status=404)
    except PermissionDenied as error:
        return JsonResponse({"galat": str(error)}, status=403)
    if body.get("coba") is True:
        return JsonResponse({"baris": [_verdict(row, result) for row, result in zip(rows, results, strict=True)]})
    return JsonResponse(_saved(request, tahun, scope, rows, results))


def _verdict(row: Ketikan, result: SaveResult | None) -> dict[str, Any]:
    """What saving would do, in words for each cell."""
    if result is None:
        return {"indikator": row.isian.indikator, "hasil": "tiada", "galat": {}, "dibaca": {}}
    errors = dict(result.reading.errors)
    now = write_row(result.record.values)
    match result.outcome:
        case Outcome.CONFLICT:
            other = result.record.realisasi.diubah_oleh if result.record.realisasi else None
            for name in row.isian.sel:
                stands = getattr(now, name) or "kosong"
                errors[name] = f"{other or 'Orang lain'} mengubahnya menjadi “{stands}” sesudah halaman dibuka."
        case Outcome.CLOSED:
            errors = dict.fromkeys(row.isian.sel, result.record.closed)
        case Outcome.LOCKED if not errors:
            errors = dict.fromkeys(row.isian.sel, "Baris ini sudah diverifikasi atau disetujui dan terkunci.")
    return {
        "indikator": row.isian.indikator,
        "hasil": result.outcome.value,
        "galat": errors,
        "dibaca": result.reading.echo,
        "kini": {name: getattr(now, name) for name in row.isian.sel},
    }


def _saved(
    request: HttpRequest,
    tahun: int,
    scope: Scope,
    rows: Sequence[Ketikan],
    results: Sequence[SaveResult | None],
) -> dict[str, Any]:
    """The rows as they are now, and what follows from them."""
    found = {result.record.indikator.pk: result.record for result in results if result is not None}
    if not found:
        gone = [{"indikator": row.isian.indikator, "hasil": "tiada", "galat": {}, "warta": ""} for row in rows]
        return {"baris": gone, "bagian": {}}
    view = scope.view
    for record in found.values():
        scope = scope.including(record.unit)
    sheet = _sheet_around(request, scope, list(found.values()), view)
    context = {**_row_context(tahun, view), "csrf_token": get_token(request)}
    template = get_template("realisasi/satu_baris.html")
    answer = []
    parts: dict[str, str] = {}
    for row, result in zip(rows, results, strict=True):
        if result is None:
            answer.append({"indikator": row.isian.indikator, "hasil": "tiada", "galat": {}, "warta": ""})
            continue
        line = Line.answered(sheet.row(row.isian.indikator), result, row.isian.sel)
        answer.append(
            {
                "indikator": row.isian.indikator,
                "hasil": result.outcome.value,
                "galat": line.errors,
                "bentrok": [item.name for item in line.differences],
                "warta": line.news,
                "html": template.render({**context, "baris": line}),
            }
        )
        for item in sheet.above(line.row):
            if f"rp-{item.n}" in parts:
                continue
            parts[f"rp-{item.n}"] = escape(item.teks_rupiah)
            parts[f"yr-{item.n}"] = escape(item.teks_rupiah_setahun)
            parts[f"sr-{item.n}"] = get_template("realisasi/serapan_isi.html").render(
                {**context, "baris": Line.stored(item)}
            )
    parts["kemajuan"] = get_template("realisasi/kemajuan.html").render({"kemajuan": sheet.progress})
    return {"baris": answer, "bagian": parts, "lengkap": sheet.lengkap}


def _sheet_around(request: HttpRequest, scope: Scope, records: Sequence[RowRecord], view: Pandangan) -> Sheet:
    """The sheet as far as saved rows can change it: for one row those of the unit and of its program."""
    within = scope_and_family(scope.unit, records[0].indikator) if len(records) == 1 else None
    year = request.resolver_match.kwargs["tahun"]  # type: ignore[union-attr]
    plan = records[0].indikator.renstra
    return load_sheet(plan, year, request.user, unit=scope.unit, within=within, triwulan=view.triwulan)  # type: ignore[arg-type]


# Steps ---------------------------------------------------------------------------------------------------------------


@allow_signed_in
@require_POST
def realisasi_ajukan(request: HttpRequest, tahun: int) -> HttpResponse:
    """Submit every complete row of the unit in the period, and say of the others why they were not."""
    plan = Renstra.current_or_none()
    if plan is None or tahun not in plan.tahun:
        return _outside(request, plan, tahun)
    try:
        scope = Scope.of(request, with_choices=False)
    except NoUnit:
        return render(request, "realisasi/tanpa_unit.html", {"tahun": tahun}, status=403)
    sheet = load_sheet(plan, tahun, request.user, unit=scope.unit, triwulan=scope.view.triwulan)  # type: ignore[arg-type]
    seen = _seen(request.POST.get("dilihat", ""))
    rows = {
        row.id: seen.get(row.id, row.versi)
        for row in sheet.rows
        if row.editable and row.status in _OPEN and (row.counts or row.versi)
    }
    _take(request, tahun, scope.view, Langkah.Tindakan.AJUKAN, rows)
    return redirect(f"{reverse('realisasi', args=[tahun])}{scope.view.query()}")


def _seen(text: str) -> dict[int, int]:
    """Versions the person saw, as ``id:versi,…``; what is mutilated counts as not seen."""
    pairs = (item.split(":") for item in text.split(",") if item)
    return {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) == 2 and all(map(str.isdecimal, pair))}


def _take(request: HttpRequest, tahun: int, view: Pandangan, step: str, versi: Mapping[int, int]) -> None:
    if step not in (Langkah.Tindakan.AJUKAN, Langkah.Tindakan.TARIK):
        raise Http404("Langkah itu tidak ada di halaman ini.")
    person: Any = request.user
    done = ambil_langkah(person, tahun, versi, step, pintu=Jejak.Pintu.PERAMBAN, triwulan=view.triwulan)
    _report(request, done, "diajukan" if step == Langkah.Tindakan.AJUKAN else "ditarik kembali")


def _report(request: HttpRequest, done: HasilLangkah, word: str) -> None:
    if done.selesai:
        only = f" ({done.kode[0]})" if len(done.selesai) == 1 else ""
        messages.success(request, f"{len(done.selesai)} baris {word}{only}.")
    reasons: dict[str, list[str]] = defaultdict(list)
    for row, reason in done.ditolak:
        reasons[reason].append(row.indikator.kode)
    if reasons:
        said = "; ".join(f"{reason}: {', '.join(codes)}" for reason, codes in reasons.items())
        messages.warning(request, f"{len(done.ditolak)} baris tidak {word} – {said}.")
    if not done.selesai and not reasons:
        messages.info(request, f"Tidak ada baris yang dapat {word}.")


# The page ------------------------------------------------------------------------------------------------------------


def _outside(request: HttpRequest, plan: Renstra | None, tahun: int) -> HttpResponse:
    """Say calmly which years there are."""
    context = {"plan": plan, "tahun": tahun, "sebelum": plan is not None and tahun < plan.tahun_awal}
    return render(request, "realisasi/luar_periode.html", context, status=404)


def _row_context(tahun: int, view: Pandangan) -> dict[str, Any]:
    # A hundred rows ask for the same three addresses; resolving each anew would be an eighth of the page's time.
    before = {
        name: reverse(name, args=[tahun, 0]).removesuffix("0/")
        for name in ("kenapa", "realisasi-baris", "riwayat-baris")
    }
    return {
        "tahun": tahun,
        "pandangan": view,
        "kueri": view.query(),
        "lebar": 12 if view.triwulan else 10,
        "alamat_kenapa": before["kenapa"],
        "alamat_baris": before["realisasi-baris"],
        "alamat_riwayat": before["riwayat-baris"],
    }


def _page(
    request: HttpRequest, tahun: int, form: RowForm | None = None, result: SaveResult | None = None
) -> HttpResponse:
    """The whole page, with one row as it was sent when that row could not be saved."""
    plan = Renstra.current_or_none()
    if plan is None or tahun not in plan.tahun:
        return _outside(request, plan, tahun)
    try:
        scope = Scope.of(request, with_choices=True)
    except NoUnit:
        return render(request, "realisasi/tanpa_unit.html", {"tahun": tahun}, status=403)
    person: Any = request.user
    view = scope.view
    if result is not None:
        scope = scope.including(result.record.unit)
    window = load_jendela(plan.perangkat_daerah_id, tahun, view.triwulan)
    sheet = load_sheet(plan, tahun, person, unit=scope.unit, triwulan=view.triwulan, jendela=window)
    rows = view.rows(sheet, keep=result.record.indikator.pk if result else None)
    lines = [Line.stored(row) for row in rows]
    failed = None
    if form is not None and result is not None:
        at = result.record.indikator.pk
        failed = Line.after(sheet.row(at), form, result)
        lines = [failed if line.row.id == at else line for line in lines]
    hidden = view.folded(rows)
    base = reverse("realisasi", args=[tahun])
    for line in lines:
        line.tersembunyi = line.row.id in hidden
        if line.row.foldable:
            line.lipat, line.terlipat = f"{base}{view.toggle(line.row.kode)}", line.row.kode in view.lipat
    kegiatan = frozenset(row.kode for row in rows if row.foldable and row.jenis == "kegiatan")
    all_folded = kegiatan <= view.lipat
    fills = any(row.editable for row in sheet.rows)
    context = {
        **_row_context(tahun, view),
        "plan": plan,
        "tahun_plan": plan.tahun,
        "unit": scope.unit,
        "semua_unit": person.sees_all_units(),
        "pilihan_unit": scope.choices if len(scope.choices) > 1 else [],
        "pilihan_tingkat": TINGKAT,
        "pilihan_status": STATUS_CHOICES,
        "mengisi": fills,
        "boleh_mengisi": MAY_ENTER.admits(person),
        "baris_semua": lines,
        "kemajuan": sheet.progress,
        "lengkap": sheet.lengkap,
        "tertutup": window.closed(scope.unit.kode if scope.unit else ""),
        "dilihat": ",".join(f"{row.id}:{row.versi}" for row in sheet.rows if row.langkah),
        "kueri_semua": view.query(tampil="", cari="", tingkat="", status=""),
        "kueri_lipat": view.query(lipat=frozenset() if all_folded else kegiatan),
        "ada_lipatan": bool(kegiatan),
        "semua_terlipat": all_folded,
        "jendela": _window_words(window, scope.unit) if fills else "",
        "gagal": failed,
    }
    return render(request, "realisasi/halaman.html", context, status=STATUS[result.outcome] if result else 200)


def _window_words(window: Jendela, unit: UnitKerja | None) -> str:
    """Until when the unit may enter, or why not now; empty where no dates are set."""
    kode = unit.kode if unit else ""
    closed = window.closed(kode)
    last = window.sampai(kode)
    if closed or last is None:
        return closed
    extended = window.tutup is not None and last > window.tutup
    return f"Pengisian periode ini sampai {format_tanggal(last)}{' (diperpanjang)' if extended else ''}."

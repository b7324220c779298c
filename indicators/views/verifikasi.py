"""The board ``/verifikasi/``, the page of one row with its history, and the log of a year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Access, allow, allow_signed_in
from accounts.models import Hak, Jejak, Peran
from accounts.roles import roles_with
from indicators.alur import HasilLangkah, LangkahDitolak, ambil_langkah, may_take
from indicators.entry_sheet import SheetRow
from indicators.models import Langkah
from indicators.papan import KEADAAN, add_differences, load_papan, look, pick
from indicators.riwayat import KomentarDitolak, add_remark, load_riwayat, may_remark
from indicators.riwayat_berkas import write_log
from indicators.row_record import YearOutsidePlan
from indicators.triwulan import TRIWULAN, nama_periode
from indicators.views.plan import no_plan, plan_year
from programs.models import Renstra

PINTU = Jejak.Pintu.PERAMBAN
Tindakan = Langkah.Tindakan
MAY_READ_TRAIL = Access(roles=roles_with(Hak.BACA_JEJAK) | {Peran.STAF.value})
MAX_ROWS = 5000
SHOWN_REFUSED = 10
MAX_NOTE = 4000
# The steps of the board: word on the button, the same in the passive.
STEPS = {
    Tindakan.VERIFIKASI: ("Verifikasi", "diverifikasi"),
    Tindakan.SETUJUI: ("Setujui", "disetujui"),
    Tindakan.KEMBALIKAN: ("Kembalikan", "dikembalikan"),
}
DONE = {
    Tindakan.AJUKAN: "diajukan ke verifikator",
    Tindakan.TARIK: "ditarik kembali menjadi draf",
    Tindakan.VERIFIKASI: "diverifikasi dan terkunci",
    Tindakan.KEMBALIKAN: "dikembalikan ke unit",
    Tindakan.SETUJUI: "disetujui dan dibekukan",
    Tindakan.BUKA: "dibuka kuncinya dan kembali ke unit",
}


def read_triwulan(text: str) -> int:
    """The quarter of an address, 0 without one; raises ``Http404``."""
    if not text:
        return 0
    if text not in {"0", "1", "2", "3", "4"}:
        raise Http404("Triwulan antara 1 dan 4, atau kosong untuk setahun.")
    return int(text)


def periods() -> list[tuple[int, str]]:
    """The choices of a period with their words."""
    return [(0, "Setahun"), *((at, nama_periode(0, at).rsplit(" ", 1)[0].replace("triwulan", "TW")) for at in TRIWULAN)]


def _seen(values: list[str]) -> dict[int, int]:
    """``["12:3"]``: indicator and the version that was seen."""
    found = {}
    for text in values[:MAX_ROWS]:
        key, _, version = text.partition(":")
        if key.isdecimal() and version.isdecimal() and len(text) < 24:
            found[int(key)] = int(version)
    return found


def _tell(request: HttpRequest, step: str, done: HasilLangkah, period: str) -> None:
    """What happened to how many rows, and why not to the others."""
    if done.selesai:
        what = f"Baris {done.kode[0]}" if len(done.selesai) == 1 else f"{len(done.selesai)} baris"
        messages.success(request, f"{what} {period} {DONE[Tindakan(step)]}.")
    for row, reason in done.ditolak[:SHOWN_REFUSED]:
        messages.warning(request, f"{row.indikator.kode}: {reason}.")
    if len(done.ditolak) > SHOWN_REFUSED:
        messages.warning(request, f"dan {len(done.ditolak) - SHOWN_REFUSED} baris lain tidak berubah.")


# The board ---------------------------------------------------------------------------------------------------------


@allow(Hak.BACA_SEMUA)
@require_http_methods(["GET", "HEAD", "POST"])
def verifikasi(request: HttpRequest) -> HttpResponse:
    """Units by state; with a filter the rows themselves, to verify, return and approve."""
    plan = Renstra.current_or_none()
    if plan is None:
        return no_plan(request, "Verifikasi")
    tahun = plan_year(plan, request.GET.get("tahun", ""))
    triwulan = read_triwulan(request.GET.get("triwulan", ""))
    if request.method == "POST":
        return _post(request, plan, tahun, triwulan)
    return _board(request, plan, tahun, triwulan)


def _post(request: HttpRequest, plan: Renstra, tahun: int, triwulan: int) -> HttpResponse:
    person: Any = request.user
    step, _, whole = request.POST.get("aksi", "").partition(":")
    back = redirect(request.get_full_path())
    if step == "lihat":
        moment = parse_datetime(request.POST.get("saat", "")[:40])
        if moment is not None and timezone.is_aware(moment):
            look(person, tahun, triwulan, moment)
            messages.success(request, "Tercatat sudah dilihat; lain kali hanya yang berubah sesudah ini yang ditandai.")
        return back
    if step not in STEPS:
        raise Http404("Tindakan itu tidak ada.")
    seen = _seen(request.POST.getlist("seunit" if whole else "baris"))
    if not seen:
        messages.warning(request, "Centang dahulu baris yang dimaksud.")
        return back
    try:
        done = ambil_langkah(
            person,
            tahun,
            seen,
            step,
            pintu=PINTU,
            triwulan=triwulan,
            catatan=request.POST.get("catatan", "")[:MAX_NOTE],
        )
    except LangkahDitolak as error:
        ticked = _seen(request.POST.getlist("baris"))
        return _board(request, plan, tahun, triwulan, galat=str(error), ticked=ticked)
    _tell(request, step, done, nama_periode(tahun, triwulan))
    return back


def _board(
    request: HttpRequest,
    plan: Renstra,
    tahun: int,
    triwulan: int,
    *,
    galat: str = "",
    ticked: Mapping[int, int] | None = None,
) -> HttpResponse:
    person: Any = request.user
    now = timezone.now()
    papan = load_papan(plan, tahun, triwulan, person)
    unit, state = request.GET.get("unit", ""), request.GET.get("keadaan", "")
    chosen = next((item for item in papan.semua_unit if item.kode == unit), None)
    if unit and chosen is None:
        raise Http404("Unit itu tidak ada.")
    if state and state not in KEADAAN:
        raise Http404("Keadaan itu tidak ada.")
    news = request.GET.get("baru") == "1"
    drill = bool(unit or state or news)
    rows = pick(papan, unit=unit, keadaan=state, baru=news) if drill else []
    add_differences(rows)
    held = ticked or {}
    steps = []
    for step, (word, passive) in STEPS.items():
        ready = sum(may_take(person, step, line.row.status) for line in rows)
        if ready:
            steps.append({"aksi": step.value, "kata": word, "pasif": passive, "jumlah": ready})
    tickable = {line.row.id for line in rows if any(may_take(person, step, line.row.status) for step in STEPS)}
    context = {
        "plan": plan,
        "tahun": tahun,
        "tahun_plan": plan.tahun,
        "triwulan": triwulan,
        "pilihan_periode": periods(),
        "nama_periode": nama_periode(tahun, triwulan),
        "papan": papan,
        "kolom": [(key, word, papan.jumlah(key)) for key, word in KEADAAN.items()],
        "rinci": drill,
        "unit": chosen,
        "keadaan_dipilih": state,
        "kata_keadaan": KEADAAN.get(state, ""),
        "baru": news,
        "baris": [(line, line.row.id in tickable, line.row.id in held) for line in rows],
        "langkah": steps,
        "ada_centang": bool(tickable),
        "ada_kabar": sum(unit.kabar for unit in papan.unit),
        "terlambat": [unit for unit in papan.unit if unit.tertunda and (unit.hari or 0) > 0],
        "saat": now.isoformat(),
        "periode_kueri": urlencode({"tahun": tahun} | ({"triwulan": triwulan} if triwulan else {})),
        "catatan": request.POST.get("catatan", "")[:MAX_NOTE],
        "galat": galat,
    }
    return render(request, "verifikasi/papan.html", context, status=422 if galat else 200)


# One row -----------------------------------------------------------------------------------------------------------


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def riwayat_baris(request: HttpRequest, tahun: int, indikator: int) -> HttpResponse:
    """Values, steps, remarks and history of a row; its steps and remarks are taken here too."""
    plan = Renstra.current_or_none()
    if plan is None or tahun not in plan.tahun:
        raise Http404("Tahun itu di luar Renstra yang berlaku.")
    triwulan = read_triwulan(request.GET.get("triwulan", ""))
    if request.method == "POST":
        return _post_row(request, plan, tahun, triwulan, indikator)
    return _row(request, plan, tahun, triwulan, indikator)


def _address(tahun: int, indikator: int, triwulan: int, anchor: str = "") -> str:
    query = f"?triwulan={triwulan}" if triwulan else ""
    return f"{reverse('riwayat-baris', args=[tahun, indikator])}{query}{anchor}"


def _post_row(request: HttpRequest, plan: Renstra, tahun: int, triwulan: int, indikator: int) -> HttpResponse:
    person: Any = request.user
    step = request.POST.get("aksi", "")
    note = request.POST.get("catatan", "")[:MAX_NOTE]
    if step == "komentar":
        try:
            add_remark(person, indikator, tahun, triwulan, request.POST.get("komentar", ""), pintu=PINTU)
        except KomentarDitolak as error:
            return _row(request, plan, tahun, triwulan, indikator, galat={"komentar": str(error)})
        messages.success(request, "Komentar tersimpan.")
        return redirect(_address(tahun, indikator, triwulan, "#komentar"))
    if step not in Tindakan.values:
        raise Http404("Tindakan itu tidak ada.")
    version = request.POST.get("versi", "")
    seen = _seen([f"{indikator}:{version}"])
    if not seen:
        raise Http404("Formulir baris ini tidak lengkap; muat ulang halaman.")
    try:
        done = ambil_langkah(person, tahun, seen, step, pintu=PINTU, triwulan=triwulan, catatan=note)
    except LangkahDitolak as error:
        return _row(request, plan, tahun, triwulan, indikator, galat=error.galat)
    except YearOutsidePlan as error:
        raise Http404(str(error)) from None
    _tell(request, step, done, nama_periode(tahun, triwulan))
    return redirect(_address(tahun, indikator, triwulan))


_WORDS = {
    Tindakan.AJUKAN: "Ajukan ke verifikator",
    Tindakan.TARIK: "Tarik kembali",
    Tindakan.VERIFIKASI: "Verifikasi",
    Tindakan.SETUJUI: "Setujui",
    Tindakan.KEMBALIKAN: "Kembalikan dengan catatan",
    Tindakan.BUKA: "Buka kunci",
}
WITH_NOTE = frozenset({Tindakan.KEMBALIKAN, Tindakan.BUKA})


def _steps_of(person: Any, row: SheetRow) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Steps this person may take with the row: those without a note, those with one."""
    steps = []
    for step, word in _WORDS.items():
        own = row.editable or step not in (Tindakan.AJUKAN, Tindakan.TARIK)
        if own and row.versi and may_take(person, step, row.status):
            steps.append((step, word))
    plain = [(step.value, word) for step, word in steps if step not in WITH_NOTE]
    return plain, [(step.value, word) for step, word in steps if step in WITH_NOTE]


def _row(
    request: HttpRequest,
    plan: Renstra,
    tahun: int,
    triwulan: int,
    indikator: int,
    *,
    galat: Mapping[str, str] | None = None,
) -> HttpResponse:
    person: Any = request.user
    page = load_riwayat(plan, tahun, triwulan, indikator, person, cell=request.GET.get("sel", ""))
    if page is None:
        raise Http404("Baris ini tidak ada dalam Renstra yang berlaku.")
    if not page.row.own:
        raise PermissionDenied(f"Baris ini milik {page.row.unit_nama or 'unit lain'}.")
    plain, noted = _steps_of(person, page.row)
    context = {
        "h": page,
        "r": page.row,
        "tahun": tahun,
        "triwulan": triwulan,
        "nama_periode": nama_periode(tahun, triwulan),
        "pilihan_periode": periods(),
        "papan": person.sees_all_units(),
        "langkah": plain,
        "langkah_beralasan": noted,
        "boleh_komentar": may_remark(person, own=page.row.editable),
        "catatan": request.POST.get("catatan", "")[:MAX_NOTE],
        "komentar_diketik": request.POST.get("komentar", "") if galat and "komentar" in galat else "",
        "galat": galat or {},
    }
    return render(request, "verifikasi/baris.html", context, status=422 if galat else 200)


@allow(Hak.BACA_JEJAK, Hak.ISI_REALISASI)
@require_GET
def riwayat_berkas(request: HttpRequest, tahun: int) -> FileResponse:
    """The log of a year as XLSX: every change of every row that the person reads."""
    plan = Renstra.current_or_none()
    if plan is None or tahun not in plan.tahun:
        raise Http404("Tahun itu di luar Renstra yang berlaku.")
    person: Any = request.user
    made = timezone.localtime()
    file = write_log(plan, tahun, person, made)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"riwayat-realisasi-{tahun}-{_stamp(made)}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%d-%H%M")

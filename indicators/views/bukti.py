"""Evidence of a row: the page ``/realisasi/TAHUN/bukti/INDIKATOR/`` and the download of one file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow_signed_in
from accounts.models import Jejak
from indicators import bukti as services
from indicators.bukti import Baris, BuktiDitolak, BuktiSama
from indicators.models import Bukti, Indikator
from indicators.row_record import YearOutsidePlan
from programs.models import Renstra
from renstra.berkas import KATA, BerkasDitolak, size_words
from renstra.penyimpanan import BerkasTidakUtuh, FilesField, Keutuhan, accept_files, as_download, file_help

log = logging.getLogger("renstra.bukti")

PERIODE = ("Setahun", "Triwulan I", "Triwulan II", "Triwulan III", "Triwulan IV")


def _caption(help_text: str) -> forms.CharField:
    missing = "Tulis keterangannya: apa yang dibuktikan."
    return forms.CharField(
        label="Keterangan", max_length=300, help_text=help_text, error_messages={"required": missing}
    )


class UploadForm(forms.Form):
    """Files with what they prove."""

    berkas = FilesField(label="Berkas", error_messages={"required": "Pilih berkasnya dahulu."})
    keterangan = _caption(
        "Apa yang dibuktikan, misalnya “Daftar hadir bimbingan, 12 Mei”. Berlaku untuk semua berkas di atas."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["berkas"].help_text = f"Boleh beberapa sekaligus. {file_help()}"
        accept_files(self.fields["berkas"])


class LinkForm(forms.Form):
    """A link with what it proves."""

    tautan = forms.CharField(
        label="Tautan",
        help_text="Alamat lengkap, misalnya https://…; pastikan verifikator dapat membukanya.",
        error_messages={"required": "Tulis alamatnya dahulu."},
        widget=forms.URLInput,
    )
    keterangan = _caption("Apa yang dibuktikan.")


class ReplaceForm(forms.Form):
    """A file or a link in place of an older one."""

    berkas = forms.FileField(label="Berkas baru", required=False, allow_empty_file=True)
    tautan = forms.CharField(label="atau tautan baru", required=False, widget=forms.URLInput)
    keterangan = _caption("")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["berkas"].help_text = file_help()
        accept_files(self.fields["berkas"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if bool(data.get("berkas")) == bool(data.get("tautan")):
            raise forms.ValidationError("Pilih satu berkas baru atau tulis satu tautan baru.")
        return data


class TakeAwayForm(forms.Form):
    """Why evidence counts no longer."""

    alasan = forms.CharField(
        label="Alasan dicabut",
        max_length=300,
        help_text="Bukti tetap tersimpan dalam riwayat bersama alasan ini.",
        error_messages={"required": "Tulis mengapa bukti ini dicabut."},
    )


@dataclass
class Butir:
    """One piece of evidence as the page shows it."""

    bukti: Bukti
    utuh: Keutuhan | None = None
    ganti: ReplaceForm | None = None
    cabut: TakeAwayForm | None = None

    @property
    def n(self) -> str:
        """The id as text."""
        return str(self.bukti.pk)

    @property
    def keadaan(self) -> tuple[str, str] | None:
        """Shape and word of the file's state."""
        return self.utuh.keadaan if self.utuh else None

    @property
    def rusak(self) -> bool:
        """Whether the file is not what was uploaded."""
        return self.utuh in (Keutuhan.BERUBAH, Keutuhan.HILANG)

    @property
    def isi(self) -> str:
        """Kind and size of a file."""
        return f"{KATA.get(self.bukti.tipe, self.bukti.tipe)}, {size_words(self.bukti.ukuran or 0)}"

    @property
    def periode(self) -> str:
        """Year or quarter in words."""
        return PERIODE[self.bukti.triwulan]

    @property
    def nasib(self) -> str:
        """What became of evidence that counts no longer."""
        row = self.bukti
        if row.dicabut_pada is not None:
            return f"dicabut oleh {row.dicabut_oleh}: {row.alasan_dicabut}"
        return f"diganti “{row.digantikan_oleh.keterangan}” oleh {row.digantikan_oleh.oleh}"


@dataclass
class Sent:
    """What came with a POST that could not be done as asked, to be shown again."""

    unggah: UploadForm | None = None
    tautan: LinkForm | None = None
    ganti: ReplaceForm | None = None
    cabut: TakeAwayForm | None = None
    pk: int = 0
    ditolak: list[str] = field(default_factory=list)


@allow_signed_in
@require_http_methods(["GET", "POST"])
@never_cache
def bukti(request: HttpRequest, tahun: int, indikator: int) -> HttpResponse:
    """List, add, replace and take away evidence of a row in a year or, with ``?triwulan=N``, a quarter."""
    baris = _row(request, tahun, indikator)
    if baris.diganti and request.method == "GET":
        current = Indikator.objects.of_keys([baris.kunci]).filter(renstra=Renstra.current()).first()
        if current is not None:
            return redirect(_address(tahun, current.pk, baris.triwulan))
    if request.method == "GET":
        return _page(request, baris)
    sent = _do(request, baris)
    return redirect(_address(tahun, indikator, baris.triwulan)) if sent is None else _page(request, baris, sent)


@allow_signed_in
@require_GET
@never_cache
def bukti_unduh(request: HttpRequest, tahun: int, indikator: int, pk: int) -> HttpResponse:
    """The file of one piece of evidence, as a download; a file that was exchanged is not handed out."""
    baris = _row(request, tahun, indikator)
    row = Bukti.objects.filter(pk=pk, indikator=baris.kunci, tahun=tahun).exclude(berkas="").first()
    if row is None:
        raise Http404("Berkas bukti ini tidak ada.")
    try:
        content = services.read_file(row)
    except BerkasTidakUtuh as error:
        log.error("berkas bukti %s: %s", row.pk, error.keadaan.value)
        context = {"bukti": row, "keadaan": error.keadaan.keadaan, "alamat": _address(tahun, indikator, row.triwulan)}
        return render(request, "realisasi/bukti_tidak_utuh.html", context, status=409)
    return as_download(content, row.nama, row.tipe)


def _row(request: HttpRequest, tahun: int, indikator: int) -> Baris:
    """The row this person may read, in the period asked for; raises ``Http404``."""
    person: Any = request.user
    raw = request.GET.get("triwulan", "0")
    if raw not in {"0", "1", "2", "3", "4"}:
        raise Http404("Triwulan antara 1 dan 4, atau kosong untuk setahun.")
    if not Indikator.objects.visible_to(person).filter(pk=indikator, milik_renstra__isnull=True).exists():
        raise Http404("Baris ini tidak ada, atau bukan milik unit Anda.")
    baris = services.find_baris(person, indikator, tahun, int(raw))
    if tahun not in baris.indikator.renstra.tahun:
        renstra = baris.indikator.renstra
        raise Http404(f"Tahun {tahun} di luar Renstra {renstra.tahun_awal} sampai {renstra.tahun_akhir}.")
    return baris


def _address(tahun: int, indikator: int, triwulan: int) -> str:
    address = reverse("bukti", args=[tahun, indikator])
    return f"{address}?triwulan={triwulan}" if triwulan else address


def _do(request: HttpRequest, baris: Baris) -> Sent | None:
    """Do what was asked; None when it is done, else what to show again."""
    doing = {"unggah": _upload, "tautan": _link, "ganti": _replace, "cabut": _take_away}.get(
        request.POST.get("aksi", "")
    )
    if doing is None:
        # A body that was cut off (too large for the proxy, lost connection) has no action.
        return Sent(
            ditolak=[
                "Kiriman tidak lengkap, jadi tidak ada yang disimpan. Coba lagi, dengan berkas yang lebih sedikit."
            ]
        )
    return doing(request, baris)


def _upload(request: HttpRequest, baris: Baris) -> Sent | None:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return Sent(unggah=form)
    refused, stored = [], 0
    for file in form.cleaned_data["berkas"]:
        error = _attempt(request, partial(_add, request, baris, file, form.cleaned_data["keterangan"]))
        if error is None:
            stored += 1
        else:
            refused.append(error)
    if stored and not refused:
        return None
    if stored:
        refused.append(f"{stored} berkas lainnya tersimpan.")
    return Sent(unggah=form, ditolak=refused) if refused else None


def _add(request: HttpRequest, baris: Baris, file: Any, keterangan: str, menggantikan: int | None = None) -> Bukti:
    return services.add_file(
        request.user,  # type: ignore[arg-type]
        baris.indikator.pk,
        baris.tahun,
        baris.triwulan,
        file,
        file.name,
        keterangan,
        pintu=Jejak.Pintu.PERAMBAN,
        menggantikan=menggantikan,
    )


def _add_link(request: HttpRequest, baris: Baris, data: dict[str, Any], menggantikan: int | None = None) -> Bukti:
    return services.add_link(
        request.user,  # type: ignore[arg-type]
        baris.indikator.pk,
        baris.tahun,
        baris.triwulan,
        data["tautan"],
        data["keterangan"],
        pintu=Jejak.Pintu.PERAMBAN,
        menggantikan=menggantikan,
    )


def _link(request: HttpRequest, baris: Baris) -> Sent | None:
    form = LinkForm(request.POST)
    if form.is_valid():
        error = _attempt(request, lambda: _add_link(request, baris, form.cleaned_data))
        if error is None:
            return None
        form.add_error("tautan", error)
    return Sent(tautan=form)


def _replace(request: HttpRequest, baris: Baris) -> Sent | None:
    pk = _pk(request)
    form = ReplaceForm(request.POST, request.FILES, auto_id=f"ganti-{pk}-%s")
    if form.is_valid():
        data = form.cleaned_data
        # The new one belongs to the period of the old one, wherever it was replaced from.
        baris = _of_period(baris, pk)
        add: Callable[[], Bukti] = (
            (lambda: _add(request, baris, data["berkas"], data["keterangan"], pk))
            if data["berkas"]
            else (lambda: _add_link(request, baris, data, pk))
        )
        error = _attempt(request, add)
        if error is None:
            return None
        form.add_error("berkas" if data["berkas"] else "tautan", error)
    return Sent(ganti=form, pk=pk)


def _take_away(request: HttpRequest, baris: Baris) -> Sent | None:
    pk = _pk(request)
    form = TakeAwayForm(request.POST, auto_id=f"cabut-{pk}-%s")
    if form.is_valid():
        person: Any = request.user
        error = _attempt(
            request,
            lambda: services.take_away(
                person,
                baris.indikator.pk,
                baris.tahun,
                pk,
                form.cleaned_data["alasan"],
                pintu=Jejak.Pintu.PERAMBAN,
            ),
            "dicabut",
        )
        if error is None:
            return None
        form.add_error("alasan", error)
    return Sent(cabut=form, pk=pk)


def _attempt(request: HttpRequest, doing: Callable[[], Bukti], kata: str = "tersimpan") -> str | None:
    """Do it and say so; the reason when it is refused. What is there already is said and is no refusal."""
    try:
        row = doing()
    except BuktiSama as same:
        messages.info(request, str(same))
        return None
    except (BuktiDitolak, BerkasDitolak, YearOutsidePlan) as error:
        return str(error)
    except Bukti.DoesNotExist:
        raise Http404("Bukti ini tidak ada.") from None
    messages.success(request, f"{row.nama or row.tautan} {kata}.")
    return None


def _pk(request: HttpRequest) -> int:
    raw = request.POST.get("bukti", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise Http404("Bukti ini tidak ada.")
    return int(raw)


def _of_period(baris: Baris, pk: int) -> Baris:
    row = Bukti.objects.filter(pk=pk, indikator=baris.kunci, tahun=baris.tahun).first()
    if row is None:
        raise Http404("Bukti ini tidak ada.")
    return replace(baris, triwulan=row.triwulan)


def _page(request: HttpRequest, baris: Baris, sent: Sent | None = None) -> HttpResponse:
    sent = sent or Sent()
    everything = list(services.history_of(baris.kunci, baris.tahun))
    counts = [0] * 5
    counting, former = [], []
    for row in everything:
        here = baris.triwulan in (0, row.triwulan)
        if row.dicabut_pada is None and not hasattr(row, "digantikan_oleh"):
            counts[row.triwulan] += 1
            if here:
                counting.append(Butir(row, services.verify_file(row)))
        elif here:
            former.append(Butir(row))
    changes = baris.boleh and not baris.terkunci and not baris.diganti
    for item in counting if changes else ():
        pk = item.bukti.pk
        mine = pk == sent.pk
        item.ganti = (sent.ganti if mine else None) or ReplaceForm(
            auto_id=f"ganti-{pk}-%s", initial={"keterangan": item.bukti.keterangan}
        )
        item.cabut = (sent.cabut if mine else None) or TakeAwayForm(auto_id=f"cabut-{pk}-%s")
    context = {
        "tahun": baris.tahun,
        "triwulan": baris.triwulan,
        "periode": PERIODE[baris.triwulan],
        "pilihan": [
            {
                "kata": PERIODE[number],
                "url": _address(baris.tahun, baris.indikator.pk, number),
                "jumlah": sum(counts) if number == 0 else counts[number],
                "ini": number == baris.triwulan,
            }
            for number in range(5)
        ],
        "indikator": baris.indikator,
        "simpul": baris.indikator.induk,
        "unit": getattr(baris.indikator.induk, "unit", None),
        "terkunci": baris.terkunci,
        "boleh": baris.boleh,
        "dapat_diubah": changes,
        "kurang": bool(services.missing_bukti([baris.indikator], baris.tahun, baris.triwulan)),
        "daftar": counting,
        "riwayat": former,
        "unggah": sent.unggah or UploadForm(),
        "tautan": sent.tautan or LinkForm(auto_id="tautan_%s"),
        "tautan_terbuka": sent.tautan is not None,
        "ditolak": sent.ditolak,
        "batas": settings.BUKTI_MAX_BYTES,
        "galat_pk": sent.pk,
        "galat_ganti": sent.ganti is not None,
        "galat_cabut": sent.cabut is not None,
    }
    failed = sent.ditolak or sent.unggah or sent.tautan or sent.pk
    return render(request, "realisasi/bukti.html", context, status=422 if failed else 200)

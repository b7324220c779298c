"""Files behind one service: the page that lists, adds and removes them, and the download of one."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, require
from accounts.models import Hak
from pmks.bukti import BuktiDitolak, add_bukti, bukti_of, may_remove, open_bukti, remove_bukti
from pmks.forms import reason_field
from pmks.models import BuktiLayanan, Layanan, Orang
from pmks.views.umum import PINTU, find_orang, no_store
from pmks.wewenang import MAY_CHANGE
from renstra.berkas import KATA, BerkasDitolak, size_words
from renstra.penyimpanan import BerkasTidakUtuh, FilesField, accept_files, as_download, file_help

log = logging.getLogger("renstra.bukti")


class UnggahForm(forms.Form):
    """Files of a service, with what they show."""

    berkas = FilesField(label="Berkas", error_messages={"required": "Pilih berkasnya dahulu."})
    keterangan = forms.CharField(
        label="Keterangan",
        max_length=300,
        required=False,
        help_text="Misalnya: tanda terima sembako. Berlaku untuk semua berkas di atas.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["berkas"].help_text = f"Boleh beberapa sekaligus. {file_help()}"
        accept_files(self.fields["berkas"])


class HapusBuktiForm(forms.Form):
    """Why a file is removed; it does not come back."""

    alasan = reason_field("Alasan dihapus", "Berkasnya hilang untuk selamanya; alasan ini tersimpan dalam riwayat.")


def _find(request: HttpRequest, pk: int, layanan: int) -> tuple[Orang, Layanan]:
    """The service, of those whom this user sees; 404 for others, which does not tell whether it exists."""
    person = find_orang(request, pk)
    rows = Layanan.objects.for_user(request.user).select_related("unit", "kategori")
    row = rows.filter(pk=layanan, orang=person).first()
    if row is None:
        raise Http404("Layanan ini tidak ada, sudah dihapus, atau bukan yang dapat Anda lihat.")
    return person, row


@allow(Hak.LIHAT_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def layanan_bukti(request: HttpRequest, pk: int, layanan: int) -> HttpResponse:
    """Files of a service; those who may change add some, and remove what was theirs or their unit's."""
    person, row = _find(request, pk, layanan)
    upload, removal, target = UnggahForm(), None, 0
    if request.method == "POST":
        require(request.user, MAY_CHANGE)
        if request.POST.get("aksi") == "hapus":
            target = _number(request.POST.get("bukti", ""))
            removal = HapusBuktiForm(request.POST, auto_id=f"hapus-{target}-%s")
            if removal.is_valid() and _remove(request, row, target, removal):
                return redirect("pmks-layanan-bukti", pk, layanan)
        else:
            # A body that was cut off (too large for the proxy, lost connection) has neither action nor files.
            upload = UnggahForm(request.POST, request.FILES)
            if upload.is_valid() and _add(request, row, upload):
                return redirect("pmks-layanan-bukti", pk, layanan)
    user: Any = request.user
    changes = MAY_CHANGE.admits(user)
    context = {
        "orang": person,
        "baris": row,
        "daftar": [
            {
                "bukti": item,
                "isi": f"{KATA.get(item.tipe, item.tipe)}, {size_words(item.ukuran)}",
                "hapus": (removal if item.pk == target else HapusBuktiForm(auto_id=f"hapus-{item.pk}-%s"))
                if changes and may_remove(user, item, row)
                else None,
                "terbuka": item.pk == target,
            }
            for item in bukti_of([row])[row.pk]
        ],
        "unggah": upload if changes else None,
        "batas": settings.BUKTI_MAX_BYTES,
    }
    return render(request, "pmks/layanan_bukti.html", context, status=422 if request.method == "POST" else 200)


def _add(request: HttpRequest, row: Layanan, form: UnggahForm) -> bool:
    user: Any = request.user
    files = [(file, file.name) for file in form.cleaned_data["berkas"]]
    try:
        stored = add_bukti(user, row.pk, files, form.cleaned_data["keterangan"], pintu=PINTU)
    except (BerkasDitolak, BuktiDitolak) as error:
        form.add_error(
            "berkas", f"{error} Tidak ada berkas yang disimpan; pilih lagi." if len(files) > 1 else str(error)
        )
        return False
    messages.success(request, f"{len(stored)} berkas bukti tersimpan.")
    return True


def _remove(request: HttpRequest, row: Layanan, target: int, form: HapusBuktiForm) -> bool:
    user: Any = request.user
    try:
        remove_bukti(user, row.pk, target, form.cleaned_data["alasan"], pintu=PINTU)
    except BuktiDitolak as error:
        form.add_error("alasan", str(error))
        return False
    except BuktiLayanan.DoesNotExist:
        raise Http404("Berkas bukti ini tidak ada, atau sudah dihapus.") from None
    messages.success(request, "Berkas bukti dihapus; riwayat orang ini mencatatnya.")
    return True


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404("Berkas bukti ini tidak ada.")
    return int(text)


@allow(Hak.LIHAT_ORANG)
@require_GET
@no_store
def layanan_bukti_unduh(request: HttpRequest, pk: int, layanan: int, bukti: int) -> HttpResponse:
    """One file as a download, recorded; a file that was exchanged in the storage is not handed out."""
    person, row = _find(request, pk, layanan)
    user: Any = request.user
    try:
        item, content = open_bukti(user, row.pk, bukti, pintu=PINTU)
    except BuktiLayanan.DoesNotExist:
        raise Http404("Berkas bukti ini tidak ada, atau sudah dihapus.") from None
    except BerkasTidakUtuh as error:
        log.error("berkas bukti layanan %s: %s", bukti, error.keadaan.value)
        context = {"orang": person, "baris": row, "keadaan": error.keadaan.keadaan}
        return render(request, "pmks/layanan_bukti_tidak_utuh.html", context, status=409)
    return as_download(content, item.nama, item.tipe)

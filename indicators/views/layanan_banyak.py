"""``/pmks/orang/layanan/``: one service for everybody chosen on the list; looked at first, then saved at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import allow
from accounts.models import Hak
from indicators.layanan_form import LayananForm, by_owner, load_sub
from pmks.actions import Ditolak
from pmks.akses import Jenis, record_access
from pmks.layanan_banyak import BerubahSejakPratinjau, Penilaian, preview, save_layanan_banyak
from pmks.models import Orang
from pmks.pilihan import chosen, clear, numbers
from pmks.tampilan import nik_samar
from pmks.views.orang import served_kinds
from pmks.views.umum import PINTU, no_store, put_errors
from renstra.formats import format_rupiah


class LayananBanyakForm(LayananForm):
    """A service without files: a list with everybody on it would show each of them to whoever sees one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["berkas"]
        self.fields["nilai_rp"].label = "Nilai tiap orang (Rp)"
        self.fields["bukti"].help_text = "Nomor daftar tanda terima atau berita acara; sama untuk semua orang."


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def layanan_banyak(request: HttpRequest) -> HttpResponse:
    """Form with the people, then the preview of who is refused and why, then one save."""
    user: Any = request.user
    plan = load_sub()
    known = {row.kode: row.unit for row in plan}
    own, rest = by_owner(plan, user)
    form = LayananBanyakForm(request.POST or None, milik=own, lain=rest, kinds=served_kinds(user))
    sent = request.method == "POST"
    ids = numbers(request.POST.getlist("orang")) if sent else chosen(request.session)
    doing = request.POST.get("aksi", "")
    if doing == "ubah":
        # What refuses some may be what is mended now, a wrong date for instance: they come back.
        ids += numbers(request.POST.getlist("juga"))
    judged: list[Penilaian] = []
    changed = False
    if sent and doing != "ubah" and form.is_valid():
        try:
            if doing == "simpan":
                done = save_layanan_banyak(user, ids, form.isian(), known, pintu=PINTU)
                clear(request.session)
                _say(request, done)
                return redirect("pmks-orang")
            judged = preview(user, ids, form.isian(), known)
        except BerubahSejakPratinjau as error:
            judged, changed = error.hasil, True
        except Ditolak as error:
            put_errors(form, error.galat)
    if sent and doing == "ubah":
        # Typed values stay, what is wrong with them is told when they are sent again.
        form = _unbound(form, own, rest, user)
    people = [item.orang for item in judged if item.orang] if judged else _people(user, ids)
    if people:
        record_access(user, Jenis.DAFTAR, pintu=PINTU, jumlah=len(people), rincian="layanan untuk banyak orang")
    accepted = [item for item in judged if not item.sebab]
    context = {
        "form": form,
        "ada": bool(plan),
        "orang": [{"orang": person, "nik": nik_samar(person)} for person in people],
        "periksa": bool(judged),
        "berubah": changed,
        "diterima": accepted,
        "ditolak": [item for item in judged if item.sebab],
        "isian": _typed(form) if judged else [],
        "tersembunyi": [(field.html_name, field.value() or "") for field in form] if judged else [],
    }
    failed = changed or (sent and bool(form.errors))
    return render(request, "pmks/layanan_banyak.html", context, status=409 if changed else 422 if failed else 200)


def _unbound(form: LayananBanyakForm, own: Any, rest: Any, user: Any) -> LayananBanyakForm:
    values = {name: form.data.get(name, "") for name in form.fields}
    return LayananBanyakForm(initial=values, milik=own, lain=rest, kinds=served_kinds(user))


def _people(user: Any, ids: list[int]) -> list[Orang]:
    rows = Orang.objects.filter(pk__in=ids).seen_by(user).select_related("desa__induk")
    return list(rows.order_by("nama_cari", "pk"))


def _typed(form: forms.Form) -> list[tuple[str, str]]:
    """Labels and values as people read them, of a valid form."""
    found = []
    for field in form:
        value = field.value() or ""
        if isinstance(field.field, forms.ChoiceField):
            value = dict(_flat(field.field.choices)).get(value, value)
        elif isinstance(field.field, forms.DateField):
            value = f"{form.cleaned_data[field.name]:%d-%m-%Y}"
        elif field.name == "nilai_rp":
            value = format_rupiah(form.cleaned_data["nilai_rp"], symbol=True) if value else ""
        if value:
            found.append((str(field.label), str(value)))
    return found


def _flat(choices: Any) -> Any:
    for value, label in choices:
        yield from label if isinstance(label, list | tuple) else [(value, label)]


def _say(request: HttpRequest, done: list[Penilaian]) -> None:
    saved, there = sum(not item.sebab for item in done), sum(item.tercatat for item in done)
    if saved:
        messages.success(request, f"Layanan tercatat untuk {saved} orang.")
    if there:
        messages.info(request, f"Untuk {there} orang layanan ini sudah tercatat; tidak dicatat dua kali.")

"""``/pemberitahuan/``: what one was told, what is read, and what goes out by e-mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts.access import allow_signed_in
from indicators.models import Pemberitahuan, SetelanPemberitahuan
from indicators.pemberitahuan import JAM_HARIAN, setting_of

PER_PAGE = 50


class SetelanForm(forms.ModelForm):
    """How a person wants notices by e-mail."""

    dibisukan = forms.MultipleChoiceField(
        label="Jenis yang tidak dikirim lewat surel",
        choices=Pemberitahuan.Jenis,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tetap muncul di halaman ini.",
    )

    class Meta:
        model = SetelanPemberitahuan
        fields = ("surel", "dibisukan")
        widgets = {"surel": forms.RadioSelect}


@allow_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def pemberitahuan(request: HttpRequest) -> HttpResponse:
    """The notices of the person, newest first; open one, mark all read, change the settings."""
    person: Any = request.user
    setting = SetelanPemberitahuan.objects.filter(pengguna=person).first() or setting_of(person)
    form = SetelanForm(instance=setting)
    mine = Pemberitahuan.objects.filter(untuk=person)
    status = 200
    if request.method == "POST":
        action = request.POST.get("aksi", "")
        if action == "setelan":
            form = SetelanForm(request.POST, instance=setting)
            if form.is_valid():
                form.save()
                messages.success(request, "Setelan surel tersimpan.")
                return redirect("pemberitahuan")
            status = 422
        else:
            return _read(request, mine, action)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("halaman"))
    context = {
        "halaman": page,
        "form": form,
        "surel": person.email,
        "jam": f"{JAM_HARIAN.hour:02d}.{JAM_HARIAN.minute:02d}",
    }
    return render(request, "verifikasi/pemberitahuan.html", context, status=status)


def _read(request: HttpRequest, mine: Any, action: str) -> HttpResponse:
    """Mark one notice read and go where it points, or all of those the page showed."""
    unread = mine.filter(dibaca__isnull=True)
    if action == "semua":
        newest = request.POST.get("sampai", "")
        if newest.isdecimal() and len(newest) < 19:
            # What came after the page was drawn was not seen.
            count = unread.filter(pk__lte=int(newest)).update(dibaca=timezone.now())
            messages.success(request, f"{count} pemberitahuan ditandai sudah dibaca.")
        return redirect("pemberitahuan")
    notice = mine.filter(pk=int(action)).first() if action.isdecimal() and len(action) < 19 else None
    if notice is None:
        return redirect("pemberitahuan")
    unread.filter(pk=notice.pk).update(dibaca=timezone.now())
    if url_has_allowed_host_and_scheme(notice.tautan, allowed_hosts=None):
        return redirect(notice.tautan)
    return redirect("pemberitahuan")

"""``/akun/token/``: a person's own API keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import allow_signed_in
from accounts.forms import TokenForm
from accounts.models import Jejak, TokenAPI
from accounts.tokens import MAY_WRITE, TokenDitolak, make_token, revoke

PINTU = Jejak.Pintu.PERAMBAN
USUAL = timedelta(days=90)


@allow_signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token(request: HttpRequest) -> HttpResponse:
    """List the own keys and make one; the answer to making it is the only page that ever shows it."""
    person: Any = request.user
    initial = {"cakupan": TokenAPI.Cakupan.BACA, "sampai": timezone.localdate() + USUAL}
    form = TokenForm(request.POST or None, initial=initial)
    if not MAY_WRITE.admits(person):
        # Reading is all there is to choose; make_token refuses the other all the same.
        form.fields["cakupan"].choices = [(TokenAPI.Cakupan.BACA, TokenAPI.Cakupan.BACA.label)]  # type: ignore[attr-defined]
    key = made = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made, key = make_token(person, **form.cleaned_data, pintu=PINTU)
            except TokenDitolak as error:
                for name, words in error.galat.items():
                    form.add_error(name, words)
            else:
                status = 200
                form = TokenForm(initial=initial)
    now = timezone.now()
    rows = [(row, _state(row, now)) for row in TokenAPI.objects.filter(pengguna=person)]
    context = {"form": form, "kunci": key, "baru": made, "token": rows, "menulis": MAY_WRITE.admits(person)}
    return render(request, "accounts/token.html", context, status=status)


@allow_signed_in
@require_http_methods(["GET", "POST"])
def token_cabut(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the own keys at once."""
    person: Any = request.user
    row = TokenAPI.objects.filter(pk=pk, pengguna=person).first()
    if row is None:
        raise Http404("Token itu tidak ada atau bukan milik Anda.")
    if request.method == "POST":
        revoke(person, pk, pintu=PINTU, milik=person)
        messages.success(request, f"Token {row} dicabut; program yang memakainya tidak dapat masuk lagi.")
    return redirect("token")


def _state(row: TokenAPI, now: Any) -> tuple[str, str]:
    """Key and words of the state of a key."""
    if row.dicabut_pada is not None:
        return "terkunci", "dicabut"
    if row.berlaku_sampai <= now:
        return "terkunci", "kedaluwarsa"
    return "lengkap", "berlaku"

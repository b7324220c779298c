"""Signing in, out, and changing the password; the rest is Django's own views."""

from __future__ import annotations

from math import ceil
from typing import Any

from axes.helpers import get_cool_off, get_failure_limit
from django.contrib import messages
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy

from accounts.access import allow_public, allow_signed_in
from accounts.forms import ChangePasswordForm, SignInForm


@allow_public
class MasukView(auth.LoginView):
    """Sign in and go on to ``next`` (Django checks that it is an address of this site)."""

    template_name = "accounts/masuk.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@allow_public
class KeluarView(auth.LogoutView):
    """Sign out by POST; a bookmark (GET) asks first, so that no foreign page can sign anybody out."""

    http_method_names = ("get", "post", "options")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("masuk")
        return render(request, "accounts/keluar.html")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, *args, **kwargs)
        messages.info(request, "Anda sudah keluar.")
        return answer


@allow_signed_in
class SandiView(auth.PasswordChangeView):
    """Change the own password; other sessions of the account end, this one goes on."""

    template_name = "accounts/sandi.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("beranda")

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        messages.success(self.request, "Sandi diganti.")
        return answer


def terkunci(request: HttpRequest, original: HttpResponseBase | None = None, credentials: Any = None) -> HttpResponse:
    """Answer of django-axes to a locked sign-in: why, and how long to wait."""
    seconds = ceil(get_cool_off(request).total_seconds())
    context = {"kali": get_failure_limit(request, credentials), "menit": ceil(seconds / 60)}
    answer = render(request, "accounts/terkunci.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


@allow_signed_in
def panduan(request: HttpRequest) -> HttpResponse:
    """The users' guide, the same text as docs/panduan.md."""
    return render(request, "panduan/panduan.html")

"""Session safety: signing in is the rule, and an unused session ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

_LAST_USED = "terakhir_dipakai"
# One write a minute instead of one a request: SQLite has a single writer.
_WRITE_EVERY = 60
_NEVER_SHOWN = ("csrf", "password", "sandi")


class IdleSessionMiddleware:
    """End a session after ``SESSION_IDLE_SECONDS`` without a request.

    Only signs out; ``SignInMiddleware`` comes next and answers as for anybody who
    is not signed in. A person may stay up to a minute longer than the limit, never shorter.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> None:
        """Sign out when the last request is too long ago; not before a view that may not touch the database."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or getattr(view, "without_database", False):
            return
        if not request.user.is_authenticated:
            return
        now = int(time.time())
        last = request.session.get(_LAST_USED, now)
        if now - last > settings.SESSION_IDLE_SECONDS + _WRITE_EVERY:
            logout(request)
            minutes = settings.SESSION_IDLE_SECONDS // 60
            messages.info(
                request,
                f"Sesi berakhir karena {minutes} menit tidak dipakai. Setelah masuk, Anda kembali ke halaman tadi.",
            )
        elif _LAST_USED not in request.session or now - last >= _WRITE_EVERY:
            request.session[_LAST_USED] = now


class SignInMiddleware(LoginRequiredMiddleware):
    """Every view wants a signed-in person unless it says otherwise; nothing typed is lost on the way.

    A page that is opened goes to the sign-in page and back. A request that carries what
    somebody typed must not: htmx would follow the redirect and put the sign-in page
    in place of the row, a plain form would be gone. Both get 401. htmx swaps nothing on
    401 and fires ``sesi-berakhir``; the script keeps the row, asks to sign in in another tab and sends it
    again. A plain form gets a page that shows what was typed.
    """

    def process_view(self, request: HttpRequest, view_func: Callable, view_args: Any, view_kwargs: Any) -> Any:
        # Django asks for the person first, which costs a query even where nobody needs to sign in.
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> Any:
        if request.headers.get("HX-Request") == "true":
            answer = HttpResponse(
                "Sesi berakhir. Masuk lagi di tab lain, lalu ulangi.",
                status=401,
                content_type="text/plain; charset=utf-8",
            )
            answer["HX-Trigger"] = "sesi-berakhir"
            return answer
        if request.method == "POST":
            typed = [
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if value.strip() and not any(word in name.lower() for word in _NEVER_SHOWN)
            ]
            return render(
                request, "accounts/sesi_berakhir.html", {"isian": typed, "masuk": reverse("masuk")}, status=401
            )
        return super().handle_no_permission(request, view_func)

"""Who calls: the bearer token of a request, and the gate in front of every address of the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from math import ceil
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.security.base import AuthBase

from accounts.models import TokenAPI
from accounts.tokens import find_token
from api.galat import Galat, refuse

# Ten times the largest write (500 rows with short texts); a workbook goes through the page.
MAX_BODY = 2 * 1024 * 1024
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Name under which failed keys of an address are counted beside failed sign-ins, where an Administrator can clear them.
COUNTED_AS = {"username": "(token API)"}
_ASK = {"WWW-Authenticate": 'Bearer realm="renstra"'}
_HEADER = re.compile(r"bearer +([A-Za-z0-9_\-]{1,200})", re.IGNORECASE)


class Token(AuthBase):
    """Tells ninja and the OpenAPI description how one signs in; the gate has done it before."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> TokenAPI | None:
        """The token of the gate."""
        return getattr(request, "auth", None)


def authenticate(request: HttpRequest) -> TokenAPI:
    """The valid token of a request; raises ``Galat`` 401, 403 for writing with a reading one, 429 after many mistakes.

    Mistakes are counted per address like those of the sign-in page, and hold up unknown keys only: a
    program with a good key goes on working beside a neighbour behind the same proxy who has a bad one.
    """
    header = request.headers.get("Authorization", "")
    if not header:
        raise Galat(401, "Kirim token dalam kepala Authorization: Bearer TOKEN; buat di /akun/token/.", headers=_ASK)
    sent = _HEADER.fullmatch(header.strip())
    token = find_token(sent[1]) if sent else None
    if token is None:
        _count_mistake(request)
        raise Galat(
            401,
            "Token tidak dikenal, kedaluwarsa atau sudah dicabut; buat yang baru di /akun/token/.",
            kode="token_ditolak",
            headers=_ASK,
        )
    if request.method not in READING and token.cakupan != TokenAPI.Cakupan.TULIS:
        raise Galat(403, "Token ini hanya dapat membaca; untuk menulis buat token baru dengan cakupan menulis.")
    return token


def _count_mistake(request: HttpRequest) -> None:
    allowed = AxesProxyHandler.is_allowed(request, COUNTED_AS)
    if allowed:
        AxesProxyHandler.user_login_failed(sender=__name__, credentials=COUNTED_AS, request=request)
    # Its middleware would answer with the page of a locked sign-in.
    request.axes_locked_out = False  # type: ignore[attr-defined]
    if not allowed:
        seconds = ceil(get_cool_off(request).total_seconds())
        raise Galat(
            429,
            f"Terlalu banyak token salah dari alamat ini; coba lagi {ceil(seconds / 60)} menit lagi.",
            headers={"Retry-After": str(seconds)},
        )


def gate(view: Callable[..., HttpResponseBase], known: Mapping[str, frozenset[str]]) -> Callable[..., HttpResponseBase]:
    """Put in front of a view what ninja leaves open; ``known`` are the query parameters by method.

    Key, size, method; then characters no database keeps, and mistyped parameters: ``?triwulann=2`` must not
    write into the year.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            request.auth = authenticate(request)  # type: ignore[attr-defined]
            _check(request, known)
            answer = view(request, *args, **kwargs)
        except Exception as error:
            answer = refuse(request, error)
        # What one token may read, no proxy keeps for another.
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    # A key is never sent along by a browser, so a foreign page can forge nothing.
    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def _check(request: HttpRequest, known: Mapping[str, frozenset[str]]) -> None:
    method = str(request.method)
    if known and method not in known:
        allowed = ", ".join(sorted(known))
        raise Galat(405, f"Alamat ini hanya menerima {allowed}.", headers={"Allow": allowed})
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MAX_BODY:
        raise Galat(413, f"Isi permintaan paling besar {MAX_BODY // 1024 // 1024} MB; kirim lebih sedikit sekaligus.")
    texts = [request.path_info, *request.GET, *(item for values in request.GET.lists() for item in values[1])]
    if any("\x00" in text for text in texts):
        raise Galat(400, "Alamat berisi karakter NUL.")
    unknown = sorted(set(request.GET) - known.get(method, frozenset()))
    if known and unknown:
        names = {name[:60]: "Parameter ini tidak dikenal." for name in unknown}
        raise Galat(422, f"Parameter tidak dikenal: {', '.join(names)}.", sel=names)
    if length and method not in READING:
        kind = request.content_type or ""
        if kind != "application/json":
            raise Galat(400, "Kirim isi sebagai JSON (Content-Type: application/json).", kode="bukan_json")

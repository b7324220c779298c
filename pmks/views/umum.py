"""What the pages of the registry share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Jejak
from pmks.kripto import KunciError
from pmks.models import Orang

PINTU = Jejak.Pintu.PERAMBAN
ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def no_store(view: ViewT) -> ViewT:
    """Keep a page with personal data out of every cache, also the browser's, and say in words that a key is lost."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(*args, **kwargs)
        except KunciError as error:
            # Nothing was stored: every write that needs a key stands in a transaction.
            response = render(args[0], "pmks/kunci.html", {"sebab": error}, status=503)
        response["Cache-Control"] = "no-store, private"
        return response

    return answer  # type: ignore[return-value]


def find_orang(request: HttpRequest, pk: int) -> Orang:
    """The person, of those whom this user sees; 404 for others, which does not tell whether they exist."""
    person = Orang.objects.filter(pk=pk).seen_by(request.user).select_related("desa__induk").first()
    if person is None:
        raise Http404("Orang ini tidak ada, atau tidak termasuk jenis yang dilayani unit Anda.")
    return person


def with_query(base: str, query: Mapping[str, str]) -> str:
    """Address with a query."""
    return f"{base}?{urlencode(query)}" if query else base


def put_errors(form: forms.BaseForm, galat: Mapping[str, str]) -> None:
    """What the writing refused, at the fields it belongs to."""
    for name, message in galat.items():
        form.add_error(name if name in form.fields else None, message)

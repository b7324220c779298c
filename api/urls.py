"""Addresses of the API. Ninja's views get the gate and their declaration of who may, like every other view."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, path, re_path

from accounts.access import allow_token
from api import halaman
from api.app import AKAR, api, openapi
from api.kunci import gate

_PARAMETER = re.compile(r"<(?:[^>:]+:)?([^>]+)>")


def _operations() -> Iterator[URLPattern]:
    described = openapi()["paths"]
    # One pattern an address: ninja gives one a method, all with the same view, and a root that answers nothing.
    found = {AKAR + _PARAMETER.sub(r"{\1}", str(pattern.pattern)): pattern for pattern in api.urls[0]}
    for template, pattern in found.items():
        if template not in described or pattern.callback is None:
            continue
        known = {
            method.upper(): frozenset(item["name"] for item in operation["parameters"] if item["in"] == "query")
            for method, operation in described[template].items()
        }
        view = allow_token(gate(pattern.callback, known))
        name = "api-" + re.sub(r"\W+", "-", template.removeprefix(AKAR)).strip("-")
        yield path(f"api/v1/{pattern.pattern}", view, name=name)


urlpatterns = [
    path("api/", halaman.halaman, name="api"),
    path("api/v1/openapi.json", halaman.openapi_json, name="api-openapi"),
    *_operations(),
    # [\s\S]: a line break in an address is no way around it.
    re_path(r"^api/(?P<sisa>[\s\S]+)$", allow_token(gate(halaman.tidak_ada, {})), name="api-lain"),
]

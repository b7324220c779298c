"""The API as ninja has it: its routers, how JSON is read and written, how refusals look."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.throttling import AuthRateThrottle

from api import laporan, realisasi, rencana
from api.galat import add_handlers
from api.jsonangka import read, write
from api.kunci import Token

AKAR = "/api/v1/"


class ExactParser(Parser):
    """JSON with exact numbers."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read(request.body)


class ExactRenderer(BaseRenderer):
    """JSON with every digit."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return write(data) + "\n"


class TokenThrottle(AuthRateThrottle):
    """So many requests a minute and token, in each worker process."""

    def __init__(self) -> None:
        super().__init__("600/m")

    def get_cache_key(self, request: HttpRequest) -> str:
        """The id of the token."""
        return f"api-{request.auth.pk}"  # type: ignore[attr-defined]


class Api(NinjaAPI):
    """Operations are called by the names of their functions, which a generated client then has."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="API Pemantauan Renstra",
    version="1",
    description="Membaca rencana, realisasi, capaian dan laporan, dan menulis realisasi, dengan hak pemilik token.",
    docs_url=None,
    openapi_url=None,
    parser=ExactParser(),
    renderer=ExactRenderer(),
    auth=Token(),
    throttle=TokenThrottle(),
)
add_handlers(api)
for router in (rencana.router, realisasi.router, laporan.router):
    api.add_router("", router)


@cache
def openapi() -> dict[str, Any]:
    """The description of the API (OpenAPI 3.1)."""
    return dict(api.get_openapi_schema(path_prefix=AKAR))

"""The one shape of every refusal: ``{"galat": {…}}`` in Indonesian, whatever refused."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from api.jsonangka import JsonError, write
from indicators.row_record import YearOutsidePlan
from renstra.logs import current_request_id

log = logging.getLogger("renstra.api")
CONTENT_TYPE = "application/json; charset=utf-8"
KODE = {
    400: "permintaan_rusak",
    401: "tanpa_token",
    403: "tidak_berhak",
    404: "tidak_ada",
    405: "cara_salah",
    409: "bentrok",
    413: "terlalu_besar",
    422: "isian_salah",
    423: "terkunci",
    429: "terlalu_sering",
    500: "kesalahan_server",
}


class Galat(Exception):
    """A refusal: HTTP status, a sentence, reasons by cell or parameter, and for some statuses what is stored."""

    def __init__(
        self,
        status: int,
        pesan: str,
        *,
        kode: str = "",
        sel: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **lain: Any,
    ) -> None:
        super().__init__(pesan)
        self.status = status
        self.isi = {"kode": kode or KODE[status], "pesan": pesan, "sel": dict(sel or {}), **lain}
        self.headers = dict(headers or {})


def respond(error: Galat) -> HttpResponse:
    """The answer to a refusal."""
    body = {"galat": {**error.isi, "permintaan": current_request_id()}}
    return HttpResponse(write(body) + "\n", status=error.status, content_type=CONTENT_TYPE, headers=error.headers)


def add_handlers(api: NinjaAPI) -> None:
    """Let every exception of an operation end in ``refuse``."""
    for kind in (
        Exception,
        Http404,
        HttpError,
        ValidationError,
    ):  # ninja has its own for these, and looks them up first
        api.add_exception_handler(kind, lambda request, error: refuse(request, cast(Exception, error)))


def refuse(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to an exception. One we did not foresee is our mistake: the log has it, the caller its number."""
    known = translate(error)
    if known is None:
        log.error("galat API pada %s", request.resolver_match and request.resolver_match.route, exc_info=error)
        known = Galat(
            500, "Ada kesalahan di server; tidak ada yang disimpan. Sebutkan nomor permintaan kepada Administrator."
        )
    return respond(known)


def translate(error: Exception) -> Galat | None:
    """The refusal that an exception stands for, None for one that should not happen."""
    if isinstance(error, Galat):
        return error
    if isinstance(error, PermissionDenied):
        return Galat(403, str(error) or "Anda tidak berhak.")
    if isinstance(error, Http404):
        return Galat(404, str(error) or "Tidak ada.")
    if isinstance(error, YearOutsidePlan):
        return Galat(404, str(error))
    if isinstance(error, RequestDataTooBig):
        return Galat(413, "Isi permintaan terlalu besar; kirim lebih sedikit baris sekaligus.")
    if isinstance(error, ValidationError):
        reasons = _reasons(error.errors)
        return Galat(422, " ".join(dict.fromkeys(reasons.values())), sel=reasons)
    if isinstance(error, Throttled):
        return Galat(429, "Terlalu banyak permintaan dengan token ini; tunggu sebentar, lalu ulangi.")
    if isinstance(error, SuspiciousOperation):
        return Galat(400, "Permintaan tidak dapat diterima.")
    if not isinstance(error, HttpError):
        return None
    cause = error.__cause__
    return Galat(400, str(cause) if isinstance(cause, JsonError) else "Isi permintaan tidak terbaca sebagai JSON.")


# Pydantic's kinds of error in our words; {} are the limits it names.
_WORDS = {
    "missing": "Wajib diisi.",
    "extra_forbidden": "Nama ini tidak dikenal.",
    "int_parsing": "Isi dengan bilangan bulat.",
    "int_type": "Isi dengan bilangan bulat.",
    "int_from_float": "Isi dengan bilangan bulat.",
    "int_parsing_size": "Bilangan terlalu besar.",
    "string_type": "Isi dengan teks.",
    "bool_type": "Isi dengan true atau false.",
    "bool_parsing": "Isi dengan true atau false.",
    "literal_error": "Pilih salah satu: {expected}.",
    "greater_than_equal": "Paling kecil {ge}.",
    "less_than_equal": "Paling besar {le}.",
    "string_too_long": "Paling panjang {max_length} huruf.",
    "string_too_short": "Paling pendek {min_length} huruf.",
    "too_short": "Paling sedikit {min_length}.",
    "too_long": "Paling banyak {max_length}.",
    "list_type": "Isi dengan larik JSON.",
    "dict_type": "Isi dengan objek JSON.",
    "model_type": "Isi dengan objek JSON.",
    "model_attributes_type": "Isi dengan objek JSON.",
    "datetime_parsing": "Waktu tidak terbaca; tulis misalnya 2022-07-01T08:00:00+07:00.",
    "datetime_from_date_parsing": "Waktu tidak terbaca; tulis misalnya 2022-07-01T08:00:00+07:00.",
}


def _reasons(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in errors:
        # ("body", "isi", "baris", 3, "versi"): where it came from and the name of our argument tell a caller nothing.
        place = [str(part) for part in item["loc"][1:]]
        if item["loc"][0] == "body":
            place = place[1:]
        name = ".".join(place) or "isi"
        kind = str(item["type"])
        if kind == "value_error":
            words = str(item["ctx"]["error"])
        else:
            words = _WORDS.get(kind, "Isinya tidak dapat dipakai.").format(**item.get("ctx", {}))
        found.setdefault(name, f"{name}: {words}")
    return found

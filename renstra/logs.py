"""Log lines as JSON with the id of the request; no personal data is put in them."""

import json
import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
# A database error tells which row it is about (DETAIL), and 16 digits are a NIK or No KK,
# in one piece or in groups.
_PERSONAL = re.compile(r"(?<!\d)(?:\d[ .'-]?){12}(?=(?:\d[ .'-]?){3}\d(?!\d))|(?<=DETAIL:)[^\n]*")
_ACCEPTED_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


def current_request_id() -> str:
    """Id of the request being answered, ``-`` outside one."""
    return _request_id.get()


class RequestIdMiddleware:
    """Give each request an id (the proxy's own when it sends a sane one) and return it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its id set for every log line on the way."""
        given = request.headers.get("X-Request-Id", "")
        token = _request_id.set(given if _ACCEPTED_ID.match(given) else uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = _request_id.get()
            return response
        finally:
            _request_id.reset(token)


class RequestIdFilter(logging.Filter):
    """Put the request id on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        record.request_id = _request_id.get()
        return True


class LineFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, request id, message, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the record as one line."""
        line = {
            "waktu": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "tingkat": record.levelname,
            "asal": record.name,
            "permintaan": getattr(record, "request_id", "-"),
            "pesan": _PERSONAL.sub("…", record.getMessage()),
        }
        if record.exc_info:
            line["jejak"] = _PERSONAL.sub("…", self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

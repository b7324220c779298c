"""From a matrix to the bytes of a file: the one place that knows which renderer writes which format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from reports.matrix import Matrix
from reports.renderers import html, json, page, pdf, xlsx


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its suffix, its content type, whether a browser shows it or saves it."""

    suffix: str
    label: str
    content_type: str
    write: Callable[[Matrix, datetime, str], bytes]
    simpan: bool = False


FORMATS = {
    item.suffix: item
    for item in (
        Format("html", "HTML", html.CONTENT_TYPE, lambda matrix, made, kertas: page.render_page(matrix, made)),
        Format("xlsx", "XLSX", xlsx.CONTENT_TYPE, lambda matrix, made, kertas: xlsx.render_xlsx(matrix, made), True),
        Format("pdf", "PDF", pdf.CONTENT_TYPE, pdf.render_pdf),
        Format("json", "JSON", json.CONTENT_TYPE, lambda matrix, made, kertas: json.render_json(matrix)),
    )
}


def export(matrix: Matrix, suffix: str, kertas: str = "") -> bytes:
    """The report in a format of ``FORMATS``."""
    return FORMATS[suffix].write(matrix, timezone.localtime(), kertas)

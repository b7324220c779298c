"""A matrix on paper: the HTML of ``html.py``, a style sheet for print, WeasyPrint.

A rendered file is kept in ``caches["pdf"]`` under a hash of the very markup and
style sheets it was made from, so it can never be out of date; the time printed on
it is when those figures were first put on paper.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from html import escape
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.cache import caches

from renstra.formats import format_waktu
from reports.matrix import Matrix, bands, leaves
from reports.renderers.html import (
    parameter_line,
    render_attachment,
    render_end,
    render_heading,
    render_signatures,
    render_table,
)

SUFFIX = "pdf"
CONTENT_TYPE = "application/pdf"

logger = logging.getLogger("renstra.pdf")

_STYLE = Path(__file__).resolve().with_name("print.css")
_ASSETS = Path(settings.BASE_DIR) / "renstra" / "ui" / "static" / "vendor" / "plex"
# WeasyPrint's fonts live in one process-wide configuration that is not made for threads.
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Kertas:
    """A sheet of paper: name shown and size in millimetres."""

    label: str
    lebar: int
    tinggi: int

    @property
    def tegak(self) -> bool:
        """Upright."""
        return self.tinggi > self.lebar


MARGIN = 16  # mm, left and right together, as in print.css
# F4 (215 × 330 mm) is what the offices here print on.
KERTAS = {
    "f4-lanskap": Kertas("F4 lanskap", 330, 215),
    "f4-tegak": Kertas("F4 tegak", 215, 330),
    "a4-lanskap": Kertas("A4 lanskap", 297, 210),
    "a4-tegak": Kertas("A4 tegak", 210, 297),
}


# Width of an average character of the title (mm), and the characters a word may stand over.
TITLE_CHARACTER, TITLE_SLACK = 1.8, 12
# Columns up to this width (mm) still read well when upright F4 squeezes them by a tenth.
SEMPIT = 222
# A table this much wider than the sheet is squeezed: a band of its own for two columns doubles the paper.
MUAT = 1.105


def default_kertas(matrix: Matrix) -> str:
    """F4, upright when the tables are narrow."""
    widest = max(sum(column.bobot for column in leaves(part.kolom)) for part in (matrix, *matrix.lampiran))
    return "f4-tegak" if widest <= SEMPIT else "f4-lanskap"


def render_pdf(matrix: Matrix, made: datetime, kertas: str = "") -> bytes:
    """PDF as bytes, from the cache when these figures were printed before."""
    paper = kertas or default_kertas(matrix)
    sheet = KERTAS[paper]
    parts = bands(matrix, round((sheet.lebar - MARGIN) * MUAT))
    body = _book(matrix) if matrix.lampiran else render_heading(matrix) + _tables(parts) + render_end(matrix)
    footer = f"{matrix.nomor or matrix.judul}" + (f" · {parameter_line(matrix)}" if matrix.parameter else "")
    # In a book each table has a size of its own.
    size = "buku" if matrix.lampiran else _size(parts, sheet.lebar - MARGIN)
    style = _book_style(matrix, sheet) if matrix.lampiran else _page_style(parts, sheet) + _title_style(matrix, sheet)
    digest = hashlib.sha256("\0".join((body, footer, size, style, _style_text())).encode()).hexdigest()
    cache = caches["pdf"]
    key = f"laporan-{digest}"
    try:
        found = cache.get(key)
    except Exception:  # a damaged or unreadable cache entry costs time, not the report
        logger.warning("cache PDF tidak terbaca", exc_info=True)
        found = None
    if found is not None:
        return bytes(found)
    document = _document(matrix, body, footer, digest[:8], made, f"{size} {paper}")
    content = _write(document, style)
    try:
        cache.set(key, content)
    except OSError:
        logger.warning("cache PDF tidak dapat ditulis", exc_info=True)
    return content


def _tables(parts: tuple[Matrix, ...]) -> str:
    """The table, or its bands: each begins a page and says which part it is."""
    if len(parts) == 1:
        return render_table(parts[0])
    return "".join(
        f'<div class="pita pita-{at}"><p class="bagian">Bagian {at} dari {len(parts)}</p>{render_table(part)}</div>'
        for at, part in enumerate(parts, start=1)
    )


def _document(matrix: Matrix, body: str, footer: str, version: str, made: datetime, css: str) -> str:
    title = escape(f"{matrix.nomor} {matrix.judul}".strip())
    stamp = f"Data versi {version} · disusun {format_waktu(made)} WIB"
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        f'<title>{title}</title><meta name="generator" content="Renstra">'
        f'<meta name="author" content="{escape(matrix.sumber)}">'
        f'<meta name="dcterms.created" content="{made.isoformat()}"></head>'
        f'<body class="{css}"><p class="kaki-kiri">{escape(footer)}</p>'
        f'<p class="kaki-tengah">{escape(stamp)}</p>{body}</body></html>'
    )


def _size(parts: tuple[Matrix, ...], room: int) -> str:
    """Class that sets the type: many columns are set smaller, and smaller still where bands are squeezed."""
    columns = max(len(leaves(part.kolom)) for part in parts)
    squeezed = len(parts) > 1 and any(sum(leaf.bobot for leaf in leaves(part.kolom)) > room for part in parts)
    return (
        "padat rapat"
        if columns > (14 if squeezed else 20)
        else "padat"
        if columns > 14
        else "sedang"
        if columns > 7
        else "lega"
    )


def _book(matrix: Matrix) -> str:
    """Several reports, each on a page of its own; with ``sampul`` a cover and a list with pages come first."""
    tables = "".join(render_attachment(at, part, _size((part,), 0)) for at, part in enumerate(matrix.lampiran, start=1))
    alone = replace(matrix, lampiran=())
    if not matrix.sampul:
        first = render_heading(matrix) + render_table(matrix) + render_end(alone)
        return f'<div class="lampiran-0 {_size((matrix,), 0)}">{first}</div>{tables}'
    lines = "".join(
        f'<li><a href="#lampiran-{at}"><span>{escape(part.nomor)}</span> {escape(part.judul)}</a></li>'
        for at, part in enumerate(matrix.lampiran, start=1)
    )
    heads = " ".join(column.judul for column in leaves(matrix.kolom))
    return (
        f'<div class="sampul">{render_heading(matrix)}</div>'
        f'<div class="daftar-isi"><h2>Daftar Tabel</h2><p class="kepala-daftar">{escape(heads)}</p><ol>{lines}</ol>'
        f"{render_end(replace(alone, tanda_tangan=()))}</div>{tables}{render_signatures(matrix)}"
    )


def _book_style(matrix: Matrix, paper: Kertas) -> str:
    """Paper size, and the widths of every table for itself."""
    room = paper.lebar - MARGIN
    style = [f"@page{{size:{paper.lebar}mm {paper.tinggi}mm}}"]
    for at, part in enumerate((matrix, *matrix.lampiran)):
        weights = [column.bobot for column in leaves(part.kolom)]
        total = sum(weights)
        wide = min(total, room)
        scope = f".lampiran-{at}"
        style.append(
            f"{scope} table,{scope} .catatan-laporan,{scope} .sumber-laporan"
            f"{{width:{wide}mm;margin-left:auto;margin-right:auto}}"
        )
        style += [f"{scope} .w-{weight}{{width:{weight * 100 / total:.3f}%}}" for weight in sorted(set(weights))]
    return "".join(style)


def _page_style(parts: tuple[Matrix, ...], paper: Kertas) -> str:
    """Paper size and column widths: the only part of the style that differs between reports."""
    style = [f"@page{{size:{paper.lebar}mm {paper.tinggi}mm}}"]
    room = paper.lebar - MARGIN
    widest = 0
    for at, part in enumerate(parts, start=1):
        weights = [column.bobot for column in leaves(part.kolom)]
        total = sum(weights)
        # A narrow table is not stretched over the sheet: eyes would lose the row.
        wide = min(total, room)
        widest = max(widest, wide)
        scope = f".pita-{at} " if len(parts) > 1 else ""
        style.append(f"{scope}table,{scope}.bagian{{width:{wide}mm;margin-left:auto;margin-right:auto}}")
        style += [f"{scope}.w-{weight}{{width:{weight * 100 / total:.3f}%}}" for weight in sorted(set(weights))]
    style.append(
        ".catatan-laporan,.sumber-laporan,.penutup-laporan,.tanda-tangan"
        f"{{width:{widest}mm;margin-left:auto;margin-right:auto}}"
    )
    return "".join(style)


def _title_style(matrix: Matrix, paper: Kertas) -> str:
    """Width of the title: one that must break is set in lines of like length, which WeasyPrint cannot do itself."""
    room = paper.lebar - MARGIN - 8
    longest, *others = sorted((len(line) for line in (matrix.judul, *matrix.subjudul)), reverse=True)
    lines = ceil(longest * TITLE_CHARACTER / room)
    needed = max(longest / lines + TITLE_SLACK, *others, 0) if lines > 1 else room
    return f".judul-laporan{{width:{min(room, needed * TITLE_CHARACTER):.0f}mm;margin-left:auto;margin-right:auto}}"


@lru_cache(maxsize=1)
def _style_text() -> str:
    return _STYLE.read_text(encoding="utf-8")


def _own_font(url: str) -> Path | None:
    """The file of one of our fonts, None for any other address."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc:
        return None
    path = Path(unquote(parts.path))
    if path.parent != _ASSETS or path.suffix != ".woff2" or not path.is_file():
        return None
    return path


@lru_cache(maxsize=1)
def _engine() -> tuple[Any, Any, Any]:
    """Fetcher, font configuration and the parsed print style: made once a process, fonts are slow to read."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFonts(URLFetcher):
        """Refuses everything but the fonts of the product: no network, no other file."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            path = _own_font(url)
            if path is None:
                raise ValueError(f"alamat ditolak: {url}")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/woff2"})

    fetcher = OwnFonts()
    fonts = FontConfiguration()
    # At interpreter exit WeasyPrint's modules may go first, and the fonts' destructor would fail aloud.
    atexit.register(_engine.cache_clear)
    style = CSS(string=_style_text(), base_url=_ASSETS.as_uri() + "/", font_config=fonts, url_fetcher=fetcher)
    return fetcher, fonts, style


def _write(document: str, style: str) -> bytes:
    from weasyprint import CSS, HTML

    with _LOCK:
        fetcher, fonts, shared = _engine()
        # The layout makes millions of small objects that all live until the end: without the
        # freeze the collector walks them again and again (a fifth of the time).
        gc.freeze()
        enabled = gc.isenabled()
        gc.disable()
        try:
            page = CSS(string=style, font_config=fonts, url_fetcher=fetcher)
            html = HTML(string=document, base_url=_ASSETS.as_uri() + "/", url_fetcher=fetcher)
            content = html.write_pdf(stylesheets=[shared, page], font_config=fonts)
        finally:
            if enabled:
                gc.enable()
            gc.unfreeze()
    assert content is not None
    return bytes(content)

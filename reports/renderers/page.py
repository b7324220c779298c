"""A matrix as one HTML file that stands alone: what ``export_report`` writes with the suffix .html."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path

from renstra.formats import format_waktu
from reports.matrix import Matrix, leaves
from reports.renderers.html import parameter_line, render_end, render_heading, render_table

_STYLE = Path(__file__).resolve().with_name("berkas.css")


def render_page(matrix: Matrix, made: datetime) -> bytes:
    """UTF-8 HTML with its own style sheet in the head: a file has no site to fetch one from."""
    widths = "".join(
        f".w-{weight}{{width:{weight * 1.6:.1f}mm}}"
        for weight in sorted({column.bobot for column in leaves(matrix.kolom)})
    )
    title = escape(f"{matrix.nomor} {matrix.judul}".strip())
    return (
        '<!doctype html>\n<html lang="id">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_style()}{widths}\n</style>\n</head>\n<body>\n"
        f"{render_heading(matrix)}\n{render_table(matrix)}\n{render_end(matrix)}"
        f'<p class="kaki">{escape(parameter_line(matrix))} · disusun {format_waktu(made)} WIB</p>\n'
        "</body>\n</html>\n"
    ).encode()


@lru_cache(maxsize=1)
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")

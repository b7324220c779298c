"""Tags and filters every template may use without loading (settings: builtins).

What each looks like and when to use it: docs/ui.md.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.safestring import mark_safe

from renstra import formats
from renstra.ui.charts import Grafik, draw

register = template.Library()

# Word of a state and its shape in templates/ui/keadaan.html.
KEADAAN = {
    "kosong": "belum diisi",
    "sebagian": "terisi sebagian",
    "lengkap": "lengkap",
    "tersimpan": "tersimpan",
    "gagal": "belum tersimpan",
    "bentrok": "diubah orang lain",
    "perhatian": "perlu perhatian",
    "terkunci": "terkunci",
}
# How many of five bars are full; the scale of Permendagri 86/2017, Tabel T-E.22.
PREDIKAT = {"Sangat Rendah": 1, "Rendah": 2, "Sedang": 3, "Tinggi": 4, "Sangat Tinggi": 5}
_PESAN = {"debug": "Catatan:", "info": "Info:", "success": "Selesai:", "warning": "Perhatian:", "error": "Gagal:"}


@cache
def _version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


@register.simple_tag
def versi_aplikasi() -> str:
    """Version of the product, from pyproject.toml."""
    return _version()


@register.filter
def kata_pesan(level: str) -> str:
    """Word in front of a message, so that its colour is not its only sign."""
    return _PESAN.get(level, "Info:")


def _known(value: Any) -> Any:
    # A name the template does not know arrives as "", which is unknown too.
    return None if value == "" else value


@register.filter
def angka(value: Decimal | int | None, decimals: int | None = None) -> str:
    """``1.234,5``; ``angka:2`` always two decimals; None is a dash."""
    return formats.format_number(_known(value), decimals)


@register.filter
def rupiah(value: int | None) -> str:
    """``1.234.567``, no symbol: the column header says Rp."""
    return formats.format_rupiah(_known(value))


@register.filter
def rp(value: int | None) -> str:
    """``Rp 1.234.567`` for running text."""
    return formats.format_rupiah(_known(value), symbol=True)


@register.filter
def persen(value: Decimal | None) -> str:
    """Two decimals without a sign: ``94,71``."""
    return formats.format_persen(_known(value))


@register.filter
def tanggal(value: date | None) -> str:
    """``24 November 2026``."""
    return formats.format_tanggal(_known(value))


@register.filter
def waktu(value: datetime | None) -> str:
    """``24 November 2026 pukul 09.05`` in WIB."""
    return formats.format_waktu(timezone.localtime(value) if _known(value) is not None else None)


@register.inclusion_tag("ui/remah.html")
def remah(teks: str, url: str = "") -> dict[str, Any]:
    """One breadcrumb; without ``url`` it is this page."""
    return {"teks": teks, "url": url}


@register.inclusion_tag("ui/kosong.html")
def kosong(judul: str, teks: str = "", url: str = "", tautan: str = "") -> dict[str, Any]:
    """Empty state: what there is not, why, and one thing to do."""
    return {"judul": judul, "teks": teks, "url": url, "tautan": tautan}


@register.inclusion_tag("ui/kemajuan.html")
def kemajuan(nilai: int, dari: int, label: str = "Kemajuan") -> dict[str, Any]:
    """Thin bar for ``nilai`` of ``dari``; the figures belong beside it as text."""
    return {"nilai": nilai, "dari": dari, "label": label}


@register.inclusion_tag("ui/predikat.html")
def predikat(kata: str | None) -> dict[str, Any]:
    """One of the five words with its bars; None shows a dash."""
    full = PREDIKAT.get(str(kata or ""), 0)
    return {"kata": kata, "palang": [(1 + 4 * n, 8 - 2 * n, 2 + 2 * n, n < full) for n in range(5)]}


@register.inclusion_tag("ui/keadaan.html")
def keadaan(kunci: str, kata: str = "") -> dict[str, Any]:
    """State of a row by word and shape; ``kata`` replaces the usual word."""
    return {"kunci": kunci, "kata": kata or KEADAAN.get(kunci, kunci)}


@register.inclusion_tag("ui/grafik.html")
def grafik(g: Grafik) -> dict[str, Any]:
    """A chart of ``renstra/ui/charts.py`` with the table that says the same."""
    # ``draw`` escapes every text it writes.
    return {"g": g, "gambar": mark_safe(draw(g)) if g.ada else ""}  # noqa: S308


@register.inclusion_tag("ui/isian.html")
def isian(field: Any) -> dict[str, Any]:
    """A form field with label, help and error tied to it."""
    if field.errors:
        field.field.widget.attrs.setdefault("aria-invalid", "true")
    return {"field": field}

"""From cells as JSON to cells as a person types them, so that one parser and one set of rules reads both."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from api.jsonangka import digits
from indicators.entry import KATA, Keadaan, Values, write_row


def as_typed(sent: Mapping[str, Any], stored: Values) -> tuple[dict[str, str], dict[str, str]]:
    """Texts of the cells that were sent, and what contradicts itself, both by name of the cell.

    What is sent as it is ``stored`` becomes the text that is shown for it, so a row that was read and sent back
    changes nothing: also where it follows from quarters or components with more digits than one may type.
    """
    shown = write_row(stored)
    texts: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name, value in sent.items():
        if name in {"kinerja", "keadaan"}:
            continue
        texts[name] = _as_text(value)
    keadaan = sent.get("keadaan")
    if "kinerja" in sent or keadaan is not None:
        known = "kinerja" in sent
        kinerja = sent.get("kinerja")
        full = kinerja is not None and kinerja != ""
        same = isinstance(kinerja, Decimal) and kinerja == stored.kinerja
        if keadaan in KATA:
            if full:
                errors["keadaan"] = f"Keadaan “{keadaan}” tidak punya angka; kosongkan kinerja, atau kirim “terisi”."
            texts["kinerja"] = shown.kinerja if keadaan == stored.keadaan else KATA[Keadaan(keadaan)]
        elif keadaan == Keadaan.KOSONG:
            if full:
                errors["keadaan"] = "Keadaan “kosong” tidak punya angka; kosongkan kinerja, atau kirim “terisi”."
            texts["kinerja"] = ""
        elif keadaan == Keadaan.TERISI and not (full if known else stored.kinerja is not None):
            errors["kinerja"] = "Keadaan “terisi” minta angka kinerja."
        elif known:
            # null says "no number", which is as it was where there is none: the state stays.
            unchanged = same or (kinerja is None and stored.kinerja is None)
            texts["kinerja"] = shown.kinerja if unchanged else _as_text(kinerja)
    return texts, errors


def _as_text(value: str | Decimal | None) -> str:
    if value is None:
        return ""
    return digits(value).replace(".", ",") if isinstance(value, Decimal) else value

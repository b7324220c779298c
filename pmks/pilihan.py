"""People chosen on the list, for something done to many at once: their numbers, kept in the session.

A distribution list is ticked off over several pages and searches, so the choice outlives the page it was made on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, MutableMapping
from typing import Any

from pmks.layanan_banyak import PALING_BANYAK

_KEY = "pmks_pilihan"


def chosen(session: MutableMapping[str, Any]) -> list[int]:
    """Numbers of those chosen, in the order they were."""
    found: list[int] = session.get(_KEY, [])
    return list(found)


def choose(session: MutableMapping[str, Any], shown: Collection[int], ticked: Collection[int]) -> tuple[int, int]:
    """Of those ``shown`` on a page exactly the ``ticked`` are chosen now; how many in all, and how many did not fit."""
    kept = [pk for pk in chosen(session) if pk not in shown or pk in ticked]
    wanted = [*kept, *(pk for pk in shown if pk in ticked and pk not in kept)]
    session[_KEY] = wanted[:PALING_BANYAK]
    return len(session[_KEY]), len(wanted) - len(session[_KEY])


def clear(session: MutableMapping[str, Any]) -> None:
    """Nobody is chosen."""
    session.pop(_KEY, None)


def numbers(texts: Iterable[str]) -> list[int]:
    """Numbers of people as a form sends them, each once; what is none is left out."""
    found = (int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19)
    return list(dict.fromkeys(found))

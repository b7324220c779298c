"""What was searched for, kept out of addresses.

Addresses end up in logs and histories, so a name typed to find a person is posted and kept in the session; the
address of the list names a token for it. A NIK is posted, answered and forgotten.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any

_KEY = "pmks_cari"
_KEPT = 20
MAX_LENGTH = 100


def remember(session: MutableMapping[str, Any], text: str) -> str:
    """Token for a text; the same text has the same token, and only the newest searches are kept."""
    found: dict[str, str] = session.get(_KEY, {})
    token = next((key for key, value in found.items() if value == text), "") or secrets.token_urlsafe(6)
    rest = [(key, value) for key, value in found.items() if key != token][-(_KEPT - 1) :]
    session[_KEY] = dict([*rest, (token, text)])
    return token


def recall(session: MutableMapping[str, Any], token: str) -> str | None:
    """The text behind a token; None for one of another session, or too long ago."""
    text = session.get(_KEY, {}).get(token)
    return text if isinstance(text, str) else None


def is_number(text: str) -> bool:
    """Whether somebody typed a NIK and not a name: it has figures, and no letter but that of an exponent."""
    return any(sign.isdigit() for sign in text) and not any(sign.isalpha() and sign not in "eE" for sign in text)

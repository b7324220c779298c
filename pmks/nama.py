"""Names as they are compared and searched: one spelling of what people type in many."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*\Z")
_OTHER = re.compile(r"[^a-z0-9]+")
_APOSTROPHE = re.compile("['`\u2018\u2019\u02bc]")


def normalise(nama: str) -> str:
    """Small letters and digits with single blanks: ``"  Siti   Nur'Aini "`` → ``"siti nuraini"``.

    Accents and apostrophes go, any other sign separates words. Titles are kept: nothing says where a name begins.
    """
    text = nama.lower()
    if _PLAIN.match(text):
        return text
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return _OTHER.sub(" ", _APOSTROPHE.sub("", text)).strip()


def upper_bound(prefix: str) -> str:
    """The first text after all that begin with ``prefix`` (which is normalised and not empty)."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)

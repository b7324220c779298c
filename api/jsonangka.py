"""JSON in and out with every digit: a number is a ``Decimal``, never a float that loses one.

Pure: imports nothing of Django.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

# An exponent beyond this is no figure of an office; written out it would fill the memory.
MAX_EXPONENT = 40


class JsonError(ValueError):
    """The text is no JSON that can be stored; the message says where or why."""


def read(text: bytes) -> Any:
    """Parse UTF-8 JSON with exact numbers; raises ``JsonError``, also for what no database keeps."""
    try:
        found = json.loads(text.decode("utf-8-sig"), parse_float=_number, parse_constant=_constant)
        _check(found)
    except json.JSONDecodeError as error:
        raise JsonError(f"JSON rusak di baris {error.lineno}, kolom {error.colno}.") from None
    except JsonError:
        raise
    except UnicodeDecodeError:
        raise JsonError("Isi bukan teks UTF-8.") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise JsonError("JSON berisi angka yang terlalu panjang atau terlalu dalam bersarang.") from None
    return found


def _number(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > MAX_EXPONENT:
        raise JsonError(f"Angka {text[:20]} terlalu besar atau terlalu kecil.")
    return value


def _constant(text: str) -> NoReturn:
    raise JsonError(f"{text} bukan angka JSON.")


def _check(item: Any) -> None:
    if isinstance(item, str):
        if "\x00" in item:
            raise JsonError("Teks berisi karakter NUL, yang tidak dapat disimpan.")
        try:
            item.encode()
        except UnicodeEncodeError:
            raise JsonError("Teks berisi separuh karakter (surrogate), yang tidak dapat disimpan.") from None
    elif isinstance(item, dict):
        for key, inner in item.items():
            _check(key)
            _check(inner)
    elif isinstance(item, list):
        for inner in item:
            _check(inner)


def write(value: Any) -> str:
    """JSON text; a ``Decimal`` keeps its digits, dates and times are ISO 8601."""
    return "".join(_parts(value))


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, Decimal):
        yield digits(value)
    elif isinstance(value, Mapping):
        yield "{"
        for at, (key, item) in enumerate(value.items()):
            yield f"{', ' if at else ''}{json.dumps(str(key), ensure_ascii=False)}: "
            yield from _parts(item)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for at, item in enumerate(value):
            if at:
                yield ", "
            yield from _parts(item)
        yield "]"
    elif isinstance(value, date):
        yield f'"{value.isoformat()}"'
    else:
        yield json.dumps(value, ensure_ascii=False)


def digits(value: Decimal) -> str:
    """Plain digits without exponent or closing zeros: ``7.2300`` → ``7.23``, ``1E+2`` → ``100``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""A text column that both databases order and compare byte by byte."""

from __future__ import annotations

from typing import Any

from django.db import models


class TeksUrut(models.CharField):
    """Text whose order is the order of its bytes, whatever the locale of the database.

    A prefix is then a range of an index (``≥ "budi"`` and ``< "budj"``) and a page of a list begins after the last row
    of the one before it, on SQLite and PostgreSQL alike. Indonesian locales skip blanks when they compare.
    """

    def db_parameters(self, connection: Any) -> Any:
        """Column type with the collation of bytes, which has another name in each database."""
        found = super().db_parameters(connection)
        found["collation"] = "C" if connection.vendor == "postgresql" else "BINARY"
        return found

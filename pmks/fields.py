"""Columns that several models of the registry have."""

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


def asal_impor() -> models.ForeignKey:
    """The import that brought a row.

    Poured in with the rows: no constraint to check and no index to fill for each of hundreds of thousands of them.
    """
    return models.ForeignKey(
        "pmks.PekerjaanImpor",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="masuk lewat impor",
        db_index=False,
        db_constraint=False,
    )

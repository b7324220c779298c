"""Which indicator rows a person meets, in which order. Imports no models: ``models.py`` builds its manager on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from accounts.models import UnitKerja, User
    from programs.models import Renstra

LEVELS = ("subkegiatan", "kegiatan", "program", "sasaran")
# The unit that owns an indicator is the one of its node.
OWNERS = tuple(f"{level}__unit" for level in LEVELS)


def owned_by(unit: UnitKerja, prefix: str = "") -> Q:
    """Condition for indicators whose node belongs to ``unit`` or a unit below it; ``prefix`` as ``indikator__``."""
    condition = Q()
    for owner in OWNERS:
        condition |= unit.scope_filter(f"{prefix}{owner}")
    return condition


def visible_to(user: User, prefix: str = "") -> Q | None:
    """Condition for indicators whose realisasi ``user`` may read; None means all of them.

    Staff read the rows of their own unit and of those below, and nothing when no unit is set.
    The plan (targets, pagu) is open to everybody who signed in and needs no condition.
    """
    if user.sees_all_units():
        return None
    return owned_by(user.unit, prefix) if user.unit else Q(pk__in=[])


def kunci_realisasi(prefix: str = "") -> Coalesce:
    """Expression for the indicator that keeps the realisasi of a plan row; ``prefix`` as ``indikator__``.

    Realisasi stays with the first version of the plan: a row of a perubahan names that
    indicator as its ``akar``, a row of the first version is its own. The same rule on
    objects: ``Indikator.kunci_realisasi`` and ``IndikatorRow.kunci_realisasi``.
    """
    return Coalesce(F(f"{prefix}akar_id"), F(f"{prefix}id"))


class RealisasiQuerySet(models.QuerySet):
    """Sentences about realisasi."""

    def of_rows(self, rows: models.QuerySet) -> RealisasiQuerySet:
        """Realisasi of indicator rows of *one* plan version, each with ``baris_id``: the row of that version.

        This is the way from a row to its realisasi, whichever version of the plan one reads.
        """
        rows = rows.order_by()
        row_of_version = rows.filter(akar=OuterRef("indikator_id")).values("pk")[:1]
        return self.filter(indikator__in=rows.values(kunci=kunci_realisasi())).annotate(
            baris_id=Coalesce(Subquery(row_of_version), F("indikator_id"))
        )


class IndikatorQuerySet(models.QuerySet):
    """Sentences about indicator rows."""

    def for_renstra(self, renstra: Renstra) -> IndikatorQuerySet:
        """Rows of the plan's tree and its IKU, without the service indicators of the former period."""
        return self.filter(renstra=renstra, milik_renstra__isnull=True)

    def of_keys(self, keys: Iterable[int]) -> IndikatorQuerySet:
        """Rows that continue one of these first indicators, or are one."""
        keys = set(keys)
        return self.filter(Q(akar__in=keys) | Q(akar__isnull=True, pk__in=keys))

    def owned_by(self, unit: UnitKerja) -> IndikatorQuerySet:
        """Rows of ``unit`` and of the units below it."""
        return self.filter(owned_by(unit))

    def visible_to(self, user: User) -> IndikatorQuerySet:
        """Rows whose realisasi ``user`` may read."""
        condition = visible_to(user)
        return self if condition is None else self.filter(condition)

    def with_owner(self) -> IndikatorQuerySet:
        """Read the node and its unit along."""
        return self.select_related(*OWNERS)

    def with_code(self) -> IndikatorQuerySet:
        """Add order key (empty for IKU, so they stand first), code and name of the node, code and name of its unit."""
        empty = models.Value("")

        def of_node(column: str, sasaran: Any = empty) -> Coalesce:
            return Coalesce(*(f"{level}__{column}" for level in LEVELS[:3]), sasaran, output_field=models.TextField())

        return self.annotate(
            urut=of_node("kunci_urut"),
            kode_simpul=of_node("kode"),
            nama_simpul=of_node("nama", models.F("sasaran__teks")),
            unit_kode=Coalesce(*(f"{owner}__kode" for owner in OWNERS), empty, output_field=models.TextField()),
            unit_nama=Coalesce(*(f"{owner}__nama" for owner in OWNERS), empty, output_field=models.TextField()),
        )

    def by_code(self) -> IndikatorQuerySet:
        """In the order of the plan: IKU, then by the integers of the code."""
        return self.with_code().order_by("urut", "sasaran__nomor", "urutan", "id")

"""Which kinds a person sees by name: those that the own unit, or one below it, serves.

The Dinas as a whole serves nobody: who belongs to it sees only the kinds that are not sensitive.
Counts are another matter: everybody who signs in sees them, small ones masked (``pmks/penyamaran.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, Value

from accounts.access import Access
from accounts.models import Hak, UnitKerja
from accounts.roles import roles_with
from pmks.models.tercetak import KategoriPMKS, WewenangKategori

MAY_SEE = Access(roles=roles_with(Hak.LIHAT_ORANG))
MAY_CHANGE = Access(roles=roles_with(Hak.UBAH_ORANG))
MAY_OPEN_NIK = Access(roles=roles_with(Hak.BUKA_NIK))
MAY_EXPORT = Access(roles=roles_with(Hak.EKSPOR_ORANG))


@dataclass(frozen=True, slots=True)
class Cakupan:
    """Ids of the kinds seen by name, of the sensitive ones that are not, and of the units whose services are seen."""

    kategori: frozenset[int]
    tersembunyi: frozenset[int]
    unit: frozenset[int]

    def __bool__(self) -> bool:
        """Whether anybody is seen by name at all."""
        return bool(self.kategori)


def cakupan(user: Any) -> Cakupan:
    """What this person sees by name; read once per user object (one query)."""
    cached = user.__dict__.get("_cakupan_pmks")
    if cached is None:
        cached = user.__dict__["_cakupan_pmks"] = _load(user)
    return cached


def _load(user: Any) -> Cakupan:
    if not MAY_SEE.admits(user) or user.unit is None:
        hidden = KategoriPMKS.objects.filter(peka=True).values_list("pk", flat=True)
        return Cakupan(frozenset(), frozenset(hidden), frozenset())
    mine = WewenangKategori.objects.filter(user.unit.scope_filter(), kategori=OuterRef("pk"))
    kinds = KategoriPMKS.objects.annotate(unit=Value(False), dilayani=Exists(mine)).order_by()
    units = UnitKerja.objects.none()
    if user.unit.jenis != UnitKerja.Jenis.DINAS:
        units = UnitKerja.objects.filter(Q(kode=user.unit.kode) | Q(kode__startswith=f"{user.unit.kode}."))
    units = units.annotate(unit=Value(True), peka=Value(False), dilayani=Value(False)).order_by()
    columns = ("unit", "pk", "peka", "dilayani")
    rows = list(kinds.values_list(*columns).union(units.values_list(*columns), all=True))
    sensitive = frozenset(pk for is_unit, pk, peka, _ in rows if not is_unit and peka)
    served = frozenset(pk for is_unit, pk, _, dilayani in rows if not is_unit and dilayani)
    if user.unit.jenis == UnitKerja.Jenis.DINAS:
        return Cakupan(served - sensitive, sensitive, frozenset())
    return Cakupan(served, sensitive - served, frozenset(pk for is_unit, pk, *_ in rows if is_unit))


def require_kategori(user: Any, kategori: Iterable[KategoriPMKS]) -> None:
    """Raise ``PermissionDenied`` unless this person may record people of every one of these kinds."""
    if not MAY_CHANGE.admits(user):
        raise PermissionDenied("Data orang hanya dicatat oleh staf unit yang melayaninya.")
    seen = cakupan(user).kategori
    for row in kategori:
        if row.pk not in seen:
            raise PermissionDenied(f"Jenis {row} hanya dicatat oleh unit yang melayaninya.")

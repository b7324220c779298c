"""Codes of sub kegiatan as people write them in files of services; the registry itself does not know the plan."""

from __future__ import annotations

from programs.models import SubKegiatan


def known_codes() -> dict[str, tuple[str, int | None]]:
    """Printed and canonical codes of every sub kegiatan of every plan: canonical code and id of the owning unit."""
    found: dict[str, tuple[str, int | None]] = {}
    for printed, canonical, unit in SubKegiatan.objects.order_by("pk").values_list("kode", "kode_kanonik", "unit_id"):
        found[printed] = found[canonical] = (canonical, unit)
    return found

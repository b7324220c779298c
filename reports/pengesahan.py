"""Letterhead and signatures: data of the office and of its units, the same for every report that is asked for them.

Two blocks, as E.80 and E.81 of Permendagri 86/2017 end: the head of the unit, and who
approves. What is not filled in stays empty and is printed as a dotted line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from accounts.models import PerangkatDaerah, UnitKerja
from renstra.formats import format_tanggal
from reports.matrix import Kop, TandaTangan

if TYPE_CHECKING:
    from programs.models import Renstra
    from reports.report import Params


def build_kop(kantor: PerangkatDaerah) -> Kop:
    """Letterhead of the office; lines without content are left out."""
    contact = " · ".join(
        f"{label} {text}"
        for label, text in (("Telepon", kantor.telepon), ("Surel", kantor.email), ("Situs", kantor.situs))
        if text
    )
    return Kop(f"Pemerintah {kantor.pemerintah_daerah}", kantor.nama, tuple(filter(None, (kantor.alamat, contact))))


def units_of(renstra: Renstra) -> list[UnitKerja]:
    """Units of the office of a plan in their order; two queries the first time, kept with the plan object."""
    prefetch_related_objects([renstra], "perangkat_daerah__unit")
    return list(renstra.perangkat_daerah.unit.all())


def build_signatures(params: Params) -> tuple[TandaTangan, ...]:
    """The unit's head on the left, who approves on the right.

    The unit is the one the report is limited to, else the Dinas. A unit below the
    Dinas that names nobody to approve has the head of the Dinas.
    """
    kantor = params.renstra.perangkat_daerah
    dinas = next((unit for unit in units_of(params.renstra) if unit.jenis == UnitKerja.Jenis.DINAS), None)
    unit = params.unit or dinas
    if unit is None:
        return ()
    tempat = unit.tempat_tanda_tangan or kantor.ibu_kota
    tanggal = format_tanggal(unit.tanggal_tanda_tangan) if unit.tanggal_tanda_tangan else ""
    left = _head(unit, kantor, "Disusun oleh", tempat, tanggal)
    named = unit.pengesah_jabatan or unit.pengesah_nama
    if named or dinas is None or unit.pk == dinas.pk:
        right = TandaTangan(
            "Disetujui oleh",
            tempat,
            tanggal,
            unit.pengesah_jabatan,
            "",
            unit.pengesah_nama,
            unit.pengesah_pangkat,
            unit.pengesah_nip,
        )
    else:
        right = _head(dinas, kantor, "Disetujui oleh", tempat, tanggal)
    return (left, right)


def _head(unit: UnitKerja, kantor: PerangkatDaerah, keterangan: str, tempat: str, tanggal: str) -> TandaTangan:
    area = kantor.pemerintah_daerah
    office = area if unit.jenis == UnitKerja.Jenis.DINAS else f"{kantor.nama} {area}"
    return TandaTangan(
        keterangan,
        tempat,
        tanggal,
        unit.kepala_jabatan,
        office,
        unit.kepala_nama,
        unit.kepala_pangkat,
        unit.kepala_nip,
    )

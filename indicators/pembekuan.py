"""Approval of a computed figure: what stands behind it is copied, so that it cannot move with its sources."""

from __future__ import annotations

from datetime import datetime

from accounts.jejak import record_changes, snapshot
from accounts.models import User
from indicators.models import NilaiBeku, Realisasi
from indicators.perhitungan import HasilDitolak, Perhitungan, as_kinerja
from renstra.formats import plain


def out_of_date(item: Realisasi, found: Perhitungan | None) -> bool:
    """Whether a computed figure is no longer what its formula gives today."""
    if item.rumus_id is None:
        return False
    return found is None or not found.dimulai or _differs(found, item)


def _differs(found: Perhitungan, item: Realisasi) -> bool:
    try:
        state, value = as_kinerja(found.hasil)
    except HasilDitolak:
        return True
    return (str(state), value) != (item.keadaan, item.kinerja)


def freeze(actor: User, found: Perhitungan, item: Realisasi, now: datetime, pintu: str) -> None:
    """Copy formula and component values of a year into ``NilaiBeku``."""
    beku = NilaiBeku(
        indikator_id=item.indikator_id,
        tahun=item.tahun,
        rumus=found.rumus,
        komponen=[
            {
                "kode": part.komponen.kode,
                "nama": part.komponen.nama,
                "satuan": part.komponen.satuan,
                "nilai": None if part.nilai is None else format(plain(part.nilai), "f"),
                "tahun": part.tahun,
                "asal": part.asal,
            }
            for part in found.bagian
        ],
        hasil=item.kinerja,
        dibekukan_oleh=actor,
        dibekukan_pada=now,
    )
    beku.save(force_insert=True)
    record_changes(beku, None, actor=actor, pintu=pintu, ignore=("dibekukan_oleh", "dibekukan_pada"))


def thaw(actor: User, item: Realisasi, *, pintu: str, alasan: str) -> None:
    """Take the copies of a year away, which the trail records."""
    for beku in NilaiBeku.objects.filter(indikator=item.indikator_id, tahun=item.tahun):
        record_changes(beku, snapshot(beku), actor=actor, pintu=pintu, alasan=alasan, after={})
        beku.delete()

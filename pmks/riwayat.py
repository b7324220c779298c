"""The history of a person: what changed, never with a NIK or No KK in full."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import User
from pmks import kripto
from pmks.models import Orang, RiwayatOrang

Isi = Mapping[str, str | None]
_PLAIN = ("nama", "jenis_kelamin", "tanggal_lahir", "alamat", "status", "status_sejak", "catatan")


def contents(orang: Orang) -> dict[str, str | None]:
    """What the history compares, as text; numbers masked, the desa by its code."""
    found: dict[str, str | None] = {name: _text(getattr(orang, name)) for name in _PLAIN}
    found["nik"] = orang.nik_samar or None
    found["no_kk"] = orang.kk_samar or None
    found["desa"] = orang.desa.kode
    return found


def _text(value: object) -> str | None:
    return None if value in (None, "") else str(value)


def record_history(
    orang: Orang,
    before: Isi,
    after: Isi,
    *,
    actor: User | None,
    pintu: str,
    alasan: str = "",
    nik_berubah: bool = False,
) -> int:
    """Append one row a changed column; how many. ``nik_berubah``: the number changed though its last digits did not."""
    rows = [
        history_row(orang.pk, name, before.get(name), after.get(name), actor=actor, pintu=pintu, alasan=alasan)
        for name in dict.fromkeys([*after, *before])
        if before.get(name) != after.get(name) or (name == "nik" and nik_berubah)
    ]
    RiwayatOrang.objects.bulk_create(rows)
    return len(rows)


def history_row(
    orang_id: int,
    kolom: str,
    dari: str | None,
    ke: str | None,
    *,
    actor: User | None,
    pintu: str,
    alasan: str = "",
    impor: int | None = None,
) -> RiwayatOrang:
    """One row, not saved yet; ``impor`` is the import that brought the change."""
    return RiwayatOrang(
        orang_id=orang_id,
        pelaku=actor,
        pelaku_nama=str(actor) if actor else "sistem",
        pintu=pintu,
        kolom=kolom,
        dari=dari,
        ke=ke,
        alasan=alasan,
        impor_id=impor,
    )


def masked(number: str) -> str | None:
    """A number as the history keeps it."""
    return kripto.mask(number) or None

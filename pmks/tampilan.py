"""NIK and No KK as pages and files show them: the last four digits, or why there are none."""

from __future__ import annotations

from pmks import kripto
from pmks.models import Orang

TIDAK_TERBACA = "tidak terbaca: kuncinya tidak ada"


def open_number(stored: str, kolom: str) -> str | None:
    """The number; None when its key is lost, so that everything else of a person can still be read."""
    try:
        return kripto.decrypt(stored, kolom)
    except kripto.KunciError:
        return None


def masked(number: str | None) -> str:
    """A number with its last four digits, empty without one."""
    return TIDAK_TERBACA if number is None else kripto.mask(number)


def nik_samar(orang: Orang) -> str:
    """NIK as it is shown."""
    return masked(open_number(orang.nik_sandi, "nik"))


def kk_samar(orang: Orang) -> str:
    """No KK as it is shown."""
    return masked(open_number(orang.kk_sandi, "kk"))

"""Invented people for the tests of the registry, and the staff who may see them."""

from __future__ import annotations

from datetime import date
from itertools import count

from accounts.models import User
from pmks.actions import IsianOrang, create_orang
from pmks.models import KategoriPMKS, Orang, Wilayah

KRAMATWATU = "36.04.05.2001"
MARGASANA = "36.04.05.2002"
BOJONEGARA = "36.04.07.2001"
FAKIR_MISKIN = 24
DISABILITAS = 9
HIV = 16
ANAK = 2
# A NIK of a woman born on 1 May 1980, with another last part each time.
_numbers = count(1)


def staff(name: str) -> User:
    """A demo account, e.g. ``staf.rehsos``."""
    return User.objects.select_related("unit").get(username=name)


def desa(kode: str = KRAMATWATU) -> Wilayah:
    """A desa by code."""
    return Wilayah.objects.get(kode=kode)


def kinds(*nomor: int) -> list[KategoriPMKS]:
    """Kinds by number."""
    return list(KategoriPMKS.objects.filter(nomor__in=nomor))


def new_nik() -> str:
    """A NIK that fits a woman born on 1 May 1980."""
    thousands, last = divmod(next(_numbers), 9999)
    return f"36{thousands + 4:02d}05410580{last + 1:04d}"


def person(
    nama: str,
    *nomor: int,
    actor: str = "staf.fakirmiskin",
    tahun: int = 2024,
    kode_desa: str = KRAMATWATU,
    nik: str | None = None,
    no_kk: str = "",
    lahir: date = date(1980, 5, 1),
) -> Orang:
    """A woman of the registry, entered by hand as ``actor``; a fakir miskin unless kinds are given."""
    isian = IsianOrang(
        nama=nama,
        desa=desa(kode_desa),
        nik=new_nik() if nik is None else nik,
        no_kk=no_kk,
        jenis_kelamin="P",
        tanggal_lahir=lahir,
        alamat="Kp. Uji RT 1",
    )
    return create_orang(staff(actor), isian, tahun, kinds(*(nomor or (FAKIR_MISKIN,))), pintu="peramban").orang

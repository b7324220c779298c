"""Invented people for load tests and demos, spread over kinds as Tabel 3.1 is and over all desa.

Names are put together from common parts and numbers follow a counter, so nobody real is meant. The same count and
seed give the same file. Rows are made one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

KOLOM = ("nik", "no_kk", "nama", "jenis_kelamin", "tanggal_lahir", "kategori", "kode_desa", "alamat")
# One person in so many has a second kind, one in so many no papers.
KEDUA = 40
TANPA_NIK = 50
ANGGOTA_KK = 4
HARI_INI = date(2025, 1, 1)
USIA_MAKS = 85

_MEN = (
    "Ahmad", "Agus", "Andi", "Asep", "Bambang", "Budi", "Cecep", "Dadang", "Dedi", "Deni", "Eko", "Endang", "Fajar",
    "Farid", "Gunawan", "Hadi", "Hasan", "Hendra", "Heri", "Ibrahim", "Imam", "Iwan", "Jajang", "Joko", "Kamal",
    "Karim", "Lukman", "Maman", "Mulyadi", "Nana", "Nurdin", "Oman", "Rahmat", "Ridwan", "Rizki", "Rohmat",
    "Sahrul", "Samsul", "Sarip", "Slamet", "Solihin", "Sugeng", "Suherman", "Supardi", "Tatang", "Toni", "Ujang",
    "Usman", "Wahyu", "Wawan", "Yadi", "Yusuf", "Zaenal",
)  # fmt: skip
_WOMEN = (
    "Aisyah", "Ani", "Asih", "Astuti", "Atikah", "Cucu", "Dewi", "Eha", "Elis", "Eni", "Entin", "Ernawati", "Eti",
    "Fatimah", "Hasanah", "Heni", "Ida", "Iis", "Ika", "Imas", "Juju", "Kartini", "Khodijah", "Lilis", "Lina",
    "Maemunah", "Mariam", "Mimin", "Muinah", "Neneng", "Nining", "Nunung", "Nuraini", "Nurhayati", "Oom", "Rini",
    "Rohanah", "Rohayati", "Rosidah", "Sari", "Siti", "Sri", "Suhaeni", "Sumiati", "Suryati", "Tati", "Titin",
    "Uum", "Wati", "Yanti", "Yayah", "Yuliana", "Zahra",
)  # fmt: skip
_SECOND = (
    "Abdullah", "Aminah", "Anwar", "Arifin", "Aulia", "Azis", "Basri", "Effendi", "Fauzi", "Firdaus", "Gozali",
    "Hakim", "Halim", "Hamid", "Hidayat", "Hikmah", "Ilyas", "Jaelani", "Jamil", "Komariah", "Kurnia", "Kusuma",
    "Latif", "Lestari", "Mahmud", "Maulana", "Mustofa", "Nugraha", "Permana", "Pratama", "Purnama", "Putra",
    "Rahayu", "Ramadhan", "Rosadi", "Saepudin", "Salim", "Santoso", "Saputra", "Sopian", "Subarkah", "Sudrajat",
    "Sulaeman", "Sutisna", "Syafii", "Tohir", "Ubaidillah", "Wijaya", "Yani", "Yulianti", "Zakaria",
)  # fmt: skip
_PLACES = (
    "Kp. Baru", "Kp. Cikadu", "Kp. Kadu", "Kp. Lebak", "Kp. Pasar", "Kp. Pasir", "Kp. Sawah", "Kp. Sukajadi",
    "Link. Masjid",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JenisBangkitan:
    """A kind to be given out: its number, published count, and who can be of it."""

    nomor: int
    jumlah: int
    usia_min: int
    usia_maks: int
    jenis_kelamin: str


def people(count: int, seed: int, kinds: Sequence[JenisBangkitan], desa: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Rows of ``count`` people in the columns of ``KOLOM``; a person with two kinds has two rows."""
    # Invented people, not secrets.
    random = Random(seed)  # noqa: S311
    bounds = list(accumulate(max(kind.jumlah, 1) for kind in kinds))
    kk, members, where, place = "", 0, desa[0], ""
    for number in range(count):
        if not members:
            where = desa[random.randrange(len(desa))]
            place = f"{random.choice(_PLACES)} RT {random.randint(1, 12)} RW {random.randint(1, 6)}"
            kk = f"{_area(where)}{random.randint(1, 28):02d}{random.randint(1, 12):02d}15{number % 9999 + 1:04d}"
            members = random.randint(1, 2 * ANGGOTA_KK - 1)
        members -= 1
        kind = _pick(kinds, bounds, random)
        sex = kind.jenis_kelamin or random.choice("LP")
        oldest = HARI_INI - timedelta(days=int(min(kind.usia_maks, USIA_MAKS) * 365.25) + 180)
        youngest = HARI_INI - timedelta(days=int(kind.usia_min * 365.25) + 10)
        born = oldest + timedelta(days=random.randrange(max((youngest - oldest).days, 1)))
        first = _MEN if sex == "L" else _WOMEN
        name = f"{random.choice(first)} {random.choice(_SECOND)}"
        if random.random() < 0.4:
            name = f"{name} {random.choice(_SECOND)}"
        day = born.day + (40 if sex == "P" else 0)
        nik = f"{_serial_area(number)}{day:02d}{born:%m%y}{number % 9999 + 1:04d}"
        if random.randrange(TANPA_NIK) == 0:
            nik, name = "", f"{name} {_roman(number)}"
        row = (nik, kk, name, sex, born.isoformat(), str(kind.nomor), where, place)
        yield row
        if random.randrange(KEDUA) == 0:
            other = _pick(kinds, bounds, random)
            if other.nomor != kind.nomor:
                yield (*row[:5], str(other.nomor), *row[6:])


def _pick(kinds: Sequence[JenisBangkitan], bounds: Sequence[int], random: Random) -> JenisBangkitan:
    at = random.randrange(bounds[-1])
    return next(kind for kind, bound in zip(kinds, bounds, strict=True) if at < bound)


def _area(kode: str) -> str:
    return kode.replace(".", "")[:6]


def _serial_area(number: int) -> str:
    """Six digits that differ for each ten thousand people, so that no NIK comes twice."""
    return f"36{number // 9999 % 100:02d}{number // 999_900 % 99 + 1:02d}"


_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _roman(number: int) -> str:
    """Something like a nickname that keeps people without papers apart."""
    found, rest = "", number % 400 + 1
    for value, sign in _ROMAN:
        count, rest = divmod(rest, value)
        found += sign * count
    return found

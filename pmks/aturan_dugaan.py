"""The rules that find suspicions: places where data of people contradict themselves.

Each rule gives pairs or single people with a key that stays, so that a decision hangs on it. Rules only look; what they
find is kept by ``dugaan_tersimpan.py`` and judged by people (``dugaan.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, Min, Q

from pmks import kripto
from pmks.models import KategoriPMKS, Layanan, OrangKategori, StatusOrang
from pmks.nik import age_on, birth_of, differences


@dataclass(frozen=True, slots=True)
class Lingkup:
    """Where to look: at everybody of a year, or at some people in every year."""

    tahun: int | None = None
    orang: tuple[int, ...] = ()

    def of(self, rows: Any, orang: str = "orang") -> Any:
        """The rows of a queryset with ``tahun`` that are looked at."""
        return rows.filter(**({"tahun": self.tahun} if self.tahun is not None else {f"{orang}__in": self.orang}))


@dataclass(frozen=True, slots=True)
class Dugaan:
    """One suspicion of a year: the people it is about by id, and its facts in words without names or numbers.

    ``kategori`` is the id of the kind that the facts name: only who serves it may read them.
    """

    tahun: int
    aturan: str
    orang: tuple[int, ...]
    fakta: str
    kategori: int | None = None

    @property
    def kunci(self) -> str:
        """What stays when everything else changes."""
        key = "-".join(map(str, self.orang))
        return f"{key}-jenis-{self.kategori}" if self.kategori is not None else key

    @property
    def sidik(self) -> str:
        """What the facts were when somebody decided."""
        return sha256(self.fakta.encode()).hexdigest()


_Find = Callable[[Lingkup], "Iterable[Dugaan]"]


@dataclass(frozen=True, slots=True)
class Aturan:
    """A rule: its name never changes, decisions hang on it."""

    nama: str
    judul: str
    penjelasan: str
    find: _Find


ATURAN: dict[str, Aturan] = {}


def _rule(nama: str, judul: str, penjelasan: str) -> Callable[[_Find], _Find]:
    def register(find: _Find) -> _Find:
        ATURAN[nama] = Aturan(nama, judul, penjelasan, find)
        return find

    return register


@_rule(
    "nik-dua-desa",
    "NIK di dua desa",
    "Satu orang tercatat di lebih dari satu desa dalam tahun yang sama, misalnya karena dua desa mendaftarkan NIK yang "
    "sama.",
)
def in_two_villages(lingkup: Lingkup) -> Iterable[Dugaan]:
    """People counted in more than one desa of a year."""
    rows = lingkup.of(_registered_kinds()).values("tahun", "orang_id")
    rows = rows.annotate(satu=Min("desa_id"), lain=Max("desa_id")).exclude(satu=F("lain"))
    rows = rows.annotate(banyak=Count("desa_id", distinct=True), awal=Min("desa__kode"), akhir=Max("desa__kode"))
    for year, orang, count, first, last in rows.values_list("tahun", "orang_id", "banyak", "awal", "akhir"):
        yield Dugaan(year, "nik-dua-desa", (orang,), f"{count} desa dalam tahun {year}: {first} sampai {last}")


@_rule(
    "kembar",
    "Nama, tanggal lahir, dan desa sama",
    "Dua orang dengan nama, tanggal lahir, dan desa yang sama mungkin satu orang yang didaftarkan dua kali.",
)
def twins(lingkup: Lingkup) -> Iterable[Dugaan]:
    """Pairs of registered people who share name, birth date and desa and are both in the registry of a year."""
    if lingkup.tahun is not None:
        where, order = f"ka.tahun = {int(lingkup.tahun)}", "b.id > a.id"
    elif lingkup.orang:
        where, order = f"a.id IN ({', '.join(str(int(pk)) for pk in lingkup.orang)})", "b.id <> a.id"
    else:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ka.tahun, a.id, b.id FROM pmks_orang a JOIN pmks_orang b "  # noqa: S608 - numbers only
            f"ON b.desa_id = a.desa_id AND b.nama_cari = a.nama_cari AND b.tanggal_lahir = a.tanggal_lahir AND {order} "
            "JOIN pmks_orangkategori ka ON ka.orang_id = a.id "
            "JOIN pmks_orangkategori kb ON kb.orang_id = b.id AND kb.tahun = ka.tahun "
            "WHERE a.digabung_ke_id IS NULL AND b.digabung_ke_id IS NULL AND a.dihapus_pada IS NULL "
            f"AND b.dihapus_pada IS NULL AND {where}"
        )
        found = {(year, min(one, two), max(one, two)) for year, one, two in cursor.fetchall()}
    for year, one, two in found:
        yield Dugaan(year, "kembar", (one, two), "nama, tanggal lahir, dan desa sama")


@_rule(
    "nik-lahir",
    "NIK bertentangan dengan tanggal lahir atau jenis kelamin",
    "Angka ke-7 sampai ke-12 NIK memuat tanggal lahir (perempuan: tanggal ditambah 40).",
)
def nik_contradicts(lingkup: Lingkup) -> Iterable[Dugaan]:
    """People whose NIK says another birth date or sex (``Orang.nik_janggal``), in each year they are in."""
    rows = lingkup.of(_registered_kinds().filter(orang__nik_janggal=True))
    columns = ("orang__nik_sandi", "orang__tanggal_lahir", "orang__jenis_kelamin")
    for year, pk, sealed, born, sex in rows.values_list("tahun", "orang_id", *columns).distinct():
        try:
            nik = kripto.decrypt(sealed, "nik")
        except kripto.KunciError:
            continue  # whose key is lost cannot be judged; the page of the person says so
        # The facts tell a change apart without repeating the number.
        digest = sha256(f"{birth_of(nik)}{born}{sex}".encode()).hexdigest()[:6]
        yield Dugaan(year, "nik-lahir", (pk,), f"{'; '.join(differences(nik, born, sex))} ({digest})")


@_rule(
    "usia-jenis",
    "Usia tidak sesuai jenis",
    "Orang tercatat dalam jenis anak, lanjut usia, atau jenis lain yang berbatas usia, padahal usianya di luar batas "
    "itu pada akhir tahun data.",
)
def age_contradicts(lingkup: Lingkup) -> Iterable[Dugaan]:
    """People of a kind that they are too old or too young for on the last day of the year."""
    limited = {kind.pk: kind for kind in KategoriPMKS.objects.exclude(usia_min=None, usia_maks=None)}
    rows = lingkup.of(_registered_kinds().filter(orang__tanggal_lahir__isnull=False))
    if lingkup.tahun is None:
        rows = rows.filter(kategori__in=limited)
    else:
        wrong = Q(pk__in=[])
        for kind in limited.values():
            youngest, oldest = _born(kind, lingkup.tahun)
            for name, day in (("lte", oldest), ("gt", youngest)):
                if day is not None:
                    wrong |= Q(kategori=kind, **{f"orang__tanggal_lahir__{name}": day})
        rows = rows.filter(wrong)
    for year, orang, kategori, born in rows.values_list("tahun", "orang_id", "kategori_id", "orang__tanggal_lahir"):
        kind = limited[kategori]
        youngest, oldest = _born(kind, year)
        if (oldest is not None and born <= oldest) or (youngest is not None and born > youngest):
            age = age_on(born, date(year, 12, 31))
            text = f"usia {age} tahun pada akhir {year}, jenis {kind.nomor}"
            yield Dugaan(year, "usia-jenis", (orang,), text, kategori)


def _born(kind: KategoriPMKS, tahun: int) -> tuple[date | None, date | None]:
    """Born after the first is too young, born until the second too old for a kind at the end of a year."""
    # A year of grace for the young: they were of age at some time of the year.
    oldest = None if kind.usia_maks is None else date(tahun - kind.usia_maks - 2, 12, 31)
    youngest = date(tahun - kind.usia_min, 12, 31) if kind.usia_min else None
    return youngest, oldest


@_rule(
    "meninggal-dilayani",
    "Meninggal tetapi dilayani",
    "Layanan tercatat sesudah tanggal orang itu dinyatakan meninggal.",
)
def served_after_death(lingkup: Lingkup) -> Iterable[Dugaan]:
    """Services of the year later than the day a person died."""
    rows = lingkup.of(Layanan.objects).filter(
        orang__status=StatusOrang.MENINGGAL,
        orang__digabung_ke=None,
        orang__dihapus_pada=None,
        tanggal__gt=F("orang__status_sejak"),
    )
    found = rows.order_by().values_list("tahun", "orang_id", "orang__status_sejak").annotate(terakhir=Max("tanggal"))
    for year, orang, died, last in found:
        yield Dugaan(year, "meninggal-dilayani", (orang,), f"meninggal {died}, dilayani sampai {last}")


def _registered_kinds() -> Any:
    """Kinds by year of people who are neither merged nor erased."""
    return OrangKategori.objects.filter(orang__digabung_ke=None, orang__dihapus_pada=None).order_by()

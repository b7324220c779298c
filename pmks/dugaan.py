"""Suspicions: places where data of people contradict themselves, for a person to judge; nothing is mended by itself.

Each rule gives pairs or single people with a key that stays, so that a decision (``KeputusanDugaan``) hangs on it. A
decided suspicion whose facts changed since (``sidik``) is open again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, Max, OuterRef

from accounts.access import require
from accounts.models import User
from pmks import kripto
from pmks.actions import Ditolak
from pmks.models import KategoriPMKS, KeputusanDugaan, Layanan, Orang, OrangKategori
from pmks.nik import age_on, birth_of, differences
from pmks.wewenang import MAY_CHANGE, cakupan

PER_RULE = 500


_Find = Callable[[int, frozenset[int]], "Iterable[Dugaan]"]


class Keadaan(StrEnum):
    """Whether a suspicion still waits for somebody."""

    TERBUKA = "terbuka"
    SELESAI = "selesai"


@dataclass(frozen=True, slots=True)
class Aturan:
    """A rule: its name never changes, decisions hang on it.

    ``find`` takes a year and the kinds seen by name, and gives suspicions about people of these kinds only.
    """

    nama: str
    judul: str
    penjelasan: str
    find: Callable[[int, frozenset[int]], Iterable[Dugaan]]


@dataclass(frozen=True, slots=True)
class Dugaan:
    """One suspicion: the people it is about by id, and its facts in words without names or numbers."""

    aturan: str
    orang: tuple[int, ...]
    fakta: str

    @property
    def kunci(self) -> str:
        """What stays when everything else changes."""
        return "-".join(map(str, self.orang))

    @property
    def sidik(self) -> str:
        """What the facts were when somebody decided."""
        return sha256(self.fakta.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DugaanTercatat:
    """A suspicion with the newest decision about it, and the people for the page."""

    dugaan: Dugaan
    keadaan: Keadaan
    keputusan: KeputusanDugaan | None
    orang: tuple[Orang, ...]


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
def in_two_villages(tahun: int, seen: frozenset[int]) -> Iterable[Dugaan]:
    """People counted in more than one desa of a year."""
    rows = _rows(
        "SELECT k.orang_id, COUNT(DISTINCT k.desa_id), MIN(d.kode), MAX(d.kode) FROM pmks_orangkategori k "  # noqa: S608
        f"JOIN pmks_wilayah d ON d.id = k.desa_id WHERE k.tahun = %s AND {_seen('k.orang_id', seen)} "
        "GROUP BY k.orang_id HAVING COUNT(DISTINCT k.desa_id) > 1 ORDER BY k.orang_id LIMIT %s",
        [tahun, PER_RULE],
    )
    for orang, count, first, last in rows:
        yield Dugaan("nik-dua-desa", (orang,), f"{count} desa dalam tahun {tahun}: {first} sampai {last}")


@_rule(
    "kembar",
    "Nama, tanggal lahir, dan desa sama",
    "Dua orang dengan nama, tanggal lahir, dan desa yang sama mungkin satu orang yang didaftarkan dua kali.",
)
def twins(tahun: int, seen: frozenset[int]) -> Iterable[Dugaan]:
    """Pairs of registered people of the year who share name, birth date and desa."""
    rows = _rows(
        "SELECT a.id, b.id FROM pmks_orang a JOIN pmks_orang b "  # noqa: S608
        "ON b.desa_id = a.desa_id AND b.nama_cari = a.nama_cari AND b.id > a.id AND b.tanggal_lahir = a.tanggal_lahir "
        "WHERE a.digabung_ke_id IS NULL AND b.digabung_ke_id IS NULL AND a.dihapus_pada IS NULL "
        f"AND b.dihapus_pada IS NULL AND {_seen('a.id', seen)} AND {_seen('b.id', seen)} "
        "AND EXISTS (SELECT 1 FROM pmks_orangkategori k WHERE k.orang_id = a.id AND k.tahun = %s) "
        "AND EXISTS (SELECT 1 FROM pmks_orangkategori k WHERE k.orang_id = b.id AND k.tahun = %s) "
        "ORDER BY a.id, b.id LIMIT %s",
        [tahun, tahun, PER_RULE],
    )
    for one, two in rows:
        yield Dugaan("kembar", (one, two), "nama, tanggal lahir, dan desa sama")


@_rule(
    "nik-lahir",
    "NIK bertentangan dengan tanggal lahir atau jenis kelamin",
    "Angka ke-7 sampai ke-12 NIK memuat tanggal lahir (perempuan: tanggal ditambah 40).",
)
def nik_contradicts(tahun: int, seen: frozenset[int]) -> Iterable[Dugaan]:
    """People of the year whose NIK says another birth date or sex (``Orang.nik_janggal``)."""
    people = Orang.objects.terdaftar().filter(nik_janggal=True).of_kinds(tahun, seen).order_by("pk")
    for pk, sealed, born, sex in people.values_list("pk", "nik_sandi", "tanggal_lahir", "jenis_kelamin")[:PER_RULE]:
        nik = kripto.decrypt(sealed, "nik")
        # The facts tell a change apart without repeating the number.
        digest = sha256(f"{birth_of(nik)}{born}{sex}".encode()).hexdigest()[:6]
        yield Dugaan("nik-lahir", (pk,), f"{'; '.join(differences(nik, born, sex))} ({digest})")


@_rule(
    "usia-jenis",
    "Usia tidak sesuai jenis",
    "Orang tercatat dalam jenis anak, lanjut usia, atau jenis lain yang berbatas usia, padahal usianya di luar batas "
    "itu pada akhir tahun data.",
)
def age_contradicts(tahun: int, seen: frozenset[int]) -> Iterable[Dugaan]:
    """People of a kind that they are too old or too young for on the last day of the year."""
    day = date(tahun, 12, 31)
    for kind in KategoriPMKS.objects.exclude(usia_min=None, usia_maks=None).filter(pk__in=seen).order_by("nomor"):
        rows = OrangKategori.objects.filter(tahun=tahun, kategori=kind, orang__tanggal_lahir__isnull=False)
        # A year of grace for the young: they were of age at some time of the year.
        oldest = None if kind.usia_maks is None else _years_before(day, kind.usia_maks + 2)
        youngest = None if kind.usia_min is None else _years_before(day, kind.usia_min)
        wrong = rows.none()
        if oldest is not None:
            wrong = wrong | rows.filter(orang__tanggal_lahir__lte=oldest)
        if youngest is not None and kind.usia_min:
            wrong = wrong | rows.filter(orang__tanggal_lahir__gt=youngest)
        found = wrong.order_by("orang_id").values_list("orang_id", "orang__tanggal_lahir")[:PER_RULE]
        for orang, born in found:
            assert born is not None
            yield Dugaan(
                "usia-jenis", (orang,), f"usia {age_on(born, day)} tahun pada akhir {tahun}, jenis {kind.nomor}"
            )


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, day.day)


@_rule(
    "meninggal-dilayani",
    "Meninggal tetapi dilayani",
    "Layanan tercatat sesudah tanggal orang itu dinyatakan meninggal.",
)
def served_after_death(tahun: int, seen: frozenset[int]) -> Iterable[Dugaan]:
    """Services of the year later than the day a person died."""
    rows = Layanan.objects.filter(
        Exists(OrangKategori.objects.filter(orang=OuterRef("orang"), kategori__in=seen)),
        tahun=tahun,
        orang__in=Orang.objects.filter(status="meninggal", digabung_ke=None).exclude(status="aktif"),
        tanggal__gt=F("orang__status_sejak"),
    )
    found = rows.order_by("orang_id").values_list("orang_id", "orang__status_sejak").annotate(terakhir=Max("tanggal"))
    for orang, died, last in found[:PER_RULE]:
        yield Dugaan("meninggal-dilayani", (orang,), f"meninggal {died}, dilayani sampai {last}")


def _seen(column: str, kinds: frozenset[int]) -> str:
    """Condition that a person has one of these kinds; ids are numbers, so they may stand in the text."""
    ids = ", ".join(str(int(pk)) for pk in sorted(kinds))
    return f"EXISTS (SELECT 1 FROM pmks_orangkategori v WHERE v.orang_id = {column} AND v.kategori_id IN ({ids}))"  # noqa: S608


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


# What people see and decide ---------------------------------------------------------------------------------------


def load(user: User, tahun: int, aturan: Iterable[str] | None = None) -> list[DugaanTercatat]:
    """Suspicions of a year about people ``user`` sees, each with its decision; at most ``PER_RULE`` a rule.

    ``aturan`` limits it to some rules. One about two people is left out when one of them is hidden.
    """
    seen = cakupan(user).kategori
    if not seen:
        return []
    wanted = [rule for name, rule in ATURAN.items() if aturan is None or name in aturan]
    found = [item for rule in wanted for item in rule.find(tahun, seen)]
    ids = {pk for item in found for pk in item.orang}
    people = Orang.objects.for_user(user).filter(pk__in=ids).select_related("desa__induk").in_bulk()
    decided = _decisions({item.aturan for item in found})
    record = []
    for item in found:
        if not all(pk in people for pk in item.orang):
            continue
        decision = decided.get((item.aturan, item.kunci))
        settled = (
            decision is not None
            and decision.keputusan != KeputusanDugaan.Keputusan.DIBUKA
            and decision.sidik == item.sidik
        )
        state = Keadaan.SELESAI if settled else Keadaan.TERBUKA
        record.append(DugaanTercatat(item, state, decision, tuple(people[pk] for pk in item.orang)))
    return record


def _decisions(aturan: Iterable[str]) -> dict[tuple[str, str], KeputusanDugaan]:
    rows = KeputusanDugaan.objects.filter(aturan__in=list(aturan))
    newest = rows.order_by().values("aturan", "kunci").annotate(terbaru=Max("pk")).values("terbaru")
    found = KeputusanDugaan.objects.filter(pk__in=newest).select_related("oleh")
    return {(row.aturan, row.kunci): row for row in found}


def decide(
    actor: User, dugaan: Dugaan, keputusan: KeputusanDugaan.Keputusan, catatan: str, *, sidik: str
) -> KeputusanDugaan:
    """Record a decision; ``sidik`` is that of the page it was taken on. Raises ``Ditolak``, ``PermissionDenied``."""
    require(actor, MAY_CHANGE)
    if Orang.objects.for_user(actor).filter(pk__in=dugaan.orang).count() != len(dugaan.orang):
        raise Ditolak({"": "Anda tidak melihat semua orang yang diduga ini."})
    if not catatan.strip():
        raise Ditolak({"catatan": "Tulis alasan keputusan ini."})
    if sidik != dugaan.sidik:
        raise Ditolak({"": "Datanya berubah sesudah halaman dibuka; periksa lagi."})
    with transaction.atomic():
        return KeputusanDugaan.objects.create(
            aturan=dugaan.aturan,
            kunci=dugaan.kunci,
            sidik=dugaan.sidik,
            keputusan=keputusan,
            catatan=catatan.strip(),
            oleh=actor,
        )


def find(user: User, tahun: int, aturan: str, kunci: str) -> DugaanTercatat | None:
    """One suspicion as it stands now; None when it is none any more or not for this person."""
    if aturan not in ATURAN:
        return None
    return next((item for item in load(user, tahun, [aturan]) if item.dugaan.kunci == kunci), None)

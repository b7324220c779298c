"""Suspicions about people of the registry as rows of ``/temuan/``: without names and numbers of papers.

There can be thousands, so a rule that finds many has a row a kecamatan with its count; a rule that finds few has one
row each. What they are about and how they are decided stands on their own pages (``pmks/dugaan.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from indicators.findings.page import ORANG
from indicators.findings.status import Keadaan
from pmks.aturan_dugaan import ATURAN, Aturan
from pmks.dugaan import fact, visible
from pmks.models import BarisDugaan
from pmks.rujukan import areas
from renstra.formats import format_number

SEDIKIT = 10
# Behind the tables of the document.
_LAST = (99,)


@dataclass(frozen=True, slots=True)
class BarisOrang:
    """One suspicion, or all of a rule, year, kecamatan and state; the columns of ``BarisTemuan`` that it has."""

    rule: Aturan
    tahun: int
    kecamatan: str
    keadaan: Keadaan
    banyak: int
    halaman: str
    nomor: tuple[int, ...] = ()
    fakta: str = ""

    sumber = ORANG
    tabel = program = kolom = ""
    unit = simpul = tercetak = dihitung = None
    besar = 0

    @property
    def nama_aturan(self) -> str:
        """Name of the rule."""
        return self.rule.nama

    @property
    def judul(self) -> str:
        """Title of the rule."""
        return self.rule.judul

    @property
    def penjelasan(self) -> str:
        """What the rule looks at."""
        return self.rule.penjelasan

    @property
    def aturan(self) -> int:
        """Order of the rule, behind those of the plan."""
        return 1000 + list(ATURAN).index(self.rule.nama)

    @property
    def asal(self) -> str:
        """Where it is, as the first line of a row."""
        return f"Data orang {self.tahun}"

    @property
    def baris(self) -> str:
        """Whom it is about: people by their number in the registry, or the kecamatan."""
        if not self.nomor:
            return f"Kec. {self.kecamatan}"
        return f"Orang no. {' dan no. '.join(map(str, self.nomor))}, Kec. {self.kecamatan}"

    @property
    def keterangan(self) -> str:
        """What was found, or how many."""
        return self.fakta or f"{format_number(self.banyak)} dugaan {self.keadaan.value}"

    @property
    def tempat(self) -> tuple[object, ...]:
        """Sort key beside those of the plan's findings."""
        return (_LAST, str(self.tahun), self.baris)

    def mentions(self, word: str) -> bool:
        """Whether a word stands in anything a person can see of it."""
        return any(word in text.lower() for text in (self.asal, self.baris, self.judul, self.keterangan))


def load_rows(user: Any) -> list[BarisOrang]:
    """What ``user`` sees, by rule, the newest year first: two queries beside what the user may see."""
    seen = visible(user)
    totals: Counter[tuple[int, str]] = Counter()
    for item in seen.hitungan:
        totals[item.tahun, item.aturan] += item.jumlah
    few = {key for key, count in totals.items() if count <= SEDIKIT}
    names = {area.pk: (area.kode, area.nama) for area in areas()}
    rows = [
        BarisOrang(
            ATURAN[item.aturan],
            item.tahun,
            names[item.kecamatan][1],
            Keadaan(item.keadaan.value),
            item.jumlah,
            _listed(item.tahun, item.aturan, names[item.kecamatan][0], item.keadaan),
        )
        for item in seen.hitungan
        if (item.tahun, item.aturan) not in few
    ]
    if few:
        rows += _single(seen.rows().filter(tahun__in={year for year, _ in few}), few, names)
    order = list(ATURAN)
    return sorted(rows, key=lambda row: (order.index(row.nama_aturan), -row.tahun, row.kecamatan, row.nomor))


def _single(rows: Any, few: set[tuple[int, str]], names: Mapping[int, tuple[str, str]]) -> Sequence[BarisOrang]:
    found = rows.filter(aturan__in={rule for _, rule in few}).order_by()
    return [
        BarisOrang(
            ATURAN[row.aturan],
            row.tahun,
            names[row.kecamatan_id][1],
            Keadaan(row.keadaan),
            1,
            reverse("pmks-dugaan-satu", args=[row.tahun, row.aturan, row.kunci]),
            (row.orang_id,) if row.orang_lain_id is None else (row.orang_id, row.orang_lain_id),
            fact(row.fakta),
        )
        for row in found
        if (row.tahun, row.aturan) in few
    ]


def _listed(tahun: int, aturan: str, kecamatan: str, keadaan: BarisDugaan.Keadaan) -> str:
    query = {"tahun": str(tahun), "aturan": aturan, "kecamatan": kecamatan}
    if keadaan == BarisDugaan.Keadaan.SELESAI:
        query["keadaan"] = keadaan.value
    return f"{reverse('pmks-dugaan')}?{urlencode(query)}"

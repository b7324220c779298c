"""Questions about people and services; what a person may see is part of each of them.

Works from the models' own names only, so that the models can use these querysets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import connections, models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from pmks import kripto
from pmks.nama import normalise, upper_bound
from pmks.wewenang import cakupan

# Data by name begins here; before, there are only published counts.
TAHUN_AWAL = 2021
# Kinds in a year that hold fewer rows than this are read first and then sorted; larger ones are met often
# enough while walking along the names.
SEDIKIT = 20_000


def _kinds_of(orang: str, *, tahun: int | None = None, kategori: Collection[int] | None = None) -> Any:
    rows = apps.get_model("pmks", "OrangKategori")._default_manager.filter(orang=OuterRef(orang)).order_by()
    if tahun is not None:
        rows = rows.filter(tahun=tahun)
    if kategori is not None:
        rows = rows.filter(kategori__in=kategori)
    return rows


def _begins(word: str) -> Q:
    return Q(nama_cari__gte=word, nama_cari__lt=upper_bound(word))


def _anywhere(words: Iterable[str]) -> Iterator[str]:
    """Each word as the first one of a name, which the index keeps behind ``^``, or as a later one."""
    return (f"('^{word}':* | '{word}':*)" for word in words)


def _has_words(terms: Iterable[str]) -> Any:
    """A condition of PostgreSQL: the words of a name fit every term. The expression is the index of migration 0006."""
    query = " & ".join(terms)
    if not query:
        return Q()
    words = Func(
        F("nama_cari"),
        template="array_to_tsvector(string_to_array('^' || %(expressions)s, ' '))",
        output_field=SearchVectorField(),
    )
    return Func(
        words,
        Cast(Value(query), SearchQueryField()),
        template="%(expressions)s",
        arg_joiner=" @@ ",
        output_field=models.BooleanField(),
    )


class OrangQuerySet(models.QuerySet):
    """People of the registry."""

    def terdaftar(self) -> OrangQuerySet:
        """Without those merged into another one or erased."""
        return self.filter(digabung_ke=None, dihapus_pada=None)

    def for_user(self, user: Any) -> OrangQuerySet:
        """Those whom ``user`` may see by name: with a kind, in any year, that the own unit serves."""
        seen = cakupan(user).kategori
        if not seen:
            return self.none()
        return self.terdaftar().of_kinds(None, seen)

    def seen_by(self, user: Any) -> OrangQuerySet:
        """The same people as ``for_user``, for a handful that an index finds anyhow: one query, none to the summary."""
        seen = cakupan(user).kategori
        return self.terdaftar().filter(Exists(_kinds_of("pk", kategori=seen))) if seen else self.none()

    def of_kinds(self, tahun: int | None, kategori: Collection[int] | None) -> OrangQuerySet:
        """With one of these kinds (all: None) in the year (any: None)."""
        if tahun is None and kategori is None:
            return self
        if kategori is not None:
            summary = apps.get_model("pmks", "RingkasanPMKS")._default_manager
            rows = summary.filter(kategori__in=kategori, wilayah__tingkat="kabupaten")
            # All years by name: the index begins with them. The summary only says which way is the shorter one.
            years = range(TAHUN_AWAL, timezone.localdate().year + 1) if tahun is None else [tahun]
            if sum(rows.filter(tahun__in=years).values_list("jumlah", flat=True)) < SEDIKIT:
                links = apps.get_model("pmks", "OrangKategori")._default_manager
                few = links.filter(tahun__in=years, kategori__in=kategori).order_by()
                return self.filter(pk__in=few.values("orang"))
        return self.filter(Exists(_kinds_of("pk", tahun=tahun, kategori=kategori)))

    def in_wilayah(self, wilayah: Any) -> OrangQuerySet:
        """Living in a desa, or in any desa of a kecamatan; everybody for the kabupaten or None."""
        if wilayah is None or wilayah.tingkat == "kabupaten":
            return self
        if wilayah.tingkat == "desa":
            return self.filter(desa=wilayah)
        return self.filter(desa__in=list(wilayah.bagian.values_list("pk", flat=True)))

    def named(self, text: str) -> OrangQuerySet:
        """Whose name has words beginning with every word typed; nothing typed finds everybody."""
        words = normalise(text).split()
        if not words:
            return self
        if connections[self.db].vendor == "postgresql":
            return self.filter(_has_words(_anywhere(words)))
        # A range of the index for the first word; the others are looked for in what it leaves.
        found = self.filter(_begins(words[0]) | Q(nama_cari__contains=f" {words[0]}"))
        for word in words[1:]:
            found = found.filter(Q(nama_cari__contains=f" {word}") | Q(nama_cari__startswith=word))
        return found

    def named_in_parts(self, text: str) -> list[OrangQuerySet]:
        """``named`` as querysets that together hold the same people, each quick to read from its start by name.

        PostgreSQL, asked for the first fifty of all, takes them for spread evenly along the names and walks there;
        but whose first word is the one typed all stand together, perhaps behind millions of others. So they are
        read from where they stand, and apart from them those who have every word further behind.
        """
        words = list(dict.fromkeys(normalise(text).split()))
        if not words or connections[self.db].vendor != "postgresql":
            return [self.named(text)]
        first = [
            self.filter(_begins(word), _has_words(_anywhere(words[:at] + words[at + 1 :])))
            for at, word in enumerate(words)
        ]
        return [*first, self.filter(_has_words(f"'{word}':*" for word in words))]

    def with_nik(self, nik: str) -> OrangQuerySet:
        """The person with exactly this NIK, under whichever key it is stored."""
        # The second condition lets SQLite use the index, which leaves empty ones out.
        return self.filter(~Q(nik_hash=""), nik_hash__in=kripto.hashes_of(nik)) if nik else self.none()

    def with_kk(self, no_kk: str) -> OrangQuerySet:
        """The household with exactly this No KK."""
        return self.filter(~Q(kk_hash=""), kk_hash__in=kripto.hashes_of(no_kk)) if no_kk else self.none()


class LayananQuerySet(models.QuerySet):
    """Services."""

    def for_user(self, user: Any) -> LayananQuerySet:
        """Services of people that ``user`` sees, without those that would tell a kind the user may not know.

        A service says what it was for by its ``kategori``; one without is seen by the unit that gave it, and by
        others only when the person has no sensitive kind hidden from them.
        """
        scope = cakupan(user)
        if not scope:
            return self.none()
        hidden = Exists(_kinds_of("orang", kategori=scope.tersembunyi))
        return self.filter(
            Q(kategori__in=scope.kategori) | Q(kategori=None, unit__in=scope.unit) | Q(Q(kategori=None), ~hidden),
            Exists(_kinds_of("orang", kategori=scope.kategori)),
            orang__digabung_ke=None,
            orang__dihapus_pada=None,
        )

    def of_kode(self, kode: Collection[str]) -> LayananQuerySet:
        """Given under a sub kegiatan with one of these canonical codes, or below a program or kegiatan with it."""
        wanted = Q()
        for item in kode:
            wanted |= Q(kode_sub_kegiatan=item) | Q(kode_sub_kegiatan__gte=f"{item}.", kode_sub_kegiatan__lt=f"{item}/")
        return self.filter(wanted) if kode else self

    def of_kinds(self, kategori: Collection[int]) -> LayananQuerySet:
        """To people who have one of these kinds in the year of the service."""
        rows = _kinds_of("orang", kategori=kategori).filter(tahun=OuterRef("tahun"))
        return self.filter(Exists(rows)) if kategori else self

"""Filters of the registry's pages; the address is the saved view, so values are numbers of kinds and codes of areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.utils import timezone

from pmks.daftar import Saringan
from pmks.models import KategoriPMKS, Orang, RingkasanPMKS, StatusOrang, Wilayah
from pmks.models.orang import TAHUN_AWAL
from pmks.rujukan import areas


def years_by_name() -> list[int]:
    """Years in which people can be recorded by name, the newest first."""
    return list(range(timezone.localdate().year, TAHUN_AWAL - 1, -1))


class AreaFilter(django_filters.FilterSet):
    """Kecamatan, then desa of it.

    A desa of another kecamatan is dropped: somebody chose another kecamatan and the old desa was still there.
    """

    kecamatan = django_filters.ChoiceFilter(
        label="Kecamatan", empty_label="semua kecamatan", error_messages={"invalid_choice": "Kecamatan tidak ada."}
    )
    desa = django_filters.ChoiceFilter(
        label="Desa/kelurahan", empty_label="semua desa", error_messages={"invalid_choice": "Desa tidak ada."}
    )

    class Meta:
        model = RingkasanPMKS
        fields: list[str] = []

    def __init__(self, data: Mapping[str, Any] | None, queryset: Any) -> None:
        values = {name: value for name, value in (data or {}).items() if value}
        chosen = str(values.get("kecamatan", ""))[:13]
        self.areas = {area.kode: area for area in areas(chosen)}
        if not str(values.get("desa", "")).startswith(f"{chosen}."):
            values.pop("desa", None)
        super().__init__(values, queryset)
        for name, level in (("kecamatan", Wilayah.Tingkat.KECAMATAN), ("desa", Wilayah.Tingkat.DESA)):
            self.form.fields[name].choices = [
                (area.kode, area.nama) for area in self.areas.values() if area.tingkat == level
            ]
        if not chosen:
            self.form.fields["desa"].widget.attrs["disabled"] = True

    @property
    def wilayah(self) -> Wilayah | None:
        """The smallest area chosen; None for the whole kabupaten."""
        return self.areas.get(self.value("desa") or self.value("kecamatan"))

    @property
    def kabupaten(self) -> Wilayah | None:
        """The whole; None before the areas were loaded."""
        return next((area for area in self.areas.values() if area.tingkat == Wilayah.Tingkat.KABUPATEN), None)

    @property
    def bagian(self) -> list[Wilayah]:
        """Areas one level below the one chosen, by name."""
        above = self.wilayah or self.kabupaten
        return [area for area in self.areas.values() if above and area.induk_id == above.pk]

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return any(self.value(name) for name in self.form.fields)

    @property
    def kept(self) -> dict[str, str]:
        """Filters that are on, for addresses of the same view."""
        return {name: text for name in self.form.fields if (text := self.value(name))}

    @property
    def salah(self) -> list[str]:
        """What was refused and is ignored."""
        return [str(messages[0]) for messages in self.form.errors.values()]

    def value(self, name: str) -> str:
        """Cleaned value of a filter, empty when it is off or refused."""
        self.form.is_valid()
        return str(self.form.cleaned_data.get(name) or "")


class IkhtisarFilter(AreaFilter):
    """Year, kind and area of the overview."""

    tahun = django_filters.ChoiceFilter(
        label="Tahun", empty_label=None, error_messages={"invalid_choice": "Tahun ini belum ada datanya."}
    )
    kategori = django_filters.ChoiceFilter(
        label="Jenis", empty_label="semua jenis", error_messages={"invalid_choice": "Jenis ini tidak ada."}
    )
    field_order = ("tahun", "kategori", "kecamatan", "desa")

    def __init__(
        self, data: Mapping[str, Any] | None, *, years: Sequence[int], kinds: Sequence[KategoriPMKS], default: int
    ) -> None:
        super().__init__(data, RingkasanPMKS.objects.none())
        self.default = default
        self.form.fields["tahun"].choices = [(str(year), str(year)) for year in years]
        self.form.fields["kategori"].choices = [(str(kind.nomor), str(kind)) for kind in kinds]
        self.form.initial["tahun"] = str(default)
        self.form.order_fields(self.field_order)

    @property
    def tahun_dipilih(self) -> int:
        """The year asked for, else the newest with data."""
        return int(self.value("tahun") or self.default)


class OrangFilter(AreaFilter):
    """What the list of people is limited to."""

    tahun = django_filters.ChoiceFilter(
        label="Tahun", empty_label="semua tahun", error_messages={"invalid_choice": "Tahun ini di luar data."}
    )
    kategori = django_filters.ChoiceFilter(
        label="Jenis",
        empty_label="semua jenis",
        error_messages={"invalid_choice": "Jenis ini tidak ada, atau bukan jenis yang dilayani unit Anda."},
    )
    status = django_filters.ChoiceFilter(
        label="Status",
        choices=StatusOrang.choices,
        empty_label="semua status",
        error_messages={"invalid_choice": "Status tidak ada."},
    )
    jk = django_filters.ChoiceFilter(
        label="Jenis kelamin",
        choices=Orang.JenisKelamin.choices,
        empty_label="semua",
        error_messages={"invalid_choice": "Jenis kelamin ditulis L atau P."},
    )
    field_order = ("tahun", "kategori", "kecamatan", "desa", "status", "jk")

    class Meta:
        model = Orang
        fields: list[str] = []

    def __init__(self, data: Mapping[str, Any] | None, *, kinds: Sequence[KategoriPMKS], nama: str = "") -> None:
        super().__init__(data, Orang.objects.none())
        self.nama = nama
        self.kinds = {str(kind.nomor): kind.pk for kind in kinds}
        self.form.fields["tahun"].choices = [(str(year), str(year)) for year in years_by_name()]
        self.form.fields["kategori"].choices = [(str(kind.nomor), str(kind)) for kind in kinds]
        self.form.order_fields(self.field_order)

    @property
    def saringan(self) -> Saringan:
        """The filter as the query layer takes it."""
        kind, year, status = self.value("kategori"), self.value("tahun"), self.value("status")
        return Saringan(
            tahun=int(year) if year else None,
            kategori=frozenset({self.kinds[kind]}) if kind else frozenset(),
            wilayah=self.wilayah,
            status=StatusOrang(status) if status else None,
            jenis_kelamin=self.value("jk"),
            nama=self.nama,
        )

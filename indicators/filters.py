"""Filters of the plan pages; the address of a page is the saved view, so values are codes and not ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q

from accounts.models import UnitKerja
from indicators.models import Indikator
from indicators.querysets import LEVELS, IndikatorQuerySet

MAX_Q = 100
_NODES = LEVELS[:3]
INDENTED = {UnitKerja.Jenis.SUBBAGIAN, UnitKerja.Jenis.SEKSI}


class PlanFilter(django_filters.FilterSet):
    """Unit (with those below), program and text.

    ``units`` and ``programs`` (pairs of code and name) are handed in, because the page has read them anyway.
    """

    unit = django_filters.ChoiceFilter(
        label="Unit",
        empty_label="semua unit",
        method="filter_unit",
        error_messages={"invalid_choice": "Unit tidak ada."},
    )
    program = django_filters.ChoiceFilter(
        label="Program",
        empty_label="semua program",
        method="filter_program",
        error_messages={"invalid_choice": "Program tidak ada."},
    )
    q = django_filters.CharFilter(label="Cari", method="filter_q", max_length=MAX_Q, strip=True)

    class Meta:
        model = Indikator
        fields: list[str] = []

    def __init__(
        self, data: Any, queryset: Any, *, units: Sequence[UnitKerja], programs: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data, queryset)
        self.units = {unit.kode: unit for unit in units}
        unit, program, q = self.form.fields["unit"], self.form.fields["program"], self.form.fields["q"]
        unit.choices = [(item.kode, f"– {item.nama}" if item.jenis in INDENTED else item.nama) for item in units]
        program.choices = [(kode, f"{kode} {nama}") for kode, nama in programs]
        q.widget.input_type = "search"
        q.widget.attrs.update({"placeholder": "kode, nama, atau indikator", "autocomplete": "off"})

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return self.form.is_valid() and any(self.form.cleaned_data.values())

    def value(self, name: str) -> str:
        """Cleaned value of a filter, empty when it is off or refused."""
        self.form.is_valid()
        return str(self.form.cleaned_data.get(name) or "")

    def filter_unit(self, queryset: IndikatorQuerySet, name: str, value: str) -> IndikatorQuerySet:
        """Rows owned by a unit and those below it."""
        return queryset.owned_by(self.units[value])

    def filter_program(self, queryset: IndikatorQuerySet, name: str, value: str) -> IndikatorQuerySet:
        """Rows of a program and everything below it."""
        return queryset.filter(
            Q(program__kode=value) | Q(kegiatan__induk__kode=value) | Q(subkegiatan__induk__induk__kode=value)
        )

    def filter_q(self, queryset: IndikatorQuerySet, name: str, value: str) -> IndikatorQuerySet:
        """Every word must stand in the code, the name or the indicator."""
        for word in value.split():
            condition = Q(uraian__icontains=word) | Q(sasaran__teks__icontains=word)
            for level in _NODES:
                condition |= Q(**{f"{level}__nama__icontains": word}) | Q(**{f"{level}__kode__startswith": word})
                condition |= Q(**{f"{level}__kode_kanonik__startswith": word})
            queryset = queryset.filter(condition)
        return queryset

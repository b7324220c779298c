"""What the page ``/temuan/`` shows: rows with links and sort keys, filters, the sortable table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import django_tables2 as tables
from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import UnitKerja
from indicators.findings.registry import ATURAN, Angka, Temuan, code_order, table_order
from indicators.findings.words import column_name, report_path, signed
from indicators.plan_sums import Plan, SimpulRow
from renstra.formats import format_number

INDENTED = {UnitKerja.Jenis.SUBBAGIAN, UnitKerja.Jenis.SEKSI}


@dataclass(frozen=True, slots=True)
class BarisTemuan:
    """A finding with what the page adds: its node, the owner, and what to sort by."""

    temuan: Temuan
    simpul: SimpulRow | None
    program: str
    unit: UnitKerja | None
    tempat: tuple[object, ...]
    aturan: int
    besar: Angka

    @property
    def kolom(self) -> str:
        """Column of the table, for people."""
        return column_name(self.temuan.kolom)

    @property
    def tercetak(self) -> Angka | None:
        """Printed figure."""
        return self.temuan.tercetak

    @property
    def dihitung(self) -> Angka | None:
        """Figure that follows from the others."""
        return self.temuan.dihitung

    def mentions(self, word: str) -> bool:
        """Whether a word stands in anything a person can see of this finding."""
        item = self.temuan
        name = self.simpul.nama if self.simpul else ""
        seen = (f"tabel {item.tabel}", item.kode, item.indikator, name, item.keterangan, ATURAN[item.aturan].judul)
        return any(word in text.lower() for text in seen)


def page_rows(found: Iterable[Temuan], plan: Plan, units: Iterable[UnitKerja]) -> list[BarisTemuan]:
    """Findings in their order, joined with node and unit."""
    nodes = {node.kode: node for node in plan.simpul}
    programs = {node.id: node.kode for node in plan.simpul if node.tingkat == "program"}
    kegiatan = {node.id: node for node in plan.simpul if node.tingkat == "kegiatan"}
    owners = {unit.pk: unit for unit in units}
    order = {nama: at for at, nama in enumerate(ATURAN)}

    def program_of(node: SimpulRow | None) -> str:
        if node is None or node.tingkat == "program":
            return node.kode if node else ""
        if node.tingkat == "subkegiatan" and node.induk_id is not None:
            node = kegiatan[node.induk_id]
        return programs[node.induk_id] if node.induk_id is not None else ""

    rows = []
    for item in found:
        node = nodes.get(item.kode)
        difference = item.selisih or 0
        rows.append(
            BarisTemuan(
                temuan=item,
                simpul=node,
                program=program_of(node),
                unit=owners.get(node.unit_id) if node else None,
                tempat=(table_order(item.tabel), code_order(item.kode), item.indikator),
                aturan=order[item.aturan],
                besar=-difference if difference < 0 else difference,
            )
        )
    return rows


class TemuanFilter(forms.Form):
    """Rule, table, program, unit (with those below) and text; offers only what findings have."""

    aturan = forms.ChoiceField(label="Aturan", required=False, error_messages={"invalid_choice": "Aturan tidak ada."})
    tabel = forms.ChoiceField(
        label="Tabel", required=False, error_messages={"invalid_choice": "Tabel ini tidak punya temuan."}
    )
    program = forms.ChoiceField(
        label="Program", required=False, error_messages={"invalid_choice": "Program ini tidak punya temuan."}
    )
    unit = forms.ChoiceField(
        label="Unit", required=False, error_messages={"invalid_choice": "Unit ini tidak punya temuan."}
    )
    q = forms.CharField(
        label="Cari", required=False, max_length=100, error_messages={"max_length": "Paling banyak 100 huruf."}
    )

    def __init__(
        self, data: Any, *, rows: Sequence[BarisTemuan], units: Sequence[UnitKerja], plan: Plan | None = None
    ) -> None:
        super().__init__(data)
        self.rows = rows
        names = {node.kode: node.nama for node in plan.simpul} if plan else {}
        tabel = sorted({row.temuan.tabel for row in rows}, key=table_order)
        program = sorted({row.program for row in rows if row.program}, key=code_order)
        self.units = {unit.kode: unit for unit in units}
        owners = {row.unit.pk: row.unit for row in rows if row.unit}
        choices: dict[str, list[tuple[str, str]]] = {
            "aturan": [("", "semua aturan"), *((nama, rule.judul) for nama, rule in ATURAN.items())],
            "tabel": [("", "semua tabel"), *((nomor, f"Tabel {nomor}") for nomor in tabel)],
            "program": [("", "semua program"), *((kode, f"{kode} {names.get(kode, '')}") for kode in program)],
            "unit": [
                ("", "semua unit"),
                *(
                    (unit.kode, f"– {unit.nama}" if unit.jenis in INDENTED else unit.nama)
                    for unit in units
                    if any(unit.covers(owner) for owner in owners.values())
                ),
            ],
        }
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = found
        self.fields["q"].widget.attrs.update(
            {"type": "search", "placeholder": "kode, indikator, atau angka", "autocomplete": "off"}
        )

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return any(self.value(name) for name in self.fields)

    def value(self, name: str) -> str:
        """Cleaned value of a filter, empty when it is off or was refused."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def apply(self, *, without: str = "") -> list[BarisTemuan]:
        """Rows that pass every filter, or every one but ``without``."""
        wanted = {name: "" if name == without else self.value(name) for name in self.fields}
        unit = self.units.get(wanted["unit"])
        words = wanted["q"].lower().split()
        return [
            row
            for row in self.rows
            if wanted["aturan"] in ("", row.temuan.aturan)
            and wanted["tabel"] in ("", row.temuan.tabel)
            and wanted["program"] in ("", row.program)
            and (unit is None or unit.covers(row.unit))
            and all(row.mentions(word) for word in words)
        ]


_ANGKA = {"th": {"class": "angka"}, "td": {"class": "angka"}}


class TemuanTable(tables.Table):
    """Findings: where, both numbers, the difference, and what it means."""

    tempat = tables.Column("Baris", attrs={"th": {"class": "kiri"}, "td": {"class": "kiri tm-tempat"}})
    kolom = tables.Column("Kolom", attrs={"th": {"class": "tm-kolom"}, "td": {"class": "rapat tm-kolom"}})
    tercetak = tables.Column("Tercetak", attrs=_ANGKA)
    dihitung = tables.Column("Dihitung", attrs=_ANGKA)
    besar = tables.Column("Selisih", attrs=_ANGKA)
    aturan = tables.Column("Temuan", attrs={"td": {"class": "tm-uraian"}})

    judul = "Daftar temuan"
    muat = True

    class Meta:
        template_name = "ui/table.html"
        empty_text = "Tidak ada temuan yang cocok. Longgarkan saringannya."
        row_attrs: ClassVar = {"class": "tm-baris"}

    def render_tempat(self, record: BarisTemuan) -> SafeString:
        """Table, node and row, each with the way to it."""
        item = record.temuan
        table = format_html('<a href="{}">Tabel {}</a>', report_path(item.tabel), item.tabel)
        node: str = item.kode and f" · {item.kode}"
        if record.simpul is not None:
            url = reverse("simpul", args=[item.kode])
            node = format_html(' · <a href="{}" title="{}">{}</a>', url, record.simpul.nama, item.kode)
        # On a narrow screen the column stands here, so that both numbers have room beside it.
        column = format_html('<span class="tm-kolom-sempit">{}</span>', record.kolom)
        return format_html('<span class="tm-asal">{}{}</span><span>{}</span>{}', table, node, item.indikator, column)

    def render_tercetak(self, value: Angka) -> str:
        """Printed figure."""
        return format_number(value)

    def render_dihitung(self, value: Angka) -> str:
        """Computed figure."""
        return format_number(value)

    def render_besar(self, record: BarisTemuan) -> str:
        """Difference with its sign; sorting is by size."""
        return signed(record.temuan.selisih)

    def render_aturan(self, record: BarisTemuan) -> SafeString:
        """Name of the rule and what it says here."""
        item = record.temuan
        return format_html(
            '<strong class="tm-aturan">{}</strong><span>{}</span>', ATURAN[item.aturan].judul, item.keterangan
        )

"""What the pages of ``/temuan/`` show: rows with links and sort keys, filters, the sortable table, the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import django_tables2 as tables
from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import UnitKerja
from indicators.findings.registry import ATURAN, Angka, Temuan, code_order, table_order
from indicators.findings.status import Keadaan, TemuanTercatat
from indicators.findings.words import column_name, report_path, signed
from indicators.models import PenyelesaianTemuan
from indicators.plan_sums import SimpulRow
from renstra.formats import format_number

SEMUA = "semua"
RENSTRA, ORANG = "renstra", "orang"
SUMBER = {RENSTRA: "Renstra", ORANG: "data orang"}
PILIHAN_KEADAAN = {Keadaan.TERBUKA.value: "terbuka", Keadaan.SELESAI.value: "selesai", SEMUA: "semua"}
INDENTED = {UnitKerja.Jenis.SUBBAGIAN, UnitKerja.Jenis.SEKSI}


@dataclass(frozen=True, slots=True)
class BarisTemuan:
    """A finding with what the page adds: its node, the owner, and what to sort by."""

    tercatat: TemuanTercatat
    simpul: SimpulRow | None
    program: str
    unit: UnitKerja | None
    tempat: tuple[object, ...]
    aturan: int
    besar: Angka

    sumber = RENSTRA
    banyak = 1

    @property
    def temuan(self) -> Temuan:
        """The finding itself."""
        return self.tercatat.temuan

    @property
    def nama_aturan(self) -> str:
        """Name of the rule."""
        return self.temuan.aturan

    @property
    def tabel(self) -> str:
        """Number of the table."""
        return self.temuan.tabel

    @property
    def keadaan(self) -> Keadaan:
        """Open or settled."""
        return self.tercatat.keadaan

    @property
    def keterangan(self) -> str:
        """What the figures say."""
        return self.temuan.keterangan

    @property
    def judul(self) -> str:
        """Title of the rule; a settled finding of a rule that is gone keeps its name."""
        rule = ATURAN.get(self.temuan.aturan)
        return rule.judul if rule else self.temuan.aturan

    @property
    def penjelasan(self) -> str:
        """What the rule looks at."""
        rule = ATURAN.get(self.temuan.aturan)
        return rule.penjelasan if rule else ""

    @property
    def selisih(self) -> str:
        """Difference with its sign."""
        return signed(self.temuan.selisih)

    @property
    def laporan(self) -> str:
        """Address of the table's report."""
        return report_path(self.temuan.tabel)

    @property
    def halaman(self) -> str:
        """Address of the finding's own page."""
        return reverse("temuan-satu", args=[self.temuan.kunci])

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
        seen = (f"tabel {item.tabel}", item.kode, item.indikator, name, item.keterangan, self.judul)
        return any(word in text.lower() for text in seen)


def page_rows(
    found: Iterable[TemuanTercatat], simpul: Sequence[SimpulRow], units: Iterable[UnitKerja]
) -> list[BarisTemuan]:
    """Findings in their order, joined with node and unit."""
    nodes = {node.kode: node for node in simpul}
    programs = {node.id: node.kode for node in simpul if node.tingkat == "program"}
    kegiatan = {node.id: node for node in simpul if node.tingkat == "kegiatan"}
    owners = {unit.pk: unit for unit in units}
    order = {nama: at for at, nama in enumerate(ATURAN)}

    def program_of(node: SimpulRow | None) -> str:
        if node is None or node.tingkat == "program":
            return node.kode if node else ""
        if node.tingkat == "subkegiatan" and node.induk_id is not None:
            node = kegiatan[node.induk_id]
        return programs[node.induk_id] if node.induk_id is not None else ""

    rows = []
    for entry in found:
        item = entry.temuan
        node = nodes.get(item.kode)
        difference = item.selisih or 0
        rows.append(
            BarisTemuan(
                tercatat=entry,
                simpul=node,
                program=program_of(node),
                unit=owners.get(node.unit_id) if node else None,
                tempat=(table_order(item.tabel), code_order(item.kode), item.indikator),
                aturan=order.get(item.aturan, len(order)),
                besar=-difference if difference < 0 else difference,
            )
        )
    return rows


class TemuanFilter(forms.Form):
    """State, source, rule, table, program, unit (with those below) and text; offers only what findings have.

    ``orang`` are the rules about people, for those who see any; without, there is one source and no choice of it.
    """

    # Open ones when nothing is said: those are the work.
    keadaan = forms.ChoiceField(
        label="Keadaan",
        required=False,
        widget=forms.HiddenInput,
        choices=list(PILIHAN_KEADAAN.items()),
        error_messages={"invalid_choice": "Keadaan ini tidak ada."},
    )

    sumber = forms.ChoiceField(
        label="Sumber",
        required=False,
        choices=[("", "semua sumber"), *SUMBER.items()],
        error_messages={"invalid_choice": "Sumber tidak ada."},
    )
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
        self,
        data: Any,
        *,
        rows: Sequence[Any],
        units: Sequence[UnitKerja],
        simpul: Sequence[SimpulRow] = (),
        orang: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(data)
        self.rows = rows
        if not orang:
            del self.fields["sumber"]
        names = {node.kode: node.nama for node in simpul}
        tabel = sorted({row.tabel for row in rows if row.tabel}, key=table_order)
        program = sorted({row.program for row in rows if row.program}, key=code_order)
        self.units = {unit.kode: unit for unit in units}
        owners = {row.unit.pk: row.unit for row in rows if row.unit}
        choices: dict[str, list[tuple[str, str]]] = {
            "aturan": [("", "semua aturan"), *((nama, rule.judul) for nama, rule in [*ATURAN.items(), *orang.items()])],
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
        search = self.fields["q"].widget
        assert isinstance(search, forms.TextInput)
        search.input_type = "search"
        search.attrs.update({"placeholder": "kode, indikator, atau angka", "autocomplete": "off"})

    @property
    def active(self) -> bool:
        """Whether anything but the state is chosen."""
        return any(self.value(name) for name in self.fields if name != "keadaan")

    @property
    def keadaan_dipilih(self) -> str:
        """State that is shown."""
        return self.value("keadaan") or Keadaan.TERBUKA

    def value(self, name: str) -> str:
        """Cleaned value of a filter, empty when it is off or was refused."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def apply(self, *, without: str = "") -> list[Any]:
        """Rows that pass every filter, or every one but ``without``."""
        wanted = {name: "" if name == without else self.value(name) for name in self.fields}
        unit = self.units.get(wanted["unit"])
        state = SEMUA if without == "keadaan" else self.keadaan_dipilih
        words = wanted["q"].lower().split()
        return [
            row
            for row in self.rows
            if state in (SEMUA, row.keadaan)
            and wanted.get("sumber", "") in ("", row.sumber)
            and wanted["aturan"] in ("", row.nama_aturan)
            and wanted["tabel"] in ("", row.tabel)
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

    def render_tempat(self, record: Any) -> SafeString:
        """Table, node and row, each with the way to it."""
        if record.sumber == ORANG:
            return format_html('<span class="tm-asal">{}</span><span>{}</span>', record.asal, record.baris)
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

    def render_dihitung(self, value: Angka, record: BarisTemuan) -> str:
        """Computed figure, and the way to how it came about."""
        if record.temuan.asal is None:
            return format_number(value)
        return format_html('<a class="kenapa" href="{}#asal">{}</a>', record.halaman, format_number(value))

    def render_besar(self, record: Any) -> str:
        """Difference with its sign; sorting is by size."""
        return "—" if record.sumber == ORANG else signed(record.temuan.selisih)

    def render_aturan(self, record: Any) -> SafeString:
        """Name of the rule as the way to the finding, what it says here, and where it stands when not simply open."""
        if record.sumber == ORANG:
            return format_html(
                '<a class="tm-aturan" href="{}">{}</a><span>{}</span>', record.halaman, record.judul, record.keterangan
            )
        entry = record.tercatat
        state: str = ""
        if entry.riwayat:
            mark = "perhatian" if entry.berubah else "kosong" if entry.terbuka else "lengkap"
            last = entry.riwayat[-1]
            note = "" if entry.berubah else format_html(" “{}”", last.catatan)
            shape = render_to_string("ui/keadaan.html", {"kunci": mark, "kata": entry.kata})
            state = format_html(
                '<span class="tm-keadaan">{}{} <span class="redup">({})</span></span>', shape, note, last.oleh
            )
        return format_html(
            '<a class="tm-aturan" href="{}">{}</a><span>{}</span>{}',
            record.halaman,
            record.judul,
            record.temuan.keterangan,
            state,
        )


class KeputusanForm(forms.Form):
    """Settle or reopen with a note; ``versi`` is the last decision the person saw."""

    # Any decision is read; whether it still fits is judged on the finding as it stands when it arrives.
    keputusan = forms.CharField(
        label="Keputusan", widget=forms.RadioSelect, error_messages={"required": "Pilih keputusannya."}
    )
    catatan = forms.CharField(
        label="Catatan",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="Apa yang diperbaiki dan di mana, atau mengapa perbedaan ini diterima.",
        error_messages={
            "required": "Tulis catatan: apa yang diperbaiki, atau mengapa perbedaan ini diterima.",
            "max_length": "Paling banyak 2.000 huruf.",
        },
    )
    versi = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, entry: TemuanTercatat, data: Any = None, *, catatan: str = "") -> None:
        super().__init__(data, initial={"versi": entry.versi, "catatan": catatan})
        kinds = PenyelesaianTemuan.Keputusan
        field = self.fields["keputusan"]
        if entry.terbuka:
            field.widget = forms.RadioSelect(
                choices=[(kind.value, _PERBUATAN[kind]) for kind in (kinds.DIPERBAIKI, kinds.DITERIMA)]
            )
        else:
            field.widget = forms.HiddenInput()
            field.initial = kinds.DIBUKA.value
            self.fields["catatan"].help_text = "Mengapa temuan ini perlu dilihat lagi."

    def clean_keputusan(self) -> str:
        """One of the decisions there are."""
        value = str(self.cleaned_data["keputusan"])
        if value not in PenyelesaianTemuan.Keputusan.values:
            raise forms.ValidationError("Keputusan ini tidak ada.")
        return value


_PERBUATAN = {
    PenyelesaianTemuan.Keputusan.DIPERBAIKI: "Diperbaiki: angkanya sudah atau akan dibetulkan pada dokumen",
    PenyelesaianTemuan.Keputusan.DITERIMA: "Dijelaskan dan diterima: angka tercetak tetap",
}

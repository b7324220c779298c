"""Sortable lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import django_tables2 as tables
from django.utils.html import format_html

from indicators.models import Indikator
from renstra.formats import format_number, format_rupiah, plain

_ANGKA = {"th": {"class": "angka"}, "td": {"class": "angka"}, "tf": {"class": "angka"}}
_LEVEL = {"sasaran": "IKU", "program": "Program", "kegiatan": "Kegiatan", "subkegiatan": "Sub kegiatan"}


class IndikatorTable(tables.Table):
    """Indicator rows of the plan with target and pagu of one year (columns ``target_tahun``, ``pagu_tahun``)."""

    kode_simpul = tables.Column(
        "Kode",
        empty_values=(),
        order_by=("urut", "sasaran__nomor", "urutan", "id"),
        attrs={part: {"class": "kiri rapat"} for part in ("th", "td", "tf")},
    )
    tingkat = tables.Column("Tingkat", empty_values=(), orderable=False, attrs={"td": {"class": "rapat"}})
    nama_simpul = tables.Column("Uraian", footer="Jumlah pagu sub kegiatan")
    uraian = tables.Column("Indikator")
    satuan = tables.Column("Satuan", default="–")
    data_awal_teks = tables.Column("Data awal", orderable=False, default="", attrs=_ANGKA)
    target_tahun = tables.Column("Target", default="–", attrs=_ANGKA)
    pagu_tahun = tables.Column("Pagu Rp", default="", attrs=_ANGKA, footer=lambda table: format_rupiah(table.total))
    unit_nama = tables.Column("Unit", default="", order_by=("unit_kode", "urut", "urutan", "id"))

    judul = "Daftar indikator"
    muat = True

    class Meta:
        model = Indikator
        fields: ClassVar = ()
        sequence: ClassVar = (
            "kode_simpul", "tingkat", "nama_simpul", "uraian", "satuan", "data_awal_teks", "target_tahun", "pagu_tahun",
            "unit_nama",
        )  # fmt: skip
        order_by = "kode_simpul"
        empty_text = "Tidak ada indikator yang cocok. Longgarkan saringannya."
        row_attrs: ClassVar = {"class": lambda record: f"d-{level_of(record)}"}

    def __init__(self, *args: Any, tahun: int, base: str, total: int | None, ekor: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base, self.ekor, self.total = base, ekor, total
        self.columns["target_tahun"].column.verbose_name = f"Target {tahun}"
        self.columns["pagu_tahun"].column.verbose_name = f"Pagu {tahun} Rp"

    def render_kode_simpul(self, value: str, record: Any) -> str:
        """Code with the way to its node; a sasaran has no code people know, so its IKU has the indicator's."""
        kode = value or record.sasaran.kode
        return format_html('<a href="{}{}/{}">{}</a>', self.base, kode, self.ekor, value or record.kode)

    def render_tingkat(self, record: Any) -> str:
        """Level of the node in words."""
        return _LEVEL[level_of(record)]

    def render_target_tahun(self, value: Any) -> str:
        """Target as the document writes it."""
        return format_number(value)

    def render_pagu_tahun(self, value: int) -> str:
        """Whole rupiah."""
        return format_rupiah(value)


def export_rows(table: IndikatorTable) -> Iterator[list[str | int]]:
    """Header and rows for a CSV: numbers without thousands dots, text that Excel would take for a formula quoted."""
    yield [str(column.header) for column in table.columns]
    for row in table.rows:
        record = row.record
        target = record.target_tahun
        yield [
            record.kode_simpul or record.kode,
            _LEVEL[level_of(record)],
            *map(_as_text, (record.nama_simpul, record.uraian, record.satuan, record.data_awal_teks)),
            "" if target is None else str(plain(target)).replace(".", ","),
            "" if record.pagu_tahun is None else record.pagu_tahun,
            record.unit_nama,
        ]


def _as_text(text: str) -> str:
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def level_of(record: Any) -> str:
    """Level on which an indicator hangs."""
    return next(
        (level for level in _LEVEL if level != "sasaran" and getattr(record, f"{level}_id") is not None), "sasaran"
    )

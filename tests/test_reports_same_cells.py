"""For every report: page, XLSX, PDF and JSON hold the same cells, with the values of the matrix."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from pmks.actions import IsianLayanan, save_layanan
from renstra.formats import format_number
from reports.export import export
from reports.matrix import (
    Angka,
    Bilangan,
    Kosong,
    Pecahan,
    Sel,
    Uang,
    leaves,
    mark,
    parts,
    problems,
    resolve,
    shown,
    value,
)
from reports.registry import REPORTS
from reports.renderers.html import render_table
from reports.renderers.xlsx import render_xlsx
from tests.registry_people import DISABILITAS, person, staff
from tests.report_cells import build, pdf_text, read_html, read_json, read_xlsx, squeeze

MODES = [
    (slug, angka) for slug in REPORTS for angka in (("dokumen", "dihitung") if REPORTS[slug].berangka else ("dokumen",))
]


def register_people(slug):
    """Six people served in 2023 and one alone, for reports that count by name: the document has nobody."""
    if not REPORTS[slug].bernama or REPORTS[slug].dari_dasar:
        return
    kode, giver = "1.06.05.2.02.03", staff("staf.linjamsos")
    for at in range(6):
        who = person(f"Orang {at}", actor="staf.linjamsos", tahun=2023)
        isian = IsianLayanan(kode, date(2023, 3, 1), "paket sembako", 150_000)
        save_layanan(giver, who.pk, isian, {kode: giver.unit_id}, pintu="peramban")
    person("Sendiri", DISABILITAS, actor="staf.linjamsos", tahun=2023)


@pytest.mark.parametrize(("slug", "angka"), MODES)
def test_page_xlsx_and_json_hold_the_same_cells(baseline, slug, angka):
    register_people(slug)
    matrix = build(slug, angka=angka)
    assert matrix.baris, "laporan tanpa baris tidak membuktikan apa-apa"
    assert problems(matrix) == []
    columns = leaves(matrix.kolom)
    page = read_html(render_table(matrix))
    _, sheet = read_xlsx(render_xlsx(matrix, timezone.localtime()))
    document = read_json(export(matrix, "json"))

    assert document["slug"] == slug
    assert document["kolom"] == [column.kunci for column in columns]
    assert len(document["baris"]) == len(matrix.pembuka) + len(matrix.baris)
    assert len(page.body) == len(matrix.baris)
    first = int(re.sub(r"\D", "", sheet.freeze_panes))  # the first row below the heads
    json_rows = document["baris"][len(matrix.pembuka) :]
    rows = zip(resolve(matrix.baris), matrix.baris, page.body, json_rows, strict=True)
    for at, ((row, resolved), _, html, js) in enumerate(rows):
        assert js["jenis"] == row.peran
        assert js["kode"] == row.kode
        for index, column in enumerate(columns):
            where = f"{slug} baris {at} kolom {column.kunci}"
            cell, excel = row.sel[index], sheet.cell(first + at, index + 1)
            entry = js["sel"][column.kunci]
            whole = resolved[index]
            assert entry == _as_json(whole), where
            if cell is None:
                assert html["cells"][index] is None, where
                assert excel.value is None, where
                continue
            found = html["cells"][index]
            assert squeeze(found["text"]) == squeeze(_as_html(cell)), where
            notes = mark(cell.catatan) if isinstance(cell, Sel) else ""
            assert squeeze(found["mark"]) == squeeze(notes), where
            _assert_excel(excel, cell, notes, where)
    assert [note.split("]")[0][1:] for note in document["catatan"]] == [str(note.nomor) for note in matrix.catatan]


@pytest.mark.parametrize("slug", REPORTS)
def test_pdf_text_holds_every_cell_in_order(baseline, slug):
    register_people(slug)
    matrix = build(slug)
    text = squeeze(pdf_text(export(matrix, "pdf")))
    position = text.index(squeeze(matrix.judul)[:30])
    for row in (*matrix.pembuka, *matrix.baris):
        for cell in row.sel:
            if cell is None:
                continue
            for item in parts(cell):
                for piece in _printed(item):
                    # Cells of a row may be drawn in another order where one spans rows; none may be missing.
                    assert piece in text[position:], f"{slug}: {piece!r} tidak ada di PDF"
    for note in matrix.catatan:
        assert squeeze(note.teks) in text
    assert "Halaman1dari" in text


def test_pdf_of_tabel_6_2_holds_its_figures_row_by_row(baseline):
    matrix = build("tabel-6-2")
    text = squeeze(pdf_text(export(matrix, "pdf")))
    position = 0
    checked = 0
    for row in matrix.baris:
        figures = row.sel[5:9]
        if not row.kode or not all(isinstance(cell, Angka | Uang) for cell in figures):
            continue
        position = text.find("".join(shown(cell) for cell in figures), position)
        assert position >= 0, row.kode
        checked += 1
    assert checked > 80


def _as_json(cell):
    if cell is None:
        return None
    values = [value(item) for item in parts(cell)]
    values = [float(item) if isinstance(item, Decimal) else item for item in values]
    return values[0] if len(values) == 1 else values


def _as_html(cell):
    text = "\n".join(shown(item) for item in parts(cell))
    # A formula stands as numerator over denominator.
    return text.replace(" / ", "\n") if isinstance(parts(cell)[0], Pecahan) else text


def _assert_excel(excel, cell, notes, where):
    items = parts(cell)
    if len(items) > 1:
        assert excel.value == " / ".join(shown(item) for item in items), where
        return
    item = items[0]
    if isinstance(item, Uang | Angka | Bilangan):
        assert excel.data_type == "n", where
        assert excel.value == pytest.approx(float(value(item)), abs=1e-9), where
        assert "%" not in excel.number_format, where
    elif isinstance(item, Kosong):
        assert excel.value == (item.tampil or None), where
        if notes and not item.tampil:
            assert all(f"[{nomor}] " in excel.comment.text for nomor in cell.catatan), where
            return
    else:
        assert excel.data_type == "s", where
        assert excel.value == shown(item), where
    if notes:
        assert notes in excel.number_format, where


def _printed(item):
    """Pieces of a value that stand together on paper."""
    if isinstance(item, Pecahan):
        return [squeeze(text) for text in (item.pembilang, item.penyebut, f"× {item.pengali}") if text]
    if isinstance(item, Angka):
        return [squeeze(format_number(item.nilai, item.desimal) + item.akhiran)]
    return [squeeze(line) for line in shown(item).split("\n") if line]

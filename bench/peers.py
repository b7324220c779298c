"""The same table made by hand with other tools: plain rows in, bytes out.

Each peer does what a careful person would write with that tool: the same cells, merged
heads, number formats, levels, notes. ``PlainTable`` is prepared before the clock starts.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any, NamedTuple

from reports.matrix import (
    Angka,
    Bilangan,
    Matrix,
    Nilai,
    Sel,
    Uang,
    group_starts,
    header_rows,
    leaves,
    mark,
    number,
    parts,
    shown,
)

LEVEL = {"kegiatan": 1, "subkegiatan": 2}
SHADED = frozenset({"program", "jumlah"})
BOLD = frozenset({"program", "kegiatan", "jumlah"})
ALIGN = {"kiri": "left", "tengah": "center", "kanan": "right"}
Value = str | int | Decimal


class Head(NamedTuple):
    """A cell of the heads: its place counted from 0, and its spans."""

    text: str
    row: int
    column: int
    height: int
    width: int


class Cell(NamedTuple):
    """One value or several stacked, the mark of its notes (``[1]``), and how many columns it covers."""

    column: int
    values: tuple[Value, ...]
    mark: str
    width: int


@dataclass(frozen=True)
class PlainTable:
    """Rows are (kind, cells); ``widths``, ``align``, ``ruled`` (a strong rule at the left) are by column."""

    judul: str
    heads: list[Head]
    depth: int
    numbers: list[str]
    widths: list[int]
    align: list[str]
    ruled: list[bool]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    about: list[tuple[str, str]]
    notes: list[tuple[str, str]]


def plain_table(matrix: Matrix) -> PlainTable:
    """The matrix without its types."""
    columns = leaves(matrix.kolom)
    header = header_rows(matrix.kolom)
    ruled = group_starts(matrix.kolom)
    return PlainTable(
        f"{matrix.nomor} {matrix.judul}",
        [
            Head(cell.kolom.judul, at, cell.mulai, cell.tinggi, cell.lebar)
            for at, row in enumerate(header)
            for cell in row
        ],
        len(header),
        [column.nomor for column in columns],
        [column.bobot for column in columns],
        [ALIGN[column.rata.value] for column in columns],
        [at in ruled for at in range(len(columns))],
        [
            (row.peran.value, [_cell(at, cell) for at, cell in enumerate(row.sel) if cell is not None])
            for row in matrix.baris
        ],
        [("Sumber", matrix.sumber), *((item.label, item.teks) for item in matrix.parameter)],
        [(mark([note.nomor]), note.teks) for note in matrix.catatan],
    )


def _cell(at: int, cell: Nilai | Sel) -> Cell:
    values = tuple(_value(item) for item in parts(cell))
    return Cell(at, values, mark(cell.catatan), cell.lebar) if isinstance(cell, Sel) else Cell(at, values, "", 1)


def _value(item: Nilai) -> Value:
    if isinstance(item, Angka):
        return number(item)
    return item.nilai if isinstance(item, Uang | Bilangan) else shown(item)


def _write(value: Value) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"{value:,}".replace(",", "|").replace(".", ",").replace("|", ".")


def html_table(table: PlainTable) -> str:
    """A page's table with f-strings."""
    out = ['<table class="laporan"><thead>']
    for at in range(table.depth):
        cells = "".join(
            f'<th scope="col" rowspan="{head.height}" colspan="{head.width}">{escape(head.text)}</th>'
            for head in table.heads
            if head.row == at
        )
        out.append(f"<tr>{cells}</tr>")
    out.append("<tr>" + "".join(f"<td>{text}</td>" for text in table.numbers) + "</tr></thead><tbody>")
    css = [f"{align} ruled" if ruled else align for align, ruled in zip(table.align, table.ruled, strict=True)]
    for kind, row in table.rows:
        texts = []
        for column, values, note, width in row:
            span = f' colspan="{width}"' if width > 1 else ""
            sup = f"<sup>{note}</sup>" if note else ""
            texts.append(f'<td class="{css[column]}"{span}>{"<br>".join(map(_write, values))}{sup}</td>')
        out.append(f'<tr class="{kind}">{"".join(texts)}</tr>')
    out.append("</tbody></table>")
    return "".join(out)


def xlsxwriter_book(table: PlainTable) -> bytes:
    """A workbook with XlsxWriter: styles, merged heads, levels, frozen panes, print titles, notes on a second sheet."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("Tabel")
    line = {"border": 1, "border_color": "#B7BDC5", "text_wrap": True, "font_name": "Calibri", "font_size": 9}
    rule = {"left": 2, "left_color": "#5B6675"}
    known: dict[tuple[str, int, str], Any] = {}

    def style(kind: str, column: int, number_format: str) -> Any:
        key = (kind, column, number_format)
        if key not in known:
            known[key] = book.add_format(
                line
                | {"valign": "top", "align": table.align[column], "num_format": number_format, "bold": kind in BOLD}
                | ({"bg_color": "#E3EAF0"} if kind in SHADED else {})
                | (rule if table.ruled[column] else {})
            )
        return known[key]

    centred = line | {"align": "center", "valign": "vcenter", "bg_color": "#DDE5EC"}
    heads = [book.add_format(centred | {"bold": True} | (rule if ruled else {})) for ruled in (False, True)]
    small = [book.add_format(centred | {"font_size": 8} | (rule if ruled else {})) for ruled in (False, True)]
    sheet.merge_range(0, 0, 0, len(table.widths) - 1, table.judul, book.add_format({"bold": True, "align": "center"}))
    for text, row, column, height, width in table.heads:
        if height * width > 1:
            last = (1 + row + height, column + width - 1)
            sheet.merge_range(2 + row, column, *last, text, heads[table.ruled[column]])
        else:
            sheet.write_string(2 + row, column, text, heads[table.ruled[column]])
    for column, text in enumerate(table.numbers):
        sheet.write_string(2 + table.depth, column, text, small[table.ruled[column]])
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width * 0.95)
    first = 3 + table.depth
    for row, (kind, cells) in enumerate(table.rows, start=first):
        if kind in LEVEL:
            sheet.set_row(row, None, None, {"level": LEVEL[kind]})
        for column, values, note, width in cells:
            value = values[0] if len(values) == 1 else " / ".join(map(_write, values))
            if width > 1:
                sheet.merge_range(row, column, row, column + width - 1, value, style(kind, column, "General"))
            elif value == "":
                sheet.write_blank(row, column, None, style(kind, column, "General"))
            elif isinstance(value, str):
                sheet.write_string(row, column, value, style(kind, column, f'@" {note}"' if note else "General"))
            else:
                text = str(value)
                decimals = len(text) - text.index(".") - 1 if "." in text else 0
                shape = "#,##0" + ("." + "0" * decimals if decimals else "") + (f'" {note}"' if note else "")
                sheet.write_number(row, column, value, style(kind, column, shape))
    sheet.freeze_panes(first, 2)
    sheet.repeat_rows(2, first - 1)
    sheet.set_landscape()
    sheet.set_paper(14)
    sheet.set_margins(0.35, 0.35, 0.4, 0.55)
    sheet.set_footer("&LTabel 6.2&RHalaman &P dari &N")
    sheet.fit_to_pages(1, 0)
    legend = book.add_worksheet("Keterangan")
    plain = book.add_format({"font_name": "Calibri", "font_size": 10, "text_wrap": True, "valign": "top"})
    strong = book.add_format({"font_name": "Calibri", "font_size": 10, "bold": True, "valign": "top"})
    for row, (label, text) in enumerate([*table.about, *table.notes]):
        legend.write_string(row, 0, label, strong)
        legend.write_string(row, 1, text, plain)
    legend.set_column(0, 0, 18)
    legend.set_column(1, 1, 110)
    book.close()
    return target.getvalue()


def naive_pdf(table: PlainTable) -> bytes:
    """WeasyPrint the way one starts with it: inline styles, automatic column widths, nothing shared between runs."""
    from weasyprint import HTML

    base = "border: 0.5pt solid #555; padding: 1pt 2pt; font-size: 6.2pt; vertical-align: top"
    out = [
        "<html><head><style>@page { size: 330mm 215mm; margin: 10mm 8mm; @bottom-right { content: counter(page) "
        '" dari " counter(pages); font-size: 7pt } }</style></head><body>',
        f'<h1 style="font-size: 10pt">{escape(table.judul)}</h1>',
        '<table style="border-collapse: collapse; width: 100%"><thead>',
    ]
    for at in range(table.depth):
        out.append("<tr>")
        out += [
            f'<th style="{base}; text-align: center" rowspan="{head.height}" colspan="{head.width}">'
            f"{escape(head.text)}</th>"
            for head in table.heads
            if head.row == at
        ]
        out.append("</tr>")
    out.append("<tr>" + "".join(f'<th style="{base}">{text}</th>' for text in table.numbers) + "</tr></thead>")
    for kind, cells in table.rows:
        weight = ("; font-weight: bold" if kind in BOLD else "") + ("; background: #e6eae8" if kind in SHADED else "")
        out.append("<tr>")
        out += [
            f'<td style="{base}{weight}; text-align: {table.align[column]}" colspan="{width}">'
            f"{'<br>'.join(map(_write, values))} {note}</td>"
            for column, values, note, width in cells
        ]
        out.append("</tr>")
    out.append("</table>")
    out += [f'<p style="font-size: 7pt">{note} {escape(text)}</p>' for note, text in [*table.notes, *table.about]]
    content = HTML(string="".join([*out, "</body></html>"])).write_pdf()
    assert content is not None
    return bytes(content)


def typst_pdf(table: PlainTable) -> bytes:
    """The same sheet set by Typst."""
    import typst

    def text(value: str) -> str:
        return '#"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    def plain(value: Value) -> str:
        return text(value if isinstance(value, str) else _write(value))

    cells = [
        f"table.cell(x: {column}, y: {row}, rowspan: {height}, colspan: {width})[*{text(label)}*]"
        for label, row, column, height, width in table.heads
    ]
    cells += [f"table.cell(x: {at}, y: {table.depth})[{text(label)}]" for at, label in enumerate(table.numbers)]
    body = []
    for kind, row in table.rows:
        fill = "fill: luma(90%), " if kind in SHADED else ""
        for column, values, note, width in row:
            inner = r" \ ".join(map(plain, values)) + (f" {text(note)}" if note else "")
            inner = f"*{inner}*" if kind in BOLD else inner
            body.append(f"table.cell({fill}colspan: {width}, align: {table.align[column]})[{inner}]")
    shares = ", ".join(f"{width}fr" for width in table.widths)
    source = (
        "#set page(width: 330mm, height: 215mm, margin: (x: 8mm, y: 10mm), "
        "footer: context [#counter(page).display() dari #counter(page).final().first()])\n"
        f"#set text(size: 6.2pt)\n= {text(table.judul)}\n"
        f"#table(columns: ({shares}), stroke: 0.4pt, inset: 2pt,\n"
        f"table.header({', '.join(cells)}),\n{', '.join(body)})\n"
        + "\n\n".join(f"{text(note)} {text(line)}" for note, line in [*table.notes, *table.about])
    )
    return bytes(typst.compile(source.encode()))

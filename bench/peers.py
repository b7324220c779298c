"""The same table made by hand with other tools: plain rows in, bytes out.

Each peer does the work a careful person would do by hand with that tool: merged heads,
number formats, levels, totals. ``PlainTable`` is prepared before the clock starts.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from reports.matrix import Angka, Bilangan, Matrix, Nilai, Sel, Uang, header_rows, leaves, parts, shown

LEVEL = {"program": 0, "kegiatan": 1, "subkegiatan": 2}
Value = str | int | Decimal


@dataclass(frozen=True)
class PlainTable:
    """Heads as (text, row, column, height, width), rows as (kind, cells); a cell is one value or several stacked."""

    judul: str
    heads: list[tuple[str, int, int, int, int]]
    numbers: list[str]
    widths: list[int]
    right: list[bool]
    rows: Sequence[tuple[str, Sequence[Sequence[Value]]]]
    notes: list[str]


def plain_table(matrix: Matrix) -> PlainTable:
    """The matrix without its types."""
    columns = leaves(matrix.kolom)
    heads = [
        (cell.kolom.judul, at, cell.mulai, cell.tinggi, cell.lebar)
        for at, row in enumerate(header_rows(matrix.kolom))
        for cell in row
    ]
    rows = [(row.peran.value, [_values(cell) if cell is not None else () for cell in row.sel]) for row in matrix.baris]
    return PlainTable(
        f"{matrix.nomor} {matrix.judul}",
        heads,
        [column.nomor for column in columns],
        [column.bobot for column in columns],
        [column.rata.value == "kanan" for column in columns],
        rows,
        [f"[{note.nomor}] {note.teks}" for note in matrix.catatan],
    )


def _values(cell: Nilai | Sel) -> tuple[Value, ...]:
    return tuple(item.nilai if isinstance(item, Uang | Angka | Bilangan) else shown(item) for item in parts(cell))


def _write(value: Value) -> str:
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    text = f"{value.normalize():,f}"
    return text.replace(",", "|").replace(".", ",").replace("|", ".")


def html_table(table: PlainTable) -> str:
    """A page's table with f-strings."""
    depth = max(row + height for _, row, _, height, _ in table.heads)
    out = ['<table class="laporan"><thead>']
    for at in range(depth):
        cells = "".join(
            f'<th scope="col" rowspan="{height}" colspan="{width}">{escape(text)}</th>'
            for text, row, _, height, width in table.heads
            if row == at
        )
        out.append(f"<tr>{cells}</tr>")
    out.append("<tr>" + "".join(f"<th>{number}</th>" for number in table.numbers) + "</tr></thead><tbody>")
    kinds = ["angka" if right else "teks" for right in table.right]
    for kind, row in table.rows:
        cells = "".join(
            f'<td class="{css}">{"<br>".join(map(_write, values))}</td>' for css, values in zip(kinds, row, strict=True)
        )
        out.append(f'<tr class="{kind}">{cells}</tr>')
    out.append("</tbody></table>")
    return "".join(out)


def xlsxwriter_book(table: PlainTable) -> bytes:
    """A workbook with XlsxWriter: styles, merged heads, levels, frozen panes, print titles, notes on a second sheet."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("Tabel")
    base = {"border": 1, "valign": "top", "text_wrap": True, "font_size": 9}
    styles = {
        (kind, what): book.add_format(
            base
            | ({"bold": True, "bg_color": "#E6EAE8"} if kind in {"program", "jumlah"} else {})
            | {"text": {}, "money": {"num_format": "#,##0"}, "number": {"num_format": "#,##0.##"}}[what]
        )
        for kind in {kind for kind, _ in table.rows}
        for what in ("text", "money", "number")
    }
    head = book.add_format(base | {"bold": True, "align": "center", "valign": "vcenter"})
    sheet.write(0, 0, table.judul, book.add_format({"bold": True}))
    depth = max(row + height for _, row, _, height, _ in table.heads)
    for text, row, column, height, width in table.heads:
        if height * width > 1:
            sheet.merge_range(2 + row, column, 1 + row + height, column + width - 1, text, head)
        else:
            sheet.write(2 + row, column, text, head)
    for column, number in enumerate(table.numbers):
        sheet.write(2 + depth, column, number, head)
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width * 0.55)
    first = 3 + depth
    for at, (kind, cells) in enumerate(table.rows):
        row = first + at
        if LEVEL.get(kind):
            sheet.set_row(row, None, None, {"level": LEVEL[kind]})
        for column, values in enumerate(cells):
            if not values:
                sheet.write_blank(row, column, None, styles[kind, "text"])
            elif len(values) > 1:
                sheet.write_string(row, column, "\n".join(map(_write, values)), styles[kind, "text"])
            elif isinstance(values[0], str):
                sheet.write_string(row, column, values[0], styles[kind, "text"])
            else:
                what = "money" if isinstance(values[0], int) else "number"
                sheet.write_number(row, column, float(values[0]), styles[kind, what])
    sheet.freeze_panes(first, 2)
    sheet.repeat_rows(2, first - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    notes = book.add_worksheet("Keterangan")
    for row, text in enumerate(table.notes):
        notes.write_string(row, 0, text)
    book.close()
    return target.getvalue()


def naive_pdf(table: PlainTable) -> bytes:
    """WeasyPrint the way one starts with it: inline styles, automatic column widths, nothing shared between runs."""
    from weasyprint import HTML

    cell = "border: 0.5pt solid #555; padding: 1pt 2pt; font-size: 6.2pt; vertical-align: top"
    depth = max(row + height for _, row, _, height, _ in table.heads)
    out = [
        "<html><head><style>@page { size: 330mm 215mm; margin: 10mm 8mm; @bottom-right { content: counter(page) "
        '" dari " counter(pages); font-size: 7pt } }</style></head><body>',
        f'<h1 style="font-size: 10pt">{escape(table.judul)}</h1>',
        '<table style="border-collapse: collapse; width: 100%"><thead>',
    ]
    for at in range(depth):
        out.append("<tr>")
        out += [
            f'<th style="{cell}; text-align: center" rowspan="{height}" colspan="{width}">{escape(text)}</th>'
            for text, row, _, height, width in table.heads
            if row == at
        ]
        out.append("</tr>")
    out.append("<tr>" + "".join(f'<th style="{cell}">{number}</th>' for number in table.numbers) + "</tr></thead>")
    for kind, cells in table.rows:
        weight = "; font-weight: bold; background: #e6eae8" if kind in {"program", "jumlah"} else ""
        out.append("<tr>")
        out += [
            f'<td style="{cell}{weight}; text-align: {"right" if right else "left"}">'
            f"{'<br>'.join(map(_write, values))}</td>"
            for right, values in zip(table.right, cells, strict=True)
        ]
        out.append("</tr>")
    out += ["</table>", *(f'<p style="font-size: 7pt">{escape(note)}</p>' for note in table.notes), "</body></html>"]
    content = HTML(string="".join(out)).write_pdf()
    assert content is not None
    return bytes(content)


def typst_pdf(table: PlainTable) -> bytes:
    """The same sheet set by Typst."""
    import typst

    def text(value: str) -> str:
        return '#"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    columns = ", ".join(f"{width}fr" for width in table.widths)
    heads = [
        f"table.cell(x: {column}, y: {row}, rowspan: {height}, colspan: {width})[*{text(label)}*]"
        for label, row, column, height, width in table.heads
    ]
    depth = max(row + height for _, row, _, height, _ in table.heads)
    numbers = [f"table.cell(x: {at}, y: {depth})[{text(number)}]" for at, number in enumerate(table.numbers)]
    body = []
    for kind, cells in table.rows:
        for right, values in zip(table.right, cells, strict=True):
            inner = r" \ ".join(text(_write(value)) for value in values)
            if kind in {"program", "jumlah"}:
                body.append(f"table.cell(fill: luma(90%), align: {'right' if right else 'left'})[*{inner}*]")
            else:
                body.append(f"table.cell(align: {'right' if right else 'left'})[{inner}]")
    source = (
        "#set page(width: 330mm, height: 215mm, margin: (x: 8mm, y: 10mm),\n"
        '  footer: context [#counter(page).display("1 dari 1", both: true)])\n'
        f"#set text(size: 6.2pt)\n= {text(table.judul)}\n"
        f"#table(columns: ({columns}), stroke: 0.4pt, inset: 2pt,\n"
        f"table.header({', '.join([*heads, *numbers])}),\n{', '.join(body)})\n"
        + "\n\n".join(text(note) for note in table.notes)
    )
    return bytes(typst.compile(source.encode()))

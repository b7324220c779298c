"""A matrix as an HTML table, for the page and (with another style sheet) for paper.

Classes only, no inline style: the Content-Security-Policy allows none, and paper
gets its widths from a generated style sheet. Numbers are formatted here, once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape

from renstra.formats import format_number, format_rupiah
from reports.matrix import (
    Angka,
    Baris,
    Bilangan,
    Kolom,
    Kosong,
    Matrix,
    Pecahan,
    Peran,
    Rata,
    Sel,
    Teks,
    Uang,
    group_starts,
    header_rows,
    leaves,
    mark,
    number_cells,
)

SUFFIX = "html"
CONTENT_TYPE = "text/html; charset=utf-8"

NARROW = 200
_ALIGN = {Rata.KIRI: "", Rata.TENGAH: "t", Rata.KANAN: "n"}


def render_table(matrix: Matrix, kenapa: str = "") -> str:
    """The ``<table>`` alone.

    ``kenapa`` is the start of the address that explains a figure; the place of its cell
    (``cell_address``) is put behind it. On paper and in files it is empty and nothing is a link.
    """
    columns = leaves(matrix.kolom)
    strong = group_starts(matrix.kolom)
    # On the page the second sticky column starts where the first one ends.
    sticky = f" geser-{columns[0].bobot}" if matrix.kolom_lekat > 1 else ""
    if sum(column.bobot for column in columns) <= NARROW:
        sticky += " sempit"
    out = [f'<table class="matriks{sticky}" aria-labelledby="judul-laporan">\n<colgroup>']
    out += [f'<col class="w-{column.bobot}{" nama-baris" if column.lekat else ""}">' for column in columns]
    out.append("</colgroup>\n<thead>\n")
    _head(matrix, columns, strong, out)
    out.append("</thead>\n<tbody>\n")
    _body(matrix, columns, strong, escape(kenapa), out)
    out.append("</tbody>\n</table>")
    return "".join(out)


def render_notes(matrix: Matrix) -> str:
    """Source and notes below the table."""
    out = []
    if matrix.catatan:
        out.append('<section class="catatan-laporan"><h2>Catatan</h2>\n<ol>\n')
        out += [
            f'<li id="catatan-{note.nomor}"><span class="nomor">{mark([note.nomor])}</span> '
            f"<span>{escape(note.teks)}{_way(note.tautan)}</span></li>\n"
            for note in matrix.catatan
        ]
        out.append("</ol></section>\n")
    if matrix.sumber:
        out.append(f'<p class="sumber-laporan">Sumber: {escape(matrix.sumber)}</p>\n')
    return "".join(out)


def _way(url: str) -> str:
    return f' <a class="tanpa-cetak" href="{escape(url)}">Lihat temuan</a>' if url else ""


def render_closing(matrix: Matrix) -> str:
    """Closing paragraphs of a form."""
    if not matrix.penutup:
        return ""
    rows = "".join(f"<div><dt>{escape(item.label)}</dt><dd>{_text(item.teks)}</dd></div>\n" for item in matrix.penutup)
    return f'<dl class="penutup-laporan">\n{rows}</dl>\n'


def render_signatures(matrix: Matrix) -> str:
    """Signature blocks side by side."""
    if not matrix.tanda_tangan:
        return ""
    out = ['<section class="tanda-tangan" aria-label="Tanda tangan">\n']
    for block in matrix.tanda_tangan:
        above = "".join(f'<span class="baris-judul">{escape(line)}</span>' for line in block.atas())
        name, *below = block.bawah()
        rest = "".join(f'<span class="baris-judul">{escape(line)}</span>' for line in below)
        out.append(
            f'<div class="penanda"><p>{above}</p>'
            f'<p><span class="baris-judul nama-penanda">{escape(name)}</span>{rest}</p></div>\n'
        )
    out.append("</section>\n")
    return "".join(out)


def render_end(matrix: Matrix, kenapa: str = "") -> str:
    """Everything below the table, in the order of the paper: paragraphs, notes, signatures, reports that follow."""
    return (
        render_closing(matrix)
        + render_notes(matrix)
        + render_signatures(matrix)
        + "".join(render_attachment(at, part, kenapa=kenapa) for at, part in enumerate(matrix.lampiran, start=1))
    )


def render_attachment(number: int, matrix: Matrix, css: str = "", *, kenapa: str = "") -> str:
    """A report that follows another: its own heading, table and end in a section ``#lampiran-N``."""
    way = f"{kenapa}{number}-" if kenapa else ""
    text = (
        f'<section class="lampiran lampiran-{number}{f" {css}" if css else ""}" id="lampiran-{number}">'
        f'<h2 class="judul-laporan">{_heading_lines(matrix)}</h2>'
        f'<div class="matriks-bungkus" tabindex="0" role="region" aria-label="{escape(matrix.judul)}">'
        f"{render_table(matrix, way)}</div>{render_end(matrix)}</section>"
    )
    # Every report numbers its notes from 1.
    return text.replace(' id="catatan-', f' id="l{number}-catatan-').replace(
        ' href="#catatan-', f' href="#l{number}-catatan-'
    )


def render_kop(matrix: Matrix) -> str:
    """Letterhead, nothing when none was asked for."""
    if matrix.kop is None:
        return ""
    below = "".join(f'<span class="baris-judul">{escape(line)}</span>' for line in matrix.kop.bawah)
    return (
        f'<div class="kop"><span class="baris-judul kop-atas">{escape(matrix.kop.atas)}</span>'
        f'<span class="baris-judul kop-nama">{escape(matrix.kop.nama)}</span>{below}</div>\n'
    )


def render_heading(matrix: Matrix) -> str:
    """Letterhead, number, title and lines below it, as the document sets them."""
    return f'{render_kop(matrix)}<h1 class="judul-laporan" id="judul-laporan">{_heading_lines(matrix)}</h1>'


def _heading_lines(matrix: Matrix) -> str:
    lines = "".join(f'<span class="baris-judul">{escape(line)}</span>' for line in (matrix.judul, *matrix.subjudul))
    number = f'<span class="nomor-tabel">{escape(matrix.nomor)}</span>' if matrix.nomor else ""
    return number + lines


def parameter_line(matrix: Matrix) -> str:
    """Parameters in words: ``Tahun: 2023 · Angka: sesuai dokumen``."""
    return " · ".join(f"{item.label}: {item.teks}" for item in matrix.parameter)


def _head(matrix: Matrix, columns: tuple[Kolom, ...], strong: frozenset[int], out: list[str]) -> None:
    for row in matrix.pembuka:
        out.append('<tr class="kepala-isi">')
        for cell in row.sel:
            if isinstance(cell, Sel):
                scope = "colgroup" if cell.lebar > 1 else "col"
                out.append(f'<th scope="{scope}"{_spans(cell)}>{_stack(cell)}</th>')
        out.append("</tr>\n")
    for header in header_rows(matrix.kolom):
        out.append("<tr>")
        for head in header:
            css = _css(None, head.mulai, head.mulai in strong, matrix.kolom_lekat, head.kolom.lekat)
            spans = (f' colspan="{head.lebar}"' if head.lebar > 1 else "") + (
                f' rowspan="{head.tinggi}"' if head.tinggi > 1 else ""
            )
            scope = "colgroup" if head.kolom.anak else "col"
            out.append(f'<th scope="{scope}"{css}{spans}>{_text(head.kolom.judul)}</th>')
        out.append("</tr>\n")
    numbers = number_cells(matrix.kolom)
    if numbers:
        out.append('<tr class="nomor-kolom">')
        for at, width, text in numbers:
            css = _css(None, at, at in strong, matrix.kolom_lekat, columns[at].lekat)
            span = f' colspan="{width}"' if width > 1 else ""
            out.append(f"<td{css}{span}>{escape(text)}</td>")
        out.append("</tr>\n")


def _css(column: Kolom | None, at: int, strong: bool, sticky: int, stays: bool = False) -> str:
    names = [
        _ALIGN[column.rata] if column else "",
        "g" if strong else "",
        f"l{at + 1}" if at < sticky else "l1" if stays else "",
    ]
    text = " ".join(name for name in names if name)
    return f' class="{text}"' if text else ""


def _body(matrix: Matrix, columns: tuple[Kolom, ...], strong: frozenset[int], kenapa: str, out: list[str]) -> None:
    if not matrix.baris:
        out.append(f'<tr class="tanpa-isi"><td colspan="{len(columns)}">{escape(matrix.kosong)}</td></tr>\n')
        return
    # Per column what opens and closes a plain cell: computed once, not per cell.
    opening: list[str] = []
    closing: list[str] = []
    tags: list[tuple[str, str, str]] = []
    for at, column in enumerate(columns):
        css = _css(column, at, at in strong, matrix.kolom_lekat, column.lekat)
        tag = 'th scope="row"' if column.judul_baris else "td"
        # A cell over several columns does not stick: it would hide the figures beside it.
        tags.append((tag, css, _css(column, at, at in strong, 0)))
        opening.append(f"<{tag}{css}>")
        closing.append("</th>" if column.judul_baris else "</td>")
    keys = [column.kunci for column in columns]
    for number, row in enumerate(matrix.baris):
        way = f'<a class="kenapa" href="{kenapa}{number}.' if kenapa else ""
        _row(row, opening, closing, tags, keys, way, out)


def _row(
    row: Baris,
    opening: list[str],
    closing: list[str],
    tags: list[tuple[str, str, str]],
    keys: list[str],
    way: str,
    out: list[str],
) -> None:
    out.append("<tr>" if row.peran is Peran.BARIS else f'<tr class="{row.peran}">')
    add = out.append
    for at, cell in enumerate(row.sel):
        # The two commonest kinds first and without a call: this loop is the time of a page.
        kind = type(cell)
        if kind is Uang:
            text = _money(cell.nilai)  # type: ignore[union-attr]
            if way and cell.asal is not None:  # type: ignore[union-attr]
                text = f'{way}{keys[at]}">{text}</a>'
            add(f"{opening[at]}{text}{closing[at]}")
        elif kind is Angka:
            text = _number(cell.nilai, cell.desimal)  # type: ignore[union-attr]
            if cell.akhiran:  # type: ignore[union-attr]
                text += escape(cell.akhiran)  # type: ignore[union-attr]
            if way and cell.asal is not None:  # type: ignore[union-attr]
                text = f'{way}{keys[at]}">{text}</a>'
            add(f"{opening[at]}{text}{closing[at]}")
        elif kind is Sel:
            tag = tags[at]
            css = tag[2] if cell.lebar > 1 else tag[1]  # type: ignore[union-attr]
            link = f'{way}{keys[at]}">' if way else ""
            add(f"<{tag[0]}{_spans(cell)}{css}>{_stack(cell, link)}{closing[at]}")  # type: ignore[arg-type]
        elif cell is not None:
            add(f"{opening[at]}{_RENDER[kind](cell)}{closing[at]}")
    out.append("</tr>\n")


def _spans(cell: Sel) -> str:
    return (f' colspan="{cell.lebar}"' if cell.lebar > 1 else "") + (
        f' rowspan="{cell.tinggi}"' if cell.tinggi > 1 else ""
    )


def _stack(cell: Sel, link: str = "") -> str:
    values = [_RENDER[type(item)](item) for item in cell.nilai]
    if link:
        values = [
            f"{link}{text}</a>" if isinstance(item, Angka | Uang) and item.asal is not None else text
            for item, text in zip(cell.nilai, values, strict=True)
        ]
    text = values[0] if len(values) == 1 else "".join(f'<span class="tumpuk">{item}</span>' for item in values)
    if cell.catatan:
        links = ", ".join(f'<a href="#catatan-{number}">{number}</a>' for number in cell.catatan)
        text = f'{text} <sup class="tanda">[{links}]</sup>'.lstrip()
    return text


def _text(text: str) -> str:
    if "\n" not in text:
        return escape(text)
    return "".join(f'<span class="butir">{escape(line)}</span>' for line in text.split("\n"))


def _teks(cell: Teks) -> str:
    return _text(cell.isi)


# Plans repeat their figures: 100 %, 12 months, the same amount every year.
_money = lru_cache(maxsize=8192)(format_rupiah)
_number = lru_cache(maxsize=8192)(format_number)


def _uang(cell: Uang) -> str:
    return _money(cell.nilai)


def _angka(cell: Angka) -> str:
    return f"{_number(cell.nilai, cell.desimal)}{escape(cell.akhiran)}"


def _bilangan(cell: Bilangan) -> str:
    return str(cell.nilai)


def _kosong(cell: Kosong) -> str:
    return cell.tampil


def _pecahan(cell: Pecahan) -> str:
    factor = f'<span class="pengali">× {cell.pengali}</span>'
    if not cell.penyebut:
        return f'<span class="pecahan"><span class="pembilang">{escape(cell.pembilang)}</span></span> {factor}'
    return (
        f'<span class="pecahan"><span class="pembilang">{escape(cell.pembilang)}</span>'
        f'<span class="penyebut">{escape(cell.penyebut)}</span></span> {factor}'
    )


_RENDER: dict[type, Callable[..., str]] = {
    Teks: _teks,
    Uang: _uang,
    Angka: _angka,
    Bilangan: _bilangan,
    Kosong: _kosong,
    Pecahan: _pecahan,
}

"""What builders share: comparing printed with computed figures, titles, sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

from indicators.penjelasan import Asal, Penjelasan, beside_printed
from programs.models import TabelDokumen
from renstra.formats import format_number, round_half_up
from reports.matrix import Baris, Isi, Kolom, Matrix, Nilai, Pencatat, Sel, shown, with_asal, with_note

if TYPE_CHECKING:
    from reports.report import Params, Report

Figure = Decimal | int


@dataclass(slots=True)
class Banding:
    """Puts the printed or the computed figure into a cell and explains where they differ."""

    dihitung: bool
    catatan: Pencatat = field(default_factory=Pencatat)

    def cell(
        self,
        tercetak: Figure | None,
        dihitung: Figure | None,
        make: Callable[[Any], Nilai],
        tempat: Callable[..., str],
        *nama: object,
        desimal: int | None = None,
        sebab: str = "",
        diharapkan: bool = True,
        asal: Asal | None = None,
    ) -> Isi:
        """One cell. ``make`` turns a figure into a value; ``tempat`` names the cell for the note, from ``nama``.

        With ``desimal`` the two are the same when they round to the same figure, as the
        document rounds. ``sebab`` says why a figure cannot be computed. A figure that
        the document leaves blank is a difference only if it is ``diharapkan``. ``asal``
        tells how the computed figure came about.
        """
        value = make(dihitung if self.dihitung else tercetak)
        if asal is not None:
            value = with_asal(value, partial(_beside, asal, tercetak, make, not self.dihitung))
        if same(tercetak, dihitung, desimal) or (tercetak is None and not diharapkan):
            return value
        before = make(tercetak)
        after = make(dihitung)
        if tercetak is None:
            text = f"{tempat(*nama)}: dokumen mengosongkan, dihitung {shown(after)}."
        elif dihitung is None:
            text = f"{tempat(*nama)}: tercetak {shown(before)}, tidak dapat dihitung{f' ({sebab})' if sebab else ''}."
        else:
            difference = Decimal(tercetak) - Decimal(dihitung)
            if desimal is not None:
                difference = round_half_up(difference, desimal)
            sign = "+" if difference > 0 else ""
            text = (
                f"{tempat(*nama)}: tercetak {shown(before)}, dihitung {shown(after)}, "
                f"selisih {sign}{format_number(difference)}."
            )
        return with_note(value, self.catatan.note(text))


def beside(asal: Asal, tercetak: Figure | None, make: Callable[[Any], Nilai], *, tampil: bool) -> Asal:
    """How a computed figure came about, with what the document prints; ``tampil``: the printed one is shown."""
    return partial(_beside, asal, tercetak, make, tampil)


def _beside(asal: Asal, tercetak: Figure | None, make: Callable[[Any], Nilai], tampil: bool) -> Penjelasan:
    return beside_printed(asal(), tercetak, lambda figure: shown(make(figure)), tampil=tampil)


def same(first: Figure | None, second: Figure | None, desimal: int | None = None) -> bool:
    """Whether two figures are the same, None being the same only as None."""
    if first is None or second is None:
        return first is second
    if desimal is None:
        return first == second
    return round_half_up(Decimal(first), desimal) == round_half_up(Decimal(second), desimal)


def document_matrix(
    report: Report,
    params: Params,
    table: str,
    *,
    kolom: tuple[Kolom, ...],
    baris: tuple[Baris, ...],
    catatan: Pencatat,
    pembuka: tuple[Baris, ...] = (),
    kolom_lekat: int = 0,
    kolom_tetap: int = 0,
    kosong: str = "",
) -> Matrix:
    """Matrix of a table of the document, with its title as printed and its page: one query.

    A form that shows the same table has its own title and names both its sources.
    """
    # The tables are those of the first version; a perubahan fills them with its own figures.
    row = TabelDokumen.objects.filter(renstra=params.renstra.kunci, nomor=table).values_list("judul", "halaman").first()
    judul, page = row if row else (report.judul, None)
    where = f", halaman {page}" if page and params.renstra.akar_id is None else ""
    if report.formulir:
        judul = report.judul
        where += f"; {report.formulir}"
    return Matrix(
        slug=report.slug,
        nomor=report.nomor,
        judul=judul,
        subjudul=(params.renstra.judul,) if report.formulir else (),
        kolom=kolom,
        baris=baris,
        parameter=report.isian(params),
        catatan=catatan.notes(),
        pembuka=pembuka,
        sumber=f"{params.renstra.judul}, Tabel {table}{where}",
        kolom_lekat=kolom_lekat,
        kolom_tetap=kolom_tetap,
        kosong=kosong or "Isi tabel ini belum dimuat; jalankan manage.py load_baseline.",
    )


def numbered(kolom: Sequence[Kolom]) -> tuple[Kolom, ...]:
    """The columns with the row of numbers that is part of each form: ``(1) (2) …`` over the leaves."""
    numbers = count(1)

    def walk(items: Sequence[Kolom]) -> tuple[Kolom, ...]:
        return tuple(
            replace(item, anak=walk(item.anak)) if item.anak else replace(item, nomor=f"({next(numbers)})")
            for item in items
        )

    return walk(kolom)


def merge_down(rows: Sequence[Sequence[Isi]], columns: int) -> list[tuple[Isi, ...]]:
    """Rows whose first ``columns`` cells reach down over rows that repeat them (Tabel 4.2, 5.1).

    A cell is merged only within the merged cell to its left.
    """
    grid = [list(row) for row in rows]
    edges = {0, len(grid)}
    for column in range(columns):
        edges |= {at for at in range(1, len(grid)) if rows[at][column] != rows[at - 1][column]}
        borders = sorted(edges)
        for start, end in pairwise(borders):
            first = grid[start][column]
            if end - start > 1 and first is not None and not isinstance(first, Sel):
                grid[start][column] = Sel((first,), tinggi=end - start)
                for at in range(start + 1, end):
                    grid[at][column] = None
    return [tuple(row) for row in grid]

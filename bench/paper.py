"""HTML, XLSX and PDF of the same matrix against their peers; the database has no part in it."""

from __future__ import annotations

from collections.abc import Iterator

from bench.timing import Goal, Row, best

# The page links each computed figure; the peer writes the bare table.
KENAPA = "/laporan/tabel-6-2/kenapa/?sel="


def rows(kind: str, size: int) -> Iterator[Row]:
    """Measured once, beside SQLite."""
    if kind != "sqlite":
        return
    from django.core.cache import caches
    from django.utils import timezone

    from bench import peers
    from programs.models import Renstra
    from reports.builders import tabel_6_2
    from reports.renderers.html import render_table
    from reports.renderers.pdf import render_pdf
    from reports.renderers.xlsx import render_xlsx
    from reports.report import Params

    matrix = tabel_6_2.build(Params(Renstra.current(), 2022))
    table = peers.plain_table(matrix)
    now = timezone.localtime()

    ours, theirs = best(lambda: render_table(matrix, KENAPA), lambda: peers.html_table(table), tries=20, computes=True)
    yield Row("HTML", size, ours, peer="f-string", theirs=theirs, goal=Goal(ratio=1.4))

    ours, theirs = best(lambda: render_xlsx(matrix, now), lambda: peers.xlsxwriter_book(table), tries=12, computes=True)
    yield Row("XLSX", size, ours, peer="XlsxWriter", theirs=theirs, goal=Goal(ratio=2.0))

    if size > 1:  # ×10 takes minutes and says what ×1 says: all three grow with the rows
        return

    def cold() -> object:
        caches["pdf"].clear()
        return render_pdf(matrix, now)

    cold()  # the fonts are read once a process
    ours, naive, typeset = best(
        cold,
        lambda: peers.naive_pdf(table),
        lambda: peers.typst_pdf(table),
        tries=5,
        seconds=90,
        computes=True,
    )
    yield Row("PDF tanpa cache", size, ours, peer="WeasyPrint polos", theirs=naive, goal=Goal(ratio=0.55))
    yield Row("PDF tanpa cache", size, ours, peer="typst", theirs=typeset, goal=Goal(ratio=11))

    (again,) = best(lambda: render_pdf(matrix, now), tries=10)
    yield Row("PDF, data sama lagi", size, again, goal=Goal(20))

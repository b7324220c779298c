"""The matrix of Tabel 6.2 from the database."""

from __future__ import annotations

from collections.abc import Iterator

from bench.timing import Goal, Row, best, counted

MS = {"sqlite": 10, "postgres": 15}
QUERIES = 8
WORK = "matriks dari {}"


def rows(kind: str, size: int) -> Iterator[Row]:
    """One row; the time is limited at the printed size only."""
    from programs.models import Renstra
    from reports.builders import tabel_6_2
    from reports.report import Params

    params = Params(Renstra.current(), 2022)

    def build() -> object:
        return tabel_6_2.build(params)

    queries = counted(build)
    (ours,) = best(build, tries=40, seconds=10, computes=kind == "sqlite")
    yield Row(WORK.format(kind), size, ours, queries, goal=Goal(MS[kind] if size == 1 else None, QUERIES))


def growth(found: list[Row]) -> Iterator[Row]:
    """Whether the time grows with the rows: the greatest size against its share of the one before."""
    for kind in MS:
        times = {row.size: row.ours for row in found if row.work == WORK.format(kind)}
        if len(times) > 1:
            before, last = sorted(times)[-2:]
            share = last / before
            yield Row(
                f"tumbuh lurus ({kind})",
                last,
                times[last],
                peer=f"{share:g} kali ×{before}",
                theirs=times[before] * share,
                goal=Goal(ratio=1.5),
            )

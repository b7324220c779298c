"""``python -m bench``: measures on SQLite and PostgreSQL, prints one table, exit status 1 past a goal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.timing import Row
from tests.cluster import ClusterError, private_cluster
from tests.databases import ROOT, Databases, process_env

SIZES = (1, 10, 50)
HEAD = ("pekerjaan", "ukuran", "kita", "kueri", "pembanding", "", "rasio", "sasaran", "")


def main() -> int:
    """Everything, each size in a fresh copy of the database and a process of its own."""
    rows: list[Row] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="renstra-bench-")))
        given = os.environ.get("DATABASE_URL", "")
        try:
            postgres = given if given.startswith("postgres") else stack.enter_context(private_cluster())
        except ClusterError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
        for kind, url in (("sqlite", f"sqlite:///{folder}/bench.sqlite3"), ("postgres", postgres)):
            home = folder / kind
            home.mkdir()
            databases = Databases(url, home)
            stack.callback(databases.drop_all)
            for size in SIZES:
                for row in run(databases, kind, size, folder):
                    rows.append(row)
                    print(line(row), flush=True)
    rows += linear(rows)
    print("\n" + table(rows))
    missed = [row for row in rows if row.terpenuhi is False]
    print(f"\n{len(missed)} sasaran terlampaui." if missed else "\nSemua sasaran tercapai.")
    return 1 if missed else 0


def run(databases: Databases, kind: str, size: int, folder: Path) -> Iterator[Row]:
    """Rows of one process."""
    name = databases.copy()
    env = process_env(databases.url_of(name)) | {"XDG_CACHE_HOME": str(folder)}
    argv = [sys.executable, "-m", "bench.measure", kind, str(size)]
    with subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for text in process.stdout:
            yield Row(**json.loads(text))
    if process.returncode:
        raise SystemExit(f"bench: {kind} ×{size} berhenti dengan status {process.returncode}.")
    databases.drop(name)


def linear(rows: list[Row]) -> Iterator[Row]:
    """Whether the matrix grows with its rows: ×50 against five times ×10."""
    for kind in ("sqlite", "postgres"):
        times = {row.ukuran: row.kita for row in rows if row.pekerjaan == f"matriks dari {kind}"}
        if {"×10", "×50"} <= times.keys():
            yield Row(
                f"matriks {kind}: tumbuh lurus",
                "×50",
                times["×50"],
                "5 kali ×10",
                times["×10"] * 5,
                sasaran="≤ 1.5 ×",
                terpenuhi=times["×50"] <= times["×10"] * 5 * 1.5,
            )


def cells(row: Row) -> tuple[str, ...]:
    """Texts of one line."""
    return (
        row.pekerjaan,
        row.ukuran,
        f"{row.kita:.1f} ms",
        "" if row.queries is None else str(row.queries),
        row.lawan,
        "" if row.lawan_ms is None else f"{row.lawan_ms:.1f} ms",
        "" if row.ratio is None else f"{row.ratio:.2f} ×",
        row.sasaran,
        {True: "ya", False: "TIDAK", None: ""}[row.terpenuhi],
    )


def line(row: Row) -> str:
    """One line while it runs."""
    return "  ".join(filter(None, cells(row)))


def table(rows: list[Row]) -> str:
    """Aligned columns."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(len(item[at]) for item in lines) for at in range(len(HEAD))]
    right = {2, 3, 5, 6}
    return "\n".join(
        "  ".join(
            text.rjust(width) if at in right else text.ljust(width)
            for at, (text, width) in enumerate(zip(item, widths, strict=True))
        ).rstrip()
        for item in lines
    )


if __name__ == "__main__":
    sys.exit(main())

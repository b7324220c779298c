"""``python -m bench``: measures on SQLite and PostgreSQL, prints one table, exit status 1 past a goal."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.matrix import growth
from bench.measure import TOPICS, UNASKED
from bench.timing import Row
from tests.cluster import ClusterError, private_cluster
from tests.databases import ROOT, Databases, process_env

SIZES = (1, 10, 50)
KINDS = ("sqlite", "postgres")
HEAD = ("pekerjaan", "ukuran", "kita", "kueri", "pembanding", "waktunya", "rasio", "sasaran", "tercapai")
RIGHT = {1, 2, 3, 5, 6}


def arguments() -> argparse.Namespace:
    """What to measure; everything by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Ukur kecepatan terhadap pembanding.")
    parser.add_argument("--topik", nargs="+", choices=list(TOPICS), default=UNASKED)
    parser.add_argument("--ukuran", nargs="+", type=int, choices=SIZES, default=list(SIZES), help="kali Tabel 6.2")
    parser.add_argument("--db", nargs="+", choices=KINDS, default=list(KINDS))
    return parser.parse_args()


def main() -> int:
    """Each size in a fresh copy of the database and a process of its own."""
    asked = arguments()
    rows: list[Row] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="renstra-bench-")))
        for kind in asked.db:
            home = folder / kind
            home.mkdir()
            try:
                databases = Databases(database_url(kind, stack, folder), home)
            except ClusterError as error:
                print(f"bench: {error}", file=sys.stderr)
                return 1
            stack.callback(databases.drop_all)
            for size in asked.ukuran:
                for row in run(databases, kind, size, folder, asked.topik):
                    rows.append(row)
                    print("  ".join(filter(None, cells(row))), flush=True)
    rows += growth(rows)
    print("\n" + table(rows))
    missed = [row for row in rows if row.met is False]
    print(f"\n{len(missed)} sasaran terlampaui." if missed else "\nSemua sasaran tercapai.")
    return 1 if missed else 0


def database_url(kind: str, stack: ExitStack, folder: Path) -> str:
    """The PostgreSQL of DATABASE_URL, or a private one that ends with ``stack``; a file for SQLite."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/bench.sqlite3"
    given = os.environ.get("DATABASE_URL", "")
    return given if given.startswith("postgres") else stack.enter_context(private_cluster())


def run(databases: Databases, kind: str, size: int, folder: Path, topics: list[str]) -> Iterator[Row]:
    """Rows of one process."""
    name = databases.copy()
    env = process_env(databases.url_of(name)) | {"XDG_CACHE_HOME": str(folder)}
    argv = [sys.executable, "-m", "bench.measure", kind, str(size), str(folder), *topics]
    with subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for text in process.stdout:
            yield Row.loads(text)
    if process.returncode:
        raise SystemExit(f"bench: {kind} ×{size} berhenti dengan status {process.returncode}.")
    databases.drop(name)


def cells(row: Row) -> tuple[str, ...]:
    """Texts of one line."""
    return (
        row.work,
        f"×{row.size}",
        f"{row.ours:.1f} ms",
        "" if row.queries is None else str(row.queries),
        row.peer,
        "" if row.theirs is None else f"{row.theirs:.1f} ms",
        "" if row.ratio is None else f"{row.ratio:.2f} ×",
        str(row.goal),
        {True: "ya", False: "TIDAK", None: ""}[row.met],
    )


def table(rows: list[Row]) -> str:
    """Aligned columns."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(len(item[at]) for item in lines) for at in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if at in RIGHT else text.ljust(width)
            for at, (text, width) in enumerate(zip(item, widths, strict=True))
        ).rstrip()
        for item in lines
    )


if __name__ == "__main__":
    sys.exit(main())

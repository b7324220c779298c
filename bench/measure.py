"""One process on one database, a line of JSON a row: ``python -m bench.measure KIND SIZE FOLDER TOPIC…``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

from bench import evaluation, load, matrix, pages, paper, province, registry, workbook
from bench.timing import Row

# What is measured: a function of the kind of database and the size. A new topic is a module and a line here.
TOPICS: dict[str, Callable[[str, int], Iterator[Row]]] = {
    "matriks": matrix.rows,
    "halaman": pages.rows,
    "kertas": paper.rows,
    "evaluasi": evaluation.rows,
    "registri": registry.rows,
    "buku": workbook.rows,
    "beban": load.rows,
    "provinsi": province.rows,
}
# A quarter of an hour: only when it is asked for.
UNASKED = [name for name in TOPICS if name != "provinsi"]


def main(kind: str, size: int, folder: Path, topics: list[str]) -> None:
    """Grow the plan to ``size`` times and print what was measured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renstra.settings")
    django.setup()
    from django.conf import settings

    from bench.grow import grow
    from programs.models import Renstra

    # As in production, but for the host of the test client; what the site keeps on disk stays as it is.
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    pdf_cache: Any = settings.CACHES["pdf"]
    pdf_cache["LOCATION"] = folder / "pdf"
    grow(Renstra.current(), size)
    for topic in topics:
        for row in TOPICS[topic](kind, size):
            print(row.dumps(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])

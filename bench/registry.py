"""The registry at 344,000 people: import, list, search, counts. Runs on its own: ``python -m bench --topik registri``.

Takes minutes, and only once: the plan's size does not matter here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.timing import Goal, Row, best, counted

PEOPLE = 344_000
YEAR = 2024
SECONDS = {"sqlite": 60, "postgres": 15}
MEGABYTES = 600


def rows(kind: str, size: int) -> Iterator[Row]:
    """One import with its memory, then questions a page asks; nothing but at the printed size."""
    if size != 1:
        return
    from pmks import hitungan
    from pmks.models import RingkasanPMKS

    with tempfile.TemporaryDirectory(prefix="renstra-registri-") as folder:
        path = Path(folder, "orang.csv")
        manage("generate_registry", "--people", str(PEOPLE), "--seed", "1", "--output", str(path))
        for word in ("impor", "impor lagi, semua sama"):
            begun = time.perf_counter()
            found, memory = import_file(path)
            took = (time.perf_counter() - begun) * 1000
            assert found["ditolak"] == 0
            assert found["sama"] == (0 if word == "impor" else found["dibaca"])
            yield Row(f"registri: {word}, 344.000 orang ({kind})", size, took, goal=Goal(SECONDS[kind] * 1000))
            # The column says ms; of memory it is MB.
            yield Row(f"registri: {word}, memori dalam MB ({kind})", size, memory, goal=Goal(MEGABYTES))
        services = Path(folder, "layanan.csv")
        _write_services(path, services)
        manage("import_layanan", str(services), "--tahun", str(YEAR))
    if kind == "postgres":
        from django.db import connection

        connection.cursor().execute("ANALYZE")
    for word, work in questions().items():
        (ours,) = best(work, tries=10, seconds=20)
        yield Row(f"registri: {word} ({kind})", size, ours, counted(work), goal=Goal(100))

    def summary() -> None:
        found = RingkasanPMKS.objects.filter(tahun=YEAR, wilayah__tingkat="desa")
        assert sum(found.exclude(kategori=None).values_list("jumlah", flat=True)) >= PEOPLE

    (ours,) = best(summary, tries=10, seconds=20)
    yield Row(f"registri: jumlah jenis × desa ({kind})", size, ours, counted(summary), goal=Goal(50))
    question = ("layanan:kode:1.06.05;jenis:23+24", YEAR)
    hitungan.keep_count(None, *question)

    def kept() -> None:
        assert hitungan.latest({question})

    (ours,) = best(kept, tries=10, seconds=20)
    yield Row(f"registri: hitungan layanan tersimpan ({kind})", size, ours, counted(kept), goal=Goal(50))
    (ours,) = best(lambda: hitungan.count_now(*question), tries=3, seconds=20)
    yield Row(f"registri: hitung ulang layanan ({kind})", size, ours)


def questions() -> dict[str, Callable[[], Any]]:
    """What a page of the list asks, by its name in the table."""
    from accounts.models import User
    from pmks.daftar import Saringan, page
    from pmks.models import KategoriPMKS, Orang

    people = {
        name: User.objects.select_related("unit").get(username=name) for name in ("staf.fakirmiskin", "staf.rehsos")
    }
    kinds = dict(KategoriPMKS.objects.values_list("nomor", "pk"))
    middle = Orang.objects.filter(nama_cari__gte="n").order_by("nama_cari", "pk").values_list("pk", flat=True)[0]
    return {
        "daftar": lambda: page(people["staf.fakirmiskin"], Saringan(tahun=YEAR)),
        "daftar, halaman di tengah": lambda: page(
            people["staf.fakirmiskin"], Saringan(tahun=YEAR), "nama", f">{middle}"
        ),
        "daftar unit kecil": lambda: page(people["staf.rehsos"], Saringan(tahun=YEAR)),
        "daftar unit kecil, semua tahun": lambda: page(people["staf.rehsos"], Saringan()),
        "daftar satu jenis, urut desa": lambda: page(
            people["staf.rehsos"], Saringan(tahun=YEAR, kategori=frozenset({kinds[9]})), "desa"
        ),
        "cari nama": lambda: page(people["staf.fakirmiskin"], Saringan(tahun=YEAR, nama="sari wij")),
        "cari nama yang lazim": lambda: page(people["staf.fakirmiskin"], Saringan(tahun=YEAR, nama="sit")),
        "cari nama di unit kecil": lambda: page(people["staf.rehsos"], Saringan(tahun=YEAR, nama="sari wij")),
        "cari nama yang tidak ada": lambda: page(people["staf.fakirmiskin"], Saringan(tahun=YEAR, nama="zzz")),
    }


def manage(*arguments: str) -> str:
    """A command on the database that is measured; what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], env=os.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"bench: {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def import_file(path: Path, year: int = YEAR) -> tuple[dict[str, Any], float]:
    """What the import said, and the most memory it held, in MB."""
    code = (
        "import resource, sys; from django.core.management import execute_from_command_line as run; run(sys.argv); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "import_pmks", str(path), "--tahun", str(year), "--format", "json"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "renstra.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"bench: import_pmks: {done.stderr}")
    said, memory = done.stdout.splitlines()
    return json.loads(said), float(memory)


def _write_services(people: Path, services: Path) -> None:
    """A service for every tenth person, under four sub kegiatan by turns."""
    codes = ("1.6.5.02.02.3", "1.6.5.02.02.4", "1.6.4.02.01.1", "1.6.6.02.01.1")
    with people.open(encoding="utf-8") as source, services.open("w", encoding="utf-8") as out:
        out.write("nik,kode_sub_kegiatan,tanggal,jenis_layanan,nilai_rp\n")
        for at, line in enumerate(source):
            nik = line.partition(",")[0]
            if at % 10 == 1 and nik.isdigit():
                out.write(f"{nik},{codes[at // 10 % 4]},{YEAR}-03-{at % 28 + 1:02d},sembako,150000\n")

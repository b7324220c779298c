"""The registry of a province on PostgreSQL: five million people by name, three years, several processes at once.

``python -m bench --topik provinsi``, never unasked: it takes a quarter of an hour and 15 GB of disk;
``RENSTRA_BENCH_ORANG`` makes it smaller. People come in through ``import_pmks`` in files of a kabupaten each; two
earlier years and services are then copied by SQL, for their number counts and not their content. The same questions
are asked of the kinds as one table, as the product has them, and cut into years. docs/scale.md says what came of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from bench import registry
from bench.timing import Goal, Row, best, counted

PEOPLE = int(os.environ.get("RENSTRA_BENCH_ORANG", "5000000"))
A_FILE = 345_000
EARLIER = (registry.YEAR - 2, registry.YEAR - 1)
LATER = (registry.YEAR + 1, registry.YEAR + 2)
BOTH = registry.YEAR - 3
WORKERS = 2
READERS = 20
SECONDS = 20


def rows(kind: str, size: int) -> Iterator[Row]:
    """The same questions of one table of kinds, then of one cut into years; then everything at once."""
    if size != 1 or kind != "postgres":
        return
    from django.db import connection

    with tempfile.TemporaryDirectory(prefix="renstra-provinsi-") as name:
        folder = Path(name)
        yield from _fill(folder)
        with connection.cursor() as cursor:
            cursor.execute("SET work_mem = '32MB'")
        yield from _questions("satu tabel")
        with _cut_into_years():
            yield from _questions("dibagi per tahun")
        yield from _at_once(folder)


def _fill(folder: Path) -> Iterator[Row]:
    everyone = folder / "orang.csv"
    registry.manage("generate_registry", "--people", str(PEOPLE), "--seed", "7", "--output", str(everyone))
    took: list[float] = []
    memory = 0.0
    for path in _files(everyone, folder):
        began = time.perf_counter()
        found, used = registry.import_file(path)
        took.append((time.perf_counter() - began) * 1000)
        memory = max(memory, used)
        assert found["baru"] == found["dibaca"]
        path.unlink()
    everyone.unlink()
    full = took[: PEOPLE // A_FILE] or took
    yield Row(f"provinsi: impor berkas pertama, {A_FILE} baris", 1, full[0])
    yield Row(f"provinsi: impor berkas ke-{len(full)}", 1, full[-1])
    yield Row(f"provinsi: impor {PEOPLE} orang, memori dalam MB", 1, memory, goal=Goal(registry.MEGABYTES))
    began = time.perf_counter()
    _copy()
    yield Row("provinsi: dua tahun lain dan layanan disalin dengan SQL", 1, (time.perf_counter() - began) * 1000)


def _files(everyone: Path, folder: Path) -> Iterator[Path]:
    with everyone.open(encoding="utf-8") as source:
        head = next(source)
        number = 0
        while lines := list(islice(source, A_FILE)):
            number += 1
            path = folder / f"kabupaten-{number}.csv"
            path.write_text(head + "".join(lines), encoding="utf-8")
            yield path


def _copy() -> None:
    from django.db import connection

    from pmks import ringkasan

    with connection.cursor() as cursor:
        for year in EARLIER:
            cursor.execute(
                "INSERT INTO pmks_orangkategori (tahun, kategori_id, orang_id, desa_id) "
                "SELECT %s, kategori_id, orang_id, desa_id FROM pmks_orangkategori WHERE tahun = %s",
                [year, registry.YEAR],
            )
        cursor.execute(
            "INSERT INTO pmks_layanan (orang_id, tahun, tanggal, kode_sub_kegiatan, jenis_layanan, nilai_rp, bukti) "
            "SELECT orang_id, tahun, make_date(tahun, 3, 1 + (orang_id % 28)::int), "
            "(ARRAY['1.06.05.2.02.03', '1.06.05.2.02.04', '1.06.04.2.01.01', '1.06.06.2.01.01'])[1 + orang_id % 4], "
            "'sembako', 150000, '' FROM pmks_orangkategori WHERE orang_id % 10 = 1 "
            "ON CONFLICT DO NOTHING"
        )
        cursor.execute("ANALYZE")
    for year in EARLIER:
        ringkasan.recount(year)


@contextmanager
def _cut_into_years() -> Iterator[None]:
    """The kinds of people as a table that PostgreSQL partitions by year, and back."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in (
            "CREATE TABLE dibagi (LIKE pmks_orangkategori INCLUDING IDENTITY) PARTITION BY LIST (tahun)",
            *(
                f"CREATE TABLE dibagi_{year} PARTITION OF dibagi FOR VALUES IN ({year})"
                for year in (*EARLIER, registry.YEAR, *LATER)
            ),
            "INSERT INTO dibagi (tahun, kategori_id, orang_id, desa_id) "
            "SELECT tahun, kategori_id, orang_id, desa_id FROM pmks_orangkategori",
            "ALTER TABLE dibagi ADD PRIMARY KEY (id, tahun)",
            "ALTER TABLE dibagi ADD UNIQUE (orang_id, tahun, kategori_id)",
            "CREATE INDEX ON dibagi (tahun, kategori_id, orang_id)",
            "ALTER TABLE dibagi ADD FOREIGN KEY (orang_id) REFERENCES pmks_orang (id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE pmks_orangkategori RENAME TO utuh",
            "ALTER TABLE dibagi RENAME TO pmks_orangkategori",
        ):
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pmks_orangkategori")
        cursor.execute("ALTER TABLE utuh RENAME TO pmks_orangkategori")


def _questions(how: str) -> Iterator[Row]:
    from django.db import connection

    from pmks import ringkasan

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) pmks_orangkategori")
    for word, work in registry.questions().items():
        (ours,) = best(work, tries=5, seconds=30)
        yield Row(f"provinsi, {how}: {word}", 1, ours, counted(work))
    began = time.perf_counter()
    ringkasan.recount(registry.YEAR)
    yield Row(f"provinsi, {how}: hitung ulang ringkasan setahun", 1, (time.perf_counter() - began) * 1000)
    with tempfile.TemporaryDirectory(prefix="renstra-provinsi-") as folder:
        # A kabupaten's people of the year before, brought into the next year: every person is known already.
        path = Path(folder, "tahun-baru.csv")
        registry.manage("generate_registry", "--people", str(A_FILE), "--seed", "7", "--output", str(path))
        began = time.perf_counter()
        found, _ = registry.import_file(path, LATER[how != "satu tabel"])
        assert found["ditolak"] == 0
        yield Row(f"provinsi, {how}: impor {A_FILE} orang lama ke tahun baru", 1, (time.perf_counter() - began) * 1000)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size('pmks_orang'), "
            "(SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits "
            "WHERE inhparent = 'pmks_orangkategori'::regclass), pg_total_relation_size('pmks_orangkategori')"
        )
        people, parts, whole = cursor.fetchone() or (0, None, 0)
    people, links = people / 2**20, float(parts or whole) / 2**20
    yield Row(f"provinsi, {how}: tabel orang dalam MB", 1, people)
    yield Row(f"provinsi, {how}: tabel jenis per tahun dalam MB", 1, links)


# Several processes on one database ---------------------------------------------------------------------------------


def _at_once(folder: Path) -> Iterator[Row]:
    """Two web servers and two workers: people read and search while two imports run."""
    from django.conf import settings

    from accounts.models import User
    from bench.load import session_of
    from pmks import ringkasan
    from pmks.models import PekerjaanImpor
    from tests.server import Server

    settings.MEDIA_ROOT = str(folder)
    jobs = _queue_two_imports(folder)
    servers = []
    workers: list[subprocess.Popen] = []
    for at in range(WORKERS):
        home = folder / f"web-{at}"
        home.mkdir()
        servers.append(Server(os.environ["DATABASE_URL"], home, workers=1, env={"MEDIA_ROOT": str(folder)}))
    try:
        for server in servers:
            server.start()
        began = time.perf_counter()
        workers = [
            subprocess.Popen(
                [sys.executable, "manage.py", "pekerja"],
                env=os.environ | {"MEDIA_ROOT": str(folder)},
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            for _ in range(WORKERS)
        ]
        users = [User.objects.get(username=name) for name in ("staf.fakirmiskin", "staf.rehsos")]
        cookies = [session_of(user) for user in users]
        took: list[float] = []
        wrong: list[str] = []
        threads = [
            threading.Thread(target=_read, args=(servers[at % WORKERS].url, cookies[at % 2], took, wrong))
            for at in range(READERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        while PekerjaanImpor.objects.filter(pk__in=jobs).exclude(status__in=["selesai", "gagal"]).exists():
            time.sleep(0.5)
        both = (time.perf_counter() - began) * 1000
    finally:
        for worker in workers:
            # Only the parent: it tells its children itself, and a group told all at once does not end.
            worker.terminate()
            worker.wait(timeout=60)
        for server in servers:
            server.stop()
    for text in sorted(set(wrong)):
        print(f"provinsi: {text}", file=sys.stderr, flush=True)
    took.sort()
    title = f"provinsi, {WORKERS} web + {WORKERS} pekerja, {READERS} orang membaca dan mencari"
    yield Row(f"{title}: p95 dari {len(took)} halaman", 1, took[int(len(took) * 0.95)] * 1000)
    yield Row(f"{title}: galat", 1, len(wrong), goal=Goal(0))
    done = PekerjaanImpor.objects.filter(pk__in=jobs, status="selesai").count()
    yield Row(f"{title}: impor yang gagal", 1, len(jobs) - done, goal=Goal(0))
    wrong_sums = len(ringkasan.compare(BOTH))
    yield Row(f"{title}: jumlah yang tidak cocok", 1, wrong_sums, goal=Goal(0))
    yield Row(f"{title}: dua impor sekaligus ke tahun yang sama", 1, both)


def _queue_two_imports(folder: Path) -> list[int]:
    """Two uploads of known people for the same new year; a third of them stand in both."""
    from django.core.files.base import ContentFile

    from accounts.models import User
    from indicators.kode_layanan import known_codes
    from pmks.impor import halaman

    path = folder / "tahun-baru.csv"
    registry.manage("generate_registry", "--people", str(A_FILE), "--seed", "7", "--output", str(path))
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    third = len(lines) // 3
    actor = User.objects.select_related("unit").get(username="staf.fakirmiskin")
    found = []
    for part in (lines[: 2 * third], lines[third:]):
        file = ContentFile((head + "".join(part)).encode(), name="tahun-baru.csv")
        job = halaman.upload(actor, "pmks", BOTH, file)
        mapping = halaman.look(actor, job.pk, known_codes()).pemetaan
        found.append(halaman.begin(actor, job.pk, mapping).pk)
    return found


def _read(url: str, cookie: str, took: list[float], wrong: list[str]) -> None:
    """One person turning pages: the list, the next page, a kind, the overview."""
    line = HTTPConnection(urlsplit(url).netloc, timeout=60)
    pages = ("/pmks/orang/?tahun=2024", "/pmks/?tahun=2024", "/pmks/orang/?tahun=2023&urut=desa", "/pmks/orang/")
    end = time.monotonic() + SECONDS
    at = 0
    while time.monotonic() < end:
        began = time.perf_counter()
        try:
            line.request("GET", pages[at % len(pages)], headers={"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
        except OSError as error:
            wrong.append(repr(error))
            line.close()
            continue
        took.append(time.perf_counter() - began)
        line.close()
        if answer.status != 200:
            wrong.append(f"{pages[at % len(pages)]} menjawab {answer.status}")
        at += 1
        time.sleep(0.5)

"""Many people typing at once against the real server: errors, lost updates, and how long a save took.

50 people on PostgreSQL, 10 on SQLite (one office), each with a session of their own, through gunicorn as
``make run`` starts it. They share rows: each save builds on the version the person saw, and who meets a
conflict looks again and types again. A lost update would show in two ways, both counted: the
trail of a cell has a gap (a value was changed that nobody is recorded to have put there), or fewer changes were
recorded than saves were acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.timing import Goal, Row

PEOPLE = {"sqlite": 10, "postgres": 50}
SECONDS = 20
# A quick typist leaves a cell every one to three seconds.
PAUSE = (1.0, 3.0)
TAHUN = 2024
P95 = 300


@dataclass
class Person:
    """One signed-in person and what they met."""

    cookie: str
    rows: list[int]
    csrf: str = ""
    took: list[float] = field(default_factory=list)
    saved: int = 0
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)


def rows(kind: str, size: int) -> Iterator[Row]:
    """One row for the time of a save, one for what went wrong; at the printed size only."""
    if size != 1:
        return
    from tests.server import Server

    people = make_people(PEOPLE[kind])
    with tempfile.TemporaryDirectory(prefix="renstra-beban-") as folder:
        server = Server(os.environ["DATABASE_URL"], Path(folder), workers=2)
        server.start()
        try:
            type_at_once(server.url, people)
            log = server.log
        finally:
            server.stop()
    took = sorted(value for one in people for value in one.took)
    p95 = took[int(len(took) * 0.95)] * 1000
    saved = sum(one.saved for one in people)
    wrong = sum(len(one.errors) for one in people) + log.count("database is locked")
    lost = lost_updates(saved)
    for text in sorted({error for one in people for error in one.errors}):
        print(f"beban: {text}", file=sys.stderr, flush=True)
    title = f"{len(people)} orang mengetik ({kind})"
    yield Row(f"{title}: p95 dari {saved} simpanan", size, p95, goal=Goal(P95))
    conflicts = sum(one.conflicts for one in people)
    yield Row(f"{title}: galat + hilang ({conflicts} bentrok terlihat)", size, wrong + lost, goal=Goal(0))


def make_people(count: int) -> list[Person]:
    """Staff accounts with a session, spread over the units that own sub kegiatan rows."""
    from django.contrib.auth.models import Group

    from accounts.models import Peran, UnitKerja, User
    from indicators.models import Indikator

    staff = Group.objects.get(name=Peran.STAF.value)
    units: list[tuple[UnitKerja, list[int]]] = []
    for unit in UnitKerja.objects.exclude(jenis=UnitKerja.Jenis.DINAS).filter(induk__jenis=UnitKerja.Jenis.DINAS):
        own = Indikator.objects.owned_by(unit).filter(subkegiatan__isnull=False, ukuran_dari__isnull=True)
        if ids := list(own.filter(target__tahun=TAHUN, target__target__isnull=False).values_list("pk", flat=True)):
            units.append((unit, ids))
    people = []
    for at in range(count):
        unit, ids = units[at % len(units)]
        user = User.objects.create(username=f"beban.{at}", nama=f"Beban {at}", unit=unit, password="!")
        user.groups.add(staff)
        people.append(Person(session_of(user), ids))
    return people


def session_of(user: Any) -> str:
    """The cookie of a signed-in person."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def type_at_once(url: str, people: list[Person]) -> None:
    """Let everybody open the page, then type for a while."""
    host = urlsplit(url).netloc
    opened = threading.Barrier(len(people))
    threads = [threading.Thread(target=work, args=(host, one, opened, at)) for at, one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def work(host: str, one: Person, opened: threading.Barrier, seed: int) -> None:
    """One person: the page once, then a cell every few seconds."""
    dice = random.Random(seed)
    line = HTTPConnection(host, timeout=60)
    seen: dict[int, int] = {}
    try:
        line.request("GET", f"/realisasi/{TAHUN}/", headers={"Cookie": one.cookie})
        answer = line.getresponse()
        page = answer.read().decode()
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        one.cookie = f"{one.cookie}; {cookie}"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        if answer.status != 200 or token is None:
            one.errors.append(f"halaman menjawab {answer.status}")
            return
        one.csrf = token[1]
    except OSError as error:
        one.errors.append(f"halaman: {error!r}")
        return
    finally:
        line.close()
        opened.wait()
    end = time.monotonic() + SECONDS
    number = seed * 10_000
    while time.monotonic() < end:
        time.sleep(dice.uniform(*PAUSE))
        number += 1
        row = dice.choice(one.rows)
        cells = {"kinerja": str(number)} if number % 2 else {"rupiah": str(number), "alasan_lebih_pagu": "beban"}
        try:
            save(line, one, row, cells, seen)
        except OSError as error:
            one.errors.append(repr(error))
            line.close()


def save(line: HTTPConnection, one: Person, row: int, cells: dict[str, str], seen: dict[int, int]) -> None:
    """Leave a cell; who meets a conflict sees both values and types again over what stands there now."""
    headers = {"Cookie": one.cookie, "X-CSRFToken": one.csrf, "Content-Type": "application/json"}
    for _ in range(100):
        body = json.dumps({"isian": [{"indikator": row, "versi": seen.get(row, 0), "sel": cells}]})
        began = time.perf_counter()
        line.request("POST", f"/realisasi/{TAHUN}/sel/", body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        one.took.append(time.perf_counter() - began)
        line.close()  # the server closes what is idle for two seconds; a browser opens a new connection by itself
        if answer.status != 200:
            one.errors.append(f"{answer.status}: {text[:100]}")
            return
        told = json.loads(text)["baris"][0]
        versions = [int(found) for found in re.findall(r'name="versi(?:_mereka)?" value="(\d+)"', told.get("html", ""))]
        seen[row] = max(versions, default=0)
        if told["hasil"] == "tersimpan":
            one.saved += 1
            return
        if told["hasil"] != "bentrok":
            one.errors.append(f"{told['hasil']}: {told['galat']}")
            return
        one.conflicts += 1
    one.errors.append("seratus kali bentrok berturut-turut")


def lost_updates(saved: int) -> int:
    """Values that were overwritten unseen, and acknowledged saves that nobody recorded."""
    from accounts.models import Jejak
    from indicators.models import Realisasi

    label = Realisasi._meta.label_lower
    rows = {str(row.pk): row for row in Realisasi.objects.filter(tahun=TAHUN, triwulan=0)}
    told = Jejak.objects.filter(objek=label, objek_id__in=rows, kolom__in=["kinerja", "rupiah"]).order_by("id")
    last: dict[tuple[str, str], str | None] = {}
    gaps = changes = 0
    for row, column, was, now in told.values_list("objek_id", "kolom", "dari", "ke"):
        gaps += last.get((row, column)) != was
        last[row, column] = now
        changes += 1
    for (row, column), value in last.items():
        gaps += value is None or getattr(rows[row], column) != int(value)
    return gaps + abs(changes - saved)

"""Measuring on a noisy machine: ours and the peers by turns, the least of several tries."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a row may cost at most: milliseconds, queries, ours over the peer; None is not limited."""

    ms: float | None = None
    queries: int | None = None
    ratio: float | None = None

    def __str__(self) -> str:
        parts = [
            (self.queries, "kueri"),
            (self.ms, "ms"),
            (self.ratio, "×"),
        ]
        return ", ".join(f"≤ {limit:g} {unit}" for limit, unit in parts if limit is not None)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times are milliseconds."""

    work: str
    size: int
    ours: float
    queries: int | None = None
    peer: str = ""
    theirs: float | None = None
    goal: Goal = field(default_factory=Goal)

    @property
    def ratio(self) -> float | None:
        """Ours over the peer."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool | None:
        """Whether every limit is kept; None without a goal."""
        pairs = [(self.ours, self.goal.ms), (self.queries, self.goal.queries), (self.ratio, self.goal.ratio)]
        kept = [found is not None and found <= limit for found, limit in pairs if limit is not None]
        return all(kept) if kept else None

    def dumps(self) -> str:
        """A line of JSON, for the process that prints the table."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> Row:
        """The row of such a line."""
        values = json.loads(text)
        return cls(**values | {"goal": Goal(**values["goal"])})


def best(*work: Work, tries: int, seconds: float = 30.0, computes: bool = False) -> list[float]:
    """Milliseconds of each work, the least of ``tries`` rounds in which they take turns.

    The least and not the mean: what disturbs a run on a shared machine only ever adds.
    What only ``computes`` (asks no server, writes no disk) counts its CPU time where
    that is less than the time on the clock, so a busy neighbour costs it nothing. After
    ``seconds`` no further round begins.
    """
    found = [float("inf")] * len(work)
    end = time.perf_counter() + seconds
    for turn in range(tries):
        if turn and time.perf_counter() > end:
            break
        for at, job in enumerate(work):
            gc.collect()
            clock, busy = time.perf_counter(), time.process_time()
            job()
            busy, clock = time.process_time() - busy, time.perf_counter() - clock
            found[at] = min(found[at], clock, busy if computes else clock)
    return [value * 1000 for value in found]


def counted(work: Work) -> int:
    """Number of queries of one run; beginning and ending a transaction are none."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        work()
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(1 for query in queries if not query["sql"].startswith(control))

"""Measuring on a noisy machine: ours and the peer by turns, the best of several tries."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Times are milliseconds; ``ratio`` and ``batas`` are what the goal speaks of."""

    pekerjaan: str
    ukuran: str
    kita: float
    lawan: str = ""
    lawan_ms: float | None = None
    queries: int | None = None
    sasaran: str = ""
    terpenuhi: bool | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the peer."""
        return self.kita / self.lawan_ms if self.lawan_ms else None

    def as_json(self) -> dict[str, object]:
        """Plain values, for the process that prints the table."""
        return asdict(self)


def best(*work: Work, tries: int, seconds: float = 20.0) -> list[float]:
    """Milliseconds of each work, the least of ``tries`` rounds in which they take turns.

    The least and not the mean: what disturbs a run on a shared machine only ever adds.
    """
    found = [float("inf")] * len(work)
    end = time.perf_counter() + seconds
    for turn in range(tries):
        for at, job in enumerate(work):
            gc.collect()
            start = time.perf_counter()
            job()
            found[at] = min(found[at], time.perf_counter() - start)
        if turn and time.perf_counter() > end:
            break
    return [value * 1000 for value in found]


def against(
    pekerjaan: str, ukuran: str, kita: Work, lawan: str, peer: Work, goal: float | None, *, tries: int = 7
) -> Row:
    """Ours and a peer, by turns; ``goal`` is the greatest ratio allowed."""
    ours, theirs = best(kita, peer, tries=tries)
    return Row(
        pekerjaan,
        ukuran,
        ours,
        lawan,
        theirs,
        sasaran=f"≤ {goal:g} ×" if goal else "",
        terpenuhi=ours / theirs <= goal if goal else None,
    )

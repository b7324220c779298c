"""Rules about words: one indicator, several wordings. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from indicators.findings.facts import Facts, join
from indicators.findings.registry import Temuan, rule


def normal(text: str) -> str:
    """Wording without what nobody would call another wording: letter case, spacing, a full stop at the end."""
    return re.sub(r"\s+", " ", text).strip().rstrip(".").strip().casefold()


@rule(
    "bunyi-indikator-berbeda",
    "Satu indikator, beberapa bunyi",
    "Indikator yang sama seharusnya berbunyi sama di semua tabel. Huruf besar, spasi, dan titik di akhir diabaikan; "
    "pembandingnya bunyi yang paling banyak dicetak.",
)
def one_indicator_several_wordings(facts: Facts) -> Iterator[Temuan]:
    """A table words an indicator otherwise than most tables do."""
    wordings: dict[int, list[tuple[str, str, str]]] = defaultdict(list)  # indicator → (table, node, wording)
    for row in facts.indikator:
        wordings[row.indikator].append((row.tabel, row.kode, row.uraian))
    for item in facts.definisi:
        wordings[item.indikator].append((item.tabel, item.kode, item.uraian))
    for rows in wordings.values():
        # The home of the indicator repeats its row in the tables that mention it (IKU in Tabel 7.1).
        rows = list(dict.fromkeys(rows))
        usual = Counter(normal(text) for _, _, text in rows).most_common(1)[0][0]
        same = [(tabel, text) for tabel, _, text in rows if normal(text) == usual]
        for tabel, kode, text in rows:
            if normal(text) != usual:
                yield Temuan.of(
                    tabel=tabel,
                    kode=kode,
                    indikator=text,
                    kolom="indikator",
                    tercetak=None,
                    dihitung=None,
                    keterangan=(
                        f"Tabel {tabel} menulis “{text}”, Tabel {join(list(dict.fromkeys(name for name, _ in same)))} "
                        f"menulis “{same[0][1]}”."
                    ),
                )

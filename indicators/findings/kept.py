"""The audit of a plan, kept in this process under what it was made from.

An audit reads every table (thirteen queries); the list of findings and every page that
marks cells want its result. They pay for it only after something changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.db import connection
from django.db.models import Model

from accounts.models import Jejak
from indicators.findings.load import load_facts
from indicators.findings.registry import Temuan, audit
from indicators.models import Definisi, Indikator, PenyelesaianTemuan, Realisasi, Sebutan, Target
from indicators.plan_sums import SimpulRow
from pmks.models import JumlahPMKS, JumlahWarna
from programs.models import BarisProfil, Kegiatan, Program, Renstra, SubKegiatan, TabelDokumen, TotalTercetak

LASTS = 300  # seconds; bounds what version_of cannot see, a text that loaddata replaced by one of the same length
_PLAN: tuple[type[Model], ...] = (
    Indikator, Target, Sebutan, Definisi, Program, Kegiatan, SubKegiatan, BarisProfil, TotalTercetak, JumlahPMKS,
    JumlahWarna, Renstra, PenyelesaianTemuan,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pemeriksaan:
    """An audit: the nodes it looked at, and what it found."""

    simpul: Sequence[SimpulRow]
    temuan: Sequence[Temuan]


def kept_audit(renstra: Renstra, version: str = "") -> Pemeriksaan:
    """The audit of a plan: one query (none with its ``version_of``), thirteen more after a change."""
    key = f"temuan-{version or version_of(renstra)}"
    found: Pemeriksaan | None = cache.get(key)
    if found is None:
        facts = load_facts(renstra)
        found = Pemeriksaan(facts.plan.simpul, audit(facts))
        cache.set(key, found, LASTS)
    return found


def version_of(renstra: Renstra) -> str:
    """Key of what the findings follow from: the trail of the plan's models, and sums for what left no trail.

    One query.
    """
    statement, arguments = _question(renstra.pk)
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        text = f"{connection.settings_dict['NAME']}:{renstra.pk}:{cursor.fetchone()}"
    return sha256(text.encode()).hexdigest()


def _question(renstra: int) -> tuple[str, list[int | str]]:
    """One statement of some twenty figures; written out, because the ORM needs forty times longer to compose it."""
    rows = f"FROM {_table(Indikator)} WHERE renstra_id = %s"
    targets = f"FROM {_table(Target)} t JOIN {_table(Indikator)} i ON i.id = t.indikator_id WHERE i.renstra_id = %s"
    tables = f"JOIN {_table(TabelDokumen)} d ON d.id = tabel_id WHERE d.renstra_id = %s"
    former = (
        f"FROM {_table(Realisasi)} r JOIN {_table(Indikator)} i ON i.id = r.indikator_id {tables} "
        "AND i.milik_renstra_id IS NOT NULL"
    )
    trailed = [model._meta.label_lower for model in _PLAN]
    figures = [
        *(f"{what} {targets}" for what in ("COUNT(*)", "SUM(t.target)", "SUM(t.pagu)")),
        *(f"{what} {rows}" for what in ("COUNT(*)", "SUM(akhir_target)", "SUM(akhir_pagu)")),
        *(f"SUM(LENGTH({text})) {rows}" for text in ("uraian", "satuan", "data_awal_teks", "akumulasi")),
        *(f"{what} {former}" for what in ("SUM(r.kinerja)", "SUM(r.rupiah)", "SUM(r.rasio_tercetak)")),
        f"SUM(nilai) FROM {_table(TotalTercetak)} {tables}",
        f"SUM(jumlah) FROM {_table(BarisProfil)} {tables}",
    ]
    whole = [
        f"SUM(jumlah) FROM {_table(JumlahPMKS)}",
        f"SUM(jumlah) FROM {_table(JumlahWarna)}",
        f"MAX(id) FROM {_table(PenyelesaianTemuan)}",
        f"MAX(id) FROM {_table(Jejak)} WHERE objek IN ({', '.join(['%s'] * len(trailed))})",
    ]
    parts = ", ".join(f"(SELECT {part})" for part in [*figures, *whole])
    return f"SELECT {parts}", [*[renstra] * len(figures), *trailed]


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)

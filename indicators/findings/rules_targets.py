"""Rules about performance targets in Tabel 6.2. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.findings.facts import Facts
from indicators.findings.registry import Temuan, rule
from indicators.plan_sums import final_targets
from renstra.formats import format_number

_RULE = {
    "jumlah": "jumlah tahunnya",
    "akhir": "nilai tahun terakhir",
    "rata-rata": "rata-rata tahunnya",
    "maksimum": "nilai tertinggi tahunnya",
}


@rule(
    "target-akhir-bukan-akumulasi",
    "Target akhir tidak mengikuti aturan akumulasi",
    "Target pada kolom Akhir Perencanaan Tabel 6.2 seharusnya mengikuti aturan akumulasi indikatornya: jumlah, nilai "
    "tahun terakhir, rata-rata, atau nilai tertinggi. Bila satu tahun kosong, jumlah dan rata-rata tidak diketahui "
    "dan tidak diperiksa.",
)
def final_target_breaks_its_accumulation(facts: Facts) -> Iterator[Temuan]:
    """Final target does not follow its accumulation rule; second measures included."""
    computed = final_targets(facts.plan)
    for node in facts.plan.simpul:
        for row in facts.plan.indikator.get(node.key, ()):
            value, final = computed[row.id], row.akhir_target
            if value is None or final is None or value == final:
                continue
            yield Temuan.of(
                tabel="6.2",
                kode=node.kode,
                indikator=row.uraian,
                kolom="target_akhir",
                tercetak=final,
                dihitung=value,
                keterangan=(
                    f"Target akhir tercetak {format_number(final)}; {_RULE[row.akumulasi]} "
                    f"{facts.plan.tahun[0]}–{facts.plan.tahun[-1]} {format_number(value)}."
                ),
            )

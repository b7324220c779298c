"""Rules about what a percentage is a percentage of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indicators.findings.facts import Facts, leading_number
from indicators.findings.inputs import goal_in, number_in, place
from indicators.findings.registry import Temuan, rule
from indicators.findings.rules_targets import AKHIR, HUNDRED, column, is_percent, targets
from indicators.findings.words import column_name
from indicators.penjelasan import explain_formula, explain_sum, explain_value
from indicators.plan_sums import IndikatorRow, Plan, SimpulRow
from renstra.formats import format_number, round_half_up

ORANG = frozenset({"orang", "jiwa", "pmks"})  # units that count people
TABEL = "6.2"


@rule(
    "penyebut-tidak-cocok",
    "Penyebut tidak cocok dengan tabelnya",
    "Penyebut sebuah persentase seharusnya angka yang dicetak tabel asalnya: penyebut pada definisi Tabel 7.3 "
    "dibanding Data Awal dan Tabel 3.1, persen target program dibanding jumlah orang pada kegiatannya, data awal "
    "program dibanding data awal kegiatannya, dan persentase tahun dasar dibanding Tabel 2.12.",
)
def denominator_disagrees(facts: Facts) -> Iterator[Temuan]:
    """Denominators that disagree with their table."""
    yield from _defined(facts)
    yield from _base_percentage(facts)
    yield from _people(facts.plan)
    yield from _bases(facts.plan)


def _defined(facts: Facts) -> Iterator[Temuan]:
    """Base beside an indicator, and the count in Tabel 3.1 of what its definition calls the denominator."""
    year = facts.tahun_pmks
    counts = {row.nama.casefold(): row.jumlah for row in facts.pmks if row.tahun == year}
    total = facts.total.get(("3.1", "jumlah"))
    if total is not None:
        counts["pmks"] = total
    for item in facts.definisi:
        name = re.sub(r"^jumlah\s+", "", item.penyebut.strip(), flags=re.IGNORECASE)
        count = counts.get(name.casefold())
        if count is None or str(year) not in item.cara_hitung:  # counted anew each year: no base to compare with
            continue
        for row in facts.sebutan:
            base = None if "%" in row.data_awal else leading_number(row.data_awal)
            if row.indikator != item.indikator or row.tabel != "7.1" or base is None or base == count:
                continue
            group = [warna for warna in facts.warna if warna.tahun == year and warna.jumlah == base]
            text = (
                f"Tabel {item.tabel} membagi dengan “{item.penyebut}” dari data awal {year}. Menurut Tabel 3.1 "
                f"{name} berjumlah {format_number(count)}, sedangkan kondisi awal yang tercetak "
                f"{row.data_awal}."
            )
            if group:
                text += f" Angka itu jumlah kelompok {group[0].nama} pada Tabel 3.2."
            yield Temuan.of(
                tabel=row.tabel,
                kode=row.kode,
                indikator=row.uraian,
                kolom=row.kolom_awal,
                tercetak=base,
                dihitung=count,
                asal=explain_value("dihitung", f"Jumlah {name} {year}", number_in(name, count, "Tabel 3.1")),
                keterangan=text,
            )


def _base_percentage(facts: Facts) -> Iterator[Temuan]:
    """Share of PMKS served in the base year: beside the IKU, and in Tabel 2.12 over another number of PMKS."""
    year = facts.tahun_pmks
    whole = facts.total.get(("3.1", "jumlah"))
    services = {row.baris: row for row in facts.realisasi if row.tabel == "2.12" and row.tahun == year}
    people, share = services.get(1), services.get(2)
    if not whole or people is None or share is None or people.kinerja is None or share.kinerja is None:
        return
    served = share.kinerja * people.kinerja / HUNDRED
    value = round_half_up(served / whole * HUNDRED, 2)
    defined = {
        item.indikator
        for item in facts.definisi
        if item.penyebut.strip().casefold() == "jumlah pmks" and str(year) in item.cara_hitung
    }
    for row in facts.sebutan:
        base = leading_number(row.data_awal) if "%" in row.data_awal else None
        if row.tabel != "7.1" or row.indikator not in defined or base is None or base == value:
            continue
        yield Temuan.of(
            tabel=row.tabel,
            kode=row.kode,
            indikator=row.uraian,
            kolom=row.kolom_awal,
            tercetak=base,
            dihitung=value,
            asal=explain_formula(
                "dihitung",
                f"Kondisi {year} terhadap Tabel 3.1",
                served / whole * HUNDRED,
                "persen terlayani × PMKS Tabel 2.12 / PMKS Tabel 3.1",
                f"{format_number(share.kinerja)}% × {format_number(people.kinerja)} / {format_number(whole)} × 100",
                (
                    number_in(share.uraian, share.kinerja, "Tabel 2.12"),
                    number_in(people.uraian, people.kinerja, "Tabel 2.12"),
                    number_in("Jumlah PMKS", whole, "Tabel 3.1"),
                ),
            ),
            keterangan=(
                f"Kondisi awal tercetak {row.data_awal} tanpa penyebutnya. Tabel 2.12 mencetak realisasi {year} "
                f"{format_number(share.kinerja)} persen dari {format_number(people.kinerja)} PMKS "
                f"({format_number(round_half_up(served, 0))} orang), yang terhadap {format_number(whole)} PMKS "
                f"Tabel 3.1 adalah {format_number(value, 2)} persen."
            ),
        )


def _counted_people(text: str) -> Decimal | None:
    """Number of a base that counts people: ``11.268 jiwa`` → 11268; ``7 PSKS`` and ``2 Makam`` count something else."""
    words = text.split()
    return leading_number(text) if len(words) == 2 and words[1].lower() in ORANG else None


def _rows_below(plan: Plan, node: SimpulRow) -> list[IndikatorRow]:
    """Indicator rows of the kegiatan of a program, second measures included."""
    return [row for child in plan.anak.get(node.key, ()) for row in plan.indikator.get(child.key, ())]


def _people(plan: Plan) -> Iterator[Temuan]:
    """Program target in percent of its base, and the people that its kegiatan plan to reach.

    Equal when they round to what is printed; the final of a sum may be off by the
    rounding of each of its years (255 of 332.723 is 0,0766 %, printed 0,08, and six times 0,08 is 0,48).
    """
    for node in plan.simpul:
        if node.tingkat != "program":
            continue
        below = [row for row in _rows_below(plan, node) if row.satuan.lower() in ORANG]
        for row in plan.main(node.key):
            base = _counted_people(row.data_awal_teks)
            if not below or not base or not is_percent(row.satuan):
                continue
            for tahun, printed in targets(plan, row).items():
                parts = [targets(plan, child)[tahun] for child in below]
                known = [part for part in parts if part is not None]
                if printed is None or len(known) < len(parts):
                    continue
                people = sum(known, Decimal(0))
                share = people / base * HUNDRED
                decimals = max(0, -int(printed.normalize().as_tuple().exponent))
                steps = len(plan.tahun) if tahun == AKHIR and row.akumulasi == "jumlah" else 1
                if abs(share - printed) <= steps * Decimal(5).scaleb(-decimals - 1):
                    continue
                yield Temuan.of(
                    tabel=TABEL,
                    kode=node.kode,
                    indikator=row.uraian,
                    kolom=column(tahun),
                    tercetak=printed,
                    dihitung=round_half_up(share, 2),
                    asal=explain_formula(
                        "dihitung",
                        f"{column_name(column(tahun))} dari kegiatannya",
                        share,
                        "orang yang ditargetkan kegiatannya / data awal × 100",
                        f"{format_number(people)} / {format_number(base)} × 100",
                        (
                            *(goal_in(plan, child, tahun, child.uraian) for child in below),
                            number_in("Data awal", base, f"{place(row)}: {row.data_awal_teks}"),
                        ),
                    ),
                    keterangan=(
                        f"{column_name(column(tahun))} tercetak {format_number(printed)} persen; dari "
                        f"{row.data_awal_teks} itu {format_number(round_half_up(base * printed / HUNDRED, 0))} orang. "
                        f"Kegiatannya menargetkan {format_number(people)} orang, yaitu {format_number(share, 2)} "
                        "persen. Keduanya hanya cocok bila seorang dihitung lebih dari sekali."
                    ),
                )


def _bases(plan: Plan) -> Iterator[Temuan]:
    """Base of a program and those of its kegiatan, where several divide it (9.747 + 1.521 = 11.268)."""
    for node in plan.simpul:
        rows = plan.main(node.key)[:1] if node.tingkat == "program" else []
        for row in rows:
            base = _counted_people(row.data_awal_teks)
            parts = [_counted_people(child.data_awal_teks) for child in _rows_below(plan, node)]
            known = [part for part in parts if part is not None]
            total = sum(known, Decimal(0))
            if base is None or len(known) < 2 or total == base:
                continue
            yield Temuan.of(
                tabel=TABEL,
                kode=node.kode,
                indikator=row.uraian,
                kolom="data_awal",
                tercetak=base,
                dihitung=total,
                asal=explain_sum(
                    "dihitung",
                    "Data awal kegiatannya",
                    total,
                    [
                        number_in(child.uraian, _counted_people(child.data_awal_teks), place(child))
                        for child in _rows_below(plan, node)
                        if _counted_people(child.data_awal_teks) is not None
                    ],
                    baris="kegiatan",
                    rupiah=False,
                ),
                keterangan=(
                    f"Data awal tercetak {row.data_awal_teks}; data awal {len(known)} kegiatannya berjumlah "
                    f"{format_number(total)}."
                ),
            )

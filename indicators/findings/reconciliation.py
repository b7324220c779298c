"""The end of ``load_baseline``: which printed totals add up, and which do not, by name."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.findings.facts import Facts, Sum
from indicators.findings.load import load_facts
from indicators.findings.registry import Angka, audit
from indicators.findings.rules_money import AKHIR, child_sums, column, final_sums, whole_sums
from indicators.findings.rules_tables import all_facts, printed_totals
from indicators.findings.words import column_name, signed
from programs.models import Renstra
from renstra.formats import format_number


def reconcile() -> list[str]:
    """Lines for the plan in force; one line when there is none."""
    try:
        return reconciliation(load_facts(Renstra.objects.get(pk=Renstra.current().kunci)))
    except Renstra.DoesNotExist as error:
        return [str(error)]


def reconciliation(facts: Facts) -> list[str]:
    """Totals by name with ✓, ✗ or ? (a blank hides the sum); what fails carries both numbers and the difference."""
    lines = ["Pencocokan dengan angka tercetak:"]
    lines += [f"  {line}" for part in (_whole, _finals, _nodes, _tables, _facts) for line in part(facts)]
    count = len(audit(facts))
    lines.append(
        f"{count} temuan; uraiannya di /temuan/ atau manage.py audit_renstra."
        if count
        else "Tidak ada temuan: semua angka tercetak cocok."
    )
    return lines


def _line(name: str, printed: Angka, total: Sum, what: str) -> str:
    if total.contradicts(int(printed)):
        return f"✗ {name}: {_differs(printed, total.known, f' jumlah {total.parts} {what}')}"
    if total.unknown or not total.parts:
        return f"? {name}: {format_number(printed)}; {total.unknown} dari {total.parts} {what} kosong"
    return f"✓ {name}: {format_number(printed)} = jumlah {total.parts} {what}"


def _differs(printed: Angka, other: Angka, what: str = "") -> str:
    return f"{format_number(printed)} ≠ {format_number(other)}{what} (selisih {signed(printed - other)})"


def _whole(facts: Facts) -> Iterator[str]:
    for tahun, value, total in whole_sums(facts):
        yield _line(f"Tabel 6.2 Jumlah {tahun or 'akhir'}", value, total, "program")
    for item in final_sums(facts):
        if not item.kode:
            yield _line("Tabel 6.2 Jumlah akhir", item.tercetak, item.total, "tahun")


def _finals(facts: Facts) -> Iterator[str]:
    found = [item for item in final_sums(facts) if item.kode]
    wrong = [item for item in found if item.wrong]
    yield _count("Tabel 6.2 Rp akhir = jumlah tahunnya", "baris", len(found), len(wrong))
    for item in wrong:
        yield f"  ✗ {item.kode} {item.indikator}: {_differs(item.tercetak, item.total.known)}"


def _nodes(facts: Facts) -> Iterator[str]:
    found = list(child_sums(facts.plan))
    wrong = [item for item in found if item.wrong]
    yearly = [item for item in found if item.tahun != AKHIR]
    wrong_yearly = [item for item in wrong if item.tahun != AKHIR]
    name = "Tabel 6.2 Rp program dan kegiatan = jumlah anaknya"
    yield _count(f"{name}, per tahun", "sel", len(yearly), len(wrong_yearly))
    yield _count(f"{name}, akhir", "sel", len(found) - len(yearly), len(wrong) - len(wrong_yearly))
    for item in wrong:
        where = f"{item.node.kode} {item.indikator}, {column_name(column(item.tahun))}"
        yield f"  ✗ {where}: {_differs(item.tercetak, item.total.known)}"


def _tables(facts: Facts) -> Iterator[str]:
    for item in printed_totals(facts):
        yield _line(f"Tabel {item.tabel} {item.nama}", item.tercetak, item.baris, item.sebutan)


def _facts(facts: Facts) -> Iterator[str]:
    """Facts in several tables: how many agree, and each that does not."""
    found = [item for item in all_facts(facts) if item.reference is not None]
    wrong = [item for item in found if item.deviating]
    yield _count("Fakta yang dicetak beberapa tabel sama nilainya", "fakta", len(found), len(wrong))
    for item in wrong:
        for place in item.deviating:
            if place.nilai is not None and item.reference is not None:
                yield f"  ✗ {item.nama}, Tabel {place.tabel}: {_differs(place.nilai, item.reference)}"


def _count(name: str, what: str, total: int, wrong: int) -> str:
    mark = "✗" if wrong else "✓"
    return f"{mark} {name}: {format_number(total - wrong)} dari {format_number(total)} {what}"

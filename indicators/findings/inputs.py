"""Inputs of the computed side of a finding, as its explanation lists them. Pure."""

from __future__ import annotations

from decimal import Decimal

from indicators.penjelasan import Masukan, Rujukan
from indicators.plan_sums import IndikatorRow, Plan
from renstra.formats import format_number, format_rupiah

AKHIR = 0  # stands for the column "Akhir Perencanaan" where a year is asked for


def place(row: IndikatorRow) -> str:
    """Where Tabel 6.2 prints a row."""
    return "Tabel 6.2" + (f", baris {row.baris}" if row.baris else "")


def money_in(plan: Plan, row: IndikatorRow, tahun: int, nama: str = "") -> Masukan:
    """Rp of a row in a year, or its final one."""
    if tahun == AKHIR:
        return Masukan(nama or "Rp akhir", row.akhir_pagu, format_rupiah(row.akhir_pagu), place(row))
    amount = plan.pagu(row.id, tahun)
    return Masukan(nama or f"Pagu {tahun}", amount, format_rupiah(amount), rujukan=Rujukan(row.id, tahun, "pagu"))


def goal_in(plan: Plan, row: IndikatorRow, tahun: int, nama: str = "") -> Masukan:
    """Target of a row in a year, or its final one."""
    if tahun == AKHIR:
        return Masukan(nama or "Target akhir", row.akhir_target, format_number(row.akhir_target), place(row))
    goal = plan.sasaran_target(row.id, tahun)
    return Masukan(nama or f"Target {tahun}", goal, format_number(goal), rujukan=Rujukan(row.id, tahun, "target"))


def number_in(nama: str, nilai: Decimal | int | None, asal: str) -> Masukan:
    """A number that a table prints."""
    return Masukan(nama, nilai, format_number(nilai), asal)


def rupiah_in(nama: str, nilai: int | None, asal: str) -> Masukan:
    """Money that a table prints."""
    return Masukan(nama, nilai, format_rupiah(nilai), asal)

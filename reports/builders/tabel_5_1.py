"""Tabel 5.1: visi, misi and isu strategis over the columns, then aims to policies (form T-C.26)."""

from __future__ import annotations

from collections import defaultdict

from programs.models import ArahKebijakan, IsuStrategis, Misi, Sasaran, Strategi, Tujuan
from reports.builders.common import document_matrix, merge_down, numbered
from reports.builders.formulir import form_of
from reports.matrix import KOSONG, Baris, Isi, Kolom, Matrix, Pencatat, Peran, spanning, teks
from reports.report import Params, Report

TABEL = "5.1"
KOLOM = (
    Kolom("Tujuan", "tujuan", bobot=40, judul_baris=True),
    Kolom("Sasaran", "sasaran", bobot=40),
    Kolom("Strategi", "strategi", bobot=48),
    Kolom("Arah Kebijakan", "arah_kebijakan", bobot=90),
)


def build(report: Report, params: Params) -> Matrix:
    """Seven queries."""
    renstra = params.renstra
    opening = _opening("VISI", renstra.visi)
    for number, text in (
        Misi.objects.filter(renstra=renstra, diampu=True).order_by("nomor").values_list("nomor", "teks")
    ):
        opening += _opening(f"MISI {number}", text)
    if not report.formulir:  # the form asks for visi and misi alone
        issues = IsuStrategis.objects.filter(renstra=renstra).order_by("nomor").values_list("teks", flat=True)
        opening += _opening("ISU STRATEGIS", "\n".join(issues))
    below: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for parent, id_, text, printed in (
        Sasaran.objects.filter(tujuan__renstra=renstra)
        .order_by("nomor", "id")
        .values_list("tujuan_id", "id", "teks", "teks_tabel_5_1")
    ):
        below[parent].append((id_, printed or text))
    strategies: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for parent, id_, text in (
        Strategi.objects.filter(sasaran__tujuan__renstra=renstra)
        .order_by("nomor", "id")
        .values_list("sasaran_id", "id", "teks")
    ):
        strategies[parent].append((id_, text))
    policies: dict[int, list[str]] = defaultdict(list)
    for parent, number, text in (
        ArahKebijakan.objects.filter(strategi__sasaran__tujuan__renstra=renstra)
        .order_by("nomor", "id")
        .values_list("strategi_id", "nomor", "teks")
    ):
        policies[parent].append(f"{number}. {text}")
    rows: list[tuple[Isi, ...]] = []
    for aim_id, aim in Tujuan.objects.filter(renstra=renstra).order_by("nomor", "id").values_list("id", "teks"):
        for objective_id, objective in below.get(aim_id) or [(0, "")]:
            for strategy_id, strategy in strategies.get(objective_id) or [(0, "")]:
                policy = policies.get(strategy_id)
                rows.append((teks(aim), teks(objective), teks(strategy), teks("\n".join(policy)) if policy else KOSONG))
    return document_matrix(
        report,
        params,
        TABEL,
        kolom=numbered(KOLOM) if report.formulir else KOLOM,
        baris=tuple(Baris(Peran.BARIS, row) for row in merge_down(rows, 3)),
        pembuka=tuple(opening),
        catatan=Pencatat(),
    )


def _opening(head: str, text: str) -> list[Baris]:
    """A heading and its text, each over all columns."""
    if not text:
        return []
    return [spanning(Peran.JUDUL, head, len(KOLOM)), spanning(Peran.JUDUL, text, len(KOLOM))]


REPORT: Report = Report(
    slug="tabel-5-1",
    nomor="Tabel 5.1",
    judul="Visi, Misi, Isu Strategis, Tujuan, Sasaran, Strategi dan Arah Kebijakan",
    kelompok="Bab V Strategi dan Arah Kebijakan",
    build=lambda params: build(REPORT, params),
)

FORM = form_of("T-C.26", "Tujuan, Sasaran, Strategi dan Kebijakan", build)

"""Reads the facts of a Renstra from the database: thirteen queries, whatever its size."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation

from indicators.findings.facts import (
    BarisTabel,
    DefinisiTercetak,
    Facts,
    JumlahJenis,
    NilaiIndikator,
    RealisasiTercetak,
    Warna,
)
from indicators.models import Definisi, Indikator, Realisasi, Sebutan, Target
from indicators.plan_sums import Plan, load_plan
from pmks.models import JumlahPMKS, JumlahWarna
from programs.models import BarisProfil, Renstra, TotalTercetak


def load_facts(renstra: Renstra) -> Facts:
    """Plain rows of everything the rules look at."""
    plan = load_plan(renstra)
    return Facts(
        plan=plan,
        total={
            (tabel, kunci): nilai
            for tabel, kunci, nilai in TotalTercetak.objects.filter(tabel__renstra=renstra).values_list(
                "tabel__nomor", "kunci", "nilai"
            )
        },
        profil=_profil(renstra),
        pmks=[
            JumlahJenis(*row)
            for row in JumlahPMKS.objects.order_by("tahun", "kategori__nomor").values_list(
                "kategori__nomor", "kategori__nama", "kategori__kelompok__kode", "tahun", "jumlah", "teks_tercetak"
            )
        ],
        warna=[
            Warna(*row)
            for row in JumlahWarna.objects.order_by("tahun", "kelompok__nomor").values_list(
                "kelompok__kode", "kelompok__nama", "keterangan", "tahun", "jumlah"
            )
        ],
        indikator=_indikator(renstra, plan),
        realisasi=_realisasi(renstra),
        definisi=[
            DefinisiTercetak(*row)
            for row in Definisi.objects.filter(tabel__renstra=renstra)
            .order_by("tabel", "urutan")
            .values_list(
                "tabel__nomor", "indikator_id", "indikator__kode", "teks", "pembilang", "penyebut", "cara_hitung"
            )
        ],
    )


def _realisasi(renstra: Renstra) -> list[RealisasiTercetak]:
    """Years of the former period with their targets: two queries."""
    printed = {"indikator__tabel__renstra": renstra, "indikator__milik_renstra__isnull": False}
    goals = {
        (indikator, tahun): (target, pagu)
        for indikator, tahun, target, pagu in Target.objects.filter(**printed)
        .order_by()
        .values_list("indikator_id", "tahun", "target", "pagu")
    }
    found = []
    rows = Realisasi.objects.filter(**printed, triwulan=0).order_by("indikator__baris", "tahun")
    for id_, tabel, baris, uraian, satuan, arah, rumus, tahun, kinerja, rupiah, rasio in rows.values_list(
        "indikator_id",
        "indikator__tabel__nomor",
        "indikator__baris",
        "indikator__uraian",
        "indikator__satuan",
        "indikator__arah",
        "indikator__rumus_turun",
        "tahun",
        "kinerja",
        "rupiah",
        "rasio_tercetak",
    ):
        target, pagu = goals.get((id_, tahun), (None, None))
        found.append(
            RealisasiTercetak(tabel, baris, uraian, tahun, kinerja, target, rupiah, pagu, rasio, satuan, arah, rumus)
        )
    return found


def _profil(renstra: Renstra) -> dict[str, list[BarisTabel]]:
    found: dict[str, list[BarisTabel]] = defaultdict(list)
    rows = BarisProfil.objects.filter(tabel__renstra=renstra).order_by("tabel", "urutan")
    for tabel, jenis, uraian, jumlah, rincian, lanjut in rows.values_list(
        "tabel__nomor", "jenis", "uraian", "jumlah", "rincian", "rincian_lanjut"
    ):
        found[tabel].append(BarisTabel(uraian, jumlah, rincian, lanjut, total=jenis == BarisProfil.Jenis.JUMLAH))
    return dict(found)


def _indikator(renstra: Renstra, plan: Plan) -> list[NilaiIndikator]:
    """Indicators that several tables print: the row of their home first, then each other table."""
    mentions = list(
        Sebutan.objects.filter(tabel__renstra=renstra)
        .order_by("tabel", "urutan")
        .values_list("tabel__nomor", "indikator_id", "teks", "data_awal_teks", "nilai", "akhir")
    )
    wanted = {row[1] for row in mentions}
    nodes = {node.key: node.kode for node in plan.simpul}
    codes = {row.id: nodes[key] for key, rows in plan.indikator.items() for row in rows}
    target: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
    for indikator, tahun, value in Target.objects.filter(indikator__in=wanted).values_list(
        "indikator_id", "tahun", "target"
    ):
        target[indikator][tahun] = value
    homes = Indikator.objects.filter(pk__in=wanted).order_by("baris", "id")
    found = []
    kinds: dict[int, list[str]] = {}
    for id_, kode, tabel, *rest in homes.values_list(
        "id", "kode", "tabel__nomor", "uraian", "data_awal_teks", "akhir_target", "satuan", "akumulasi"
    ):
        uraian, awal, akhir, *how = rest
        node = codes.setdefault(id_, kode)
        kinds[id_] = how
        found.append(NilaiIndikator(tabel or "", id_, node, uraian, awal, target[id_], akhir, *how))
    for tabel, id_, teks, awal, nilai, akhir in mentions:
        years = {int(tahun): _decimal(cell) for tahun, cell in (nilai or {}).items()}
        found.append(NilaiIndikator(tabel, id_, codes[id_], teks, awal, years, akhir, *kinds[id_]))
    return found


def _decimal(cell: object) -> Decimal | None:
    """Number of a ``Sebutan.nilai`` cell; None for a cell that holds no number."""
    value = cell.get("nilai") if isinstance(cell, dict) else None
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None

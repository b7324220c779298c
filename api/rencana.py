"""Reading the plan: who calls, versions, tree, indicators, periods."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from accounts.models import UnitKerja
from api.bersama import (
    Kode,
    Tahun,
    answers,
    asked_version,
    caller,
    find_indikator,
    jenis_of,
    plan_in_force,
    plan_of_year,
    scope_of,
)
from api.galat import Galat
from api.skema import (
    DaftarIndikator,
    DaftarPeriode,
    KueriIndikator,
    KueriRencana,
    Rencana,
    Token,
    VersiRenstra,
)
from api.skema import (
    Indikator as IndikatorSkema,
)
from indicators.actions_rumus import versions_of
from indicators.models import Definisi, Indikator, Komponen, Realisasi, Target
from indicators.perhitungan import berumus
from indicators.periode import Jendela, load_periode
from indicators.plan_sums import IndikatorRow, Plan, SimpulRow, load_plan
from indicators.querysets import visible_to
from indicators.triwulan import nama_periode
from programs.models import Renstra, Sasaran, Tujuan
from programs.versions import chain

router = Router()


@router.get("/saya", response=answers(Token), summary="Token ini dan pemiliknya", tags=["Token"])
def saya(request: HttpRequest) -> dict[str, Any]:
    """Siapa pemilik token, apa yang dapat dibaca dan ditulisnya, sampai kapan."""
    token, person = request.auth, caller(request)  # type: ignore[attr-defined]
    return {
        "nama": token.nama,
        "awalan": token.awalan,
        "cakupan": token.cakupan,
        "berlaku_sampai": token.berlaku_sampai,
        "pengguna": person.username,
        "nama_pengguna": str(person),
        "peran": sorted(person.peran),
        "unit": person.unit.kode if person.unit else None,
        "semua_unit": person.sees_all_units(),
    }


@router.get("/renstra", response=answers(list[VersiRenstra]), summary="Versi Renstra", tags=["Rencana"])
def renstra(request: HttpRequest) -> list[dict[str, Any]]:
    """Semua versi Renstra yang berlaku sekarang: induk dan perubahannya, juga yang masih draf."""
    now = plan_in_force()
    return [_version(item, now) for item in chain(now)]


def _version(item: Renstra, now: Renstra | None) -> dict[str, Any]:
    columns = ("kode", "judul", "versi", "status", "tahun_awal", "tahun_akhir", "tahun_dasar")
    return {name: getattr(item, name) for name in columns} | {
        "tanggal_penetapan": item.tanggal_penetapan,
        "nomor_penetapan": item.nomor_penetapan,
        "berlaku": now is not None and item.pk == now.pk,
    }


@router.get("/rencana", response=answers(Rencana), summary="Pohon rencana", tags=["Rencana"])
def rencana(request: HttpRequest, kueri: Query[KueriRencana]) -> dict[str, Any]:
    """Tujuan, sasaran dan IKU; program, kegiatan dan sub kegiatan dengan indikator, target dan pagu tiap tahun."""
    asked = asked_version(kueri.renstra, kueri.per)
    plan = load_plan(asked)
    units = dict(UnitKerja.objects.values_list("pk", "kode"))
    sasaran = list(Sasaran.objects.filter(tujuan__renstra=asked).order_by("nomor"))
    iku = list(Indikator.objects.filter(renstra=asked, sasaran__isnull=False).order_by("urutan", "pk"))
    names = {row.id: row.kode for rows in plan.indikator.values() for row in rows}
    names |= {row.pk: row.kode for row in iku}
    goals: dict[int, dict[int, Target]] = defaultdict(dict)
    for target in Target.objects.filter(indikator__in=iku):
        goals[target.indikator_id][target.tahun] = target
    below: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for item in sasaran:
        below[item.tujuan_id].append(
            {
                "kode": item.kode,
                "teks": item.teks,
                "unit": units.get(item.unit_id or 0),
                "indikator": [_iku(row, asked, goals[row.pk], names) for row in iku if row.sasaran_id == item.pk],
            }
        )
    aims = [
        {
            "kode": item.kode,
            "teks": item.teks,
            "indikator_tujuan": item.indikator_tujuan,
            "sasaran": below[item.pk],
        }
        for item in Tujuan.objects.filter(renstra=asked).order_by("nomor")
    ]
    codes = {item.pk: item.kode for item in sasaran}

    def node(item: SimpulRow) -> dict[str, Any]:
        found: dict[str, Any] = {
            "kode": item.kode,
            "nama": item.nama,
            "unit": units[item.unit_id],
            "indikator": [_row(row, plan, names) for row in plan.indikator.get(item.key, ())],
        }
        if item.tingkat == "program":
            found["sasaran"] = codes.get(item.sasaran_id or 0)
        inner = {"program": "kegiatan", "kegiatan": "subkegiatan"}.get(item.tingkat)
        if inner:
            found[inner] = [node(child) for child in plan.anak.get(item.key, ())]
        return found

    return {
        "renstra": _version(asked, Renstra.current_or_none()),
        "tahun": list(asked.tahun),
        "tujuan": aims,
        "program": [node(item) for item in plan.simpul if item.tingkat == "program"],
    }


def _row(row: IndikatorRow, plan: Plan, names: dict[int, str]) -> dict[str, Any]:
    return {
        "kode": row.kode,
        "uraian": row.uraian,
        "satuan": row.satuan,
        "arah": row.arah,
        "akumulasi": row.akumulasi,
        "data_awal": row.data_awal_teks,
        "tahunan": [
            {"tahun": year, "target": plan.sasaran_target(row.id, year), "pagu": plan.pagu(row.id, year)}
            for year in plan.tahun
        ],
        "akhir_target": row.akhir_target,
        "akhir_pagu": row.akhir_pagu,
        "ukuran_dari": names.get(row.ukuran_dari or 0),
        "melayani": names.get(row.melayani or 0),
    }


def _iku(row: Indikator, plan: Renstra, goals: dict[int, Target], names: dict[int, str]) -> dict[str, Any]:
    return {
        "kode": row.kode,
        "uraian": row.uraian,
        "satuan": row.satuan,
        "arah": row.arah,
        "akumulasi": row.akumulasi,
        "data_awal": row.data_awal_teks,
        "tahunan": [
            {
                "tahun": year,
                "target": goals[year].target if year in goals else None,
                "pagu": goals[year].pagu if year in goals else None,
            }
            for year in plan.tahun
        ],
        "akhir_target": row.akhir_target,
        "akhir_pagu": row.akhir_pagu,
        "ukuran_dari": names.get(row.ukuran_dari_id or 0),
        "melayani": names.get(row.melayani_id or 0),
    }


@router.get("/indikator", response=answers(DaftarIndikator), summary="Daftar indikator", tags=["Rencana"])
def indikator_daftar(request: HttpRequest, kueri: Query[KueriIndikator]) -> dict[str, Any]:
    """Indikator menurut urutan rencana, IKU lebih dahulu. Rencana terbuka bagi semua peran."""
    tahun = kueri.tahun
    if tahun is None:
        plan = plan_in_force()
        tahun = min(max(timezone.localdate().year, plan.tahun_awal), plan.tahun_akhir)
    else:
        plan = plan_of_year(tahun)
    rows = Indikator.objects.for_renstra(plan).by_code()
    if kueri.jenis:
        rows = rows.filter(**{f"{kueri.jenis}__isnull": False})
    if kueri.unit:
        owner = UnitKerja.objects.filter(kode=kueri.unit).first()
        if owner is None:
            raise Galat(404, f"Unit {kueri.unit!r} tidak ada.", sel={"unit": "Unit tidak ada."})
        rows = rows.owned_by(owner)
    words = kueri.cari.strip()
    if words:
        rows = rows.filter(Q(kode__icontains=words) | Q(uraian__icontains=words) | Q(nama_simpul__icontains=words))
    rows = rows.annotate(
        t=FilteredRelation("target", condition=Q(target__tahun=tahun)),
        target_tahun=F("t__target"),
        pagu_tahun=F("t__pagu"),
        berumus=berumus(),
    )
    return {
        "tahun": tahun,
        "jumlah": rows.count(),
        "indikator": [
            {
                "kode": row.kode,
                "indikator": row.uraian,
                "satuan": row.satuan,
                "jenis": jenis_of(row),
                "kode_simpul": row.kode_simpul,
                "nama_simpul": row.nama_simpul,
                "unit": row.unit_kode,
                "arah": row.arah,
                "akumulasi": row.akumulasi,
                "akumulasi_tahun": row.akumulasi_tahun,
                "wajib_bukti": row.wajib_bukti,
                "berumus": row.berumus,
                "target": row.target_tahun,
                "pagu": row.pagu_tahun,
            }
            for row in rows[kueri.mulai : kueri.mulai + kueri.batas]
        ],
    }


@router.get("/indikator/{path:kode}", response=answers(IndikatorSkema), summary="Satu indikator", tags=["Rencana"])
def indikator(request: HttpRequest, kode: Kode) -> dict[str, Any]:
    """Target dan pagu semua tahun, aturan hitungnya, definisi tercetak, rumus dan komponennya."""
    row = find_indikator(plan_in_force(), kode)
    goals = {item.tahun: item for item in Target.objects.filter(indikator=row)}
    linked = [key for key in (row.ukuran_dari_id, row.melayani_id) if key]
    names = dict(Indikator.objects.filter(pk__in=linked).values_list("pk", "kode")) if linked else {}
    unit = getattr(row.induk, "unit", None)
    return _iku(row, row.renstra, goals, names) | {
        "jenis": jenis_of(row),
        "kode_simpul": getattr(row.induk, "kode", "") if row.sasaran_id is None else "",
        "nama_simpul": getattr(row.induk, "nama", "") or str(row.induk),
        "unit": unit.kode if unit else "",
        "rumus_turun": row.rumus_turun,
        "batas_bawah": row.batas_bawah,
        "batas_atas": row.batas_atas,
        "akumulasi_tahun": row.akumulasi_tahun,
        "wajib_bukti": row.wajib_bukti,
        "definisi": [
            {
                "tabel": item.tabel.nomor,
                "pembilang": item.pembilang,
                "penyebut": item.penyebut,
                "pengali": item.pengali,
                "cara_hitung": item.cara_hitung,
            }
            for item in Definisi.objects.filter(indikator=row.kunci_realisasi).select_related("tabel")
        ],
        "komponen": [
            {
                "kode": item.kode,
                "nama": item.nama,
                "satuan": item.satuan,
                "asal": item.jenis_sumber,
                "kebijakan": item.kebijakan,
            }
            for item in Komponen.objects.filter(indikator=row.kunci_realisasi).order_by("urutan", "pk")
        ],
        "rumus": [
            {"versi": item.versi, "ekspresi": item.ekspresi, "berlaku_mulai": item.berlaku_mulai}
            for item in versions_of(row)
        ],
    }


@router.get("/periode/{tahun}", response=answers(DaftarPeriode), summary="Periode pengisian", tags=["Realisasi"])
def periode(request: HttpRequest, tahun: Tahun) -> dict[str, Any]:
    """Tanggal buka dan tutup setahun (0) dan tiap triwulan, dan banyaknya baris yang terbaca menurut statusnya."""
    plan, person = plan_of_year(tahun), caller(request)
    scope_of(person, "")
    dated = load_periode(plan.perangkat_daerah_id, [tahun])
    mine = visible_to(person)
    rows = Indikator.objects.for_renstra(plan)
    stored = Realisasi.objects.filter(tahun=tahun).of_rows(rows if mine is None else rows.filter(mine))
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for at, status, many in stored.order_by().values_list("triwulan", "status").annotate(n=Count("pk")):
        counts[at][status] = many
    unit = person.unit.kode if person.unit else ""
    found = []
    for at in range(5):
        window = dated.get((tahun, at), Jendela(tahun, at))
        closed = window.closed(unit)
        found.append(
            {
                "tahun": tahun,
                "triwulan": at,
                "buka": window.buka,
                "tutup": window.tutup,
                "sampai": window.sampai(unit),
                "terbuka": not closed,
                "keterangan": closed or f"Pengisian {nama_periode(tahun, at)} terbuka.",
                "status": counts[at],
            }
        )
    return {"tahun": tahun, "periode": found}

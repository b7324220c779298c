"""Reading and writing realisasi, capaian, and how a figure came about; writing goes through ``indicators.actions``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from accounts.models import Jejak
from api.bersama import Kode, Tahun, answers, caller, check_sees, find_indikator, own_rows, plan_of_year, scope_of
from api.galat import Galat
from api.masukan import as_typed
from api.skema import (
    HASIL,
    BanyakMasuk,
    BanyakTersimpan,
    Baris,
    BarisMasuk,
    Capaian,
    DaftarRealisasi,
    KueriCapaian,
    KueriPeriode,
    KueriRealisasi,
    PenjelasanTahun,
    Tersimpan,
)
from indicators.actions import FINE, Isian, Outcome, SaveResult, save_banyak, save_realisasi
from indicators.capaian import predikat
from indicators.entry import FIELDS, Reading, Values, differences
from indicators.entry_sheet import SheetRow, load_sheet, scope_and_family
from indicators.explain import explain
from indicators.models import Indikator
from indicators.row_record import RowRecord, find_rows
from indicators.summary import mean_capaian, summarise
from programs.models import Renstra
from renstra.formats import as_shown

router = Router()
PINTU = Jejak.Pintu.API


@router.get(
    "/realisasi/{tahun}", response=answers(DaftarRealisasi), summary="Realisasi satu periode", tags=["Realisasi"]
)
def realisasi_daftar(request: HttpRequest, tahun: Tahun, kueri: Query[KueriRealisasi]) -> dict[str, Any]:
    """Baris yang boleh dibaca pemilik token: staf baris unitnya dan unit di bawahnya, peran lain semua baris."""
    plan, person = plan_of_year(tahun), caller(request)
    sheet = load_sheet(plan, tahun, person, unit=scope_of(person, kueri.unit), triwulan=kueri.triwulan)
    since = kueri.berubah_sejak
    if since is not None and timezone.is_naive(since):
        since = timezone.make_aware(since)
    rows = [
        row
        for row in own_rows(sheet.rows)
        if (kueri.jenis is None or row.jenis == kueri.jenis)
        and (kueri.status is None or row.status == kueri.status)
        and (kueri.keisian is None or row.keisian == kueri.keisian)
        and (since is None or (row.diubah_pada is not None and row.diubah_pada >= since))
    ]
    return {
        "tahun": tahun,
        "triwulan": kueri.triwulan,
        "jumlah": len(rows),
        "terisi": sheet.progress.terisi,
        "diminta": sheet.progress.diminta,
        "baris": [_row(row, tahun) for row in rows[kueri.mulai : kueri.mulai + kueri.batas]],
    }


@router.get("/realisasi/{tahun}/{path:kode}", response=answers(Baris), summary="Satu baris", tags=["Realisasi"])
def realisasi(request: HttpRequest, tahun: Tahun, kode: Kode, kueri: Query[KueriPeriode]) -> dict[str, Any]:
    """Isi baris dengan versinya; kirim versi itu kembali bila menulis."""
    plan = plan_of_year(tahun)
    row = find_indikator(plan, kode)
    check_sees(caller(request), row)
    return _one(request, plan, tahun, row, kueri.triwulan)


def _one(request: HttpRequest, plan: Renstra, tahun: int, row: Indikator, triwulan: int) -> dict[str, Any]:
    owner = getattr(row.induk, "unit", None)
    within = scope_and_family(owner, row)
    sheet = load_sheet(plan, tahun, caller(request), unit=owner, within=within, triwulan=triwulan)
    return _row(sheet.row(row.pk), tahun)


@router.put(
    "/realisasi/{tahun}/{path:kode}",
    response=answers(Tersimpan, 409, 423),
    summary="Tulis satu baris",
    tags=["Realisasi"],
)
def realisasi_tulis(
    request: HttpRequest, tahun: Tahun, kode: Kode, isi: BarisMasuk, kueri: Query[KueriPeriode]
) -> dict[str, Any]:
    """Menyimpan sel yang disebut; yang tidak disebut tetap.

    409: baris diubah orang lain sejak versi itu; kedua isian disebut dan tidak ada yang ditimpa. 422: isian ditolak,
    alasannya menurut sel. 423: baris terkunci atau periodenya ditutup. Mengirim lagi isian yang sama tidak mengubah
    apa pun.
    """
    plan, person, triwulan = plan_of_year(tahun), caller(request), kueri.triwulan
    row = find_indikator(plan, kode)
    check_sees(person, row)
    record = find_rows([row.pk], tahun, triwulan)[row.pk]
    cells, errors = as_typed(isi.isian.model_dump(exclude_unset=True), record.values)
    if errors:
        raise _invalid(errors)
    typed = Isian(row.pk, cells, isi.versi).onto(record)
    result = save_realisasi(
        person, row.pk, tahun, typed, versi=isi.versi, pintu=PINTU, alasan=isi.alasan.strip(), triwulan=triwulan
    )
    if result.outcome is Outcome.INVALID:
        raise _invalid(result.reading.errors)
    now = _one(request, plan, tahun, row, triwulan)
    if result.outcome is Outcome.CONFLICT:
        stored = result.record.realisasi
        who = stored.diubah_oleh if stored and stored.diubah_oleh else "orang lain"
        raise Galat(
            409,
            f"{kode} sudah diubah {who}; tidak ada yang disimpan. Bandingkan, lalu kirim dengan versi {now['versi']}.",
            beda=_beda(result),
            tersimpan=now,
        )
    if result.outcome is Outcome.LOCKED:
        raise Galat(423, f"{kode} sudah {now['status']} dan terkunci.", tersimpan=now)
    if result.outcome is Outcome.CLOSED:
        raise Galat(423, result.record.closed, kode="ditutup", tersimpan=now)
    return {
        "hasil": "tersimpan" if result.outcome is Outcome.SAVED else "sama",
        "dibaca": result.reading.echo,
        "baris": now,
    }


def _invalid(errors: dict[str, str]) -> Galat:
    return Galat(422, " ".join(dict.fromkeys(errors.values())), sel=errors)


def _beda(result: SaveResult) -> list[dict[str, str]]:
    return [
        {"sel": item.name, "nama": item.label, "isian_anda": item.mine, "tersimpan": item.theirs}
        for item in differences(result.reading.values, result.record.values, "")
    ]


@router.patch(
    "/realisasi/{tahun}",
    response=answers(BanyakTersimpan),
    summary="Tulis banyak baris",
    tags=["Realisasi"],
)
def realisasi_banyak(
    request: HttpRequest, tahun: Tahun, isi: BanyakMasuk, kueri: Query[KueriPeriode]
) -> dict[str, Any]:
    """Menyimpan sel banyak baris dalam satu transaksi.

    Biasanya semua atau tidak sama sekali: ada satu yang ditolak, jawabannya 422 dengan hasil tiap baris dan tidak ada
    yang disimpan. Dengan ``semua: false`` baris yang baik disimpan; dengan ``coba: true`` semua hanya dinilai.
    """
    plan, person, triwulan = plan_of_year(tahun), caller(request), kueri.triwulan
    codes = [item.kode for item in isi.baris]
    double = {
        f"baris.{at}.kode": f"{kode} disebut lebih dari sekali." for at, kode in enumerate(codes) if kode in codes[:at]
    }
    if double:
        raise _invalid(double)
    ids = dict(Indikator.objects.for_renstra(plan).filter(kode__in=codes).values_list("kode", "pk"))
    records = find_rows(ids.values(), tahun, triwulan)
    wrong: dict[int, dict[str, str]] = {}
    rows: list[Isian] = []
    for at, item in enumerate(isi.baris):
        record = records.get(ids.get(item.kode, 0))
        cells, errors = as_typed(item.isian.model_dump(exclude_unset=True), record.values if record else Values())
        if errors and record:
            wrong[at] = errors
        rows.append(Isian(record.indikator.pk if record else 0, cells, item.versi))
    store = not isi.coba and not (isi.semua and wrong)
    good = [row for at, row in enumerate(rows) if at not in wrong]
    saved = iter(
        save_banyak(
            person,
            tahun,
            good,
            pintu=PINTU,
            triwulan=triwulan,
            alasan=isi.alasan.strip(),
            coba=not store,
            semua=isi.semua,
        )
    )
    results = [
        _refused(records[rows[at].indikator], wrong[at]) if at in wrong else next(saved) for at in range(len(rows))
    ]
    fine = all(item is not None and item.outcome in FINE for item in results)
    store = store and (fine or not isi.semua)
    lines = [_result(kode, item, store=store) for kode, item in zip(codes, results, strict=True)]
    if not fine and isi.semua and not isi.coba:
        many = sum(1 for line in lines if line["sel"] or line["hasil"] not in {"siap", "sama"})
        raise Galat(422, f"{many} dari {len(lines)} baris ditolak; tidak ada yang disimpan.", baris=lines)
    return {"disimpan": sum(1 for line in lines if line["hasil"] == "tersimpan"), "baris": lines}


def _refused(record: RowRecord, errors: dict[str, str]) -> SaveResult:
    return SaveResult(Outcome.INVALID, record, Reading(record.values, errors))


def _result(kode: str, result: SaveResult | None, *, store: bool) -> dict[str, Any]:
    if result is None:
        unknown = {"kode": f"Indikator {kode!r} tidak ada dalam Renstra."}
        return {"kode": kode, "hasil": "tidak_ada", "versi": 0, "sel": unknown, "dibaca": {}, "beda": []}
    words = HASIL.get(result.outcome, "tersimpan" if store else "siap")
    reasons = dict(result.reading.errors)
    if result.outcome is Outcome.LOCKED and not reasons:
        reasons["kode"] = "Baris terkunci."
    if result.outcome is Outcome.CLOSED:
        reasons["kode"] = result.record.closed
    conflict = result.outcome is Outcome.CONFLICT
    return {
        "kode": kode,
        "hasil": words,
        "versi": result.record.versi,
        "sel": reasons,
        "dibaca": result.reading.echo if result.outcome in FINE else {},
        "beda": _beda(result) if conflict else [],
    }


# Figures -------------------------------------------------------------------------------------------------------------


@router.get("/capaian/{tahun}", response=answers(Capaian), summary="Capaian dan serapan", tags=["Capaian"])
def capaian(request: HttpRequest, tahun: Tahun, kueri: Query[KueriCapaian]) -> dict[str, Any]:
    """Capaian, predikat dan serapan tiap baris yang boleh dibaca, dan ringkasannya; sama dengan halaman dan laporan."""
    plan, person = plan_of_year(tahun), caller(request)
    sheet = load_sheet(plan, tahun, person, unit=scope_of(person, kueri.unit), triwulan=kueri.triwulan)
    rows = [row for row in own_rows(sheet.rows) if kueri.jenis is None or row.jenis == kueri.jenis]
    mean, known = mean_capaian(rows)
    money = summarise("", "", rows)
    word = predikat(mean)
    return {
        "tahun": tahun,
        "triwulan": kueri.triwulan,
        "baris": [
            {
                "kode": row.kode_indikator,
                "jenis": row.jenis,
                "kode_simpul": row.kode,
                "indikator": row.indikator,
                "satuan": row.satuan,
                "unit": row.unit_kode,
                "arah": row.arah,
                "rumus": row.rumus or "R / T",
                "status": row.status,
                "keadaan": row.values.keadaan,
                "target": row.target,
                "realisasi": row.values.kinerja,
                **_figures(row),
            }
            for row in rows
        ],
        "ringkasan": {
            "rata_capaian": _percent(mean),
            "dari": known,
            "predikat": word.value if word else None,
            "pagu": money.pagu,
            "realisasi_rp": money.realisasi,
            "serapan": _percent(money.serapan),
        },
    }


@router.get(
    "/kenapa/{tahun}/{path:kode}", response=answers(PenjelasanTahun), summary="Kenapa angka ini?", tags=["Capaian"]
)
def kenapa(request: HttpRequest, tahun: Tahun, kode: Kode) -> dict[str, Any]:
    """Rumus, hitungan, masukan dan sumber tiap angka sebuah indikator dalam setahun."""
    row = find_indikator(plan_of_year(tahun), kode)
    check_sees(caller(request), row)
    return explain(row, tahun, caller(request)).as_json()


def _percent(value: Decimal | None) -> Decimal | None:
    return None if value is None else as_shown(value, 2)


def _figures(row: SheetRow) -> dict[str, Any]:
    money = row.money if row.has_money else None
    return {
        "capaian": _percent(row.capaian),
        "predikat": row.predikat.value if row.predikat else None,
        "pagu": money.pagu if money else None,
        "realisasi_rp": money.realisasi if money else None,
        "serapan": _percent(money.serapan) if money else None,
    }


def _row(row: SheetRow, tahun: int) -> dict[str, Any]:
    derived = (("kinerja", row.computed or row.follows_kinerja), ("rupiah", row.follows_rupiah))
    return {
        "kode": row.kode_indikator,
        "jenis": row.jenis,
        "kode_simpul": row.kode,
        "uraian": row.uraian,
        "indikator": row.indikator,
        "satuan": row.satuan,
        "unit": row.unit_kode,
        "arah": row.arah,
        "tahun": tahun,
        "triwulan": row.triwulan,
        "versi": row.versi,
        "status": row.status,
        "terkunci": row.locked,
        "milik_saya": row.editable,
        "keisian": row.keisian.value,
        "diminta": row.rules.due,
        "dihitung": [name for name, follows in derived if follows],
        "isian": {name: getattr(row.values, name) for name in FIELDS},
        "target": row.target,
        **_figures(row),
        "diubah_oleh": row.diubah_oleh or None,
        "diubah_pada": row.diubah_pada,
    }

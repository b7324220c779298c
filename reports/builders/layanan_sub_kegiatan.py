"""Services given in a year by sub kegiatan: people, services, rupiah."""

from __future__ import annotations

from django.db.models import Count, Sum

from accounts.models import UnitKerja
from pmks.models import Layanan
from pmks.penyamaran import Samar, mask_table
from pmks.penyamaran_jumlah import mask_total
from programs.codes import sort_key
from programs.models import SubKegiatan
from reports.builders.common import Banding
from reports.builders.registri import KELOMPOK, SAMAR, count_cell
from reports.matrix import Baris, Kolom, Kosong, Matrix, Peran, Rata, Sel, Teks, angka, teks, uang
from reports.report import Params, Report

KOLOM = (
    Kolom("Kode", "kode", bobot=28),
    Kolom("Sub kegiatan", "uraian", bobot=90, judul_baris=True),
    Kolom("Unit", "unit", bobot=46),
    Kolom("Orang dilayani", "orang", rata=Rata.KANAN, bobot=24),
    Kolom("Layanan", "layanan", rata=Rata.KANAN, bobot=24),
    Kolom("Nilai Rp", "nilai_rp", rata=Rata.KANAN, bobot=32),
)


def build(params: Params) -> Matrix:
    """Four queries. Only sub kegiatan with a service; money is the sum of the values that were recorded."""
    given = Layanan.objects.filter(tahun=params.tahun, orang__digabung_ke=None).order_by()
    counted = {
        kode: (people, services, money)
        for kode, people, services, money in given.values_list("kode_sub_kegiatan").annotate(
            orang_n=Count("orang", distinct=True), n=Count("pk"), rp=Sum("nilai_rp")
        )
    }
    names = {
        canonical: (printed, name, unit)
        for canonical, printed, name, unit in SubKegiatan.objects.filter(
            induk__induk__renstra=params.renstra, kode_kanonik__in=counted
        ).values_list("kode_kanonik", "kode", "nama", "unit_id")
    }
    units = dict(UnitKerja.objects.filter(pk__in=[unit for _, _, unit in names.values()]).values_list("pk", "nama"))
    codes = sorted(counted, key=lambda kode: sort_key(names[kode][0] if kode in names else kode))
    # A unit sees its own rows: each row is a column of the table that is masked.
    seen = [bool(kode in names and names[kode][2] in params.unit_terbuka) for kode in codes]
    (people,) = mask_table([[counted[kode][0] for kode in codes]], seen)
    banding = Banding(params.dihitung)
    rows = []
    for kode, shown in zip(codes, people, strict=True):
        printed, name, unit = names.get(kode, (kode, "Tidak ada dalam Renstra ini", None))
        _, services, money = counted[kode]
        hidden = isinstance(shown, Samar)
        rows.append(
            Baris(
                Peran.SUBKEGIATAN,
                (
                    Teks(printed),
                    teks(name),
                    teks(units.get(unit, "") if unit else ""),
                    count_cell(shown),
                    # How many services, and for how much, would tell about the few people behind them.
                    Kosong(str(Samar(kecil=False))) if hidden else angka(services),
                    Kosong(str(Samar(kecil=False))) if hidden else uang(money),
                ),
                printed,
            )
        )
    if rows:
        rows.append(_total(params, counted, people, banding))
    return Matrix(
        slug=REPORT.slug,
        nomor="",
        judul=f"{REPORT.judul} Tahun {params.tahun}",
        subjudul=(params.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(rows),
        parameter=REPORT.isian(params),
        catatan=banding.catatan.notes(),
        sumber="Layanan yang tercatat menurut nama",
        kosong=f"Belum ada layanan yang tercatat menurut nama untuk tahun {params.tahun}.",
    )


def _total(params: Params, counted: dict[str, tuple[int, int, int | None]], people: list, banding: Banding) -> Baris:
    """Distinct people of all rows; services and money only where no row is hidden, which a difference would open."""
    everybody = (
        Layanan.objects.filter(tahun=params.tahun, orang__digabung_ke=None).aggregate(n=Count("orang", distinct=True))
    )["n"]
    note = banding.catatan.note("Jumlah: orang yang dilayani beberapa sub kegiatan dihitung sekali.")
    shown = mask_total(everybody, people, terbuka=False)
    hidden = any(isinstance(count, Samar) for count in (*people, shown))
    if hidden:
        banding.catatan.note(SAMAR)
    dots = Kosong(str(Samar(kecil=False)))
    money = [rp for _, _, rp in counted.values() if rp is not None]
    return Baris(
        Peran.JUMLAH,
        (
            Sel((Teks("Jumlah"),), (note,), lebar=3),
            None,
            None,
            count_cell(shown),
            dots if hidden else angka(sum(services for _, services, _ in counted.values())),
            dots if hidden else uang(sum(money) if money else None),
        ),
    )


REPORT = Report(
    slug="layanan-sub-kegiatan",
    nomor="",
    judul="Layanan Menurut Sub Kegiatan",
    kelompok=KELOMPOK,
    build=build,
    bertahun=True,
    bernama=True,
)

"""People served become components of indicators: counted, kept with their date, chosen, explained, frozen."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from indicators.actions_rumus import Ditolak, compare_counts, hitung_ulang, pilih_angka, save_komponen
from indicators.acuan import AcuanError, check, choices
from indicators.models import Indikator, Komponen, PilihanAngka, Realisasi
from indicators.perhitungan import load_perhitungan
from pmks.hitungan import PertanyaanError, compare, count_now, keep_count, latest, parse, services
from pmks.models import HitunganLayanan, Layanan, OrangKategori
from programs.models import Renstra
from tests.registry_people import DISABILITAS, HIV, kinds, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
LINJAMSOS, REHSOS = "1.06.05.2.02.03", "1.06.04.2.02.01"


def serve(who, kode: str, day: int, *, tahun: int = 2024, nomor: int | None = None) -> Layanan:
    return Layanan.objects.create(
        orang=who,
        tahun=tahun,
        tanggal=date(tahun, 3, day),
        kode_sub_kegiatan=kode,
        jenis_layanan="sembako",
        kategori=kinds(nomor)[0] if nomor else None,
    )


@pytest.fixture
def served():
    """Three people: A twice under one sub kegiatan, B under both programs, C in another year only."""
    a, b, c = person("A"), person("B", DISABILITAS, actor="staf.rehsos"), person("C")
    serve(a, LINJAMSOS, 1)
    serve(a, LINJAMSOS, 2)
    serve(b, LINJAMSOS, 1)
    serve(b, REHSOS, 1)
    serve(c, LINJAMSOS, 1, tahun=2023)
    return a, b, c


@pytest.mark.parametrize(
    ("acuan", "orang", "layanan"),
    [
        ("layanan:semua", 2, 4),
        ("layanan:kode:1.06.05", 2, 3),
        ("layanan:kode:1.06.04", 1, 1),
        ("layanan:kode:1.06.04.2.02", 1, 1),
        ("layanan:kode:1.06.05.2.02.03+1.06.04", 2, 4),
        ("layanan:kode:1.06.0", 0, 0),
        ("layanan:jenis:24", 1, 2),
        ("layanan:jenis:9+24", 2, 4),
        ("layanan:kode:1.06.05;jenis:9", 1, 1),
        ("layanan:jenis:16", 0, 0),
    ],
)
def test_a_person_counts_once_whatever_was_given(served, acuan, orang, layanan):
    found = count_now(acuan, 2024)
    assert (found.orang, found.layanan) == (orang, layanan)
    # The same, counted by going through the rows.
    asked = parse(acuan)
    rows = [
        row
        for row in Layanan.objects.filter(tahun=2024)
        if (not asked.kode or any(f"{row.kode_sub_kegiatan}.".startswith(f"{kode}.") for kode in asked.kode))
        and (
            not asked.jenis
            or OrangKategori.objects.filter(Q(kategori__nomor__in=asked.jenis), orang=row.orang, tahun=2024).exists()
        )
    ]
    assert (len({row.orang_id for row in rows}), len(rows)) == (orang, layanan)


@pytest.mark.parametrize(
    "acuan",
    [
        "layanan:",
        "layanan:kode:",
        "layanan:jenis:27",
        "layanan:jenis:1.2",
        "layanan:kode:a",
        "pmks:jumlah",
        "layanan:kode:1;kode:2",
    ],
)
def test_a_question_that_cannot_be_counted_is_refused(acuan):
    with pytest.raises(PertanyaanError):
        parse(acuan)


def test_a_count_is_kept_with_its_date_and_changes_only_when_counted_again(served):
    first = keep_count(staff("staf.linjamsos"), "layanan:semua", 2024)
    assert (first.orang, first.layanan) == (2, 4)
    serve(served[2], REHSOS, 9)
    key = ("layanan:semua", 2024)
    assert latest({key})[key].orang == 2
    seen = compare(*key)
    assert (seen.tersimpan, seen.kini.orang, seen.selisih) == (first, 3, 1)
    keep_count(None, *key)
    keep_count(None, *key)
    assert list(HitunganLayanan.objects.order_by("pk").values_list("orang", flat=True)) == [2, 3]
    assert latest({key})[key].orang == 3


def test_a_count_is_explained_down_to_the_services_a_person_may_see(served):
    ill = person("Peka", HIV, actor="staf.rehsos")
    serve(ill, LINJAMSOS, 5, nomor=HIV)
    rows = services("layanan:semua", 2024)
    assert rows.count() == 5
    assert {row.orang_id for row in rows.for_user(staff("staf.rehsos"))} == {served[1].pk, ill.pk}
    assert {row.orang_id for row in rows.for_user(staff("staf.linjamsos"))} == {served[0].pk, served[1].pk}
    assert not rows.for_user(staff("verifikator")).exists()


# In the formulas -----------------------------------------------------------------------------------------------------


def iku(kode: str = "1.6.5") -> Indikator:
    return Indikator.objects.select_related("renstra").get(renstra=Renstra.current(), kode=kode)


def part_of(row: Indikator, kode: str, tahun: int = 2024):
    found = load_perhitungan([row], [tahun])[row.pk, tahun]
    return next(part for part in found.bagian if part.komponen.kode == kode)


def test_typed_and_counted_figures_stand_side_by_side_and_the_typed_one_counts(served):
    row, actor = iku(), staff("staf.linjamsos")
    save_komponen(actor, row.pk, "dijamin", 2024, "24.000", versi=0, pintu="peramban")
    assert part_of(row, "dijamin").dua.dihitung.asal.endswith("belum dihitung")
    hitung_ulang(actor, row.pk, 2024, pintu="peramban")
    part = part_of(row, "dijamin")
    assert (part.nilai, part.dua.diketik, part.dua.dihitung.nilai) == (24000, 24000, 1)
    assert part.dua.selisih == Decimal(-23999)
    assert part.diketik


def test_the_counted_figure_can_be_chosen_with_a_reason_and_given_up_again(served):
    row, actor = iku(), staff("staf.linjamsos")
    save_komponen(actor, row.pk, "dijamin", 2024, "24.000", versi=0, pintu="peramban")
    pakai = PilihanAngka.Pakai
    with pytest.raises(Ditolak, match="alasan"):
        pilih_angka(actor, row.pk, "dijamin", 2024, pakai.DIHITUNG, " ", pintu="peramban")
    with pytest.raises(PermissionDenied):
        pilih_angka(staff("staf.rehsos"), row.pk, "dijamin", 2024, pakai.DIHITUNG, "lengkap", pintu="peramban")
    assert pilih_angka(actor, row.pk, "dijamin", 2024, pakai.DIHITUNG, "layanan tercatat lengkap", pintu="peramban")
    part = part_of(row, "dijamin")
    assert (part.nilai, part.diketik, part.dua.diketik) == (1, False, 24000)
    assert "dari 2 layanan" in part.asal
    assert "layanan tercatat lengkap" in part.asal
    # 1 of 332.723 fakir miskin, in percent (Tabel 3.2).
    stored = Realisasi.objects.get(indikator=row.kunci_realisasi, tahun=2024, triwulan=0)
    assert stored.kinerja == round(Decimal(1) / Decimal(332_723) * 100, 10)
    assert not pilih_angka(actor, row.pk, "dijamin", 2024, pakai.DIHITUNG, "lagi", pintu="peramban")
    pilih_angka(actor, row.pk, "dijamin", 2024, pakai.DIKETIK, "belum semua dicatat", pintu="peramban")
    assert part_of(row, "dijamin").nilai == 24000
    assert PilihanAngka.objects.count() == 2


def test_counting_again_shows_the_difference_before_it_changes_the_figure(served):
    row, actor = iku("IKU-1"), staff("staf.linjamsos")
    owner = staff("staf.sekretariat")
    pilih = next(name for name in (owner, actor) if _may(name, row))
    pilih_angka(pilih, row.pk, "dilayani", 2024, PilihanAngka.Pakai.DIHITUNG, "dari layanan", pintu="peramban")
    assert part_of(row, "dilayani").nilai == 2
    serve(served[2], REHSOS, 9)
    ((part, seen),) = compare_counts(row, 2024)
    assert (part.kode, seen.tersimpan.orang, seen.kini.orang, seen.selisih) == ("dilayani", 2, 3, 1)
    assert part_of(row, "dilayani").nilai == 2
    assert hitung_ulang(pilih, row.pk, 2024, pintu="peramban")
    assert part_of(row, "dilayani").nilai == 3


def _may(user, row) -> bool:
    from indicators.actions import may_write
    from indicators.row_record import find_row

    return may_write(user, find_row(row.pk, 2024).unit)


def test_a_reference_to_a_count_is_checked_and_offered():
    plan = Renstra.current()
    assert check("layanan:kode:1.06.04", plan) == "Jiwa"
    with pytest.raises(AcuanError):
        check("layanan:jenis:99", plan)
    offered = {item.acuan for item in choices(plan)}
    assert {"layanan:semua", "layanan:kode:1.06.04", "layanan:kode:1.06.05.2.02"} <= offered


def test_the_baseline_puts_counts_beside_the_numerators_of_people():
    found = dict(Komponen.objects.exclude(acuan_hitung="").values_list("indikator__kode", "acuan_hitung"))
    assert found == {
        "IKU-1": "layanan:semua",
        "1.6.3": "layanan:kode:1.06.03",
        "1.6.4": "layanan:kode:1.06.04",
        "1.6.5": "layanan:kode:1.06.05;jenis:23+24",
        "1.6.6": "layanan:kode:1.06.06",
    }

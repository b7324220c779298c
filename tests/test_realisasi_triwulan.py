"""Quarters: what they make of their year, what stays typed, what is refused, and two people at once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connections

from accounts.models import Jejak
from indicators.actions import Outcome, save_realisasi
from indicators.actions_rumus import save_komponen
from indicators.entry import Typed, Values
from indicators.entry_sheet import load_sheet
from indicators.models import Indikator, Realisasi, Target, TargetTriwulan
from indicators.row_record import find_row
from indicators.triwulan import Kinerja, combine, year_of
from tests.entry_office import TAHUN, build_office, take, verify
from tests.formula_office import build_formula_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    return build_office()


def save(actor, indikator, triwulan, **cells):
    versi = find_row(indikator.pk, TAHUN, triwulan).versi
    return save_realisasi(
        actor, indikator.pk, TAHUN, Typed(**cells), versi=versi, pintu=Jejak.Pintu.PERAMBAN, triwulan=triwulan
    )


def year(row):
    return Realisasi.objects.get(indikator=row, tahun=TAHUN, triwulan=0)


def rule(row, akumulasi):
    Indikator.objects.filter(pk=row.pk).update(akumulasi_tahun=akumulasi)


@pytest.mark.parametrize(
    ("akumulasi", "expected"), [("jumlah", "60"), ("akhir", "30"), ("rata-rata", "20"), ("maksimum", "30")]
)
def test_the_year_follows_from_its_quarters_by_the_rule_of_the_indicator(office, akumulasi, expected):
    rule(office.sub, akumulasi)
    for quarter, text in ((1, "10"), (2, "20"), (3, "30")):
        assert save(office.staf, office.sub, quarter, kinerja=text, rupiah="100").outcome is Outcome.SAVED
    assert (year(office.sub).kinerja, year(office.sub).rupiah) == (Decimal(expected), 300)


def test_a_quarter_left_out_makes_a_sum_unknown_and_not_smaller(office):
    save(office.staf, office.sub, 1, kinerja="10", rupiah="100")
    save(office.staf, office.sub, 3, kinerja="30", rupiah="100")
    assert (year(office.sub).keadaan, year(office.sub).kinerja, year(office.sub).rupiah) == ("kosong", None, 200)
    save(office.staf, office.sub, 2, kinerja="0")
    assert year(office.sub).kinerja == 40


def test_no_event_and_not_applicable_are_neither_zero_nor_unknown():
    quarters = {1: Values(keadaan="terisi", kinerja=Decimal(4)), 2: Values(keadaan="nihil")}
    assert year_of(quarters, "rata-rata").kinerja == Kinerja("terisi", Decimal(4))
    assert year_of({1: Values(keadaan="nihil")}, "jumlah").kinerja == Kinerja("nihil")
    assert combine([Kinerja("tb", None, "tanpa anggaran")], "jumlah") == Kinerja("tb", None, "tanpa anggaran")
    assert year_of({}, "jumlah").kinerja is None
    assert year_of({1: Values(rupiah=0)}, "jumlah").rupiah == 0


def test_the_year_is_not_typed_while_quarters_give_it(office):
    save(office.staf, office.sub, 1, kinerja="10", rupiah="100")
    result = save(office.staf, office.sub, 0, kinerja="11", rupiah="100", faktor_pendorong="TKSK")
    assert result.outcome is Outcome.INVALID
    assert list(result.reading.errors) == ["kinerja"]
    assert "mengikuti triwulan" in result.reading.errors["kinerja"]
    # its texts are the year's own
    assert save(office.staf, office.sub, 0, faktor_pendorong="TKSK").outcome is Outcome.SAVED
    assert (year(office.sub).kinerja, year(office.sub).rupiah, year(office.sub).faktor_pendorong) == (10, 100, "TKSK")


def test_money_by_quarter_leaves_performance_of_the_year_to_be_typed(office):
    save(office.staf, office.sub, 1, rupiah="100")
    assert save(office.staf, office.sub, 0, kinerja="75", rupiah="100").outcome is Outcome.SAVED
    save(office.staf, office.sub, 2, rupiah="50")
    assert (year(office.sub).kinerja, year(office.sub).rupiah) == (75, 150)


def test_a_year_typed_as_a_whole_is_not_overwritten_by_its_first_quarter(office):
    save(office.staf, office.sub, 0, kinerja="75", rupiah="500")
    result = save(office.staf, office.sub, 1, kinerja="10", rupiah="100")
    assert result.outcome is Outcome.INVALID
    assert set(result.reading.errors) == {"kinerja", "rupiah"}
    assert "Setahun sudah diisi langsung (75)" in result.reading.errors["kinerja"]
    assert not Realisasi.objects.filter(triwulan=1).exists()
    save(office.staf, office.sub, 0)
    assert save(office.staf, office.sub, 1, kinerja="10", rupiah="100").outcome is Outcome.SAVED


def test_emptying_the_last_quarter_gives_the_year_back(office):
    save(office.staf, office.sub, 2, kinerja="10", rupiah="100")
    save(office.staf, office.sub, 2)
    assert (year(office.sub).keadaan, year(office.sub).rupiah) == ("kosong", None)
    assert save(office.staf, office.sub, 0, kinerja="5").outcome is Outcome.SAVED


def test_components_count_before_quarters_and_give_the_year_back_when_emptied():
    office = build_formula_office()
    save(office.staf, office.program, 1, kinerja="5")
    assert year(office.program).kinerja == 5

    def component(text, versi):
        result = save_komponen(
            office.staf, office.program.pk, "direhabilitasi", TAHUN, text, versi=versi, pintu=Jejak.Pintu.PERAMBAN
        )
        assert result.outcome is Outcome.SAVED

    component("1.126", 0)
    # 1.126 / 11.268 × 100 by hand
    assert year(office.program).kinerja == Decimal("9.9929002485")
    save(office.staf, office.program, 2, kinerja="7")
    assert year(office.program).kinerja == Decimal("9.9929002485")
    component("", 1)
    assert (year(office.program).kinerja, year(office.program).rumus) == (12, None)


def test_over_pagu_counts_what_the_other_quarters_spent(office):
    save(office.staf, office.sub, 1, rupiah="600.000")
    save(office.staf, office.sub, 2, rupiah="400.000")
    row = find_row(office.sub.pk, TAHUN, 2)
    assert not row.rules.over_pagu(400_000)  # 1.000.000 in all
    assert row.rules.over_pagu(400_001)


def test_a_verified_year_takes_no_quarter(office):
    save(office.staf, office.sub, 1, kinerja="10", rupiah="100")
    verify(office, office.sub)
    assert save(office.staf, office.sub, 2, kinerja="1").outcome is Outcome.LOCKED
    assert save(office.staf, office.sub, 1, kinerja="1").outcome is Outcome.LOCKED


def test_the_trail_says_that_the_year_followed(office):
    save(office.staf, office.sub, 1, kinerja="10")
    told = Jejak.objects.filter(kolom="kinerja").order_by("id").values_list("objek_nama", "ke", "alasan")
    assert list(told) == [
        (f"{office.sub} · 2022 TW 1", "10", ""),
        (f"{office.sub} · 2022", "10", "Mengikuti triwulan."),
    ]


def test_a_year_without_target_takes_no_quarter(office):
    Target.objects.filter(indikator=office.sub).update(target=None)
    assert "tidak punya target" in save(office.staf, office.sub, 1, kinerja="1").reading.errors["kinerja"]


@pytest.mark.django_db(transaction=True)
def test_two_people_typing_two_quarters_at_once_both_count(office):
    start = Barrier(2)

    def type_one(actor, quarter, text):
        try:
            start.wait()
            return save(actor, office.sub, quarter, kinerja=text, rupiah=text).outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(type_one, office.staf, 1, "10")
        second = pool.submit(type_one, office.rekan, 2, "20")
        assert [first.result(), second.result()] == [Outcome.SAVED, Outcome.SAVED]
    assert (year(office.sub).kinerja, year(office.sub).rupiah) == (30, 30)


def test_money_without_a_cash_budget_gives_no_serapan_above_it(office):
    TargetTriwulan.objects.create(indikator=office.sub, tahun=TAHUN, triwulan=1, pagu=200)

    def quarter():
        sheet = load_sheet(office.renstra, TAHUN, office.staf, unit=office.rehsos, triwulan=1)
        return sheet.progress.money, sheet.row(office.kegiatan.pk).money

    save(office.staf, office.sub, 1, rupiah="100")
    assert [(item.pagu, item.realisasi, item.serapan) for item in quarter()] == [(200, 100, 50)] * 2
    save(office.staf, office.sub_anak, 1, rupiah="300")
    assert [(item.pagu, item.realisasi, item.serapan) for item in quarter()] == [(None, 400, None)] * 2


def test_a_quarter_of_a_verified_year_takes_no_step_of_its_own(office):
    save(office.staf, office.sub, 1, kinerja="10", rupiah="100")
    verify(office, office.sub)
    done = take(office, office.staf, "ajukan", office.sub, triwulan=1)
    assert [reason for _, reason in done.ditolak] == ["tahunnya sudah diverifikasi"]
    row = load_sheet(office.renstra, TAHUN, office.staf, unit=office.rehsos, triwulan=1).row(office.sub.pk)
    assert (row.langkah, row.teks_status, row.keadaan_baris[1]) == (None, "", "diverifikasi, terkunci")

"""Periods: when a unit may enter, what the Sekretariat sets, and leave after the date."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Jejak
from indicators.actions import Outcome, save_realisasi
from indicators.actions_rumus import save_komponen
from indicators.entry import Typed
from indicators.models import Periode, Perpanjangan, Realisasi
from indicators.periode import Jendela, PeriodeDitolak, grant, load_jendela, set_periode
from indicators.row_record import find_row
from tests.entry_office import TAHUN
from tests.formula_office import build_formula_office

pytestmark = pytest.mark.django_db
PINTU = Jejak.Pintu.PERAMBAN


@pytest.fixture
def office(db):
    return build_formula_office()


def day(offset):
    return timezone.localdate() + timedelta(days=offset)


def close(office, buka=None, tutup=None, triwulan=0):
    return set_periode(office.sekretariat, office.renstra, TAHUN, triwulan, buka=buka, tutup=tutup, pintu=PINTU)


def extend(office, unit, sampai, alasan="Data dari desa terlambat", triwulan=0):
    return grant(office.sekretariat, office.renstra, TAHUN, triwulan, unit, sampai, alasan, pintu=PINTU)


def save(actor, row, text="1", triwulan=0):
    versi = find_row(row.pk, TAHUN, triwulan).versi
    return save_realisasi(actor, row.pk, TAHUN, Typed(kinerja=text), versi=versi, pintu=PINTU, triwulan=triwulan)


def test_without_dates_entry_is_open(office):
    assert save(office.staf, office.sub).outcome is Outcome.SAVED


@pytest.mark.parametrize(("buka", "tutup"), [(0, 0), (-5, 0), (0, None), (None, 3), (None, None)])
def test_both_days_count_as_open(office, buka, tutup):
    close(office, *(None if item is None else day(item) for item in (buka, tutup)))
    assert save(office.staf, office.sub).outcome is Outcome.SAVED


def test_a_closed_period_takes_nothing_and_says_when_it_closed(office):
    close(office, tutup=day(-1))
    result = save(office.staf, office.sub)
    assert result.outcome is Outcome.CLOSED
    assert "ditutup" in result.record.closed
    assert "minta perpanjangan" in result.record.closed
    assert not Realisasi.objects.exists()
    refused = save_komponen(office.staf, office.program.pk, "direhabilitasi", TAHUN, "5", versi=0, pintu=PINTU)
    assert "ditutup" in refused.error
    # a quarter has dates of its own
    assert save(office.staf, office.sub, triwulan=1).outcome is Outcome.SAVED


def test_before_it_opens_it_says_when(office):
    close(office, buka=day(2))
    assert save(office.staf, office.sub).outcome is Outcome.CLOSED
    assert find_row(office.sub.pk, TAHUN).closed.startswith("Pengisian tahun 2022 dibuka ")


def test_leave_reaches_the_unit_and_those_below_it_alone(office):
    close(office, tutup=day(-10))
    extend(office, office.rehsos, day(0))
    assert save(office.staf, office.sub).outcome is Outcome.SAVED
    assert save(office.staf_anak, office.sub_anak).outcome is Outcome.SAVED
    assert save(office.staf_lain, office.sub_lain).outcome is Outcome.CLOSED


def test_the_newest_leave_counts_so_it_can_be_taken_back(office):
    close(office, tutup=day(-10))
    extend(office, office.rehsos, day(5))
    extend(office, office.rehsos, day(-1), "Sudah dilaporkan")
    assert save(office.staf, office.sub).outcome is Outcome.CLOSED
    assert Perpanjangan.objects.count() == 2


def test_leave_asks_for_a_reason_and_for_a_closing_date(office):
    with pytest.raises(PeriodeDitolak, match="belum punya tanggal tutup"):
        extend(office, office.rehsos, day(5))
    close(office, tutup=day(-1))
    with pytest.raises(PeriodeDitolak, match="Tulis alasan"):
        extend(office, office.rehsos, day(5), "  ")
    assert not Perpanjangan.objects.exists()


def test_dates_in_the_wrong_order_and_years_outside_the_plan_are_refused(office):
    with pytest.raises(PeriodeDitolak, match="tidak boleh sesudah"):
        close(office, buka=day(2), tutup=day(1))
    with pytest.raises(PeriodeDitolak, match="di luar"):
        set_periode(office.sekretariat, office.renstra, 2030, 0, buka=None, tutup=None, pintu=PINTU)
    assert not Periode.objects.exists()


def test_only_the_sekretariat_sets_dates_and_the_trail_keeps_them(office):
    for actor in (office.staf, office.verifikator, office.pimpinan, office.administrator):
        with pytest.raises(PermissionDenied):
            set_periode(actor, office.renstra, TAHUN, 1, buka=None, tutup=day(1), pintu=PINTU)
    close(office, tutup=date(2023, 1, 15), triwulan=4)
    close(office, tutup=date(2023, 1, 31), triwulan=4)
    told = Jejak.objects.filter(kolom="tutup").order_by("id").values_list("objek_nama", "dari", "ke")
    assert list(told) == [
        ("Triwulan 4 2022", None, "2023-01-15"),
        ("Triwulan 4 2022", "2023-01-15", "2023-01-31"),
    ]


def test_the_database_refuses_leave_without_reason(office):
    period = close(office, tutup=day(-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Perpanjangan.objects.create(
            periode=period, unit=office.rehsos, sampai=day(1), alasan="", oleh=office.sekretariat, pada=timezone.now()
        )


def test_a_window_knows_the_last_day_of_each_unit(office):
    close(office, tutup=date(2023, 1, 15))
    extend(office, office.rehsos, date(2023, 2, 1))
    window = load_jendela(office.renstra.perangkat_daerah_id, TAHUN, 0)
    assert window.sampai("rehsos.anak") == date(2023, 2, 1)
    assert window.sampai("dayasos") == date(2023, 1, 15)
    # "rehsos2" is no unit below "rehsos"
    assert window.sampai("rehsos2") == date(2023, 1, 15)
    assert Jendela(TAHUN, 0).sampai("rehsos") is None

"""Saving one row: who may, what is stored, what the trail keeps, and two people at once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from accounts.models import Jejak
from indicators.actions import Outcome, save_realisasi
from indicators.entry import Typed
from indicators.models import Indikator, Realisasi, Target
from indicators.row_record import YearOutsidePlan, find_row
from programs.models import Renstra
from tests.entry_office import TAHUN, build_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    return build_office()


def save(actor, indikator, versi=0, tahun=TAHUN, **cells):
    return save_realisasi(actor, indikator.pk, tahun, Typed(**cells), versi=versi, pintu=Jejak.Pintu.PERAMBAN)


def trail():
    return list(Jejak.objects.order_by("id").values_list("pelaku_nama", "pintu", "kolom", "dari", "ke"))


def test_the_first_save_stores_the_row_and_names_who_and_when(office):
    result = save(office.staf, office.sub, kinerja="75,5", rupiah="Rp 500.000", faktor_pendorong="Dukungan TKSK")
    row = Realisasi.objects.get()
    assert result.outcome is Outcome.SAVED
    assert (row.kinerja, row.rupiah, row.keadaan, row.versi) == (Decimal("75.5"), 500_000, "terisi", 1)
    assert row.faktor_pendorong == "Dukungan TKSK"
    assert row.diubah_oleh == office.staf
    assert row.diubah_pada is not None
    assert result.reading.echo == {"kinerja": "75,5 Orang", "rupiah": "Rp 500.000"}


def test_the_trail_has_one_row_a_changed_cell(office):
    save(office.staf, office.sub, kinerja="75,5")
    save(office.rekan, office.sub, versi=1, kinerja="80", rupiah="1000")
    assert trail() == [
        ("Staf Rehsos", "peramban", "keadaan", "kosong", "terisi"),
        ("Staf Rehsos", "peramban", "kinerja", None, "75.5"),
        ("Staf Rehsos2", "peramban", "kinerja", "75.5", "80"),
        ("Staf Rehsos2", "peramban", "rupiah", None, "1000"),
    ]


def test_saving_the_same_again_is_one_save_whatever_the_token_says(office):
    for versi in (0, 0, 1, 99):
        result = save(office.staf, office.sub, versi=versi, kinerja="75,5")
    assert result.outcome is Outcome.UNCHANGED
    assert Realisasi.objects.get().versi == 1
    assert Jejak.objects.count() == 2


def test_an_empty_row_saved_empty_leaves_nothing(office):
    assert save(office.staf, office.sub).outcome is Outcome.UNCHANGED
    assert not Realisasi.objects.exists()
    assert not Jejak.objects.exists()


def test_emptying_a_row_makes_it_empty_again_and_keeps_its_history(office):
    save(office.staf, office.sub, kinerja="5", rupiah="0")
    result = save(office.staf, office.sub, versi=1)
    row = Realisasi.objects.get()
    assert result.outcome is Outcome.SAVED
    assert (row.keadaan, row.kinerja, row.rupiah) == ("kosong", None, None)
    assert Jejak.objects.filter(kolom="rupiah", dari="0", ke=None).exists()


@pytest.mark.parametrize(
    ("typed", "keadaan", "kinerja"),
    [
        ("0", "terisi", Decimal(0)),
        ("1.234,56", "terisi", Decimal("1234.56")),
        ("nihil", "nihil", None),
        ("tidak berlaku: dihapus oleh perubahan", "tb", None),
    ],
)
def test_the_states_of_a_cell_are_kept_apart(office, typed, keadaan, kinerja):
    assert save(office.staf, office.sub, kinerja=typed).outcome is Outcome.SAVED
    row = Realisasi.objects.get()
    assert (row.keadaan, row.kinerja) == (keadaan, kinerja)


@pytest.mark.parametrize(
    "cells", [{"kinerja": "12.34"}, {"kinerja": "-1"}, {"rupiah": "5%"}, {"kinerja": "tidak berlaku"}]
)
def test_what_is_not_understood_stores_nothing_of_the_row(office, cells):
    result = save(office.staf, office.sub, **({"faktor_pendorong": "baik"} | cells))
    assert result.outcome is Outcome.INVALID
    assert not Realisasi.objects.exists()
    assert not Jejak.objects.exists()


def test_over_pagu_is_kept_with_or_without_a_reason(office):
    assert save(office.staf, office.sub, kinerja="1", rupiah="1.000.001").outcome is Outcome.SAVED
    assert find_row(office.sub.pk, TAHUN).rules.over_pagu(1_000_001)
    assert (
        save(office.staf, office.sub, versi=1, kinerja="1", rupiah="1.000.001", alasan_lebih_pagu="Kontrak").outcome
        is Outcome.SAVED
    )


def test_rupiah_may_be_typed_where_no_pagu_is_printed(office):
    Target.objects.filter(indikator=office.sub).update(pagu=None)
    assert save(office.staf, office.sub, rupiah="5").outcome is Outcome.SAVED


@pytest.mark.parametrize("which", ["program", "kegiatan", "ukuran_kedua"])
def test_money_of_program_and_kegiatan_is_not_typed(office, which):
    row = getattr(office, which)
    assert "sub kegiatan" in save(office.staf, row, rupiah="5").reading.errors["rupiah"]
    assert save(office.staf, row, kinerja="5").outcome is Outcome.SAVED


def test_a_unit_writes_rows_of_units_below_it_but_not_above_or_beside(office):
    assert save(office.staf, office.sub_anak, kinerja="5").outcome is Outcome.SAVED
    assert save(office.staf_anak, office.sub_anak, versi=1, kinerja="6").outcome is Outcome.SAVED
    for actor, row in [
        (office.staf_anak, office.sub),
        (office.staf_lain, office.sub),
        (office.staf, office.sub_lain),
        (office.staf, office.iku),
    ]:
        with pytest.raises(PermissionDenied, match="milik"):
            save(actor, row, kinerja="5")
    assert Realisasi.objects.count() == 1


def test_the_sekretariat_staff_enters_the_iku(office):
    assert save(office.staf_sekretariat, office.iku, kinerja="7,23%").outcome is Outcome.SAVED


@pytest.mark.parametrize("role", ["sekretariat", "verifikator", "pimpinan", "administrator"])
def test_other_roles_read_only(office, role):
    with pytest.raises(PermissionDenied, match="hanya diisi oleh staf"):
        save(getattr(office, role), office.sub, kinerja="5")
    assert not Realisasi.objects.exists()


def test_staff_without_a_unit_writes_nothing(office):
    office.staf.unit = None
    with pytest.raises(PermissionDenied):
        save(office.staf, office.sub, kinerja="5")


@pytest.mark.parametrize("tahun", [2020, 2027])
def test_a_year_outside_the_plan_is_refused_with_the_years_that_exist(office, tahun):
    with pytest.raises(YearOutsidePlan, match="2021 sampai 2026"):
        save(office.staf, office.sub, tahun=tahun, kinerja="5")
    assert not Realisasi.objects.exists()


def test_a_plan_that_is_not_in_force_is_not_filled(office):
    Renstra.objects.update(status=Renstra.Status.BERAKHIR)
    with pytest.raises(YearOutsidePlan, match="berakhir"):
        save(office.staf, office.sub, kinerja="5")


def test_an_unknown_row_is_unknown(office):
    with pytest.raises(Indikator.DoesNotExist):
        save_realisasi(office.staf, 0, TAHUN, Typed(), versi=0, pintu="peramban")


@pytest.mark.parametrize("status", ["diverifikasi", "disetujui"])
def test_a_verified_row_is_locked(office, status):
    save(office.staf, office.sub, kinerja="5")
    Realisasi.objects.update(status=status)
    assert save(office.staf, office.sub, versi=1, kinerja="6").outcome is Outcome.LOCKED
    assert save(office.staf, office.sub, versi=1, kinerja="x").outcome is Outcome.LOCKED
    assert Realisasi.objects.get().kinerja == 5


def test_the_second_of_two_people_learns_both_values_and_nothing_is_overwritten(office):
    save(office.staf, office.sub, kinerja="10")
    save(office.rekan, office.sub, versi=1, kinerja="20")
    result = save(office.staf, office.sub, versi=1, kinerja="30")
    assert result.outcome is Outcome.CONFLICT
    assert result.record.values.kinerja == 20
    assert result.record.realisasi.diubah_oleh == office.rekan
    assert result.reading.values.kinerja == 30
    assert Realisasi.objects.get().kinerja == 20
    # having seen version 2, the person decides
    assert save(office.staf, office.sub, versi=2, kinerja="30").outcome is Outcome.SAVED


def test_a_row_someone_else_began_is_a_conflict_for_who_saw_it_empty(office):
    save(office.rekan, office.sub, kinerja="20")
    assert save(office.staf, office.sub, versi=0, kinerja="30").outcome is Outcome.CONFLICT


def test_one_save_is_a_handful_of_queries(office, django_assert_max_num_queries):
    assert office.staf.peran
    assert office.staf.unit
    with django_assert_max_num_queries(5):  # savepoint, row, insert, trail, release
        save(office.staf, office.sub, kinerja="5")
    with django_assert_max_num_queries(5):
        save(office.staf, office.sub, versi=1, kinerja="6")
    with django_assert_max_num_queries(3):
        save(office.staf, office.sub, versi=2, kinerja="6")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begun", [False, True])
def test_of_many_at_once_one_wins_and_the_others_see_it(begun):
    office = build_office()
    if begun:
        save(office.staf, office.sub, kinerja="1")
    people = 6
    barrier = Barrier(people)

    def attempt(number):
        try:
            barrier.wait(timeout=20)
            return save(office.staf, office.sub, versi=int(begun), kinerja=str(100 + number)).outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(people) as pool:
        outcomes = sorted(pool.map(attempt, range(people)))
    assert outcomes == sorted([Outcome.SAVED] + [Outcome.CONFLICT] * (people - 1))
    row = Realisasi.objects.get()
    assert row.versi == 1 + begun
    assert Jejak.objects.filter(kolom="kinerja", ke=str(int(row.kinerja))).count() == 1

"""Cells of many rows at once: each judged by itself, all or nothing where asked, nothing overwritten unseen."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Jejak
from indicators.actions import Isian, Outcome, save_banyak
from indicators.models import Indikator, Komponen, Realisasi, Rumus
from indicators.row_record import find_row
from tests.entry_office import TAHUN, build_office, verify

pytestmark = pytest.mark.django_db
PINTU = Jejak.Pintu.PERAMBAN


@pytest.fixture
def office(db):
    return build_office(subs=3)


def paste(actor, *cells, **options):
    isian = [Isian(row.pk, sel, find_row(row.pk, TAHUN, options.get("triwulan", 0)).versi) for row, sel in cells]
    return save_banyak(actor, TAHUN, isian, pintu=PINTU, **options)


def outcomes(results):
    return [item and item.outcome for item in results]


def test_good_cells_are_stored_and_bad_ones_say_why(office):
    done = paste(
        office.staf,
        (office.sub, {"kinerja": "75", "rupiah": "500.000"}),
        (office.sub_anak, {"kinerja": "12.34"}),
        (office.sub_lain, {"kinerja": "1"}),
    )
    assert outcomes(done) == [Outcome.SAVED, Outcome.INVALID, Outcome.LOCKED]
    assert "bisa berarti" in done[1].reading.errors["kinerja"]
    assert "milik Bidang Pemberdayaan Sosial" in done[2].reading.errors["kinerja"]
    assert list(Realisasi.objects.values_list("indikator", "kinerja", "rupiah")) == [(office.sub.pk, 75, 500_000)]


def test_all_or_nothing_writes_nothing_when_one_cell_is_refused(office):
    done = paste(office.staf, (office.sub, {"kinerja": "75"}), (office.sub_anak, {"kinerja": "x"}), semua=True)
    assert outcomes(done) == [Outcome.SAVED, Outcome.INVALID]
    assert not Realisasi.objects.exists()
    assert not Jejak.objects.exists()


def test_a_trial_judges_and_writes_nothing(office):
    done = paste(office.staf, (office.sub, {"kinerja": "75"}), coba=True)
    assert outcomes(done) == [Outcome.SAVED]
    assert not Realisasi.objects.exists()


def test_cells_that_are_not_named_stay(office):
    paste(office.staf, (office.sub, {"kinerja": "75", "rupiah": "5", "faktor_pendorong": "TKSK"}))
    paste(office.staf, (office.sub, {"rupiah": "6"}))
    row = Realisasi.objects.get()
    assert (row.kinerja, row.rupiah, row.faktor_pendorong) == (75, 6, "TKSK")


def test_a_number_typed_over_tidak_berlaku_takes_its_reason_away(office):
    paste(office.staf, (office.sub, {"kinerja": "tidak berlaku: tanpa anggaran"}))
    assert Realisasi.objects.get().alasan_keadaan == "tanpa anggaran"
    paste(office.staf, (office.sub, {"rupiah": "0"}))
    assert Realisasi.objects.get().alasan_keadaan == "tanpa anggaran"
    paste(office.staf, (office.sub, {"kinerja": "3"}))
    row = Realisasi.objects.get()
    assert (row.kinerja, row.alasan_keadaan) == (3, "")


def test_a_stale_version_is_a_conflict_for_that_row_alone(office):
    paste(office.rekan, (office.sub, {"kinerja": "20"}))
    done = save_banyak(
        office.staf,
        TAHUN,
        [Isian(office.sub.pk, {"kinerja": "30"}, 0), Isian(office.sub_anak.pk, {"kinerja": "1"}, 0)],
        pintu=PINTU,
    )
    assert outcomes(done) == [Outcome.CONFLICT, Outcome.SAVED]
    assert find_row(office.sub.pk, TAHUN).values.kinerja == 20


def test_the_same_block_twice_changes_nothing(office):
    cells = [(office.sub, {"kinerja": "75"}), (office.sub_anak, {"kinerja": "5"})]
    paste(office.staf, *cells)
    count = Jejak.objects.count()
    assert outcomes(paste(office.staf, *cells)) == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert Jejak.objects.count() == count


def test_a_row_that_does_not_exist_and_a_verified_one_are_told_apart(office):
    paste(office.staf, (office.sub, {"kinerja": "75", "rupiah": "1"}))
    verify(office, office.sub)
    done = save_banyak(
        office.staf,
        TAHUN,
        [Isian(10**9, {"kinerja": "1"}, 0), Isian(office.sub.pk, {"kinerja": "1"}, 1)],
        pintu=PINTU,
    )
    assert outcomes(done) == [None, Outcome.LOCKED]


def test_a_block_of_a_quarter_takes_the_years_along(office):
    paste(office.staf, (office.sub, {"kinerja": "1"}), (office.sub_anak, {"kinerja": "2"}), triwulan=1)
    paste(office.staf, (office.sub, {"kinerja": "3"}), (office.sub_anak, {"rupiah": "4"}), triwulan=2)
    years = Realisasi.objects.filter(triwulan=0).order_by("indikator").values_list("kinerja", "rupiah")
    assert list(years) == [(4, None), (2, 4)]


def test_one_row_whose_formula_refuses_it_leaves_the_others(office):
    # 1.6.4 / (1.6.4 − 10): at 5 the result would be negative
    Komponen.objects.create(
        indikator=office.iku,
        kode="capaian",
        nama="Program",
        satuan="%",
        jenis_sumber="tabel",
        acuan="indikator:1.6.4",
    )
    Rumus.objects.create(indikator=office.iku, ekspresi="capaian - 10", berlaku_mulai=2021)
    done = paste(office.staf, (office.program, {"kinerja": "5"}), (office.sub, {"kinerja": "5"}))
    assert outcomes(done) == [Outcome.INVALID, Outcome.SAVED]
    assert "negatif" in done[0].reading.errors["kinerja"]
    assert list(Realisasi.objects.values_list("indikator__kode", flat=True)) == [office.sub.kode]


def test_readers_save_nothing(office):
    for actor in (office.verifikator, office.sekretariat, office.pimpinan, office.administrator):
        with pytest.raises(PermissionDenied):
            paste(actor, (office.sub, {"kinerja": "1"}))


def test_queries_grow_by_one_write_a_row(office, django_assert_max_num_queries):
    assert office.staf.peran
    assert office.staf.unit
    rows = list(Indikator.objects.filter(subkegiatan__unit__kode__startswith="rehsos"))
    isian = [Isian(row.pk, {"kinerja": "1", "rupiah": "2"}, 0) for row in rows]
    # begin, rows, trail, commit; a savepoint, a write and a release a row
    with django_assert_max_num_queries(4 + 3 * len(rows)):
        save_banyak(office.staf, TAHUN, isian, pintu=PINTU)

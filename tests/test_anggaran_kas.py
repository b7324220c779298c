"""Targets and cash budget per quarter: what is stored, refused, locked, and shown beside the year."""

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.test import Client

from accounts.models import Jejak
from indicators.actions import Outcome, save_realisasi
from indicators.anggaran_kas import save_kas
from indicators.entry import Typed
from indicators.models import Indikator, TargetTriwulan
from indicators.row_record import YearOutsidePlan, find_row
from tests.entry_office import TAHUN, build_office, verify

pytestmark = pytest.mark.django_db

PERAMBAN = Jejak.Pintu.PERAMBAN
ADDRESS = f"/realisasi/{TAHUN}/anggaran-kas/"


@pytest.fixture
def office(db):
    return build_office()


def save(who, row, versi="0.0.0.0", tahun=TAHUN, **typed):
    return save_kas(who, row.pk, tahun, typed, versi=versi, pintu=PERAMBAN)


def stored(row):
    found = TargetTriwulan.objects.filter(indikator=row, tahun=TAHUN).order_by("triwulan")
    return {item.triwulan: (item.target, item.pagu) for item in found}


def test_quarters_are_stored_as_typed_and_their_sum_stands_beside_the_year(office):
    line = save(office.staf, office.sub, target_1="25", target_2="25,5", pagu_1="Rp 400.000", pagu_3="600000")
    assert line.outcome is Outcome.SAVED
    assert stored(office.sub) == {1: (25, 400_000), 2: (Decimal("25.5"), None), 3: (None, 600_000)}
    # Of the year: target 100, pagu 1.000.000.
    assert line.jumlah_target == ("perhatian", "jumlah 50,5, kurang 49,5 dari setahun")
    assert line.jumlah_pagu == ("lengkap", "jumlah 1.000.000, sama dengan setahun")
    line = save(office.staf, office.sub, line.versi, target_1="100")
    assert line.jumlah_target == ("perhatian", "jumlah 125,5, lebih 25,5 dari setahun")


@pytest.mark.parametrize("rule", ["akhir", "rata-rata", "maksimum"])
def test_targets_are_added_up_only_where_quarters_make_a_sum(office, rule):
    Indikator.objects.filter(pk=office.sub.pk).update(akumulasi_tahun=rule)
    line = save(office.staf, office.sub, target_1="25", pagu_1="1")
    assert line.jumlah_target == ("", "")
    assert line.jumlah_pagu[0] == "perhatian"


def test_nothing_typed_is_no_sum_of_zero(office):
    line = save(office.staf, office.sub)
    assert (line.outcome, line.jumlah_target, line.jumlah_pagu) == (Outcome.UNCHANGED, ("", ""), ("", ""))


def test_an_empty_cell_clears_and_a_cell_that_is_not_sent_stays(office):
    line = save(office.staf, office.sub, target_1="25", target_2="30", pagu_1="1")
    line = save(office.staf, office.sub, line.versi, target_1=" ")
    assert stored(office.sub) == {1: (None, 1), 2: (30, None)}
    assert line.versi == "2.1.0.0"


@pytest.mark.parametrize(
    ("cell", "typed", "said"),
    [
        ("target_1", "12.34", "bisa berarti"),
        ("target_2", "-5", "negatif"),
        ("target_3", "Rp 5", "adalah rupiah"),
        ("pagu_4", "1,5", "sen"),
        ("pagu_1", "banyak", "bukan angka"),
    ],
)
def test_what_is_no_number_is_refused_at_its_cell_and_nothing_is_stored(office, cell, typed, said):
    line = save(office.staf, office.sub, **{"target_1": "5", "pagu_2": "5", cell: typed})
    assert line.outcome is Outcome.INVALID
    assert set(line.galat) == {cell}
    assert said in line.galat[cell]
    assert stored(office.sub) == {}


def test_cash_is_planned_on_sub_kegiatan_rows_only(office):
    line = save(office.staf, office.program, target_1="5", pagu_1="5")
    assert "sub kegiatan" in line.galat["pagu_1"]
    assert save(office.staf, office.program, target_1="5").outcome is Outcome.SAVED


def test_only_staff_of_the_unit_write(office):
    for who in (office.staf_lain, office.verifikator, office.sekretariat, office.pimpinan, office.administrator):
        with pytest.raises(PermissionDenied):
            save(who, office.sub, target_1="5")
    with pytest.raises(PermissionDenied):
        save(office.staf_anak, office.sub, target_1="5")
    with pytest.raises(YearOutsidePlan):
        save(office.staf, office.sub, tahun=2031, target_1="5")
    assert stored(office.sub) == {}


def test_the_same_again_is_one_save_and_an_old_token_a_conflict(office):
    save(office.staf, office.sub, target_1="25")
    assert save(office.staf, office.sub, target_1="25").outcome is Outcome.UNCHANGED
    line = save(office.rekan, office.sub, target_1="30")
    assert line.outcome is Outcome.CONFLICT
    assert line.ketikan["target_1"] == "30"
    assert stored(office.sub)[1] == (25, None)


def test_a_verified_quarter_keeps_its_target_and_a_verified_year_all_of_them(office):
    line = save(office.staf, office.sub, target_1="25", target_2="25")

    def enter(triwulan, kinerja):
        versi = find_row(office.sub.pk, TAHUN, triwulan).versi
        cells = Typed(kinerja=kinerja, rupiah="1")
        save_realisasi(office.staf, office.sub.pk, TAHUN, cells, versi=versi, pintu=PERAMBAN, triwulan=triwulan)

    enter(1, "20")
    verify(office, office.sub, triwulan=1)
    assert save(office.staf, office.sub, line.versi, target_1="20").outcome is Outcome.LOCKED
    line = save(office.staf, office.sub, line.versi, target_1="25", target_2="20")
    assert line.outcome is Outcome.SAVED
    verify(office, office.sub)
    assert save(office.staf, office.sub, line.versi, target_2="10").outcome is Outcome.LOCKED
    assert stored(office.sub) == {1: (25, None), 2: (20, None)}


def test_the_trail_has_each_changed_cell(office):
    line = save(office.staf, office.sub, target_1="25", pagu_1="5")
    save(office.rekan, office.sub, line.versi, target_1="30", pagu_1="5")
    told = Jejak.objects.order_by("pk").values_list("pelaku_nama", "objek_nama", "kolom", "dari", "ke")
    name = f"{office.sub} · 2022 TW 1"
    assert list(told) == [
        ("Staf Rehsos", name, "target", None, "25"),
        ("Staf Rehsos", name, "pagu", None, "5"),
        ("Staf Rehsos2", name, "target", "25", "30"),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_people_with_the_first_figures_of_a_row_do_not_overwrite_each_other(office):
    start = Barrier(2)

    def type_one(who, text):
        try:
            start.wait()
            return save(who, office.sub, target_1=text).outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(type_one, office.staf, "10"), pool.submit(type_one, office.rekan, "20")]
        outcomes = [job.result() for job in jobs]
    assert sorted(outcomes) == [Outcome.CONFLICT, Outcome.SAVED]
    assert TargetTriwulan.objects.count() == 1


# The page ----------------------------------------------------------------------------------------------------------


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


def form_of(html):
    """Hidden fields and cells of the form as a browser would send them untouched."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", html[html.index('id="kas"') :]):
        found[re.search(r'name="([^"]+)"', tag)[1]] = re.search(r'value="([^"]*)"', tag)[1]
    return found


def cell(row, name):
    return f"{row.pk}-{name}"


def test_one_save_stores_every_changed_row_and_nothing_else(office):
    client = signed_in(office.staf)
    html = text(client.get(ADDRESS))
    assert html.count('<form method="post" action="" id="kas">') == 1
    assert "1.6.4.02.02.1" not in html
    form = form_of(html)
    answer = client.post(
        ADDRESS, form | {cell(office.sub, "target_1"): "12,5", cell(office.program, "target_2"): "3"}, follow=True
    )
    assert "2 baris tersimpan" in text(answer)
    assert stored(office.sub) == {1: (Decimal("12.5"), None)}
    assert stored(office.program) == {2: (3, None)}
    assert TargetTriwulan.objects.count() == 2
    answer = client.post(ADDRESS, form_of(text(answer)), follow=True)
    assert "Tidak ada isian yang berubah." in text(answer)
    assert Jejak.objects.filter(kolom__in=("target", "pagu")).count() == 2


def test_a_refused_row_keeps_its_typing_and_the_others_are_saved_and_named(office):
    client = signed_in(office.staf)
    form = form_of(text(client.get(ADDRESS)))
    typed = {
        cell(office.sub, "target_1"): "12.34",
        cell(office.sub, "pagu_1"): "5",
        cell(office.program, "target_2"): "3",
    }
    answer = client.post(ADDRESS, form | typed)
    assert answer.status_code == 422
    html = text(answer)
    assert f'name="{office.sub.pk}-target_1" value="12.34"' in html
    assert f'name="{office.sub.pk}-pagu_1" value="5"' in html
    assert "bisa berarti" in html
    assert "1 baris belum tersimpan." in html
    assert f"1 baris tersimpan: {office.program.kode}." in html
    assert (stored(office.sub), stored(office.program)) == ({}, {2: (3, None)})
    answer = client.post(ADDRESS, form_of(html) | {cell(office.sub, "target_1"): "12,34"}, follow=True)
    assert f"1 baris tersimpan: {office.sub.kode}." in text(answer)
    assert stored(office.sub) == {1: (Decimal("12.34"), 5)}


def test_a_row_somebody_else_changed_is_a_conflict_only_where_i_typed(office):
    client = signed_in(office.staf)
    form = form_of(text(client.get(ADDRESS)))
    save(office.rekan, office.sub, target_1="12,5")
    answer = client.post(ADDRESS, form | {cell(office.program, "target_1"): "3"}, follow=True)
    assert f"1 baris tersimpan: {office.program.kode}." in text(answer)
    answer = client.post(ADDRESS, form | {cell(office.sub, "target_1"): "99"})
    assert answer.status_code == 409
    assert "tersimpan: 12,5" in text(answer)
    assert f'name="{office.sub.pk}-target_1" value="99" data-tersimpan="12,5"' in text(answer)
    client.post(ADDRESS, form_of(text(answer)))
    assert stored(office.sub)[1] == (99, None)


def test_what_was_typed_into_a_quarter_verified_meanwhile_is_told(office):
    client = signed_in(office.staf)
    form = form_of(text(client.get(ADDRESS)))
    cells = Typed(kinerja="20", rupiah="1")
    save_realisasi(office.staf, office.sub.pk, TAHUN, cells, versi=0, pintu=PERAMBAN, triwulan=1)
    verify(office, office.sub, triwulan=1)
    answer = client.post(ADDRESS, form | {cell(office.sub, "target_1"): "20"})
    assert answer.status_code == 423
    assert "tidak tersimpan: 20" in text(answer)
    assert stored(office.sub) == {}


def test_others_read_and_cannot_post(office):
    save(office.staf, office.sub, target_1="25")
    for who in (office.verifikator, office.sekretariat, office.pimpinan):
        client = signed_in(who)
        html = text(client.get(f"{ADDRESS}?unit=rehsos"))
        assert "Simpan" not in html
        assert 'data-label="TW I">25</td>' in html
        assert client.post(ADDRESS, {cell(office.sub, "target_1"): "5"}).status_code == 403
    client = signed_in(office.staf)
    assert client.post(ADDRESS, {"999999-target_1": "5"}).status_code == 404
    assert client.post(ADDRESS, {"x-target_1": "5", cell(office.sub, "target_1"): "5"}).status_code == 404
    assert stored(office.sub) == {1: (25, None)}
    assert client.get("/realisasi/1999/anggaran-kas/").status_code == 404


@pytest.mark.parametrize("subs", [2, 20])
def test_the_page_takes_the_same_queries_for_few_and_many_rows(subs, django_assert_max_num_queries):
    office = build_office(subs=subs)
    for row in office.indikator.values():
        TargetTriwulan.objects.create(indikator=row, tahun=TAHUN, triwulan=1, target=5)
    client = signed_in(office.verifikator)
    client.get(ADDRESS)
    with django_assert_max_num_queries(12):
        client.get(ADDRESS)

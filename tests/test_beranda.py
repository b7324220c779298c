"""The dashboard: what the person came for first."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from indicators.models import Indikator, Realisasi, Target
from tests.entry_office import TAHUN, build_office

pytestmark = pytest.mark.django_db


def open_page(user, tahun=TAHUN):
    client = Client()
    client.force_login(user)
    answer = client.get("/" if tahun is None else f"/?tahun={tahun}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def fill(indikator, kinerja, rupiah=None, **more):
    return Realisasi.objects.create(
        indikator=indikator, tahun=TAHUN, keadaan="terisi", kinerja=Decimal(kinerja), rupiah=rupiah, **more
    )


@pytest.fixture
def office():
    return build_office()


def test_staff_see_what_is_still_empty_and_go_to_the_next_row(office):
    html = open_page(office.staf)
    # program, kegiatan 1 with two measures, its two sub kegiatan (one of the seksi below)
    assert "5 dari 5 baris realisasi 2022 belum terisi" in html
    assert f'href="/realisasi/2022/#b-{office.program.pk}"' in html
    fill(office.program, "90")
    html = open_page(office.staf)
    assert "4 dari 5 baris realisasi 2022 belum terisi" in html
    assert f'href="/realisasi/2022/#b-{office.program.pk}"' not in html


def test_rows_over_pagu_ask_for_a_look(office):
    fill(office.sub, "100", 1_250_000)
    html = open_page(office.staf)
    assert "melebihi pagu Rp 250.000, alasannya belum ditulis" in html
    Realisasi.objects.update(alasan_lebih_pagu="Harga naik")
    assert "melebihi pagu Rp 250.000, beralasan" in open_page(office.staf)


def test_staff_see_nothing_of_other_units(office):
    fill(office.sub_lain, "41", 987_654)
    fill(office.sub, "100", 100)
    html = open_page(office.staf)
    assert "987.754" in html  # the own program counts everything below it
    assert "987.654" not in html
    assert "1.6.4.02.02" not in html


def test_others_see_who_is_furthest_behind_first(office):
    fill(office.sub_lain, "100", 1_000_000)
    html = open_page(office.pimpinan)
    table = html[html.index("Kemajuan per bidang") :]
    names = re.findall(r"\?unit=([a-z]+)\"", table)
    assert names == ["rehsos", "sekretariat", "dayasos"]


def test_serapan_is_spent_money_over_the_pagu_of_sub_kegiatan(office):
    fill(office.sub, "100", 900_000)
    # pagu of four sub kegiatan: 1 + 2 + 1 + 2 million; 900.000 / 6.000.000 = 15,00 %
    html = open_page(office.pimpinan)
    assert "15,00%" in html
    assert "Rp 900.000 dari pagu Rp 6.000.000" in html


def test_mean_capaian_says_how_many_and_that_it_is_capped(office):
    fill(office.program, "200")  # 200 % counts as 100
    fill(office.kegiatan, "50")
    html = open_page(office.staf)
    assert "75,00%" in html
    assert "dari 2 indikator, tiap indikator dihitung paling banyak 100" in html


def test_low_capaian_is_named_with_its_word(office):
    fill(office.kegiatan, "40")
    assert "capaian 40,00%, Sangat Rendah" in open_page(office.staf)


def test_a_complete_year_says_so(office):
    for row in Indikator.objects.filter(target__tahun=TAHUN):
        fill(row, "1", 1 if row.subkegiatan_id else None)
    assert "Realisasi 2022 lengkap: 5 baris terisi" in open_page(office.staf)


@pytest.mark.parametrize(("today", "year"), [((2024, 5, 1), 2024), ((2031, 1, 1), 2026), ((2019, 1, 1), 2021)])
def test_the_year_is_this_one_or_the_nearest_of_the_plan(office, monkeypatch, today, year):
    monkeypatch.setattr(timezone, "localdate", lambda: datetime(*today).date())
    assert f'?tahun={year}" aria-current="true"' in open_page(office.pimpinan, tahun=None)


def test_an_account_without_unit_is_told_why(office):
    office.staf.unit = None
    office.staf.save()
    client = Client()
    client.force_login(office.staf)
    answer = client.get("/")
    assert answer.status_code == 403
    assert "belum terhubung ke unit kerja" in answer.content.decode()


def test_queries_stay_the_same_with_many_rows(django_assert_max_num_queries):
    office = build_office()
    for user in (office.staf, office.pimpinan):
        client = Client()
        client.force_login(user)
        with django_assert_max_num_queries(12) as few:
            client.get("/")
        rows = [
            Indikator(renstra=office.renstra, kode=f"{user.pk}-{n}", uraian="baris", subkegiatan=office.sub.subkegiatan)
            for n in range(30)
        ]
        Indikator.objects.bulk_create(rows)
        Target.objects.bulk_create(Target(indikator=row, tahun=2026, target=1, pagu=1) for row in rows)
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get("/")

"""The dashboard: what the person came for first."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from indicators.entry_sheet import load_sheet
from indicators.models import Indikator, Realisasi, Sebutan, Target
from indicators.overview import iku_rows, over_the_years
from programs.models import Renstra, Sasaran, TabelDokumen, Tujuan
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
    assert "Rp 250.000 di atas pagu, alasannya belum ditulis" in html
    Realisasi.objects.update(alasan_lebih_pagu="Harga naik")
    assert "Rp 250.000 di atas pagu, beralasan" in open_page(office.staf)


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
    assert "Rp 900.000 dari pagu Rp 6.000.000" in re.sub(r"<[^>]+>", "", html)


def test_mean_capaian_says_how_many_and_that_it_is_capped(office):
    fill(office.program, "200")  # 200 % counts as 100
    fill(office.kegiatan, "50")
    html = open_page(office.staf)
    assert "75,00%" in html
    assert "dari 2 indikator, tiap indikator dihitung paling banyak 100" in html


def test_low_capaian_is_named_with_its_word(office):
    fill(office.kegiatan, "40")
    assert "capaian 40,00%, Sangat Rendah" in open_page(office.staf)


def test_leaders_see_each_program_with_capaian_and_serapan_as_chart_and_table(office):
    fill(office.program, "80")
    fill(office.sub, "100", 900_000)
    html = open_page(office.pimpinan)
    charts = html[html.index("Capaian dan serapan per program") :]
    # 80 / 100; 900.000 / 20.000.000, the pagu of the program
    assert re.search(r"<svg[^>]*aria-label=\"Capaian per program;", charts)
    assert '<th scope="row">1.6.4 Rehabilitasi Sosial</th><td class="angka">80,00</td>' in charts
    assert '<th scope="row">1.6.4 Rehabilitasi Sosial</th><td class="angka">4,50</td>' in charts
    assert "grafik" not in open_page(office.staf)


def test_units_show_mean_capaian_and_lead_to_what_is_missing(office):
    fill(office.kegiatan, "50")
    fill(office.program, "200")  # 200 % counts as 100
    html = open_page(office.pimpinan)
    assert '<th scope="row">Bidang Rehabilitasi Sosial</th><td class="angka">75,00</td>' in html
    assert 'href="/realisasi/2022/?unit=rehsos&amp;tampil=kosong"' in html


def test_an_iku_stands_against_its_target_over_the_years(office):
    tabel = TabelDokumen.objects.create(renstra=office.renstra, nomor="7.1", judul="Indikator", halaman=1)
    Sebutan.objects.create(tabel=tabel, urutan=1, indikator=office.iku, teks="IKU")
    Target.objects.create(indikator=office.iku, tahun=2023, target=Decimal("8"))
    fill(office.iku, "7.01")
    html = open_page(office.pimpinan, tahun=2021)  # all years, whichever one is looked at
    chart = html[html.index("Indikator kinerja utama dari tahun ke tahun") :]
    for line in (("2021", "–", "–"), ("2022", "7,23", "7,01"), ("2023", "8", "–")):
        assert '<th scope="row">{}</th><td class="angka">{}</td><td class="angka">{}</td>'.format(*line) in chart


def test_an_iku_of_a_perubahan_is_the_one_it_continues(office):
    tabel = TabelDokumen.objects.create(renstra=office.renstra, nomor="7.1", judul="Indikator", halaman=1)
    Sebutan.objects.create(tabel=tabel, urutan=1, indikator=office.iku, teks="IKU")
    version = Renstra.objects.create(
        perangkat_daerah=office.renstra.perangkat_daerah,
        kode="2021-2026-p1",
        perubahan_ke=1,
        judul="Perubahan",
        tahun_awal=2021,
        tahun_akhir=2026,
        tahun_dasar=2020,
    )
    tujuan = Tujuan.objects.create(renstra=version, kode="t1-p1", nomor=1, teks="Tujuan")
    sasaran = Sasaran.objects.create(tujuan=tujuan, kode="s1-p1", nomor=1, teks="Sasaran", unit=office.unit_sekretariat)
    copy = Indikator.objects.create(
        renstra=version, kode="IKU-1", uraian="IKU", satuan="%", sasaran=sasaran, akar=office.iku
    )
    Target.objects.create(indikator=copy, tahun=TAHUN, target=Decimal("10"))
    fill(office.iku, "5")
    rows = iku_rows(version, load_sheet(version, TAHUN, None, unit=None).rows)
    (iku,) = over_the_years(version, rows)
    assert iku.row.capaian == 50
    assert (iku.target[1], iku.realisasi[1]) == (10, 5)


def test_the_widest_gap_stands_first_with_its_reason(office):
    fill(office.sub, "90", 1)
    fill(office.sub_lain, "30", 1, faktor_penghambat="Pendamping kurang")
    fill(office.kegiatan, "100")
    html = open_page(office.pimpinan)
    table = html[html.index("Kesenjangan terbesar") :]
    assert re.findall(r"#b-\d+\">(\S+) ", table) == ["1.6.4.02.02.1", "1.6.4.02.01.1"]
    assert "Pendamping kurang" in table
    assert "belum ditulis" in table


@pytest.mark.parametrize(
    ("today", "share", "day"), [((2022, 7, 2), "50,14", "hari ke-183 dari 365"), ((2022, 12, 31), "100,00", "365 dari")]
)
def test_serapan_stands_beside_the_share_of_the_running_year(office, monkeypatch, today, share, day):
    fill(office.sub, "100", 900_000)  # 15 % of 6.000.000
    monkeypatch.setattr(timezone, "localdate", lambda: datetime(*today).date())
    html = open_page(office.pimpinan)
    assert f"{share}% tahun telah lewat" in html
    assert day in html
    # 183 / 365 = 50,137 %; minus 15
    assert f"serapan {'35,14' if today[1] == 7 else '85,00'} poin di bawah bagian tahun" in html


def test_another_year_is_not_measured_against_today(office):
    fill(office.sub, "100", 900_000)
    html = open_page(office.pimpinan)
    assert "tahun telah lewat" not in html
    assert "hari ke-" not in html


def test_figures_of_the_dashboard_tell_how_they_came_about(office):
    fill(office.program, "40")
    html = open_page(office.pimpinan)
    assert html.count(f'href="/indikator/kenapa/2022/{office.program.pk}/?angka=capaian"') == 2  # program and gap


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
        client.get("/")  # notes when the session was used
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

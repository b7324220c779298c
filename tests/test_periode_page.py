"""Opening and closing of periods and extensions, on their page and where rows are typed."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Jejak
from indicators.actions import Outcome, save_realisasi
from indicators.entry import Typed
from indicators.models import Periode, Perpanjangan
from indicators.periode import Jendela, grant, load_jendela, set_periode
from indicators.row_record import find_row
from tests.entry_office import TAHUN, build_office

pytestmark = pytest.mark.django_db

PERAMBAN = Jejak.Pintu.PERAMBAN
ADDRESS = f"/periode/?tahun={TAHUN}"


@pytest.fixture
def office(db):
    return build_office()


def day(offset):
    return timezone.localdate() + timedelta(days=offset)


def schedule(office, buka=None, tutup=None, triwulan=0, who=None):
    return set_periode(
        who or office.sekretariat, office.renstra, TAHUN, triwulan, buka=buka, tutup=tutup, pintu=PERAMBAN
    )


def extend(office, unit, until, alasan="Banjir", triwulan=0, who=None):
    return grant(who or office.sekretariat, office.renstra, TAHUN, triwulan, unit, until, alasan, pintu=PERAMBAN)


def outcome(office, who, row, triwulan=0):
    versi = find_row(row.pk, TAHUN, triwulan).versi
    kinerja = str(versi + 1)
    cells = Typed(kinerja=kinerja, rupiah="1")
    return save_realisasi(who, row.pk, TAHUN, cells, versi=versi, pintu=PERAMBAN, triwulan=triwulan).outcome


def test_a_seksi_that_has_longer_does_not_open_its_bidang(office):
    schedule(office, tutup=day(-5))
    extend(office, office.anak, day(1))
    assert outcome(office, office.staf_anak, office.sub_anak) is Outcome.SAVED
    assert outcome(office, office.staf, office.sub) is Outcome.CLOSED


def test_a_window_is_one_query_whatever_was_granted(office, django_assert_num_queries):
    schedule(office, buka=day(-9), tutup=day(-5))
    for offset in (1, 3, 2):
        extend(office, office.rehsos, day(offset))
    extend(office, office.dayasos, day(4))
    with django_assert_num_queries(1):
        window = load_jendela(office.dinas.perangkat_daerah_id, TAHUN, 0)
    assert window == Jendela(TAHUN, 0, day(-9), day(-5), {"rehsos": day(2), "dayasos": day(4)})


# The page ----------------------------------------------------------------------------------------------------------


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


def test_the_page_shows_all_periods_and_everybody_reads_it(office):
    schedule(office, tutup=day(-1))
    schedule(office, tutup=day(5), triwulan=1)
    schedule(office, buka=day(3), triwulan=2)
    for who in (office.staf, office.verifikator, office.pimpinan, office.administrator):
        html = text(signed_in(who).get(ADDRESS))
        assert 'aria-label="tahun 2022: ditutup"' in html
        assert 'aria-label="triwulan I 2022: ditutup dalam 5 hari"' in html
        assert 'aria-label="triwulan II 2022: dibuka dalam 3 hari"' in html
        assert 'aria-label="triwulan III 2022: terbuka"' in html
        assert "Simpan tanggal" not in html


def test_the_sekretariat_sets_dates_and_grants_on_the_page(office):
    client = signed_in(office.sekretariat)
    client.post(f"{ADDRESS}&triwulan=1", {"aksi": "tanggal", "buka": "2022-04-01", "tutup": "2022-04-15"})
    period = Periode.objects.get()
    assert (period.tahun, period.triwulan, period.buka, period.tutup) == (TAHUN, 1, date(2022, 4, 1), date(2022, 4, 15))
    data = {"aksi": "perpanjang", "unit": office.rehsos.pk, "sampai": "2022-05-01", "alasan": "Listrik padam"}
    answer = client.post(f"{ADDRESS}&triwulan=1", data, follow=True)
    assert "Pengisian triwulan I 2022 untuk Bidang Rehabilitasi Sosial diperpanjang." in text(answer)
    assert "Listrik padam" in text(answer)
    client.post(f"{ADDRESS}&triwulan=1", {"aksi": "tanggal", "buka": "", "tutup": ""})
    period.refresh_from_db()
    assert (period.buka, period.tutup) == (None, None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"aksi": "tanggal", "buka": "2022-05-01", "tutup": "2022-04-01"}, "tidak boleh sesudah tanggal ditutup"),
        ({"aksi": "tanggal", "tutup": "besok"}, "isian-salah"),
        ({"aksi": "perpanjang", "sampai": "2022-05-01", "alasan": "Banjir"}, "Pilih unit yang diperpanjang"),
        ({"aksi": "perpanjang", "unit": "{unit}", "sampai": "2022-05-01", "alasan": " "}, "Tulis alasan perpanjangan"),
        ({"aksi": "perpanjang", "unit": "{unit}", "alasan": "Banjir"}, "Tulis hari terakhirnya"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_kept(office, data, said):
    schedule(office, tutup=day(-1))
    data = {name: value.format(unit=office.rehsos.pk) for name, value in data.items()}
    answer = signed_in(office.sekretariat).post(ADDRESS, data)
    assert answer.status_code == 422
    assert said in text(answer)
    if data.get("alasan") == "Banjir":
        assert "Banjir" in text(answer)
    assert Periode.objects.get().tutup == day(-1)
    assert not Perpanjangan.objects.exists()


def test_others_cannot_post(office):
    for who in (office.staf, office.verifikator):
        assert signed_in(who).post(ADDRESS, {"aksi": "tanggal", "tutup": "2022-04-01"}).status_code == 403
    assert not Periode.objects.exists()


def test_the_page_takes_the_same_queries_for_many_extensions(office, django_assert_max_num_queries):
    schedule(office, tutup=day(-1))
    for offset in range(20):
        extend(office, office.rehsos, day(offset))
    client = signed_in(office.sekretariat)
    client.get(ADDRESS)
    with django_assert_max_num_queries(9):
        client.get(ADDRESS)

"""The dashboard says what waits for whom: rows to mend, to check, to approve, dates that come near."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Jejak
from indicators.actions import save_realisasi
from indicators.entry import Typed
from indicators.models import Langkah, Periode, Perpanjangan
from indicators.row_record import find_row
from tests.entry_office import TAHUN, build_office, take

pytestmark = pytest.mark.django_db

AJUKAN, _, VERIFIKASI, KEMBALIKAN, _, _ = Langkah.Tindakan


@pytest.fixture
def office(db):
    return build_office()


def waiting(user):
    """Words and address of each line of "what needs me"."""
    client = Client()
    client.force_login(user)
    html = " ".join(client.get(f"/?tahun={TAHUN}").content.decode().split())
    part = re.search(r'<h2 id="tugas">(.*?)</section>', html)
    return re.findall(r'<a href="([^"]*)">([^<]*)</a>', part[1]) if part else []


def submit(office, row, triwulan=0):
    versi = find_row(row.pk, TAHUN, triwulan).versi
    cells = Typed(kinerja="75", rupiah="1")
    save_realisasi(office.staf, row.pk, TAHUN, cells, versi=versi, pintu=Jejak.Pintu.PERAMBAN, triwulan=triwulan)
    take(office, office.staf, AJUKAN, row, triwulan=triwulan)


def test_each_step_waits_for_the_one_who_takes_it(office):
    submit(office, office.sub)
    submit(office, office.sub_anak, triwulan=1)
    assert waiting(office.verifikator) == [
        ("/verifikasi/?tahun=2022&amp;keadaan=diajukan", "1 baris tahun 2022 menunggu Anda periksa"),
        (
            "/verifikasi/?tahun=2022&amp;triwulan=1&amp;keadaan=diajukan",
            "1 baris triwulan I 2022 menunggu Anda periksa",
        ),
    ]
    assert waiting(office.pimpinan) == waiting(office.staf) == waiting(office.sekretariat) == []
    take(office, office.verifikator, VERIFIKASI, office.sub)
    take(office, office.verifikator, KEMBALIKAN, office.sub_anak, triwulan=1, catatan="Periksa")
    assert waiting(office.verifikator) == []
    assert waiting(office.pimpinan) == [
        ("/verifikasi/?tahun=2022&amp;keadaan=diverifikasi", "1 baris tahun 2022 menunggu persetujuan Anda")
    ]
    mended = [("/realisasi/2022/?triwulan=1", "1 baris triwulan I 2022 dikembalikan untuk diperbaiki")]
    assert waiting(office.staf) == waiting(office.staf_anak) == mended
    assert waiting(office.staf_lain) == []


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (15, None),
        (5, "Pengisian tahun 2022 ditutup dalam 5 hari"),
        (0, "Pengisian tahun 2022 ditutup hari ini"),
        (-3, "Pengisian tahun 2022 ditutup "),
        (-15, None),
    ],
)
def test_closing_dates_are_named_when_they_are_near(office, days, words):
    last = timezone.localdate() + timedelta(days=days)
    Periode.objects.create(perangkat_daerah=office.dinas.perangkat_daerah, tahun=TAHUN, tutup=last)
    for person in (office.staf, office.sekretariat):
        lines = [text for _, text in waiting(person)]
        assert len(lines) == (words is not None)
        assert not words or lines[0].startswith(words)


def test_a_unit_reads_its_own_last_day(office):
    today = timezone.localdate()
    period = Periode.objects.create(
        perangkat_daerah=office.dinas.perangkat_daerah, tahun=TAHUN, tutup=today - timedelta(days=30)
    )
    Perpanjangan.objects.create(
        periode=period,
        unit=office.rehsos,
        sampai=today + timedelta(days=1),
        alasan="Banjir",
        oleh=office.sekretariat,
        pada=timezone.now(),
    )
    assert [text for _, text in waiting(office.staf_anak)] == ["Pengisian tahun 2022 ditutup dalam 1 hari"]
    assert waiting(office.staf_lain) == []

"""Notices: who is told of what, how they are read, and the bundles that go out by e-mail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Jejak
from indicators.actions import save_realisasi
from indicators.entry import Typed
from indicators.models import Langkah, Pemberitahuan, Periode, SetelanPemberitahuan
from indicators.pemberitahuan import send_due_notices, site_address
from indicators.periode import grant
from indicators.riwayat import add_remark
from renstra.commands import Ditolak
from tests.entry_office import TAHUN, build_office, take, verify

pytestmark = pytest.mark.django_db

AJUKAN, TARIK, VERIFIKASI, KEMBALIKAN, SETUJUI, BUKA = Langkah.Tindakan
PERAMBAN = Jejak.Pintu.PERAMBAN
WIB = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def office(db):
    office = build_office()
    for kode in (office.sub, office.sub_anak):
        save_realisasi(office.staf, kode.pk, TAHUN, Typed(kinerja="75", rupiah="1"), versi=0, pintu=PERAMBAN)
    return office


def told(jenis=None):
    """Who was told, in order; forgets it, so that the next look sees only what is new."""
    found = Pemberitahuan.objects.filter(**({"jenis": jenis} if jenis else {})).order_by("untuk__username")
    names = list(found.values_list("untuk__username", flat=True))
    Pemberitahuan.objects.all().delete()
    return names


# Who is told -------------------------------------------------------------------------------------------------------


def test_a_submission_is_one_notice_for_the_verifikator_however_many_rows(office):
    take(office, office.staf, AJUKAN, office.sub, office.sub_anak)
    notice = Pemberitahuan.objects.get()
    assert notice.untuk == office.verifikator
    assert notice.jenis == "diajukan"
    assert notice.teks == ("Staf Rehsos mengajukan 2 baris (1.6.4.02.01.1, 1.6.4.02.01.2) tahun 2022 untuk diperiksa.")
    assert notice.tautan == "/verifikasi/?tahun=2022&unit=rehsos"


def test_a_withdrawal_tells_nobody(office):
    take(office, office.staf, AJUKAN, office.sub)
    told()
    take(office, office.staf, TARIK, office.sub)
    assert told() == []


def test_a_return_concerns_the_staff_of_the_unit_and_those_above_it(office):
    take(office, office.staf, AJUKAN, office.sub, office.sub_anak)
    told()
    take(office, office.verifikator, KEMBALIKAN, office.sub, office.sub_anak, catatan="Nama penerima salah: Fulan")
    texts = dict(Pemberitahuan.objects.values_list("untuk__username", "teks"))
    assert set(texts) == {"staf.rehsos", "staf.rehsos2", "staf.anak"}
    assert texts["staf.rehsos"].startswith("Verifikator mengembalikan 2 baris (")
    # The seksi hears of its own row only, and nobody of the reason itself, which may name people.
    assert texts["staf.anak"].startswith("Verifikator mengembalikan baris 1.6.4.02.01.2 tahun 2022.")
    assert not any("Fulan" in text for text in texts.values())
    assert Pemberitahuan.objects.get(untuk=office.staf_anak).tautan == (f"/verifikasi/2022/baris/{office.sub_anak.pk}/")


def test_verified_rows_wait_for_who_approves_and_approved_ones_are_told_to_the_unit(office):
    verify(office, office.sub)
    assert told("diverifikasi") == ["pimpinan", "staf.rehsos", "staf.rehsos2"]
    take(office, office.pimpinan, SETUJUI, office.sub)
    assert told("disetujui") == ["staf.rehsos", "staf.rehsos2"]
    take(office, office.pimpinan, BUKA, office.sub, catatan="Salah")
    assert told("dibuka") == ["staf.rehsos", "staf.rehsos2"]


def test_nobody_is_told_of_rows_that_did_not_take_the_step(office):
    take(office, office.staf, AJUKAN, office.kegiatan, office.sub_lain)
    assert told() == []


def test_who_does_something_is_not_told_of_it_and_accounts_switched_off_neither(office):
    office.rekan.is_active = False
    office.rekan.save()
    take(office, office.staf, AJUKAN, office.sub)
    told()
    take(office, office.verifikator, VERIFIKASI, office.sub)
    assert told() == ["pimpinan", "staf.rehsos"]


def test_a_remark_reaches_the_unit_the_verifikator_and_who_wrote_before(office):
    def remark(who):
        add_remark(who, office.sub.pk, TAHUN, 0, "NIK 3604010101010001?", pintu=PERAMBAN)

    remark(office.pimpinan)
    assert told("komentar") == ["staf.rehsos", "staf.rehsos2", "verifikator"]
    remark(office.staf)
    notice = Pemberitahuan.objects.get(untuk=office.pimpinan)
    assert notice.teks == "Staf Rehsos menulis komentar pada baris 1.6.4.02.01.1 tahun 2022."
    assert told("komentar") == ["pimpinan", "staf.rehsos2", "verifikator"]


def test_an_extension_is_told_to_the_unit_and_those_below_it(office):
    Periode.objects.create(perangkat_daerah=office.dinas.perangkat_daerah, tahun=TAHUN, tutup=date(TAHUN, 12, 31))
    grant(office.sekretariat, office.renstra, TAHUN, 0, office.rehsos, date(2027, 1, 5), "Banjir", pintu=PERAMBAN)
    notice = Pemberitahuan.objects.get(untuk=office.staf_anak)
    assert notice.teks == ("Pengisian tahun 2022 untuk Bidang Rehabilitasi Sosial diperpanjang sampai 5 Januari 2027.")
    assert told("periode") == ["staf.anak", "staf.rehsos", "staf.rehsos2"]


def test_a_notice_lives_and_dies_with_its_step(office):
    def stopped():
        with transaction.atomic():
            take(office, office.staf, AJUKAN, office.sub)
            raise LookupError

    with pytest.raises(LookupError):
        stopped()
    assert told() == []


# Reading them ------------------------------------------------------------------------------------------------------


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def notify(person, text="Sesuatu terjadi.", jenis="diajukan", pada=None, **more):
    return Pemberitahuan.objects.create(
        untuk=person, jenis=jenis, teks=text, tautan="/verifikasi/?tahun=2022", dibuat=pada or timezone.now(), **more
    )


def test_unread_notices_are_counted_in_the_navigation_until_they_are_opened(office):
    client = signed_in(office.verifikator)
    assert "akun-jumlah" not in client.get("/renstra/").content.decode()
    first, _ = notify(office.verifikator), notify(office.verifikator)
    notify(office.staf)
    assert '<span class="akun-jumlah" title="belum dibaca">2</span>' in client.get("/renstra/").content.decode()
    answer = client.post("/pemberitahuan/", {"aksi": str(first.pk)})
    assert (answer.status_code, answer["Location"]) == (302, "/verifikasi/?tahun=2022")
    assert 'title="belum dibaca">1<' in client.get("/renstra/").content.decode()


def test_mark_all_leaves_what_came_after_the_page_was_drawn(office):
    client = signed_in(office.verifikator)
    seen = notify(office.verifikator)
    assert f'name="sampai" value="{seen.pk}"' in client.get("/pemberitahuan/").content.decode()
    later = notify(office.verifikator)
    client.post("/pemberitahuan/", {"aksi": "semua", "sampai": str(seen.pk)})
    assert list(Pemberitahuan.objects.filter(dibaca=None)) == [later]


def test_nobody_opens_or_reads_the_notices_of_another(office):
    other = notify(office.staf, "Rahasia unit lain")
    client = signed_in(office.verifikator)
    assert "Rahasia" not in client.get("/pemberitahuan/").content.decode()
    assert client.post("/pemberitahuan/", {"aksi": str(other.pk)})["Location"] == "/pemberitahuan/"
    client.post("/pemberitahuan/", {"aksi": "semua", "sampai": str(other.pk)})
    assert Pemberitahuan.objects.get(pk=other.pk).dibaca is None


def test_settings_are_kept_and_a_missing_address_is_said(office):
    client = signed_in(office.verifikator)
    assert "belum punya alamat surel" in client.get("/pemberitahuan/").content.decode()
    client.post("/pemberitahuan/", {"aksi": "setelan", "surel": "segera", "dibisukan": ["komentar"]})
    stored = SetelanPemberitahuan.objects.get()
    assert (stored.pengguna, stored.surel, stored.dibisukan) == (office.verifikator, "segera", ["komentar"])
    answer = client.post("/pemberitahuan/", {"aksi": "setelan", "surel": "kadang", "dibisukan": ["x"]})
    assert answer.status_code == 422
    stored.refresh_from_db()
    assert stored.surel == "segera"


def test_the_page_takes_the_same_queries_for_many_notices(office, django_assert_max_num_queries):
    client = signed_in(office.verifikator)
    client.get("/pemberitahuan/")
    for _ in range(70):
        notify(office.verifikator)
    with django_assert_max_num_queries(8):
        client.get("/pemberitahuan/")


# By e-mail ---------------------------------------------------------------------------------------------------------


def at(hour, day=2):
    return datetime(2026, 3, day, hour, 30, tzinfo=WIB)


def with_mail(person, surel=None, **more):
    person.email = f"{person.username}@contoh.go.id"
    person.save()
    if surel:
        SetelanPemberitahuan.objects.create(pengguna=person, surel=surel, **more)
    return person


@pytest.fixture
def quiet(office):
    Pemberitahuan.objects.all().delete()
    return office


def test_one_bundle_a_person_and_never_twice(quiet):
    person = with_mail(quiet.verifikator, "segera")
    notify(person, "Pertama.", pada=at(8))
    notify(person, "Kedua.", pada=at(9))
    assert send_due_notices(at(10)).terkirim == 1
    (letter,) = mail.outbox
    assert letter.to == ["verifikator@contoh.go.id"]
    assert letter.subject == "2 pemberitahuan realisasi Renstra"
    assert "- Pertama." in letter.body
    assert "- Kedua." in letter.body
    assert "/verifikasi/?tahun=2022" in letter.body
    assert send_due_notices(at(11)).terkirim == 0
    assert len(mail.outbox) == 1


def test_a_daily_bundle_leaves_once_after_seven_with_all_that_was_new_until_then(quiet):
    person = with_mail(quiet.verifikator)  # nothing chosen: once a day
    notify(person, "Kemarin sore.", pada=at(15, day=1))
    assert send_due_notices(at(6)).terkirim == 0
    notify(person, "Pagi ini.", pada=at(8))
    assert send_due_notices(at(9)).terkirim == 1
    assert "Kemarin sore." in mail.outbox[0].body
    assert "Pagi ini." not in mail.outbox[0].body
    assert send_due_notices(at(23)).terkirim == 0
    assert send_due_notices(at(7, day=3)).terkirim == 1
    assert "Pagi ini." in mail.outbox[1].body


@pytest.mark.parametrize(
    ("surel", "jenis", "more"),
    [
        ("tidak", "diajukan", {}),
        ("segera", "komentar", {}),
        ("segera", "diajukan", {"dibaca": at(8)}),
        ("segera", "diajukan", {"pada": at(8) - timedelta(days=8)}),
    ],
)
def test_what_is_not_wanted_was_read_or_is_old_is_not_mailed(quiet, surel, jenis, more):
    person = with_mail(quiet.verifikator, surel, dibisukan=["komentar"])
    notify(person, jenis=jenis, **{"pada": at(8)} | more)
    assert send_due_notices(at(9)).terkirim == 0
    assert mail.outbox == []


def test_without_an_address_or_account_nothing_is_sent_and_nothing_fails(quiet):
    notify(quiet.verifikator, pada=at(8))
    person = with_mail(quiet.pimpinan, "segera")
    person.is_active = False
    person.save()
    notify(person, pada=at(8))
    assert send_due_notices(at(9)) == send_due_notices(at(9))
    assert mail.outbox == []


class Broken(EmailBackend):
    """A mail server that refuses one address."""

    def send_messages(self, messages):
        if messages[0].to == ["pimpinan@contoh.go.id"]:
            raise ConnectionRefusedError
        return super().send_messages(messages)


class Killed(EmailBackend):
    """A machine that dies with the second letter."""

    def send_messages(self, messages):
        if mail.outbox:
            raise KeyboardInterrupt
        return super().send_messages(messages)


def test_a_letter_that_fails_is_tried_again_and_the_others_leave(quiet, settings):
    for person in (quiet.pimpinan, quiet.verifikator):
        notify(with_mail(person, "segera"), pada=at(8))
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    done = send_due_notices(at(9))
    assert (done.terkirim, done.gagal) == (1, 1)
    assert [letter.to for letter in mail.outbox] == [["verifikator@contoh.go.id"]]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due_notices(at(9)).terkirim == 1


def test_a_run_that_is_killed_repeats_nothing_that_left_and_loses_nothing(quiet, settings):
    for person in (quiet.pimpinan, quiet.verifikator):
        notify(with_mail(person, "segera"), pada=at(8))
    settings.EMAIL_BACKEND = f"{__name__}.Killed"
    with pytest.raises(KeyboardInterrupt):
        send_due_notices(at(9))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_due_notices(at(9))
    assert sorted(letter.to[0] for letter in mail.outbox) == ["pimpinan@contoh.go.id", "verifikator@contoh.go.id"]


class Slow(EmailBackend):
    """A mail server that answers only when told to."""

    started, go_on = Event(), Event()

    def send_messages(self, messages):
        self.started.set()
        assert self.go_on.wait(20)
        return super().send_messages(messages)


@pytest.mark.django_db(transaction=True)
def test_of_two_runs_at_once_one_sends(quiet, settings):
    notify(with_mail(quiet.verifikator, "segera"), pada=at(8))
    settings.EMAIL_BACKEND = f"{__name__}.Slow"

    def run():
        try:
            return send_due_notices(at(9))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run)
        assert Slow.started.wait(20)
        second = pool.submit(run).result()
        # While the server thinks, people go on working.
        notify(quiet.staf)
        Slow.go_on.set()
        assert first.result().terkirim == 1
    assert second.sibuk
    assert len(mail.outbox) == 1
    assert send_due_notices(at(9)).terkirim == 0


def test_the_command_says_what_it_did_and_fails_when_a_letter_did(quiet, settings, capsys):
    notify(with_mail(quiet.pimpinan, "segera"))
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    with pytest.raises(Ditolak, match="1 surel gagal"):
        call_command("kirim_pemberitahuan")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("kirim_pemberitahuan")
    assert "1 surel dikirim." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("origins", "hosts", "expected"),
    [
        (["https://renstra.contoh.go.id"], ["lain"], "https://renstra.contoh.go.id"),
        (["https://*.contoh.go.id"], [".contoh.go.id", "renstra.contoh.go.id"], "https://renstra.contoh.go.id"),
        ([], ["*"], ""),
    ],
)
def test_links_name_the_site_only_where_the_settings_do(settings, origins, hosts, expected):
    settings.CSRF_TRUSTED_ORIGINS, settings.ALLOWED_HOSTS = origins, hosts
    assert site_address() == expected

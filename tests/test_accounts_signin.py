"""Signing in and out, the lock after five mistakes, the idle limit, changing the password."""

import time

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import middleware
from accounts.client_address import client_address
from accounts.models import Peran, PerangkatDaerah, UnitKerja, User

SANDI = "Rahasia-kantor-2026"


@pytest.fixture
def user(db):
    office = PerangkatDaerah.objects.create(
        kode="dinsos", nama="Dinas Sosial", pemerintah_daerah="Kabupaten Serang", ibu_kota="Serang"
    )
    unit = UnitKerja.objects.create(perangkat_daerah=office, kode="rehsos", nama="Rehsos", jenis="bidang", urutan=1)
    person = User.objects.create_user("siti", password=SANDI, nama="Siti", unit=unit)
    person.groups.add(Group.objects.get(name=Peran.STAF.value))
    return person


def sign_in(client, password=SANDI, **extra):
    return client.post("/masuk/", {"username": "siti", "password": password, **extra})


@pytest.fixture
def clock(monkeypatch):
    """Moves the clock of the idle limit on."""

    class Clock:
        def forward(self, seconds):
            now = time.time() + seconds
            monkeypatch.setattr(middleware.time, "time", lambda: now)

    return Clock()


# --- in and out ---------------------------------------------------------------------


def test_the_page_asks_in_indonesian_and_helps_the_password_manager(client, db):
    text = client.get("/masuk/").content.decode()
    assert "Nama pengguna" in text
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text
    assert "autofocus" in text


def test_signing_in_leads_to_the_page_one_wanted(client, user):
    assert client.get("/sandi/")["Location"] == "/masuk/?next=/sandi/"
    assert sign_in(client, next="/sandi/")["Location"] == "/sandi/"


@pytest.mark.parametrize("foreign", ["https://jahat.example/", "//jahat.example/", "javascript:alert(1)"])
def test_it_leads_to_no_foreign_site(client, user, foreign):
    assert sign_in(client, next=foreign)["Location"] == "/"


def test_the_session_gets_a_new_key_at_sign_in(client, user):
    client.get("/masuk/")
    session = client.session
    session["titipan"] = "x"
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_a_wrong_password_is_said_plainly_and_keeps_the_name(client, user):
    answer = sign_in(client, "salah")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Nama pengguna atau sandi salah" in text
    assert 'value="siti"' in text
    assert 'salah"' not in text.split('name="password"')[1][:80]


def test_an_inactive_account_cannot_sign_in(client, user):
    user.is_active = False
    user.save()
    assert "Nama pengguna atau sandi salah" in sign_in(client).content.decode()


def test_switching_an_account_off_ends_its_session(client, user):
    sign_in(client)
    user.is_active = False
    user.save()
    assert client.get("/sandi/").status_code == 302


def test_signing_out_needs_a_post_and_a_bookmark_asks(client, user):
    sign_in(client)
    assert "Keluar?" in client.get("/keluar/").content.decode()
    assert client.get("/sandi/").status_code == 200
    assert client.post("/keluar/")["Location"] == "/masuk/"
    assert client.get("/sandi/").status_code == 302


# --- the lock -----------------------------------------------------------------------


def test_five_mistakes_lock_the_account_for_a_quarter_of_an_hour(client, user):
    for _ in range(4):
        assert sign_in(client, "salah").status_code == 200
    locked = sign_in(client, "salah")
    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    text = locked.content.decode()
    assert "5 kali sandi salah" in text
    assert "15 menit" in text
    # Also with the right password, and only for this account.
    assert sign_in(client).status_code == 429
    User.objects.create_user("budi", password=SANDI, nama="Budi")
    assert client.post("/masuk/", {"username": "budi", "password": SANDI}).status_code == 302


def test_a_success_forgets_the_mistakes_before(client, user):
    for _ in range(2):
        for _ in range(4):
            sign_in(client, "salah")
        assert sign_in(client).status_code == 302
        client.logout()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "127.0.0.1"),  # nobody declared a proxy: anybody can send the header
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first one is what the client made up
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),  # came past the outer proxy
        (1, "2001:db8::5", "2001:db8::5"),
        (1, "bukan alamat", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_the_declared_proxies_saw(rf, settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXIES = proxies
    assert client_address(rf.get("/masuk/", headers={"X-Forwarded-For": forwarded})) == seen


def test_a_stranger_behind_the_same_proxy_locks_nobody_else_out(client, user, settings):
    settings.TRUSTED_PROXIES = 1
    stranger, owner = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "203.0.113.10"}
    for _ in range(5):
        answer = client.post("/masuk/", {"username": "siti", "password": "salah"}, headers=stranger)
    assert answer.status_code == 429
    # Another made-up entry in front does not make another client of the stranger.
    forged = {"X-Forwarded-For": "203.0.113.10, 203.0.113.9"}
    assert client.post("/masuk/", {"username": "siti", "password": SANDI}, headers=forged).status_code == 429
    assert client.post("/masuk/", {"username": "siti", "password": SANDI}, headers=owner).status_code == 302


# --- the idle limit -----------------------------------------------------------------


def test_an_unused_session_ends_and_leads_back_to_the_same_page(client, user, settings, clock):
    sign_in(client)
    client.get("/sandi/")
    clock.forward(settings.SESSION_IDLE_SECONDS + 61)
    answer = client.get("/sandi/?a=1", follow=True)
    assert answer.redirect_chain == [("/masuk/?next=/sandi/%3Fa%3D1", 302)]
    assert "Sesi berakhir karena 60 menit tidak dipakai" in answer.content.decode()


def test_a_session_in_use_goes_on(client, user, settings, clock):
    sign_in(client)
    for _ in range(5):
        clock.forward(settings.SESSION_IDLE_SECONDS - 1)
        assert client.get("/sandi/").status_code == 200


def test_the_session_is_written_once_a_minute_at_most(client, user, clock):
    sign_in(client)
    client.get("/sandi/")

    def writes():
        with CaptureQueriesContext(connection) as captured:
            client.get("/sandi/")
        return [q for q in captured.captured_queries if "UPDATE" in q["sql"] and "django_session" in q["sql"]]

    assert not writes()
    clock.forward(61)
    assert len(writes()) == 1
    assert not writes()


def test_htmx_gets_401_and_its_page_stays(client, user, settings, clock):
    sign_in(client)
    client.get("/sandi/")
    clock.forward(settings.SESSION_IDLE_SECONDS + 61)
    answer = client.post("/sandi/", {"kinerja": "7,23"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Trigger"] == "sesi-berakhir"
    assert "HX-Redirect" not in answer.headers


def test_a_plain_form_shows_what_was_typed_but_no_password(client, user, settings, clock):
    sign_in(client)
    client.get("/sandi/")
    clock.forward(settings.SESSION_IDLE_SECONDS + 61)
    answer = client.post("/sandi/", {"faktor_penghambat": "Hujan <b>deras</b>", "new_password1": "jangan-tampil"})
    text = answer.content.decode()
    assert answer.status_code == 401
    assert "Hujan &lt;b&gt;deras&lt;/b&gt;" in text
    assert "jangan-tampil" not in text


def test_an_ended_session_does_not_disturb_a_public_page(client, user, settings, clock):
    sign_in(client)
    client.get("/sandi/")
    clock.forward(settings.SESSION_IDLE_SECONDS + 61)
    assert client.get("/masuk/").status_code == 200


# --- the password -------------------------------------------------------------------


def change(client, old=SANDI, new="Sandi-baru-kantor-27", again=None):
    return client.post("/sandi/", {"old_password": old, "new_password1": new, "new_password2": again or new})


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, user):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    answer = change(client)
    assert answer["Location"] == "/"
    assert client.get("/sandi/").status_code == 200
    assert elsewhere.get("/sandi/").status_code == 302
    user.refresh_from_db()
    assert user.check_password("Sandi-baru-kantor-27")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"old": "salah"}, "Sandi sekarang salah."),
        ({"again": "lain"}, "Kedua sandi baru tidak sama."),
        ({"new": "pendek1"}, "10"),
        ({"new": "1234567890123"}, "angka"),
    ],
)
def test_each_mistake_stands_at_its_field(client, user, given, said):
    sign_in(client)
    answer = change(client, **given)
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert not answer.context["form"].non_field_errors()
    assert said in " ".join(message for messages in errors.values() for message in messages)
    user.refresh_from_db()
    assert user.check_password(SANDI)


# --- the menu -----------------------------------------------------------------------


def test_the_menu_shows_what_the_person_may_open(client, user):
    sign_in(client)
    menu = client.get("/sandi/").context["menu"]
    texts = [item["teks"] for item in menu]
    assert texts[:3] == ["Beranda", "Rencana", "Realisasi"]
    assert "Admin" not in texts
    assert client.get("/sandi/").context["kantor"] == "Dinas Sosial Kabupaten Serang"


def test_the_menu_marks_where_one_is(client, user):
    sign_in(client)
    menu = client.get("/renstra/arah/").context["menu"]
    assert [item["teks"] for item in menu if item["aktif"]] == ["Rencana"]


def test_nobody_has_an_empty_menu(client, db):
    assert not client.get("/masuk/").context["menu"]


def test_person_session_roles_and_unit_cost_three_queries(client, user, django_assert_num_queries):
    sign_in(client)
    client.get("/sandi/")
    # session, person with unit, office and unread notices, roles
    with django_assert_num_queries(3):
        client.get("/sandi/")

"""Tokens: made once, shown once, kept as a hash; what opens the API and what does not."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Jejak, TokenAPI
from accounts.tokens import LONGEST, MOST, TokenDitolak, find_token, hash_of, make_token, revoke
from tests.api_client import ROOT, Caller, caller
from tests.entry_office import build_office

PINTU = Jejak.Pintu.PERAMBAN


@pytest.fixture
def office(db):
    return build_office()


def page(user):
    client = Client()
    client.force_login(user)
    return client


def form(**changed):
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    return {"nama": "SIPD", "cakupan": "baca", "sampai": until} | changed


def refused(answer, status, kode):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    galat = answer.json()["galat"]
    assert galat["kode"] == kode
    return galat["pesan"]


# The page ------------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_key_once_and_the_database_never_has_it(office):
    client = page(office.staf)
    answer = client.post("/akun/token/", form(cakupan="tulis"))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    token = TokenAPI.objects.get()
    key = answer.context["kunci"]
    assert key in answer.content.decode()
    assert (token.sidik, token.awalan) == (hash_of(key), key[:10])
    assert key not in str(list(TokenAPI.objects.values()))
    assert key not in client.get("/akun/token/").content.decode()
    assert Caller(key, token).get("saya")["cakupan"] == "tulis"


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"nama": ""}, "nama", "tidak boleh kosong"),
        ({"nama": "x" * 101}, "nama", "paling panjang 100"),
        ({"sampai": "besok"}, "sampai", "tidak terbaca"),
        ({"sampai": "2020-01-01"}, "sampai", "sudah lewat"),
        ({"sampai": (timezone.localdate() + LONGEST + timedelta(days=2)).isoformat()}, "sampai", "satu tahun"),
        ({"cakupan": "semua"}, "cakupan", "semua"),
    ],
)
def test_the_page_says_what_is_wrong_at_the_field(office, changed, field, said):
    answer = page(office.staf).post("/akun/token/", form(**changed))
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert not TokenAPI.objects.exists()


def test_a_second_click_makes_no_second_token(office):
    client = page(office.staf)
    client.post("/akun/token/", form())
    answer = client.post("/akun/token/", form())
    assert "sudah punya token bernama itu" in " ".join(answer.context["form"].errors["nama"])
    assert TokenAPI.objects.count() == 1


def test_who_enters_nothing_gets_no_token_for_writing(office):
    answer = page(office.pimpinan).post("/akun/token/", form(cakupan="tulis"))
    assert answer.status_code == 422
    with pytest.raises(TokenDitolak, match="tidak mengisi realisasi"):
        make_token(office.pimpinan, "x", "tulis", timezone.localdate(), pintu=PINTU)


def test_a_person_has_so_many_tokens_and_no_more(office):
    for at in range(MOST):
        make_token(office.staf, f"t{at}", "baca", timezone.localdate(), pintu=PINTU)
    with pytest.raises(TokenDitolak, match="cabut yang tidak dipakai"):
        make_token(office.staf, "lagi", "baca", timezone.localdate(), pintu=PINTU)


def test_its_owner_revokes_it_and_a_stranger_cannot(office):
    mine = caller(office.staf)
    address = f"/akun/token/{mine.token.pk}/cabut/"
    assert page(office.rekan).post(address).status_code == 404
    assert mine.get("saya")["pengguna"] == "staf.rehsos"
    assert page(office.staf).get(address).status_code == 302  # a bookmark revokes nothing
    assert mine.get("saya")
    assert page(office.staf).post(address).status_code == 302
    refused(mine.send("GET", "saya"), 401, "token_ditolak")


def test_making_and_revoking_leave_a_trail_without_the_key(office):
    mine = caller(office.staf)
    page(office.staf).post(f"/akun/token/{mine.token.pk}/cabut/")
    trail = Jejak.objects.filter(objek="accounts.tokenapi", pelaku=office.staf)
    assert set(trail.values_list("kolom", flat=True)) == {
        "pengguna",
        "nama",
        "awalan",
        "cakupan",
        "berlaku_sampai",
        "dicabut_pada",
    }
    written = str(list(trail.values()))
    assert mine.key not in written
    assert mine.token.sidik not in written


def test_the_administrator_sees_all_tokens_and_revokes_any(office):
    mine = caller(office.staf)
    office.administrator.is_staff = True
    office.administrator.save()
    client = page(office.administrator)
    address = "/admin/accounts/tokenapi/"
    assert mine.token.awalan in client.get(address).content.decode()
    detail = client.get(f"{address}{mine.token.pk}/change/").content.decode()
    assert mine.token.sidik not in detail
    client.post(address, {"action": "cabut", "_selected_action": [mine.token.pk]})
    refused(mine.send("GET", "saya"), 401, "token_ditolak")
    assert Jejak.objects.get(kolom="dicabut_pada").pintu == Jejak.Pintu.ADMIN


# What opens ----------------------------------------------------------------------------------------------------------


def test_the_token_says_whose_it_is_and_what_it_may(office):
    assert caller(office.staf).get("saya") | {"berlaku_sampai": "", "awalan": ""} == {
        "nama": "uji 0",
        "awalan": "",
        "cakupan": "tulis",
        "berlaku_sampai": "",
        "pengguna": "staf.rehsos",
        "nama_pengguna": "Staf Rehsos",
        "peran": ["Staf"],
        "unit": "rehsos",
        "semua_unit": False,
    }


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer salah", "Basic c3RhZjpzYW5kaQ==", "Bearer a b", "rst_x"])
def test_anything_else_than_a_token_is_refused(office, header):
    headers = {"Authorization": header} if header else {}
    answer = Client().get(f"{ROOT}saya", headers=headers)
    refused(answer, 401, "token_ditolak" if header else "tanpa_token")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_signing_in_opens_nothing_so_no_foreign_page_can_write(office):
    client = page(office.staf)
    refused(client.get(f"{ROOT}realisasi/2022"), 401, "tanpa_token")
    refused(client.patch(f"{ROOT}realisasi/2022", "{}", content_type="application/json"), 401, "tanpa_token")


@pytest.mark.parametrize("how", ["expired", "revoked", "disabled"])
def test_a_token_that_ended_opens_nothing(office, how):
    mine = caller(office.staf)
    if how == "expired":
        TokenAPI.objects.update(berlaku_sampai=timezone.now() - timedelta(seconds=1))
    elif how == "revoked":
        assert revoke(office.staf, mine.token.pk, pintu=PINTU)
        assert not revoke(office.staf, mine.token.pk, pintu=PINTU)
    else:
        office.staf.is_active = False
        office.staf.save()
    refused(mine.send("GET", "saya"), 401, "token_ditolak")


def test_a_token_for_reading_writes_nothing(office):
    reader = caller(office.staf, "baca")
    said = refused(reader.send("PUT", "realisasi/2022/1.6.4", {"versi": 0, "isian": {}}), 403, "tidak_berhak")
    assert "hanya dapat membaca" in said


def test_a_role_that_was_taken_away_takes_the_writing_along(office):
    mine = caller(office.staf)
    office.staf.groups.clear()
    assert mine.send("PUT", "realisasi/2022/1.6.4.02.01.1", {"versi": 0, "isian": {}}).status_code == 403


def test_use_is_noted_once_a_minute_at_most(office, django_assert_num_queries):
    mine = caller(office.staf)
    with django_assert_num_queries(2):
        assert find_token(mine.key)
    first = TokenAPI.objects.get().dipakai_pada
    with django_assert_num_queries(1):
        assert find_token(mine.key)
    assert TokenAPI.objects.get().dipakai_pada == first
    TokenAPI.objects.update(dipakai_pada=timezone.now() - timedelta(minutes=2))
    find_token(mine.key)
    assert TokenAPI.objects.get().dipakai_pada >= first


def test_guessing_is_held_up_like_at_the_sign_in_page_and_good_tokens_go_on(office):
    good = caller(office.staf)
    bad = Caller("rst_salah", good.token)
    for _ in range(5):
        refused(bad.send("GET", "saya"), 401, "token_ditolak")
    answer = bad.send("GET", "saya")
    refused(answer, 429, "terlalu_sering")
    assert int(answer["Retry-After"]) == 15 * 60
    assert good.get("saya")
    # and signing in from the same address is another matter
    assert Client().get("/masuk/").status_code == 200


def test_no_key_gets_into_the_log(office, caplog):
    caplog.set_level(logging.DEBUG)
    mine = caller(office.staf)
    mine.get("saya")
    mine.send("GET", "tidak-ada")
    bad = Caller(mine.key[:-1] + "_", mine.token)
    bad.send("GET", "saya")
    assert mine.key[10:-1] not in caplog.text


def test_no_proxy_keeps_an_answer_for_another_token(office):
    mine = caller(office.staf)
    assert mine.send("GET", "realisasi/2022")["Cache-Control"] == "private, no-store"


def test_too_many_requests_with_one_token_wait(office, monkeypatch):
    monkeypatch.setattr("ninja.throttling.SimpleRateThrottle.timer", lambda self=None: 1000.0)
    mine = caller(office.staf)
    for _ in range(600):
        assert mine.send("GET", "saya").status_code == 200
    refused(mine.send("GET", "saya"), 429, "terlalu_sering")
    other = caller(office.rekan)
    assert other.get("saya")

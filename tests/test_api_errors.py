"""Every refusal has one shape, in Indonesian, without a traceback."""

import pytest
from django.db import connection
from django.test import Client

from api import rencana
from tests.api_client import ROOT, caller
from tests.entry_office import build_office

ROW = "realisasi/2022/1.6.4.02.01.1"


@pytest.fixture
def staf(db):
    return caller(build_office().staf)


def galat(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    found = answer.json()["galat"]
    assert {"kode", "pesan", "sel", "permintaan"} <= found.keys()
    assert found["permintaan"] == answer["X-Request-Id"]
    assert "Traceback" not in answer.content.decode()
    return found


@pytest.mark.parametrize("address", ["tidak-ada", "realisasi", "realisasi/2022/", "saya/", "v2/%0Ax", "openapi.yaml"])
def test_an_address_that_is_not_there(staf, address):
    assert galat(staf.send("GET", address), 404)["kode"] == "tidak_ada"


@pytest.mark.parametrize("address", ["/api/x", "/api/v2/saya"])
def test_an_address_beside_the_version(staf, address):
    galat(Client().get(address, headers={"Authorization": f"Bearer {staf.key}"}), 404)


@pytest.mark.parametrize(("method", "address", "allowed"), [("POST", ROW, "GET, PUT"), ("DELETE", "saya", "GET")])
def test_a_method_an_address_does_not_take(staf, method, address, allowed):
    answer = staf.send(method, address)
    galat(answer, 405)
    assert answer["Allow"] == allowed


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "baris 1, kolom 2"),
        (b'{"versi": NaN}', "NaN bukan angka"),
        (b'{"versi": 0, "isian": {"kinerja": 1e999999999}}', "terlalu besar"),
        (b'{"versi": 0, "isian": {"kinerja": 1e99999999999999999999}}', "terlalu"),
        (b'{"versi": ' + b"9" * 5000 + b"}", "terlalu panjang"),
        (b"[" * 100_000, "bersarang"),
        (b'{"versi": 0, "isian": {"tindak_lanjut": "a\\u0000b"}}', "NUL"),
        (b'{"versi": 0, "isian": {"tindak_lanjut": "\\ud800"}}', "surrogate"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_body_that_is_no_json_to_store(staf, body, said):
    assert said in galat(staf.send("PUT", ROW, body), 400)["pesan"]


def test_an_empty_body_and_one_of_another_kind(staf):
    assert galat(staf.send("PUT", ROW), 422)["sel"]
    answer = Client().put(f"{ROOT}{ROW}", "versi=0", "text/plain", headers={"Authorization": f"Bearer {staf.key}"})
    assert galat(answer, 400)["kode"] == "bukan_json"


def test_a_body_that_is_too_large(staf):
    assert galat(staf.send("PUT", ROW, b" " * (2 * 1024 * 1024 + 1)), 413)["kode"] == "terlalu_besar"


@pytest.mark.parametrize("address", ["indikator?cari=a%00b", "indikator/a%00b", "realisasi/2022?unit=%00"])
def test_a_character_no_database_keeps(staf, address):
    galat(staf.send("GET", address), 400)


@pytest.mark.parametrize("year", ["dua", "2022.5", "99999999999999999999", "-1"])
def test_a_year_that_is_none(staf, year):
    assert "tahun" in galat(staf.send("GET", f"realisasi/{year}"), 422)["sel"]


def test_thousands_of_parameters(staf):
    galat(staf.send("GET", "saya?" + "&".join(f"a{at}=1" for at in range(6000))), 400)


def test_our_own_mistake_is_told_without_its_insides_and_the_log_has_it(staf, monkeypatch, caplog):
    monkeypatch.delattr(rencana, "plan_in_force")
    found = galat(staf.send("GET", "renstra"), 500)
    assert "plan_in_force" not in str(found)
    assert "NameError" in caplog.text


def test_a_database_that_fails_is_told_the_same_way(staf):
    with connection.execute_wrapper(broken):
        found = galat(staf.send("GET", "renstra"), 500)
    assert "rahasia" not in str(found)


def broken(execute, sql, params, many, context):
    raise RuntimeError("host=rahasia")


def test_before_there_is_a_plan_it_says_so(db):
    office = build_office()
    office.renstra.status = "draf"
    office.renstra.save()
    assert "Belum ada Renstra" in galat(caller(office.staf).send("GET", "realisasi/2022"), 404)["pesan"]

"""The description of the API: as JSON for tools, as a page for people."""

from django.test import Client

from api.app import openapi
from tests.api_client import caller
from tests.people import staff


def test_the_description_opens_by_session_or_token_and_to_nobody_else(baseline):
    signed_in = Client()
    signed_in.force_login(staff())
    found = signed_in.get("/api/v1/openapi.json")
    assert found["Content-Type"] == "application/json; charset=utf-8"
    assert found.json()["openapi"] == "3.1.0"
    assert caller(staff()).get("openapi.json") == found.json()
    assert Client().get("/api/v1/openapi.json").status_code == 401
    assert Client().get("/api/").status_code == 302


def test_the_page_tells_every_operation_and_every_shape(baseline):
    client = Client()
    client.force_login(staff())
    page = client.get("/api/").content.decode()
    described = openapi()
    for address, methods in described["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {address}" in page
            assert f'id="{operation["operationId"]}"' in page
    for name in described["components"]["schemas"]:
        assert f'id="b-{name}"' in page
    links = {part.split('"')[0] for part in page.split('href="#b-')[1:]}
    assert links <= described["components"]["schemas"].keys()
    assert "``" not in page


def test_the_page_needs_no_script_and_no_style_of_its_own(baseline):
    client = Client()
    client.force_login(staff())
    body = client.get("/api/").content.decode().partition("<main")[2].partition("</main>")[0]
    assert "<script" not in body
    assert "style=" not in body


def test_operations_are_called_by_short_names_that_differ(db):
    names = [item["operationId"] for methods in openapi()["paths"].values() for item in methods.values()]
    assert len(set(names)) == len(names)
    assert {"realisasi", "realisasi_tulis", "realisasi_banyak"} <= set(names)


def test_every_operation_asks_for_a_token_and_tells_its_refusals(db):
    for methods in openapi()["paths"].values():
        for item in methods.values():
            assert item["security"] == [{"Token": []}]
            assert {400, 401, 403, 404, 422, 429} <= set(item["responses"])

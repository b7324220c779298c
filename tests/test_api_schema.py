"""Every operation is called with what its description allows and with what it forbids.

A fixed number of calls with fixed examples (conftest.py), in this process, on the whole document.
"""

from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import openapi
from indicators.models import Indikator
from tests.api_client import caller
from tests.people import staff

CALLS = 25
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
]
OPERATIONS = [(path, method) for path, methods in openapi()["paths"].items() for method in methods]
SLUGS = ("tabel-6-2", "lkip-capaian", "tabel-2-1", "e-81")


@pytest.fixture
def program(baseline):
    # As Django's own test client does: a request may not close the connection the test's transaction is on.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield caller(staff())
    for signal in signals:
        signal.connect(close_old_connections)


def test_the_description_names_every_operation():
    assert len(OPERATIONS) == 14
    assert ("/api/v1/realisasi/{tahun}/{kode}", "put") in OPERATIONS


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{method} {path}" for path, method in OPERATIONS])
def test_no_call_makes_a_server_error_and_answers_are_as_described(program, path, method, mode):
    auth = {"Authorization": f"Bearer {program.key}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=auth)
    operation = schema[path][method.upper()]
    codes = list(Indikator.objects.filter(subkegiatan__unit__kode__startswith="rehsos").values_list("kode", flat=True))
    answers = Counter()

    @settings(max_examples=CALLS, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case):
        at = answers.total()
        if at % 3:  # most calls go to something there is
            known = {"tahun": 2021 + at % 6, "kode": codes[at % len(codes)], "slug": SLUGS[at % len(SLUGS)]}
            given_ = case.path_parameters or {}
            case.path_parameters = {name: known.get(name, value) for name, value in given_.items()}
            rows = case.body.get("baris") if isinstance(case.body, dict) else None
            for place, row in enumerate(rows if isinstance(rows, list) else ()):
                if isinstance(row, dict):
                    row |= {"kode": codes[(at + place) % len(codes)], "versi": 0}
        answer = case.call(headers=auth)
        answers[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    call()
    if mode is GenerationMode.POSITIVE:
        assert answers[200], f"never reached: {answers}"

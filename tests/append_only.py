"""Lets a transactional test empty the tables that may only grow: audit trail, decisions about findings.

``TransactionTestCase`` (and so ``transactional_db``, ``live_server``) flushes every table after a
test, which the triggers of these tables rightly refuse. The triggers are dropped for
that moment only; during the test they stand. Load it in conftest: ``pytest_plugins = ["tests.append_only"]``.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase

_TRIGGERS = tuple(
    map(
        import_module,
        (
            "accounts.migrations.0002_jejak_append_only",
            "indicators.migrations.0005_penyelesaian_append_only",
            "pmks.migrations.0003_catatan_append_only",
        ),
    )
)


@pytest.fixture(autouse=True, scope="session")
def flush_may_empty_append_only_tables() -> Iterator[None]:
    """Wrap the teardown of transactional tests."""
    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: Any) -> None:
        aliases = self._databases_names(include_mirrors=False)
        _run(aliases, "REMOVE")
        try:
            original(self)
        finally:
            _run(aliases, "INSTALL")

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[attr-defined]


def _run(aliases: Any, what: str) -> None:
    for alias in aliases:
        with connections[alias].cursor() as cursor:
            for triggers in _TRIGGERS:
                for statement in getattr(triggers, what)[connections[alias].vendor]:
                    cursor.execute(statement)

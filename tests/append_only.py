"""Lets a transactional test empty the audit trail afterwards.

``TransactionTestCase`` (and so ``transactional_db``, ``live_server``) flushes every table after a
test, which the triggers of accounts_jejak rightly refuse. The triggers are dropped for
that moment only; during the test they stand. Load it in conftest: ``pytest_plugins = ["tests.append_only"]``.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase

_triggers = import_module("accounts.migrations.0002_jejak_append_only")


@pytest.fixture(autouse=True, scope="session")
def flush_may_empty_jejak() -> Iterator[None]:
    """Wrap the teardown of transactional tests."""
    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: Any) -> None:
        aliases = self._databases_names(include_mirrors=False)
        _run(aliases, _triggers.REMOVE)
        try:
            original(self)
        finally:
            _run(aliases, _triggers.INSTALL)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[attr-defined]


def _run(aliases: Any, statements: dict[str, tuple[str, ...]]) -> None:
    for alias in aliases:
        with connections[alias].cursor() as cursor:
            for statement in statements[connections[alias].vendor]:
                cursor.execute(statement)

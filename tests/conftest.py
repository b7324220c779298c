"""Fixtures every test may ask for.

``db`` (pytest-django)  an empty, migrated database; what the test did is rolled back
``baseline``            the same with the whole document and the demo accounts in it
``server``              the real server on its own copy of that database, one a test file
``page``, ``new_page``  a browser window on ``server``, signed out; several people, several windows
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connections
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.databases import Databases, run_id
from tests.server import Server

pytest_plugins = ["tests.append_only"]

# Playwright's loop runs in the thread of the tests, and Django takes that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine is slow, not wrong; the same examples on each machine make a failure repeatable.
hypothesis_settings.register_profile("renstra", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.load_profile("renstra")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_configure(config: pytest.Config) -> None:
    run_id()  # before xdist starts its workers, so that they inherit it


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and os.environ.get("DATABASE_URL", "").startswith("postgres"):
        Databases(os.environ["DATABASE_URL"], Path()).drop_all()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure: a test that could not run has proven nothing."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} dilewati ({report.longrepr}); test tidak boleh dilewati diam-diam."
    return report


# --- databases ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Makes and copies databases of the kind under test."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    return Databases(os.environ.get("DATABASE_URL", ""), shared)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Put SQLite into a file: in memory it has neither WAL nor a second connection."""
    settings = connections.settings["default"]
    if databases.is_postgres:
        settings["TEST"]["NAME"] = f"uji_{run_id()}_kosong_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}"
    else:
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "kosong.sqlite3")


class Switch:
    """Moves Django's connection between the empty database and a copy of the template."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.empty: str = connections["default"].settings_dict["NAME"]
        self.copy: str | None = None

    def select(self, *, baseline: bool) -> None:
        if baseline and self.copy is None:
            self.copy = self.databases.copy()
        wanted = self.copy if baseline else self.empty
        connection = connections["default"]
        if connection.settings_dict["NAME"] != wanted:
            connection.close()
            connection.settings_dict["NAME"] = wanted
            ContentType.objects.clear_cache()

    def discard(self) -> None:
        self.select(baseline=False)
        if self.copy:
            self.databases.drop(self.copy)
        self.copy = None


@pytest.fixture(scope="session")
def _switch(django_db_setup: None, databases: Databases) -> Iterator[Switch]:
    switch = Switch(databases)
    yield switch
    switch.discard()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> None:
    """Choose the database before pytest-django opens the test's transaction on it."""
    if fixturedef.argname != "_django_db_helper":
        return
    switch: Switch = request.getfixturevalue("_switch")
    baseline = "baseline" in request.fixturenames
    switch.select(baseline=baseline)
    marker = request.node.get_closest_marker("django_db")
    flushes = {"transactional_db", "django_db_reset_sequences", "live_server"} & set(request.fixturenames)
    if baseline and (flushes or (marker and marker.kwargs.get("transaction"))):
        # Such a test commits, and its teardown empties every table: the next one gets a new copy.
        request.addfinalizer(switch.discard)


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test() -> None:
    """Empty the cache: rows that were rolled back come again under the same ids."""
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _files_in_a_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests upload away from the files of the trial site."""
    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))):
        yield


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """An empty folder for uploaded files, of this test alone."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def baseline(db: None) -> None:
    """The whole document and the demo accounts, for a test that reads or changes them."""


# --- server and browser -------------------------------------------------------------


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Gunicorn on a fresh copy of the template; one for the tests of a file."""
    name = databases.copy()
    running = Server(databases.url_of(name), tmp_path_factory.mktemp("server"))
    try:
        running.start()
        yield running
    finally:
        running.stop()
        databases.drop(name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("Chromium tidak ada; jalankan make setup (paket Debian: chromium).")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Open a window of a person of its own: ``new_page(viewport=…, color_scheme="dark")``.

    A script error, or something the CSP had to block, fails the test that caused it.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(
            **{
                "base_url": server.url,
                "locale": "id-ID",
                "timezone_id": "Asia/Jakarta",
                "viewport": {"width": 1366, "height": 768},
                "reduced_motion": "reduce",
            }
            | options
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text}") if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "Kesalahan di peramban:\n" + "\n".join(complaints)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One window on ``server``, signed out."""
    return new_page()

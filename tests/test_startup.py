"""What a person sees when the site cannot start: one line that names what is wrong, the right status."""

import os
import socket
import subprocess
import sys

import pytest

from tests.databases import ROOT

SETTINGS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "PORT",
)
PRODUCTION = {"SECRET_KEY": "k" * 64, "ALLOWED_HOSTS": "renstra.example.id", "DATABASE_URL": "sqlite:///:memory:"}


def start(command, **env):
    clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=clean | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def manage(*arguments, **env):
    return start([sys.executable, "manage.py", *arguments], **env)


def assert_one_line(done, *words):
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert done.returncode == 1, lines
    assert len(lines) == 1, lines
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize(
    "url",
    [
        "apa-saja",
        "postgres:/",
        "postgres://renstra@host:bukan-angka/renstra",
        "postgres://renstra@[::1/renstra",
        "mysql://renstra@host/renstra",
        "sqlite:///tidak/ada/folder/renstra.sqlite3",
    ],
)
def test_a_malformed_database_url_is_named(url):
    assert_one_line(manage("check", DEBUG="1", DATABASE_URL=url), "DATABASE_URL")


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_does_not_start_without(name):
    env = {key: value for key, value in PRODUCTION.items() if key != name}
    assert_one_line(manage("check", **env), name)


def test_a_trusted_origin_without_scheme_is_named():
    assert_one_line(manage("check", CSRF_TRUSTED_ORIGINS="renstra.example.id", **PRODUCTION), "CSRF_TRUSTED_ORIGINS")


def test_a_debug_that_is_neither_yes_nor_no_is_named():
    assert_one_line(manage("check", DEBUG="mungkin"), "DEBUG", "mungkin")


def test_production_starts_with_what_it_needs():
    done = manage("check", **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_gunicorn_says_it_once_and_gives_up():
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "renstra.wsgi"]
    assert_one_line(start(command, DEBUG="1", DATABASE_URL="x"), "DATABASE_URL")


def test_a_database_server_that_does_not_answer_is_named():
    with socket.socket() as unused:  # bound but not listening: refuses at once
        unused.bind(("127.0.0.1", 0))
        url = f"postgres://renstra@127.0.0.1:{unused.getsockname()[1]}/renstra"
        done = manage("migrate", DEBUG="1", DATABASE_URL=url)
    assert_one_line(done, "127.0.0.1")


def test_a_database_file_that_is_no_database_is_named(tmp_path):
    file = tmp_path / "renstra.sqlite3"
    file.write_bytes(b"bukan basis data " * 100)
    assert_one_line(manage("migrate", DEBUG="1", DATABASE_URL=f"sqlite:///{file}"), str(file))


@pytest.fixture
def busy_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_make_run_names_an_occupied_port_before_it_touches_the_database(busy_port, tmp_path):
    file = tmp_path / "renstra.sqlite3"
    done = start(["scripts/run.sh"], PORT=str(busy_port), DATABASE_URL=f"sqlite:///{file}")
    assert_one_line(done, f"Port {busy_port}", "PORT=", "make run")
    assert not file.exists()


@pytest.mark.parametrize("port", ["delapan", "0", "70000", "-1", "80 00"])
def test_make_run_refuses_what_is_no_port(port, tmp_path):
    done = start(["scripts/run.sh"], PORT=port, DATABASE_URL=f"sqlite:///{tmp_path / 'renstra.sqlite3'}")
    assert_one_line(done, f"PORT={port!r}")

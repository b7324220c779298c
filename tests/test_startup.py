"""What a person sees when the site cannot start: one line that names what is wrong, the right status."""

import base64
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
    "EMAIL_URL",
    "MEDIA_ROOT",
    "MEDIA_STORE",
    "PII_KEYS",
    "TRUSTED_PROXIES",
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
        "sqlite:///",
        "sqlite:////",
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


@pytest.mark.parametrize("count", ["ya", "-1", "1,5", "999"])
def test_a_number_of_proxies_that_is_none_is_named(count):
    assert_one_line(manage("check", DEBUG="1", TRUSTED_PROXIES=count), "TRUSTED_PROXIES", count)


def test_production_binds_only_its_own_host_to_https():
    """Other offices share the domain; what stands above and below this host is theirs."""
    code = (
        "from wsgiref.util import setup_testing_defaults as fill; e = {}; fill(e);"
        "e |= {'HTTP_HOST': 'renstra.example.id', 'HTTP_X_FORWARDED_PROTO': 'https', 'PATH_INFO': '/sehat/'};"
        "from renstra.wsgi import application;"
        "application(e, lambda status, headers: print(dict(headers)['Strict-Transport-Security']))"
    )
    done = start([sys.executable, "-c", code], **PRODUCTION)
    assert done.stdout.strip() == "max-age=31536000", done.stderr


def test_production_starts_with_what_it_needs():
    done = manage("check", **PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "url",
    [
        "surat.example.id",
        "ftp://host",
        "smtp://",
        "smtp://u:rahasia@host:bukan-angka",
        "smtp://[::1",
        "smtp://host/kotak",
    ],
)
def test_a_malformed_email_url_is_named_without_its_password(url):
    done = manage("check", DEBUG="1", EMAIL_URL=url)
    assert_one_line(done, "EMAIL_URL", "smtp+tls://")
    assert "rahasia" not in done.stderr


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("var/media", "bukan jalur lengkap"),
        ("/tidak/ada/media", "tidak ada"),
        (__file__, "tidak ada"),
        (str(ROOT / "var" / "static" / "media"), "terbuka untuk siapa saja"),
    ],
)
def test_a_media_root_that_cannot_hold_files_is_named(folder, why):
    assert_one_line(manage("check", DEBUG="1", MEDIA_ROOT=folder), "MEDIA_ROOT", folder, why)


KEYS = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]


@pytest.mark.parametrize(
    ("keys", "which"),
    [
        ("bukan-kunci", "kunci ke-1"),
        (base64.b64encode(b"x" * 16).decode(), "kunci ke-1"),
        (f"{KEYS[0]},{KEYS[1][:-1]}", "kunci ke-2"),
        (f"{KEYS[0]},", "kunci ke-2"),
    ],
)
def test_a_malformed_key_is_counted_and_not_repeated(keys, which):
    done = manage("check", DEBUG="1", PII_KEYS=keys)
    assert_one_line(done, "PII_KEYS", which, "openssl rand -base64 32")
    assert KEYS[0] not in done.stderr


@pytest.fixture
def broken(tmp_path):
    """Environment in which importing a module fails the way an incomplete installation makes it fail."""

    def break_module(name, error):
        (tmp_path / f"{name}.py").write_text(f"raise {error}")
        return {"DEBUG": "1", "DATABASE_URL": "sqlite:///:memory:", "PYTHONPATH": str(tmp_path)}

    return break_module


@pytest.mark.parametrize("package", ["django", "environ", "axes", "openpyxl"])
def test_a_python_package_that_is_missing_is_named(broken, package):
    env = broken(package, f"ModuleNotFoundError(\"No module named '{package}'\", name='{package}')")
    assert_one_line(manage("export_report", "--list", **env), f"Paket Python {package} ", "make setup")


def test_gunicorn_names_a_missing_package_too(broken):
    env = broken("axes", "ModuleNotFoundError(\"No module named 'axes'\", name='axes')")
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "renstra.wsgi"]
    assert_one_line(start(command, **env), "Paket Python axes ", "make setup")


def test_a_system_library_that_is_missing_is_named(broken):
    env = broken("axes", "OSError(\"cannot load library 'libpango-1.0-0': tidak ada\")")
    assert_one_line(manage("check", **env), "libpango-1.0-0", "make setup")


def test_an_error_of_our_own_keeps_its_traceback(broken):
    env = broken("axes", "ModuleNotFoundError(\"No module named 'reports.hilang'\", name='reports.hilang')")
    assert "Traceback" in manage("check", **env).stderr


@pytest.mark.parametrize(
    "call",
    [
        ("audit_renstra", "--format", "xml"),
        ("explain", "IKU-1"),
        ("load_baseline", "--tulis-ulang"),
        ("create_demo_users", "--password"),
        ("loaddata", "--tulis-ulang"),
        ("export_report", "--tahun"),
    ],
)
def test_a_wrong_call_is_one_line_and_status_two(call):
    done = manage(*call, DEBUG="1", DATABASE_URL="sqlite:///:memory:")
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert (done.returncode, len(lines)) == (2, 1), lines
    assert lines[0].startswith("Panggilan salah: ")
    assert call[0] in lines[0]


READ = """
from django.conf import settings as s
print([key[0] for key in s.PII_KEYS], s.MEDIA_ROOT, s.EMAIL_BACKEND.split(".")[-2],
      s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)
"""


@pytest.mark.parametrize(
    ("email", "said"),
    [
        (
            "smtp+tls://renstra%40dinas:r%2Fhasia@surat.example.id",
            "smtp surat.example.id 587 renstra@dinas r/hasia True False",
        ),
        ("smtp+ssl://surat.example.id", "smtp surat.example.id 465   False True"),
        ("smtp://surat.example.id:2525", "smtp surat.example.id 2525   False False"),
        ("consolemail://", "console localhost 25   False False"),
        ("", "dummy localhost 25   False False"),
    ],
)
def test_well_formed_values_reach_the_settings(tmp_path, email, said):
    env = PRODUCTION | {"PII_KEYS": ", ".join(KEYS), "MEDIA_ROOT": str(tmp_path), "EMAIL_URL": email}
    done = start([sys.executable, "-c", READ], DJANGO_SETTINGS_MODULE="renstra.settings", **env)
    assert done.stdout.strip() == f"[1, 2] {tmp_path} {said}", done.stderr


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

"""Databases for tests: one template a run (migrated, baseline, demo accounts), copied cheaply.

The kind of database is the one of DATABASE_URL. Names carry the run's id, so several
runs share one PostgreSQL, and a run removes exactly what it made.
"""

import fcntl
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg
from environ import Env
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
DEMO_PASSWORD = "Kata-sandi-uji-2021"
RUN_VARIABLE = "RENSTRA_TEST_RUN"

_numbers = count(1)


def run_id() -> str:
    """Return the id of this test run; xdist workers inherit it from the process that starts them."""
    return os.environ.setdefault(RUN_VARIABLE, uuid4().hex[:8])


def manage(database_url: str, *arguments: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` as a person would, on this database; a failure shows what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=process_env(database_url) | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def process_env(database_url: str) -> dict[str, str]:
    """Return the environment of a process on this database, with the site's own settings."""
    dropped = {"SECRET_KEY", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    return env | {"DEBUG": "1", "DATABASE_URL": database_url}


class Databases:
    """Makes, copies and removes databases of the kind of ``url`` for one test process."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url = url
        self.directory = directory
        self.is_postgres = url.startswith("postgres")

    def template(self) -> str:
        """Return the name of the template, building it once a run; other processes wait for it."""
        name = self._name("templat")
        done = self.directory / "templat.ok"
        with (self.directory / "templat.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                self.drop(name)
                if self.is_postgres:
                    self._execute("CREATE DATABASE {}", name)
                url = self.url_of(name)
                manage(url, "migrate", "--verbosity", "0")
                manage(url, "load_baseline")
                manage(url, "create_demo_users", "--password", DEMO_PASSWORD)
                done.touch()
        return name

    def copy(self) -> str:
        """Return the name of a fresh copy of the template."""
        source, name = self.template(), self._name(f"salinan_{os.getpid()}_{next(_numbers)}")
        if self.is_postgres:
            with (self.directory / "templat.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # a template may be copied by one session at a time
                self._execute("CREATE DATABASE {} TEMPLATE {}", name, source)
        else:
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(name)) as new:
                new.execute("PRAGMA synchronous=OFF")
                old.backup(new)
        return name

    def empty(self) -> str:
        """Return the name of a database without a single table."""
        name = self._name(f"hampa_{os.getpid()}_{next(_numbers)}")
        if self.is_postgres:
            self._execute("CREATE DATABASE {}", name)
        return name

    def drop(self, name: str) -> None:
        """Remove one database, also while somebody is connected."""
        if self.is_postgres:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        else:
            for suffix in ("", "-wal", "-shm"):
                Path(name + suffix).unlink(missing_ok=True)

    def drop_all(self) -> None:
        """Remove what this run left on a PostgreSQL that goes on living."""
        if not self.is_postgres:
            return
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"uji\\_{run_id()}\\_%"]
            ).fetchall()
        for (name,) in rows:
            self.drop(name)

    def url_of(self, name: str) -> str:
        """Return the DATABASE_URL of the database with this name."""
        if not self.is_postgres:
            return f"sqlite:///{name}"
        base, _, query = self.url.partition("?")
        return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def _name(self, what: str) -> str:
        name = f"uji_{run_id()}_{what}"
        return name if self.is_postgres else str(self.directory / f"{name}.sqlite3")

    def _connect(self) -> psycopg.Connection:
        config = Env.db_url_config(self.url)
        return psycopg.connect(
            host=config["HOST"] or None,
            port=config["PORT"] or None,
            user=config["USER"] or None,
            password=config["PASSWORD"] or None,
            dbname="postgres",
            autocommit=True,
        )

    def _execute(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

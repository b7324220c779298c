"""A private, throw-away cluster of the machine's own PostgreSQL."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60
ROLE = "renstra"


class ClusterError(Exception):
    """PostgreSQL cannot start here; the text says why and what mends it."""


def find_programs() -> Path:
    """Return the folder of ``initdb`` and ``postgres``: Debian keeps it out of PATH."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ClusterError("PostgreSQL tidak terpasang; jalankan make setup (paket Debian: postgresql).")


def _other_user() -> pwd.struct_passwd | None:
    """Return whom to run it as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ClusterError("PostgreSQL menolak root, dan pengguna postgres maupun nobody tidak ada.")


def _command(user: pwd.struct_passwd | None, *argv: str) -> list[str]:
    # If this process dies without a word (kill -9), the cluster is shut down with it.
    command = ["setpriv", "--pdeathsig", "QUIT"]
    if user:
        command += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*command, *argv]


@contextmanager
def private_cluster() -> Iterator[str]:
    """Yield the DATABASE_URL of a running cluster; stop and remove it afterwards, whatever happened."""
    programs = find_programs()
    user = _other_user()
    # Below /tmp itself: the path of a unix socket may have 107 characters.
    home = Path(tempfile.mkdtemp(prefix="renstra-pg-", dir="/tmp"))
    process = None
    try:
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        _initialise(programs, home, user)
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                _command(user, str(programs / "postgres"), "-D", str(home / "data"), "-k", str(home)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=home,
                start_new_session=True,  # Ctrl-C is for the tests; the cluster is stopped below
            )
        _wait(process, home)
        yield f"postgres://{ROLE}@/{home}/postgres"
    finally:
        if process and process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


def _initialise(programs: Path, home: Path, user: pwd.struct_passwd | None) -> None:
    made = subprocess.run(
        _command(
            user,
            str(programs / "initdb"),
            f"--pgdata={home / 'data'}",
            f"--username={ROLE}",
            "--auth=trust",  # the folder of the socket is 0700
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ),
        capture_output=True,
        text=True,
        cwd=home,
        check=False,
    )
    if made.returncode:
        raise ClusterError(f"initdb gagal: {made.stderr.strip().splitlines()[-1:] or made.returncode}")
    with (home / "data" / "postgresql.conf").open("a") as config:
        config.write(
            "listen_addresses = ''\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
            "max_connections = 100\nlog_min_messages = fatal\n"
        )


def _wait(process: subprocess.Popen, home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ClusterError(f"PostgreSQL berhenti saat dimulai: {_last_line(home)}")
        status = home / "data" / "postmaster.pid"
        if status.exists() and status.read_text().splitlines()[7:8] == ["ready   "]:
            return
        time.sleep(0.05)
    raise ClusterError(f"PostgreSQL belum siap sesudah {START_SECONDS} detik: {_last_line(home)}")


def _last_line(home: Path) -> str:
    return ((home / "log").read_text(errors="replace").strip().splitlines() or ["tanpa pesan"])[-1]

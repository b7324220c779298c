"""``make test``: every test on SQLite, then every test on PostgreSQL.

    python -m tests [--db sqlite|postgres] [pytest's own arguments]

PostgreSQL is the one of DATABASE_URL where that is a postgres URL, else a private cluster.
"""

import os
import signal
import subprocess
import sys
from contextlib import nullcontext, suppress

from tests.cluster import ClusterError, private_cluster

PARALLEL = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--tb", "short"]
DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def run_pytest(title: str, database_url: str, arguments: list[str]) -> int:
    """Run the suite on one database; pytest's exit status."""
    print(f"\n=== {title} ===", flush=True)
    env = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "ALLOWED_HOSTS"}}
    env |= {"DEBUG": "1", "DATABASE_URL": database_url}
    command = [sys.executable, "-m", "pytest", *PARALLEL, *arguments]
    # A session of its own, so that Ctrl-C reaches it once, from below.
    with subprocess.Popen(command, env=env, start_new_session=True) as pytest:
        try:
            return pytest.wait()
        except KeyboardInterrupt:
            pytest.send_signal(signal.SIGINT)  # it stops its servers and browsers first
            with suppress(subprocess.TimeoutExpired):
                pytest.wait(timeout=30)
            pytest.kill()
            raise


def run_postgres(arguments: list[str]) -> int:
    """Run the suite on PostgreSQL; a cluster that cannot start is a failure, not a skip."""
    given = os.environ.get("DATABASE_URL", "")
    try:
        with nullcontext(given) if given.startswith("postgres") else private_cluster() as url:
            return run_pytest("PostgreSQL", url, arguments)
    except ClusterError as error:
        print(f"GAGAL: test PostgreSQL tidak berjalan. {error}", file=sys.stderr)
        return 1


def main(arguments: list[str]) -> int:
    """Run what was asked for; the worst exit status, with one line for each database."""
    wanted = list(DATABASES)
    if arguments[:1] == ["--db"]:
        if len(arguments) < 2 or arguments[1] not in DATABASES:
            print("Pakai: --db sqlite atau --db postgres", file=sys.stderr)
            return 2
        wanted, arguments = [arguments[1]], arguments[2:]
    status = {}
    if "sqlite" in wanted:
        status["sqlite"] = run_pytest("SQLite", "", arguments)
    if "postgres" in wanted:
        status["postgres"] = run_postgres(arguments)
    print()
    for name, code in status.items():
        print(f"{DATABASES[name]}: {'lulus' if code == 0 else f'GAGAL (status {code})'}")
    return max(status.values())


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell starts background jobs deaf to it
        signal.signal(number, _interrupt)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

"""Gunicorn's settings, for ``make run`` and for production (docs/deploy.md).

No ``preload_app``: each worker must open its own PostgreSQL pool.
"""

import subprocess
import sys

workers = 2
threads = 4
timeout = 120  # a first PDF of the largest table takes seconds, on a slow machine many
graceful_timeout = 20
loglevel = "warning"
control_socket_disable = True  # one path in the home folder for every gunicorn of the machine; nothing here uses it


def on_starting(server):
    """Give up with one line where the site cannot be loaded; workers would try for ever.

    In a process of its own, so that a reload (HUP) reads changed code.
    """
    status = subprocess.run([sys.executable, "-c", "import renstra.wsgi"], check=False).returncode
    if status:
        sys.exit(status)


def when_ready(server):
    """Say where the site is, once it really answers there."""
    address = server.address[0] if isinstance(server.address, list) else server.address
    where = f"http://{address[0]}:{address[1]}" if isinstance(address, tuple) else address
    sys.stderr.write(f"Renstra siap di {where} (Ctrl-C menghentikannya)\n")

"""The real server as a process of its own, on a database of its own."""

import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.databases import ROOT, manage, process_env

START_SECONDS = 60


@dataclass
class Server:
    """One gunicorn; ``url`` is its address, ``manage()`` runs a command on its database."""

    database_url: str
    directory: Path
    workers: int = 1
    env: dict[str, str] = field(default_factory=dict)
    url: str = ""
    process: subprocess.Popen | None = None

    @property
    def log(self) -> str:
        """What it wrote to stderr so far."""
        return (self.directory / "server.log").read_text(errors="replace")

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py`` on the database of this server."""
        return manage(self.database_url, *arguments, check=check, **self.env)

    def start(self) -> None:
        """Start it and wait until it answers."""
        # The socket is opened here and handed over: no port can be taken in between.
        media = self.directory / "media"
        media.mkdir(exist_ok=True)
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", int(self.url.rpartition(":")[2]) if self.url else 0))
            listener.listen()
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with (self.directory / "server.log").open("ab") as log:
                self.process = subprocess.Popen(
                    [
                        *("setpriv", "--pdeathsig", "TERM"),  # no server outlives tests that were killed
                        *(sys.executable, "-m", "gunicorn", "renstra.wsgi"),
                        *("--bind", f"fd://{listener.fileno()}", "--workers", str(self.workers)),
                    ],
                    cwd=ROOT,
                    env=process_env(self.database_url) | {"MEDIA_ROOT": str(media)} | self.env,
                    pass_fds=[listener.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        self._wait()

    def stop(self) -> None:
        """End it as an administrator would."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                urlopen(f"{self.url}/sehat/", timeout=START_SECONDS).close()
            except HTTPError:
                return  # an answer is an answer
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"Server uji tidak menjawab di {self.url}:\n{self.log}")

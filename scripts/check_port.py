"""Says in one line when a port cannot be served: ``check_port.py 8000``."""

import socket
import sys

HOST = "127.0.0.1"


def problem(text: str) -> str | None:
    """Return what is wrong with the port, or None."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        return f"PORT={text!r} bukan nomor port; isi dengan angka 1 sampai 65535, misalnya PORT=8000."
    port = int(text)
    with socket.socket() as probe:
        # As the server does: a port that only waits out TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            return f"Port {port} hanya boleh dipakai root; pilih yang lain: PORT=8001 make run"
        except OSError:
            other = port + 1 if port < 65535 else 8001
            return f"Port {port} sedang dipakai program lain; pilih yang lain: PORT={other} make run"
    return None


if __name__ == "__main__":
    sys.exit(problem(sys.argv[1]))

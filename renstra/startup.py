"""Why the site cannot start, in one line. Imports nothing that may be missing."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_OWN = frozenset(path.parent.name for path in ROOT.glob("*/__init__.py"))


def reason(error: BaseException) -> str | None:
    """The line for a person, None for an error that deserves its traceback.

    Known are a malformed setting, a Python package and a library of the system that are not there.
    """
    if isinstance(error, ModuleNotFoundError):
        package = (error.name or "").partition(".")[0]
        if not package or package in _OWN:
            return None
        if Path(sys.prefix) == ROOT / ".venv":
            return f"Paket Python {package} tidak ada di .venv; pasang ulang: rm -r .venv && make setup"
        return (
            f"Paket Python {package} tidak ada di {sys.executable}; jalankan make setup, lalu pakai .venv/bin/python."
        )
    if isinstance(error, OSError) and "cannot load library" in str(error):  # cffi, for WeasyPrint's Pango
        library = str(error).split("'")[1::2]
        return f"Pustaka sistem {library[0] if library else 'untuk PDF'} tidak ada; jalankan make setup."
    if type(error).__name__ == "ImproperlyConfigured":
        return f"Konfigurasi salah: {error}"
    return None

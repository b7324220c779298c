#!/usr/bin/env python
"""Entry point of the management commands."""

import os
import sys


def main() -> None:
    """Run a command; a configuration error is one line, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renstra.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Konfigurasi salah: {error}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python
"""Entry point of the management commands."""

import os
import sys

from renstra.startup import reason


def main() -> None:
    """Run a command; a broken configuration, installation or database is one line, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renstra.settings")
    try:
        run()
    except Exception as error:
        line = None if "--traceback" in sys.argv else reason(error)
        if line is None:
            raise
        sys.exit(line)


def run() -> None:
    """Run the command of the command line."""
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError, OperationalError

    database = settings.DATABASES["default"]
    # A command has one connection. Asked through the pool, a server that is down
    # answers after 20 seconds and without its reason.
    database.get("OPTIONS", {}).pop("pool", None)
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        # Exactly these two come from outside (server down, file damaged, disk full, locked);
        # their siblings are errors in our code and keep their traceback.
        if type(error) not in {DatabaseError, OperationalError} or "--traceback" in sys.argv:
            raise
        where = "/".join(str(database[part]) for part in ("HOST", "NAME") if database.get(part))
        sys.exit(f"Basis data {where} tidak dapat dipakai: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()

"""WSGI entry point for gunicorn."""

import os
import sys

from renstra.startup import reason

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renstra.settings")

try:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
except Exception as error:
    line = reason(error)
    if line is None:
        raise
    sys.exit(line)

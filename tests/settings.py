"""The site's own settings, as tests need them: nothing of theirs leaves a temporary folder.

Server processes of the tests (tests/server.py) run on ``renstra.settings`` itself.
"""

import os

os.environ["DEBUG"] = "1"

from renstra.settings import *  # noqa: F403
from renstra.settings import CACHES, DATABASES

# A pool belongs to one database name; tests change databases under the connection (conftest.py).
DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
CACHES["pdf"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pdf"}
# Hundreds of invented accounts; the real hasher is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

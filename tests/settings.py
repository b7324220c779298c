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
# pytest-django turns DEBUG off; without collectstatic files are looked up where they lie.
WHITENOISE_AUTOREFRESH = True
# Hundreds of invented accounts: the real hasher is slow on purpose.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of the demo accounts
]

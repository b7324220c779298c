"""The one place where the environment is read (contract: "Environment").

A missing or malformed variable is an ``ImproperlyConfigured`` of one line that
names it; ``manage.py`` and ``wsgi.py`` print that line instead of a traceback.
"""

from base64 import b64decode
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ import Env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Env()


def _read_bool(name: str) -> bool:
    raw = env.str(name, default="").strip().lower()
    if raw in {"", "0", "false", "no", "off"}:
        return False
    if raw in {"1", "true", "yes", "on"}:
        return True
    raise ImproperlyConfigured(f"{name}={raw!r} tidak dikenal; isi dengan 1 atau 0.")


def _read_count(name: str) -> int:
    raw = env.str(name, default="").strip() or "0"
    if not (raw.isascii() and raw.isdigit()) or int(raw) > 10:
        raise ImproperlyConfigured(f"{name}={raw!r} tidak dikenal; isi dengan banyaknya, misalnya 1, atau 0.")
    return int(raw)


def _read_database() -> dict:
    raw = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'renstra.sqlite3'}"
    form = "sqlite:///berkas atau postgres://pengguna:sandi@host:port/nama"
    try:
        parts = urlsplit(raw)
        _ = parts.port
        known = parts.scheme in {"sqlite", "postgres", "postgresql"}
        config = environ.Env.db_url_config(raw) if known else {}
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        config = {}
    # django-environ reads a sqlite URL without a path as a database in memory, which forgets everything.
    if not config.get("NAME") or (config["NAME"] == ":memory:" and not raw.endswith(":memory:")):
        raise ImproperlyConfigured(f"DATABASE_URL tidak terbaca; bentuknya {form}.")
    if parts.scheme == "sqlite":
        if config["NAME"] != ":memory:":
            directory = Path(config["NAME"]).resolve().parent
            if directory == VAR_DIR:
                VAR_DIR.mkdir(exist_ok=True)
            if Path(config["NAME"]).is_dir():
                raise ImproperlyConfigured(f"DATABASE_URL: {config['NAME']} adalah folder; sebut berkas di dalamnya.")
            if not directory.is_dir():
                raise ImproperlyConfigured(f"DATABASE_URL: folder {directory} tidak ada; buat dahulu.")
        # WAL lets people read while one writes; IMMEDIATE takes the write lock
        # at once, so two writers queue for busy_timeout instead of failing.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        config["ENGINE"] = "django.db.backends.postgresql"
        config.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8, "timeout": 20}
    return config


def _read_email() -> dict:
    """Arguments of Django's mail settings; without EMAIL_URL no mail leaves the machine."""
    raw = env.str("EMAIL_URL", default="")
    if not raw or raw == "consolemail://":
        shown = bool(raw) or DEBUG
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{'console' if shown else 'dummy'}.EmailBackend"}
    ports = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
    form = "smtp+tls://pengguna:sandi@host:587 (juga smtp://, smtp+ssl://), atau consolemail:// untuk mencoba"
    try:
        parts = urlsplit(raw)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    # The value holds a password, so the message does not repeat it.
    if not host or parts.scheme not in ports or parts.path not in {"", "/"}:
        raise ImproperlyConfigured(f"EMAIL_URL tidak terbaca; bentuknya {form}.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
        "EMAIL_TIMEOUT": 20,
    }


def _read_media_root() -> Path:
    """Folder of uploaded files; never one that the web server hands out."""
    raw = env.str("MEDIA_ROOT", default="")
    if not raw:
        return VAR_DIR / "media"
    folder = Path(raw)
    if not folder.is_absolute():
        raise ImproperlyConfigured(f"MEDIA_ROOT={raw!r} bukan jalur lengkap; tulis misalnya /srv/renstra/var/media.")
    if folder.resolve().is_relative_to(STATIC_ROOT.resolve()):
        raise ImproperlyConfigured(f"MEDIA_ROOT: {folder} ada di dalam {STATIC_ROOT}, yang terbuka untuk siapa saja.")
    if not folder.is_dir():
        raise ImproperlyConfigured(f"MEDIA_ROOT: folder {folder} tidak ada; buat dahulu.")
    return folder


def _read_media_store() -> dict:
    """Where uploaded files go: the folder MEDIA_ROOT or, with MEDIA_STORE, a bucket that speaks S3."""
    raw = env.str("MEDIA_STORE", default="")
    if not raw:
        # Nobody else on the machine reads them.
        modes = {"file_permissions_mode": 0o640, "directory_permissions_mode": 0o750}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": modes}
    form = "s3://KUNCI:RAHASIA@host/wadah (juga s3+http:// di jaringan sendiri; boleh ?region=… dan ?path=1)"
    try:
        parts = urlsplit(raw)
        host, port = parts.hostname, parts.port
        query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        host, port, query = None, None, {}
        parts = urlsplit("")
    bucket, _, folder = parts.path.strip("/").partition("/")
    known = parts.scheme in {"s3", "s3+http"} and not set(query) - {"region", "path"} and not parts.fragment
    # The value holds a secret, so the message does not repeat it.
    if not (known and host and bucket and parts.username and parts.password and query.get("path", "1") in {"0", "1"}):
        raise ImproperlyConfigured(f"MEDIA_STORE tidak terbaca; bentuknya {form}.")
    scheme = "https" if parts.scheme == "s3" else "http"
    shown = f"[{host}]" if ":" in host else host
    return {
        "BACKEND": "renstra.media.S3Media",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "location": folder,
            "endpoint_url": f"{scheme}://{shown}:{port}" if port else f"{scheme}://{shown}",
            "region_name": query.get("region", "us-east-1"),
            "path_style": query.get("path", "1") == "1",
        },
    }


def _read_pii_keys() -> tuple[bytes, ...]:
    """Keys of 32 bytes: the first encrypts, the others still decrypt; empty without PII_KEYS."""
    keys = []
    texts = [text.strip() for text in env.str("PII_KEYS", default="").split(",")]
    for at, text in enumerate(texts if any(texts) else [], start=1):
        try:
            key = b64decode(text, validate=True)
        except ValueError:
            key = b""
        # The message counts the keys instead of repeating one: it ends up in logs.
        if len(key) != 32:
            raise ImproperlyConfigured(
                f"PII_KEYS: kunci ke-{at} bukan 32 byte dalam base64; buat dengan: openssl rand -base64 32"
            )
        keys.append(key)
    return tuple(keys)


DEBUG = _read_bool("DEBUG")

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY belum diisi; isi dengan teks acak panjang, atau DEBUG=1 untuk mencoba.")
    SECRET_KEY = "hanya-untuk-mencoba-" + "x" * 40

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if DEBUG:
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]", "testserver"]
elif not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS belum diisi; isi dengan nama host situs, dipisah koma.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if any("://" not in origin for origin in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured("CSRF_TRUSTED_ORIGINS harus dengan skema, misalnya https://renstra.serangkab.go.id.")

DATABASES = {"default": _read_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "renstra.ui",
    "accounts",
    "programs",
    "pmks",
    "indicators",
    "reports",
    "renstra.admin_config.RenstraAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_q",
    "django_tables2",
]

MIDDLEWARE = [
    "renstra.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.IdleSessionMiddleware",
    "accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
if DEBUG:
    MIDDLEWARE.append("renstra.not_found.NotFoundMiddleware")

ROOT_URLCONF = "renstra.urls"
WSGI_APPLICATION = "renstra.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.navigation",
                "indicators.context_processors.notices",
                "accounts.context_processors.guide",
            ],
            "builtins": ["django.templatetags.static", "renstra.ui.templatetags.ui"],
        },
    }
]

FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# People and sign-in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "indicators.backends.NoticeBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "masuk"
LOGIN_REDIRECT_URL = "beranda"
LOGOUT_REDIRECT_URL = "masuk"
SESSION_IDLE_SECONDS = 60 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.views.terkunci"
AXES_VERBOSE = False
# Reverse proxies in front of the site, each of which appends to X-Forwarded-For (docs/deploy.md).
TRUSTED_PROXIES = _read_count("TRUSTED_PROXIES")
AXES_CLIENT_IP_CALLABLE = "accounts.client_address.client_address"

# The browser: nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if not DEBUG:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sehat/$", r"^siap/$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Only for the own host: the domain above it, and what may stand below, are other people's.
    SECURE_HSTS_SECONDS = 31536000
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Language: the interface is Indonesian, the office sits in WIB.
LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
# Pictures of the users' guide, for its page.
STATICFILES_DIRS = [("panduan", BASE_DIR / "docs" / "images")]
# No MEDIA_URL: an uploaded file goes out through a view that checks who asks.
MEDIA_ROOT = _read_media_root()
STORAGES = {
    "default": _read_media_store(),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "renstra.statics.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
BUKTI_MAX_BYTES = 10 * 1024 * 1024  # one file of evidence
# A big upload waits in a file without a name, never in one that a killed process leaves behind.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "renstra.uploads.NamelessFileUploadHandler",
]

PII_KEYS = _read_pii_keys()
if DEBUG and not PII_KEYS:
    # For trying with invented people: fixed, so that a restart still reads them.
    PII_KEYS = (b"hanya-untuk-mencoba".ljust(32, b"-"),)
globals().update(_read_email())

# Rendered PDFs: keyed on the content of the matrix, so an entry can be thrown
# away at any time but never be out of date.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pdf": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache" / "pdf",
        "TIMEOUT": 30 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# Work that takes longer than a request: the queue is a table, the worker is ``manage.py pekerja``.
Q_CLUSTER = {
    "name": "renstra",
    "orm": "default",
    "workers": 1,  # imports write: a second one would wait for the first
    "poll": 1,
    "timeout": 6 * 3600,
    "retry": 7 * 3600,
    "max_attempts": 1,  # an interrupted import is found by indicators.antrean.lanjutkan_terputus
    "save_limit": 100,
    "catch_up": False,
    "label": "Antrean",
}

DJANGO_TABLES2_TEMPLATE = "ui/table.html"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "renstra.logs.RequestIdFilter"}},
    "formatters": {"line": {"()": "renstra.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "renstra": {"level": "INFO"},
        # Django's own handler mails or prints whole requests; ours prints a line.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "axes": {"level": "ERROR"},
        "django-q": {"level": "WARNING"},
    },
}

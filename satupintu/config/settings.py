"""
One file of settings for every installation; what differs comes from the environment (docs/settings.md).

Nothing is needed to start: the defaults are a demo office on SQLite below SATUPINTU_HOME.
"""

import hmac
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

import django_stubs_ext

from satupintu.config import offices
from satupintu.lib import env, keys
from satupintu.messaging.handsets import simulated

django_stubs_ext.monkeypatch()  # before the first model, field or queryset is declared

PACKAGE = Path(__file__).resolve().parent.parent

# --- Where things live -----------------------------------------------------------------
OFFICE = env.env_str("OFFICE", "sanggau")  # the demo office to seed: sanggau or bengkalis
HOME = Path(env.env_str("SATUPINTU_HOME") or f"var/{OFFICE}").absolute()
FILES = HOME / "files"
KEYS = HOME / "keys"
ANCHOR = HOME / "seals.log"  # how far the log had come, beside the database (workflow/anchor.py)
DEBUG = env.env_bool("SATUPINTU_DEBUG", default=False)

ALLOWED_HOSTS = env.env_list("SATUPINTU_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env.env_str("SATUPINTU_BASE_URL", f"http://localhost:{env.env_int('PORT', 8000)}")
HTTPS = BASE_URL.startswith("https://")
# Made-up people with a published password, relaxed MFA, an inbox open to everybody: unless it is asked
# for by name, only where nobody but this machine is answered.
DEMO = env.env_bool("SATUPINTU_DEMO", default=env.only_this_machine(BASE_URL, ALLOWED_HOSTS))
# The training office beside the real one: a demo with the real office's settings (config/training).
TRAINING = env.env_bool("SATUPINTU_TRAINING", default=False)
TRAINING_PORT = env.env_int("SATUPINTU_TRAINING_PORT", 0)  # of the real office; 0: no training
TRAINING_URL = env.env_str("SATUPINTU_TRAINING_URL", f"http://localhost:{TRAINING_PORT}")
if DEMO:
    offices.check_demo_office(OFFICE)

# --- Applications, from the highest floor down -----------------------------------------
INSTALLED_APPS = [
    "satupintu.portal",
    "satupintu.quality",
    "satupintu.exchange",
    "satupintu.archive",
    "satupintu.objections",
    "satupintu.supervision",
    "satupintu.imports",
    "satupintu.permits",
    "satupintu.desk",
    "satupintu.fees",
    "satupintu.surveys",
    "satupintu.messaging",
    "satupintu.workflow",
    "satupintu.catalogue",
    "satupintu.documents",
    "satupintu.people",
    "satupintu.office",
    "satupintu.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its Jinja templates of controls
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "satupintu.web.middleware.CompressedPages",
    "satupintu.web.middleware.SafetyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "satupintu.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "satupintu.config.urls"
WSGI_APPLICATION = "satupintu.config.wsgi.application"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_CONTEXT = [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "satupintu.web.context.page",
]
TEMPLATES = [
    {
        "NAME": "pages",  # ours: satupintu/<app>/jinja2
        "BACKEND": "satupintu.web.jinja.Pages",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "satupintu.web.jinja.environment",
            "context_processors": _CONTEXT,
        },
    },
    {
        "NAME": "allauth",  # what allauth ships itself
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", *_CONTEXT],
        },
    },
]
FORM_RENDERER = (
    "django.forms.renderers.TemplatesSetting"  # controls are pages' parts: by Jinja, too
)


# --- Database: one office, one database -------------------------------------------------
def database(url: str) -> dict[str, Any]:
    """Return Django's settings for sqlite:///path or postgres://user:password@host:port/name."""
    parsed = urlparse(url)
    schema = parse_qs(parsed.query).get("schema", [""])[0]  # of PostgreSQL
    if parsed.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parsed.path[1:] if parsed.path.startswith("//") else parsed.path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                # FULL: a promised receipt survives a power cut (docs/architecture.md).
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
                " PRAGMA cache_size=-16000;",
            },
        }
    if parsed.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parsed.path.lstrip("/"),
            "USER": unquote(parsed.username or ""),
            "PASSWORD": unquote(parsed.password or ""),
            "HOST": unquote(parsed.hostname or ""),
            "PORT": str(parsed.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "server_side_binding": True,
                # A statement that a connection has run five times is planned no more (docs/performance.md).
                "prepare_threshold": 5,
                # Compiling a page's statement takes longer than running it (docs/performance.md).
                "options": "-c jit=off" + (f" -c search_path={schema}" if schema else ""),
            },
        }
    raise env.BadSetting(
        f"DATABASE_URL={url.rpartition('@')[2]} is not understood."
        " Use sqlite:///path/to/file or postgres://user:password@host:port/name."
    )


DATABASES = {"default": database(env.env_str("DATABASE_URL", f"sqlite:///{HOME / 'db.sqlite3'}"))}

# allauth counts tries of the second factor and remembers used codes here. In the database, so that all web processes
# have one count, and a code used in one is used in all; keys are hashed, for they hold addresses.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "KEY_FUNCTION": "satupintu.lib.crypto.cache_key",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Language and time ------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
USE_I18N = True
LOCALE_PATHS = [PACKAGE / "lib" / "locale"]  # lib is no app; every app brings its own
USE_TZ = True
TIME_ZONE = env.env_zone("SATUPINTU_ZONE", "Asia/Pontianak")
LANGUAGE_COOKIE_NAME = "bahasa"

# --- Sessions, cookies, uploads ---------------------------------------------------------
SESSION_ENGINE = "satupintu.people.sessions"
# Browsers send a cookie to every port of a host: the training office must not end the real one's session.
SESSION_COOKIE_NAME = "sesi_latihan" if TRAINING else "sesi"
CSRF_COOKIE_NAME = "csrf_latihan" if TRAINING else "csrftoken"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "satupintu.people.held.csrf_failure"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # a form's own fields; files are streamed to disk
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 30
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "satupintu.web.uploads.DiskUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = (
    HOME / "tmp"
)  # the same disk as the files, so that a full one is noticed by us
UPLOAD_MAX_MB = env.env_int("SATUPINTU_UPLOAD_MAX_MB", 20)
# All files of one form together. A proxy in front should have the same limit.
BODY_MAX_MB = env.env_int("SATUPINTU_BODY_MAX_MB", UPLOAD_MAX_MB * 10)
DISK_LEAST_MB = env.env_int("SATUPINTU_DISK_LEAST_MB", 2048)  # below it the worker warns
CLAMD = env.env_str("SATUPINTU_CLAMD", "")  # host:port or a socket's path; "" scans nothing

# --- The API ------------------------------------------------------------------------------
API_PER_MINUTE = env.env_int("SATUPINTU_API_PER_MINUTE", 300)  # calls of one client

# Networks of the office's own that calls to addresses given on pages may go into, though they are not public.
OUTGOING_NETWORKS = env.env_networks("SATUPINTU_OUTGOING_NETWORKS")

# --- Who collects fees ------------------------------------------------------------------
PAYMENT_PROVIDER = env.env_choice(
    "SATUPINTU_PAYMENT_PROVIDER", "simulator" if DEMO else "", ("", "simulator")
)
PAYMENT_URL = env.env_str("SATUPINTU_PAYMENT_URL", "http://127.0.0.1:8025")
PAYMENT_SECRET = env.env_secret(
    "SATUPINTU_PAYMENT_SECRET"
)  # empty: made from the secret key, below

# --- Who signs permits ------------------------------------------------------------------
# Whose rooms are used for appointments by video; the provider's own settings are read in desk/meetings.
MEETINGS = env.env_choice("SATUPINTU_MEETINGS", "jitsi", ("jitsi", "bigbluebutton", "zoom"))

SIGNER = env.env_choice(
    "SATUPINTU_SIGNER", "demo" if DEMO else "manual", ("demo", "pkcs11", "bsre", "manual")
)
SIGNER_SOCKET = HOME / "run" / "signer.sock"
TSA_URL = env.env_str("SATUPINTU_TSA_URL", "")  # a timestamp authority: signatures become PAdES B-T
PKCS11_MODULE = env.env_str("SATUPINTU_PKCS11_MODULE", "")
PKCS11_TOKEN = env.env_str("SATUPINTU_PKCS11_TOKEN", "")
BSRE_URL = env.env_str("SATUPINTU_BSRE_URL", "")
BSRE_USER = env.env_str("SATUPINTU_BSRE_USER", "")
BSRE_PASSWORD = env.env_secret("SATUPINTU_BSRE_PASSWORD")

# --- Who signs in -----------------------------------------------------------------------
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "satupintu.people.backends.PasswordBackend",
    "satupintu.people.backends.CodeBackend",
]
LOGIN_URL = "/masuk/"
LOGIN_REDIRECT_URL = "/"
STAFF_MFA_REQUIRED = env.env_bool("SATUPINTU_STAFF_MFA", default=not DEMO)

# Sign-in runs on django-allauth's flows under our own pages (satupintu.people, satupintu.messaging.adapter).
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0  # as people.access.client_address
ACCOUNT_ADAPTER = "satupintu.messaging.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by a code before it is stored
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "satupintu.people.mfa.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "satupintu.people.forms.SecondFactorForm",
    "reauthenticate": "satupintu.people.forms.SecondFactorAgainForm",
    "activate_totp": "satupintu.people.forms.ActivateTotpForm",
    "add_webauthn": "satupintu.people.forms.PasskeyForm",
    "login_webauthn": "satupintu.people.forms.PasskeySignInForm",
    "authenticate_webauthn": "satupintu.people.forms.PasskeyFactorForm",
    "reauthenticate_webauthn": "satupintu.people.forms.PasskeyAgainForm",
}
ACCOUNT_FORMS = {"reauthenticate": "satupintu.people.forms.PasswordAgainForm"}
MFA_TOTP_TOLERANCE = 1  # telephones with a clock up to half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # http://localhost in a demo

# --- Static files -----------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# Telephones and mailboxes of a demo, behind the wire formats of WhatsApp, Kannel, Asterisk and SMTP; 0: none.
HANDSETS_PORT = env.env_int("SATUPINTU_HANDSETS_PORT", 0) if DEMO else 0

# --- E-mail -----------------------------------------------------------------------------
EMAIL_HOST = env.env_str("SATUPINTU_SMTP_HOST", "127.0.0.1" if HANDSETS_PORT else "")
EMAIL_PORT = env.env_int(
    "SATUPINTU_SMTP_PORT", simulated.mail_port(HANDSETS_PORT) if HANDSETS_PORT else 25
)
EMAIL_HOST_USER = env.env_str("SATUPINTU_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.env_secret("SATUPINTU_SMTP_PASSWORD")
EMAIL_USE_TLS = env.env_bool("SATUPINTU_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.env_str("SATUPINTU_MAIL_FROM", "Satu Pintu <satupintu@localhost>")

# --- Channels ---------------------------------------------------------------------------
CHANNELS = env.env_list(
    "SATUPINTU_CHANNELS",
    [
        "smtp",
        *(["whatsapp_cloud", "kannel", "asterisk", "imap"] if HANDSETS_PORT else []),
        "demo",
        "webchat",
        "webpush",
    ],
)
# Conversations that a web process keeps a stream open for at a time, each with a thread.
LIVE_STREAMS = env.env_int("SATUPINTU_LIVE_STREAMS", 4)
MONTHLY_BUDGETS = env.env_numbers("SATUPINTU_MONTHLY_BUDGETS")
BUDGET_SPENT = env.env_choice("SATUPINTU_BUDGET_SPENT", "go_on", ["go_on", "next_channel"])
QUIET_HOURS = env.env_hours("SATUPINTU_QUIET_HOURS", "20:00-07:00")

# --- Logs -------------------------------------------------------------------------------
LOGGING_CONFIG = "satupintu.config.logs.configure"
LOGGING: dict[str, Any] = {
    "level": env.env_choice(
        "SATUPINTU_LOG", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    ),
    "shape": env.env_choice("SATUPINTU_LOG_SHAPE", "text", ("text", "json")),
}

# --- What is made when it is missing: last, so that a setting that is refused leaves nothing -------
os.umask(0o077)  # the database and the files are nobody else's
if keys.making.allowed:
    keys.make_private_folder(HOME)
    FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = env.env_secret("SATUPINTU_SECRET_KEY") or keys.read_or_make_secret(KEYS / "secret.key")
if HANDSETS_PORT:
    for _name, _value in simulated.environment(HANDSETS_PORT, SECRET_KEY, HOME / "sounds").items():
        os.environ.setdefault(_name, _value)
# Encrypts identity numbers and telephones. None: made by its first use, but only in a database that needs none yet.
FIELD_KEYS = keys.read_ring(KEYS / "field.keys")
if not PAYMENT_SECRET:  # office and simulator share it; a true provider gives its own
    PAYMENT_SECRET = hmac.new(SECRET_KEY.encode(), b"satupintu.payments", "sha256").hexdigest()

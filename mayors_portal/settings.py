"""Settings of the portal, read from environment variables (all listed in .env.example).

A value that cannot be used stops the start with a sentence that says which variable is wrong and why.
"""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvValidationError, validate
from import_export.formats.base_formats import CSV, XLSX

from . import embedded, logs, reporting

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(eager=False)
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# -- What the environment says ------------------------------------------------------------------

PRODUCTION: bool = not env.bool("DEBUG", True)
DEBUG: bool = env.bool("ERROR_DETAILS", False) and not PRODUCTION
SECRET_KEY: str = env.str("SECRET_KEY", "")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
SITE_URL: str = env.str(
    "SITE_URL", f"http://localhost:{env.int('PORT', 8000)}", validate=validate.URL(require_tld=False)
)
OC4IDS_UNREGISTERED = "oc4ids-000000"
OC4IDS_PREFIX: str = (
    env.str(  # https://standard.open-contracting.org/infrastructure/latest/en/guidance/identifiers/
        "OC4IDS_PREFIX", OC4IDS_UNREGISTERED, validate=validate.Regexp(r"oc4ids-[a-z0-9]{6}\Z")
    )
)
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(0, 10))
HTTPS: bool = env.bool("HTTPS", PRODUCTION)
VAR = Path(env.str("VAR", str(BASE_DIR / "var"))).expanduser().resolve()
DATABASE_URL: str = env.str("DATABASE_URL", "", validate=validate.Regexp("^(postgres(ql)?://.+)?$"))
REDIS_URL: str = env.str("REDIS_URL", "", validate=validate.Regexp("^((rediss?|unix)://.+)?$"))
PORT: int = env.int("PORT", 8000, validate=validate.Range(1, 65535))
HOST: str = env.str("HOST", "127.0.0.1")
WEB_WORKERS: int = env.int("WEB_WORKERS", 2, validate=validate.Range(1, 64))
TASK_WORKERS: int = env.int("TASK_WORKERS", 1, validate=validate.Range(1, 64))
STATEMENT_TIMEOUT: int = env.int("STATEMENT_TIMEOUT", 10, validate=validate.Range(0, 3600))  # seconds
EMAIL_URL: str = env.str("EMAIL_URL", "smtp://localhost:25" if PRODUCTION else "console:")
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "Mayors' Portal <noreply@localhost>")
LOG_LEVEL: str = env.str(
    "LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
)
LOG_FORMAT: str = env.str(
    "LOG_FORMAT", "json" if PRODUCTION else "plain", validate=validate.OneOf(["json", "plain"])
)
LOG_REQUESTS: bool = env.bool("LOG_REQUESTS", PRODUCTION)
SLOW_QUERY_MS: int = env.int(
    "SLOW_QUERY_MS", 0 if DEBUG else 500, validate=validate.Range(0, 3_600_000)
)  # 0: never
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "", validate=validate.Regexp(r"^(\S{16,})?$"))
_METRICS_NETWORKS: list[str] = env.list("METRICS_NETWORKS", ["127.0.0.0/8", "::1"])
SENTRY_DSN: str = env.str("SENTRY_DSN", "", validate=validate.Regexp("^(https?://.+)?$"))
MAINTENANCE: bool = env.bool("MAINTENANCE", False)
EXPOSURE_LIMIT: int = env.int("EXPOSURE_LIMIT", 10, validate=validate.Range(1, 100_000))  # top tens
API_REQUESTS_A_MINUTE: int = env.int("API_REQUESTS_A_MINUTE", 300, validate=validate.Range(0, 1_000_000))
DUMP_DAYS: int = env.int("DUMP_DAYS", 7, validate=validate.Range(1, 3650))
EXTRA_COUNTRIES: list[str] = env.list("EXTRA_COUNTRIES", ["TR", "CY", "GE", "AM", "AZ"])
EXCLUDED_COUNTRIES: list[str] = env.list("EXCLUDED_COUNTRIES", ["RU", "BY"])

try:
    env.seal()
except EnvValidationError as error:
    faults: dict[str, list[str]] = error.error_messages  # type: ignore[assignment]
    reasons = "; ".join(f"{name}: {' '.join(messages)}" for name, messages in faults.items())
    raise ImproperlyConfigured(f"These environment variables cannot be used. {reasons}") from error

if PRODUCTION and not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be set when DEBUG=0: a long random string, kept secret.")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must be set when DEBUG=0, for instance portal.example.org.")
try:
    METRICS_NETWORKS = [ip_network(network.strip()) for network in _METRICS_NETWORKS]
except ValueError as error:
    raise ImproperlyConfigured(f"METRICS_NETWORKS cannot be used: {error}.") from error
if not PRODUCTION:
    SECRET_KEY = SECRET_KEY or "for-development-only-" + "x" * 40
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]", "testserver"]

# -- Applications ---------------------------------------------------------------------------------

OWN_APPS = ["accounts", "cities", "projects", "partnerships", "events", "knowledge", "public"]
"""The portal's own, each of which imports those before it only."""
INSTALLED_APPS = [
    *OWN_APPS,
    "allauth",  # before Django's own: the first catalogue with a word translates it
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "mayors_portal",
    "import_export",
    "django_filters",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "mayors_portal.request_tracing.TracingMiddleware",
    "csp.middleware.CSPMiddleware",  # above what answers by itself: static files have a policy too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mayors_portal.middleware.MaintenanceMiddleware",
    "public.api.middleware.OpenApiMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # what is public says so: login_not_required
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mayors_portal.middleware.ActivityMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mayors_portal.middleware.PrivatePagesMiddleware",
    "mayors_portal.middleware.PlainAddressMiddleware",
]

ROOT_URLCONF = "mayors_portal.urls"
WSGI_APPLICATION = "mayors_portal.wsgi.application"
ASGI_APPLICATION = "mayors_portal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "mayors_portal.context.portal",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT_PROCESSORS},
    },
    {
        # Only the directories' result blocks: what htmx swaps and what must be fast.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "mayors_portal.jinja.environment"},
    },
]

# -- Data stores ----------------------------------------------------------------------------------

try:
    DATABASE_URL = DATABASE_URL or embedded.postgres_url(VAR)
    REDIS_URL = REDIS_URL or embedded.valkey_url(VAR)
except embedded.EmbeddedServerError as error:
    raise ImproperlyConfigured(str(error)) from error

try:
    database: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL))
    email = dj_email_url.parse(EMAIL_URL)
    DELIVERY_BACKEND = email["EMAIL_BACKEND"]
except (ValueError, KeyError) as error:
    raise ImproperlyConfigured(f"DATABASE_URL or EMAIL_URL cannot be used: {error}") from error

DATABASES = {
    "default": {
        **database,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,  # without it, errors follow a restart of PostgreSQL
        "OPTIONS": {
            **database.get("OPTIONS", {}),
            "connect_timeout": 5,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT}s -c lock_timeout=5s",
        },
    }
}

REDIS_TIMEOUT = 3  # seconds; without it a hanging server is waited for without end
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT},
    },
    "pictures": {  # for sharing: some 60 kB each, drawn again when they fall out
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "pictures",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}

# -- Celery -----------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
if REDIS_URL.startswith("unix://"):  # kombu's way of writing a Unix socket and its database
    CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")

CELERY_TASK_IGNORE_RESULT = True  # progress and results live in PostgreSQL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # acks_late alone loses the task of a killed child
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 15 * 60
CELERY_TASK_TIME_LIMIT = 16 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 20 * 60,  # above the hard limit, or a healthy task is started again
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_timeout": REDIS_TIMEOUT,
    "socket_connect_timeout": REDIS_TIMEOUT,
    "global_keyprefix": "celery-",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "pick up pending scoring jobs": {
        "task": "partnerships.tasks.run_pending_scoring_jobs",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "pick up matching rounds that wait": {
        "task": "partnerships.tasks.solve_matching_rounds",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "make schedules of meetings that wait": {
        "task": "events.tasks.make_schedules",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "tell participants of events what has changed in their agendas": {
        "task": "events.tasks.tell_of_changed_agendas",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "work out previews of weights that wait": {
        "task": "partnerships.tasks.preview_weights",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "make documents as PDF that wait": {
        "task": "partnerships.tasks.make_papers",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "tell of new matches, calls and projects": {
        "task": "partnerships.tasks.look_for_news",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "bring the search up to date": {
        "task": "public.tasks.bring_search_up_to_date",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "write invitations that wait": {
        "task": "partnerships.tasks.send_invitations",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "write invitations of guests that wait": {
        "task": "events.tasks.write_guest_invitations",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "erase addresses of guests": {
        "task": "events.tasks.forget_guests_addresses",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    "note invitations that are too old": {
        "task": "partnerships.tasks.tidy_invitations",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "work on lists of projects that wait": {
        "task": "projects.tasks.work_on_imports",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "forget lists of projects that are too old": {
        "task": "projects.tasks.tidy_imports",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "send letters that wait": {
        "task": "accounts.tasks.send_letters",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "write daily and weekly letters": {
        "task": "accounts.tasks.send_digests",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "make the nightly files": {
        "task": "public.tasks.build_dumps",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "look at saved searches": {
        "task": "cities.tasks.look_at_searches",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "forget old notifications": {
        "task": "accounts.tasks.forget_notifications",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    "forget sessions, accounts never confirmed, evidence and edits that are too old": {
        "task": "accounts.tasks.forget_what_is_over",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    "tell members of articles that became public": {
        "task": "knowledge.tasks.tell_of_news",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "erase messages to the administrators that are too old": {
        "task": "knowledge.tasks.erase_contact_messages",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    "remind participants of requests and meetings": {
        "task": "events.tasks.remind_of_meetings",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "remind of interests, and let them expire": {
        "task": "partnerships.tasks.pass_time",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "remind of memoranda that end soon": {
        "task": "partnerships.tasks.remind_of_renewals",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "keep the figures of the day": {
        "task": "public.tasks.keep_daily_figures",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "count the files that people have sent": {
        "task": "mayors_portal.tasks.measure_files",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "delete accounts whose time of grace is over": {
        "task": "accounts.tasks.delete_accounts",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}

# -- Accounts -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
_PASSWORDS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": f"{_PASSWORDS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_PASSWORDS}.MinimumLengthValidator"},
    {"NAME": f"{_PASSWORDS}.CommonPasswordValidator"},
    {"NAME": f"{_PASSWORDS}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"  # in the language one reads; "/" would be English
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
USERSESSIONS_TRACK_ACTIVITY = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_RATE_LIMITS = {
    "apply": "30/d/user",
    "invite": "50/d/user",
    "import": "50/d/user",
    "guest": "300/d/user",
    "contact": "5/h/ip,200/d/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# -- Files in the administration ------------------------------------------------------------------------

IMPORT_EXPORT_FORMATS = [CSV, XLSX]
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.CacheStorage"  # shared by all web machines

# -- Languages and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("uk", _("Ukrainian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

# -- Static files -----------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {  # what only reviewers may see: no address leads here
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "private"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"

# -- Security -----------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked for inside, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "mayors_portal.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1500  # a table of 60 funding sources

# -- Mail and logs ------------------------------------------------------------------------------------

vars().update(email)
EMAIL_BACKEND = "accounts.letters.OutboxBackend"  # the worker sends by DELIVERY_BACKEND
EMAIL_TIMEOUT = 10

LOGGING = logs.configuration(LOG_FORMAT, LOG_LEVEL, LOG_REQUESTS)
if SENTRY_DSN:
    reporting.start(SENTRY_DSN)
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR / "metrics"))
os.environ.setdefault("NUMBA_CACHE_DIR", str(VAR / "numba"))

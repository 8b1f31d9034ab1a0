"""Settings of the tests: the portal's own, on servers and folders of their own."""

import os
from pathlib import Path

os.environ["VAR"] = os.environ.get("TEST_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ.setdefault("LOG_LEVEL", "ERROR")
for not_in_tests in ("SECRET_KEY", "ALLOWED_HOSTS", "HTTPS", "MAINTENANCE", "ERROR_DETAILS", "SENTRY_DSN"):
    os.environ.pop(not_in_tests, None)
os.environ["DEBUG"] = "1"

from mayors_portal.settings import *  # noqa: E402, F403
from mayors_portal.settings import CACHES, CELERY_BROKER_URL, DATABASES, REDIS_URL, STORAGES  # noqa: E402

ALLOWED_HOSTS = ["*"]

# Each process of a parallel run has a Valkey database of its own.
REDIS_DATABASE = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CACHES["default"]["LOCATION"] = f"{REDIS_URL}?db={REDIS_DATABASE}"
CELERY_BROKER_URL = f"{CELERY_BROKER_URL}?virtual_host={REDIS_DATABASE}"

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; nobody's password is kept
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# A worker that a test starts as a process of its own works on that test's database.
if "TEST_DATABASE" in os.environ:
    DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]

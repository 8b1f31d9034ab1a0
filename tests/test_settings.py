"""Settings come from the environment, and what cannot be used stops the start with a clear sentence."""

import os
import re
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {"DEBUG": "0", "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "portal.example.org"}
SERVERS = {"DATABASE_URL": "postgres://u:p@db/portal", "REDIS_URL": "redis://cache:6379/0"}


HOST = "from mayors_portal import settings; print(settings.DATABASES['default']['HOST'])"


def start(program=HOST, **variables):
    """Run a program that imports the settings, in a process of its own; the exit code and what it printed."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**kept, **SERVERS, **variables},
        capture_output=True,
        text=True,
    )
    return answer.returncode, answer.stdout + answer.stderr


def test_other_servers_are_used_where_they_are_named():
    assert start(**PRODUCTION) == (0, "db\n")


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(missing):
    code, output = start(**{**PRODUCTION, missing: ""})
    assert code != 0
    assert f"{missing} must be set" in output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("PORT", "99999"),
        ("STATEMENT_TIMEOUT", "-1"),
        ("SITE_URL", "nowhere"),
        ("LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "oracle://x"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name, value):
    code, output = start(**{name: value})
    assert code != 0
    assert "ImproperlyConfigured" in output
    assert name in output.splitlines()[-1]


def test_the_example_lists_every_variable():
    settings = (ROOT / "mayors_portal" / "settings.py").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.(?:bool|int|str|list)\(\s*"(\w+)"', settings))
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == read
    assert {
        name
        for row in re.findall(r"^\| (`[A-Z_`, ]+) \|", readme, re.MULTILINE)
        for name in re.findall(r"[A-Z_]+", row)
    } == read


def test_production_is_closed():
    secure = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"]
    hsts = ["SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    names = ["DEBUG", *secure, *hsts, "SECURE_PROXY_SSL_HEADER", "PASSWORD_HASHERS"]
    program = f"from django.conf import settings; print([getattr(settings, name) for name in {names}])"
    code, output = start(program, **PRODUCTION, DJANGO_SETTINGS_MODULE="mayors_portal.settings")
    assert code == 0, output
    debug, *closed, seconds, subdomains, forwarded, hashers = literal_eval(output)
    assert (debug, closed, subdomains) == (False, [True] * 4, True)
    assert seconds >= 365 * 24 * 3600
    assert forwarded is None  # nobody's header passes for TLS where no proxy is trusted
    assert hashers[0].endswith("PBKDF2PasswordHasher")

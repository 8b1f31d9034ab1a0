"""`manage.py doctor`: every check finds its fault, says how to mend it, and the exit code tells."""

import json
import socket
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.utils import timezone
from redis import ConnectionError

from accounts import heartbeat
from accounts.tests.factories import StaffFactory
from mayors_portal import doctor
from mayors_portal.doctor import Level, files, servers

pytestmark = pytest.mark.django_db

PRODUCTION = {
    "PRODUCTION": True,
    "HTTPS": True,
    "SECRET_KEY": "k3y-9zQ" * 10,
    "ALLOWED_HOSTS": ["portal.example.org"],
    "SITE_URL": "https://portal.example.org",
    "TRUSTED_PROXIES": 1,
    "DEFAULT_FROM_EMAIL": "noreply@portal.example.org",
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}


@pytest.fixture
def production(settings):
    """Settings as on a server, in good order."""
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    return settings


def told(check):
    """The findings of one check as one text, and the worst level."""
    found = doctor.examine([check])[check]
    assert all(finding.mend for finding in found if finding.level)
    return " / ".join(finding.what for finding in found), max(finding.level for finding in found)


def assert_error(check, words):
    text, level = told(check)
    assert words in text
    assert level == Level.ERROR


def assert_in_order(check):
    assert told(check) == ("in order", Level.OK)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("SESSION_COOKIE_SECURE", False, "SESSION_COOKIE_SECURE"),
        ("ALLOWED_HOSTS", ["*"], "has *"),
        ("ALLOWED_HOSTS", ["other.example.org"], "is not in ALLOWED_HOSTS"),
        ("SITE_URL", "http://portal.example.org", "led to HTTPS"),
        ("HTTPS", False, "readable"),
        ("TRUSTED_PROXIES", 0, "does not believe"),
        ("DEFAULT_FROM_EMAIL", "noreply@localhost", "refuse"),
        ("PRODUCTION", False, "laptop"),
    ],
)
def test_settings(production, name, value, words):
    assert_in_order("settings")
    setattr(production, name, value)
    text, level = told("settings")
    assert words in text
    assert level


def test_database(monkeypatch):
    assert_in_order("database")
    monkeypatch.setattr(servers, "postgres_version", lambda: 14)
    assert_error("database", "PostgreSQL 14 is too old")
    monkeypatch.undo()
    later = timezone.now() + timedelta(seconds=60)
    monkeypatch.setattr(servers.timezone, "now", lambda: later)
    assert_error("database", "s apart")
    monkeypatch.undo()
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    assert_error("database", "missing: pg_trgm")

    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    assert_error("database", "connection refused")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM django_migrations WHERE app = 'accounts' AND name >= '0008'", "older"),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cities', '9999_later', now())",
            "newer",
        ),
    ],
)
def test_migrations(statement, words):
    assert_in_order("migrations")
    with connection.cursor() as cursor:
        cursor.execute(statement)
    text, level = told("migrations")
    assert words in text
    assert level


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("redis_version", "6.2.1", "too old"),
        ("maxmemory_policy", "allkeys-lru", "throw away"),
        ("aof_enabled", 0, "keeps no log"),
        ("aof_last_write_status", "err", "cannot write"),
    ],
)
def test_valkey(monkeypatch, name, value, words):
    assert_in_order("valkey")
    answer = {**servers.client().info(), name: value}
    monkeypatch.setattr(type(servers.client()), "info", lambda self: answer)
    text, level = told("valkey")
    assert words in text
    assert level

    def refuse(self):
        raise ConnectionError("no route")

    monkeypatch.setattr(type(servers.client()), "info", refuse)
    assert_error("valkey", "no route")


@pytest.mark.parametrize("sign", [heartbeat.Sign.WORKER, heartbeat.Sign.SCHEDULER])
def test_worker_and_scheduler(monkeypatch, sign):
    assert_error(sign, "as far as Valkey knows")
    heartbeat.note(sign)
    assert_in_order(sign)
    later = timezone.now() + timedelta(minutes=3)
    monkeypatch.setattr(servers.timezone, "now", lambda: later)
    assert_error(sign, "since 2")


def test_mail(production):
    production.DELIVERY_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert_error("mail", "they go to console")
    production.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    production.EMAIL_HOST, production.EMAIL_USE_TLS = "127.0.0.1", False
    with socket.create_server(("127.0.0.1", 0)) as server:
        production.EMAIL_PORT = server.getsockname()[1]
        threading.Thread(target=greet, args=(server,), daemon=True).start()
        assert_in_order("mail")
    assert_error("mail", "refused")


def greet(server):
    """Speak as much SMTP as a visitor needs who says hello and goes."""
    visitor, _ = server.accept()
    with visitor:
        for line in (b"220 here", b"250 hello", b"221 bye"):
            visitor.sendall(line + b"\r\n")
            visitor.recv(100)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, "in order"),
        (301, "leads to itself"),
        (400, "unknown"),
        (502, "answers 502"),
        (None, "not answer"),
    ],
)
def test_site(production, status, words):
    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Location", production.SITE_URL + "/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Site) as site:
        production.SITE_URL = f"http://127.0.0.1:{site.server_port}"
        if status:
            threading.Thread(target=site.handle_request, daemon=True).start()
        else:
            site.server_close()
        text, level = told("site")
    assert words in text
    assert bool(level) == (status != 200)


def test_folders(settings, tmp_path, monkeypatch):
    settings.VAR = tmp_path
    assert_in_order("folders")
    for free, expected in ((2 * 2**30, Level.WARNING), (2**29, Level.ERROR)):
        monkeypatch.setattr(files.shutil, "disk_usage", lambda folder, free=free: SimpleNamespace(free=free))
        text, level = told("folders")
        assert "GB are free" in text
        assert level == expected
    monkeypatch.undo()
    monkeypatch.setattr(files.tempfile, "TemporaryFile", no_space)
    assert_error("folders", "No space left")


def no_space(**arguments):
    raise OSError(28, "No space left on device")


def test_static_files(production, tmp_path):
    production.STATIC_ROOT = tmp_path
    assert_error("static files", "were not collected")
    names = {name: name for finder in files.get_finders() for name, _ in finder.list([])}
    (tmp_path / "staticfiles.json").write_text(json.dumps({"paths": names}))
    assert_in_order("static files")
    del names["css/portal.css"]
    (tmp_path / "staticfiles.json").write_text(json.dumps({"paths": names}))
    assert_error(
        "static files", "1 static files of this release were not collected, for instance css/portal.css"
    )


def test_translations(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    catalogue = tmp_path / "locale/uk/LC_MESSAGES/django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    assert_error("translations", "django.po was not compiled")
    catalogue.with_suffix(".mo").touch()
    assert_in_order("translations")


def test_pango(monkeypatch):
    assert_in_order("pango")

    class NoPango:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint")
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    assert_error("pango", "libpango")


def test_reference_data():
    assert_error("reference data", "no cities")


def test_administrators():
    assert_error("administrators", "no administrator")
    StaffFactory(is_superuser=True)
    assert_in_order("administrators")
    admin = StaffFactory(is_superuser=True, second_factor=False)
    text, level = told("administrators")
    assert admin.email in text
    assert level == Level.WARNING


def test_the_command_prints_what_to_do_and_fails(capsys):
    with pytest.raises(CommandError, match="1 to mend"):
        call_command("doctor", "reference data", "pango")
    printed = capsys.readouterr().out
    assert "ERROR    reference data: there are no cities" in printed
    assert "-> Run: manage.py load_cities" in printed
    assert "ok       pango: in order" in printed
    call_command("doctor", "pango", "--json")
    assert json.loads(capsys.readouterr().out) == [
        {"check": "pango", "level": "ok", "what": "in order", "mend": ""}
    ]


def test_a_check_that_breaks_does_not_stop_the_others(monkeypatch):
    def broken():
        raise ZeroDivisionError

    monkeypatch.setitem(doctor.CHECKS, "settings", broken)
    found = doctor.examine(["settings", "pango"])
    assert "ZeroDivisionError" in found["settings"][0].what
    assert found["pango"][0].level == Level.OK

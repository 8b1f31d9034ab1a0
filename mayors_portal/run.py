"""`make run`: prepare everything, then serve pages, work through tasks and keep the schedule.

    python -m mayors_portal.run

Starts the portal's own PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others), brings
the database up to date, loads what is missing, and runs web server, worker and scheduler until it is
stopped by Ctrl-C, SIGTERM or the end of the terminal. It stops what it started.
"""

import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from honcho.manager import Manager

START = time.monotonic()


def main() -> int:
    """Run the portal; the exit code of the first process that fails, 0 when stopped."""
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    signal.signal(signal.SIGTERM, _stop_before_serving)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")
    try:
        with step("Starting PostgreSQL and Valkey"):
            settings.DATABASES  # noqa: B018 - the first look at the settings starts the servers
    except ImproperlyConfigured as error:
        return _refuse(str(error))
    if problem := port_problem(settings.HOST, settings.PORT):
        return _refuse(problem)
    django.setup()
    prepare()
    return serve()


def port_problem(host: str, port: int) -> str:
    """Why the address cannot be listened on, as a sentence; empty where it can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: make run PORT={port + 1}"
    return ""


def prepare() -> None:
    """Bring database, translations and static files up to date; load what a new portal lacks."""
    from cities.models import City, CityProfile
    from partnerships.models import CityMatch, ScoringJob

    with step("Updating the database"):
        call_command("migrate", interactive=False, verbosity=0)
    with step("Compiling translations"):
        call_command("messages", "compile")
    with step("Collecting static files"):
        call_command("collectstatic", interactive=False, verbosity=0)
    if not City.objects.exists():
        with step("Loading the cities of Europe (about a minute)"):
            call_command("load_cities")
    if settings.DEBUG and not CityProfile.objects.exists():
        with step("Loading demonstration members"):
            call_command("load_demo")
    if not CityMatch.objects.exists():
        ScoringJob.objects.ask_for_all()


def serve() -> int:
    """Run web server, worker and scheduler until stopped."""
    django.db.connections.close_all()
    manager = Manager()
    for name, command in processes().items():
        manager.add_process(name, command, env=child_environment(), quiet=False)
    threading.Thread(target=announce, daemon=True).start()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # from here the manager takes the signals
    signal.signal(signal.SIGHUP, _pass_on_as_sigterm)
    manager.loop()
    stopped_by_signal = manager.returncode in (130, 143, -signal.SIGINT, -signal.SIGTERM)
    return 0 if stopped_by_signal else int(manager.returncode or 0)


def processes() -> dict[str, str]:
    """Name and command line of each process."""
    python = sys.executable
    celery = f"{python} -m celery -A mayors_portal"
    return {
        "web": (
            f"exec {python} -m gunicorn mayors_portal.wsgi --bind {settings.HOST}:{settings.PORT} "
            f"--workers {settings.WEB_WORKERS} --worker-class gthread --threads 4 --graceful-timeout 5 "
            "--max-requests 100000 --max-requests-jitter 10000 --log-level warning"
        ),
        "worker": (
            f"exec {celery} worker --concurrency {settings.TASK_WORKERS} "
            "--without-gossip --without-mingle --loglevel WARNING"
        ),
        "beat": f"exec {celery} beat --schedule {settings.VAR / 'celerybeat'} --pidfile= --loglevel WARNING",
    }


def child_environment() -> dict[str, str]:
    """The environment of the processes: ours, with the servers' addresses."""
    return {**os.environ, "DATABASE_URL": settings.DATABASE_URL, "REDIS_URL": settings.REDIS_URL}


def announce() -> None:
    """Wait for the first answer, then print the address and the demonstration sign-ins."""
    from cities.demo import DEMO_SIGN_INS

    address = f"http://{'localhost' if settings.HOST in ('127.0.0.1', '0.0.0.0') else settings.HOST}:{settings.PORT}/"  # noqa: S104
    while not _answers(f"http://{settings.HOST}:{settings.PORT}/healthz"):
        time.sleep(0.1)
    lines = ["", f"  Mayors' Portal is running: {address}   (ready after {time.monotonic() - START:.1f} s)"]
    if settings.DEBUG:
        lines += ["", "  Demonstration sign-ins:"]
        lines += [f"    {role:<28} {email:<34} {password}" for role, email, password in DEMO_SIGN_INS]
    print("\n".join([*lines, "", "  Ctrl-C stops it.", ""]), flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"{title} ...", flush=True)
    began = time.monotonic()
    yield
    print(f"  done in {time.monotonic() - began:.1f} s", flush=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except OSError:
        return False


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr, flush=True)
    return 2


def _stop_before_serving(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _pass_on_as_sigterm(number: int, frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())

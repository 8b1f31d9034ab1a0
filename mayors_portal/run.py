"""`make run`: prepare everything, then serve pages, work through tasks and keep the schedule.

    python -m mayors_portal.run

Starts the portal's own PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others), brings
the database up to date, loads what is missing, and runs web server, worker and scheduler until Ctrl-C,
SIGTERM or the end of the terminal. It stops everything it started, and so it does when one of the
processes ends by itself.
"""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

import django
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import RedisError

BEGAN = time.monotonic()
GRACE = 10  # seconds a process has to end before it is killed
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ROOT_WARNING = "You're running the worker with superuser privileges"  # as one does in a container
PR_SET_PDEATHSIG = 1  # Linux: the signal a process gets when its parent dies


class Stopped(BaseException):
    """Somebody asked the portal to stop."""


class Refused(Exception):
    """The portal cannot run; the message says why and what to do."""


def main() -> int:
    """Run the portal. Exit code: 0 stopped on request, 1 a process ended by itself, 2 cannot start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")
    for number in STOP_SIGNALS:
        signal.signal(number, _raise_stopped)
    processes = Processes()
    try:
        prepare(processes)
        serve(processes)
    except Stopped:
        return 0
    except (Refused, ImproperlyConfigured) as error:
        say(str(error))
        return 2
    except ProcessEndedError as error:
        say(f"{error} Everything else is stopped too.")
        return 1
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # what follows must not be interrupted
        say("Stopping ...")
        processes.stop()
        with suppress(ImproperlyConfigured):
            connection.close()


# -- What must be done before serving ---------------------------------------------------------------


def prepare(processes: "Processes") -> None:
    """Bring database, translations and static files up to date; load what a new portal lacks."""
    with step("Starting PostgreSQL and Valkey"):
        settings.DATABASES  # noqa: B018 - the first look at the settings starts the servers
    refuse_a_busy_port(settings.HOST, settings.PORT)
    django.setup()
    refuse_dead_servers()

    from cities.demo import load_new_parts
    from cities.models import City, CityProfile

    with step("Updating the database"):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        call_command("messages", "compile")
    with step("Collecting static files"):
        call_command("collectstatic", interactive=False, verbosity=0)
    if not City.objects.exists():
        with step("Loading the cities of Europe"):
            processes.run("manage.py", "load_cities")
    if not settings.PRODUCTION and not CityProfile.objects.exists():
        with step("Loading demonstration members"):
            processes.run("manage.py", "load_demo")
    elif not settings.PRODUCTION:
        load_new_parts(sign_ins=True)
    ask_for_first_matches()
    connection.close()


def refuse_a_busy_port(host: str, port: int) -> None:
    """Raise Refused with a sentence that helps, where the address cannot be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} on {host} cannot be used: {error.strerror}. "
                f"Choose another, for instance: make run PORT={port % 65535 + 1}"
            ) from error


def refuse_dead_servers() -> None:
    """Raise Refused where PostgreSQL or Valkey does not answer."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise Refused(f"The database does not answer. Is DATABASE_URL right? {error}") from error
    try:
        cache.get("run")
    except RedisError as error:
        raise Refused(f"Valkey does not answer. Is REDIS_URL right? {error}") from error


def ask_for_first_matches() -> None:
    """Have the worker score all cities as soon as it runs, where no city has been scored yet."""
    from partnerships.models import CityMatch, ScoringJob
    from partnerships.tasks import run_pending_scoring_jobs

    if not CityMatch.objects.exists():
        ScoringJob.objects.get_or_create(city=None, state=ScoringJob.State.PENDING, attempts=0)
        run_pending_scoring_jobs.apply_async()


# -- Serving ------------------------------------------------------------------------------------------


def serve(processes: "Processes") -> NoReturn:
    """Start the web server, and when it answers the worker and the scheduler; watch over them.

    Raises ProcessEndedError when one of them ends by itself.
    """
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    celery = ("-W", f"ignore:{ROOT_WARNING}", "-m", "celery", "--app", "mayors_portal", "--quiet")
    with step("Starting the web server"):
        processes.start(
            "The web server",
            *("-m", "gunicorn", "mayors_portal.wsgi", "--bind", f"{host}:{settings.PORT}"),
            *("--workers", str(settings.WEB_WORKERS), "--worker-class", "gthread", "--threads", "4"),
            *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
        )
        while not page_is_served(settings.HOST, settings.PORT):
            processes.check()
            time.sleep(0.1)
    processes.start(
        "The worker",
        *(*celery, "worker", "--concurrency", str(settings.TASK_WORKERS), "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle"),
    )
    schedule = str(settings.VAR / "celerybeat")
    processes.start(
        "The scheduler", *celery, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING"
    )
    announce()
    while True:
        processes.check()
        time.sleep(0.5)


def page_is_served(host: str, port: int) -> bool:
    """Whether the home page is answered, with whatever status: production may redirect to HTTPS."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask, not where to listen
    asker = http.client.HTTPConnection(everywhere.get(host, host), port, timeout=30)
    try:
        asker.request("GET", "/")
        asker.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asker.close()
    return True


def announce() -> None:
    """Print the address and, where demonstration members are loaded, their sign-ins."""
    from cities.demo import DEMO_SIGN_INS

    lines = ["", f"Mayors' Portal is running: {settings.SITE_URL}"]
    lines += [f"The first page was served {time.monotonic() - BEGAN:.1f} s after the start.", ""]
    if not settings.PRODUCTION:
        lines += ["Sign-ins for the demonstration (role, e-mail, password):"]
        lines += [f"  {role:<28} {email:<36} {password}" for role, email, password in DEMO_SIGN_INS]
        lines += [
            "Staff are asked for a second factor too: `make demo-code` prints the digits of the moment."
        ]
    say("\n".join([*lines, "", "Ctrl-C stops the portal.", ""]))


class ProcessEndedError(Exception):
    """A process ended that should not have."""


class Processes:
    """The processes of the portal, each in a group of its own, all ended by `stop`.

    A signal typed at the terminal reaches only the runner, which ends the others in good order. Where the
    runner itself is killed, Linux tells the others.
    """

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start Python with these arguments, on the servers this process uses."""
        self.running[name] = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DATABASE_URL": settings.DATABASE_URL,
                "REDIS_URL": settings.REDIS_URL,
                "PYTHONUNBUFFERED": "1",
                "REMAP_SIGTERM": "SIGQUIT",  # the worker gives a task back instead of finishing it
            },
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        return self.running[name]

    def run(self, *arguments: str) -> None:
        """Run Python with these arguments to its end. Raises Refused when it fails."""
        name = " ".join(arguments)
        code = self.start(name, *arguments).wait()
        del self.running[name]
        if code:
            raise Refused(f"{name} failed (exit code {code}); what it said stands above.")

    def check(self) -> None:
        """Raise ProcessEndedError when a process has ended."""
        for name, process in self.running.items():
            if (code := process.poll()) is not None:
                raise ProcessEndedError(f"{name} ended by itself (exit code {code}).")

    def stop(self) -> None:
        """End all processes: politely, and after GRACE seconds by force."""
        for process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in self.running.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()


# -- Small things -------------------------------------------------------------------------------------


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    say(f"{title} ...")
    began = time.monotonic()
    yield
    say(f"  {time.monotonic() - began:.1f} s")


def say(text: str) -> None:
    """Print at once; a terminal that has gone is no reason to fail."""
    with suppress(OSError):
        print(text, flush=True)


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())

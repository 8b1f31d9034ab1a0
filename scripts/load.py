"""`make load`: 200 people with time to think, on the portal's own data, for ten minutes; MINUTES=1 is short.

Starts gunicorn and a worker in production settings on the loaded database, and plays the people by Locust in
a process of its own on the same machine. Fails on any answer of 500 or more, on a 95th percentile of half a
second or more, and when the portal's processes hold a fifth more memory at the end than after a quarter.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from subprocess import STDOUT

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PORT = 8766
PEOPLE = int(os.environ.get("PEOPLE", "200"))
MINUTES = float(os.environ.get("MINUTES", "10"))
SLOWEST_P95 = 500  # ms
MOST_GROWTH = 1.2
EACH = 300  # addresses of a kind


def main() -> None:
    """Play it and judge it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")
    import django

    django.setup()
    folder = Path(tempfile.mkdtemp())
    (folder / "plan.json").write_text(json.dumps(plan()), encoding="utf-8")
    processes = serve(folder / "portal.log")
    try:
        memory = play(folder, processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
    sys.exit(judged(folder / "run_stats.csv", memory))


def plan() -> dict[str, object]:
    """What is asked for: addresses of every kind of public page, and sessions of members."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from cities.models import Mayor
    from public.kinds import KINDS

    pages = {kind.code: [kind.url(one) for one in kind.objects().order_by("pk")[:EACH]] for kind in KINDS}
    sessions = []
    for mayor in Mayor.objects.filter(state=Mayor.State.APPROVED).select_related("user")[:50]:
        session = SessionStore()
        session[SESSION_KEY] = str(mayor.user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = mayor.user.get_session_auth_hash()
        session.create()
        sessions.append(session.session_key)
    return {
        "pages": {code: found for code, found in pages.items() if found},
        "api": ["/api/v1/cities", "/api/v1/projects", "/api/v1/events", "/api/v1/openapi.json"],
        "sessions": sessions,
        "cookie": settings.SESSION_COOKIE_NAME,
    }


def serve(log: Path) -> list["subprocess.Popen[bytes]"]:
    """The web server, which answers already, and a worker, in production settings; they log to a file."""
    from urllib.error import URLError
    from urllib.request import urlopen

    from django.conf import settings
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    environment = {
        **os.environ, "DATABASE_URL": settings.DATABASE_URL, "REDIS_URL": settings.REDIS_URL, "DEBUG": "0",
        "SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "0", "LOG_LEVEL": "ERROR",
        "SITE_URL": "https://portal.example.org",
    }  # fmt: skip
    web = ("gunicorn", "mayors_portal.wsgi", "--workers", "2", "--worker-class", "gthread", "--threads", "4")
    bound = ("--bind", f"127.0.0.1:{PORT}", "--log-level", "error", "--no-control-socket")
    worker = (
        "celery",
        "--app",
        "mayors_portal",
        "--quiet",
        "worker",
        "--concurrency",
        "1",
        "--loglevel",
        "ERROR",
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log.open("a"), stderr=STDOUT
        )
        for command in ((*web, *bound), worker)
    ]
    while True:
        try:
            urlopen(f"http://127.0.0.1:{PORT}/cities/", timeout=60).read()
            return started
        except URLError:
            time.sleep(0.2)


def play(folder: Path, processes: list["subprocess.Popen[bytes]"]) -> list[int]:
    """Have Locust play the people; the portal's memory in MB after a quarter of the time and at the end."""
    command = [
        "-f",
        "scripts/load_users.py",
        "--host",
        f"http://127.0.0.1:{PORT}",
        "--headless",
        "--only-summary",
    ]
    people = ["-u", str(PEOPLE), "-r", "20", "-t", f"{round(60 * MINUTES)}s", "--csv", str(folder / "run")]
    environment = {**os.environ, "LOAD_PLAN": str(folder / "plan.json")}
    locust = subprocess.Popen([sys.executable, "-m", "locust", *command, *people], cwd=ROOT, env=environment)
    held = []
    for seconds in (15 * MINUTES, 40 * MINUTES):
        time.sleep(seconds)
        held.append(sum(map(memory_of, processes)))
    locust.wait()
    return held


def memory_of(process: "subprocess.Popen[bytes]") -> int:
    """What a process and its children hold for themselves, in MB."""
    import psutil

    parent = psutil.Process(process.pid)
    return sum(one.memory_full_info().uss for one in (parent, *parent.children(recursive=True))) // 1_000_000


def judged(file: Path, memory: list[int]) -> int:
    """Print how it went; 0 if all goals are met."""
    with file.open(encoding="utf-8", newline="") as rows:
        total = next(row for row in csv.DictReader(rows) if row["Name"] == "Aggregated")
    p95, failed = int(float(total["95%"])), int(total["Failure Count"])
    print(
        f"\n{PEOPLE} people, {MINUTES:g} minutes: {total['Request Count']} requests, "
        f"{total['Requests/s'][:5]} a second, "
        f"median {total['50%']} ms, 95% within {p95} ms, 99% within {total['99%']} ms, {failed} failed, "
        f"memory {memory[0]} MB then {memory[1]} MB"
    )
    return int(failed > 0 or p95 >= SLOWEST_P95 or memory[1] > MOST_GROWTH * memory[0])


if __name__ == "__main__":
    main()

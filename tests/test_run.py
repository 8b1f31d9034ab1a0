"""`make run`: serves, stops everything it started, and starts again whatever happened before."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
ONE_CITY = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from cities.models import City, CityProfile, Country
from partnerships.models import CityMatch
country = Country.objects.create(code="UA", name_en="Ukraine", name_uk="Україна", languages=["uk"])
place = {"country": country, "population": 1, "latitude": 50, "longitude": 30, "time_zone": "Europe/Kyiv"}
city = City.objects.create(id=1, name="Lviv", slug="lviv", **place)
partner = City.objects.create(id=2, name="Odesa", slug="odesa", **place)
CityProfile.objects.create(city=city)
CityMatch.objects.create(city=city, partner=partner, rank=1, score=1, components=[])
"""


def environment(var, **variables):
    names = ("PATH", "HOME", "LANG")
    return {**{name: os.environ[name] for name in names if name in os.environ}, "VAR": str(var), **variables}


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """A folder whose database is loaded, so that a start has nothing to load."""
    folder = tmp_path_factory.mktemp("run")
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", ONE_CITY]
    subprocess.run(command, cwd=ROOT, env=environment(folder), check=True)
    yield folder
    for process in processes_of(folder):
        process.kill()


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(var):
    """Every living process that was started for the folder: by its command line or its environment."""
    found = []
    for process in psutil.process_iter():
        try:
            told = [*process.cmdline(), process.environ().get("VAR", "")]
            if process.status() != psutil.STATUS_ZOMBIE and any(str(var) in word for word in told):
                found.append(process)
        except psutil.Error:
            continue
    return found


def run(var, port, **variables):
    """Start the portal, with one process for pages unless the variables say otherwise."""
    return subprocess.Popen(
        [sys.executable, "-m", "mayors_portal.run"],
        cwd=ROOT,
        env=environment(var, **{"PORT": str(port), "WEB_WORKERS": "1", **variables}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(portal, words):
    """What the portal prints until the words appear."""
    lines = []
    for line in portal.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def assert_it_serves_and_stops_everything(portal, var, port, stop):
    told = read_until(portal, "Ctrl-C stops")
    assert f"http://localhost:{port}" in told
    assert "demo.example" in told
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
        assert answer.status == 200
    names = [" ".join(process.cmdline()) for process in processes_of(var)]
    for part in ("gunicorn", "worker --concurrency", "beat", "/postgres", "valkey-server"):
        assert any(part in name for name in names), part

    portal.send_signal(stop)
    assert portal.wait(timeout=30) == 0, portal.stdout.read()
    assert processes_of(var) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGHUP])
def test_it_serves_and_stops_everything_it_started(var, port, stop):
    assert_it_serves_and_stops_everything(run(var, port), var, port, stop)


def test_nothing_outlives_a_killed_runner_but_the_servers_which_the_next_start_takes_over(var, port):
    portal = run(var, port, WEB_WORKERS="2")
    read_until(portal, "Ctrl-C stops")
    portal.kill()
    portal.wait()
    deadline = time.monotonic() + 20
    while any("mayors_portal" in " ".join(process.cmdline()) for process in processes_of(var)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert_it_serves_and_stops_everything(run(var, port), var, port, signal.SIGTERM)


def test_it_stops_as_a_whole_when_one_of_its_processes_ends(var, port):
    portal = run(var, port)
    read_until(portal, "Ctrl-C stops")
    next(process for process in processes_of(var) if "beat" in process.cmdline()).kill()
    assert "The scheduler ended by itself" in portal.communicate(timeout=30)[0]
    assert portal.returncode == 1
    assert processes_of(var) == []


def test_a_busy_port_is_a_clear_error(var):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        portal = run(var, port)
        told = portal.communicate(timeout=30)[0]
    assert portal.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in told
    assert f"make run PORT={port + 1}" in told
    assert "Traceback" not in told


def test_servers_that_do_not_answer_are_a_clear_error(var, port):
    portal = run(var, port, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    told = portal.communicate(timeout=30)[0]
    assert portal.returncode == 2
    assert "Is DATABASE_URL right?" in told
    assert "Traceback" not in told

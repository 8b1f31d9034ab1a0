"""Fixtures every app's tests may use: a browser, and a real Celery worker."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module

import psutil
import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser its tests are skipped, or fail where REQUIRE_BROWSER=1 says one must be there."""
    if BROWSER or os.environ.get("REQUIRE_BROWSER") == "1":
        return
    skip = pytest.mark.skip(reason="No Chromium found: browser tests are skipped.")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Each test begins with an empty cache, but one that tests a limit fills it itself."""
    cache.clear()


@pytest.fixture(autouse=True)
def english() -> None:
    """Each test begins in English, whatever page the test before it asked for last."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def fresh_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins without copies of the data in memory, and has them compared at every use.

    What a test writes is rolled back, versions included, so that copies would pass for current ones.
    """
    from cities import directory, page_cache
    from knowledge.news import schedule
    from knowledge.practices import directory as practices
    from partnerships.businesses import directory as businesses
    from partnerships.finance import directory as financial_partners
    from partnerships.partnership import register
    from partnerships.project_matches import asked
    from projects import directory as projects

    monkeypatch.setattr(directory, "SECONDS_BETWEEN_CHECKS", 0.0)
    directory.forget()
    businesses.forget()
    financial_partners.forget()
    projects.forget()
    practices.forget()
    asked.forget()
    register.forget()
    page_cache.forget()
    schedule.forget()


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The database for a whole module: what its fixtures write stays until the last test is over.

    What a test writes is undone at its end as ever. Not for tests that commit.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def admin_client(client):
    """A browser of an administrator who has a second factor."""
    from accounts.tests.factories import StaffFactory

    client.force_login(StaffFactory(is_superuser=True))
    return client


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the session."""
    assert BROWSER, "No Chromium found, and REQUIRE_BROWSER=1 says there must be one."
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in this thread
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server):
    """A page on the portal; the test fails on script errors and on requests to anybody else."""
    context = chromium.new_context(base_url=live_server.url, viewport=DESKTOP)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:", "blob:"))
            else problems.append(f"third party: {request.url}")
        ),
    )
    page.problems = problems
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def worker(transactional_db) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start real Celery workers on the test's database and broker; they end with the test.

    Another Celery application and environment variables may be given.
    """
    started: list[subprocess.Popen[bytes]] = []

    def start(application: str = "mayors_portal", **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", application, "worker", "--concurrency", "1"]
        process = subprocess.Popen(  # noqa: S603 - the portal's own worker
            [*command, "--without-gossip", "--without-mingle", "--loglevel", "WARNING"],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "TEST_DATABASE": _test_database(),
                **variables,
            },
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            kill_family(process)


def kill_family(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all it started, without a chance to finish what they are at."""
    parent = psutil.Process(process.pid)
    for member in [parent, *parent.children(recursive=True)]:
        member.kill()
    process.wait()


def _test_database() -> str:
    return str(connection.settings_dict["NAME"])


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition; fail when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not true after {seconds} s"
        time.sleep(0.1)


@pytest.fixture(autouse=True)
def topics_again(request: pytest.FixtureRequest) -> None:
    """Tests that commit end by emptying every table: what the migrations put there is put back."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if commits or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        add_topics = import_module("cities.migrations.0004_topics").add_topics
        if not apps.get_model("cities", "Topic").objects.exists():
            add_topics(apps, None)

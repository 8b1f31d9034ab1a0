"""The state of the portal: signs of life, errors counted, and the page that shows both."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from redis import RedisError

from accounts.models import BouncingAddress, Letter
from accounts.tests.factories import StaffFactory
from cities.tests.factories import MayorFactory
from mayors_portal.dashboard import faults, heartbeats, space
from mayors_portal.dashboard.state import ACT, GOOD, WATCH
from mayors_portal.tasks import measure_files
from partnerships.models import MatchRun, ScoringJob
from public.statistics import views as statistics

pytestmark = pytest.mark.django_db
TASK = measure_files.name
PAGE = "admin-dashboard"


@pytest.fixture
def approver():
    return StaffFactory(groups=[Group.objects.get(name="Approvers")])


def lines(client):
    """The lines of the page by what they are about."""
    sections = client.get(reverse(PAGE)).context["sections"]
    return {line.what: line for section in sections for line in section.lines}


def test_a_task_leaves_signs_of_life(monkeypatch):
    assert heartbeats.beats([TASK])[TASK].latest is None
    monkeypatch.setattr(space, "measure_files", lambda: heartbeats.beats([TASK])[TASK].is_at_work or 1 / 0)
    measure_files.apply()
    beat = heartbeats.beats([TASK])[TASK]
    assert timezone.now() - beat.ended < timedelta(minutes=1)
    assert (beat.is_at_work, beat.has_failed) == (False, False)
    monkeypatch.setattr(space, "measure_files", lambda: 1 / 0)
    measure_files.apply()
    assert heartbeats.beats([TASK])[TASK].has_failed


def test_a_task_goes_on_when_its_sign_cannot_be_kept(monkeypatch):
    def broken(*_arguments):
        raise RedisError

    monkeypatch.setattr(heartbeats.cache, "set", broken)
    monkeypatch.setattr(space, "measure_files", lambda: "done")
    assert measure_files.apply().state == "SUCCESS"


def test_the_queue_tells_how_much_waits_and_since_when():
    assert heartbeats.queue() == (0, None, 0)
    for _number in range(2):
        measure_files.apply_async()
    queue = heartbeats.queue()
    assert queue.waiting == 2
    assert timezone.now() - queue.oldest < timedelta(minutes=1)


def test_an_error_is_counted_without_what_was_asked(client, monkeypatch):
    monkeypatch.setattr(statistics.Facts, "load", lambda: 1 / 0)
    monkeypatch.setattr(faults, "MOST_A_DAY", 2)
    client.raise_request_exception = False
    pages = [client.get(reverse("statistics"), {"secret": "s3cret"}) for _number in range(3)]
    counts = faults.by_day(7)
    assert list(counts.values()) == [3, 0, 0, 0, 0, 0, 0]
    last, first = faults.latest(counts, 20)
    assert (first.page, first.error) == ("statistics", "ZeroDivisionError")
    assert first.where.startswith("tests/test_dashboard.py:")
    assert "s3cret" not in repr([last, first])
    assert first.number in pages[0].content.decode()
    assert pages[2].status_code == 500


def test_the_page_says_what_waits_and_what_is_broken(admin_client, monkeypatch):
    now = timezone.now()
    MayorFactory(state="submitted", applied_at=now - timedelta(days=20))
    ScoringJob.objects.create(state="failed")
    ScoringJob.objects.create(created_at=now - timedelta(minutes=20))
    MatchRun.objects.create(heartbeat_at=now - timedelta(minutes=6))
    Letter.objects.create(to="a@example.org", subject="x", text="x")
    BouncingAddress.objects.create(address="b@example.org", reason="x")
    found = lines(admin_client)
    assert {what: found[what].status for what in ("Mayors", "Sign of life", "Scoring jobs", "Match run")} == {
        "Mayors": ACT, "Sign of life": ACT, "Scoring jobs": ACT, "Match run": ACT,
    }  # fmt: skip
    assert found["Mayors"].says == "1 waits, the oldest for 20 days"
    assert (
        found["Scoring jobs"].says == "1 waits, the oldest 20 minutes ago; 1 was given up after all attempts"
    )
    assert admin_client.get(found["Scoring jobs"].url).context["cl"].result_count == 1
    assert found["Letters of this week"].says == "1 waits, the oldest now"
    assert found["Addresses that no letter reaches"].status == WATCH
    monkeypatch.setattr(space, "_sizes", lambda: iter([2048, 1024]))
    measure_files.apply()
    found = lines(admin_client)
    assert (found["Sign of life"].status, found[TASK].status) == (GOOD, GOOD)
    assert found["Files people sent"].says.replace("\xa0", " ").startswith("2 files, 3.0 KB")


def test_a_long_task_is_no_dead_worker_until_its_time_is_over(admin_client, monkeypatch):
    def begun(minutes):
        beat = heartbeats.Beat(timezone.now() - timedelta(minutes=minutes), None, False)
        monkeypatch.setattr(heartbeats, "beats", lambda names: dict.fromkeys(names, beat))
        return lines(admin_client)["Sign of life"].status

    assert [begun(minutes) for minutes in (1, 6, 17)] == [GOOD, WATCH, ACT]


def test_without_valkey_the_page_says_so(admin_client, monkeypatch):
    def broken(*_arguments):
        raise RedisError

    monkeypatch.setattr(heartbeats.cache, "get_many", broken)
    found = lines(admin_client)
    assert found["Valkey"].status == ACT
    assert found["Mayors"].status == GOOD


def test_approvers_see_what_they_decide_and_no_more(client, approver):
    client.force_login(approver)
    sections = client.get(reverse(PAGE)).context["sections"]
    assert [section.title for section in sections] == ["Waiting for a decision"]
    assert {line.what for line in sections[0].lines} == {
        "Mayors", "Representatives of organisations", "Integrity declarations",
        "Organisations that may be the same", "Practices",
    }  # fmt: skip


def test_more_work_costs_no_more_queries(admin_client, django_assert_num_queries):
    lines(admin_client)
    with CaptureQueriesContext(connection) as queries:
        lines(admin_client)
    few = len(queries)
    for _number in range(3):
        MayorFactory(state="submitted")
        ScoringJob.objects.create(state="failed")
    with django_assert_num_queries(few):
        lines(admin_client)
    assert few < 40

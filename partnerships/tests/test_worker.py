"""Real Celery workers, and one that is killed."""

import pytest
from django.db import connection, transaction

from cities.tests.factories import TopicStatementFactory
from conftest import kill_family, wait_until
from partnerships.models import CityMatch, MatchRun, ScoringJob, SpreadingJob, SpreadMatch
from partnerships.scoring.outbox import ask_for_scoring, run_pending_jobs, wake_worker
from tests.world import small_world

pytestmark = pytest.mark.django_db(transaction=True)


def all_done():
    return ScoringJob.objects.exists() and not ScoringJob.objects.exclude(state="done").exists()


def test_a_change_reaches_the_matches_through_the_worker(worker):
    cities = small_world()
    worker()
    wait_until(all_done)
    assert cities["Lviv"].matches.first().partner == cities["Gdańsk"]
    TopicStatementFactory(city=cities["Leipzig"], topic_id="culture")
    TopicStatementFactory(city=cities["Leipzig"], topic_id="water", kind="offer")
    names = lambda: {match.partner.name for match in cities["Lviv"].matches.all()[:2]}  # noqa: E731
    wait_until(lambda: names() == {"Gdańsk", "Leipzig"})


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(worker):
    """The worker and its child are killed while a job is at work: a lock on a table holds it up.

    First in a full run, then while it spreads the top tens.
    """
    small_world()
    ScoringJob.objects.all().delete()
    ask_for_scoring(None)
    first = worker()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE partnerships_citymatch IN SHARE MODE")
        wake_worker()
        wait_until(lambda: MatchRun.objects.filter(state="running", done=9).exists())
        kill_family(first)
    assert not CityMatch.objects.exists()
    assert ScoringJob.objects.get().state == "pending"
    second = worker()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE partnerships_spreadmatch IN SHARE MODE")
        wake_worker()
        wait_until(lambda: SpreadingJob.objects.filter(attempts=1).exists())
        assert run_pending_jobs(is_patient=False) == 0  # nobody spreads what another is at
        kill_family(second)
    assert all_done()
    assert [run.state for run in MatchRun.objects.order_by("pk")] == ["failed", "done"]
    assert CityMatch.objects.count() == 9 * 6 - 2 * 4  # all abroad, but those twinned already
    assert not SpreadMatch.objects.exists()
    assert SpreadingJob.objects.get().state == "pending"
    worker()
    wake_worker()
    wait_until(lambda: SpreadingJob.objects.filter(state="done").exists())
    assert SpreadMatch.objects.count() == 2 * 6 - 2 - 1  # as before, of the two members

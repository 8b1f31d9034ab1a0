"""When the top tens of member cities are spread: once after many changes, in bounded time, and surely."""

from datetime import timedelta

import pytest

from cities.tests.factories import TopicStatementFactory
from partnerships.models import CityMatch, ScoringJob, SpreadingJob, SpreadMatch
from partnerships.scoring import spreading
from partnerships.scoring.outbox import run_pending_jobs
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TOPICS = ["culture", "energy", "housing", "waste"]


@pytest.fixture
def cities():
    """The small world, scored and spread; nothing waits."""
    made = small_world()
    score_world()
    SpreadingJob.objects.all().delete()
    return made


@pytest.fixture
def spreadings(monkeypatch):
    """What is spread, as often as it is."""
    calls, spread = [], spreading.renew_spread
    monkeypatch.setattr(spreading, "renew_spread", lambda weights: (calls.append(1), spread(weights)))
    return calls


@pytest.fixture(autouse=True)
def slow_clock(monkeypatch):
    """Waits are long, so that none ends by itself."""
    monkeypatch.setattr(spreading, "QUIET", HOUR)
    monkeypatch.setattr(spreading, "LONGEST_WAIT", 3 * HOUR)


def time_passes(by):
    """Let what waits have been asked for earlier, and do what is due."""
    for job in SpreadingJob.objects.filter(state="pending"):
        job.created_at, job.due_at = job.created_at - by, job.due_at - by
        job.save()
    run_pending_jobs()


def change(city, topic="energy"):
    """A city states something, and is scored."""
    TopicStatementFactory(city=city, topic_id=topic)
    run_pending_jobs()


@pytest.mark.parametrize(("quiet", "times"), [(HOUR, 1), (timedelta(), len(TOPICS))])
def test_a_burst_of_changes_is_spread_once(cities, spreadings, monkeypatch, quiet, times):
    """Without a time of quiet, the control, each change is spread."""
    monkeypatch.setattr(spreading, "QUIET", quiet)
    for topic in TOPICS:
        change(cities["Lviv"], topic)
    time_passes(HOUR)
    assert len(spreadings) == times
    assert ScoringJob.objects.filter(city=cities["Lviv"], state="done").count() >= len(TOPICS)
    assert set(SpreadingJob.objects.values_list("state", flat=True)) == {"done"}


def test_changes_without_end_put_it_off_for_a_bounded_time(cities, spreadings):
    for topic in TOPICS:
        assert spreadings == []
        change(cities["Lviv"], topic)
        time_passes(HOUR * 0.8)
    assert spreadings == [1]


def test_a_changed_city_s_page_shows_its_new_partners_before_they_are_spread(client, cities):
    SpreadMatch.objects.filter(city=cities["Lviv"]).update(partner=cities["Görlitz"].pk)  # as long ago
    shown = lambda: client.get(cities["Lviv"].get_absolute_url()).content.decode()  # noqa: E731
    assert ">Leipzig</a></h3>" not in shown()
    change(cities["Lviv"])
    assert not SpreadMatch.objects.filter(city=cities["Lviv"]).exists()
    assert SpreadMatch.objects.filter(city=cities["Gdańsk"]).exists()
    assert ">Leipzig</a></h3>" in shown()
    time_passes(HOUR)
    assert set(SpreadMatch.objects.filter(city=cities["Lviv"]).values_list("partner")) <= set(
        CityMatch.objects.filter(city=cities["Lviv"]).values_list("partner")
    )


def test_what_changes_while_it_is_spread_is_spread_again(cities, monkeypatch):
    change(cities["Lviv"])
    spread = spreading.renew_spread

    def spread_and_change(weights):
        spread(weights)
        monkeypatch.undo()
        spreading.ask_for_spreading()

    monkeypatch.setattr(spreading, "renew_spread", spread_and_change)
    time_passes(HOUR)
    assert sorted(SpreadingJob.objects.values_list("state", flat=True)) == ["done", "pending"]


def test_what_always_fails_ends_where_the_administrator_sees_it(cities, monkeypatch, admin_client):
    monkeypatch.setattr(spreading, "renew_spread", lambda weights: 1 / 0)
    spreading.ask_for_spreading()
    for _ in range(SpreadingJob.MAX_ATTEMPTS + 1):
        run_pending_jobs(is_patient=False)
    job = SpreadingJob.objects.get()
    assert (job.state, job.attempts) == ("failed", SpreadingJob.MAX_ATTEMPTS)
    shown = admin_client.get("/admin/partnerships/spreadingjob/").content.decode()
    assert "ZeroDivisionError" in shown

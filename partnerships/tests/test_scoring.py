"""From a change to its matches: the outbox, a full run, a single city, and a run that breaks off."""

import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import hints
from cities.models import CityProfile, TopicStatement, Twinning
from cities.tests.factories import (
    CityFactory,
    CityProfileFactory,
    CountryFactory,
    TopicStatementFactory,
    TwinningFactory,
)
from partnerships.models import CityMatch, MatchRun, ScoringJob
from partnerships.scoring import cities as scoring
from partnerships.scoring.outbox import ask_for_scoring, run_pending_jobs
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db


def waiting():
    """The cities that wait to be scored; None stands for all of them."""
    return set(ScoringJob.objects.filter(state="pending").values_list("city_id", flat=True))


def everything():
    """All places, with what is unknown as None: NaN would not equal itself."""
    found = CityMatch.objects.values_list("city_id", "rank", "partner_id", "score", "components")
    known = lambda values: [None if value != value else value for value in values]  # noqa: E731
    return [(*place, known(components)) for *place, components in found]


@pytest.fixture
def nothing_waits():
    """Forget what making the world asked for."""

    def forget():
        ScoringJob.objects.all().delete()

    return forget


def test_each_change_asks_for_what_it_may_alter(nothing_waits):
    city, other = CityFactory(), CityFactory()
    for change, expected in [
        (lambda: CityProfileFactory(city=city), {city.id}),
        (lambda: TopicStatementFactory(city=city), {city.id}),
        (lambda: CityProfile.objects.get().delete(), {city.id}),
        (lambda: TwinningFactory(city_a=city, city_b=other), {city.id, other.id, None}),
        (lambda: Twinning.objects.get().delete(), {city.id, other.id, None}),
    ]:
        nothing_waits()
        change()
        assert waiting() == expected


def test_many_changes_make_one_job():
    city = CityFactory()
    for _ in range(3):
        ask_for_scoring(city.id)
        ask_for_scoring(None)
    assert ScoringJob.objects.count() == 2


def test_a_run_ranks_the_partners_abroad_of_every_city():
    cities = small_world()
    score_world()
    run = MatchRun.objects.get()
    assert (run.state, run.total, run.done, run.matches) == ("done", 9, 9, CityMatch.objects.count())
    for city in cities.values():
        found = CityMatch.objects.filter(city=city).select_related("partner")
        assert [match.rank for match in found] == list(range(1, len(found) + 1))
        assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
        assert city.country_id not in {match.partner.country_id for match in found}
    assert cities["Lviv"].matches.first().partner == cities["Gdańsk"]  # each offers what the other needs
    assert waiting() == set()


def test_a_changed_city_is_scored_as_a_full_run_would():
    cities = small_world()
    score_world()
    TopicStatementFactory(city=cities["Leipzig"], topic_id="culture")
    TopicStatementFactory(city=cities["Leipzig"], topic_id="water", kind="offer")
    before = everything()
    run_pending_jobs()
    alone = everything()
    score_world()
    assert alone == everything() != before
    assert MatchRun.objects.count() == 2


def test_however_a_city_changes_the_lists_are_those_of_a_full_run(monkeypatch):
    """Lists of five among thirty cities: a change brings the city into lists, to other places and out."""
    monkeypatch.setattr(CityMatch, "LAST_RANK", 5)
    dice, topics = random.Random(0), ["water", "culture", "energy", "housing"]
    countries = [CountryFactory(code=code) for code in ("UA", "PL", "DE")]
    cities = [CityFactory(country=country, population=50_000) for country in countries for _ in range(10)]
    score_world()
    for city in dice.choices(cities, k=12):
        TopicStatement.objects.filter(city=city).delete()
        for topic in dice.sample(topics, 2):
            TopicStatementFactory(city=city, topic_id=topic, kind=dice.choice(["need", "offer"]))
        run_pending_jobs()
        alone = everything()
        score_world()
        assert alone == everything()


def test_a_city_that_is_gone_leaves_every_list():
    cities = small_world()
    score_world()
    gone = cities["Frankfurt"].id
    cities["Frankfurt"].delete()
    ask_for_scoring(None)
    run_pending_jobs()
    assert not CityMatch.objects.filter(partner_id=gone).exists()


@pytest.mark.django_db(transaction=True)
def test_a_run_that_breaks_off_leaves_the_old_matches(monkeypatch):
    small_world()
    score_world()
    before = everything()
    monkeypatch.setattr(scoring.MatchTable, "index_next", lambda table: 1 / 0)
    score_world()
    assert everything() == before
    assert MatchRun.objects.latest("pk").state == "failed"
    job = ScoringJob.objects.get(state="pending")
    assert (job.attempts, job.error) == (1, "ZeroDivisionError: division by zero")
    monkeypatch.undo()
    run_pending_jobs()
    assert MatchRun.objects.latest("pk").state == "done"


def test_a_job_that_always_fails_ends_and_is_not_in_the_way(monkeypatch):
    cities = small_world()
    score_world()
    monkeypatch.setattr(scoring, "score_city", lambda city: 1 / 0 if city == cities["Lviv"].id else None)
    ask_for_scoring(cities["Lviv"].id)
    ask_for_scoring(cities["Kyiv"].id)
    for _ in range(ScoringJob.MAX_ATTEMPTS + 1):
        run_pending_jobs()
    assert ScoringJob.objects.get(city=cities["Kyiv"]).state == "done"
    failed = ScoringJob.objects.get(city=cities["Lviv"], state="failed")
    assert failed.attempts == ScoringJob.MAX_ATTEMPTS


def test_a_job_that_killed_its_worker_each_time_ends_and_the_administrator_sees_why(admin_client):
    """A worker that is killed notes nothing: only the attempts, counted before the work, tell of it."""
    job = ScoringJob.objects.create(city=CityFactory(), attempts=ScoringJob.MAX_ATTEMPTS)
    run_pending_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", ScoringJob.MAX_ATTEMPTS)
    shown = admin_client.get("/admin/partnerships/scoringjob/").content.decode()
    assert "The worker ended at the last attempt" in shown


def test_a_change_in_mid_run_is_not_lost(monkeypatch):
    """The run has read the city as it was; so the city is scored once more when the run is done."""
    cities = small_world()
    score_world()
    fill = scoring.fill

    def fill_and_change(*arguments):
        fill(*arguments)
        meanwhile = arguments[-1]
        TopicStatementFactory(city=cities["Leipzig"], topic_id="culture")
        meanwhile()

    monkeypatch.setattr(scoring, "fill", fill_and_change)
    score_world()
    seen = everything()
    monkeypatch.undo()
    score_world()
    assert seen == everything()


def test_a_broker_that_is_away_holds_nobody_up(monkeypatch, django_capture_on_commit_callbacks):
    from partnerships.tasks import run_pending_scoring_jobs

    calls = []

    def refuse(**options):
        calls.append(options)
        raise ConnectionRefusedError

    monkeypatch.setattr(run_pending_scoring_jobs, "apply_async", refuse)
    monkeypatch.setattr(hints, "_silent_until", 0.0)
    cities = [CityFactory() for _ in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        for city in cities:
            ask_for_scoring(city.id)
    assert len(calls) == 1
    assert waiting() == {city.id for city in cities}


def said(*arguments):
    out = StringIO()
    call_command("score_cities", *arguments, "--here", stdout=out)
    return out.getvalue()


def test_the_command_scores_all_or_one_and_says_so(monkeypatch):
    monkeypatch.setattr("partnerships.management.commands.score_cities.SECONDS_BETWEEN_LOOKS", 0)
    small_world()
    assert "9 cities scored" in said()
    assert "Lviv is scored" in said("--city", "ua/lviv")


@pytest.mark.parametrize("city", ["ua/nowhere", "lviv", "9" * 30, "a\0b", "/"])
def test_the_command_refuses_what_is_no_city(city):
    with pytest.raises(CommandError, match="There is no city"):
        said("--city", city)


def test_matches_of_another_matcher_are_made_anew_after_an_upgrade():
    small_world()
    score_world()
    ScoringJob.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert not ScoringJob.objects.exists()
    MatchRun.objects.update(matcher="another")
    call_command("migrate", verbosity=0)
    assert ScoringJob.objects.get().city_id is None

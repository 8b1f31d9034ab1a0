"""The outbox of scoring jobs: what changed is noted in the transaction of the change, and scored after it.

A job is never lost: it is a row in PostgreSQL until its work is committed. Celery is only told that there is
something to do; when that message is lost, or nobody listens, the beat finds the row within half a minute.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.claims import claim
from accounts.hints import hint

from . import scoring
from .locks import Lock, only_one
from .models import CityMatch, MatchRun, ScoringJob

logger = logging.getLogger(__name__)


def ask_for_scoring(city_id: int | None, weights: Mapping[str, float] | None = None) -> None:
    """Note that a city must be scored anew, or all cities (None). Call it in the transaction of the change.

    `weights` of the components are those of a run of all cities, {} the default ones; None leaves those in
    force, or those that a waiting job was given.

    While a job of the same kind waits, no second one is made. Touching the waiting one keeps it from being
    begun before this change is committed, for it would not see the change.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partnerships_scoringjob (city_id, weights, state, attempts, created_at, error) "
            "VALUES (%s, %s::jsonb, 'pending', 0, now(), '') "
            "ON CONFLICT (city_id) WHERE state = 'pending' AND attempts = 0 DO UPDATE SET "
            "created_at = excluded.created_at, "
            "weights = COALESCE(excluded.weights, partnerships_scoringjob.weights)",
            [city_id, None if weights is None else json.dumps(dict(weights))],
        )
        transaction.on_commit(wake_worker)


def wake_worker() -> None:
    """Tell the workers that there is something to do."""
    from .tasks import run_pending_scoring_jobs

    hint(run_pending_scoring_jobs)


def run_pending_jobs() -> int:
    """Do everything that waits, each job once; return the number of jobs begun.

    One process at a time scores single cities and one scores all; what another is at is left to it.
    """
    begun: set[int] = set()
    while _run_city_jobs(begun) or _run_full_job(begun):
        pass
    return len(begun)


def _run_city_jobs(begun: set[int]) -> bool:
    """Score the cities that wait; whether there was any."""
    before = len(begun)
    while True:
        with only_one(Lock.ONE_CITY) as mine:
            job = _claim(begun, city__isnull=False) if mine else None
            if job is None:
                return len(begun) > before
            with _failure_noted(job), transaction.atomic():
                if job.city_id is not None:
                    _score_city(job.city_id)
                job.finish()


def _score_city(city_id: int) -> None:
    if CityMatch.objects.exists():
        scoring.score_city(city_id)
    elif not MatchRun.objects.filter(state=MatchRun.State.RUNNING).exists():
        ask_for_scoring(None)  # else the run asks again for the cities of jobs done since it began


def _run_full_job(begun: set[int]) -> bool:
    """Score all cities if that is asked for; whether it was."""
    with only_one(Lock.ALL_CITIES) as mine:
        job = _claim(begun, city__isnull=True) if mine else None
        if job is None:
            return False
        with _failure_noted(job):
            scoring.score_all(meanwhile=lambda: _run_city_jobs(begun), weights=job.weights)
            job.finish()
        return True


def _claim(begun: set[int], **kind: Any) -> ScoringJob | None:
    """The next job of a kind.

    Hold the kind's lock: then nobody else is at a job of this kind, and one whose attempts are used up was
    killed at the last.
    """
    waiting = ScoringJob.objects.filter(state=ScoringJob.State.PENDING, **kind)
    waiting.filter(attempts__gte=ScoringJob.MAX_ATTEMPTS).update(
        state=ScoringJob.State.FAILED,
        finished_at=timezone.now(),
        error="The worker ended at the last attempt before it was done.",
    )
    return claim(waiting.order_by("attempts", "id"), begun)


@contextmanager
def _failure_noted(job: ScoringJob) -> Iterator[None]:
    """Write an error of the work into the job's row, where it waits for the next attempt."""
    try:
        yield
    except Exception as error:
        logger.exception("Scoring job %s failed at attempt %s", job.pk, job.attempts)
        job.note_failure(f"{type(error).__name__}: {error}")

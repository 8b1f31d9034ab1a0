"""The outbox of scoring jobs: what changed is noted in the transaction of the change, and scored after it.

A job is never lost: it is a row in PostgreSQL until its work is committed. Celery is only told that there is
something to do; when that message is lost, or nobody listens, the beat finds the row within half a minute.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.hints import hint
from accounts.jobs import claim_job, failure_noted
from accounts.locks import Lock, only_one
from partnerships.businesses import scoring as business_scoring
from partnerships.businesses.arrays import proposed_partners
from partnerships.models import (
    BusinessJob,
    BusinessMatch,
    BusinessProfile,
    BusinessRun,
    CityMatch,
    MatchRun,
    Run,
    ScoringJob,
)

from . import cities
from .spreading import spread_if_due

MOST_OF_A_CITY = 50
"""Businesses that are scored at once when ties of their city change."""


@dataclass(frozen=True)
class Outbox:
    """The jobs of one kind: to score one of something, or all.

    target: the field of what is to be scored; lists: whether any are stored. one and all: held while at work.
    score_one: takes an id; score_all: takes what to do meanwhile, and weights.
    """

    jobs: type[ScoringJob] | type[BusinessJob]
    target: str
    runs: type[MatchRun] | type[BusinessRun]
    lists: type[CityMatch] | type[BusinessMatch]
    one: Lock
    all: Lock
    score_one: Callable[[int], object]
    score_all: Callable[[Callable[[], object], Mapping[str, float] | None], object]

    def ask(self, target_id: int | None, weights: Mapping[str, float] | None = None) -> None:
        """Note that one must be scored anew, or all (None). Call it in the transaction of the change.

        `weights` of the components are those of a run of all, {} the default ones; None leaves those in
        force, or those that a waiting job was given.

        While a job of the same kind waits, no second one is made. Touching the waiting one keeps it from
        being begun before this change is committed, for it would not see the change.
        """
        table, column = self.jobs._meta.db_table, f"{self.target}_id"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({column}, weights, state, attempts, created_at, error) "  # noqa: S608
                "VALUES (%s, %s::jsonb, 'pending', 0, now(), '') "
                f"ON CONFLICT ({column}) WHERE state = 'pending' AND attempts = 0 DO UPDATE SET "
                f"created_at = excluded.created_at, weights = COALESCE(excluded.weights, {table}.weights)",
                [target_id, None if weights is None else json.dumps(dict(weights))],
            )
            transaction.on_commit(wake_worker)

    def run_single(self, begun: set[int]) -> bool:
        """Score those that wait; whether there was any."""
        before = len(begun)
        while True:
            with only_one(self.one) as mine:
                job = self._claim(begun, is_for_all=False) if mine else None
                if job is None:
                    return len(begun) > before
                with failure_noted(job), transaction.atomic():
                    target_id = getattr(job, f"{self.target}_id")
                    if target_id is not None:
                        self._score(target_id)
                    job.finish()

    def _score(self, target_id: int) -> None:
        if self.lists.objects.exists():
            self.score_one(target_id)
        elif not self.runs.objects.filter(state=Run.State.RUNNING).exists():
            self.ask(None)  # else the run asks again for those of jobs done since it began

    def run_full(self, begun: set[int], meanwhile: Callable[[], object]) -> bool:
        """Score all if that is asked for, and call `meanwhile` about once a second; whether it was."""
        with only_one(self.all) as mine:
            job = self._claim(begun, is_for_all=True) if mine else None
            if job is None:
                return False
            with failure_noted(job):
                self.score_all(meanwhile, job.weights)
                job.finish()
            return True

    def _claim(self, begun: set[int], *, is_for_all: bool) -> Any:
        """The next job of a kind. Hold the kind's lock."""
        return claim_job(self.jobs.objects.filter(**{f"{self.target}__isnull": is_for_all}), begun)


def wake_worker() -> None:
    """Tell the workers that there is something to do."""
    from partnerships.tasks import run_pending_scoring_jobs

    hint(run_pending_scoring_jobs)


CITIES = Outbox(
    ScoringJob,
    "city",
    MatchRun,
    CityMatch,
    Lock.ONE_CITY,
    Lock.ALL_CITIES,
    lambda city_id: _score_city(city_id),
    lambda meanwhile, weights: cities.score_all(meanwhile, weights),
)
BUSINESSES = Outbox(
    BusinessJob,
    "business",
    BusinessRun,
    BusinessMatch,
    Lock.ONE_BUSINESS,
    Lock.ALL_BUSINESSES,
    lambda business_id: business_scoring.score_business(business_id),
    lambda meanwhile, weights: business_scoring.score_all_businesses(meanwhile),
)
ask_for_scoring = CITIES.ask


def _score_city(city_id: int) -> None:
    """Score a city; where other cities are proposed as its partners now, its businesses are scored next."""
    before = proposed_partners(city_id)
    cities.score_city(city_id)
    if BusinessProfile.objects.filter(
        organisation__city__in=before ^ proposed_partners(city_id)
    ).exists():  # else no pair of businesses is concerned
        ask_for_businesses_of(city_id)


def ask_for_businesses_of(city_id: int) -> None:
    """Note that the businesses of a city must be scored anew, because its ties changed.

    These are MOST_OF_A_CITY at most, those that changed last; others follow with the next run over all.
    """
    latest = BusinessProfile.objects.filter(organisation__city=city_id).order_by("-updated_at", "-pk")
    for key in latest.values_list("pk", flat=True)[:MOST_OF_A_CITY]:
        BUSINESSES.ask(key)


def run_pending_jobs(*, is_patient: bool = True) -> int:
    """Do everything that waits, each job once; return the number of jobs begun.

    One process at a time scores single ones of a kind and one scores all; what another is at is left to it.
    Single ones, of whatever kind, need not wait for a run over all, nor does spreading, which waits for them,
    and where it is patient for more of them: see `spreading`.
    """
    kinds: list[tuple[Outbox, set[int]]] = [(CITIES, set()), (BUSINESSES, set())]
    spreadings: set[int] = set()

    def run_short() -> bool:
        return sum(outbox.run_single(begun) for outbox, begun in kinds) > 0 or spread_if_due(
            spreadings, is_patient=is_patient
        )

    while run_short() or any(outbox.run_full(begun, run_short) for outbox, begun in kinds):
        pass
    return sum(len(begun) for _outbox, begun in kinds) + len(spreadings)

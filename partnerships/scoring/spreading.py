"""The top tens of member cities, spread so that no city stands in more than EXPOSURE_LIMIT of them.

A change of one city may alter the top tens of all, so they are spread as a whole, by a job of its own: once
for many changes that follow each other closely. Until then the page of a changed city shows its matches as
they were scored, and all others show the top tens of the last spreading.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.hints import hint
from accounts.jobs import claim_job, failure_noted, forget_done
from accounts.locks import Lock, only_one
from partnerships.matching.components import COMPONENTS
from partnerships.matching.exposure import spread
from partnerships.matching.profiles import Profiles
from partnerships.matching.scoring import score_partners
from partnerships.matching.topk import MatchBlock, Matcher
from partnerships.models import SpreadingJob, SpreadMatch
from partnerships.weights.in_force import Weights, current_weights

from . import profiles
from .match_table import CITIES, count_change
from .profiles import member_rows

QUIET = timedelta(seconds=2)
LONGEST_WAIT = timedelta(seconds=20)
"""Spreading begins when no change was made for the one, but not later than the other after the first."""

DEEPEST_LIST = 1600
"""A list is searched no deeper than this for partners that still have room."""


@dataclass(frozen=True)
class Lists:
    """The best partners of m cities: rows (m,); partners (m, k) rows, -1 = unused; scores (m, k) float32."""

    rows: np.ndarray
    partners: np.ndarray
    scores: np.ndarray


def ask_for_spreading() -> None:
    """Note that matches changed. Call it in the transaction of the change, which the spreading then sees.

    One that waits is put off by this, but not beyond LONGEST_WAIT; see `outbox.Outbox.ask` for the rest.
    """
    table, now = SpreadingJob._meta.db_table, timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (state, attempts, created_at, due_at, error) "  # noqa: S608 - our own name
            "VALUES ('pending', 0, %(now)s, %(due)s, '') "
            "ON CONFLICT (state) WHERE state = 'pending' AND attempts = 0 "
            "DO UPDATE SET due_at = "
            f"LEAST(excluded.due_at, {table}.created_at + make_interval(secs => %(most)s))",
            {"now": now, "due": now + QUIET, "most": LONGEST_WAIT.total_seconds()},
        )
        transaction.on_commit(_wake_worker_when_due)


def _wake_worker_when_due() -> None:
    from partnerships.tasks import run_pending_scoring_jobs

    hint(run_pending_scoring_jobs, after=QUIET)


def spread_if_due(begun: set[int], *, is_patient: bool = True) -> bool:
    """Spread the top tens if that is asked for and, where one is patient, due; whether it was.

    No city is scored meanwhile, as that would be lost on lists read before it.
    """
    with only_one(Lock.ONE_CITY) as mine:
        until = timezone.now() + (timedelta() if is_patient else LONGEST_WAIT)
        job = claim_job(SpreadingJob.objects.filter(due_at__lte=until), begun) if mine else None
        if job is None:
            return False
        with failure_noted(job), transaction.atomic():
            renew_spread(current_weights())
            job.finish()
            forget_done(SpreadingJob)
        return True


def show_as_scored(city_id: int) -> None:
    """Let a changed city's page show its matches as they are, until they are spread."""
    SpreadMatch.objects.filter(city=city_id).delete()


def renew_spread(weights: Weights) -> None:
    """Bring the spread lists of the member cities in line with their matches; call it in a transaction.

    The result is the one of the complete lists of all partners: where a list of fifty ends before ten places
    are found, deeper ones are searched (to DEEPEST_LIST).
    """
    at_hand = profiles.fresh()
    limit, keep = settings.EXPOSURE_LIMIT, SpreadMatch.LAST_RANK
    lists = members_lists(at_hand)
    kept = spread(lists.partners, lists.scores, keep, limit)
    matcher = None
    while len(short := _short(lists, kept, keep)) and lists.partners.shape[1] < DEEPEST_LIST:
        matcher = matcher or Matcher.of(at_hand, weights)
        lists = _deeper(matcher, lists, short)
        kept = spread(lists.partners, lists.scores, keep, limit)
    _store(at_hand, lists, kept, weights)
    count_change()


def members_lists(at_hand: Profiles) -> Lists:
    """The stored matches of the member cities."""
    stored = CITIES.stored_lists(at_hand, member_rows(at_hand))
    return Lists(stored.rows, stored.partners, stored.scores)


def _short(lists: Lists, kept: np.ndarray, keep: int) -> np.ndarray:
    """Places of the cities that kept too few, and whose lists may go on."""
    return np.flatnonzero((kept.sum(axis=1) < keep) & (lists.partners[:, -1] >= 0))


def _deeper(matcher: Matcher, lists: Lists, short: np.ndarray) -> Lists:
    """The lists, those of some cities twice as long."""
    depth = lists.partners.shape[1]
    partners = np.pad(lists.partners, ((0, 0), (0, depth)), constant_values=-1)
    scores = np.pad(lists.scores, ((0, 0), (0, depth)), constant_values=np.nan)
    block = matcher.best_partners(lists.rows[short], 2 * depth)
    partners[short], scores[short] = block.partners, block.scores
    return Lists(lists.rows, partners, scores)


def _store(at_hand: Profiles, lists: Lists, kept: np.ndarray, weights: Weights) -> None:
    shape = (len(lists.rows), SpreadMatch.LAST_RANK)
    block = MatchBlock(
        lists.rows,
        partners=np.full(shape, -1, dtype=np.int32),
        scores=np.full(shape, np.nan, dtype=np.float32),
        components=np.full((*shape, len(COMPONENTS)), np.nan, dtype=np.float32),
    )
    for place, (row, chosen) in enumerate(zip(lists.rows.tolist(), kept, strict=True)):
        partners = lists.partners[place][chosen]
        block.partners[place, : len(partners)] = partners
        block.scores[place, : len(partners)] = lists.scores[place][chosen]
        block.components[place, : len(partners)] = score_partners(at_hand, row, partners, weights)[1]
    table = SpreadMatch._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own name
    CITIES.copy_into(table, CITIES.as_rows(at_hand, block))

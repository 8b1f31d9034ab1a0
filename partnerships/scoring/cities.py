"""Scoring all cities, or one that changed, into CityMatch."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from accounts.jobs import KEEP_HISTORY, Job, forget_done
from accounts.locks import Lock, wait_for
from partnerships.matching.comparison import compare
from partnerships.matching.topk import MatchBlock, Matcher
from partnerships.matching.version import version
from partnerships.models import CityMatch, MatchRun, Run, ScoringJob, SpreadMatch
from partnerships.weights.in_force import current_weights, given_weights, vector_of

from . import profiles
from .changed_city import renew_lists
from .match_table import CITIES, Ids, MatchTable, count_change
from .spreading import ask_for_spreading, members_lists, show_as_scored

R = TypeVar("R", bound=Run)
SECONDS_BETWEEN_REPORTS = 1.0


def score_all(meanwhile: Callable[[], object], weights: Mapping[str, float] | None = None) -> MatchRun:
    """Score all cities and replace all matches; return the finished run. Hold Lock.ALL_CITIES.

    `weights` are those of the components by code, {} the default ones, None those of the last finished run.
    See `replaced` for the rest.
    """
    given = given_weights() if weights is None else weights
    with replaced(CITIES, MatchRun, given) as run:
        at_hand = profiles.fresh()
        matcher = Matcher.of(at_hand, vector_of(run.weights))
        fill(CITIES, run, at_hand, matcher.run(CityMatch.LAST_RANK), meanwhile)
        with transaction.atomic():
            before = members_lists(at_hand)
            CITIES.swap()
            _note_changes(run, before.partners, members_lists(at_hand).partners)
            ask_for_spreading()
            finish(run, ScoringJob, "city_id")
    return run


def _note_changes(run: MatchRun, before: np.ndarray, after: np.ndarray) -> None:
    """Compare lists of partners (m, k) of the same cities, -1 = unused, by their top tens."""
    old, new = (lists[:, : SpreadMatch.LAST_RANK] for lists in (before, after))
    if (old >= 0).any():
        run.changed = int((old != new).any(axis=1).sum())
        run.overlap = float(compare(old, new).overlap.mean())


@contextmanager
def replaced(table: MatchTable, runs: type[R], weights: Mapping[str, float]) -> Iterator[R]:
    """A run that replaces all matches, noted as failed where it breaks off.

    Runs that were at work were killed: only one may be. While it fills the next table the run's row is
    brought up to date about once a second and `meanwhile` is called, so that what changes need not wait for
    the run. What was scored since the run began is asked for again in the transaction that makes its matches
    visible, as the run may have seen it as it was before.
    """
    runs._default_manager.filter(state=Run.State.RUNNING).update(
        state=Run.State.FAILED, error="The process ended before the run did."
    )
    run = runs._default_manager.create(weights=weights, matcher=version())
    try:
        yield run
    except BaseException as error:
        if not connection.in_atomic_block:  # else the transaction around undoes everything
            run.state, run.finished_at = Run.State.FAILED, timezone.now()
            run.error = f"{type(error).__name__}: {error}"
            run.save()
            table.drop_next()
        raise


def fill(
    table: MatchTable, run: Run, at_hand: Ids, blocks: Iterator[MatchBlock], meanwhile: Callable[[], object]
) -> None:
    """Put the lists of all of `at_hand` into the next table, and index it."""
    table.begin_next()
    run.total = len(at_hand)
    reported = monotonic()
    run.save()
    for block in blocks:
        run.matches += table.fill_next(table.as_rows(at_hand, block))
        run.done += len(block.rows)
        if monotonic() - reported > SECONDS_BETWEEN_REPORTS:
            _report(run)
            meanwhile()
            reported = monotonic()
    _report(run)
    table.index_next()


def _report(run: Run) -> None:
    run.heartbeat_at = timezone.now()
    run.save(update_fields=["heartbeat_at", "done", "matches"])


def finish(run: Run, jobs: type[Job], target: str) -> None:
    """Note that a run is done; in the transaction that makes its matches visible."""
    _ask_again_for_those_scored_since(run, jobs._meta.db_table, target)
    forget_done(jobs)
    past = timezone.now() - KEEP_HISTORY
    type(run)._default_manager.filter(started_at__lt=past).exclude(state=Run.State.RUNNING).delete()
    run.state, run.finished_at = Run.State.DONE, timezone.now()
    run.save()


def _ask_again_for_those_scored_since(run: Run, table: str, target: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({target}, state, attempts, created_at, error) "  # noqa: S608
            f"SELECT DISTINCT {target}, 'pending', 0, now(), '' FROM {table} "
            f"WHERE state = 'done' AND {target} IS NOT NULL AND finished_at >= %s ON CONFLICT DO NOTHING",
            [run.started_at],
        )


def score_city(city_id: int) -> int:
    """Bring the lists that a changed city stands in, stood in, or has, up to date; return how many.

    Call it in a transaction, and only after all cities were scored once: a list that is not full takes in
    every city. A city that is gone has no list.
    """
    wait_for(Lock.ONE_CITY)
    at_hand = profiles.fresh()
    try:
        row = at_hand.row_of(city_id)
    except KeyError:
        return 0
    renewed = renew_lists(CITIES, Matcher.of(at_hand, current_weights()), row)
    show_as_scored(city_id)
    ask_for_spreading()
    count_change()
    return renewed

"""Scoring all cities, or one that changed, into CityMatch."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic

from django.db import connection, transaction
from django.utils import timezone

from . import profiles
from .changed_city import renew_lists
from .locks import Lock, wait_for
from .match_table import as_rows, begin_next, count_change, drop_next, fill_next, index_next, swap
from .matching.topk import Matcher
from .matching.version import version
from .models import CityMatch, MatchRun, ScoringJob
from .spreading import renew_spread
from .weights import current_weights, given_weights, vector_of

SECONDS_BETWEEN_REPORTS = 1.0
KEEP_HISTORY = timedelta(days=30)


def score_all(meanwhile: Callable[[], object], weights: Mapping[str, float] | None = None) -> MatchRun:
    """Score all cities and replace all matches; return the finished run. Hold Lock.ALL_CITIES.

    `weights` are those of the components by code, {} the default ones, None those of the last finished run.

    About once a second the run's row is brought up to date and `meanwhile` is called, so that a changed city
    need not wait for the run. Cities scored since the run began are asked for again in the transaction that
    makes its matches visible, as the run may have seen them as they were before.
    """
    MatchRun.objects.filter(state=MatchRun.State.RUNNING).update(
        state=MatchRun.State.FAILED, error="The process ended before the run did."
    )
    run = MatchRun.objects.create(weights=given_weights() if weights is None else weights, matcher=version())
    try:
        _fill_next_table(run, meanwhile)
        with transaction.atomic():
            swap()
            renew_spread(vector_of(run.weights))
            _ask_again_for_cities_scored_since(run)
            _forget_old_history()
            run.state, run.finished_at = MatchRun.State.DONE, timezone.now()
            run.save()
    except BaseException as error:
        if not connection.in_atomic_block:  # else the transaction around undoes everything
            run.state, run.finished_at = MatchRun.State.FAILED, timezone.now()
            run.error = f"{type(error).__name__}: {error}"
            run.save()
            drop_next()
        raise
    return run


def _fill_next_table(run: MatchRun, meanwhile: Callable[[], object]) -> None:
    begin_next()
    at_hand = profiles.fresh()
    run.total = len(at_hand)
    reported = monotonic()
    run.save()
    for block in Matcher.of(at_hand, vector_of(run.weights)).run(CityMatch.LAST_RANK):
        run.matches += fill_next(as_rows(at_hand, block))
        run.done += len(block.rows)
        if monotonic() - reported > SECONDS_BETWEEN_REPORTS:
            _report(run)
            meanwhile()
            reported = monotonic()
    _report(run)
    index_next()


def _report(run: MatchRun) -> None:
    run.heartbeat_at = timezone.now()
    run.save(update_fields=["heartbeat_at", "done", "matches"])


def _ask_again_for_cities_scored_since(run: MatchRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partnerships_scoringjob (city_id, state, attempts, created_at, error) "
            "SELECT DISTINCT city_id, 'pending', 0, now(), '' FROM partnerships_scoringjob "
            "WHERE state = 'done' AND city_id IS NOT NULL AND finished_at >= %s ON CONFLICT DO NOTHING",
            [run.started_at],
        )


def _forget_old_history() -> None:
    past = timezone.now() - KEEP_HISTORY
    ScoringJob.objects.filter(state=ScoringJob.State.DONE, finished_at__lt=past).delete()
    MatchRun.objects.filter(started_at__lt=past).exclude(state=MatchRun.State.RUNNING).delete()


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
    weights = current_weights()
    renewed = renew_lists(at_hand, row, weights)
    count_change()
    renew_spread(weights)
    return renewed

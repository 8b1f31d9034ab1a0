"""Previews of weights: what would change in the top tens of member cities, worked out by the worker.

A pending preview is its own outbox row. A killed worker leaves it pending, and the next one begins it anew.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import numpy as np
from django.db import transaction
from django.utils import timezone

from accounts.hints import hint
from accounts.jobs import claim_job, failure_noted
from accounts.locks import Lock, only_one
from accounts.models import User
from partnerships.matching.comparison import compare
from partnerships.matching.profiles import Profiles
from partnerships.matching.topk import Matcher
from partnerships.models import WeightsPreview
from partnerships.scoring import profiles
from partnerships.scoring.profiles import member_rows

from .in_force import current_weights, vector_of

PLACES = 10
MOST_CHANGES = 300
"""The most different lists that a preview keeps; its figures are those of all."""
CITIES_AT_ONCE = 256
KEEP = timedelta(days=30)


def ask_for_preview(weights: Mapping[str, float], by: User) -> WeightsPreview:
    """Ask the worker for a preview; one that waits already is the answer to a second click."""
    with transaction.atomic():
        WeightsPreview.objects.filter(created_at__lt=timezone.now() - KEEP).delete()
        asked, _is_new = WeightsPreview.objects.get_or_create(
            weights=dict(weights), state=WeightsPreview.State.PENDING, defaults={"asked_by": by}
        )
        transaction.on_commit(wake_worker)
    return asked


def wake_worker() -> None:
    """Tell the workers that a preview waits."""
    from partnerships.tasks import preview_weights

    hint(preview_weights)


def work_out_waiting() -> int:
    """Work out every preview that waits, each once; return how many were begun. Only one process does so."""
    begun: set[int] = set()
    with only_one(Lock.PREVIEWS) as mine:
        while mine and (asked := claim_job(WeightsPreview.objects, begun)):
            with failure_noted(asked):
                _work_out(asked)
    return len(begun)


def _work_out(asked: WeightsPreview) -> None:
    began, at_hand = monotonic(), profiles.fresh()
    rows = member_rows(at_hand)
    matcher = Matcher.of(at_hand, current_weights())
    other = replace(matcher, weights=vector_of(asked.weights or {}))
    asked.total, lists = len(rows), []
    for first in range(0, len(rows), CITIES_AT_ONCE):
        asked.compared = first
        asked.save(update_fields=["total", "compared"])
        some = rows[first : first + CITIES_AT_ONCE]
        lists.append([one.best_partners(some, PLACES).partners for one in (matcher, other)])
    old, new = (np.concatenate(kind) for kind in zip(*lists, strict=True)) if lists else ([], [])
    _note(asked, at_hand, rows, np.array(old), np.array(new))
    asked.compared, asked.seconds = len(rows), monotonic() - began
    with transaction.atomic():
        asked.save()
        asked.finish()


def _note(
    asked: WeightsPreview, at_hand: Profiles, rows: np.ndarray, old: np.ndarray, new: np.ndarray
) -> None:
    """The figures, and of the most different lists: city, share that stays, ids before and after."""
    found = compare(old, new)
    known = found.correlation[~np.isnan(found.correlation)]
    asked.overlap = float(found.overlap.mean()) if len(rows) else None
    asked.correlation = float(known.mean()) if len(known) else None
    differs = np.flatnonzero((old != new).any(axis=1)) if len(rows) else np.empty(0, dtype=np.int64)
    asked.changed = len(differs)
    most = differs[np.argsort(found.overlap[differs], kind="stable")][:MOST_CHANGES]
    asked.changes = [
        {
            "city": int(at_hand.ids[rows[place]]),
            "overlap": float(found.overlap[place]),
            **{
                name: at_hand.ids[of[place][of[place] >= 0]].tolist()
                for name, of in (("old", old), ("new", new))
            },
        }
        for place in most.tolist()
    ]

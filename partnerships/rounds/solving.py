"""Solving the matching rounds that wait."""

import logging
from collections.abc import Callable
from time import monotonic

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.claims import claim
from accounts.locks import Lock, only_one
from cities.models import City
from cities.querysets import CityQuerySet
from partnerships.matching.components import COMPONENTS
from partnerships.matching.profiles import Profiles
from partnerships.matching.rounds import MOST_PAIRS, Assignment, InfeasibleError, assign, score_pairs
from partnerships.matching.scoring import score_partners
from partnerships.scoring import profiles
from partnerships.weights.in_force import Weights, current_weights

from .models import MatchingRound, RoundPair

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_REPORTS = 1.0
MOST_NAMES = 10
Rows = np.ndarray


class CannotBeSolved(Exception):
    """What is asked for is impossible; the message says why, to an administrator."""


def solve_waiting_rounds() -> int:
    """Solve every round that waits, each once; return how many were begun. Only one process does so."""
    begun: set[int] = set()
    with only_one(Lock.ROUNDS) as mine:
        while mine and (waiting := _claim(begun)):
            _solve_and_note(waiting)
    return len(begun)


def _claim(begun: set[int]) -> MatchingRound | None:
    """The next round. One whose attempts are used up was killed at the last: it goes back to its maker."""
    waiting = MatchingRound.objects.filter(state=MatchingRound.State.SOLVING)
    waiting.filter(attempts__gte=MatchingRound.MAX_ATTEMPTS).update(
        state=MatchingRound.State.DRAFT, error="The worker ended at the last attempt before it was done."
    )
    return claim(waiting.order_by("attempts", "id"), begun)


def _solve_and_note(waiting: MatchingRound) -> None:
    try:
        _solve(waiting)
    except CannotBeSolved as error:
        _note(waiting, str(error), for_good=True)
    except Exception as error:
        logger.exception("Matching round %s failed at attempt %s", waiting.pk, waiting.attempts)
        _note(waiting, f"{type(error).__name__}: {error}")


def _note(waiting: MatchingRound, error: str, *, for_good: bool = False) -> None:
    with transaction.atomic():
        now = MatchingRound.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
        if now.state == MatchingRound.State.SOLVING:  # else it was discarded meanwhile
            now.note_failure(error, for_good=for_good)


def _solve(waiting: MatchingRound) -> None:
    """Find the pairs and store them. Raises CannotBeSolved."""
    began = monotonic()
    at_hand = profiles.fresh()
    takers, candidates = _rows(at_hand, waiting.taking_cities()), _rows(at_hand, waiting.candidate_queryset())
    _refuse_sizes(len(takers), len(candidates))
    waiting.takers, waiting.candidates, waiting.scored = len(takers), len(candidates), 0
    waiting.heartbeat_at = timezone.now()
    waiting.save(update_fields=["takers", "candidates", "scored", "heartbeat_at"])
    weights = current_weights()
    scores = _scores(waiting, at_hand, takers, candidates, weights)
    try:
        found = assign(scores, waiting.partners_each, waiting.capacity)
    except InfeasibleError as error:
        refused = error
        names = City.objects.in_bulk(at_hand.ids[takers[error.takers[:MOST_NAMES]]].tolist())
        shown = list(names.values())
        raise CannotBeSolved(in_both(lambda: explained(refused, shown))) from error
    _store(
        waiting,
        _pairs(waiting, at_hand, takers, candidates[found.partners], weights),
        found,
        monotonic() - began,
    )


def _rows(at_hand: Profiles, cities: CityQuerySet) -> Rows:
    """The rows of these cities, ascending; those the profiles do not know yet are left out."""
    ids = np.fromiter(cities.values_list("pk", flat=True), dtype=np.int64)
    return np.sort(at_hand.rows_of(np.intersect1d(ids, at_hand.ids)))


def _refuse_sizes(takers: int, candidates: int) -> None:
    if not takers:
        raise CannotBeSolved(in_both(lambda: _("No city takes part: no city fits what you chose.")))
    if not candidates:
        raise CannotBeSolved(in_both(lambda: _("There is no candidate: no city fits what you chose.")))
    if takers * candidates > MOST_PAIRS:
        values = {"takers": takers, "candidates": candidates}
        raise CannotBeSolved(
            in_both(
                lambda: (
                    _("%(takers)s cities and %(candidates)s candidates are too many pairs: choose fewer.")
                    % values
                )
            )
        )


def explained(error: InfeasibleError, names: list[City]) -> str:
    """Why there are not enough partners, with some of the cities concerned."""
    count = len(error.takers)
    text = ngettext(
        "%(count)s city asks for more partners than its candidates can give: %(wanted)s are asked for, "
        "%(available)s are available. Raise the capacity or admit more candidates. It is: %(names)s.",
        "%(count)s cities ask for more partners than their candidates can give: %(wanted)s are asked for, "
        "%(available)s are available. Raise the capacity or admit more candidates. Among them: %(names)s.",
        count,
    )
    listed = ", ".join(city.display_name for city in names)
    return text % {
        "count": count, "wanted": error.wanted, "available": error.available, "names": listed
    }  # fmt: skip


def in_both(say: Callable[[], str]) -> str:
    """A sentence in English and in Ukrainian: the worker does not know who will read it."""
    said = []
    for language in ("en", "uk"):
        with override(language):
            said.append(say())
    return "\n".join(said)


def _scores(
    waiting: MatchingRound, at_hand: Profiles, takers: Rows, candidates: Rows, weights: Weights
) -> Rows:
    """Shape (takers, candidates): all scores, NaN for pairs that are not possible or are excluded."""
    scores = np.empty((len(takers), len(candidates)), dtype=np.float32)
    reported = monotonic()
    for place, row in score_pairs(at_hand, takers, candidates, weights):
        scores[place] = row
        if monotonic() - reported > SECONDS_BETWEEN_REPORTS:
            waiting.scored, waiting.heartbeat_at = place + 1, timezone.now()
            waiting.save(update_fields=["scored", "heartbeat_at"])
            reported = monotonic()
    place_of_taker = {int(city): place for place, city in enumerate(at_hand.ids[takers])}
    place_of_candidate = {int(city): place for place, city in enumerate(at_hand.ids[candidates])}
    for city, partner in waiting.pairs.filter(is_excluded=True).values_list("city_id", "partner_id"):
        if city in place_of_taker and partner in place_of_candidate:
            scores[place_of_taker[city], place_of_candidate[partner]] = np.nan
    return scores


def _pairs(
    waiting: MatchingRound, at_hand: Profiles, takers: Rows, partners: Rows, weights: Weights
) -> list[RoundPair]:
    """The pairs of the result: takers (m,) and partners (m, k), best first, are rows of the profiles."""
    codes = [component.code for component in COMPONENTS]
    made = []
    for taker, row in zip(takers.tolist(), partners, strict=True):
        scores, components = score_partners(at_hand, taker, row, weights)
        made += [
            RoundPair(
                round=waiting,
                city_id=int(at_hand.ids[taker]),
                partner_id=int(at_hand.ids[partner]),
                score=score,
                rank=rank,
                components={
                    code: round(value, 4) for code, value in zip(codes, parts, strict=True) if value == value
                },
            )
            for rank, (partner, score, parts) in enumerate(
                zip(row.tolist(), scores.tolist(), components.tolist(), strict=True), start=1
            )
        ]
    return made


def _store(waiting: MatchingRound, pairs: list[RoundPair], found: Assignment, seconds: float) -> None:
    """Put the result in the place of an earlier one, unless the round was discarded meanwhile."""
    with transaction.atomic():
        now = MatchingRound.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
        if now.state != MatchingRound.State.SOLVING:
            return
        now.pairs.filter(is_excluded=False).delete()
        RoundPair.objects.bulk_create(pairs, batch_size=2000)
        now.state, now.error, now.scored = MatchingRound.State.SOLVED, "", now.takers
        now.solved_at, now.seconds = timezone.now(), round(seconds, 2)
        now.total_score, now.unconstrained_score = found.total, found.unconstrained
        now.save()

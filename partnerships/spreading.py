"""The top tens of member cities, spread so that no city stands in more than EXPOSURE_LIMIT of them."""

from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import connection

from . import profiles
from .match_table import CITIES
from .matching.components import COMPONENTS
from .matching.exposure import spread
from .matching.profiles import Profiles
from .matching.scoring import score_partners
from .matching.topk import MatchBlock, Matcher
from .models import SpreadMatch
from .profiles import member_rows
from .weights import Weights

DEEPEST_LIST = 1600
"""A list is searched no deeper than this for partners that still have room."""


@dataclass(frozen=True)
class Lists:
    """The best partners of m cities: rows (m,); partners (m, k) ids, -1 = unused; scores (m, k) float32."""

    rows: np.ndarray
    partners: np.ndarray
    scores: np.ndarray


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
        lists = _deeper(at_hand, matcher, lists, short)
        kept = spread(lists.partners, lists.scores, keep, limit)
    _store(at_hand, lists, kept, weights)


def members_lists(at_hand: Profiles) -> Lists:
    """The stored matches of the member cities."""
    stored = CITIES.stored_lists(at_hand, member_rows(at_hand))
    return Lists(stored.rows, np.where(stored.partners >= 0, at_hand.ids[stored.partners], -1), stored.scores)


def _short(lists: Lists, kept: np.ndarray, keep: int) -> np.ndarray:
    """Places of the cities that kept too few, and whose lists may go on."""
    return np.flatnonzero((kept.sum(axis=1) < keep) & (lists.partners[:, -1] >= 0))


def _deeper(at_hand: Profiles, matcher: Matcher, lists: Lists, short: np.ndarray) -> Lists:
    """The lists, those of some cities twice as long."""
    depth = lists.partners.shape[1]
    partners = np.pad(lists.partners, ((0, 0), (0, depth)), constant_values=-1)
    scores = np.pad(lists.scores, ((0, 0), (0, depth)), constant_values=np.nan)
    block = matcher.best_partners(lists.rows[short], 2 * depth)
    partners[short] = np.where(block.partners >= 0, at_hand.ids[block.partners], -1)
    scores[short] = block.scores
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
        partners = at_hand.rows_of(lists.partners[place][chosen])
        block.partners[place, : len(partners)] = partners
        block.scores[place, : len(partners)] = lists.scores[place][chosen]
        block.components[place, : len(partners)] = score_partners(at_hand, row, partners, weights)[1]
    table = SpreadMatch._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own name
    CITIES.copy_into(table, CITIES.as_rows(at_hand, block))

"""The lists that a changed city or business stands in, brought up to date without searching most of them.

A list holds the best partners of its city, so whoever is not in it is worse than its last place. Where
the changed one is at least as good as that, only its own place in the list changes. Where it falls behind,
a city that was not in the list may take the place, and the list is searched anew.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from partnerships.matching.topk import Engine, MatchBlock, best_of, entered

from .match_table import MatchTable


def renew_lists(table: MatchTable, matcher: Engine, row: int) -> int:
    """Store the list of a changed city or business (row) and those it enters, moves in or leaves; how many.

    Call it in a transaction.
    """
    k = table.model.LAST_RANK
    own, belongs = rescored(matcher, row, k, *table.last_places(matcher))
    table.replace_lists(matcher, own)
    stands = table.places_of(matcher, row)
    stored = table.stored_lists(
        matcher, np.setdiff1d(belongs, stands.rows[_are_same(matcher, row, stands)]).astype(np.int32)
    )
    is_whole = _without_gaps(stored)
    moved = _put(table, matcher, row, _some(stored, is_whole))
    searched = np.union1d(np.setdiff1d(stands.rows, belongs), stored.rows[~is_whole])
    if len(searched):
        table.replace_lists(matcher, matcher.best_partners(searched, k))
    return 1 + moved + len(searched)


def rescored(
    matcher: Engine,
    row: int,
    k: int,
    last_scores: npt.NDArray[np.float32],
    last_partners: npt.NDArray[np.integer],
) -> tuple[MatchBlock, npt.NDArray[np.int32]]:
    """The list of one (row), and the rows of those in whose lists it belongs; see `entered`."""
    possible = matcher.possible_partners(row)
    scores, components = matcher.score_partners(row, possible)
    return (
        best_of(row, possible, scores, components, k),
        entered(row, possible, scores, last_scores, last_partners),
    )


def forget(table: MatchTable, matcher: Engine, gone: int) -> int:
    """Remove the list of one that is gone (id), and search those it stood in anew; how many.

    Call it in a transaction.
    """
    searched = table.lists_with(matcher, gone)
    table.delete_list(gone)
    if len(searched):
        table.replace_lists(matcher, matcher.best_partners(searched, table.model.LAST_RANK))
    return len(searched)


def _are_same(matcher: Engine, row: int, stands: MatchBlock) -> npt.NDArray[np.bool_]:
    """At which of the places where it stands nothing is new, shape (m,)."""
    scores, components = matcher.score_partners(row, stands.rows)
    return (scores == stands.scores[:, 0]) & _equal(components, stands.components[:, 0]).all(axis=1)


def _put(table: MatchTable, matcher: Engine, row: int, lists: MatchBlock) -> int:
    """Store what changes in lists of which it is one of the best partners; how many change."""
    renewed = with_city(lists, row, *matcher.score_partners(row, lists.rows))
    changed = (
        (renewed.partners != lists.partners)
        | (renewed.scores != lists.scores) & (renewed.partners >= 0)
        | ~_equal(renewed.components, lists.components).all(axis=2)
    )
    table.replace_places(matcher, renewed, changed)
    return int(changed.any(axis=1).sum())


def with_city(
    lists: MatchBlock, row: int, scores: npt.NDArray[np.float32], components: npt.NDArray[np.float32]
) -> MatchBlock:
    """The lists with a city (row) in its place, whether it stood in them before or not.

    scores (m,) and components (m, len(COMPONENTS)) are those of the city with the city of each list.
    """
    others = (lists.partners >= 0) & (lists.partners != row)
    partners = np.column_stack(
        (np.where(others, lists.partners, -1), np.full(len(scores), row, dtype=np.int32))
    )
    all_scores = np.column_stack((np.where(others, lists.scores, np.nan), scores))
    all_components = np.concatenate(
        (np.where(others[..., None], lists.components, np.nan), components[:, None]), axis=1
    )
    best_first = np.lexsort((partners, -all_scores), axis=1)[:, : lists.partners.shape[1]]  # NaN is the last
    return replace(
        lists,
        partners=np.take_along_axis(partners, best_first, axis=1),
        scores=np.take_along_axis(all_scores, best_first, axis=1),
        components=np.take_along_axis(all_components, best_first[..., None], axis=1),
    )


def _without_gaps(lists: MatchBlock) -> npt.NDArray[np.bool_]:
    """Which lists have something in their first place, and no unused place before a used one; shape (m,)."""
    used = lists.partners >= 0
    return used[:, 0] & (used[:, :-1] >= used[:, 1:]).all(axis=1)


def _some(lists: MatchBlock, chosen: npt.NDArray[np.bool_]) -> MatchBlock:
    return MatchBlock(
        lists.rows[chosen], lists.partners[chosen], lists.scores[chosen], lists.components[chosen]
    )


def _equal(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    return (one == other) | (np.isnan(one) & np.isnan(other))

"""A matching round: every taking city gets k partners at once, no partner more cities than its capacity.

The total score is the best possible. It is a minimum-cost flow (transportation problem) from the taking
cities, k units each, to the candidates, at most `capacity` units each, with one unit at most a pair. The
solver (OR-Tools, cost scaling) is given few pairs only: the best of each city. Whether the pairs left out
could do better is decided by dual prices u (cities) and v >= 0 (candidates) of its result, as in column
generation: a pair whose score is at most u + v cannot. Pairs that could are added and it is solved again,
until there is none. By linear-programming duality the result is then optimal over all pairs.

Scores enter as whole numbers, score * 2**30: exact for float32 scores of 1/64 or more, off by at most
2**-31 below. Prices and comparisons are whole numbers too, so no tolerance is needed. Among results that
are equally good one is chosen, the same every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from .profiles import Profiles
from .scoring import score_partners
from .topk import possible_partners

SCALE = 2**30
MOST_PAIRS = 20_000_000
"""Largest number of cities times candidates: their scores take 80 MB."""

FIRST_PAIRS = 32
"""How many of its best pairs each city begins with, or four times k where that is more."""

FAR = np.int64(2**62)
PAIRS_A_BLOCK = 2_000_000

Whole = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


class InfeasibleError(ValueError):
    """There are not enough partners.

    takers: places of the cities that are too many for their candidates, or that have too few each;
    wanted: partners they ask for together; available: what their candidates can give together at most.
    """

    def __init__(self, takers: Whole, wanted: int, available: int) -> None:
        super().__init__(f"{len(takers)} cities ask for {wanted} partners; {available} are available.")
        self.takers, self.wanted, self.available = takers, wanted, available


@dataclass(frozen=True)
class Assignment:
    """The best partners of m cities under capacities.

    partners (m, k): places of the candidates, best first; scores (m, k) float32. total: the sum of the
    scores; unconstrained: the sum if every city had its k best. searches: how often the solver ran;
    pairs: how many pairs it was given at last.
    """

    partners: Whole
    scores: Scores
    total: float
    unconstrained: float
    searches: int
    pairs: int


def score_pairs(
    profiles: Profiles,
    takers: npt.NDArray[np.integer],
    candidates: npt.NDArray[np.integer],
    weights: npt.NDArray[np.float64] | None = None,
) -> Iterator[tuple[int, Scores]]:
    """The place of each taking city and its scores with all candidates, shape (n,); NaN: not possible.

    takers (m,) and candidates (n,) are rows of the profiles. Not possible are the city itself, cities of
    its country and cities it is twinned with.
    """
    for place, taker in enumerate(takers.tolist()):
        scores = np.full(len(candidates), np.nan, dtype=np.float32)
        possible = np.isin(candidates, possible_partners(profiles, taker))
        scores[possible] = score_partners(profiles, taker, candidates[possible], weights)[0]
        yield place, scores


def assign(scores: Scores, k: int, capacity: int) -> Assignment:
    """Give each of m cities k of n candidates so that no candidate is given more than `capacity` times.

    scores: shape (m, n), in [0, 1], NaN for a pair that is not possible. Raises InfeasibleError where there
    are not enough partners, ValueError for k or capacity below 1 or more than MOST_PAIRS pairs.
    """
    if k < 1 or capacity < 1:
        raise ValueError("k and capacity must be at least 1.")
    if scores.size > MOST_PAIRS:
        raise ValueError(f"{scores.size} pairs are too many: {MOST_PAIRS} at most.")
    _refuse_cities_with_few_candidates(scores, k)
    profits = _whole(scores)
    best = _best_places(profits, min(scores.shape[1], max(FIRST_PAIRS, 4 * k)))
    unconstrained = sum(
        float(scores[row, best[row, :k]].astype(np.float64).sum()) for row in range(len(best))
    )
    given = np.zeros(scores.shape, dtype=np.bool_)
    np.put_along_axis(given, best, True, axis=1)
    given &= profits >= 0
    searches = 0
    while True:
        searches += 1
        takers, candidates = np.nonzero(given)
        arcs = takers.astype(np.int64), candidates.astype(np.int64)
        used = _solve(profits, arcs, k, capacity)
        if used is None:
            _refuse_what_is_infeasible(profits, k, capacity)
            _double(given, profits)
            continue
        missing = _pairs_that_could_do_better(profits, given, arcs, used, capacity)
        if not len(missing[0]):
            break
        given[missing] = True
    partners = arcs[1][used].reshape(len(scores), k)
    found = np.take_along_axis(scores, partners, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    total = float(found.astype(np.float64).sum())
    return Assignment(
        np.take_along_axis(partners, order, axis=1),
        np.take_along_axis(found, order, axis=1),
        total,
        unconstrained,
        searches,
        len(arcs[0]),
    )


def _whole(scores: Scores) -> Whole:
    """Scores as whole numbers; -1 for a pair that is not possible."""
    return np.where(np.isnan(scores), -1, np.rint(scores.astype(np.float64) * SCALE)).astype(np.int64)


def _best_places(profits: Whole, count: int) -> Whole:
    """Shape (m, count): the places of the best candidates of each city, best first, equal ones by place."""
    return np.argsort(-profits, axis=1, kind="stable")[:, :count]


def _double(given: npt.NDArray[np.bool_], profits: Whole) -> None:
    """Add to each city's given pairs as many again, the best first."""
    many = min(profits.shape[1], 2 * int(given.sum(axis=1).max()))
    np.put_along_axis(given, _best_places(profits, many), True, axis=1)
    given &= profits >= 0


def _solve(profits: Whole, arcs: tuple[Whole, Whole], k: int, capacity: int) -> npt.NDArray[np.bool_] | None:
    """Which of the given pairs (arcs: places of cities, of candidates) are taken; None: not enough pairs."""
    cities, n = profits.shape
    takers, candidates = arcs
    sink = cities + n
    flow = SimpleMinCostFlow()
    ones = np.ones(len(takers), dtype=np.int64)
    pairs = flow.add_arcs_with_capacity_and_unit_cost(takers, cities + candidates, ones, -profits[arcs])
    named = np.unique(candidates)
    flow.add_arcs_with_capacity_and_unit_cost(
        cities + named, np.full(len(named), sink), np.full(len(named), capacity), np.zeros_like(named)
    )
    flow.set_nodes_supplies(
        np.append(np.arange(cities), sink), np.append(np.full(cities, k), -cities * k).astype(np.int64)
    )
    match flow.solve():
        case flow.OPTIMAL:
            return np.asarray(flow.flows(pairs)) > 0
        case flow.INFEASIBLE:
            return None
        case other:
            raise RuntimeError(f"The solver gave up: {other}.")


def _pairs_that_could_do_better(
    profits: Whole,
    given: npt.NDArray[np.bool_],
    arcs: tuple[Whole, Whole],
    used: npt.NDArray[np.bool_],
    capacity: int,
) -> tuple[Whole, Whole]:
    """Pairs not given whose profit is above the prices of their ends; none: the result is optimal."""
    u, v = _prices(profits, arcs, used, capacity)
    rows, columns = [], []
    step = max(1, PAIRS_A_BLOCK // profits.shape[1])
    for start in range(0, len(profits), step):
        part = slice(start, start + step)
        better = (profits[part] > u[part, None] + v) & ~given[part] & (profits[part] >= 0)
        found, places = np.nonzero(better)
        rows.append(found + start)
        columns.append(places)
    return np.concatenate(rows), np.concatenate(columns)


def _prices(
    profits: Whole, arcs: tuple[Whole, Whole], used: npt.NDArray[np.bool_], capacity: int
) -> tuple[Whole, Whole]:
    """Dual prices u (m,) of the cities and v >= 0 (n,) of the candidates for an optimal flow.

    Taken pairs have a profit of at least u + v, given ones not taken of at most u + v, and v is 0 where there
    is room. Of all such prices these have the highest u: shortest distances from the sink in the residual
    graph (Bellman and Ford), which lets the fewest pairs seem better.
    """
    cities, n = profits.shape
    takers, candidates = arcs
    profit = profits[arcs]
    load = np.bincount(candidates[used], minlength=n)
    to_candidate = np.where(load > 0, np.int64(0), FAR)
    to_taker = np.full(cities, FAR)
    while True:
        before = to_candidate.copy(), to_taker.copy()
        back, here = candidates[used], takers[used]
        reached = to_candidate[back] < FAR
        np.minimum.at(to_taker, here[reached], to_candidate[back[reached]] + profit[used][reached])
        on, there = takers[~used], candidates[~used]
        reached = to_taker[on] < FAR
        np.minimum.at(to_candidate, there[reached], to_taker[on[reached]] - profit[~used][reached])
        if np.array_equal(before[0], to_candidate) and np.array_equal(before[1], to_taker):
            break
    if (to_candidate[load < capacity] < 0).any():
        raise RuntimeError("The solver's result is not optimal.")
    return to_taker, np.where(to_candidate < FAR, np.maximum(-to_candidate, 0), 0)


def _refuse_cities_with_few_candidates(scores: Scores, k: int) -> None:
    possible = (~np.isnan(scores)).sum(axis=1)
    few = np.flatnonzero(possible < k)
    if len(few):
        raise InfeasibleError(few, k * len(few), int(possible[few].sum()))


def _refuse_what_is_infeasible(profits: Whole, k: int, capacity: int) -> None:
    """Raise InfeasibleError where even all pairs do not suffice; name the cities on the short side.

    They are on the source's side of a minimum cut (Ford and Fulkerson; Hall's condition with capacities).
    """
    cities, n = profits.shape
    takers, candidates = np.nonzero(profits >= 0)
    source, sink = cities + n, cities + n + 1
    flow = SimpleMaxFlow()
    flow.add_arcs_with_capacity(np.full(cities, source), np.arange(cities), np.full(cities, k))
    flow.add_arcs_with_capacity(takers, cities + candidates, np.ones(len(takers), dtype=np.int64))
    flow.add_arcs_with_capacity(cities + np.arange(n), np.full(n, sink), np.full(n, capacity))
    if flow.solve(source, sink) != flow.OPTIMAL:
        raise RuntimeError("The solver gave up.")
    short = cities * k - flow.optimal_flow()
    if short:
        side = np.array(flow.get_source_side_min_cut())
        few = np.sort(side[side < cities])
        raise InfeasibleError(few, k * len(few), k * len(few) - short)

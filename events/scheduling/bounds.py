"""How much a schedule can be worth at most, with time left out of account.

A schedule is a colouring of edges: people are nodes, requests edges, slots colours. Two bounds come of it.

Edge colouring: a person has at most as many meetings as slots, a slot at most half as many as people. So half
the sum of everybody's best requests is a bound, and so are as many of the best requests as all slots hold.

b-matching: the requests of the highest value that keep to the numbers of all people together, to those of
tables and of interpreters: a whole-number programme that names no slot. Yet nearly always the requests it
chooses can be coloured, which makes it a bound and the way to a schedule that reaches it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import floor

from ortools.math_opt.python import mathopt

from .masks import Masks

ROUNDING = 1e-4
"""Values are whole numbers; those of the solver are off by far less than this."""


@dataclass(frozen=True)
class Limit:
    """At most `most` of these requests can be held."""

    requests: list[int]
    most: int


@dataclass(frozen=True)
class Selection:
    """The requests a b-matching chose, none where the time was too short, and the bound."""

    requests: list[int]
    bound: int


def edge_colouring_bound(masks: Masks) -> int:
    """The lower of both numbers of the edge-colouring bound."""
    best = (
        sum(sorted((masks.value[one] for one in requests), reverse=True)[: masks.limit[person]])
        for person, requests in _by_person(masks).items()
    )
    possible = masks.possible()
    values = sorted((masks.value[one] for one in possible), reverse=True)
    return min(sum(best) // 2, sum(values[: sum(_pairs_at_once(masks, possible))]))


def limits(masks: Masks) -> list[Limit]:
    """Every limit on requests together that may matter: of people, tables, interpreters and odd numbers."""
    tables = [request for request in masks.possible() if masks.at_table[request]]
    at_tables = sum(map(min, _pairs_at_once(masks, tables), masks.room))
    found = [Limit(requests, masks.limit[person]) for person, requests in _by_person(masks).items()]
    found += [
        Limit(requests, sum(_pairs_at_once(masks, requests))) for requests in _connected_requests(masks)
    ]
    found += [Limit(tables, at_tables), *_of_interpreters(masks)]
    return [limit for limit in found if len(limit.requests) > limit.most]


def select(masks: Masks, seconds: float) -> Selection:
    """The b-matching of the highest value.

    Of several one that leaves the fewest people without a meeting who wished one, and of these one that keeps
    most of the earlier schedule, as far as the time allows.
    """
    programme = _Programme(masks)
    bound = programme.maximise_value(seconds / 2)
    if programme.chosen and programme.could_be_kinder():
        programme.be_kinder(seconds / 2)
    return Selection(programme.chosen, bound)


class _Programme:
    """The whole-number programme: a variable for each possible request, 1 where it is chosen."""

    def __init__(self, masks: Masks) -> None:
        self.masks = masks
        self.model = mathopt.Model()
        self.chosen: list[int] = []
        self._take = {request: self.model.add_binary_variable() for request in masks.possible()}
        self._value = mathopt.fast_sum(masks.value[one] * take for one, take in self._take.items())
        for limit in limits(masks):
            self.model.add_linear_constraint(self._sum(limit.requests) <= limit.most)

    def maximise_value(self, seconds: float) -> int:
        """Choose; return what no choice exceeds."""
        everything = sum(self.masks.value[one] for one in self._take)
        self.model.maximize(self._value)
        return min(everything, self._solve(seconds))

    def could_be_kinder(self) -> bool:
        """Somebody who wished a meeting gets none though there might be one, or an earlier meeting is lost."""
        chosen = set(self.chosen)
        lost = any(self.masks.previous[one] >= 0 for one in self._take.keys() - chosen)
        return lost or any(chosen.isdisjoint(requests) for requests in self._hopeful().values())

    def be_kinder(self, seconds: float) -> None:
        """Choose again, without any loss of value."""
        masks = self.masks
        self.model.add_linear_constraint(self._value >= sum(masks.value[one] for one in self.chosen))
        met = []
        for requests in self._hopeful().values():
            met.append(self.model.add_variable(lb=0, ub=1))
            self.model.add_linear_constraint(met[-1] <= self._sum(requests))
        earlier = [one for one in self._take if masks.previous[one] >= 0]
        self.model.maximize((len(earlier) + 1) * mathopt.fast_sum(met) + self._sum(earlier))
        self._solve(seconds)

    def _hopeful(self) -> dict[int, list[int]]:
        """The possible requests of those who wish a meeting and have none confirmed."""
        return {
            person: requests
            for person, requests in _by_person(self.masks).items()
            if self.masks.asked[person] and not self.masks.kept[person]
        }

    def _sum(self, requests: Iterable[int]) -> mathopt.LinearExpression:
        return mathopt.LinearExpression(mathopt.fast_sum(self._take[one] for one in requests))

    def _solve(self, seconds: float) -> int:
        """Note the choice, if one was found in time; return the bound of the objective."""
        result = mathopt.solve(
            self.model,
            mathopt.SolverType.HIGHS,
            params=mathopt.SolveParameters(
                time_limit=timedelta(seconds=max(seconds, 0.1)),
                absolute_gap_tolerance=0.5,
                relative_gap_tolerance=0.0,
            ),
        )
        if result.has_primal_feasible_solution():
            values = result.variable_values()
            self.chosen = [one for one, take in self._take.items() if values[take] > 0.5]
        bound = result.dual_bound()
        return floor(bound + ROUNDING) if bound < 2**53 else 2**53


def _by_person(masks: Masks) -> dict[int, list[int]]:
    """The possible requests of everybody who has some."""
    found: dict[int, list[int]] = defaultdict(list)
    for request in masks.possible():
        for person in masks.ends[request]:
            found[person].append(request)
    return found


def _pairs_at_once(masks: Masks, requests: Iterable[int]) -> list[int]:
    """How many pairs the people of these requests can form in each slot."""
    people = {person for request in requests for person in masks.ends[request]}
    return [sum(masks.time[one] >> slot & 1 for one in people) // 2 for slot in range(len(masks.room))]


def _connected_requests(masks: Masks) -> list[list[int]]:
    """The possible requests, those together that hang together through people."""
    by_person, seen, found = _by_person(masks), set[int](), []
    for first in by_person:
        if first in seen:
            continue
        seen.add(first)
        waiting, requests = [first], set[int]()
        while waiting:
            person = waiting.pop()
            requests.update(by_person[person])
            reached = {end for one in by_person[person] for end in masks.ends[one]} - seen
            seen |= reached
            waiting += reached
        found.append(sorted(requests))
    return found


def _of_interpreters(masks: Masks) -> Iterator[Limit]:
    """Of the requests that need one of some interpreters, as many as these have slots (Hall 1935)."""
    talking = [request for request in masks.possible() if masks.speakers[request]]
    groups = {masks.speakers[request] for request in talking}
    everybody = 0
    for group in groups:
        everybody |= group
    for group in groups | {everybody}:
        yield Limit(
            [request for request in talking if not masks.speakers[request] & ~group],
            sum((free & group).bit_count() for free in masks.interpreting),
        )

"""How much a schedule can be worth at most, with time left out of account.

A schedule is a colouring of edges: people are nodes, requests edges, slots colours. Two bounds come of it.

Edge colouring: a person has at most as many meetings as slots, a slot at most half as many as people. So half
the sum of everybody's best requests is a bound, and so are as many of the best requests as all slots hold.

b-matching: the requests of the highest value that keep to the numbers of all people together, to those of
tables and of interpreters: a whole-number programme that names no slot. Yet nearly always the requests it
chooses can be coloured, which makes it a bound and the way to a schedule that reaches it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .masks import Masks, bits
from .programme import Choice, Programme, Solution


@dataclass(frozen=True)
class Limit:
    """At most `most` of these requests can be held."""

    requests: list[int]
    most: int


def edge_colouring_bound(masks: Masks) -> int:
    """The lower of both numbers of the edge-colouring bound."""
    best = (
        sum(sorted((masks.value[one] for one in requests), reverse=True)[: masks.limit[person]])
        for person, requests in masks.of_people(masks.possible()).items()
    )
    possible = masks.possible()
    values = sorted((masks.value[one] for one in possible), reverse=True)
    return min(sum(best) // 2, sum(values[: sum(_pairs_at_once(masks, possible))]))


def limits(masks: Masks) -> list[Limit]:
    """Every limit on requests together that may matter: of people, of pairs, of tables."""
    tables = [request for request in masks.possible() if masks.at_table[request]]
    at_tables = sum(map(min, _pairs_at_once(masks, tables), masks.room))
    found = [
        Limit(requests, masks.limit[person]) for person, requests in masks.of_people(masks.possible()).items()
    ]
    found += [
        Limit(requests, sum(_pairs_at_once(masks, requests))) for requests in _connected_requests(masks)
    ]
    found.append(Limit(tables, at_tables))
    return [limit for limit in found if len(limit.requests) > limit.most]


class Matching:
    """The b-matching: `requests` of the highest value, none before they were searched for."""

    def __init__(self, masks: Masks) -> None:
        self.masks = masks
        self.requests: list[int] = []
        self._programme = Programme()
        self._take = {request: self._programme.choice() for request in masks.possible()}
        self._worth = {take: masks.value[one] for one, take in self._take.items()}
        for limit in limits(masks):
            self._programme.at_most(self._choices(limit.requests), limit.most)
        talking = {group: self._choices(requests) for group, requests in masks.talking(self._take).items()}
        self._programme.speakers(talking, Counter(one for free in masks.interpreting for one in bits(free)))

    def maximise_value(self, seconds: float) -> int:
        """Choose, if there is time enough; return a value that no choice exceeds, the highest if there is."""
        solution = self._programme.maximise(self._worth, seconds)
        self._note(solution)
        return min(sum(self._worth.values()), solution.bound)

    def could_be_kinder(self) -> bool:
        """Somebody gets none of the meetings wished and possible, or an earlier meeting is lost."""
        chosen = set(self.requests)
        lost = any(self.masks.previous[one] >= 0 for one in self._take.keys() - chosen)
        return lost or any(chosen.isdisjoint(requests) for requests in self._hopeful().values())

    def be_kinder(self, seconds: float) -> int:
        """Choose again, worth as much: few people without a meeting, then much of the earlier schedule.

        Returns how many must stay without, of those for whom a meeting is possible, at this value.
        """
        masks, programme = self.masks, self._programme
        programme.at_least(self._worth, sum(masks.value[one] for one in self.requests))
        earlier = [self._take[one] for one in self._take if masks.previous[one] >= 0]
        worth = dict.fromkeys(earlier, 1)
        hopeful = self._hopeful()
        for requests in hopeful.values():
            met = programme.share()
            programme.only_with(met, self._choices(requests))
            worth[met] = len(earlier) + 1
        solution = programme.maximise(worth, seconds, {self._take[one]: 1.0 for one in self.requests})
        self._note(solution)
        return max(0, len(hopeful) - solution.bound // (len(earlier) + 1))

    def _note(self, solution: Solution) -> None:
        if solution.chosen is not None:
            self.requests = [one for one, take in self._take.items() if take in solution.chosen]

    def _hopeful(self) -> dict[int, list[int]]:
        """The possible requests of those who wish a meeting and have none confirmed."""
        return {
            person: requests
            for person, requests in self.masks.of_people(self._take).items()
            if self.masks.asked[person] and not self.masks.kept[person]
        }

    def _choices(self, requests: Iterable[int]) -> list[Choice]:
        return [self._take[one] for one in requests]


def _pairs_at_once(masks: Masks, requests: Iterable[int]) -> list[int]:
    """How many pairs the people of these requests can form in each slot."""
    people = {person for request in requests for person in masks.ends[request]}
    return [sum(masks.time[one] >> slot & 1 for one in people) // 2 for slot in range(len(masks.room))]


def _connected_requests(masks: Masks) -> list[list[int]]:
    """The possible requests, those together that hang together through people."""
    by_person, seen, found = masks.of_people(masks.possible()), set[int](), []
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

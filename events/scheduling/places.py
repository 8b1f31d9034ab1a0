"""Which table and which interpreter a meeting gets, once its slot is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from .board import match
from .masks import mask_of
from .problem import Meeting, Problem

SAME_AS_BEFORE = 5
"""What the table of the earlier schedule is worth in the same slot; the tables of the two people's meetings
before and after are worth 1 each, 4 altogether."""
MOST_ROUNDS = 6


def with_places(problem: Problem, slots: dict[int, int]) -> tuple[Meeting, ...]:
    """Meetings from the slots of requests (both by id), and the confirmed ones, by slot and request.

    Every slot must have tables and interpreters enough. People keep their table from meeting to meeting where
    they can, and a meeting that stays in its slot keeps the table and interpreter of the earlier schedule.
    """
    tables = _Tables(problem, slots).table
    speakers = _interpreters(problem, slots)
    meetings = [
        Meeting(request, slot, tables.get(request), speakers.get(request)) for request, slot in slots.items()
    ]
    return tuple(sorted([*meetings, *problem.fixed], key=lambda one: (one.slot, one.request)))


def _by_slot(slots: dict[int, int], requests: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for request in requests:
        found[slots[request]].append(request)
    return dict(sorted(found.items()))


def _interpreters(problem: Problem, slots: dict[int, int]) -> dict[int, int]:
    """The interpreter of each request that needs one."""
    before = {(one.request, one.slot): one.interpreter for one in problem.previous}
    taken = {(one.interpreter, one.slot) for one in problem.fixed}
    found: dict[int, int] = {}
    for slot, requests in _by_slot(
        slots, (one for one in slots if not problem.can_talk(problem.request[one]))
    ).items():
        free = [one for one in problem.interpreters if slot in one.slots and (one.id, slot) not in taken]
        at = {one.id: place for place, one in enumerate(free)}
        wanted = tuple(
            mask_of(at[one.id] for one in free if problem.can_interpret(one, problem.request[request]))
            for request in requests
        )
        kept = {
            at[speaker]: place
            for place, request in enumerate(requests)
            if (speaker := before.get((request, slot))) in at and wanted[place] >> at[speaker] & 1
        }
        found |= {
            requests[place]: free[one].id for place, one in match(mask_of(at.values()), wanted, kept).items()
        }
    return found


class _Tables:
    """Tables slot by slot, each slot as well as can be given all others, until nothing becomes better."""

    def __init__(self, problem: Problem, slots: dict[int, int]) -> None:
        self.problem = problem
        self.table: dict[int, int] = {}
        self._before = {(one.request, one.slot): one.table for one in problem.previous}
        taken = {(one.table, one.slot) for one in problem.fixed}
        self._open = {
            slot: [one.id for one in problem.tables if slot in one.slots and (one.id, slot) not in taken]
            for slot in range(len(problem.slots))
        }
        self._fixed = {one.request: one.table for one in problem.fixed if one.table is not None}
        self._slot = slots | {one.request: one.slot for one in problem.fixed}
        self._day = self._days()
        to_seat = _by_slot(slots, (one for one in slots if not problem.is_online(problem.request[one])))
        last = -1
        for _ in range(MOST_ROUNDS):
            total = sum(self._seat(slot, requests) for slot, requests in to_seat.items())
            if total == last:
                break
            last = total

    def _days(self) -> dict[tuple[int, int], list[int]]:
        """The requests with a table of each person and day, by slot."""
        days: dict[tuple[int, int], list[int]] = defaultdict(list)
        for request, slot in sorted(self._slot.items(), key=lambda one: one[1]):
            asked = self.problem.request[request]
            if request in self._fixed or not self.problem.is_online(asked):
                for person in asked.pair:
                    days[person, self.problem.slots[slot].day].append(request)
        return days

    def _seat(self, slot: int, requests: list[int]) -> int:
        """Seat the meetings of a slot; return what that is worth."""
        tables = self._open[slot]
        at = {table: place for place, table in enumerate(tables)}
        worth: dict[tuple[int, int], int] = defaultdict(int)
        for place, request in enumerate(requests):
            for table, points in self._likes(request, slot):
                if table in at:
                    worth[place, at[table]] += points
        seats = _best_seats(len(requests), len(tables), worth)
        self.table |= {request: tables[seat] for request, seat in zip(requests, seats, strict=True)}
        return sum(worth.get((place, seat), 0) for place, seat in enumerate(seats))

    def _likes(self, request: int, slot: int) -> list[tuple[int | None, int]]:
        likes: list[tuple[int | None, int]] = [(self._before.get((request, slot)), SAME_AS_BEFORE)]
        for person in self.problem.request[request].pair:
            day = self._day[person, self.problem.slots[slot].day]
            place = day.index(request)
            for beside in day[max(0, place - 1) : place] + day[place + 1 : place + 2]:
                likes.append((self._fixed.get(beside, self.table.get(beside)), 1))
        return likes


def _best_seats(meetings: int, tables: int, worth: dict[tuple[int, int], int]) -> list[int]:
    """A table (place) for each meeting, the total worth as high as can be; all else is worth nothing."""
    seats = [-1] * meetings
    if worth:
        pairs = np.array(list(worth), dtype=np.int64)
        points = np.array(list(worth.values()), dtype=np.int64)
        first_table, sink = meetings, meetings + tables
        begins = np.concatenate([pairs[:, 0], np.arange(meetings), np.arange(first_table, sink)])
        ends = np.concatenate([first_table + pairs[:, 1], np.full(meetings + tables, sink)])
        costs = np.concatenate([-points, np.zeros(meetings + tables, dtype=np.int64)])
        flow = SimpleMinCostFlow()
        arcs = flow.add_arcs_with_capacity_and_unit_cost(begins, ends, np.ones_like(begins), costs)
        flow.set_nodes_supplies(
            np.append(np.arange(meetings), sink), np.append(np.ones(meetings, dtype=np.int64), -meetings)
        )
        if flow.solve() != flow.OPTIMAL:
            raise RuntimeError("The tables of a slot were not found.")
        for place, table in pairs[np.asarray(flow.flows(arcs))[: len(pairs)] > 0].tolist():
            seats[place] = table
    free = iter(sorted(set(range(tables)) - set(seats)))
    return [seat if seat >= 0 else next(free) for seat in seats]

"""A problem in whole numbers: people and requests by their places, sets of slots as the bits of a number.

Confirmed meetings are taken out: what they use (time, tables, interpreters, limits) is not there any more.
So all that remains may be moved freely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .problem import Problem


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(places: Iterable[int]) -> int:
    """The number whose bits are set at these places."""
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask


@dataclass(frozen=True)
class Masks:
    """What is left to schedule. P people, R requests, S slots, I interpreters.

    Of people: time (P) the slots free of confirmed meetings; kept (P) those of confirmed ones; limit (P) the
    most further meetings; asked (P) whether they wished any meeting.
    Of requests: ends (R) both people; value (R); slots (R) where the request alone could be held, 0 for none
    and for confirmed ones; previous (R) the slot of the earlier schedule or -1; at_table (R); speakers (R)
    the interpreters of whom one is needed, 0 where none is.
    Of slots: room (S) free tables; interpreting (S) free interpreters; days: the slots of each day.
    confirmed: the requests (places) with a confirmed meeting.
    """

    time: list[int]
    kept: list[int]
    limit: list[int]
    asked: list[bool]
    ends: list[tuple[int, int]]
    value: list[int]
    slots: list[int]
    previous: list[int]
    at_table: list[bool]
    speakers: list[int]
    room: list[int]
    interpreting: list[int]
    days: list[int]
    confirmed: frozenset[int]

    @classmethod
    def of(cls, problem: Problem) -> Masks:
        """The problem must have passed its check."""
        return _reduce(problem)

    def possible(self) -> list[int]:
        """The requests that could be held if there were no others but the confirmed ones."""
        return [request for request, slots in enumerate(self.slots) if slots]

    def of_people(self, requests: Iterable[int]) -> dict[int, list[int]]:
        """Of these requests those of each person that has some."""
        found: dict[int, list[int]] = defaultdict(list)
        for request in requests:
            for person in self.ends[request]:
                found[person].append(request)
        return found

    def talking(self, requests: Iterable[int]) -> dict[int, list[int]]:
        """Those of these requests that need an interpreter, by the interpreters who could help (bits)."""
        found: dict[int, list[int]] = defaultdict(list)
        for request in requests:
            if self.speakers[request]:
                found[self.speakers[request]].append(request)
        return found

    def idle(self, person: int, busy: int) -> int:
        """How many slots the person idles: free between the first and last meeting of a day.

        busy: the slots of the meetings that are not confirmed.
        """
        meetings, idle = busy | self.kept[person], 0
        for day in self.days:
            if today := meetings & day:
                between = (1 << today.bit_length()) - (today & -today)
                idle += (between & self.time[person] & ~meetings & day).bit_count()
        return idle


def _reduce(problem: Problem) -> Masks:
    person_at = {one.id: place for place, one in enumerate(problem.participants)}
    request_at = {one.id: place for place, one in enumerate(problem.requests)}
    interpreter_at = {one.id: place for place, one in enumerate(problem.interpreters)}
    time = [mask_of(one.slots) for one in problem.participants]
    kept = [0] * len(time)
    limit = [len(one.slots) if one.limit is None else one.limit for one in problem.participants]
    room = [0] * len(problem.slots)
    interpreting = [0] * len(problem.slots)
    for table in problem.tables:
        for slot in table.slots:
            room[slot] += 1
    for place, interpreter in enumerate(problem.interpreters):
        for slot in interpreter.slots:
            interpreting[slot] |= 1 << place
    ends = [(person_at[one.asking], person_at[one.asked]) for one in problem.requests]
    for meeting in problem.fixed:
        for person in ends[request_at[meeting.request]]:
            kept[person] |= 1 << meeting.slot
            limit[person] -= 1
        if meeting.table is not None:
            room[meeting.slot] -= 1
        if meeting.interpreter is not None:
            interpreting[meeting.slot] &= ~(1 << interpreter_at[meeting.interpreter])
    time = [free & ~taken for free, taken in zip(time, kept, strict=True)]
    limit = [min(most, free.bit_count()) for most, free in zip(limit, time, strict=True)]
    confirmed = frozenset(request_at[meeting.request] for meeting in problem.fixed)
    at_table = [not problem.is_online(one) for one in problem.requests]
    speakers = [
        0
        if problem.can_talk(one)
        else mask_of(
            place for place, speaker in enumerate(problem.interpreters) if problem.can_interpret(speaker, one)
        )
        for one in problem.requests
    ]
    with_room = mask_of(slot for slot, tables in enumerate(room) if tables)
    slots = []
    for place, request in enumerate(problem.requests):
        one, other = ends[place]
        mask = time[one] & time[other]
        if place in confirmed or not limit[one] or not limit[other]:
            mask = 0
        if at_table[place]:
            mask &= with_room
        if not problem.can_talk(request):
            mask &= mask_of(slot for slot, free in enumerate(interpreting) if free & speakers[place])
        slots.append(mask)
    previous = [-1] * len(ends)
    for meeting in problem.previous:
        if request_at[meeting.request] not in confirmed:
            previous[request_at[meeting.request]] = meeting.slot
    asked = [False] * len(time)
    for request in problem.requests:
        asked[person_at[request.asking]] = True
        asked[person_at[request.asked]] |= request.mutual
    by_day: dict[int, int] = {}
    for place, time_slot in enumerate(problem.slots):
        by_day[time_slot.day] = by_day.get(time_slot.day, 0) | 1 << place
    return Masks(
        time=time,
        kept=kept,
        limit=limit,
        asked=asked,
        ends=ends,
        value=[problem.weights.value(one) for one in problem.requests],
        slots=slots,
        previous=previous,
        at_table=at_table,
        speakers=speakers,
        room=room,
        interpreting=interpreting,
        days=list(by_day.values()),
        confirmed=confirmed,
    )

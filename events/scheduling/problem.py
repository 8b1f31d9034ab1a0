"""What is to be scheduled: an event's meetings of two, its slots, tables, people and interpreters.

Slots are named by their place in `Problem.slots`, everything else by an id of the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

MINUTES_A_DAY = 24 * 60
PRIORITIES = (1, 2, 3)


class InvalidProblem(ValueError):
    """The problem contradicts itself; `faults` are sentences in English, one a fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Slot:
    """A time for meetings: its start in minutes after the midnight before the event, and its length."""

    start: int
    minutes: int = 20

    @property
    def day(self) -> int:
        """0 for the event's first day, 1 for the second ..."""
        return self.start // MINUTES_A_DAY


@dataclass(frozen=True)
class Table:
    """A table and the places of the slots in which it is open."""

    id: int
    slots: frozenset[int]


@dataclass(frozen=True)
class Participant:
    """Somebody who meets others.

    slots: when there is time (availability, less the sessions not to be missed); languages: codes; limit: the
    most meetings, None for as many as there is time for; online: meets from afar, without a table.
    """

    id: int
    slots: frozenset[int]
    languages: frozenset[str] = frozenset()
    limit: int | None = None
    online: bool = False


@dataclass(frozen=True)
class Interpreter:
    """Somebody who speaks for a pair without a common language: any one of `languages` to any other."""

    id: int
    slots: frozenset[int]
    languages: frozenset[str]


@dataclass(frozen=True)
class Request:
    """A wish of one participant to meet another: only one request a pair.

    priority: 3 is the most important; score: how well they match, 0 to 1; mutual: both wish it; online: the
    meeting needs no table though both may be there.
    """

    id: int
    asking: int
    asked: int
    priority: int = 2
    score: float = 0.5
    mutual: bool = False
    online: bool = False

    @property
    def pair(self) -> tuple[int, int]:
        """Both participants."""
        return self.asking, self.asked


@dataclass(frozen=True, order=True)
class Meeting:
    """A request in its slot; table None: online; interpreter None: they have a common language."""

    request: int
    slot: int
    table: int | None = None
    interpreter: int | None = None


@dataclass(frozen=True)
class Weights:
    """What a meeting is worth: `priorities[priority - 1] + round(score * match) + (mutual, if mutual)`.

    With these, a meeting of priority 3 is worth more than a one-sided wish of priority 1, whatever
    their scores.
    """

    priorities: tuple[int, int, int] = (50, 70, 100)
    match: int = 40
    mutual: int = 20

    def value(self, request: Request) -> int:
        """A whole number above 0."""
        return (
            self.priorities[request.priority - 1]
            + round(request.score * self.match)
            + (self.mutual if request.mutual else 0)
        )


@dataclass(frozen=True)
class Problem:
    """An event's meetings to be scheduled.

    fixed: confirmed meetings, which stay as they are; previous: those of an earlier schedule, better kept.
    """

    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    participants: tuple[Participant, ...]
    requests: tuple[Request, ...]
    interpreters: tuple[Interpreter, ...] = ()
    fixed: tuple[Meeting, ...] = ()
    previous: tuple[Meeting, ...] = ()
    weights: Weights = field(default_factory=Weights)

    @cached_property
    def participant(self) -> dict[int, Participant]:
        """By id."""
        return {one.id: one for one in self.participants}

    @cached_property
    def request(self) -> dict[int, Request]:
        """By id."""
        return {one.id: one for one in self.requests}

    def is_online(self, request: Request) -> bool:
        """No table is needed: so it was asked, or one of the two is not there."""
        return request.online or any(self.participant[one].online for one in request.pair)

    def can_talk(self, request: Request) -> bool:
        """They have a language in common."""
        one, other = (self.participant[id_].languages for id_ in request.pair)
        return not one.isdisjoint(other)

    def can_interpret(self, interpreter: Interpreter, request: Request) -> bool:
        """The interpreter speaks a language of each of the two."""
        return all(
            not interpreter.languages.isdisjoint(self.participant[one].languages) for one in request.pair
        )

    def check(self) -> None:
        """Raise InvalidProblem where ids or slots are unknown or twice, or confirmed meetings collide."""
        if faults := [*self._faults_of_parts()]:
            raise InvalidProblem(faults)
        if faults := [*self._faults_of_fixed()]:
            raise InvalidProblem(faults)

    def _faults_of_parts(self) -> Iterator[str]:
        for name in ("tables", "participants", "interpreters", "requests"):
            seen: set[int] = set()
            for one in getattr(self, name):
                if one.id in seen:
                    yield f"{name}: the id {one.id} is there twice."
                seen.add(one.id)
                if name != "requests" and not one.slots <= set(range(len(self.slots))):
                    yield f"{name}: {one.id} names a slot that is not there."
        if any(one.start >= other.start for one, other in pairwise(self.slots)):
            yield "slots: their starts must rise."
        if (
            any(value < 1 for value in self.weights.priorities)
            or min(self.weights.match, self.weights.mutual) < 0
        ):
            yield "weights: priorities must be above 0, the others not below."
        pairs: dict[frozenset[int], int] = {}
        for request in self.requests:
            if any(one not in self.participant for one in request.pair):
                yield f"requests: {request.id} names a participant who is not there."
            elif request.asking == request.asked:
                yield f"requests: {request.id} is of one participant with itself."
            elif (other := pairs.setdefault(frozenset(request.pair), request.id)) != request.id:
                yield f"requests: {other} and {request.id} are of the same two participants."
            if request.priority not in PRIORITIES:
                yield f"requests: {request.id} has a priority that is not 1, 2 or 3."
            if not 0 <= request.score <= 1:
                yield f"requests: {request.id} has a score that is not between 0 and 1."
        for name in ("fixed", "previous"):
            for meeting in getattr(self, name):
                if meeting.request not in self.request:
                    yield f"{name}: there is no request {meeting.request}."
                if not 0 <= meeting.slot < len(self.slots):
                    yield f"{name}: the meeting of request {meeting.request} is in a slot that is not there."
            if len({meeting.request for meeting in getattr(self, name)}) < len(getattr(self, name)):
                yield f"{name}: a request has two meetings."

    def _faults_of_fixed(self) -> Iterator[str]:
        taken: set[tuple[str, int, int]] = set()
        tables = {one.id: one for one in self.tables}
        interpreters = {one.id: one for one in self.interpreters}
        counts = dict.fromkeys(self.participant, 0)
        for meeting in self.fixed:
            request, slot = self.request[meeting.request], meeting.slot
            where = f"fixed: the meeting of request {request.id} in slot {slot}"
            uses = [("participant", one) for one in request.pair]
            for one in request.pair:
                counts[one] += 1
                if slot not in self.participant[one].slots:
                    yield f"{where}: participant {one} is not available."
            if meeting.table is not None:
                uses.append(("table", meeting.table))
                if meeting.table not in tables or slot not in tables[meeting.table].slots:
                    yield f"{where}: table {meeting.table} is not open."
            elif not self.is_online(request):
                yield f"{where}: it has no table."
            if meeting.interpreter is not None:
                uses.append(("interpreter", meeting.interpreter))
                interpreter = interpreters.get(meeting.interpreter)
                if interpreter is None or slot not in interpreter.slots:
                    yield f"{where}: interpreter {meeting.interpreter} is not available."
                elif not self.can_interpret(interpreter, request):
                    yield f"{where}: interpreter {meeting.interpreter} does not speak their languages."
            elif not self.can_talk(request):
                yield f"{where}: they have no common language and no interpreter."
            for kind, one in uses:
                if (kind, one, slot) in taken:
                    yield f"{where}: {kind} {one} has another confirmed meeting then."
                taken.add((kind, one, slot))
        for one, count in counts.items():
            limit = self.participant[one].limit
            if limit is not None and count > limit:
                yield f"fixed: participant {one} has {count} confirmed meetings, the limit is {limit}."

"""What comes of scheduling: the meetings, how good they are, and why a request was not met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from .problem import Meeting, Problem


class Reason(StrEnum):
    """Why a request was not met. The first five hold whatever becomes of the other requests."""

    NO_COMMON_TIME = "no-common-time"
    """There is no slot in which both are available."""
    NO_INTERPRETER = "no-interpreter"
    """They have no common language, and when both are available no interpreter is who could help."""
    NO_TABLE = "no-table"
    """No table is open when they could meet."""
    LIMIT = "limit"
    """One of the two takes no meetings at all (a limit of 0)."""
    CONFIRMED = "confirmed"
    """Confirmed meetings take up whatever they would need."""
    LOWER_PRIORITY = "lower-priority"
    """One of the two is fully booked, only with meetings worth as much or more."""
    FULLY_BOOKED = "fully-booked"
    """One of the two, or both, have no time left for it."""
    NO_COMMON_FREE_TIME = "no-common-free-time"
    """Both have time left, but never the same."""
    TABLES_TAKEN = "tables-taken"
    """When both are free all tables are taken."""
    INTERPRETERS_TAKEN = "interpreters-taken"
    """When both are free no interpreter is left who could help."""


IMPOSSIBLE = frozenset(
    {Reason.NO_COMMON_TIME, Reason.NO_INTERPRETER, Reason.NO_TABLE, Reason.LIMIT, Reason.CONFIRMED}
)


@dataclass(frozen=True)
class Unmet:
    """A request without a meeting; who: the participants with whom the reason lies, where it does."""

    request: int
    reason: Reason
    who: tuple[int, ...] = ()

    @property
    def impossible(self) -> bool:
        """It could not be met even if it were the only request besides the confirmed meetings."""
        return self.reason in IMPOSSIBLE


@dataclass(frozen=True)
class Bound:
    """The total value cannot be higher than `value`; `method` says how that is known."""

    method: str
    value: int


@dataclass(frozen=True)
class Parts:
    """What a set of meetings is judged by; each part counts more than all after it.

    value: the sum of the meetings' values, the more the better. Of the others the fewer the better. without:
    participants who wished a meeting and have none; moved: requests whose meeting of the earlier schedule is
    at another time or not held; idle: slots in which somebody is free between the first and last meeting of a
    day; table_changes: how often somebody's next meeting of the day is at another table.
    """

    value: int
    without: tuple[int, ...]
    moved: tuple[int, ...]
    idle: int
    table_changes: int

    @classmethod
    def of(cls, problem: Problem, meetings: Iterable[Meeting]) -> Parts:
        """Judge any meetings of a problem."""
        held = {one.request: one for one in meetings}
        days: dict[tuple[int, int], list[Meeting]] = defaultdict(list)
        for meeting in sorted(held.values(), key=lambda one: one.slot):
            for person in problem.request[meeting.request].pair:
                days[person, problem.slots[meeting.slot].day].append(meeting)
        meets = {person for person, _ in days}
        wished = {request.asking for request in problem.requests}
        wished |= {request.asked for request in problem.requests if request.mutual}
        confirmed = {one.request for one in problem.fixed}
        return cls(
            value=sum(problem.weights.value(problem.request[one]) for one in held),
            without=tuple(sorted(wished - meets)),
            moved=tuple(
                before.request
                for before in problem.previous
                if before.request not in confirmed
                and (before.request not in held or held[before.request].slot != before.slot)
            ),
            idle=sum(
                len(
                    problem.participant[person].slots
                    & set(range(day[0].slot, day[-1].slot)) - {one.slot for one in day}
                )
                for (person, _), day in days.items()
            ),
            table_changes=sum(
                one.table != following.table
                for day in days.values()
                for tables in [[meeting for meeting in day if meeting.table is not None]]
                for one, following in pairwise(tables)
            ),
        )


@dataclass(frozen=True)
class Schedule:
    """A feasible schedule, confirmed meetings included.

    bounds: the lowest last; unmet: every request without a meeting; elapsed: seconds.
    """

    meetings: tuple[Meeting, ...]
    parts: Parts
    bounds: tuple[Bound, ...]
    unmet: tuple[Unmet, ...]
    elapsed: float

    @property
    def bound(self) -> int:
        """No schedule has a higher value."""
        return self.bounds[-1].value

    @property
    def proven(self) -> bool:
        """No schedule has a higher value than this one."""
        return self.parts.value == self.bound

    @property
    def gap(self) -> float:
        """By which share of the bound the value may be too low: 0 where it is proven."""
        return gap(self.parts.value, self.bound)


def gap(value: int, bound: int) -> float:
    """The share of the bound that a value falls short of it."""
    return (bound - value) / bound if bound else 0.0

"""Made-up events of any size, and how well they are scheduled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .board import Board
from .instance import schedule_data
from .masks import Masks, bits
from .problem import Interpreter, Participant, Problem, Request, Slot, Table
from .schedule import Schedule, gap
from .solve import solve

SIZES = ((100, 500, 20), (500, 4_000, 24), (2_000, 20_000, 30))
"""Participants, requests and slots of the events measured."""

LANGUAGES = ("en", "uk", "de", "pl", "fr", "it")
SPOKEN = (0.8, 0.5, 0.25, 0.25, 0.2, 0.1)
"""How many of the participants speak each."""


def made_up(participants: int, requests: int, slots: int, seed: int = 0) -> Problem:
    """An event in which nothing is real, the same for the same seed.

    A few are sought by many (popularity is log-normal), most requests are between cities and businesses; one
    in five is there for half the time, some miss single slots; tables are fewer than the requests need; those
    without a common language need one of a few interpreters. Raises ValueError where there are fewer pairs
    than requests.
    """
    if participants * (participants - 1) // 2 < requests:
        raise ValueError(f"{participants} participants are too few for {requests} requests.")
    dice = np.random.default_rng(seed)
    everything = frozenset(range(slots))
    people = []
    for place in range(participants):
        free = set(everything)
        match dice.choice(3, p=(0.7, 0.2, 0.1)):
            case 1:
                half = slots // 2
                free = set(range(half)) if dice.random() < 0.5 else set(range(half, slots))
            case 2:
                free -= set(dice.choice(slots, slots // 5, replace=False).tolist())
        speaks = {code for code, share in zip(LANGUAGES, SPOKEN, strict=True) if dice.random() < share}
        people.append(
            Participant(
                id=place + 1,
                slots=frozenset(free),
                languages=frozenset(speaks or {str(dice.choice(LANGUAGES))}),
                limit=slots // 2 if dice.random() < 0.1 else None,
                online=bool(dice.random() < 0.05),
            )
        )
    tables = max(1, round(0.85 * requests / slots))
    return Problem(
        slots=tuple(Slot(start=9 * 60 + 25 * place, minutes=20) for place in range(slots)),
        tables=tuple(
            Table(place + 1, everything if place % 10 else frozenset(range(slots // 2)))
            for place in range(tables)
        ),
        participants=tuple(people),
        requests=tuple(_requests(dice, participants, requests)),
        interpreters=tuple(
            Interpreter(place + 1, everything, frozenset({"uk", "en", LANGUAGES[2 + place % 4]}))
            for place in range(max(2, participants // 40))
        ),
    )


def _requests(dice: np.random.Generator, participants: int, count: int) -> Iterator[Request]:
    """Requests of distinct pairs, the likelier the more the one asks, the more the other is sought."""
    popularity = dice.lognormal(0, 0.8, participants)
    eagerness = dice.lognormal(0, 0.5, participants)
    is_city = dice.random(participants) < 0.4
    likely = np.outer(eagerness, popularity) * np.where(is_city[:, None] != is_city, 1.0, 0.3)
    one, other = np.triu_indices(participants, 1)
    keys = np.log(likely[one, other] + likely[other, one]) + dice.gumbel(size=len(one))
    for place, pair in enumerate(np.argsort(-keys)[:count].tolist()):
        asking, asked = int(one[pair]), int(other[pair])
        if dice.random() * (likely[asking, asked] + likely[asked, asking]) > likely[asking, asked]:
            asking, asked = asked, asking
        yield Request(
            id=place + 1,
            asking=asking + 1,
            asked=asked + 1,
            priority=int(dice.choice((3, 2, 1), p=(0.25, 0.45, 0.3))),
            score=round(float(dice.beta(3, 2)), 2),
            mutual=bool(dice.random() < 0.2),
        )


@dataclass(frozen=True)
class Measurement:
    """How well one event was scheduled, beside a greedy baseline and the bounds.

    at: seconds and values of the schedules found on the way; greedy: meetings, value and idle slots of
    placing the most valuable requests first, each in its first possible slot.
    """

    name: str
    problem: Problem
    greedy: tuple[int, int, int]
    at: tuple[tuple[float, int], ...]
    schedule: Schedule

    def value_at(self, seconds: float) -> int:
        """The value of the best schedule known after so many seconds, 0 before the first."""
        return max((value for when, value in self.at if when <= seconds), default=0)

    def share_at(self, seconds: float) -> float:
        """The same as a share of the lowest bound."""
        return 1 - gap(self.value_at(seconds), self.schedule.bound)

    @property
    def seconds_to_value(self) -> float:
        """When the final value was reached first."""
        return min(when for when, value in self.at if value == self.schedule.parts.value)

    def data(self) -> dict[str, Any]:
        """Ready for JSON."""
        meetings, value, idle = self.greedy
        return {
            "name": self.name,
            "participants": len(self.problem.participants),
            "requests": len(self.problem.requests),
            "slots": len(self.problem.slots),
            "greedy": {"meetings": meetings, "value": value, "idle": idle},
            "progress": [{"seconds": round(when, 3), "value": value} for when, value in self.at],
            "value_at_1_second": self.value_at(1),
            "seconds_to_value": round(self.seconds_to_value, 3),
            "schedule": schedule_data(self.schedule),
        }


def measure(name: str, problem: Problem, seconds: float) -> Measurement:
    """Schedule a problem. Raises InvalidProblem."""
    problem.check()
    at: list[tuple[float, int]] = []
    greedy = greedily(problem)
    schedule = solve(problem, seconds, lambda progress: at.append((progress.elapsed, progress.value)))
    return Measurement(name, problem, greedy, (*at, (schedule.elapsed, schedule.parts.value)), schedule)


def greedily(problem: Problem) -> tuple[int, int, int]:
    """Meetings, value and idle slots of the baseline."""
    masks = Masks.of(problem)
    board = Board(masks)
    for request in sorted(masks.possible(), key=lambda one: -masks.value[one]):
        if slots := board.possible(request):
            board.place(request, next(bits(slots)))
    value = board.value + sum(problem.weights.value(problem.request[one.request]) for one in problem.fixed)
    return len(board.held()) + len(problem.fixed), value, board.idle()

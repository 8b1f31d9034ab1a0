"""Problems and schedules as JSON, in the form that docs/scheduling.md describes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from .problem import (
    Interpreter,
    Meeting,
    Participant,
    Problem,
    Request,
    Slot,
    Table,
    Weights,
)
from .schedule import Schedule

T = TypeVar("T")
FORMAT = "meetings-1"
KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list"}


class InstanceError(ValueError):
    """The text is not an instance; the message names the field, as in `participants[3].slots`."""


def load(text: str) -> Problem:
    """The problem that a JSON text describes. Raises InstanceError, and InvalidProblem as `Problem.check`."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InstanceError(f"This is not JSON: {error}.") from error
    fields = _Fields(data, "")
    if fields.take("format", str) != FORMAT:
        fields.refuse("format", f"must be {FORMAT}")
    slots = fields.take_all("slots", lambda one: Slot(one.take("start", int), one.take("minutes", int, 20)))
    everything = frozenset(range(len(slots)))
    problem = Problem(
        slots=slots,
        tables=fields.take_all("tables", lambda one: Table(one.take("id", int), one.places(everything))),
        participants=fields.take_all("participants", lambda one: _participant(one, everything)),
        requests=fields.take_all("requests", _request),
        interpreters=fields.take_all(
            "interpreters",
            lambda one: Interpreter(one.take("id", int), one.places(everything), one.words("languages")),
            [],
        ),
        fixed=fields.take_all("fixed", _meeting, []),
        previous=fields.take_all("previous", _meeting, []),
        weights=_weights(fields),
    )
    fields.refuse_others()
    problem.check()
    return problem


def dump(problem: Problem) -> str:
    """The JSON text of a problem; fields at their defaults are left out."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "slots": [{"start": one.start, "minutes": one.minutes} for one in problem.slots],
        "tables": [{"id": one.id, "slots": sorted(one.slots)} for one in problem.tables],
        "participants": [
            {
                "id": one.id,
                "slots": sorted(one.slots),
                "languages": sorted(one.languages),
                **_given({"limit": one.limit, "online": one.online}),
            }
            for one in problem.participants
        ],
        "interpreters": [
            {"id": one.id, "slots": sorted(one.slots), "languages": sorted(one.languages)}
            for one in problem.interpreters
        ],
        "requests": [
            {
                "id": one.id,
                "participants": [*one.pair],
                "priority": one.priority,
                "score": one.score,
                **_given({"mutual": one.mutual, "online": one.online}),
            }
            for one in problem.requests
        ],
        "fixed": [_meeting_data(one) for one in problem.fixed],
        "previous": [_meeting_data(one) for one in problem.previous],
        "weights": {
            "priorities": [*problem.weights.priorities],
            "match": problem.weights.match,
            "mutual": problem.weights.mutual,
        },
    }
    return json.dumps(data, ensure_ascii=False)


def schedule_data(schedule: Schedule) -> dict[str, Any]:
    """A schedule, ready for JSON."""
    parts = schedule.parts
    return {
        "meetings": [_meeting_data(one) for one in schedule.meetings],
        "value": parts.value,
        "without": [*parts.without],
        "moved": [*parts.moved],
        "idle": parts.idle,
        "table_changes": parts.table_changes,
        "bounds": {one.method: one.value for one in schedule.bounds},
        "proven": schedule.proven,
        "unmet": [
            {"request": one.request, "reason": one.reason.value, "who": [*one.who]} for one in schedule.unmet
        ],
        "seconds": round(schedule.elapsed, 3),
    }


class _Fields:
    """An object of the instance, each field of which is taken once."""

    def __init__(self, data: Any, path: str) -> None:
        self.path = path
        if not isinstance(data, dict):
            raise InstanceError(f"{path or 'The instance'} must be an object.")
        self._data: Mapping[str, Any] = data
        self._taken: set[str] = set()

    def take(self, name: str, kind: type[T], default: T | None = None) -> T:
        """A field of this kind; without a default it must be there."""
        self._taken.add(name)
        value = self._data.get(name, default)
        if name not in self._data and default is None:
            self.refuse(name, "is missing")
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            self.refuse(name, f"must be {KINDS[kind]}")
        return value

    def optional(self, name: str) -> int | None:
        """A whole number, or None where it is null or missing."""
        self._taken.add(name)
        return None if self._data.get(name) is None else self.take(name, int)

    def take_all(
        self, name: str, make: Callable[[_Fields], T], default: list[Any] | None = None
    ) -> tuple[T, ...]:
        """A list of objects, each made into something."""
        found = []
        for place, data in enumerate(self.take(name, list, default)):
            one = _Fields(data, f"{self._at(name)}[{place}]")
            found.append(make(one))
            one.refuse_others()
        return tuple(found)

    def numbers(self, name: str, default: list[Any] | None = None) -> list[int]:
        """A list of whole numbers."""
        values = self.take(name, list, default)
        if any(type(value) is not int for value in values):
            self.refuse(name, "must be a list of whole numbers")
        return values

    def places(self, everything: frozenset[int]) -> frozenset[int]:
        """The field `slots`; missing: all there are."""
        return frozenset(self.numbers("slots", sorted(everything)))

    def words(self, name: str) -> frozenset[str]:
        """A list of texts."""
        values = self.take(name, list)
        if not all(isinstance(value, str) for value in values):
            self.refuse(name, "must be a list of texts")
        return frozenset(values)

    def refuse(self, name: str, why: str) -> NoReturn:
        """Raise InstanceError."""
        raise InstanceError(f"{self._at(name)} {why}.")

    def refuse_others(self) -> None:
        """Raise InstanceError for a field that nobody took, most likely misspelt."""
        for name in self._data:
            if name not in self._taken:
                self.refuse(name, "is not known")

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _participant(one: _Fields, everything: frozenset[int]) -> Participant:
    return Participant(
        id=one.take("id", int),
        slots=one.places(everything),
        languages=one.words("languages"),
        limit=one.optional("limit"),
        online=one.take("online", bool, False),
    )


def _request(one: _Fields) -> Request:
    pair = one.numbers("participants")
    if len(pair) != 2:
        one.refuse("participants", "must name two")
    return Request(
        id=one.take("id", int),
        asking=pair[0],
        asked=pair[1],
        priority=one.take("priority", int, 2),
        score=one.take("score", float, 0.5),
        mutual=one.take("mutual", bool, False),
        online=one.take("online", bool, False),
    )


def _meeting(one: _Fields) -> Meeting:
    return Meeting(
        one.take("request", int), one.take("slot", int), one.optional("table"), one.optional("interpreter")
    )


def _weights(fields: _Fields) -> Weights:
    usual = Weights()
    if not (given := fields.take("weights", dict, {})):
        return usual
    one = _Fields(given, "weights")
    priorities = one.numbers("priorities", [*usual.priorities])
    if len(priorities) != 3:
        one.refuse("priorities", "must be three numbers")
    weights = Weights(
        (priorities[0], priorities[1], priorities[2]),
        one.take("match", int, usual.match),
        one.take("mutual", int, usual.mutual),
    )
    one.refuse_others()
    return weights


def _meeting_data(one: Meeting) -> dict[str, int]:
    named = {"request": one.request, "slot": one.slot}
    return named | _given({"table": one.table, "interpreter": one.interpreter})


def _given(data: dict[str, Any]) -> dict[str, Any]:
    """What is neither None nor False."""
    return {name: value for name, value in data.items() if value is not None and value is not False}

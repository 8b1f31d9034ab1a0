"""When two could meet, and why not: slots, people, tables and interpreters, read with few queries.

Participants who book themselves and the organisers' board ask the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext as _

from events.models import Event, Interpreter, Meeting, MeetingRequest, Registration, Slot, Table


class Why(StrEnum):
    """Why a slot is not possible."""

    PAST = "past"
    SESSION_FOR_ALL = "session-for-all"
    AWAY = "away"
    SESSION = "session"
    BUSY = "busy"
    NO_TABLE = "no-table"
    TABLE_CLOSED = "table-closed"
    TABLE_TAKEN = "table-taken"
    NO_LANGUAGE = "no-language"
    NO_INTERPRETER = "no-interpreter"
    INTERPRETER_LANGUAGES = "interpreter-languages"
    INTERPRETER_ABSENT = "interpreter-absent"
    INTERPRETER_TAKEN = "interpreter-taken"


@dataclass(frozen=True)
class Obstacle:
    """Something that stands against a slot. who: the participant, table or interpreter, if it is one."""

    why: Why
    who: Any = None

    def __str__(self) -> str:
        return _sentences()[self.why] % {"who": self.who}


def _sentences() -> dict[Why, str]:
    """What stands against a slot, to a person, by why."""
    return {
        Why.PAST: _("It is in the past."),
        Why.SESSION_FOR_ALL: _("A session for all is held then."),
        Why.AWAY: _("%(who)s is not free then."),
        Why.SESSION: _("%(who)s does not want to miss a session then."),
        Why.BUSY: _("%(who)s has another meeting then."),
        Why.NO_TABLE: _("No table is free then."),
        Why.TABLE_CLOSED: _("Table %(who)s is not in use then."),
        Why.TABLE_TAKEN: _("Table %(who)s is taken then."),
        Why.NO_LANGUAGE: _("The two have no common language, and no interpreter speaks with both."),
        Why.NO_INTERPRETER: _("No interpreter for the two is free then."),
        Why.INTERPRETER_LANGUAGES: _("%(who)s does not speak with both."),
        Why.INTERPRETER_ABSENT: _("%(who)s is not there then."),
        Why.INTERPRETER_TAKEN: _("%(who)s interprets in another meeting then."),
    }


@dataclass(frozen=True)
class Opening:
    """Where and when two can meet: a slot, a table unless online, an interpreter if they need one."""

    slot: Slot
    table: Table | None
    interpreter: Interpreter | None


class Lasting(Protocol):
    """What begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it has ended."""


@dataclass(frozen=True)
class Taken:
    """The time that a meeting takes of a person, a table or an interpreter."""

    starts_at: datetime
    ends_at: datetime
    meeting: int


def overlap(one: Lasting, other: Lasting) -> bool:
    """Whether two last at the same time."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def meets_online(event: Event, person: Registration) -> bool:
    """Whether a participant meets others online: at an online event, or from afar where that is possible."""
    return not event.has_on_site or (event.has_online and person.is_online)


def is_online(request: MeetingRequest) -> bool:
    """Whether the two meet online: one of them does."""
    return any(meets_online(request.event, side) for side in (request.sender, request.receiver))


def languages_in_common(request: MeetingRequest) -> list[str]:
    """The languages (codes) that both speak."""
    return sorted(set(request.sender.languages) & set(request.receiver.languages))


def speaks_with_both(interpreter: Interpreter, request: MeetingRequest) -> bool:
    """Whether an interpreter has a language in common with each of the two."""
    spoken = set(interpreter.languages)
    return all(spoken & set(one.languages) for one in (request.sender, request.receiver))


@dataclass
class Timetable:
    """What is taken and closed at an event, by ids; made by `of`."""

    slots: list[Slot]
    tables: list[Table]
    interpreters: list[Interpreter]
    for_all: list[Lasting]
    closed: set[tuple[int, int]]
    absent: set[tuple[int, int]]
    away: set[tuple[int, int]]
    sessions: dict[int, list[Lasting]] = field(default_factory=lambda: defaultdict(list))
    of_people: dict[int, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    of_tables: dict[int, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    of_interpreters: dict[int, list[Taken]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, event: Event, people: Iterable[Registration] | None = None) -> Timetable:
        """As the event is now, for some participants or for all: nine queries."""
        who: dict[str, Any] = {"registration__event": event}
        if people is not None:
            who = {"registration__in": [one.pk for one in people]}
        sessions = {one.pk: one for one in event.sessions.all()}
        tables, interpreters = event.tables.all(), event.interpreters.all()
        found = cls(
            slots=list(event.slots.order_by("starts_at")),
            tables=list(tables),
            interpreters=list(interpreters),
            for_all=[one for one in sessions.values() if one.is_for_all],
            closed=_pairs(Table.closed_in, "table", table__in=tables),
            absent=_pairs(Interpreter.absent_in, "interpreter", interpreter__in=interpreters),
            away=_pairs(Registration.away_in, "registration", **who),
        )
        for slot in found.slots:
            slot.event = event
        through = Registration.sessions.through.objects.filter(**who)
        for person, session in through.values_list("registration_id", "session_id"):
            found.sessions[person].append(sessions[session])
        found._note_meetings(event)
        return found

    def _note_meetings(self, event: Event) -> None:
        sides = ("request__sender_id", "request__receiver_id")
        meetings = Meeting.objects.standing().filter(event=event)
        for pk, period, table, interpreter, *people in meetings.values_list(
            "pk", "period", "table_id", "interpreter_id", *sides
        ):
            taken = Taken(period.lower, period.upper, pk)
            for person in people:
                self.of_people[person].append(taken)
            if table is not None:
                self.of_tables[table].append(taken)
            if interpreter is not None:
                self.of_interpreters[interpreter].append(taken)

    def openings(self, request: MeetingRequest, ignoring: int | None = None) -> list[Opening]:
        """Where and when the two of a request can meet, in order of time, each slot once.

        ignoring: the id of a meeting that is to be moved, and so takes nothing.
        """
        return [
            Opening(slot, self._table(request, slot, ignoring), self._interpreter(request, slot, ignoring))
            for slot in self.slots
            if not self.obstacles(request, slot, ignoring)
        ]

    def obstacles(self, request: MeetingRequest, slot: Slot, ignoring: int | None = None) -> list[Obstacle]:
        """All that stands against a slot for the two of a request, whatever table or interpreter."""
        found = self.of_both(request, slot, ignoring)
        if not is_online(request) and self._table(request, slot, ignoring) is None:
            found.append(Obstacle(Why.NO_TABLE))
        if not languages_in_common(request) and self._interpreter(request, slot, ignoring) is None:
            can_help = any(speaks_with_both(one, request) for one in self.interpreters)
            found.append(Obstacle(Why.NO_INTERPRETER if can_help else Why.NO_LANGUAGE))
        return found

    def obstacles_there(
        self, request: MeetingRequest, opening: Opening, ignoring: int | None = None
    ) -> list[Obstacle]:
        """All that stands against this slot with this table and this interpreter."""
        slot, found = opening.slot, self.of_both(request, opening.slot, ignoring)
        if opening.table is not None:
            found += self.of_table(opening.table, slot, ignoring)
        elif not is_online(request):
            found.append(Obstacle(Why.NO_TABLE))
        if opening.interpreter is not None:
            found += self.of_interpreter(opening.interpreter, request, slot, ignoring)
        elif not languages_in_common(request):
            found.append(Obstacle(Why.NO_LANGUAGE))
        return found

    def of_both(self, request: MeetingRequest, slot: Slot, ignoring: int | None = None) -> list[Obstacle]:
        """What keeps the two of a request from a slot."""
        found = []
        if slot.has_begun:
            found.append(Obstacle(Why.PAST))
        if any(overlap(slot, one) for one in self.for_all):
            found.append(Obstacle(Why.SESSION_FOR_ALL))
        for person in (request.sender, request.receiver):
            found += self.of_person(person, slot, ignoring)
        return found

    def of_person(self, person: Registration, slot: Slot, ignoring: int | None = None) -> list[Obstacle]:
        """What keeps a participant from a slot, but for sessions for all."""
        found = []
        if (person.pk, slot.pk) in self.away:
            found.append(Obstacle(Why.AWAY, person))
        if any(overlap(slot, one) for one in self.sessions[person.pk]):
            found.append(Obstacle(Why.SESSION, person))
        if _is_taken(self.of_people[person.pk], slot, ignoring):
            found.append(Obstacle(Why.BUSY, person))
        return found

    def of_table(self, table: Table, slot: Slot, ignoring: int | None = None) -> list[Obstacle]:
        """What keeps a table from a slot."""
        if (table.pk, slot.pk) in self.closed:
            return [Obstacle(Why.TABLE_CLOSED, table)]
        is_taken = _is_taken(self.of_tables[table.pk], slot, ignoring)
        return [Obstacle(Why.TABLE_TAKEN, table)] if is_taken else []

    def of_interpreter(
        self, interpreter: Interpreter, request: MeetingRequest, slot: Slot, ignoring: int | None = None
    ) -> list[Obstacle]:
        """What keeps an interpreter from helping the two of a request in a slot."""
        found = []
        if not speaks_with_both(interpreter, request):
            found.append(Obstacle(Why.INTERPRETER_LANGUAGES, interpreter))
        if (interpreter.pk, slot.pk) in self.absent:
            found.append(Obstacle(Why.INTERPRETER_ABSENT, interpreter))
        if _is_taken(self.of_interpreters[interpreter.pk], slot, ignoring):
            found.append(Obstacle(Why.INTERPRETER_TAKEN, interpreter))
        return found

    def _table(self, request: MeetingRequest, slot: Slot, ignoring: int | None) -> Table | None:
        """The first free table; None where the two meet online, or all are taken."""
        if is_online(request):
            return None
        return next((one for one in self.tables if not self.of_table(one, slot, ignoring)), None)

    def _interpreter(self, request: MeetingRequest, slot: Slot, ignoring: int | None) -> Interpreter | None:
        """The first free one who speaks with both; None where they need none, or there is none."""
        if languages_in_common(request):
            return None
        free = (one for one in self.interpreters if not self.of_interpreter(one, request, slot, ignoring))
        return next(free, None)


def _is_taken(taken: list[Taken], slot: Slot, ignoring: int | None) -> bool:
    return any(overlap(slot, one) for one in taken if one.meeting != ignoring)


def _pairs(many_to_many: Any, name: str, **which: Any) -> set[tuple[int, int]]:
    """Rows of a many-to-many field with slots: ids of the one and of the slot."""
    rows = many_to_many.through.objects.filter(**which)
    return set(rows.values_list(f"{name}_id", "slot_id"))

"""What stands in agendas: the sessions one goes to, and one's meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from events.models import Event, Meeting, Registration, Seat, Session


@dataclass(frozen=True)
class Appointment:
    """Something in somebody's agenda: a session, or a meeting with another, where one has a seat.

    form: says what came of it, once it has begun. next: a link by which the two go on together.
    """

    starts_at: datetime
    ends_at: datetime
    hours: str
    session: Session | None = None
    meeting: Meeting | None = None
    other: Registration | None = None
    seat: Seat | None = None
    form: Any = None
    next: Any = None

    @property
    def seat_key(self) -> str:
        """The seat as a form names it."""
        return str(self.seat.pk) if self.seat else ""


def appointments_of(event: Event, one: Registration) -> list[Appointment]:
    """What stands in the agenda of a participant, in order; meetings only where the schedule is shown."""
    return appointments(event, [one], with_meetings=event.shows_schedule)[one.pk]


def appointments(
    event: Event, people: Collection[Registration], *, with_meetings: bool
) -> dict[int, list[Appointment]]:
    """By participant (id) what stands in the agenda, in order: at most four queries, however many people."""
    found = _sessions(event, people)
    if with_meetings:
        for key, meeting in _meetings(event, people):
            found[key].append(meeting)
    for of_one in found.values():
        of_one.sort(key=lambda one: (one.starts_at, one.ends_at))
    return found


def _sessions(event: Event, people: Collection[Registration]) -> dict[int, list[Appointment]]:
    sessions = list(event.sessions.all())
    shown = {one.pk: Appointment(one.starts_at, one.ends_at, one.hours, one) for one in sessions}
    chosen: dict[int, set[int]] = defaultdict(set)
    rows = Registration.sessions.through.objects.filter(registration__in=[one.pk for one in people])
    for key, session in rows.values_list("registration_id", "session_id"):
        chosen[key].add(session)
    return {
        one.pk: [shown[each.pk] for each in sessions if each.is_for_all or each.pk in chosen[one.pk]]
        for one in people
    }


def _meetings(event: Event, people: Collection[Registration]) -> Iterable[tuple[int, Appointment]]:
    seats = list(Seat.objects.filter(meeting__event=event, registration__in=[one.pk for one in people]))
    meetings = event.meetings.standing().named().in_bulk({seat.meeting_id for seat in seats})
    for seat in seats:
        meeting = meetings.get(seat.meeting_id)
        if meeting is None:  # cancelled this very moment
            continue
        request, slot = meeting.request, meeting.slot
        slot.event = event
        other = request.receiver if request.sender_id == seat.registration_id else request.sender
        yield (
            seat.registration_id,
            Appointment(slot.starts_at, slot.ends_at, slot.hours, None, meeting, other, seat),
        )


def days_of(event: Event, found: Iterable[Appointment]) -> list[tuple[date, list[Appointment]]]:
    """An agenda, in order, by the days of the event's time zone."""
    days = groupby(found, key=lambda one: one.starts_at.astimezone(event.zone).date())
    return [(day, list(of_day)) for day, of_day in days]

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
    """By participant (id) what stands in the agenda, in order: at most five queries, however many people."""
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
    found = event.meetings.standing().select_related("request", "slot", "table", "interpreter")
    meetings = found.in_bulk({seat.meeting_id for seat in seats})
    pairs = [(seat, meetings[seat.meeting_id]) for seat in seats if seat.meeting_id in meetings]
    others = _others(people, [_other(seat, meeting) for seat, meeting in pairs])
    for seat, meeting in pairs:
        slot = meeting.slot
        slot.event = meeting.request.event = event
        other = others[_other(seat, meeting)]
        yield (
            seat.registration_id,
            Appointment(slot.starts_at, slot.ends_at, slot.hours, None, meeting, other, seat),
        )


def _other(seat: Seat, meeting: Meeting) -> int:
    """The participant (id) who sits opposite."""
    request = meeting.request
    return request.receiver_id if request.sender_id == seat.registration_id else request.sender_id


def _others(people: Iterable[Registration], wanted: Iterable[int]) -> dict[int, Registration]:
    """Participants by id; those who are at hand are not read again."""
    known = {one.pk: one for one in people}
    return known | Registration.objects.named().in_bulk(set(wanted) - known.keys())


def days_of(event: Event, found: Iterable[Appointment]) -> list[tuple[date, list[Appointment]]]:
    """An agenda, in order, by the days of the event's time zone."""
    days = groupby(found, key=lambda one: one.starts_at.astimezone(event.zone).date())
    return [(day, list(of_day)) for day, of_day in days]

"""Meetings that the two of an accepted request book themselves, and take back."""

from __future__ import annotations

from django.db import IntegrityError, OperationalError
from django.db.backends.postgresql.psycopg_any import errors
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from events.agenda.changes import note_told
from events.free_slots import Opening, Timetable
from events.models import Meeting, MeetingRequest, Registration
from events.models.event import NotPossible
from events.models.meetings import check_clashes

from .answering import held, refuse_begun, standing_meeting
from .asking import refuse_blocked
from .telling import tell_of_booking, tell_of_cancelling


def books(request: MeetingRequest) -> bool:
    """Whether the two of a request may choose a slot now: they agree, and the schedule is shown."""
    event = request.event
    return request.is_accepted and event.books_freely and event.shows_schedule and not event.has_ended


def openings(request: MeetingRequest) -> list[Opening]:
    """Where and when the two could meet: nine queries."""
    return Timetable.of(request.event, (request.sender, request.receiver)).openings(request)


def book(request: MeetingRequest, slot: int, *, by: Registration) -> Meeting:
    """Take a slot (its id) that both have free; the other is told. A confirmed meeting, which stays there.

    Raises NotPossible with a sentence for the person, also where somebody else was faster: should two take
    the same at the same moment, the database gives it to one.
    """
    try:
        with held(request) as now:
            meeting = _arranged(now, slot, by)
            check_clashes()
    except IntegrityError as error:
        raise NotPossible(_too_late()) from error
    except OperationalError as error:
        if not isinstance(error.__cause__, errors.DeadlockDetected):
            raise
        raise NotPossible(_too_late()) from error
    return meeting


def _too_late() -> str:
    return _("Somebody was faster: this slot is not free any more. Choose another one.")


def _arranged(request: MeetingRequest, slot: int, by: Registration) -> Meeting:
    if not books(request):
        raise NotPossible(_("Slots cannot be chosen now."))
    refuse_blocked(request.sender, request.receiver)
    if standing_meeting(request) is not None:
        raise NotPossible(_("You two have a meeting already."))
    free = next((one for one in openings(request) if one.slot.pk == slot), None)
    if free is None:
        raise NotPossible(_too_late())
    meeting = Meeting.objects.filter(request=request).first() or Meeting(event=request.event, request=request)
    meeting.state = Meeting.State.CONFIRMED
    meeting.arrange(free.slot, free.table, free.interpreter)
    AuditEntry.note(by.user, "meeting booked", meeting)
    tell_of_booking(meeting, by)
    note_told(meeting)
    return meeting


def cancel(request: MeetingRequest, *, by: Registration) -> None:
    """Give up the meeting of the two, who still agree to meet; the other is told. Raises NotPossible."""
    with held(request) as now:
        meeting = standing_meeting(now)
        if meeting is None or not now.event.shows_schedule:
            raise NotPossible(_("You two have no meeting."))
        refuse_begun(meeting)
        meeting.cancel()
        AuditEntry.note(by.user, "meeting cancelled", meeting)
        tell_of_cancelling(meeting, by)
        note_told(meeting)

"""Changes of the schedule by hand, checked at once against everything the scheduler would mind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AUDITED, AuditEntry, User
from events.free_slots import Obstacle, Opening, Timetable
from events.meeting_requests.answering import refuse_begun
from events.models import Event, Meeting, MeetingRequest, Slot
from events.models.event import NotPossible
from events.models.meetings import check_clashes

AUDITED.update(
    {
        "meeting arranged": gettext_lazy("meeting at an event arranged by hand"),
        "meeting released": gettext_lazy("meeting at an event released for the next schedule"),
        "meetings confirmed": gettext_lazy("all meetings of an event confirmed"),
    }
)


def arrange(request: MeetingRequest, place: Opening, *, by: User) -> Meeting:
    """Hold the meeting of an accepted request there: confirmed, so that no new schedule moves it.

    Raises NotPossible with everything that stands against it.
    """
    with _held(request.event):
        if not MeetingRequest.objects.between_participants().filter(pk=request.pk).exists():
            raise NotPossible(_("The two do not agree to meet any more."))
        meeting = Meeting.objects.filter(request=request).first() or Meeting(
            event=request.event, request=request
        )
        _refuse_held(meeting)
        if found := obstacles(request, place, meeting.pk):
            raise NotPossible(" ".join(map(str, found)))
        meeting.state = Meeting.State.CONFIRMED
        meeting.arrange(place.slot, place.table, place.interpreter)
        check_clashes()
        AuditEntry.note(by, "meeting arranged", meeting)
    return meeting


def obstacles(request: MeetingRequest, place: Opening, ignoring: int | None) -> list[Obstacle]:
    """All that stands against a place; `ignoring` is the id of the meeting that would be moved there."""
    return times_of(request).obstacles_there(request, place, ignoring)


def times_of(request: MeetingRequest) -> Timetable:
    """What is taken and closed for the two of a request: nine queries."""
    return Timetable.of(request.event, (request.sender, request.receiver))


def slots_for(
    times: Timetable, request: MeetingRequest, meeting: Meeting | None
) -> list[tuple[Slot, list[Obstacle]]]:
    """Every slot of the event with what stands against it for the two of a request."""
    return [(slot, times.obstacles(request, slot, _key(meeting))) for slot in times.slots]


def suggested(
    times: Timetable, request: MeetingRequest, meeting: Meeting | None, asked: Mapping[str, str]
) -> dict[str, Any]:
    """What the form of a place begins with: the slot (id) that is asked for or where the meeting is, else the
    first possible one; with a free table and interpreter, unless a table (id) is asked for.
    """
    openings = times.openings(request, _key(meeting))
    place: Any = next((one for one in openings if str(one.slot.pk) == asked.get("slot")), meeting)
    if place is None and "slot" not in asked:
        place = next(iter(openings), None)
    found = {name: getattr(place, name) for name in ("slot", "table", "interpreter")} if place else {}
    return {**found, **{name: asked[name] for name in ("slot", "table") if name in asked}}


def _key(meeting: Meeting | None) -> int | None:
    return meeting.pk if meeting else None


def cancel(meeting: Meeting, *, by: User) -> None:
    """Give it up; the next schedule may hold it elsewhere. Raises NotPossible once it has begun."""
    with _held(meeting.event):
        _refuse_held(meeting)
        meeting.cancel()
        AuditEntry.note(by, "meeting cancelled", meeting)


def _refuse_held(meeting: Meeting) -> None:
    """What has begun stays where it is, with what the two say of it."""
    if meeting.pk and meeting.state != Meeting.State.CANCELLED:
        refuse_begun(meeting)


def release(meeting: Meeting, *, by: User) -> None:
    """Let the next schedule move a confirmed meeting."""
    with _held(meeting.event):
        Meeting.objects.filter(pk=meeting.pk, state=Meeting.State.CONFIRMED).update(
            state=Meeting.State.PLANNED
        )
        AuditEntry.note(by, "meeting released", meeting)


def confirm_all(event: Event, *, by: User) -> int:
    """Confirm every planned meeting, so that none is moved any more; how many were."""
    with _held(event):
        confirmed = event.meetings.filter(state=Meeting.State.PLANNED).update(state=Meeting.State.CONFIRMED)
        AuditEntry.note(by, "meetings confirmed", event)
    return confirmed


@contextmanager
def _held(event: Event) -> Iterator[None]:
    """Let nobody else change the schedule meanwhile. What is taken at the last moment is not possible."""
    try:
        with transaction.atomic():
            Event.objects.locked(event)
            yield
    except IntegrityError as error:
        raise NotPossible(_("Somebody was faster: this is taken now. Look at the board again.")) from error

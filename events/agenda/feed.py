"""A person's events and meetings in the private calendar of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from events.models import Event, Meeting, Registration
from partnerships.calendar_feed.entries import Entry

from .calendar import place_of


def entries_of(user: User, since: date) -> Iterator[Entry]:
    """Those that the person takes part in and that end on a day or later: two queries."""
    mine = Registration.objects.taking_part().filter(user=user, event__ends_at__date__gte=since)
    keys = set()
    for one in mine.select_related("event__city__country"):
        keys.add(one.pk)
        yield _of_event(one.event)
    meetings = Meeting.objects.standing().filter(seats__registration__in=keys)
    for meeting in meetings.exclude(event__shown=Event.Shown.NOTHING).named():
        yield _of_meeting(meeting, keys)


def _of_event(event: Event) -> Entry:
    begins, ends = (at.astimezone(event.zone) for at in (event.starts_at, event.ends_at))
    url, place = event.get_absolute_url(), event.where()
    return Entry(begins.date(), f"event-{event.pk}", event.title, url, begins, ends, place)


def _of_meeting(meeting: Meeting, mine: set[int]) -> Entry:
    slot, request = meeting.slot, meeting.request
    begins, ends = (at.astimezone(meeting.event.zone) for at in (slot.starts_at, slot.ends_at))
    other = request.receiver if request.sender_id in mine else request.sender
    text = _("Meeting: %(who)s") % {"who": other}
    place, url = place_of(meeting), request.get_absolute_url()
    return Entry(begins.date(), f"meeting-{meeting.pk}", text, url, begins, ends, place)

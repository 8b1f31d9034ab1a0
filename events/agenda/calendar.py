"""An agenda as iCalendar: each session and each meeting is an entry."""

from __future__ import annotations

import icalendar
from django.urls import reverse
from django.utils.translation import gettext as _

from events.calendar_file import as_file, entry, new_calendar, online_at
from events.models import Event, Meeting, Registration
from events.templatetags.event_requests import where

from .appointments import Appointment, appointments_of


def agenda_file(event: Event, one: Registration) -> bytes:
    """The agenda of a participant, in the reader's language."""
    made = new_calendar(event.title)
    for appointment in appointments_of(event, one):
        made.add_component(_entry(event, appointment))
    return as_file(made)


def _entry(event: Event, one: Appointment) -> icalendar.Event:
    begins, ends = (at.astimezone(event.zone) for at in (one.starts_at, one.ends_at))
    if one.session:
        session = one.session
        page = reverse("event-agenda", args=[event.slug])
        place = ", ".join(filter(None, [session.room, event.where()]))
        return entry(
            f"session-{session.pk}", begins, ends, session.title, page, where=place, text=session.text
        )
    meeting = one.meeting
    assert meeting is not None
    is_online = meeting.table_id is None
    return entry(
        f"meeting-{meeting.pk}",
        begins,
        ends,
        _("Meeting: %(who)s") % {"who": one.other},
        meeting.request.get_absolute_url(),
        where=place_of(meeting),
        text=online_at(event.link) if is_online and event.link else "",
    )


def place_of(meeting: Meeting) -> str:
    """Where a meeting is held, in the reader's language."""
    return ", ".join(filter(None, [where(meeting), meeting.event.where() if meeting.table_id else ""]))

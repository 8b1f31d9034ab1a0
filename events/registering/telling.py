"""Notifications of places at events and of participants who do not come."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.letters import in_each_language
from accounts.models import User
from accounts.notifications import notify, register
from events.models import Event, Meeting, MeetingRequest, Registration

PLACE = "event-place"

register(PLACE, _("Events I take part in: a place that became free, a participant who does not come"))


def tell_of_place(registration: Registration) -> None:
    """A place became free for somebody who waited."""
    _tell(registration, "event_place")


def tell_of_cancelling(registration: Registration) -> None:
    """An organiser has cancelled somebody's registration."""
    _tell(registration, "event_cancelled")


def tell_of_parting(request: MeetingRequest, gone: Registration, meeting: Meeting | None) -> None:
    """The other side of a request does not come, and so the meeting is off, if there was one."""
    other = request.receiver if request.sender_id == gone.pk else request.sender
    event = gone.event
    when = f"{meeting.slot} ({event.time_zone})" if meeting else ""
    url = reverse("event", args=[event.slug])
    notify(
        [other.user],
        PLACE,
        "event_parting",
        url,
        event=event.titles,
        who=in_each_language(lambda: str(gone)),
        when=when,
    )


def ask_organisers(event: Event, user: User) -> bool:
    """Tell the organisers that somebody asks to be invited, once; whether there is anybody to tell."""
    people = list(event.organisers.filter(is_active=True))
    notify(
        people,
        PLACE,
        "event_asked",
        reverse("event-guests", args=[event.slug]),
        key=f"asked-{event.pk}-{user.pk}",
        event=event.titles,
        name=user.name,
        email=user.email,
    )
    return bool(people)


def _tell(registration: Registration, template: str) -> None:
    event = registration.event
    url = reverse("event-register", args=[event.slug])
    notify([registration.user], PLACE, template, url, event=event.titles)

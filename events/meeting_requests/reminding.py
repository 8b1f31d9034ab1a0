"""Reminders: of requests that wait for an answer, and to those who have no request or no meeting yet."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Notification
from events.models import Event, Meeting, MeetingRequest, Registration
from events.querysets import RegistrationQuerySet

from .telling import MEETING, remind

BEFORE_ANSWERS = timedelta(days=3)
BEFORE_REQUESTS = timedelta(days=7)
"""How long before requests close one is reminded to answer, and to ask."""

UNANSWERED, NO_REQUEST, NO_MEETING = "event_unanswered", "event_no_request", "event_no_meeting"
"""What one is reminded of: the template, and with the event the key by which it is told once."""


def remind_all() -> int:
    """Remind everybody who is due, each once of each; how many were."""
    return sum(_of_requests(event) for event in _closing()) + sum(_of_schedule(event) for event in _shown())


def _closing() -> list[Event]:
    """Events whose requests close within the longer of the two times."""
    now = timezone.now()
    closing = Event.objects.published().filter(requests_close_at__lte=now + BEFORE_REQUESTS)
    return list(closing.filter(requests_close_at__gt=now, requests_open_at__lte=now))


def _shown() -> list[Event]:
    """Events to come that show a schedule."""
    return list(Event.objects.published().to_come().showing_schedule())


def _of_requests(event: Event) -> int:
    told = _each(event, without_request(event), NO_REQUEST, "event-participants")
    closes_at = event.requests_close_at
    if closes_at is not None and closes_at - BEFORE_ANSWERS <= timezone.now():
        told += _each(event, with_unanswered(event), UNANSWERED, "event-requests")
    return told


def _of_schedule(event: Event) -> int:
    return _each(event, without_meeting(event), NO_MEETING, "event-requests")


def with_unanswered(event: Event) -> RegistrationQuerySet:
    """Participants who owe somebody an answer."""
    waiting = event.requests.filter(receiver=OuterRef("pk"), state=MeetingRequest.State.SENT)
    return event.registrations.taking_part().filter(Exists(waiting))


def without_request(event: Event) -> RegistrationQuerySet:
    """Participants open to meetings who have asked nobody and were asked by nobody."""
    live = event.requests.live().filter(Q(sender=OuterRef("pk")) | Q(receiver=OuterRef("pk")))
    return event.registrations.open_to_meetings().filter(~Exists(live))


def without_meeting(event: Event) -> RegistrationQuerySet:
    """Participants open to meetings who have none."""
    meetings = Meeting.objects.standing().filter(seats__registration=OuterRef("pk"))
    return event.registrations.open_to_meetings().filter(~Exists(meetings))


def _each(event: Event, due: RegistrationQuerySet, what: str, page: str) -> int:
    """Remind one after the other, each in a transaction with its lock, none twice; how many."""
    key = f"{what}-{event.pk}"
    told = Notification.objects.filter(user=OuterRef("user"), kind=MEETING, key=key)
    fresh = due.filter(~Exists(told), user__is_active=True)
    done = last = 0
    while True:
        with transaction.atomic():
            one = _next(fresh.filter(pk__gt=last))
            if one is None:
                return done
            last, one.event = one.pk, event
            if not one.user.notifications.filter(kind=MEETING, key=key).exists():  # told while we waited
                remind(one, what, page, key)
                done += 1


def _next(fresh: RegistrationQuerySet) -> Registration | None:
    free = fresh.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return free.select_related("user").order_by("pk").first()

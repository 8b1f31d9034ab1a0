"""Places at an event: who gets one, who waits, and what becomes of those given up."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from events.agenda.changes import note_told
from events.meeting_requests.asking import locked
from events.models import Event, Meeting, MeetingRequest, Registration
from events.models.event import NotPossible

from .telling import tell_of_cancelling, tell_of_parting, tell_of_place

State = Registration.State


def free_places(event: Event) -> int:
    """How many places are free; below zero where more take part than there are."""
    return event.capacity - event.registrations.taking_part().count()


def register(mine: Registration, *, by: User) -> None:
    """Give a person a place, or one in the queue where none is free or others wait; saves `mine`.

    Raises NotPossible where the event is over, or the person has registered meanwhile.
    """
    with transaction.atomic():
        event = Event.objects.locked(mine.event)
        _refuse_late(event)
        if event.registrations.coming().filter(user=mine.user).exists():
            raise NotPossible(_("You are registered already."))
        is_full = free_places(event) <= 0 or event.registrations.waiting().exists()
        mine.state = State.WAITING if is_full else State.REGISTERED
        mine.queued_at = timezone.now()
        mine.checked_in_at = mine.checked_in_by = None
        mine.save()
        AuditEntry.note(by, "event registration", event, registration=mine.pk, state=mine.state)


def cancel(registration: Registration, *, by: User | None) -> None:
    """Give up a place with all meetings and requests that are still to come; others are told, and move up.

    Nothing happens to one cancelled before. Raises NotPossible once the event is over.
    """
    with transaction.atomic():
        event = Event.objects.locked(registration.event)
        _refuse_late(event)
        locked(registration, *event.registrations.filter(seats__meeting__seats__registration=registration))
        gone = event.registrations.select_for_update(of=("self",)).named().get(pk=registration.pk)
        if not gone.comes:
            return
        gone.state, gone.checked_in_at, gone.checked_in_by = State.CANCELLED, None, None
        gone.save(update_fields=["state", "checked_in_at", "checked_in_by"])
        AuditEntry.note(by, "event registration cancelled", event, registration=gone.pk)
        _give_up_meetings(gone)
        if by != gone.user:
            tell_of_cancelling(gone)
        fill(event)


def let_in(registration: Registration, *, by: User) -> None:
    """Give a place to somebody who waits or had cancelled, free or not. Raises NotPossible."""
    with transaction.atomic():
        event = Event.objects.locked(registration.event)
        _refuse_late(event)
        waiting = event.registrations.select_for_update(of=("self",)).get(pk=registration.pk)
        if waiting.takes_part:
            return
        AuditEntry.note(by, "event registration", event, registration=waiting.pk, state="let in")
        _move_up([waiting])


def fill(event: Event) -> None:
    """Give the free places to those who wait longest; call it with the event locked."""
    if not event.has_ended and (free := free_places(event)) > 0:
        _move_up(event.registrations.waiting()[:free])


def _move_up(people: Iterable[Registration]) -> None:
    for one in people:
        one.state = State.REGISTERED
        one.save(update_fields=["state"])
        tell_of_place(one)


def _give_up_meetings(gone: Registration) -> None:
    """Cancel the meetings that were to come, withdraw the requests that came to none, and tell the others."""
    now = timezone.now()
    meetings = {
        one.request_id: one
        for one in Meeting.objects.standing().of(gone).named().filter(slot__ends_at__gt=now)
    }
    held = Meeting.objects.standing().of(gone).exclude(pk__in=[one.pk for one in meetings.values()])
    requests = MeetingRequest.objects.live().of(gone).exclude(meeting__in=held).named()
    for request in list(requests):
        meeting = meetings.get(request.pk)
        if meeting is not None:
            meeting.cancel()
            note_told(meeting)
        request.state, request.answered_at = MeetingRequest.State.WITHDRAWN, now
        request.save(update_fields=["state", "answered_at"])
        tell_of_parting(request, gone, meeting)


def _refuse_late(event: Event) -> None:
    if event.has_ended:
        raise NotPossible(_("The event is over."))

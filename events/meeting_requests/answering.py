"""What becomes of a request for a meeting: answered, taken back, weighed anew, talked about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from events.agenda.changes import note_told
from events.models import Event, Meeting, MeetingRequest, Registration, RequestMessage
from events.models.event import NotPossible
from partnerships.models import Party

from .asking import accepted, locked, refuse_blocked
from .telling import tell_of_answer, tell_of_request_message

State = MeetingRequest.State
SAME_CLICK = timedelta(minutes=1)


@contextmanager
def held(request: MeetingRequest) -> Iterator[MeetingRequest]:
    """The request as it is now; nobody else changes it, or books at the event, before the block ends.

    The event is locked first, then the two, as those who ask lock them, then the request.
    """
    with transaction.atomic():
        Event.objects.locked(request.event)
        locked(request.sender, request.receiver)
        yield _locked(request)


def _locked(request: MeetingRequest) -> MeetingRequest:
    found = MeetingRequest.objects.named().select_related("event")
    return found.select_for_update(of=("self",), no_key=True).get(pk=request.pk)


def accept(request: MeetingRequest, *, by: Registration, priority: int) -> None:
    """Say yes, with how much one wants it oneself. Raises NotPossible, as all changes here do."""
    with held(request) as now:
        _refuse_unless(now.receiver_id == by.pk and now.is_waiting, now)
        refuse_blocked(now.receiver, now.sender)
        if not now.sender.takes_part:
            raise NotPossible(_("%(name)s does not take part any more.") % {"name": now.sender})
        accepted(now, priority)


def decline(request: MeetingRequest, *, by: Registration) -> None:
    """Say no, also after a yes: a meeting that is arranged is cancelled."""
    with held(request) as now:
        _refuse_unless(now.receiver_id == by.pk and now.is_live, now)
        _end(now, by, State.DECLINED)


def withdraw(request: MeetingRequest, *, by: Registration) -> None:
    """Take back what one asked, also after the other's yes: a meeting that is arranged is cancelled."""
    with held(request) as now:
        _refuse_unless(now.sender_id == by.pk and now.is_live, now)
        _end(now, by, State.WITHDRAWN)


def end_all_between(blocking: Party, blocked: Party) -> None:
    """End what two sides have asked of each other or agreed on, in the name of the one that blocks the other.

    Meetings that have begun, and events that are over, stay as they are.
    """
    ways = Q(sender__party=blocking, receiver__party=blocked) | Q(
        sender__party=blocked, receiver__party=blocking
    )
    for request in MeetingRequest.objects.live().filter(ways).named().select_related("event"):
        with suppress(NotPossible):
            if request.sender.party_id == blocking.pk:
                withdraw(request, by=request.sender)
            else:
                decline(request, by=request.receiver)


def _end(request: MeetingRequest, by: Registration, state: MeetingRequest.State) -> None:
    meeting = standing_meeting(request)
    if meeting is not None:
        refuse_begun(meeting)
        meeting.cancel()
        note_told(meeting)
    request.state, request.answered_at = state, timezone.now()
    request.save(update_fields=["state", "answered_at"])
    AuditEntry.note(by.user, f"meeting request {state}", request)
    tell_of_answer(request, meeting)


def standing_meeting(request: MeetingRequest) -> Meeting | None:
    """The meeting that the two of a request have, if it is not cancelled."""
    found = Meeting.objects.standing().select_related("slot__event", "table", "interpreter", "event")
    return found.filter(request=request).first()


def refuse_begun(meeting: Meeting) -> None:
    """Raise NotPossible where it is too late to call a meeting off."""
    if meeting.slot.has_begun:
        raise NotPossible(_("The meeting has begun: this is not possible any more."))


def choose_priority(request: MeetingRequest, *, by: Registration, priority: int) -> None:
    """Say anew how much one wants it, while requests are open."""
    with held(request) as now:
        _refuse_unless(now.priority_of(by) is not None and now.is_live, now)
        if not now.event.takes_requests():
            raise NotPossible(_("Requests are closed: priorities stay as they are."))
        field = "priority" if now.sender_id == by.pk else "answer_priority"
        setattr(now, field, priority)
        now.save(update_fields=[field])


def write(request: MeetingRequest, *, by: Registration, text: str) -> None:
    """Write a message to the other; the same again within a minute is a second click, and dropped."""
    with held(request) as now:
        if not now.is_live:
            raise NotPossible(_("No more can be written here: the request is %(state)s.") % _state(now))
        refuse_blocked(by, now.other_side(by))
        last = now.messages.filter(sent_at__gt=timezone.now() - SAME_CLICK).last()
        if last is not None and (last.by_id, last.text) == (by.pk, text):
            return
        tell_of_request_message(RequestMessage.objects.create(request=now, by=by, text=text))


def _refuse_unless(is_possible: bool, request: MeetingRequest) -> None:
    """Raise NotPossible for what the state, or the side, does not allow, and after the event."""
    if request.event.has_ended:
        raise NotPossible(_("The event is over."))
    if not is_possible:
        raise NotPossible(_("This is not possible any more: the request is %(state)s.") % _state(request))


def _state(request: MeetingRequest) -> dict[str, str]:
    return {"state": request.get_state_display()}

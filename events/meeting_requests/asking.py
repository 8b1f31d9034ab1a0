"""Asking for a meeting: whom, how often, and what happens when two ask each other."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import AuditEntry
from events.models import Event, MeetingRequest, Registration, RequestMessage
from events.models.event import NotPossible

from .fit import fit_of
from .telling import tell_of_answer, tell_of_request

MOST_OF_A_PAIR = 3
"""How often one may ask the same other, after taking it back."""


class AlreadyAsked(NotPossible):
    """One of the two has asked already: `request` waits or was accepted."""

    def __init__(self, request: MeetingRequest) -> None:
        super().__init__(_("There is a request of you two already."))
        self.request = request


def locked(*people: Registration) -> None:
    """Hold participants until the transaction ends, always in the same order: nobody else asks for them."""
    found = Registration.objects.select_for_update(of=("self",), no_key=True)
    list(found.filter(pk__in=[one.pk for one in people]).order_by("pk"))


def ask(sender: Registration, receiver: Registration, *, priority: int, sentence: str) -> MeetingRequest:
    """Ask another participant for a meeting.

    Whoever asks one who has asked them says yes to that: the request there is becomes accepted, with the
    priority as answer and the sentence as a message. Raises AlreadyAsked where the same was asked already,
    NotPossible with a sentence for the person in all other cases. Two who ask at the same moment do it one
    after the other.
    """
    with transaction.atomic():
        locked(sender, receiver)
        refuse(sender, receiver)
        found = MeetingRequest.objects.live().between(sender, receiver).named()
        live = found.select_for_update(of=("self",), no_key=True).first()
        if live is not None:
            return _agreed(live, sender, priority, sentence)
        _refuse_too_many(sender, receiver)
        fit = fit_of(sender.party, receiver.party)
        request = MeetingRequest.objects.create(
            event=sender.event,
            sender=sender,
            receiver=receiver,
            priority=priority,
            sentence=sentence,
            score=fit.score if fit else None,
        )
        AuditEntry.note(sender.user, "meeting requested", request)
        tell_of_request(request)
    return request


def _agreed(live: MeetingRequest, by: Registration, priority: int, sentence: str) -> MeetingRequest:
    if live.sender_id == by.pk or not live.is_waiting:
        raise AlreadyAsked(live)
    RequestMessage.objects.create(request=live, by=by, text=sentence)
    accepted(live, priority)
    return live


def accepted(request: MeetingRequest, priority: int) -> None:
    """Make it one that both want; call it with the two or the request locked."""
    request.state, request.answer_priority = MeetingRequest.State.ACCEPTED, priority
    request.answered_at = timezone.now()
    request.save(update_fields=["state", "answer_priority", "answered_at"])
    AuditEntry.note(request.receiver.user, "meeting request accepted", request)
    tell_of_answer(request)


def refuse(sender: Registration, receiver: Registration) -> None:
    """Raise NotPossible, with the reason, where one may not ask the other for a meeting."""
    event = sender.event
    if not event.takes_requests():
        raise NotPossible(_closed(event))
    if sender.pk == receiver.pk or (sender.party_id and sender.party_id == receiver.party_id):
        raise NotPossible(_("This is your own side: choose another."))
    if not open_to_meetings(receiver):
        raise NotPossible(_("%(name)s takes no requests for meetings.") % {"name": receiver})
    if not open_to_meetings(sender):
        raise NotPossible(_("Say in your registration that you are open to meetings first."))
    refuse_blocked(sender, receiver)


def open_to_meetings(one: Registration) -> bool:
    """Whether others may ask the participant now."""
    return Registration.objects.open_to_meetings().filter(pk=one.pk).exists()


def refuse_blocked(one: Registration, other: Registration) -> None:
    """Raise NotPossible where the side of one has blocked that of the other, whichever."""
    if one.party is None or other.party is None:
        return
    if other.party.has_blocked(one.party):
        raise NotPossible(_("%(name)s takes no requests from you.") % {"name": other.party.name})
    if one.party.has_blocked(other.party):
        raise NotPossible(_("You have blocked %(name)s. Let it in again first.") % {"name": other.party.name})


def _closed(event: Event) -> str:
    if event.requests_open_at and event.requests_open_at > timezone.now():
        return _("Requests for meetings are not open yet.")
    return _("Requests for meetings are closed.")


def requests_left(sender: Registration) -> int:
    """How many more meetings the participant may request."""
    sent = MeetingRequest.objects.live().filter(sender=sender).count()
    return max(0, sender.event.most_requests - sent)


def _refuse_too_many(sender: Registration, receiver: Registration) -> None:
    if not requests_left(sender):
        most = sender.event.most_requests
        message = ngettext(
            "You have %(count)s request that waits or was accepted, as many as may be. Take one back first.",
            "You have %(count)s requests that wait or were accepted, as many as may be. Take one back first.",
            most,
        )
        raise NotPossible(message % {"count": most})
    earlier = MeetingRequest.objects.filter(sender=sender, receiver=receiver)
    if earlier.filter(state=MeetingRequest.State.DECLINED).exists():
        raise NotPossible(_("%(name)s has declined a meeting with you.") % {"name": receiver})
    if earlier.count() >= MOST_OF_A_PAIR:
        raise NotPossible(_("You have asked %(name)s often enough.") % {"name": receiver})

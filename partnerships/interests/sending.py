"""Sending an expression of interest: who may write to whom, and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import AuditEntry, User
from partnerships.conversations.models import Conversation

from .fit import measured
from .models import Interest, NotPossible, Party, locked
from .telling import tell_of_interest

MOST_A_DAY = 20
"""Expressions of interest that one side may send in 24 hours."""


class AlreadyOpen(NotPossible):
    """One of the two has written already: `interest` waits for an answer."""

    def __init__(self, interest: Interest) -> None:
        super().__init__(_("An expression of interest between the two waits for an answer already."))
        self.interest = interest


def send(sender: Party, receiver: Party, *, by: User, reason: str, **about: Any) -> Interest:
    """Write to another side; `about` may name a topic, a project and its need.

    Raises AlreadyOpen where one of the two has written already, NotPossible with a sentence for the person
    in all other cases. Two who write at the same moment do it one after the other.
    """
    with transaction.atomic():
        locked(sender, receiver)
        refuse(sender, receiver, by)
        interest = Interest.objects.create(
            sender=sender,
            receiver=receiver,
            by=by,
            reason=reason,
            expires_at=timezone.now() + Interest.VALID,
            **measured(sender, receiver),
            **about,
        )
        AuditEntry.note(by, "interest sent", interest)
        tell_of_interest(interest)
    return interest


def refuse(sender: Party, receiver: Party, by: User) -> None:
    """Raise NotPossible, with the reason, where the person may not write to the other side."""
    if sender == receiver:
        raise NotPossible(_("This is your own side: choose another."))
    if not sender.is_represented_by(by):
        raise NotPossible(_("You do not speak for %(name)s any more.") % {"name": sender.name})
    if not receiver.people():
        raise NotPossible(_("Nobody speaks for %(name)s on the portal yet.") % {"name": receiver.name})
    if receiver.has_blocked(sender):
        raise NotPossible(_("%(name)s takes no expressions of interest from you.") % {"name": receiver.name})
    if sender.has_blocked(receiver):
        raise NotPossible(
            _("You have blocked %(name)s. Let it in again before you write.") % {"name": receiver.name}
        )
    if Conversation.objects.between(sender, receiver).exists():
        raise NotPossible(_("You are talking with %(name)s already.") % {"name": receiver.name})
    if (waiting := Interest.objects.between(sender, receiver).open().first()) is not None:
        raise AlreadyOpen(waiting)
    _refuse_too_many(sender)


def _refuse_too_many(sender: Party) -> None:
    day = timezone.now() - timedelta(days=1)
    if Interest.objects.filter(sender=sender, sent_at__gt=day).count() >= MOST_A_DAY:
        message = ngettext(
            "You have sent %(count)s expression of interest today, as many as may be. Write again tomorrow.",
            "You have sent %(count)s expressions of interest today, as many as may be. Write again tomorrow.",
            MOST_A_DAY,
        )
        raise NotPossible(message % {"count": MOST_A_DAY})

"""What the accounts announce: data asked for, an account that goes."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data, deleting_account
from events.badges.drawing import ALL, OWN
from events.models import GuestInvitation, Registration
from events.registering.places import cancel
from partnerships.papers.models import Paper


@receiver(collecting_own_data)
def own_registrations(user: User, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:
    """The person's registrations, and the guests they invited."""
    mine = Registration.objects.filter(user=user).select_related("event")
    invited = GuestInvitation.objects.filter(invited_by=user)
    return {
        "event registrations": [_said(one) for one in mine.prefetch_related("topics", "away_in", "sessions")],
        "guests invited": [row(one) for one in invited],
    }


def _said(one: Registration) -> dict[str, Any]:
    return row(one) | {
        "event": str(one.event),
        "topics": [topic.pk for topic in one.topics.all()],
        "away_in": [slot.starts_at for slot in one.away_in.all()],
        "sessions": [str(session) for session in one.sessions.all()],
    }


@receiver(deleting_account)
def leave_events(user: User, **kwargs: Any) -> None:
    """Give up the places at events to come; of those that are over stays the fact, without a name."""
    for one in Registration.objects.coming().filter(user=user).select_related("event"):
        if not one.event.has_ended:
            cancel(one, by=user)
    GuestInvitation.objects.filter(registration__user=user).update(name="", email="", organisation="")
    mine = Registration.objects.filter(user=user)
    Paper.objects.about(OWN, *mine.values_list("pk", flat=True)).delete()
    Paper.objects.about(ALL, *mine.values_list("event_id", flat=True)).delete()
    mine.update(name="", guest_of="", goals="", languages=[])

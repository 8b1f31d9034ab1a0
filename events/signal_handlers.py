"""What events do when the lower apps announce something."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.forgetting import forget_words
from accounts.membership import Membership
from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data, deleting_account, membership_changed
from cities.signals import demonstration_loading
from events import demo
from events.agenda import printed as agendas
from events.badges import drawing as badges
from events.meeting_requests.answering import end_all_between
from events.models import Event, GuestInvitation, Meeting, MeetingRequest, Registration, RequestMessage, Seat
from events.querysets import RegistrationQuerySet
from events.registering.places import cancel
from partnerships.models import Block, Party
from partnerships.papers.models import Paper


@receiver(collecting_own_data)
def own_registrations(user: User, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:
    """The person's registrations and what they said by them, their invitations, and events they made."""
    mine = Registration.objects.filter(user=user).select_related("event")
    invited = GuestInvitation.objects.filter(invited_by=user)
    to_them = GuestInvitation.objects.filter(registration__user=user)
    return {
        "events created": [row(one) for one in Event.objects.filter(created_by=user)],
        "invitations accepted as a guest": [row(one) for one in to_them],
        "notes on meetings": [
            row(one) | {"period": [one.period.lower, one.period.upper]}
            for one in Seat.objects.filter(registration__user=user)
        ],
        "event registrations": [_said(one) for one in mine.prefetch_related("topics", "away_in", "sessions")],
        "guests invited": [row(one) for one in invited],
        "meetings requested": [row(one) for one in MeetingRequest.objects.filter(sender__user=user)],
        "messages on meeting requests": [row(one) for one in RequestMessage.objects.filter(by__user=user)],
    }


def _said(one: Registration) -> dict[str, Any]:
    return row(one) | {
        "event": str(one.event),
        "topics": [topic.pk for topic in one.topics.all()],
        "away_in": [slot.starts_at for slot in one.away_in.all()],
        "sessions": [str(session) for session in one.sessions.all()],
    }


@receiver(membership_changed)
def leave_for_the_suspended(membership: Membership, action: str, by: User, **kwargs: Any) -> None:
    """Whoever represents somebody no more gives up the places that were for them at events to come."""
    if action not in ("suspend", "withdraw"):
        return
    party = Party.objects.of(membership.represented)
    _give_up(Registration.objects.filter(user=membership.user, party=party), by=by)


def _give_up(registrations: RegistrationQuerySet, *, by: User) -> None:
    for one in registrations.coming().select_related("event"):
        if not one.event.has_ended:
            cancel(one, by=by)


@receiver(post_save, sender=Block)
def meet_no_more(instance: Block, created: bool, **kwargs: Any) -> None:
    """Whoever blocks a side meets it at no event to come."""
    if created:
        end_all_between(instance.by_party, instance.party)


@receiver(deleting_account)
def leave_events(user: User, **kwargs: Any) -> None:
    """Give up the places at events to come; of those that are over stays the fact, without a name."""
    _give_up(Registration.objects.filter(user=user), by=user)
    invitations = GuestInvitation.objects.filter(registration__user=user)
    mine = Registration.objects.filter(user=user)
    meetings = Meeting.objects.filter(seats__registration__in=mine)
    asked = MeetingRequest.objects.filter(Q(sender__in=mine) | Q(receiver__in=mine))
    forget_words([*invitations, *mine, *meetings, *asked])
    invitations.update(name="", email="", organisation="")
    Seat.objects.filter(registration__in=mine).update(note="")
    for kind in (badges.OWN, agendas.OWN):
        Paper.objects.about(kind, *mine.values_list("pk", flat=True)).delete()
    for kind in (badges.ALL, agendas.ALL):
        Paper.objects.about(kind, *mine.values_list("event_id", flat=True)).delete()
    mine.update(name="", guest_of="", goals="", languages=[])


@receiver(demonstration_loading)
def add_demonstration_events(**_announced: Any) -> None:
    """Demonstration members meet at demonstration events."""
    demo.add_events()

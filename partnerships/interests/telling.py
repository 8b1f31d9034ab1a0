"""Notifications of expressions of interest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.notifications import notify, register

if TYPE_CHECKING:
    from .models import Interest, Party

INTEREST = "interest"

register(INTEREST, _("Expressions of interest: new ones, answers, and those about to expire"))


def tell_of_interest(interest: Interest) -> None:
    """Tell the receivers that somebody would like to work with them."""
    notify(
        interest.receiver.people(),
        INTEREST,
        "interest_sent",
        reverse("interest", args=[interest.pk]),
        other=interest.sender.names,
        mine=interest.receiver.names,
        reason=interest.reason,
    )


def tell_of_answer(interest: Interest) -> None:
    """Tell the senders what was answered, or the receivers that it was withdrawn or has expired."""
    state = interest.State
    to = [interest.receiver] if interest.state == state.WITHDRAWN else [interest.sender]
    if interest.state == state.EXPIRED:
        to = [interest.sender, interest.receiver]
    for party in to:
        notify(
            [person for person in party.people() if person != interest.answered_by],
            INTEREST,
            f"interest_{interest.state}",
            reverse("interest", args=[interest.pk]),
            other=interest.other_side(party).names,
            mine=party.names,
            answer=interest.answer,
        )


def remind_of_interest(interest: Interest) -> None:
    """Remind the receivers that an answer is awaited."""
    notify(
        interest.receiver.people(),
        INTEREST,
        "interest_waits",
        reverse("interest", args=[interest.pk]),
        key=f"interest-waits-{interest.pk}",
        other=interest.sender.names,
        mine=interest.receiver.names,
        until=interest.expires_at.date().isoformat(),
    )


def tell_of_joining(inviting: Party, joined: Party) -> None:
    """Tell those who invited a city that somebody speaks for it now; once, however many are approved."""
    notify(
        inviting.people(),
        INTEREST,
        "city_joined",
        reverse("interest-new", args=["city", joined.city_id]),
        key=f"city-joined-{joined.pk}-{inviting.pk}",
        other=joined.names,
        mine=inviting.names,
    )

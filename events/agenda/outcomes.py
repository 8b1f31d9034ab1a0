"""What a participant says of a meeting once it has begun, and what may come next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Meeting, Registration, Seat
from events.models.event import NotPossible
from partnerships.interests.fit import measured
from partnerships.models import Interest, Partnership, Party

from .appointments import Appointment


class OutcomeForm(forms.ModelForm):
    """What came of a meeting, and a note for oneself."""

    class Meta:
        model = Seat
        fields = ("outcome", "note")
        widgets = {"outcome": forms.RadioSelect, "note": forms.Textarea({"rows": 3})}

    def __init__(self, data: Any, *, instance: Seat) -> None:
        super().__init__(data, instance=instance, auto_id=f"seat{instance.pk}_%s")
        self.fields["outcome"].required = True
        self.fields["outcome"].choices = Seat.Outcome.choices  # type: ignore[attr-defined]


def has_begun(meeting: Meeting) -> bool:
    """Whether one can say what came of it."""
    return meeting.slot.starts_at <= timezone.now()


def keep(form: OutcomeForm, meeting: Meeting) -> None:
    """Save what somebody says, and how well the two fit now. Raises NotPossible before the meeting."""
    if not has_begun(meeting):
        raise NotPossible(_("The meeting has not begun yet."))
    with transaction.atomic():
        form.save()
        one, other = meeting.request.sender.party, meeting.request.receiver.party
        if meeting.measured is None and one and other:
            meeting.measured = measured(one, other)
            meeting.save(update_fields=["measured"])


class Next(NamedTuple):
    """A link by which two go on together."""

    url: str
    label: str


def with_outcomes(
    mine: Registration, found: Iterable[Appointment], refused: OutcomeForm | None
) -> list[Appointment]:
    """An agenda with the form of each meeting that has begun, and where the two go on: two queries at most.

    refused: the form that was sent and could not be kept.
    """
    found = list(found)
    links = _next(mine, found)
    return [replace(one, form=_form(one, refused), next=links.get(one.seat_key)) for one in found]


def _form(one: Appointment, refused: OutcomeForm | None) -> OutcomeForm | None:
    if one.meeting is None or one.seat is None or not has_begun(one.meeting):
        return None
    return refused if refused and refused.instance == one.seat else OutcomeForm(None, instance=one.seat)


def _next(mine: Registration, found: Iterable[Appointment]) -> dict[str, Next]:
    """By seat where the two go on who want to."""
    others = {
        one.seat_key: one.other.party
        for one in found
        if one.seat and one.seat.outcome == Seat.Outcome.PARTNERSHIP and one.other and one.other.party
    }
    if mine.party is None or not others:
        return {}
    there = _there(mine.party, [party.pk for party in others.values()])
    return {key: there.get(party.pk) or _new(party) for key, party in others.items()}


def _there(mine: Party, others: list[int]) -> dict[int, Next]:
    """By the other side (id) the partnership there is, or the expression of interest that waits."""
    interests = Interest.objects.open().filter(
        Q(sender=mine, receiver__in=others) | Q(receiver=mine, sender__in=others)
    )
    partnerships = Partnership.objects.living().filter(
        Q(one=mine, other__in=others) | Q(other=mine, one__in=others)
    )
    found = {
        one.receiver_id if one.sender_id == mine.pk else one.sender_id: Next(
            one.get_absolute_url(), _("The expression of interest")
        )
        for one in interests
    }
    for partnership in partnerships:
        other = partnership.other_id if partnership.one_id == mine.pk else partnership.one_id
        found[other] = Next(partnership.get_absolute_url(), _("Your partnership"))
    return found


def _new(party: Party) -> Next:
    whom = ["city", party.city_id] if party.city_id else ["organisation", party.one.slug]
    return Next(reverse("interest-new", args=whom), _("Express interest"))

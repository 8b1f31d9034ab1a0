"""What the accounts announce: data asked for, an account that goes."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data, deleting_account
from partnerships.models import Memorandum, Paper, Partnership, PartnershipChange, PartnershipTask, Party

from .drafting import MEMORANDUM


@receiver(collecting_own_data)
def own_partnerships(user: User, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:
    """What the person did in partnerships: it stays with both sides, by an account without a name."""
    return {
        "partnerships begun": [row(one) for one in Partnership.objects.filter(begun_by=user)],
        "changes of partnerships": [row(one) for one in PartnershipChange.objects.filter(by=user)],
        "tasks of partnerships done": [row(one) for one in PartnershipTask.objects.filter(done_by=user)],
        "memoranda": [row(one) for one in Memorandum.objects.filter(uploaded_by=user)],
    }


@receiver(deleting_account)
def forget_drafts_with_the_name(user: User, **kwargs: Any) -> None:
    """Drafts of memoranda name those who speak for the sides: they go, to be made anew without."""
    spoken_for = Q(city__mayors__user=user) | Q(organisation__members__user=user)
    sides = Party.objects.filter(spoken_for).values("pk")
    named = Partnership.objects.filter(Q(one__in=sides) | Q(other__in=sides))
    Paper.objects.about(MEMORANDUM, *named.values_list("pk", flat=True)).delete()

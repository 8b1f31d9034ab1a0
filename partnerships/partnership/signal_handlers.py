"""What the accounts announce: somebody goes."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import deleting_account
from partnerships.models import Paper, Partnership, Party

from .drafting import MEMORANDUM


@receiver(deleting_account)
def forget_drafts_with_the_name(user: User, **kwargs: Any) -> None:
    """Drafts of memoranda name those who speak for the sides: they go, to be made anew without."""
    spoken_for = Q(city__mayors__user=user) | Q(organisation__members__user=user)
    sides = Party.objects.filter(spoken_for).values("pk")
    named = Partnership.objects.filter(Q(one__in=sides) | Q(other__in=sides))
    Paper.objects.about(MEMORANDUM, *named.values_list("pk", flat=True)).delete()

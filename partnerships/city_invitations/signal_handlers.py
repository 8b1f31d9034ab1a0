"""What the accounts announce: somebody was approved for a city, asks for their data, or goes."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data, deleting_account, membership_changed
from cities.models import Mayor
from partnerships.papers.models import Paper

from .inviting import LETTER, note_joined
from .models import CityInvitation


@receiver(membership_changed, sender=Mayor)
def tell_who_invited(membership: Mayor, action: str, by: User, **kwargs: Any) -> None:
    """A city has somebody who speaks for it: those who invited it hear of it."""
    if action == "approve":
        note_joined(membership.city, by=by)


@receiver(collecting_own_data)
def own_letters(user: User, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:
    """The letters of invitation that the person wrote."""
    return {"invitations of cities": [row(one) for one in CityInvitation.objects.filter(by=user)]}


@receiver(deleting_account)
def forget_the_name(user: User, **kwargs: Any) -> None:
    """A letter stays without the name that it was signed with."""
    written = CityInvitation.objects.filter(by=user)
    Paper.objects.about(LETTER, *written.values_list("pk", flat=True)).delete()
    written.update(signature="")

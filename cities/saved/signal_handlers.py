"""A person's searches are theirs: they come with their data and go with their account."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data, deleting_account

from .models import SavedSearch


@receiver(collecting_own_data)
def own_searches(user: User, **kwargs: Any) -> dict[str, Any]:
    """The searches the person saved."""
    return {"saved searches": [row(one) for one in SavedSearch.objects.filter(user=user)]}


@receiver(deleting_account)
def forget_searches(user: User, **kwargs: Any) -> None:
    """They go."""
    SavedSearch.objects.filter(user=user).delete()

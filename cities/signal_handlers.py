"""What cities do when accounts announce something."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data

from .models import ProfileVersion


@receiver(collecting_own_data)
def own_versions(user: User, **kwargs: Any) -> dict[str, Any]:
    """The profiles of cities that the person saved: they stay when the account goes, without a name."""
    return {"profiles of cities saved": [row(one) for one in ProfileVersion.objects.filter(by=user)]}

"""What projects do when lower apps announce something."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from cities.signals import demonstration_loading

from .demo import add_projects


@receiver(demonstration_loading)
def add_demonstration_projects(approver: User | None, **kwargs: Any) -> None:
    """The demonstration cities have projects."""
    add_projects(approver)

"""What events do when the lower apps announce something."""

from typing import Any

from django.dispatch import receiver

from cities.signals import demonstration_loading

from . import demo


@receiver(demonstration_loading)
def add_demonstration_events(**_announced: Any) -> None:
    """Demonstration members meet at demonstration events."""
    demo.add_events()

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events where members meet: registration, requests for meetings, the schedule, the days."""

    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Listen to what the lower apps announce."""
        from . import signal_handlers  # noqa: F401 - they connect themselves

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events where members meet: registration, requests for meetings, the schedule, the days."""

    name = "events"
    verbose_name = _("Events")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events where members meet: registration, requests for meetings, the schedule, the days."""

    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Listen to what the accounts announce; make kinds of notifications, days and answers known."""
        from partnerships.calendar_feed.entries import SOURCES as DAYS
        from partnerships.interests.heard import SOURCES as ANSWERS

        from . import signal_handlers  # noqa: F401 - they listen
        from .agenda import feed, feedback
        from .meeting_requests import telling as _requests  # noqa: F401 - makes its kind known
        from .registering import telling  # noqa: F401 - makes its kind known

        DAYS.append(feed.entries_of)
        ANSWERS.append(feedback.answers)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """Practices of cities, news, and what the portal says of itself."""

    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        """Listen to what lower apps announce; make directories, notifications and schedules known."""
        from cities.page_cache import MOMENTS

        from . import signal_handlers as _handlers  # noqa: F401 - they listen
        from .news import schedule
        from .practices import searchable, signal_handlers, telling  # noqa: F401 - they connect themselves

        MOMENTS.append(schedule.public_by_now)

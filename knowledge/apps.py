from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """Practices of cities, news, and what the portal says of itself."""

    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        """Listen to what lower apps announce; make the newsletter and the schedule of articles known."""
        from cities.page_cache import MOMENTS

        from . import signal_handlers  # noqa: F401 - they listen
        from .news import schedule, telling  # noqa: F401 - the newsletter makes its kind known

        MOMENTS.append(schedule.public_by_now)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """Practices of cities, news, and what the portal says of itself."""

    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        """Listen to what the lower apps announce; make directories and kinds of notifications known."""
        from .practices import searchable, signal_handlers, telling  # noqa: F401 - they connect themselves

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Urban-development and reconstruction projects."""

    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        """Listen to what the lower apps announce."""
        from . import searchable, signal_handlers  # noqa: F401 - they connect themselves

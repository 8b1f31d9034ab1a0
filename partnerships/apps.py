from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    """Matches between cities."""

    name = "partnerships"
    verbose_name = _("Partnerships")

    def ready(self) -> None:
        """Listen to what the lower apps announce."""
        from . import signal_handlers  # noqa: F401

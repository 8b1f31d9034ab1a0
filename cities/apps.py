from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    """The city directory."""

    name = "cities"
    verbose_name = _("Cities")

    def ready(self) -> None:
        """Let people apply to represent a city, and save searches of the directory."""
        from . import kinds, searchable  # noqa: F401 - the second makes itself known
        from . import signal_handlers as _handlers  # noqa: F401 - they listen
        from .application_forms import MayorForm
        from .models import Mayor
        from .saved import looking, signal_handlers  # noqa: F401 - they register

        kinds.add(
            kinds.Kind(
                slug="mayor",
                label=_("Mayor or city staff"),
                about=_(
                    "You represent a city or community: mayor, deputy, or head of international relations."
                ),
                model=Mayor,
                form=MayorForm,
                city="city",
            )
        )

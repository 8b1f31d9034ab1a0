from django.apps import AppConfig
from django.apps import apps as all_apps
from django.utils.translation import gettext_lazy as _

ADMIN_NAMES = {
    "mfa.Authenticator": (_("second factor"), _("second factors")),
    "usersessions.UserSession": (_("session"), _("sessions")),
}
"""The models that allauth leaves without a name, by the name the administration shows."""


class AccountsConfig(AppConfig):
    """Users and memberships."""

    name = "accounts"
    verbose_name = _("People and records")

    def ready(self) -> None:
        """Name what allauth does not."""
        for model, names in ADMIN_NAMES.items():
            options = all_apps.get_model(model)._meta
            options.verbose_name, options.verbose_name_plural = names

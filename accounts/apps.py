from django.apps import AppConfig
from django.apps import apps as all_apps
from django.utils.translation import gettext_lazy as _

ADMIN_NAMES = {
    "mfa.Authenticator": (_("second factor"), _("second factors")),
    "usersessions.UserSession": (_("session"), _("sessions")),
}
"""The models that allauth leaves without a name: what the administration calls one, and many."""

ADMIN_FIELDS = {
    "user": _("user"),
    "type": _("kind"),
    "data": _("data"),
    "created_at": _("created"),
    "last_used_at": _("last used"),
    "last_seen_at": _("last seen"),
    "ip": _("address on the internet"),
    "user_agent": _("browser"),
}
"""Their fields."""


class AccountsConfig(AppConfig):
    """Users and memberships."""

    name = "accounts"
    verbose_name = _("People and records")

    def ready(self) -> None:
        """Name what allauth does not, and listen for who comes in."""
        from .entry_log import listen

        listen()
        for model, names in ADMIN_NAMES.items():
            options = all_apps.get_model(model)._meta
            options.verbose_name, options.verbose_name_plural = names
            for field in options.local_fields:
                field.verbose_name = ADMIN_FIELDS.get(field.name, field.verbose_name)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    """What everybody reads across all apps."""

    name = "public"
    verbose_name = _("Open to everybody")

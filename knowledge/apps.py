from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """Practices of cities, news, and what the portal says of itself."""

    name = "knowledge"
    verbose_name = _("Knowledge")

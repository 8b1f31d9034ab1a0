"""What a side knows already."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.interests.models import Party


class Discovery(models.Model):
    """Something a side was told of, or that stood in its list before there was anything to tell."""

    party = models.ForeignKey(
        Party, on_delete=models.CASCADE, related_name="discoveries", verbose_name=_("side")
    )
    key = models.CharField(_("key"), max_length=80, help_text=_("The same is not told again."))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("discovery")
        verbose_name_plural = _("discoveries")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["party", "key"], name="discovery_once_a_side")]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.key}"

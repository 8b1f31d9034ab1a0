"""Figures whose past nobody can work out afterwards, kept day by day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyFigure(models.Model):
    """A figure of the portal as it was counted on a day (UTC), once. A day without a row was missed."""

    day = models.DateField(_("day"))
    name = models.CharField(_("figure"), max_length=30, help_text=_("Its code on the page of statistics."))
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=2)
    demonstration = models.DecimalField(
        _("of which demonstration"),
        max_digits=24,
        decimal_places=2,
        null=True,
        help_text=_("Empty where it cannot be told apart."),
    )

    class Meta:
        verbose_name = _("figure of a day")
        verbose_name_plural = _("figures of days")
        ordering = ["day", "name"]
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="figure_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}: {self.value}"

"""Files with projects that wait to be confirmed."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import simplejson
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, User
from cities.models import City

AUDITED.update({"projects imported": _("projects imported")})


class ProjectImport(models.Model):
    """A file with a city's projects, read and waiting to be confirmed; forgotten after some days.

    Once confirmed, the worker makes the drafts; what they left out is all that is kept of the file then.
    """

    KEPT = timedelta(days=7)

    class Kind(models.TextChoices):
        TABLE = "table", _("table")
        OC4IDS = "oc4ids", "OC4IDS"

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city"))
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("by"))
    file_name = models.CharField(_("file name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.TextField(
        _("content"),
        help_text=_("JSON with every figure as it was: headings and rows of a table, or a list of projects."),
    )
    created_at = models.DateTimeField(_("read"), default=timezone.now)
    also = models.JSONField(
        _("added although similar"), default=list, help_text=_("The numbers of the rows that were ticked.")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    made = models.PositiveSmallIntegerField(_("drafts made"), default=0)

    class Meta:
        verbose_name = _("list of projects")
        verbose_name_plural = _("lists of projects")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("projects-import-list", args=[self.city.country_id.lower(), self.city.slug, self.pk])

    @property
    def content(self) -> Any:
        """What the file held; amounts are decimals."""
        return simplejson.loads(self.text, use_decimal=True)

    @property
    def is_waiting(self) -> bool:
        """Whether the worker has yet to make its drafts."""
        return self.confirmed_at is not None and self.done_at is None

    def confirm(self, also: Collection[int]) -> bool:
        """Have drafts made, of the rows `also` too that are similar to others; whether that is new."""
        waiting = ProjectImport.objects.filter(pk=self.pk, confirmed_at=None)
        return waiting.update(confirmed_at=timezone.now(), also=sorted(also)) == 1


def forget_old_imports() -> None:
    """Delete the lists that are too old."""
    ProjectImport.objects.filter(created_at__lt=timezone.now() - ProjectImport.KEPT).delete()

"""Files with projects that wait to be confirmed."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import simplejson
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.jobs import Job
from accounts.models import AUDITED, User
from cities.models import City

AUDITED.update({"projects imported": _("projects imported")})


class ProjectImport(Job):
    """A file with a city's projects; forgotten after some days.

    The worker checks it; once confirmed, the worker makes the drafts, and what they left out is all that is
    kept of the file then, checked again. Each is a job of its own.
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
    also = models.JSONField(
        _("added although similar"), default=list, help_text=_("The numbers of the rows that were ticked.")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    made = models.PositiveSmallIntegerField(_("drafts made"), default=0)

    percent = models.PositiveSmallIntegerField(_("checked, per cent"), default=0)
    findings = models.TextField(
        _("findings"), blank=True, help_text=_("JSON with what the check found of each project.")
    )

    class Meta(Job.Meta):
        verbose_name = _("list of projects")
        verbose_name_plural = _("lists of projects")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("projects-import-list", args=[self.city.country_id.lower(), self.city.slug, self.pk])

    @property
    def content(self) -> Any:
        """What the file held; amounts are decimals."""
        return simplejson.loads(self.text, use_decimal=True)

    @property
    def sources(self) -> dict[int, Any]:
        """By number of a row or a project its cells, or its record."""
        content = self.content
        return dict(content["rows"] if self.kind == self.Kind.TABLE else enumerate(content, start=1))

    @property
    def is_to_be_made(self) -> bool:
        """Whether it is confirmed and its drafts are not made yet."""
        return self.confirmed_at is not None and self.done_at is None

    def confirm(self, also: Collection[int]) -> bool:
        """Have drafts made, of the rows `also` too that are similar to others; whether that is new."""
        checked = ProjectImport.objects.filter(pk=self.pk, confirmed_at=None, state=self.State.DONE)
        return (
            checked.update(
                confirmed_at=timezone.now(), also=sorted(also), state=self.State.PENDING, attempts=0
            )
            == 1
        )

    def try_again(self) -> None:
        """Begin anew what failed."""
        failed = ProjectImport.objects.filter(pk=self.pk, state=self.State.FAILED)
        failed.update(state=self.State.PENDING, attempts=0, error="")


def forget_old_imports() -> None:
    """Delete the lists that are too old."""
    ProjectImport.objects.filter(created_at__lt=timezone.now() - ProjectImport.KEPT).delete()

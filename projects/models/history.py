"""The history of a project: what was changed, by whom, when, from what to what."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from projects.querysets import ChangeQuerySet


class ProjectChange(models.Model):
    """One change. Only ever added to: the database refuses changes (see the migrations).

    Of a project that was imported, the first change is `about` the name of the file.

    A field has `old` and `new`; of a part that was added or removed, one of them is all its fields by name
    and the other null, and `field` is empty. Amounts are strings, so that no digit is lost.
    """

    project = models.ForeignKey(
        "projects.Project", on_delete=models.PROTECT, related_name="changes", verbose_name=_("project")
    )
    version = models.PositiveIntegerField(
        _("version"), help_text=_("Of the project, which this change made.")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"),
        help_text=_("Empty: the portal itself."),
    )  # fmt: skip
    part = models.CharField(_("part"), max_length=20, help_text=_("The model's name in small letters."))
    row = models.BigIntegerField(
        _("row"), null=True, help_text=_("The part's number; empty for the project.")
    )
    about_en = models.CharField(_("part in English"), max_length=500, blank=True)
    about_uk = models.CharField(_("part in Ukrainian"), max_length=500, blank=True)
    field = models.CharField(_("field"), max_length=30, blank=True)
    old = models.JSONField(_("before"), null=True, encoder=DjangoJSONEncoder)
    new = models.JSONField(_("after"), null=True, encoder=DjangoJSONEncoder)
    is_public = models.BooleanField(
        _("open to everybody"), default=False, help_text=_("Whether the project was public then.")
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a project")
        verbose_name_plural = _("changes of projects")
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "version"], name="change_of_project")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.version}: {self.part} {self.field}".strip()

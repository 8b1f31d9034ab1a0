"""A PDF that somebody asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.jobs import Job

if TYPE_CHECKING:
    from .documents import Document


class PaperQuerySet(models.QuerySet["Paper"]):
    """Queries over papers."""

    def about(self, kind: str, *numbers: int) -> PaperQuerySet:
        """Those of what a document of a kind tells of."""
        return self.filter(kind=kind, number__in=numbers)

    def of(self, document: Document) -> Paper | None:
        """The one made, or to be made, of a document as it is now; its file is not read."""
        same = self.about(document.kind, document.number).filter(key=document.key)
        return same.defer("page", "pdf").first()

    def outdated(self) -> PaperQuerySet:
        """Those that are kept no longer."""
        return self.filter(created_at__lt=timezone.now() - Paper.KEPT)


class Paper(Job):
    """A document as PDF: a pending one waits for the worker, and holds the page to be printed.

    It is the document's only as long as its key is. Of a page that changed another paper is made.
    """

    KEPT = timedelta(days=30)

    kind = models.CharField(_("kind"), max_length=20)
    number = models.BigIntegerField(_("number of what it tells of"))
    key = models.CharField(_("key"), max_length=64, help_text=_("SHA-256 of the page."))
    page = models.TextField(_("page to be printed"), blank=True)
    pdf = models.BinaryField(_("file"), null=True)
    size = models.PositiveIntegerField(_("size in bytes"), default=0)

    objects = PaperQuerySet.as_manager()

    class Meta(Job.Meta):
        verbose_name = _("document as PDF")
        verbose_name_plural = _("documents as PDF")
        constraints = [
            models.UniqueConstraint(fields=["kind", "number", "key"], name="paper_once_a_key"),
        ]

    @property
    def is_ready(self) -> bool:
        """Whether the file is there."""
        return self.state == self.State.DONE

    def keep(self, made: bytes) -> None:
        """Keep the file; nothing is kept of a paper that nobody wants any more."""
        Paper.objects.filter(pk=self.pk).update(
            pdf=made, size=len(made), page="", state=self.State.DONE, finished_at=timezone.now(), error=""
        )

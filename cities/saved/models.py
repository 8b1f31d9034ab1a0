"""A search that somebody keeps."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Queries over saved searches."""

    def to_look_at(self, now: datetime) -> SavedSearchQuerySet:
        """Those of people who are still here, looked at a day ago or longer, the longest first."""
        due = self.filter(looked_at__lte=now - SavedSearch.INTERVAL, user__is_active=True)
        return due.order_by("looked_at", "pk")


class SavedSearch(models.Model):
    """A search of one of the directories: its owner is told what is new in it."""

    INTERVAL = timedelta(days=1)
    MOST = 50  # of a person
    LONGEST = 2000  # letters of a query string
    MOST_LISTED = 5000  # results of a search when it is saved

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_searches",
        verbose_name=_("person"),
    )
    directory = models.CharField(_("directory"), max_length=30)
    query = models.CharField(_("query string"), max_length=LONGEST, blank=True)
    name = models.CharField(_("name"), max_length=150)
    seen = ArrayField(models.BigIntegerField(), verbose_name=_("results seen"), default=list, editable=False)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    looked_at = models.DateTimeField(_("last looked at"), default=timezone.now)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "directory", "query"], name="saved_search_once"),
        ]
        indexes = [models.Index(fields=["looked_at"], name="saved_searches_to_look_at")]

    def __str__(self) -> str:
        return self.name

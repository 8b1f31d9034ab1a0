"""The nightly files of everything public: sets of them, and the files of each."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.jobs import Job

LATEST = "latest"
NIGHT = 1  # o'clock, UTC: from then on a set of the day is due


def stored_at(file: DumpFile, name: str) -> str:
    """Where a file lies: each set has a folder of its own."""
    return f"dumps/{file.dump_id}/{name}"


class DumpQuerySet(models.QuerySet["Dump"]):
    """Queries over sets."""

    def done(self) -> DumpQuerySet:
        """Those that are complete, the newest first."""
        return self.filter(state=Dump.State.DONE).order_by("-finished_at", "-id")

    def ask_if_due(self) -> None:
        """Ask for the set of the day unless somebody has since the night began."""
        now = timezone.now()
        night = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
        if not self.filter(created_at__gte=night if night <= now else night - timedelta(days=1)).exists():
            self.create(created_at=now)

    def forget_old(self) -> None:
        """Delete what was finished more than DUMP_DAYS ago, or early on a day that has another set.

        The newest set stays, however old.
        """
        since, days = timezone.now() - timedelta(days=settings.DUMP_DAYS), set[str]()
        for one in self.done():
            if days and one.finished_at and (one.finished_at < since or one.day in days):
                one.delete()
            days.add(one.day)
        self.filter(state=Dump.State.FAILED, finished_at__lt=since).delete()


class Dump(Job):
    """A set of files, made by the worker. Nobody sees a file before all of them are there."""

    objects = DumpQuerySet.as_manager()

    class Meta(Job.Meta):
        abstract = False
        verbose_name = _("set of nightly files")
        verbose_name_plural = _("sets of nightly files")

    @property
    def day(self) -> str:
        """The day it was finished on (UTC, ISO 8601): its part of the addresses of its files."""
        return self.finished_at.date().isoformat() if self.finished_at else ""

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Its files go with it."""
        for one in self.files.all():
            one.file.delete(save=False)
        return super().delete()


class DumpFileQuerySet(models.QuerySet["DumpFile"]):
    """Queries over files."""

    def of_day(self, day: str) -> DumpFileQuerySet:
        """Those of the newest set of a day (ISO 8601), or of the newest of all for LATEST."""
        sets = Dump.objects.done()[:8] if day == LATEST else Dump.objects.done()
        found = next((one.pk for one in sets if day in (LATEST, one.day)), None)
        return self.filter(dump=found)


class DumpFile(models.Model):
    """A file of a set. rows: how many records it has; null for what has none."""

    dump = models.ForeignKey(
        Dump, on_delete=models.CASCADE, related_name="files", verbose_name=_("set of nightly files")
    )
    name = models.CharField(_("name of the file"), max_length=80)
    resource = models.CharField(_("resource"), max_length=40, blank=True)
    file = models.FileField(_("file"), upload_to=stored_at, max_length=200)
    rows = models.PositiveIntegerField(_("records"), null=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = DumpFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("nightly file")
        verbose_name_plural = _("nightly files")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["dump", "name"], name="dump_file_once_a_set")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("api-v1:dump", args=[self.dump.day, self.name])

"""Scored pairs of cities, the runs that made them, and the outbox of scoring jobs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City


class MatchRun(models.Model):
    """One scoring of all cities against all cities, and how far it is."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    total = models.PositiveIntegerField(_("cities to score"), default=0)
    done = models.PositiveIntegerField(_("cities scored"), default=0)
    matches = models.PositiveIntegerField(_("matches kept"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("match run")
        verbose_name_plural = _("match runs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class CityMatch(models.Model):
    """A proposed partner of a city. `components` follow `matching.COMPONENTS`; NaN means unknown."""

    pk = models.CompositePrimaryKey("city_id", "rank")
    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="matches", db_constraint=False, db_index=False,
        verbose_name=_("city"),
    )
    rank = models.PositiveSmallIntegerField(_("rank"))
    partner = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("proposed partner"),
    )
    score = models.FloatField(_("score"))
    components = ArrayField(models.FloatField(), verbose_name=_("components"))

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["city_id", "rank"]

    def __str__(self) -> str:
        return f"{self.city_id} {self.rank}: {self.partner_id}"


class ScoringJob(models.Model):
    """An outbox row: something changed, so matches must be scored anew. Written with the change itself."""

    MAX_ATTEMPTS = 5

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("city"),
        help_text=_("Empty: all cities."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("scoring job")
        verbose_name_plural = _("scoring jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["city"], condition=Q(state="pending", attempts=0), nulls_distinct=False,
                name="scoring_job_pending_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

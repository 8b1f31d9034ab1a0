"""Runs of the scheduler: asked for by organisers, done by the worker."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.jobs import Job
from accounts.models import User

from .event import Event


class ScheduleRun(Job):
    """A schedule being made: it waits for the worker, shows how far it is, and keeps what it found.

    `progress` is a list of [seconds, value, bound]; `unmet` of {"request": id, "reason": code, "who": ids}.
    """

    MAX_ATTEMPTS = 3

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="runs", verbose_name=_("event"))
    asked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("asked for by")
    )
    seconds = models.PositiveSmallIntegerField(
        _("seconds at most"), default=30, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    stop_asked = models.BooleanField(
        _("stop with the best found"), default=False, help_text=_("An organiser wants no longer search.")
    )
    progress = models.JSONField(_("progress"), default=list)
    took = models.FloatField(_("seconds of work"), null=True, blank=True)
    requests = models.PositiveIntegerField(_("requests"), default=0)
    placed = models.PositiveIntegerField(_("meetings placed"), default=0)
    moved = models.PositiveIntegerField(_("meetings moved"), default=0)
    value = models.BigIntegerField(_("value"), null=True, blank=True)
    bound = models.BigIntegerField(
        _("bound"), null=True, blank=True, help_text=_("No schedule is worth more.")
    )
    is_proven = models.BooleanField(_("proven to be the best"), default=False)
    idle_gaps = models.PositiveIntegerField(_("idle slots between meetings"), default=0)
    table_changes = models.PositiveIntegerField(_("changes of table"), default=0)
    without = models.PositiveIntegerField(_("who asked and got none"), default=0)
    unmet = models.JSONField(_("unmet requests"), default=list)

    class Meta(Job.Meta):
        verbose_name = _("run of the scheduler")
        verbose_name_plural = _("runs of the scheduler")
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state="pending"),
                name="schedule_made_once_at_a_time",
                violation_error_message=_("A schedule of this event is being made already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.get_state_display()}"

    @property
    def gap(self) -> float | None:
        """How far the value is from what is provably possible at most, in percent; None if unknown."""
        if self.value is None or not self.bound:
            return None
        return 100 * (1 - self.value / self.bound)

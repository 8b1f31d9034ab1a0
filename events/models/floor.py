"""When and where meetings can be held: slots, tables, interpreters."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .event import Event, Timed, ordered


class Slot(Timed, models.Model):
    """A time in which one meeting can be held at each table."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="slots", verbose_name=_("event"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["event", "starts_at"], name="slot_once"),
            ordered("starts_at", "ends_at", "slot_period", _("It ends before it starts.")),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at.astimezone(self.event.zone):%d.%m.} {self.hours}"

    def clean(self) -> None:
        """Within the event, and not while another slot lasts."""
        self.event.check_inside(self.starts_at, self.ends_at)
        others = self.event.slots.exclude(pk=self.pk)
        if others.filter(starts_at__lt=self.ends_at, ends_at__gt=self.starts_at).exists():
            raise ValidationError(_("%(slot)s: there is another slot at that time.") % {"slot": self})


class Table(models.Model):
    """A table for meetings, and where it stands on the floor plan."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tables", verbose_name=_("event"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    x = models.PositiveSmallIntegerField(
        _("from the left, in percent"), default=0, validators=[MaxValueValidator(100)]
    )
    y = models.PositiveSmallIntegerField(
        _("from the top, in percent"), default=0, validators=[MaxValueValidator(100)]
    )
    closed_in = models.ManyToManyField(Slot, blank=True, related_name="+", verbose_name=_("not free in"))

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["event", "number"], name="table_once")]

    def __str__(self) -> str:
        return str(self.number)

    def place(self) -> str:
        """Where it stands, in words."""
        text = gettext("%(x)s percent from the left, %(y)s percent from the top")
        return text % {"x": self.x, "y": self.y}


class Interpreter(models.Model):
    """Somebody who helps two without a common language, one meeting at a time."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="interpreters", verbose_name=_("event")
    )
    name = models.CharField(_("name"), max_length=150)
    languages = ArrayField(models.CharField(max_length=3), verbose_name=_("languages"), size=8)
    absent_in = models.ManyToManyField(Slot, blank=True, related_name="+", verbose_name=_("not free in"))

    class Meta:
        verbose_name = _("interpreter")
        verbose_name_plural = _("interpreters")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

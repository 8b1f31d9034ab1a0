"""The schedule: who meets when and where. The database itself lets nobody be in two places at once."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED
from events.querysets import MeetingQuerySet

from .event import Event
from .floor import Interpreter, Slot, Table
from .registrations import Registration
from .requests import MeetingRequest

AUDITED.update(
    {
        "meeting booked": _("meeting at an event booked"),
        "meeting cancelled": _("meeting at an event cancelled"),
    }
)


def once_at_a_time(field: str, name: str, message: Any, condition: Q | None = None) -> ExclusionConstraint:
    """That rows with the same `field` do not overlap in time; checked when the transaction ends."""
    return ExclusionConstraint(
        name=name,
        expressions=[(field, RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
        condition=condition,
        deferrable=Deferrable.DEFERRED,
        violation_error_message=message,
    )


def check_clashes() -> None:
    """Have the database check now what it would check when the transaction ends. Raises IntegrityError."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Meeting(models.Model):
    """An accepted request with a slot, and a table unless it is held online.

    `arrange` and `cancel` keep its seats and its period in step with its slot.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")

    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("event")
    )
    request = models.OneToOneField(
        MeetingRequest, on_delete=models.CASCADE, related_name="meeting", verbose_name=_("request")
    )
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("slot"))
    period = DateTimeRangeField(_("period"), editable=False)
    table = models.ForeignKey(
        Table,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("table"),
        help_text=_("Empty: held online."),
    )
    interpreter = models.ForeignKey(
        Interpreter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("interpreter"),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State,
        default=State.PLANNED,
        help_text=_("Confirmed ones stay where they are when the schedule is made anew."),
    )
    measured = models.JSONField(
        _("how well the two fit"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Score and components when one of the two said what came of it, 0 to 1."),
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["slot", "id"]
        constraints = [
            once_at_a_time(
                "table", "table_once_at_a_time", _("The table is taken then."), ~Q(state="cancelled")
            ),
            once_at_a_time(
                "interpreter",
                "interpreter_once_at_a_time",
                _("The interpreter is taken then."),
                ~Q(state="cancelled"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.sender} – {self.request.receiver}"

    def arrange(self, slot: Slot, table: Table | None, interpreter: Interpreter | None = None) -> None:
        """Put it there and save it, with a seat for each of the two.

        Where somebody or something would be in two places at once, `check_clashes` raises IntegrityError, or
        else the end of the transaction; until then two meetings can change places.
        """
        self.put(slot, table.pk if table else None, interpreter.pk if interpreter else None)
        with transaction.atomic():
            self.save()
            self.seats.all().delete()
            Seat.objects.bulk_create(self.new_seats())

    def put(self, slot: Slot, table: int | None, interpreter: int | None) -> None:
        """Give it a slot, a table and an interpreter (ids), unsaved; a cancelled one is planned again."""
        self.slot, self.table_id, self.interpreter_id = slot, table, interpreter
        self.period = DateTimeTZRange(slot.starts_at, slot.ends_at)
        if self.state == self.State.CANCELLED:
            self.state = self.State.PLANNED

    def new_seats(self) -> list[Seat]:
        """A seat for each of the two, unsaved."""
        people = (self.request.sender_id, self.request.receiver_id)
        return [Seat(meeting=self, registration_id=one, period=self.period) for one in people]

    def cancel(self) -> None:
        """Give up its slot and its seats."""
        with transaction.atomic():
            self.state = self.State.CANCELLED
            self.save(update_fields=["state"])
            self.seats.all().delete()


class Seat(models.Model):
    """A participant's place in a meeting, and what the participant says of it afterwards."""

    class Outcome(models.TextChoices):
        PARTNERSHIP = "partnership", _("we go on together")
        CONTACT = "contact", _("we stay in touch")
        NOTHING = "nothing", _("nothing came of it")
        NO_SHOW = "no-show", _("the other side did not come")

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="seats", verbose_name=_("meeting")
    )
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="seats", verbose_name=_("participant")
    )
    period = DateTimeRangeField(_("period"), editable=False)
    outcome = models.CharField(_("what came of it"), max_length=12, choices=Outcome, blank=True)
    note = models.TextField(
        _("note"), max_length=1000, blank=True, help_text=_("For yourself; the other side does not see it.")
    )

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["period", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "registration"], name="seat_once"),
            once_at_a_time("registration", "person_once_at_a_time", _("The person has a meeting then.")),
        ]

    def __str__(self) -> str:
        return f"{self.registration}: {self.meeting_id}"

"""Who would like to meet whom."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.querysets import MeetingRequestQuerySet

from .event import Event
from .registrations import Registration


class Priority(models.IntegerChoices):
    """How much one wants a meeting."""

    NICE = 1, _("would be nice")
    WANTED = 2, _("wanted")
    MUST = 3, _("must be")


class MeetingRequest(models.Model):
    """A participant's wish to meet another; both want it once it is accepted."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="requests", verbose_name=_("event")
    )
    sender = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="requests_sent", verbose_name=_("from")
    )
    receiver = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="requests_received", verbose_name=_("to")
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.WANTED, help_text=_("Of who asks.")
    )
    answer_priority = models.PositiveSmallIntegerField(
        _("priority of the answer"), choices=Priority, null=True, blank=True, help_text=_("Of who accepts.")
    )
    sentence = models.CharField(_("why"), max_length=300, help_text=_("What you would discuss."))
    score = models.FloatField(
        _("score"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("Of the match of the two when it was sent, 0 to 1."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = MeetingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a meeting")
        verbose_name_plural = _("requests for meetings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="meeting_of_two"),
            models.UniqueConstraint(
                Least("sender", "receiver"),
                Greatest("sender", "receiver"),
                condition=Q(state__in=["sent", "accepted"]),
                name="meeting_requested_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.receiver}"


class RequestMessage(models.Model):
    """What the two of a request write to each other."""

    request = models.ForeignKey(
        MeetingRequest, on_delete=models.CASCADE, related_name="messages", verbose_name=_("request")
    )
    by = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="+", verbose_name=_("written by")
    )
    text = models.TextField(_("text"), max_length=1000)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    class Meta:
        verbose_name = _("message on a request")
        verbose_name_plural = _("messages on requests")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]

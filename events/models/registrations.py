"""Who takes part in an event, for whom, and when they are free."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, User
from cities.models import Topic
from events.querysets import RegistrationQuerySet
from partnerships.models import Party

from .event import Event
from .floor import Slot
from .programme import Session

AUDITED.update(
    {
        "event registration": _("registered for an event"),
        "event registration cancelled": _("registration for an event cancelled"),
        "event guest invited": _("guest invited to an event"),
        "event checked in": _("checked in at an event"),
    }
)


def badge_code() -> str:
    """The secret in a badge's QR code: 22 characters."""
    return token_urlsafe(16)


class Registration(models.Model):
    """A person at an event: for a city, an organisation, or as an invited guest."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("registered")
        WAITING = "waiting", _("on the waiting list")
        CANCELLED = "cancelled", _("cancelled")

    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("event")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="event_registrations", verbose_name=_("person")
    )
    party = models.ForeignKey(
        Party,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("for"),
        help_text=_("The city or organisation the person comes for; empty for guests."),
    )
    guest_of = models.CharField(_("a guest's organisation"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REGISTERED)
    queued_at = models.DateTimeField(_("in the queue since"), default=timezone.now)
    is_online = models.BooleanField(_("takes part online"), default=False)
    goals = models.TextField(
        _("goals"), max_length=1000, blank=True, help_text=_("What you come for; other participants read it.")
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("topics"))
    languages = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("languages"),
        default=list,
        help_text=_("In which you can hold a meeting."),
    )
    wants_meetings = models.BooleanField(
        _("open to meetings"), default=True, help_text=_("Other participants see you and may ask for one.")
    )
    away_in = models.ManyToManyField(Slot, blank=True, related_name="+", verbose_name=_("not free in"))
    sessions = models.ManyToManyField(
        Session,
        blank=True,
        related_name="registrations",
        verbose_name=_("sessions not to be missed"),
        help_text=_("No meeting is put there."),
    )
    code = models.CharField(_("code of the badge"), max_length=30, unique=True, default=badge_code)
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked in by"),
    )
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="registered_once"),
        ]
        indexes = [
            models.Index(
                fields=["event", "queued_at"], condition=Q(state="waiting"), name="registrations_that_wait"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user.name}, {self.comes_for}" if self.comes_for else self.user.name

    @property
    def comes_for(self) -> str:
        """The city, the organisation, or what a guest said."""
        return self.party.name if self.party else self.guest_of

    @property
    def takes_part(self) -> bool:
        """Whether the person has a place."""
        return self.state == self.State.REGISTERED


class GuestInvitation(models.Model):
    """An invitation of somebody who is no member; only the hash of its secret is kept."""

    VALID: ClassVar[timedelta] = timedelta(days=60)

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="guest_invitations", verbose_name=_("event")
    )
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"))
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    language = models.CharField(
        _("language of the letter"),
        max_length=2,
        choices=[("en", _("English")), ("uk", _("Ukrainian"))],
        default="en",
    )
    token_hash = models.CharField(_("hash of the secret"), max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    sent_at = models.DateTimeField(_("letter sent"), null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    registration = models.OneToOneField(
        Registration,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitation",
        verbose_name=_("registration"),
    )

    class Meta:
        verbose_name = _("invitation of a guest")
        verbose_name_plural = _("invitations of guests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "event",
                models.functions.Lower("email"),
                condition=Q(withdrawn_at__isnull=True),
                name="guest_invited_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.event.slug])

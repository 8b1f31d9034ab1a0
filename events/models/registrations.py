"""Who takes part in an event, for whom, and when they are free."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, User
from cities.models import Topic
from events.querysets import GuestInvitationQuerySet, RegistrationQuerySet
from partnerships.city_invitations.models import READABLE
from partnerships.models import Party

from .event import Event
from .floor import Slot
from .programme import Session

AUDITED.update(
    {
        "event registration": _("registered for an event"),
        "event registration cancelled": _("registration for an event cancelled"),
        "event guest invited": _("guest invited to an event"),
        "event guest invitation withdrawn": _("invitation of a guest to an event withdrawn"),
        "event checked in": _("checked in at an event"),
        "event check-in undone": _("check-in at an event undone"),
    }
)


def badge_code() -> str:
    """The secret in a badge's QR code; its beginning is printed beside it, to be typed."""
    return get_random_string(22, READABLE)


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
    name = models.CharField(
        _("full name"),
        max_length=150,
        blank=True,
        help_text=_("As the badge and the other participants show it."),
    )
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
    told_meetings = models.JSONField(
        _("meetings told of"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("By meeting when and where it was told to be; nothing before the schedule was shown."),
    )

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
        return ", ".join(filter(None, [self.called, self.comes_for]))

    @property
    def called(self) -> str:
        """The person's name; never the e-mail address, which is the organisers' alone."""
        return self.name or self.user.name

    @property
    def comes_for(self) -> str:
        """The city, the organisation, or what a guest said."""
        return self.party.name if self.party else self.guest_of

    @property
    def is_guest(self) -> bool:
        """Whether the person comes by invitation, for no city or organisation of the portal."""
        return self.party_id is None

    @property
    def comes(self) -> bool:
        """Whether the person has a place or waits for one."""
        return self.state != self.State.CANCELLED

    def ahead(self) -> int:
        """How many wait before somebody who waits."""
        return (
            self.event.registrations.waiting()
            .filter(Q(queued_at__lt=self.queued_at) | Q(queued_at=self.queued_at, pk__lt=self.pk))
            .count()
        )

    @property
    def takes_part(self) -> bool:
        """Whether the person has a place."""
        return self.state == self.State.REGISTERED


class GuestInvitation(models.Model):
    """An invitation of somebody who is no member; only the hash of its secret is kept."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    VALID: ClassVar[timedelta] = timedelta(days=60)
    BETWEEN_LETTERS: ClassVar[timedelta] = timedelta(days=1)
    MOST_LETTERS: ClassVar[int] = 3
    KEPT: ClassVar[timedelta] = timedelta(days=30)

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="guest_invitations", verbose_name=_("event")
    )
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(
        _("e-mail"), blank=True, help_text=_("Erased some time after the invitation has come to an end.")
    )
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
    letters = models.PositiveSmallIntegerField(_("letters sent"), default=0)
    expires_at = models.DateTimeField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    answered_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    registration = models.OneToOneField(
        Registration,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitation",
        verbose_name=_("registration"),
    )

    objects = GuestInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of a guest")
        verbose_name_plural = _("invitations of guests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "event",
                models.functions.Lower("email"),
                condition=Q(withdrawn_at__isnull=True) & ~Q(email=""),
                name="guest_invited_once",
                violation_error_message=_("This address is invited already."),
            ),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="guest_secret_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(sent_at__isnull=True, withdrawn_at__isnull=True),
                name="guest_letters_to_write",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.event.slug])

    @property
    def state(self) -> str:
        """What became of it: a code of State."""
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        if self.answered_at is not None:
            return self.State.ACCEPTED
        return self.State.SENT if self.expires_at > timezone.now() else self.State.EXPIRED

    @property
    def state_in_words(self) -> str:
        """What became of it, to be read."""
        return str(self.State(self.state).label)

    @property
    def is_open(self) -> bool:
        """Whether somebody can register by it."""
        return self.state == self.State.SENT

    @property
    def can_be_sent_again(self) -> bool:
        """Whether another letter may go out now."""
        return (
            self.state in (self.State.SENT, self.State.EXPIRED)
            and self.sent_at is not None
            and self.sent_at + self.BETWEEN_LETTERS <= timezone.now()
            and self.letters < self.MOST_LETTERS
            and self.email != ""
            and self.event.ends_at > timezone.now()
        )

"""Queries over events and what belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User

if TYPE_CHECKING:
    from .models import Event, Meeting, MeetingRequest, Registration  # noqa: F401 - named in strings


class EventQuerySet(models.QuerySet["Event"]):
    """Queries over events."""

    def published(self) -> EventQuerySet:
        """Those that everybody sees."""
        return self.filter(published_at__isnull=False)

    def to_come(self) -> EventQuerySet:
        """Those that are not over, the next one first."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "id")

    def past(self) -> EventQuerySet:
        """Those that are over, the latest first."""
        return self.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-id")

    def organised_by(self, user: User) -> EventQuerySet:
        """Those that the person may edit: all for administrators."""
        if user.is_superuser:
            return self.all()
        return self.filter(organisers=user)

    def seen_by(self, user: User) -> EventQuerySet:
        """Those that are public, and those that the person organises."""
        mine = EventQuerySet(self.model).organised_by(user) if user.is_authenticated else self.none()
        return self.filter(Q(published_at__isnull=False) | Q(pk__in=mine.values("pk")))


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Queries over registrations."""

    def taking_part(self) -> RegistrationQuerySet:
        """Those with a place."""
        return self.filter(state="registered")

    def waiting(self) -> RegistrationQuerySet:
        """Those who wait for a place, who waits longest first."""
        return self.filter(state="waiting").order_by("queued_at", "id")

    def named(self) -> RegistrationQuerySet:
        """With what a list shows of them."""
        return self.select_related("user", "party__city__country", "party__organisation__city__country")


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    """Queries over requests for meetings."""

    def of(self, registration: Registration) -> MeetingRequestQuerySet:
        """Those from and to a participant."""
        return self.filter(Q(sender=registration) | Q(receiver=registration))

    def live(self) -> MeetingRequestQuerySet:
        """Those that wait or were accepted."""
        return self.filter(state__in=["sent", "accepted"])

    def accepted(self) -> MeetingRequestQuerySet:
        """Those that both want."""
        return self.filter(state="accepted")

    def named(self) -> MeetingRequestQuerySet:
        """With what a list shows of them."""
        sides = ("sender", "receiver")
        parts = ("user", "party__city__country", "party__organisation__city__country")
        return self.select_related(*(f"{side}__{part}" for side in sides for part in parts))


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Queries over meetings."""

    def standing(self) -> MeetingQuerySet:
        """Those that are to be held, or were."""
        return self.exclude(state="cancelled")

    def of(self, registration: Registration) -> MeetingQuerySet:
        """Those that a participant sits in."""
        return self.filter(seats__registration=registration)

    def named(self) -> MeetingQuerySet:
        """With what an agenda shows of them, in order of time."""
        sides = ("request__sender", "request__receiver")
        parts = ("user", "party__city__country", "party__organisation__city__country")
        return self.select_related(
            "event", "slot", "table", "interpreter", *(f"{side}__{part}" for side in sides for part in parts)
        ).order_by("slot__starts_at", "table__number", "id")

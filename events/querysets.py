"""Queries over events and what belongs to them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import BooleanField, Case, Count, DurationField, F, Q, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from accounts.models import User
from cities.models import City
from partnerships.invitations.models import hashed
from partnerships.models import Block

if TYPE_CHECKING:
    from .models import Event, GuestInvitation, Meeting, MeetingRequest, Registration  # noqa: F401 - named in strings


class EventQuerySet(models.QuerySet["Event"]):
    """Queries over events."""

    def locked(self, event: Event) -> Event:
        """One as it is now. Until the transaction ends nobody else changes it, its places or its schedule.

        Whoever locks more rows locks the event first.
        """
        rows = self.select_for_update(of=("self",), no_key=True).select_related("city__country")
        return rows.get(pk=event.pk)

    def published(self) -> EventQuerySet:
        """Those that everybody sees."""
        return self.filter(published_at__isnull=False)

    def to_come(self) -> EventQuerySet:
        """Those that are not over, the next one first."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "id")

    def showing_schedule(self) -> EventQuerySet:
        """Those whose participants see when and where they meet."""
        return self.exclude(shown="nothing")

    def past(self) -> EventQuerySet:
        """Those that are over, the latest first."""
        return self.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-id")

    def next_first(self) -> EventQuerySet:
        """All: those to come, the next one first, then those that are over, the latest first."""
        now = timezone.now()
        is_over = Case(When(ends_at__lte=now, then=True), default=False, output_field=BooleanField())
        away = Case(
            When(ends_at__lte=now, then=Value(now) - F("starts_at")),
            default=F("starts_at") - Value(now),
            output_field=DurationField(),
        )
        return self.annotate(is_over=is_over).order_by("is_over", away, "id")

    def for_list(self) -> EventQuerySet:
        """With what a list shows of them: the place, and as `taken` how many places are."""
        taken = Count("registrations", filter=Q(registrations__state="registered"))
        return self.select_related("city__country").annotate(taken=taken)

    def organised_by(self, user: User) -> EventQuerySet:
        """Those that the person may edit: all for administrators."""
        if user.is_superuser:
            return self.all()
        return self.filter(organisers=user)

    def with_people(self) -> EventQuerySet:
        """With `participants` and `waiting`: how many have a place, and how many wait for one."""
        state = "registrations__state"
        return self.annotate(
            participants=Count("registrations", filter=Q(**{state: "registered"})),
            waiting=Count("registrations", filter=Q(**{state: "waiting"})),
        )

    def seen_by(self, user: User | AnonymousUser) -> EventQuerySet:
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

    def coming(self) -> RegistrationQuerySet:
        """Those with a place and those who wait for one."""
        return self.exclude(state="cancelled")

    def found(self, words: str) -> RegistrationQuerySet:
        """Those whose name, e-mail address, city or organisation has each of the words in it."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(user__name__icontains=word)
                | Q(user__email__icontains=word)
                | Q(guest_of__icontains=word)
                | Q(party__city__name__icontains=word)
                | Q(party__city__name_uk__icontains=word)
                | Q(party__organisation__name__icontains=word)
            )
        return found

    def with_kinds(self) -> RegistrationQuerySet:
        """With `country` (a code; None for guests) and `kind` (of whom one comes for, or "guest")."""
        return self.annotate(
            country=Coalesce("party__city__country_id", "party__organisation__city__country_id"),
            kind=Case(
                When(party__isnull=True, then=Value("guest")),
                When(party__city__isnull=False, then=Value("city")),
                default=F("party__organisation__kind"),
            ),
        )

    def open_to_meetings(self) -> RegistrationQuerySet:
        """Those with a place whom others may ask for a meeting."""
        return self.taking_part().filter(wants_meetings=True)

    def speaking_with(self, mine: Registration) -> RegistrationQuerySet:
        """Those whom a participant can meet: not itself, not its own side, none who blocked or is blocked."""
        found = self.exclude(pk=mine.pk)
        if mine.party_id is None:
            return found
        blocks = Block.objects.filter(Q(by_party=mine.party_id) | Q(party=mine.party_id))
        blocked = [side for pair in blocks.values_list("by_party", "party") for side in pair]
        return found.exclude(party__in=[mine.party_id, *blocked])

    def mentioning(self, text: str) -> RegistrationQuerySet:
        """Those whose name, city, organisation or goals have this text."""
        cities = City.objects.named(text).values("pk")
        return self.filter(
            Q(name__icontains=text)
            | Q(user__name__icontains=text)
            | Q(guest_of__icontains=text)
            | Q(goals__icontains=text)
            | Q(party__organisation__name__icontains=text)
            | Q(party__city__in=cities)
            | Q(party__organisation__city__in=cities)
        )


class GuestInvitationQuerySet(models.QuerySet["GuestInvitation"]):
    """Queries over invitations of guests."""

    def at(self, secret: str) -> GuestInvitation | None:
        """The one whose letter has this secret in its link."""
        return (
            self.select_related("event__city__country", "registration__user")
            .filter(token_hash=hashed(secret))
            .first()
        )

    def open(self) -> GuestInvitationQuerySet:
        """Those by which somebody can register, or that are about to be sent."""
        return self.filter(withdrawn_at=None, answered_at=None, expires_at__gt=timezone.now())

    def to_be_written(self) -> GuestInvitationQuerySet:
        """Those whose letter waits to be written, the oldest first."""
        return self.open().filter(sent_at=None).exclude(email="").order_by("id")

    def ended_before(self, instant: datetime) -> GuestInvitationQuerySet:
        """Those accepted, withdrawn or expired before then."""
        return self.annotate(ended=Least("withdrawn_at", "answered_at", "expires_at")).filter(
            ended__lte=instant
        )


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    """Queries over requests for meetings."""

    def of(self, registration: Registration) -> MeetingRequestQuerySet:
        """Those from and to a participant."""
        return self.filter(Q(sender=registration) | Q(receiver=registration))

    def between(self, one: Registration, other: Registration) -> MeetingRequestQuerySet:
        """Those from one participant to another, whoever asked."""
        return self.filter(Q(sender=one, receiver=other) | Q(sender=other, receiver=one))

    def waiting_for(self, user: User) -> MeetingRequestQuerySet:
        """Those that a person has to answer, at events to come."""
        mine = self.filter(receiver__user=user, receiver__state="registered", state="sent")
        return mine.filter(event__ends_at__gt=timezone.now())

    def live(self) -> MeetingRequestQuerySet:
        """Those that wait or were accepted."""
        return self.filter(state__in=["sent", "accepted"])

    def between_participants(self) -> MeetingRequestQuerySet:
        """Those that were accepted, of two who have a place."""
        return self.filter(state="accepted", sender__state="registered", receiver__state="registered")

    def without_meeting(self) -> MeetingRequestQuerySet:
        """Those that no meeting is planned for."""
        return self.filter(Q(meeting__isnull=True) | Q(meeting__state="cancelled"))

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

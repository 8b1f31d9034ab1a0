"""The event itself, and which phase it is in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, AuditEntry, User
from cities.models import City
from events.querysets import EventQuerySet
from projects.models.texts import Bilingual, Titled, in_one_language_at_least

AUDITED.update(
    {
        "event created": _("event created"),
        "event edited": _("event edited"),
        "event published": _("event published"),
        "event withdrawn": _("event taken back from the public"),
        "schedule shown": _("schedule of meetings shown to the participants"),
        "schedule hidden": _("schedule of meetings hidden again"),
    }
)

MOST_PEOPLE = 20_000


class NotPossible(Exception):
    """The event or its part allows this no more, or not yet; the message says why, to a person."""


def poster_path(event: Event, name: str) -> str:
    """A random name: each poster has its own address for ever."""
    return f"events/posters/{uuid4().hex}.webp"


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless it is a time zone of the IANA database, as Europe/Kyiv."""
    if name not in available_timezones():
        raise ValidationError(_("Name a time zone as Europe/Kyiv or Europe/Warsaw."))


def at_field(label: Any, **more: Any) -> Any:
    """An instant, which may be unknown unless `more` says otherwise."""
    return models.DateTimeField(label, **{"null": True, "blank": True, **more})


def ordered(first: str, second: str, name: str, message: Any) -> models.CheckConstraint:
    """That one instant comes before another, where both are known."""
    return models.CheckConstraint(
        condition=Q(**{f"{first}__isnull": True})
        | Q(**{f"{second}__isnull": True})
        | Q(**{f"{second}__gt": F(first)}),
        name=name,
        violation_error_message=message,
    )


class Timed:
    """What begins and ends within an event."""

    event: Event
    starts_at: datetime
    ends_at: datetime

    @property
    def hours(self) -> str:
        """From when to when, in the event's time zone: 10:00–10:30."""
        start, end = (at.astimezone(self.event.zone) for at in (self.starts_at, self.ends_at))
        return f"{start:%H:%M}–{end:%H:%M}"

    @property
    def has_begun(self) -> bool:
        """Whether it lasts or is over."""
        return self.starts_at <= timezone.now()


class Event(Titled):
    """A meeting of cities, businesses and financial partners, as one of Global Business Connect."""

    ADDRESS = "event"

    class Format(models.TextChoices):
        ON_SITE = "on-site", _("on site")
        ONLINE = "online", _("online")
        BOTH = "both", _("on site and online")

    class Phase(models.TextChoices):
        """Where an event is on its way; the later of two that overlap."""

        ANNOUNCED = "announced", _("announced")
        REGISTRATION = "registration", _("registration is open")
        REQUESTS = "requests", _("meetings are requested")
        PRELIMINARY = "preliminary", _("preliminary schedule")
        FINAL = "final", _("final schedule")
        DAYS = "days", _("takes place now")
        AFTERWARDS = "afterwards", _("is over")

    class Shown(models.TextChoices):
        """What participants see of the schedule."""

        NOTHING = "nothing", _("nothing yet")
        PRELIMINARY = "preliminary", _("preliminary schedule")
        FINAL = "final", _("final schedule")

    class Who(models.TextChoices):
        CITY = "city", _("cities")
        BUSINESS = "business", _("businesses")
        FINANCIAL_PARTNER = "financial-partner", _("financial partners")

    text_en = models.TextField(_("text in English"), max_length=6000, blank=True)
    text_uk = models.TextField(_("text in Ukrainian"), max_length=6000, blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.ON_SITE)
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("host city"),
    )
    place_en = models.CharField(_("place in English"), max_length=300, blank=True)
    place_uk = models.CharField(_("place in Ukrainian"), max_length=300, blank=True)
    link = models.URLField(
        _("link"), blank=True, help_text=_("Where it is held online; shown to participants only.")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="Europe/Kyiv", validators=[check_time_zone]
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    registration_opens_at = at_field(_("registration opens"))
    registration_closes_at = at_field(_("registration closes"))
    requests_open_at = at_field(_("requests for meetings open"))
    requests_close_at = at_field(_("requests for meetings close"))
    capacity = models.PositiveIntegerField(
        _("places"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)],
        default=200,
        help_text=_("Whoever registers when they are taken waits for one."),
    )
    open_to = ArrayField(
        models.CharField(max_length=20, choices=Who),
        verbose_name=_("open to"),
        default=list,
        blank=True,
        help_text=_("Whose people may register; others by invitation only."),
    )
    most_requests = models.PositiveSmallIntegerField(
        _("requests each"),
        default=20,
        validators=[MaxValueValidator(200)],
        help_text=_("How many meetings one participant may request."),
    )
    books_freely = models.BooleanField(
        _("participants book free slots themselves"),
        default=False,
        help_text=_("Once the schedule is shown, two who agree choose a slot that both have free."),
    )
    shown = models.CharField(_("schedule shown"), max_length=12, choices=Shown, default=Shown.NOTHING)
    poster = models.FileField(_("poster"), upload_to=poster_path, blank=True)
    poster_alt_en = models.CharField(_("description of the poster in English"), max_length=300, blank=True)
    poster_alt_uk = models.CharField(_("description of the poster in Ukrainian"), max_length=300, blank=True)
    results_en = models.TextField(_("results in English"), max_length=6000, blank=True)
    results_uk = models.TextField(_("results in Ukrainian"), max_length=6000, blank=True)
    organisers = models.ManyToManyField(
        User,
        blank=True,
        related_name="organised_events",
        verbose_name=_("organisers"),
        help_text=_("They edit it and see who takes part."),
    )
    published_at = at_field(_("published"), help_text=_("Empty: only its organisers see it."))
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented for demonstration; every page says so.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, help_text=_("Counts what was saved."))

    objects = EventQuerySet.as_manager()

    text = Bilingual("text")
    place = Bilingual("place")
    poster_alt = Bilingual("poster_alt")
    results = Bilingual("results")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_at", "-id"]
        constraints = [
            in_one_language_at_least("title", "event_has_title"),
            ordered("starts_at", "ends_at", "event_period", _("It ends before it starts.")),
            ordered(
                "registration_opens_at",
                "registration_closes_at",
                "event_registration_period",
                _("Registration closes before it opens."),
            ),
            ordered(
                "requests_open_at",
                "requests_close_at",
                "event_requests_period",
                _("Requests close before they open."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(published_at__isnull=False), name="events_public")
        ]

    def clean(self) -> None:
        """Nothing of it is outside its own time."""
        if self.starts_at and self.ends_at and (faults := self._outside_its_time()):
            raise ValidationError(faults)

    def _outside_its_time(self) -> list[Any]:
        last = self.ends_at
        of_registration = [self.registration_opens_at, self.registration_closes_at]
        of_requests = [self.requests_open_at, self.requests_close_at]
        outside = Q(starts_at__lt=self.starts_at) | Q(ends_at__gt=last)
        checks = [
            (
                any(at and at > last for at in of_registration),
                _("Registration opens and closes before the event ends."),
            ),
            (
                any(at and at > last for at in of_requests),
                _("Requests for meetings open and close before the event ends."),
            ),
            (
                self.pk and self.sessions.filter(outside).exists(),
                _("The programme has sessions outside these times. Change them first."),
            ),
            (
                self.pk and self.slots.filter(outside).exists(),
                _("There are slots for meetings outside these times. Remove them first."),
            ),
        ]
        return [message for is_broken, message in checks if is_broken]

    def check_inside(self, starts_at: datetime | None, ends_at: datetime | None) -> None:
        """Raise ValidationError where a part of the event is not within its time; unknown ends pass."""
        if (starts_at and starts_at < self.starts_at) or (ends_at and ends_at > self.ends_at):
            first, last = (at.astimezone(self.zone) for at in (self.starts_at, self.ends_at))
            times = {"first": f"{first:%d.%m.%Y %H:%M}", "last": f"{last:%d.%m.%Y %H:%M}"}
            raise ValidationError(_("The event lasts from %(first)s to %(last)s only.") % times)

    def lacks(self) -> list[Any]:
        """What it needs to be public, to a person."""
        needs = [
            (
                not self.has_on_site or self.city_id or self.place_en or self.place_uk,
                _("the host city or the place"),
            ),
            (self.text_en or self.text_uk, _("a text that says what it is")),
            (self.open_to, _("who may register")),
            (self.registration_opens_at, _("the day registration opens")),
        ]
        return [need for is_there, need in needs if not is_there]

    def where(self) -> str:
        """The place and the host city, in the reader's language; empty for what is online only."""
        city = self.city.display_name if self.city else ""
        named = city if city not in self.place else ""
        return ", ".join(filter(None, [self.place, named])) if self.has_on_site else ""

    @property
    def poster_url(self) -> str:
        """The address of the poster, which changes with it; empty where there is none."""
        name = (self.poster.name or "").rpartition("/")[2]
        return reverse("event-poster", args=[self.slug, name]) if name else ""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its times are told."""
        return ZoneInfo(self.time_zone)

    @property
    def titles(self) -> dict[str, str]:
        """Its title by language."""
        return {"en": self.title_en, "uk": self.title_uk}

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self.ends_at <= timezone.now()

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it."""
        return self.published_at is not None

    @property
    def has_online(self) -> bool:
        """Whether one can take part from elsewhere."""
        return self.format != self.Format.ON_SITE

    @property
    def has_on_site(self) -> bool:
        """Whether one can be there."""
        return self.format != self.Format.ONLINE

    @property
    def shows_schedule(self) -> bool:
        """Whether participants see when and where they meet."""
        return self.shown != self.Shown.NOTHING

    def phase(self, now: datetime | None = None) -> str:
        """Where it is on its way: a code of Phase."""
        now = now or timezone.now()
        if now >= self.ends_at:
            return self.Phase.AFTERWARDS
        if now >= self.starts_at:
            return self.Phase.DAYS
        if self.shows_schedule:
            return self.Phase(self.shown)
        if self.takes_requests(now):
            return self.Phase.REQUESTS
        return self.Phase.REGISTRATION if self.takes_registrations(now) else self.Phase.ANNOUNCED

    def takes_registrations(self, now: datetime | None = None) -> bool:
        """Whether one may register now."""
        now = now or timezone.now()
        opens, closes = self.registration_opens_at, self.registration_closes_at or self.ends_at
        return self.is_public and opens is not None and opens <= now < closes

    def takes_requests(self, now: datetime | None = None) -> bool:
        """Whether participants may request meetings now."""
        now = now or timezone.now()
        opens, closes = self.requests_open_at, self.requests_close_at or self.ends_at
        return self.is_public and opens is not None and opens <= now < closes

    def is_organised_by(self, user: User) -> bool:
        """Whether the person may edit it and see who takes part."""
        return Event.objects.organised_by(user).filter(pk=self.pk).exists()

    def publish(self, *, by: User) -> None:
        """Show it to everybody; nothing happens to one that is public. Raises NotPossible if it `lacks`."""
        if not self.is_public:
            if lacks := self.lacks():
                raise NotPossible(_("It still needs: %(what)s.") % {"what": ", ".join(map(str, lacks))})
            self.published_at = timezone.now()
            self.save(update_fields=["published_at"])
            AuditEntry.note(by, "event published", self)

    def show_schedule(self, shown: str, *, by: User) -> None:
        """Let participants see a preliminary or the final schedule, or hide it again (a code of Shown)."""
        if shown != self.shown:
            self.shown = shown
            self.save(update_fields=["shown"])
            action = "schedule shown" if self.shows_schedule else "schedule hidden"
            AuditEntry.note(by, action, self, after=shown)

    def withdraw(self, *, by: User) -> None:
        """Take it back. Raises NotPossible once somebody has registered."""
        if self.registrations.exists():
            raise NotPossible(_("People have registered: it can no longer be taken back."))
        self.published_at = None
        self.save(update_fields=["published_at"])
        AuditEntry.note(by, "event withdrawn", self)

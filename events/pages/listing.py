"""The list of events: a page of it, and all of it as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from cities.exports import Record
from events.models import Event

from .filters import EventFilter

SOURCE = "Events: Mayors' Portal; cities: GeoNames (https://www.geonames.org/), CC BY 4.0"
FIELDS = (
    "title_en", "title_uk", "starts", "ends", "time_zone", "format", "city_geonames_id", "city", "country",
    "place_en", "place_uk", "open_to", "registration_opens", "registration_closes", "places",
    "places_taken", "phase", "demonstration", "url",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """The events that were asked for, in their order."""

    query: EventFilter

    @property
    def events(self) -> QuerySet[Event]:
        """As rows of the database."""
        rows: QuerySet[Event] = self.query.qs
        return rows

    def __len__(self) -> int:
        return self.events.count()

    def records(self) -> Iterator[Record]:
        """What the files say of them."""
        for event in self.events:
            yield _record(event)


def _record(event: Event) -> Record:
    def at(name: str) -> str | None:
        instant = getattr(event, name)
        return instant.astimezone(event.zone).isoformat(timespec="minutes") if instant else None

    return {
        "title_en": event.title_en,
        "title_uk": event.title_uk,
        "starts": at("starts_at"),
        "ends": at("ends_at"),
        "time_zone": event.time_zone,
        "format": event.format,
        "city_geonames_id": event.city_id,
        "city": event.city.name if event.city else None,
        "country": event.city.country_id if event.city else None,
        "place_en": event.place_en,
        "place_uk": event.place_uk,
        "open_to": event.open_to,
        "registration_opens": at("registration_opens_at"),
        "registration_closes": at("registration_closes_at"),
        "places": event.capacity,
        "places_taken": event.taken,  # type: ignore[attr-defined]
        "phase": str(event.phase()),
        "demonstration": event.is_demonstration,
        "url": settings.SITE_URL.rstrip("/") + event.get_absolute_url(),
    }

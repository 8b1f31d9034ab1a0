"""Public events, by the filters of their list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from events.models import Event as Row
from events.pages.filters import WHEN, asked_for
from public.api.resource import COUNTRY, Filter, Keys, Resource, in_order, one_of, searched
from public.api.schema import WGS84, CityReference, Record, absolute, said
from public.api.schema import one_of as coded_as


class Event(Record):
    """A meeting of cities, businesses and financial partners."""

    id: int = said(_("number"))
    title_en: str = said(_("title in English"))
    title_uk: str = said(_("title in Ukrainian"))
    text_en: str = said(_("text in English"))
    text_uk: str = said(_("text in Ukrainian"))
    starts: datetime = said(_("moment in its time zone (ISO 8601)"))
    ends: datetime = said(_("moment in its time zone (ISO 8601)"))
    time_zone: str = said(_("time zone, as Europe/Kyiv"))
    format: str = coded_as(_("format"), Row.Format.values)
    city: CityReference | None = said(_("host city"))
    place_en: str = said(_("place in English"))
    place_uk: str = said(_("place in Ukrainian"))
    latitude: float | None = said(WGS84)
    longitude: float | None = said(WGS84)
    open_to: list[str] = coded_as(_("who may register"), Row.Who.values)
    registration_opens: datetime | None = said(_("moment in its time zone (ISO 8601)"))
    registration_closes: datetime | None = said(_("moment in its time zone (ISO 8601)"))
    places: int = said(_("number of places"))
    places_taken: int = said(_("number of places that are taken"))
    phase: str = coded_as(_("where it is on its way"), Row.Phase.values)
    results_en: str = said(_("results in English"))
    results_uk: str = said(_("results in Ukrainian"))
    demonstration: bool = said(_("yes: invented for demonstration"))
    url: str = said(_("address of its page"))


def _listed(data: QueryDict) -> Keys:
    query = asked_for(data)
    if any(data.get(name) and name not in query.asked for name in query.filters):
        return []  # a country where none is held: the page would leave that filter out
    return list(query.qs.values_list("pk", flat=True))


def _made(keys: Sequence[int]) -> list[Event]:
    return in_order(
        keys, {one.pk: _record(one) for one in Row.objects.published().for_list().filter(pk__in=keys)}
    )


def _record(one: Row) -> Event:
    def at(instant: datetime) -> datetime:
        return instant.astimezone(one.zone)

    opens, closes, city = one.registration_opens_at, one.registration_closes_at, one.city
    return Event.taken_from(
        one,
        id=one.pk,
        starts=at(one.starts_at),
        ends=at(one.ends_at),
        city=CityReference.of(city) if city else None,
        latitude=city.latitude if city else None,
        longitude=city.longitude if city else None,
        registration_opens=at(opens) if opens else None,
        registration_closes=at(closes) if closes else None,
        places=one.capacity,
        places_taken=one.taken,  # type: ignore[attr-defined]
        phase=str(one.phase()),
        demonstration=one.is_demonstration,
        url=absolute(one.get_absolute_url()),
    )


RESOURCE = Resource(
    name="events",
    single="event",
    title=_("Events"),
    meaning=_("Public events, past ones included. Where one is held online is told to participants only."),
    record=Event,
    listed=_listed,
    made=_made,
    filters={
        "q": searched(_("Name, place or country, in any language"), "Lviv"),
        "when": one_of(_("When"), WHEN, "to-come"),
        "country": Filter(_("Country"), Annotated[str, Field(pattern=COUNTRY)], "UA"),
        "how": one_of(_("How to take part"), [Row.Format.ON_SITE.value, Row.Format.ONLINE.value], "on-site"),
        "open_to": one_of(_("Open to"), Row.Who.values, "business"),
    },
    sorts=["next"],
    is_counted=False,
    is_placed=True,
)

"""Cities, by the filters of the city directory."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from cities import directory
from cities.directory import MEMBERSHIP, SIZES
from cities.filters import LONGEST_VALUE, SORTS
from cities.models import City as Row
from cities.models import CityProfile, TopicStatement
from cities.views import DIRECTORY
from public.api.resource import (
    BOUNDS,
    CODE,
    COUNTRY,
    LANGUAGE,
    Keys,
    Resource,
    chosen,
    coded,
    in_order,
    searched,
    selected,
)
from public.api.schema import WGS84, Note, Record, absolute, said

REGION = r"^[A-Z]{2}\.[A-Za-z0-9]{1,8}$"
TOPIC = Annotated[str, Field(pattern=CODE, max_length=LONGEST_VALUE)]


class City(Record):
    """A municipality."""

    id: int = said(_("number of the city in GeoNames"))
    name: str = said(_("name of the city in Latin letters"))
    name_uk: str = said(_("name in Ukrainian"))
    country: str = said(_("ISO 3166-1 code"))
    region: str | None = said(_("Country and GeoNames admin1 code, as UA.15."))
    region_name_en: str = said(_("name of the region in English"))
    region_name_uk: str = said(_("name of the region in Ukrainian"))
    population: int = said(_("number of inhabitants"))
    latitude: float = said(WGS84)
    longitude: float = said(WGS84)
    time_zone: str = said(_("time zone, as Europe/Kyiv"))
    is_capital: bool = said(_("whether it is the capital of its country"))
    is_member: bool = said(_("whether an approved mayor represents it"))
    is_open: bool | None = said(_("whether it is open to new partners; null where it does not say"))
    summary_en: str = said(_("summary in English"))
    summary_uk: str = said(_("summary in Ukrainian"))
    goals: list[str] = said(_("what it wants of partners"))
    kinds_of_place: list[str] = said(_("what it is, among cities"))
    languages: list[str] = said(_("languages of the country and of the city's staff (ISO 639-1 codes)"))
    needs: list[Note] = said(_("topics in which it looks for help"))
    offers: list[Note] = said(_("topics in which it offers experience"))
    twinnings: int = said(_("number of its twin cities"))
    twinned_countries: list[str] = said(_("countries of its twin cities"))
    website: str = said(_("website"))
    demonstration: bool = said(_("yes: invented for demonstration"))
    updated: datetime | None = said(_("moment of the last change of its profile (ISO 8601)"))
    url: str = said(_("address of its page"))


def _listed(data: QueryDict) -> Keys:
    at_hand, selection, _found = DIRECTORY.select(data)
    return selected(at_hand, selection, at_hand.reference.ids)


def _made(keys: Sequence[int]) -> list[City]:
    at_hand = directory.current()
    known = Row.objects.filter(pk__in=keys).select_related("region", "profile")
    found = {one.pk: one for one in known.prefetch_related("topic_statements")}
    rows = dict(zip(keys, at_hand.reference.rows_of(keys).tolist(), strict=True))
    made = {key: _record(at_hand, rows[key], one) for key, one in found.items() if rows[key] >= 0}
    return in_order(keys, made)


def _record(at_hand: directory.Directory, row: int, one: Row) -> City:
    said_by, region = at_hand.statements, one.region
    profile: CityProfile = getattr(one, "profile", None) or CityProfile()
    is_stated = profile.pk is not None
    statements = one.topic_statements.all()
    return City.taken_from(
        one,
        id=one.pk,
        country=one.country_id,
        region=one.region_id,
        region_name_en=region.name_en if region else "",
        region_name_uk=region.name_uk if region else "",
        is_member=said_by.member.codes_of(row) == ("yes",),
        is_open=profile.is_open if is_stated else None,
        summary_en=profile.summary_en,
        summary_uk=profile.summary_uk,
        goals=profile.goals,
        kinds_of_place=profile.kinds_of_place,
        languages=list(said_by.language.codes_of(row)),
        needs=_notes(statements, TopicStatement.Kind.NEED),
        offers=_notes(statements, TopicStatement.Kind.OFFER),
        twinnings=int(at_hand.ties.count[row]),
        twinned_countries=list(at_hand.ties.twinned.codes_of(row)),
        website=profile.website,
        demonstration=profile.is_demonstration,
        updated=profile.updated_at if is_stated else None,
        url=absolute(one.get_absolute_url()),
    )


def _notes(statements: Iterable[TopicStatement], kind: str) -> list[Note]:
    return [
        Note(code=one.topic_id, note_en=one.note_en, note_uk=one.note_uk)
        for one in statements
        if one.kind == kind
    ]


FILTERS = {
    "q": searched(_("Name in any language and script, typing errors included"), "Lemberg"),
    "country": coded(_("Country"), COUNTRY, "UA"),
    "region": coded(_("Region"), REGION, "UA.15"),
    "size": chosen(_("Inhabitants"), SIZES, "250k-1m"),
    "member": chosen(_("Membership"), MEMBERSHIP, "yes"),
    "need": coded(_("Looks for"), CODE, "water"),
    "offer": coded(_("Offers"), CODE, "culture"),
    "language": coded(_("Languages"), LANGUAGE, "pl"),
    "twinned": coded(_("Twinned with a city in"), COUNTRY, "DE"),
    "bounds": BOUNDS,
}

RESOURCE = Resource(
    name="cities",
    single="city",
    title=_("Cities"),
    meaning=_("Every city of the directory, with what member cities say of themselves."),
    record=City,
    listed=_listed,
    made=_made,
    filters=FILTERS,
    sorts=SORTS,
    changed="updated",
    is_placed=True,
    example="member=yes",
)

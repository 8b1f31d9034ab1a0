"""Businesses, by the filters of their directory."""

from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities import nace
from partnerships.businesses import directory
from partnerships.businesses.models import BusinessProfile, BusinessStatement, SizeBand, Trade
from partnerships.businesses.page import profile_context
from partnerships.businesses.query import SORTS
from partnerships.businesses.views import DIRECTORY
from partnerships.integrity.standings import STANDINGS
from public.api.resource import (
    BOUNDS,
    COUNTRY,
    LANGUAGE,
    NUMBER,
    Keys,
    Resource,
    chosen,
    coded,
    in_order,
    searched,
    selected,
)
from public.api.schema import CityReference, Note, Record, absolute, one_of, said

from .cities import REGION
from .organisations import declarations


class Business(Record):
    """A business that an approved member represents. Contacts are not public."""

    id: int = said(_("number"))
    name: str = said(_("name"))
    other_name: str = said(_("a brand, or the name in other letters"))
    city: CityReference = said(_("city"))
    nace_section: str = said(_("section of NACE Rev. 2"))
    nace_division: str = said(_("division of NACE Rev. 2"))
    nace_code: str = said(_("class, group or division of NACE Rev. 2 of the main activity"))
    nace_title_en: str = said(_("title of the activity in English"))
    nace_title_uk: str = said(_("title of the activity in Ukrainian"))
    summary_en: str = said(_("summary in English"))
    summary_uk: str = said(_("summary in Ukrainian"))
    offers: list[Note] = said(_("what it offers"))
    seeks: list[Note] = said(_("what it seeks"))
    size: str = one_of(
        _("how many people work for it; empty where that is not stated"), ["", *SizeBand.values]
    )
    founded: int | None = said(_("year in which it was founded"))
    export_markets: list[str] = said(_("ISO 3166-1 codes of countries."))
    certificates: list[str] = said(_("certificates"))
    languages: list[str] = said(_("working languages (ISO 639-1 codes)"))
    website: str = said(_("website"))
    declaration: str = one_of(_("how its integrity declaration stands"), STANDINGS)
    demonstration: bool = said(_("yes: invented for demonstration"))
    updated: datetime = said(_("moment of the last change (ISO 8601)"))
    url: str = said(_("address of its page"))


def _listed(data: QueryDict) -> Keys:
    at_hand, selection, _found = DIRECTORY.select(data)
    return selected(at_hand, selection, at_hand.ids)


def _made(keys: Sequence[int]) -> list[Business]:
    declared = declarations(directory.current(), keys)
    profiles = BusinessProfile.objects.public().filter(pk__in=keys)
    known = profiles.select_related("organisation__city").prefetch_related("organisation__businessstatements")
    return in_order(keys, {one.pk: _record(one, declared[one.pk]) for one in known})


def _record(one: BusinessProfile, declaration: str) -> Business:
    organisation, activity = one.organisation, nace.activities().get(one.activity)
    shown = profile_context(one, organisation.businessstatements.all())
    return Business.taken_from(
        one,
        id=one.pk,
        name=organisation.name,
        city=CityReference.of(organisation.city),
        nace_section=nace.section_of(one.activity),
        nace_division=nace.division_of(one.activity),
        nace_code=one.activity,
        nace_title_en=activity.title_en if activity else "",
        nace_title_uk=activity.title_uk if activity else "",
        offers=_notes(shown["offers"]),
        seeks=_notes(shown["needs"]),
        export_markets=one.markets,
        certificates=shown["certificates"],
        declaration=declaration,
        demonstration=one.is_demonstration,
        updated=one.updated_at,
        url=absolute(organisation.get_absolute_url()),
    )


def _notes(statements: Sequence[BusinessStatement]) -> list[Note]:
    return [Note(code=one.trade, note_en=one.note_en, note_uk=one.note_uk) for one in statements]


RESOURCE = Resource(
    name="businesses",
    single="business",
    title=_("Businesses"),
    meaning=_("Businesses with what they offer and seek. Write to them through the portal."),
    record=Business,
    listed=_listed,
    made=_made,
    filters={
        "q": searched(_("Name or words of the profile, in any script"), "glass"),
        "country": coded(_("Country"), COUNTRY, "UA"),
        "region": coded(_("Region"), REGION, "UA.15"),
        "city": coded(_("Number of the city in GeoNames"), NUMBER, "702550"),
        "section": coded(_("Field of activity"), r"^[A-U]$", "C"),
        "division": coded(_("Activity"), r"^[0-9]{2}$", "23"),
        "offer": chosen(_("Offers"), Trade.values, "product"),
        "need": chosen(_("Seeks"), Trade.values, "distribution"),
        "size": chosen(_("Size"), SizeBand.values, "small"),
        "market": coded(_("Export markets"), COUNTRY, "DE"),
        "language": coded(_("Languages"), LANGUAGE, "en"),
        "declaration": chosen(_("Integrity declaration"), STANDINGS, "checked"),
        "bounds": BOUNDS,
    },
    sorts=SORTS,
    changed="updated",
)

"""Practices of cities, by the filters of their directory."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities.directory import SIZES
from knowledge.models import Adoption
from knowledge.models import Practice as Row
from knowledge.practices.query import SORTS
from knowledge.practices.views import DIRECTORY
from projects.codelists import codelist
from public.api.resource import (
    CODE,
    COUNTRY,
    NUMBER,
    Keys,
    Resource,
    chosen,
    coded,
    in_order,
    searched,
    selected,
)
from public.api.schema import CityReference, Money, Record, absolute, one_of, said


class Result(Record):
    """A figure before and after."""

    indicator_en: str = said(_("indicator in English"))
    indicator_uk: str = said(_("indicator in Ukrainian"))
    before: Decimal | None = said(_("before"))
    after: Decimal = said(_("after"))
    unit_en: str = said(_("unit in English"))
    unit_uk: str = said(_("unit in Ukrainian"))


class Adopter(Record):
    """Another city that did the same."""

    city: CityReference = said(_("city"))
    since: int = said(_("year"))
    text_en: str = said(_("what came of it, in English"))
    text_uk: str = said(_("what came of it, in Ukrainian"))


class Practice(Record):
    """What a city did that worked."""

    id: int = said(_("number"))
    title_en: str = said(_("title in English"))
    title_uk: str = said(_("title in Ukrainian"))
    problem_en: str = said(_("the problem, in English"))
    problem_uk: str = said(_("the problem, in Ukrainian"))
    done_en: str = said(_("what was done, in English"))
    done_uk: str = said(_("what was done, in Ukrainian"))
    lessons_en: str = said(_("lessons, in English"))
    lessons_uk: str = said(_("lessons, in Ukrainian"))
    city: CityReference = said(_("city"))
    topics: list[str] = said(_("codes of topics"))
    sdgs: list[int] = said(_("numbers of the Sustainable Development Goals"))
    sizes: list[str] = one_of(_("size of city that it fits"), SIZES)
    cost: Money | None = said(_("cost"))
    started: date | None = said(_("day (ISO 8601)"))
    ended: date | None = said(_("day (ISO 8601)"))
    results: list[Result] = said(_("results in figures"))
    adopted_by: list[Adopter] = said(_("other cities that did the same"))
    demonstration: bool = said(_("yes: invented for demonstration"))
    published: datetime | None = said(_("moment of first publication (ISO 8601)"))
    updated: datetime = said(_("moment of the last change (ISO 8601)"))
    url: str = said(_("address of its page"))


def _listed(data: QueryDict) -> Keys:
    at_hand, selection, _found = DIRECTORY.select(data)
    return selected(at_hand, selection, at_hand.ids)


def _made(keys: Sequence[int]) -> list[Practice]:
    known = Row.objects.published().filter(pk__in=keys).with_parts()
    return in_order(keys, {one.pk: _record(one) for one in known})


def _record(one: Row) -> Practice:
    return Practice.taken_from(
        one,
        id=one.pk,
        city=CityReference.of(one.city),
        topics=[topic.code for topic in one.topics.all()],
        sdgs=one.goals,
        cost=Money.of(one.cost, one.currency),
        started=one.started_on,
        ended=one.ended_on,
        results=[Result.taken_from(result) for result in one.results.all()],
        adopted_by=[_adopter(adoption) for adoption in one.adoptions.all()],
        demonstration=one.is_demonstration,
        published=one.published_at,
        updated=one.updated_at,
        url=absolute(one.get_absolute_url()),
    )


def _adopter(one: Adoption) -> Adopter:
    return Adopter.taken_from(one, city=CityReference.of(one.city))


RESOURCE = Resource(
    name="practices",
    single="practice",
    title=_("Practices"),
    meaning=_("What cities did that worked, with results, and which cities did the same."),
    record=Practice,
    listed=_listed,
    made=_made,
    filters={
        "q": searched(_("Words of the title or the texts, in any form"), "school"),
        "topic": coded(_("Topic"), CODE, "water"),
        "goal": chosen(_("Sustainable Development Goal"), codelist("sdg"), "11"),
        "country": coded(_("Country"), COUNTRY, "UA"),
        "city": coded(_("Number of the city in GeoNames"), NUMBER, "702550"),
        "size": chosen(_("Size of the city"), SIZES, "250k-1m"),
        "fits": chosen(_("Fits cities of"), SIZES, "20k-50k"),
        "year": coded(_("Year"), NUMBER, "2025"),
    },
    sorts=SORTS,
    changed="updated",
)

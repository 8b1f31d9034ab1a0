"""Partnerships that both sides show, by the filters of their register."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.interests.models import Party
from partnerships.models import Partnership as Row
from partnerships.partnership.public_views import selected as in_register
from partnerships.partnership.query import SORTS
from partnerships.partnership.register import CITY, KINDS
from projects.models import Project
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
from public.api.schema import CityReference, Record, absolute, one_of, said


class Side(Record):
    """A side of a partnership."""

    kind: str = one_of(_("kind"), KINDS)
    id: int = said(_("number, as in the list of its kind"))
    name: str = said(_("name"))
    city: CityReference = said(_("the city it is, or is in"))
    url: str = said(_("address of its page"))


class Partnership(Record):
    """What two sides do together, shown by both."""

    id: int = said(_("number"))
    one: Side = said(_("one side"))
    other: Side = said(_("the other side"))
    stage: str = one_of(_("stage"), Row.Stage.values)
    since: date = said(_("day on which both sides stood by it"))
    twin_cities_since: int | None = said(_("year of the twinning it belongs to, where it is known"))
    topics: list[str] = said(_("codes of topics"))
    projects: list[int] = said(_("numbers of its public projects"))
    demonstration: bool = said(_("yes: invented for demonstration"))
    url: str = said(_("address of its page"))


def _listed(data: QueryDict) -> Keys:
    at_hand, selection, _found = in_register(data)
    return selected(at_hand, selection, np.array([one.number for one in at_hand.entries], dtype=np.int64))


def _made(keys: Sequence[int]) -> list[Partnership]:
    rows = Row.objects.public().filter(pk__in=keys).named().select_related("twinning")
    shown: dict[int, list[int]] = {}
    tied = Project.objects.public().filter(partnerships__in=keys).order_by("pk")
    for project, partnership in tied.values_list("pk", "partnerships"):
        shown.setdefault(partnership, []).append(project)
    found = {one.pk: _record(one, shown.get(one.pk, [])) for one in rows.prefetch_related("topics")}
    return in_order(keys, found)


def _record(one: Row, projects: list[int]) -> Partnership:
    assert one.confirmed_at is not None
    return Partnership(
        id=one.pk,
        one=_side(one.one),
        other=_side(one.other),
        stage=one.stage,
        since=timezone.localdate(one.confirmed_at),
        twin_cities_since=one.twinning.since if one.twinning else None,
        topics=[topic.code for topic in one.topics.all()],
        projects=projects,
        demonstration=one.is_demonstration,
        url=absolute(one.public_url),
    )


def _side(party: Party) -> Side:
    return Side(
        kind=CITY if party.city else party.one.kind,
        id=party.one.pk,
        name=party.name,
        city=CityReference.of(party.home),
        url=absolute(party.get_absolute_url()),
    )


RESOURCE = Resource(
    name="partnerships",
    single="partnership",
    title=_("Partnerships"),
    meaning=_("Partnerships of cities, businesses and financial partners that both sides show to everybody."),
    record=Partnership,
    listed=_listed,
    made=_made,
    filters={
        "q": searched(_("Names of sides, cities, countries and topics, in any script"), "water"),
        "country": coded(_("Country"), COUNTRY, "UA"),
        "city": coded(_("Number of the city in GeoNames"), NUMBER, "702550"),
        "topic": coded(_("Topic"), CODE, "water"),
        "stage": chosen(_("Stage"), Row.Stage.values, "active"),
        "kind": chosen(_("Takes part"), KINDS, "business"),
    },
    sorts=SORTS,
)

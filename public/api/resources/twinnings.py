"""Formal ties between cities."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities.models import Twinning as Row
from public.api.resource import COUNTRY, NUMBER, Keys, Resource, coded, in_order
from public.api.schema import CityReference, Record, one_of, said


class Twinning(Record):
    """A formal tie between two cities (sister cities)."""

    id: int = said(_("number"))
    city_a: CityReference = said(_("city"))
    city_b: CityReference = said(_("other city"))
    since: int | None = said(_("year in which it began; null where that is not known"))
    source: str = one_of(_("where it is known from"), Row.Source.values)


def _listed(data: QueryDict) -> Keys:
    found = Row.objects.all()
    for name, field in (("city", ""), ("country", "__country")):
        if values := data.getlist(name):
            found = found.filter(Q(**{f"city_a{field}__in": values}) | Q(**{f"city_b{field}__in": values}))
    return list(found.values_list("pk", flat=True))


def _made(keys: Sequence[int]) -> list[Twinning]:
    found = {
        one.pk: Twinning(
            id=one.pk,
            city_a=CityReference.of(one.city_a),
            city_b=CityReference.of(one.city_b),
            since=one.since,
            source=one.source,
        )
        for one in Row.objects.filter(pk__in=keys).select_related("city_a", "city_b")
    }
    return in_order(keys, found)


RESOURCE = Resource(
    name="twinnings",
    single="twinning",
    title=_("Twinnings"),
    meaning=_("The formal ties between cities that are known to the portal."),
    record=Twinning,
    listed=_listed,
    made=_made,
    filters={
        "city": coded(_("Number in GeoNames of one of the two cities"), NUMBER, "702550"),
        "country": coded(_("Country of one of the two cities"), COUNTRY, "UA"),
    },
)

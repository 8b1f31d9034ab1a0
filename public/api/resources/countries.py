"""Countries of the programme."""

from collections.abc import Sequence

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import directory
from cities.models import Country as Row
from public.api.resource import Keys, Resource, in_order
from public.api.schema import Record, absolute, said


class Country(Record):
    """A country of the programme."""

    code: str = said(_("ISO 3166-1 code"))
    name_en: str = said(_("name in English"))
    name_uk: str = said(_("name in Ukrainian"))
    languages: list[str] = said(_("ISO 639-1 codes; the language most used comes first."))
    neighbours: list[str] = said(_("neighbouring countries"))
    cities: int = said(_("number of its cities in the directory"))
    url: str = said(_("address of its cities in the directory"))


def _listed(data: QueryDict) -> Keys:
    return list(Row.objects.values_list("code", flat=True))


def _made(keys: Sequence[str]) -> list[Country]:
    facet, home = directory.current().reference.country, absolute(reverse("cities"))
    cities = dict(zip(facet.codes, facet.totals.tolist(), strict=True))
    found = {
        one.code: Country.taken_from(
            one,
            cities=cities.get(one.code, 0),
            url=f"{home}?country={one.code}",
        )
        for one in Row.objects.filter(pk__in=keys)
    }
    return in_order(keys, found)


RESOURCE = Resource(
    name="countries",
    single="country",
    title=_("Countries"),
    meaning=_("The countries of the programme, with how many cities they have."),
    record=Country,
    listed=_listed,
    made=_made,
    key=str,
)

"""Topics of municipal policy."""

from collections.abc import Sequence

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import directory
from cities.models import Topic as Row
from public.api.resource import Keys, Resource, in_order
from public.api.schema import Record, absolute, said


class Topic(Record):
    """A field of municipal policy."""

    code: str = said(_("code"))
    name_en: str = said(_("name in English"))
    name_uk: str = said(_("name in Ukrainian"))
    needs: int = said(_("number of cities that look for help with it"))
    offers: int = said(_("number of cities that offer experience in it"))
    url: str = said(_("address of the cities that look for help with it"))


def _listed(data: QueryDict) -> Keys:
    return list(Row.objects.values_list("code", flat=True))


def _made(keys: Sequence[str]) -> list[Topic]:
    said_by, home = directory.current().statements, absolute(reverse("cities"))
    needs, offers = (
        dict(zip(facet.codes, facet.totals.tolist(), strict=True)) for facet in (said_by.need, said_by.offer)
    )
    found = {
        one.code: Topic.taken_from(
            one,
            needs=needs.get(one.code, 0),
            offers=offers.get(one.code, 0),
            url=f"{home}?need={one.code}",
        )
        for one in Row.objects.filter(pk__in=keys)
    }
    return in_order(keys, found)


RESOURCE = Resource(
    name="topics",
    single="topic",
    title=_("Topics"),
    meaning=_("The fields of municipal policy by which cities say what they look for and what they offer."),
    record=Topic,
    listed=_listed,
    made=_made,
    key=str,
)

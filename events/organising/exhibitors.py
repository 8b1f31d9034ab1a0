"""Finding a city or an organisation that exhibits, by its name."""

from __future__ import annotations

from typing import Any, NamedTuple

from accounts.membership import State
from cities.choosing import cities_found
from cities.models import City
from events.models import Event, Exhibitor
from partnerships.businesses import directory as businesses
from partnerships.businesses import search as business_search
from partnerships.finance import directory as finance
from partnerships.finance import search as finance_search
from partnerships.models import Organisation, Party

MOST = 6  # of each kind of organisation


class Candidate(NamedTuple):
    """One that may exhibit: `code` says which, as `added` takes it."""

    code: str
    name: str
    place: str


def candidates(text: str) -> list[Candidate]:
    """Cities and public organisations with a name like a text, cities first; nothing for no text."""
    if not text:
        return []
    cities = [
        Candidate(f"city-{number}", card.name, ", ".join(filter(None, [card.region, card.country])))
        for number, card in cities_found(text)
    ]
    return cities + _organisations(text)


def _organisations(text: str) -> list[Candidate]:
    ids: list[int] = []
    for directory, search in ((businesses, business_search), (finance, finance_search)):
        at_hand = directory.current()
        ids += at_hand.ids[search.find(text, at_hand).rows[:MOST]].tolist()  # type: ignore[attr-defined,arg-type]
    found = Organisation.objects.select_related("city__country").in_bulk(ids)
    return [
        Candidate(f"organisation-{one.pk}", one.name, f"{one.city.display_name}, {one.city.country.name}")
        for one in (found[number] for number in ids if number in found)
    ]


def added(event: Event, code: str) -> Exhibitor | None:
    """The exhibitor that a candidate becomes, or is already; None for a code of nobody that is public."""
    kind, _dash, number = code.partition("-")
    if not number.isdecimal() or len(number) > 18:
        return None
    public = Organisation.objects.filter(members__state=State.APPROVED)
    rows: Any = {"city": City.objects.all(), "organisation": public}.get(kind)
    one = rows.filter(pk=int(number)).first() if rows is not None else None
    return event.exhibitors.get_or_create(party=Party.objects.of(one))[0] if one else None

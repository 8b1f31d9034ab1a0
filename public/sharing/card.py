"""What is told of a page where it is shared: title, kind, place; and the address of its picture."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from hashlib import blake2b
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.letters import site
from cities.directory import reader_language
from cities.models import City
from partnerships.models import Partnership
from public.kinds import PublicKind

DESIGN = 1
"""Counts changes of how pictures look: each gives all of them new addresses."""

PORTAL = "portal"
"""The word of pages about nothing in particular in the addresses of pictures."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Card:
    """What the picture of a page shows, in one language. points: latitudes and longitudes of its places."""

    portal: str
    title: str
    kind: str
    place: str
    points: tuple[Point, ...] = ()

    @property
    def version(self) -> str:
        """A digest of all it shows: a changed picture has another address."""
        return blake2b(repr((DESIGN, astuple(self))).encode(), digest_size=8).hexdigest()


def card_of(kind: PublicKind, one: Any) -> Card:
    """The card of a public object, in the language that is active."""
    cities = _cities(one)
    return Card(
        portal=_("Mayors' Portal"),
        title=capfirst(str(one)),
        kind=_kind(kind, one),
        place=_place(one, cities),
        points=tuple((city.latitude, city.longitude) for city in cities),
    )


def card_of_portal() -> Card:
    """The card of pages about nothing in particular."""
    return Card(
        portal=_("Mayors' Portal"),
        title=_("Partner cities that fit, and why"),
        kind="",
        place=_("A platform of the Mayors' Club Ukraine and the Alliance of European Mayors."),
    )


def image_url(code: str, key: Any, card: Card) -> str:
    """The full address of a card's picture in the active language; `code` is the word of its kind."""
    return site() + reverse("share-image", args=[reader_language(), code, key, card.version])


def _kind(kind: PublicKind, one: Any) -> str:
    """What it is, and whether it is invented."""
    is_invented = getattr(one, "is_demonstration", False)
    return f"{kind.single} · {_('demonstration data')}" if is_invented else str(kind.single)


def _cities(one: Any) -> list[City]:
    """The cities it is in, or those it ties."""
    if isinstance(one, City):
        return [one]
    if isinstance(one, Partnership):
        return [party.home for party in one.parties]
    at = getattr(one, "organisation", one)
    return [city] if (city := getattr(at, "city", None)) else []


def _place(one: Any, cities: list[City]) -> str:
    countries = ", ".join(dict.fromkeys(city.country.name for city in cities))
    if len(cities) != 1 or isinstance(one, City):
        return countries
    return f"{cities[0].display_name}, {countries}"

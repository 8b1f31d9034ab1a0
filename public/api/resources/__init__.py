"""The resources of the open API: a file each, and its line here."""

from typing import Any

from public.api.resource import Part, Resource

from . import (
    businesses,
    cities,
    countries,
    events,
    financial_partners,
    matches,
    news,
    partnerships,
    practices,
    projects,
    rounds,
    topics,
    twinnings,
)

RESOURCES: list[Resource[Any]] = [
    countries.RESOURCE,
    topics.RESOURCE,
    cities.RESOURCE,
    twinnings.RESOURCE,
    businesses.RESOURCE,
    financial_partners.RESOURCE,
    projects.RESOURCE,
    partnerships.RESOURCE,
    events.RESOURCE,
    practices.RESOURCE,
    news.RESOURCE,
    rounds.RESOURCE,
]
"""In the order in which people read of them."""

PARTS: list[Part[Any]] = [matches.PART, rounds.PART]
"""Lists within a thing."""

"""What a visitor asks of the directory of practices, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities.filters import RELEVANCE, DirectoryQuery

FACETS = {
    "topic": _("Topic"),
    "goal": _("Sustainable Development Goal"),
    "country": _("Country"),
    "city": _("City"),
    "size": _("Size of the city"),
    "fits": _("Fits cities of"),
    "year": _("Year"),
}
"""Facets by their name in the query string, in the order shown."""

NEWEST = "newest"
SORTS = {
    RELEVANCE: _("best match first"),
    NEWEST: _("newest first"),
    "adopted": _("most adopted first"),
    "title": _("title, A to Z"),
}
VIEWS = {"cards": _("Cards"), "table": _("Table"), "map": _("Map")}


@dataclass(frozen=True)
class PracticeQuery(DirectoryQuery):
    """One state of the directory of practices."""

    FACETS: ClassVar[Mapping[str, Any]] = FACETS
    IN_ORDER: ClassVar[Collection[str]] = frozenset({"goal", "size", "fits", "year"})
    NARROWER: ClassVar[Mapping[str, Collection[str]]] = {"city": ("country", "city")}
    SEARCHED: ClassVar[Any] = _("Search for “%(text)s”")

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        return cls.from_querydict(data, SORTS, VIEWS, NEWEST)

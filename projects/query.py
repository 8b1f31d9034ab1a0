"""What a visitor asks of the directory of projects, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities.filters import RELEVANCE, DirectoryQuery

FACETS = {
    "country": _("Country"),
    "region": _("Region"),
    "city": _("City"),
    "sector": _("Sector"),
    "status": _("Status"),
    "need": _("Needs"),
    "gap": _("Funding gap"),
    "budget": _("Budget"),
    "goal": _("Sustainable Development Goal"),
}
"""Facets by their name in the query string, in the order shown."""

UPDATED = "updated"
SORTS = {
    RELEVANCE: _("best match first"),
    UPDATED: _("lately updated first"),
    "budget": _("largest budget first"),
    "gap": _("largest gap first"),
    "start": _("soonest start first"),
    "title": _("title, A to Z"),
}
VIEWS = {"cards": _("Cards"), "table": _("Table"), "map": _("Map")}


@dataclass(frozen=True)
class ProjectQuery(DirectoryQuery):
    """One state of the directory of projects."""

    FACETS: ClassVar[Mapping[str, Any]] = FACETS
    IN_ORDER: ClassVar[Collection[str]] = frozenset({"status", "gap", "budget", "goal"})
    NARROWER: ClassVar[Mapping[str, Collection[str]]] = {"region": ("country", "region")}
    SEARCHED: ClassVar[Any] = _("Search for “%(text)s”")

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        return cls.from_querydict(data, SORTS, VIEWS, UPDATED)

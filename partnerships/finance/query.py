"""What a visitor asks of the directory of financial partners, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities.filters import RELEVANCE, VIEWS, DirectoryQuery

FACETS = {
    "call": _("Calls"),
    "instrument": _("Offers"),
    "applicant": _("Who may apply"),
    "topic": _("Topics"),
    "served": _("Works in"),
    "ticket": _("Sum for one project"),
    "institution": _("Kind of institution"),
    "scope": _("Domestic or international"),
    "country": _("Seat in"),
    "region": _("Region"),
    "city": _("City"),
    "language": _("Languages"),
    "declaration": _("Integrity declaration"),
}
"""Facets by their name in the query string, in the order shown."""

UPDATED = "updated"
SORTS = {
    RELEVANCE: _("best match first"),
    UPDATED: _("lately updated first"),
    "deadline": _("next deadline first"),
    "name": _("name, A to Z"),
    "-name": _("name, Z to A"),
}


@dataclass(frozen=True)
class FinancialQuery(DirectoryQuery):
    """One state of the directory of financial partners."""

    FACETS: ClassVar[Mapping[str, Any]] = FACETS
    IN_ORDER: ClassVar[Collection[str]] = frozenset({"call", "ticket", "declaration"})
    NARROWER: ClassVar[Mapping[str, Collection[str]]] = {
        "region": ("country", "region"),
        "city": ("country", "region", "city"),
    }

    SEARCHED: ClassVar[Any] = _("Search for “%(text)s”")

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        return cls.from_querydict(data, SORTS, VIEWS, UPDATED)

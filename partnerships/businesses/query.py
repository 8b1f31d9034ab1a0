"""What a visitor asks of the directory of businesses, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities.filters import RELEVANCE, VIEWS, DirectoryQuery

FACETS = {
    "country": _("Country"),
    "region": _("Region"),
    "city": _("City"),
    "section": _("Field of activity"),
    "division": _("Activity"),
    "offer": _("Offers"),
    "need": _("Seeks"),
    "size": _("Size"),
    "market": _("Export markets"),
    "language": _("Languages"),
    "declaration": _("Integrity declaration"),
}
"""Facets by their name in the query string, in the order shown."""

UPDATED = "updated"
SORTS = {
    RELEVANCE: _("best match first"),
    UPDATED: _("lately updated first"),
    "name": _("name, A to Z"),
    "-name": _("name, Z to A"),
    "size": _("largest first"),
    "founded": _("oldest first"),
}


@dataclass(frozen=True)
class BusinessQuery(DirectoryQuery):
    """One state of the directory of businesses."""

    FACETS: ClassVar[Mapping[str, Any]] = FACETS
    IN_ORDER: ClassVar[Collection[str]] = frozenset({"size", "declaration"})
    NARROWER: ClassVar[Mapping[str, Collection[str]]] = {
        "region": ("country", "region"),
        "division": ("section", "division"),
    }

    SEARCHED: ClassVar[Any] = _("Search for “%(text)s”")

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        return cls.from_querydict(data, SORTS, VIEWS, UPDATED)

"""What a visitor asks of the register of partnerships, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities.filters import RELEVANCE, DirectoryQuery

FACETS = {
    "country": _("Country"),
    "city": _("City"),
    "topic": _("Topic"),
    "stage": _("Stage"),
    "kind": _("Takes part"),
}
"""Facets by their name in the query string, in the order shown."""

NEWEST = "newest"
SORTS = {RELEVANCE: _("best match first"), NEWEST: _("newest first"), "oldest": _("oldest first")}
VIEWS = {"cards": _("Cards"), "table": _("Table"), "map": _("Map"), "figures": _("Figures")}


@dataclass(frozen=True)
class RegisterQuery(DirectoryQuery):
    """One state of the register."""

    FACETS: ClassVar[Mapping[str, Any]] = FACETS
    IN_ORDER: ClassVar[Collection[str]] = frozenset({"stage"})
    NARROWER: ClassVar[Mapping[str, Collection[str]]] = {}
    SEARCHED: ClassVar[Any] = _("Search for “%(text)s”")

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        return cls.from_querydict(data, SORTS, VIEWS, NEWEST)

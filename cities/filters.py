"""What a visitor asks of a directory, read from and written to the query string."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

FACETS = {
    "country": _("Country"),
    "region": _("Region"),
    "size": _("Inhabitants"),
    "member": _("Membership"),
    "need": _("Looks for"),
    "offer": _("Offers"),
    "language": _("Languages"),
    "twinned": _("Twinned with a city in"),
}
"""Facets by their name in the query string, in the order shown."""

IN_ORDER = frozenset({"size", "member"})
"""Facets whose values have an order of their own; others go by count."""

SEARCHED = _("Name like “%(text)s”")
"""What a search is called among the filters."""

NARROWER = {"region": ("country", "region")}
"""Facets that are shown only when something is chosen in one of these: else they are too long to help."""

RELEVANCE = "relevance"
SORTS = {
    RELEVANCE: _("best match first"),
    "population": _("largest first"),
    "smallest": _("smallest first"),
    "name": _("name, A to Z"),
    "-name": _("name, Z to A"),
    "members": _("member cities first"),
}
VIEWS = {"cards": _("Cards"), "table": _("Table"), "map": _("Map")}

LONGEST_SEARCH = 100
LAST_PAGE = 100_000
MOST_VALUES = 60  # of one facet
LONGEST_VALUE = 40

_UNWANTED = re.compile(r"[\x00-\x1f\x7f\s]+")


@dataclass(frozen=True)
class Bounds:
    """A part of the map, in degrees."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def parse(cls, text: str) -> Bounds | None:
        """Read "south,west,north,east"; None where that is not a part of the earth."""
        try:
            south, west, north, east = (float(part) for part in text[:80].split(","))
        except ValueError:
            return None
        if not all(map(math.isfinite, (south, west, north, east))):
            return None
        south, north = max(south, -90.0), min(north, 90.0)
        west, east = max(west, -180.0), min(east, 180.0)
        return cls(south, west, north, east) if south <= north and west <= east else None

    def hold(self, latitude: Any, longitude: Any) -> Any:
        """Which places are in it: arrays of degrees of any shape to one of booleans."""
        return (
            (latitude >= self.south)
            & (latitude <= self.north)
            & (longitude >= self.west)
            & (longitude <= self.east)
        )

    def __str__(self) -> str:
        return ",".join(f"{degrees:.3f}" for degrees in (self.south, self.west, self.north, self.east))


@dataclass(frozen=True)
class DirectoryQuery:
    """One state of a directory. Equal states have one address, so that it can be shared and cached.

    `chosen` maps a facet's name to the codes chosen in it; facets without a choice are absent. An empty
    `sort` stands for the default: best match first where something is searched, else `default_sort`.
    Facets in `expanded` show all their values. A directory of something else than cities has a class of its
    own, with its facets.
    """

    FACETS: ClassVar[Mapping[str, Any]] = FACETS
    IN_ORDER: ClassVar[Collection[str]] = IN_ORDER
    NARROWER: ClassVar[Mapping[str, Collection[str]]] = NARROWER
    SEARCHED: ClassVar[Any] = SEARCHED

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bounds: Bounds | None = None
    sort: str = ""
    view: str = "cards"
    page: int = 1
    expanded: tuple[str, ...] = ()
    default_sort: str = "population"

    @classmethod
    def from_querydict(
        cls,
        data: QueryDict,
        sorts: Collection[str] = SORTS,
        views: Collection[str] = VIEWS,
        default_sort: str = "population",
    ) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        sort, view = data.get("sort", ""), data.get("view", "")
        return cls(
            q=search_text(data),
            chosen={name: codes for name in cls.FACETS if (codes := _codes(data.getlist(name)))},
            bounds=Bounds.parse(data.get("bounds", "")),
            sort=sort if sort in sorts else "",
            view=view if view in views else "cards",
            page=_page(data.get("page", "")),
            expanded=tuple(name for name in cls.FACETS if name in data.getlist("expand")),
            default_sort=default_sort,
        )

    @property
    def active_sort(self) -> str:
        """The order in force."""
        default = RELEVANCE if self.q else self.default_sort
        return default if self.sort in ("", RELEVANCE) else self.sort

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the result."""
        return bool(self.q or self.chosen or self.bounds)

    @property
    def query_string(self) -> str:
        """The canonical query string, without "?"; empty for the directory as it first opens."""
        return self.url.removeprefix("./").removeprefix("?")

    @property
    def url(self) -> str:
        """A link to this state, relative to the directory's own page."""
        return self.page_url(self.page)

    def page_url(self, page: int) -> str:
        """A link to a page of this result."""
        if page <= 1:
            return f"?{self._query_string_but_page}" if self._query_string_but_page else "./"
        return (
            f"?{self._query_string_but_page}&page={page}" if self._query_string_but_page else f"?page={page}"
        )

    @cached_property
    def _query_string_but_page(self) -> str:
        return urlencode(list(self._pairs()))

    def but(self, **changes: Any) -> Self:
        """This state with fields changed; on the first page, unless `page` is among them."""
        return replace(self, **{"page": 1, **changes})

    def choosing(self, facet: str, codes: Iterable[str]) -> Self:
        """This state with other codes chosen in one facet."""
        chosen = {name: old for name, old in self.chosen.items() if name != facet}
        if new := tuple(sorted(set(codes))):
            chosen[facet] = new
        return self.but(chosen=chosen)

    def toggle(self, facet: str, code: str) -> Self:
        """This state with one code chosen where it is not, and not where it is."""
        return self.choosing(facet, {code} ^ set(self.chosen.get(facet, ())))

    def expanding(self, facet: str) -> Self:
        """This state with all values of a facet shown, or only its first where all are."""
        expanded = {facet} ^ set(self.expanded)
        return replace(self, expanded=tuple(name for name in self.FACETS if name in expanded))

    def export_url(self, file_format: str) -> str:
        """A link to everything this state lists, as a file."""
        return "?" + urlencode([*self.but(view="cards", expanded=())._pairs(), ("format", file_format)])

    def _pairs(self) -> Iterable[tuple[str, str]]:
        if self.q:
            yield "q", self.q
        for name in self.FACETS:
            for code in self.chosen.get(name, ()):
                yield name, code
        if self.bounds:
            yield "bounds", str(self.bounds)
        if self.sort:
            yield "sort", self.sort
        if self.view != "cards":
            yield "view", self.view
        for name in self.expanded:
            yield "expand", name


def search_text(data: QueryDict) -> str:
    """What a query string searches for: bounded, on one line, without what no name has in it."""
    return _UNWANTED.sub(" ", data.get("q", ""))[:LONGEST_SEARCH].strip()


def page_query(data: QueryDict) -> str:
    """What of a query string stands in a page's canonical address: the number of a page, or nothing.

    What is filtered, sorted or shown in another way is a view of the directory, not a page of its own.
    """
    page = _page(data.get("page", ""))
    return f"?page={page}" if page > 1 and len(data) == 1 else ""


def _codes(values: Iterable[str]) -> tuple[str, ...]:
    """Codes as they may be compared with known ones: bounded, without duplicates, in one order."""
    cleaned = {_UNWANTED.sub("", value[:LONGEST_VALUE]) for value in values}
    return tuple(sorted(cleaned - {""}))[:MOST_VALUES]


def _page(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if re.fullmatch(r"[0-9]{1,6}", text) else 1

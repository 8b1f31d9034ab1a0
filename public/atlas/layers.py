"""The layers of the map of everything: each has marks, lines perhaps, and the same as rows of a table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from cities import directory as cities
from cities import mapping
from cities.filters import DirectoryQuery
from cities.pictures import CityMap
from cities.result_map import Place, ResultMap
from cities.selection import Selectable, Selection
from partnerships.businesses import directory as businesses
from partnerships.businesses.pictures import BusinessMap
from partnerships.businesses.query import BusinessQuery
from partnerships.finance import directory as financial_partners
from partnerships.finance.pictures import FinancialMap
from partnerships.finance.query import FinancialQuery
from partnerships.partnership import register
from partnerships.project_matches.sectors import sectors
from projects import directory as projects
from projects.listing import ProjectMap
from projects.query import ProjectQuery

from . import events
from .query import AtlasQuery
from .ties import Tie, TieMap


class Spot(NamedTuple):
    """A mark: a cluster, and what it says; only one thing says where it leads, too."""

    cluster: mapping.Cluster
    place: Place


class Line(NamedTuple):
    """A row of the table: what it is called, where that leads, and in which country it is."""

    name: str
    url: str
    country: str


class Layer(ABC):
    """What one layer shows of a query."""

    @abstractmethod
    def __len__(self) -> int:
        """How many things it shows."""

    @abstractmethod
    def positions(self) -> tuple[mapping.Floats, mapping.Floats]:
        """Latitudes and longitudes of all of it, within the country that is shown."""

    @abstractmethod
    def spots(self, window: mapping.Window, columns: int) -> list[Spot]:
        """What falls on a window, clustered by its cells."""

    @abstractmethod
    def lines(self, first: int, end: int) -> list[Line]:
        """Some of it as rows, in its own order."""

    def ties(self, window: mapping.Window, columns: int) -> list[Tie]:
        """The lines between places."""
        return []


class Places(Layer):
    """Things that are each at one place: those of a directory."""

    def __init__(self, at_hand: Selectable, shown: ResultMap) -> None:
        self.at_hand, self.map = at_hand, shown

    def __len__(self) -> int:
        return len(self.map.selection)

    def positions(self) -> tuple[mapping.Floats, mapping.Floats]:
        return self.map.latitude, self.map.longitude

    def spots(self, window: mapping.Window, columns: int) -> list[Spot]:
        return [Spot(cluster, self._place(cluster)) for cluster in self.map.clusters(window, columns)]

    def _place(self, cluster: mapping.Cluster) -> Place:
        row = int(self.map.selection.rows[cluster.row])
        if cluster.count == 1:
            return self.map.one(row)
        return Place(self.map.several(row, cluster), "", "cluster")

    def lines(self, first: int, end: int) -> list[Line]:
        country, names = self.at_hand.facets["country"], self.at_hand.labels("country")
        return [
            Line(place.label, place.url, ", ".join(names[code] for code in country.codes_of(row)))
            for row in self.map.selection.rows[first:end].tolist()
            for place in [self.map.one(row)]
        ]


class Ties(Layer):
    """Things that are each between two cities."""

    def __init__(self, shown: TieMap) -> None:
        self.map = shown

    def __len__(self) -> int:
        return len(self.map.pairs)

    def positions(self) -> tuple[mapping.Floats, mapping.Floats]:
        return self.map.latitude[self.map.fits], self.map.longitude[self.map.fits]

    def spots(self, window: mapping.Window, columns: int) -> list[Spot]:
        return [Spot(cluster, self.map.place(cluster)) for cluster in self.map.clusters(window, columns)]

    def lines(self, first: int, end: int) -> list[Line]:
        return [Line(*self.map.line(row)) for row in range(first, min(end, len(self)))]

    def ties(self, window: mapping.Window, columns: int) -> list[Tie]:
        return self.map.ties(window, columns)


Filters = Mapping[str, tuple[str, ...]]


def _whatever(topic: str) -> list[Filters]:
    """What is not divided by topics is shown whatever is chosen."""
    return [{}]


def _of_the_topic(topic: str) -> list[Filters]:
    return [{"topic": (topic,)}]


def _stating_it(topic: str) -> list[Filters]:
    return [{"need": (topic,)}, {"offer": (topic,)}]


def _of_its_sectors(topic: str) -> list[Filters]:
    touching = tuple(code for code, sector in sectors().items() if topic in sector.topics)
    return [{"sector": touching}] if touching else []


@dataclass(frozen=True)
class PlacesOf:
    """How a layer is made of a directory. chosen: filters; by_topic: others, any of them lets through."""

    current: Callable[[], Any]
    query: type[DirectoryQuery]
    map: Callable[[Any, Selection], ResultMap]
    by_topic: Callable[[str], list[Filters]] = _whatever
    chosen: Filters = field(default_factory=dict)

    def __call__(self, asked: AtlasQuery) -> Layer:
        at_hand = self.current()
        everywhere = {**self.chosen, **({"country": asked.country} if asked.country else {})}
        ways = self.by_topic(asked.topic[0]) if asked.topic else [{}]
        found = [
            at_hand.select(self.query(chosen={**everywhere, **way}, bounds=asked.bounds)).rows for way in ways
        ]
        rows = np.unique(np.concatenate([np.array([], dtype=np.int64), *found]))
        selection = Selection(self.query(chosen=everywhere, bounds=asked.bounds), rows, {})
        return Places(at_hand, self.map(at_hand, selection))


def _partnerships(asked: AtlasQuery) -> Layer:
    at_hand = register.current()
    sides = [[side.city for side in one.sides] for one in at_hand.entries]
    shown = [(f"{one.sides[0].shown} – {one.sides[1].shown}", one.url) for one in at_hand.entries]
    fitting = np.array(
        [not asked.topic or asked.topic[0] in one.topics for one in at_hand.entries], dtype=bool
    )
    return Ties(TieMap(at_hand.cities, sides, asked, shown.__getitem__, fitting))


def _twinnings(asked: AtlasQuery) -> Layer:
    at_hand = cities.current()
    return Ties(TieMap(at_hand, at_hand.ties.ends, asked))


MAKERS: Mapping[str, Callable[[AtlasQuery], Layer]] = {
    "members": PlacesOf(cities.current, DirectoryQuery, CityMap, _stating_it, {"member": ("yes",)}),
    "projects": PlacesOf(projects.current, ProjectQuery, ProjectMap, _of_its_sectors),
    "businesses": PlacesOf(businesses.current, BusinessQuery, BusinessMap),
    "financial-partners": PlacesOf(financial_partners.current, FinancialQuery, FinancialMap, _of_the_topic),
    "events": PlacesOf(events.current, DirectoryQuery, events.EventMap),
    "partnerships": _partnerships,
    "twinnings": _twinnings,
    "cities": PlacesOf(cities.current, DirectoryQuery, CityMap, _stating_it),
}
"""How each layer is made of what is asked."""

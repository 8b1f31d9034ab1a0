"""Public events on the map, each at its host city. They are few, and read from the database each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import ngettext

from cities import directory as cities
from cities.directory import Directory
from cities.facets import Facet, Rows
from cities.listing import grouped
from cities.mapping import Cluster, Floats
from cities.result_map import Place, ResultMap
from cities.selection import Degrees, Selectable, Selection
from events.models import Event


@dataclass(frozen=True)
class Events(Selectable):
    """The public events that have a host city, the next one first; `city` are rows of `cities`."""

    cities: Directory
    events: Sequence[Event]
    city: Rows

    def __len__(self) -> int:
        return len(self.events)

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """The country of the host city."""
        country = self.cities.reference.country
        return {"country": Facet(country.codes, country.sets[self.city])}

    def labels(self, facet: str) -> Mapping[str, str]:
        """Names of countries."""
        return self.cities.labels(facet)

    def places(self) -> tuple[Degrees, Degrees]:
        """Where the host cities are."""
        reference = self.cities.reference
        return reference.latitude[self.city], reference.longitude[self.city]

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows as they are given."""
        return rows


def current() -> Events:
    """The public events of now: one query."""
    at_hand = cities.current()
    found = list(Event.objects.published().filter(city__isnull=False).next_first())
    rows = at_hand.reference.rows_of([one.city_id for one in found if one.city_id])
    known = [event for event, row in zip(found, rows.tolist(), strict=True) if row >= 0]
    return Events(at_hand, known, rows[rows >= 0])


class EventMap(ResultMap):
    """Events, each at its host city."""

    def __init__(self, directory: Events, selection: Selection) -> None:
        super().__init__(directory, selection)
        self.directory = directory

    def title(self) -> str:
        return _counted(len(self.selection))

    def weight(self) -> Floats:
        """The next one is the most important."""
        return -self.selection.rows.astype(np.float64)

    def one(self, row: int) -> Place:
        event = self.directory.events[row]
        return Place(f"{event.title}, {self._city(row)}", event.get_absolute_url())

    def several(self, row: int, cluster: Cluster) -> str:
        return f"{self._city(row)}: {_counted(cluster.count)}"

    def _city(self, row: int) -> str:
        return self.directory.cities.name(int(self.directory.city[row]))


def _counted(count: int) -> str:
    return ngettext("%(count)s event", "%(count)s events", count) % {"count": grouped(count)}

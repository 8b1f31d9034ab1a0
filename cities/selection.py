"""What a query lists of a directory in memory, and the counts beside its facets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .facets import Facet, Mask, Rows
from .filters import DirectoryQuery

Degrees = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Selection:
    """The rows a query lists.

    rows: all of them, in the order asked for. counts: for each facet, the number of rows of each value
    were it chosen in place of what is chosen now in that facet. unknown: chosen codes that mean nothing.
    """

    query: DirectoryQuery
    rows: Rows
    counts: Mapping[str, Rows]
    unknown: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


class Selectable(ABC):
    """A directory as columns in memory, from which queries select."""

    @property
    @abstractmethod
    def facets(self) -> Mapping[str, Facet]:
        """The facets by their name in the query string, in the order of the query's FACETS."""

    @abstractmethod
    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet. Raises KeyError for what is none."""

    @abstractmethod
    def __len__(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def places(self) -> tuple[Degrees, Degrees]:
        """Latitudes and longitudes of all rows."""

    @abstractmethod
    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for. As given, they are by relevance, or ascending without one."""

    def select(self, query: DirectoryQuery, within: Rows | None = None) -> Selection:
        """The rows of a query, and the counts of every facet under its other filters.

        `within` restricts the result to these rows and is their order of relevance; the rows must be
        distinct. What `query.q` searches for must be given by it: names are not looked at here.
        """
        chosen, unknown = self._known_choices(query)
        base = slice(None) if within is None else within
        masks = {
            name: self.facets[name].holds(codes, self.facets[name].sets[base])
            for name, codes in chosen.items()
        }
        if query.bounds:
            masks["bounds"] = query.bounds.hold(*(degrees[base] for degrees in self.places()))
        found = _all(masks)
        counted = _Counted.of(found, within)
        counts = {
            name: (counted if name not in masks else _Counted.of(_all(masks, but=name), within)).by(facet)
            for name, facet in self.facets.items()
        }
        rows = np.arange(len(self)) if within is None else within
        rows = rows if found is None else rows[found]
        return Selection(query, self.ordered(rows, query.active_sort, within), counts, unknown)

    def _known_choices(self, query: DirectoryQuery) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
        chosen, unknown = {}, []
        for name, codes in query.chosen.items():
            known = self.facets[name].known(codes)
            unknown += [code for code in codes if code not in known]
            if known:
                chosen[name] = known
        return chosen, tuple(unknown)


def in_order_of(order: Rows, rows: Rows) -> Rows:
    """Some rows in the order in which `order` has all of them."""
    if len(rows) == len(order):
        return order
    wanted = np.zeros(len(order), dtype=np.bool_)
    wanted[rows] = True
    return order[wanted[order]]


def _all(masks: Mapping[str, Mask], but: str = "") -> Mask | None:
    """Where all masks (but one) hold; None without any."""
    kept = [mask for name, mask in masks.items() if name != but]
    return np.logical_and.reduce(kept) if kept else None


class _Counted(NamedTuple):
    """The rows to count: those given, or all but those given, whichever are fewer."""

    rows: Rows
    all_but: bool

    @classmethod
    def of(cls, passing: Mask | None, within: Rows | None) -> _Counted:
        """The rows that pass: of `within`, or of all; None lets all of them pass."""
        if within is not None:
            return cls(within if passing is None else within[passing], all_but=False)
        if passing is None:
            return cls(np.array([], dtype=np.int64), all_but=True)
        rows = np.flatnonzero(passing)
        if 2 * len(rows) <= len(passing):
            return cls(rows, all_but=False)
        return cls(np.flatnonzero(~passing), all_but=True)

    def by(self, facet: Facet) -> Rows:
        """Shape (values,): how many have each value of a facet."""
        counts = facet.count(facet.sets[self.rows])
        return facet.totals - counts if self.all_but else counts

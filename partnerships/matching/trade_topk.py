"""The best partners of every business, exactly, as `topk` finds those of cities.

Businesses of one's own country are left out, as cities are; nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .businesses import Businesses
from .topk import BATCH_ROWS, DEFAULT_K, MatchBlock, in_batches
from .trade import COMPONENTS, WEIGHTS
from .trade_kernels import find_best
from .trade_scoring import (
    Parts,
    Traits,
    Values,
    city_part,
    components_of,
    parts_of,
    scores_with,
    traits_of,
    values_of,
)

GROUP_ROWS = 16
CHUNK = 2048


@dataclass(frozen=True)
class TradeMatcher:
    """Businesses to be searched under one set of weights."""

    businesses: Businesses
    weights: npt.NDArray[np.float64]

    @classmethod
    def of(cls, businesses: Businesses, weights: npt.NDArray[np.float64] | None = None) -> TradeMatcher:
        """A matcher under weights of shape (len(COMPONENTS),) that sum to 1, the default ones if None."""
        return cls(businesses, WEIGHTS if weights is None else weights)

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """The ids of the businesses, ascending."""
        return self.businesses.ids

    def __len__(self) -> int:
        return len(self.businesses)

    @cached_property
    def _order(self) -> npt.NDArray[np.int64]:
        """The rows city by city: neighbours in it share what is looked up."""
        return np.argsort(self.businesses.city, kind="stable")

    @cached_property
    def _place(self) -> npt.NDArray[np.int64]:
        """Where each row stands in `_order`."""
        return np.argsort(self._order)

    @cached_property
    def _traits(self) -> Traits:
        """The traits in `_order`."""
        return traits_of(self.businesses).some(self._order)

    def possible_partners(self, row: int) -> npt.NDArray[np.int32]:
        """Rows of all businesses that can be proposed to a business: those of other countries."""
        country = self.businesses.country
        return np.flatnonzero(country != country[row]).astype(np.int32)

    def score_partners(
        self, row: int, partners: npt.NDArray[np.integer]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Scores, shape (m,), and components, shape (m, len(COMPONENTS)), with m others (rows)."""
        scores, values = scores_with(self.businesses, row, partners, self.weights)
        return scores, components_of(self.businesses, values, row, partners).astype(np.float32)

    def best_partners(self, rows: npt.ArrayLike, k: int = DEFAULT_K) -> MatchBlock:
        """The k best partners of each of these businesses (rows), in one thread."""
        wanted = np.asarray(rows, dtype=np.int32).reshape(-1)
        shape = (len(wanted), k)
        found = MatchBlock(
            wanted,
            partners=np.full(shape, -1, dtype=np.int32),
            scores=np.full(shape, -np.inf, dtype=np.float32),
            components=np.full((*shape, len(COMPONENTS)), np.nan, dtype=np.float32),
        )
        for start in range(0, len(wanted), GROUP_ROWS):
            self._search(found, range(start, min(start + GROUP_ROWS, len(wanted))))
        found.scores[found.partners < 0] = np.nan
        return found

    def _search(self, found: MatchBlock, group: range) -> None:
        """Fill the lists of a group: each part of the businesses is compared with all of it while at hand."""
        businesses, traits, order = self.businesses, self._traits, self._order
        rows = found.rows[group.start : group.stop].tolist()
        values, parts = self._prepared(rows)
        rest = np.empty(CHUNK)
        for start in range(0, len(businesses), CHUNK):
            end = min(start + CHUNK, len(businesses))
            for place, row, part in zip(group, rows, parts, strict=True):
                scores, partners = found.scores[place], found.partners[place]
                find_best(traits, order, part, self._place[row], start, end, rest, scores, partners)
        for place, row, value in zip(group, rows, values, strict=True):
            partners = found.partners[place][found.partners[place] >= 0]
            found.components[place, : len(partners)] = components_of(businesses, value, row, partners)

    def _prepared(self, rows: list[int]) -> tuple[list[Values], list[Parts]]:
        """What is looked up for each business; businesses of one city that follow each other share it."""
        businesses, places = self.businesses, self.businesses.places
        values: list[Values] = []
        parts: list[Parts] = []
        for place, row in enumerate(rows):
            city = businesses.city[row]
            is_same = place > 0 and businesses.city[rows[place - 1]] == city
            values.append(values_of(businesses, row, values[-1] if is_same else None))
            shared = parts[-1].city if is_same else city_part(values[-1], self.weights)
            if not is_same:
                shared[places.country == places.country[city]] = -np.inf
            parts.append(parts_of(businesses, values[-1], self.weights, shared))
        return values, parts

    def run(
        self,
        k: int = DEFAULT_K,
        *,
        threads: int = 2,
        batch_rows: int = BATCH_ROWS,
        progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[MatchBlock]:
        """The k best partners of all businesses, batch by batch, city by city; see `in_batches`."""
        return in_batches(
            lambda rows: self.best_partners(rows, k), self._order, threads, batch_rows, progress
        )

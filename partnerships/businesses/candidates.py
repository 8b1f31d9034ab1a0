"""The directory of businesses as one of them sees it: with how each city stands to its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cities.facets import Facet, Rows
from cities.selection import Degrees, Selectable
from partnerships.matching.trade import PROPOSED as LEAST_PROPOSED
from partnerships.matching.trade_scoring import city_levels, distances_km

from .directory import BusinessDirectory
from .match_query import OTHER, PROPOSED, TIES, TWINNED
from .ranking import BusinessRanking


@dataclass(frozen=True)
class Candidates(Selectable):
    """What can be selected from among the possible partners of a business."""

    directory: BusinessDirectory
    ranked: BusinessRanking

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """Those of the directory, and `tie`."""
        return {"tie": self._tie, **self.directory.facets}

    @cached_property
    def _here(self) -> int:
        """The business among the arrays."""
        return int(self.ranked.businesses.rows_of(self.directory.ids[self.ranked.business]))

    @cached_property
    def _rows(self) -> Rows:
        """The rows of the arrays by those of the directory."""
        rows = np.empty(len(self.directory), dtype=np.int64)
        rows[self.directory.by_id] = np.arange(len(self.directory))
        return rows

    @property
    def _tie(self) -> Facet:
        compared = self.ranked.businesses
        levels = city_levels(compared.places, int(compared.city[self._here]))
        of_cities = np.select([levels >= 1.0, levels >= LEAST_PROPOSED], [0, 1], 2)
        return Facet((TWINNED, PROPOSED, OTHER), of_cities[compared.city[self._rows]])

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        if facet == "tie":
            return {code: str(label) for code, label in TIES.items()}
        return self.directory.labels(facet)

    def __len__(self) -> int:
        return len(self.directory)

    def places(self) -> tuple[Degrees, Degrees]:
        """Latitudes and longitudes of all rows."""
        return self.directory.places()

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for."""
        return self.directory.ordered(rows, sort, relevance)

    def nearest_first(self, rows: Rows) -> Rows:
        """Rows ordered by the distance of their city."""
        compared = self.ranked.businesses
        distances = distances_km(compared.places, int(compared.city[self._here]))
        return rows[np.argsort(distances[compared.city[self._rows[rows]]], kind="stable")]

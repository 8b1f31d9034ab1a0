"""All businesses in the order of their scores with one, worked out when a page asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cities.facets import Rows
from partnerships.city_matches.ranking import Kept, Ranked, ordered
from partnerships.matching.businesses import Businesses
from partnerships.matching.trade_scoring import scores_with
from partnerships.weights.in_force import Weights

from . import arrays
from .directory import BusinessDirectory


@dataclass(frozen=True)
class BusinessRanking(Ranked):
    """The businesses that can be proposed to one (row of the directory): of other countries, or of all."""

    businesses: Businesses
    business: int


_rankings: Kept[BusinessRanking] = Kept()


def ranking(
    directory: BusinessDirectory, business: int, weights: Weights, *, everywhere: bool = False
) -> BusinessRanking:
    """The ranking of a business (row of the directory) under these weights.

    `everywhere`: those of its own country too.
    """
    compared = arrays.of(directory)
    key = business, everywhere, weights.tobytes()
    return _rankings.get(
        compared, key, lambda: _rank(compared, directory, business, weights, everywhere=everywhere)
    )


def _rank(
    compared: Businesses, directory: BusinessDirectory, business: int, weights: Weights, *, everywhere: bool
) -> BusinessRanking:
    here = int(compared.rows_of(directory.ids[business]))
    possible = (compared.country != compared.country[here]) | everywhere
    possible[here] = False
    partners = np.flatnonzero(possible).astype(np.int32)
    scores, _values = scores_with(compared, here, partners, weights)
    rows: Rows = directory.by_id[partners]
    return BusinessRanking(weights, *ordered(scores, rows, len(directory)), compared, business)

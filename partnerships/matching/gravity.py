"""How many ties two cities would have if only size, distance, place and renown counted.

The gravity model of trade and of town twinning: what two cities weigh against what lies between them
(Tinbergen 1962, "Shaping the world economy"). Ties beyond or below it are what patterns between countries
are read from; see `patterns`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .components import COMPONENTS
from .fitted import FITTED, Floats, along
from .kernels import expected_by_country

LEAST_POPULATION = 500
POOL_POPULATION = 50_000
"""Ties are expected between cities that have any, or this many inhabitants."""
NEUTRAL = np.array([component.neutral for component in COMPONENTS])
PRIOR_TIES = 1.0
"""Ties added to both what was seen and what was to be expected of a city."""


class Gravity(NamedTuple):
    """What is to be expected of the cities of a pool: shapes (p,), and (p, countries) by country.

    rows: the pool, ascending. activity: ties to those to be expected, smoothed. by_country: ties to be
    expected with the cities of each country of the pool, given both cities' activity.
    """

    rows: npt.NDArray[np.int32]
    activity: Floats
    by_country: Floats


def appeal(names: npt.ArrayLike, population: npt.ArrayLike, standing: Floats) -> Floats:
    """How much a city draws others, as it looks on paper, shape (n,); logarithm of a factor, at least 0.

    names: number of names in the world's languages and scripts; population, 0 where it is not known;
    standing: see `profiles.standings`, NaN where it is not known. What is not known counts as the least.
    """
    shapes = FITTED["gravity"]["appeal"]
    return (
        along(shapes["names"], np.log1p(np.asarray(names, dtype=np.float64)))
        + along(
            shapes["population"],
            np.log(np.maximum(np.asarray(population, dtype=np.float64), LEAST_POPULATION)),
        )
        + along(shapes["standing"], np.where(np.isnan(standing), 1.0, standing))
    )


def gravity(
    cities: npt.NDArray[np.void],
    population: npt.NDArray[np.int64],
    appeals: Floats,
    number_of_ties: npt.NDArray[np.int64],
    countries: int,
) -> Gravity:
    """What is to be expected of the cities with ties and of the large ones; the arguments of shape (n,).

    All that is expected sums to the ties there are. Takes time by the square of the pool.
    """
    rows = np.flatnonzero((number_of_ties > 0) | (population >= POOL_POPULATION)).astype(np.int32)
    seen = number_of_ties[rows].astype(np.float64)
    pull = np.exp(appeals[rows])
    fitted = FITTED["gravity"]["weights"]
    weights = np.array([fitted.get(component.code, 0.0) for component in COMPONENTS])
    expected = pull * expected_by_country(cities[rows], pull, weights, NEUTRAL, countries).sum(axis=1)
    expected *= _scale(seen, expected)
    activity = (seen + PRIOR_TIES) / (expected + PRIOR_TIES)
    mass = pull * activity
    by_country = mass[:, None] * expected_by_country(cities[rows], mass, weights, NEUTRAL, countries)
    return Gravity(rows, activity, by_country * _scale(seen, by_country))


def _scale(seen: Floats, expected: Floats) -> float:
    total = float(expected.sum())
    return float(seen.sum()) / total if total > 0 else 0.0

"""What the known ties tell beyond the two cities themselves: of countries, surroundings and circles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .affinity import PRIOR_TIES as COUNTRY_PRIOR
from .affinity import country_affinity, ties_between_countries
from .closeness import Circle, circles
from .fitted import FITTED, Floats, along
from .gravity import appeal, gravity
from .kernels import spread_around

OWN_PRIOR = 1.0
OTHERS_PRIOR = 1.5
"""Ties added to both what was seen and what was to be expected, of the city and of cities like it."""
SURROUNDINGS_KM = 250.0
"""The standard deviation of the normal curve by which ties nearby count."""
CELLS_PER_DEGREE = 2
ALIKE_SIZES = 0.6
"""The same for compatriots, by the natural logarithm of the ratio of populations."""
RUNGS = 10
"""Steps of size to which compatriots are rounded, for each e times as many inhabitants."""


class Quantities(NamedTuple):
    """What `Patterns` are made of, of n cities and c countries.

    appeal (n,): see `gravity.appeal`; activity (n,): ln of ties to those to be expected; country_ties (c, c):
    their number; affinity (c, c): see `country_affinity`; own, surroundings, compatriots (n, c): ln of the
    ties with a country to those to be expected, of the city, of the cities around it, and of the cities of
    like size in its country.
    """

    appeal: Floats
    activity: Floats
    country_ties: npt.NDArray[np.int64]
    affinity: Floats
    own: npt.NDArray[np.float32]
    surroundings: npt.NDArray[np.float32]
    compatriots: npt.NDArray[np.float32]


class Patterns(NamedTuple):
    """affinity (c, c): see `country_affinity`; abroad (n, c): see `ties_abroad`; circle: see `circles`."""

    affinity: Floats
    abroad: npt.NDArray[np.float32]
    circle: Circle


def quantities(
    cities: npt.NDArray[np.void],
    population: npt.NDArray[np.int64],
    names: npt.ArrayLike,
    tie_rows: npt.NDArray[np.int64],
    countries: int,
) -> Quantities:
    """Count the ties (rows, shape (t, 2)) of n cities and compare them with those to be expected."""
    n, country = len(cities), cities["country"]
    appeals = appeal(names, population, cities["standing"])
    number_of_ties = np.bincount(tie_rows.ravel(), minlength=n)
    found = gravity(cities, population, appeals, number_of_ties, countries)
    pool = np.full(n, -1)
    pool[found.rows] = np.arange(len(found.rows))

    country_ties = ties_between_countries(country, tie_rows, countries)
    one_way = np.zeros((countries, countries))
    np.add.at(one_way, country[found.rows], found.by_country)
    expected = (one_way + one_way.T) / 2
    lift = (country_ties + COUNTRY_PRIOR) / (expected + COUNTRY_PRIOR)

    seen = np.zeros((len(found.rows), countries))
    for one, other in (tie_rows.T, tie_rows.T[::-1]):
        np.add.at(seen, (pool[one], country[other]), 1)
    to_be_expected = found.by_country * lift[country[found.rows]]

    activity, own = np.zeros(n), np.zeros((n, countries), dtype=np.float32)
    activity[found.rows] = np.log(found.activity)
    own[found.rows] = np.log((seen + OWN_PRIOR) / (to_be_expected + OWN_PRIOR))
    ties = np.stack((seen, to_be_expected))
    return Quantities(
        appeals,
        activity,
        country_ties,
        country_affinity(country_ties, expected),
        own,
        _others(*_around(cities, found.rows, ties)),
        _others(*_alike(cities, population, found.rows, ties)),
    )


def _others(seen: Floats, expected: Floats) -> npt.NDArray[np.float32]:
    return np.log((seen + OTHERS_PRIOR) / (expected + OTHERS_PRIOR)).astype(np.float32)


def prominence(found: Quantities) -> Floats:
    """How sought-after each city is, whoever asks, in [0, 1], shape (n,).

    A share of what it looks like on paper, see `gravity.appeal`, and a shape of how active it is: whether it
    has more ties than its size, place and renown let expect. Preferential attachment (Barabasi and Albert
    1999, "Emergence of scaling in random networks") in additive form.
    """
    fitted = FITTED["prominence"]
    return np.clip(fitted["appeal"] * found.appeal + along(fitted["activity"], found.activity), 0.0, 1.0)


def ties_abroad(found: Quantities) -> npt.NDArray[np.float32]:
    """How far the ties of each city and of cities like it point to a country, in [0, 1/2], shape (n, c).

    Shapes of the logarithms of `Quantities`. The sum of both directions is the component of a pair.
    """
    shapes = FITTED["abroad"]
    total = sum(along(shape, getattr(found, name)) for name, shape in shapes.items())
    return np.clip(total, 0.0, 0.5).astype(np.float32)


def patterns(found: Quantities, starts: npt.NDArray[np.int64], partners: npt.NDArray[np.int32]) -> Patterns:
    """The patterns of these quantities; the partners of row r are partners[starts[r] : starts[r + 1]]."""
    return Patterns(found.affinity, ties_abroad(found), circles(starts, partners))


def _around(cities: npt.NDArray[np.void], pool: npt.NDArray[np.int32], values: Floats) -> Floats:
    """Sums of values (k, p, c) of the pool around each city, without its own, shape (k, n, c).

    A value counts exp(-d^2 / 2 SURROUNDINGS_KM^2) at d km from the middle of the cell of half a degree in
    which the city lies: all cities of a cell have the same surroundings, but for themselves.
    """
    points = np.column_stack([cities[axis] for axis in "xyz"])
    latitude = np.degrees(np.arcsin(np.clip(points[:, 2], -1, 1)))
    longitude = np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    cells, cell_of = np.unique(
        np.rint(np.column_stack((latitude, longitude)) * CELLS_PER_DEGREE), axis=0, return_inverse=True
    )
    north, east = np.radians(cells / CELLS_PER_DEGREE).T
    middles = np.column_stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))
    sums, shares = spread_around(middles, points[pool], cell_of[pool], values, SURROUNDINGS_KM)
    around = sums[:, cell_of.reshape(-1)]
    around[:, pool] -= shares[None, :, None] * values
    return around


def _alike(
    cities: npt.NDArray[np.void],
    population: npt.NDArray[np.int64],
    pool: npt.NDArray[np.int32],
    values: Floats,
) -> Floats:
    """Sums of values (k, p, c) of the pool's cities of like size in each city's country, without its own.

    Shape (k, n, c). A value counts exp(-x^2 / 2 ALIKE_SIZES^2), where x is the difference of the logarithms
    of population, of the city rounded to a tenth: all cities of a rung have the same compatriots, but for
    themselves.
    """
    size = np.log(np.maximum(population, 1))
    alike = np.zeros((len(values), len(cities), values.shape[2]))
    for country in np.unique(cities["country"][pool]):
        rows, members = (np.flatnonzero(cities["country"][of] == country) for of in (slice(None), pool))
        rungs, rung_of = np.unique(np.rint(size[rows] * RUNGS), return_inverse=True)
        share = np.exp(-(((rungs[:, None] / RUNGS - size[pool[members]]) / ALIKE_SIZES) ** 2) / 2)
        alike[:, rows] = (share @ values[:, members])[:, rung_of]
        own = share[rung_of[np.searchsorted(rows, pool[members])], np.arange(len(members))]
        alike[:, pool[members]] -= own[None, :, None] * values[:, members]
    return alike

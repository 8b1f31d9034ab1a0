"""From traits of businesses to one score, as `scoring` does it for cities.

score = sum over all components of weight * value, where an unknown component counts its neutral value.
Scores are computed in float64 and kept as float32; equal ones are ordered by the lower id. Texts are kept as
whole numbers, so their products are exact, whoever works them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .businesses import HAS_DOES, HAS_SEEKS, Businesses, Places, Sets
from .kernels import EARTH_RADIUS_KM, FARTHEST, FIRST_KM, UNSHARED_LANGUAGE
from .trade import (
    ALIKE,
    CITIES,
    COMPONENTS,
    DISTANCE,
    LANGUAGE,
    MARKETS,
    NEEDS,
    NEUTRAL,
    ONE_SIDED,
    SIZE,
    SIZE_FIT,
    SUPPLY,
    TEXTS,
    TIED_COUNTRIES,
    UNLIKE,
)
from .trade_kernels import score_some, text_values

Floats = npt.NDArray[np.float64]
SCALE = 127**2  # of the product of two vectors
UNKNOWN, MISSED, HIT = 0, 1, 2
"""Of a market: nothing stated, others stated, this one stated."""


class Traits(NamedTuple):
    """The columns of `Businesses` as the compiled functions read them."""

    stated: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int32]
    language: npt.NDArray[np.int32]
    market: npt.NDArray[np.int32]
    country: npt.NDArray[np.int64]
    city: npt.NDArray[np.int32]
    texts: npt.NDArray[np.uint8]
    seeks: npt.NDArray[np.int8]
    does: npt.NDArray[np.int8]

    def some(self, rows: npt.NDArray[np.integer]) -> Traits:
        """Those of some businesses, in this order."""
        return Traits(*(column[rows] for column in self))


class Parts(NamedTuple):
    """What each value of a trait adds to the score with one business.

    stated (t,), kind (divisions * 5,), language (sets,), market (countries, 3): by the other's country and by
    what `state` (sets,) says of its markets, city (cities,): -inf where nobody can be proposed.
    """

    stated: Floats
    kind: Floats
    language: Floats
    market: Floats
    city: Floats
    state: npt.NDArray[np.uint8]
    text_weight: float
    text_neutral: float
    unlike: float
    alike: float


@dataclass(frozen=True)
class Values:
    """The components of one business with all others, by the traits of the others; NaN for unknown.

    needs (t,), supply (divisions,), markets (countries, 3), language (sets,), size (5,), distance and cities
    (cities,); state (sets,): which of the three columns a set of markets has.
    """

    needs: Floats
    supply: Floats
    markets: Floats
    language: Floats
    size: Floats
    distance: Floats
    cities: Floats
    state: npt.NDArray[np.uint8]


def traits_of(businesses: Businesses) -> Traits:
    """The columns that are looked up."""
    return Traits(
        businesses.stated,
        businesses.kind,
        businesses.languages.number,
        businesses.markets.number,
        businesses.country,
        businesses.city,
        businesses.texts,
        businesses.seeks,
        businesses.does,
    )


def values_of(businesses: Businesses, row: int, alike: Values | None = None) -> Values:
    """The components of a business (row) with any other, but for texts.

    alike: those of another business of the same city, whose share is taken over.
    """
    city, places = int(businesses.city[row]), businesses.places
    country = int(places.country[city])
    return Values(
        needs=needs_met(businesses.trades[businesses.stated[row]], businesses.trades),
        supply=supply_likeness(businesses.supply, int(businesses.division[row])),
        markets=market_values(businesses, row, country),
        language=shared_languages(businesses.languages, row),
        size=size_fit(int(businesses.size[row])),
        distance=alike.distance if alike else nearness(places, city),
        cities=alike.cities if alike else city_levels(places, city),
        state=alike.state if alike else market_states(businesses, country),
    )


def parts_of(businesses: Businesses, values: Values, weights: Floats, city: Floats | None = None) -> Parts:
    """What the values add to the score under these weights; city: see `city_part`, worked out if None."""
    kind = _added(SUPPLY, values.supply, weights)[:, None] + _added(SIZE, values.size, weights)
    return Parts(
        stated=_added(NEEDS, values.needs, weights),
        kind=kind.ravel(),
        language=_added(LANGUAGE, values.language, weights),
        market=_added(MARKETS, values.markets, weights),
        city=city_part(values, weights) if city is None else city,
        state=values.state,
        text_weight=float(weights[TEXTS]),
        text_neutral=float(NEUTRAL[TEXTS]),
        unlike=UNLIKE * SCALE,
        alike=ALIKE * SCALE,
    )


def city_part(values: Values, weights: Floats) -> Floats:
    """What each city adds to the score, shape (cities,)."""
    return _added(DISTANCE, values.distance, weights) + _added(CITIES, values.cities, weights)


def _added(component: int, column: Floats, weights: Floats) -> Floats:
    return np.asarray(weights[component] * np.where(np.isnan(column), NEUTRAL[component], column))


def components_of(
    businesses: Businesses, values: Values, row: int, partners: npt.NDArray[np.integer]
) -> Floats:
    """The components of a business with some others (rows), shape (m, len(COMPONENTS)), NaN for unknown."""
    found = np.empty((len(partners), len(COMPONENTS)))
    city, market = businesses.city[partners], values.state[businesses.markets.number[partners]]
    found[:, NEEDS] = values.needs[businesses.stated[partners]]
    found[:, SUPPLY] = values.supply[businesses.division[partners]]
    found[:, TEXTS] = text_values(traits_of(businesses), row, partners, UNLIKE * SCALE, ALIKE * SCALE)
    found[:, MARKETS] = values.markets[businesses.places.country[city], market]
    found[:, LANGUAGE] = values.language[businesses.languages.number[partners]]
    found[:, SIZE] = values.size[businesses.size[partners]]
    found[:, DISTANCE] = values.distance[city]
    found[:, CITIES] = values.cities[city]
    return found


def scores_with(
    businesses: Businesses, row: int, partners: npt.NDArray[np.integer], weights: Floats
) -> tuple[npt.NDArray[np.float32], Values]:
    """Scores of a business with others (rows), shape (m,), and its components with any."""
    values = values_of(businesses, row)
    return score_some(traits_of(businesses), parts_of(businesses, values, weights), row, partners), values


def needs_met(mine: npt.NDArray[np.uint8], trades: npt.NDArray[np.uint8]) -> Floats:
    """Geometric mean of what each side gains, with each of `trades` (t, 2); mine (2,): bits offered, sought.

    A side gains the share of its needs that the other offers, at least ONE_SIDED of what it gives. A
    direction is unknown if the one seeks or the other offers nothing; it counts 0, and if both are unknown
    the component is.
    """
    met_here = _share_met(mine[1], trades[:, 0])
    met_there = _share_met(trades[:, 1], mine[0])
    here, there = np.nan_to_num(met_here), np.nan_to_num(met_there)
    gains = np.maximum(here, ONE_SIDED * there) * np.maximum(there, ONE_SIDED * here)
    return np.where(np.isnan(met_here) & np.isnan(met_there), np.nan, np.sqrt(gains))


def _share_met(needs: npt.ArrayLike, offers: npt.ArrayLike) -> Floats:
    sought, given = np.asarray(needs, dtype=np.uint8), np.asarray(offers, dtype=np.uint8)
    share = np.bitwise_count(sought & given) / np.maximum(np.bitwise_count(sought), 1)
    return np.where((sought != 0) & (given != 0), share, np.nan)


def supply_likeness(supply: Floats, division: int) -> Floats:
    """How far the activity supplies each other one or is supplied by it, whichever is more."""
    values = np.maximum(supply[division], supply[:, division])
    if division == 0:
        return np.full(len(values), np.nan)
    values[0] = np.nan
    return values


def market_states(businesses: Businesses, country: int) -> npt.NDArray[np.uint8]:
    """What each set of markets says of a country: UNKNOWN, MISSED or HIT."""
    stated = businesses.markets.bits.any(axis=1)
    return (stated * MISSED + businesses.reached[:, country]).astype(np.uint8)


def market_values(businesses: Businesses, row: int, country: int) -> Floats:
    """By the other's country, and by what the other's markets say of this one's: shape (countries, 3).

    The share of those who named markets that named the other's country; unknown within one country.
    """
    mine = businesses.markets.number[row]
    hits = businesses.reached[mine].astype(np.float64)
    values = np.column_stack((hits, hits / 2, (hits + 1) / 2))
    if not businesses.markets.bits[mine].any():
        values[:] = [np.nan, 0.0, 1.0]
    values[country] = np.nan
    return values


def shared_languages(languages: Sets, row: int) -> Floats:
    """1 - UNSHARED_LANGUAGE ** (number of shared languages), with each set; unknown if either is empty."""
    mine = languages.bits[languages.number[row]]
    count = np.bitwise_count(languages.bits & mine).sum(axis=1)
    known = languages.bits.any(axis=1) & mine.any()
    return np.where(known, 1 - UNSHARED_LANGUAGE ** count.astype(np.float64), np.nan)


def size_fit(size: int) -> Floats:
    """SIZE_FIT by the number of bands between, with each band; unknown in place 0, or if this one is."""
    values = np.full(5, np.nan)
    if size:
        values[1:] = SIZE_FIT[np.abs(np.arange(1, 5) - size)]
    return values


def distances_km(places: Places, city: int) -> Floats:
    """Great-circle distance of a city from each, km."""
    x, y, z = places.x - places.x[city], places.y - places.y[city], places.z - places.z[city]
    half = np.minimum(1.0, np.sqrt(x * x + y * y + z * z) / 2)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(half))


def nearness(places: Places, city: int) -> Floats:
    """1 - ln(1 + d / FIRST_KM) / FARTHEST of the distance of a city from each, as `kernels.nearness`."""
    return np.maximum(0.0, 1 - np.log(1 + distances_km(places, city) / FIRST_KM) / FARTHEST)


def city_levels(places: Places, city: int) -> Floats:
    """How closely a city is tied with each: see `trade`; unknown within one country, but for twins."""
    country = places.country[city]
    values = np.where(places.tied[country, places.country], TIED_COUNTRIES, 0.0)
    values[places.country == country] = np.nan
    tied = slice(places.starts[city], places.starts[city + 1])
    values[places.others[tied]] = places.levels[tied]
    return values


def text_directions(businesses: Businesses, row: int, partner: int) -> tuple[bool, bool]:
    """Whether it is known if the other does what this one seeks, and the other way."""
    a, b = int(businesses.texts[row]), int(businesses.texts[partner])
    return bool(a & HAS_SEEKS and b & HAS_DOES), bool(a & HAS_DOES and b & HAS_SEEKS)

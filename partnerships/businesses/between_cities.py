"""The best pairs between the businesses of a city and those of each of its partner cities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cities.facets import Rows
from cities.listing import Card
from cities.listing import cards as city_cards
from partnerships.matching.trade import WEIGHTS
from partnerships.matching.trade_scoring import scores_with

from . import arrays, partner_cities
from .directory import BusinessDirectory
from .listing import BusinessCard, cards
from .proposals import pair_url

MOST_CITIES = 20
MOST_PAIRS = 5
MOST_HERE, MOST_THERE = 200, 20_000
"""Businesses that are compared, those lately updated: one page must not take the time of a run."""


@dataclass(frozen=True)
class TradePair:
    """Two businesses and the points of their score."""

    here: BusinessCard
    there: BusinessCard
    url: str
    percent: int


@dataclass(frozen=True)
class PartnerCity:
    """A partner city: how many businesses it has, and the best pairs with them, best first."""

    city: Card
    total: int
    pairs: list[TradePair]


def trade_of(directory: BusinessDirectory, city_id: int) -> tuple[int, list[PartnerCity]]:
    """How many businesses a city has, and its partner cities that have some, those with the most first.

    Two queries, however many there are; at most MOST_CITIES partner cities.
    """
    cities = directory.cities
    here = np.flatnonzero(directory.city == cities.reference.rows_of(city_id))
    partners, counts = _partners_with_businesses(directory, city_id)
    if not len(here) or not len(partners):
        return len(here), []
    place = np.full(len(cities.reference), -1)
    place[partners] = np.arange(len(partners))
    there = np.flatnonzero(place[directory.city] >= 0)[:MOST_THERE]
    best = _best_pairs(directory, here[:MOST_HERE], there, place[directory.city[there]], len(partners))
    return len(here), [
        PartnerCity(card, int(total), _shown(directory, pairs))
        for card, total, pairs in zip(city_cards(cities, partners), counts, best, strict=True)
    ]


def _partners_with_businesses(directory: BusinessDirectory, city_id: int) -> tuple[Rows, Rows]:
    """Rows of the partner cities that have businesses, and how many each has."""
    cities = directory.cities
    ends = partner_cities.pairs(city_id)
    rows = cities.reference.rows_of([b if a == city_id else a for a, b in ends])
    rows = np.unique(rows[rows >= 0])
    counts = np.bincount(directory.city, minlength=len(cities.reference))[rows]
    order = np.argsort(-counts, kind="stable")[:MOST_CITIES]
    order = order[counts[order] > 0]
    return rows[order], counts[order]


def _best_pairs(
    directory: BusinessDirectory, here: Rows, there: Rows, city: Rows, cities: int
) -> list[list[tuple[float, int, int]]]:
    """For each of the cities its best pairs: score, row here and row there; city: of each row of `there`."""
    businesses = arrays.of(directory)
    mine, theirs = (businesses.rows_of(directory.ids[rows]) for rows in (here, there))
    scores = np.array([scores_with(businesses, row, theirs, WEIGHTS)[0] for row in mine.tolist()])
    found = []
    for number in range(cities):
        columns = np.flatnonzero(city == number)
        of_city = scores[:, columns]
        first = np.argsort(-of_city, axis=None, kind="stable")[:MOST_PAIRS]
        places = zip(*np.unravel_index(first, of_city.shape), strict=True)
        found.append([(float(of_city[i, j]), int(here[i]), int(there[columns[j]])) for i, j in places])
    return found


def _shown(directory: BusinessDirectory, pairs: list[tuple[float, int, int]]) -> list[TradePair]:
    rows = np.array([row for _score, *both in pairs for row in both], dtype=np.int64)
    shown = cards(directory, rows)
    return [
        TradePair(one, other, pair_url(directory, row, partner), round(100 * score))
        for (score, row, partner), one, other in zip(pairs, shown[::2], shown[1::2], strict=True)
    ]

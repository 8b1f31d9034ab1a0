"""The matcher's arrays of businesses, made of the copy of their directory that each process keeps.

They are made anew when that is; what they say of cities only when businesses' cities, ties or the proposals
of cities changed.
"""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from cities import directory
from cities.directory import Directory
from cities.facets import Facet, Rows
from cities.models import DataVersion
from partnerships.matching.businesses import Businesses, Places, Sets, mutual
from partnerships.matching.trade import PROPOSED
from partnerships.models import MATCHES, CityMatch
from partnerships.partnership.models import PARTNERSHIPS

from . import partner_cities
from .directory import BusinessDirectory
from .supply import supply_table

BEST_PROPOSED = 10
"""A city is a proposed partner of another if it is one of its ten best, or the other way."""

_lock = threading.Lock()
_made: tuple[BusinessDirectory, object, Businesses] | None = None


def of(source: BusinessDirectory) -> Businesses:
    """The arrays of one copy of the directory, with the ties that are known now."""
    global _made
    with _lock:
        cities = directory.current()
        key = _ties_known(cities)
        if _made is None or _made[0] is not source or _made[1] != key:
            places = _same_places(source, key)
            _made = source, key, make(source, places or make_places(cities, source.city))
        return _made[2]


def _ties_known(cities: Directory) -> object:
    names = (DataVersion.REFERENCE, DataVersion.TIES, MATCHES, PARTNERSHIPS)
    return tuple(cities.versions.get(name) for name in names)


def _same_places(source: BusinessDirectory, key: object) -> Places | None:
    """The places at hand, if they are still those of the businesses."""
    if _made is None or _made[1] != key:
        return None
    ids = source.cities.reference.ids[np.unique(source.city)]
    return _made[2].places if np.array_equal(np.sort(ids), _made[2].places.ids) else None


def make(source: BusinessDirectory, places: Places) -> Businesses:
    """The arrays of all businesses of the directory, by ascending id; `places` are those of their cities."""
    order = source.by_id
    trades = mutual(_bits(source.offer)[order], _bits(source.need)[order])
    pairs, stated = np.unique(trades, axis=0, return_inverse=True)
    city_ids = source.cities.reference.ids[source.city[order]]
    return Businesses(
        ids=source.ids[order],
        places=places,
        city=np.searchsorted(places.ids, city_ids).astype(np.int32),
        stated=stated.reshape(-1).astype(np.int32),
        trades=pairs.reshape(-1, 2),
        division=source.division.sets[order].astype(np.int32),
        supply=supply_table(),
        size=source.size.sets[order].astype(np.int32),
        languages=_sets(source.language, order),
        markets=_sets(source.market, order),
        seeks=source.seeks[order],
        does=source.does[order],
    )


def _bits(facet: Facet) -> npt.NDArray[np.uint8]:
    assert facet.membership is not None
    values = (facet.membership > 0) @ (1 << np.arange(len(facet.codes)))
    return values.astype(np.uint8)[facet.sets]


def _sets(facet: Facet, order: Rows) -> Sets:
    assert facet.membership is not None
    return Sets.of(facet.codes, facet.sets[order], facet.membership)


def make_places(cities: Directory, rows: Rows) -> Places:
    """The cities at these rows (each once or more often), by ascending id, and how they are tied."""
    reference = cities.reference
    here = np.unique(rows)
    here = here[np.argsort(reference.ids[here])]
    ids = reference.ids[here]
    north, east = np.radians(reference.latitude[here]), np.radians(reference.longitude[here])
    ties = np.array(partner_cities.pairs(), dtype=np.int64)
    ends = reference.rows_of(ties.reshape(-1, 2))
    ends = ends[(ends >= 0).all(axis=1)]
    country = reference.country.sets
    tied = np.zeros((len(reference.country.codes),) * 2, dtype=np.bool_)
    tied[country[ends[:, 0]], country[ends[:, 1]]] = True
    starts, others, levels = _network(_places_of(ids, reference.ids[ends]), _proposals(ids), len(ids))
    return Places(
        ids=ids,
        x=np.cos(north) * np.cos(east),
        y=np.cos(north) * np.sin(east),
        z=np.sin(north),
        country=country[here],
        country_codes=reference.country.codes,
        starts=starts,
        others=others,
        levels=levels,
        tied=tied | tied.T,
    )


def proposed_partners(city_id: int) -> set[int]:
    """The cities that are proposed as partners of a city, or that it is proposed to."""
    best = CityMatch.objects.filter(rank__lte=BEST_PROPOSED).order_by()
    its = best.filter(city=city_id).values_list("partner_id", flat=True)
    return {*its, *best.filter(partner=city_id).values_list("city_id", flat=True)}


def _proposals(ids: Rows) -> Rows:
    best = CityMatch.objects.filter(rank__lte=BEST_PROPOSED, city__in=ids.tolist(), partner__in=ids.tolist())
    found = np.array(list(best.values_list("city_id", "partner_id").order_by()), dtype=np.int64)
    return _places_of(ids, found.reshape(-1, 2))


def _places_of(ids: Rows, pairs: Rows) -> Rows:
    """Pairs of ids as places in `ids`, without those of which one is not there."""
    if not len(ids):
        return np.empty((0, 2), dtype=np.int64)
    places = np.minimum(np.searchsorted(ids, pairs), len(ids) - 1)
    return places[(ids[places] == pairs).all(axis=1)]


def _network(twinned: Rows, proposed: Rows, n: int) -> tuple[Rows, Rows, npt.NDArray[np.float64]]:
    """Starts, others and levels of both kinds of ties, each both ways and once, at its higher level."""
    pairs = np.concatenate((twinned, twinned[:, ::-1], proposed, proposed[:, ::-1]))
    levels = np.repeat([1.0, PROPOSED], [2 * len(twinned), 2 * len(proposed)])
    order = np.lexsort((-levels, pairs[:, 1], pairs[:, 0]))
    pairs, levels = pairs[order], levels[order]
    first = np.ones(len(pairs), dtype=np.bool_)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    pairs, levels = pairs[first], levels[first]
    return np.searchsorted(pairs[:, 0], np.arange(n + 1)).astype(np.int64), pairs[:, 1], levels

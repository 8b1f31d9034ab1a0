"""How well a participant fits the others: by the matchers of the portal, in bulk.

Two cities are compared as cities, two businesses as businesses; a city with a business or a financial
partner by what its published projects look for. Guests and all other pairs have no score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cities import directory as cities
from partnerships.businesses import arrays
from partnerships.businesses import directory as businesses
from partnerships.matching.scoring import score_partners
from partnerships.matching.trade import WEIGHTS
from partnerships.matching.trade_scoring import scores_with
from partnerships.models import Party
from partnerships.project_matches.asked import Asked, asking
from partnerships.project_matches.funders import Funding, funding, public_partners
from partnerships.project_matches.suppliers import Supply, suppliers
from partnerships.scoring import profiles
from partnerships.weights.in_force import current_weights

CITY, BUSINESS, FINANCIAL_PARTNER, GUEST = "city", "business", "financial-partner", "guest"


@dataclass(frozen=True, slots=True)
class Side:
    """Whom somebody comes for: the kind, and the id of the city or organisation, None for guests."""

    kind: str
    key: int | None

    @classmethod
    def of(cls, party: Party | None) -> Side:
        """The side that a party is; None is a guest's."""
        if party is None:
            return cls(GUEST, None)
        if party.city_id:
            return cls(CITY, party.city_id)
        return cls(party.one.kind, party.organisation_id)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well two sides fit, 0 to 1.

    asked, found: the project that is behind it, if any, and how it could be helped (Supply or Funding).
    """

    score: float
    asked: Any = None
    found: Any = None


Fits = dict[int, Fit]
"""By the id of the other city or organisation."""
Compare = Callable[[int, Sequence[int]], Fits]
"""One (id) with many."""


def fits(mine: Side, others: Iterable[Side]) -> dict[Side, Fit]:
    """How well one fits each of the others; those that nothing compares are left out.

    At most six queries, and none for each of the others.
    """
    keys: dict[str, set[int]] = defaultdict(set)
    for one in others:
        if one.key is not None and one != mine:
            keys[one.kind].add(one.key)
    found: dict[Side, Fit] = {}
    for kind, wanted in keys.items():
        compare = COMPARED.get((mine.kind, kind))
        if compare is not None and mine.key is not None:
            found |= {Side(kind, key): fit for key, fit in compare(mine.key, sorted(wanted)).items()}
    return found


def fit_of(one: Party | None, other: Party | None) -> Fit | None:
    """How well two fit; None where nothing compares them."""
    mine, theirs = Side.of(one), Side.of(other)
    return fits(mine, [theirs]).get(theirs)


def _cities(mine: int, others: Sequence[int]) -> Fits:
    compared = profiles.of(cities.current())
    here, *rows = profiles.known_rows(compared, [mine, *others]).tolist()
    there = [(key, row) for key, row in zip(others, rows, strict=True) if row >= 0]
    if here < 0 or not there:
        return {}
    partners = np.array([row for _key, row in there])
    scores, _components = score_partners(compared, here, partners, current_weights())
    return {key: Fit(score) for (key, _row), score in zip(there, scores.tolist(), strict=True)}


def _businesses(mine: int, others: Sequence[int]) -> Fits:
    compared = arrays.of(businesses.current())
    here, *rows = profiles.known_rows(compared, [mine, *others]).tolist()
    there = [(key, row) for key, row in zip(others, rows, strict=True) if row >= 0]
    if here < 0 or not there:
        return {}
    scores, _values = scores_with(compared, here, np.array([row for _key, row in there]), WEIGHTS)
    return {key: Fit(score) for (key, _row), score in zip(there, scores.tolist(), strict=True)}


def _best(found: Iterable[tuple[int, Fit]]) -> Fits:
    """Of several projects of a pair the one that fits best."""
    best: Fits = {}
    for key, fit in found:
        if key not in best or fit.score > best[key].score:
            best[key] = fit
    return best


def _asked_by(city_ids: Collection[int]) -> list[Asked]:
    return [asked for asked in asking() if asked.project.city_id in city_ids]


def _supplies(city_ids: Collection[int], business_ids: Sequence[int]) -> Iterable[tuple[Asked, int, Supply]]:
    """For each project of the cities which of the businesses (ids) could deliver something."""
    compared = arrays.of(businesses.current())
    rows = profiles.known_rows(compared, business_ids).astype(np.int64)
    rows = rows[rows >= 0]
    for asked in _asked_by(city_ids) if len(rows) else ():
        for supply in suppliers(asked, compared, rows, len(rows)):
            yield asked, int(compared.ids[supply.row]), supply


def _fundings(city_ids: Collection[int], partner_ids: Sequence[int]) -> Iterable[tuple[Asked, int, Funding]]:
    """For each project of the cities which of the financial partners (ids) could give something."""
    wanting = [asked for asked in _asked_by(city_ids) if asked.wants_money]
    partners = public_partners(partner_ids) if wanting else []
    for asked in wanting:
        for found in funding(asked, partners):
            yield asked, found.profile.pk, found


def _of_city(helped: Callable[..., Iterable[tuple[Asked, int, Any]]]) -> Compare:
    """A city compared with those who could help its projects."""

    def compare(mine: int, others: Sequence[int]) -> Fits:
        return _best((key, Fit(one.score, asked, one)) for asked, key, one in helped({mine}, others))

    return compare


def _of_helper(
    helped: Callable[..., Iterable[tuple[Asked, int, Any]]],
) -> Compare:
    """One who could help compared with the cities whose projects it could help."""

    def compare(mine: int, others: Sequence[int]) -> Fits:
        found = helped(set(others), [mine])
        return _best((asked.project.city_id, Fit(one.score, asked, one)) for asked, _mine, one in found)

    return compare


COMPARED: Mapping[tuple[str, str], Compare] = {
    (CITY, CITY): _cities,
    (BUSINESS, BUSINESS): _businesses,
    (CITY, BUSINESS): _of_city(_supplies),
    (BUSINESS, CITY): _of_helper(_supplies),
    (CITY, FINANCIAL_PARTNER): _of_city(_fundings),
    (FINANCIAL_PARTNER, CITY): _of_helper(_fundings),
}
"""By the kinds of the two: what compares one with many."""

"""Why two businesses have their score: plain data, as `explain` gives them of cities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .businesses import Businesses
from .explain import Part, parts_of
from .trade import CITIES, COMPONENTS, TRADES
from .trade_scoring import (
    components_of,
    distances_km,
    text_directions,
    values_of,
)


@dataclass(frozen=True)
class TradeFacts:
    """What is behind the components, from the side of the first business.

    needs_met, needs_unmet: trades that the first seeks and the other offers or does not; offers_wanted,
    offers_unmet: trades that the other seeks and the first offers or does not. supplies: how far the first
    usually supplies the other, and the other the first. texts: whether what the first seeks can be compared
    with what the other does, and the other way. markets: whether the first names the other's country, and the
    other way; None where it names none. bands: how many sizes lie between them, None if one is unknown.
    ties: the value of `cities`, None within one country.
    """

    needs_met: tuple[str, ...]
    needs_unmet: tuple[str, ...]
    offers_wanted: tuple[str, ...]
    offers_unmet: tuple[str, ...]
    supplies: tuple[float, float]
    texts: tuple[bool, bool]
    markets: tuple[bool | None, bool | None]
    shared_languages: tuple[str, ...]
    bands: int | None
    distance_km: float
    ties: float | None
    same_city: bool


@dataclass(frozen=True)
class TradeExplanation:
    """The score of a pair of businesses, the parts that sum to it, in the order of COMPONENTS, and facts."""

    score: float
    parts: tuple[Part, ...]
    facts: TradeFacts


def explain_trade(
    businesses: Businesses, row: int, partner: int, weights: npt.NDArray[np.float64]
) -> TradeExplanation:
    """Explain the score of any two businesses (rows), also of one country.

    The contributions sum to the score. ValueError for a business and itself.
    """
    if row == partner:
        raise ValueError("A business cannot be matched with itself.")
    values = values_of(businesses, row)
    [found] = components_of(businesses, values, row, np.array([partner]))
    parts = parts_of(COMPONENTS, found, weights)
    return TradeExplanation(
        sum(part.contribution for part in parts),
        parts,
        _facts(businesses, row, partner, parts[CITIES].value),
    )


def _facts(businesses: Businesses, row: int, partner: int, ties: float | None) -> TradeFacts:
    offers, needs = businesses.trades[businesses.stated[row]].tolist()
    other_offers, other_needs = businesses.trades[businesses.stated[partner]].tolist()
    here, there = businesses.division[row], businesses.division[partner]
    sizes = int(businesses.size[row]), int(businesses.size[partner])
    cities, languages = businesses.city[[row, partner]].tolist(), businesses.languages
    shared = languages.bits[languages.number[row]] & languages.bits[languages.number[partner]]
    return TradeFacts(
        needs_met=_trades(needs & other_offers),
        needs_unmet=_trades(needs & ~other_offers),
        offers_wanted=_trades(other_needs & offers),
        offers_unmet=_trades(other_needs & ~offers),
        supplies=(float(businesses.supply[here, there]), float(businesses.supply[there, here])),
        texts=text_directions(businesses, row, partner),
        markets=(_names(businesses, row, partner), _names(businesses, partner, row)),
        shared_languages=languages.of_words(shared),
        bands=abs(sizes[0] - sizes[1]) if all(sizes) else None,
        distance_km=float(distances_km(businesses.places, cities[0])[cities[1]]),
        ties=ties,
        same_city=cities[0] == cities[1],
    )


def _names(businesses: Businesses, row: int, other: int) -> bool | None:
    """Whether a business names the country of another as a market; None if it names none."""
    markets = businesses.markets.codes_of(row)
    code = businesses.places.country_codes[businesses.country[other]]
    return code in markets if markets else None


def _trades(bits: int) -> tuple[str, ...]:
    return tuple(trade for place, trade in enumerate(TRADES) if bits >> place & 1)

"""Why a pair has its score: plain data that pages turn into sentences and bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .components import COMPONENTS, Component
from .kernels import chord, great_circle_km, values_of_rows, weighted_sum
from .profiles import WORD_BITS, Profiles
from .scoring import NEUTRAL, weight_vector


@dataclass(frozen=True)
class Part:
    """What one component adds to a score.

    value: in [0, 1], None if unknown; weight: its share; contribution: weight * value, or weight * neutral
    value if unknown.
    """

    code: str
    value: float | None
    weight: float
    contribution: float


@dataclass(frozen=True)
class Facts:
    """What is behind the components, from the side of the first city.

    needs_met, needs_unmet: topics the first city needs and the other offers or does not offer;
    offers_wanted, offers_unmet: topics the other city needs and the first offers or does not; all in the
    order of the profiles' topic_codes. common_partners: rows of the cities twinned with both.
    population_ratio: smaller to larger, None if one is unknown. countries_ties: known ties between the
    cities of the two countries. twinned: whether the two already are.
    """

    needs_met: tuple[str, ...]
    needs_unmet: tuple[str, ...]
    offers_wanted: tuple[str, ...]
    offers_unmet: tuple[str, ...]
    common_partners: tuple[int, ...]
    shared_languages: tuple[str, ...]
    distance_km: float
    population_ratio: float | None
    countries_ties: int
    both_capitals: bool
    twinned: bool


@dataclass(frozen=True)
class Explanation:
    """The score of a pair, the parts that sum to it, in the order of COMPONENTS, and the facts behind."""

    score: float
    parts: tuple[Part, ...]
    facts: Facts


def explain(
    profiles: Profiles, row: int, partner: int, weights: npt.NDArray[np.float64] | None = None
) -> Explanation:
    """Explain the score of any two different cities (rows), also of one country or already twinned.

    The contributions, added in order, are the score to the last bit of float64; stored scores are float32
    of it. IndexError for a row that does not exist, ValueError for a city and itself.
    """
    if row == partner:
        raise ValueError("A city cannot be matched with itself.")
    if not (0 <= row < len(profiles) and 0 <= partner < len(profiles)):
        raise IndexError(f"There are rows 0 to {len(profiles) - 1}, not {row} and {partner}.")
    weights = weight_vector() if weights is None else weights
    others = profiles.checked(partner)
    values = values_of_rows(profiles.cities, profiles.patterns, row, others)[0]
    score = float(weighted_sum(values, weights, NEUTRAL))
    return Explanation(score, parts_of(COMPONENTS, values, weights), _facts(profiles, row, partner))


def parts_of(
    components: Iterable[Component], values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> tuple[Part, ...]:
    """What each component adds; values (c,) with NaN for unknown, weights (c,)."""
    return tuple(
        Part(
            code=component.code,
            value=None if np.isnan(value) else float(value),
            weight=float(weight),
            contribution=float(weight * (component.neutral if np.isnan(value) else value)),
        )
        for component, value, weight in zip(components, values, weights, strict=True)
    )


def _facts(profiles: Profiles, row: int, partner: int) -> Facts:
    city, other = profiles.cities[row], profiles.cities[partner]
    smaller, larger = sorted((int(profiles.population[row]), int(profiles.population[partner])))
    topics = profiles.topic_codes
    return Facts(
        needs_met=_codes([city["needs"] & other["offers"]], topics),
        needs_unmet=_codes([city["needs"] & ~other["offers"]], topics),
        offers_wanted=_codes([other["needs"] & city["offers"]], topics),
        offers_unmet=_codes([other["needs"] & ~city["offers"]], topics),
        common_partners=_common_partners(profiles, row, partner),
        shared_languages=_codes(city["languages"] & other["languages"], profiles.language_codes),
        distance_km=float(great_circle_km(chord(city, other))),
        population_ratio=smaller / larger if smaller else None,
        countries_ties=int(profiles.country_ties[city["country"], other["country"]]),
        both_capitals=bool(city["is_capital"] and other["is_capital"]),
        twinned=partner in profiles.partners_of(row),
    )


def _common_partners(profiles: Profiles, row: int, partner: int) -> tuple[int, ...]:
    shared = np.intersect1d(profiles.partners_of(row), profiles.partners_of(partner), assume_unique=True)
    return tuple(int(between) for between in shared)


def _codes(words: Iterable[np.uint64], codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes whose bits are set."""
    bits = sum(int(word) << WORD_BITS * place for place, word in enumerate(words))
    return tuple(code for place, code in enumerate(codes) if bits >> place & 1)

"""The components of a match: what is compared in two cities, and how.

Every component is a number in [0, 1], the same from both sides, or unknown (NaN). The formulas
themselves are in `kernels`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .fitted import FITTED


@dataclass(frozen=True)
class Component:
    """One part of the score.

    weight: its default share in the score; the weights of all components sum to 1.
    neutral: what it counts where it is unknown: the mean over random pairs of a city of 50,000 inhabitants or
    more and any city of another country (for `needs`: of random statements, as no real ones are known yet).
    meaning: one English sentence for people.
    source: where the formula comes from.
    """

    code: str
    weight: float
    neutral: float
    meaning: str
    source: str


# scripts/fit_matcher.py fits the weights of all but `needs` and `language` by a conditional logit to known
# ties (a tie's own features computed without it) and writes them to fitted.json; docs/matcher.md has what
# they reach. No known tie tells of needs: their quarter is a choice, as is the small weight of languages,
# which adds nothing that affinity and distance do not hold, but is what people ask first.
WEIGHTS: dict[str, float] = FITTED["weights"]

COMPONENTS: tuple[Component, ...] = (
    Component(
        "needs",
        weight=0.25,
        neutral=0.20,
        meaning="How much of what each city needs the other offers; as good as the weaker side makes it.",
        source="Geometric mean of both sides' interest, as in reciprocal recommendation "
        "(Neve and Palomares 2019, 'Latent factor models and aggregation operators for collaborative "
        "filtering in reciprocal recommender systems').",
    ),
    Component(
        "size",
        weight=WEIGHTS["size"],
        neutral=0.54,
        meaning="How alike the two cities are in population.",
        source="Difference of the logarithms of population, 0 where one is 10,000 times as large: sizes of "
        "cities spread over orders of magnitude (Eeckhout 2004, 'Gibrat's law for (all) cities').",
    ),
    Component(
        "distance",
        weight=WEIGHTS["distance"],
        neutral=0.38,
        meaning="How near the two cities are to each other.",
        source="Logarithm of 1 + great-circle distance (haversine) / 15 km, 0 at the other end of the "
        "world: the power law of gravity models (Wilson 1971, 'A family of spatial interaction models').",
    ),
    Component(
        "language",
        weight=WEIGHTS["language"],
        neutral=0.15,
        meaning="Whether the two cities share languages: each shared one closes three quarters of the gap.",
        source="Effect of a common language in gravity models, diminishing with each further one "
        "(Melitz and Toubal 2014, 'Native language, spoken language, translation and trade').",
    ),
    Component(
        "closeness",
        weight=WEIGHTS["closeness"],
        neutral=0.03,
        meaning="Whether the two have partners in common, or partners that are twinned with each other.",
        source="Paths of two and three ties (Katz 1953, 'A new status index derived from sociometric "
        "analysis'), those over cities with few ties counting more.",
    ),
    Component(
        "affinity",
        weight=WEIGHTS["affinity"],
        neutral=0.46,
        meaning="Whether cities of the two countries are twinned more often than is to be expected.",
        source="Ratio of observed to expected ties (Savage and Deutsch 1960), smoothed log-odds; expected "
        "by a gravity model (Tinbergen 1962, 'Shaping the world economy').",
    ),
    Component(
        "abroad",
        weight=WEIGHTS["abroad"],
        neutral=0.38,
        meaning="Whether the ties of each city, and of cities like it, point to the country of the other.",
        source="Ratio of observed to expected ties by city and country, smoothed; fitted shapes.",
    ),
    Component(
        "place",
        weight=WEIGHTS["place"],
        neutral=0.55,
        meaning="Whether the two play the same part in their countries, from capital to village.",
        source="Difference of the logarithms of rank by size (Zipf 1949), relative to the number of cities.",
    ),
    Component(
        "prominence",
        weight=WEIGHTS["prominence"],
        neutral=0.34,
        meaning="How sought-after the two cities are: how large, how widely known, how many partners.",
        source="Preferential attachment (Barabasi and Albert 1999, 'Emergence of scaling in random "
        "networks') as a sum of fitted shapes.",
    ),
)

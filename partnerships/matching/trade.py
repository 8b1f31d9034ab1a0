"""The components of a match of two businesses: what is compared, and how much it counts.

Every component is a number in [0, 1], the same from both sides, or unknown (NaN). Unlike the weights of
cities' components, these are chosen, not fitted: no data tell which businesses of two countries found each
other. docs/matcher.md says why they are as they are.
"""

from __future__ import annotations

import numpy as np

from .components import Component

TRADES = (
    "product", "service", "subcontracting", "distribution", "joint-venture", "investment", "technology",
    "public-tender",
)  # fmt: skip
"""What can be offered and sought; the place of each is its bit."""
MUTUAL = ("joint-venture", "public-tender")
"""Trades that are the same from both sides: who offers one seeks it, and the other way."""
SIZES = ("micro", "small", "medium", "large")
TEXT_SIZE = 128
"""Numbers in the vector of a text."""

NEEDS, SUPPLY, TEXTS, MARKETS, LANGUAGE, SIZE, DISTANCE, CITIES = range(8)
"""Where each component stands in `COMPONENTS`."""

ONE_SIDED = 0.25
"""What a side whose own needs are not met, or not known, gains by meeting the other's, as a share of that."""
UNLIKE, ALIKE = 0.15, 0.55
"""Cosines of two texts: up to the first they have nothing in common (hashing gives as much by chance), from
the second on they are about the same thing; between them in proportion.
"""
SIZE_FIT = np.array([1.0, 0.85, 0.55, 0.3])
"""By how many bands the sizes differ."""
PROPOSED, TIED_COUNTRIES = 0.6, 0.2
"""What the two cities count when one is among the other's best proposed partners, or when only some cities
of the two countries are twinned; partner cities (twinned, or in a public partnership) count 1.
"""

COMPONENTS: tuple[Component, ...] = (
    Component(
        "needs",
        weight=0.24,
        neutral=0.3,
        meaning="How much of what each business seeks the other offers, by type of trade.",
        source="Geometric mean of what both gain, as in reciprocal recommendation (Neve and Palomares 2019); "
        "meeting only the other's needs counts a quarter as a gain, for a sale serves both.",
    ),
    Component(
        "supply",
        weight=0.14,
        neutral=0.2,
        meaning="Whether the activity of the one usually supplies that of the other.",
        source="A table of suppliers and buyers by NACE divisions, written by hand for this portal "
        "(businesses/data/supply.csv); the direction that is stronger counts.",
    ),
    Component(
        "texts",
        weight=0.2,
        neutral=0.08,
        meaning="Whether what the one says it seeks resembles what the other says it does, in any language.",
        source="Cosine of vectors of hashed words (Salton 1975; Weinberger and others 2009), English and "
        "Ukrainian words of trade made one by a glossary; mean of the directions that are known.",
    ),
    Component(
        "markets",
        weight=0.1,
        neutral=0.15,
        meaning="Whether each business names the other's country among its export markets.",
        source="Share of the two, of those that named markets.",
    ),
    Component(
        "language",
        weight=0.06,
        neutral=0.5,
        meaning="Whether the two share working languages: each shared one closes three quarters of the gap.",
        source="Effect of a common language in gravity models (Melitz and Toubal 2014).",
    ),
    Component(
        "size",
        weight=0.04,
        neutral=0.7,
        meaning="How near the two are in size, by the bands of the European Union.",
        source="By the number of bands between them; a choice.",
    ),
    Component(
        "distance",
        weight=0.06,
        neutral=0.4,
        meaning="How near their cities are to each other.",
        source="Logarithm of the great-circle distance, as for cities (Wilson 1971).",
    ),
    Component(
        "cities",
        weight=0.16,
        neutral=0.1,
        meaning="Whether their cities are partners (twinned, or a public partnership), or proposed as such.",
        source="The aim of the portal: to connect the businesses of partner cities; the steps are a choice.",
    ),
)
NEUTRAL = np.array([component.neutral for component in COMPONENTS])
"""What each component counts where it is unknown, shape (len(COMPONENTS),)."""
WEIGHTS = np.array([component.weight for component in COMPONENTS])
"""The weights, shape (len(COMPONENTS),), summing to 1."""

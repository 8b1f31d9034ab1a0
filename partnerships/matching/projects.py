"""Who can help a project: cities that have done such a one, businesses that can deliver, financial partners.

Every value is in [0, 1] or unknown (NaN); an unknown one counts the component's neutral value. The weights
are chosen, not fitted: no data tell yet who helped which project.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log10, nan

import numpy as np
import numpy.typing as npt

from .components import Component
from .kernels import FARTHEST, FIRST_KM

Floats = npt.NDArray[np.float64]

SAME_FIELD = 0.6
"""What two sectors count that are not the same, but parts of the same one: transport.rail, transport.road."""
ORDERS_OF_MAGNITUDE = 2.0
"""By how many powers of ten budgets may differ before they have nothing in common."""
UNDER_WAY = 0.5
"""What a project that is being built counts as experience, a finished one being 1."""
SAME_COUNTRY = 0.5
"""What a business of the same country counts, one of the same or a twinned city being 1."""
ALL_TOPICS = 0.7
"""What a partner that finances everything counts, one that names the topic being 1."""

EXPERIENCE: tuple[Component, ...] = (
    Component(
        "sector", 0.42, 0.0, "How near the sectors of the two projects are.",
        "The codelist of OC4IDS: the same code 1, another part of the same sector 0.6.",
    ),
    Component(
        "budget", 0.16, 0.5, "How near the two budgets are.",
        "Logarithm of their ratio in euros; nothing left at a hundredfold.",
    ),
    Component(
        "finished", 0.12, 0.5, "Whether the other project is finished or still being built.", "A choice.",
    ),
    Component(
        "offers", 0.12, 0.3, "Whether the city says that it offers help with a topic of the project.",
        "Statements of the city's mayors.",
    ),
    Component(
        "twinned", 0.1, 0.0, "Whether the two cities are twinned.", "Known twinnings.",
    ),
    Component(
        "distance", 0.08, 0.4, "How near the two cities are.", "Logarithm of the distance, as for cities.",
    ),
)  # fmt: skip
SUPPLIERS: tuple[Component, ...] = (
    Component(
        "activity", 0.36, 0.1, "Whether the activity of the business is what the need asks for.",
        "NACE divisions: the one that the need names, those that usually supply it, or those of the sector.",
    ),
    Component(
        "texts", 0.24, 0.1, "Whether what the business writes that it does resembles the need.",
        "Cosine of vectors of hashed words, in any language, as for businesses.",
    ),
    Component(
        "trade", 0.14, 0.3, "Whether the business offers the type of help that the need asks for.",
        "Types of trade by kinds of needs; a choice.",
    ),
    Component(
        "cities", 0.12, 0.1, "Whether its city is the project's or twinned with it.", "Known twinnings.",
    ),
    Component(
        "language", 0.06, 0.5, "Whether it works in a language of the project's city.", "Stated languages.",
    ),
    Component(
        "distance", 0.08, 0.4, "How near the business is.", "Logarithm of the distance, as for cities.",
    ),
)  # fmt: skip
FUNDERS: tuple[Component, ...] = (
    Component(
        "topics", 0.3, 0.5, "Whether the partner finances the topics of the project.",
        "Topics of its needs and its sectors; a partner that names none finances all.",
    ),
    Component(
        "sum", 0.24, 0.4, "Whether what is missing is within what the partner gives one project.",
        "The share of the gap that the largest sum covers, or of the smallest sum that the gap fills.",
    ),
    Component(
        "instrument", 0.18, 0.3, "Whether the partner offers the kind of help that the project looks for.",
        "Money for what is missing, technical assistance for expertise.",
    ),
    Component(
        "country", 0.14, 0.4, "Whether the partner works in the project's country.", "Stated countries.",
    ),
    Component(
        "call", 0.14, 0.0, "Whether a call on such topics is open, or opens soon.", "Stated calls.",
    ),
)  # fmt: skip


def scores(values: Floats, components: Sequence[Component]) -> Floats:
    """Weighted sums of rows of values, shapes (n, components) and (n,); what is unknown counts as neutral."""
    neutral = np.array([component.neutral for component in components])
    weights = np.array([component.weight for component in components])
    return np.asarray(np.where(np.isnan(values), neutral, values) @ weights)


def sector_fit(mine: Collection[str], theirs: Collection[str]) -> float:
    """1 for a shared sector, SAME_FIELD for two parts of one, else 0."""
    if set(mine) & set(theirs):
        return 1.0
    fields = [{code.partition(".")[0] for code in codes} for codes in (mine, theirs)]
    return SAME_FIELD if fields[0] & fields[1] else 0.0


def budget_fit(mine: float | None, theirs: float | None) -> float:
    """1 - |log10 of the ratio| / ORDERS_OF_MAGNITUDE, never below 0; NaN if one is unknown or nothing."""
    if not mine or not theirs:
        return nan
    return max(0.0, 1.0 - abs(log10(mine / theirs)) / ORDERS_OF_MAGNITUDE)


def sum_fit(gap: float | None, least: float | None, most: float | None) -> float:
    """The share of a gap that `most` covers, or of `least` that the gap fills; NaN if that is not known."""
    if not gap or (least is None and most is None):
        return nan
    if least and gap < least:
        return gap / least
    return min(1.0, most / gap) if most else 1.0


def nearness(km: Floats) -> Floats:
    """1 - ln(1 + d / FIRST_KM) / FARTHEST of distances d in km, as `kernels.nearness`."""
    return np.maximum(0.0, 1 - np.log(1 + np.asarray(km) / FIRST_KM) / FARTHEST)

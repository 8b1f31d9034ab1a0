"""Cities like yours did this: published practices of other cities, ranked for one city, each with a reason.

How alike two cities are is taken from the matcher's components of the pair; what the city looks for meets
the topics of the practice. All of it is in memory: no query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from cities.facets import Rows
from partnerships.matching.components import COMPONENTS
from partnerships.matching.scoring import score_partners
from partnerships.scoring import profiles

from . import directory
from .directory import PracticeDirectory
from .listing import PracticeCard, cards

Numbers = npt.NDArray[np.float64]

LIKENESS = {"size": 0.40, "place": 0.25, "affinity": 0.15, "language": 0.10, "distance": 0.10}
"""What makes two cities alike for learning from each other: components of a match, and their shares."""
SHARES = {"needs": 0.45, "likeness": 0.35, "fits": 0.15, "adopted": 0.05}
ALIKE_IN_SIZE = 0.95  # of the component: one is at most 1.6 times as large as the other
PLACES = {component.code: place for place, component in enumerate(COMPONENTS)}
NEUTRAL = np.array([component.neutral for component in COMPONENTS])


@dataclass(frozen=True)
class Proposed:
    """A practice proposed to a city, and why, in one sentence."""

    card: PracticeCard
    why: str


def proposed(city: int, most: int) -> list[Proposed]:
    """The practices of other cities that suit a city (id) best, best first; those it adopted are left out."""
    at_hand = directory.current()
    here = int(at_hand.cities.reference.rows_of(city))
    rows = np.flatnonzero(at_hand.city != here)
    rows = rows[[city not in at_hand.entries[row].adopters for row in rows.tolist()]] if len(rows) else rows
    if here < 0 or not len(rows):
        return []
    met, components = needs_met(at_hand, here, rows), pair_components(at_hand, here, rows)
    best = np.argsort(-score(at_hand, here, rows, met, components), kind="stable")[:most]
    shown = cards(at_hand, rows[best])
    return [
        Proposed(card, _why(at_hand, here, int(rows[place]), met[place], components[place]))
        for card, place in zip(shown, best.tolist(), strict=True)
    ]


def needs_met(at_hand: PracticeDirectory, here: int, rows: Rows) -> list[Sequence[str]]:
    """For each practice (row) those of its topics that the city (row of the cities) looks for."""
    wanted = set(at_hand.cities.statements.need.codes_of(here))
    topic = at_hand.facets["topic"]
    return [[code for code in topic.codes_of(row) if code in wanted] for row in rows.tolist()]


def pair_components(at_hand: PracticeDirectory, here: int, rows: Rows) -> Numbers:
    """Shape (m, len(COMPONENTS)): what the matcher compares in the city and that of each practice.

    What is unknown has its neutral value. Cities with several practices are compared once.
    """
    arrays, ids = profiles.of(at_hand.cities), at_hand.cities.reference.ids
    cities, which = np.unique(at_hand.city[rows], return_inverse=True)
    partners = arrays.rows_of(ids[cities])
    _scores, components = score_partners(arrays, arrays.row_of(int(ids[here])), partners)
    known = np.where(np.isnan(components), NEUTRAL, components)
    return known[which]


def score(
    at_hand: PracticeDirectory, here: int, rows: Rows, met: list[Sequence[str]], components: Numbers
) -> Numbers:
    """Shape (m,): how well each practice suits the city, in [0, 1]."""
    size = at_hand.cities.reference.size.codes_of(here)[0]
    likeness = sum(share * components[:, PLACES[code]] for code, share in LIKENESS.items())
    adoptions = at_hand.adoptions[rows]
    return np.asarray(
        SHARES["needs"] * np.array([1 - 0.5 ** len(codes) for codes in met])
        + SHARES["likeness"] * likeness
        + SHARES["fits"] * at_hand.facets["fits"].holds([size], at_hand.facets["fits"].sets[rows])
        + SHARES["adopted"] * adoptions / (1 + adoptions)
    )


def _why(at_hand: PracticeDirectory, here: int, row: int, met: Sequence[str], components: Numbers) -> str:
    """The sentence for what speaks most for it."""
    labels, cities = at_hand.labels("topic"), at_hand.cities
    names = {
        "here": cities.name(here),
        "city": cities.name(int(at_hand.city[row])),
        "topics": ", ".join(labels[code].lower() for code in met),
    }
    is_alike = components[PLACES["size"]] >= ALIKE_IN_SIZE
    if met and is_alike:
        return _("%(here)s looks for this (%(topics)s), and %(city)s is about as large.") % names
    if met:
        return _("%(here)s looks for this: %(topics)s.") % names
    if is_alike:
        return _("%(city)s is about as large as %(here)s.") % names
    country = cities.reference.country
    if country.codes_of(here) == country.codes_of(int(at_hand.city[row])):
        return _("%(city)s is in the same country.") % names
    size = cities.reference.size.codes_of(here)[0]
    if size in at_hand.facets["fits"].codes_of(row):
        return _("%(city)s says that it fits cities as large as %(here)s.") % names
    return _("It worked in %(city)s.") % names
